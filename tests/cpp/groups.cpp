// Names, groups and ports: who is found under which name, and who gets what is said to many.
#include "check.hpp"

#include <actor_rt/groups.hpp>
#include <actor_rt/names.hpp>
#include <actor_rt/port.hpp>

#include <algorithm>
#include <memory>
#include <string>

namespace {
struct item {
    static constexpr std::string_view tag_name = "test.item";
    int number;
};

/// Notes what it gets and what it hears.
struct listener : actor_rt::actor<listener, item> {
    using notes = std::shared_ptr<std::vector<std::string>>;
    notes to;
    explicit listener(notes where) : to(std::move(where)) {}
    void on(actor_rt::context& cx, const item& one)
    {
        const std::uint64_t lost = actor_rt::losses(cx.message());
        to->push_back(std::to_string(one.number) + (lost == 0 ? "" : " after " + std::to_string(lost)));
    }
    void on_other(actor_rt::context& cx, const actor_rt::message& one)
    {
        if (const auto news = actor_rt::name_change::read(one)) {
            to->push_back(std::string(news->name) + (news->holder ? " held" : " free"));
        } else if (const auto change = actor_rt::membership::read(one)) {
            to->push_back(std::string(change->scope) + "/" + std::string(change->group) + (change->joined ? " +" : " -"));
        } else {
            actor::on_other(cx, one);
        }
    }
};

struct fixture {
    actor_rt::runtime rt;
    listener::notes notes = std::make_shared<std::vector<std::string>>();
    actor_rt::actor_ref<listener> one = rt.spawn<listener>(notes);
    actor_rt::actor_ref<listener> other = rt.spawn<listener>(notes);

    fixture() { rt.run_until_idle(); }
    std::vector<std::string> heard()
    {
        rt.run_until_idle();
        return std::exchange(*notes, {});
    }
};
using texts = std::vector<std::string>;
} // namespace

TEST(names_are_listed_taken_away_and_watched)
{
    fixture f;
    actor_rt::names of(f.rt);
    CHECK(of.list().empty());
    CHECK(of.watch(f.other, "b").ok() && f.heard() == texts{"b free"});
    CHECK(f.rt.register_name("b", f.one).ok() && f.rt.register_name("a", f.one).ok());
    CHECK((of.list() == texts{"a", "b"}) && f.heard() == texts{"b held"});
    CHECK(of.unregister("b") == f.one && !of.unregister("b") && f.heard() == texts{"b free"});
    CHECK(of.unwatch(f.other, "b").ok() && of.unwatch(f.other, "b") == ART_NOT_FOUND);
    CHECK(f.rt.register_name("b", f.one).ok() && f.heard().empty());
    CHECK(f.rt.stop(f.one).ok());
    f.rt.run_until_idle();
    CHECK(of.list().empty());
}

TEST(a_group_has_its_members_and_each_gets_what_is_posted_to_it)
{
    fixture f;
    actor_rt::groups of(f.rt);
    CHECK(of.members("g").empty() && of.list().empty() && of.scopes().empty());
    CHECK(of.join("g", f.one).ok() && of.join("g", f.other).ok() && of.join("g", f.one) == ART_ALREADY_EXISTS);
    CHECK((of.members<listener>("g") == std::vector<actor_rt::actor_ref<listener>>{f.one, f.other}));
    std::size_t taken = 0;
    CHECK(of.post("g", item{3}, &taken).ok() && taken == 2);
    CHECK((f.heard() == texts{"3", "3"}));
    CHECK(of.leave("g", f.one).ok() && of.leave("g", f.one) == ART_NOT_FOUND);
    CHECK(of.post("g", item{4}, &taken).ok() && taken == 1 && f.heard() == texts{"4"});
    CHECK(f.rt.stop(f.other).ok());
    f.rt.run_until_idle();
    CHECK(of.list().empty() && of.post("g", item{5}, &taken).ok() && taken == 0);
}

