/*
 * Owns: posting with care: with a priority, with a time to live, or waiting for room; and changing a mailbox.
 *
 *     actor_rt::post_with(rt, to, stop_printing{}, actor_rt::sending().priority(actor_rt::priority::high));
 *     actor_rt::post_when_room(rt, to, page{1}, 2s, [](actor_rt::sent what) { … });
 */
#ifndef ACTOR_RT_SENDING_HPP
#define ACTOR_RT_SENDING_HPP

#include "once.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// How urgent a message is to an actor with a mailbox of its own.
enum class priority : std::uint32_t {
    normal = ART_PRIORITY_NORMAL,
    high = ART_PRIORITY_HIGH, ///< before all others
    low = ART_PRIORITY_LOW,   ///< when nothing else waits
};

/// What became of a post that could wait for room. New ones may appear.
enum class sent : std::uint32_t {
    taken = ART_SENT_TAKEN,     ///< it is in the receiver's mailbox
    timeout = ART_SENT_TIMEOUT, ///< there was no room in time
    closed = ART_SENT_CLOSED,   ///< the receiver has ended, or takes no more messages
    too_many = ART_SENT_TOO_MANY, ///< on behalf of an actor: 16 of its messages wait already
};

/// What became of a post on behalf of an actor, as that hears of it.
struct sent_news {
    sent what;
    actor_ref<> to;
    std::uint64_t number; ///< The one that the post was given.

    /// The message as such news, if it is that.
    static std::optional<sent_news> read(const message& one) noexcept
    {
        if (one.tag() != ART_TAG_SENT) {
            return std::nullopt;
        }
        const auto* const raw = static_cast<const art_sent*>(one.data());
        return sent_news{static_cast<sent>(raw->outcome), actor_ref<>(raw->to), raw->number};
    }
};

/// That there is room with an actor again, as who waited for it by `on_room` hears of it.
struct room {
    actor_ref<> with;
    bool gone; ///< It has ended before, or takes no more messages.

    /// The message as such news, if it is that.
    static std::optional<room> read(const message& one) noexcept
    {
        return one.tag() == ART_TAG_ROOM ? std::optional<room>({one.sender(), one.raw().status != ART_OK}) : std::nullopt;
    }
};

/// How a message is posted: a thin builder over art_sending.
class sending {
public:
    sending& priority(actor_rt::priority how) noexcept
    {
        raw_.priority = static_cast<std::uint32_t>(how);
        return *this;
    }
    /// If its turn comes later, it is lost.
    template <class Rep, class Period>
    sending& time_to_live(std::chrono::duration<Rep, Period> at_most) noexcept
    {
        raw_.time_to_live_ns = detail::delay_ns(at_most);
        return *this;
    }
    /// The C struct.
    const art_sending& raw() const noexcept { return raw_; }

private:
    art_sending raw_ = ART_SENDING_INIT;
};

/// As `owner_side::post`, with a priority and a time to live.
template <class Actor, class Message>
status post_with(owner_side& where, actor_ref<Actor> to, Message&& value, const sending& how)
{
    using type = detail::bare<Message>;
    static_assert(detail::accepts<Actor, type>(), "this actor does not take this message");
    art_runtime* const rt = where.get();
    return detail::send(
        std::forward<Message>(value),
        [&](const void* data, std::size_t size) {
            return ACTOR_RT_CALL(post_with)(rt, to.id(), &how.raw(), tag_of<type>, data, size);
        },
        [&](void* data, std::size_t size, art_drop_fn drop) {
            return ACTOR_RT_CALL(post_owned_with)(rt, to.id(), &how.raw(), tag_of<type>, data, size, drop, nullptr);
        });
}

/// As `owner_side::try_post`, with a priority and a time to live: on ART_FULL, and only then, `value` keeps its value.
template <class Actor, class Message>
status try_post_with(owner_side& where, actor_ref<Actor> to, Message& value, const sending& how)
{
    static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
    return detail::try_send(
        value,
        [&](const void* data, std::size_t size) {
            return ACTOR_RT_CALL(try_post_with)(where.get(), to.id(), &how.raw(), tag_of<Message>, data, size);
        },
        [&](void* data, std::size_t size, art_drop_fn drop) {
            return ACTOR_RT_CALL(try_post_owned_with)(where.get(), to.id(), &how.raw(), tag_of<Message>, data, size, drop, nullptr);
        });
}

