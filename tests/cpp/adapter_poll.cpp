// The adapter for poll, on real descriptors: the steps are counted, never timed.
#include "check.hpp"

#include <actor_rt/poll.hpp>

#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {
struct bytes {
    static constexpr std::string_view tag_name = "test.bytes";
    std::string content;
};
struct again {
    static constexpr std::string_view tag_name = "test.again";
    int left;
};
struct boom {
    static constexpr std::string_view tag_name = "test.boom";
};

/// Writes what it gets back to a socket, in capitals; counts down; quits its host at the end.
struct worker : actor_rt::actor<worker, bytes, again, boom> {
    actor_rt::poll_host& host;
    int socket;
    int& turns;
    worker(actor_rt::poll_host& where, int descriptor, int& count) : host(where), socket(descriptor), turns(count) {}

    void on(actor_rt::context&, bytes&& message)
    {
        for (char& character : message.content) {
            character = static_cast<char>(character - 'a' + 'A');
        }
        CHECK(write(socket, message.content.data(), message.content.size()) == static_cast<ssize_t>(message.content.size()));
    }
    void on(actor_rt::context& cx, const again& message)
    {
        ++turns;
        if (message.left == 0) {
            host.quit();
        } else {
            CHECK(cx.post(self(cx), again{message.left - 1}).ok());
        }
    }
    void on(actor_rt::context&, boom) { throw std::runtime_error("boom"); }
};

/// Asks for a host call; or dispatches where it must not.
struct host_caller : actor_rt::actor<host_caller, again> {
    actor_rt::poll_host& host;
    int& calls;
    host_caller(actor_rt::poll_host& where, int& count) : host(where), calls(count) {}

    void on(actor_rt::context& cx, const again& message)
    {
        if (message.left == 0) {
            host.dispatch();
            ++calls;
        } else {
            CHECK(cx.host_call([this] { ++calls; }, [](actor_rt::context&) {}).ok());
        }
    }
};

struct fixture {
    int sockets[2] = {-1, -1};
    int turns = 0;
    actor_rt::poll_host host;
    actor_rt::actor_ref<worker> to;

    explicit fixture(actor_rt::options how = actor_rt::options()) : host(std::move(how))
    {
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
        to = host.rt().spawn<worker>(host, sockets[0], turns);
        host.dispatch();
    }
    ~fixture()
    {
        close(sockets[0]);
        close(sockets[1]);
    }
    bool readable() const
    {
        pollfd set = {host.fd(), POLLIN, 0};
        return poll(&set, 1, 0) == 1;
    }
    std::uint64_t steps() { return host.rt().last_step().step; }
};
} // namespace

TEST(an_actor_serves_a_real_socket_in_a_loop_of_the_hosts_own)
{
    fixture f;
    std::thread peer([&] {
        char answer[16] = {};
        for (int round = 0; round < 50; ++round) {
            CHECK(write(f.sockets[1], "hello", 5) == 5);
            CHECK(recv(f.sockets[1], answer, 5, MSG_WAITALL) == 5);
            CHECK(std::memcmp(answer, "HELLO", 5) == 0);
        }
        shutdown(f.sockets[1], SHUT_WR);
    });
    for (bool open = true; open;) {
        pollfd set[] = {{f.host.fd(), POLLIN, 0}, {f.sockets[0], POLLIN, 0}};
        CHECK(poll(set, 2, f.host.timeout_ms()) >= 0);
        if (set[1].revents != 0) {
            char buffer[64];
            const ssize_t size = read(f.sockets[0], buffer, sizeof(buffer));
            CHECK(size >= 0);
            open = size != 0;
            if (open) {
                CHECK(f.host.rt().post(f.to, bytes{std::string(buffer, static_cast<std::size_t>(size))}).ok());
            }
        }
        f.host.dispatch();
    }
    peer.join();
}

TEST(the_descriptor_is_readable_exactly_while_a_wake_is_unanswered)
{
    fixture f;
    CHECK(!f.readable() && f.host.timeout_ms() == -1);
    const actor_rt::remote door = f.host.rt().make_remote();
    std::thread([&] {
        for (int count = 0; count < 1000; ++count) {
            CHECK(door.post(f.to, again{1}).ok());
        }
    }).join();
    CHECK(f.readable() && f.host.timeout_ms() == 0);
    f.host.dispatch();
    CHECK(!f.readable());
}

TEST(while_a_step_is_owed_the_timeout_is_zero_and_the_descriptor_stays_quiet)
{
    actor_rt::options how;
    how.default_budget(1, std::chrono::hours(1));
    fixture f(std::move(how));
    while (f.host.rt().last_step().more) {
        f.host.dispatch();
    }
    CHECK(f.host.rt().post(f.to, again{100}).ok());
    f.host.dispatch();
    for (int turn = 1; turn < 50; ++turn) {
        CHECK(f.host.rt().last_step().more && f.host.timeout_ms() == 0 && !f.readable());
        f.host.dispatch();
    }
    CHECK(f.turns >= 40);
}

// The result of the step before once came along with the refusal, and host calls with it.
TEST(a_dispatch_inside_a_handler_does_nothing_even_if_the_step_before_left_host_calls)
{
    fixture f;
    int calls = 0;
    const auto caller = f.host.rt().spawn<host_caller>(f.host, calls);
    CHECK(f.host.rt().post(caller, again{1}).ok());
    f.host.dispatch();
    CHECK(calls == 1);
    CHECK(f.host.rt().post(caller, again{0}).ok());
    f.host.dispatch();
    CHECK(calls == 2);
}

TEST(run_waits_for_other_threads_and_ends_with_quit)
{
    fixture f;
    const actor_rt::remote door = f.host.rt().make_remote();
    std::thread other([&] { CHECK(door.post(f.to, again{10}).ok()); });
    f.host.run();
    other.join();
    CHECK(f.turns == 11);
}

TEST(quit_from_another_thread_ends_run)
{
    fixture f;
    std::thread other([&] { f.host.quit(); });
    f.host.run();
    other.join();
}

TEST(one_timer_costs_at_most_three_steps_whatever_its_fraction_of_a_millisecond)
{
    for (const auto delay : {400us, 1400us, 1900us, 10400us, 100000us}) {
        fixture f;
        const std::uint64_t before = f.steps();
        CHECK(f.host.rt().after(f.to, delay, again{0}));
        f.host.run();
        CHECK(f.turns == 1);
        // One for the wake that arming was, one for the deadline; one more for the wake that `quit` is.
        CHECK(f.steps() - before <= 3);
    }
}

TEST(what_a_handler_threw_leaves_run_and_run_goes_on)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    const auto other = f.host.rt().spawn<worker>(f.host, f.sockets[0], f.turns);
    CHECK(f.host.rt().post(other, again{0}).ok());
    bool thrown = false;
    try {
        f.host.run();
    } catch (const std::runtime_error& failure) {
        thrown = std::strcmp(failure.what(), "boom") == 0;
    }
    CHECK(thrown);
    f.host.run();
    CHECK(f.turns == 1);
}
