/*
 * Owns: `runtime`, the object that a host holds, and `bound_ref`, an actor together with its runtime.
 *
 * Invariants: one runtime object owns one art_runtime, and moves without moving anything else. What a handler threw is
 * rethrown by the call of the host that ran it, after that call has done all its work: the runtime stays usable, and
 * `last_step` has the result.
 */
#ifndef ACTOR_RT_RUNTIME_HPP
#define ACTOR_RT_RUNTIME_HPP

#include "spawn.hpp"

ACTOR_RT_BEGIN_NAMESPACE

class guest;
template <class Actor>
class bound_ref;

namespace detail {
template <class Host, class Link>
class loop_host;

/// The actor that asks on the host's behalf; it has nothing but open asks.
struct host_asks final : cell_base {
    explicit host_asks(core* home) noexcept : cell_base(home) {}
    /// The runtime ends: each open ask of the host's still gets its one outcome.
    ~host_asks()
    {
        owner->asks_of_host = nullptr;
        while (const auto ask = promises.take_any()) {
            (void)owner->guarded(nullptr, [&] { as<pending_ask>(ask).close(); });
        }
        while (const auto one = wakeups.take_any()) {
            (void)owner->guarded(nullptr, [&] { as<wakeup>(one).close(); });
        }
    }

    static art_status on_message(void* state, art_context* raw, const art_msg* arrived) noexcept
    {
        auto* const self = static_cast<host_asks*>(state);
        // What a callback of the host's throws is the host's, and no reason to fail this actor.
        (void)self->owner->guarded(nullptr, [&] {
            context cx(*self, raw, arrived);
            if (const auto ask = self->promises.take(arrived->reply)) {
                as<pending_ask>(ask).settle(cx, *arrived);
            } else {
                (void)self->wake(cx, *arrived);
            }
        });
        return ART_OK;
    }
    static void destroy(void* state) noexcept { delete static_cast<host_asks*>(state); }

    ACTOR_RT_OWN static status spawn(core& home)
    {
        static const art_actor_vtable table = {sizeof(art_actor_vtable), 0, nullptr, &on_message, nullptr, &destroy};
        art_actor_config config = ART_ACTOR_CONFIG_INIT;
        auto* const made = new host_asks(&home);
        home.asks_of_host = made;
        config.vtable = &table;
        config.argument = made;
        config.argument_drop = &destroy;
        config.name = "host";
        config.name_len = ART_NUL_TERMINATED;
        return status(ACTOR_RT_CALL(spawn)(home.rt, &config, &home.host_asker));
    }
};

/// Asks on the host's behalf.
template <class Reply, class Actor, class Message, class Callback>
status ask_of_host(core* home, std::uint64_t now, actor_ref<Actor> to, const Message& value, std::uint64_t within, Callback&& callback,
                   ask_token* token)
{
    using reply = chosen_reply<Reply, Message>;
    static_assert(accepts<Actor, Message>(), "this actor does not take this message");
    static_assert(std::is_invocable_v<bare<Callback>&, answer<reply>>, "the callback of the host's ask takes (answer<Reply>)");
    status result = running(home);
    if (result.ok() && home->asks_of_host == nullptr) {
        result = host_asks::spawn(*home);
    }
    if (!result.ok()) {
        return result;
    }
    return ask<reply>(home->rt, home->asks_of_host->promises, home->host_asker, to.id(), value, later(now, within),
                      std::forward<Callback>(callback), token);
}
} // namespace detail

/// A runtime: actors, their messages and timers. It belongs to the thread that made it and runs inside `step`; the host
/// calls that when `options::wake` asked for it, when `next_timeout` has passed, or when the last step returned `more`.
class runtime : public owner_side {
public:
    /// Makes a runtime; throws `error` if it cannot be had.
    explicit runtime(options how = options())
    {
        std::string explanation;
        const status result = open(std::move(how), &explanation);
        if (!result.ok()) {
            detail::raise(result, explanation);
        }
    }
    /// The same without exceptions: on failure the runtime is empty and `result` says why.
    runtime(options how, status& result) { result = open(std::move(how), nullptr); }

