// Each ask has exactly one outcome, with a value of the type that was asked for.
#include "check.hpp"

#include <actor_rt/asking.hpp>
#include <actor_rt/pool.hpp>
#include <actor_rt/sending.hpp>

#include <functional>
#include <stdexcept>
#include <thread>

using namespace std::chrono_literals;
using actor_rt::answer;
using actor_rt::outcome;

namespace {
struct square {
    static constexpr std::string_view tag_name = "test.square";
    using reply_type = std::int64_t;
    std::int64_t value;
};
struct later {
    static constexpr std::string_view tag_name = "test.later";
    using reply_type = std::string;
};
struct words {
    static constexpr std::string_view tag_name = "test.words";
    using reply_type = std::vector<std::string>;
};
struct silence {
    static constexpr std::string_view tag_name = "test.silence";
    using reply_type = std::int64_t;
};
struct small {
    static constexpr std::string_view tag_name = "test.small";
};

struct server : actor_rt::actor<server, square, later, words, silence, small> {
    std::vector<actor_rt::reply<std::string>>& kept;
    explicit server(std::vector<actor_rt::reply<std::string>>& where) : kept(where) {}

    std::int64_t on(actor_rt::context&, const square& message) { return message.value * message.value; }
    void on(actor_rt::context& cx, later) { kept.push_back(cx.keep_reply<std::string>()); }
    std::vector<std::string> on(actor_rt::context&, words) { return {"one", "two"}; }
    void on(actor_rt::context&, silence) {}
    void on(actor_rt::context& cx, small) { (void)cx.reply(std::int16_t(3)); }
};

/// A runtime with a server, at virtual time 0.
struct fixture {
    check::manual_clock clock;
    std::vector<actor_rt::reply<std::string>> kept;
    actor_rt::runtime rt{clock.options()};
    actor_rt::actor_ref<server> to = rt.spawn<server>(kept);
};
} // namespace

TEST(what_a_handler_returns_answers_the_ask)
{
    fixture f;
    std::int64_t got = 0;
    CHECK(f.rt.ask(f.to, square{7}, 1s, [&](answer<std::int64_t> reply) { got = reply.value(); }).ok());
    std::vector<std::string> list;
    CHECK(f.rt.ask(f.to, words{}, 1s, [&](answer<std::vector<std::string>> reply) { list = std::move(*reply); }).ok());
    f.rt.run_until_idle();
    CHECK(got == 49 && list.size() == 2 && list[1] == "two");
    CHECK(f.rt.pending().asks == 0);
}

TEST(what_a_handler_returns_to_a_plain_post_is_discarded)
{
    fixture f;
    CHECK(f.rt.post(f.to, square{7}).ok());
    CHECK(f.rt.post(f.to, later{}).ok());
    f.rt.run_until_idle();
    CHECK(f.kept.size() == 1 && !f.kept[0]);
}

TEST(a_kept_reply_answers_later_and_only_once)
{
    fixture f;
    std::vector<std::string> got;
    CHECK(f.rt.ask(f.to, later{}, 1s, [&](answer<std::string> reply) { got.push_back(*reply); }).ok());
    f.rt.run_until_idle();
    CHECK(got.empty() && f.kept.size() == 1 && f.kept[0]);
    CHECK(f.kept[0].send("done").ok());
    CHECK(!f.kept[0]);
    CHECK(!f.kept[0].send("again").ok());
    f.rt.run_until_idle();
    CHECK((got == std::vector<std::string>{"done"}));
}

TEST(a_kept_reply_that_is_dropped_tells_no_reply)
{
    fixture f;
    std::vector<outcome> got;
    CHECK(f.rt.ask(f.to, later{}, 1s, [&](answer<std::string> reply) { got.push_back(reply.outcome()); }).ok());
    f.rt.run_until_idle();
    f.kept.clear();
    f.rt.run_until_idle();
    CHECK((got == std::vector<outcome>{outcome::no_reply}));
}

TEST(a_handler_that_does_not_answer_tells_no_reply)
{
    fixture f;
    std::vector<outcome> got;
    CHECK(f.rt.ask(f.to, silence{}, 1s, [&](answer<std::int64_t> reply) { got.push_back(reply.outcome()); }).ok());
    f.rt.run_until_idle();
    CHECK((got == std::vector<outcome>{outcome::no_reply}));
}

