// Life of actors, of runtimes, and of host calls.
#include "check.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>

using namespace std::chrono_literals;

namespace {
struct go {
    static constexpr std::string_view tag_name = "test.go";
    int what;
};

using events = std::vector<std::string>;

struct witness : actor_rt::actor<witness, go> {
    events& seen;
    std::string name;
    witness(events& where, std::string called) : seen(where), name(std::move(called)) {}
    ~witness() { seen.push_back(name + " destroyed"); }
    witness(const witness&) = delete;
    witness& operator=(const witness&) = delete;

    void on_start(actor_rt::context&) { seen.push_back(name + " started"); }
    void on(actor_rt::context& cx, const go& message)
    {
        seen.push_back(name + " message");
        switch (message.what) {
        case 1: CHECK(cx.stop().ok()); break;
        case 2: CHECK(cx.spawn<witness>(seen, "child")); break;
        default: break;
        }
    }
    void on_stop(actor_rt::context&, const actor_rt::stop_cause& cause)
    {
        CHECK(cause.kind() == actor_rt::stop_kind::stopped || cause.kind() == actor_rt::stop_kind::dropped);
        seen.push_back(name + " stopped");
    }
};
} // namespace

TEST(an_actor_starts_handles_stops_and_is_destroyed_in_that_order)
{
    events seen;
    actor_rt::runtime rt;
    actor_rt::actor_options how;
    how.name("a").on_end([&seen](actor_rt::actor_ref<>, const actor_rt::stop_cause& cause) {
        CHECK(cause.kind() == actor_rt::stop_kind::stopped);
        seen.push_back("heard");
    });
    const auto a = rt.spawn_with<witness>(std::move(how), seen, "a");
    CHECK(seen.empty());
    CHECK(rt.post(a, go{0}).ok());
    CHECK(rt.post(a, go{1}).ok());
    CHECK(rt.post(a, go{0}).ok());
    rt.run_until_idle();
    CHECK(seen.size() == 6);
    CHECK((events(seen.begin(), seen.begin() + 4) == events{"a started", "a message", "a message", "a stopped"}));
    CHECK((seen[4] == "a destroyed" && seen[5] == "heard") || (seen[4] == "heard" && seen[5] == "a destroyed"));
}

TEST(a_killed_actor_says_no_goodbye_and_is_destroyed)
{
    events seen;
    actor_rt::runtime rt;
    const auto a = rt.spawn<witness>(seen, "a");
    rt.run_until_idle();
    CHECK(rt.kill(a, actor_rt::status(ART_USER_ERROR), "enough").ok());
    rt.run_until_idle();
    CHECK((seen == events{"a started", "a destroyed"}));
}

TEST(an_actor_killed_before_it_started_is_destroyed_once)
{
    events seen;
    actor_rt::runtime rt;
    const auto a = rt.spawn<witness>(seen, "a");
    CHECK(rt.kill(a).ok());
    rt.run_until_idle();
    CHECK((seen == events{"a destroyed"}));
}

TEST(a_child_ends_before_its_parent_and_the_runtime_ends_all)
{
    events seen;
    {
        actor_rt::runtime rt;
        const auto parent = rt.spawn<witness>(seen, "parent");
        actor_rt::actor_options how;
        how.parent(parent);
        rt.spawn_with<witness>(std::move(how), seen, "child");
        rt.run_until_idle();
        seen.clear();
    }
    const auto at = [&](const char* what) { return std::find(seen.begin(), seen.end(), what) - seen.begin(); };
    CHECK(at("child destroyed") < at("parent destroyed"));
    CHECK(seen.size() >= 2);
}

TEST(a_handler_spawns)
{
    events seen;
    actor_rt::runtime rt;
    CHECK(rt.post(rt.spawn<witness>(seen, "a"), go{2}).ok());
    rt.run_until_idle();
    CHECK((seen == events{"a started", "a message", "child started"}));
}

TEST(a_runtime_moves_and_its_actors_stay)
{
    events seen;
    actor_rt::runtime first;
    const auto a = first.spawn<witness>(seen, "a");
    actor_rt::runtime second(std::move(first));
    CHECK(!first && second);
    CHECK(first.post(a, go{0}) == ART_NULL_POINTER);
    CHECK(second.post(a, go{0}).ok());
    actor_rt::runtime third;
    third = std::move(second);
    third.run_until_idle();
    CHECK((seen == events{"a started", "a message"}));
}

