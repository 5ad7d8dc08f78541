//! The clock that a runtime reads when its configuration names none.

use std::time::Instant;

/// A monotonic clock in nanoseconds. Where the system's own has no common zero, it counts from the making of the runtime.
pub(crate) fn monotonic() -> impl Fn() -> u64 {
    let start = Instant::now();
    move || u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
