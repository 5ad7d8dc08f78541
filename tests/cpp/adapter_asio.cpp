// The adapter for asio, on real contexts: the steps are counted, never timed. Compiled for standalone asio and for Boost.
#include "adapter_actors.hpp"

#include <actor_rt/asio.hpp>

#ifdef ACTOR_RT_ASIO_BOOST
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
namespace asio = boost::asio;
#else
#include <asio/buffer.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>
#endif

using namespace std::chrono_literals;
using namespace adapter;

namespace {
using worker_here = worker<actor_rt::asio_host>;

/// Runs what is ready now and what follows from it, also if the context had run out of work before.
std::size_t drain(asio::io_context& context)
{
    context.restart();
    return context.poll();
}

/// Runs until all work is done.
void finish(asio::io_context& context)
{
    context.restart();
    (void)context.run();
}

/// Runs one handler after the other while there is a reason to.
template <class Condition>
void run_while(asio::io_context& context, Condition condition)
{
    context.restart();
    while (condition()) {
        CHECK(context.run_one() == 1);
    }
}

/// A host at rest on a context of its own. The context is declared first, so it goes after the host.
struct fixture {
    asio::io_context home;
    std::atomic<int> turns{0};
    actor_rt::asio_host host{home, unhurried()};
    actor_rt::actor_ref<worker_here> to = host.rt().spawn<worker_here>(host, turns);

    fixture() { finish(home); }
    std::uint64_t steps() { return host.rt().last_step().step; }
};

/// Two connected sockets of the host's, of which one is always readable; counts how often its handler gets its turn.
struct busy_socket {
    asio::local::stream_protocol::socket here;
    asio::local::stream_protocol::socket there;
    int turns = 0;
    explicit busy_socket(asio::io_context& context) : here(context), there(context)
    {
        asio::local::connect_pair(here, there);
        CHECK(there.write_some(asio::buffer("x", 1)) == 1);
        wait();
    }
    void wait()
    {
        here.async_wait(asio::local::stream_protocol::socket::wait_read, [this](const auto& failure) {
            if (!failure) {
                ++turns;
                wait();
            }
        });
    }
};
} // namespace

TEST(the_context_handles_what_was_posted_before_it_and_ends_when_actors_rest)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, item{}).ok());
    CHECK(f.turns == 0);
    finish(f.home);
    CHECK(f.turns == 1);
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
        CHECK(drain(f.home) == 1);
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
    finish(f.home); // Nothing keeps it alive any more.
}

TEST(keep_alive_lets_the_context_wait_for_other_threads)
{
    fixture f;
    f.host.keep_alive(true);
    f.host.keep_alive(true);
    const actor_rt::remote door = f.host.rt().make_remote();
    std::thread other([&] { CHECK(door.post(f.to, again{0}).ok()); });
    finish(f.home);
    other.join();
    CHECK(f.turns == 1);
    f.host.keep_alive(false);
    finish(f.home);
}

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
        CHECK(f.host.rt().after(f.to, delay, item{}));
        finish(f.home);
        // One for the wake that arming was, one for the deadline. On a slow machine it has passed at the first already.
        CHECK(f.turns == 1 && f.steps() - before <= 2);
    }
}

TEST(a_deadline_that_stays_is_armed_once)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1h, item{}));
    drain(f.home);
    for (int round = 0; round < 100; ++round) {
        CHECK(f.host.rt().post(f.to, item{}).ok());
        CHECK(drain(f.home) == 1); // The step; no wait that was cancelled.
    }
    CHECK(f.turns == 100);
}

TEST(an_earlier_deadline_armed_from_a_callback_of_the_hosts_comes_first)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1h, again{0}));
    const std::uint64_t before = f.steps();
    asio::steady_timer callback(f.home, 1ms);
    callback.async_wait([&](const auto&) { CHECK(f.host.rt().after(f.to, 1ms, again{0})); });
    f.host.run();
    CHECK(f.turns == 1 && f.steps() - before <= 3);
}

TEST(a_wait_that_ended_before_it_was_armed_anew_costs_no_step)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1ms, item{}) && f.host.rt().after(f.to, 1h, item{}));
    drain(f.home);
    const std::uint64_t before = f.steps();
    const bool early = f.turns == 0;
    for (const auto end = std::chrono::steady_clock::now() + 2ms; std::chrono::steady_clock::now() < end;) {
    }
    // Now the wake comes, and right behind it the end of the wait, which asio has found in the same look at its timers.
    CHECK(f.host.rt().post(f.to, item{}).ok());
    CHECK(drain(f.home) == (early ? 2 : 1));
    CHECK(f.turns == 2 && f.steps() - before == 1);
}

