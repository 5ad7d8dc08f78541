/*
 * The actors of the adapters' tests. Host is the adapter.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_ACTORS_HPP
#define ACTOR_RT_TESTS_ADAPTER_ACTORS_HPP

#include "../check.hpp"

#include <atomic>
#include <functional>
#include <stdexcept>
#include <thread>

namespace adapter {
struct item {
    static constexpr std::string_view tag_name = "test.item";
};
struct again {
    static constexpr std::string_view tag_name = "test.again";
    int left;
};
struct boom {
    static constexpr std::string_view tag_name = "test.boom";
};

/// Counts what it gets; `again` comes back to it until it quits the host.
template <class Host>
struct worker : actor_rt::actor<worker<Host>, again, item, boom> {
    Host& host;
    std::atomic<int>& turns;
    worker(Host& where, std::atomic<int>& count) : host(where), turns(count) {}

    void on(actor_rt::context& cx, const again& message)
    {
        ++turns;
        if (message.left == 0) {
            host.quit();
        } else {
            CHECK(cx.post(this->self(cx), again{message.left - 1}).ok());
        }
    }
    void on(actor_rt::context&, item) { ++turns; }
    void on(actor_rt::context&, boom) { throw std::runtime_error("boom"); }
};

/// Does what it was made for inside its handler, each time it gets an item.
struct doer : actor_rt::actor<doer, item> {
    std::function<void(actor_rt::context&)> what;
    explicit doer(std::function<void(actor_rt::context&)> todo) : what(std::move(todo)) {}
    void on(actor_rt::context& cx, item) { what(cx); }
};

/// Runs its work as a host call, outside of the step, and counts when that is done.
struct caller : actor_rt::actor<caller, item> {
    std::function<void()> work;
    int& done;
    caller(std::function<void()> todo, int& count) : work(std::move(todo)), done(count) {}
    void on(actor_rt::context& cx, item)
    {
        CHECK(cx.host_call(work, [this](actor_rt::context&) { ++done; }).ok());
    }
};

/// Answers every message with one to its peer, without end.
struct flooder : actor_rt::actor<flooder, again> {
    const actor_rt::actor_ref<flooder>& peer; // Known when both are there.
    std::atomic<int>& turns;
    flooder(const actor_rt::actor_ref<flooder>& other, std::atomic<int>& count) : peer(other), turns(count) {}
    void on(actor_rt::context& cx, const again& message)
    {
        ++turns;
        CHECK(cx.post(peer, again{message.left}).ok());
    }
};

/// Two actors that keep a runtime busy for ever.
struct flood {
    std::atomic<int> turns{0};
    actor_rt::actor_ref<flooder> one;
    actor_rt::actor_ref<flooder> two;
    explicit flood(actor_rt::runtime& rt)
    {
        one = rt.spawn<flooder>(two, turns);
        two = rt.spawn<flooder>(one, turns);
        CHECK(rt.post(one, again{0}).ok() && rt.post(two, again{0}).ok());
    }
};

/// A heart that beats each `period`, counted from when the beat came.
struct heart : actor_rt::actor<heart, item> {
    std::chrono::nanoseconds period;
    std::chrono::nanoseconds work; // How long each beat keeps the loop.
    std::atomic<int>& beats;
    heart(std::chrono::nanoseconds each, std::chrono::nanoseconds busy, std::atomic<int>& count)
        : period(each), work(busy), beats(count)
    {
    }
    void on_start(actor_rt::context& cx) { CHECK(cx.after(period, item{})); }
    void on(actor_rt::context& cx, item)
    {
        ++beats;
        CHECK(cx.after(period, item{}));
        for (const auto end = std::chrono::steady_clock::now() + work; std::chrono::steady_clock::now() < end;) {
        }
    }
};

inline actor_rt::options unhurried()
{
    actor_rt::options how;
    how.default_budget(0, std::chrono::hours(1));
    return how;
}
} // namespace adapter

#endif // ACTOR_RT_TESTS_ADAPTER_ACTORS_HPP
