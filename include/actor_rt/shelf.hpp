/*
 * Owns: `detail::shelf`, where callbacks wait for what they were promised.
 *
 * Invariants: a callback is taken from the shelf before it runs, so it runs once at most and may do anything to its shelf;
 * the shelf frees what nobody has taken. One type holds all kinds of callbacks, since each instantiation of a container
 * costs every translation unit of a user's.
 */
#ifndef ACTOR_RT_SHELF_HPP
#define ACTOR_RT_SHELF_HPP

#include "api.hpp"

#include <memory>
#include <unordered_map>
#include <utility>

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
/// What can wait on a shelf.
struct kept {
    kept() = default;
    kept(const kept&) = delete;
    kept& operator=(const kept&) = delete;
    virtual ~kept() = default;
};

class shelf {
public:
    /// Stores a callback before its key is known, so that nothing can fail once the promise is out.
    void prepare(std::unique_ptr<kept> one)
    {
        if (!waiting_) {
            waiting_ = std::make_unique<map>();
        }
        waiting_->emplace(0, std::move(one));
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
    /// Takes what waits under a key, which is a `Kept`; null if there is none.
    template <class Kept>
    std::unique_ptr<Kept> take(std::uint64_t key) noexcept
    {
        return std::unique_ptr<Kept>(static_cast<Kept*>(take_out(key)));
    }
    /// Frees what waits, one after the other; what that does to the shelf is seen.
    void clear() noexcept
    {
        while (!empty()) {
            delete take_out(waiting_->begin()->first);
        }
    }
    /// Takes any; null when none is left. All are a `Kept`.
    template <class Kept>
    std::unique_ptr<Kept> take_any() noexcept
    {
        return empty() ? nullptr : take<Kept>(waiting_->begin()->first);
    }

private:
    using map = std::unordered_map<std::uint64_t, std::unique_ptr<kept>>;

    bool empty() const noexcept { return !waiting_ || waiting_->empty(); }
    kept* take_out(std::uint64_t key) noexcept
    {
        if (empty()) {
            return nullptr;
        }
        const auto found = waiting_->find(key);
        if (found == waiting_->end()) {
            return nullptr;
        }
        kept* const one = found->second.release();
        waiting_->erase(found);
        return one;
    }

    std::unique_ptr<map> waiting_; // Most actors never have one.
};
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_SHELF_HPP
