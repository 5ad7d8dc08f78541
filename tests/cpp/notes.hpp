/*
 * For tests of what happens at which time: actors note what they see, and a runtime on the test's clock runs until nothing is ready.
 */
#ifndef ACTOR_RT_TESTS_NOTES_HPP
#define ACTOR_RT_TESTS_NOTES_HPP

#include "check.hpp"

#include <memory>
#include <string>

namespace check {
using texts = std::vector<std::string>;
using notes = std::shared_ptr<texts>;

struct noting {
    manual_clock clock;
    notes to = std::make_shared<texts>();
    actor_rt::runtime rt{clock.options()};

    /// What was noted since the last look, up to this time.
    texts at(std::chrono::nanoseconds now)
    {
        clock.now = now;
        rt.run_until_idle();
        return std::exchange(*to, {});
    }
};
} // namespace check

#endif // ACTOR_RT_TESTS_NOTES_HPP
