/*
 * Owns: how an actor's object and its options become an art_actor_config.
 *
 * Invariant: whatever the library answers, the object or its factory and the listener are freed exactly once.
 */
#ifndef ACTOR_RT_SPAWN_HPP
#define ACTOR_RT_SPAWN_HPP

#include "hooks.hpp"

#include <tuple>

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
/// Spawns with options.
struct spawning {
    /// `config` has its vtable, its argument and what frees that.
    template <class Actor>
    static art_actor spawn(core& owner, status& result, actor_options& how, art_actor_config& config)
    {
        const art_actor_hooks hooks = detail::hooks<Actor>::table();
        config.hooks = detail::hooks<Actor>::any ? &hooks : nullptr;
        config.flags = detail::hooks<Actor>::flags;
        config.capacity = how.capacity_;
        config.mailbox = how.mailbox_ ? &how.mailbox_->raw() : nullptr;
        config.parent = how.parent_.id();
        config.name = how.name_.empty() ? nullptr : how.name_.data();
        config.name_len = how.name_.size();
        config.supervisor = how.supervisor_ ? &how.supervisor_->raw() : nullptr;
        auto* const listener = static_cast<end_listener*>(how.listener_.get());
        const bool supervised = config.supervision != nullptr;
        if (listener != nullptr) {
            listener->owner = &owner;
        }
        if (listener != nullptr && !supervised) {
            config.notify = &end_listener::notify;
            config.notify_user = listener;
        }
        art_actor id = 0;
        result = status(ACTOR_RT_CALL(spawn)(owner.rt, &config, &id));
        // One that is supervised may be started anew as another actor, and `notify` would be called for that, too.
        if (result.ok() && listener != nullptr && supervised) {
            result = status(ACTOR_RT_CALL(on_exit)(owner.rt, id, &end_listener::told, listener, nullptr));
        }
        if (result.ok()) {
            (void)how.listener_.release(); // It frees itself when it is called.
        }
        return id;
    }
};

/// Makes an actor's incarnations.
template <class Actor, class Factory>
struct maker {
    core* owner;
    Factory factory;

    static art_status create(art_context* raw, void* argument, void** state) noexcept
    {
        auto* const self = static_cast<maker*>(argument);
        return self->owner->guarded(
            raw,
            [&] {
                auto made = std::make_unique<cell<Actor>>(made_by(), self->owner, raw, self->factory);
                context cx(*made, raw, nullptr);
                made->actor.on_start(cx);
                *state = made.release();
            },
            true);
    }

    static void drop(void* argument) noexcept { delete static_cast<maker*>(argument); }

    ACTOR_RT_OWN static const art_actor_vtable& vtable() noexcept
    {
        using cell = detail::cell<Actor>;
        static const art_actor_vtable table = {
            sizeof(art_actor_vtable), 0, &create, &cell::on_message, &cell::on_stop, &cell::destroy};
        return table;
    }
};

/// Makes each incarnation from copies of these arguments.
template <class Actor, class... Arguments>
auto from_copies(Arguments&&... arguments)
{
    static_assert(std::is_constructible_v<Actor, const std::decay_t<Arguments>&...>,
                  "each incarnation is constructed from the arguments as constants; a reference to what others change is passed by std::ref");
    return [kept = std::tuple<std::decay_t<Arguments>...>(std::forward<Arguments>(arguments)...)](context&) {
        return std::make_from_tuple<Actor>(kept);
    };
}
} // namespace detail

template <class Actor, class... Arguments>
actor_ref<Actor> owner_side::try_spawn(status& result, actor_options&& how, Arguments&&... arguments)
{
    using cell = detail::cell<Actor>;
    result = detail::running(core_);
    if (!result.ok()) {
        return {};
    }
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    config.vtable = &cell::vtable();
    // The cell is the argument, not the state: so it is freed once however far the actor came.
    config.argument = new cell(core_, std::forward<Arguments>(arguments)...);
    config.argument_drop = &cell::destroy;
    return actor_ref<Actor>(detail::spawning::spawn<Actor>(*core_, result, how, config));
}

template <class Factory>
auto owner_side::try_spawn_supervised_by(status& result, const supervision& care, actor_options&& how, Factory factory)
{
    using made = std::invoke_result_t<Factory&, context&>;
    using maker = detail::maker<made, Factory>;
    static_assert(!std::is_reference_v<made>, "the factory returns the actor itself");
    result = detail::running(core_);
    if (!result.ok()) {
        return actor_ref<made>();
    }
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    config.vtable = &maker::vtable();
    config.argument = new maker{core_, std::move(factory)};
    config.argument_drop = &maker::drop;
    config.supervision = &care.raw();
    return actor_ref<made>(detail::spawning::spawn<made>(*core_, result, how, config));
}

template <class Factory>
auto owner_side::spawn_supervised_by(const supervision& care, actor_options&& how, Factory factory)
{
    status result;
    return unless_refused(result, try_spawn_supervised_by(result, care, std::move(how), std::move(factory)));
}

template <class Factory>
auto owner_side::spawn_supervised_by(const supervision& care, Factory factory)
{
    return spawn_supervised_by(care, actor_options(), std::move(factory));
}

template <class Actor, class... Arguments>
actor_ref<Actor> owner_side::try_spawn_supervised(
    status& result, const supervision& care, actor_options&& how, Arguments&&... arguments)
{
    return try_spawn_supervised_by(result, care, std::move(how), detail::from_copies<Actor>(std::forward<Arguments>(arguments)...));
}

template <class Actor, class... Arguments>
actor_ref<Actor> owner_side::spawn_supervised(const supervision& care, actor_options&& how, Arguments&&... arguments)
{
    return spawn_supervised_by(care, std::move(how), detail::from_copies<Actor>(std::forward<Arguments>(arguments)...));
}

template <class Actor, class... Arguments>
actor_ref<Actor> owner_side::spawn_supervised(const supervision& care, Arguments&&... arguments)
{
    static_assert((!std::is_same_v<detail::bare<Arguments>, actor_options> && ...), "the options are used up: std::move(how)");
    return spawn_supervised<Actor>(care, actor_options(), std::forward<Arguments>(arguments)...);
}

template <class Actor, class... Arguments>
actor_ref<Actor> owner_side::spawn_with(actor_options&& how, Arguments&&... arguments)
{
    status result;
    const actor_ref<Actor> made = try_spawn<Actor>(result, std::move(how), std::forward<Arguments>(arguments)...);
    detail::check(result, rt());
    return made;
}

template <class Actor, class... Arguments>
actor_ref<Actor> owner_side::spawn(Arguments&&... arguments)
{
    return spawn_with<Actor>(actor_options(), std::forward<Arguments>(arguments)...);
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_SPAWN_HPP
