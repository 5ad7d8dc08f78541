// Handlers that are coroutines: they wait for answers and for time, and end with their actor wherever they are.
#include "check.hpp"

#include <actor_rt/asking.hpp>
#include <actor_rt/coroutine.hpp>

#include <memory>
#include <stdexcept>

using namespace std::chrono_literals;

namespace {
struct get {
    static constexpr std::string_view tag_name = "test.get";
    using reply_type = int;
};
struct sum {
    static constexpr std::string_view tag_name = "test.sum";
    using reply_type = int;
};
struct sum_of_two {
    static constexpr std::string_view tag_name = "test.sum_of_two";
    using reply_type = int;
};
struct nap {
    static constexpr std::string_view tag_name = "test.nap";
    int milliseconds;
};
struct boom {
    static constexpr std::string_view tag_name = "test.boom";
};
struct item {
    static constexpr std::string_view tag_name = "test.item";
};

struct source : actor_rt::actor<source, get> {
    int value;
    bool silent;
    explicit source(int given, bool mute = false) : value(given), silent(mute) {}
    void on(actor_rt::context& cx, get)
    {
        if (!silent) {
            CHECK(cx.reply(value).ok());
        } else {
            kept.push_back(cx.keep_reply<int>());
        }
    }
    std::vector<actor_rt::reply<int>> kept;
};

struct adder : actor_rt::actor<adder, sum, sum_of_two, nap, boom, item> {
    actor_rt::actor_ref<source> left;
    actor_rt::actor_ref<source> right;
    int& naps;
    std::shared_ptr<int> witness;
    int items = 0;
    adder(actor_rt::actor_ref<source> one, actor_rt::actor_ref<source> other, int& count, std::shared_ptr<int> proof)
        : left(one), right(other), naps(count), witness(std::move(proof))
    {
    }

    actor_rt::task<int> on(actor_rt::async_context cx, sum)
    {
        const auto alive = witness; // Shows that the frame is freed.
        auto first = co_await cx.ask(left, get{}, 50ms);
        auto other = co_await cx.ask(right, get{}, 50ms);
        CHECK(cx->self().id() != 0);
        co_return first && other ? *first + *other : -static_cast<int>(other.outcome());
    }
    actor_rt::task<int> on(actor_rt::async_context cx, sum_of_two)
    {
        const auto alive = witness;
        const std::vector<actor_rt::actor_ref<source>> both = {left, right};
        auto none = co_await actor_rt::ask_all(cx, both, get{}, 50ms, 3);
        CHECK(none.size() == 2 && none[0].outcome() == actor_rt::outcome::refused);
        auto all = co_await actor_rt::ask_all(cx, both, get{}, 50ms);
        co_return all[0] && all[1] ? *all[0] + *all[1] : -static_cast<int>(all[1].outcome());
    }
    actor_rt::task<> on(actor_rt::async_context cx, nap message)
    {
        const auto alive = witness;
        const auto before = cx->now();
        CHECK(co_await cx.sleep(std::chrono::milliseconds(message.milliseconds)));
        CHECK(cx->now() - before >= std::chrono::milliseconds(message.milliseconds));
        ++naps;
    }
    actor_rt::task<> on(actor_rt::async_context cx, boom)
    {
        const auto alive = witness;
        (void)co_await cx.sleep(1ms);
#ifndef ACTOR_RT_NO_EXCEPTIONS
        throw std::runtime_error("boom");
#endif
    }
    void on(actor_rt::context&, item) { ++items; }
};

struct fixture {
    check::manual_clock clock;
    int naps = 0;
    std::shared_ptr<int> witness = std::make_shared<int>(0);
    actor_rt::runtime rt{clock.options()};
    actor_rt::actor_ref<source> left = rt.spawn<source>(3);
    actor_rt::actor_ref<source> right = rt.spawn<source>(4);
    actor_rt::actor_ref<source> mute = rt.spawn<source>(5, true);

    actor_rt::actor_ref<adder> make(actor_rt::actor_ref<source> one, actor_rt::actor_ref<source> other)
    {
        return rt.spawn<adder>(one, other, naps, witness);
    }
    /// Frames that wait: each holds a witness besides the actor's own and ours.
    long frames(long actors) const { return witness.use_count() - 1 - actors; }
};
} // namespace

TEST(a_coroutine_awaits_answers_and_returns_the_reply)
{
    fixture f;
    const auto a = f.make(f.left, f.right);
    int got = 0;
    CHECK(f.rt.ask(a, sum{}, actor_rt::no_deadline, [&got](actor_rt::answer<int> answer) { got = *answer; }).ok());
    f.rt.run_until_idle();
    CHECK(got == 7 && f.frames(1) == 0);
}

TEST(a_message_that_is_no_ask_runs_the_coroutine_too)
{
    fixture f;
    const auto a = f.make(f.left, f.right);
    CHECK(f.rt.post(a, sum{}).ok());
    f.rt.run_until_idle();
    CHECK(f.frames(1) == 0);
}

TEST(an_awaited_ask_has_its_outcome_by_its_deadline)
{
    fixture f;
    const auto a = f.make(f.left, f.mute);
    int got = 0;
    CHECK(f.rt.ask(a, sum{}, actor_rt::no_deadline, [&got](actor_rt::answer<int> answer) { got = *answer; }).ok());
    f.rt.run_until_idle();
    CHECK(got == 0 && f.frames(1) == 1);
    f.clock.now += 51ms;
    f.rt.run_until_idle();
    CHECK(got == -static_cast<int>(actor_rt::outcome::timeout) && f.frames(1) == 0);
}

