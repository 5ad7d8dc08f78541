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
        uv_walk(&raw, [](uv_handle_t* handle, void* self) {
            if (handle->data != self && uv_is_closing(handle) == 0) {
                uv_close(handle, nullptr);
            }
        }, this);
        close();
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

#include "adapter/steps.hpp"
#include "adapter/failures.hpp"
#include "adapter/ends.hpp"
#include "adapter/attachment.hpp"

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
