/*
 * Owns: `uv_host`, a runtime on a libuv loop (1.44 or newer). Needs only libuv.
 *
 *     actor_rt::uv_host host(uv_default_loop());
 *     host.rt().spawn<counter>();
 *     host.run();                                // or uv_run, if the loop has other work that keeps it alive
 *
 * One poll handle on a descriptor of the host's own is the wake from other threads, one timer the earliest deadline, one
 * idle handle the step that is owed or was asked for on the loop's own thread. Armed timers and owed steps keep `uv_run`
 * going; the poll handle does so only with `keep_alive` or inside `run`. A failure that nobody listens for (`on_failure`) is
 * said on standard error and stops the loop; `run` or `rethrow` throws it.
 *
 * Why no async handle: uv_async_send reaches into the loop, and any thread may post when the program has closed all handles
 * (uv_walk) and freed the loop. A descriptor of ours does not mind. Where there is none (Windows, or ACTOR_RT_UV_ASYNC is
 * defined) it is an async handle all the same; there `stop` has to come before somebody else closes the host's handles.
 *
 * Invariants:
 *   - The handles lie in a block of their own that lives until libuv is done with them, whoever closed them, so that the
 *     host may go before the loop or after it. When somebody else closes a handle the host is stopped.
 *   - The timer never fires early: its time is a whole millisecond of the loop's clock, at or after the deadline.
 *   - No exception passes through libuv.
 */
#ifndef ACTOR_RT_UV_HPP
#define ACTOR_RT_UV_HPP

#include "host.hpp"

#include <uv.h>

#if defined(_WIN32) && !defined(ACTOR_RT_UV_ASYNC)
#define ACTOR_RT_UV_ASYNC
#endif
#ifndef ACTOR_RT_UV_ASYNC
#include "doorbell.hpp"
#endif

ACTOR_RT_BEGIN_NAMESPACE

class uv_host;

namespace detail {
/// The three handles of one attachment to one loop.
struct uv_link : std::enable_shared_from_this<uv_link> {
    // In this order libuv has them, and finishes those that were closed together in this order or its reverse.
    uv_timer_t timer = {};
#ifdef ACTOR_RT_UV_ASYNC
    uv_async_t bell = {};
#else
    uv_poll_t bell = {};
    doorbell door;
#endif
    uv_idle_t idle = {};
    uv_host* host;                                      // Null once the host has let go.
    std::thread::id owner = std::this_thread::get_id(); // The loop's thread.
    int open = 0;                                       // Handles whose close callback is still to come.
    std::shared_ptr<uv_link> kept;                      // Itself, until libuv is done with the handles.

    explicit uv_link(uv_host* to) : host(to) {}

    /// Makes the handles. Returns what libuv says; if it refuses, nothing is left on the loop.
    int open_on(uv_loop_t* loop)
    {
        kept = shared_from_this(); // Now the close callbacks own it.
        uv_timer_init(loop, &timer);
#ifdef ACTOR_RT_UV_ASYNC
        const int refused = uv_async_init(loop, &bell, [](uv_async_t* handle) { pump(handle->data, false); });
#else
        const int refused = uv_poll_init(loop, &bell, door.fd());
#endif
        timer.data = bell.data = idle.data = this;
        if (refused != 0) {
            close(timer);
            return refused;
        }
        uv_idle_init(loop, &idle);
#ifndef ACTOR_RT_UV_ASYNC
        const int deaf = uv_poll_start(&bell, UV_READABLE, [](uv_poll_t* handle, int, int) {
            static_cast<uv_link*>(handle->data)->door.clear();
            pump(handle->data, false);
        });
        if (deaf != 0) {
            let_go();
        }
        return deaf;
#else
        return 0;
#endif
    }

