// Questions to several at once, askers that wait, replies that go on, and one answer for all who ask for the same.
#include "check.hpp"

#include <actor_rt/asking.hpp>
#include <actor_rt/coalesce.hpp>

#include <memory>
#include <string>

using namespace std::chrono_literals;

namespace {
struct get {
    static constexpr std::string_view tag_name = "test.get";
    using reply_type = int;
};
struct noted {
    static constexpr std::string_view tag_name = "test.noted";
    int number;
};
struct find {
    static constexpr std::string_view tag_name = "test.find";
    using reply_type = std::string;
    int key;
};
struct found {
    static constexpr std::string_view tag_name = "test.found";
    int key;
};
struct then {
    static constexpr std::string_view tag_name = "test.then";
    int what;
};

/// Answers with its number, or not at all.
struct node : actor_rt::actor<node, get> {
    int number;
    explicit node(int one) : number(one) {}
    void on(actor_rt::context& cx, get)
    {
        if (number >= 0) {
            (void)cx.reply(number); // It may have been withdrawn.
            CHECK(!actor_rt::ask_deadline(cx));
        } else {
            open = cx.keep_reply<int>();
        }
    }
    actor_rt::reply<int> open;
};

/// Does what it is made of, and notes the rest.
struct doer : actor_rt::actor<doer, then, noted> {
    using action = void (*)(doer&, actor_rt::context&);
    action what;
    actor_rt::actor_ref<node> to;
    std::shared_ptr<std::vector<int>> seen;

    doer(action first, actor_rt::actor_ref<node> whom, std::shared_ptr<std::vector<int>> where)
        : what(first), to(whom), seen(std::move(where))
    {
    }
    void on(actor_rt::context& cx, then) { what(*this, cx); }
    void on(actor_rt::context&, const noted& one) { seen->push_back(one.number); }
};

struct fixture {
    check::manual_clock clock;
    std::vector<std::string> outcomes;
    std::shared_ptr<std::vector<int>> seen = std::make_shared<std::vector<int>>();
    actor_rt::runtime rt{clock.options()};

    std::vector<actor_rt::actor_ref<node>> nodes(std::initializer_list<int> numbers)
    {
        std::vector<actor_rt::actor_ref<node>> made;
        for (const int number : numbers) {
            made.push_back(rt.spawn<node>(number));
        }
        rt.run_until_idle();
        return made;
    }
    void run_at(std::chrono::nanoseconds now)
    {
        clock.now = now;
        rt.run_until_idle();
    }
    actor_rt::status ask(const std::vector<actor_rt::actor_ref<node>>& to, std::uint32_t enough)
    {
        return actor_rt::ask_all(
            rt, to, get{}, 10ms,
            [this](const std::vector<actor_rt::answer<int>>& all) {
                outcomes.clear();
                for (const auto& one : all) {
                    outcomes.push_back(one ? std::to_string(*one) : to_string(one.outcome()));
                }
            },
            enough);
    }
};
using texts = std::vector<std::string>;
} // namespace

TEST(several_are_asked_at_once_and_each_outcome_has_its_place)
{
    fixture f;
    auto all = f.nodes({1, -1, 3, 4});
    CHECK(f.rt.stop(all[3]).ok());
    f.rt.run_until_idle();
    CHECK(f.ask(all, actor_rt::all_replies).ok());
    f.run_at(5ms);
    CHECK(f.outcomes.empty());
    f.run_at(10ms);
    CHECK((f.outcomes == texts{"1", "timeout", "3", "closed"}));
    CHECK(f.ask({}, actor_rt::all_replies).ok());
    f.outcomes = {"none"};
    f.rt.run_until_idle();
    CHECK(f.outcomes.empty());
}

TEST(so_many_replies_are_enough_and_the_others_are_withdrawn)
{
    fixture f;
    const auto all = f.nodes({-1, 2, 3, -1});
    CHECK(f.ask(all, 2).ok());
    f.rt.run_until_idle();
    CHECK((f.outcomes == texts{"cancelled", "2", "3", "cancelled"}));
    CHECK(f.ask({all[0], all[1]}, actor_rt::first_reply).ok());
    f.rt.run_until_idle();
    CHECK((f.outcomes == texts{"cancelled", "2"}));
    CHECK(f.ask(all, 5) == ART_INVALID_ARGUMENT && f.ask({actor_rt::actor_ref<node>()}, 0) == ART_NOT_FOUND);
}