    runtime(runtime&& other) noexcept : owner_side(other), home_(std::move(other.home_)), last_(other.last_)
    {
        other.core_ = nullptr;
    }
    runtime& operator=(runtime&& other) noexcept
    {
        if (this != &other) {
            finish();
            owner_side::operator=(other);
            home_ = std::move(other.home_);
            last_ = other.last_;
            other.core_ = nullptr;
        }
        return *this;
    }
    /// Ends every actor and destroys the runtime. Inside a handler or on another thread that is impossible, and a
    /// destructor cannot say so: it ends the process. `close` reports it instead.
    ~runtime() { finish(); }

    /// Ends every actor, answers every ask, drops every payload, and destroys the runtime. Afterwards no callback of it
    /// runs and this is empty. Throws `error` if it is not possible now, and rethrows what an `on_stop` threw.
    void close()
    {
        if (rt() == nullptr) {
            return;
        }
        const std::shared_ptr<detail::core> home = home_;
        detail::check(try_close(), home->rt);
        home->rethrow();
    }
    /// The same without exceptions; what an `on_stop` threw waits for `rethrow`.
    [[nodiscard]] status try_close() noexcept
    {
        const std::shared_ptr<detail::core> home = home_;
        const status result = rt() == nullptr ? status() : end(*home);
        return result == ART_FORKED ? status() : result;
    }

    /// Whether there is a runtime.
    explicit operator bool() const noexcept { return rt() != nullptr; }

    /// Runs what is due. Never blocks. All handlers see the same `now`; `clock_now` reads the runtime's clock. Throws
    /// `error` if the call is refused, and rethrows the first exception that a handler has thrown since the last call.
    step_result step(time_point now = clock_now, const budget& limits = budget())
    {
        const std::shared_ptr<detail::core> home = home_;
        step_result result;
        const status code = try_step(result, now, limits);
        rethrow_or_check(home, code);
        return result;
    }
    /// The same without exceptions: for hosts that have to arrange the next step first. What a handler threw waits for
    /// `rethrow`.
    [[nodiscard]] status try_step(step_result& result, time_point now = clock_now, const budget& limits = budget()) noexcept
    {
        const art_budget raw_limits = detail::to_c(limits);
        art_step_result raw = ART_STEP_RESULT_INIT;
        const std::uint64_t moment = now == clock_now ? ART_NOW : detail::to_ns(now);
        const status code(ACTOR_RT_CALL(step)(rt(), moment, &raw_limits, &raw));
        // A step that was refused did nothing, and says nothing of the last one.
        result = detail::from_c(raw);
        if (code.ok() || code == ART_PANICKED) {
            last_ = result;
        }
        return code;
    }
    /// The result of the last step.
    const step_result& last_step() const noexcept { return last_; }
    /// Throws what a handler threw, if that was not rethrown yet.
    void rethrow()
    {
        if (home_) {
            const std::shared_ptr<detail::core> home = home_;
            home->rethrow();
        }
    }
#ifndef ACTOR_RT_NO_EXCEPTIONS
    /// Takes what a handler threw, for hosts that report it themselves; null if there is nothing.
    [[nodiscard]] std::exception_ptr take_failure() noexcept { return home_ ? home_->take_failure() : nullptr; }
    /// Whether there is something to take or to rethrow.
    bool has_failure() const noexcept { return home_ && home_->failure; }
    /// Gives back what was taken, or adds what the host itself caught; the first one counts.
    void keep_failure(std::exception_ptr failure) noexcept
    {
        if (home_) {
            home_->add_failure(std::move(failure));
        }
    }
#endif

