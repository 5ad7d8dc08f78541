// The adapter for GLib, on real loops: the steps are counted, never timed.
#include "adapter_actors.hpp"

#include <actor_rt/glib.hpp>

using namespace std::chrono_literals;
using namespace adapter;

namespace {
using worker_here = worker<actor_rt::glib_host>;

/// A context of the test's own.
struct loop {
    GMainContext* raw = g_main_context_new();
    loop() = default;
    ~loop() { close(); }
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;
    void close()
    {
        if (raw != nullptr) {
            g_main_context_unref(std::exchange(raw, nullptr));
        }
    }
    /// Everything that is ready now, and what follows from it.
    int drain() const
    {
        int rounds = 0;
        while (g_main_context_iteration(raw, FALSE) != FALSE) {
            ++rounds;
        }
        return rounds;
    }
    /// How long the loop would wait now, in milliseconds.
    gint timeout() const
    {
        gint timeout = 0;
        gint priority = 0;
        CHECK(g_main_context_acquire(raw) != FALSE);
        (void)g_main_context_prepare(raw, &priority);
        (void)g_main_context_query(raw, priority, &timeout, nullptr, 0);
        g_main_context_release(raw);
        return timeout;
    }
    /// Waits and runs until there is nothing to wait for any more.
    template <class Condition>
    void run_while(Condition condition) const
    {
        while (condition()) {
            g_main_context_iteration(raw, TRUE);
        }
    }
};

/// A source of the host's own: a timeout or, with no delay, an idle source. `work` says whether it goes on.
struct callback {
    std::function<bool()> work;
    GSource* source;
    callback(GMainContext* context, std::function<bool()> todo, unsigned delay_ms = 0, int priority = G_PRIORITY_DEFAULT)
        : work(std::move(todo)), source(delay_ms == 0 ? g_idle_source_new() : g_timeout_source_new(delay_ms))
    {
        g_source_set_priority(source, priority);
        g_source_set_callback(source, [](gpointer self) -> gboolean { return static_cast<callback*>(self)->work() ? TRUE : FALSE; },
                              this, nullptr);
        g_source_attach(source, context);
    }
    ~callback()
    {
        g_source_destroy(source);
        g_source_unref(source);
    }
    callback(const callback&) = delete;
    callback& operator=(const callback&) = delete;
};

/// A host at rest on a context of its own. The context is declared first, so it goes after the host.
struct fixture {
    loop home;
    std::atomic<int> turns{0};
    actor_rt::glib_host host{home.raw, unhurried()};
    actor_rt::actor_ref<worker_here> to = host.rt().spawn<worker_here>(host, turns);

    fixture() { home.drain(); }
    std::uint64_t steps() { return host.rt().last_step().step; }
};

/// How often the loop went to wait, whatever came of it, which shows that it does not spin; and how often it was woken.
std::atomic<int> polls{0};
std::atomic<int> wakes{0};
gint counted_poll(GPollFD* descriptors, guint count, gint timeout)
{
    ++polls;
    const gint ready = g_poll(descriptors, count, timeout);
    wakes += ready > 0 ? 1 : 0;
    return ready;
}

/// What was logged for the domain actor_rt at a level.
struct log_catcher {
    std::atomic<int> lines{0};
    guint id;
    explicit log_catcher(GLogLevelFlags level)
        : id(g_log_set_handler("actor_rt", level,
                               [](const gchar*, GLogLevelFlags, const gchar*, gpointer self) { ++static_cast<log_catcher*>(self)->lines; },
                               this))
    {
    }
    ~log_catcher() { g_log_remove_handler("actor_rt", id); }
    log_catcher(const log_catcher&) = delete;
    log_catcher& operator=(const log_catcher&) = delete;
};
} // namespace

TEST(the_loop_handles_what_was_posted_before_it)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, item{}).ok());
    CHECK(f.turns == 0);
    CHECK(f.home.drain() == 1 && f.turns == 1);
}