    void wake() noexcept
    {
        if (std::this_thread::get_id() != owner) {
#ifdef ACTOR_RT_UV_ASYNC
            uv_async_send(&bell);
#else
            door.ring();
#endif
        } else if (!closing(idle)) {
            // On the loop's own thread no system call is needed; and unlike the other handle this one is counted, so that a
            // uv_run right after a post does not return before the post was handled.
            uv_idle_start(&idle, idle.idle_cb);
        }
    }

    /// Whether somebody else has closed a handle. They do so with all handles of a loop that is to end.
    bool closed() const noexcept { return closing(idle) || closing(timer) || closing(bell); }

    /// Closes the handles that are still open. When libuv is done with all of them this goes.
    void let_go() noexcept;

    template <class Handle>
    static uv_handle_t* base(Handle& handle) noexcept
    {
        return reinterpret_cast<uv_handle_t*>(&handle); // How libuv means it; a union member is not reachable from a subtype.
    }
    template <class Handle>
    static bool closing(const Handle& handle) noexcept
    {
        return uv_is_closing(reinterpret_cast<const uv_handle_t*>(&handle)) != 0;
    }

private:
    static void pump(void* data, bool from_idle) noexcept;

    template <class Handle>
    void close(Handle& handle) noexcept
    {
        if (!closing(handle)) {
            ++open;
            uv_close(base(handle), [](uv_handle_t* closed) {
                auto* const self = static_cast<uv_link*>(closed->data);
                if (--self->open == 0) {
                    self->kept.reset();
                }
            });
        }
    }
    /// Whether libuv is done with a handle that somebody has closed; there may be no loop then. These two never lose their
    /// reference to the loop otherwise.
    template <class Handle>
    static bool finished(Handle& handle) noexcept
    {
#ifdef _WIN32
        return closing(handle); // There it keeps the reference.
#else
        return closing(handle) && uv_has_ref(base(handle)) == 0;
#endif
    }
};

/// Keeps a link until libuv is done with handles that are closing without a callback of ours. Of its own two rounds of
/// closing the second begins when all that were closing before the first are done with.
struct uv_farewell {
    uv_idle_t handle;
    std::shared_ptr<uv_link> kept;
    int rounds = 2;

    void close(uv_loop_t* loop) noexcept
    {
        uv_idle_init(loop, &handle);
        handle.data = this;
        uv_close(uv_link::base(handle), [](uv_handle_t* closed) {
            auto* const self = static_cast<uv_farewell*>(closed->data);
            if (--self->rounds == 0) {
                delete self;
            } else {
                self->close(closed->loop);
            }
        });
    }
};

inline void uv_link::let_go() noexcept
{
    const bool others = closed();
    const bool over = finished(timer) && finished(idle);
    host = nullptr;
    close(idle);
    close(timer);
    close(bell);
    if (over && open == 0) {
        kept.reset(); // Only the memory is left.
    } else if (others) {
        (new uv_farewell{{}, std::move(kept)})->close(timer.loop);
    }
}
} // namespace detail

/// A runtime on a libuv loop. Belongs to the loop's thread; neither copyable nor movable, since libuv keeps its address.
class uv_host : public detail::loop_host<uv_host, detail::uv_link> {
public:
    /// Makes the runtime and attaches it. Throws `error` if either fails. `options::wake` is ignored.
    explicit uv_host(uv_loop_t* loop, options how = options()) : uv_host(std::move(how)) { start(loop); }
    /// Makes the runtime only; see `start`.
    explicit uv_host(options how = options()) : loop_host(std::move(how)) {}
    /// Lets go of the loop as `stop` does and destroys the runtime. Not inside a handler.
    ~uv_host() { stop(); }

    /// The loop; null while stopped.
    uv_loop_t* loop() const noexcept { return attached() ? link_->timer.loop : nullptr; }

