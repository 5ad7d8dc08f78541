/*
 * Owns: `detail::cell`, what holds an actor's object, and the trampolines between the library's function pointers and the
 * handlers, one static set for each class.
 *
 * Invariants: an object is made once and destroyed once for each incarnation of its actor; its asks' callbacks and its
 * monitors' are destroyed before it. No trampoline lets an exception out.
 */
#ifndef ACTOR_RT_CELL_HPP
#define ACTOR_RT_CELL_HPP

#include "actor.hpp"

ACTOR_RT_BEGIN_NAMESPACE

// See system.hpp.
enum class system_message : std::uint32_t;
enum class reaction : std::int32_t;

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

/// The names of the functions that a class may declare.
struct hook_names {
    void on_started();
    void on_restart();
    void on_child();
    void on_exit();
    void on_stopping();
    void on_escalation();
    void on_system();
    void on_timer();
    void on_run();
};
/// A name that is in both, in whatever form, is ambiguous here.
template <class Actor>
struct hook_lookup : Actor, hook_names {};

/// What each of them may return.
template <class Returned>
inline constexpr bool returns_nothing = std::is_void_v<Returned>;
template <class Returned>
inline constexpr bool returns_escalation = std::is_convertible_v<Returned, escalation>;
template <class Returned>
inline constexpr bool returns_reaction = std::is_convertible_v<Returned, reaction>;
template <class Returned>
inline constexpr bool returns_pause = std::is_void_v<Returned> || std::is_convertible_v<Returned, std::optional<std::chrono::nanoseconds>>;

/// Which of these functions are there, and which names are: `has_on_started`, `names_on_started`. A name in a final class,
/// which has no derived ones, is seen if it is public and not overloaded.
#define ACTOR_RT_DETECT(function, returns, ...)                                                                  \
    template <class Actor, class = void>                                                                         \
    inline constexpr bool has_##function = false;                                                                \
    template <class Actor>                                                                                       \
    inline constexpr bool                                                                                        \
        has_##function<Actor, std::enable_if_t<returns<decltype(std::declval<Actor&>().function(__VA_ARGS__))>>> = true; \
    template <class Actor, class = void>                                                                         \
    inline constexpr bool has_address_of_##function = false;                                                     \
    template <class Actor>                                                                                       \
    inline constexpr bool has_address_of_##function<Actor, std::void_t<decltype(&Actor::function)>> = true;      \
    template <class Actor>                                                                                       \
    constexpr bool names_##function() noexcept                                                                   \
    {                                                                                                            \
        if constexpr (std::is_final_v<Actor>) {                                                                  \
            return has_address_of_##function<Actor>;                                                             \
        } else {                                                                                                 \
            return !has_address_of_##function<hook_lookup<Actor>>;                                               \
        }                                                                                                        \
    }                                                                                                            \
    static_assert(true)
ACTOR_RT_DETECT(on_started, returns_nothing, std::declval<context&>());
ACTOR_RT_DETECT(on_restart, returns_nothing, std::declval<context&>(), std::declval<const actor_exit&>());
ACTOR_RT_DETECT(on_child, returns_nothing, std::declval<context&>(), std::declval<const actor_exit&>());
ACTOR_RT_DETECT(on_exit, returns_nothing, std::declval<context&>(), std::declval<const actor_exit&>());
ACTOR_RT_DETECT(on_stopping, returns_nothing, std::declval<context&>(), std::declval<const actor_exit&>());
ACTOR_RT_DETECT(on_escalation, returns_escalation, std::declval<context&>(), std::declval<const actor_exit&>());
ACTOR_RT_DETECT(on_system, returns_reaction, std::declval<context&>(), std::declval<system_message>());
ACTOR_RT_DETECT(on_timer, returns_nothing, std::declval<context&>(), std::uint64_t(), std::uint32_t());
ACTOR_RT_DETECT(on_run, returns_pause, std::declval<context&>());
#undef ACTOR_RT_DETECT