TEST(the_deadline_is_an_outcome_and_a_late_reply_is_dropped)
{
    fixture f;
    std::vector<outcome> got;
    CHECK(f.rt.ask(f.to, later{}, 10ms, [&](answer<std::string> reply) { got.push_back(reply.outcome()); }).ok());
    f.rt.run_until_idle();
    CHECK(f.rt.next_timeout() == 10ms);
    f.clock.now = 10ms - 1ns;
    f.rt.run_until_idle();
    CHECK(got.empty());
    f.clock.now = 10ms;
    f.rt.run_until_idle();
    CHECK((got == std::vector<outcome>{outcome::timeout}));
    CHECK(!f.kept[0].send("late").ok());
    f.rt.run_until_idle();
    CHECK(got.size() == 1);
}

TEST(an_ended_receiver_is_an_outcome_and_no_error)
{
    fixture f;
    f.rt.run_until_idle();
    CHECK(f.rt.stop(f.to).ok());
    f.rt.run_until_idle();
    std::vector<outcome> got;
    CHECK(f.rt.ask(f.to, square{2}, 1s, [&](answer<std::int64_t> reply) { got.push_back(reply.outcome()); }).ok());
    f.rt.run_until_idle();
    CHECK((got == std::vector<outcome>{outcome::closed}));
}

TEST(a_withdrawn_ask_is_cancelled)
{
    fixture f;
    std::vector<outcome> got;
    actor_rt::ask_token token;
    CHECK(f.rt.ask(f.to, later{}, 1s, [&](answer<std::string> reply) { got.push_back(reply.outcome()); }, &token).ok());
    f.rt.run_until_idle();
    CHECK(token && f.rt.cancel(token).ok());
    f.rt.run_until_idle();
    CHECK((got == std::vector<outcome>{outcome::cancelled}));
}

TEST(a_reply_of_another_type_is_unreadable)
{
    fixture f;
    std::vector<outcome> got;
    CHECK(f.rt.ask<std::int64_t>(f.to, small{}, 1s, [&](answer<std::int64_t> reply) { got.push_back(reply.outcome()); }).ok());
    CHECK(f.rt.ask<std::int16_t>(f.to, small{}, 1s, [&](answer<std::int16_t> reply) { got.push_back(reply.outcome()); }).ok());
    CHECK(f.rt.ask(f.to, small{}, 1s, [&](answer<void> reply) { got.push_back(reply.outcome()); }).ok());
    f.rt.run_until_idle();
    CHECK((got == std::vector<outcome>{outcome::unreadable, outcome::reply, outcome::reply}));
}

TEST(an_open_ask_of_the_host_is_closed_with_the_runtime)
{
    int living = 0;
    std::vector<outcome> got;
    {
        fixture f;
        check::counted captured(living);
        CHECK(f.rt.ask(f.to, later{}, 1s, [&got, captured = std::move(captured)](answer<std::string> reply) {
                       got.push_back(reply.outcome());
                   }).ok());
        f.rt.run_until_idle();
        CHECK(living == 1 && got.empty());
        f.rt.close();
    }
    CHECK(living == 0 && got.size() == 1 && got[0] != outcome::reply);
}

TEST(a_reply_that_outlives_its_runtime_is_harmless)
{
    std::vector<actor_rt::reply<std::string>> kept;
    {
        actor_rt::runtime rt;
        const auto to = rt.spawn<server>(kept);
        CHECK(rt.ask(to, later{}, 1h, [](answer<std::string>) {}).ok());
        rt.run_until_idle();
    }
    CHECK(kept.size() == 1);
    CHECK(!kept[0].send("nobody").ok());
    kept.clear();
}

TEST(a_released_reply_is_answered_from_another_thread)
{
    fixture f;
    std::string got;
    CHECK(f.rt.ask(f.to, later{}, 1s, [&](answer<std::string> reply) { got = *reply; }).ok());
    f.rt.run_until_idle();
    const actor_rt::ask_token token = f.kept[0].release();
    const actor_rt::remote door = f.rt.make_remote();
    std::thread([door, token] { CHECK(door.reply(token, std::string("from afar")).ok()); }).join();
    f.rt.run_until_idle();
    CHECK(got == "from afar");
}

namespace {
struct start {
    static constexpr std::string_view tag_name = "test.start";
};
struct client : actor_rt::actor<client, start> {
    actor_rt::actor_ref<server> to;
    std::int64_t& result;
    check::counted alive;
    client(actor_rt::actor_ref<server> whom, std::int64_t& where, int& living) : to(whom), result(where), alive(living) {}