    /// Attaches to a loop, on that loop's thread. What was posted meanwhile is handled in the loop's next round. Nothing
    /// happens if it is attached. Throws `error` with ART_SYSTEM if libuv or the system has no handle for us.
    void start(uv_loop_t* loop)
    {
        if (attached()) {
            return;
        }
        stop(); // If somebody else has closed the handles.
        auto made = std::make_shared<detail::uv_link>(this);
        const int refused = made->open_on(loop);
        if (refused != 0) {
            detail::raise(status(ART_SYSTEM), uv_strerror(refused));
        }
        link_ = std::move(made);
        // The first pump takes what came while there was no loop. It also teaches the handle its callback.
        uv_idle_start(&link_->idle, [](uv_idle_t* handle) { pump(handle->data, true); });
        keep_alive(keep_alive_);
        gate_->open(link_.get());
    }

    /// Lets go of the loop: no callback of the host runs afterwards. The runtime lives on, and may be started on this or
    /// another loop. The loop has to run on to its end for libuv to finish the closing, as with every handle. That the
    /// program closes all handles of a loop (uv_walk) stops the host, too.
    void stop() noexcept
    {
        if (link_ != nullptr) {
            gate_->close();
            std::exchange(link_, nullptr)->let_go();
        }
    }

    /// Whether the loop is to stay alive for messages from other threads while nothing else does so.
    void keep_alive(bool yes) noexcept
    {
        keep_alive_ = yes;
        if (attached()) {
            yes ? uv_ref(detail::uv_link::base(link_->bell)) : uv_unref(detail::uv_link::base(link_->bell));
        }
    }

    /// Lets `run`, which keeps the loop alive, or uv_run return after this round; on the loop's thread, such as inside a handler.
    void quit() noexcept
    {
        if (uv_loop_t* const running = loop()) {
            uv_stop(running);
        }
    }

private:
    friend class detail::loop_host<uv_host, detail::uv_link>;
    friend struct detail::uv_link;

    bool run_loop() noexcept
    {
        uv_loop_t* const running = loop();
        if (running == nullptr) {
            return false;
        }
        const std::weak_ptr<void> alive(gate_);
        const bool before = keep_alive_;
        keep_alive(true);
        (void)uv_run(running, UV_RUN_DEFAULT);
        if (!alive.expired()) { // Else a host call has destroyed the host.
            keep_alive(before);
        }
        return true;
    }

    bool attached() const noexcept { return link_ != nullptr && !link_->closed(); }

    static void pump(void* data, bool from_idle) noexcept
    {
        // An idle handle runs in every round, before the loop looks for input.
        turn(static_cast<detail::uv_link*>(data)->shared_from_this(), from_idle);
    }

    void arm(bool owed, std::optional<std::chrono::nanoseconds> timeout, time_point) noexcept
    {
        if (link_->closed()) {
            return; // A handler has closed all handles of the loop.
        }
        if (owed) {
            uv_idle_start(&link_->idle, link_->idle.idle_cb);
        } else {
            uv_idle_stop(&link_->idle);
        }
        if (!timeout) {
            uv_timer_stop(&link_->timer);
            return;
        }
        // libuv counts from the loop's own time, which is cut to a millisecond and may be old. So the target is computed
        // on the clock behind it, and rounded up there; uv_update_time is then not needed.
        constexpr std::uint64_t per_ms = 1000000;
        const std::uint64_t due = detail::later(uv_hrtime(), static_cast<std::uint64_t>(timeout->count()));
        const std::uint64_t due_ms = due / per_ms + (due % per_ms != 0 ? 1 : 0);
        const std::uint64_t now_ms = uv_now(link_->timer.loop);
        uv_timer_start(&link_->timer, [](uv_timer_t* handle) { pump(handle->data, false); },
                       due_ms > now_ms ? due_ms - now_ms : 0, 0);
    }

    void failed() noexcept { quit(); }

    std::shared_ptr<detail::uv_link> link_;
    bool keep_alive_ = false;
};

inline void detail::uv_link::pump(void* data, bool from_idle) noexcept { uv_host::pump(data, from_idle); }

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_UV_HPP
