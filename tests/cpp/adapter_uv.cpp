// The adapter for libuv, on real loops: the steps are counted, never timed.
#include "adapter_actors.hpp"

#include <actor_rt/uv.hpp>

using namespace std::chrono_literals;

namespace {
using adapter::again;
using adapter::boom;
using adapter::item;
using adapter::unhurried;
using worker = adapter::worker<actor_rt::uv_host>;

/// A loop that has to be closed completely at the end of each test.
struct loop {
    uv_loop_t raw;
    bool open = true;
    loop() { CHECK(uv_loop_init(&raw) == 0); }
    ~loop() { close(); }
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;
    void close()
    {
        if (open) {
            CHECK(uv_run(&raw, UV_RUN_DEFAULT) == 0);
            CHECK(uv_loop_close(&raw) == 0);
            open = false;
        }
    }
};

/// A host at rest on a loop of its own. The loop is declared first, so it closes after the host let go.
struct fixture {
    loop home;
    std::atomic<int> turns{0};
    actor_rt::uv_host host{&home.raw, unhurried()};
    actor_rt::actor_ref<worker> to = host.rt().spawn<worker>(host, turns);

    fixture() { uv_run(&home.raw, UV_RUN_DEFAULT); }
    std::uint64_t steps() { return host.rt().last_step().step; }
};
} // namespace

TEST(uv_run_handles_what_was_posted_before_it_and_returns_when_actors_rest)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, item{}).ok());
    CHECK(uv_run(&f.home.raw, UV_RUN_DEFAULT) == 0);
    CHECK(f.turns == 1);
}

TEST(a_burst_from_another_thread_is_exactly_one_pump)
{
    fixture f;
    f.host.keep_alive(true);
    const actor_rt::remote door = f.host.rt().make_remote();
    for (int burst = 1; burst <= 3; ++burst) {
        const std::uint64_t before = f.steps();
        std::thread([&] {
            for (int count = 0; count < 1000; ++count) {
                CHECK(door.post(f.to, item{}).ok());
            }
        }).join();
        CHECK(uv_run(&f.home.raw, UV_RUN_NOWAIT) != 0);
        CHECK(uv_run(&f.home.raw, UV_RUN_NOWAIT) != 0);
        CHECK(f.steps() - before == 1 && f.turns == burst * 1000);
    }
    f.host.keep_alive(false);
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

TEST(one_timer_costs_at_most_two_steps_whatever_its_fraction_of_a_millisecond)
{
    for (const auto delay : {400us, 1400us, 1900us, 10400us, 100000us}) {
        fixture f;
        const std::uint64_t before = f.steps();
        CHECK(f.host.rt().after(f.to, delay, item{}));
        CHECK(uv_run(&f.home.raw, UV_RUN_DEFAULT) == 0);
        // One for the wake that arming was, one for the deadline, which the timer never comes before. On a slow machine
        // the deadline has passed at the first already.
        CHECK(f.turns == 1 && f.steps() - before <= 2);
    }
}

TEST(an_earlier_deadline_armed_from_a_callback_of_the_hosts_comes_first)
{
    fixture f;
    CHECK(f.host.rt().after(f.to, 1h, again{0}));
    const std::uint64_t before = f.steps();
    uv_timer_t callback;
    uv_timer_init(&f.home.raw, &callback);
    callback.data = &f;
    uv_timer_start(&callback, [](uv_timer_t* handle) {
        auto* const self = static_cast<fixture*>(handle->data);
        CHECK(self->host.rt().after(self->to, 1ms, again{0}));
        uv_close(reinterpret_cast<uv_handle_t*>(handle), nullptr);
    }, 1, 0);
    f.host.run();
    CHECK(f.turns == 1 && f.steps() - before <= 3);
}

TEST(a_debt_of_steps_leaves_the_loop_its_turns)
{
    loop home;
    std::atomic<int> turns{0};
    int rounds = 0;
    actor_rt::options how;
    how.default_budget(1, std::chrono::hours(1));
    actor_rt::uv_host host(&home.raw, std::move(how));
    const auto to = host.rt().spawn<worker>(host, turns);
    uv_check_t counter;
    uv_check_init(&home.raw, &counter);
    counter.data = &rounds;
    uv_check_start(&counter, [](uv_check_t* handle) { ++*static_cast<int*>(handle->data); });
    CHECK(host.rt().post(to, again{50}).ok());
    host.run();
    CHECK(turns == 51 && rounds >= 51);
    uv_close(reinterpret_cast<uv_handle_t*>(&counter), nullptr);
}

TEST(a_stopped_host_keeps_its_runtime_and_starts_again_on_another_loop)
{
    loop first;
    loop second;
    std::atomic<int> turns{0};
    actor_rt::uv_host host(&first.raw);
    const auto to = host.rt().spawn<worker>(host, turns);
    uv_run(&first.raw, UV_RUN_DEFAULT);
    host.stop();
    host.stop();
    CHECK(host.loop() == nullptr);
    // What comes while there is no loop, from here and from elsewhere, waits for the next one.
    const actor_rt::remote door = host.rt().make_remote();
    CHECK(host.rt().post(to, item{}).ok());
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    first.close();
    CHECK(turns == 0);
    host.start(&second.raw);
    CHECK(uv_run(&second.raw, UV_RUN_DEFAULT) == 0);
    CHECK(turns == 2);
    host.stop();
    host.start(&second.raw);
    CHECK(host.rt().after(to, 1ms, item{}));
    CHECK(uv_run(&second.raw, UV_RUN_DEFAULT) == 0);
    CHECK(turns == 3);
}

TEST(the_host_may_go_before_its_loop_with_timers_armed_and_steps_owed)
{
    loop home;
    std::atomic<int> turns{0};
    {
        actor_rt::uv_host host(&home.raw);
        const auto to = host.rt().spawn<worker>(host, turns);
        CHECK(host.rt().after(to, 1h, item{}));
        CHECK(host.rt().post(to, item{}).ok());
    }
    home.close();
    CHECK(turns == 0);
}

TEST(the_loop_may_be_closed_first_with_all_its_handles)
{
    auto home = std::make_unique<loop>();
    std::atomic<int> turns{0};
    actor_rt::uv_host host(&home->raw);
    const auto to = host.rt().spawn<worker>(host, turns);
    const actor_rt::remote door = host.rt().make_remote();
    uv_run(&home->raw, UV_RUN_DEFAULT);
    uv_walk(&home->raw, [](uv_handle_t* handle, void*) {
        if (uv_is_closing(handle) == 0) {
            uv_close(handle, nullptr);
        }
    }, nullptr);
    home->close();
    home.reset();
    CHECK(host.rt().post(to, item{}).ok());
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    host.stop();
    // Without a loop the runtime can still be stepped by hand, and may be started elsewhere.
    loop other;
    host.start(&other.raw);
    CHECK(uv_run(&other.raw, UV_RUN_DEFAULT) == 0);
    CHECK(turns == 2);
    host.stop();
}

TEST(other_threads_may_post_while_the_host_stops)
{
    for (int round = 0; round < 20; ++round) {
        loop home;
        std::atomic<int> turns{0};
        std::atomic<bool> done{false};
        actor_rt::uv_host host(&home.raw);
        const auto to = host.rt().spawn<worker>(host, turns);
        std::thread other([&, door = host.rt().make_remote()] {
            for (int count = 0; count < 20000 && !done; ++count) {
                (void)door.post(to, item{});
            }
        });
        for (int turn = 0; turn < 5; ++turn) {
            uv_run(&home.raw, UV_RUN_NOWAIT);
        }
        host.stop();
        home.close();
        done = true;
        other.join();
    }
}

TEST(what_a_handler_threw_stops_the_loop_and_leaves_run)
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
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().post(other, again{0}).ok());
    f.host.run();
    CHECK(f.turns == 1);
}

