// The gate between other threads and a loop that is let go of.
#include "check.hpp"

#include <actor_rt/host.hpp>

#include <thread>

TEST(a_gate_closes_when_no_wake_is_under_way_any_more)
{
    struct slow_link {
        std::atomic<int> entered{0};
        std::atomic<bool> go{false};
        std::atomic<bool> left{false};
        void wake()
        {
            if (entered++ == 0) {
                while (!go) {
                    std::this_thread::yield();
                }
                left = true;
            }
        }
    } link;
    actor_rt::detail::gate<slow_link> gate;
    gate.open(&link);
    std::thread first([&] { gate.wake(); });
    while (link.entered == 0) {
        std::this_thread::yield();
    }
    // Lets the first one go on when the gate is closed: then a wake no longer gets in.
    std::thread second([&] {
        for (int before = -1; before != link.entered;) {
            before = link.entered;
            gate.wake();
        }
        link.go = true;
    });
    gate.close();
    CHECK(link.left);
    first.join();
    second.join();
}
