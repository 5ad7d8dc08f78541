// CAF, the C++ Actor Framework, with one worker thread: as it is used, by typed messages to event-based actors.
#include "meter.hpp"

#include <caf/all.hpp>

namespace {
struct config : caf::actor_system_config {
    config() { set("scheduler.max-threads", 1); }
};

/// The worker is another thread than the one that waits, so the clock counts.
struct world {
    config how;
    caf::actor_system system{how};
    std::atomic<std::uint64_t> count{0};
    void wait(std::uint64_t until) const
    {
        while (count.load(std::memory_order_acquire) < until) {
            std::this_thread::yield();
        }
    }
};

void burst(bench::meter& meter)
{
    world home;
    std::uint64_t sum = 0;
    std::uint64_t until = 0;
    const caf::actor to = home.system.spawn([&]() -> caf::behavior {
        return {[&](std::uint64_t value) {
            sum += value;
            home.count.fetch_add(1, std::memory_order_release);
        }};
    });
    meter.measure([&](std::uint64_t ops) {
        for (std::uint64_t done = 0; done < ops; done += bench::batch) {
            for (std::uint64_t value = 0; value < bench::batch; ++value) {
                caf::anon_send(to, value);
            }
            until += bench::batch;
            home.wait(until);
        }
    });
    bench::expect(sum == meter.total() / bench::batch * (bench::batch * (bench::batch - 1) / 2), "not all arrived");
    caf::anon_send_exit(to, caf::exit_reason::user_shutdown);
}

void ping(bench::meter& meter)
{
    world home;
    std::uint64_t until = 0;
    const auto player = [&](caf::event_based_actor* self) -> caf::behavior {
        return {[&home, self](std::uint64_t left, const caf::actor& other) {
            if (left != 0) {
                self->send(other, left - 1, caf::actor_cast<caf::actor>(self));
            }
            home.count.fetch_add(1, std::memory_order_release);
        }};
    };
    const caf::actor one = home.system.spawn(player);
    const caf::actor two = home.system.spawn(player);
    meter.measure([&](std::uint64_t ops) {
        until += ops;
        caf::anon_send(one, ops - 1, two);
        home.wait(until);
    });
    caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(two, caf::exit_reason::user_shutdown);
}

caf::behavior counter(caf::stateful_actor<std::uint64_t>* self)
{
    return {[self](std::uint64_t value) { self->state += value; }};
}

void spawn(bench::meter& meter)
{
    world home;
    meter.measure([&](std::uint64_t ops) {
        std::vector<caf::actor> made(bench::batch);
        for (std::uint64_t done = 0; done < ops; done += bench::batch) {
            for (caf::actor& one : made) {
                one = home.system.spawn<caf::lazy_init>(counter);
            }
            for (caf::actor& one : made) {
                one = nullptr; // Nobody knows it any more, so it ends.
            }
        }
    });
}

void memory(bench::meter& meter)
{
    world home;
    std::vector<caf::actor> all(meter.ops);
    const std::uint64_t before = bench::allocated();
    for (caf::actor& one : all) {
        one = home.system.spawn(counter);
    }
    meter.bytes = bench::allocated() - before;
}
} // namespace

int main(int count, char** words)
{
    return bench::run(count, words, {"CAF", CAF_MAJOR_VERSION, CAF_MINOR_VERSION, CAF_PATCH_VERSION}, {{"burst", burst}, {"ping", ping}, {"spawn", spawn}, {"memory", memory}});
}
