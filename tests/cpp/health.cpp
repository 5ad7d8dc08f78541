// Whether actors are well: pings, the heartbeat, restarts, escalations, ends; and whether their queues take too much.
#include "notes.hpp"

#include <actor_rt/byte_budget.hpp>
#include <actor_rt/heartbeat.hpp>
#include <actor_rt/tree.hpp>

#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

namespace {
struct item {
    static constexpr std::string_view tag_name = "test.item";
    int number;
    char rest[252];
};
struct fail {
    static constexpr std::string_view tag_name = "test.fail";
};
using check::notes;
using check::texts;

/// Notes what it hears of others.
struct watcher : actor_rt::actor<watcher, item, fail> {
    notes to;
    explicit watcher(notes where) : to(std::move(where)) {}
    void on(actor_rt::context&, const item&) {}
    void on(actor_rt::context&, fail) { throw std::runtime_error("as told"); }
    void on_other(actor_rt::context& cx, const actor_rt::message& one)
    {
        if (const auto answer = actor_rt::pong::read(one)) {
            CHECK(answer->actor() == one.sender());
            to->push_back(answer->answered() ? "pong" : "none");
        } else if (const auto news = actor_rt::restarted::read(one)) {
            CHECK(news->actor == one.sender());
            to->push_back("restarted " + std::to_string(news->times));
        } else {
            actor::on_other(cx, one);
        }
    }
};

struct fixture : check::noting {
    texts heard() { return at(clock.now); }
    actor_rt::actor_ref<watcher> supervised()
    {
        const auto made = rt.spawn_supervised<watcher>(actor_rt::supervision(), actor_rt::actor_options(), to);
        rt.run_until_idle();
        return made;
    }
};
} // namespace

TEST(a_ping_is_answered_behind_what_was_sent_before)
{
    fixture f;
    std::vector<std::chrono::nanoseconds> latencies;
    const auto one = f.supervised();
    const auto told = [&](const actor_rt::pong& answer) {
        CHECK(answer.actor() == one);
        latencies.push_back(answer.answered() ? answer.latency() : -1ns);
    };
    CHECK(f.rt.pause(one).ok() && actor_rt::ping(f.rt, one, told).ok());
    CHECK(f.at(3ms).empty() && latencies.empty());
    CHECK(f.rt.resume(one).ok() && f.at(4ms).empty() && latencies == std::vector<std::chrono::nanoseconds>{4ms});
    // One that ends has no answer.
    CHECK(f.rt.pause(one).ok() && actor_rt::ping(f.rt, one, told).ok() && f.rt.stop(one).ok());
    CHECK(f.heard().empty() && latencies.back() == -1ns && latencies.size() == 2);
    CHECK(actor_rt::ping(f.rt, actor_rt::actor_ref<>(), told) == ART_NOT_FOUND);
}

TEST(an_actor_hears_the_answer_to_a_ping_as_a_message)
{
    fixture f;
    const auto one = f.supervised();
    const auto other = f.rt.spawn<watcher>(f.to);
    CHECK(actor_rt::ping_for(f.rt, one, other).ok() && f.heard() == texts{"pong"});
    CHECK(f.rt.pause(other).ok() && actor_rt::ping_for(f.rt, one, other).ok() && f.rt.kill(other).ok() && f.heard() == texts{"none"});
}

