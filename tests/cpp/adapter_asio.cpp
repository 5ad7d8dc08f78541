// The adapter for asio, on real contexts: the rules of every adapter, and those that only asio has. Compiled for standalone
// asio and for Boost.
#include "check.hpp"

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

#include <functional>
#include <memory>

namespace here {
struct loop {
    std::unique_ptr<asio::io_context> raw;
    int handlers = 0;
    /// As many threads as asio thinks there might be, or the given one.
    loop() : raw(std::make_unique<asio::io_context>()) {}
    explicit loop(int threads) : raw(std::make_unique<asio::io_context>(threads)) {}

    std::size_t settle() const
    {
        raw->restart(); // It may have run out of work.
        return raw->poll();
    }
    template <class Condition>
    void run_while(Condition condition)
    {
        if (raw->stopped()) {
            raw->restart();
        }
        while (condition()) {
            CHECK(raw->run_one() == 1);
            ++handlers;
        }
    }
    /// Runs until all work is done; to the end of the actors' too, if nothing keeps the host alive.
    void finish() const
    {
        raw->restart();
        (void)raw->run();
    }
    void soon(std::function<void()> work) const { asio::post(*raw, std::move(work)); }
    void later(std::chrono::milliseconds delay, std::function<void()> work) const
    {
        auto timer = std::make_shared<asio::steady_timer>(*raw, delay);
        timer->async_wait([timer, work = std::move(work)](const auto&) { work(); });
    }
    int rounds() const { return handlers; }
    void end() { raw.reset(); }
};

struct host : actor_rt::asio_host {
    explicit host(loop& on, actor_rt::options how = actor_rt::options()) : asio_host(*on.raw, std::move(how)) { keep_alive(true); }
    bool attached() const { return context() != nullptr; }
    void start_on(loop& on) { start(*on.raw); }
};
} // namespace here

#include "adapter/said.hpp"
namespace here {
using adapter::said;
} // namespace here

#include "adapter/steps.hpp"
#include "adapter/failures.hpp"
#include "adapter/ends.hpp"
#include "adapter/attachment.hpp"
#include "adapter/loop_ends.hpp"
#include "adapter/nesting.hpp"
#include "adapter/running.hpp"

namespace {
/// A host at rest that nothing keeps alive.
struct mortal {
    here::loop home;
    std::atomic<int> turns{0};
    actor_rt::asio_host host{*home.raw, unhurried()};
    using worker = adapter::worker<actor_rt::asio_host>;
    actor_rt::actor_ref<worker> to = host.rt().spawn<worker>(host, turns);

    mortal() { home.finish(); }
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
    mortal f;
    CHECK(f.host.rt().post(f.to, item{}).ok());
    CHECK(f.turns == 0);
    f.home.finish();
    CHECK(f.turns == 1);
}

TEST(keep_alive_lets_the_context_wait_for_other_threads)
{
    mortal f;
    f.host.keep_alive(true);
    f.host.keep_alive(true);
    const actor_rt::remote door = f.host.rt().make_remote();
    std::thread other([&] { CHECK(door.post(f.to, again{0}).ok()); });
    f.home.finish();
    other.join();
    CHECK(f.turns == 1);
    f.host.keep_alive(false);
    f.home.finish();
}

TEST(a_deadline_that_stays_is_armed_once)
{
    mortal f;
    CHECK(f.host.rt().after(f.to, 1h, item{}));
    f.home.settle();
    for (int round = 0; round < 100; ++round) {
        CHECK(f.host.rt().post(f.to, item{}).ok());
        CHECK(f.home.settle() == 1); // The step; no wait that was cancelled.
    }
    CHECK(f.turns == 100);
}

TEST(a_wait_that_ended_before_it_was_armed_anew_costs_no_step)
{
    mortal f;
    CHECK(f.host.rt().after(f.to, 1ms, item{}) && f.host.rt().after(f.to, 1h, item{}));
    f.home.settle();
    const std::uint64_t before = f.steps();
    const bool early = f.turns == 0;
    for (const auto end = std::chrono::steady_clock::now() + 2ms; std::chrono::steady_clock::now() < end;) {
    }
    // Now the wake comes, and right behind it the end of the wait, which asio has found in the same look at its timers.
    CHECK(f.host.rt().post(f.to, item{}).ok());
    CHECK(f.home.settle() == (early ? 2 : 1));
    CHECK(f.turns == 2 && f.steps() - before == 1);
}

TEST(a_debt_of_steps_leaves_sockets_and_posted_handlers_their_turns)
{
    here::loop home;
    actor_rt::options how;
    how.default_budget(2, std::chrono::hours(1));
    actor_rt::asio_host host(*home.raw, std::move(how));
    const flood busy(host.rt());
    home.run_while([&] { return busy.turns < 2; });
    busy_socket socket(*home.raw);
    int steps = 0;
    int posted = 0;
    int sockets = 0;
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        CHECK(result.handled == 2 && posted == steps);
        // The socket's handler starts to wait again behind the step that is owed: it comes every second time at least.
        CHECK(steps % 2 != 0 || socket.turns > sockets || steps == 0);
        sockets = steps % 2 == 0 ? socket.turns : sockets;
        ++steps;
        home.soon([&] { ++posted; });
    });
    home.run_while([&] { return steps < 50; });
    CHECK(busy.turns >= 100 && socket.turns >= 25 && posted >= 49);
}

