/*
 * Owns: the rows of this project's side, on the loop of a peer: its Loop has `run_while(condition)`, and Host is the adapter, made
 * from a Loop. Each operation goes through the C++ wrapper, the adapter and the loop.
 */
#ifndef ACTOR_RT_BENCH_OURS_HPP
#define ACTOR_RT_BENCH_OURS_HPP

#include "meter.hpp"

#include <actor_rt.hpp>

#include <memory>

namespace bench::ours {
inline void must(actor_rt::status status) { expect(status.ok(), "a call was refused"); }

struct value {
    static constexpr std::string_view tag_name = "value";
    std::uint64_t number;
};
struct taker : actor_rt::actor<taker, value> {
    sink& to;
    explicit taker(sink& where) : to(where) {}
    void on(actor_rt::context&, const value& message) { to.take(message.number); }
};
struct player : actor_rt::actor<player, value> {
    std::uint64_t& hops;
    const actor_rt::actor_ref<player>& other;
    player(std::uint64_t& count, const actor_rt::actor_ref<player>& peer) : hops(count), other(peer) {}
    void on(actor_rt::context& cx, const value& message)
    {
        ++hops;
        if (message.number != 0) {
            must(cx.post(other, value{message.number - 1}));
        }
    }
};
struct listener : actor_rt::actor<listener, value> {
    latency& to;
    explicit listener(latency& where) : to(where) {}
    void on(actor_rt::context&, const value& message) { to.arrived(message.number); }
};

template <class Loop, class Host>
struct rows {
    static void burst(meter& meter)
    {
        Loop loop;
        Host host(loop);
        sink sink;
        std::uint64_t until = 0;
        const auto to = host.rt().template spawn<taker>(sink);
        meter.measure([&](std::uint64_t ops) {
            for (std::uint64_t done = 0; done < ops; done += batch) {
                for (std::uint64_t number = 0; number < batch; ++number) {
                    must(host.rt().post(to, value{number}));
                }
                until += batch;
                loop.run_while([&] { return sink.count < until; });
            }
        });
        sink.check(meter.total());
    }

    static void ping(meter& meter)
    {
        Loop loop;
        Host host(loop);
        std::uint64_t hops = 0;
        std::uint64_t until = 0;
        actor_rt::actor_ref<player> one;
        actor_rt::actor_ref<player> two;
        one = host.rt().template spawn<player>(hops, two);
        two = host.rt().template spawn<player>(hops, one);
        meter.measure([&](std::uint64_t ops) {
            until += ops;
            must(host.rt().post(one, value{ops - 1}));
            loop.run_while([&] { return hops < until; });
        });
    }

    /// By `after`, which outside of a handler looks at the clock.
    template <std::uint64_t Waiting>
    static void timers(meter& meter)
    {
        timers_by<Waiting>(meter, [](auto& rt, auto to, auto, auto delay, value what) { return rt.after(to, delay, what); });
    }
    /// By `at`, which takes the time that the loop has read.
    template <std::uint64_t Waiting>
    static void deadlines(meter& meter)
    {
        timers_by<Waiting>(meter, [](auto& rt, auto to, auto now, auto delay, value what) { return rt.at(to, now + delay, what); });
    }
    template <std::uint64_t Waiting, class Arm>
    static void timers_by(meter& meter, Arm arm)
    {
        Loop loop;
        Host host(loop);
        sink sink;
        const auto to = host.rt().template spawn<taker>(sink);
        const auto now = host.rt().now();
        for (std::uint64_t number = 0; number < Waiting; ++number) {
            expect(static_cast<bool>(arm(host.rt(), to, now, std::chrono::hours(1) + std::chrono::milliseconds(number), value{number})), "no timer");
        }
        meter.measure([&](std::uint64_t ops) {
            for (std::uint64_t number = 0; number < ops; ++number) {
                const actor_rt::timer timer = arm(host.rt(), to, now, std::chrono::minutes(30) + std::chrono::milliseconds(number % 1000), value{number});
                must(host.rt().cancel(timer));
            }
        });
    }

    template <unsigned Threads>
    static void produce(meter& meter)
    {
        Loop loop;
        Host host(loop);
        sink sink;
        std::uint64_t until = 0;
        const auto to = host.rt().template spawn<taker>(sink);
        meter.measure([&](std::uint64_t ops) {
            until += ops;
            std::vector<std::thread> threads;
            for (unsigned index = 0; index < Threads; ++index) {
                threads.emplace_back([&, door = host.rt().make_remote()] {
                    for (std::uint64_t left = ops / Threads; left != 0; --left) {
                        must(door.post(to, value{0}));
                    }
                });
            }
            loop.run_while([&] { return sink.count < until; });
            for (std::thread& one : threads) {
                one.join();
            }
        });
    }

    static void wake(meter& meter)
    {
        Loop loop;
        Host host(loop);
        latency latency;
        const auto to = host.rt().template spawn<listener>(latency);
        const actor_rt::remote door = host.rt().make_remote();
        std::thread other = latency.start(meter.ops, [&](std::uint64_t sent) { must(door.post(to, value{sent})); });
        loop.run_while([&] { return latency.heard < meter.ops; });
        other.join();
        meter.median(latency.times);
    }

    static void spawn(meter& meter)
    {
        Loop loop;
        Host host(loop);
        sink sink;
        meter.measure([&](std::uint64_t ops) {
            std::vector<actor_rt::actor_ref<taker>> made(batch);
            for (std::uint64_t done = 0; done < ops; done += batch) {
                for (auto& one : made) {
                    one = host.rt().template spawn<taker>(sink);
                }
                for (const auto& one : made) {
                    must(host.rt().stop(one));
                }
                (void)host.rt().step(actor_rt::clock_now, actor_rt::unlimited);
            }
        });
    }

    static void memory(meter& meter)
    {
        Loop loop;
        Host host(loop);
        sink sink;
        const std::uint64_t before = allocated();
        for (std::uint64_t number = 0; number < meter.ops; ++number) {
            (void)host.rt().template spawn<taker>(sink);
        }
        meter.bytes = allocated() - before;
    }
};
} // namespace bench::ours

#endif // ACTOR_RT_BENCH_OURS_HPP