TEST(a_heartbeat_reports_who_does_not_answer_and_who_does_again)
{
    fixture f;
    texts reports;
    const auto held = std::make_shared<int>(0);
    const auto one = f.supervised();
    const auto told = [&reports, held, one](const actor_rt::pulse& news) {
        CHECK(news.actor() == one);
        reports.push_back((news.kind() == actor_rt::pulse_kind::recovered ? "again " : "silent ") + std::to_string(news.cycles()));
    };
    const auto beat = actor_rt::start_heartbeat(f.rt, actor_rt::heartbeat(10ms).patience(2), told);
    f.rt.run_until_idle();
    CHECK(held.use_count() == 3 && f.rt.pause(one).ok());
    for (std::chrono::milliseconds now = 10ms; now <= 60ms; now += 10ms) {
        (void)f.at(now);
    }
    CHECK(reports == texts{"silent 2"} && f.rt.resume(one).ok());
    (void)f.at(70ms);
    CHECK(reports.size() == 2 && reports[1].substr(0, 5) == "again");
    // What it calls goes when it ends.
    CHECK(f.rt.stop(beat).ok());
    f.rt.run_until_idle();
    CHECK(held.use_count() == 2);
    bool refused = false;
    try {
        (void)actor_rt::start_heartbeat(f.rt, actor_rt::heartbeat(0ms), [held](const actor_rt::pulse&) {});
    } catch (const actor_rt::error& thrown) {
        refused = thrown.status() == ART_INVALID_ARGUMENT;
    }
    CHECK(refused && held.use_count() == 2);
}

