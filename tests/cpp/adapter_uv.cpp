// The adapter for libuv, on real loops: the rules of every adapter, and those that only libuv has. uv_run cannot be run
// inside itself, so there is no nesting.
#include "check.hpp"

#include <actor_rt/uv.hpp>

#include <functional>

namespace here {
/// A loop that has to be closed completely at the end of each test.
struct loop {
    uv_loop_t raw;
    uv_async_t input;
    uv_prepare_t counter;
    std::vector<std::function<void()>> inputs;
    int waits = 0;
    bool open = true;

    loop()
    {
        CHECK(uv_loop_init(&raw) == 0);
        CHECK(uv_async_init(&raw, &input, [](uv_async_t* handle) {
            for (const auto& work : std::exchange(static_cast<loop*>(handle->data)->inputs, {})) {
                work();
            }
        }) == 0);
        uv_prepare_init(&raw, &counter);
        uv_prepare_start(&counter, [](uv_prepare_t* handle) { ++static_cast<loop*>(handle->data)->waits; });
        input.data = counter.data = this;
        uv_unref(reinterpret_cast<uv_handle_t*>(&input));
        uv_unref(reinterpret_cast<uv_handle_t*>(&counter));
    }
    ~loop() { close(); }
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;

    /// Runs until nothing is alive on it, and closes it: nobody but the loop has a handle on it then.
    void close()
    {
        if (open) {
            open = false;
            uv_close(reinterpret_cast<uv_handle_t*>(&input), nullptr);
            uv_close(reinterpret_cast<uv_handle_t*>(&counter), nullptr);
            CHECK(uv_run(&raw, UV_RUN_DEFAULT) == 0);
            CHECK(uv_loop_close(&raw) == 0);
        }
    }
    /// Closes all handles that anybody has on it, and then itself.
    void end()
    {
        close_all_others();
        close();
    }
    /// What a program does that wants its loop to come to an end.
    void close_all_others()
    {
        uv_walk(&raw, [](uv_handle_t* handle, void* self) {
            if (handle->data != self && uv_is_closing(handle) == 0) {
                uv_close(handle, nullptr);
            }
        }, this);
    }
    void settle()
    {
        for (int round = 0; round < 10; ++round) {
            uv_run(&raw, UV_RUN_NOWAIT);
        }
    }
    template <class Condition>
    void run_while(Condition condition)
    {
        while (condition()) {
            uv_run(&raw, UV_RUN_ONCE);
        }
    }
    void soon(std::function<void()> work)
    {
        inputs.push_back(std::move(work));
        uv_async_send(&input);
    }
    void later(std::chrono::milliseconds delay, std::function<void()> work)
    {
        struct once {
            uv_timer_t timer;
            std::function<void()> work;
        };
        auto* const made = new once{{}, std::move(work)};
        uv_timer_init(&raw, &made->timer);
        made->timer.data = made;
        uv_timer_start(&made->timer, [](uv_timer_t* timer) {
            static_cast<once*>(timer->data)->work();
            uv_close(reinterpret_cast<uv_handle_t*>(timer), [](uv_handle_t* closed) { delete static_cast<once*>(closed->data); });
        }, static_cast<std::uint64_t>(delay.count()), 0);
    }
    int rounds() const { return waits; }
};

struct host : actor_rt::uv_host {
    explicit host(here::loop& on, actor_rt::options how = actor_rt::options()) : uv_host(&on.raw, std::move(how)) { keep_alive(true); }
    bool attached() const { return uv_host::loop() != nullptr; }
    void start_on(here::loop& on) { start(&on.raw); }
};
} // namespace here

#include "adapter/said.hpp"
namespace here {
using adapter::said;
} // namespace here

#include "adapter/steps.hpp"
#include "adapter/failures.hpp"
#include "adapter/ends.hpp"
#ifdef ACTOR_RT_UV_ASYNC
#define ADAPTER_TEST_STOPS_FIRST
#endif
#include "adapter/attachment.hpp"
#include "adapter/loop_ends.hpp"

namespace {
/// A host at rest that nothing keeps alive.
struct mortal : fixture {
    mortal() { host.keep_alive(false); }
};
} // namespace

TEST(uv_run_handles_what_was_posted_before_it_and_returns_when_actors_rest)
{
    mortal f;
    CHECK(f.host.rt().post(f.to, item{}).ok());
    CHECK(uv_run(&f.home.raw, UV_RUN_DEFAULT) == 0);
    CHECK(f.turns == 1);
}

TEST(uv_run_waits_for_a_deadline_and_for_no_other_thread)
{
    mortal f;
    CHECK(f.host.rt().after(f.to, 2ms, item{}));
    CHECK(uv_run(&f.home.raw, UV_RUN_DEFAULT) == 0);
    CHECK(f.turns == 1);
}

