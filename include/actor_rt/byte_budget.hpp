/*
 * Owns: the byte budget, who is told when the queues of a runtime take too much memory: to shed load, or to stop reading from where
 * the messages come.
 *
 *     actor_rt::set_byte_budget(rt, 8 << 20, 16 << 20, [](const actor_rt::water& mark) { reader.pause(mark.is_high()); });
 *
 * Nothing is refused by it; for that there are the bounds of mailboxes. How much the queues take now says `bytes` of `runtime::pending`.
 */
#ifndef ACTOR_RT_BYTE_BUDGET_HPP
#define ACTOR_RT_BYTE_BUDGET_HPP

#include "standing.hpp"

#include <vector>

ACTOR_RT_BEGIN_NAMESPACE

/// That the queues have passed a mark of their budget. A view: valid as long as the call that brings it.
class water {
public:
    explicit water(const art_water& raw) noexcept : raw_(&raw) {}

    /// They take more than the high mark; else no more than the low one, after that.
    bool is_high() const noexcept { return raw_->is_high != 0; }
    /// What they take.
    std::uint64_t bytes() const noexcept { return raw_->bytes; }

    struct load {
        actor_ref<> actor;
        std::uint32_t waiting; ///< Messages.
    };
    /// At the high mark the actors for which the most messages wait, the worst first.
    std::vector<load> busiest() const
    {
        std::vector<load> found;
        for (std::uint32_t index = 0; index < raw_->count; ++index) {
            found.push_back({actor_ref<>(raw_->busiest[index]), raw_->waiting[index]});
        }
        return found;
    }
    /// The C struct.
    const art_water& raw() const noexcept { return *raw_; }

private:
    const art_water* raw_;
};

/// Has `told(const water&)` called, in a step, when the queues take more than `high` bytes, and when they take no more than `low` again.
/// It takes the place of the budget before. ART_INVALID_ARGUMENT unless `low` is below `high`: then that one stays.
template <class Told>
status set_byte_budget(owner_side& where, std::size_t low, std::size_t high, Told told)
{
    using standing = detail::standing<Told>;
    const auto call = [](void* user, const art_water* mark) noexcept {
        standing::run(user, [&](Told& callback) { callback(water(*mark)); });
    };
    return standing::put(where.share().get(), detail::seat::byte_budget, std::move(told), [&](art_runtime* rt, standing* kept) {
        return ACTOR_RT_CALL(byte_budget_set)(rt, low, high, call, kept);
    });
}
/// Ends that: from here on nothing is told.
inline status end_byte_budget(owner_side& where) noexcept
{
    const status result(ACTOR_RT_CALL(byte_budget_set)(where.get(), 0, 0, nullptr, nullptr));
    if (result.ok()) {
        (void)where.share()->calls.take(static_cast<std::uint64_t>(detail::seat::byte_budget));
    }
    return result;
}

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_BYTE_BUDGET_HPP
