/*
 * Owns: the actors of the example. A worker thread posts samples to `meter`, which sends every other one on to `parser`;
 * `pulse` lives on its timer; `parser` can be made to fail, and is restarted by `supervisor`.
 */
#ifndef EXAMPLE_QT_ACTORS_HPP
#define EXAMPLE_QT_ACTORS_HPP

#include <actor_rt.hpp>

#include <atomic>
#include <cmath>
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

struct supervisor : actor_rt::actor<supervisor> {};

/// Written with the C functions, which know supervision: for each restart `create` makes a state anew.
class parser {
public:
    using messages = actor_rt::message_list<line, crash>;

    /// How long the supervisor waits before a restart, so that one can see it.
    static constexpr std::chrono::nanoseconds pause = 700ms;

    static actor_rt::actor_ref<parser> spawn(actor_rt::runtime& rt, actor_rt::actor_ref<supervisor> above)
    {
        static const art_actor_vtable vtable = {
            sizeof(art_actor_vtable), 0, &create, &on_message, nullptr, [](void* state) { delete static_cast<parser*>(state); }};
        art_supervisor rules = ART_SUPERVISOR_INIT;
        rules.max_restarts = 1000; // However often the button is pressed.
        rules.period_ns = 1000000000;
        art_supervision care = ART_SUPERVISION_INIT;
        care.backoff_first_ns = static_cast<std::uint64_t>(pause.count());
        art_actor_config config = ART_ACTOR_CONFIG_INIT;
        config.vtable = &vtable;
        config.name = "parser";
        config.parent = above.id();
        config.supervision = &care;
        art_actor made = 0;
        require(art_set_supervisor(rt.get(), above.id(), &rules));
        require(art_spawn(rt.get(), &config, &made));
        return actor_rt::actor_ref<parser>(made);
    }

private:
    static void require(art_status code)
    {
        if (code < 0) {
            throw actor_rt::error(actor_rt::status(code));
        }
    }
    static art_status create(art_context*, void*, void** state)
    {
        *state = new parser;
        return ART_OK;
    }
    static art_status on_message(void* state, art_context*, const art_msg* arrived)
    {
        if (arrived->tag == actor_rt::tag_of<crash>) {
            return ART_FAILED; // Ends this state. What waits for the actor waits for the next one.
        }
        if (const auto given = actor_rt::message(*arrived).as<line>()) {
            auto* const self = static_cast<parser*>(state);
            self->average_ += (given->value - self->average_) / 16;
        }
        return ART_OK;
    }

    double average_ = 0;
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
