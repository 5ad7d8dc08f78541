// What a handler throws fails its actor, reaches the host, and harms nobody else.
#include "check.hpp"

#include <stdexcept>

namespace {
struct boom {
    static constexpr std::string_view tag_name = "test.boom";
    int kind;
};
struct ping {
    static constexpr std::string_view tag_name = "test.ping";
};

struct fragile : actor_rt::actor<fragile, boom, ping> {
    int& pings;
    explicit fragile(int& counter) : pings(counter) {}

    void on(actor_rt::context& cx, const boom& message)
    {
        switch (message.kind) {
        case 0: throw std::runtime_error("kaput");
        case 1: throw actor_rt::error(actor_rt::status(ART_USER_ERROR - 7), "with a code");
        case 2: throw 42;
        case 3: throw std::runtime_error("not \xff UTF-8");
        case 4: (void)cx.fail("said so", actor_rt::status(ART_USER_ERROR)); break;
        default: break;
        }
    }
    void on(actor_rt::context&, ping) { ++pings; }
};

struct end {
    actor_rt::stop_kind kind;
    art_status reason;
    std::string text;
};

actor_rt::actor_ref<fragile> watched(actor_rt::runtime& rt, int& pings, std::vector<end>& ends)
{
    actor_rt::actor_options how;
    how.on_end([&ends](actor_rt::actor_ref<>, const actor_rt::stop_cause& cause) {
        ends.push_back({cause.kind(), cause.reason().code(), std::string(cause.text())});
    });
    return rt.spawn_with<fragile>(std::move(how), pings);
}

/// What a call throws, as text.
template <class Call>
std::string thrown_by(Call&& call)
{
    try {
        call();
    } catch (const std::exception& thrown) {
        return thrown.what();
    } catch (int thrown) {
        return std::to_string(thrown);
    }
    return "nothing";
}
} // namespace

TEST(an_exception_fails_its_actor_is_rethrown_from_step_and_others_go_on)
{
    int pings = 0;
    std::vector<end> ends;
    actor_rt::runtime rt;
    const auto bad = watched(rt, pings, ends);
    const auto good = watched(rt, pings, ends);
    CHECK(rt.post(bad, boom{0}).ok());
    CHECK(rt.post(bad, ping{}).ok());
    CHECK(rt.post(good, ping{}).ok());
    CHECK(thrown_by([&] { check::step(rt); }) == "kaput");
    CHECK(rt.last_step().failed == 1);
    rt.run_until_idle();
    CHECK(pings == 1);
    CHECK(ends.size() == 1 && ends[0].kind == actor_rt::stop_kind::failed);
    CHECK(ends[0].reason == ART_FAILED && ends[0].text == "kaput");
    CHECK(rt.post(bad, ping{}) == ART_NOT_FOUND);
    CHECK(rt.post(good, ping{}).ok());
    rt.run_until_idle();
    CHECK(pings == 2);
}

TEST(the_exit_reason_is_the_code_of_the_error_that_was_thrown)
{
    int pings = 0;
    std::vector<end> ends;
    actor_rt::runtime rt;
    CHECK(rt.post(watched(rt, pings, ends), boom{1}).ok());
    CHECK(thrown_by([&] { rt.run_until_idle(); }).find("with a code") == 0);
    rt.run_until_idle();
    CHECK(ends.at(0).reason == ART_USER_ERROR - 7);
}

TEST(what_is_no_std_exception_and_what_is_no_utf8_fail_the_actor_too)
{
    int pings = 0;
    std::vector<end> ends;
    actor_rt::runtime rt;
    CHECK(rt.post(watched(rt, pings, ends), boom{2}).ok());
    CHECK(thrown_by([&] { rt.run_until_idle(); }) == "42");
    rt.run_until_idle();
    CHECK(rt.post(watched(rt, pings, ends), boom{3}).ok());
    CHECK(thrown_by([&] { rt.run_until_idle(); }) == "not \xff UTF-8");
    rt.run_until_idle();
    CHECK(ends.size() == 2 && ends[1].kind == actor_rt::stop_kind::failed);
}

TEST(of_several_exceptions_in_one_step_the_first_is_rethrown_and_all_are_counted)
{
    int pings = 0;
    std::vector<end> ends;
    actor_rt::runtime rt;
    CHECK(rt.post(watched(rt, pings, ends), boom{0}).ok());
    CHECK(rt.post(watched(rt, pings, ends), boom{2}).ok());
    CHECK(thrown_by([&] { check::step(rt); }) == "kaput");
    CHECK(rt.last_step().failed == 2);
    CHECK(thrown_by([&] { rt.run_until_idle(); }) == "nothing");
}

