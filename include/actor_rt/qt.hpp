/*
 * Owns: `qt_host`, a runtime on the event loop of a Qt 6 thread: the one of the application, a QThread, or any other
 * thread that runs a QEventLoop; `qt_log` and what QDebug prints of ours. Needs only QtCore, and no moc.
 *
 *     QApplication application(argc, argv);
 *     actor_rt::qt_host host;
 *     host.rt().spawn<counter>();
 *     return application.exec();                 // 1 after a failure; or host.run(), which throws it
 *
 * A posted event is the wake from other threads; one timer is the earliest deadline, the step that is owed, or the one that
 * was asked for on the loop's own thread.
 *
 * Why the owed step is a timer of 0 ms: one that fires again comes once in each round of the loop, as an event of low
 * priority that posts the next one does, and posted events, input, sockets, paint and other timers come in between;
 * counted, the two are alike. But neither lets the loop come to rest. With GLib's dispatcher all that Qt does has the
 * default priority there, whatever its own, and what GLib keeps for later never runs: no redraw of a GTK dialog, no
 * g_idle_add. So after each 16 ms of owed steps the next one is 1 ms away.
 *
 * A failure that nobody listens for (`on_failure`) is said in the category actor_rt and ends the loop, whose exec() returns
 * 1; `run` or `rethrow` throws it.
 *
 * Invariants:
 *   - At most one event is under way, and at most one timer is armed.
 *   - The timer never fires early: Qt counts whole milliseconds from when it is armed, and the delay is rounded up.
 *   - Each timer fires once. Qt keeps a timer back while its own event is being delivered, so a host call that opens a
 *     loop of its own, such as QMessageBox::exec, needs one that was armed after that.
 *   - The thread or the application may end first: the host is stopped then, while Qt's dispatcher still lives.
 *   - No exception passes through Qt.
 */
#ifndef ACTOR_RT_QT_HPP
#define ACTOR_RT_QT_HPP

#include "host.hpp"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QCoreApplication>
#include <QtCore/QDebug>
#include <QtCore/QEventLoop>
#include <QtCore/QLoggingCategory>
#include <QtCore/QThread>
#include <QtCore/QTimerEvent>

#include <cstdlib>

ACTOR_RT_BEGIN_NAMESPACE

class qt_host;

namespace detail {
/// What the adapter says through Qt, and where `qt_log` writes.
inline const QLoggingCategory& qt_category() noexcept
{
    static const QLoggingCategory category("actor_rt");
    return category;
}

/// One attachment to the loop of one thread: receives the event and the timer.
class qt_link final : public QObject, public std::enable_shared_from_this<qt_link> {
public:
    qt_host* host; // Null once the host has let go.

    explicit qt_link(qt_host* owner) noexcept : host(owner) {}

    /// Has the thread's loop step the runtime soon; any thread.
    void wake() noexcept
    {
        // On the loop's own thread a timer does, which costs no system call; if that has no dispatcher yet, there is none.
        if (std::this_thread::get_id() == owner_ && QAbstractEventDispatcher::instance() != nullptr) {
            arm(std::chrono::milliseconds(0));
        } else if (!posted_.exchange(true, std::memory_order_acq_rel)) {
            QCoreApplication::postEvent(this, new QEvent(event_type()));
        }
    }

    /// Steps once the loop has had a turn; see the head of this file.
    void arm_owed() noexcept
    {
        const auto now = std::chrono::steady_clock::now();
        if (!std::exchange(owed_, true)) {
            busy_since_ = now;
        }
        const bool rest = now - busy_since_ >= std::chrono::milliseconds(16);
        if (rest) {
            busy_since_ = now;
        }
        set_timer(std::chrono::milliseconds(rest ? 1 : 0));
    }
    /// Steps after a time, or never. Takes the place of what was armed before, as `arm_owed` does.
    void arm(std::optional<std::chrono::milliseconds> delay) noexcept
    {
        owed_ = false;
        set_timer(delay);
    }

    bool event(QEvent* arrived) noexcept override;

private:
    static QEvent::Type event_type() noexcept
    {
        static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
        return type;
    }