TEST(a_host_without_a_context_of_its_own_takes_the_default_one)
{
    std::atomic<int> turns{0};
    actor_rt::glib_host host;
    CHECK(host.context() == nullptr);
    host.start();
    CHECK(host.context() == g_main_context_default());
    CHECK(host.rt().post(host.rt().spawn<worker_here>(host, turns), again{0}).ok());
    host.run();
    CHECK(turns == 1);
}

TEST(a_burst_from_another_thread_is_exactly_one_pump)
{
    fixture f;
    const actor_rt::remote door = f.host.rt().make_remote();
    for (int burst = 1; burst <= 3; ++burst) {
        const std::uint64_t before = f.steps();
        std::thread([&] {
            for (int count = 0; count < 1000; ++count) {
                CHECK(door.post(f.to, item{}).ok());
            }
        }).join();
        f.home.drain();
        CHECK(f.steps() - before == 1 && f.turns == burst * 1000);
    }
}

TEST(run_waits_for_other_threads_and_ends_with_quit)
{
    fixture f;
    const actor_rt::remote door = f.host.rt().make_remote();
    std::thread other([&] { CHECK(door.post(f.to, again{10}).ok()); });
    f.host.run();
    other.join();
    CHECK(f.turns == 11);
}

// A wake that came between the end of a step and the arming of the next deadline must outlive the arming.
TEST(no_wake_is_lost_while_deadlines_are_armed)
{
    fixture f;
    const actor_rt::remote door = f.host.rt().make_remote();
    std::atomic<int> beats{0};
    f.host.rt().spawn<heart>(100us, 0ns, beats);
    constexpr int rounds = 500;
    std::thread other([&] {
        for (int round = 1; round <= rounds; ++round) {
            CHECK(door.post(f.to, item{}).ok());
            while (f.turns < round) {
                std::this_thread::yield();
            }
        }
        CHECK(door.post(f.to, again{0}).ok());
    });
    f.host.run();
    other.join();
    CHECK(f.turns == rounds + 1 && beats > 0);
}

TEST(one_timer_costs_at_most_two_steps_whatever_its_fraction_of_a_millisecond)
{
    for (const auto delay : {400us, 1400us, 1900us, 10400us, 100000us}) {
        fixture f;
        const std::uint64_t before = f.steps();
        polls = 0;
        g_main_context_set_poll_func(f.home.raw, counted_poll);
        CHECK(f.host.rt().after(f.to, delay, again{0}));
        f.host.run();
        // One for the wake that arming was, one for the deadline. On a slow machine it has passed at the first already.
        CHECK(f.turns == 1 && f.steps() - before <= 2);
        CHECK(polls <= 4);
    }
}

TEST(a_deadline_that_stays_is_armed_once)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1h, item{}));
    f.home.drain();
    wakes = 0;
    g_main_context_set_poll_func(f.home.raw, counted_poll);
    for (int round = 0; round < 100; ++round) {
        CHECK(f.host.rt().post(f.to, item{}).ok());
        f.home.drain();
    }
    // Each post wakes the loop. Arming again would do it once more, but for a thread that was held up between two clocks.
    CHECK(f.turns == 100 && wakes >= 100 && wakes <= 105);
}

TEST(an_earlier_deadline_armed_from_a_callback_of_the_hosts_comes_first)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1h, again{0}));
    const std::uint64_t before = f.steps();
    const callback arming(f.home.raw, [&] {
        CHECK(f.host.rt().after(f.to, 1ms, again{0}));
        return false;
    }, 1);
    f.host.run();
    CHECK(f.turns == 1 && f.steps() - before <= 3);
}

TEST(a_deadline_that_was_taken_back_is_waited_for_until_the_next_step_at_most)
{
    fixture f;
    const actor_rt::timer first = f.host.rt().after(f.to, 1h, item{});
    CHECK(first && f.host.rt().after(f.to, 2h, item{}));
    f.home.drain();
    CHECK(f.home.timeout() <= 3600 * 1000 + 1);
    CHECK(f.host.rt().cancel(first).ok() && f.host.rt().post(f.to, item{}).ok());
    f.home.drain();
    CHECK(f.home.timeout() > 3600 * 1000 + 1);
}