TEST(no_deadline_is_too_far_for_a_timer)
{
    fixture f;
    const std::uint64_t before = f.steps();
    CHECK(f.host.rt().after(f.to, std::chrono::nanoseconds::max() - 1s, item{}));
    drain(f.home);
    drain(f.home);
    CHECK(f.steps() - before == 1 && f.turns == 0);
}

TEST(a_debt_of_steps_leaves_sockets_and_posted_handlers_their_turns)
{
    asio::io_context home;
    std::atomic<int> turns{0};
    actor_rt::options how;
    how.default_budget(2, std::chrono::hours(1));
    actor_rt::asio_host host(home, std::move(how));
    actor_rt::actor_ref<flooder> one;
    actor_rt::actor_ref<flooder> two;
    one = host.rt().spawn<flooder>(two, turns);
    two = host.rt().spawn<flooder>(one, turns);
    CHECK(host.rt().post(one, again{0}).ok() && host.rt().post(two, again{0}).ok());
    run_while(home, [&] { return turns < 2; });
    busy_socket socket(home);
    int steps = 0;
    int posted = 0;
    int sockets = 0;
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        CHECK(result.handled == 2 && posted == steps);
        // The socket's handler starts to wait again behind the step that is owed: it comes every second time at least.
        CHECK(steps % 2 != 0 || socket.turns > sockets || steps == 0);
        sockets = steps % 2 == 0 ? socket.turns : sockets;
        ++steps;
        asio::post(home, [&] { ++posted; });
    });
    run_while(home, [&] { return steps < 50; });
    CHECK(turns >= 100 && socket.turns >= 25 && posted >= 49);
}

TEST(run_for_returns_while_actors_flood_each_other)
{
    fixture f;
    actor_rt::actor_ref<flooder> one;
    one = f.host.rt().spawn<flooder>(one, f.turns);
    f.host.set_budget({10, std::chrono::hours(1), false});
    CHECK(f.host.rt().post(one, again{0}).ok());
    f.home.restart();
    CHECK(f.home.run_for(2ms) > 0);
    CHECK(f.turns >= 10 && f.host.rt().last_step().more);
}

TEST(a_host_call_may_run_the_context_and_actors_go_on_inside_it)
{
    for (const bool polling : {false, true}) {
        fixture f;
        std::atomic<int> beats{0};
        int done = 0;
        f.host.rt().spawn<heart>(1ms, 0ns, beats);
        const actor_rt::remote door = f.host.rt().make_remote();
        const auto modal = f.host.rt().spawn<caller>([&] {
            // What comes from elsewhere and what has a deadline: all of it in here.
            const int before = beats;
            std::thread([&] { CHECK(door.post(f.to, item{}).ok()); }).join();
            while (beats < before + 3 || f.turns < 2) {
                polling ? (void)f.home.poll_one() : (void)f.home.run_one();
            }
            CHECK(done == 0);
        }, done);
        CHECK(f.host.rt().post(modal, item{}).ok() && f.host.rt().post(f.to, item{}).ok());
        run_while(f.home, [&] { return done == 0; });
        CHECK(f.turns == 2);
    }
}

TEST(a_context_for_one_thread_may_be_polled_inside_a_host_call)
{
    asio::io_context home(1);
    std::atomic<int> turns{0};
    int done = 0;
    actor_rt::asio_host host(home);
    host.keep_alive(true); // Else asio miscounts its work in a nested poll, and stops.
    const auto to = host.rt().spawn<worker_here>(host, turns);
    const auto modal = host.rt().spawn<caller>([&] {
        CHECK(host.rt().post(to, item{}).ok() && host.rt().after(to, 1ms, item{}));
        while (turns < 3) {
            (void)home.poll_one();
        }
        CHECK(done == 0);
    }, done);
    CHECK(host.rt().post(modal, item{}).ok() && host.rt().post(to, item{}).ok());
    run_while(home, [&] { return done == 0; });
    CHECK(turns == 3);
}

TEST(the_context_run_directly_in_a_handler_stops_the_actors_without_spinning_and_loses_nothing)
{
    fixture f;
    const actor_rt::remote door = f.host.rt().make_remote();
    const auto blocker = f.host.rt().spawn<doer>([&](actor_rt::context& cx) {
        CHECK(cx.after(f.to, 2ms, item{}));
        const std::uint64_t step = f.steps();
        std::thread([&] { CHECK(door.post(f.to, item{}).ok()); }).join();
        bool closed = false;
        asio::steady_timer closing(f.home, 30ms);
        closing.async_wait([&](const auto&) { closed = true; });
        int handlers = 0;
        while (!closed) {
            CHECK(f.home.run_one() == 1);
            ++handlers;
        }
        CHECK(f.steps() == step && f.turns == 1 && handlers <= 3);
    });
    // One deadline is armed already, and passes inside as well.
    CHECK(f.host.rt().after(f.to, 5ms, item{}));
    CHECK(f.host.rt().post(f.to, item{}).ok());
    drain(f.home);
    CHECK(f.host.rt().post(blocker, item{}).ok());
    finish(f.home);
    CHECK(f.turns == 4);
}

