/*
 * Owns: the trampolines of what an actor may declare besides its messages: `on_started`, `on_restart`, `on_escalation`;
 * and which flags its configuration gets for `on_child` and `on_stopping`.
 */
#ifndef ACTOR_RT_HOOKS_HPP
#define ACTOR_RT_HOOKS_HPP

#include "cell.hpp"

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
template <class Actor>
struct hooks {
    static constexpr bool any = has_on_started<Actor> || has_on_restart<Actor> || has_on_escalation<Actor>;
    static constexpr std::uint32_t flags = (has_on_child<Actor> ? std::uint32_t(ART_ACTOR_HEARS_CHILDREN) : 0u) |
                                           (has_on_stopping<Actor> ? std::uint32_t(ART_ACTOR_HEARS_STOP) : 0u);

    static art_status on_started(void* state, art_context* raw) noexcept
    {
        auto* const self = static_cast<cell<Actor>*>(state);
        return self->turn(raw, [&] {
            context cx(*self, raw, nullptr);
            self->actor.on_started(cx);
        });
    }

    static art_status on_restart(void* state, art_context* raw, const art_exit* exit) noexcept
    {
        auto* const self = static_cast<cell<Actor>*>(state);
        return self->turn(raw, [&] {
            context cx(*self, raw, nullptr);
            self->actor.on_restart(cx, actor_exit(*exit));
        });
    }

    static std::int32_t on_escalation(void* state, art_context* raw, const art_exit* exit) noexcept
    {
        auto* const self = static_cast<cell<Actor>*>(state);
        escalation decided = escalation::restart;
        const art_status result = self->turn(raw, [&] {
            context cx(*self, raw, nullptr);
            decided = self->actor.on_escalation(cx, actor_exit(*exit));
        });
        return result < 0 ? result : static_cast<std::int32_t>(decided);
    }

    static art_actor_hooks table() noexcept
    {
        art_actor_hooks made = ART_ACTOR_HOOKS_INIT;
        if constexpr (has_on_started<Actor>) {
            made.on_started = &on_started;
        }
        if constexpr (has_on_restart<Actor>) {
            made.on_restart = &on_restart;
        }
        if constexpr (has_on_escalation<Actor>) {
            made.on_escalation = &on_escalation;
        }
        return made;
    }
};
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_HOOKS_HPP