TEST(a_bound_reference_outlives_its_runtime_and_answers_closed)
{
    events seen;
    actor_rt::bound_ref<witness> bound;
    CHECK(bound.post(go{0}) == ART_CLOSED);
    {
        actor_rt::runtime rt;
        bound = rt.bind(rt.spawn<witness>(seen, "a"));
        CHECK(bound.post(go{0}).ok());
        rt.run_until_idle();
        CHECK(seen.size() == 2);
    }
    CHECK(bound.post(go{0}) == ART_CLOSED);
    CHECK(bound.stop() == ART_CLOSED);
}

namespace {
struct add {
    static constexpr std::string_view tag_name = "test.add";
    int amount;
};
struct parcel {
    static constexpr std::string_view tag_name = "test.parcel";
    std::vector<int> amounts;
};
struct total {
    static constexpr std::string_view tag_name = "test.total";
    using reply_type = int;
};
struct sum : actor_rt::actor<sum, add, parcel, total> {
    void on(actor_rt::context&, const add& message) { value += message.amount; }
    void on(actor_rt::context&, const parcel& message)
    {
        for (const int amount : message.amounts) {
            value += amount;
        }
    }
    int on(actor_rt::context&, total) { return value; }
    int value = 0;
};
} // namespace

TEST(a_bound_reference_asks_posts_with_care_and_arms_timers)
{
    using namespace std::chrono_literals;
    check::manual_clock clock;
    int got = 0;
    int closed = 0;
    actor_rt::bound_ref<sum> bound;
    const auto hears = [&](actor_rt::answer<int> answer) {
        got = answer ? *answer : got;
        closed += answer.outcome() == actor_rt::outcome::closed ? 1 : 0;
    };
    CHECK(bound.ask(total{}, 1s, hears) == ART_CLOSED && !bound.after(1s, add{1}));
    parcel kept{{1, 2}};
    {
        actor_rt::runtime rt(clock.options());
        bound = rt.bind(rt.spawn_with<sum>(actor_rt::actor_options().capacity(1)));
        rt.run_until_idle(); // Else its start waits, too.
        CHECK(bound.post(add{1}).ok());
        CHECK(bound.try_post(kept) == ART_FULL && kept.amounts.size() == 2);
        rt.run_until_idle();
        CHECK(bound.try_post(kept).ok() && kept.amounts.empty());
        CHECK(bound.after(5ms, add{10}) && bound.at(actor_rt::time_point(7ms), add{100}));
        rt.run_until_idle();
        actor_rt::ask_token token;
        CHECK(bound.ask(total{}, 1s, hears, &token).ok() && token);
        rt.run_until_idle();
        CHECK(got == 4);
        clock.now = 7ms;
        CHECK(bound.ask(total{}, 1s, hears).ok());
        rt.run_until_idle();
        CHECK(bound.ask(total{}, 1s, hears).ok());
        rt.run_until_idle();
        CHECK(got == 114);
        CHECK(bound.ask(total{}, 1s, hears).ok());
    }
    kept.amounts = {1};
    CHECK(closed == 1 && got == 114);
    CHECK(bound.ask(total{}, 1s, hears) == ART_CLOSED && bound.try_post(kept) == ART_CLOSED);
    CHECK(!bound.after(1s, add{1}) && !bound.at(actor_rt::time_point(1s), add{1}) && closed == 1);
}

TEST(two_runtimes_on_one_thread_tell_each_others_actors)
{
    events seen;
    actor_rt::runtime one;
    actor_rt::runtime two;
    const auto a = one.spawn<witness>(seen, "a");
    CHECK(two.post(a, go{0}) == ART_WRONG_RUNTIME);
}