TEST(a_step_by_hand_whose_handler_runs_the_context_loses_no_deadline)
{
    fixture f;
    const auto blocker = f.host.rt().spawn<doer>([&](actor_rt::context&) {
        bool closed = false;
        asio::steady_timer closing(f.home, 10ms);
        closing.async_wait([&](const auto&) { closed = true; });
        while (!closed) {
            (void)f.home.run_one();
        }
    });
    CHECK(f.host.rt().after(f.to, 3ms, item{}));
    drain(f.home);
    CHECK(f.host.rt().post(blocker, item{}).ok());
    (void)f.host.rt().step();
    CHECK(f.turns == 0);
    finish(f.home);
    CHECK(f.turns == 1);
}

TEST(a_stopped_host_keeps_its_runtime_and_starts_again_on_another_context)
{
    auto first = std::make_unique<asio::io_context>();
    asio::io_context second;
    std::atomic<int> turns{0};
    actor_rt::asio_host host(*first);
    const auto to = host.rt().spawn<worker_here>(host, turns);
    finish(*first);
    host.keep_alive(true);
    host.stop();
    host.stop();
    host.quit();
    host.run();
    host.keep_alive(false);
    CHECK(host.context() == nullptr);
    // What comes while there is no loop, from here and from elsewhere, waits for the next one.
    const actor_rt::remote door = host.rt().make_remote();
    CHECK(host.rt().post(to, item{}).ok());
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    CHECK(drain(*first) == 0);
    first.reset();
    CHECK(turns == 0);
    host.start(second);
    host.start(second);
    finish(second);
    CHECK(turns == 2);
    host.stop();
    host.start(second);
    CHECK(host.rt().after(to, 1ms, item{}));
    finish(second);
    CHECK(turns == 3);
    host.stop();
}

TEST(the_host_may_go_before_its_context_with_timers_armed_and_steps_owed)
{
    asio::io_context home;
    std::atomic<int> turns{0};
    {
        actor_rt::asio_host host(home);
        const auto to = host.rt().spawn<worker_here>(host, turns);
        finish(home);
        CHECK(host.rt().after(to, 1h, item{}));
        drain(home);
        CHECK(host.rt().post(to, item{}).ok());
    }
    finish(home);
    CHECK(turns == 0);
}

TEST(the_context_may_go_first_with_several_hosts_on_it)
{
    auto home = std::make_unique<asio::io_context>();
    std::atomic<int> turns{0};
    actor_rt::asio_host host(*home);
    actor_rt::asio_host beside(*home);
    actor_rt::asio_host left(*home);
    left.stop();
    const auto to = host.rt().spawn<worker_here>(host, turns);
    const actor_rt::remote door = host.rt().make_remote();
    finish(*home);
    host.keep_alive(true);
    CHECK(host.rt().after(to, 1h, item{}));
    drain(*home);
    CHECK(host.rt().post(to, item{}).ok()); // A handler of ours is still queued.
    home.reset();
    CHECK(host.context() == nullptr && beside.context() == nullptr);
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    host.stop();
    asio::io_context other;
    host.keep_alive(false);
    host.start(other);
    drain(other);
    CHECK(turns == 2);
    host.stop();
}