TEST(an_actor_that_asks_several_hears_it_in_a_turn_of_its_own_if_it_still_lives)
{
    fixture f;
    const auto nodes = f.nodes({7});
    const doer::action asks = [](doer& self, actor_rt::context& cx) {
        const auto heard = [&self](actor_rt::context& inner, const std::vector<actor_rt::answer<int>>& all) {
            CHECK(inner.self() && all.size() == 2);
            self.seen->push_back(*all[0] + *all[1]);
        };
        CHECK(actor_rt::ask_all(cx, std::vector<actor_rt::actor_ref<node>>{self.to, self.to}, get{}, 10ms, heard).ok());
    };
    const auto asker = f.rt.spawn<doer>(asks, nodes[0], f.seen);
    CHECK(f.rt.post(asker, then{}).ok());
    f.rt.run_until_idle();
    CHECK(*f.seen == std::vector<int>{14});
    const auto ending = f.rt.spawn<doer>(
        [](doer& self, actor_rt::context& cx) {
            const auto held = self.seen;
            const std::vector<actor_rt::actor_ref<node>> to = {self.to};
            CHECK(actor_rt::ask_all(cx, to, get{}, 10ms, [held](const std::vector<actor_rt::answer<int>>&) { held->push_back(0); }).ok());
            CHECK(cx.stop().ok());
        },
        nodes[0], f.seen);
    CHECK(f.rt.post(ending, then{}).ok());
    f.rt.run_until_idle();
    CHECK(f.seen->size() == 1 && f.seen.use_count() == 2); // The other one is the first asker's.
}

TEST(the_host_hears_of_what_it_asked_several_when_its_runtime_ends)
{
    texts outcomes;
    const auto held = std::make_shared<int>(0);
    {
        actor_rt::runtime rt;
        const std::vector<actor_rt::actor_ref<node>> to = {rt.spawn<node>(-1), rt.spawn<node>(-1)};
        const auto heard = [&outcomes, held](const std::vector<actor_rt::answer<int>>& all) {
            for (const auto& one : all) {
                outcomes.push_back(to_string(one.outcome()));
            }
        };
        CHECK(actor_rt::ask_all(rt, to, get{}, actor_rt::no_deadline, heard).ok());
        rt.run_until_idle();
    }
    CHECK((outcomes == texts{"closed", "closed"}) && held.use_count() == 1);
}

TEST(an_asker_that_holds_handles_nothing_else_until_the_answer)
{
    fixture f;
    const auto nodes = f.nodes({-1});
    const auto asker = f.rt.spawn<doer>(
        [](doer& self, actor_rt::context& cx) {
            const auto heard = [&self](const actor_rt::answer<int>& one) { self.seen->push_back(one ? *one : -2); };
            CHECK(actor_rt::ask_holding(cx, self.to, get{}, 10ms, heard).ok());
            CHECK(actor_rt::ask_holding(cx, self.to, get{}, 10ms, heard) == ART_WRONG_STATE);
        },
        nodes[0], f.seen);
    CHECK(f.rt.post(asker, then{}).ok() && f.rt.post(asker, noted{5}).ok());
    f.run_at(0ms);
    f.run_at(9ms);
    CHECK(f.seen->empty());
    f.run_at(10ms);
    CHECK((*f.seen == std::vector<int>{-2, 5}));
}

TEST(an_actor_that_would_wait_for_itself_is_refused)
{
    fixture f;
    struct selfish : actor_rt::actor<selfish, get> {
        std::string path;
        void on(actor_rt::context& cx, get)
        {
            const auto refused = actor_rt::ask_holding(cx, self(cx), get{}, 10ms, [](const actor_rt::answer<int>&) { CHECK(false); });
            CHECK(refused == ART_WOULD_DEADLOCK && !cx.last_message().empty());
        }
    };
    CHECK(f.rt.post(f.rt.spawn<selfish>(), get{}).ok());
    CHECK(f.rt.run_until_idle() != 0);
}