TEST(wake_is_released_exactly_once_however_the_options_end)
{
    int released = 0;
    const auto drop = [](void* user) { ++*static_cast<int*>(user); };
    const auto call = [](void*, std::uint32_t) {};
    {
        actor_rt::options unused;
        unused.wake(call, &released, drop);
    }
    CHECK(released == 1);
    {
        actor_rt::options replaced;
        replaced.wake(call, &released, drop);
        replaced.wake([](std::uint32_t) {});
        CHECK(released == 2);
    }
    {
        actor_rt::options used;
        used.wake(call, &released, drop);
        actor_rt::options moved(std::move(used));
        const actor_rt::runtime rt(std::move(moved));
        CHECK(released == 2);
    }
    CHECK(released == 3);
    {
        actor_rt::options refused;
        refused.wake(call, &released, drop).instance(100000);
        actor_rt::status why;
        const actor_rt::runtime rt(std::move(refused), why);
        CHECK(!why.ok() && !rt);
    }
    CHECK(released == 4);
}

TEST(a_refused_runtime_throws_with_an_explanation)
{
    actor_rt::options how;
    how.instance(100000);
    try {
        const actor_rt::runtime rt(std::move(how));
        check::fail(__FILE__, __LINE__, "made a runtime of a bad configuration");
    } catch (const actor_rt::error& thrown) {
        CHECK(thrown.status() == ART_INVALID_ARGUMENT);
        CHECK(std::strlen(thrown.what()) > 0);
    }
}

namespace {
struct caller : actor_rt::actor<caller, go> {
    int& result;
    std::function<int()> work;
    caller(int& where, std::function<int()> how) : result(where), work(std::move(how)) {}

    void on(actor_rt::context& cx, const go&)
    {
        CHECK(cx.host_call([work = work] { return work(); }, [this](actor_rt::context&, int value) { result = value; }).ok());
    }
};
} // namespace

TEST(a_host_call_may_step_and_its_result_comes_back_as_a_turn)
{
    int result = 0;
    std::uint64_t inner = 0;
    actor_rt::runtime rt;
    const auto a = rt.spawn<caller>(result, [&] {
        inner = rt.run_until_idle();
        return 17;
    });
    CHECK(rt.post(a, go{0}).ok());
    const actor_rt::step_result step = check::step(rt);
    CHECK(step.host_calls == 1 && result == 0);
    CHECK(rt.run_host_calls() == 1);
    rt.run_until_idle();
    CHECK(result == 17 && inner == 0);
}

TEST(a_host_call_that_throws_fails_its_actor)
{
    int result = 0;
    actor_rt::runtime rt;
    const auto a = rt.spawn<caller>(result, []() -> int { throw std::runtime_error("dialog"); });
    CHECK(rt.post(a, go{0}).ok());
    bool thrown = false;
    try {
        rt.run_until_idle();
    } catch (const std::runtime_error&) {
        thrown = true;
    }
    CHECK(thrown && result == 0);
    rt.run_until_idle();
    CHECK(rt.pending().actors == 0);
}

TEST(a_host_call_may_destroy_the_runtime)
{
    int result = 0;
    int living = 0;
    auto rt = std::make_unique<actor_rt::runtime>();
    const auto a = rt->spawn<caller>(result, [&rt, alive = std::make_shared<check::counted>(living)] {
        rt->close();
        return 1;
    });
    CHECK(rt->post(a, go{0}).ok());
    CHECK(check::step(*rt).host_calls == 1);
    rt->run_host_calls();
    CHECK(!*rt && result == 0);
    rt.reset();
    CHECK(living == 0);
}

TEST(a_host_call_that_never_ran_is_freed_with_its_actor)
{
    int result = 0;
    int living = 0;
    {
        actor_rt::runtime rt;
        const auto a = rt.spawn<caller>(result, [alive = std::make_shared<check::counted>(living)] { return 1; });
        CHECK(rt.post(a, go{0}).ok());
        check::step(rt);
        CHECK(rt.kill(a).ok());
        rt.run_until_idle();
    }
    CHECK(living == 0);
}

TEST(a_step_inside_a_handler_answers_busy_and_changes_nothing)
{
    int result = 0;
    actor_rt::runtime rt;
    struct stepper : actor_rt::actor<stepper, go> {
        actor_rt::runtime& home;
        int& seen;
        stepper(actor_rt::runtime& where, int& out) : home(where), seen(out) {}
        void on(actor_rt::context&, const go&)
        {
            actor_rt::step_result inner;
            CHECK(home.try_step(inner) == ART_BUSY);
            ++seen;
        }
    };
    const auto a = rt.spawn<stepper>(rt, result);
    CHECK(rt.post(a, go{0}).ok());
    CHECK(rt.post(a, go{0}).ok());
    rt.run_until_idle();
    CHECK(result == 2);
}

