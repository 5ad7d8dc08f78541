/*
 * Owns: `actor`, the base class of actors written in C++; `actor_options`; and the trampolines between the library's
 * function pointers and the handlers, one static set for each class.
 *
 * Invariants: an actor is constructed in `spawn` and destroyed exactly once, when it has ended for good or if `spawn`
 * fails; its asks' callbacks are destroyed before it. No trampoline lets an exception out.
 */
#ifndef ACTOR_RT_ACTOR_HPP
#define ACTOR_RT_ACTOR_HPP

#include "context.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// Base of an actor that takes `Messages`:
///
///     struct counter : actor_rt::actor<counter, add, get> {
///         void on(actor_rt::context&, const add& message) { total += message.amount; }
///         std::int64_t on(actor_rt::context&, const get&) { return total; }     // the answer, if it was an ask
///         std::int64_t total = 0;
///     };
///
/// For each message there is a public `on(context&, M)`, where M is the message by value, by reference, or by rvalue
/// reference to move out of it. What it returns answers an ask. The functions below may be redefined; they are found by
/// name and need no `virtual`.
template <class Self, class... Messages>
class actor {
public:
    using messages = message_list<Messages...>;

    /// The first thing that runs of the actor, inside a step.
    void on_start(context&) {}
    /// The last thing that runs of it, if it was stopped; not if it failed or was killed.
    void on_stop(context&, const stop_cause&) {}
    /// Takes every message that is none of `Messages`, or claims to be one but does not fit. Does nothing: an ask then
    /// ends with `outcome::no_reply`.
    void on_other(context&, const message&) {}

    /// A typed reference to the actor whose handler has this context.
    static actor_ref<Self> self(const context& cx) noexcept { return actor_ref<Self>(cx.self().id()); }

protected:
    actor() = default;
    ~actor() = default;
    actor(const actor&) = default;
    actor& operator=(const actor&) = default;
};

namespace detail {
struct end_listener {
    core* owner;
    explicit end_listener(core* home) noexcept : owner(home) {}
    end_listener(const end_listener&) = delete;
    end_listener& operator=(const end_listener&) = delete;
    virtual ~end_listener() = default;
    virtual void ended(actor_ref<> actor, const stop_cause& cause) = 0;

    static void notify(void* user, art_actor actor, const art_stop_cause* cause) noexcept
    {
        const std::unique_ptr<end_listener> self(static_cast<end_listener*>(user));
        (void)self->owner->guarded(nullptr, [&] { self->ended(actor_ref<>(actor), stop_cause(*cause)); });
    }
};

template <class Callback>
struct typed_end_listener final : end_listener {
    Callback callback;
    explicit typed_end_listener(Callback&& given) : end_listener(nullptr), callback(std::move(given)) {}
    void ended(actor_ref<> actor, const stop_cause& cause) override { callback(actor, cause); }
};
} // namespace detail

/// How one actor is made, for `spawn_with`. Move-only.
class actor_options {
public:
    /// Its name in logs and traces.
    actor_options& name(std::string text)
    {
        name_ = std::move(text);
        return *this;
    }
    /// Most messages that may wait for it, 0 for no bound.
    actor_options& capacity(std::uint32_t messages) noexcept
    {
        capacity_ = messages;
        return *this;
    }
    /// Its supervisor: it ends before that does, and with it. It is not restarted.
    actor_options& parent(actor_ref<> above) noexcept
    {
        parent_ = above;
        return *this;
    }
    /// Who hears that it has ended: `void(actor_ref<>, const stop_cause&)`, called once on the owner thread.
    template <class Callback>
    actor_options& on_end(Callback callback)
    {
        listener_ = std::make_unique<detail::typed_end_listener<Callback>>(std::move(callback));
        return *this;
    }

private:
    friend class owner_side;
    std::string name_;
    std::uint32_t capacity_ = 0;
    actor_ref<> parent_;
    std::unique_ptr<detail::end_listener> listener_;
};

namespace detail {
template <class Actor, class Message, class = void>
inline constexpr bool handles_rvalue = false;
template <class Actor, class Message>
inline constexpr bool handles_rvalue<
    Actor, Message, std::void_t<decltype(std::declval<Actor&>().on(std::declval<context&>(), std::declval<Message>()))>> = true;

template <class Actor, class Message, class = void>
inline constexpr bool handles_lvalue = false;
template <class Actor, class Message>
inline constexpr bool handles_lvalue<
    Actor, Message, std::void_t<decltype(std::declval<Actor&>().on(std::declval<context&>(), std::declval<Message&>()))>> = true;

template <class Actor>
struct cell final : cell_base {
    Actor actor;

    template <class... Arguments>
    explicit cell(core* home, Arguments&&... arguments) : cell_base(home), actor(std::forward<Arguments>(arguments)...)
    {
    }
    ~cell()
    {
        while (asks.take_any()) { // The callbacks may have captured the actor.
        }
    }