    /// Steps and runs host calls until nothing is ready: for programs without a loop, and for tests. Timers are not
    /// waited for. Returns the number of messages handled. Throws as `step` does.
    std::uint64_t run_until_idle(time_point now = clock_now)
    {
        const std::shared_ptr<detail::core> home = home_;
        std::uint64_t handled = 0;
        const status code = try_run_until_idle(handled, now);
        rethrow_or_check(home, code);
        return handled;
    }
    /// The same without exceptions. A step in which a handler throws is the last one; that waits for `rethrow`.
    [[nodiscard]] status try_run_until_idle(std::uint64_t& handled, time_point now = clock_now) noexcept
    {
        const std::shared_ptr<detail::core> home = home_;
        handled = 0;
        for (;;) {
            step_result result;
            status code = try_step(result, now, unlimited);
            handled += result.handled;
            std::uint32_t called = 0;
            if (code.ok() && result.host_calls != 0 && !home->failed()) {
                code = try_run_host_calls(called);
            }
            // A host call may have destroyed this very runtime.
            if (!code.ok() || home->rt == nullptr || home->failed() || (!result.more && called == 0)) {
                return code;
            }
        }
    }

    /// Time until there is something to do: zero if that is now, nothing if never.
    std::optional<std::chrono::nanoseconds> next_timeout(time_point now = clock_now) const noexcept
    {
        std::uint64_t ns = ART_NEVER;
        (void)ACTOR_RT_CALL(next_timeout)(rt(), now == clock_now ? ART_NOW : detail::to_ns(now), &ns);
        if (ns >= detail::greatest_time) {
            return std::nullopt;
        }
        return std::chrono::nanoseconds(static_cast<std::int64_t>(ns));
    }
    /// The same as `poll` takes it: milliseconds rounded up, -1 for never.
    int timeout_ms(time_point now = clock_now) const noexcept
    {
        std::int32_t ms = -1;
        (void)ACTOR_RT_CALL(timeout_ms)(rt(), now == clock_now ? ART_NOW : detail::to_ns(now), &ms);
        return ms;
    }
    /// The earliest deadline; `never` if there is none, the clock's epoch if something is ready now.
    time_point next_deadline() const noexcept
    {
        std::uint64_t ns = ART_NEVER;
        (void)ACTOR_RT_CALL(next_deadline)(rt(), &ns);
        return detail::to_point(ns);
    }
    /// How much waits.
    pending_info pending() const noexcept
    {
        pending_info info = ART_PENDING_INFO_INIT;
        (void)ACTOR_RT_CALL(pending)(rt(), &info);
        return info;
    }

    /// Runs host calls that wait, at most `max` (0: all that wait now). To be called when a step reports them, after the
    /// timer is armed and the next step arranged. A call may destroy this very runtime. Returns how many ran.
    std::uint32_t run_host_calls(std::uint32_t max = 0)
    {
        const std::shared_ptr<detail::core> home = home_;
        std::uint32_t ran = 0;
        const status code = try_run_host_calls(ran, max);
        rethrow_or_check(home, code);
        return ran;
    }
    /// The same without exceptions; what user code threw waits for `rethrow`.
    [[nodiscard]] status try_run_host_calls(std::uint32_t& ran, std::uint32_t max = 0) noexcept
    {
        const std::shared_ptr<detail::core> home = home_;
        ran = 0;
        const status code(ACTOR_RT_CALL(run_host_calls)(rt(), max, &ran));
        return status(code == ART_CLOSED ? ART_OK : code.code());
    }

    /// Asks an actor on the host's behalf. `callback` is called once with an `answer<Reply>` inside a later step, or with
    /// `outcome::closed` when the runtime is destroyed first. As `context::ask` otherwise. The first such ask spawns one
    /// actor, named "host".
    template <class Reply = detail::from_message, class Actor, class Message, class Rep, class Period, class Callback>
    status ask(actor_ref<Actor> to, const Message& value, std::chrono::duration<Rep, Period> deadline, Callback&& callback,
               ask_token* token = nullptr)
    {
        return detail::ask_of_host<Reply>(core_, now_ns(), to, value, detail::delay_ns(deadline), std::forward<Callback>(callback), token);
    }

    /// The actor together with this runtime, so that it can be held and used as one object.
    template <class Actor>
    [[nodiscard]] bound_ref<Actor> bind(actor_ref<Actor> ref) noexcept;

    /// Makes the calling thread the owner; see art_adopt_thread.
    status adopt_thread() noexcept { return status(ACTOR_RT_CALL(adopt_thread)(rt())); }

private:
    static void rethrow_or_check(const std::shared_ptr<detail::core>& home, status code)
    {
        if (home) {
            home->rethrow();
        }
        detail::check(code, home ? home->rt : nullptr);
    }

