// asio by itself and with actors on it: asio::post, steady_timer. Compiled for standalone asio and for Boost.
#include "ours.hpp"

#include <actor_rt/asio.hpp>

#ifdef ACTOR_RT_ASIO_BOOST
namespace asio = boost::asio;
#endif

namespace {
struct plain_loop {
    asio::io_context raw;
    asio::executor_work_guard<asio::io_context::executor_type> alive{raw.get_executor()};
    template <class Condition>
    void run_while(Condition condition)
    {
        while (condition()) {
            raw.run_one();
        }
    }
};
struct host : actor_rt::asio_host {
    explicit host(plain_loop& on) : asio_host(on.raw) {}
};
using ours = bench::ours::rows<plain_loop, host>;

void burst(bench::meter& meter)
{
    plain_loop home;
    bench::sink sink;
    std::uint64_t until = 0;
    meter.measure([&](std::uint64_t ops) {
        for (std::uint64_t done = 0; done < ops; done += bench::batch) {
            for (std::uint64_t value = 0; value < bench::batch; ++value) {
                asio::post(home.raw, [to = &sink, value] { to->take(value); });
            }
            until += bench::batch;
            home.run_while([&] { return sink.count < until; });
        }
    });
    sink.check(meter.total());
}

struct player {
    asio::io_context& at;
    player* other = nullptr;
    std::uint64_t hops = 0;
    void take(std::uint64_t left)
    {
        ++hops;
        if (left != 0) {
            asio::post(at, [to = other, left] { to->take(left - 1); });
        }
    }
};

void ping(bench::meter& meter)
{
    plain_loop home;
    player one{home.raw};
    player two{home.raw, &one};
    one.other = &two;
    std::uint64_t until = 0;
    meter.measure([&](std::uint64_t ops) {
        until += ops;
        asio::post(home.raw, [&one, ops] { one.take(ops - 1); });
        home.run_while([&] { return one.hops + two.hops < until; });
    });
}

template <std::uint64_t Waiting>
void timers(bench::meter& meter)
{
    plain_loop home;
    std::vector<std::unique_ptr<asio::steady_timer>> waiting;
    for (std::uint64_t number = 0; number < Waiting; ++number) {
        waiting.push_back(std::make_unique<asio::steady_timer>(home.raw, std::chrono::hours(1) + std::chrono::milliseconds(number)));
        waiting.back()->async_wait([](const auto&) {});
    }
    meter.measure([&](std::uint64_t ops) {
        for (std::uint64_t number = 0; number < ops; ++number) {
            asio::steady_timer timer(home.raw, std::chrono::minutes(30) + std::chrono::milliseconds(number % 1000));
            timer.async_wait([](const auto&) {});
            timer.cancel();
            if (number % bench::batch == 0) {
                home.raw.poll(); // The handlers of those that were cancelled.
            }
        }
        home.raw.poll();
    });
}

template <unsigned Threads>
void produce(bench::meter& meter)
{
    plain_loop home;
    std::uint64_t count = 0;
    std::uint64_t until = 0;
    meter.measure([&](std::uint64_t ops) {
        until += ops;
        auto threads = bench::producers(Threads, ops, [&] { asio::post(home.raw, [&count] { ++count; }); });
        home.run_while([&] { return count < until; });
        for (std::thread& one : threads) {
            one.join();
        }
    });
}

void wake(bench::meter& meter)
{
    plain_loop home;
    bench::latency latency;
    std::thread other = latency.start(meter.ops, [&](std::uint64_t sent) {
        asio::post(home.raw, [&latency, sent] { latency.arrived(sent); });
    });
    home.run_while([&] { return latency.heard < meter.ops; });
    other.join();
    meter.median(latency.times);
}
} // namespace

int main(int count, char** words)
{
    return bench::run(count, words, {
        {"burst", burst}, {"ping", ping}, {"timers_1k", timers<1000>}, {"timers_100k", timers<100000>},
        {"producers_1", produce<1>}, {"producers_4", produce<4>}, {"wake", wake},
        {"ours_burst", ours::burst}, {"ours_ping", ours::ping}, {"ours_timers_1k", ours::timers<1000>},
        {"ours_timers_100k", ours::timers<100000>}, {"ours_producers_1", ours::produce<1>},
        {"ours_producers_4", ours::produce<4>}, {"ours_wake", ours::wake},
    });
}
