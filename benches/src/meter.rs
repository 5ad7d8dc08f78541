//! What is recorded while a row runs: time, allocations, growth of memory.
//!
//! A row sets up, warms up, and then calls [`Meter::measure`] exactly once around its operations. Instructions are not
//! counted here but from outside, by valgrind, as the difference of two run lengths; therefore set-up and warm-up must
//! not depend on the number of operations, unless the row says so.

use crate::allocation::{Snapshot, snapshot};
use std::time::Instant;

/// How many operations every row executes before it measures, so that queues, slabs and free lists have reached their
/// working size. A constant, so that it cancels in the difference of two run lengths.
pub const WARM_UP: u64 = 10_000;

/// One run of one row.
#[derive(Debug)]
pub struct Meter {
    ops: u64,
    reading: Option<Reading>,
}

/// What one run gave, over all its operations.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Wall-clock nanoseconds.
    pub nanoseconds: u128,
    /// Nanoseconds that this thread has executed, where the system tells: what others did on the same core is not in it.
    pub processor_nanoseconds: Option<u64>,
    /// Allocations and reallocations; 0 without the counting allocator.
    pub allocations: u64,
    /// Growth of the memory in use, in bytes; 0 without the counting allocator.
    pub grown_bytes: i64,
}

impl Meter {
    /// A meter for `ops` operations.
    pub fn new(ops: u64) -> Self {
        Self { ops, reading: None }
    }

    /// How many operations the row shall execute while it is measured.
    pub fn ops(&self) -> u64 {
        self.ops
    }

    /// Runs `work` and records it.
    ///
    /// # Panics
    /// If the row measures twice: the first reading would be lost without notice.
    pub fn measure<R>(&mut self, work: impl FnOnce() -> R) -> R {
        assert!(self.reading.is_none(), "a row measures once");
        // The clock's own time is in each sample, and lasts as long as a thousand operations of some rows.
        let reading = processor_time();
        let executed = processor_time();
        let overhead = executed.zip(reading).map_or(0, |(second, first)| second - first);
        let Snapshot { allocations, live_bytes } = snapshot();
        let started = Instant::now();
        let result = work();
        let nanoseconds = started.elapsed().as_nanos();
        let after = snapshot();
        let processor_nanoseconds =
            processor_time().zip(executed).map(|(after, before)| (after - before).saturating_sub(overhead));
        self.reading = Some(Reading {
            nanoseconds,
            processor_nanoseconds,
            allocations: after.allocations - allocations,
            grown_bytes: after.live_bytes - live_bytes,
        });
        result
    }

    /// The reading, if the row measured.
    pub fn reading(&self) -> Option<Reading> {
        self.reading
    }
}

/// How long this thread has executed so far, in nanoseconds, as Linux tells it.
///
/// The kernel brings the figure up to date when it schedules, hence the yield: else a sample would be off by a whole tick.
fn processor_time() -> Option<u64> {
    std::thread::yield_now();
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}
