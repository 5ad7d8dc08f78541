// The adapter for poll, on real descriptors: the rules of every adapter, and those that only poll has. Compiled for poll and
// for epoll.
#include "check.hpp"

#include <actor_rt/poll.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef ADAPTER_TEST_EPOLL
#include <sys/epoll.h>
#endif

namespace here {
struct host;

/// What a program that waits by itself has: descriptors, timers, and a round of its loop.
struct loop {
    int input = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    std::vector<std::function<void()>> inputs;
    std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> timers;
    host* attached = nullptr;
    int waits = 0;
#ifdef ADAPTER_TEST_EPOLL
    int set = epoll_create1(EPOLL_CLOEXEC);
#endif

    loop()
    {
        CHECK(input >= 0);
        watch(input, true);
    }
    ~loop()
    {
#ifdef ADAPTER_TEST_EPOLL
        close(set);
#endif
        close(input);
    }
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;

    void round(bool wait);
    void settle()
    {
        for (int count = 0; count < 10; ++count) {
            round(false);
        }
    }
    template <class Condition>
    void run_while(Condition condition)
    {
        while (condition()) {
            round(true);
        }
    }
    void soon(std::function<void()> work)
    {
        inputs.push_back(std::move(work));
        CHECK(eventfd_write(input, 1) == 0);
    }
    void later(std::chrono::milliseconds delay, std::function<void()> work)
    {
        timers.emplace(std::chrono::steady_clock::now() + delay, std::move(work));
    }
    int rounds() const { return waits; }
    void watch(int descriptor, bool yes) const
    {
#ifdef ADAPTER_TEST_EPOLL
        epoll_event wanted = {};
        wanted.events = EPOLLIN;
        wanted.data.fd = descriptor;
        CHECK(epoll_ctl(set, yes ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, descriptor, &wanted) == 0);
#else
        (void)descriptor;
        (void)yes;
#endif
    }
    int wait_for(int timeout_ms) const;
};

struct host : actor_rt::poll_host {
    loop& home;
    explicit host(loop& on, actor_rt::options how = actor_rt::options()) : poll_host(std::move(how)), home(on)
    {
        home.attached = this;
        home.watch(fd(), true);
    }
    ~host()
    {
        home.watch(fd(), false);
        home.attached = nullptr;
    }
};

inline int loop::wait_for(int timeout_ms) const
{
#ifdef ADAPTER_TEST_EPOLL
    epoll_event ready[2];
    return epoll_wait(set, ready, 2, timeout_ms);
#else
    pollfd both[] = {{input, POLLIN, 0}, {attached != nullptr ? attached->fd() : -1, POLLIN, 0}};
    return poll(both, 2, timeout_ms);
#endif
}

inline void loop::round(bool wait)
{
    const auto now = std::chrono::steady_clock::now();
    const auto until_timer = timers.empty() ? -1 : static_cast<int>(
        std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(timers.begin()->first - now).count()));
    const int until_actors = attached != nullptr ? attached->timeout_ms() : -1;
    const int sooner = until_timer < 0 || until_actors < 0 ? std::max(until_timer, until_actors) : std::min(until_timer, until_actors);
    CHECK(!wait || sooner >= 0 || attached != nullptr);
    ++waits;
    const int ready = wait_for(wait ? sooner : 0);
    CHECK(ready >= 0);
    eventfd_t count = 0;
    (void)eventfd_read(input, &count);
    for (const auto& work : std::exchange(inputs, {})) {
        work();
    }
    while (!timers.empty() && timers.begin()->first <= std::chrono::steady_clock::now()) {
        const auto work = std::move(timers.begin()->second);
        timers.erase(timers.begin());
        work();
    }
    if (attached != nullptr) {
        attached->dispatch(ready == 0);
    }
}
} // namespace here

#include "adapter/said.hpp"
namespace here {
using adapter::said;
} // namespace here

#include "adapter/steps.hpp"
#include "adapter/failures.hpp"
#include "adapter/ends.hpp"
#include "adapter/nesting.hpp"
#include "adapter/running.hpp"

namespace {
struct bytes {
    static constexpr std::string_view tag_name = "test.bytes";
    std::string content;
};

/// Writes what it gets back to a socket, in capitals.
struct shouter : actor_rt::actor<shouter, bytes> {
    int socket;
    explicit shouter(int descriptor) : socket(descriptor) {}

