// libuv by itself and with actors on it. It has no queue of its own: what one writes is a std::deque that an idle handle drains on
// the loop's thread, and one with a mutex behind an async handle for other threads.
#include "ours.hpp"
#include "plain.hpp"

#include <actor_rt/uv.hpp>

#include <deque>
#include <functional>
#include <mutex>

namespace {
struct plain_loop {
    uv_loop_t raw;
    plain_loop() { uv_loop_init(&raw); }
    ~plain_loop()
    {
        uv_run(&raw, UV_RUN_DEFAULT);
        bench::expect(uv_loop_close(&raw) == 0, "a handle is left");
    }
    template <class Condition>
    void run_while(Condition condition)
    {
        while (condition()) {
            uv_run(&raw, UV_RUN_ONCE);
        }
    }
};
/// A handle's end: the loop needs a round for it.
template <class Handle>
void close(Handle& handle)
{
    uv_loop_t* const home = handle.loop;
    uv_close(reinterpret_cast<uv_handle_t*>(&handle), nullptr);
    uv_run(home, UV_RUN_NOWAIT);
}

struct host : actor_rt::uv_host {
    explicit host(plain_loop& on) : uv_host(&on.raw) { keep_alive(true); }
};
using ours = bench::ours::rows<plain_loop, host>;

/// A queue on the loop's thread.
struct queue {
    uv_idle_t idle;
    std::deque<std::function<void()>> waiting;
    explicit queue(plain_loop& on)
    {
        uv_idle_init(&on.raw, &idle);
        idle.data = this;
    }
    ~queue() { close(idle); }
    void post(std::function<void()> work)
    {
        waiting.push_back(std::move(work));
        if (uv_is_active(reinterpret_cast<uv_handle_t*>(&idle)) == 0) {
            uv_idle_start(&idle, [](uv_idle_t* handle) { static_cast<queue*>(handle->data)->drain(); });
        }
    }
    void drain()
    {
        for (std::size_t left = waiting.size(); left != 0; --left) { // As a loop does it: what comes meanwhile is for the next round.
            const auto work = std::move(waiting.front());
            waiting.pop_front();
            work();
        }
        if (waiting.empty()) {
            uv_idle_stop(&idle);
        }
    }
};

/// A queue for other threads.
struct locked {
    uv_async_t async;
    std::mutex mutex;
    std::vector<std::function<void()>> waiting;
    explicit locked(plain_loop& on)
    {
        uv_async_init(&on.raw, &async, [](uv_async_t* handle) {
            auto* const self = static_cast<locked*>(handle->data);
            std::vector<std::function<void()>> taken;
            {
                const std::lock_guard<std::mutex> lock(self->mutex);
                taken.swap(self->waiting);
            }
            for (const auto& work : taken) {
                work();
            }
        });
        async.data = this;
    }
    ~locked() { close(async); }
    void post(std::function<void()> work)
    {
        {
            const std::lock_guard<std::mutex> lock(mutex);
            waiting.push_back(std::move(work));
        }
        uv_async_send(&async);
    }
};

using plain = bench::plain::rows<plain_loop, queue, locked>;

template <std::uint64_t Waiting>
void timers(bench::meter& meter)
{
    plain_loop home;
    std::vector<uv_timer_t> waiting(Waiting + 1);
    const auto nothing = [](uv_timer_t*) {};
    for (std::uint64_t number = 0; number <= Waiting; ++number) {
        uv_timer_init(&home.raw, &waiting[number]);
        uv_timer_start(&waiting[number], nothing, 3600000 + number, 0);
    }
    uv_timer_t* const one = &waiting[Waiting];
    uv_timer_stop(one);
    meter.measure([&](std::uint64_t ops) {
        for (std::uint64_t number = 0; number < ops; ++number) {
            uv_timer_start(one, nothing, 1800000 + number % 1000, 0);
            uv_timer_stop(one);
        }
    });
    for (uv_timer_t& timer : waiting) {
        uv_close(reinterpret_cast<uv_handle_t*>(&timer), nullptr);
    }
    uv_run(&home.raw, UV_RUN_NOWAIT);
}

} // namespace

int main(int count, char** words)
{
    return bench::run(count, words, {"libuv", UV_VERSION_MAJOR, UV_VERSION_MINOR, UV_VERSION_PATCH}, {
        {"burst", plain::burst}, {"ping", plain::ping}, {"timers_1k", timers<1000>}, {"timers_100k", timers<100000>},
        {"producers_1", plain::produce<1>}, {"producers_4", plain::produce<4>}, {"wake", plain::wake},
        {"ours_burst", ours::burst}, {"ours_ping", ours::ping}, {"ours_timers_1k", ours::timers<1000>},
        {"ours_timers_100k", ours::timers<100000>}, {"ours_deadlines_1k", ours::deadlines<1000>},
        {"ours_deadlines_100k", ours::deadlines<100000>}, {"ours_producers_1", ours::produce<1>},
        {"ours_producers_4", ours::produce<4>}, {"ours_wake", ours::wake}, {"ours_spawn", ours::spawn}, {"ours_memory", ours::memory},
    });
}
