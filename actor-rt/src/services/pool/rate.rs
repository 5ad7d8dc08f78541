//! The leaky bucket: how many jobs a router lets through in which time.

use std::fmt;
use std::time::Duration;

/// So many jobs within this time.
#[derive(Clone, Copy)]
pub(super) struct Rate {
    jobs: u32,
    within: u64,
}

impl Rate {
    pub(super) fn new(jobs: u32, within: Duration) -> Self {
        Rate { jobs, within: u64::try_from(within.as_nanos()).unwrap_or(u64::MAX) }
    }

    /// The part of the time in which room for one more comes.
    fn one(self) -> u64 {
        self.within / u64::from(self.jobs.max(1))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} within {:?}", self.jobs, Duration::from_nanos(self.within))
    }
}

/// What is in the bucket: it leaks one job in each part of the time.
#[derive(Default)]
pub(super) struct Bucket {
    /// When it will be empty, if nothing more comes; in nanoseconds of the runtime's clock.
    empty_at: u64,
}

impl Bucket {
    /// Whether one more job would be too much.
    pub(super) fn is_full(&self, rate: Rate, now: u64) -> bool {
        if rate.jobs == 0 {
            return true;
        }
        self.empty_at.saturating_sub(now).saturating_add(rate.one()) > rate.within
    }

    /// One more job.
    pub(super) fn add(&mut self, rate: Rate, now: u64) {
        self.empty_at = self.empty_at.max(now).saturating_add(rate.one());
    }
}
