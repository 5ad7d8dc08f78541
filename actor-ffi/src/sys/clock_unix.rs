//! The clock that a runtime reads when its configuration names none.

/// The system's monotonic clock in nanoseconds, the one that `clock_gettime(CLOCK_MONOTONIC)` reads.
pub(crate) fn monotonic() -> impl Fn() -> u64 {
    || {
        let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `now` is writable. The clock exists everywhere, so the call cannot fail.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
        (now.tv_sec as u64).wrapping_mul(1_000_000_000).wrapping_add(now.tv_nsec as u64)
    }
}