/// As `owner_side::post_buffer`, with a priority and a time to live.
inline status post_buffer_with(owner_side& where, actor_ref<> to, std::uint64_t tag, buffer bytes, const sending& how) noexcept
{
    return status(ACTOR_RT_CALL(post_buffer_with)(where.get(), to.id(), &how.raw(), tag, bytes.release()));
}

/// Posts a copy of `value` now or as soon as there is room, until `within` is over. `told(sent)` is called once with what became of it, in a
/// step, or by the end of the runtime; not if this fails.
template <class Actor, class Message, class Rep, class Period, class Told>
status post_when_room(owner_side& where, actor_ref<Actor> to, const Message& value, std::chrono::duration<Rep, Period> within, Told told)
{
    static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
    static_assert(detail::copied<Message>, "what waits is a copy: the message has to be trivially copyable or to have a codec");
    using once = detail::once<Told>;
    const std::shared_ptr<detail::core> home = where.share();
    if (home == nullptr || home->rt == nullptr) {
        return status(home == nullptr ? ART_NULL_POINTER : ART_CLOSED);
    }
    const std::uint64_t deadline = detail::later(detail::to_ns(where.now()), detail::delay_ns(within));
    const auto call = [](void* user, const art_sent* what) noexcept {
        once::run(user, [&](Told& callback) { callback(static_cast<sent>(what->outcome)); });
    };
    return once::hand_over(home.get(), std::move(told), [&](art_runtime* rt, once* kept) {
        return detail::with_bytes<Message>(value, [&](const void* data, std::size_t size) {
            return ACTOR_RT_CALL(post_parked_then)(rt, to.id(), tag_of<Message>, data, size, deadline, call, kept);
        });
    });
}

/// The same on behalf of an actor, also of a value that cannot be copied: what became of it the actor `from` hears by a message,
/// with the `number` that the caller gives it; see `sent_news`. If that ends or is restarted before, the value is gone, and nobody is
/// told.
template <class Actor, class Message, class Rep, class Period>
status post_when_room_for(owner_side& where, actor_ref<> from, actor_ref<Actor> to, Message&& value,
                          std::chrono::duration<Rep, Period> within, std::uint64_t number = 0)
{
    using type = detail::bare<Message>;
    static_assert(detail::accepts<Actor, type>(), "this actor does not take this message");
    art_runtime* const rt = where.get();
    const std::uint64_t deadline = detail::later(detail::to_ns(where.now()), detail::delay_ns(within));
    return detail::send(
        std::forward<Message>(value),
        [&](const void* data, std::size_t size) {
            return ACTOR_RT_CALL(post_parked)(rt, from.id(), to.id(), tag_of<type>, data, size, deadline, number);
        },
        [&](void* data, std::size_t size, art_drop_fn drop) {
            return ACTOR_RT_CALL(post_parked_owned)(
                rt, from.id(), to.id(), tag_of<type>, data, size, drop, nullptr, deadline, number);
        });
}

/// Has the actor `waiter` told once when no more than `most` messages wait for the actor `of`: for those who keep their messages back
/// themselves after ART_FULL. See `room`.
inline status on_room(owner_side& where, actor_ref<> waiter, actor_ref<> of, std::uint32_t most) noexcept
{
    return status(ACTOR_RT_CALL(on_room)(where.get(), waiter.id(), of.id(), most));
}

/// Gives an actor a mailbox of its own, or changes it. What waits stays.
template <class Actor>
status set_mailbox(owner_side& where, actor_ref<Actor> actor, const mailbox& how) noexcept
{
    return status(ACTOR_RT_CALL(set_mailbox)(where.get(), actor.id(), &how.raw()));
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_SENDING_HPP
