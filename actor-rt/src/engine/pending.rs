//! What waits in a runtime, by counts.

use super::shared::Shared;

/// Counts of what waits, and of what was lost so far. If all that waits is zero, nothing will happen without a new input.
///
/// # Examples
///
/// ```
/// use actor_rt::{Pending, Runtime};
/// use std::time::{Duration, Instant};
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// runtime.defer(|_| ());
/// runtime.after(Duration::from_secs(1), |_| ());
/// let pending: Pending = runtime.pending();
/// assert_eq!((pending.messages, pending.timers, pending.dead_letters), (1, 1, 0));
/// runtime.run(now + Duration::from_secs(1), false);
/// assert_eq!(runtime.pending().messages + runtime.pending().timers, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pending {
    /// Messages on all lanes but the idle one.
    pub messages: usize,
    /// Idle work.
    pub idle: usize,
    /// Memory that the queues take, in bytes: see [`Core::set_byte_budget`](crate::Core::set_byte_budget).
    pub bytes: usize,
    /// Armed timers.
    pub timers: usize,
    /// Host calls.
    pub host_calls: usize,
    /// Open requests.
    pub asks: usize,
    /// Living actors.
    pub actors: usize,
    /// Whether other threads sent something that no step has taken yet.
    pub remote: bool,
    /// Messages that no handler saw: their receiver had ended, its mailbox was full, or the runtime was closed. Since the start, as
    /// everything below.
    pub dead_letters: u64,
    /// Answers that came too late: the request had had its outcome, by its deadline, its withdrawal or another answer, or the asker had been
    /// restarted.
    pub late_replies: u64,
    /// Panics of destructors, and of notifiers and answers that no handler called. A step raises the first of its own at its end.
    pub drop_panics: u64,
    /// Steps whose time was smaller than an earlier one's.
    pub clamped_times: u64,
}

impl Shared {
    /// Counts what waits. Walks the lanes: for diagnostics.
    pub(crate) fn pending(&self) -> Pending {
        let lanes = [&self.main, &self.urgent, &self.replay, &self.lazy_batch, &self.lazy];
        Pending {
            messages: lanes.iter().map(|lane| lane.count()).sum(),
            idle: self.idle.count(),
            bytes: self.pool.in_use(),
            timers: self.timers.with(|timers| timers.len()),
            host_calls: self.host_calls.with(|calls| calls.len()),
            asks: self.asks.with(|asks| asks.len()),
            actors: self.directory.with(|directory| directory.living()),
            remote: self.inbox.has_entries(),
            dead_letters: self.dead_letters.total(),
            late_replies: self.counters.late_replies.get(),
            drop_panics: self.counters.drop_panics.get(),
            clamped_times: self.counters.clamped.get(),
        }
    }

    /// Whether messages are queued.
    pub(crate) fn has_queued(&self) -> bool {
        let lanes = [&self.main, &self.urgent, &self.replay, &self.lazy_batch, &self.lazy];
        lanes.iter().any(|lane| !lane.is_empty())
    }

    /// Whether anything is ready to run.
    pub(crate) fn has_work(&self) -> bool {
        self.has_queued() || self.inbox.has_entries()
    }

    /// When the next timer is due; `u64::MAX` if none is armed.
    #[inline(always)]
    pub(crate) fn next_timer(&self) -> u64 {
        self.timers.with(|timers| timers.next()).unwrap_or(u64::MAX)
    }

    /// When a step has something to do: 0 if that is now, `u64::MAX` if never.
    pub(crate) fn next_deadline_ns(&self) -> u64 {
        if self.has_work() {
            return 0;
        }
        self.next_timer()
    }

    /// Whether a step is running, or a wake target on this thread.
    pub(crate) fn is_busy(&self) -> bool {
        !self.mode.is_outside() || self.inbox.is_owner_waking()
    }
}
