/*
 * Rules of the adapters that attach to a loop: start and stop. Those of a loop that ends first are in loop_ends.hpp. See fixture.hpp.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_ATTACHMENT_HPP
#define ACTOR_RT_TESTS_ADAPTER_ATTACHMENT_HPP

#include "fixture.hpp"
#include "system_calls.hpp"

namespace {
/// Whether the code throws an `error` with the status.
template <class Code>
bool refused_with(art_status wanted, Code code)
{
    try {
        code();
    } catch (const actor_rt::error& failure) {
        return failure.status() == wanted;
    }
    return false;
}
} // namespace

TEST(posting_on_the_loops_own_thread_costs_no_system_call)
{
    fixture f;
    const actor_rt::remote door = f.host.rt().make_remote();
    std::atomic<int> posted{0};
    std::atomic<bool> counted{false};
    std::thread other([&] { // Which costs one where the loop waits: the counter works.
        const int before = adapter::wakes_by_system_call;
        while (!counted) {
            ++posted;
            CHECK(door.post(f.to, item{}).ok());
            counted = adapter::wakes_by_system_call != before;
            while (!counted && f.turns < posted) {
                std::this_thread::yield();
            }
        }
        ++posted;
        CHECK(door.post(f.to, item{}).ok()); // The loop may wait again.
    });
    f.home.run_while([&] { return !counted || f.turns < posted; });
    other.join();
    f.home.settle();
    f.turns = 0;
    for (int round = 1; round <= 3; ++round) {
        int calls = -1;
        f.home.soon([&] {
            const int before = adapter::wakes_by_system_call;
            CHECK(f.host.rt().post(f.to, item{}).ok() && f.host.rt().post(f.to, item{}).ok());
            calls = adapter::wakes_by_system_call - before;
        });
        f.home.run_while([&] { return f.turns < 2 * round; });
        CHECK(calls == 0);
    }
}

TEST(a_stopped_host_keeps_its_runtime_and_starts_again_on_another_loop)
{
    auto first = std::make_unique<here::loop>();
    here::loop second;
    std::atomic<int> turns{0};
    here::host host(*first);
    const auto to = host.rt().spawn<worker>(host, turns);
    first->settle();
    host.stop();
    host.stop();
    host.quit();
    CHECK(!host.attached() && refused_with(ART_WRONG_STATE, [&] { host.run(); })); // Nothing would end it.
    CHECK(host.try_run() == ART_WRONG_STATE);
    // What comes while there is no loop, from here and from elsewhere, waits for the next one.
    const actor_rt::remote door = host.rt().make_remote();
    CHECK(host.rt().post(to, item{}).ok());
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    first->settle();
    first.reset();
    CHECK(turns == 0);
    host.start_on(second);
    host.start_on(second);
    CHECK(host.attached());
    second.settle();
    CHECK(turns == 2);
    host.stop();
    CHECK(host.rt().after(to, 1ms, item{}));
    host.start_on(second);
    second.run_while([&] { return turns < 3; });
    host.stop(); // Before the second loop goes.
}

TEST(other_threads_may_post_while_the_host_stops)
{
    for (int round = 0; round < 20; ++round) {
        here::loop home;
        std::atomic<int> turns{0};
        std::atomic<bool> done{false};
        here::host host(home);
        const auto to = host.rt().spawn<worker>(host, turns);
        std::thread other([&, door = host.rt().make_remote()] {
            for (int count = 0; count < 20000 && !done; ++count) {
                (void)door.post(to, item{});
            }
        });
        home.run_while([&] { return turns == 0; });
        host.stop();
        home.settle();
        done = true;
        other.join();
    }
}

TEST(a_handler_may_stop_the_host_and_run_returns)
{
    fixture f;
    int seen = 0;
    const auto stopper = f.host.rt().spawn<doer>([&](actor_rt::context&) {
        ++seen;
        f.host.stop();
    });
    CHECK(f.host.rt().after(stopper, 1h, item{}));
    CHECK(f.host.rt().post(stopper, item{}).ok() && f.host.rt().post(stopper, item{}).ok());
    f.host.run();
    CHECK(seen >= 1 && !f.host.attached());
}

TEST(a_handler_may_move_the_host_to_another_loop)
{
    here::loop second;
    fixture f;
    const auto mover = f.host.rt().spawn<doer>([&](actor_rt::context& cx) {
        f.host.stop();
        f.host.start_on(second);
        CHECK(cx.after(f.to, 1ms, item{}));
    });
    CHECK(f.host.rt().post(mover, item{}).ok());
    f.home.settle();
    CHECK(f.host.attached());
    second.run_while([&] { return f.turns == 0; });
    f.host.stop(); // Before the second loop goes.
}

#endif // ACTOR_RT_TESTS_ADAPTER_ATTACHMENT_HPP