TEST(no_deadline_is_too_far_for_a_loop)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, std::chrono::hours(24 * 365), item{}));
    f.home.drain();
    const gint timeout = f.home.timeout();
    CHECK(timeout > 1000 && timeout <= 24 * 3600 * 1000 + 1);
}

TEST(a_debt_of_steps_leaves_the_hosts_sources_their_turns)
{
    loop home;
    std::atomic<int> turns{0};
    actor_rt::options how;
    how.default_budget(2, std::chrono::hours(1));
    actor_rt::glib_host host(home.raw, std::move(how));
    actor_rt::actor_ref<flooder> one;
    actor_rt::actor_ref<flooder> two;
    one = host.rt().spawn<flooder>(two, turns);
    two = host.rt().spawn<flooder>(one, turns);
    CHECK(host.rt().post(one, again{0}).ok() && host.rt().post(two, again{0}).ok());
    home.run_while([&] { return turns < 2; });
    // After each step the host wants input at GTK's priority and redrawing at GTK's: both come before the next one.
    int inputs = 0;
    int draws = 0;
    std::unique_ptr<callback> input;
    std::unique_ptr<callback> redraw;
    int steps = 0;
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        CHECK(inputs == steps && draws == steps && result.handled == 2);
        ++steps;
        input = std::make_unique<callback>(home.raw, [&] { ++inputs; return false; }, 0, G_PRIORITY_DEFAULT);
        redraw = std::make_unique<callback>(home.raw, [&] { ++draws; return false; }, 0, G_PRIORITY_HIGH_IDLE + 20);
    });
    home.run_while([&] { return steps < 50; });
    CHECK(turns >= 100 && inputs >= 49 && draws >= 49);
}

TEST(a_handler_that_takes_longer_than_its_period_leaves_the_hosts_sources_their_turns)
{
    loop home;
    std::atomic<int> beats{0};
    actor_rt::glib_host host(home.raw);
    host.rt().spawn<heart>(500us, 1ms, beats);
    std::unique_ptr<callback> redraw;
    int wanted = 0;
    int draws = 0;
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        if (result.handled != 0) {
            CHECK(draws == wanted);
            ++wanted;
            redraw = std::make_unique<callback>(home.raw, [&] { ++draws; return false; }, 0, G_PRIORITY_HIGH_IDLE + 20);
        }
    });
    home.run_while([&] { return beats < 20; });
    CHECK(draws >= 18);
}

TEST(a_host_call_may_run_a_loop_and_actors_go_on_inside_it)
{
    fixture f;
    std::atomic<int> beats{0};
    int done = 0;
    f.host.rt().spawn<heart>(1ms, 0ns, beats);
    const actor_rt::remote door = f.host.rt().make_remote();
    bool inside = false;
    const auto modal = f.host.rt().spawn<caller>([&] {
        inside = true;
        // What is ready before the dialog opens, what comes from elsewhere, and what has a deadline: all of it in here.
        const int before = beats;
        GMainLoop* const dialog = g_main_loop_new(f.home.raw, FALSE);
        std::thread([&] { CHECK(door.post(f.to, item{}).ok()); }).join();
        const callback closing(f.home.raw, [&] {
            if (beats >= before + 3 && f.turns == 2) {
                g_main_loop_quit(dialog);
                return false;
            }
            return true;
        }, 1);
        g_main_loop_run(dialog);
        g_main_loop_unref(dialog);
        CHECK(done == 0);
        inside = false;
    }, done);
    CHECK(f.host.rt().post(modal, item{}).ok() && f.host.rt().post(f.to, item{}).ok());
    f.home.run_while([&] { return done == 0; });
    CHECK(!inside && f.turns == 2);
}

TEST(a_host_call_may_run_the_host_itself_and_quit_ends_the_inner_run)
{
    fixture f;
    int done = 0;
    const auto modal = f.host.rt().spawn<caller>([&] {
        CHECK(f.host.rt().post(f.to, again{3}).ok());
        f.host.run();
        CHECK(f.turns == 4 && done == 0);
    }, done);
    CHECK(f.host.rt().post(modal, item{}).ok());
    const callback last(f.home.raw, [&] {
        if (done != 0) {
            f.host.quit();
        }
        return true;
    }, 1);
    f.host.run();
    CHECK(done == 1);
}

