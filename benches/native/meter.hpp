/*
 * Owns: the command line and the clocks of these programs: `--row NAME --ops N` measures one row and prints it as the other
 * benchmarks do, `--list` names the rows, `--version` the library that they measure. A row sets up, hands its work to `meter::measure`, and checks what was done.
 */
#ifndef ACTOR_RT_BENCH_METER_HPP
#define ACTOR_RT_BENCH_METER_HPP

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <malloc.h>
#include <thread>
#include <vector>

namespace bench {
inline std::uint64_t nanoseconds(clockid_t clock)
{
    timespec now = {};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1000000000u + static_cast<std::uint64_t>(now.tv_nsec);
}
inline std::uint64_t now() { return nanoseconds(CLOCK_MONOTONIC); }

inline void expect(bool good, const char* what)
{
    if (!good) {
        std::fprintf(stderr, "%s\n", what);
        std::_Exit(1);
    }
}

struct meter {
    std::uint64_t ops;
    std::uint64_t took = 0;
    std::uint64_t executed = 0;
    std::uint64_t bytes = 0;

    /// Does the work for a while, then measures it for `ops`. The work takes a number of operations, a multiple of 1,000.
    template <class Work>
    void measure(Work work)
    {
        work(std::min<std::uint64_t>(ops, 10000));
        const std::uint64_t began = now();
        const std::uint64_t before = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
        work(ops);
        executed = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - before;
        took = now() - began;
    }
    /// How much the work was in all, for checks.
    std::uint64_t total() const { return ops + std::min<std::uint64_t>(ops, 10000); }

    /// The median of single times, as if each operation had taken it.
    void median(std::vector<std::uint64_t> times)
    {
        std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
        took = executed = times[times.size() / 2] * ops;
    }
};

/// A library that is measured.
struct library {
    const char* name;
    int major, minor, patch;
};

struct row {
    const char* name;
    void (*body)(meter&);
};

inline int run(int count, char** words, library from, std::initializer_list<row> rows)
{
    const char* wanted = "";
    meter one = {0};
    for (int index = 1; index < count; ++index) {
        const bool more = index + 1 < count;
        if (std::strcmp(words[index], "--list") == 0) {
            for (const row& each : rows) {
                std::puts(each.name);
            }
            return 0;
        }
        if (std::strcmp(words[index], "--version") == 0) {
            std::printf("%s %d.%d.%d\n", from.name, from.major, from.minor, from.patch);
            return 0;
        }
        wanted = more && std::strcmp(words[index], "--row") == 0 ? words[index + 1] : wanted;
        one.ops = more && std::strcmp(words[index], "--ops") == 0 ? std::strtoull(words[index + 1], nullptr, 10) : one.ops;
    }
    for (const row& each : rows) {
        if (one.ops != 0 && std::strcmp(each.name, wanted) == 0) {
            each.body(one);
            std::printf("ops %llu\nnanoseconds %llu\n", static_cast<unsigned long long>(one.ops), static_cast<unsigned long long>(one.took));
            std::printf("processor_nanoseconds %llu\nallocations 0\ngrown_bytes %llu\n", static_cast<unsigned long long>(one.executed),
                        static_cast<unsigned long long>(one.bytes));
            return 0;
        }
    }
    std::fprintf(stderr, "usage: --row NAME --ops N, or --list, or --version\n");
    return 2;
}

/// How many bytes the process has from the allocator, its overhead included.
inline std::uint64_t allocated()
{
    const struct mallinfo2 now = mallinfo2();
    return now.uordblks + now.hblkhd;
}

constexpr std::uint64_t batch = 1000;

/// Where bursts arrive: adds up what comes.
struct sink {
    std::uint64_t sum = 0;
    std::uint64_t count = 0;
    void take(std::uint64_t value)
    {
        sum += value;
        ++count;
    }
    /// After `total` operations in batches of 0, 1, 2 …
    void check(std::uint64_t total) const { expect(count == total && sum == total / batch * (batch * (batch - 1) / 2), "not all arrived"); }
};

/// Threads that each post their share of `total`.
template <class Post>
std::vector<std::thread> producers(unsigned threads, std::uint64_t total, Post post)
{
    std::vector<std::thread> all;
    for (unsigned index = 0; index < threads; ++index) {
        all.emplace_back([=] {
            for (std::uint64_t left = total / threads; left != 0; --left) {
                post();
            }
        });
    }
    return all;
}

/// Another thread that sends the time, one after the other, each when the loop has gone to sleep: `send(time)` makes the loop call
/// `arrived(time)`. The loop is run by the caller until `done`.
struct latency {
    std::vector<std::uint64_t> times;
    std::atomic<std::uint64_t> heard{0};

    void arrived(std::uint64_t sent)
    {
        times.push_back(now() - sent);
        heard.fetch_add(1, std::memory_order_release);
    }
    template <class Send>
    std::thread start(std::uint64_t count, Send send)
    {
        times.reserve(count);
        return std::thread([this, count, send] {
            for (std::uint64_t number = 0; number < count; ++number) {
                std::this_thread::sleep_for(std::chrono::microseconds(50)); // Until the loop sleeps.
                send(now());
                while (heard.load(std::memory_order_acquire) <= number) {
                    std::this_thread::yield();
                }
            }
        });
    }
};
} // namespace bench

#endif // ACTOR_RT_BENCH_METER_HPP
