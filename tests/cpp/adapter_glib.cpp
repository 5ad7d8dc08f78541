// The adapter for GLib, on real loops: the rules of every adapter, and those that only GLib has.
#include "check.hpp"

#include <actor_rt/glib.hpp>

#include <functional>

namespace here {
/// How often a loop went to wait, whatever came of it, and how often it was woken.
inline int polls = 0;
inline int wakes = 0;
inline gint counted_poll(GPollFD* descriptors, guint count, gint timeout)
{
    ++polls;
    const gint ready = g_poll(descriptors, count, timeout);
    wakes += ready > 0 ? 1 : 0;
    return ready;
}

/// A context of the test's own.
struct loop {
    GMainContext* raw = g_main_context_new();
    loop() { g_main_context_set_poll_func(raw, counted_poll); }
    ~loop() { end(); }
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;
    void end()
    {
        if (raw != nullptr) {
            g_main_context_unref(std::exchange(raw, nullptr));
        }
    }
    int settle() const
    {
        int rounds = 0;
        while (g_main_context_iteration(raw, FALSE) != FALSE) {
            ++rounds;
        }
        return rounds;
    }
    template <class Condition>
    void run_while(Condition condition) const
    {
        while (condition()) {
            g_main_context_iteration(raw, TRUE);
        }
    }
    void soon(std::function<void()> work) const { add(g_idle_source_new(), G_PRIORITY_DEFAULT, std::move(work)); }
    void later(std::chrono::milliseconds delay, std::function<void()> work) const
    {
        add(g_timeout_source_new(static_cast<guint>(delay.count())), G_PRIORITY_DEFAULT, std::move(work));
    }
    /// Runs the work once, at a priority of GLib's or GTK's.
    void add(GSource* source, int priority, std::function<void()> work) const
    {
        g_source_set_priority(source, priority);
        g_source_set_callback(source, [](gpointer user) -> gboolean {
            (*static_cast<std::function<void()>*>(user))();
            return G_SOURCE_REMOVE;
        }, new std::function<void()>(std::move(work)), [](gpointer user) { delete static_cast<std::function<void()>*>(user); });
        g_source_attach(source, raw);
        g_source_unref(source);
    }
    int rounds() const { return polls; }
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
};

struct host : actor_rt::glib_host {
    explicit host(loop& on, actor_rt::options how = actor_rt::options()) : glib_host(on.raw, std::move(how)) {}
    bool attached() const { return context() != nullptr; }
    void start_on(loop& on) { start(on.raw); }
};

/// What is logged for the domain actor_rt.
template <class Code>
std::string said(Code code)
{
    std::string text;
    const guint id = g_log_set_handler("actor_rt", G_LOG_LEVEL_MASK, [](const gchar*, GLogLevelFlags, const gchar* line, gpointer to) {
        static_cast<std::string*>(to)->append(line);
    }, &text);
    code();
    g_log_remove_handler("actor_rt", id);
    return text;
}
} // namespace here

#include "adapter/steps.hpp"
#include "adapter/failures.hpp"
#include "adapter/ends.hpp"
#include "adapter/attachment.hpp"
#include "adapter/loop_ends.hpp"
#include "adapter/nesting.hpp"
#include "adapter/running.hpp"

namespace {
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

TEST(a_host_without_a_context_of_its_own_takes_the_default_one)
{
    std::atomic<int> turns{0};
    actor_rt::glib_host host;
    CHECK(host.context() == nullptr);
    host.start();
    CHECK(host.context() == g_main_context_default());
    CHECK(host.rt().post(host.rt().spawn<adapter::worker<actor_rt::glib_host>>(host, turns), again{0}).ok());
    host.run();
    CHECK(turns == 1);
}

TEST(a_host_without_a_context_of_its_own_takes_the_one_that_is_the_threads_default)
{
    here::loop home;
    std::atomic<int> turns{0};
    g_main_context_push_thread_default(home.raw);
    {
        actor_rt::glib_host host;
        host.start();
        CHECK(host.context() == home.raw);
        CHECK(host.rt().post(host.rt().spawn<adapter::worker<actor_rt::glib_host>>(host, turns), again{0}).ok());
        host.run();
    }
    g_main_context_pop_thread_default(home.raw);
    CHECK(turns == 1);
}

TEST(a_deadline_that_stays_is_armed_once)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1h, item{}));
    f.home.settle();
    here::wakes = 0;
    for (int round = 0; round < 100; ++round) {
        CHECK(f.host.rt().post(f.to, item{}).ok());
        f.home.settle();
    }
    // Each post from outside of its callbacks wakes the loop. Arming again would do it once more, but for a thread that was held
    // up between two clocks.
    CHECK(f.turns == 100 && here::wakes >= 100 && here::wakes <= 105);
}

