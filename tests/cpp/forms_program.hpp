/* The program that forms_*.cpp share; no include guard is needed, each includes it once. */
#include "forms.hpp"

#include <actor_rt.hpp>
#include <actor_rt/glib.hpp>
#include <actor_rt/groups.hpp>
#include <actor_rt/inspect.hpp>
#include <actor_rt/lambda.hpp>
#include <actor_rt/poll.hpp>
#include <actor_rt/pool.hpp>
#include <actor_rt/port.hpp>
#include <actor_rt/qt.hpp>
#include <actor_rt/tree.hpp>
#include <actor_rt/uv.hpp>

namespace {
struct add {
    static constexpr std::string_view tag_name = "forms.add";
    std::int64_t amount;
};
struct text {
    static constexpr std::string_view tag_name = "forms.text";
    std::string value;
};
struct get {
    static constexpr std::string_view tag_name = "forms.get";
    using reply_type = std::int64_t;
};
struct counter : actor_rt::actor<counter, add, text, get> {
    void on(actor_rt::context&, const add& message) { total += message.amount; }
    void on(actor_rt::context& cx, text&& message)
    {
        total += static_cast<std::int64_t>(message.value.size());
        (void)cx.after(std::chrono::nanoseconds(1), add{1000});
    }
    std::int64_t on(actor_rt::context&, get) { return total; }
    std::int64_t total = 0;
};

/// What the other headers have, each used once.
bool run_besides(actor_rt::runtime& rt)
{
    actor_rt::status result;
    std::int64_t seen = 0;
    const auto lambda = actor_rt::try_spawn_lambdas(result, rt, [&seen](actor_rt::context&, const add& message) { seen += message.amount; });
    actor_rt::port<add> values(rt, result);
    const actor_rt::groups groups(rt);
    const auto team = actor_rt::try_spawn_pool<counter>(result, rt, actor_rt::pool_options());
    const auto below = rt.try_spawn_supervised<counter>(result, actor_rt::supervision(), actor_rt::actor_options());
    const auto told = [&seen](const actor_rt::job_outcome& job) { seen += job.fate() == actor_rt::job_fate::accepted ? 100 : 0; };
    const bool sent = result.ok() && values.subscribe(lambda, 4).ok() && values.publish(add{1}).ok() && groups.join("forms", lambda).ok() &&
                      groups.post("forms", add{10}).ok() && actor_rt::submit(rt, team, add{5}, actor_rt::job_options(), told).ok();
    rt.run_until_idle();
    const actor_rt::tree tree(rt);
    const auto child = tree.describe(below);
    const bool running = child && child->status == actor_rt::child_status::running && !actor_rt::inspection(rt).json().empty();
    bool ended = false;
    const bool asked = tree.terminate_all(std::chrono::seconds(1), [&ended](const std::vector<actor_rt::actor_ref<>>&) { ended = true; }).ok();
    rt.run_until_idle();
    return sent && seen == 111 && running && asked && ended;
}

std::int64_t run_program()
{
    actor_rt::status result;
    std::int64_t now = 0;
    actor_rt::options how;
    how.clock([&now] { return std::chrono::nanoseconds(now); });
    actor_rt::runtime rt(std::move(how), result);
    if (!result.ok()) {
        return -1;
    }
    const auto ref = rt.try_spawn<counter>(result, actor_rt::actor_options());
    actor_rt::remote door = rt.make_remote();
    std::int64_t total = -2;
    if (result.ok() && rt.post(ref, add{3}).ok() && door.post(ref, text{"four"}).ok()) {
        rt.run_until_idle();
        now = 1;
        rt.run_until_idle();
        (void)rt.ask(ref, get{}, std::chrono::seconds(1), [&](actor_rt::answer<std::int64_t> reply) { total = reply ? *reply : -3; });
        rt.run_until_idle();
    }
    return run_besides(rt) ? total : -5;
}
} // namespace
