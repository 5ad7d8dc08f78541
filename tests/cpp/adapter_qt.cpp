// The adapter for Qt, on real loops: the rules of every adapter, and those that only Qt has. Run with both of Qt's dispatchers;
// see CMakeLists.txt.
#include "adapter/qt_loop.hpp"

#include <QtCore/QSocketNotifier>
#include <QtCore/QThread>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QDialog>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMessageBox>

#include <algorithm>
#include <ctime>
#include <dlfcn.h>

#include "adapter/steps.hpp"
#include "adapter/failures.hpp"
#include "adapter/ends.hpp"
#include "adapter/attachment.hpp"
#include "adapter/loop_ends.hpp"
#include "adapter/nesting.hpp"
#include "adapter/running.hpp"

namespace {
using plain_worker = adapter::worker<actor_rt::qt_host>; // For hosts on other threads, or with windows.

/// The CPU time of this thread, which nobody else on the machine can use up.
std::chrono::nanoseconds cpu_time()
{
    timespec now = {};
    CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}
} // namespace

TEST(a_step_that_another_cause_brought_about_leaves_at_most_one_event_behind)
{
    fixture f;
    for (int count = 0; count < 100; ++count) {
        CHECK(f.host.rt().post(f.to, item{}).ok()); // Posts the event …
        (void)f.host.rt().step();                   // … and somebody steps before it comes, so that the next one wakes.
    }
    const std::uint64_t before = f.steps();
    here::settle();
    CHECK(f.turns == 100 && f.steps() - before == 1);
}

TEST(quit_ends_the_exec_of_the_application_if_there_is_no_run)
{
    fixture f;
    f.host.quit(); // Without a loop nothing is to end, not even a later one.
    CHECK(f.host.rt().post(f.to, again{10}).ok());
    CHECK(QCoreApplication::exec() == 0 && f.turns == 11);
    CHECK(f.host.rt().post(f.to, again{10}).ok());
    f.host.run();
    CHECK(f.turns == 22);
}

namespace {
/// A window that takes what stands for input.
struct window : QWidget {
    int inputs = 0;
    int paints = 0;
    std::uint64_t steps = 0;         // Since the start.
    std::uint64_t sent = 0;          // `steps` when the input was sent.
    std::uint64_t most_between = 0;  // Steps that an input had to wait for.
    std::chrono::nanoseconds sent_at{0};
    std::chrono::nanoseconds longest{0};

    bool event(QEvent* arrived) override
    {
        if (arrived->type() != QEvent::User) {
            return QWidget::event(arrived);
        }
        ++inputs;
        most_between = std::max(most_between, steps - sent);
        longest = std::max(longest, cpu_time() - sent_at);
        return true;
    }
    void paintEvent(QPaintEvent*) override { ++paints; }
    void send()
    {
        sent = steps;
        sent_at = cpu_time();
        QCoreApplication::postEvent(this, new QEvent(QEvent::User));
        update();
    }
};
} // namespace

TEST(two_actors_that_flood_each_other_leave_input_paint_timers_and_sockets_their_turns)
{
    here::running<QApplication> qt;
    actor_rt::qt_host host;
    window seen;
    seen.show();
    int ends[2];
    CHECK(pipe(ends) == 0 && write(ends[1], "x", 1) == 1); // Readable for ever.
    QSocketNotifier socket(ends[0], QSocketNotifier::Read);
    std::uint64_t ticks = 0;
    std::uint64_t reads = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] { ++ticks; });
    QObject::connect(&socket, &QSocketNotifier::activated, [&] { ++reads; });
    timer.start(0);
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        CHECK(result.more);
        ++seen.steps;
        if (seen.steps % 5 == 0) {
            seen.send(); // Right after a step: the next one has to wait.
        }
        if (seen.steps == 1000) {
            host.quit();
        }
    });
    const flood busy(host.rt());
    host.run();
    CHECK(seen.inputs >= 199 && seen.most_between <= 1 && seen.paints >= 190);
    CHECK(ticks >= 990 && reads >= 990);
    // Each waits for at most one step of 2 ms and 16 messages, and is not kept by the machine's other work.
    CHECK(seen.longest <= 5ms);
    close(ends[0]);
    close(ends[1]);
}