    template <class Message>
    decltype(auto) handle(context& cx, Message& value)
    {
        static_assert(handles_rvalue<Actor, Message> || handles_lvalue<Actor, Message>,
                      "the actor lists this message but has no public on(context&, const Message&)");
        if constexpr (handles_rvalue<Actor, Message>) {
            return actor.on(cx, std::move(value));
        } else {
            return actor.on(cx, value);
        }
    }

    /// Handles a message as a `Message` if it is one.
    template <class Message>
    bool deliver(context& cx, const art_msg& raw)
    {
        if (raw.tag != tag_of<Message>) {
            return false;
        }
        return with_value<Message>(raw.data, raw.len, [&](Message& value) {
            using promised = typename reply_type<Message>::type;
            using returned = decltype(handle<Message>(cx, value));
            if constexpr (std::is_void_v<returned>) {
                handle<Message>(cx, value);
            } else {
                using answered = std::conditional_t<std::is_void_v<promised>, bare<returned>, promised>;
                static_assert(std::is_convertible_v<returned, answered>, "the handler returns another type than the message's reply_type");
                answered result = handle<Message>(cx, value);
                if ((raw.flags & ART_MSG_ASK) != 0) {
                    (void)cx.reply(std::move(result));
                }
            }
        });
    }

    template <class... Messages>
    void dispatch(context& cx, const art_msg& raw, message_list<Messages...>)
    {
        static_assert(tags_differ(message_list<Messages...>()), "two messages of this actor have one tag");
        if (raw.tag == ART_TAG_REPLY) {
            if (const auto ask = asks.take(raw.reply)) {
                ask->settle(cx, raw);
            }
        } else if (raw.tag == ART_TAG_HOST_CALL && (raw.flags & ART_MSG_HOST_CALL) != 0) {
            // `data` is the `user` of the call; only `context::host_call` makes calls with this tag.
            static_cast<host_job*>(const_cast<void*>(raw.data))->deliver(cx);
        } else if (!(deliver<Messages>(cx, raw) || ...)) {
            actor.on_other(cx, message(raw));
        }
    }

    static art_status on_create(art_context* raw, void* argument, void** state) noexcept
    {
        auto* const self = static_cast<cell*>(argument);
        *state = self;
        return self->owner->guarded(raw, [&] {
            context cx(*self, raw, nullptr);
            self->actor.on_start(cx);
        });
    }

    static art_status on_message(void* state, art_context* raw, const art_msg* arrived) noexcept
    {
        auto* const self = static_cast<cell*>(state);
        return self->owner->guarded(raw, [&] {
            context cx(*self, raw, arrived);
            self->dispatch(cx, *arrived, typename Actor::messages());
        });
    }

    static void on_stop(void* state, art_context* raw, const art_stop_cause* cause) noexcept
    {
        auto* const self = static_cast<cell*>(state);
        (void)self->owner->guarded(nullptr, [&] {
            context cx(*self, raw, nullptr);
            self->actor.on_stop(cx, stop_cause(*cause));
        });
    }

    static void destroy(void* argument) noexcept { delete static_cast<cell*>(argument); }

    static const art_actor_vtable& vtable() noexcept
    {
        static const art_actor_vtable table = {sizeof(art_actor_vtable), 0, &on_create, &on_message, &on_stop, nullptr};
        return table;
    }
};
} // namespace detail

template <class Actor, class... Arguments>
actor_ref<Actor> owner_side::try_spawn(status& result, actor_options&& how, Arguments&&... arguments)
{
    using cell = detail::cell<Actor>;
    if (rt() == nullptr) {
        result = status(core_ == nullptr ? ART_NULL_POINTER : ART_CLOSED);
        return {};
    }
    auto* const made = new cell(core_, std::forward<Arguments>(arguments)...);
    art_actor_config config = ART_ACTOR_CONFIG_INIT;
    config.vtable = &cell::vtable();
    // The cell is the argument, not the state: so it is freed once however far the actor came.
    config.argument = made;
    config.argument_drop = &cell::destroy;
    config.capacity = how.capacity_;
    config.parent = how.parent_.id();
    config.name = how.name_.empty() ? nullptr : how.name_.data();
    config.name_len = how.name_.size();
    if (how.listener_) {
        how.listener_->owner = core_;
        config.notify = &detail::end_listener::notify;
        config.notify_user = how.listener_.get();
    }
    art_actor id = 0;
    result = status(ACTOR_RT_CALL(spawn)(rt(), &config, &id));
    if (result.ok()) {
        (void)how.listener_.release(); // Freed by `notify`.
    }
    return actor_ref<Actor>(id);
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

#endif // ACTOR_RT_ACTOR_HPP