TEST(other_threads_may_post_while_the_host_stops_or_the_context_ends)
{
    for (int round = 0; round < 20; ++round) {
        auto home = std::make_unique<asio::io_context>();
        std::atomic<int> turns{0};
        std::atomic<bool> done{false};
        actor_rt::asio_host host(*home);
        const auto to = host.rt().spawn<worker_here>(host, turns);
        std::thread other([&, door = host.rt().make_remote()] {
            for (int count = 0; count < 20000 && !done; ++count) {
                (void)door.post(to, item{});
            }
        });
        for (int turn = 0; turn < 5; ++turn) {
            home->restart();
            (void)home->poll_one();
        }
        if (round % 2 == 0) {
            host.stop();
        }
        home.reset();
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
    CHECK(f.host.rt().after(stopper, 1h, item{}));
    CHECK(f.host.rt().post(stopper, item{}).ok() && f.host.rt().post(stopper, item{}).ok());
    f.host.run();
    CHECK(seen >= 1 && f.host.context() == nullptr);
    finish(f.home);
}

TEST(a_handler_may_move_the_host_to_another_context)
{
    asio::io_context second;
    fixture f;
    const auto mover = f.host.rt().spawn<doer>([&](actor_rt::context& cx) {
        f.host.stop();
        f.host.start(second);
        CHECK(cx.after(f.to, 1ms, item{}));
    });
    CHECK(f.host.rt().post(mover, item{}).ok());
    finish(f.home);
    CHECK(f.host.context() == &second && f.turns == 0);
    finish(second);
    CHECK(f.turns == 1);
    f.host.stop();
}

TEST(a_host_call_may_destroy_the_host_and_run_returns)
{
    asio::io_context home;
    int done = 0;
    auto host = std::make_unique<actor_rt::asio_host>(home);
    const auto to = host->rt().spawn<caller>([&] { host.reset(); }, done);
    CHECK(host->rt().post(to, item{}).ok());
    host->run();
    CHECK(host == nullptr && done == 0);
    finish(home);
}

TEST(a_host_call_may_close_the_runtime_and_the_context_runs_out_of_work)
{
    fixture f;
    int done = 0;
    const auto to = f.host.rt().spawn<caller>([&] { f.host.rt().close(); }, done);
    CHECK(f.host.rt().after(f.to, 1h, item{}));
    CHECK(f.host.rt().post(to, item{}).ok());
    finish(f.home); // Throws if a step was refused, and waits an hour if the timer stays armed.
    CHECK(!f.host.rt() && f.turns == 0);
}

TEST(a_runtime_that_was_closed_outside_refuses_no_step)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1ms, item{}));
    drain(f.home);
    f.host.rt().close();
    finish(f.home); // Throws if a step was refused.
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
    asio::io_context home;
    check::manual_clock clock;
    std::atomic<int> fast{0};
    std::atomic<int> slow{0};
    actor_rt::asio_host host(home, clock.options());
    host.rt().spawn<heart>(100ms, 0ns, fast);
    host.rt().spawn<heart>(1700ms, 0ns, slow);
    const actor_rt::remote door = host.rt().make_remote();
    // When nothing is ready, time jumps to the next deadline. The real timer knows nothing of that.
    while (clock.now < 1h) {
        drain(home);
        clock.now = std::max<std::chrono::nanoseconds>(clock.now, host.rt().next_deadline().time_since_epoch());
        CHECK(door.wake().ok());
    }
    drain(home);
    CHECK(fast == 36000 && slow == 2117);
    CHECK(host.rt().last_step().step <= 40000);
}

TEST(what_a_handler_threw_leaves_the_contexts_own_run_and_it_may_be_run_again)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    const auto other = f.host.rt().spawn<worker_here>(f.host, f.turns);
    CHECK(f.host.rt().after(other, 1ms, item{}));
    f.home.restart();
    bool thrown = false;
    try {
        (void)f.home.run();
    } catch (const std::runtime_error& failure) {
        thrown = std::strcmp(failure.what(), "boom") == 0;
    }
    CHECK(thrown);
    f.host.rethrow();
    (void)f.home.run();
    CHECK(f.turns == 1);
}

TEST(what_a_handler_threw_leaves_run_which_keeps_nothing_alive_afterwards)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    bool thrown = false;
    try {
        f.host.run();
    } catch (const std::runtime_error&) {
        thrown = true;
    }
    CHECK(thrown);
    finish(f.home);
}

TEST(what_a_handler_threw_inside_a_nested_run_of_a_host_call_arrives_outside)
{
    fixture f;
    int done = 0;
    const auto modal = f.host.rt().spawn<caller>([&] {
        CHECK(f.host.rt().post(f.to, boom{}).ok());
        (void)f.home.run_one();
    }, done);
    CHECK(f.host.rt().post(modal, item{}).ok());
    bool thrown = false;
    try {
        f.host.run();
    } catch (const std::runtime_error&) {
        thrown = true;
    }
    CHECK(thrown);
    finish(f.home);
}

TEST(a_listener_gets_what_a_handler_threw_and_the_context_goes_on)
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
    asio::io_context home;
    std::atomic<int> turns{0};
    auto host = std::make_unique<actor_rt::asio_host>(home);
    host->on_failure([&](std::exception_ptr) { host.reset(); });
    CHECK(host->rt().post(host->rt().spawn<worker_here>(*host, turns), boom{}).ok());
    host->run();
    CHECK(host == nullptr);
    finish(home);
}

TEST(a_context_that_another_thread_runs_throws_there_and_nothing_runs)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, item{}).ok());
    std::thread([&] {
        bool refused = false;
        try {
            drain(f.home);
        } catch (const actor_rt::error& failure) {
            refused = failure.status() == ART_WRONG_THREAD;
        }
        CHECK(refused && f.turns == 0);
    }).join();
    // On the right thread everything is still there; the next step takes it.
    (void)f.host.rt().step();
    CHECK(f.turns == 1);
}
