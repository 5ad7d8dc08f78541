//! An actor's timers that have numbers of its own choice: what each is, and what has come due of it.

use crate::time::TimerKey;
use std::collections::BTreeMap;
use std::time::Duration;

/// What becomes of the ticks of an interval that come due at once, since the host or the actor was late.
///
/// # Examples
///
/// See [`Interval`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missed {
    /// One call, with their number.
    #[default]
    Coalesce,
    /// A call for each, all in one turn: not for an interval that may be late by a great many.
    Burst,
    /// One call, with the number one.
    Skip,
}

/// How often a numbered timer ticks: [`Cx::start_interval`](crate::Cx::start_interval).
///
/// The ticks lie on a grid that begins when the timer is started: one that is late does not delay those after it.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::{Interval, Lifecycle, Missed, Spec};
/// use actor_rt::{Cx, Runtime};
/// use std::time::{Duration, Instant};
///
/// struct Clock {
///     ticks: Vec<(u64, u32)>,
/// }
///
/// impl Lifecycle for Clock {
///     fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
///         let second = Interval::new(Duration::from_secs(1));
///         cx.start_interval(1, second);
///         cx.start_interval(2, second.first(Duration::ZERO).missed(Missed::Skip));
///     }
///     fn on_timer(&mut self, _: &mut Cx<'_, Self>, number: u64, ticks: u32) {
///         self.ticks.push((number, ticks));
///     }
/// }
///
/// let start = Instant::now();
/// let mut runtime = Runtime::new(start);
/// let clock = Spec::new(|_| Some(Clock { ticks: Vec::new() })).hooks().start(&mut runtime).unwrap();
/// runtime.run(start, false);
/// // The host comes late: three ticks of the first are due, and four of the second, which wants one only.
/// runtime.run(start + Duration::from_millis(3500), false);
/// runtime.run(start + Duration::from_secs(4), false);
/// let ticks = clock.query(&mut runtime, |clock, _| std::mem::take(&mut clock.ticks)).unwrap();
/// assert_eq!(ticks, [(2, 1), (1, 3), (1, 1)]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Interval {
    /// The time between two ticks; at least a nanosecond.
    pub period: Duration,
    /// When the first one comes.
    pub first: Duration,
    /// What becomes of late ones.
    pub missed: Missed,
}

impl Interval {
    /// A tick every `period`, the first after one period; late ones are told together.
    ///
    /// # Examples
    ///
    /// See [`Interval`].
    pub const fn new(period: Duration) -> Self {
        Interval { period, first: period, missed: Missed::Coalesce }
    }

    /// When the first tick comes.
    ///
    /// # Examples
    ///
    /// See [`Interval`].
    #[must_use]
    pub const fn first(self, after: Duration) -> Self {
        Interval { first: after, ..self }
    }

    /// What becomes of late ticks.
    ///
    /// # Examples
    ///
    /// See [`Interval`].
    #[must_use]
    pub const fn missed(self, missed: Missed) -> Self {
        Interval { missed, ..self }
    }
}

/// A timer under its number.
pub(crate) struct Numbered {
    /// Tells it from those that had the number before.
    pub arming: u64,
    pub key: Option<TimerKey>,
    /// When it comes due.
    pub deadline: u64,
    /// None if it ticks once.
    pub interval: Option<Interval>,
    /// Ticks that are due and not told yet.
    pub due: u32,
    /// A turn to tell them is on its way.
    pub queued: bool,
}

/// The numbered timers of one actor's incarnation.
#[derive(Default)]
pub(crate) struct NumberedTimers {
    pub timers: BTreeMap<u64, Numbered>,
    /// How many were ever armed.
    pub armed: u64,
    /// What the runs wait for: the number of the last one that was asked for.
    pub run: u64,
    pub next_run: Option<TimerKey>,
    /// The number of the step in which it ran last.
    pub ran_in: Option<u64>,
}