TEST(keep_alive_lets_uv_run_wait_for_other_threads)
{
    mortal f;
    f.host.keep_alive(true);
    const actor_rt::remote door = f.host.rt().make_remote();
    std::thread other([&] { CHECK(door.post(f.to, again{0}).ok()); });
    CHECK(uv_run(&f.home.raw, UV_RUN_DEFAULT) != 0); // The worker quits the host.
    other.join();
    CHECK(f.turns == 1);
    f.host.keep_alive(false);
    CHECK(uv_run(&f.home.raw, UV_RUN_DEFAULT) == 0);
}

TEST(what_a_handler_threw_stops_the_programs_own_uv_run_and_waits_for_rethrow)
{
    mortal f;
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().after(other, 1h, item{}) && f.host.rt().post(f.to, boom{}).ok());
    CHECK(uv_run(&f.home.raw, UV_RUN_DEFAULT) != 0);
    CHECK(thrown_by([&] { f.host.rethrow(); }));
    f.host.rethrow();
}

TEST(a_host_that_has_let_go_leaves_nothing_on_the_loop)
{
    here::loop home;
    std::atomic<int> turns{0};
    {
        here::host host(home);
        CHECK(host.rt().post(host.rt().spawn<worker>(host, turns), item{}).ok());
        home.settle();
    }
    home.close(); // Refused while a handle is open.
    CHECK(turns == 1);
}

TEST(a_host_whose_handles_somebody_else_has_closed_is_stopped)
{
    mortal f;
    CHECK(f.host.rt().after(f.to, 1h, item{}));
    f.home.settle();
    f.home.close_all_others();
    CHECK(!f.host.attached() && f.host.loop() == nullptr);
    f.host.quit();
    f.host.keep_alive(true);
    CHECK(f.host.rt().post(f.to, item{}).ok());
    bool waited = false;
    f.home.later(5ms, [&] { waited = true; });
    f.home.run_while([&] { return !waited; });
    CHECK(f.turns == 0);
    f.host.start_on(f.home); // Anew, on the same loop.
    f.home.run_while([&] { return f.turns < 1; });
}

TEST(the_host_may_stop_or_go_while_the_handles_that_somebody_else_closed_still_close)
{
    for (const bool destroyed : {false, true}) {
        here::loop home;
        std::atomic<int> turns{0};
        auto host = std::make_unique<here::host>(home);
        const auto to = host->rt().spawn<worker>(*host, turns);
        CHECK(host->rt().after(to, 1h, item{}));
        home.settle();
        home.close_all_others();
        if (destroyed) {
            host.reset();
        } else {
            host->stop();
        }
        home.close();
    }
}

TEST(the_host_may_go_when_one_of_its_handles_was_closed_by_somebody_else)
{
    for (const uv_handle_type closed : {UV_TIMER, UV_IDLE, UV_POLL, UV_ASYNC}) {
        here::loop home;
        std::atomic<int> turns{0};
        {
            here::host host(home);
            CHECK(host.rt().post(host.rt().spawn<worker>(host, turns), item{}).ok());
            home.settle();
            struct both {
                uv_handle_type type;
                here::loop* home;
            } wanted = {closed, &home};
            uv_walk(&home.raw, [](uv_handle_t* handle, void* user) {
                const both& only = *static_cast<both*>(user);
                if (handle->type == only.type && handle->data != only.home) {
                    uv_close(handle, nullptr);
                }
            }, &wanted);
        }
        home.close();
        CHECK(turns == 1);
    }
}

TEST(a_handler_or_a_host_call_may_close_all_handles_of_the_loop)
{
    for (const bool in_host_call : {false, true}) {
        here::loop home;
        std::atomic<int> turns{0};
        int done = 0;
        here::host host(home);
        const auto to = host.rt().spawn<worker>(host, turns);
        const auto closer = host.rt().spawn<doer>([&](actor_rt::context& cx) {
            CHECK(cx.after(to, 1ms, item{}) && cx.post(to, again{100}).ok()); // Deadline and debt, both to be armed.
            home.close_all_others();
        });
        const auto caller_of_it = host.rt().spawn<caller>([&] { home.close_all_others(); }, done);
        host.set_budget({1, 1h, false});
        CHECK((in_host_call ? host.rt().post(caller_of_it, item{}) : host.rt().post(closer, item{})).ok());
        CHECK(host.rt().post(to, item{}).ok());
        home.close(); // Runs to the end.
        CHECK(!host.attached() && turns <= 1);
    }
}
