/*
 * Owns: `detail::shelf`, where callbacks wait for what they were promised.
 *
 * Invariants: a callback is taken from the shelf before it runs, so it runs once at most and may do anything to its shelf;
 * the shelf frees what nobody has taken.
 */
#ifndef ACTOR_RT_SHELF_HPP
#define ACTOR_RT_SHELF_HPP

#include "kept.hpp"

#include <map>

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
class shelf {
public:
    shelf() noexcept = default;
    shelf(const shelf&) = delete;
    shelf& operator=(const shelf&) = delete;
    ~shelf()
    {
        clear();
        delete waiting_;
    }

    /// Stores a callback before its key is known, so that nothing can fail once the promise is out.
    void prepare(owned one)
    {
        if (waiting_ == nullptr) {
            waiting_ = new map();
        }
        (*waiting_)[0] = std::move(one);
    }
    /// Gives what was prepared its key; 0 discards it.
    void commit(std::uint64_t key)
    {
        auto node = waiting_->extract(0);
        if (key != 0) {
            node.key() = key;
            waiting_->insert(std::move(node));
        }
    }
    /// Takes what waits under a key; null if there is none.
    owned take(std::uint64_t key) noexcept
    {
        return waiting_ == nullptr ? nullptr : take_out(waiting_->find(key));
    }
    /// Takes any; null when none is left.
    owned take_any() noexcept { return waiting_ == nullptr ? nullptr : take_out(waiting_->begin()); }
    /// Frees what waits, one after the other; what that does to the shelf is seen.
    void clear() noexcept
    {
        while (take_any()) {
        }
    }

private:
    using map = std::map<std::uint64_t, owned>;

    owned take_out(map::iterator found) noexcept
    {
        if (found == waiting_->end()) {
            return nullptr;
        }
        owned one = std::move(found->second);
        waiting_->erase(found);
        return one;
    }

    map* waiting_ = nullptr; // Most actors never have one.
};
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_SHELF_HPP
