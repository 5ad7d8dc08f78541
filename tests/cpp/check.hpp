/*
 * The whole test framework: TEST(rule) { … CHECK(condition); … }. A program runs its tests in order of definition, or the
 * one whose name it is given, prints one line for each, and ends with 1 at the first check that fails.
 */
#ifndef ACTOR_RT_TESTS_CHECK_HPP
#define ACTOR_RT_TESTS_CHECK_HPP

#include <actor_rt.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace check {
struct test {
    const char* name;
    void (*body)();
};

inline std::vector<test>& all()
{
    static std::vector<test> tests;
    return tests;
}

struct registration {
    registration(const char* name, void (*body)()) { all().push_back({name, body}); }
};

[[noreturn]] inline void fail(const char* file, int line, const char* condition)
{
    std::fprintf(stderr, "%s:%d: failed: %s\n", file, line, condition);
    std::fflush(nullptr);
    std::_Exit(1);
}

inline int run(int count, char** arguments)
{
    int ran = 0;
    for (const test& one : all()) {
        if (count < 2 || std::strcmp(arguments[1], one.name) == 0) {
            std::printf("%s\n", one.name);
            std::fflush(stdout);
            one.body();
            ++ran;
        }
    }
    std::printf("%d tests passed\n", ran);
    return ran == 0 ? 1 : 0;
}

/// One step for all that is ready. The default budget ends a step after two milliseconds of a real clock, and under valgrind on a
/// busy machine three messages take longer.
inline actor_rt::step_result step(actor_rt::runtime& rt) { return rt.step(actor_rt::clock_now, actor_rt::unlimited); }

/// A clock that stands still until it is told the time.
struct manual_clock {
    std::chrono::nanoseconds now{0};

    actor_rt::options options()
    {
        actor_rt::options how;
        how.clock([this] { return now; });
        return how;
    }
};

/// Counts its living instances; move-only, so that it cannot travel as copied bytes.
struct counted {
    int* living;
    explicit counted(int& counter) : living(&counter) { ++*living; }
    counted(counted&& other) noexcept : living(other.living) { other.living = nullptr; }
    counted& operator=(counted&& other) noexcept
    {
        std::swap(living, other.living);
        return *this;
    }
    ~counted()
    {
        if (living != nullptr) {
            --*living;
        }
    }
};
} // namespace check

#define TEST(rule)                                                   \
    static void rule();                                              \
    static const check::registration rule##_registration(#rule, rule); \
    static void rule()

#define CHECK(condition)                                  \
    do {                                                  \
        if (!(condition)) {                               \
            check::fail(__FILE__, __LINE__, #condition);  \
        }                                                 \
    } while (false)

#endif // ACTOR_RT_TESTS_CHECK_HPP
