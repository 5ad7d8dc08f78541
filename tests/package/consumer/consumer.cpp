// Posts one message and prints what the actor made of it; with WITH_UV on a libuv loop.
#include <actor_rt.hpp>
#ifdef WITH_UV
#include <actor_rt/uv.hpp>
#else
#include <actor_rt/poll.hpp>
#endif

#include <cstdio>

struct add {
    static constexpr std::string_view tag_name = "consumer.add";
    int amount;
};
struct adder : actor_rt::actor<adder, add> {
    explicit adder(int& where) : total(where) {}
    void on(actor_rt::context&, const add& message) { total += message.amount; }
    int& total;
};

int main()
{
    int total = 0;
    {
#ifdef WITH_UV
        actor_rt::uv_host host(uv_default_loop());
        host.rt().post(host.rt().spawn<adder>(total), add{42});
        uv_run(uv_default_loop(), UV_RUN_DEFAULT);
#else
        actor_rt::poll_host host;
        host.rt().post(host.rt().spawn<adder>(total), add{42});
        host.dispatch();
#endif
    }
#ifdef WITH_UV
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_loop_close(uv_default_loop());
#endif
    std::printf("total %d\n", total);
    return total == 42 ? 0 : 1;
}
