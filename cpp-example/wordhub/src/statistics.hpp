/*
 * Owns: what the host measures of its runtime, besides what the actors say of themselves.
 */
#ifndef WORDHUB_STATISTICS_HPP
#define WORDHUB_STATISTICS_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace wordhub {

struct statistics {
    /// Calls of `step`.
    std::uint64_t steps = 0;
    /// Messages that they handled.
    std::uint64_t messages = 0;
    /// The longest of them.
    std::chrono::nanoseconds worst_step{0};
    /// All of them together.
    std::chrono::nanoseconds stepping{0};

    void stepped(std::uint64_t handled, std::chrono::nanoseconds took)
    {
        ++steps;
        messages += handled;
        worst_step = std::max(worst_step, took);
        stepping += took;
    }
};

} // namespace wordhub

#endif
