// Supervised actors: restarts, hooks, monitors, and who hears of what.
#include "check.hpp"

#include <functional>
#include <memory>
#include <stdexcept>

using namespace std::chrono_literals;

namespace {
struct go {
    static constexpr std::string_view tag_name = "test.go";
    int what;
};
struct get {
    static constexpr std::string_view tag_name = "test.get";
    using reply_type = int;
};

using events = std::vector<std::string>;

/// Fails when it is told 7, stops when it is told 9.
struct worker : actor_rt::actor<worker, go, get> {
    events& seen;
    std::string name;
    int handled = 0;
    worker(events& where, std::string called) : seen(where), name(std::move(called)) { seen.push_back(name + " made"); }
    ~worker() { seen.push_back(name + " destroyed"); }
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    void on_started(actor_rt::context&) { seen.push_back(name + " started"); }
    void on_restart(actor_rt::context&, const actor_rt::actor_exit& exit)
    {
        const bool failed = exit.kind() == actor_rt::stop_kind::failed && exit.phase() == actor_rt::phase::message;
        seen.push_back(name + (failed ? " again: " : " again, unharmed") + std::string(exit.text()));
    }
    void on(actor_rt::context& cx, const go& message)
    {
        if (message.what == 7) {
            CHECK(cx.fail("told to").ok());
        } else if (message.what == 9) {
            CHECK(cx.stop().ok());
        } else {
            ++handled;
        }
    }
    int on(actor_rt::context&, get) { return handled; }
};

int ask(actor_rt::runtime& rt, actor_rt::actor_ref<worker> of)
{
    int got = -1;
    CHECK(rt.ask(of, get{}, actor_rt::no_deadline, [&got](actor_rt::answer<int> answer) { got = answer ? *answer : -2; }).ok());
    rt.run_until_idle();
    return got;
}

/// A supervisor that writes down what it hears of its children.
struct boss : actor_rt::actor<boss, go> {
    events& seen;
    explicit boss(events& where) : seen(where) {}

    void on(actor_rt::context&, const go&) {}
    void on_child(actor_rt::context&, const actor_rt::actor_exit& exit)
    {
        static const char* const words[] = {"ended", "started", "restarted"};
        seen.push_back(std::string("child ") + words[static_cast<std::size_t>(exit.event())]);
    }
    actor_rt::escalation on_escalation(actor_rt::context&, const actor_rt::actor_exit& exit)
    {
        seen.push_back("escalated: " + std::string(exit.text()));
        return actor_rt::escalation::ignore;
    }
};
} // namespace

TEST(a_failed_actor_is_made_anew_from_its_arguments_and_keeps_its_reference_and_mailbox)
{
    events seen;
    actor_rt::runtime rt;
    const auto a =
        rt.spawn_supervised<worker>(actor_rt::supervision(), actor_rt::actor_options().name("a"), std::ref(seen), "a");
    CHECK(seen.empty());
    for (const int what : {1, 1, 7, 1}) {
        CHECK(rt.post(a, go{what}).ok());
    }
    rt.run_until_idle();
    CHECK((seen == events{"a made", "a started", "a destroyed", "a made", "a again: told to", "a started"}));
    CHECK(ask(rt, a) == 1);
    CHECK(rt.post(a, go{9}).ok());
    rt.run_until_idle();
    CHECK(seen.back() == "a destroyed" && rt.post(a, go{1}) == ART_NOT_FOUND);
}

TEST(a_permanent_one_comes_back_from_a_stop_and_a_temporary_one_not_from_a_failure)
{
    events seen;
    actor_rt::runtime rt;
    const auto a = rt.spawn_supervised_by(
        actor_rt::supervision().restart(actor_rt::restart::temporary), actor_rt::actor_options(),
        [&seen](actor_rt::context&) { return worker(seen, "a"); });
    CHECK(rt.post(a, go{7}).ok());
    rt.run_until_idle();
    CHECK((seen == events{"a made", "a started", "a destroyed"}));

    struct stops : actor_rt::actor<stops, go> {
        int& made;
        explicit stops(int& count) : made(count) { ++made; }
        void on(actor_rt::context& cx, const go&) { CHECK(cx.stop().ok()); }
    };
    int made = 0;
    const auto b = rt.spawn_supervised<stops>(
        actor_rt::supervision().restart(actor_rt::restart::permanent), actor_rt::actor_options(), std::ref(made));
    CHECK(rt.post(b, go{1}).ok());
    rt.run_until_idle();
    CHECK(made == 2 && rt.post(b, go{1}).ok());
}

TEST(a_supervisor_hears_of_its_children_and_decides_when_they_fail_too_often)
{
    events seen;
    events elsewhere;
    actor_rt::runtime rt;
    const auto top = rt.spawn_supervised<boss>(
        actor_rt::supervision(), actor_rt::actor_options().supervises(actor_rt::supervisor().intensity(1, 5s)), std::ref(seen));
    const auto child = rt.spawn_supervised<worker>(
        actor_rt::supervision(), actor_rt::actor_options().parent(top), std::ref(elsewhere), "w");
    rt.run_until_idle();
    CHECK(rt.post(child, go{7}).ok());
    rt.run_until_idle();
    CHECK((seen == events{"child started", "child restarted"}));
    CHECK(rt.post(child, go{7}).ok());
    rt.run_until_idle();
    CHECK(seen.back() == "escalated: told to" && rt.post(child, go{1}) == ART_NOT_FOUND);
    CHECK(rt.post(top, go{1}).ok());
}