TEST(a_reply_goes_on_to_a_third_actor_as_a_message)
{
    fixture f;
    const auto nodes = f.nodes({8, -1});
    const auto sink = f.rt.spawn<doer>([](doer&, actor_rt::context&) {}, nodes[0], f.seen);
    CHECK(actor_rt::ask_forward<noted>(f.rt, nodes[0], get{}, 10ms, sink).ok());
    f.rt.run_until_idle();
    CHECK(*f.seen == std::vector<int>{8});
    // Nobody hears of what is withdrawn, or of no reply.
    actor_rt::ask_token token;
    CHECK(actor_rt::ask_forward<noted>(f.rt, nodes[1], get{}, 10ms, sink, &token).ok() && f.rt.cancel(token).ok());
    CHECK(actor_rt::ask_forward<noted>(f.rt, nodes[1], get{}, 10ms, sink).ok());
    f.run_at(20ms);
    CHECK(f.seen->size() == 1);
}

TEST(who_is_asked_sees_until_when_that_is_worth_an_answer)
{
    fixture f;
    struct clerk : actor_rt::actor<clerk, get> {
        std::vector<std::optional<actor_rt::time_point>>& until;
        explicit clerk(std::vector<std::optional<actor_rt::time_point>>& where) : until(where) {}
        void on_start(actor_rt::context& cx) { CHECK(!actor_rt::ask_deadline(cx)); }
        int on(actor_rt::context& cx, get)
        {
            until.push_back(actor_rt::ask_deadline(cx));
            return 0;
        }
    };
    std::vector<std::optional<actor_rt::time_point>> until;
    const auto to = f.rt.spawn<clerk>(until);
    const auto ignore = [](const actor_rt::answer<int>&) {};
    CHECK(f.rt.ask(to, get{}, 10ms, ignore).ok() && f.rt.ask(to, get{}, actor_rt::no_deadline, ignore).ok() && f.rt.post(to, get{}).ok());
    f.run_at(1ms);
    CHECK(until.size() == 3 && until[0] == actor_rt::time_point(10ms) && until[1] == actor_rt::never && !until[2]);
}

namespace {
/// Finds what several ask for once.
struct library : actor_rt::actor<library, find, found, then> {
    std::vector<int>& looked;
    explicit library(std::vector<int>& where) : looked(where) {}
    void on(actor_rt::context& cx, const find& wanted)
    {
        const std::string key = std::to_string(wanted.key);
        const std::size_t before = actor_rt::coalesced_count(cx, key);
        switch (actor_rt::coalesce(cx, key)) {
        case actor_rt::coalesced::first:
            CHECK(before == 0);
            looked.push_back(wanted.key);
            break;
        case actor_rt::coalesced::waits: CHECK(before != 0); break;
        case actor_rt::coalesced::refused: looked.push_back(-1);
        }
    }
    void on(actor_rt::context& cx, const found& one)
    {
        const std::string key = std::to_string(one.key);
        const std::size_t waiting = actor_rt::coalesced_count(cx, key);
        std::size_t answered = 9;
        CHECK(actor_rt::coalesced_reply(cx, key, "page " + key, &answered).ok() && answered == waiting);
        CHECK(actor_rt::coalesced_count(cx, key) == 0);
    }
    void on(actor_rt::context& cx, const then& drop)
    {
        std::size_t dropped = 0;
        CHECK(actor_rt::coalesced_drop(cx, std::to_string(drop.what), &dropped).ok() && dropped == 1);
    }
};
} // namespace

TEST(asks_for_the_same_wait_for_one_answer)
{
    std::vector<int> looked;
    texts got; // Before the runtime, whose end adds to it.
    fixture f;
    const auto to = f.rt.spawn<library>(looked);
    const auto ask = [&](int key) {
        const auto heard = [&got](const actor_rt::answer<std::string>& one) { got.push_back(one ? *one : to_string(one.outcome())); };
        CHECK(f.rt.ask(to, find{key}, 10ms, heard).ok());
    };
    ask(1);
    ask(2);
    ask(1);
    f.rt.run_until_idle();
    CHECK((looked == std::vector<int>{1, 2}) && got.empty());
    CHECK(f.rt.post(to, found{1}).ok() && f.rt.post(to, then{2}).ok());
    f.rt.run_until_idle();
    CHECK((got == texts{"page 1", "page 1", "no reply"}));
    ask(1);
    CHECK(f.rt.post(to, find{4}).ok());
    f.rt.run_until_idle();
    CHECK((looked == std::vector<int>{1, 2, 1, -1}));
}
