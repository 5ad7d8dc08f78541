/*
 * Owns: `detail::once`, a function of the user's that the library calls once.
 *
 * Invariant: its core owns it until it is called, so that it is freed once, also if the runtime ends first.
 */
#ifndef ACTOR_RT_ONCE_HPP
#define ACTOR_RT_ONCE_HPP

#include "../actor_rt.hpp"

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
template <class Callback>
struct once final : kept {
    core* owner;
    Callback callback;

    once(core& home, Callback&& given) : owner(&home), callback(std::move(given)) {}

    static once* make(core& owner, Callback&& callback)
    {
        once* const raw = new once(owner, std::move(callback));
        owner.calls.prepare(owned(raw));
        owner.calls.commit(key(raw));
        return raw;
    }

    static std::uint64_t key(void* one) noexcept { return reinterpret_cast<std::uintptr_t>(one); }

    /// Gives a callback to the library by `give(rt, user)`. One that is refused is not to be called, and goes at once; so
    /// does one for which `give` throws.
    template <class Give>
    static status hand_over(core* owner, Callback&& callback, Give&& give)
    {
        withdrawal unless_taken{owner, owner == nullptr ? nullptr : make(*owner, std::move(callback))};
        const status result(give(owner == nullptr ? nullptr : owner->rt, unless_taken.given));
        if (result.ok()) {
            unless_taken.given = nullptr;
        }
        return result;
    }

    template <class Call>
    static void run(void* user, Call&& call) noexcept
    {
        core* const owner = static_cast<once*>(user)->owner;
        const auto self = owner->calls.take(key(user));
        (void)owner->guarded(nullptr, [&] { call(as<once>(self).callback); });
    }

private:
    /// Takes a callback back when it goes.
    struct withdrawal {
        core* owner;
        once* given;
        ~withdrawal()
        {
            if (given != nullptr) {
                (void)owner->calls.take(key(given));
            }
        }
    };
};
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_ONCE_HPP
