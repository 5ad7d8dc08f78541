/*
 * Owns: `uv_host`, a runtime on a libuv loop (1.44 or newer). Needs only libuv.
 *
 *     actor_rt::uv_host host(uv_default_loop());
 *     host.rt().spawn<counter>();
 *     host.run();                                // or uv_run, if the loop has other work that keeps it alive
 *
 * One async handle is the wake from other threads, one timer the earliest deadline, one idle handle the step that is
 * owed or was asked for on the loop's own thread. Armed timers and owed steps keep `uv_run` going; the async handle does
 * so only with `keep_alive` or inside `run`. A failure that nobody listens for (`on_failure`) stops the loop, and `run`
 * or `rethrow` throws it.
 *
 * Invariants:
 *   - The handles lie in a block of their own that the last close callback frees, so the host may go before the loop.
 *   - The timer never fires early: its time is a whole millisecond of the loop's clock, at or after the deadline.
 *   - No exception passes through libuv.
 */
#ifndef ACTOR_RT_UV_HPP
#define ACTOR_RT_UV_HPP

#include "host.hpp"

#include <uv.h>

ACTOR_RT_BEGIN_NAMESPACE

class uv_host;

namespace detail {
/// The three handles of one attachment to one loop.
struct uv_link : std::enable_shared_from_this<uv_link> {
    uv_async_t async;
    uv_timer_t timer;
    uv_idle_t idle;
    uv_host* host;                                      // Null once the host has let go.
    std::thread::id owner = std::this_thread::get_id(); // The loop's thread.
    int open = 0;                                       // Handles whose close callback is still to come.
    std::shared_ptr<uv_link> kept;                      // Itself, until libuv is done with the handles.

    explicit uv_link(uv_host* to) noexcept : host(to) {}

    void wake() noexcept
    {
        if (std::this_thread::get_id() != owner) {
            uv_async_send(&async);
        } else if (uv_is_closing(base(idle)) == 0) {
            // On the loop's own thread no system call is needed; and unlike the async handle this one is counted, so that a
            // uv_run right after a post does not return before the post was handled.
            uv_idle_start(&idle, idle.idle_cb);
        }
    }

    template <class Handle>
    static uv_handle_t* base(Handle& handle) noexcept
    {
        return reinterpret_cast<uv_handle_t*>(&handle); // How libuv means it; a union member is not reachable from a subtype.
    }
    template <class Handle>
    void close(Handle& handle) noexcept
    {
        if (uv_is_closing(base(handle)) == 0) {
            ++open;
            uv_close(base(handle), [](uv_handle_t* closed) {
                auto* const self = static_cast<uv_link*>(closed->data);
                if (--self->open == 0) {
                    self->kept.reset();
                }
            });
        }
    }
};
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
    uv_loop_t* loop() const noexcept { return link_ == nullptr ? nullptr : link_->timer.loop; }

    /// Attaches to a loop, on that loop's thread. What was posted meanwhile is handled in the loop's next round. Nothing
    /// happens if it is attached. Throws `error` with ART_SYSTEM if libuv has no handle for us.
    void start(uv_loop_t* loop)
    {
        if (link_ != nullptr) {
            return;
        }
        auto made = std::make_shared<detail::uv_link>(this);
        const int refused = uv_async_init(loop, &made->async, [](uv_async_t* handle) { pump(handle->data, false); });
        if (refused != 0) {
            detail::raise(status(ART_SYSTEM), uv_strerror(refused));
        }
        uv_timer_init(loop, &made->timer);
        uv_idle_init(loop, &made->idle);
        made->async.data = made->timer.data = made->idle.data = made.get();
        made->kept = made; // Now the close callbacks own it.
        link_ = std::move(made);
        // The first pump takes what came while there was no loop. It also teaches the handle its callback.
        uv_idle_start(&link_->idle, [](uv_idle_t* handle) { pump(handle->data, true); });
        keep_alive(keep_alive_);
        gate_->open(link_.get());
    }

    /// Lets go of the loop: no callback of the host runs afterwards. The runtime lives on, and may be started on this or
    /// another loop. The loop has to run once more for libuv to finish the closing, as with every handle. Somebody who
    /// closes all handles of a loop (uv_walk) may close these too; then let the loop finish before the host goes.
    void stop() noexcept
    {
        if (link_ == nullptr) {
            return;
        }
        gate_->close();
        const std::shared_ptr<detail::uv_link> link = std::exchange(link_, nullptr);
        link->host = nullptr;
        link->close(link->idle);
        link->close(link->timer);
        link->close(link->async);
        if (link->open == 0) {
            link->kept.reset(); // All were closed by somebody else, and the loop may be gone: only the memory is ours.
        }
    }

    /// Whether the loop is to stay alive for messages from other threads while nothing else does so.
    void keep_alive(bool yes) noexcept
    {
        keep_alive_ = yes;
        if (link_ != nullptr) {
            yes ? uv_ref(detail::uv_link::base(link_->async)) : uv_unref(detail::uv_link::base(link_->async));
        }
    }

    /// Runs the loop, kept alive, until `quit` or until a handler threw, and rethrows that.
    void run()
    {
        uv_loop_t* const running = loop();
        if (running == nullptr) {
            return;
        }
        const std::weak_ptr<void> alive(gate_);
        const bool before = keep_alive_;
        keep_alive(true);
        (void)uv_run(running, UV_RUN_DEFAULT);
        if (alive.expired()) {
            return; // A host call has destroyed the host.
        }
        keep_alive(before);
        rethrow();
    }
    /// Lets `run` or uv_run return after this round; on the loop's thread, such as inside a handler.
    void quit() noexcept
    {
        if (uv_loop_t* const running = loop()) {
            uv_stop(running);
        }
    }

private:
    friend class detail::loop_host<uv_host, detail::uv_link>;

    static void pump(void* data, bool from_idle) noexcept
    {
        // An idle handle runs in every round, before the loop looks for input.
        turn(static_cast<detail::uv_link*>(data)->shared_from_this(), from_idle);
    }

    void arm(bool owed, std::optional<std::chrono::nanoseconds> timeout, time_point) noexcept
    {
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

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_UV_HPP
