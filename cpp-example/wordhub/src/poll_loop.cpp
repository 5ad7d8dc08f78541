/*
 * Owns: the loop on poll(2), which is a loop that a program of sockets may well have had before it had actors.
 *
 * Invariant: callbacks may watch and forget descriptors, also their own: a round looks each one up again before it calls it. A
 * number that was closed and given out anew in the same round is called once without need, which a non-blocking read does not mind.
 */
#include "loop.hpp"

#include "actor_rt/poll.hpp"

#include <cerrno>
#include <map>
#include <poll.h>
#include <system_error>
#include <vector>

namespace wordhub {
namespace {

class poll_loop final : public loop {
public:
    actor_rt::runtime& runtime() override { return host_.rt(); }

    void watch(int fd, std::function<void()> ready) override
    {
        watched_[fd] = {std::make_shared<std::function<void()>>(std::move(ready)), false};
    }
    void pause(int fd) override { watched_.at(fd).paused = true; }
    void resume(int fd) override
    {
        const auto found = watched_.find(fd);
        if (found != watched_.end()) {
            found->second.paused = false;
        }
    }
    void forget(int fd) override { watched_.erase(fd); }
    void stop() override { stopped_ = true; }

    void run() override
    {
        std::vector<pollfd> set;
        while (!stopped_) {
            set.assign(1, {host_.fd(), POLLIN, 0});
            for (const auto& [fd, one] : watched_) {
                if (!one.paused) {
                    set.push_back({fd, POLLIN, 0});
                }
            }
            if (::poll(set.data(), set.size(), host_.timeout_ms()) < 0 && errno != EINTR) {
                throw std::system_error(errno, std::generic_category(), "poll");
            }
            step();
            for (auto ready = set.begin() + 1; ready != set.end() && !stopped_; ++ready) {
                if (ready->revents != 0) {
                    call(ready->fd);
                }
            }
        }
    }

private:
    struct watcher {
        // Shared with the call under way, which may forget its own descriptor.
        std::shared_ptr<std::function<void()>> ready;
        bool paused = false;
    };

    void step()
    {
        const auto began = std::chrono::steady_clock::now();
        host_.dispatch();
        measured_.stepped(host_.rt().last_step().handled, std::chrono::steady_clock::now() - began);
    }

    void call(int fd)
    {
        const auto found = watched_.find(fd);
        if (found != watched_.end() && !found->second.paused) {
            const auto ready = found->second.ready;
            (*ready)();
        }
    }

    actor_rt::poll_host host_{runtime_settings()};
    std::map<int, watcher> watched_;
    bool stopped_ = false;
};

} // namespace

std::unique_ptr<loop> make_poll_loop() { return std::make_unique<poll_loop>(); }

} // namespace wordhub
