// asio by itself and with actors on it: asio::post, steady_timer. Compiled for standalone asio and for Boost.
#include "ours.hpp"
#include "plain.hpp"

#include <actor_rt/asio.hpp>

#ifdef ACTOR_RT_ASIO_BOOST
#include <boost/version.hpp>
#else
#include <asio/version.hpp>
#endif

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

struct poster {
    asio::io_context& at;
    explicit poster(plain_loop& on) : at(on.raw) {}
    template <class Work>
    void post(Work work)
    {
        asio::post(at, std::move(work));
    }
};
using plain = bench::plain::rows<plain_loop, poster>;

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

} // namespace

#ifdef ACTOR_RT_ASIO_BOOST
constexpr bench::library library = {"Boost", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100};
#else
constexpr bench::library library = {"asio", ASIO_VERSION / 100000, ASIO_VERSION / 100 % 1000, ASIO_VERSION % 100};
#endif

int main(int count, char** words)
{
    return bench::run(count, words, library, {
        {"burst", plain::burst}, {"ping", plain::ping}, {"timers_1k", timers<1000>}, {"timers_100k", timers<100000>},
        {"producers_1", plain::produce<1>}, {"producers_4", plain::produce<4>}, {"wake", plain::wake},
        {"ours_burst", ours::burst}, {"ours_ping", ours::ping}, {"ours_timers_1k", ours::timers<1000>},
        {"ours_timers_100k", ours::timers<100000>}, {"ours_deadlines_1k", ours::deadlines<1000>},
        {"ours_deadlines_100k", ours::deadlines<100000>}, {"ours_producers_1", ours::produce<1>},
        {"ours_producers_4", ours::produce<4>}, {"ours_wake", ours::wake},
    });
}