    status open(options&& how, std::string* explanation)
    {
        home_ = std::make_shared<detail::core>();
        core_ = home_.get();
        home_->clock = std::move(how.clock_);
        home_->log = std::move(how.log_);
        home_->log_call = how.raw_.log;
        home_->log_user = how.raw_.log_user;
        how.raw_.abi_version = ART_ABI_VERSION;
        char text[256] = "";
        const status result(ACTOR_RT_CALL(create)(&how.raw_, &home_->rt, text, sizeof(text)));
        how.raw_.wake_drop = nullptr; // Handed over by `create`, whether or not it succeeded.
        if (!result.ok() && explanation != nullptr) {
            *explanation = text;
        }
        return result;
    }

    static status end(detail::core& home) noexcept
    {
        const status result(ACTOR_RT_CALL(destroy)(home.rt));
        if (result == ART_OK || result == ART_FORKED) {
            home.rt = nullptr;
        }
        return result;
    }

    void finish() noexcept
    {
        if (rt() != nullptr) {
            const std::shared_ptr<detail::core> home = home_;
            const status result = end(*home);
            if (result != ART_OK && result != ART_FORKED) {
                std::terminate();
            }
        }
    }

    std::shared_ptr<detail::core> home_;
    step_result last_;

    template <class Actor>
    friend class bound_ref;
    template <class Host, class Link>
    friend class detail::loop_host;
};

/// An actor together with its runtime, for hosts that hold actors as members: `counter.post(add{3})`. Belongs to the
/// owner thread; after the runtime has ended its functions answer ART_CLOSED, and a null timer. Copyable.
template <class Actor>
class bound_ref {
public:
    bound_ref() noexcept = default;

    actor_ref<Actor> ref() const noexcept { return ref_; }
    operator actor_ref<Actor>() const noexcept { return ref_; }

    /// As `runtime::post`.
    template <class Message>
    status post(Message&& value) const
    {
        return living() ? door().post(ref_, std::forward<Message>(value)) : status(ART_CLOSED);
    }
    /// As `runtime::try_post`.
    template <class Message>
    [[nodiscard]] status try_post(Message& value) const
    {
        return living() ? door().try_post(ref_, value) : status(ART_CLOSED);
    }
    /// As `runtime::ask`.
    template <class Reply = detail::from_message, class Message, class Rep, class Period, class Callback>
    status ask(const Message& value, std::chrono::duration<Rep, Period> deadline, Callback&& callback, ask_token* token = nullptr) const
    {
        return living() ? detail::ask_of_host<Reply>(home_.get(), door().now_ns(), ref_, value, detail::delay_ns(deadline),
                                                     std::forward<Callback>(callback), token)
                        : status(ART_CLOSED);
    }
    /// As `runtime::after`.
    template <class Rep, class Period, class Message>
    timer after(std::chrono::duration<Rep, Period> delay, const Message& value) const
    {
        return living() ? door().after(ref_, delay, value) : timer();
    }
    /// As `runtime::at`.
    template <class Message>
    timer at(time_point deadline, const Message& value) const
    {
        return living() ? door().at(ref_, deadline, value) : timer();
    }
    /// As `runtime::stop`.
    status stop(status reason = status()) const noexcept { return living() ? door().stop(ref_, reason) : status(ART_CLOSED); }

private:
    friend class runtime;
    friend class guest;
    bound_ref(std::shared_ptr<detail::core> home, actor_ref<Actor> ref) noexcept : home_(std::move(home)), ref_(ref) {}

    struct side : owner_side {
        explicit side(detail::core* home) noexcept : owner_side(home) {}
        using owner_side::now_ns;
    };
    bool living() const noexcept { return home_ && home_->rt != nullptr; }
    side door() const noexcept { return side(home_.get()); }

    std::shared_ptr<detail::core> home_;
    actor_ref<Actor> ref_;
};

template <class Actor>
bound_ref<Actor> runtime::bind(actor_ref<Actor> ref) noexcept
{
    return bound_ref<Actor>(home_, ref);
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_RUNTIME_HPP
