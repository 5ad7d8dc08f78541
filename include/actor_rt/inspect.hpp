/*
 * Owns: `inspection`, what a runtime says about itself: all of it as text, which messages were lost, what actors do.
 *
 *     actor_rt::inspection of(rt);
 *     std::cout << of.json();                       // actors, queues, timers, lost messages
 *     for (const auto& lost : of.last_lost()) { … }
 *
 * A view of a `runtime` or a `context`, and as short-lived as that. Each function looks at what it tells when it is called.
 */
#ifndef ACTOR_RT_INSPECT_HPP
#define ACTOR_RT_INSPECT_HPP

#include "listing.hpp"

ACTOR_RT_BEGIN_NAMESPACE

/// Why a message was seen by no handler.
enum class drop_reason : std::uint32_t {
    cancelled = ART_DROP_CANCELLED, ///< its receiver ended before, or it was withdrawn
    closed = ART_DROP_CLOSED,       ///< the runtime was destroyed
    not_found = ART_DROP_NOT_FOUND, ///< there was no such receiver
    full = ART_DROP_FULL,           ///< its mailbox was full
    refused = ART_DROP_REFUSED,     ///< its receiver takes no such messages
    expired = ART_DROP_EXPIRED,     ///< it was too old
};

/// How many messages were lost, by reason; see art_dead_letter_counts.
using lost_counts = art_dead_letter_counts;
/// What an actor has done while its runtime counted; see art_actor_counts.
using actor_counts = art_actor_counts;
/// Where an actor is and what waits for it; see art_located.
using location = art_located;

/// A message that was lost.
struct dead_letter {
    drop_reason reason;
    actor_ref<> receiver;
    actor_ref<> sender; ///< Null if no actor sent it.
    std::uint64_t tag;  ///< 0 for messages between Rust actors.
    std::uint64_t step; ///< The step in which it was lost, or the last one before.
};

namespace detail {
inline dead_letter letter_of(const art_dead_letter& raw) noexcept
{
    return {static_cast<drop_reason>(raw.reason), actor_ref<>(raw.receiver), actor_ref<>(raw.sender), raw.tag, raw.step};
}
} // namespace detail

/// What is counted of each actor.
enum class counting : std::uint32_t {
    nothing = ART_COUNT_NOTHING,
    messages = ART_COUNT_MESSAGES,
    busy_time = ART_COUNT_BUSY_TIME, ///< messages too; the clock is read twice for each
};

class inspection {
public:
    explicit inspection(const owner_side& where) noexcept : rt_(where.get()) {}

    /// All of the runtime between two messages, as a JSON object.
    std::string json() const
    {
        return detail::text([this](char* to, std::size_t size, std::size_t* length) {
            return ACTOR_RT_CALL(snapshot_json)(rt_, to, size, length);
        });
    }
    /// The supervision tree as a picture for Graphviz.
    std::string dot() const
    {
        return detail::text([this](char* to, std::size_t size, std::size_t* length) {
            return ACTOR_RT_CALL(snapshot_dot)(rt_, to, size, length);
        });
    }

    /// How many messages were lost since the start, and why.
    lost_counts lost() const noexcept
    {
        lost_counts counts = ART_DEAD_LETTER_COUNTS_INIT;
        (void)ACTOR_RT_CALL(dead_letters)(rt_, &counts);
        return counts;
    }
    /// The last ones of them, the latest first; 32 are kept.
    std::vector<dead_letter> last_lost() const
    {
        std::vector<dead_letter> letters;
        art_dead_letter raw = ART_DEAD_LETTER_INIT;
        while (ACTOR_RT_CALL(dead_letter_at)(rt_, letters.size(), &raw) == ART_OK) {
            letters.push_back(detail::letter_of(raw));
        }
        return letters;
    }

    /// Says what is counted of each actor from the next step on.
    status count(counting what) const noexcept { return status(ACTOR_RT_CALL(set_counting)(rt_, static_cast<std::uint32_t>(what))); }
    /// What a living actor has done meanwhile; nothing if there is none.
    std::optional<actor_counts> counts(actor_ref<> actor) const noexcept
    {
        actor_counts found = ART_ACTOR_COUNTS_INIT;
        return given(ACTOR_RT_CALL(counts)(rt_, actor.id(), &found), found);
    }
    /// Where an actor is and what waits for it; nothing if it has ended. Walks all queues.
    std::optional<location> locate(actor_ref<> actor) const noexcept
    {
        location found = ART_LOCATED_INIT;
        return given(ACTOR_RT_CALL(locate)(rt_, actor.id(), &found), found);
    }

private:
    template <class Found>
    static std::optional<Found> given(art_status result, const Found& found) noexcept
    {
        return result == ART_OK ? std::optional<Found>(found) : std::nullopt;
    }

    art_runtime* rt_;
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_INSPECT_HPP
