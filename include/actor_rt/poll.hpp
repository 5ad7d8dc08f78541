/*
 * Owns: `poll_host`, a runtime with a file descriptor, for hosts that wait with poll, epoll, kqueue or select; and
 * `run`, for programs that have no loop at all. Needs only POSIX.
 *
 *     actor_rt::poll_host host;
 *     for (;;) {
 *         pollfd set[] = {{host.fd(), POLLIN, 0}, {socket, POLLIN, 0}};
 *         int ready = poll(set, 2, host.timeout_ms());
 *         host.dispatch(ready == 0);             // one with nothing to do is free; idle work only if nothing came
 *         if (set[1].revents != 0) serve(socket);
 *     }
 *
 * Here the loop is the host's own code, which asks for the timeout and calls `dispatch`; so there is nothing to start or
 * to stop, and nothing is armed. A failure that nobody listens for (`on_failure`) is said on standard error and leaves
 * `dispatch`, with everything done.
 *
 * Invariants: the descriptor is made unreadable before the step that answers to it, so that no wake is lost; while a
 * step is owed `timeout_ms` is zero, so that the host's own descriptors get their turn between two steps.
 */
#ifndef ACTOR_RT_POLL_HPP
#define ACTOR_RT_POLL_HPP

#include "doorbell.hpp"
#include "host.hpp"

#include <cerrno>
#include <poll.h>

ACTOR_RT_BEGIN_NAMESPACE

class poll_host;

namespace detail {
/// The descriptor, and what makes it readable.
struct poll_link : std::enable_shared_from_this<poll_link> {
    poll_host* host;   // Null once the host has gone.
    bool held = false; // The last dispatch came inside a handler: until that ends there is nothing to do.
    doorbell door;

    explicit poll_link(poll_host* to) : host(to) {}

    int fd() const noexcept { return door.fd(); }
    void clear() const noexcept { door.clear(); }
    void wake() noexcept { door.ring(); }
};
} // namespace detail

/// A runtime whose wake is a file descriptor. Belongs to the thread that made it; neither copyable nor movable.
class poll_host : public detail::loop_host<poll_host, detail::poll_link> {
public:
    /// Makes the descriptor and the runtime; throws `error` if either cannot be had. `options::wake` is ignored.
    explicit poll_host(options how = options()) : loop_host(std::move(how)) { gate_->open(link_.get()); }
    /// Destroys the runtime and closes the descriptor. Not inside a handler.
    ~poll_host()
    {
        gate_->close();
        link_->host = nullptr;
    }

    /// The descriptor to watch for reading. It stays the host's: do not read or close it, and take it out of an epoll
    /// set before the host is destroyed.
    int fd() const noexcept { return link_->fd(); }

    /// How long to wait: milliseconds rounded up, 0 while a step is owed, -1 for as long as nothing happens. In a loop
    /// that a handler runs it is a while, as no step can be made there.
    int timeout_ms() noexcept
    {
        if (link_->held) {
            return static_cast<int>(busy_wait.count());
        }
#ifndef ACTOR_RT_NO_EXCEPTIONS
        if (rt().has_failure()) {
            return 0; // The next dispatch throws it.
        }
#endif
        return !rt() ? -1 : rt().last_step().idle ? 0 : rt().timeout_ms();
    }

    /// Runs one step and the host calls it left. To be called after every wait, whatever it brought. `idle` lets one
    /// idle message run: say so when the wait brought nothing. Inside a handler it does nothing.
    void dispatch(bool idle = false)
    {
        const std::shared_ptr<detail::poll_link> link = link_; // A host call may destroy the host.
        link->clear();
        link->held = turn(link, idle) == ART_BUSY;
    }

    /// Lets `run` return after the current step; any thread. It waits and dispatches; a host call may run another one inside,
    /// and `quit` ends the innermost.
    void quit() noexcept
    {
        quit_.store(true, std::memory_order_release);
        gate_->wake();
    }

private:
    friend class detail::loop_host<poll_host, detail::poll_link>;

    bool run_loop()
    {
        const std::shared_ptr<detail::poll_link> link = link_;
        while (link->host == this && !quit_.exchange(false, std::memory_order_acq_rel)) {
            pollfd set = {fd(), POLLIN, 0};
            const int ready = ::poll(&set, 1, timeout_ms());
            if (ready < 0 && errno != EINTR) {
                detail::raise(status(ART_SYSTEM), "poll");
            }
            dispatch(ready == 0);
        }
        return true;
    }

    void arm(bool, std::optional<std::chrono::nanoseconds>, time_point) noexcept {} // `timeout_ms` asks the runtime.
    void failed()
    {
        if (may_throw()) {
            rethrow();
        } else {
            quit();
        }
    }

    std::shared_ptr<detail::poll_link> link_ = std::make_shared<detail::poll_link>(this);
    std::atomic<bool> quit_{false};
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_POLL_HPP