/// One that is there in another form would never be called.
template <class Actor>
constexpr bool hooks_fit() noexcept
{
#define ACTOR_RT_FITS(function, form) \
    static_assert(has_##function<Actor> || !names_##function<Actor>(), #function " is there, but not as a public " form)
    ACTOR_RT_FITS(on_started, "void on_started(context&)");
    ACTOR_RT_FITS(on_restart, "void on_restart(context&, const actor_exit&)");
    ACTOR_RT_FITS(on_child, "void on_child(context&, const actor_exit&)");
    ACTOR_RT_FITS(on_exit, "void on_exit(context&, const actor_exit&)");
    ACTOR_RT_FITS(on_stopping, "void on_stopping(context&, const actor_exit&)");
    ACTOR_RT_FITS(on_escalation, "escalation on_escalation(context&, const actor_exit&)");
    ACTOR_RT_FITS(on_system, "reaction on_system(context&, system_message)");
    ACTOR_RT_FITS(on_timer, "void on_timer(context&, std::uint64_t, std::uint32_t)");
    ACTOR_RT_FITS(on_run, "void on_run(context&), nor as one that returns std::optional<std::chrono::nanoseconds>");
#undef ACTOR_RT_FITS
    return true;
}

/// Whether a handler returns something that goes on by itself, see coroutine.hpp.
template <class Result, class = void>
inline constexpr bool is_launched = false;
template <class Result>
inline constexpr bool
    is_launched<Result, std::void_t<decltype(std::declval<Result>().launch(std::declval<context&>(), true))>> = true;

/// Tells the constructors of a cell apart.
struct made_by {};

template <class Actor>
struct cell final : cell_base {
    static_assert(hooks_fit<Actor>());

    static constexpr const promised_answer* answers = promised_answers<typename Actor::messages>::all;

    Actor actor;

    template <class... Arguments>
    explicit cell(core* home, Arguments&&... arguments) : cell_base(home, answers), actor(std::forward<Arguments>(arguments)...)
    {
    }
    /// The object is what a factory returns, constructed in its place.
    template <class Factory>
    cell(made_by, core* home, art_context* raw, Factory& factory) : cell_base(home, answers), actor(make(raw, factory))
    {
        supervised = true;
    }
    ~cell()
    {
        // Before the actor, which the callbacks may have captured.
        promises.clear();
        wakeups.clear();
    }

    template <class Factory>
    Actor make(art_context* raw, Factory& factory)
    {
        context cx(*this, raw, nullptr);
        return factory(cx);
    }

    /// Runs code of the user's in a turn of this actor, as `core::guarded` does. Looks at the cell only after a failure: what
    /// it kept for that would cost every message.
    template <class Code>
    art_status turn(art_context* raw, Code&& code) noexcept
    {
#ifndef ACTOR_RT_NO_EXCEPTIONS
        try {
            code();
        } catch (...) {
            return owner->caught(raw, supervised);
        }
#else
        (void)raw;
        code();
#endif
        return ART_OK;
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
            } else if constexpr (is_launched<returned>) {
                static_assert(std::is_void_v<promised> || std::is_same_v<typename returned::value_type, promised>,
                              "the coroutine returns a task of another type than the message's reply_type");
                handle<Message>(cx, value).launch(cx, (raw.flags & ART_MSG_ASK) != 0);
            } else {
                using answered = std::conditional_t<std::is_void_v<promised>, bare<returned>, promised>;
                static_assert(std::is_convertible_v<returned, answered>, "the handler returns another type than the message's reply_type");
                answered result = handle<Message>(cx, value);
                if ((raw.flags & ART_MSG_ASK) != 0) {
                    (void)cx.send_reply(std::move(result));
                }
            }
        });
    }

    template <class... Messages>
    void dispatch(context& cx, const art_msg& raw, message_list<Messages...>)
    {
        static_assert(tags_differ(message_list<Messages...>()), "two messages of this actor have one tag");
        if (!(deliver<Messages>(cx, raw) || ...)) {
            dispatch_other(cx, raw);
        }
    }

    /// What is none of the actor's messages. Kept out of `on_message`, which it would make slower for those.
    ACTOR_RT_COLD void dispatch_other(context& cx, const art_msg& raw)
    {
        if (raw.tag == ART_TAG_REPLY) {
            if (const auto ask = promises.take(raw.reply)) {
                as<pending_ask>(ask).settle(cx, raw);
            }
        } else if (raw.tag == ART_TAG_HOST_CALL && (raw.flags & ART_MSG_HOST_CALL) != 0) {
            // `data` is the `user` of the call; only `context::host_call` makes calls with this tag.
            static_cast<host_job*>(const_cast<void*>(raw.data))->deliver(cx);
        } else if (!hear(cx, raw)) {
            actor.on_other(cx, message(raw));
        }
    }

    /// News of the runtime's about other actors. False if the actor does not want them in a form of their own.
    bool hear(context& cx, const art_msg& raw)
    {
        if (raw.tag == ART_TAG_DOWN) {
            const auto heard = promises.take(exit_of(raw).raw().monitor);
            if (heard) {
                as<watch>(heard).heard(cx, exit_of(raw));
            }
            return heard != nullptr;
        }
        if (raw.tag == wakeup::tag || raw.tag == ART_TAG_ANSWERS) {
            return wake(cx, raw);
        }
        if constexpr (has_on_child<Actor>) {
            if (raw.tag == ART_TAG_CHILD) {
                actor.on_child(cx, exit_of(raw));
                return true;
            }
        }
        if constexpr (has_on_exit<Actor>) {
            if (raw.tag == ART_TAG_EXIT) {
                actor.on_exit(cx, exit_of(raw));
                return true;
            }
        }
        if constexpr (has_on_stopping<Actor>) {
            if (raw.tag == ART_TAG_STOP) {
                actor.on_stopping(cx, exit_of(raw));
                return true;
            }
        }
        return false;
    }

    static actor_exit exit_of(const art_msg& raw) noexcept { return actor_exit(*static_cast<const art_exit*>(raw.data)); }

    static art_status on_create(art_context* raw, void* argument, void** state) noexcept
    {
        auto* const self = static_cast<cell*>(argument);
        *state = self;
        return self->turn(raw, [&] {
            context cx(*self, raw, nullptr);
            self->actor.on_start(cx);
        });
    }

    static art_status on_message(void* state, art_context* raw, const art_msg* arrived) noexcept
    {
        auto* const self = static_cast<cell*>(state);
        return self->turn(raw, [&] {
            context cx(*self, raw, arrived);
            self->dispatch(cx, *arrived, typename Actor::messages());
        });
    }

    static void on_stop(void* state, art_context* raw, const art_stop_cause* cause) noexcept
    {
        auto* const self = static_cast<cell*>(state);
        (void)self->turn(nullptr, [&] {
            context cx(*self, raw, nullptr);
            self->actor.on_stop(cx, stop_cause(*cause));
        });
    }

    static void destroy(void* argument) noexcept { delete static_cast<cell*>(argument); }

    ACTOR_RT_OWN static const art_actor_vtable& vtable() noexcept
    {
        static const art_actor_vtable table = {sizeof(art_actor_vtable), 0, &on_create, &on_message, &on_stop, nullptr};
        return table;
    }
};
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_CELL_HPP
