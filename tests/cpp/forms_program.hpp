/* The program that forms_*.cpp share; no include guard is needed, each includes it once. */
#include "forms.hpp"

#include <actor_rt.hpp>
#include <actor_rt/glib.hpp>
#include <actor_rt/poll.hpp>
#include <actor_rt/qt.hpp>
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
    return total;
}
} // namespace
