// Actors of functions.
#include "check.hpp"

#include <actor_rt/lambda.hpp>

#include <memory>
#include <stdexcept>

using namespace std::chrono_literals;

namespace {
struct add {
    static constexpr std::string_view tag_name = "test.add";
    int amount;
};
struct get {
    static constexpr std::string_view tag_name = "test.get";
    using reply_type = int;
};
struct quit {
    static constexpr std::string_view tag_name = "test.quit";
};
struct parcel {
    static constexpr std::string_view tag_name = "test.parcel";
    check::counted content;
};
} // namespace

TEST(each_function_handles_its_message_and_what_it_returns_answers)
{
    actor_rt::runtime rt;
    const auto total = std::make_shared<int>(0);
    const auto counter = actor_rt::spawn_lambdas(
        rt, [total](actor_rt::context&, const add& message) { *total += message.amount; },
        [total](actor_rt::context&, get) { return *total; },
        [calls = 0](actor_rt::context& cx, quit) mutable {
            if (++calls == 2) {
                CHECK(cx.stop().ok());
            }
        });
    const actor_rt::actor_ref<actor_rt::protocol<add, get>> narrowed = counter;
    CHECK(rt.post(narrowed, add{3}).ok());
    CHECK(rt.post(counter, add{4}).ok());
    int got = 0;
    CHECK(rt.ask(narrowed, get{}, 1s, [&got](actor_rt::answer<int> answer) { got = *answer; }).ok());
    CHECK(rt.post(counter, quit{}).ok());
    rt.run_until_idle();
    CHECK(got == 7 && rt.post(counter, quit{}).ok());
    rt.run_until_idle();
    CHECK(rt.post(counter, quit{}) == ART_NOT_FOUND && total.use_count() == 1);
}

TEST(a_message_that_is_moved_arrives_as_such)
{
    int living = 0;
    {
        std::vector<parcel> kept;
        actor_rt::runtime rt;
        const auto keeper = actor_rt::spawn_lambdas_with(
            rt, actor_rt::actor_options().name("keeper"),
            [&kept](actor_rt::context&, parcel&& message) { kept.push_back(std::move(message)); });
        CHECK(rt.post(keeper, parcel{check::counted(living)}).ok());
        rt.run_until_idle();
        CHECK(kept.size() == 1 && living == 1);
    }
    CHECK(living == 0);
}

TEST(a_handler_spawns_lambdas)
{
    actor_rt::runtime rt;
    int heard = 0;
    const auto outer = actor_rt::spawn_lambdas(rt, [&heard](actor_rt::context& cx, quit) {
        const auto inner = actor_rt::spawn_lambdas(cx, [&heard](actor_rt::context&, const add& message) { heard += message.amount; });
        CHECK(cx.post(inner, add{5}).ok());
    });
    CHECK(rt.post(outer, quit{}).ok());
    rt.run_until_idle();
    CHECK(heard == 5);
}
