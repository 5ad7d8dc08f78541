/*
 * Owns: `mailbox`, what is said of how an actor keeps its messages.
 *
 * A value without a life of its own: a thin builder over art_mailbox, whose defaults it keeps.
 */
#ifndef ACTOR_RT_MAILBOX_HPP
#define ACTOR_RT_MAILBOX_HPP

#include "options.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// What happens to a message for which there is no room.
enum class overflow : std::uint32_t {
    reject = ART_OVERFLOW_REJECT,           ///< the post answers ART_FULL
    drop_newest = ART_OVERFLOW_DROP_NEWEST, ///< it is lost
    drop_oldest = ART_OVERFLOW_DROP_OLDEST, ///< the oldest of the least urgent ones is lost
    fail = ART_OVERFLOW_FAIL,               ///< the actor fails, as it cannot keep up
};

/// A mailbox of an actor's own: `actor_options::mailbox` or `set_mailbox`. It takes messages by their priority.
class mailbox {
public:
    /// Most messages that may wait; none unless said. Stops, kills, answers and timers do not count.
    mailbox& capacity(std::uint32_t messages) noexcept
    {
        raw_.capacity = messages;
        return *this;
    }
    /// What happens beyond that.
    mailbox& on_overflow(overflow what) noexcept
    {
        raw_.overflow = static_cast<std::uint32_t>(what);
        return *this;
    }
    /// What there is no room for goes to another actor, if that has room.
    mailbox& redirect_to(actor_ref<> other) noexcept
    {
        raw_.overflow = ART_OVERFLOW_REDIRECT;
        raw_.redirect_to = other.id();
        return *this;
    }
    /// Most messages that may come within so long; what comes beyond is treated as if there were no room.
    template <class Rep, class Period>
    mailbox& rate(std::uint32_t messages, std::chrono::duration<Rep, Period> within) noexcept
    {
        raw_.rate_messages = messages;
        raw_.rate_ns = detail::delay_ns(within);
        return *this;
    }
    /// The C struct.
    const art_mailbox& raw() const noexcept { return raw_; }

private:
    art_mailbox raw_ = ART_MAILBOX_INIT;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_MAILBOX_HPP
