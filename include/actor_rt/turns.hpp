/*
 * Owns: turns of an actor that no message brings: timers by number, work for when no message waits, functions of others.
 *
 *     struct blinker : actor_rt::actor<blinker, begin> {
 *         void on(actor_rt::context& cx, begin) { actor_rt::start_interval(cx, 1, actor_rt::interval(20ms)); }
 *         void on_timer(actor_rt::context& cx, std::uint64_t number, std::uint32_t ticks) { … }
 *     };
 *
 * A tick takes no place in the mailbox, and what was stopped or replaced does not tick any more, even if it was due. All of it ends
 * with the actor's incarnation.
 */
#ifndef ACTOR_RT_TURNS_HPP
#define ACTOR_RT_TURNS_HPP

#include "../actor_rt.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// What becomes of ticks that come due at once, since the host or the actor was late.
enum class missed : std::uint32_t {
    coalesce = ART_MISSED_COALESCE, ///< one call, with their number
    burst = ART_MISSED_BURST,       ///< a call for each
    skip = ART_MISSED_SKIP,         ///< one call, with the number one
};

/// How often a timer ticks: a thin builder over art_interval. Its ticks lie on a grid that begins with the first one.
class interval {
public:
    /// The time between two ticks; not zero.
    template <class Rep, class Period>
    explicit interval(std::chrono::duration<Rep, Period> period) noexcept
    {
        raw_.period_ns = detail::delay_ns(period);
    }
    /// When the first one comes, counted from now; after a period unless said.
    template <class Rep, class Period>
    interval& first(std::chrono::duration<Rep, Period> delay) noexcept
    {
        raw_.first_ns = detail::delay_ns(delay);
        return *this;
    }
    interval& on_missed(missed what) noexcept
    {
        raw_.missed = static_cast<std::uint32_t>(what);
        return *this;
    }
    /// The C struct.
    const art_interval& raw() const noexcept { return raw_; }

private:
    art_interval raw_ = ART_INTERVAL_INIT;
};

/// Starts a timer of this actor's that ticks once, under a number of its own choice, in the place of what had that: its `on_timer`
/// is called. ART_UNSUPPORTED for an actor without one.
template <class Rep, class Period>
status start_timer(context& cx, std::uint64_t number, std::chrono::duration<Rep, Period> delay) noexcept
{
    return status(ACTOR_RT_CALL(context_timer_start)(cx.get_context(), number, detail::delay_ns(delay)));
}
/// The same with one that ticks again and again.
inline status start_interval(context& cx, std::uint64_t number, const interval& how) noexcept
{
    return status(ACTOR_RT_CALL(context_interval_start)(cx.get_context(), number, &how.raw()));
}
/// Stops the timer of this number; ART_NOT_FOUND if there is none, or it has ticked its only time.
inline status stop_timer(context& cx, std::uint64_t number) noexcept
{
    return status(ACTOR_RT_CALL(context_timer_stop)(cx.get_context(), number));
}

/// Has this actor's `on_run(context&)` called when no message waits for it and all other ordinary work of the step is done.
/// ART_UNSUPPORTED for an actor without one. An `on_run` that returns a `std::optional<std::chrono::nanoseconds>` is called again
/// after so long, but not within the same step; with nothing, or void, not before this is called again.
inline status run_when_idle(context& cx) noexcept { return status(ACTOR_RT_CALL(context_run)(cx.get_context())); }

namespace detail {
template <class Actor, class Function>
struct errand {
    Function function;

    static art_status run(void* state, art_context* raw, void* data, std::size_t) noexcept
    {
        auto* const self = static_cast<cell<Actor>*>(state);
        if (self == nullptr) {
            return ART_WRONG_KIND; // An actor of Rust's.
        }
        return self->turn(raw, [&] {
            context cx(*self, raw, nullptr);
            static_cast<errand*>(data)->function(cx, self->actor);
        });
    }
    static void drop(void* data, std::size_t, void*, std::uint32_t) noexcept { delete static_cast<errand*>(data); }
};
} // namespace detail

/// Runs `function(context&, Actor&)` in a turn of an actor's, after the messages that wait for it; it takes a place in the mailbox as
/// a message does. If it throws, that actor fails. It is freed without a call if the actor ends first, or wants none (`on_system`).
/// That the reference is that of a C++ `Actor` is the caller's word: a spawn's is, one from an id or by `lookup` need not be.
template <class Actor, class Function>
status run_in(owner_side& where, actor_ref<Actor> actor, Function function)
{
    static_assert(std::is_class_v<Actor>, "what is run needs the class of the actor");
    static_assert(std::is_invocable_v<Function&, context&, Actor&>, "the function takes (context&, Actor&)");
    using errand = detail::errand<Actor, Function>;
    return status(ACTOR_RT_CALL(exec)(
        where.get(), actor.id(), &errand::run, new errand{std::move(function)}, sizeof(errand), &errand::drop, nullptr));
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_TURNS_HPP
