// Supervisors and children as an administrator sees them.
#include "check.hpp"

#include <actor_rt/lambda.hpp>
#include <actor_rt/tree.hpp>

#include <memory>

using namespace std::chrono_literals;

namespace {
struct go {
    static constexpr std::string_view tag_name = "test.go";
    int what;
};

struct node : actor_rt::actor<node, go> {
    std::shared_ptr<int> living;
    explicit node(std::shared_ptr<int> count) : living(std::move(count)) { ++*living; }
    ~node()
    {
        if (living) {
            --*living;
        }
    }
    node(const node&) = delete;
    node& operator=(const node&) = delete;
    void on(actor_rt::context& cx, const go& message)
    {
        if (message.what == 7) {
            CHECK(cx.fail("told to").ok());
        }
    }
};

struct fixture {
    std::shared_ptr<int> living = std::make_shared<int>(0);
    actor_rt::runtime rt;
    actor_rt::tree of{rt};
    actor_rt::actor_ref<node> top = make("top", {});
    actor_rt::actor_ref<node> left = make("left", top, actor_rt::supervision().keep());
    actor_rt::actor_ref<node> right = make("right", top, actor_rt::supervision().significant());

    fixture() { rt.run_until_idle(); }
    actor_rt::actor_ref<node> make(const char* name, actor_rt::actor_ref<> parent, const actor_rt::supervision& care = actor_rt::supervision())
    {
        return rt.spawn_supervised<node>(care, actor_rt::actor_options().name(name).parent(parent), living);
    }
};
} // namespace

TEST(children_are_listed_counted_and_described)
{
    fixture f;
    CHECK((f.of.children() == std::vector<actor_rt::actor_ref<>>{f.top}));
    CHECK((f.of.children(f.top) == std::vector<actor_rt::actor_ref<>>{f.left, f.right}));
    CHECK(f.of.children(f.left).empty() && f.of.children(actor_rt::actor_ref<>(12)).empty());
    CHECK(f.of.count(f.top).entries == 2 && f.of.count().supervisors == 1);
    CHECK(f.of.supervisor_of(f.left) == f.top && !f.of.supervisor_of(f.top));
    const auto seen = f.of.describe(f.right, f.top);
    CHECK(seen && seen->name == "right" && seen->significant && !seen->is_supervisor && seen->restarts == 0);
    CHECK(seen->status == actor_rt::child_status::running && seen->restart == actor_rt::restart::transient);
    CHECK(f.of.describe(f.top)->is_supervisor && !f.of.describe(f.right));
}

TEST(a_child_is_terminated_started_anew_and_forgotten)
{
    fixture f;
    int ends = 0;
    CHECK(f.of.on_exit(f.left, [&ends](const actor_rt::actor_exit& exit) {
        CHECK(exit.kind() == actor_rt::stop_kind::stopped);
        ++ends;
    }).ok());
    CHECK(f.of.terminate(f.left).ok());
    f.rt.run_until_idle();
    CHECK(ends == 1 && *f.living == 2 && f.of.describe(f.left, f.top)->status == actor_rt::child_status::ended);
    actor_rt::status result;
    const auto again = f.of.restart(result, f.left, f.top);
    CHECK(result.ok() && again && again != f.left);
    f.rt.run_until_idle();
    CHECK(*f.living == 3 && f.rt.post(again, go{1}).ok());
    CHECK(!f.of.restart(result, f.left, f.top) && result == ART_NOT_FOUND);
    CHECK(f.of.terminate(again).ok());
    f.rt.run_until_idle();
    CHECK(f.of.forget(again, f.top).ok() && f.of.forget(again, f.top) == ART_NOT_FOUND && ends == 1);
}

TEST(who_hears_of_an_end_hears_once_also_if_the_child_is_started_anew)
{
    int ends = 0;
    {
        fixture f;
        auto how = actor_rt::actor_options().parent(f.top).on_end([&ends](actor_rt::actor_ref<>, const actor_rt::stop_cause& cause) {
            CHECK(cause.kind() == actor_rt::stop_kind::stopped || cause.kind() == actor_rt::stop_kind::dropped);
            ++ends;
        });
        const auto child = f.rt.spawn_supervised<node>(actor_rt::supervision(), std::move(how), f.living);
        f.rt.run_until_idle();
        CHECK(f.rt.post(child, go{7}).ok());
        f.rt.run_until_idle();
        CHECK(ends == 0 && f.of.describe(child, f.top)->restarts == 1);
        CHECK(f.of.terminate(child).ok());
        f.rt.run_until_idle();
        actor_rt::status result;
        CHECK(f.of.restart(result, child, f.top) && ends == 1);
        f.rt.run_until_idle();
    }
    CHECK(ends == 1);
}