TEST(input_from_another_thread_waits_for_at_most_two_steps_of_a_flood)
{
    here::running<QApplication> qt;
    actor_rt::qt_host host;
    std::atomic<std::uint64_t> steps{0};
    host.on_step([&](const actor_rt::step_result&, std::chrono::nanoseconds) { ++steps; });
    host.set_budget({UINT32_MAX, 2ms, false}); // Long steps, beside which the other thread's own delays are short.
    const flood busy(host.rt());
    std::vector<std::uint64_t> waited;
    std::thread other([&] {
        for (int count = 0; count < 101; ++count) {
            std::atomic<bool> handled{false};
            const std::uint64_t before = steps;
            QMetaObject::invokeMethod(qApp, [&] {
                waited.push_back(steps - before);
                handled = true;
            }, Qt::QueuedConnection);
            while (!handled || steps == before) { // Each input in another step; while the loop rests they are for nothing.
                std::this_thread::yield();
            }
        }
        QMetaObject::invokeMethod(qApp, [&] { host.quit(); }, Qt::QueuedConnection);
    });
    host.run();
    other.join();
    // The one under way and perhaps the next. The median, as the other thread may have slept between two of its lines.
    std::sort(waited.begin(), waited.end());
    CHECK(waited.size() == 101 && waited[50] <= 2 && steps >= 101);
}

TEST(with_glib_a_flood_lets_the_loop_rest_so_that_its_lower_priorities_run)
{
    here::loop home;
    if (!QAbstractEventDispatcher::instance()->inherits("QEventDispatcherGlib")) {
        return; // Qt's own dispatcher has no priorities.
    }
    // Qt links GLib; this program needs no header of it.
    using add_source = unsigned (*)(int priority, int (*call)(void*), void* user, void (*drop)(void*));
    const auto add = reinterpret_cast<add_source>(dlsym(RTLD_DEFAULT, "g_idle_add_full"));
    CHECK(add != nullptr);
    actor_rt::qt_host host;
    const flood busy(host.rt());
    int redraws = 0;
    struct both {
        int& redraws;
        actor_rt::qt_host& host;
    } seen = {redraws, host};
    constexpr int gdk_priority_redraw = 120;
    add(gdk_priority_redraw, [](void* user) {
        both& self = *static_cast<both*>(user);
        if (++self.redraws == 10) {
            self.host.quit();
        }
        return self.redraws < 10 ? 1 : 0;
    }, &seen, nullptr);
    host.run(); // Without a rest it never ends.
    CHECK(redraws == 10);
}

TEST(a_dialog_in_a_host_call_runs_while_the_actors_go_on)
{
    here::running<QApplication> qt;
    std::atomic<int> turns{0};
    actor_rt::qt_host host;
    const auto to = host.rt().spawn<plain_worker>(host, turns);
    const actor_rt::remote door = host.rt().make_remote();
    int answered = 0;
    const auto asker = host.rt().spawn<doer>([&](actor_rt::context& cx) {
        CHECK(cx.after(to, 3ms, item{})); // Only the step before the dialog knows of it.
        CHECK(cx.host_call([&] {
            QMessageBox box(QMessageBox::Information, "title", "text");
            std::thread other;
            QTimer poll;
            QObject::connect(&poll, &QTimer::timeout, [&] {
                if (turns == 1 && !other.joinable()) {
                    other = std::thread([&] { CHECK(door.post(to, item{}).ok()); });
                } else if (turns == 2) {
                    box.accept();
                }
            });
            poll.start(1);
            const int answer = box.exec();
            other.join();
            return answer;
        }, [&](actor_rt::context&, int answer) {
            answered = answer;
            host.quit();
        }).ok());
    });
    CHECK(host.rt().post(asker, item{}).ok());
    host.run();
    CHECK(answered == QDialog::Accepted && turns == 2);
}

