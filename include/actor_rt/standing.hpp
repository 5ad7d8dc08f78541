/*
 * Owns: `detail::standing`, a function of the user's that the library calls again and again, until another one takes its place.
 *
 * Invariant: its core owns it until then, or until the runtime ends; a call that replaces it while it runs does not free it.
 */
#ifndef ACTOR_RT_STANDING_HPP
#define ACTOR_RT_STANDING_HPP

#include "../actor_rt.hpp"

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
/// Those of which a runtime has one. No address is as low.
enum class seat : std::uint64_t { none = 0, escalation = 1, byte_budget = 2 };

template <class Callback>
struct standing final : kept {
    core* owner;
    std::shared_ptr<Callback> callback;

    standing(core& home, Callback&& given) : owner(&home), callback(std::make_shared<Callback>(std::move(given))) {}

    /// For one that is not the only one of its runtime.
    static std::uint64_t key(void* one) noexcept { return reinterpret_cast<std::uintptr_t>(one); }

    /// Gives a callback to the library by `give(rt, user)`, in the place of the one before; that stays if it is refused. Without a
    /// seat it takes nobody's place.
    template <class Give>
    static status put(core* owner, seat where, Callback&& callback, Give&& give)
    {
        if (owner == nullptr || owner->rt == nullptr) {
            return status(owner == nullptr ? ART_NULL_POINTER : ART_CLOSED);
        }
        auto* const raw = new standing(*owner, std::move(callback));
        owner->calls.prepare(owned(raw));
        const status result(give(owner->rt, raw));
        const std::uint64_t place = where == seat::none ? key(raw) : static_cast<std::uint64_t>(where);
        const auto before = result.ok() ? owner->calls.take(place) : nullptr;
        owner->calls.commit(result.ok() ? place : 0);
        return result;
    }

    template <class Call>
    static void run(void* user, Call&& call) noexcept
    {
        core* const owner = static_cast<standing*>(user)->owner;
        const std::shared_ptr<Callback> running = static_cast<standing*>(user)->callback;
        (void)owner->guarded(nullptr, [&] { call(*running); });
    }
};
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_STANDING_HPP
