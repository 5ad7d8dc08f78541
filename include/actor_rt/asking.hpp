/*
 * Owns: asking with care: several actors at once, with a handler that waits, with a reply that goes to a third actor; and for those
 * who are asked, until when that is worth an answer.
 *
 *     actor_rt::ask_all(cx, nodes, get{}, 50ms, [this](std::vector<actor_rt::answer<int>> all) { … }, 2);    // two replies are enough
 *     actor_rt::ask_holding(cx, store, get{}, 50ms, [this](actor_rt::answer<int> one) { … });                 // nothing else meanwhile
 *     actor_rt::ask_forward(cx, store, get{}, 50ms, display);                                                 // who gets the reply
 *
 * `cx` is the context of the actor that asks, or the runtime for the host. Callbacks live as those of `context::ask` and `runtime::ask`.
 * A coroutine awaits them:
 *
 *     auto all = co_await actor_rt::ask_all(cx, nodes, get{}, 50ms);
 */
#ifndef ACTOR_RT_ASKING_HPP
#define ACTOR_RT_ASKING_HPP

#include "../actor_rt.hpp"

#if defined(__cpp_impl_coroutine)
#include "coroutine.hpp"
#endif

#include <vector>

ACTOR_RT_BEGIN_NAMESPACE

/// How many replies `ask_all` waits for.
inline constexpr std::uint32_t all_replies = ART_GATHER_ALL;
inline constexpr std::uint32_t first_reply = ART_GATHER_FIRST;

namespace detail {
/// Waits for the outcomes of all actors that were asked at once.
template <class Value, class Callback>
struct gathering final : wakeup {
    std::size_t count;
    Callback callback;

    gathering(std::size_t asked, Callback&& given) : count(asked), callback(std::move(given)) {}

    using outcomes = std::vector<answer<Value>>;
    static constexpr bool takes_context = std::is_invocable_v<Callback&, context&, outcomes>;
    static_assert(takes_context || std::is_invocable_v<Callback&, outcomes>,
                  "the callback takes (std::vector<answer<Reply>>) or (context&, std::vector<answer<Reply>>)");

    void come(context& cx, const art_msg& raw) override
    {
        if (raw.tag != ART_TAG_ANSWERS) {
            return;
        }
        const auto* const head = static_cast<const art_answers*>(raw.data);
        const char* place = static_cast<const char*>(raw.data) + head->struct_size;
        outcomes all;
        all.reserve(head->count);
        for (std::uint32_t index = 0; index < head->count; ++index, place += head->answer_size) {
            const auto* const one = static_cast<const art_answer*>(static_cast<const void*>(place));
            all.emplace_back(static_cast<outcome>(one->status), one->data, one->len);
        }
        if constexpr (takes_context) {
            callback(cx, std::move(all));
        } else {
            (void)cx;
            callback(std::move(all));
        }
    }
    void close() override
    {
        if constexpr (!takes_context) {
            callback(outcomes(count, answer<Value>(outcome::closed)));
        }
    }
};

/// On whose behalf something is asked.
struct asking {
    core* owner;
    cell_base* home;
    art_actor from;

    static asking of(context& cx, status&) noexcept { return {cx.core_, cx.cell_, cx.self().id()}; }
    static asking of(runtime& rt, status& result)
    {
        core* const owner = rt.get() == nullptr ? nullptr : rt.share().get();
        if (owner == nullptr) {
            result = status(rt.share() == nullptr ? ART_NULL_POINTER : ART_CLOSED);
            return {};
        }
        if (owner->asks_of_host == nullptr) {
            result = host_asks::spawn(*owner);
        }
        return {owner, owner->asks_of_host, owner->host_asker};
    }

    /// Sets the numbers of gatherings apart from those of timers.
    static constexpr std::uint64_t gathers = std::uint64_t(1) << 63;

    static status holding(context& cx, art_actor to, std::uint64_t tag, const void* data, std::size_t size, std::uint64_t deadline,
                          art_reply_token* open) noexcept
    {
        return status(ACTOR_RT_CALL(context_ask_holding)(cx.get_context(), to, tag, data, size, deadline, open));
    }
    static shelf& promises(context& cx) noexcept { return cx.cell_->promises; }
#if defined(__cpp_impl_coroutine)
    static cell_base* home_of(const async_context& cx) noexcept { return cx.cell_; }
#endif
    /// The ask that is being handled; 0 if there is none.
    static art_reply_token open(const context& cx) noexcept { return cx.raw_ == nullptr ? 0 : cx.raw_->reply; }
};
} // namespace detail

/// Asks several actors the same within one time. `callback` is called once with a `std::vector<answer<Reply>>`, the outcomes in the
/// order of the actors; it may take a `context&` before that. That is when `enough` of them have replied, or so many can no more, or
/// all have their outcome; who was not waited for is `outcome::cancelled`. One that has ended or is full is an outcome at its place.
/// Else as `context::ask`, or `runtime::ask` for the host; `Reply` travels as bytes, as the message does. ART_INVALID_ARGUMENT if
/// `enough` is more than there are actors.
template <class Reply = detail::from_message, class Asker, class Actor, class Message, class Rep, class Period, class Callback,
          class = std::enable_if_t<std::is_base_of_v<owner_side, Asker>>>