TEST(a_restart_waits_for_its_back_off)
{
    events seen;
    check::manual_clock clock;
    actor_rt::runtime rt(clock.options());
    const auto a = rt.spawn_supervised<worker>(
        actor_rt::supervision().backoff(100ms, 1s), actor_rt::actor_options(), std::ref(seen), "a");
    CHECK(rt.post(a, go{7}).ok());
    rt.run_until_idle();
    CHECK(seen.back() == "a destroyed" && rt.post(a, go{1}).ok());
    clock.now += 99ms;
    rt.run_until_idle();
    CHECK(seen.back() == "a destroyed");
    clock.now += 2ms;
    rt.run_until_idle();
    CHECK(seen.back() == "a started" && ask(rt, a) == 1);
}

TEST(one_for_all_restarts_the_siblings)
{
    events seen;
    events a;
    events b;
    actor_rt::runtime rt;
    const auto top = rt.spawn_with<boss>(
        actor_rt::actor_options().supervises(actor_rt::supervisor().strategy(actor_rt::strategy::one_for_all)), seen);
    const auto one =
        rt.spawn_supervised<worker>(actor_rt::supervision(), actor_rt::actor_options().parent(top), std::ref(a), "a");
    (void)rt.spawn_supervised<worker>(actor_rt::supervision(), actor_rt::actor_options().parent(top), std::ref(b), "b");
    rt.run_until_idle();
    CHECK(rt.post(one, go{7}).ok());
    rt.run_until_idle();
    CHECK(a.size() == 6);
    CHECK((b == events{"b made", "b started", "b destroyed", "b made", "b again, unharmed", "b started"}));
}

#ifndef ACTOR_RT_NO_EXCEPTIONS
TEST(what_a_supervised_actor_throws_is_heard_by_its_supervisor_and_not_by_the_host)
{
    struct thrower : actor_rt::actor<thrower, go> {
        std::shared_ptr<int> made;
        explicit thrower(std::shared_ptr<int> count) : made(std::move(count))
        {
            if (++*made == 2) {
                throw std::runtime_error("not yet");
            }
        }
        void on(actor_rt::context&, const go&) { throw std::runtime_error("boom"); }
    };
    const auto made = std::make_shared<int>(0);
    events seen;
    {
        actor_rt::runtime rt;
        const auto top = rt.spawn_supervised<boss>(
            actor_rt::supervision(), actor_rt::actor_options().supervises(actor_rt::supervisor().intensity(5, 5s)), std::ref(seen));
        const auto a = rt.spawn_supervised<thrower>(actor_rt::supervision(), actor_rt::actor_options().parent(top), made);
        CHECK(rt.post(a, go{1}).ok());
        rt.run_until_idle();
        CHECK(*made == 3 && (seen == events{"child started", "child restarted"}));
        CHECK(rt.post(a, go{1}).ok());
    }
    CHECK(made.use_count() == 1);
}
#endif

TEST(a_monitor_calls_once_and_can_be_withdrawn)
{
    struct watcher : actor_rt::actor<watcher, go> {
        events& seen;
        actor_rt::actor_ref<worker> first;
        actor_rt::actor_ref<worker> second;
        actor_rt::monitor withdrawn;
        watcher(events& where, actor_rt::actor_ref<worker> one, actor_rt::actor_ref<worker> other)
            : seen(where), first(one), second(other)
        {
        }
        void on_start(actor_rt::context& cx)
        {
            CHECK(cx.monitor(first, [this](actor_rt::context& later, const actor_rt::actor_exit& exit) {
                CHECK(exit.actor() == first && later.self().id() != 0);
                seen.push_back("down: " + std::string(exit.text()));
            }));
            withdrawn = cx.monitor(second, [](actor_rt::context&, const actor_rt::actor_exit&) { CHECK(false); });
            CHECK(cx.monitor(actor_rt::actor_ref<>(), [this](actor_rt::context&, const actor_rt::actor_exit& exit) {
                CHECK(exit.kind() == actor_rt::stop_kind::no_actor);
                seen.push_back("nobody");
            }));
        }
        void on(actor_rt::context& cx, const go&) { CHECK(cx.demonitor(withdrawn).ok()); }
    };
    events seen;
    events others;
    actor_rt::runtime rt;
    const auto a = rt.spawn<worker>(others, "a");
    const auto b = rt.spawn<worker>(others, "b");
    const auto w = rt.spawn<watcher>(seen, a, b);
    rt.run_until_idle();
    CHECK(rt.post(a, go{7}).ok());
    CHECK(rt.post(w, go{0}).ok());
    rt.run_until_idle();
    CHECK(rt.post(b, go{9}).ok());
    rt.run_until_idle();
    CHECK((seen == events{"nobody", "down: told to"}));
}

TEST(an_actor_that_is_told_to_stop_may_take_further_turns)
{
    struct careful : actor_rt::actor<careful, go> {
        events& seen;
        explicit careful(events& where) : seen(where) {}
        void on_stopping(actor_rt::context& cx, const actor_rt::actor_exit& exit)
        {
            CHECK(exit.kind() == actor_rt::stop_kind::stopped);
            seen.push_back("stopping");
            CHECK(cx.after(self(cx), 10ms, go{1}));
        }
        void on(actor_rt::context& cx, const go&)
        {
            seen.push_back("saved");
            CHECK(cx.stopped().ok());
        }
    };
    events seen;
    check::manual_clock clock;
    actor_rt::runtime rt(clock.options());
    const auto a = rt.spawn<careful>(seen);
    rt.run_until_idle();
    CHECK(rt.stop(a).ok());
    rt.run_until_idle();
    CHECK((seen == events{"stopping"}));
    clock.now += 10ms;
    rt.run_until_idle();
    CHECK((seen == events{"stopping", "saved"}) && rt.stop(a) == ART_NOT_FOUND);
}