TEST(a_listener_gets_what_a_handler_threw_and_the_loop_goes_on)
{
    fixture f;
    int heard = 0;
    f.host.on_failure([&](std::exception_ptr failure) {
        CHECK(failure != nullptr);
        ++heard;
    });
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    CHECK(f.host.rt().after(other, 1ms, again{0}));
    f.host.run();
    CHECK(heard == 1 && f.turns == 1);
}

namespace {
struct stopper : actor_rt::actor<stopper, item> {
    actor_rt::uv_host& host;
    int& seen;
    stopper(actor_rt::uv_host& where, int& count) : host(where), seen(count) {}
    void on(actor_rt::context&, item)
    {
        ++seen;
        host.stop();
    }
};
struct caller : actor_rt::actor<caller, item> {
    std::unique_ptr<actor_rt::uv_host>& host;
    explicit caller(std::unique_ptr<actor_rt::uv_host>& where) : host(where) {}
    void on(actor_rt::context& cx, item)
    {
        CHECK(cx.host_call([this_host = &host] { this_host->reset(); }, [](actor_rt::context&) {}).ok());
    }
};
} // namespace

TEST(a_handler_may_stop_the_host)
{
    loop home;
    int seen = 0;
    actor_rt::uv_host host(&home.raw);
    const auto to = host.rt().spawn<stopper>(host, seen);
    CHECK(host.rt().post(to, item{}).ok());
    home.close();
    CHECK(seen == 1 && host.loop() == nullptr);
}

TEST(a_host_call_may_destroy_the_host)
{
    loop home;
    auto host = std::make_unique<actor_rt::uv_host>(&home.raw);
    const auto to = host->rt().spawn<caller>(host);
    CHECK(host->rt().post(to, item{}).ok());
    home.close();
    CHECK(host == nullptr);
}

TEST(a_host_call_may_destroy_the_host_inside_its_run)
{
    loop home;
    auto host = std::make_unique<actor_rt::uv_host>(&home.raw);
    const auto to = host->rt().spawn<caller>(host);
    CHECK(host->rt().post(to, item{}).ok());
    host->run();
    CHECK(host == nullptr);
}

TEST(a_host_call_may_close_the_runtime_and_the_loop_goes_on)
{
    struct closer : actor_rt::actor<closer, item> {
        actor_rt::uv_host& host;
        explicit closer(actor_rt::uv_host& where) : host(where) {}
        void on(actor_rt::context& cx, item)
        {
            CHECK(cx.host_call([this] { host.rt().close(); }, [](actor_rt::context&) {}).ok());
        }
    };
    fixture f;
    const auto to = f.host.rt().spawn<closer>(f.host);
    CHECK(f.host.rt().after(f.to, 1ms, item{}));
    CHECK(f.host.rt().post(to, item{}).ok());
    uv_timer_t later;
    uv_timer_init(&f.home.raw, &later);
    later.data = &f;
    uv_timer_start(&later, [](uv_timer_t* handle) {
        static_cast<fixture*>(handle->data)->host.quit();
        uv_close(reinterpret_cast<uv_handle_t*>(handle), nullptr);
    }, 20, 0);
    f.host.run(); // Throws if a step was refused.
    CHECK(!f.host.rt() && f.turns == 0);
}
