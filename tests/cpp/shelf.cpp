// The shelf on which callbacks wait, beside a std::map and a list that do the same.
#include "check.hpp"

#include <actor_rt.hpp>

#include <algorithm>
#include <map>
#include <vector>

using actor_rt::detail::kept;
using actor_rt::detail::owned;
using actor_rt::detail::shelf;

namespace {
/// Counts those that are alive.
struct one final : kept {
    int& alive;
    std::uint64_t number;
    one(int& count, std::uint64_t given) : alive(count), number(given) { ++alive; }
    ~one() override { --alive; }
};

void put(shelf& on, int& alive, std::uint64_t key)
{
    on.prepare(owned(new one(alive, key)));
    on.commit(key);
}

std::uint64_t number(const owned& taken) { return taken ? actor_rt::detail::as<one>(taken).number : 0; }
} // namespace

TEST(what_is_kept_is_taken_by_its_key_and_once)
{
    int alive = 0;
    shelf on;
    CHECK(!on.take(1) && !on.take_any());
    std::map<std::uint64_t, bool> model;
    std::uint64_t seed = 1;
    for (int turn = 0; turn < 20000; ++turn) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        // Small numbers, and such as differ only in their upper half.
        const std::uint64_t key = (seed >> 33) % 2 == 0 ? 1 + (seed >> 40) % 500 : (1 + (seed >> 40) % 500) << 40;
        if (model.count(key) == 0 && (seed >> 20) % 3 != 0) {
            put(on, alive, key);
            model[key] = true;
        } else {
            CHECK(number(on.take(key)) == (model.erase(key) != 0 ? key : 0));
        }
        CHECK(static_cast<std::size_t>(alive) == model.size());
    }
    CHECK(!model.empty());
    on.clear();
    CHECK(alive == 0 && !on.take_any());
}

TEST(the_oldest_is_taken_first_whatever_left_meanwhile)
{
    int alive = 0;
    shelf on;
    std::vector<std::uint64_t> order;
    for (std::uint64_t key = 1000; key > 0; --key) {
        put(on, alive, key);
        order.push_back(key);
    }
    for (const std::uint64_t gone : {std::uint64_t(1000), std::uint64_t(1), std::uint64_t(500)}) {
        CHECK(number(on.take(gone)) == gone);
        order.erase(std::find(order.begin(), order.end(), gone));
    }
    for (const std::uint64_t key : order) {
        CHECK(number(on.take_any()) == key);
    }
    CHECK(alive == 0);
}

TEST(what_got_no_key_is_freed)
{
    int alive = 0;
    shelf on;
    on.prepare(owned(new one(alive, 1)));
    on.commit(0);
    CHECK(alive == 0 && !on.take_any());
    {
        shelf other;
        put(other, alive, 7);
        other.prepare(owned(new one(alive, 8)));
    }
    CHECK(alive == 0);
}

TEST(a_callback_that_goes_may_look_for_others_on_its_shelf)
{
    struct curious final : kept {
        shelf& on;
        std::uint64_t other;
        curious(shelf& place, std::uint64_t key) : on(place), other(key) {}
        ~curious() override { (void)on.take(other); }
    };
    shelf on;
    for (std::uint64_t key = 1; key <= 9; ++key) {
        on.prepare(owned(new curious(on, 10 - key)));
        on.commit(key);
    }
    on.clear();
    CHECK(!on.take_any());
}
