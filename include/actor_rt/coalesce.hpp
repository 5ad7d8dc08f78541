/*
 * Owns: one answer for all who ask for the same: of the asks with one key the first has the answer looked for, the others wait for it.
 *
 *     void on(actor_rt::context& cx, const get_page& wanted)
 *     {
 *         if (actor_rt::coalesce(cx, wanted.address) == actor_rt::coalesced::first) { … look for it … }
 *     }
 *     …
 *     actor_rt::coalesced_reply(cx, address, page);            // to all who have asked by then
 *
 * The handler of such a message returns nothing. The asks belong to the actor: they end with its incarnation. Keys are copied.
 */
#ifndef ACTOR_RT_COALESCE_HPP
#define ACTOR_RT_COALESCE_HPP

#include "../actor_rt.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// What becomes of an ask that is to wait with others.
enum class coalesced {
    first,   ///< nobody else waits: the actor is to find the answer
    waits,   ///< for the answer that is being looked for
    refused, ///< nobody asked, or it was answered; `last_message` says it
};

/// Lets the ask that is being handled wait for the answer to `key`, beyond this handler.
inline coalesced coalesce(context& cx, std::string_view key) noexcept
{
    std::uint32_t first = 0;
    const art_status result = ACTOR_RT_CALL(context_coalesce)(cx.get_context(), key.data(), key.size(), &first);
    return result != ART_OK ? coalesced::refused : first != 0 ? coalesced::first : coalesced::waits;
}
/// Answers all asks that wait for `key`, in their order, each with a copy of `value`; how many still waited goes to `answered`.
template <class Value>
status coalesced_reply(context& cx, std::string_view key, const Value& value, std::size_t* answered = nullptr)
{
    static_assert(detail::copied<Value>, "each asker gets a copy: the answer has to be trivially copyable or to have a codec");
    return status(detail::with_bytes<Value>(value, [&](const void* data, std::size_t size) {
        return ACTOR_RT_CALL(context_coalesced_reply)(
            cx.get_context(), key.data(), key.size(), detail::reply_tag<Value>(), data, size, answered);
    }));
}
/// Gives up all asks that wait for `key`: their askers get `outcome::no_reply`.
inline status coalesced_drop(context& cx, std::string_view key, std::size_t* dropped = nullptr) noexcept
{
    return status(ACTOR_RT_CALL(context_coalesced_drop)(cx.get_context(), key.data(), key.size(), dropped));
}
/// How many still wait for `key`. If nobody does, looking for the answer may be given up: by `coalesced_drop`, so that the next who
/// asks is the first again.
inline std::size_t coalesced_count(context& cx, std::string_view key) noexcept
{
    std::size_t count = 0;
    (void)ACTOR_RT_CALL(context_coalesced_count)(cx.get_context(), key.data(), key.size(), &count);
    return count;
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_COALESCE_HPP
