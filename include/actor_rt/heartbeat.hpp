/*
 * Owns: whether actors are well: pings, whose answer says how long an actor takes to come to what is sent to it; and the heartbeat,
 * which pings all supervised actors again and again.
 *
 *     actor_rt::ping(rt, printer, [](const actor_rt::pong& answer) { … answer.latency() … });
 *     actor_rt::start_heartbeat(rt, actor_rt::heartbeat(1s).patience(3), [](const actor_rt::pulse& one) { … });
 *
 * A handler that does not return is seen by nobody on this thread: for that there is `watchdog`.
 */
#ifndef ACTOR_RT_HEARTBEAT_HPP
#define ACTOR_RT_HEARTBEAT_HPP

#include "once.hpp"
#include "standing.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// The answer to a ping. A view: valid as long as the call that brings it, or the handler of its message.
class pong {
public:
    explicit pong(const art_pong& raw) noexcept : raw_(&raw) {}
    /// The message as such an answer, if it is that.
    static std::optional<pong> read(const message& one) noexcept
    {
        return one.tag() == ART_TAG_PONG ? std::optional<pong>(*static_cast<const art_pong*>(one.data())) : std::nullopt;
    }

    /// False if there is no answer: the actor has ended before, or its `on_system` wanted none.
    bool answered() const noexcept { return raw_->answered != 0; }
    actor_ref<> actor() const noexcept { return actor_ref<>(raw_->actor); }
    /// How long the answer took, by the runtime's clock.
    std::chrono::nanoseconds latency() const noexcept { return std::chrono::nanoseconds(static_cast<std::int64_t>(raw_->latency_ns)); }
    /// The C struct.
    const art_pong& raw() const noexcept { return *raw_; }

private:
    const art_pong* raw_;
};

/// Asks an actor, whatever it is, whether it is well. `told(const pong&)` is called once, in a step, or by the end of the runtime: when
/// the actor has handled what was sent to it before. A ping takes no place in the mailbox; a paused actor answers when it goes on.
template <class Told>
status ping(owner_side& where, actor_ref<> actor, Told told)
{
    using once = detail::once<Told>;
    const auto call = [](void* user, const art_pong* answer) noexcept {
        once::run(user, [&](Told& callback) { callback(pong(*answer)); });
    };
    return once::hand_over(where.share().get(), std::move(told), [&](art_runtime* rt, once* kept) {
        return ACTOR_RT_CALL(on_pong)(rt, actor.id(), call, kept);
    });
}
/// The same on behalf of another actor, to which the answer comes as a message, before any that waits: see `pong::read`.
inline status ping_for(owner_side& where, actor_ref<> asker, actor_ref<> actor) noexcept
{
    return status(ACTOR_RT_CALL(ping)(where.get(), asker.id(), actor.id()));
}

/// What a heartbeat says of an actor. New ones may appear.
enum class pulse_kind : std::uint32_t {
    unresponsive = ART_PULSE_UNRESPONSIVE, ///< it has not answered for so many cycles; told once, until it answers again
    recovered = ART_PULSE_RECOVERED,       ///< it was reported, and has answered now
};

/// A report of a heartbeat's. A view: valid as long as the call that brings it.
class pulse {
public:
    explicit pulse(const art_pulse& raw) noexcept : raw_(&raw) {}

    pulse_kind kind() const noexcept { return static_cast<pulse_kind>(raw_->kind); }
    actor_ref<> actor() const noexcept { return actor_ref<>(raw_->actor); }
    /// How long its answer took; zero without one.
    std::chrono::nanoseconds latency() const noexcept { return std::chrono::nanoseconds(static_cast<std::int64_t>(raw_->latency_ns)); }
    /// How many cycles have ended without an answer.
    std::uint32_t cycles() const noexcept { return raw_->cycles; }
    /// The C struct.
    const art_pulse& raw() const noexcept { return *raw_; }

private:
    const art_pulse* raw_;
};

/// How a heartbeat beats: a thin builder over art_heartbeat.
class heartbeat {
public:
    /// In each cycle all supervised actors are pinged.
    template <class Rep, class Period>
    explicit heartbeat(std::chrono::duration<Rep, Period> cycle) noexcept
    {
        raw_.cycle_ns = detail::delay_ns(cycle);
    }
    /// After how many cycles without an answer an actor is reported; one unless said.
    heartbeat& patience(std::uint32_t cycles) noexcept
    {
        raw_.patience = cycles;
        return *this;
    }
    /// An actor that is reported is killed, too: its supervisor makes it anew.
    heartbeat& restart() noexcept
    {
        raw_.flags |= ART_HEARTBEAT_RESTART;
        return *this;
    }
    /// The C struct.
    const art_heartbeat& raw() const noexcept { return raw_; }

private:
    art_heartbeat raw_ = ART_HEARTBEAT_INIT;
};

/// Starts a heartbeat, an actor of the root's that beats until it is stopped. `told(const pulse&)` is called for actors that do not
/// answer: those that are paused, that wait for an answer, or that are behind with their work. A null reference on failure, with the
/// reason in `result`.
template <class Told>
actor_ref<> try_start_heartbeat(status& result, owner_side& where, const heartbeat& how, Told told)
{
    using standing = detail::standing<Told>;
    const auto call = [](void* user, const art_pulse* one) noexcept {
        standing::run(user, [&](Told& callback) { callback(pulse(*one)); });
    };
    const auto ended = [](void* user, const art_exit*) noexcept {
        (void)static_cast<standing*>(user)->owner->calls.take(standing::key(user));
    };
    art_actor beating = 0;
    result = standing::put(where.share().get(), detail::seat::none, std::move(told), [&](art_runtime* rt, standing* kept) {
        const art_status started = ACTOR_RT_CALL(heartbeat_start)(rt, &how.raw(), call, kept, &beating);
        if (started == ART_OK) {
            // What it calls goes with it, or at the latest with the runtime.
            (void)ACTOR_RT_CALL(on_exit)(rt, beating, ended, kept, nullptr);
        }
        return started;
    });
    return actor_ref<>(beating);
}
/// The same; throws `error` if the library refuses.
template <class Told>
actor_ref<> start_heartbeat(owner_side& where, const heartbeat& how, Told told)
{
    status result;
    const actor_ref<> made = try_start_heartbeat(result, where, how, std::move(told));
    detail::check(result, where.get());
    return made;
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_HEARTBEAT_HPP
