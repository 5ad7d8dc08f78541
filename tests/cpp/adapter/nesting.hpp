/*
 * Rules of the adapters whose loop may be run inside itself, as a modal dialog does. See fixture.hpp.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_NESTING_HPP
#define ACTOR_RT_TESTS_ADAPTER_NESTING_HPP

#include "fixture.hpp"

TEST(a_host_call_may_run_the_loop_and_actors_go_on_inside_it)
{
    // Once in the step of a posted message, once in that of a timer's.
    for (const auto later : {0ms, 2ms}) {
        fixture f;
        std::atomic<int> beats{0};
        int done = 0;
        f.host.rt().spawn<heart>(1ms, 0ns, beats);
        const actor_rt::remote door = f.host.rt().make_remote();
        const auto modal = f.host.rt().spawn<caller>([&] {
            // What is ready before the dialog opens, a debt of steps, what comes from elsewhere, and what has a deadline.
            const int before = beats;
            f.host.set_budget({10, 1h, false});
            CHECK(f.host.rt().post(f.to, item{}).ok());
            for (int count = 0; count < 100; ++count) {
                std::thread([&] { CHECK(door.post(f.to, item{}).ok()); }).join();
            }
            f.home.run_while([&] { return beats < before + 3 || f.turns < 101; });
            CHECK(done == 0);
        }, done);
        CHECK(f.host.rt().after(modal, later, item{}));
        f.home.run_while([&] { return done == 0; });
        CHECK(f.turns == 101);
    }
}

TEST(the_loop_run_directly_in_a_handler_stops_the_actors_without_spinning_and_loses_nothing)
{
    // Once in the step of a posted message, once in that of a timer's.
    for (const auto later : {0ms, 2ms}) {
        fixture f;
        const actor_rt::remote door = f.host.rt().make_remote();
        const auto blocker = f.host.rt().spawn<doer>([&](actor_rt::context& cx) {
            CHECK(cx.after(f.to, 2ms, item{}) && cx.post(f.to, item{}).ok());
            std::thread([&] { CHECK(door.post(f.to, item{}).ok()); }).join();
            bool closed = false;
            f.home.later(30ms, [&] { closed = true; });
            const std::uint64_t step = f.steps();
            const int turns = f.turns;
            const int waits = f.home.rounds();
            f.home.run_while([&] { return !closed; });
            CHECK(f.steps() == step && f.turns == turns && f.home.rounds() - waits <= 10);
        });
        // One deadline is armed already, and passes inside as well.
        CHECK(f.host.rt().after(f.to, 5ms, item{}));
        f.home.settle();
        CHECK(f.host.rt().after(blocker, later, item{}));
        f.home.run_while([&] { return f.turns < 4; });
        f.home.settle();
        CHECK(f.turns == 4);
    }
}

TEST(a_step_by_hand_whose_handler_runs_the_loop_loses_no_deadline)
{
    fixture f;
    const auto blocker = f.host.rt().spawn<doer>([&](actor_rt::context&) {
        bool closed = false;
        f.home.later(10ms, [&] { closed = true; });
        f.home.run_while([&] { return !closed; });
    });
    CHECK(f.host.rt().after(f.to, 3ms, item{}));
    f.home.settle();
    CHECK(f.host.rt().post(blocker, item{}).ok());
    (void)f.host.rt().step();
    f.home.run_while([&] { return f.turns == 0; });
    CHECK(f.turns == 1);
}

#endif // ACTOR_RT_TESTS_ADAPTER_NESTING_HPP
