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
 * Invariants: the descriptor is made unreadable before the step that answers to it, so that no wake is lost; while a
 * step is owed `timeout_ms` is zero, so that the host's own descriptors get their turn between two steps.
 */
#ifndef ACTOR_RT_POLL_HPP
#define ACTOR_RT_POLL_HPP

#include "../actor_rt.hpp"

#include <atomic>
#include <cerrno>
#include <poll.h>

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
/// Owns one reference to an art_poll.
class descriptor {
public:
    descriptor() { check(status(ACTOR_RT_CALL(poll_create)(&raw_)), nullptr); }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() { ACTOR_RT_CALL(poll_unref)(raw_); }

    options attach(options how) const
    {
        // The caller's own `wake` is released before its place is taken.
        how.wake(nullptr, nullptr, nullptr);
        check(status(ACTOR_RT_CALL(poll_attach)(raw_, &how.raw())), nullptr);
        return how;
    }
    int fd() const noexcept { return ACTOR_RT_CALL(poll_fd)(raw_); }
    void clear() const noexcept { (void)ACTOR_RT_CALL(poll_clear)(raw_); }

private:
    art_poll* raw_ = nullptr;
};
} // namespace detail

/// A runtime whose wake is a file descriptor. Belongs to the thread that made it.
class poll_host {
public:
    /// Makes the descriptor and the runtime; throws `error` if either cannot be had. `options::wake` is ignored.
    explicit poll_host(options how = options()) : rt_(descriptor_.attach(std::move(how))), remote_(rt_.make_remote()) {}
    poll_host(const poll_host&) = delete;
    poll_host& operator=(const poll_host&) = delete;

    runtime& rt() noexcept { return rt_; }

    /// The descriptor to watch for reading. It stays the host's: do not read or close it, and take it out of an epoll
    /// set before the host is destroyed.
    int fd() const noexcept { return descriptor_.fd(); }

    /// How long to wait: milliseconds rounded up, 0 while a step is owed, -1 for as long as nothing happens.
    int timeout_ms() const noexcept
    {
        return rt_.last_step().idle ? 0 : rt_.timeout_ms();
    }

    /// Runs one step and the host calls it left. To be called after every wait, whatever it brought. `idle` lets one
    /// idle message run: say so when the wait brought nothing. Rethrows what a handler threw, with everything done.
    void dispatch(bool idle = false)
    {
        descriptor_.clear();
        step_result result;
        budget limits;
        limits.idle = idle;
        const status code = rt_.try_step(result, clock_now, limits);
        if (result.host_calls != 0) {
            (void)rt_.run_host_calls();
        }
        rt_.rethrow();
        // ART_BUSY is a dispatch inside a handler: the outer step goes on.
        if (code != ART_BUSY) {
            detail::check(code, rt_.get());
        }
    }

    /// Waits and dispatches until `quit`. What a handler threw leaves it; it may be called again.
    void run()
    {
        while (!quit_.exchange(false, std::memory_order_acq_rel)) {
            pollfd set = {fd(), POLLIN, 0};
            const int ready = ::poll(&set, 1, timeout_ms());
            if (ready < 0 && errno != EINTR) {
                detail::raise(status(ART_SYSTEM), "poll");
            }
            dispatch(ready == 0);
        }
    }

    /// Lets `run` return after the current step; any thread.
    void quit() noexcept
    {
        quit_.store(true, std::memory_order_release);
        (void)remote_.wake();
    }

private:
    detail::descriptor descriptor_; // Outlives the runtime.
    runtime rt_;
    remote remote_;
    std::atomic<bool> quit_{false};
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_POLL_HPP
