// Typed messages through the C++ wrapper, over the same shared library: `--row burst|ping --ops N`.
//
// The workloads are those of ../c/messages.c, which beside it shows what the wrapper costs: actors are classes, messages
// structs of 8 bytes, and handlers are found by their type. The program checks that each message arrived.
#include <actor_rt.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <vector>

namespace {
constexpr std::uint64_t burst = 1000;
constexpr std::uint64_t warm_up = 10000;

struct add {
    static constexpr std::string_view tag_name = "add";
    std::uint64_t value;
};
struct ball {
    static constexpr std::string_view tag_name = "ball";
    std::uint64_t left;
};

/// Adds up what it gets, for as long as its cell lives.
struct adder : actor_rt::actor<adder, add> {
    std::uint64_t& sum;
    explicit adder(std::uint64_t& total) : sum(total) {}
    void on(actor_rt::context&, const add& message) { sum += message.value; }
};
struct player : actor_rt::actor<player, ball> {
    std::uint64_t& sum;
    const actor_rt::actor_ref<player>& other;
    player(std::uint64_t& total, const actor_rt::actor_ref<player>& peer) : sum(total), other(peer) {}
    void on(actor_rt::context& cx, const ball& message)
    {
        ++sum;
        if (message.left != 0) {
            must(cx.post(other, ball{message.left - 1}));
        }
    }
    static void must(actor_rt::status status)
    {
        if (!status.ok()) {
            std::abort();
        }
    }
};

/// One step without bound on messages or time, at a time that stands still.
void step(actor_rt::runtime& rt)
{
    while (rt.step(actor_rt::time_point()).more) {
    }
}

void bursts(actor_rt::runtime& rt, const std::vector<actor_rt::actor_ref<adder>>& adders, std::uint64_t ops)
{
    for (std::uint64_t round = 0; round < ops / burst; ++round) {
        for (std::uint64_t index = 0; index < burst; ++index) {
            player::must(rt.post(adders[index], add{index}));
        }
        step(rt);
    }
}

std::uint64_t nanoseconds(clockid_t clock)
{
    timespec now = {};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1000000000u + static_cast<std::uint64_t>(now.tv_nsec);
}
} // namespace

int main(int argc, char** argv)
{
    const char* row = "";
    std::uint64_t ops = 0;
    for (int index = 1; index + 1 < argc; index += 2) {
        row = std::strcmp(argv[index], "--row") == 0 ? argv[index + 1] : row;
        ops = std::strcmp(argv[index], "--ops") == 0 ? std::strtoull(argv[index + 1], nullptr, 10) : ops;
    }
    const bool bursting = std::strcmp(row, "burst") == 0;
    if (ops == 0 || (!bursting && std::strcmp(row, "ping") != 0)) {
        std::fprintf(stderr, "usage: --row burst|ping --ops N\n");
        return 2;
    }

    std::uint64_t sum = 0;
    actor_rt::runtime rt;
    std::vector<actor_rt::actor_ref<adder>> adders;
    for (std::uint64_t index = 0; bursting && index < burst; ++index) {
        adders.push_back(rt.spawn<adder>(sum));
    }
    actor_rt::actor_ref<player> one;
    actor_rt::actor_ref<player> two;
    one = rt.spawn<player>(sum, two);
    two = rt.spawn<player>(sum, one);
    const auto work = [&](std::uint64_t count) {
        if (bursting) {
            bursts(rt, adders, count);
        } else {
            player::must(rt.post(one, ball{count - 1}));
            step(rt);
        }
    };

    work(warm_up);
    const std::uint64_t started = nanoseconds(CLOCK_MONOTONIC);
    const std::uint64_t executed_before = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    work(ops);
    const std::uint64_t executed = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - executed_before;
    const std::uint64_t took = nanoseconds(CLOCK_MONOTONIC) - started;

    const std::uint64_t handled = warm_up + ops;
    const std::uint64_t expected = bursting ? handled / burst * (burst * (burst - 1) / 2) : handled;
    if (sum != expected) {
        std::fprintf(stderr, "%llu arrived, %llu expected\n", static_cast<unsigned long long>(sum), static_cast<unsigned long long>(expected));
        return 1;
    }
    std::printf("ops %llu\nnanoseconds %llu\n", static_cast<unsigned long long>(ops), static_cast<unsigned long long>(took));
    std::printf("processor_nanoseconds %llu\nallocations 0\ngrown_bytes 0\n", static_cast<unsigned long long>(executed));
    return 0;
}
