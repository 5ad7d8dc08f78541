/*
 * What the adapters' tests stand on. A program of tests first defines its loop and its host, then includes the rules that
 * hold for it: steps.hpp, failures.hpp and ends.hpp for every adapter, attachment.hpp and loop_ends.hpp for those that
 * start and stop, nesting.hpp where the loop may be run inside itself.
 *
 *     namespace here {
 *     struct loop {                                          // A real one, alive until its destructor or `end`.
 *         void settle();                                     // Runs what is ready and what follows from it; waits for nothing.
 *         template <class C> void run_while(C condition);    // Waits and runs, round by round.
 *         void soon(std::function<void()>);                  // Input of the host's, on the loop's thread.
 *         void later(std::chrono::milliseconds, std::function<void()>); // A timer of the host's.
 *         int rounds() const;                                // How often the loop came to wait: what spins does so often.
 *         void end();                                        // Ends with hosts still attached. (loop_ends.hpp)
 *     };
 *     struct host : actor_rt::some_host {                    // Kept alive by itself, where loops end for want of work.
 *         explicit host(loop&, actor_rt::options = {});
 *         bool attached() const;                             // (attachment.hpp)
 *         void start_on(loop&);                              // (attachment.hpp)
 *     };
 *     template <class Code> std::string said(Code);          // What is said, for want of a log, while the code runs. (failures.hpp)
 *     }
 *
 * Steps and rounds are counted, never timed.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_FIXTURE_HPP
#define ACTOR_RT_TESTS_ADAPTER_FIXTURE_HPP

#include "actors.hpp"

#include <memory>

using namespace std::chrono_literals;

namespace {
using adapter::again;
using adapter::boom;
using adapter::caller;
using adapter::doer;
using adapter::flood;
using adapter::heart;
using adapter::item;
using adapter::unhurried;
using worker = adapter::worker<here::host>;

/// A host at rest on a loop of its own. The loop is declared first, so it goes after the host.
struct fixture {
    here::loop home;
    std::atomic<int> turns{0};
    here::host host{home, unhurried()};
    actor_rt::actor_ref<worker> to = host.rt().spawn<worker>(host, turns);

    fixture() { home.settle(); }
    std::uint64_t steps() { return host.rt().last_step().step; }
};
} // namespace

#endif // ACTOR_RT_TESTS_ADAPTER_FIXTURE_HPP
