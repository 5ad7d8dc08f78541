/*
 * A rule of the adapters whose `run` may be called inside itself. See fixture.hpp.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_RUNNING_HPP
#define ACTOR_RT_TESTS_ADAPTER_RUNNING_HPP

#include "fixture.hpp"

TEST(a_host_call_may_run_the_host_itself_and_quit_ends_the_inner_run)
{
    fixture f;
    int done = 0;
    const auto modal = f.host.rt().spawn<caller>([&] {
        CHECK(f.host.rt().post(f.to, again{3}).ok());
        f.host.run();
        CHECK(f.turns == 4 && done == 0);
        CHECK(f.host.rt().after(f.to, 2ms, again{0}));
    }, done);
    CHECK(f.host.rt().post(modal, item{}).ok());
    f.host.run();
    CHECK(done == 1 && f.turns == 5);
}

#endif // ACTOR_RT_TESTS_ADAPTER_RUNNING_HPP
