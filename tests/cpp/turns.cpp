// Turns that no message brings: timers by number, work for when nothing waits, functions of others; and what is said to any actor.
#include "notes.hpp"

#include <actor_rt/heartbeat.hpp>
#include <actor_rt/system.hpp>
#include <actor_rt/tree.hpp>
#include <actor_rt/turns.hpp>

#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

namespace {
struct go {
    static constexpr std::string_view tag_name = "test.go";
    int what;
};

using check::notes;
using check::texts;
enum : int { begin, every, every_burst, end_timer, run, plain };

/// Notes its ticks and its runs.
struct ticker : actor_rt::actor<ticker, go> {
    notes to;
    int runs = 0;
    explicit ticker(notes where) : to(std::move(where)) {}
    void on(actor_rt::context& cx, const go& one)
    {
        switch (one.what) {
        case begin: CHECK(actor_rt::start_timer(cx, 7, 10ms).ok()); break;
        case every: CHECK(actor_rt::start_interval(cx, 7, actor_rt::interval(10ms).first(1ms)).ok()); break;
        case every_burst: CHECK(actor_rt::start_interval(cx, 8, actor_rt::interval(10ms).on_missed(actor_rt::missed::burst)).ok()); break;
        case end_timer: CHECK(actor_rt::stop_timer(cx, 7).ok() && actor_rt::stop_timer(cx, 7) == ART_NOT_FOUND); break;
        case run: CHECK(actor_rt::run_when_idle(cx).ok()); break;
        default: to->push_back("message");
        }
    }
    void on_timer(actor_rt::context& cx, std::uint64_t number, std::uint32_t ticks)
    {
        CHECK(cx.self());
        to->push_back(std::to_string(number) + " x" + std::to_string(ticks));
    }
    std::optional<std::chrono::nanoseconds> on_run(actor_rt::context&)
    {
        to->push_back("run");
        return ++runs < 2 ? std::make_optional<std::chrono::nanoseconds>(5ms) : std::nullopt;
    }
};

/// Has none of them.
struct simple : actor_rt::actor<simple, go> {
    void on(actor_rt::context& cx, const go&)
    {
        CHECK(actor_rt::start_timer(cx, 1, 1ms) == ART_UNSUPPORTED && actor_rt::run_when_idle(cx) == ART_UNSUPPORTED);
    }
};

using fixture = check::noting;
} // namespace

TEST(a_timer_by_number_takes_the_place_of_the_one_before_and_stops)
{
    fixture f;
    const auto one = f.rt.spawn<ticker>(f.to);
    CHECK(f.rt.post(one, go{begin}).ok() && f.at(5ms).empty());
    CHECK(f.rt.post(one, go{begin}).ok() && f.at(5ms).empty());
    CHECK(f.at(10ms).empty() && f.at(15ms) == texts{"7 x1"});
    CHECK(f.rt.post(one, go{begin}).ok() && f.at(20ms).empty());
    CHECK(f.rt.post(one, go{end_timer}).ok() && f.at(40ms).empty());
    CHECK(f.rt.post(f.rt.spawn<simple>(), go{plain}).ok() && f.at(41ms).empty());
}

TEST(an_interval_stays_on_its_grid_and_tells_the_ticks_that_it_missed)
{
    fixture f;
    const auto one = f.rt.spawn<ticker>(f.to);
    CHECK(f.rt.post(one, go{every}).ok() && f.rt.post(one, go{every_burst}).ok() && f.at(0ms).empty());
    CHECK((f.at(1ms) == texts{"7 x1"}));
    CHECK((f.at(10ms) == texts{"8 x1"}));
    CHECK((f.at(35ms) == texts{"7 x3", "8 x1", "8 x1"}));
    CHECK((f.at(41ms) == texts{"8 x1", "7 x1"}));
}

TEST(an_actor_runs_when_nothing_waits_for_it_and_again_when_it_says_so)
{
    fixture f;
    const auto one = f.rt.spawn<ticker>(f.to);
    CHECK(f.rt.post(one, go{run}).ok() && f.rt.post(one, go{plain}).ok());
    CHECK((f.at(0ms) == texts{"message", "run"}));
    CHECK(f.at(4ms).empty() && (f.at(5ms) == texts{"run"}) && f.at(1s).empty());
}

TEST(what_a_hook_throws_fails_its_actor)
{
    struct thrower : actor_rt::actor<thrower, go> {
        void on(actor_rt::context& cx, const go&) { CHECK(actor_rt::start_timer(cx, 1, 1ms).ok()); }
        void on_timer(actor_rt::context&, std::uint64_t, std::uint32_t) { throw std::runtime_error("no tick"); }
    };
    fixture f;
    std::string text;
    const auto ends = [&text](actor_rt::actor_ref<>, const actor_rt::stop_cause& cause) { text = std::string(cause.text()); };
    const auto one = f.rt.spawn_with<thrower>(actor_rt::actor_options().on_end(ends));
    CHECK(f.rt.post(one, go{plain}).ok());
    f.rt.run_until_idle();
    f.clock.now = 1ms;
    bool thrown = false;
    try {
        f.rt.run_until_idle();
    } catch (const std::runtime_error&) {
        thrown = true;
    }
    f.rt.run_until_idle();
    CHECK(text == "no tick" && thrown);
}

