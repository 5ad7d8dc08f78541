/*
 * Rules of every adapter: when it steps, for what, and how it shares the loop. See fixture.hpp.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_STEPS_HPP
#define ACTOR_RT_TESTS_ADAPTER_STEPS_HPP

#include "fixture.hpp"

#include <algorithm>

TEST(the_loop_handles_what_was_posted_before_it)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, item{}).ok());
    CHECK(f.turns == 0);
    f.home.settle();
    CHECK(f.turns == 1);
}

TEST(a_burst_from_another_thread_is_exactly_one_pump)
{
    fixture f;
    const actor_rt::remote door = f.host.rt().make_remote();
    for (int burst = 1; burst <= 3; ++burst) {
        const std::uint64_t before = f.steps();
        std::thread([&] {
            for (int count = 0; count < 1000; ++count) {
                CHECK(door.post(f.to, item{}).ok());
            }
        }).join();
        f.home.run_while([&] { return f.turns < burst * 1000; });
        CHECK(f.steps() - before == 1 && f.turns == burst * 1000);
    }
}

TEST(run_waits_for_other_threads_and_ends_with_quit)
{
    fixture f;
    const actor_rt::remote door = f.host.rt().make_remote();
    std::thread other([&] { CHECK(door.post(f.to, again{10}).ok()); });
    f.host.run();
    other.join();
    CHECK(f.turns == 11);
}

// A wake that came between the end of a step and the arming of the next deadline must outlive the arming.
TEST(no_wake_is_lost_while_deadlines_are_armed)
{
    fixture f;
    const actor_rt::remote door = f.host.rt().make_remote();
    std::atomic<int> beats{0};
    f.host.rt().spawn<heart>(100us, 0ns, beats);
    constexpr int rounds = 500;
    std::thread other([&] {
        for (int round = 1; round <= rounds; ++round) {
            CHECK(door.post(f.to, item{}).ok());
            while (f.turns < round) {
                std::this_thread::yield();
            }
        }
        CHECK(door.post(f.to, again{0}).ok());
    });
    f.host.run();
    other.join();
    CHECK(f.turns == rounds + 1 && beats > 0);
}

TEST(one_timer_costs_at_most_two_steps_whatever_its_fraction_of_a_millisecond)
{
    for (const auto delay : {400us, 1400us, 1900us, 10400us, 100000us}) {
        fixture f;
        const std::uint64_t before = f.steps();
        const int waits = f.home.rounds();
        CHECK(f.host.rt().after(f.to, delay, item{}));
        f.home.run_while([&] { return f.turns == 0; });
        // One for the wake that arming was, one for the deadline. On a slow machine it has passed at the first already.
        CHECK(f.turns == 1 && f.steps() - before <= 2);
        CHECK(f.home.rounds() - waits <= 10);
    }
}

TEST(an_earlier_deadline_armed_from_a_callback_of_the_hosts_comes_first)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1h, item{}));
    const std::uint64_t before = f.steps();
    f.home.later(1ms, [&] { CHECK(f.host.rt().after(f.to, 1ms, item{})); });
    f.home.run_while([&] { return f.turns == 0; });
    CHECK(f.turns == 1 && f.steps() - before <= 4);
}

TEST(no_deadline_is_too_far_for_a_loop)
{
    for (const std::chrono::nanoseconds far : {std::chrono::nanoseconds(std::chrono::milliseconds((std::int64_t{1} << 32) + 1)),
                                               std::chrono::nanoseconds(std::chrono::hours(24 * 365)),
                                               std::chrono::nanoseconds::max() - 1s}) {
        fixture f;
        const std::uint64_t before = f.steps();
        CHECK(f.host.rt().after(f.to, far, item{}));
        bool waited = false;
        f.home.later(20ms, [&] { waited = true; });
        f.home.run_while([&] { return !waited; });
        CHECK(f.turns == 0 && f.steps() - before <= 3); // A millisecond as an int, or a wait that overflows, makes 20.
    }
}

namespace {
/// How many steps the host's input has to wait for, if each step asks for one.
struct input_watch {
    here::loop& home;
    int steps = 0;
    int inputs = 0;
    int most = 0;

    void stepped()
    {
        most = std::max(most, steps - inputs);
        ++steps;
        home.soon([this] { ++inputs; });
    }
};
} // namespace

TEST(a_debt_of_steps_leaves_the_hosts_input_its_turn_between_two_steps)
{
    here::loop home;
    actor_rt::options how;
    how.default_budget(2, std::chrono::hours(1));
    here::host host(home, std::move(how));
    const flood busy(host.rt());
    home.run_while([&] { return busy.turns < 2; });
    input_watch watch{home};
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        CHECK(result.handled == 2 && result.more);
        watch.stepped();
    });
    home.run_while([&] { return watch.steps < 50; });
    CHECK(watch.most <= 1 && watch.inputs >= 48 && busy.turns >= 100);
}

TEST(a_handler_that_takes_longer_than_its_period_leaves_the_hosts_input_its_turn)
{
    here::loop home;
    std::atomic<int> beats{0};
    here::host host(home);
    host.rt().spawn<heart>(500us, 1ms, beats);
    input_watch watch{home};
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        if (result.handled != 0) {
            watch.stepped();
        }
    });
    home.run_while([&] { return beats < 20; });
    CHECK(watch.most <= 2 && watch.inputs >= 16); // libuv runs timers and what is owed before it looks for input.
}

TEST(an_hour_of_timers_passes_without_a_lost_beat)
{
    here::loop home;
    check::manual_clock clock;
    std::atomic<int> fast{0};
    std::atomic<int> slow{0};
    std::atomic<int> from_outside{0};
    here::host host(home, clock.options());
    host.rt().spawn<heart>(100ms, 0ns, fast);
    host.rt().spawn<heart>(1700ms, 0ns, slow);
    const auto to = host.rt().spawn<worker>(host, from_outside);
    int inputs = 0;
    // When actors rest, time jumps to the next deadline, and the adapter is late at once.
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        if (clock.now < 1h && !result.more && result.next_deadline != actor_rt::never) {
            clock.now = std::max<std::chrono::nanoseconds>(clock.now, result.next_deadline.time_since_epoch());
            home.soon([&] { ++inputs; });
        }
    });
    std::thread other([&, door = host.rt().make_remote()] {
        for (int count = 0; count < 1000; ++count) {
            CHECK(door.post(to, item{}).ok());
            std::this_thread::yield();
        }
    });
    home.run_while([&] { return fast < 36000 || from_outside < 1000; });
    other.join();
    CHECK(fast == 36000 && slow == 2117 && from_outside == 1000 && inputs > 30000);
    // One for each deadline, at most one for each post, and a few.
    CHECK(host.rt().last_step().step <= 36000 + 2117 + 1000 + 10);
}

#endif // ACTOR_RT_TESTS_ADAPTER_STEPS_HPP