TEST(an_ask_of_nobody_is_closed_and_one_with_a_foreign_id_refused)
{
    fixture f;
    const auto ended = f.rt.spawn<source>(1);
    CHECK(f.rt.kill(ended).ok());
    f.rt.run_until_idle();
    int got = 0;
    const auto store = [&got](actor_rt::answer<int> answer) { got = *answer; };
    CHECK(f.rt.ask(f.make(f.left, ended), sum{}, actor_rt::no_deadline, store).ok());
    f.rt.run_until_idle();
    CHECK(got == -static_cast<int>(actor_rt::outcome::closed));
    // An id of another kind: the library refuses the ask itself.
    const actor_rt::timer armed = f.rt.after(f.make(f.left, f.right), 1h, item{});
    CHECK(f.rt.ask(f.make(f.left, actor_rt::actor_ref<source>(armed.id)), sum{}, actor_rt::no_deadline, store).ok());
    f.rt.run_until_idle();
    CHECK(got == -static_cast<int>(actor_rt::outcome::refused));
}

TEST(while_a_coroutine_waits_its_actor_handles_others)
{
    fixture f;
    const auto a = f.make(f.left, f.right);
    for (const int length : {30, 10, 20}) {
        CHECK(f.rt.post(a, nap{length}).ok());
    }
    f.rt.run_until_idle();
    CHECK(f.naps == 0 && f.frames(1) == 3);
    for (int done = 1; done <= 3; ++done) {
        f.clock.now += 10ms;
        f.rt.run_until_idle();
        CHECK(f.naps == done && f.frames(1) == 3 - done);
    }
}

TEST(a_coroutine_ends_with_its_actor_wherever_it_is)
{
    fixture f;
    const auto stopped = f.make(f.mute, f.right);
    const auto killed = f.make(f.left, f.mute);
    CHECK(f.rt.post(stopped, sum{}).ok());
    CHECK(f.rt.post(stopped, nap{10}).ok());
    CHECK(f.rt.post(killed, sum{}).ok());
    f.rt.run_until_idle();
    CHECK(f.frames(2) == 3);
    CHECK(f.rt.stop(stopped).ok());
    CHECK(f.rt.kill(killed).ok());
    f.rt.run_until_idle();
    CHECK(f.frames(0) == 0);
    f.clock.now += 1h;
    f.rt.run_until_idle();
    CHECK(f.naps == 0);
}

TEST(a_coroutine_waits_for_the_answers_of_several)
{
    fixture f;
    std::vector<int> got;
    for (const auto other : {f.right, f.mute}) {
        const auto a = f.make(f.left, other);
        CHECK(f.rt.ask(a, sum_of_two{}, 1s, [&got](actor_rt::answer<int> answer) { got.push_back(*answer); }).ok());
        f.rt.run_until_idle();
        f.clock.now += 60ms;
        f.rt.run_until_idle();
    }
    CHECK((got == std::vector<int>{7, -static_cast<int>(actor_rt::outcome::timeout)}) && f.frames(2) == 0);
    // One that ends meanwhile frees it.
    const auto a = f.make(f.left, f.mute);
    CHECK(f.rt.post(a, sum_of_two{}).ok());
    f.rt.run_until_idle();
    CHECK(f.rt.kill(a).ok());
    f.rt.run_until_idle();
    CHECK(f.frames(2) == 0);
}

TEST(a_coroutine_ends_with_its_runtime)
{
    const auto witness = std::make_shared<int>(0);
    {
        fixture f;
        f.witness = witness;
        const auto a = f.make(f.mute, f.mute);
        CHECK(f.rt.post(a, sum{}).ok());
        CHECK(f.rt.post(a, nap{10}).ok());
        f.rt.run_until_idle();
        CHECK(witness.use_count() == 5);
    }
    CHECK(witness.use_count() == 1);
}

TEST(an_ask_whose_coroutine_ends_with_its_actor_gets_no_reply)
{
    fixture f;
    const auto a = f.make(f.mute, f.right);
    auto how = actor_rt::outcome::reply;
    CHECK(f.rt.ask(a, sum{}, actor_rt::no_deadline, [&how](actor_rt::answer<int> answer) { how = answer.outcome(); }).ok());
    f.rt.run_until_idle();
    CHECK(f.rt.kill(a).ok());
    f.rt.run_until_idle();
    CHECK(how == actor_rt::outcome::no_reply);
}

#ifndef ACTOR_RT_NO_EXCEPTIONS
TEST(what_a_coroutine_throws_fails_its_actor_and_reaches_the_host)
{
    fixture f;
    const auto a = f.make(f.left, f.right);
    CHECK(f.rt.post(a, boom{}).ok());
    f.rt.run_until_idle();
    f.clock.now += 2ms;
    bool thrown = false;
    try {
        f.rt.run_until_idle();
    } catch (const std::runtime_error& error) {
        thrown = std::string(error.what()) == "boom";
    }
    CHECK(thrown && f.frames(0) == 0 && f.rt.post(a, item{}) == ART_NOT_FOUND);
}
#endif
