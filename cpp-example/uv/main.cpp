// Actors beside other work on a libuv loop: a plain uv_timer_t measures something, one actor keeps the average, another
// asks for it with a deadline and prints it.
//
// Shows: uv_host on a loop that has handles of its own, asking with a reply type, and how the program ends by itself:
// when no handle and no actor has anything left to do, uv_run returns.
#include <actor_rt/uv.hpp>

#include <cstdio>

using namespace std::chrono_literals;

struct sample {
    static constexpr std::string_view tag_name = "example.sample";
    double value;
};
struct get_average {
    static constexpr std::string_view tag_name = "example.get_average";
    using reply_type = double;
};
struct look {
    static constexpr std::string_view tag_name = "example.look";
};

struct statistics : actor_rt::actor<statistics, sample, get_average> {
    void on(actor_rt::context&, const sample& message)
    {
        sum += message.value;
        ++count;
    }
    double on(actor_rt::context&, get_average) { return count == 0 ? 0 : sum / count; } // the answer

    double sum = 0;
    int count = 0;
};

struct display : actor_rt::actor<display, look> {
    explicit display(actor_rt::actor_ref<statistics> where) : source(where) {}

    void on_start(actor_rt::context& cx) { cx.after(30ms, look{}); }
    void on(actor_rt::context& cx, look)
    {
        cx.ask(source, get_average{}, 100ms, [this](actor_rt::context& later, actor_rt::answer<double> average) {
            if (average) {
                std::printf("average %.1f\n", *average);
            } else {
                std::printf("no average: %s\n", to_string(average.outcome()));
            }
            if (++looks < 3) {
                later.after(30ms, look{});
            }
        });
    }

    actor_rt::actor_ref<statistics> source;
    int looks = 0;
};

struct probe {
    uv_timer_t timer;
    actor_rt::bound_ref<statistics> to;
    int samples = 0;
};

int main()
{
    uv_loop_t* const loop = uv_default_loop();
    {
        actor_rt::uv_host host(loop);
        const auto average = host.rt().spawn<statistics>();
        host.rt().spawn<display>(average);

        probe meter;
        meter.to = host.rt().bind(average);
        uv_timer_init(loop, &meter.timer);
        meter.timer.data = &meter;
        uv_timer_start(&meter.timer, [](uv_timer_t* timer) {
            auto* const self = static_cast<probe*>(timer->data);
            self->to.post(sample{static_cast<double>(++self->samples)});
            if (self->samples == 20) {
                uv_close(reinterpret_cast<uv_handle_t*>(timer), nullptr);
            }
        }, 0, 5);

        uv_run(loop, UV_RUN_DEFAULT);
        host.rethrow();
    }
    uv_run(loop, UV_RUN_DEFAULT); // libuv finishes closing the host's handles.
    return uv_loop_close(loop) == 0 ? 0 : 1;
}