TEST(groups_of_one_name_in_two_scopes_are_two)
{
    fixture f;
    actor_rt::groups of(f.rt);
    const std::string far = "far";
    CHECK(of.join({"g", far}, f.one).ok() && of.join("h", f.other).ok() && of.join(std::string("g"), f.other).ok());
    CHECK((of.list() == texts{"g", "h"}) && of.list(far) == texts{"g"});
    CHECK((of.scopes() == texts{"", "far"}));
    CHECK((of.members({"g", far}) == std::vector<actor_rt::actor_ref<>>{f.one}));
}

TEST(a_watcher_hears_who_joins_and_leaves)
{
    fixture f;
    actor_rt::groups of(f.rt);
    CHECK(of.watch(f.other, "g").ok() && of.watch_scope(f.other, "far").ok());
    CHECK(of.join("g", f.one).ok() && of.join({"k", "far"}, f.one).ok() && of.join({"g", "else"}, f.one).ok());
    CHECK((f.heard() == texts{"/g +", "far/k +"}));
    CHECK(of.leave("g", f.one).ok() && of.leave({"k", "far"}, f.one).ok());
    CHECK((f.heard() == texts{"/g -", "far/k -"}));
    CHECK(of.unwatch(f.other, "g").ok() && of.unwatch_scope(f.other, "far").ok());
    CHECK(of.unwatch(f.other, "g") == ART_NOT_FOUND && of.unwatch_scope(f.other, "far") == ART_NOT_FOUND);
    CHECK(of.join("g", f.one).ok() && f.heard().empty());
    // All scopes, and the default one alone.
    CHECK(of.watch_scope(f.other).ok());
    CHECK(of.join({"k", "far"}, f.one).ok() && f.heard() == texts{"far/k +"});
    CHECK(of.unwatch_scope(f.other).ok() && of.watch_scope(f.other, "").ok());
    CHECK(of.join("h", f.one).ok() && of.join({"h", "far"}, f.one).ok() && f.heard() == texts{"/h +"});
}

TEST(a_port_gives_each_value_to_its_subscribers_and_tells_what_was_lost)
{
    fixture f;
    actor_rt::port<item> port(f.rt);
    std::size_t taken = 9;
    CHECK(port.publish(item{0}, &taken).ok() && taken == 0);
    CHECK(port.subscribe(f.one, 2).ok() && port.subscribe(f.other, 2, actor_rt::backlog::drop_newest).ok());
    for (int number = 1; number <= 4; ++number) {
        CHECK(port.publish(item{number}).ok());
    }
    CHECK(port.subscribers() == 2);
    const texts heard = f.heard();
    CHECK(std::count(heard.begin(), heard.end(), "3 after 2") == 1 && std::count(heard.begin(), heard.end(), "4") == 1);
    CHECK(std::count(heard.begin(), heard.end(), "1") == 1 && std::count(heard.begin(), heard.end(), "2") == 1 && heard.size() == 4);
    CHECK(port.unsubscribe(f.one).ok() && port.unsubscribe(f.one) == ART_NOT_FOUND);
    CHECK(port.publish(item{5}, &taken).ok() && taken == 1);
    CHECK((f.heard() == texts{"5 after 2"}));
}

TEST(a_port_moves_and_ends_with_its_object_or_its_runtime)
{
    auto rt = std::make_unique<actor_rt::runtime>();
    actor_rt::port<item> first(*rt);
    const art_port id = first.id();
    actor_rt::port<item> second(std::move(first));
    CHECK(second.id() == id && first.id() == 0 && first.publish(item{1}) == ART_NULL_POINTER);
    {
        const actor_rt::port<item> gone(std::move(second));
    }
    std::size_t count = 0;
    CHECK(art_port_subscribers(rt->get(), id, &count) == ART_NOT_FOUND);
    actor_rt::port<item> late(*rt);
    rt.reset();
    CHECK(late.publish(item{1}) == ART_NULL_POINTER && late.subscribers() == 0);
}