    void on(actor_rt::context&, bytes&& message)
    {
        for (char& character : message.content) {
            character = static_cast<char>(character - 'a' + 'A');
        }
        CHECK(write(socket, message.content.data(), message.content.size()) == static_cast<ssize_t>(message.content.size()));
    }
};

bool readable(const actor_rt::poll_host& host)
{
    pollfd set = {host.fd(), POLLIN, 0};
    return poll(&set, 1, 0) == 1;
}
} // namespace

TEST(an_actor_serves_a_real_socket_in_a_loop_of_the_hosts_own)
{
    int sockets[2] = {-1, -1};
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    actor_rt::poll_host host;
    const auto to = host.rt().spawn<shouter>(sockets[0]);
    std::thread peer([&] {
        char answer[16] = {};
        for (int round = 0; round < 50; ++round) {
            CHECK(write(sockets[1], "hello", 5) == 5);
            CHECK(recv(sockets[1], answer, 5, MSG_WAITALL) == 5);
            CHECK(std::memcmp(answer, "HELLO", 5) == 0);
        }
        shutdown(sockets[1], SHUT_WR);
    });
    for (bool open = true; open;) {
        pollfd set[] = {{host.fd(), POLLIN, 0}, {sockets[0], POLLIN, 0}};
        CHECK(poll(set, 2, host.timeout_ms()) >= 0);
        if (set[1].revents != 0) {
            char buffer[64];
            const ssize_t size = read(sockets[0], buffer, sizeof(buffer));
            CHECK(size >= 0);
            open = size != 0;
            if (open) {
                CHECK(host.rt().post(to, bytes{std::string(buffer, static_cast<std::size_t>(size))}).ok());
            }
        }
        host.dispatch();
    }
    peer.join();
    close(sockets[0]);
    close(sockets[1]);
}

TEST(the_descriptor_is_readable_exactly_while_a_wake_is_unanswered)
{
    fixture f;
    CHECK(!readable(f.host) && f.host.timeout_ms() == -1);
    const actor_rt::remote door = f.host.rt().make_remote();
    std::thread([&] {
        for (int count = 0; count < 1000; ++count) {
            CHECK(door.post(f.to, item{}).ok());
        }
    }).join();
    CHECK(readable(f.host) && f.host.timeout_ms() == 0);
    f.host.dispatch();
    CHECK(!readable(f.host));
}

TEST(while_a_step_is_owed_the_timeout_is_zero_and_the_descriptor_stays_quiet)
{
    fixture f;
    f.host.set_budget({1, 1h, false});
    CHECK(f.host.rt().post(f.to, again{100}).ok());
    f.host.dispatch();
    for (int turn = 1; turn < 50; ++turn) {
        CHECK(f.host.rt().last_step().more && f.host.timeout_ms() == 0 && !readable(f.host));
        f.host.dispatch();
    }
    CHECK(f.turns == 50);
}

// The result of the step before once came along with the refusal, and host calls with it.
TEST(a_dispatch_inside_a_handler_does_nothing_even_if_the_step_before_left_host_calls)
{
    fixture f;
    int calls = 0;
    int done = 0;
    int inside = 0;
    const auto to = f.host.rt().spawn<caller>([&] { ++calls; }, done);
    const auto dispatcher = f.host.rt().spawn<doer>([&](actor_rt::context&) {
        f.host.dispatch();
        ++inside;
    });
    CHECK(f.host.rt().post(to, item{}).ok());
    f.host.dispatch();
    CHECK(calls == 1);
    CHECK(f.host.rt().post(dispatcher, item{}).ok());
    f.host.dispatch();
    CHECK(calls == 1 && inside == 1 && done == 1);
}

TEST(quit_from_another_thread_ends_run_and_costs_no_step)
{
    fixture f;
    const std::uint64_t before = f.steps();
    std::thread other([&] { f.host.quit(); });
    f.host.run();
    other.join();
    CHECK(f.steps() - before <= 1); // One for what made the descriptor readable.
}

TEST(each_of_several_failures_leaves_a_dispatch_and_is_not_waited_for)
{
    fixture f;
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().post(f.to, boom{}).ok() && f.host.rt().post(other, boom{}).ok());
    CHECK(thrown_by([&] { f.host.dispatch(); }) && f.host.timeout_ms() == 0);
    CHECK(thrown_by([&] { f.host.dispatch(); }) && f.host.timeout_ms() == -1);
}

TEST(what_a_handler_threw_leaves_dispatch)
{
    fixture f;
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    CHECK(thrown_by([&] { f.host.dispatch(); }));
    f.host.dispatch();
}
