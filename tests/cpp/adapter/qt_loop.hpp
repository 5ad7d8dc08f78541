/*
 * The loop and the host of Qt's tests, for the loop of the application's thread, or with ADAPTER_TEST_QTHREAD for that of the
 * QThread on which the tests run. See fixture.hpp.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_QT_LOOP_HPP
#define ACTOR_RT_TESTS_ADAPTER_QT_LOOP_HPP

#include "../check.hpp"

#include <actor_rt/qt.hpp>

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QTimer>

#include <functional>
#include <memory>
#include <unistd.h>

namespace here {
const unsigned watchdog_is_armed = alarm(120); // Ends the process, should a loop not return.

inline char program[] = "adapter_qt";
inline char* arguments[] = {program, nullptr};

template <class Application>
struct running {
    int count = 1;
    Application application{count, arguments};
};

/// Lets the loop of this thread do all that it can do without waiting.
inline void settle()
{
    for (int round = 0; round < 10; ++round) {
        QCoreApplication::processEvents();
    }
}

/// The loop of this thread. That of the application belongs to it, of which there can be one: all loops of a test share it.
struct loop {
#ifndef ADAPTER_TEST_QTHREAD
    std::shared_ptr<running<QCoreApplication>> qt = shared();
#endif
    std::unique_ptr<QObject> context = std::make_unique<QObject>();
    int waits = 0;

    loop()
    {
        QObject::connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, context.get(),
                         [this] { ++waits; });
    }
    ~loop() { end(); }
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;
    void end()
    {
        context.reset();
#ifndef ADAPTER_TEST_QTHREAD
        qt.reset();
#endif
    }
    static std::shared_ptr<running<QCoreApplication>> shared()
    {
        static std::weak_ptr<running<QCoreApplication>> only;
        auto one = only.lock();
        if (one == nullptr) {
            only = one = std::make_shared<running<QCoreApplication>>();
        }
        return one;
    }
    void settle() const { here::settle(); }
    template <class Condition>
    void run_while(Condition condition) const
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
    void soon(std::function<void()> work) const { QMetaObject::invokeMethod(context.get(), std::move(work), Qt::QueuedConnection); }
    void later(std::chrono::milliseconds delay, std::function<void()> work) const
    {
        QTimer::singleShot(delay, Qt::PreciseTimer, context.get(), std::move(work));
    }
    int rounds() const { return waits; }
};

struct host : actor_rt::qt_host {
    explicit host(loop&, actor_rt::options how = actor_rt::options()) : qt_host(std::move(how)) {}
    bool attached() const { return thread() != nullptr; }
    void start_on(loop&) { start(); }
};

/// What Qt is told.
template <class Code>
std::string said(Code code)
{
    static std::string text;
    text.clear();
    const QtMessageHandler before = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext& context, const QString& line) {
        CHECK(type == QtCriticalMsg && std::strcmp(context.category, "actor_rt") == 0);
        text += line.toStdString();
    });
    code();
    qInstallMessageHandler(before);
    return text;
}
} // namespace here

#endif // ACTOR_RT_TESTS_ADAPTER_QT_LOOP_HPP