TEST(a_dialog_directly_in_a_handler_works_while_the_actors_pause_without_spinning_and_nothing_is_lost)
{
    // Once in the step of a posted message, once in that of a timer's.
    for (const auto later : {0ms, 2ms}) {
        here::running<QApplication> qt;
        QApplication::setQuitOnLastWindowClosed(false); // The dialog is the last window.
        std::atomic<int> turns{0};
        actor_rt::qt_host host;
        const auto to = host.rt().spawn<plain_worker>(host, turns);
        const actor_rt::remote door = host.rt().make_remote();
        QString typed;
        int answer = 0;
        const auto asker = host.rt().spawn<doer>([&](actor_rt::context& cx) {
            CHECK(cx.after(to, 2ms, item{}) && cx.post(to, item{}).ok());
            std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
            QDialog dialog;
            QLineEdit line(&dialog);
            for (const QChar letter : QStringLiteral("hello")) {
                QCoreApplication::postEvent(&line, new QKeyEvent(QEvent::KeyPress, 0, Qt::NoModifier, QString(letter)));
            }
            int waits = 0;
            QObject::connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, &dialog, [&] { ++waits; });
            std::thread other;
            QTimer::singleShot(10ms, &dialog, [&] { // From outside, and from the loop's own thread.
                other = std::thread([&] { CHECK(door.post(to, item{}).ok()); });
                CHECK(host.rt().post(to, item{}).ok());
            });
            QTimer::singleShot(40ms, &dialog, &QDialog::accept);
            const std::uint64_t step = host.rt().last_step().step;
            const int before = turns;
            answer = dialog.exec();
            other.join();
            CHECK(turns == before && host.rt().last_step().step == step && waits <= 30);
            typed = line.text();
            CHECK(cx.after(to, 20ms, again{0}));
        });
        CHECK(host.rt().after(to, 5ms, item{})); // Passes while the dialog is open, unless the machine is slow.
        here::settle();
        CHECK(host.rt().after(asker, later, item{}));
        CHECK(QCoreApplication::exec() == 0);
        CHECK(answer == QDialog::Accepted && typed == QStringLiteral("hello") && turns == 7);
    }
}

TEST(a_host_without_an_application_does_not_start)
{
    auto home = std::make_unique<here::loop>();
    here::host host(*home);
    home.reset();
    CHECK(!host.attached());
    bool refused = false;
    try {
        host.start();
    } catch (const actor_rt::error& failure) {
        refused = failure.status() == ART_WRONG_STATE;
    }
    CHECK(refused);
}

TEST(a_host_is_refused_without_an_application)
{
    bool refused = false;
    try {
        actor_rt::qt_host host;
    } catch (const actor_rt::error& failure) {
        refused = failure.status() == ART_WRONG_STATE;
    }
    CHECK(refused);
}

namespace {
struct named {
    static constexpr std::string_view tag_name = "test.named";
    int number;
    std::string name;
};
struct listener : actor_rt::actor<listener, named> {
    std::string& heard;
    explicit listener(std::string& to) : heard(to) {}
    void on(actor_rt::context&, const named& message) { heard += std::to_string(message.number) + message.name + ' '; }
};
} // namespace

TEST(a_signal_is_forwarded_to_an_actor_until_the_sender_goes_or_the_host_stops)
{
    here::loop home;
    std::string heard;
    actor_rt::qt_host host;
    const auto to = host.rt().spawn<listener>(heard);
    auto sender = std::make_unique<QObject>();
    // With the signal's argument, and with fewer.
    CHECK(host.forward(sender.get(), &QObject::objectNameChanged, to,
                       [](const QString& name) { return named{1, name.toStdString()}; }));
    CHECK(host.forward(sender.get(), &QObject::destroyed, to, [number = 2]() mutable { return named{number++, ""}; }));
    sender->setObjectName(QStringLiteral("a"));
    std::thread([&] { sender->setObjectName(QStringLiteral("b")); }).join(); // Comes over the host's loop.
    home.settle();
    CHECK(heard == "1a 1b ");
    sender.reset();
    home.settle();
    CHECK(heard == "1a 1b 2 ");

    QObject other;
    CHECK(host.forward(&other, &QObject::objectNameChanged, to, [](const QString&) { return named{3, ""}; }));
    host.stop();
    other.setObjectName(QStringLiteral("c"));
    CHECK(!host.forward(&other, &QObject::objectNameChanged, to, [](const QString&) { return named{3, ""}; }));
    host.start();
    home.settle();
    CHECK(heard == "1a 1b 2 ");
}

