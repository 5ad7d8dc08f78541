/*
 * Owns: `asio_host`, a runtime on an io_context of asio 1.18 or newer. For Boost.Asio define ACTOR_RT_ASIO_BOOST (the
 * CMake target actor_rt::boost_asio does); a program may use each in files of its own. Needs only asio.
 *
 *     asio::io_context context;
 *     actor_rt::asio_host host(context);
 *     host.rt().spawn<counter>();
 *     host.run();                                // or context.run(), if other work keeps it alive
 *
 * A wake and a step that is owed are posted handlers, the earliest deadline a steady_timer. A posted handler goes behind
 * all that is ready, and behind asio's look at its sockets; so between two steps every ready handler of the host's gets
 * its turn. Armed timers, wakes and owed steps keep `run` going, as in asio everything does that has a handler to come;
 * waiting for other threads does so only with `keep_alive` or inside `run`.
 *
 * One thread runs the context, and no strand is needed. In a context of several threads a step that comes to another one
 * throws ART_WRONG_THREAD out of its `run`. A strand or adopt_thread would not help: actors are written for one thread,
 * and so are `rt()` and what handlers share with them. Give the actors a context and a thread of their own; the others
 * reach them through a `remote`, and actors reach the others by asio::post.
 *
 * Exceptions: asio lets what a handler throws out of `run`, and `run` may be called again. What an actor's handler throws
 * does the same, after the next step and the timer are arranged, and is said on standard error; with a listener
 * (`on_failure`) it only goes there.
 *
 * Nested loops: a host call may call `run` of the host, or run_one or poll of the context, and the actors go on. In a context
 * with a concurrency hint of 1 it has to be poll or poll_one, and with keep_alive: asio keeps there what a handler posts
 * to itself until the handler ends, and does not count it. While steps are owed there is always a handler ready, and
 * `poll` does not return: to run a context for a while there is run_for.
 *
 * Invariants:
 *   - The context's end lets go of it as `stop` does (asio_watch), so that context and host may go in either order.
 *   - A handler of ours holds the link; one that comes after `stop` finds no host there and does nothing.
 */
#ifndef ACTOR_RT_ASIO_HPP
#define ACTOR_RT_ASIO_HPP

#include "host.hpp"

#include <vector>

#ifdef ACTOR_RT_ASIO_BOOST
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#define ACTOR_RT_ASIO ::boost::asio
#define ACTOR_RT_ASIO_FORM on_boost_asio
#elif __has_include(<asio/io_context.hpp>)
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#define ACTOR_RT_ASIO ::asio
#define ACTOR_RT_ASIO_FORM on_asio
#else
#error "actor_rt/asio.hpp: there is no <asio/io_context.hpp>; for Boost.Asio define ACTOR_RT_ASIO_BOOST"
#endif

ACTOR_RT_BEGIN_NAMESPACE
inline namespace ACTOR_RT_ASIO_FORM { // The two asios make two classes.
class asio_host;
}

