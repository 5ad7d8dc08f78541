// What a runtime says about itself.
#include "check.hpp"

#include <actor_rt/inspect.hpp>
#include <actor_rt/observer.hpp>

#include <memory>

namespace {
struct item {
    static constexpr std::string_view tag_name = "test.item";
};
struct taker : actor_rt::actor<taker, item> {
    void on(actor_rt::context&, item) {}
};
} // namespace

TEST(all_of_a_runtime_is_shown_as_text)
{
    actor_rt::runtime rt;
    const auto to = rt.spawn_supervised<taker>(actor_rt::supervision(), actor_rt::actor_options().name("ada"));
    rt.run_until_idle();
    CHECK(rt.post(to, item{}).ok());
    actor_rt::inspection of(rt);
    const std::string json = of.json();
    CHECK(json.front() == '{' && json.back() == '}' && json.find("\"ada\"") != std::string::npos);
    CHECK(of.dot().rfind("digraph", 0) == 0);
}

TEST(lost_messages_are_counted_and_the_last_ones_kept)
{
    actor_rt::runtime rt;
    actor_rt::inspection of(rt);
    CHECK(of.last_lost().empty() && of.lost().not_found == 0);
    const auto to = rt.spawn<taker>();
    CHECK(rt.stop(to).ok());
    rt.run_until_idle();
    for (int number = 0; number < 40; ++number) {
        CHECK(rt.post(to, item{}) == ART_NOT_FOUND);
    }
    CHECK(of.lost().not_found == 40 && of.last_lost().size() == 32);
    const actor_rt::dead_letter last = of.last_lost().front();
    CHECK(last.reason == actor_rt::drop_reason::not_found && last.receiver == to && !last.sender && last.tag == actor_rt::tag_of<item>);
}

TEST(an_actors_work_is_counted_when_that_is_asked_for)
{
    actor_rt::runtime rt;
    actor_rt::inspection of(rt);
    const auto to = rt.spawn<taker>();
    rt.run_until_idle();
    CHECK(rt.post(to, item{}).ok());
    rt.run_until_idle();
    CHECK(of.counts(to)->messages == 0);
    CHECK(of.count(actor_rt::counting::messages).ok());
    CHECK(rt.post(to, item{}).ok() && rt.post(to, item{}).ok());
    CHECK(of.locate(to)->queued == 2 && of.locate(to)->life == ART_LIFE_READY);
    rt.run_until_idle();
    CHECK(of.counts(to)->messages == 2 && of.locate(to)->queued == 0);
    CHECK(rt.stop(to).ok());
    rt.run_until_idle();
    CHECK(!of.counts(to) && !of.locate(to));
}

namespace {
struct relay : actor_rt::actor<relay, item> {
    actor_rt::actor_ref<taker> to;
    std::optional<actor_rt::message_trace>& seen;
    relay(actor_rt::actor_ref<taker> whom, std::optional<actor_rt::message_trace>& where) : to(whom), seen(where) {}
    void on(actor_rt::context& cx, item)
    {
        seen = actor_rt::trace(cx);
        CHECK(cx.post(to, item{}).ok());
    }
};

struct record {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> sent;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> delivered;
    std::vector<actor_rt::actor_ref<>> receivers;
    int returned = 0;
    std::vector<actor_rt::drop_reason> lost;
};
/// Has all functions of an observer.
struct recorder {
    std::shared_ptr<record> to;
    void sent(std::uint64_t message, std::uint64_t cause) const { to->sent.emplace_back(message, cause); }
    void delivering(const actor_rt::delivery& one) const
    {
        if (one.tag() == actor_rt::tag_of<item>) {
            to->delivered.emplace_back(one.message(), one.cause());
            to->receivers.push_back(one.receiver());
        }
        CHECK(!one.type_name().empty());
    }
    void delivered() const { ++to->returned; }
    void lost(const actor_rt::dead_letter& one) const { to->lost.push_back(one.reason); }
};
/// Has one of them.
struct counter {
    std::shared_ptr<int> to;
    void delivered() const { ++*to; }
};
} // namespace

TEST(an_observer_sees_messages_their_causes_and_what_is_lost)
{
    actor_rt::runtime rt;
    const auto seen = std::make_shared<record>();
    std::optional<actor_rt::message_trace> inside;
    const auto last = rt.spawn<taker>();
    const auto first = rt.spawn<relay>(last, inside);
    rt.run_until_idle();
    CHECK(actor_rt::observe(rt, recorder{seen}).ok());
    rt.run_until_idle();
    CHECK(rt.post(first, item{}).ok());
    rt.run_until_idle();
    CHECK(seen->delivered.size() == 2 && seen->delivered[0].second == 0 && seen->delivered[1].second == seen->delivered[0].first);
    CHECK((seen->receivers == std::vector<actor_rt::actor_ref<>>{first, last}) && seen->returned >= 2);
    CHECK((seen->sent == seen->delivered) && inside && inside->message == seen->sent[0].first && inside->cause == 0);
    CHECK(rt.stop(last).ok());
    rt.run_until_idle();
    CHECK(rt.post(last, item{}) == ART_NOT_FOUND);
    CHECK((seen->lost == std::vector<actor_rt::drop_reason>{actor_rt::drop_reason::not_found}));
}

TEST(an_observer_goes_when_there_is_another_one_or_none_or_with_the_runtime)
{
    const auto seen = std::make_shared<record>();
    const auto count = std::make_shared<int>(0);
    {
        actor_rt::runtime rt;
        const auto to = rt.spawn<taker>();
        CHECK(actor_rt::observe(rt, recorder{seen}).ok() && seen.use_count() == 2);
        CHECK(actor_rt::observe(rt, counter{count}).ok() && seen.use_count() == 1);
        rt.run_until_idle();
        CHECK(rt.post(to, item{}).ok());
        rt.run_until_idle();
        CHECK(*count >= 1 && actor_rt::unobserve(rt).ok() && count.use_count() == 1);
        CHECK(actor_rt::observe(rt, counter{count}).ok());
    }
    CHECK(count.use_count() == 1);
    actor_rt::runtime none;
    none.close();
    CHECK(!actor_rt::observe(none, counter{count}).ok());
}
