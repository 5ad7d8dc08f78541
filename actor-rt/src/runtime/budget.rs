//! How much a step may do, and what it did.

use std::time::Duration;

/// The bound of one step. At least one message is handled per step if any is ready.
///
/// # Examples
///
/// ```
/// use actor_rt::{Budget, Runtime};
/// use std::time::{Duration, Instant};
///
/// let mut runtime = Runtime::new(Instant::now());
/// for _ in 0..5 {
///     runtime.defer(|_| ());
/// }
/// let budget = Budget { messages: 3, time: Some(Duration::from_secs(1)), idle: false };
/// assert_eq!(runtime.step(Instant::now(), &budget).handled, 3);
/// assert_eq!(runtime.step(Instant::now(), &Budget { idle: true, ..Budget::default() }).handled, 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Messages at the most.
    pub messages: u32,
    /// Time at the most, by the runtime's clock and from the end of the first message. The clock is read after 1, 2, 4, 8 and 16
    /// messages and then after every 16, so that a step ends at the latest 16 messages after its time.
    pub time: Option<Duration>,
    /// Whether one piece of idle work may run, first of all.
    pub idle: bool,
}

impl Budget {
    /// No bound: as long as there is work.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Budget, Runtime};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// for _ in 0..100_000 {
    ///     runtime.defer(|_| ());
    /// }
    /// let progress = runtime.step(Instant::now(), &Budget::UNBOUNDED);
    /// assert_eq!((progress.handled, progress.more), (100_000, false));
    /// ```
    pub const UNBOUNDED: Budget = Budget { messages: u32::MAX, time: None, idle: false };
}

impl Default for Budget {
    /// 1,024 messages or 2 ms: a quarter of a frame at 120 Hz.
    fn default() -> Self {
        Budget { messages: 1024, time: Some(Duration::from_millis(2)), idle: false }
    }
}

/// What a step did, and what it leaves.
///
/// # Examples
///
/// ```
/// use actor_rt::{Budget, Progress, Runtime};
/// use std::time::{Duration, Instant};
///
/// let start = Instant::now();
/// let mut runtime = Runtime::new(start); // its clock begins at 0
/// runtime.after(Duration::from_secs(1), |_| ());
/// runtime.idle(|_| ());
/// runtime.defer(|_| ());
/// let progress: Progress = runtime.step(start, &Budget::default());
/// assert_eq!((progress.handled, progress.more, progress.idle), (1, false, true));
/// assert_eq!((progress.next_deadline, progress.number), (1_000_000_000, 1));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Work is left: the host owes a step, and no wake will come for it.
    pub more: bool,
    /// Idle work waits.
    pub idle: bool,
    /// The step was refused, since one is running: nothing happened.
    pub busy: bool,
    /// When the next timer is due, in nanoseconds of the runtime's clock; `u64::MAX` for never.
    pub next_deadline: u64,
    /// Host calls that wait to be run.
    pub host_calls: usize,
    /// Messages handled.
    pub handled: u32,
    /// Actors that failed, by their own word or by a panic.
    pub failed: u32,
    /// The step's number, from 1.
    pub number: u64,
}
