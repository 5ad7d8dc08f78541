/*
 * Owns: `detail::shelf`, where callbacks wait for what they were promised.
 *
 * Invariants: a callback is taken from the shelf before it runs, so it runs once at most and may do anything to its shelf;
 * the shelf frees what nobody has taken. It is a hash table whose nodes are the callbacks themselves, and they are also in
 * a list in the order in which they came: keeping one allocates nothing besides, and no container of the standard library
 * is compiled again in each file of a user's.
 */
#ifndef ACTOR_RT_SHELF_HPP
#define ACTOR_RT_SHELF_HPP

#include "kept.hpp"

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
/// A shelf that has been used.
struct shelf_table {
    kept* oldest = nullptr;
    kept* newest = nullptr;
    owned prepared;
    std::size_t count = 0;
    std::size_t size = 0;
    kept** rows = nullptr;

    shelf_table() noexcept = default;
    shelf_table(const shelf_table&) = delete;
    shelf_table& operator=(const shelf_table&) = delete;
    ~shelf_table() { delete[] rows; }

    /// The first in the row of a key. Multiplied by the golden ratio of 2^64, keys that differ only below or only above spread alike.
    kept*& row(std::uint64_t key) const noexcept { return rows[(key * 0x9e3779b97f4a7c15u >> 32) & (size - 1)]; }

    void grow()
    {
        const std::size_t more = size == 0 ? 4 : size * 2;
        kept** const wider = new kept*[more]();
        delete[] std::exchange(rows, wider);
        size = more;
        for (kept* one = oldest; one != nullptr; one = one->newer_) {
            enter(one);
        }
    }
    void enter(kept* one) noexcept
    {
        kept*& first = row(one->key_);
        one->below_ = first;
        first = one;
    }
    void add(kept* one) noexcept
    {
        one->older_ = newest;
        (newest == nullptr ? oldest : newest->newer_) = one;
        newest = one;
        ++count;
        enter(one);
    }
    kept* find(std::uint64_t key) const noexcept
    {
        kept* one = size == 0 ? nullptr : row(key);
        while (one != nullptr && one->key_ != key) {
            one = one->below_;
        }
        return one;
    }
    owned remove(kept* one) noexcept
    {
        if (one != nullptr) {
            kept** place = &row(one->key_);
            while (*place != one) {
                place = &(*place)->below_;
            }
            *place = one->below_;
            (one->older_ == nullptr ? oldest : one->older_->newer_) = one->newer_;
            (one->newer_ == nullptr ? newest : one->newer_->older_) = one->older_;
            --count;
        }
        return owned(one);
    }
};

class shelf {
public:
    shelf() noexcept = default;
    shelf(const shelf&) = delete;
    shelf& operator=(const shelf&) = delete;
    ~shelf()
    {
        clear();
        delete table_;
    }

    /// Stores a callback before its key is known, so that nothing can fail once the promise is out. Nothing of the user's
    /// runs from here to `commit`.
    void prepare(owned one)
    {
        if (table_ == nullptr) {
            table_ = new shelf_table();
        }
        if (table_->count == table_->size) {
            table_->grow();
        }
        table_->prepared = std::move(one);
    }
    /// Gives what was prepared its key; 0 discards it.
    void commit(std::uint64_t key) noexcept
    {
        owned one = std::move(table_->prepared);
        if (one && key != 0) {
            one->key_ = key;
            table_->add(one.release());
        }
    }
    /// Takes what waits under a key; null if there is none.
    owned take(std::uint64_t key) noexcept { return table_ == nullptr ? nullptr : table_->remove(table_->find(key)); }
    /// Takes the oldest; null when none is left.
    owned take_any() noexcept { return table_ == nullptr ? nullptr : table_->remove(table_->oldest); }
    /// How many wait.
    std::size_t count() const noexcept { return table_ == nullptr ? 0 : table_->count; }
    /// Frees what waits, one after the other; what that does to the shelf is seen.
    void clear() noexcept
    {
        while (take_any()) {
        }
    }

private:
    shelf_table* table_ = nullptr; // Most actors never have one.
};
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_SHELF_HPP