TEST(a_loop_directly_in_a_handler_stops_the_actors_without_spinning_and_loses_nothing)
{
    fixture f;
    const actor_rt::remote door = f.host.rt().make_remote();
    std::uint64_t step = 0;
    const auto blocker = f.host.rt().spawn<doer>([&](actor_rt::context& cx) {
        CHECK(cx.after(f.to, 2ms, item{}));
        GMainLoop* const inner = g_main_loop_new(f.home.raw, FALSE);
        const callback closing(f.home.raw, [&] { g_main_loop_quit(inner); return false; }, 30);
        std::thread([&] { CHECK(door.post(f.to, item{}).ok()); }).join();
        step = f.steps();
        polls = 0;
        g_main_loop_run(inner);
        g_main_loop_unref(inner);
        CHECK(f.steps() == step && f.turns == 1);
        CHECK(polls <= 6);
    });
    // One deadline is armed already, and passes inside as well.
    CHECK(f.host.rt().after(f.to, 5ms, item{}));
    CHECK(f.host.rt().post(f.to, item{}).ok());
    f.home.drain();
    g_main_context_set_poll_func(f.home.raw, counted_poll);
    CHECK(f.host.rt().post(blocker, item{}).ok());
    f.home.run_while([&] { return f.turns < 4; });
}

TEST(a_step_by_hand_whose_handler_runs_the_loop_loses_no_deadline)
{
    fixture f;
    const auto blocker = f.host.rt().spawn<doer>([&](actor_rt::context&) {
        GMainLoop* const inner = g_main_loop_new(f.home.raw, FALSE);
        const callback closing(f.home.raw, [&] { g_main_loop_quit(inner); return false; }, 10);
        g_main_loop_run(inner);
        g_main_loop_unref(inner);
    });
    CHECK(f.host.rt().after(f.to, 3ms, item{}));
    f.home.drain();
    CHECK(f.host.rt().post(blocker, item{}).ok());
    (void)f.host.rt().step();
    CHECK(f.turns == 0);
    f.home.run_while([&] { return f.turns == 0; });
}

TEST(a_stopped_host_keeps_its_runtime_and_starts_again_on_another_context)
{
    loop first;
    loop second;
    std::atomic<int> turns{0};
    actor_rt::glib_host host(first.raw);
    const auto to = host.rt().spawn<worker_here>(host, turns);
    first.drain();
    host.stop();
    host.stop();
    host.quit();
    host.run();
    CHECK(host.context() == nullptr);
    // What comes while there is no loop, from here and from elsewhere, waits for the next one.
    const actor_rt::remote door = host.rt().make_remote();
    CHECK(host.rt().post(to, item{}).ok());
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    CHECK(first.drain() == 0);
    first.close();
    CHECK(turns == 0);
    host.start(second.raw);
    host.start(second.raw);
    second.drain();
    CHECK(turns == 2);
    host.stop();
    host.start(second.raw);
    CHECK(host.rt().after(to, 1ms, item{}));
    second.run_while([&] { return turns < 3; });
}

TEST(the_host_may_go_before_its_context_with_timers_armed_and_steps_owed)
{
    loop home;
    std::atomic<int> turns{0};
    {
        actor_rt::glib_host host(home.raw);
        const auto to = host.rt().spawn<worker_here>(host, turns);
        home.drain();
        CHECK(host.rt().after(to, 1ms, item{}));
        home.drain();
        CHECK(host.rt().post(to, item{}).ok());
    }
    CHECK(home.drain() == 0 && turns == 0);
}

TEST(the_context_may_go_first)
{
    auto home = std::make_unique<loop>();
    std::atomic<int> turns{0};
    actor_rt::glib_host host(home->raw);
    const auto to = host.rt().spawn<worker_here>(host, turns);
    const actor_rt::remote door = host.rt().make_remote();
    home->drain();
    home.reset();
    CHECK(host.rt().post(to, item{}).ok());
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    host.stop();
    loop other;
    host.start(other.raw);
    other.drain();
    CHECK(turns == 2);
}

