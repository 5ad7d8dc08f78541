//! `PoolStats`: what a pool has and had to do.

use super::discard::DiscardReason;

/// What a pool has to do now, and what became of the jobs so far: [`Pool::stats`](super::Pool::stats).
///
/// Each job that was accepted is done, waits, is being done, or was discarded: `accepted + refused` is
/// `done + queued + running` and all [`discarded`](PoolStats::discarded) ones, of whatever reason.
///
/// # Examples
///
/// See [`Pool::stats`](super::Pool::stats).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStats {
    /// Workers.
    pub size: usize,
    /// Workers that have a job. Ractor's `GetNumActiveWorkers`.
    pub active: usize,
    /// Jobs that wait. Ractor's `GetQueueDepth`.
    pub queued: usize,
    /// Jobs that workers have.
    pub running: usize,
    /// How many jobs more could begin at once. Ractor's `GetAvailableCapacity`, without the room in its queue.
    pub available: usize,
    /// Jobs accepted.
    pub accepted: u64,
    /// Jobs not accepted.
    pub refused: u64,
    /// Jobs done.
    pub done: u64,
    /// Tries of lost jobs that were to be tried again.
    pub retried: u64,
    pub(super) discarded: [u64; 5],
}

impl PoolStats {
    /// How many jobs were discarded for a reason, accepted or not.
    ///
    /// # Examples
    ///
    /// See [`Pool::stats`](super::Pool::stats).
    pub fn discarded(&self, reason: DiscardReason) -> u64 {
        self.discarded[reason as usize]
    }

    /// One more.
    pub(super) fn discard(&mut self, reason: DiscardReason) {
        self.discarded[reason as usize] += 1;
    }
}