status ask_all(Asker& cx, const std::vector<actor_ref<Actor>>& to, const Message& value, std::chrono::duration<Rep, Period> deadline,
               Callback callback, std::uint32_t enough = all_replies)
{
    using reply = detail::chosen_reply<Reply, Message>;
    static_assert(detail::accepts<Actor, Message>(), "these actors do not take this message");
    static_assert(detail::copied<Message>, "an ask copies its payload: the message has to be trivially copyable or to have a codec");
    if constexpr (!std::is_void_v<reply>) {
        static_assert(detail::copied<reply>, "replies are copied: their type has to be trivially copyable or to have a codec");
    }
    status result;
    const detail::asking by = detail::asking::of(cx, result);
    if (!result.ok()) {
        return result;
    }
    std::vector<art_actor> ids;
    ids.reserve(to.size());
    for (const actor_ref<Actor> one : to) {
        ids.push_back(one.id());
    }
    detail::cell_base& home = *by.home;
    const std::uint64_t until = detail::later(detail::to_ns(cx.now()), detail::delay_ns(deadline));
    // As in `detail::ask`: what writes the message is the user's.
    return status(detail::with_bytes<Message>(value, [&](const void* data, std::size_t size) {
        home.wakeups.prepare(detail::owned(new detail::gathering<reply, Callback>(ids.size(), std::move(callback))));
        const std::uint64_t number = ++home.last_wakeup | detail::asking::gathers;
        const art_status asked = ACTOR_RT_CALL(ask_all)(
            by.owner->rt, by.from, ids.data(), ids.size(), enough, tag_of<Message>, data, size, until, number);
        home.wakeups.commit(asked >= 0 ? number : 0);
        return asked;
    }));
}

#if defined(__cpp_impl_coroutine)
/// The same, to be awaited at once: gives a `std::vector<answer<Reply>>`; all `outcome::refused` if nobody was asked, and `last_message`
/// says why.
template <class Reply = detail::from_message, class Actor, class Message, class Rep, class Period>
auto ask_all(const async_context& cx, std::vector<actor_ref<Actor>> to, Message value, std::chrono::duration<Rep, Period> deadline,
             std::uint32_t enough = all_replies)
{
    using one = answer<detail::chosen_reply<Reply, Message>>;
    std::vector<one> refused(to.size(), one(outcome::refused));
    const auto send = [to = std::move(to), value = std::move(value), deadline, enough](context& inner, auto resumer) {
        return ask_all<Reply>(inner, to, value, deadline, std::move(resumer), enough);
    };
    return detail::answer_awaiter<std::vector<one>, decltype(send)>(detail::asking::home_of(cx), send, std::move(refused));
}
#endif

/// Asks another actor as `context::ask` does, and waits: from when the handler returns until the answer has come, this actor handles
/// no other messages. Answers to its other asks, its timers and stops still come. ART_WOULD_DEADLOCK, and `last_message` has the
/// path, if actors would wait for each other; ART_WRONG_STATE if this one waits already. Then `callback` is not called.
template <class Reply = detail::from_message, class Actor, class Message, class Rep, class Period, class Callback>
status ask_holding(context& cx, actor_ref<Actor> to, const Message& value, std::chrono::duration<Rep, Period> deadline, Callback&& callback,
                   ask_token* token = nullptr)
{
    static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
    const std::uint64_t until = detail::later(detail::to_ns(cx.now()), detail::delay_ns(deadline));
    return detail::ask<detail::chosen_reply<Reply, Message>>(
        detail::asking::promises(cx), value, std::forward<Callback>(callback), token,
        [&](const void* data, std::size_t size, art_reply_token* open) {
            return detail::asking::holding(cx, to.id(), tag_of<Message>, data, size, until, open);
        });
}

/// Asks an actor, and has the reply posted to `receiver` as a message of its own: a `Reply`, or an `As` whose bytes are the same.
/// Its sender is the one who replied. Without a reply nobody hears, and if the receiver has no room it is lost as any post is.
/// Whoever asks can withdraw it by `token`, and does so by its end.
template <class As = detail::from_message, class Asker, class Actor, class Message, class Rep, class Period, class Receiver>
status ask_forward(Asker& cx, actor_ref<Actor> to, const Message& value, std::chrono::duration<Rep, Period> deadline,
                   actor_ref<Receiver> receiver, ask_token* token = nullptr)
{
    using forwarded = detail::chosen_reply<As, Message>;
    static_assert(!std::is_void_v<forwarded>, "name the message that the reply becomes: ask_forward<As>(…)");
    static_assert(detail::accepts<Actor, Message>(), "this actor does not take this message");
    static_assert(detail::accepts<Receiver, forwarded>(), "the receiver does not take the reply as a message");
    static_assert(detail::copied<Message>, "an ask copies its payload: the message has to be trivially copyable or to have a codec");
    status result;
    const detail::asking by = detail::asking::of(cx, result);
    if (!result.ok()) {
        return result;
    }
    const std::uint64_t until = detail::later(detail::to_ns(cx.now()), detail::delay_ns(deadline));
    art_reply_token open = 0;
    result = status(detail::with_bytes<Message>(value, [&](const void* data, std::size_t size) {
        return ACTOR_RT_CALL(ask_forward)(
            by.owner->rt, by.from, to.id(), tag_of<Message>, data, size, until, receiver.id(), tag_of<forwarded>, &open);
    }));
    if (token != nullptr) {
        token->id = open;
    }
    return result;
}

/// Until when the message that is being handled may be answered, for whoever has to find the answer: `never` if it takes as long as
/// it takes. Nothing if nobody waits any more, or nobody asked.
inline std::optional<time_point> ask_deadline(const context& cx) noexcept
{
    std::uint64_t until = ART_NEVER;
    const bool open = ACTOR_RT_CALL(ask_deadline)(cx.get(), detail::asking::open(cx), &until) == ART_OK;
    return open ? std::optional<time_point>(detail::to_point(until)) : std::nullopt;
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_ASKING_HPP