    void set_timer(std::optional<std::chrono::milliseconds> delay) noexcept
    {
        if (timer_ != 0) {
            killTimer(std::exchange(timer_, 0));
        }
        if (delay) {
            timer_ = startTimer(*delay, Qt::PreciseTimer);
        }
    }

    std::thread::id owner_ = std::this_thread::get_id(); // The loop's thread.
    std::atomic<bool> posted_{false};
    int timer_ = 0;
    bool owed_ = false;
    std::chrono::steady_clock::time_point busy_since_; // When the loop last could come to rest; while `owed_`.
};
/// What `forward` connects: takes as many arguments as `make` does.
template <class Actor, class Make>
struct qt_forward {
    bound_ref<Actor> to;
    Make make;

    template <class... Values>
    auto operator()(Values&&... values) -> decltype(void(std::declval<Make&>()(std::forward<Values>(values)...)))
    {
        (void)to.post(make(std::forward<Values>(values)...));
    }
};
} // namespace detail

/// Writes the runtime's log by Qt's, in the category actor_rt: `options().log(&actor_rt::qt_log)`.
inline void qt_log(log_level level, std::string_view text) noexcept
{
    const QByteArray line(text.data(), static_cast<int>(text.size()));
    if (level == log_level::error) {
        qCCritical(detail::qt_category, "%s", line.constData());
    } else if (level == log_level::warning) {
        qCWarning(detail::qt_category, "%s", line.constData());
    } else {
        qCInfo(detail::qt_category, "%s", line.constData());
    }
}

inline QDebug operator<<(QDebug out, status code)
{
    const QDebugStateSaver saver(out);
    out.nospace() << "actor_rt::status(" << code.code() << ", " << code.text() << ')';
    return out;
}
template <class Actor>
QDebug operator<<(QDebug out, actor_ref<Actor> actor)
{
    const QDebugStateSaver saver(out);
    out.nospace() << "actor_rt::actor_ref(0x" << Qt::hex << actor.id() << ')';
    return out;
}

/// A runtime on the event loop of the thread that makes it. Belongs to that thread; neither copyable nor movable.
class qt_host : public detail::loop_host<qt_host, detail::qt_link> {
public:
    /// Makes the runtime and attaches it. Throws `error` if either fails. `options::wake` is ignored.
    explicit qt_host(options how = options()) : loop_host(std::move(how)) { start(); }
    /// Lets go of the loop as `stop` does and destroys the runtime. Inside a handler, or on another thread, that is
    /// impossible and ends the process.
    ~qt_host()
    {
        stop();
        if (link_ != nullptr) {
            std::terminate(); // On another thread: that one's loop would go on calling us.
        }
    }

    /// The thread whose loop steps the runtime; null while stopped.
    QThread* thread() const noexcept { return link_ == nullptr ? nullptr : link_->thread(); }

    /// Attaches to the loop of the calling thread, the runtime's owner. What was posted meanwhile is handled in its next
    /// round. Nothing happens if it is attached. Throws `error`: ART_WRONG_THREAD on another thread, ART_WRONG_STATE if
    /// there is no QCoreApplication yet, ART_NULL_POINTER if the runtime was closed.
    void start()
    {
        if (link_ != nullptr) {
            return;
        }
        std::uint64_t unused = 0;
        detail::check(status(ACTOR_RT_CALL(next_deadline)(rt().get(), &unused)), rt().get());
        QCoreApplication* const application = QCoreApplication::instance();
        if (application == nullptr) {
            detail::raise(status(ART_WRONG_STATE), "qt_host: there is no QCoreApplication");
        }
        link_ = std::make_shared<detail::qt_link>(this);
        const auto over = [link = link_.get()] {
            if (link->host != nullptr) {
                link->host->stop();
            }
        };
        QThread* const here = QThread::currentThread();
        if (here == application->thread()) {
            QObject::connect(application, &QObject::destroyed, link_.get(), over, Qt::DirectConnection);
        } else {
            QObject::connect(here, &QThread::finished, link_.get(), over, Qt::DirectConnection);
        }
        link_->wake(); // This first step takes what came while there was no loop.
        gate_->open(link_.get());
    }

