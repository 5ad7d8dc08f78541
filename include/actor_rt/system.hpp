/*
 * Owns: what is said to any actor, whatever messages it takes: begin, wait, go on, come to an end.
 *
 *     actor_rt::say(rt, printer, actor_rt::system_message::pause);
 *     actor_rt::start_all(rt, 5s, [](const std::vector<actor_rt::actor_ref<>>& late) { … });
 *
 * What follows is the message's default, unless the actor decides otherwise:
 *
 *     actor_rt::reaction on_system(actor_rt::context& cx, actor_rt::system_message said);
 */
#ifndef ACTOR_RT_SYSTEM_HPP
#define ACTOR_RT_SYSTEM_HPP

#include "once.hpp"

#include <vector>

ACTOR_RT_BEGIN_NAMESPACE

/// What is said, and what follows by default. New ones may appear.
enum class system_message : std::uint32_t {
    start = ART_SYSTEM_START,         ///< the program is complete, begin: nothing
    pause = ART_SYSTEM_PAUSE,         ///< let messages wait: it is paused
    resume = ART_SYSTEM_RESUME,       ///< go on: it is resumed
    execute = ART_SYSTEM_EXECUTE,     ///< run a function (`run_in`): it is run. To be heard, not to be said
    ping = ART_SYSTEM_PING,           ///< are you well: the answer is yes. `ping` of heartbeat.hpp tells it
    terminate = ART_SYSTEM_TERMINATE, ///< come to an end: it stops
};

/// What is to follow, as an actor's `on_system` decides.
enum class reaction : std::int32_t {
    usual = ART_REACTION_USUAL,     ///< the default
    handled = ART_REACTION_HANDLED, ///< nothing: who is to terminate lives on, a ping has no answer
};

/// Says something to an actor; it overtakes the messages that wait. A supervised one that is not ready yet hears it as soon as it
/// is, another one does not.
inline status say(owner_side& where, actor_ref<> actor, system_message what) noexcept
{
    return status(ACTOR_RT_CALL(system)(where.get(), actor.id(), static_cast<std::uint32_t>(what)));
}
/// Says it to all supervised actors, the oldest first; how many those are goes to `count`.
inline status say_to_all(owner_side& where, system_message what, std::size_t* count = nullptr) noexcept
{
    return status(ACTOR_RT_CALL(system_all)(where.get(), static_cast<std::uint32_t>(what), count));
}

/// Says `start` to all supervised actors, the oldest first. `done(late)` is called once when all have heard it or `within` is over,
/// with a `const std::vector<actor_ref<>>&` of those that were not ready by then or have ended before.
template <class Rep, class Period, class Done>
status start_all(owner_side& where, std::chrono::duration<Rep, Period> within, Done done)
{
    using once = detail::once<Done>;
    const std::uint64_t deadline = detail::later(detail::to_ns(where.now()), detail::delay_ns(within));
    const auto call = [](void* user, const art_actor* late, std::size_t count) noexcept {
        once::run(user, [&](Done& callback) {
            callback(count == 0 ? std::vector<actor_ref<>>() : std::vector<actor_ref<>>(late, late + count));
        });
    };
    return once::hand_over(where.share().get(), std::move(done), [&](art_runtime* rt, once* kept) {
        return ACTOR_RT_CALL(start_all)(rt, deadline, call, kept);
    });
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_SYSTEM_HPP
