// Qt by itself and with actors on it: queued functors, posted events, timers, QObjects. With QT_NO_GLIB=1 on Qt's own dispatcher.
#include "ours.hpp"
#include "plain.hpp"

#include <actor_rt/qt.hpp>

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QTimer>

namespace {
struct plain_loop {
    char program[8] = "loop_qt";
    char* arguments[2] = {program, nullptr};
    int count = 1;
    QCoreApplication application{count, arguments};
    template <class Condition>
    void run_while(Condition condition)
    {
        // Qt's own dispatcher handles what is posted and then waits, whatever that has changed.
        QAbstractEventDispatcher* const dispatcher = QAbstractEventDispatcher::instance();
        const auto looking = QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, [&] {
            if (!condition()) {
                dispatcher->wakeUp();
            }
        });
        while (condition()) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        QObject::disconnect(looking);
    }
};
struct host : actor_rt::qt_host {
    explicit host(plain_loop&) {}
};
using ours = bench::ours::rows<plain_loop, host>;

/// By a functor: QMetaObject::invokeMethod with a queued connection.
struct functor {
    QObject receiver;
    explicit functor(plain_loop&) {}
    template <class Work>
    void post(Work work)
    {
        QMetaObject::invokeMethod(&receiver, std::move(work), Qt::QueuedConnection);
    }
};

/// By an event of one's own.
struct posted {
    struct one : QEvent {
        void (*work)(void* to, std::uint64_t value);
        void* to;
        std::uint64_t value;
        one(void (*what)(void*, std::uint64_t), void* whom, std::uint64_t number)
            : QEvent(QEvent::User), work(what), to(whom), value(number)
        {
        }
    };
    struct receiver_object : QObject {
        bool event(QEvent* arrived) override
        {
            if (arrived->type() != QEvent::User) {
                return QObject::event(arrived);
            }
            auto* const event = static_cast<one*>(arrived);
            event->work(event->to, event->value);
            return true;
        }
    } receiver;
    void post(void (*work)(void*, std::uint64_t), void* to, std::uint64_t value)
    {
        QCoreApplication::postEvent(&receiver, new one(work, to, value));
    }
};

void burst_event(bench::meter& meter)
{
    plain_loop home;
    posted queue;
    bench::sink sink;
    std::uint64_t until = 0;
    meter.measure([&](std::uint64_t ops) {
        for (std::uint64_t done = 0; done < ops; done += bench::batch) {
            for (std::uint64_t value = 0; value < bench::batch; ++value) {
                queue.post([](void* to, std::uint64_t number) { static_cast<bench::sink*>(to)->take(number); }, &sink, value);
            }
            until += bench::batch;
            home.run_while([&] { return sink.count < until; });
        }
    });
    sink.check(meter.total());
}

using plain = bench::plain::rows<plain_loop, functor>;

template <std::uint64_t Waiting>
void timers(bench::meter& meter)
{
    plain_loop home;
    std::vector<std::unique_ptr<QTimer>> waiting;
    for (std::uint64_t number = 0; number < Waiting; ++number) {
        waiting.push_back(std::make_unique<QTimer>());
        waiting.back()->start(3600000 + static_cast<int>(number));
    }
    QTimer one;
    meter.measure([&](std::uint64_t ops) {
        for (std::uint64_t number = 0; number < ops; ++number) {
            one.start(1800000 + static_cast<int>(number % 1000));
            one.stop();
        }
    });
}

void spawn(bench::meter& meter)
{
    plain_loop home;
    meter.measure([&](std::uint64_t ops) {
        std::vector<QObject*> made(bench::batch);
        for (std::uint64_t done = 0; done < ops; done += bench::batch) {
            for (QObject*& one : made) {
                one = new QObject;
            }
            for (QObject* const one : made) {
                delete one;
            }
        }
    });
}

void memory(bench::meter& meter)
{
    struct counter : QObject {
        std::uint64_t state = 0;
    };
    plain_loop home;
    std::vector<std::unique_ptr<counter>> all(meter.ops);
    const std::uint64_t before = bench::allocated();
    for (auto& one : all) {
        one = std::make_unique<counter>();
    }
    meter.bytes = bench::allocated() - before;
}
} // namespace

int main(int count, char** words)
{
    return bench::run(count, words, {"Qt", QT_VERSION_MAJOR, QT_VERSION_MINOR, QT_VERSION_PATCH}, {
        {"burst", plain::burst}, {"burst_event", burst_event}, {"ping", plain::ping}, {"timers_1k", timers<1000>},
        {"producers_1", plain::produce<1>}, {"producers_4", plain::produce<4>}, {"wake", plain::wake}, {"spawn", spawn}, {"memory", memory},
        {"ours_burst", ours::burst}, {"ours_ping", ours::ping}, {"ours_timers_1k", ours::timers<1000>}, {"ours_deadlines_1k", ours::deadlines<1000>},
        {"ours_producers_1", ours::produce<1>}, {"ours_producers_4", ours::produce<4>}, {"ours_wake", ours::wake},
        {"ours_spawn", ours::spawn}, {"ours_memory", ours::memory},
    });
}
