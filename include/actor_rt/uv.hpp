/*
 * Owns: `uv_host`, a runtime on a libuv loop (1.44 or newer). Needs only libuv.
 *
 *     actor_rt::uv_host host(uv_default_loop());
 *     host.rt().spawn<counter>();
 *     host.run();                                // or uv_run, if the loop has other work that keeps it alive
 *
 * One async handle is the wake from other threads, one timer the earliest deadline, one idle handle the step that is
 * owed or was asked for on the loop's own thread. Armed timers and owed steps keep `uv_run` going; the async handle does
 * so only with `keep_alive` or inside `run`.
 *
 * Invariants:
 *   - Another thread reaches the async handle through a gate, which `stop` closes, and waits for, before uv_close.
 *   - The handles lie in a block of their own that the last close callback frees, so the host may go before the loop.
 *   - The timer never fires early: its time is a whole millisecond of the loop's clock, at or after the deadline.
 *   - No exception passes through libuv.
 */
#ifndef ACTOR_RT_UV_HPP
#define ACTOR_RT_UV_HPP

#include "../actor_rt.hpp"

#include <atomic>
#include <thread>
#include <uv.h>

ACTOR_RT_BEGIN_NAMESPACE

class uv_host;

namespace detail {
/// The three handles of one attachment to one loop.
struct uv_link {
    uv_async_t async;
    uv_timer_t timer;
    uv_idle_t idle;
    uv_host* host;          // Null once the host has let go.
    std::thread::id owner;  // The loop's thread.
    int open = 0;           // Handles whose close callback is still to come.

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
                    delete self;
                }
            });
        }
    }
};

/// What `wake` goes through: outlives the host, as the library may be in the middle of a wake when the host stops.
struct uv_gate {
    std::atomic<uv_link*> link{nullptr};
    std::atomic<int> inside{0};

    void wake() noexcept
    {
        inside.fetch_add(1, std::memory_order_seq_cst);
        if (uv_link* const to = link.load(std::memory_order_seq_cst)) {
            if (std::this_thread::get_id() != to->owner) {
                uv_async_send(&to->async);
            } else if (uv_is_closing(uv_link::base(to->idle)) == 0) {
                // On the loop's own thread no system call is needed; and unlike the async handle this one is counted,
                // so that a uv_run right after a post does not return before the post was handled.
                uv_idle_start(&to->idle, to->idle.idle_cb);
            }
        }
        inside.fetch_sub(1, std::memory_order_seq_cst);
    }

    /// After this no thread touches the link any more. Waits for the few instructions of a wake under way.
    void close() noexcept
    {
        link.store(nullptr, std::memory_order_seq_cst);
        while (inside.load(std::memory_order_seq_cst) != 0) {
            std::this_thread::yield();
        }
    }
};
} // namespace detail

/// A runtime on a libuv loop. Belongs to the loop's thread; neither copyable nor movable, since libuv keeps its address.
class uv_host {
public:
    /// Makes the runtime and attaches it. Throws `error` if either fails. `options::wake` is ignored.
    explicit uv_host(uv_loop_t* loop, options how = options()) : uv_host(std::move(how)) { start(loop); }
    /// Makes the runtime only; see `start`.
    explicit uv_host(options how = options()) : rt_(attach(std::move(how), gate_)) {}
    uv_host(const uv_host&) = delete;
    uv_host& operator=(const uv_host&) = delete;
    /// Lets go of the loop as `stop` does and destroys the runtime. Not inside a handler.
    ~uv_host() { stop(); }

    runtime& rt() noexcept { return rt_; }
    /// The loop; null while stopped.
    uv_loop_t* loop() const noexcept { return link_ == nullptr ? nullptr : link_->timer.loop; }