TEST(a_signal_may_outlive_the_host_it_was_forwarded_to)
{
    here::loop home;
    std::string heard;
    QObject sender;
    {
        actor_rt::qt_host host;
        CHECK(host.forward(&sender, &QObject::objectNameChanged, host.rt().spawn<listener>(heard),
                           [](const QString& name) { return named{1, name.toStdString()}; }));
    }
    sender.setObjectName(QStringLiteral("late"));
    home.settle();
    CHECK(heard.empty());
}

TEST(the_log_goes_to_a_category_of_qts)
{
    here::loop home;
    static std::vector<std::pair<QtMsgType, QString>> lines;
    lines.clear();
    QLoggingCategory::setFilterRules(QStringLiteral("actor_rt.info=true"));
    const QtMessageHandler before = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext& context, const QString& line) {
        CHECK(std::strcmp(context.category, "actor_rt") == 0);
        lines.emplace_back(type, line);
    });
    actor_rt::qt_log(actor_rt::log_level::info, "one %s");
    actor_rt::qt_log(actor_rt::log_level::warning, "two");
    {
        actor_rt::options how;
        how.log(&actor_rt::qt_log);
        actor_rt::qt_host host(std::move(how));
        std::atomic<int> turns{0};
        CHECK(host.rt().post(host.rt().spawn_with<plain_worker>(actor_rt::actor_options().name("anna"), host, turns), boom{}).ok());
        home.settle();
        CHECK(thrown_by([&] { host.rethrow(); }));
    }
    qInstallMessageHandler(before);
    CHECK(lines.size() == 3 && lines[0].first == QtInfoMsg && lines[0].second == QStringLiteral("one %s"));
    CHECK(lines[1].first == QtWarningMsg && lines[2].first == QtCriticalMsg);
    CHECK(lines[2].second.contains(QStringLiteral("anna")) && lines[2].second.contains(QStringLiteral("boom")));
}

TEST(qdebug_prints_statuses_and_references)
{
    QString text;
    QDebug(&text) << actor_rt::status(ART_NOT_FOUND) << actor_rt::actor_ref<>(0x1f) << 10;
    CHECK(text.startsWith(QStringLiteral("actor_rt::status(%1, ").arg(ART_NOT_FOUND)));
    CHECK(text.trimmed().endsWith(QStringLiteral("actor_rt::actor_ref(0x1f) 10")));
}

namespace {
/// A thread of Qt's whose `run` is the given one.
template <class Code>
struct thread final : QThread {
    Code code;
    explicit thread(Code given) : code(std::move(given)) {}
    void run() override
    {
        code([this] { return exec(); });
    }
};
} // namespace

TEST(a_thread_of_qts_has_a_host_of_its_own)
{
    fixture f;
    const actor_rt::remote home = f.host.rt().make_remote();
    thread away([&](auto exec) {
        std::atomic<int> turns{0};
        actor_rt::qt_host host;
        const auto to = host.rt().spawn<plain_worker>(host, turns);
        CHECK(host.thread() == QThread::currentThread());
        // With the thread's exec, and with a run of the host's.
        CHECK(host.rt().after(to, 1ms, again{10}) && exec() == 0 && turns == 11);
        std::thread([&, door = host.rt().make_remote()] { CHECK(door.post(to, item{}).ok()); }).join();
        while (turns == 11) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        CHECK(home.post(f.to, again{0}).ok());
    });
    away.start();
    f.host.run();
    away.wait();
    CHECK(f.turns == 1);
}

