// The least that one writes in C++ without a library: std::function in a std::deque, and for other threads a mutex beside it.
#include "meter.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace {
std::deque<std::function<void()>> queue;

void drain()
{
    while (!queue.empty()) {
        const auto work = std::move(queue.front());
        queue.pop_front();
        work();
    }
}

void burst(bench::meter& meter)
{
    bench::sink sink;
    meter.measure([&](std::uint64_t ops) {
        for (std::uint64_t done = 0; done < ops; done += bench::batch) {
            for (std::uint64_t value = 0; value < bench::batch; ++value) {
                queue.emplace_back([to = &sink, value] { to->take(value); });
            }
            drain();
        }
    });
    sink.check(meter.total());
}

struct player {
    player* other = nullptr;
    std::uint64_t hops = 0;
    void take(std::uint64_t left)
    {
        ++hops;
        if (left != 0) {
            queue.emplace_back([to = other, left] { to->take(left - 1); });
        }
    }
};

void ping(bench::meter& meter)
{
    player one;
    player two{&one};
    one.other = &two;
    meter.measure([&](std::uint64_t ops) {
        queue.emplace_back([&one, ops] { one.take(ops - 1); });
        drain();
    });
    bench::expect(one.hops + two.hops == meter.total(), "not all arrived");
}

/// The same with a lock, for other threads.
struct locked {
    std::mutex mutex;
    std::condition_variable filled;
    std::deque<std::function<void()>> waiting;

    void post(std::function<void()> work)
    {
        bool first = false;
        {
            const std::lock_guard<std::mutex> lock(mutex);
            first = waiting.empty();
            waiting.push_back(std::move(work));
        }
        if (first) {
            filled.notify_one();
        }
    }
    template <class Condition>
    void run_while(Condition condition)
    {
        std::deque<std::function<void()>> taken;
        while (condition()) {
            {
                std::unique_lock<std::mutex> lock(mutex);
                filled.wait(lock, [&] { return !waiting.empty(); });
                taken.swap(waiting);
            }
            for (const auto& work : taken) {
                work();
            }
            taken.clear();
        }
    }
};

template <unsigned Threads>
void produce(bench::meter& meter)
{
    locked loop;
    std::uint64_t count = 0;
    std::uint64_t until = 0;
    meter.measure([&](std::uint64_t ops) {
        until += ops;
        auto threads = bench::producers(Threads, ops, [&] { loop.post([&count] { ++count; }); });
        loop.run_while([&] { return count < until; });
        for (std::thread& one : threads) {
            one.join();
        }
    });
}

void wake(bench::meter& meter)
{
    locked loop;
    bench::latency latency;
    std::thread other = latency.start(meter.ops, [&](std::uint64_t sent) { loop.post([&latency, sent] { latency.arrived(sent); }); });
    loop.run_while([&] { return latency.heard < meter.ops; });
    other.join();
    meter.median(latency.times);
}
} // namespace

int main(int count, char** words)
{
    return bench::run(count, words, {{"burst", burst}, {"ping", ping}, {"producers_1", produce<1>}, {"producers_4", produce<4>}, {"wake", wake}});
}