    /// Lets go of the loop: nothing of the host runs in it afterwards, and `run` returns. The runtime lives on, and may
    /// be started again. Happens by itself when the thread or the application ends. On another thread it only warns.
    void stop() noexcept
    {
        if (link_ == nullptr) {
            return;
        }
        if (QThread::currentThread() != link_->thread()) {
            qCWarning(detail::qt_category, "qt_host: stopped on another thread than the one it was started on");
            return;
        }
        gate_->close();
        link_->arm(std::nullopt);
        link_->host = nullptr;
        link_.reset(); // Inside its own event the receiver lives until that returns.
        if (running_ != nullptr) {
            running_->quit();
        }
    }

    /// Posts to an actor what a signal brings: `make`, called with the signal's arguments or with the first few of them,
    /// returns the message. Returns the connection, which ends with the sender, with `stop` and with the host; null while the
    /// host is stopped. A sender on another thread may be connected here, too: its signals come over this loop.
    template <class Sender, class Signal, class Actor, class Make>
    QMetaObject::Connection forward(const Sender* sender, Signal signal, actor_ref<Actor> to, Make make)
    {
        if (link_ == nullptr) {
            return {};
        }
        return QObject::connect(sender, signal, link_.get(), detail::qt_forward<Actor, Make>{rt().bind(to), std::move(make)});
    }

    /// Lets `run` return; without one the exec() of the thread or of the application, with all loops inside it. On the
    /// loop's thread, such as inside a handler.
    void quit() noexcept { leave(EXIT_SUCCESS); }

private:
    friend class detail::loop_host<qt_host, detail::qt_link>;
    friend class detail::qt_link;

    bool run_loop() noexcept
    {
        if (link_ == nullptr) {
            return false;
        }
        const std::weak_ptr<void> alive(gate_);
        QEventLoop loop;
        QEventLoop* const outer = std::exchange(running_, &loop);
        (void)loop.exec();
        if (alive.expired()) {
            return true; // A host call has destroyed the host.
        }
        running_ = outer;
        if (outer != nullptr && link_ == nullptr) {
            outer->quit();
        }
        return true;
    }

    void leave(int code) noexcept
    {
        if (running_ != nullptr) {
            running_->exit(code);
        } else if (link_ != nullptr && QThread::currentThread()->loopLevel() != 0) {
            // Without a loop to end, Qt would let the thread's later loops return at once.
            QCoreApplication* const application = QCoreApplication::instance();
            if (application != nullptr && application->thread() == QThread::currentThread()) {
                QCoreApplication::exit(code);
            } else {
                QThread::currentThread()->exit(code);
            }
        }
    }

    void arm(bool owed, std::optional<std::chrono::nanoseconds> timeout, time_point) noexcept
    {
        if (owed) {
            link_->arm_owed();
        } else if (timeout) {
            link_->arm(std::chrono::ceil<std::chrono::milliseconds>(*timeout));
        } else {
            link_->arm(std::nullopt);
        }
    }

    static void print(const char* text) noexcept { qCCritical(detail::qt_category, "%s", text); }
    void failed() noexcept { leave(EXIT_FAILURE); }

    std::shared_ptr<detail::qt_link> link_;
    QEventLoop* running_ = nullptr; // That of the innermost `run`.
};

inline bool detail::qt_link::event(QEvent* arrived) noexcept
{
    const std::shared_ptr<qt_link> alive = shared_from_this();
    if (arrived->type() == event_type()) {
        // Not a mere store: this has to see what was published before a `post` that found it set.
        (void)posted_.exchange(false, std::memory_order_acq_rel);
        qt_host::turn(alive, false);
        return true;
    }
    if (arrived->type() == QEvent::Timer && static_cast<QTimerEvent*>(arrived)->timerId() == timer_) {
        set_timer(std::nullopt);
        qt_host::turn(alive, owed_);
        return true;
    }
    return QObject::event(arrived);
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_QT_HPP