TEST(a_function_runs_in_a_turn_of_an_actor_behind_its_messages)
{
    fixture f;
    const auto held = std::make_shared<int>(0);
    const auto one = f.rt.spawn<ticker>(f.to);
    CHECK(f.rt.post(one, go{plain}).ok());
    CHECK(actor_rt::run_in(f.rt, one, [held](actor_rt::context& cx, ticker& self) {
              CHECK(cx.self());
              self.to->push_back("function");
              cx.stop();
          }).ok());
    CHECK(actor_rt::run_in(f.rt, one, [held](actor_rt::context&, ticker&) { CHECK(false); }).ok());
    CHECK(held.use_count() == 3);
    CHECK((f.at(0ms) == texts{"message", "function"}) && held.use_count() == 1);
    CHECK(actor_rt::run_in(f.rt, one, [held](actor_rt::context&, ticker&) {}) == ART_NOT_FOUND);
    CHECK(held.use_count() == 1);
}

namespace {
/// Decides about what is said to it.
struct stubborn : actor_rt::actor<stubborn, go> {
    notes to;
    explicit stubborn(notes where) : to(std::move(where)) {}
    void on(actor_rt::context&, const go&) { to->push_back("message"); }
    actor_rt::reaction on_system(actor_rt::context&, actor_rt::system_message said)
    {
        to->push_back(said == actor_rt::system_message::start ? "start" : said == actor_rt::system_message::ping ? "ping" : "other");
        return said == actor_rt::system_message::resume ? actor_rt::reaction::usual : actor_rt::reaction::handled;
    }
};
} // namespace

TEST(what_is_said_to_any_actor_is_done_unless_it_decides_otherwise)
{
    fixture f;
    const auto one = f.rt.spawn<stubborn>(f.to);
    const auto usual = f.rt.spawn_supervised<ticker>(actor_rt::supervision(), actor_rt::actor_options(), f.to);
    f.rt.run_until_idle();
    for (const auto what : {actor_rt::system_message::pause, actor_rt::system_message::terminate}) {
        CHECK(actor_rt::say(f.rt, one, what).ok() && f.at(0ms) == texts{"other"});
    }
    CHECK(actor_rt::say(f.rt, usual, actor_rt::system_message::pause).ok() && f.rt.post(usual, go{plain}).ok() && f.at(0ms).empty());
    std::size_t count = 0;
    CHECK(actor_rt::say_to_all(f.rt, actor_rt::system_message::resume, &count).ok() && count == 2);
    const texts heard = f.at(0ms);
    CHECK((heard == texts{"other", "message"}) || (heard == texts{"message", "other"}));
    CHECK(actor_rt::say(f.rt, usual, actor_rt::system_message::terminate).ok() && f.at(0ms).empty());
    CHECK(f.rt.post(usual, go{plain}) == ART_NOT_FOUND);
    // A function that it refuses is not run, a ping has no answer.
    bool answered = true;
    CHECK(actor_rt::run_in(f.rt, one, [](actor_rt::context&, stubborn&) { CHECK(false); }).ok());
    CHECK(actor_rt::ping(f.rt, one, [&](const actor_rt::pong& answer) { answered = answer.answered(); }).ok());
    CHECK((f.at(0ms) == texts{"other", "ping"}) && !answered);
}

namespace {
/// Is ready when it is told so.
struct slow : actor_rt::actor<slow, go> {
    notes to;
    explicit slow(notes where) : to(std::move(where)) {}
    void on_start(actor_rt::context& cx)
    {
        CHECK(cx.starting().ok());
        (void)cx.after(5ms, go{begin});
    }
    void on_started(actor_rt::context& cx)
    {
        CHECK(cx.starting() == ART_WRONG_STATE && cx.started() == ART_WRONG_STATE);
        to->push_back("ready");
    }
    void on(actor_rt::context& cx, const go& one)
    {
        to->push_back(one.what == begin ? "timer" : "message");
        if (one.what == begin) {
            CHECK(cx.started().ok());
        }
    }
};
} // namespace

TEST(a_start_may_take_several_turns_and_messages_wait_for_it)
{
    fixture f;
    std::vector<std::size_t> late;
    const auto done = [&late](const std::vector<actor_rt::actor_ref<>>& who) { late.push_back(who.size()); };
    const auto one = f.rt.spawn<slow>(f.to);
    CHECK(f.rt.post(one, go{plain}).ok() && f.at(0ms).empty());
    CHECK(actor_rt::start_all(f.rt, 2ms, done).ok() && f.at(2ms).empty() && late == std::vector<std::size_t>{1});
    CHECK((f.at(5ms) == texts{"timer", "ready", "message"}));
    CHECK(actor_rt::start_all(f.rt, 2ms, done).ok() && f.at(5ms).empty() && (late == std::vector<std::size_t>{1, 0}));
    // Or when somebody else says so.
    const auto other = f.rt.spawn<slow>(f.to);
    CHECK(f.at(6ms).empty() && actor_rt::tree(f.rt).started(other).ok());
    CHECK((f.at(6ms) == texts{"ready"}) && actor_rt::tree(f.rt).started(other) == ART_WRONG_STATE);
}