TEST(an_actor_moves_to_another_supervisor_and_all_children_end_at_once)
{
    fixture f;
    CHECK(f.of.adopt({}, f.left).ok() && !f.of.supervisor_of(f.left));
    CHECK(f.of.adopt(f.left, f.top).ok() && f.of.supervisor_of(f.top) == f.left);
    CHECK(f.of.adopt(f.top, f.left) == ART_WRONG_KIND);
    int done = 0;
    CHECK(f.of.stop_children(f.left, [&done] { ++done; }).ok());
    CHECK(f.of.drain_children(actor_rt::actor_ref<>(12), [&done] { ++done; }) == ART_WRONG_KIND);
    f.rt.run_until_idle();
    CHECK(done == 1 && *f.living == 1);
}

TEST(all_end_in_order_and_who_had_to_be_killed_is_named)
{
    fixture f;
    bool called = false;
    CHECK(f.of.terminate_all(1h, [&called](const std::vector<actor_rt::actor_ref<>>& killed) { called = killed.empty(); }).ok());
    f.rt.run_until_idle();
    CHECK(called && *f.living == 0);
}

TEST(what_was_not_called_when_the_runtime_ends_is_freed)
{
    const auto witness = std::make_shared<int>(0);
    int ends = 0;
    {
        fixture f;
        CHECK(f.of.stop_children(f.top, [witness] { CHECK(*witness == 0); }).ok());
        CHECK(f.of.terminate_all(1h, [witness](const std::vector<actor_rt::actor_ref<>>&) { CHECK(*witness == 0); }).ok());
        CHECK(f.of.on_exit(f.top, [witness, &ends](const actor_rt::actor_exit&) { ++ends; }).ok());
        CHECK(witness.use_count() == 4);
    }
    CHECK(witness.use_count() == 1 && ends == 1);
}

TEST(linked_actors_fail_together_unless_one_traps)
{
    struct listener : actor_rt::actor<listener, go> {
        int& heard;
        explicit listener(int& count) : heard(count) {}
        void on(actor_rt::context&, const go&) {}
        void on_exit(actor_rt::context&, const actor_rt::actor_exit& exit)
        {
            CHECK(exit.kind() == actor_rt::stop_kind::failed);
            ++heard;
        }
    };
    fixture f;
    int heard = 0;
    const auto trapping = f.rt.spawn<listener>(heard);
    const auto other = f.rt.spawn<listener>(heard);
    const auto fails = f.rt.spawn<node>(f.living);
    CHECK(f.of.link(trapping, fails).ok() && f.of.link(other, fails).ok() && f.of.trap_exits(trapping, true).ok());
    CHECK(f.of.link(f.top, fails).ok() && f.of.unlink(fails, f.top).ok());
    f.rt.run_until_idle();
    CHECK(f.rt.post(fails, go{7}).ok());
    f.rt.run_until_idle();
    CHECK(heard == 1 && f.rt.post(trapping, go{1}).ok() && f.rt.post(f.top, go{1}).ok());
    CHECK(f.rt.post(other, go{1}) == ART_NOT_FOUND);
}

namespace {
struct greeted : actor_rt::actor<greeted> {
    void on_started(actor_rt::context&) {}
};
struct linked : actor_rt::actor<linked> {
    void on_exit(actor_rt::context&, const actor_rt::actor_exit&) {}
};
} // namespace

TEST(an_actor_that_declares_what_is_called_besides_is_in_the_tree_unless_that_is_on_exit_alone)
{
    actor_rt::runtime rt;
    const auto one = rt.spawn<greeted>();
    rt.spawn<linked>();
    const auto below = rt.spawn_with<greeted>(actor_rt::actor_options().parent(one));
    rt.run_until_idle();
    const actor_rt::tree of(rt);
    CHECK((of.children() == std::vector<actor_rt::actor_ref<>>{one}));
    CHECK((of.children(one) == std::vector<actor_rt::actor_ref<>>{below}));
    bool done = false;
    CHECK(of.terminate_all(1s, [&done](const std::vector<actor_rt::actor_ref<>>& killed) { done = killed.empty(); }).ok());
    rt.run_until_idle();
    CHECK(done && rt.pending().actors == 1);
}
