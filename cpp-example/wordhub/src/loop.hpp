/*
 * Owns: what this program needs of a loop, so that everything but `poll_loop.cpp` and `uv_loop.cpp` is the same on both.
 *
 * Invariants: a loop owns a runtime and is the only one to step it. Its callbacks run on the thread that called `run`, outside of
 * steps. Level-triggered: a descriptor that stays readable is reported again in the next round.
 */
#ifndef WORDHUB_LOOP_HPP
#define WORDHUB_LOOP_HPP

#include "actor_rt.hpp"
#include "options.hpp"
#include "statistics.hpp"

#include <functional>
#include <memory>

namespace wordhub {

class loop {
public:
    virtual ~loop() = default;

    /// The runtime that this loop steps.
    virtual actor_rt::runtime& runtime() = 0;
    /// Calls `ready` whenever a descriptor is readable, until `forget`.
    virtual void watch(int fd, std::function<void()> ready) = 0;
    /// No more calls for a descriptor until `resume`.
    virtual void pause(int fd) = 0;
    virtual void resume(int fd) = 0;
    /// No more calls for a descriptor, from now on; to be said before it is closed. Nothing if it is not watched.
    virtual void forget(int fd) = 0;
    /// Runs until `stop`.
    virtual void run() = 0;
    /// Ends `run` after this round. On the loop's thread.
    virtual void stop() = 0;

    /// What the loop has measured of its steps.
    const statistics& measured() const { return measured_; }

protected:
    statistics measured_;
};

/// Settings of the runtime: shorter steps than the library's default, since one message here may be 8 KiB of text.
inline actor_rt::options runtime_settings()
{
    actor_rt::options settings;
    settings.default_budget(256, std::chrono::milliseconds(1));
    return settings;
}

std::unique_ptr<loop> make_poll_loop();
std::unique_ptr<loop> make_uv_loop();
/// Makes the loop of that kind. Throws std::runtime_error if it was not built in.
std::unique_ptr<loop> make_loop(loop_kind kind);

} // namespace wordhub

#endif
