/*
 * Owns: what the adapters (poll.hpp, uv.hpp, qt.hpp, glib.hpp, asio.hpp) share: `gate`, through which any thread asks a
 * loop for a step, and `loop_host`, the runtime with one turn of it on such a loop. Programs include the adapter.
 *
 * An adapter is `class Host : public loop_host<Host, Link>`. The Link is one attachment to one loop, held by a
 * shared_ptr; it has `host`, null once the host has let go, `owner`, the loop's thread, and `wake`, for any thread. The
 * Host has `arm`, what is to happen next; `failed`, what to do about a failure that nobody listens for; and `run_loop`, false
 * if there is none to run.
 *
 * Invariants:
 *   - Another thread reaches the link through the gate, which `stop` closes, and waits for, before it lets go.
 *   - The next turn is arranged before host calls run: those may run the loop for as long as a dialog is open.
 *   - A turn inside a handler arranges nothing, so that a loop opened there does not spin; the turn outside does.
 */
#ifndef ACTOR_RT_HOST_HPP
#define ACTOR_RT_HOST_HPP

#include "../actor_rt.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

ACTOR_RT_BEGIN_NAMESPACE
namespace detail {

/// What `options::wake` goes through: outlives the host, as the library may be in the middle of a wake when it stops.
template <class Link>
class gate {
public:
    void open(Link* to) noexcept { link_.store(to, std::memory_order_seq_cst); }
    /// After this no thread touches the link any more. Waits for the few instructions of a wake under way.
    void close() noexcept
    {
        link_.store(nullptr, std::memory_order_seq_cst);
        while (inside_.load(std::memory_order_seq_cst) != 0) {
            std::this_thread::yield();
        }
    }
    void wake() noexcept
    {
        inside_.fetch_add(1, std::memory_order_seq_cst);
        if (Link* const to = link_.load(std::memory_order_seq_cst)) {
            to->wake();
        }
        inside_.fetch_sub(1, std::memory_order_seq_cst);
    }

private:
    std::atomic<Link*> link_{nullptr};
    std::atomic<int> inside_{0};
};

template <class Host, class Link>
class loop_host {
public:
    loop_host(const loop_host&) = delete;
    loop_host& operator=(const loop_host&) = delete;

    runtime& rt() noexcept { return rt_; }

    /// The budget of each step; the default is the runtime's.
    void set_budget(const budget& limits) noexcept { limits_ = limits; }
    /// Who hears of each step, right after it, with the time that it took: `void(const step_result&,
    /// std::chrono::nanoseconds)`. For hosts that watch how long they are kept from their input; it must not throw.
    template <class Observer>
    void on_step(Observer callback)
    {
        observer_ = keep(std::move(callback));
        observe_ = [](void* user, const step_result& result, std::chrono::nanoseconds took) {
            kept_in<Observer>(user)(result, took);
        };
    }

#ifndef ACTOR_RT_NO_EXCEPTIONS
    /// Who gets all that handlers threw, and an `error` for each step that was refused: `void(std::exception_ptr)`, after
    /// each step, on the loop's thread. It may stop or destroy the host; it must not throw.
    ///
    /// Without one each failure is said at once, in `options::log`, or if there is none on standard error; it ends the loop,
    /// where the host can; and `run` throws it, or `rethrow` where the program runs the loop by its own means.
    template <class Listener>
    void on_failure(Listener callback)
    {
        listener_ = std::make_shared<typed_listener<Listener>>(std::move(callback));
        speak(false);
    }
#endif
    /// Runs the loop until `quit`, until `stop`, or until a handler threw, and throws that. Throws `error` with ART_WRONG_STATE
    /// while the host is stopped. Throws first what still waits from before.
    void run()
    {
        rethrow();
        const lively alive(*this, false);
        if (!host().run_loop()) {
            raise(status(ART_WRONG_STATE), "run: the host is attached to no loop; `start` attaches it");
        }
        if (alive.host_lives()) {
            rethrow();
        }
    }
    /// The same without exceptions: what a handler threw waits for `rethrow`, and the status is that of a step that was refused.
    [[nodiscard]] status try_run()
    {
        const lively alive(*this, true);
        if (!host().run_loop()) {
            return status(ART_WRONG_STATE);
        }
        return alive.host_lives() ? std::exchange(refused_, status()) : status();
    }

    /// Throws what a handler threw, or `error` if a step was refused; for hosts that run the loop by their own means. Of
    /// several failures the first that was not thrown yet.
    void rethrow()
    {
        rt_.rethrow();
        const status refused = std::exchange(refused_, status());
        check(refused, rt_.get());
    }

protected:
    explicit loop_host(options how) : rt_(attach(std::move(how), gate_))
    {
#ifndef ACTOR_RT_NO_EXCEPTIONS
        rt_.home_->keeps_all = true;
#endif
        speak(true);
    }
    /// The Host's destructor has stopped it. What the listener can hear no more is said.
    ~loop_host()
    {
        speak(true);
#ifndef ACTOR_RT_NO_EXCEPTIONS
        while (listener_ && rt_.has_failure()) {
            try {
                rt_.rethrow();
            } catch (const std::exception& failure) {
                rt_.home_->tell("untaken at the end", failure.what());
            } catch (...) {
                rt_.home_->tell("untaken at the end", "an exception that is no std::exception");
            }
        }
#endif
    }

    /// Where the Host says what nobody listens for, if the program has no log. The Host may have a better place.
    static void print(const char* text) noexcept { (void)std::fprintf(stderr, "actor_rt: %s\n", text); }