TEST(a_thread_that_qt_did_not_start_may_have_one_too)
{
    here::loop home;
    std::thread([] {
        std::atomic<int> turns{0};
        actor_rt::qt_host host;
        const auto to = host.rt().spawn<plain_worker>(host, turns);
        CHECK(host.rt().after(to, 1ms, again{10}));
        host.run();
        CHECK(turns == 11);
    }).join();
}

TEST(a_thread_may_end_first_and_another_one_adopts_the_runtime)
{
    here::loop home;
    std::atomic<int> turns{0};
    std::unique_ptr<actor_rt::qt_host> host;
    actor_rt::actor_ref<plain_worker> to;
    const auto body = [&] {
        if (host == nullptr) {
            host = std::make_unique<actor_rt::qt_host>();
            to = host->rt().spawn<plain_worker>(*host, turns);
        } else {
            CHECK(host->rt().adopt_thread().ok());
            host->start();
        }
        CHECK(host->rt().after(to, 1h, item{}));
        here::settle();
        CHECK(host->rt().post(to, item{}).ok());
    };
    {
        thread first([&](auto) { body(); });
        first.start();
        first.wait();
        CHECK(host->thread() == nullptr);
    }
    std::thread(body).join();
    CHECK(host->thread() == nullptr && host->rt().adopt_thread().ok());
    host->start();
    here::settle();
    CHECK(turns == 2);
    host.reset();
}

TEST(another_thread_can_neither_start_nor_stop_the_host)
{
    fixture f;
    std::thread([&] {
        const QtMessageHandler before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
        f.host.stop();
        qInstallMessageHandler(before);
    }).join();
    CHECK(f.host.thread() == QThread::currentThread());
    f.host.stop();
    std::thread([&] {
        bool refused = false;
        try {
            f.host.start();
        } catch (const actor_rt::error& failure) {
            refused = failure.status() == ART_WRONG_THREAD;
        }
        CHECK(refused);
    }).join();
    f.host.start();
    CHECK(f.host.rt().post(f.to, again{0}).ok());
    f.host.run();
    CHECK(f.turns == 1);
}

TEST(what_a_handler_threw_ends_the_exec_of_a_thread_of_qts_with_a_failure)
{
    here::loop home;
    thread away([&](auto exec) {
        std::atomic<int> turns{0};
        actor_rt::qt_host host;
        const auto to = host.rt().spawn<plain_worker>(host, turns);
        CHECK(host.rt().post(to, boom{}).ok());
        CHECK(exec() == EXIT_FAILURE);
        CHECK(thrown_by([&] { host.rethrow(); }));
    });
    away.start();
    away.wait();
}

TEST(what_a_handler_threw_ends_the_exec_of_the_application_and_waits_for_rethrow)
{
    fixture f;
    // With a loop of the application's.
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    CHECK(QCoreApplication::exec() == EXIT_FAILURE);
    CHECK(thrown_by([&] { f.host.rethrow(); }));
    // And without any loop: then the next run has it.
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().post(other, boom{}).ok());
    here::settle();
    CHECK(thrown_by([&] { f.host.run(); }));
}

TEST(a_listener_may_open_a_loop_and_destroy_the_host)
{
    here::loop home;
    std::atomic<int> turns{0};
    auto host = std::make_unique<actor_rt::qt_host>();
    host->on_failure([&, held = std::make_shared<int>(7)](std::exception_ptr) {
        const auto other = host->rt().spawn<plain_worker>(*host, turns);
        CHECK(host->rt().after(other, 1ms, again{0}));
        host->run();
        CHECK(turns == 1);
        host.reset();
        CHECK(*held == 7); // This very callback still lives.
    });
    const auto to = host->rt().spawn<plain_worker>(*host, turns);
    CHECK(host->rt().post(to, boom{}).ok());
    host->run();
    CHECK(host == nullptr);
}

