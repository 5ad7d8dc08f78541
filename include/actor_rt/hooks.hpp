/*
 * Owns: the trampolines of what an actor may declare besides its messages: `on_started`, `on_restart`, `on_escalation`,
 * `on_system`, `on_timer`, `on_run`; and which flags its configuration gets for `on_child` and `on_stopping`.
 */
#ifndef ACTOR_RT_HOOKS_HPP
#define ACTOR_RT_HOOKS_HPP

#include "cell.hpp"

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
template <class Actor>
struct hooks {
    static constexpr bool any = has_on_started<Actor> || has_on_restart<Actor> || has_on_escalation<Actor> || has_on_system<Actor> ||
                                has_on_timer<Actor> || has_on_run<Actor>;
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

    static std::int32_t on_system(void* state, art_context* raw, std::uint32_t said) noexcept
    {
        auto* const self = static_cast<cell<Actor>*>(state);
        std::int32_t decided = ART_REACTION_USUAL;
        const art_status result = self->turn(raw, [&] {
            context cx(*self, raw, nullptr);
            decided = static_cast<std::int32_t>(self->actor.on_system(cx, static_cast<system_message>(said)));
        });
        return result < 0 ? result : decided;
    }

    static art_status on_timer(void* state, art_context* raw, std::uint64_t number, std::uint32_t ticks) noexcept
    {
        auto* const self = static_cast<cell<Actor>*>(state);
        return self->turn(raw, [&] {
            context cx(*self, raw, nullptr);
            self->actor.on_timer(cx, number, ticks);
        });
    }

    static art_status on_run(void* state, art_context* raw, std::uint64_t* wait) noexcept
    {
        auto* const self = static_cast<cell<Actor>*>(state);
        return self->turn(raw, [&] {
            context cx(*self, raw, nullptr);
            if constexpr (std::is_void_v<decltype(self->actor.on_run(cx))>) {
                self->actor.on_run(cx);
            } else {
                const std::optional<std::chrono::nanoseconds> again = self->actor.on_run(cx);
                *wait = again ? delay_ns(*again) : ART_NEVER;
            }
        });
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
        if constexpr (has_on_system<Actor>) {
            made.on_system = &on_system;
        }
        if constexpr (has_on_timer<Actor>) {
            made.on_timer = &on_timer;
        }
        if constexpr (has_on_run<Actor>) {
            made.on_run = &on_run;
        }
        return made;
    }
};
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_HOOKS_HPP
