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

int count(const std::string& text, const char* part)
{
    int found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

/// Throws when it ends.
struct sore_loser : actor_rt::actor<sore_loser> {
    void on_stop(actor_rt::context&, const actor_rt::stop_cause&) { throw std::runtime_error("boom"); }
};
} // namespace

// Without rethrow a program once ended as if all were well, and said nothing.
TEST(what_nobody_listens_for_is_said_at_once_and_thrown)
{
    fixture f;
    const std::string text = here::said([&] {
        CHECK(f.host.rt().post(f.to, boom{}).ok());
        CHECK(thrown_by([&] { f.host.run(); }));
    });
    CHECK(count(text, "boom") == 1);
}

TEST(what_nobody_listens_for_goes_to_the_log_if_there_is_one)
{
    here::loop home;
    std::atomic<int> turns{0};
    std::string lines;
    actor_rt::options how;
    how.log([&](actor_rt::log_level level, std::string_view text) {
        CHECK(level == actor_rt::log_level::error);
        lines.append(text);
    });
    const std::string text = here::said([&] {
        here::host host(home, std::move(how));
        const auto to = host.rt().spawn_with<worker>(actor_rt::actor_options().name("anna"), host, turns);
        CHECK(host.rt().post(to, boom{}).ok());
        CHECK(thrown_by([&] { host.run(); }));
        host.rt().spawn<sore_loser>();
        home.settle();
    });
    CHECK(text.empty() && count(lines, "boom") == 2 && count(lines, "anna") == 1);
}

TEST(of_several_failures_in_one_step_each_is_said_and_thrown)
{
    fixture f;
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    const std::string text = here::said([&] {
        CHECK(f.host.rt().post(f.to, boom{}).ok() && f.host.rt().post(other, boom{}).ok());
        CHECK(thrown_by([&] { f.host.run(); }));
        CHECK(thrown_by([&] { f.host.run(); }));
        f.host.rethrow();
    });
    CHECK(count(text, "boom") == 2);
}

TEST(of_very_many_failures_each_is_said_and_only_the_first_ones_wait_to_be_thrown)
{
    fixture f;
    const std::string text = here::said([&] {
        for (int number = 0; number < 100; ++number) {
            CHECK(f.host.rt().post(f.host.rt().spawn<worker>(f.host, f.turns), boom{}).ok());
        }
        int thrown = 0;
        while (thrown < 100 && thrown_by([&] { thrown == 0 ? f.host.run() : f.host.rethrow(); })) {
            ++thrown;
        }
        CHECK(thrown == 65);
    });
    CHECK(count(text, "boom") == 100);
}

TEST(a_listener_hears_of_each_of_several_failures_in_one_step_and_nothing_is_said)
{
    fixture f;
    int heard = 0;
    f.host.on_failure([&](std::exception_ptr failure) {
        heard += thrown_by([&] { std::rethrow_exception(failure); }) ? 1 : 0;
        if (heard == 2) {
            f.host.quit();
        }
    });
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    const std::string text = here::said([&] {
        CHECK(f.host.rt().post(f.to, boom{}).ok() && f.host.rt().post(other, boom{}).ok());
        f.host.run();
    });
    CHECK(heard == 2 && text.empty());
}

TEST(what_is_thrown_when_the_host_goes_is_said_whether_or_not_there_is_a_listener)
{
    for (const bool listens : {false, true}) {
        here::loop home;
        const std::string text = here::said([&] {
            here::host host(home);
            if (listens) {
                host.on_failure([](std::exception_ptr) {});
            }
            host.rt().spawn<sore_loser>();
            home.settle();
        });
        CHECK(count(text, "boom") == 1);
    }
}

TEST(a_failure_that_nobody_has_taken_is_said_when_the_host_goes)
{
    here::loop home;
    std::atomic<int> turns{0};
    const std::string text = here::said([&] {
        here::host host(home);
        host.on_failure([](std::exception_ptr) {});
        const auto to = host.rt().spawn<worker>(host, turns);
        home.settle();
        CHECK(host.rt().post(to, boom{}).ok());
        actor_rt::step_result result; // A step by hand, of which the listener does not hear until the loop's next one.
        CHECK(host.rt().try_step(result).ok() && result.failed == 1);
    });
    CHECK(count(text, "boom") == 1);
}

TEST(what_a_host_call_threw_whose_actor_has_ended_meanwhile_is_said_and_thrown)
{
    fixture f;
    int done = 0;
    actor_rt::actor_ref<caller> to;
    to = f.host.rt().spawn<caller>([&] {
        CHECK(f.host.rt().kill(to).ok());
        throw std::runtime_error("boom");
    }, done);
    const std::string text = here::said([&] {
        CHECK(f.host.rt().post(to, item{}).ok());
        CHECK(thrown_by([&] { f.host.run(); }));
    });
    CHECK(count(text, "boom") == 1 && done == 0);
}

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

TEST(try_run_throws_nothing_and_ends_all_the_same)
{
    fixture f;
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    CHECK(f.host.try_run().ok());
    CHECK(thrown_by([&] { f.host.rethrow(); }));
    CHECK(f.host.rt().post(other, again{0}).ok());
    CHECK(f.host.try_run().ok() && f.turns == 1);
    CHECK(f.host.rt().post(other, boom{}).ok());
    CHECK(thrown_by([&] { f.host.run(); }));
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
