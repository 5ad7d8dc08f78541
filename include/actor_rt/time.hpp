/*
 * Owns: the conversions between <chrono> and the library's unsigned nanoseconds.
 *
 * Invariants: delays are rounded up, never down, and a negative one is zero; what does not fit saturates to `never`.
 */
#ifndef ACTOR_RT_TIME_HPP
#define ACTOR_RT_TIME_HPP

#include "api.hpp"

#include <chrono>
#include <limits>

ACTOR_RT_BEGIN_NAMESPACE

/// The host's monotonic clock: what the host passes to `step`, or what the runtime's own clock reads. Its epoch is the
/// host's affair, so points of it are compared with each other only. It has no `now`; that is `runtime::now`.
struct host_clock {
    using rep = std::chrono::nanoseconds::rep;
    using period = std::nano;
    using duration = std::chrono::nanoseconds;
    using time_point = std::chrono::time_point<host_clock, duration>;
    static constexpr bool is_steady = true;
};

/// A moment of the host's clock.
using time_point = host_clock::time_point;

/// As a deadline: never. As the `now` of a step: read the runtime's clock.
inline constexpr time_point never = time_point::max();
/// As the `now` of a step: read the runtime's clock.
inline constexpr time_point clock_now = time_point::max();
/// As the deadline of an ask: wait as long as it takes.
inline constexpr std::chrono::nanoseconds no_deadline = std::chrono::nanoseconds::max();

namespace detail {
inline constexpr std::uint64_t greatest_time = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

inline std::uint64_t to_ns(time_point point) noexcept
{
    const auto count = point.time_since_epoch().count();
    return point == never ? ART_NEVER : count < 0 ? 0 : static_cast<std::uint64_t>(count);
}

inline time_point to_point(std::uint64_t ns) noexcept
{
    return ns >= greatest_time ? never : time_point(std::chrono::nanoseconds(static_cast<std::int64_t>(ns)));
}

/// A delay in nanoseconds, rounded up; ART_NEVER if it does not fit.
template <class Rep, class Period>
std::uint64_t delay_ns(std::chrono::duration<Rep, Period> delay) noexcept
{
    using std::chrono::nanoseconds;
    if (delay <= std::chrono::duration<Rep, Period>::zero()) {
        return 0;
    }
    // Compared as floating point, since the conversion of a coarse unit to nanoseconds may itself overflow.
    const std::chrono::duration<long double, std::nano> exact(delay);
    if (exact.count() >= static_cast<long double>(greatest_time)) {
        return ART_NEVER;
    }
    return static_cast<std::uint64_t>(std::chrono::ceil<nanoseconds>(delay).count());
}

/// The moment `delay` after `now`; ART_NEVER if that does not fit.
inline std::uint64_t later(std::uint64_t now, std::uint64_t delay) noexcept
{
    return delay >= ART_NEVER - now ? ART_NEVER : now + delay;
}
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_TIME_HPP