    void on(actor_rt::context& cx, start)
    {
        CHECK(cx.ask(to, square{3}, 1s, [this](actor_rt::context& inner, answer<std::int64_t> first) {
                    CHECK(inner.self() == actor_rt::actor_ref<>(self(inner)));
                    result += *first;
                    CHECK(inner.ask(to, square{4}, 1s, [this](answer<std::int64_t> second) { result += *second; }).ok());
                }).ok());
        CHECK(cx.ask(to, later{}, 1s, [this](answer<std::string>) { result = -1; }).ok());
    }
};
} // namespace

TEST(an_actor_asks_and_its_callback_may_ask_again)
{
    fixture f;
    std::int64_t result = 0;
    int living = 0;
    const auto asker = f.rt.spawn<client>(f.to, result, living);
    CHECK(f.rt.post(asker, start{}).ok());
    f.rt.run_until_idle();
    CHECK(result == 25);
    // The open ask goes with the actor; its callback, which holds `this`, is not called.
    CHECK(f.rt.stop(asker).ok());
    f.rt.run_until_idle();
    CHECK(living == 0 && result == 25);
}

TEST(what_the_callback_of_a_host_ask_throws_reaches_the_host_and_later_asks_work)
{
    fixture f;
    CHECK(f.rt.ask(f.to, square{1}, 1s, [](answer<std::int64_t>) { throw std::runtime_error("callback"); }).ok());
    bool thrown = false;
    try {
        f.rt.run_until_idle();
    } catch (const std::runtime_error&) {
        thrown = true;
    }
    CHECK(thrown);
    std::int64_t got = 0;
    CHECK(f.rt.ask(f.to, square{5}, actor_rt::no_deadline, [&](answer<std::int64_t> reply) { got = *reply; }).ok());
    f.rt.run_until_idle();
    CHECK(got == 25);
}

namespace {
/// Its codec does what the test says when the value is written.
struct scripted {
    static constexpr std::string_view tag_name = "test.scripted";
    using reply_type = std::int64_t;
    std::function<void()> when_written;
};
} // namespace

template <>
struct actor_rt::codec<scripted> {
    static std::string encode(const scripted& value)
    {
        value.when_written();
        return std::string();
    }
    static std::optional<scripted> decode(const void*, std::size_t) { return scripted{[] {}}; }
};

namespace {
struct reader : actor_rt::actor<reader, scripted, square> {
    std::int64_t on(actor_rt::context&, const scripted&) { return 1; }
    std::int64_t on(actor_rt::context&, const square& message) { return message.value; }
};

/// Whether a call throws what `unwritable` throws when it is written.
template <class Call>
bool throws_when_written(Call&& call)
{
    try {
        (void)call();
    } catch (const std::runtime_error& thrown) {
        return thrown.what() == std::string("not writable");
    }
    return false;
}
const scripted unwritable{[] { throw std::runtime_error("not writable"); }};
} // namespace

// Its callback stayed without a key, and was told `closed` at the runtime's end although nothing had been asked.
TEST(an_ask_whose_message_cannot_be_written_never_happened)
{
    int living = 0;
    int told = 0;
    actor_rt::runtime rt;
    const auto to = rt.spawn<reader>();
    const auto ask = [&](const scripted& value) {
        return rt.ask(to, value, 1s, [&told, captured = check::counted(living)](answer<std::int64_t>) { ++told; });
    };
    CHECK(ask(scripted{[] {}}).ok()); // The first ask of the host's spawns who asks.
    rt.run_until_idle();
    CHECK(told == 1 && living == 0);
    CHECK(throws_when_written([&] { return ask(unwritable); }));
    CHECK(throws_when_written([&] {
        return actor_rt::ask_all(rt, std::vector<actor_rt::actor_ref<reader>>{to, to}, unwritable, 1s,
                                 [&told, captured = check::counted(living)](std::vector<answer<std::int64_t>>) { ++told; });
    }));
    CHECK(living == 0 && rt.pending().asks == 0);
    CHECK(ask(scripted{[] {}}).ok());
    rt.run_until_idle();
    CHECK(told == 2);
    rt.close();
    CHECK(told == 2 && living == 0);
}

