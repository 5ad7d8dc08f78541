//! Conversions between `Instant` and the runtime's time: `u64` nanoseconds from an epoch taken once.
//!
//! `u64` nanoseconds span 584 years. Whatever falls outside is saturated, never wrapped and never a panic: a deadline too far away becomes
//! the last nanosecond, an instant before the epoch becomes the first.

use std::time::{Duration, Instant};

/// One moment in both clocks. It fixes the conversion for the life of a runtime.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Epoch {
    /// The moment as the operating system counts it.
    pub(crate) instant: Instant,
    /// The same moment in nanoseconds of the runtime.
    pub(crate) ns: u64,
}

impl Epoch {
    /// Nanoseconds of an instant: exact between 0 and `u64::MAX`, outside the nearer of the two.
    pub(crate) fn to_ns(self, instant: Instant) -> u64 {
        match instant.checked_duration_since(self.instant) {
            Some(later) => after(self.ns, later),
            None => self.ns.saturating_sub(duration_ns(self.instant.duration_since(instant))),
        }
    }

    /// The instant of a nanosecond: exact where `Instant` can express it, otherwise the nearest end of its range.
    pub(crate) fn to_instant(self, ns: u64) -> Instant {
        if ns >= self.ns {
            nearest(self.instant, ns - self.ns, Instant::checked_add)
        } else {
            nearest(self.instant, self.ns - ns, Instant::checked_sub)
        }
    }
}

/// The deadline a duration after `now_ns`; `u64::MAX` if that lies beyond.
#[inline]
fn after(now_ns: u64, delay: Duration) -> u64 {
    now_ns.saturating_add(duration_ns(delay))
}

/// The deadline a duration after `now_ns`, at least one nanosecond; `u64::MAX` if that lies beyond.
#[inline]
pub(crate) fn strictly_after(now_ns: u64, delay: Duration) -> u64 {
    now_ns.saturating_add(duration_ns(delay).max(1))
}

/// A duration in nanoseconds, at most `u64::MAX` (584 years).
#[inline]
fn duration_ns(duration: Duration) -> u64 {
    const SECOND: u64 = 1_000_000_000;
    // Not by `as_nanos`, whose 128 bits cost more than the timer's way into its bucket.
    if duration.as_secs() < u64::MAX / SECOND {
        duration.as_secs() * SECOND + u64::from(duration.subsec_nanos())
    } else {
        u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
    }
}

/// `distance` nanoseconds from `start`, or the end of the clock's range if that comes before: found by binary search, since `Instant` does not
/// name its limits.
fn nearest(start: Instant, distance: u64, step: impl Fn(&Instant, Duration) -> Option<Instant>) -> Instant {
    if let Some(goal) = step(&start, Duration::from_nanos(distance)) {
        return goal;
    }
    (0..u64::BITS)
        .rev()
        .fold(start, |reached, bit| step(&reached, Duration::from_nanos(1 << bit)).unwrap_or(reached))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(ns: u64) -> Epoch {
        Epoch { instant: Instant::now(), ns }
    }

    #[test]
    fn conversions_are_inverse_within_range() {
        let epoch = epoch(5_000_000_000);
        for ns in [0, 1, 4_999_999_999, 5_000_000_000, 5_000_000_001, 86_400_000_000_000] {
            assert_eq!(epoch.to_ns(epoch.to_instant(ns)), ns);
        }
    }

    #[test]
    fn an_instant_before_time_zero_is_zero() {
        let epoch = epoch(1_000);
        assert_eq!(epoch.to_ns(epoch.instant - Duration::from_nanos(999)), 1);
        assert_eq!(epoch.to_ns(epoch.instant - Duration::from_nanos(1_001)), 0);
    }

    #[test]
    fn an_instant_after_the_last_nanosecond_is_the_last_nanosecond() {
        let epoch = epoch(u64::MAX - 10);
        assert_eq!(epoch.to_ns(epoch.instant + Duration::from_nanos(9)), u64::MAX - 1);
        assert_eq!(epoch.to_ns(epoch.instant + Duration::from_nanos(11)), u64::MAX);
        assert_eq!(epoch.to_ns(epoch.instant + Duration::from_secs(3600)), u64::MAX);
    }

    #[test]
    fn delays_saturate() {
        assert_eq!(after(7, Duration::from_nanos(3)), 10);
        assert_eq!(after(7, Duration::new(2, 5)), 2_000_000_012);
        assert_eq!(after(7, Duration::MAX), u64::MAX);
        assert_eq!(after(u64::MAX, Duration::from_nanos(1)), u64::MAX);
        assert_eq!(after(0, Duration::from_nanos(u64::MAX)), u64::MAX);
        assert_eq!(after(0, Duration::new(u64::MAX / 1_000_000_000, 999_999_999)), u64::MAX);
    }

    #[test]
    fn a_delay_of_nothing_is_a_nanosecond_where_it_must_not_be_due_at_once() {
        assert_eq!(strictly_after(7, Duration::ZERO), 8);
        assert_eq!(strictly_after(7, Duration::from_nanos(3)), 10);
        assert_eq!(strictly_after(7, Duration::MAX), u64::MAX);
        assert_eq!(strictly_after(u64::MAX, Duration::ZERO), u64::MAX);
    }

    #[test]
    fn the_last_nanosecond_has_an_instant_not_before_any_other() {
        let epoch = epoch(0);
        assert!(epoch.to_instant(u64::MAX) >= epoch.to_instant(u64::MAX / 2));
        assert!(epoch.to_instant(u64::MAX / 2) > epoch.instant);
    }

    #[test]
    fn beyond_the_clocks_range_the_instant_is_its_end() {
        // A clock that ends 1000 ns after the start, in place of the platform's, whose range differs.
        let start = Instant::now();
        let end = start + Duration::from_nanos(1_000);
        let step = |from: &Instant, by: Duration| from.checked_add(by).filter(|to| *to <= end);
        assert_eq!(nearest(start, 999, step), start + Duration::from_nanos(999));
        assert_eq!(nearest(start, 1_000, step), end);
        assert_eq!(nearest(start, 1_001, step), end);
        assert_eq!(nearest(start, u64::MAX, step), end);
    }
}