TEST(run_for_returns_while_actors_flood_each_other)
{
    mortal f;
    f.host.set_budget({10, std::chrono::hours(1), false});
    const flood busy(f.host.rt());
    f.home.raw->restart();
    while (busy.turns < 10) { // On a slow machine the time is over before the second handler.
        CHECK(f.home.raw->run_for(2ms) > 0);
    }
    CHECK(f.host.rt().last_step().more);
}

TEST(a_context_for_one_thread_may_be_polled_inside_a_host_call)
{
    here::loop home(1);
    std::atomic<int> turns{0};
    int done = 0;
    here::host host(home); // Kept alive: else asio miscounts its work in a nested poll, and stops.
    const auto to = host.rt().spawn<worker>(host, turns);
    const auto modal = host.rt().spawn<caller>([&] {
        CHECK(host.rt().post(to, item{}).ok() && host.rt().after(to, 1ms, item{}));
        while (turns < 3) {
            (void)home.raw->poll_one();
        }
        CHECK(done == 0);
    }, done);
    CHECK(host.rt().post(modal, item{}).ok() && host.rt().post(to, item{}).ok());
    home.run_while([&] { return done == 0; });
    CHECK(turns == 3);
}

TEST(the_context_may_end_first_with_several_hosts_on_it)
{
    auto home = std::make_unique<here::loop>();
    here::host host(*home);
    here::host beside(*home);
    here::host left(*home);
    left.stop();
    home->settle();
    home.reset();
    CHECK(!host.attached() && !beside.attached());
}

TEST(a_host_call_may_close_the_runtime_and_the_context_runs_out_of_work)
{
    mortal f;
    int done = 0;
    const auto to = f.host.rt().spawn<caller>([&] { f.host.rt().close(); }, done);
    CHECK(f.host.rt().after(f.to, 1h, item{}));
    CHECK(f.host.rt().post(to, item{}).ok());
    f.home.finish(); // Throws if a step was refused, and waits an hour if the timer stays armed.
    CHECK(!f.host.rt() && f.turns == 0);
}

TEST(what_a_handler_threw_leaves_the_contexts_own_run_and_it_may_be_run_again)
{
    mortal f;
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    const auto other = f.host.rt().spawn<mortal::worker>(f.host, f.turns);
    CHECK(f.host.rt().after(other, 1ms, item{}));
    f.home.raw->restart();
    CHECK(thrown_by([&] { (void)f.home.raw->run(); }));
    f.host.rethrow();
    (void)f.home.raw->run();
    CHECK(f.turns == 1);
}

TEST(each_of_several_failures_leaves_a_run_of_the_contexts_own)
{
    mortal f;
    const auto other = f.host.rt().spawn<mortal::worker>(f.host, f.turns);
    CHECK(f.host.rt().post(f.to, boom{}).ok() && f.host.rt().post(other, boom{}).ok());
    f.home.raw->restart();
    CHECK(thrown_by([&] { (void)f.home.raw->run(); }));
    CHECK(thrown_by([&] { (void)f.home.raw->run(); }));
    (void)f.home.raw->run();
    f.host.rethrow();
}

TEST(what_a_handler_threw_leaves_run_which_keeps_nothing_alive_afterwards)
{
    mortal f;
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    CHECK(thrown_by([&] { f.host.run(); }));
    f.home.finish();
}

TEST(what_a_handler_threw_inside_a_nested_run_of_a_host_call_arrives_outside)
{
    mortal f;
    int done = 0;
    const auto modal = f.host.rt().spawn<caller>([&] {
        CHECK(f.host.rt().post(f.to, boom{}).ok());
        (void)f.home.raw->run_one();
    }, done);
    CHECK(f.host.rt().post(modal, item{}).ok());
    CHECK(thrown_by([&] { f.host.run(); }));
    f.home.finish();
}

TEST(a_context_that_another_thread_runs_throws_there_and_nothing_runs)
{
    mortal f;
    CHECK(f.host.rt().post(f.to, item{}).ok());
    std::thread([&] {
        bool refused = false;
        try {
            f.home.settle();
        } catch (const actor_rt::error& failure) {
            refused = failure.status() == ART_WRONG_THREAD;
        }
        CHECK(refused && f.turns == 0);
    }).join();
    // On the right thread everything is still there; the next step takes it.
    (void)f.host.rt().step();
    CHECK(f.turns == 1);
}