TEST(a_heartbeat_may_end_itself_and_its_runtime_frees_it)
{
    const auto held = std::make_shared<int>(0);
    {
        fixture f;
        const auto one = f.supervised();
        actor_rt::actor_ref<> beat;
        beat = actor_rt::start_heartbeat(f.rt, actor_rt::heartbeat(10ms).restart(), [held, &f, &beat](const actor_rt::pulse&) {
            CHECK(f.rt.stop(beat).ok() && held.use_count() >= 2);
        });
        f.rt.run_until_idle();
        CHECK(f.rt.pause(one).ok());
        for (std::chrono::milliseconds now = 10ms; now <= 40ms; now += 10ms) {
            (void)f.at(now);
        }
        CHECK(held.use_count() == 1);
        (void)actor_rt::start_heartbeat(f.rt, actor_rt::heartbeat(10ms), [held](const actor_rt::pulse&) {});
        CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
}

TEST(restarts_are_watched)
{
    fixture f;
    const auto one = f.supervised();
    const auto other = f.rt.spawn<watcher>(f.to);
    const actor_rt::tree of(f.rt);
    CHECK(of.watch_restarts(other, one).ok() && f.rt.post(one, fail{}).ok() && f.heard() == texts{"restarted 1"});
    CHECK(of.unwatch_restarts(other, one).ok() && of.unwatch_restarts(other, one) == ART_NOT_FOUND);
}

TEST(the_host_hears_of_children_of_the_root_that_fail_too_often)
{
    const auto held = std::make_shared<int>(0);
    texts gone;
    {
        fixture f;
        const actor_rt::tree of(f.rt);
        CHECK(of.on_escalation([held](const actor_rt::actor_exit&) { CHECK(false); }).ok());
        CHECK(held.use_count() == 2);
        CHECK(of.on_escalation([held, &gone](const actor_rt::actor_exit& exit) { gone.push_back(std::string(exit.text())); }).ok());
        CHECK(held.use_count() == 2);
        const auto one = f.supervised();
        for (int times = 0; times < 3; ++times) {
            (void)f.rt.post(one, fail{});
            f.rt.run_until_idle();
        }
        CHECK(gone == texts{"as told"});
    }
    CHECK(held.use_count() == 1);
}

TEST(a_host_that_does_not_listen_finds_children_of_the_root_that_fail_too_often_in_its_log)
{
    texts said;
    notes to = std::make_shared<texts>();
    actor_rt::options how;
    how.log([&](actor_rt::log_level level, std::string_view text) {
        if (level == actor_rt::log_level::error) {
            said.emplace_back(text);
        }
    });
    actor_rt::runtime rt(std::move(how));
    const auto one = rt.spawn_supervised<watcher>(actor_rt::supervision(), actor_rt::actor_options(), to);
    for (int times = 0; times < 2; ++times) {
        CHECK(rt.post(one, fail{}).ok());
        rt.run_until_idle();
    }
    CHECK(said.size() == 3 && said.back().find("as told") != std::string::npos);
    CHECK(said.back().find("tree::supervise") != std::string::npos);
    CHECK(rt.step().shutdown);
}

namespace {
struct result : actor_rt::actor<result, fail> {
    std::unique_ptr<int> value = std::make_unique<int>(42);
    notes to;
    explicit result(notes where) : to(std::move(where)) {}
    void on(actor_rt::context& cx, fail) { (void)cx.stop(); }
};
struct keeper : actor_rt::actor<keeper, item> {
    notes to;
    std::optional<actor_rt::last_state<result>>& last;
    keeper(notes where, std::optional<actor_rt::last_state<result>>& place) : to(std::move(where)), last(place) {}
    void on(actor_rt::context&, const item&) {}
    void on_child(actor_rt::context& cx, const actor_rt::actor_exit& exit)
    {
        if (exit.event() == actor_rt::child_event::ended && !last) {
            last.emplace(actor_rt::take_last<result>(cx));
            CHECK(*last && !actor_rt::take_last<result>(cx));
        }
    }
};
} // namespace

TEST(the_object_of_a_child_that_has_ended_goes_to_its_supervisor)
{
    std::optional<actor_rt::last_state<result>> last;
    fixture f;
    const auto above = f.rt.spawn<keeper>(f.to, last);
    f.rt.run_until_idle();
    for (int times = 0; times < 2; ++times) { // The second one is not taken.
        const auto child = f.rt.spawn_supervised<result>(
            actor_rt::supervision().restart(actor_rt::restart::temporary).return_state(), actor_rt::actor_options().parent(above), f.to);
        CHECK(f.rt.post(child, fail{}).ok());
        f.rt.run_until_idle();
    }
    f.rt.close();
    CHECK(last && *last && *(*last)->value == 42 && (**last).to == f.to);
    CHECK(f.to.use_count() == 2);
}

TEST(queues_that_take_too_much_are_told_and_when_it_is_over)
{
    const auto held = std::make_shared<int>(0);
    texts told;
    {
        fixture f;
        const auto one = f.supervised();
        const auto note = [&told, held, one](const actor_rt::water& mark) {
            told.push_back(mark.is_high() ? "high" : "low");
            if (mark.is_high()) {
                CHECK(mark.bytes() > 200000 && mark.busiest().size() == 1);
                CHECK(mark.busiest()[0].actor == one && mark.busiest()[0].waiting > 100);
            }
        };
        const auto fill = [&] {
            while (f.rt.pending().bytes <= 200000) {
                CHECK(f.rt.post(one, item{}).ok());
            }
            f.rt.run_until_idle();
        };
        CHECK(actor_rt::set_byte_budget(f.rt, 50000, 200000, note).ok());
        CHECK(actor_rt::set_byte_budget(f.rt, 5, 5, note) == ART_INVALID_ARGUMENT);
        CHECK(held.use_count() == 3);
        fill();
        CHECK((told == texts{"high", "low"}));
        // One that ends itself while it runs.
        CHECK(actor_rt::set_byte_budget(f.rt, 50000, 200000, [&told, held, &f](const actor_rt::water&) {
                  CHECK(actor_rt::end_byte_budget(f.rt).ok() && held.use_count() == 3); // It is still there.
                  told.push_back("once");
              }).ok());
        fill();
        CHECK((told == texts{"high", "low", "once"}) && held.use_count() == 2);
        CHECK(actor_rt::set_byte_budget(f.rt, 50000, 200000, note).ok());
    }
    CHECK(held.use_count() == 1);
}

TEST(a_stop_may_have_a_text_for_those_who_hear_of_it)
{
    fixture f;
    std::string text;
    const auto one = f.supervised();
    CHECK(actor_rt::tree(f.rt).on_exit(one, [&text](const actor_rt::actor_exit& exit) {
              CHECK(exit.kind() == actor_rt::stop_kind::stopped && exit.reason() == actor_rt::status(ART_USER_ERROR));
              text = std::string(exit.text());
          }).ok());
    CHECK(f.rt.stop(one, actor_rt::status(ART_USER_ERROR), "\xff") == ART_INVALID_UTF8);
    CHECK(f.rt.stop(one, actor_rt::status(ART_USER_ERROR), "no more work").ok() && f.heard().empty() && text == "no more work");
}
