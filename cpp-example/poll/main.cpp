// A program without an event loop of its own: a thread reads numbers, an actor sums them up, and poll(2) waits for both.
//
//     seq 1 100 | example_poll
//
// Shows: messages, a timer, a door for another thread, and poll_host.
#include <actor_rt/poll.hpp>

#include <cstdio>
#include <iostream>
#include <thread>

using namespace std::chrono_literals;

// A message is a struct with a name. C and Rust know it by the same name.
struct number {
    static constexpr std::string_view tag_name = "example.number";
    double value;
};
struct end_of_input {
    static constexpr std::string_view tag_name = "example.end_of_input";
};
struct report {
    static constexpr std::string_view tag_name = "example.report";
};

struct adder : actor_rt::actor<adder, number, end_of_input, report> {
    explicit adder(actor_rt::poll_host& where) : host(where) {}

    void on_start(actor_rt::context& cx) { cx.after(1s, report{}); }
    void on(actor_rt::context&, const number& message)
    {
        sum += message.value;
        ++count;
    }
    void on(actor_rt::context& cx, report)
    {
        std::printf("so far %zu numbers\n", count);
        cx.after(1s, report{});
    }
    void on(actor_rt::context&, end_of_input)
    {
        std::printf("%zu numbers, sum %g\n", count, sum);
        host.quit();
    }

    actor_rt::poll_host& host;
    std::size_t count = 0;
    double sum = 0;
};

int main()
{
    actor_rt::poll_host host;
    const auto to = host.rt().spawn<adder>(host);

    // Reading standard input blocks, so it happens elsewhere; a remote may be used on any thread.
    std::thread reader([door = host.rt().make_remote(), to] {
        for (double value; std::cin >> value;) {
            door.post(to, number{value});
        }
        door.post(to, end_of_input{});
    });
    host.run();
    reader.join();
}
