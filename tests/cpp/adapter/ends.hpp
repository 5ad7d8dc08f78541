/*
 * Rules of every adapter: the end of the runtime and of the host. See fixture.hpp.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_ENDS_HPP
#define ACTOR_RT_TESTS_ADAPTER_ENDS_HPP

#include "fixture.hpp"

TEST(closing_the_runtime_is_refused_inside_a_handler)
{
    fixture f;
    int refused = 0;
    const auto to = f.host.rt().spawn<doer>([&](actor_rt::context&) {
        try {
            f.host.rt().close();
        } catch (const actor_rt::error& failure) {
            refused += failure.status() == ART_BUSY ? 1 : 0;
        }
    });
    CHECK(f.host.rt().post(to, item{}).ok() && f.host.rt().post(f.to, again{0}).ok());
    f.host.run();
    CHECK(refused == 1 && f.turns == 1);
}

TEST(a_host_call_may_close_the_runtime_and_the_loop_goes_on)
{
    fixture f;
    int done = 0;
    const auto to = f.host.rt().spawn<caller>([&] { f.host.rt().close(); }, done);
    CHECK(f.host.rt().after(f.to, 1ms, item{}));
    CHECK(f.host.rt().post(to, item{}).ok());
    bool waited = false;
    f.home.later(10ms, [&] { waited = true; });
    f.home.run_while([&] { return !waited; });
    f.host.rethrow(); // Throws if a step was refused.
    CHECK(!f.host.rt() && f.turns <= 1 && done == 0); // On a slow machine the timer's time has come before.
}

TEST(a_runtime_that_was_closed_outside_refuses_no_step)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1ms, item{}));
    f.home.settle();
    f.host.rt().close();
    bool waited = false;
    f.home.later(10ms, [&] { waited = true; });
    f.home.run_while([&] { return !waited; });
    f.host.rethrow();
    CHECK(f.turns <= 1);
}

TEST(a_host_call_may_destroy_the_host_and_run_returns)
{
    // Once in the step of a posted message, once in that of a timer's.
    for (const auto later : {0ms, 1ms}) {
        here::loop home;
        int done = 0;
        auto host = std::make_unique<here::host>(home);
        const auto to = host->rt().spawn<caller>([&] { host.reset(); }, done);
        CHECK(host->rt().after(to, later, item{}));
        host->run();
        CHECK(host == nullptr && done == 0);
        home.settle();
    }
}

TEST(the_host_may_go_before_its_loop_with_timers_armed_and_steps_owed)
{
    here::loop home;
    std::atomic<int> turns{0};
    {
        actor_rt::options how;
        how.default_budget(1, std::chrono::hours(1));
        here::host host(home, std::move(how));
        const auto to = host.rt().spawn<worker>(host, turns);
        CHECK(host.rt().after(to, 1h, item{}));
        CHECK(host.rt().post(to, item{}).ok() && host.rt().post(to, item{}).ok());
        home.run_while([&] { return turns == 0; });
        CHECK(host.rt().last_step().more);
    }
    home.settle();
    CHECK(turns == 1);
}

TEST(other_threads_may_post_while_the_host_ends)
{
    for (int round = 0; round < 20; ++round) {
        here::loop home;
        std::atomic<int> turns{0};
        std::atomic<bool> done{false};
        auto host = std::make_unique<here::host>(home);
        const auto to = host->rt().spawn<worker>(*host, turns);
        std::thread other([&, door = host->rt().make_remote()] {
            for (int count = 0; count < 20000 && !done; ++count) {
                (void)door.post(to, item{});
            }
        });
        home.run_while([&] { return turns == 0; });
        host.reset();
        home.settle();
        done = true;
        other.join();
    }
}

#endif // ACTOR_RT_TESTS_ADAPTER_ENDS_HPP
