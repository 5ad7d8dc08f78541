//! How much a step may do, and what it did.

use std::time::Duration;

/// The bound of one step. At least one message is handled per step if any is ready.
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
    pub const UNBOUNDED: Budget = Budget { messages: u32::MAX, time: None, idle: false };
}

impl Default for Budget {
    /// 1,024 messages or 2 ms: a quarter of a frame at 120 Hz.
    fn default() -> Self {
        Budget { messages: 1024, time: Some(Duration::from_millis(2)), idle: false }
    }
}

/// What a step did, and what it leaves.
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
