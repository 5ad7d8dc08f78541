/*
 * Rules of every adapter: where what was thrown arrives. See fixture.hpp.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_FAILURES_HPP
#define ACTOR_RT_TESTS_ADAPTER_FAILURES_HPP

#include "fixture.hpp"

namespace {
/// Whether the code throws what the worker throws at a boom.
template <class Code>
bool thrown_by(Code code)
{
    try {
        code();
    } catch (const std::runtime_error& failure) {
        return std::strcmp(failure.what(), "boom") == 0;
    }
    return false;
}
} // namespace

TEST(what_a_handler_threw_leaves_run_and_the_host_runs_again)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    CHECK(thrown_by([&] { f.host.run(); }));
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().post(other, again{0}).ok());
    f.host.run();
    CHECK(f.turns == 1);
    f.host.rethrow(); // Nothing is left.
}

TEST(what_a_host_call_threw_fails_its_actor_and_leaves_run)
{
    fixture f;
    int done = 0;
    const auto to = f.host.rt().spawn<caller>([] { throw std::runtime_error("boom"); }, done);
    CHECK(f.host.rt().post(to, item{}).ok());
    CHECK(thrown_by([&] { f.host.run(); }));
    CHECK(done == 0 && f.host.rt().post(to, item{}) == ART_NOT_FOUND);
}

TEST(a_listener_gets_what_a_handler_threw_and_the_loop_goes_on)
{
    fixture f;
    int heard = 0;
    f.host.on_failure([&](std::exception_ptr failure) {
        CHECK(failure != nullptr);
        ++heard;
    });
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    CHECK(f.host.rt().after(other, 1ms, again{0}));
    f.host.run();
    CHECK(heard == 1 && f.turns == 1);
}

TEST(a_listener_may_destroy_the_host)
{
    here::loop home;
    std::atomic<int> turns{0};
    auto host = std::make_unique<here::host>(home);
    host->on_failure([&, held = std::make_shared<int>(7)](std::exception_ptr) {
        host.reset();
        CHECK(*held == 7); // This very callback still lives.
    });
    CHECK(host->rt().post(host->rt().spawn<worker>(*host, turns), boom{}).ok());
    host->run();
    CHECK(host == nullptr);
    home.settle();
}

#endif // ACTOR_RT_TESTS_ADAPTER_FAILURES_HPP
