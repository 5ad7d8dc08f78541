/*
 * Owns: observers, who see every message of a runtime: when it is sent, before and after it is handled, or when it is lost; for traces,
 * and for programs that watch themselves in tests.
 *
 *     struct tracer {
 *         void sent(std::uint64_t message, std::uint64_t cause);
 *         void delivering(const actor_rt::delivery& one);
 *         void delivered();
 *         void lost(const actor_rt::dead_letter& one);
 *     };
 *     actor_rt::observe(rt, tracer());
 *
 * Each of the functions may be missing. They are called on the owner thread, must not throw, and must not call the library. While there is
 * an observer each message costs several times as much.
 */
#ifndef ACTOR_RT_OBSERVER_HPP
#define ACTOR_RT_OBSERVER_HPP

#include "inspect.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// A message that is about to be handled. A view: valid as long as the call that brings it.
class delivery {
public:
    explicit delivery(const art_delivery& raw) noexcept : raw_(&raw) {}

    /// Its number in this runtime, from 1 on; 0 if it was queued before there was an observer.
    std::uint64_t message() const noexcept { return raw_->message; }
    /// The number of the message whose handler sent it; 0 for the outside world.
    std::uint64_t cause() const noexcept { return raw_->cause; }
    /// Null for work of the runtime's own.
    actor_ref<> receiver() const noexcept { return actor_ref<>(raw_->receiver); }
    /// 0 for messages between Rust actors.
    std::uint64_t tag() const noexcept { return raw_->tag; }
    /// What it is in Rust; this text stays as long as the library is loaded.
    std::string_view type_name() const noexcept { return {raw_->type_name, raw_->type_name_len}; }
    /// The C struct.
    const art_delivery& raw() const noexcept { return *raw_; }

private:
    const art_delivery* raw_;
};

/// The numbers of a message and of the one whose handler sent it, 0 for the outside world.
struct message_trace {
    std::uint64_t message;
    std::uint64_t cause;
};

namespace detail {
/// Which of its functions an observer has.
#define ACTOR_RT_DETECT(function, ...)                                                                              \
    template <class Observer, class = void>                                                                         \
    inline constexpr bool sees_##function = false;                                                                  \
    template <class Observer>                                                                                       \
    inline constexpr bool                                                                                           \
        sees_##function<Observer, std::void_t<decltype(std::declval<Observer&>().function(__VA_ARGS__))>> = true
ACTOR_RT_DETECT(sent, std::uint64_t(), std::uint64_t());
ACTOR_RT_DETECT(delivering, std::declval<const delivery&>());
ACTOR_RT_DETECT(delivered, );
ACTOR_RT_DETECT(lost, std::declval<const dead_letter&>());
#undef ACTOR_RT_DETECT

/// The trampolines of an observer, one static set for each class.
template <class Observer>
struct observing {
    static Observer& of(void* user) noexcept { return *static_cast<Observer*>(user); }

    static art_observer table(Observer* user) noexcept
    {
        art_observer made = ART_OBSERVER_INIT;
        if constexpr (sees_sent<Observer>) {
            made.sent = [](void* to, std::uint64_t message, std::uint64_t cause) noexcept { of(to).sent(message, cause); };
        }
        if constexpr (sees_delivering<Observer>) {
            made.delivering = [](void* to, const art_delivery* one) noexcept { of(to).delivering(delivery(*one)); };
        }
        if constexpr (sees_delivered<Observer>) {
            made.delivered = [](void* to) noexcept { of(to).delivered(); };
        }
        if constexpr (sees_lost<Observer>) {
            made.lost = [](void* to, const art_dead_letter* one) noexcept { of(to).lost(letter_of(*one)); };
        }
        made.user = user;
        made.user_drop = [](void* to) noexcept { delete &of(to); };
        return made;
    }
};
} // namespace detail

/// Has a runtime observed from the next step on, in the place of the observer before. The object is destroyed when there is another one
/// or none, with the runtime, or at once if it is refused.
template <class Observer>
status observe(owner_side& where, Observer observer)
{
    const art_observer raw = detail::observing<Observer>::table(new Observer(std::move(observer)));
    return status(ACTOR_RT_CALL(set_observer)(where.get(), &raw));
}
/// Ends that.
inline status unobserve(owner_side& where) noexcept { return status(ACTOR_RT_CALL(set_observer)(where.get(), nullptr)); }

/// The numbers of the message that is being handled. Nothing outside of a message's handler, and while there is no observer.
inline std::optional<message_trace> trace(const context& cx) noexcept
{
    message_trace found = {0, 0};
    const bool numbered = ACTOR_RT_CALL(context_trace)(cx.get_context(), &found.message, &found.cause) == ART_OK;
    return numbered ? std::optional<message_trace>(found) : std::nullopt;
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_OBSERVER_HPP