namespace detail {
inline namespace ACTOR_RT_ASIO_FORM {
/// One attachment to one context. Handlers that are still to come keep it; the asio objects in it go with `stop`.
struct asio_link : std::enable_shared_from_this<asio_link> {
    asio_host* host;                                    // Null once the host has let go.
    ACTOR_RT_ASIO::io_context* context;
    std::thread::id owner = std::this_thread::get_id(); // The loop's thread.
    std::optional<ACTOR_RT_ASIO::steady_timer> timer;
    std::optional<ACTOR_RT_ASIO::executor_work_guard<ACTOR_RT_ASIO::io_context::executor_type>> work;
    std::uint64_t waits = 0; // Numbers the timer's waits: one that was cancelled may still come as if it had not been.
    bool* over = nullptr;    // Of the innermost `run`: whether it is to return. Null while there is none.
    bool owed = false;
    bool posted = false;     // A handler for what is owed is on its way.

    asio_link(asio_host* to, ACTOR_RT_ASIO::io_context& with) : host(to), context(&with), timer(with) {}

    void wake() noexcept
    {
        ACTOR_RT_ASIO::post(*context, [link = shared_from_this()] { turn(link, false); });
    }
    void owe(bool yes)
    {
        owed = yes;
        if (owed && !posted) {
            posted = true;
            ACTOR_RT_ASIO::post(*context, [link = shared_from_this()] {
                link->posted = false;
                if (link->owed) {
                    turn(link, true);
                }
            });
        }
    }
    void wait(std::chrono::steady_clock::time_point until)
    {
        timer->expires_at(until);
        timer->async_wait([link = shared_from_this(), number = ++waits](const auto& failure) {
            if (!failure && number == link->waits) {
                turn(link, false);
            }
        });
    }
    void wait_no_more()
    {
        ++waits;
        timer->cancel();
    }

    static void turn(const std::shared_ptr<asio_link>& link, bool idle);
};

/// Tells the hosts of a context that it ends: a timer must not outlive its context.
class asio_watch : public ACTOR_RT_ASIO::execution_context::service {
public:
    using key_type = asio_watch;
    inline static ACTOR_RT_ASIO::execution_context::id id;

    explicit asio_watch(ACTOR_RT_ASIO::execution_context& of) : service(of) {}

    void add(asio_host* host) { hosts_.push_back(host); }
    void remove(asio_host* host) noexcept { hosts_.erase(std::remove(hosts_.begin(), hosts_.end(), host), hosts_.end()); }

private:
    void shutdown() noexcept override;

    std::vector<asio_host*> hosts_;
};
} // namespace ACTOR_RT_ASIO_FORM
} // namespace detail

