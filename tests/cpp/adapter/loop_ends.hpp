/*
 * Rules of the adapters that attach to a loop: the loop may end before the host. See fixture.hpp.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_LOOP_ENDS_HPP
#define ACTOR_RT_TESTS_ADAPTER_LOOP_ENDS_HPP

#include "fixture.hpp"

TEST(the_loop_may_end_first)
{
    auto home = std::make_unique<here::loop>();
    std::atomic<int> turns{0};
    here::host host(*home);
    const auto to = host.rt().spawn<worker>(host, turns);
    const actor_rt::remote door = host.rt().make_remote();
    home->settle();
    CHECK(host.rt().after(to, 1h, item{}));
    home->settle();
    CHECK(host.rt().post(to, item{}).ok()); // On its way when the loop ends.
    home->end();
    home.reset();
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    host.stop();
    CHECK(!host.attached());
    here::loop other;
    host.start_on(other);
    other.settle();
    CHECK(turns >= 1);
    other.run_while([&] { return turns < 2; });
    host.stop();
}

#ifndef ADAPTER_TEST_STOPS_FIRST // There the host has to be stopped first: its wake reaches into the loop.
// libuv's own wake once reached into the loop that had gone. With a wake outstanding none was made, and nothing was seen.
TEST(the_loop_may_end_first_with_the_host_at_rest_and_other_threads_post_afterwards)
{
    auto home = std::make_unique<here::loop>();
    std::atomic<int> turns{0};
    here::host host(*home);
    const auto to = host.rt().spawn<worker>(host, turns);
    const actor_rt::remote door = host.rt().make_remote();
    home->settle();
    home->end();
    home.reset();
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    CHECK(host.rt().post(to, item{}).ok() && turns == 0);
    host.stop();
    here::loop other;
    host.start_on(other);
    other.run_while([&] { return turns < 2; });
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    other.run_while([&] { return turns < 3; });
    host.stop(); // Before the second loop goes.
}

TEST(other_threads_may_post_while_the_loop_ends)
{
    for (int round = 0; round < 20; ++round) {
        auto home = std::make_unique<here::loop>();
        std::atomic<int> turns{0};
        std::atomic<bool> done{false};
        here::host host(*home);
        const auto to = host.rt().spawn<worker>(host, turns);
        std::thread other([&, door = host.rt().make_remote()] {
            for (int count = 0; count < 20000 && !done; ++count) {
                (void)door.post(to, item{});
            }
        });
        home->run_while([&] { return turns == 0; });
        home->end();
        home.reset();
        done = true;
        other.join();
    }
}
#endif

#endif // ACTOR_RT_TESTS_ADAPTER_LOOP_ENDS_HPP