TEST(a_gate_closes_when_no_wake_is_under_way_any_more)
{
    struct slow_link {
        std::atomic<int> entered{0};
        std::atomic<bool> go{false};
        std::atomic<bool> left{false};
        void wake()
        {
            if (entered++ == 0) {
                while (!go) {
                    std::this_thread::yield();
                }
                left = true;
            }
        }
    } link;
    actor_rt::detail::gate<slow_link> gate;
    gate.open(&link);
    std::thread first([&] { gate.wake(); });
    while (link.entered == 0) {
        std::this_thread::yield();
    }
    // Lets the first one go on when the gate is closed: then a wake no longer gets in.
    std::thread second([&] {
        for (int before = -1; before != link.entered;) {
            before = link.entered;
            gate.wake();
        }
        link.go = true;
    });
    gate.close();
    CHECK(link.left);
    first.join();
    second.join();
}

TEST(other_threads_may_post_while_the_host_stops)
{
    for (int round = 0; round < 20; ++round) {
        loop home;
        std::atomic<int> turns{0};
        std::atomic<bool> done{false};
        actor_rt::glib_host host(home.raw);
        const auto to = host.rt().spawn<worker_here>(host, turns);
        std::thread other([&, door = host.rt().make_remote()] {
            for (int count = 0; count < 20000 && !done; ++count) {
                (void)door.post(to, item{});
            }
        });
        for (int turn = 0; turn < 5; ++turn) {
            g_main_context_iteration(home.raw, FALSE);
        }
        host.stop();
        home.close();
        done = true;
        other.join();
    }
}

TEST(a_handler_may_stop_the_host_and_run_returns)
{
    fixture f;
    int seen = 0;
    const auto stopper = f.host.rt().spawn<doer>([&](actor_rt::context&) {
        ++seen;
        f.host.stop();
    });
    CHECK(f.host.rt().post(stopper, item{}).ok() && f.host.rt().post(stopper, item{}).ok());
    f.host.run();
    CHECK(seen >= 1 && f.host.context() == nullptr);
}

TEST(a_handler_may_move_the_host_to_another_context)
{
    loop second;
    fixture f;
    const auto mover = f.host.rt().spawn<doer>([&](actor_rt::context& cx) {
        f.host.stop();
        f.host.start(second.raw);
        CHECK(cx.after(f.to, 1ms, item{}));
    });
    CHECK(f.host.rt().post(mover, item{}).ok());
    f.home.drain();
    CHECK(f.host.context() == second.raw && f.turns == 0);
    second.run_while([&] { return f.turns == 0; });
    f.host.stop(); // Before the second context goes.
}

TEST(a_host_call_may_destroy_the_host_and_run_returns)
{
    loop home;
    int done = 0;
    auto host = std::make_unique<actor_rt::glib_host>(home.raw);
    const auto to = host->rt().spawn<caller>([&] { host.reset(); }, done);
    CHECK(host->rt().post(to, item{}).ok());
    host->run();
    CHECK(host == nullptr && done == 0);
    home.drain();
}

TEST(a_host_call_may_close_the_runtime_and_the_loop_goes_on)
{
    fixture f;
    int done = 0;
    const auto to = f.host.rt().spawn<caller>([&] { f.host.rt().close(); }, done);
    CHECK(f.host.rt().after(f.to, 1ms, item{}));
    CHECK(f.host.rt().post(to, item{}).ok());
    int rounds = 0;
    const callback last(f.home.raw, [&] {
        if (++rounds == 5) {
            f.host.quit();
        }
        return true;
    }, 1);
    f.host.run(); // Throws if a step was refused.
    CHECK(rounds == 5 && !f.host.rt() && f.turns == 0);
}

TEST(a_runtime_that_was_closed_outside_refuses_no_step)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1ms, item{}));
    f.home.drain();
    f.host.rt().close();
    const callback last(f.home.raw, [&] { f.host.quit(); return false; }, 10);
    f.host.run(); // Throws if a step was refused.
    CHECK(f.turns == 0);
}