    /// Attaches to a loop, on that loop's thread. What was posted meanwhile is handled in the loop's next round. Nothing
    /// happens if it is attached. Throws `error` with ART_SYSTEM if libuv has no handle for us.
    void start(uv_loop_t* loop)
    {
        if (link_ != nullptr) {
            return;
        }
        auto made = std::make_unique<detail::uv_link>();
        const int refused = uv_async_init(loop, &made->async, [](uv_async_t* handle) { pump(handle->data, false); });
        if (refused != 0) {
            detail::raise(status(ART_SYSTEM), uv_strerror(refused));
        }
        uv_timer_init(loop, &made->timer);
        uv_idle_init(loop, &made->idle);
        made->async.data = made->timer.data = made->idle.data = made.get();
        made->host = this;
        made->owner = std::this_thread::get_id();
        link_ = made.release(); // Now the close callbacks own it.
        // The first pump takes what came while there was no loop. It also teaches the handle its callback.
        uv_idle_start(&link_->idle, [](uv_idle_t* handle) { pump(handle->data, true); });
        keep_alive(keep_alive_);
        gate_->link.store(link_, std::memory_order_seq_cst);
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
        detail::uv_link* const link = std::exchange(link_, nullptr);
        link->host = nullptr;
        link->close(link->idle);
        link->close(link->timer);
        link->close(link->async);
        if (link->open == 0) {
            delete link; // All were closed by somebody else, and the loop may be gone: only the memory is ours.
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
        const bool before = keep_alive_;
        keep_alive(true);
        (void)uv_run(running, UV_RUN_DEFAULT);
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

    /// The budget of each step; the default is the runtime's.
    void set_budget(const budget& limits) noexcept { limits_ = limits; }
    /// Who hears of each step, right after it, with the time that it took: `void(const step_result&,
    /// std::chrono::nanoseconds)`. For hosts that watch how long they are kept from their input; it must not throw.
    template <class Observer>
    void on_step(Observer callback)
    {
        observer_ = detail::erase(std::move(callback));
        observe_ = [](void* user, const step_result& result, std::chrono::nanoseconds took) {
            (*static_cast<Observer*>(user))(result, took);
        };
    }

#ifndef ACTOR_RT_NO_EXCEPTIONS
    /// Who gets what a handler threw: `void(std::exception_ptr)`, after each step, on the loop's thread. Without one the
    /// loop is stopped (uv_stop), and `run` or `rethrow` throws it.
    template <class Listener>
    void on_failure(Listener callback)
    {
        listener_ = std::make_unique<typed_listener<Listener>>(std::move(callback));
    }
#endif
    /// Throws what a handler threw, or `error` if a step was refused; for hosts that call uv_run themselves.
    void rethrow()
    {
        rt_.rethrow();
        const status refused = std::exchange(refused_, status());
        detail::check(refused, rt_.get());
    }

private:
#ifndef ACTOR_RT_NO_EXCEPTIONS
    struct listener {
        listener() = default;
        listener(const listener&) = delete;
        listener& operator=(const listener&) = delete;
        virtual ~listener() = default;
        virtual void heard(std::exception_ptr failure) = 0;
    };
    template <class Callback>
    struct typed_listener final : listener {
        Callback callback;
        explicit typed_listener(Callback&& given) : callback(std::move(given)) {}
        void heard(std::exception_ptr failure) override { callback(std::move(failure)); }
    };
    std::unique_ptr<listener> listener_;
#endif

    static options attach(options how, const std::shared_ptr<detail::uv_gate>& gate)
    {
        how.wake([gate](std::uint32_t) { gate->wake(); });
        return how;
    }

    /// One step, from whichever handle asked for it. The link tells whether the host still wants it: a handler may have
    /// stopped the host, and a host call may have destroyed it.
    static void pump(void* data, bool from_idle) noexcept
    {
        auto* const link = static_cast<detail::uv_link*>(data);
        uv_host* const self = link->host;
        if (self == nullptr) {
            return;
        }
        budget limits = self->limits_;
        // An idle handle runs in every round, before the loop looks for input: idle work only if no message waits.
        limits.idle = from_idle && self->rt_.last_step().idle && !self->rt_.last_step().more;
        step_result result;
        const std::uint64_t began = self->observe_ == nullptr ? 0 : uv_hrtime();
        const status code = self->rt_.try_step(result, clock_now, limits);
        if (code == ART_BUSY || link->host != self) {
            return; // Inside a handler the outer step reports.
        }
        if (self->observe_ != nullptr) {
            const std::chrono::nanoseconds took(static_cast<std::int64_t>(uv_hrtime() - began));
            self->observe_(self->observer_.get(), result, took);
        }
        // First the timer and the next step, then host calls: they may run for long.
        self->arm(result);
        if (!code.ok()) {
            self->refused_ = code;
            uv_idle_stop(&link->idle);
        }
        if (result.host_calls != 0 && code.ok()) {
            self->call_host();
            if (link->host != self) {
                return;
            }
        }
        self->report(code);
    }

    void arm(const step_result& result) noexcept
    {
        if (result.more || result.idle) {
            uv_idle_start(&link_->idle, link_->idle.idle_cb);
        } else {
            uv_idle_stop(&link_->idle);
        }
        const auto timeout = rt_.next_timeout();
        if (!timeout || result.more) {
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

    void call_host() noexcept
    {
#ifndef ACTOR_RT_NO_EXCEPTIONS
        detail::uv_link* const link = link_;
        try {
            (void)rt_.run_host_calls();
        } catch (...) {
            // What host calls throw belongs to their actors, so this is a callback's of an actor that ended meanwhile.
            if (link->host == this) {
                rt_.keep_failure(std::current_exception());
            }
        }
#else
        (void)rt_.run_host_calls();
#endif
    }

    void report(status code) noexcept
    {
#ifndef ACTOR_RT_NO_EXCEPTIONS
        if (rt_.has_failure() && listener_) {
            listener_->heard(rt_.take_failure());
            return;
        }
        if (rt_.has_failure()) {
            quit();
        }
#endif
        if (!code.ok()) {
            quit();
        }
    }

    std::shared_ptr<detail::uv_gate> gate_ = std::make_shared<detail::uv_gate>();
    runtime rt_;
    detail::uv_link* link_ = nullptr;
    budget limits_;
    detail::erased observer_ = detail::nothing();
    void (*observe_)(void* user, const step_result& result, std::chrono::nanoseconds took) = nullptr;
    status refused_;
    bool keep_alive_ = false;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_UV_HPP
