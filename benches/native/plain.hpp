/*
 * Owns: the rows of a loop by itself: its Loop has `run_while(condition)`; Queue, made from a Loop, has `post(work)` for the loop's own
 * thread, and Outside has it for any. What a loop says in another way is in its program.
 */
#ifndef ACTOR_RT_BENCH_PLAIN_HPP
#define ACTOR_RT_BENCH_PLAIN_HPP

#include "meter.hpp"

namespace bench::plain {
template <class Loop, class Queue, class Outside = Queue>
struct rows {
    static void burst(meter& meter)
    {
        Loop loop;
        Queue queue(loop);
        sink sink;
        std::uint64_t until = 0;
        meter.measure([&](std::uint64_t ops) {
            for (std::uint64_t done = 0; done < ops; done += batch) {
                for (std::uint64_t value = 0; value < batch; ++value) {
                    queue.post([to = &sink, value] { to->take(value); });
                }
                until += batch;
                loop.run_while([&] { return sink.count < until; });
            }
        });
        sink.check(meter.total());
    }

    struct player {
        Queue& at;
        player* other = nullptr;
        std::uint64_t hops = 0;
        void take(std::uint64_t left)
        {
            ++hops;
            if (left != 0) {
                at.post([to = other, left] { to->take(left - 1); });
            }
        }
    };

    static void ping(meter& meter)
    {
        Loop loop;
        Queue queue(loop);
        player one{queue};
        player two{queue, &one};
        one.other = &two;
        std::uint64_t until = 0;
        meter.measure([&](std::uint64_t ops) {
            until += ops;
            queue.post([&one, ops] { one.take(ops - 1); });
            loop.run_while([&] { return one.hops + two.hops < until; });
        });
    }

    template <unsigned Threads>
    static void produce(meter& meter)
    {
        Loop loop;
        Outside queue(loop);
        std::uint64_t count = 0;
        std::uint64_t until = 0;
        meter.measure([&](std::uint64_t ops) {
            until += ops;
            auto threads = producers(Threads, ops, [&] { queue.post([&count] { ++count; }); });
            loop.run_while([&] { return count < until; });
            for (std::thread& one : threads) {
                one.join();
            }
        });
    }

    static void wake(meter& meter)
    {
        Loop loop;
        Outside queue(loop);
        latency latency;
        std::thread other = latency.start(meter.ops, [&](std::uint64_t sent) { queue.post([&latency, sent] { latency.arrived(sent); }); });
        loop.run_while([&] { return latency.heard < meter.ops; });
        other.join();
        meter.median(latency.times);
    }
};
} // namespace bench::plain

#endif // ACTOR_RT_BENCH_PLAIN_HPP