TEST(closing_the_runtime_is_refused_inside_a_handler)
{
    fixture f;
    int refused = 0;
    const auto to = f.host.rt().spawn<doer>([&](actor_rt::context&) {
        try {
            f.host.rt().close();
        } catch (const actor_rt::error& failure) {
            refused += failure.status() == ART_BUSY ? 1 : 0;
        }
    });
    CHECK(f.host.rt().post(to, item{}).ok() && f.host.rt().post(f.to, again{0}).ok());
    f.host.run();
    CHECK(refused == 1 && f.turns == 1);
}

TEST(an_hour_of_timers_passes_without_a_lost_beat)
{
    loop home;
    check::manual_clock clock;
    std::atomic<int> fast{0};
    std::atomic<int> slow{0};
    actor_rt::glib_host host(home.raw, clock.options());
    host.rt().spawn<heart>(100ms, 0ns, fast);
    host.rt().spawn<heart>(1700ms, 0ns, slow);
    const actor_rt::remote door = host.rt().make_remote();
    // When the loop has nothing else to do, time jumps to the next deadline. The real timer knows nothing of that.
    const callback time(home.raw, [&] {
        clock.now = std::max<std::chrono::nanoseconds>(clock.now, host.rt().next_deadline().time_since_epoch());
        CHECK(door.wake().ok());
        return clock.now < 1h;
    }, 0, G_PRIORITY_LOW);
    home.run_while([&] { return clock.now < 1h; });
    home.drain();
    CHECK(fast == 36000 && slow == 2117);
    CHECK(host.rt().last_step().step <= 2 * 40000);
}

TEST(what_a_handler_threw_ends_run_and_leaves_it)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    bool thrown = false;
    try {
        f.host.run();
    } catch (const std::runtime_error& failure) {
        thrown = std::strcmp(failure.what(), "boom") == 0;
    }
    CHECK(thrown);
    const auto other = f.host.rt().spawn<worker_here>(f.host, f.turns);
    CHECK(f.host.rt().post(other, again{0}).ok());
    f.host.run();
    CHECK(f.turns == 1);
}

TEST(a_failure_that_nobody_listens_for_is_logged_and_waits_for_rethrow)
{
    fixture f;
    const log_catcher warnings(G_LOG_LEVEL_WARNING);
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    f.home.drain();
    CHECK(warnings.lines == 1);
    bool thrown = false;
    try {
        f.host.rethrow();
    } catch (const std::runtime_error&) {
        thrown = true;
    }
    CHECK(thrown);
    f.host.rethrow();
}

TEST(a_listener_gets_what_a_handler_threw_and_the_loop_goes_on)
{
    fixture f;
    int heard = 0;
    f.host.on_failure([&](std::exception_ptr failure) {
        CHECK(failure != nullptr);
        ++heard;
    });
    const auto other = f.host.rt().spawn<worker_here>(f.host, f.turns);
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    CHECK(f.host.rt().after(other, 1ms, again{0}));
    f.host.run();
    CHECK(heard == 1 && f.turns == 1);
}

TEST(a_listener_may_destroy_the_host)
{
    loop home;
    std::atomic<int> turns{0};
    auto host = std::make_unique<actor_rt::glib_host>(home.raw);
    host->on_failure([&](std::exception_ptr) { host.reset(); });
    CHECK(host->rt().post(host->rt().spawn<worker_here>(*host, turns), boom{}).ok());
    host->run();
    CHECK(host == nullptr);
}

TEST(a_context_that_another_thread_runs_is_reported_and_nothing_runs_there)
{
    fixture f;
    const log_catcher errors(G_LOG_LEVEL_CRITICAL);
    CHECK(f.host.rt().post(f.to, item{}).ok());
    std::thread([&] { CHECK(f.home.drain() == 1); }).join();
    CHECK(errors.lines == 1 && f.turns == 0);
    // On the right thread everything is still there; the next step takes it.
    (void)f.host.rt().step();
    CHECK(f.turns == 1);
}