TEST(a_budget_bounds_a_step_and_more_is_the_debt)
{
    events seen;
    actor_rt::runtime rt;
    const auto a = rt.spawn<witness>(seen, "a");
    rt.run_until_idle();
    for (int count = 0; count < 3; ++count) {
        CHECK(rt.post(a, go{0}).ok());
    }
    actor_rt::budget one;
    one.max_messages = 1;
    one.max_time = std::chrono::nanoseconds::max();
    CHECK(rt.step(actor_rt::clock_now, one).more);
    CHECK(rt.next_timeout() == 0ns);
    CHECK(rt.step(actor_rt::clock_now, one).more);
    CHECK(!rt.step(actor_rt::clock_now, one).more);
}

TEST(an_actor_is_found_by_its_name_paused_and_drained)
{
    events seen;
    actor_rt::runtime rt;
    const auto a = rt.spawn<witness>(seen, "a");
    CHECK(rt.register_name("first", a).ok());
    CHECK(rt.register_name("first", rt.spawn<witness>(seen, "b")) == ART_ALREADY_EXISTS);
    CHECK(rt.lookup<witness>("first") == a);
    CHECK(!rt.lookup("second"));
    rt.run_until_idle();
    seen.clear();
    CHECK(rt.pause(a).ok());
    CHECK(rt.pause(a) == ART_WRONG_STATE);
    CHECK(rt.post(rt.lookup<witness>("first"), go{0}).ok());
    rt.run_until_idle();
    CHECK(seen.empty());
    CHECK(rt.resume(a).ok());
    CHECK(rt.drain(a).ok());
    CHECK(rt.post(a, go{0}) == ART_NOT_FOUND);
    rt.run_until_idle();
    CHECK((seen == events{"a message", "a stopped", "a destroyed"}));
    CHECK(!rt.lookup("first"));
}

TEST(an_actor_ends_after_a_time_unless_it_is_spared)
{
    events seen;
    std::chrono::nanoseconds now{1000};
    actor_rt::options how;
    how.clock([&now] { return now; }).on_panic(actor_rt::panic_policy::shutdown);
    actor_rt::runtime rt(std::move(how));
    const auto a = rt.spawn<witness>(seen, "a");
    const auto b = rt.spawn<witness>(seen, "b");
    rt.run_until_idle();
    seen.clear();
    CHECK(rt.exit_after(a, 2s));
    CHECK(rt.kill_after(b, 2s));
    CHECK(rt.cancel(rt.kill_after(a, 1s)).ok());
    now += 1999ms;
    CHECK(!rt.step().shutdown);
    CHECK(seen.empty());
    now += 1ms;
    rt.run_until_idle();
    CHECK((seen == events{"a stopped", "a destroyed", "b destroyed"}));
    CHECK(!rt.kill_after(a, 1s));
}

TEST(the_log_says_which_handler_was_slow)
{
    std::vector<std::string> lines;
    check::manual_clock clock;
    actor_rt::options how = clock.options();
    how.slow_handler(1ms).log([&](actor_rt::log_level, std::string_view text) { lines.emplace_back(text); });
    actor_rt::runtime rt(std::move(how));
    struct sleeper : actor_rt::actor<sleeper, go> {
        check::manual_clock& time;
        explicit sleeper(check::manual_clock& which) : time(which) {}
        void on(actor_rt::context&, const go&) { time.now += 5ms; }
    };
    const auto a = rt.spawn_with<sleeper>(std::move(actor_rt::actor_options().name("sleepy")), clock);
    CHECK(rt.post(a, go{0}).ok());
    rt.run_until_idle();
    CHECK(lines.size() == 1 && lines[0].find("sleepy") != std::string::npos);
}

TEST(the_loaded_library_says_its_version_and_how_it_was_built)
{
    CHECK(actor_rt::library_version() == ART_VERSION);
    CHECK(actor_rt::library_build_flags() == 0);
}
