// What a runtime says about itself.
#include "check.hpp"

#include <actor_rt/inspect.hpp>

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
