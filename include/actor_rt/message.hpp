/*
 * Owns: what makes a type a message (a name, from which its tag is computed), which messages an actor takes, and
 * `actor_ref`, the typed id.
 *
 * Invariant: a tag is `fnv1a64(name)` with the top bit cleared, computed at compile time: the same number as `art_tag`
 * in C and as in Rust and Python.
 */
#ifndef ACTOR_RT_MESSAGE_HPP
#define ACTOR_RT_MESSAGE_HPP

#include "api.hpp"

#include <string_view>
#include <type_traits>

ACTOR_RT_BEGIN_NAMESPACE

/// The tag of a name, at compile time.
constexpr std::uint64_t tag_of_name(std::string_view name) noexcept
{
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char character : name) {
        hash = (hash ^ static_cast<unsigned char>(character)) * 0x00000100000001b3u;
    }
    return hash & 0x7fffffffffffffffu;
}

/// The name of a message type, as `value`. A type has one if it has a member
/// `static constexpr std::string_view tag_name`, or if ACTOR_RT_MESSAGE names it from outside.
template <class Message, class = void>
struct message_name {};

template <class Message>
struct message_name<Message, std::void_t<decltype(Message::tag_name)>> {
    static constexpr std::string_view value = Message::tag_name;
};

namespace detail {
template <class Message, class = void>
inline constexpr bool is_named = false;
template <class Message>
inline constexpr bool is_named<Message, std::void_t<decltype(message_name<Message>::value)>> = true;

template <class Message>
constexpr std::uint64_t message_tag() noexcept
{
    static_assert(is_named<Message>, "not a message: give the type a `static constexpr std::string_view tag_name`, or say "
                                     "ACTOR_RT_MESSAGE(type, \"name\"); at global scope");
    if constexpr (is_named<Message>) {
        static_assert(tag_of_name(message_name<Message>::value) != 0, "this name has the tag 0; choose another");
        return tag_of_name(message_name<Message>::value);
    } else {
        return 0;
    }
}
} // namespace detail

/// The tag of a message type.
template <class Message>
inline constexpr std::uint64_t tag_of = detail::message_tag<Message>();

/// A list of message types.
template <class... Messages>
struct message_list {
    /// Whether `Message` is in the list.
    template <class Message>
    static constexpr bool contains = (std::is_same_v<Message, Messages> || ...);
};

/// What an actor takes, without the actor: `actor_ref<protocol<add, get>>` refers to any actor that takes both, be it
/// written in C++, C or Rust.
template <class... Messages>
struct protocol {
    using messages = message_list<Messages...>;
};

namespace detail {
template <class Message>
using bare = std::remove_cv_t<std::remove_reference_t<Message>>;

/// Whether an actor (void: any) takes a message.
template <class Actor, class Message>
constexpr bool accepts() noexcept
{
    if constexpr (std::is_void_v<Actor>) {
        return true;
    } else {
        return Actor::messages::template contains<bare<Message>>;
    }
}

template <class Actor, class... Messages>
constexpr bool accepts_all(message_list<Messages...>) noexcept
{
    return (accepts<Actor, Messages>() && ...);
}

template <class... Messages>
constexpr bool tags_differ(message_list<Messages...>) noexcept
{
    const std::uint64_t tags[] = {tag_of<Messages>..., 0};
    for (std::size_t left = 0; left < sizeof...(Messages); ++left) {
        for (std::size_t right = 0; right < left; ++right) {
            if (tags[left] == tags[right]) {
                return false;
            }
        }
    }
    return true;
}

/// The tag that a reply carries: that of its type, 0 for a type without a name, such as a number.
template <class Value>
constexpr std::uint64_t reply_tag() noexcept
{
    if constexpr (is_named<Value>) {
        return tag_of<Value>;
    } else {
        return 0;
    }
}

template <class Message, class = void>
struct reply_type {
    using type = void;
};
template <class Message>
struct reply_type<Message, std::void_t<typename Message::reply_type>> {
    using type = typename Message::reply_type;
};

/// Reply type of an ask that names none: the message's own `reply_type`, else void.
struct from_message;
template <class Reply, class Message>
using chosen_reply = std::conditional_t<std::is_same_v<Reply, from_message>, typename reply_type<Message>::type, Reply>;
} // namespace detail

