/*
 * Owns: the actors of the example. A worker thread posts samples to `meter`, which sends every other one on to `parser`;
 * `pulse` lives on its timer; `parser` can be made to fail, and is made anew by the root of the supervision tree.
 */
#ifndef EXAMPLE_QT_ACTORS_HPP
#define EXAMPLE_QT_ACTORS_HPP

#include <actor_rt/tree.hpp>

#include <atomic>
#include <cmath>
#include <stdexcept>
#include <thread>

namespace example {
using namespace std::chrono_literals;

struct sample {
    static constexpr std::string_view tag_name = "example.sample";
    double value;
};
struct line {
    static constexpr std::string_view tag_name = "example.line";
    double value;
};
struct crash {
    static constexpr std::string_view tag_name = "example.crash";
};
struct beat {
    static constexpr std::string_view tag_name = "example.beat";
};

struct parser : actor_rt::actor<parser, line, crash> {
    /// How long its supervisor waits before a restart, so that one can see it.
    static constexpr std::chrono::milliseconds pause = 700ms;

    static actor_rt::actor_ref<parser> spawn(actor_rt::runtime& rt)
    {
        // However often the button is pressed.
        (void)actor_rt::tree(rt).supervise(actor_rt::supervisor().intensity(1000, 1s));
        return rt.spawn_supervised<parser>(actor_rt::supervision().backoff(pause, pause), actor_rt::actor_options().name("parser"));
    }

    void on(actor_rt::context&, const line& message) { average += (message.value - average) / 16; }
    // Ends this object. What waits for the actor waits for the next one.
    void on(actor_rt::context&, crash) { throw std::runtime_error("told to crash"); }

    double average = 0;
};

struct meter : actor_rt::actor<meter, sample> {
    explicit meter(actor_rt::actor_ref<parser> next) : to(next) {}
    void on(actor_rt::context& cx, const sample& message)
    {
        if (++count % 2 == 0) {
            (void)cx.post(to, line{message.value});
        }
    }
    actor_rt::actor_ref<parser> to;
    int count = 0;
};

struct pulse : actor_rt::actor<pulse, beat> {
    void on_start(actor_rt::context& cx) { cx.after(6ms, beat{}); }
    void on(actor_rt::context& cx, beat) { cx.after(6ms, beat{}); }
};

/// A thread that measures something, now faster, now slower, and posts it. Nothing of Qt is in it.
class worker {
public:
    worker(actor_rt::remote door, actor_rt::actor_ref<meter> to)
        : thread_([this, door = std::move(door), to] {
              for (int round = 0; !done_; ++round) {
                  const double wave = 1 + 0.6 * std::sin(round / 45.0) + 0.25 * std::sin(round / 11.0);
                  for (int count = 0; count < static_cast<int>(6 * wave); ++count) {
                      (void)door.post(to, sample{wave});
                  }
                  std::this_thread::sleep_for(10ms);
              }
          })
    {
    }
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;
    ~worker()
    {
        done_ = true;
        thread_.join();
    }

private:
    std::atomic<bool> done_{false};
    std::thread thread_; // Last: it uses what is above.
};
} // namespace example

#endif // EXAMPLE_QT_ACTORS_HPP