TEST(failing_without_an_exception_rethrows_nothing)
{
    int pings = 0;
    std::vector<end> ends;
    actor_rt::runtime rt;
    CHECK(rt.post(watched(rt, pings, ends), boom{4}).ok());
    rt.run_until_idle();
    CHECK(ends.at(0).reason == ART_USER_ERROR && ends[0].text == "said so");
}

TEST(try_step_throws_nothing_and_keeps_the_exception_for_rethrow)
{
    int pings = 0;
    std::vector<end> ends;
    actor_rt::runtime rt;
    CHECK(rt.post(watched(rt, pings, ends), boom{0}).ok());
    actor_rt::step_result result;
    CHECK(rt.try_step(result, actor_rt::clock_now, actor_rt::unlimited).ok());
    CHECK(result.failed == 1 && rt.has_failure());
    CHECK(thrown_by([&] { rt.rethrow(); }) == "kaput");
    CHECK(!rt.has_failure());
    CHECK(rt.take_failure() == nullptr);
}

namespace {
struct throws_at_start : actor_rt::actor<throws_at_start, ping> {
    check::counted alive;
    explicit throws_at_start(int& living) : alive(living) {}
    void on_start(actor_rt::context&) { throw std::runtime_error("at start"); }
    void on(actor_rt::context&, ping) { std::abort(); }
};
struct throws_in_constructor : actor_rt::actor<throws_in_constructor, ping> {
    throws_in_constructor() { throw std::runtime_error("in constructor"); }
    void on(actor_rt::context&, ping) {}
};
struct throws_at_stop : actor_rt::actor<throws_at_stop, ping> {
    check::counted alive;
    explicit throws_at_stop(int& living) : alive(living) {}
    void on(actor_rt::context&, ping) {}
    void on_stop(actor_rt::context&, const actor_rt::stop_cause&) { throw std::runtime_error("at stop"); }
};
} // namespace

TEST(an_exception_in_on_start_ends_the_actor_and_destroys_it_once)
{
    int living = 0;
    actor_rt::runtime rt;
    const auto bad = rt.spawn<throws_at_start>(living);
    CHECK(rt.post(bad, ping{}).ok());
    CHECK(living == 1);
    CHECK(thrown_by([&] { rt.run_until_idle(); }) == "at start");
    rt.run_until_idle();
    CHECK(living == 0);
}

TEST(an_exception_in_a_constructor_reaches_the_caller_of_spawn)
{
    actor_rt::runtime rt;
    CHECK(thrown_by([&] { rt.spawn<throws_in_constructor>(); }) == "in constructor");
    CHECK(rt.pending().actors == 0);
}

TEST(an_exception_in_on_stop_reaches_the_host_from_step_and_from_close)
{
    int living = 0;
    actor_rt::runtime rt;
    const auto first = rt.spawn<throws_at_stop>(living);
    rt.spawn<throws_at_stop>(living);
    rt.run_until_idle();
    CHECK(rt.stop(first).ok());
    CHECK(thrown_by([&] { rt.run_until_idle(); }) == "at stop");
    CHECK(living == 1);
    CHECK(thrown_by([&] { rt.close(); }) == "at stop");
    CHECK(living == 0 && !rt);
}

TEST(an_exception_in_a_listener_reaches_the_host)
{
    int pings = 0;
    actor_rt::runtime rt;
    actor_rt::actor_options how;
    how.on_end([](actor_rt::actor_ref<>, const actor_rt::stop_cause&) { throw std::runtime_error("listener"); });
    const auto one = rt.spawn_with<fragile>(std::move(how), pings);
    rt.run_until_idle();
    CHECK(rt.kill(one).ok());
    CHECK(thrown_by([&] { rt.run_until_idle(); }) == "listener");
}

TEST(errors_carry_status_category_and_text)
{
    actor_rt::runtime rt;
    int pings = 0;
    actor_rt::actor_options how;
    how.parent(actor_rt::actor_ref<>(1));
    try {
        rt.spawn_with<fragile>(std::move(how), pings);
        check::fail(__FILE__, __LINE__, "spawned below nobody");
    } catch (const actor_rt::error& thrown) {
        CHECK(!thrown.status().ok());
        CHECK(thrown.code().category() == actor_rt::status_category());
        CHECK(std::strlen(thrown.what()) > 0);
    }
    const std::error_code code = actor_rt::status(ART_BUSY);
    CHECK(code.message().find("ART_BUSY") == 0);
}