TEST(what_another_sources_prepare_or_check_posts_wakes_the_loop)
{
    // Prepared behind ours, when the loop has asked that already and is about to wait.
    struct late {
        GSource base;
        std::function<void()>* work;
    };
    static GSourceFuncs functions = {[](GSource* source, gint* timeout) -> gboolean {
                                         *timeout = -1;
                                         (*reinterpret_cast<late*>(source)->work)();
                                         return FALSE;
                                     },
                                     [](GSource* source) -> gboolean {
                                         (*reinterpret_cast<late*>(source)->work)();
                                         return FALSE;
                                     },
                                     nullptr, nullptr, nullptr, nullptr};
    fixture f;
    int posts = 0;
    std::function<void()> work = [&] {
        if (posts < 20) {
            ++posts;
            CHECK(f.host.rt().post(f.to, item{}).ok());
        }
    };
    GSource* const source = g_source_new(&functions, sizeof(late));
    reinterpret_cast<late*>(source)->work = &work;
    g_source_set_priority(source, G_PRIORITY_DEFAULT_IDLE);
    g_source_attach(source, f.home.raw);
    f.home.run_while([&] { return f.turns < 20; });
    g_source_destroy(source);
    g_source_unref(source);
}

TEST(a_deadline_that_was_taken_back_is_waited_for_until_the_next_step_at_most)
{
    fixture f;
    const actor_rt::timer first = f.host.rt().after(f.to, 1h, item{});
    CHECK(first && f.host.rt().after(f.to, 2h, item{}));
    f.home.settle();
    CHECK(f.home.timeout() <= 3600 * 1000 + 1);
    CHECK(f.host.rt().cancel(first).ok() && f.host.rt().post(f.to, item{}).ok());
    f.home.settle();
    CHECK(f.home.timeout() > 3600 * 1000 + 1);
}

TEST(the_loop_never_waits_for_longer_than_a_day)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, std::chrono::hours(24 * 365), item{}));
    f.home.settle();
    const gint timeout = f.home.timeout();
    CHECK(timeout > 1000 && timeout <= 24 * 3600 * 1000 + 1);
}

TEST(a_debt_of_steps_comes_behind_input_and_redrawing)
{
    here::loop home;
    actor_rt::options how;
    how.default_budget(2, std::chrono::hours(1));
    here::host host(home, std::move(how));
    const flood busy(host.rt());
    home.run_while([&] { return busy.turns < 2; });
    // After each step the host wants input at GTK's priority and redrawing at GTK's: both come before the next one.
    int inputs = 0;
    int draws = 0;
    int steps = 0;
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        CHECK(inputs == steps && draws == steps && result.handled == 2);
        ++steps;
        home.soon([&] { ++inputs; });
        home.add(g_idle_source_new(), G_PRIORITY_HIGH_IDLE + 20, [&] { ++draws; });
    });
    home.run_while([&] { return steps < 50; });
    CHECK(busy.turns >= 100 && inputs >= 49 && draws >= 49);
}

TEST(a_loop_of_the_programs_goes_on_after_a_failure_which_is_logged_and_waits_for_rethrow)
{
    fixture f;
    GMainLoop* const own = g_main_loop_new(f.home.raw, FALSE);
    const log_catcher warnings(G_LOG_LEVEL_WARNING);
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    f.home.later(5ms, [&] { g_main_loop_quit(own); });
    g_main_loop_run(own);
    g_main_loop_unref(own);
    CHECK(warnings.lines == 1);
    CHECK(thrown_by([&] { f.host.rethrow(); }));
    f.host.rethrow();
}

TEST(a_context_that_another_thread_runs_is_reported_and_nothing_runs_there)
{
    fixture f;
    const log_catcher errors(G_LOG_LEVEL_CRITICAL);
    CHECK(f.host.rt().post(f.to, item{}).ok());
    std::thread([&] { CHECK(f.home.settle() == 1); }).join();
    CHECK(errors.lines == 1 && f.turns == 0);
    (void)f.host.rt().step();
    CHECK(f.turns == 1);
    // Also when that one waits already, and the post comes on the right thread.
    std::atomic<bool> running{false};
    std::atomic<bool> done{false};
    std::thread other([&] {
        f.home.later(0ms, [&] { running = true; });
        while (!done) {
            g_main_context_iteration(f.home.raw, TRUE);
            done = errors.lines == 2;
        }
    });
    while (!running) {
        std::this_thread::yield();
    }
    CHECK(f.host.rt().post(f.to, item{}).ok());
    other.join();
    // On the right thread everything is still there; the next step takes it.
    (void)f.host.rt().step();
    CHECK(f.turns == 2);
}