inline namespace ACTOR_RT_ASIO_FORM {
/// A runtime on an io_context. Belongs to the thread that runs the context; neither copyable nor movable, since handlers
/// keep its address.
class asio_host : public detail::loop_host<asio_host, detail::asio_link> {
public:
    /// Makes the runtime and attaches it, as `start` does. Throws `error` if it cannot be had. `options::wake` is ignored.
    explicit asio_host(ACTOR_RT_ASIO::io_context& context, options how = options()) : asio_host(std::move(how)) { start(context); }
    /// Makes the runtime only; see `start`.
    explicit asio_host(options how = options()) : loop_host(std::move(how)) {}
    /// Lets go of the context as `stop` does and destroys the runtime. Not inside a handler.
    ~asio_host() { stop(); }

    /// The context; null while stopped.
    ACTOR_RT_ASIO::io_context* context() const noexcept { return link_ ? link_->context : nullptr; }

    /// Attaches to a context, on the thread that runs it. What was posted meanwhile is handled in its next round. Nothing
    /// happens if it is attached. Throws what asio throws if it has no timer for us.
    void start(ACTOR_RT_ASIO::io_context& context)
    {
        if (link_) {
            return;
        }
        auto made = std::make_shared<detail::asio_link>(this, context);
        ACTOR_RT_ASIO::use_service<detail::asio_watch>(context).add(this);
        link_ = std::move(made);
        deadline_ = never;
        keep_alive(keep_alive_);
        link_->owe(true); // The first turn takes what came while there was no loop.
        gate_->open(link_.get());
    }

    /// Lets go of the context: no callback of the host runs afterwards. The runtime lives on, and may be started on this
    /// or another context.
    void stop() noexcept
    {
        if (!link_) {
            return;
        }
        gate_->close();
        const std::shared_ptr<detail::asio_link> link = std::exchange(link_, nullptr);
        link->host = nullptr;
        link->timer.reset();
        link->work.reset();
        ACTOR_RT_ASIO::use_service<detail::asio_watch>(*link->context).remove(this);
    }

    /// Whether the context is to stay alive for messages from other threads while nothing else does so.
    void keep_alive(bool yes)
    {
        keep_alive_ = yes;
        if (link_ && yes != link_->work.has_value()) {
            yes ? (void)link_->work.emplace(link_->context->get_executor()) : link_->work.reset();
        }
    }

    /// Lets the innermost `run` return after this handler. That keeps the context alive, restarts it if it was stopped, and also
    /// ends when it is stopped, or when the host is and nothing else keeps the context alive. On the loop's thread, such as inside an actor's handler. Without
    /// one it stops the context, so that io_context::run returns; before that can run again it has to be restarted, as asio
    /// has it.
    void quit()
    {
        if (!link_) {
            return;
        }
        if (link_->over != nullptr) {
            *link_->over = true;
        } else {
            link_->context->stop();
        }
    }

private:
    friend class detail::loop_host<asio_host, detail::asio_link>;
    friend struct detail::asio_link;

    /// Keeps the context alive, also if `run` throws. A host call may destroy the host; the gate expires with it.
    class kept_alive {
    public:
        explicit kept_alive(asio_host& host) : host_(host), living_(host.gate_), before_(host.keep_alive_) { host.keep_alive(true); }
        kept_alive(const kept_alive&) = delete;
        kept_alive& operator=(const kept_alive&) = delete;
        ~kept_alive()
        {
            if (!living_.expired()) {
                host_.keep_alive(before_);
            }
        }

    private:
        asio_host& host_;
        std::weak_ptr<void> living_;
        bool before_;
    };

    /// A `run` inside of those that were there before it.
    class level {
    public:
        explicit level(detail::asio_link& of) : link_(of), outer_(std::exchange(of.over, &over_)) {}
        level(const level&) = delete;
        level& operator=(const level&) = delete;
        ~level() { link_.over = outer_; }
        bool over() const noexcept { return over_; }

    private:
        detail::asio_link& link_;
        bool* outer_;
        bool over_ = false;
    };

    /// A host call may run another one inside.
    bool run_loop()
    {
        const std::shared_ptr<detail::asio_link> link = link_;
        if (!link) {
            return false;
        }
        ACTOR_RT_ASIO::io_context& running = *link->context;
        const kept_alive alive(*this);
        if (running.stopped()) {
            running.restart();
        }
        const level innermost(*link);
        while (!innermost.over() && running.run_one() != 0) {
        }
        return true;
    }

    void arm(bool owed, std::optional<std::chrono::nanoseconds> timeout, time_point deadline) noexcept
    {
        link_->owe(owed);
        if (!timeout) {
            if (due_) {
                link_->wait_no_more();
            }
            due_.reset();
            return;
        }
        // A change costs an allocation and a handler. The same deadline, computed again from two clocks, comes out a little
        // earlier or later; never too early, so the wait under way will do.
        const auto now = std::chrono::steady_clock::now();
        const auto due = now + *timeout;
        if (due_ && deadline == deadline_ && *due_ <= due + jitter && *due_ > now) {
            return;
        }
        deadline_ = deadline;
        due_ = due;
        link_->wait(due);
    }

    void failed()
    {
        if (!may_throw()) {
            quit();
            return;
        }
#ifndef ACTOR_RT_NO_EXCEPTIONS
        std::exception_ptr first = rt().take_failure();
        if (rt().has_failure()) {
            link_->owe(true); // The next one leaves the next turn.
        }
        if (first) {
            std::rethrow_exception(std::move(first));
        }
        rethrow();
#else
        quit();
#endif
    }

    std::shared_ptr<detail::asio_link> link_;
    std::optional<std::chrono::steady_clock::time_point> due_; // What the timer waits for.
    time_point deadline_ = never;                              // The deadline that this stands for.
    bool keep_alive_ = false;
};

} // namespace ACTOR_RT_ASIO_FORM

inline void detail::asio_link::turn(const std::shared_ptr<asio_link>& link, bool idle)
{
    if (link->owner != std::this_thread::get_id()) {
        raise(status(ART_WRONG_THREAD), "the io_context is run by another thread than the one that called asio_host::start");
    }
    asio_host::turn(link, idle);
}

inline void detail::asio_watch::shutdown() noexcept
{
    while (!hosts_.empty()) {
        hosts_.front()->stop();
    }
}

ACTOR_RT_END_NAMESPACE

#undef ACTOR_RT_ASIO
#undef ACTOR_RT_ASIO_FORM

#endif // ACTOR_RT_ASIO_HPP
