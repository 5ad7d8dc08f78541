// GLib by itself and with actors on it: g_idle_add_full at the usual priority, g_main_context_invoke from other threads, timeouts.
#include "ours.hpp"

#include <actor_rt/glib.hpp>

namespace {
struct plain_loop {
    GMainContext* raw = g_main_context_new();
    ~plain_loop() { g_main_context_unref(raw); }
    template <class Condition>
    void run_while(Condition condition)
    {
        while (condition()) {
            g_main_context_iteration(raw, TRUE);
        }
    }
};
struct host : actor_rt::glib_host {
    explicit host(plain_loop& on) : glib_host(on.raw) {}
};
using ours = bench::ours::rows<plain_loop, host>;

/// A value on its way to a sink, as one writes it for a callback with one argument.
struct letter {
    bench::sink* to;
    std::uint64_t value;
};

/// As g_idle_add_full does it, but for this context.
void add_idle(GMainContext* context, GSourceFunc work, void* user, GDestroyNotify drop)
{
    GSource* const source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, work, user, drop);
    g_source_attach(source, context);
    g_source_unref(source);
}

void burst(bench::meter& meter)
{
    plain_loop home;
    bench::sink sink;
    std::uint64_t until = 0;
    meter.measure([&](std::uint64_t ops) {
        for (std::uint64_t done = 0; done < ops; done += bench::batch) {
            for (std::uint64_t value = 0; value < bench::batch; ++value) {
                add_idle(home.raw, [](gpointer user) -> gboolean {
                    const auto* const one = static_cast<letter*>(user);
                    one->to->take(one->value);
                    return G_SOURCE_REMOVE;
                }, new letter{&sink, value}, [](gpointer user) { delete static_cast<letter*>(user); });
            }
            until += bench::batch;
            home.run_while([&] { return sink.count < until; });
        }
    });
    sink.check(meter.total());
}

struct player {
    GMainContext* at;
    player* other;
    std::uint64_t hops;
    std::uint64_t left;
    void send(std::uint64_t ball)
    {
        other->left = ball;
        add_idle(at, [](gpointer user) -> gboolean {
            auto* const self = static_cast<player*>(user);
            ++self->hops;
            if (self->left != 0) {
                self->send(self->left - 1);
            }
            return G_SOURCE_REMOVE;
        }, other, nullptr);
    }
};

void ping(bench::meter& meter)
{
    plain_loop home;
    player one = {home.raw, nullptr, 0, 0};
    player two = {home.raw, &one, 0, 0};
    one.other = &two;
    std::uint64_t until = 0;
    meter.measure([&](std::uint64_t ops) {
        until += ops;
        two.send(ops - 1);
        home.run_while([&] { return one.hops + two.hops < until; });
    });
}

template <std::uint64_t Waiting>
void timers(bench::meter& meter)
{
    plain_loop home;
    const auto add = [&](unsigned delay_ms) {
        GSource* const source = g_timeout_source_new(delay_ms);
        g_source_set_callback(source, [](gpointer) -> gboolean { return G_SOURCE_REMOVE; }, nullptr, nullptr);
        g_source_attach(source, home.raw);
        return source;
    };
    std::vector<GSource*> waiting;
    for (std::uint64_t number = 0; number < Waiting; ++number) {
        waiting.push_back(add(3600000 + static_cast<unsigned>(number)));
    }
    meter.measure([&](std::uint64_t ops) {
        for (std::uint64_t number = 0; number < ops; ++number) {
            GSource* const source = add(1800000 + static_cast<unsigned>(number % 1000));
            g_source_destroy(source);
            g_source_unref(source);
        }
    });
    for (GSource* const source : waiting) {
        g_source_destroy(source);
        g_source_unref(source);
    }
}

template <unsigned Threads>
void produce(bench::meter& meter)
{
    plain_loop home;
    std::uint64_t count = 0;
    std::uint64_t until = 0;
    g_main_context_acquire(home.raw); // Else the other threads would run it themselves.
    meter.measure([&](std::uint64_t ops) {
        until += ops;
        auto threads = bench::producers(Threads, ops, [&] {
            g_main_context_invoke(home.raw, [](gpointer user) -> gboolean {
                ++*static_cast<std::uint64_t*>(user);
                return G_SOURCE_REMOVE;
            }, &count);
        });
        home.run_while([&] { return count < until; });
        for (std::thread& one : threads) {
            one.join();
        }
    });
    g_main_context_release(home.raw);
}

void wake(bench::meter& meter)
{
    plain_loop home;
    bench::latency latency;
    struct letter {
        bench::latency* to;
        std::uint64_t sent;
    };
    g_main_context_acquire(home.raw);
    std::thread other = latency.start(meter.ops, [&](std::uint64_t sent) {
        g_main_context_invoke_full(home.raw, G_PRIORITY_DEFAULT, [](gpointer user) -> gboolean {
            const auto* const one = static_cast<letter*>(user);
            one->to->arrived(one->sent);
            return G_SOURCE_REMOVE;
        }, new letter{&latency, sent}, [](gpointer user) { delete static_cast<letter*>(user); });
    });
    home.run_while([&] { return latency.heard < meter.ops; });
    other.join();
    g_main_context_release(home.raw);
    meter.median(latency.times);
}
} // namespace

int main(int count, char** words)
{
    return bench::run(count, words, {"GLib", GLIB_MAJOR_VERSION, GLIB_MINOR_VERSION, GLIB_MICRO_VERSION}, {
        {"burst", burst}, {"ping", ping}, {"timers_1k", timers<1000>}, {"timers_100k", timers<100000>},
        {"producers_1", produce<1>}, {"producers_4", produce<4>}, {"wake", wake},
        {"ours_burst", ours::burst}, {"ours_ping", ours::ping}, {"ours_timers_1k", ours::timers<1000>},
        {"ours_timers_100k", ours::timers<100000>}, {"ours_deadlines_1k", ours::deadlines<1000>},
        {"ours_deadlines_100k", ours::deadlines<100000>}, {"ours_producers_1", ours::produce<1>},
        {"ours_producers_4", ours::produce<4>}, {"ours_wake", ours::wake},
    });
}