/// Refers to an actor of class `Actor` (or to whatever takes the messages of that `protocol`; void: of any kind). It is
/// the actor's id and nothing more: eight bytes, trivially copyable, so it may travel inside messages and between
/// threads; it owns nothing and never dangles. Which door it is used through says which thread may:
/// `context::post` and `runtime::post` on the owner thread, `remote::post` on any.
template <class Actor = void>
class actor_ref {
public:
    constexpr actor_ref() noexcept = default;
    /// Takes an id from C or Rust; that the actor takes `Actor`'s messages is the caller's word.
    constexpr explicit actor_ref(art_actor id) noexcept : id_(id) {}
    /// An `actor_ref<Other>` refers to any subset of what `Other` takes.
    template <class Other, class = std::enable_if_t<!std::is_same_v<Actor, Other>>>
    constexpr actor_ref(actor_ref<Other> other) noexcept : id_(other.id())
    {
        if constexpr (!std::is_void_v<Actor>) {
            static_assert(!std::is_void_v<Other>, "what an untyped reference takes is unknown; use actor_ref<Actor>(ref.id())");
            static_assert(detail::accepts_all<Other>(typename Actor::messages()), "the actor does not take all of these messages");
        }
    }

    /// The id, for the C functions; 0 refers to nobody.
    constexpr art_actor id() const noexcept { return id_; }
    constexpr explicit operator bool() const noexcept { return id_ != 0; }

private:
    art_actor id_ = 0;
};

// References of different types may be the same actor's.
template <class Left, class Right>
constexpr bool operator==(actor_ref<Left> left, actor_ref<Right> right) noexcept
{
    return left.id() == right.id();
}
template <class Left, class Right>
constexpr bool operator!=(actor_ref<Left> left, actor_ref<Right> right) noexcept
{
    return left.id() != right.id();
}
template <class Left, class Right>
constexpr bool operator<(actor_ref<Left> left, actor_ref<Right> right) noexcept
{
    return left.id() < right.id();
}

static_assert(sizeof(actor_ref<>) == sizeof(art_actor) && std::is_trivially_copyable_v<actor_ref<>>,
              "a reference inside a message has the layout of an art_actor");

/// Names an armed timer, for `cancel` and `reset`. Owns nothing: the timer stays armed when this goes.
struct timer {
    art_timer id = 0;
    constexpr explicit operator bool() const noexcept { return id != 0; }
    friend constexpr bool operator==(timer left, timer right) noexcept { return left.id == right.id; }
    friend constexpr bool operator!=(timer left, timer right) noexcept { return left.id != right.id; }
};

/// Names a monitor, for `demonitor`. Owns nothing: the monitor stays when this goes.
struct monitor {
    art_monitor_id id = 0;
    constexpr explicit operator bool() const noexcept { return id != 0; }
    friend constexpr bool operator==(monitor left, monitor right) noexcept { return left.id == right.id; }
    friend constexpr bool operator!=(monitor left, monitor right) noexcept { return left.id != right.id; }
};

/// Names an open ask, for `cancel`; and, on the other side, for a reply from another thread. Owns nothing.
struct ask_token {
    art_reply_token id = 0;
    constexpr explicit operator bool() const noexcept { return id != 0; }
    friend constexpr bool operator==(ask_token left, ask_token right) noexcept { return left.id == right.id; }
    friend constexpr bool operator!=(ask_token left, ask_token right) noexcept { return left.id != right.id; }
};

ACTOR_RT_END_NAMESPACE

/// Names a message type that lies elsewhere. To be said at global scope: `ACTOR_RT_MESSAGE(geometry::point, "geometry.point");`
#define ACTOR_RT_MESSAGE(type, name)                     \
    template <>                                          \
    struct actor_rt::message_name<type, void> {          \
        static constexpr std::string_view value = name;  \
    }

namespace std {
template <class Actor>
struct hash<actor_rt::actor_ref<Actor>> {
    std::size_t operator()(actor_rt::actor_ref<Actor> ref) const noexcept { return std::hash<art_actor>()(ref.id()); }
};
} // namespace std

#endif // ACTOR_RT_MESSAGE_HPP