    /// One step and what follows from it, on the link's own thread; returns what the step did. `when_idle` says that the
    /// loop has nothing else to do. The link tells whether the host still wants it: a handler may have stopped it, a host
    /// call destroyed it. Throws only what `Host::failed` throws.
    static status turn(const std::shared_ptr<Link> link, bool when_idle)
    {
        Host* const self = link->host;
        if (self == nullptr) {
            return status();
        }
        if (!self->rt_) { // A host call has closed it.
            self->arm(false, std::nullopt, never);
            return status();
        }
        budget limits = self->limits_;
        limits.idle = when_idle && self->rt_.last_step().idle && !self->rt_.last_step().more;
        step_result result;
        const auto began = std::chrono::steady_clock::now();
        const bool outermost = !std::exchange(self->stepping_, true);
        const status code = self->rt_.try_step(result, clock_now, limits);
        self->stepping_ = !outermost;
        if (link->host != self) {
            return code;
        }
        if (code == ART_BUSY) {
            // Within a step of ours the outer turn arranges what is next. A step that the program makes by hand does not:
            // then look again in a while.
            self->arm(false, outermost ? std::make_optional<std::chrono::nanoseconds>(busy_wait) : std::nullopt, never);
            return code;
        }
        if (self->observe_ != nullptr) {
            self->observe_(self->observer_.get(), result, std::chrono::steady_clock::now() - began);
            if (link->host != self) {
                return code;
            }
        }
        if (code.ok() || code == ART_PANICKED) {
            self->arrange(result);
        } else {
            self->arm(false, std::nullopt, never); // Refused, and it would be refused again.
        }
        if (!code.ok()) {
            self->refuse(code);
        }
        if (result.host_calls != 0) {
            self->call_host(*link);
            if (link->host != self) {
                return code;
            }
            if (!self->rt_) {
                self->arm(false, std::nullopt, never);
            }
        }
        self->report(*link);
        return code;
    }

    /// How much later than the deadline a timer may end that is armed for it already.
    static constexpr std::chrono::microseconds jitter{50};
    /// When to look again where a step is refused, as a handler is running.
    static constexpr std::chrono::milliseconds busy_wait{10};

    /// Whether a failure may leave the loop: not inside of `try_run`.
    bool may_throw() const noexcept { return !quiet_; }

    std::shared_ptr<gate<Link>> gate_ = std::make_shared<gate<Link>>();

private:
    /// While the loop runs, in which a host call may destroy the host; the gate expires with it.
    class lively {
    public:
        lively(loop_host& of, bool quiet) : host_(of), living_(of.gate_), before_(std::exchange(of.quiet_, quiet)) {}
        lively(const lively&) = delete;
        lively& operator=(const lively&) = delete;
        ~lively()
        {
            if (host_lives()) {
                host_.quiet_ = before_;
            }
        }
        bool host_lives() const noexcept { return !living_.expired(); }

    private:
        loop_host& host_;
        std::weak_ptr<void> living_;
        bool before_;
    };

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
    std::shared_ptr<listener> listener_;
#endif
    /// No loop waits longer: their arithmetic overflows at 25 days or so, and a step for nothing is free.
    static constexpr std::chrono::hours longest_wait{24};

    static options attach(options how, const std::shared_ptr<gate<Link>>& through)
    {
        how.wake([through](std::uint32_t) { through->wake(); });
        return how;
    }

    Host& host() noexcept { return static_cast<Host&>(*this); }

    void arrange(const step_result& result) noexcept
    {
        const auto timeout = rt_.next_timeout();
        if (result.more || !timeout) {
            host().arm(result.more || result.idle, std::nullopt, never);
        } else if (timeout->count() == 0) {
            // Timers that are due again when the step ends are a debt too: else a handler that takes longer than its
            // period would keep the loop from all its other work.
            host().arm(true, std::nullopt, never);
        } else {
            host().arm(result.idle, std::min<std::chrono::nanoseconds>(*timeout, longest_wait), result.next_deadline);
        }
    }

    void call_host(const Link& link) noexcept
    {
#ifndef ACTOR_RT_NO_EXCEPTIONS
        try {
            (void)rt_.run_host_calls();
        } catch (...) {
            // What host calls throw belongs to their actors, so this is a callback's of an actor that ended meanwhile.
            if (link.host == this) {
                rt_.keep_failure(std::current_exception());
            }
        }
#else
        (void)link;
        (void)rt_.run_host_calls();
#endif
    }

    void speak(bool yes) noexcept { rt_.home_->aloud = yes ? &Host::print : nullptr; } // `print` is the Host's, or ours.

    void refuse(status code) noexcept
    {
#ifndef ACTOR_RT_NO_EXCEPTIONS
        if (listener_) {
            rt_.keep_failure(std::make_exception_ptr(error(code, last_message(rt_.get()))));
            return;
        }
#endif
        refused_ = code;
        rt_.home_->tell("a step was refused", code.text());
    }

    void report(const Link& link)
    {
        bool failed = !refused_.ok();
#ifndef ACTOR_RT_NO_EXCEPTIONS
        while (listener_ && rt_.has_failure()) {
            const std::shared_ptr<listener> listening = listener_;
            listening->heard(rt_.take_failure());
            if (link.host != this) {
                return;
            }
        }
        failed = failed || rt_.has_failure();
#else
        (void)link;
#endif
        if (failed) {
            host().failed();
        }
    }

    runtime rt_;
    budget limits_;
    owned observer_;
    void (*observe_)(void* user, const step_result& result, std::chrono::nanoseconds took) = nullptr;
    status refused_;
    bool stepping_ = false;
    bool quiet_ = false;
};

} // namespace detail
ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_HOST_HPP
