// Timers in virtual time: order, rounding, cancelling, and no overflow at the ends of the scale.
#include "check.hpp"

using namespace std::chrono_literals;

namespace {
struct tick {
    static constexpr std::string_view tag_name = "test.tick";
    int number;
};
struct begin {
    static constexpr std::string_view tag_name = "test.begin";
};

struct listener : actor_rt::actor<listener, tick, begin> {
    std::vector<int>& seen;
    explicit listener(std::vector<int>& where) : seen(where) {}

    void on(actor_rt::context& cx, const tick& message)
    {
        CHECK(cx.message().is_timer());
        CHECK(cx.message().timer());
        seen.push_back(message.number);
    }
    void on(actor_rt::context& cx, begin)
    {
        CHECK(cx.after(2ms, tick{20}));
        CHECK(cx.at(cx.now() + 1ms, tick{10}));
    }
};

struct fixture {
    check::manual_clock clock;
    std::vector<int> seen;
    actor_rt::runtime rt{clock.options()};
    actor_rt::actor_ref<listener> to = rt.spawn<listener>(seen);

    void run_at(std::chrono::nanoseconds now)
    {
        clock.now = now;
        rt.run_until_idle();
    }
};
} // namespace

TEST(timers_come_due_in_the_order_of_their_deadlines_and_equal_ones_as_armed)
{
    fixture f;
    CHECK(f.rt.after(f.to, 3ms, tick{3}));
    CHECK(f.rt.after(f.to, 1ms, tick{1}));
    CHECK(f.rt.after(f.to, 3ms, tick{4}));
    CHECK(f.rt.after(f.to, 2ms, tick{2}));
    f.run_at(0ms);
    CHECK(f.seen.empty() && f.rt.next_timeout() == 1ms);
    f.run_at(10ms);
    CHECK((f.seen == std::vector<int>{1, 2, 3, 4}));
    CHECK(!f.rt.next_timeout() && f.rt.next_deadline() == actor_rt::never && f.rt.timeout_ms() == -1);
}

TEST(a_timer_never_comes_early_and_its_timeout_is_rounded_up)
{
    fixture f;
    f.run_at(0ms);
    CHECK(f.rt.after(f.to, 1400us, tick{1}));
    CHECK(f.rt.timeout_ms() == 2);
    f.run_at(1400us - 1ns);
    CHECK(f.seen.empty());
    f.run_at(1400us);
    CHECK(f.seen.size() == 1);
}

TEST(a_handler_arms_timers_for_itself)
{
    fixture f;
    CHECK(f.rt.post(f.to, begin{}).ok());
    f.run_at(5ms);
    f.run_at(6ms);
    f.run_at(7ms);
    CHECK((f.seen == std::vector<int>{10, 20}));
}

TEST(a_cancelled_timer_does_not_come_and_a_reset_one_comes_then)
{
    fixture f;
    f.run_at(0ms);
    const actor_rt::timer cancelled = f.rt.after(f.to, 1ms, tick{1});
    const actor_rt::timer moved = f.rt.after(f.to, 2ms, tick{2});
    CHECK(f.rt.cancel(cancelled).ok());
    CHECK(f.rt.reset(moved, 5ms).ok());
    f.run_at(4ms);
    CHECK(f.seen.empty());
    f.run_at(5ms);
    CHECK((f.seen == std::vector<int>{2}));
    CHECK(f.rt.cancel(moved) == ART_NOT_FOUND);
    CHECK(f.rt.reset(moved, 5ms) == ART_NOT_FOUND);
}

TEST(a_timer_ends_with_its_actor_and_one_for_nobody_is_refused)
{
    fixture f;
    f.run_at(0ms);
    CHECK(f.rt.after(f.to, 1ms, tick{1}));
    CHECK(f.rt.stop(f.to).ok());
    f.run_at(2ms);
    CHECK(f.seen.empty() && f.rt.pending().timers == 0);
    CHECK(!f.rt.after(f.to, 1ms, tick{1}));
}

TEST(delays_are_rounded_up_and_saturate)
{
    using actor_rt::detail::delay_ns;
    using actor_rt::detail::later;
    CHECK(delay_ns(-5s) == 0);
    CHECK(delay_ns(0s) == 0);
    CHECK(delay_ns(std::chrono::duration<double, std::nano>(0.25)) == 1);
    CHECK(delay_ns(std::chrono::duration<double>(1.5)) == 1500000000u);
    CHECK(delay_ns(std::chrono::hours::max()) == ART_NEVER);
    CHECK(delay_ns(actor_rt::no_deadline) == ART_NEVER);
    CHECK(later(5, 7) == 12);
    CHECK(later(5, ART_NEVER) == ART_NEVER);
    CHECK(later(ART_NEVER - 1, 7) == ART_NEVER);
    CHECK(actor_rt::detail::to_point(ART_NEVER) == actor_rt::never);
    CHECK(actor_rt::detail::to_ns(actor_rt::never) == ART_NEVER);
    CHECK(actor_rt::detail::to_ns(actor_rt::detail::to_point(123)) == 123);
}