// The inner ask took the place of the outer one's callback, which was then lost or given the other one's answer.
TEST(a_message_that_asks_while_it_is_written_gets_its_own_answer)
{
    actor_rt::runtime rt;
    const auto to = rt.spawn<reader>();
    std::int64_t inner = 0;
    std::int64_t outer = 0;
    const scripted asks{[&] { CHECK(rt.ask(to, square{7}, 1s, [&](answer<std::int64_t> got) { inner = *got; }).ok()); }};
    CHECK(rt.ask(to, asks, 1s, [&](answer<std::int64_t> got) { outer = *got; }).ok());
    rt.run_until_idle();
    CHECK(inner == 7 && outer == 1);
}

// The callback stayed with the runtime until that ended.
TEST(what_is_to_be_told_of_a_message_that_cannot_be_written_goes_at_once)
{
    int living = 0;
    int told = 0;
    actor_rt::runtime rt;
    const auto to = rt.spawn<reader>();
    const auto team = actor_rt::spawn_pool<reader>(rt, actor_rt::pool_options());
    CHECK(throws_when_written([&] {
        return actor_rt::post_when_room(rt, to, unwritable, 1s, [&told, captured = check::counted(living)](actor_rt::sent) { ++told; });
    }));
    CHECK(living == 0);
    CHECK(throws_when_written([&] {
        return actor_rt::submit(rt, team, unwritable, actor_rt::job_options(),
                                [&told, captured = check::counted(living)](const actor_rt::job_outcome&) { ++told; });
    }));
    CHECK(living == 0);
    rt.run_until_idle();
    rt.close();
    CHECK(told == 0);
}

namespace {
struct degrees {
    static constexpr std::string_view tag_name = "test.degrees";
    using reply_type = double;
    enum class way { reply_to, keep_reply_for, reply, keep_reply, reply_to_another };
    way how;
};
struct thermometer : actor_rt::actor<thermometer, degrees, square> {
    void on(actor_rt::context& cx, const degrees& message)
    {
        switch (message.how) {
        case degrees::way::reply_to: CHECK(cx.reply_to<degrees>(20).ok()); break;
        case degrees::way::keep_reply_for: CHECK(cx.keep_reply_for<degrees>().send(21).ok()); break;
        case degrees::way::reply: (void)cx.reply(22); break;
        case degrees::way::keep_reply: (void)cx.keep_reply<int>().send(23); break;
        case degrees::way::reply_to_another: (void)cx.reply_to<square>(24); break;
        }
    }
    void on(actor_rt::context& cx, const square& message) { CHECK(cx.reply(message.value).ok()); }
};

/// Asks a thermometer that answers so: what came, and what the runtime threw meanwhile.
struct told {
    outcome how = outcome::lost;
    double degrees = 0;
    art_status thrown = ART_OK;
    std::string text;
};
told read(degrees::way how)
{
    told got;
    actor_rt::runtime rt;
    CHECK(rt.ask(rt.spawn<thermometer>(), degrees{how}, 1s, [&](answer<double> came) {
                got.how = came.outcome();
                got.degrees = came ? *came : 0;
            }).ok());
    try {
        rt.run_until_idle();
    } catch (const actor_rt::error& thrown) {
        got.thrown = thrown.status().code();
        got.text = thrown.what();
    }
    rt.run_until_idle();
    return got;
}
} // namespace

TEST(an_answer_that_is_typed_by_the_message_is_converted_to_its_reply_type)
{
    CHECK(read(degrees::way::reply_to).degrees == 20);
    CHECK(read(degrees::way::keep_reply_for).degrees == 21);
    actor_rt::runtime rt;
    std::int64_t same = 0;
    CHECK(rt.ask(rt.spawn<thermometer>(), square{5}, 1s, [&](answer<std::int64_t> got) { same = *got; }).ok());
    rt.run_until_idle();
    CHECK(same == 5);
}

// An `int` for a message that is answered by a `double` went out, and its asker could not read it.
TEST(an_answer_of_another_type_than_the_messages_fails_who_gives_it)
{
    for (const degrees::way how : {degrees::way::reply, degrees::way::keep_reply}) {
        const told got = read(how);
        CHECK(got.how == outcome::no_reply && got.thrown == ART_INVALID_ARGUMENT);
        CHECK(got.text.find("another type than its reply_type") != std::string::npos);
    }
    const told got = read(degrees::way::reply_to_another);
    CHECK(got.how == outcome::no_reply && got.thrown == ART_INVALID_ARGUMENT);
    CHECK(got.text.find("another message") != std::string::npos);
}
