//! `PoolSettings`: what can be said of a pool at its start and at any time later.

use super::discard::Discard;
use std::time::Duration;

/// The most workers that a pool has.
pub(super) const MOST_WORKERS: usize = 1_000_000;

/// What can be said of a pool at its start ([`PoolSpec::settings`](super::PoolSpec::settings)) and later
/// ([`Pool::set_settings`](super::Pool::set_settings)).
///
/// # Examples
///
/// ```
/// use actor_rt::services::pool::{DeadMansSwitch, Discard, PoolSettings};
/// use std::time::Duration;
///
/// let settings = PoolSettings::new()
///     .size(4)
///     .in_flight(2)
///     .discard(Discard::newest(100))
///     .dead_mans_switch(DeadMansSwitch::new(Duration::from_secs(30)));
/// assert_eq!((settings.size, settings.in_flight), (4, 2));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PoolSettings {
    /// How many workers there are.
    pub size: usize,
    /// How many jobs a worker has at once.
    pub in_flight: usize,
    /// How many jobs may wait.
    pub discard: Discard,
    /// What happens to silent workers, if anything.
    pub dead_mans_switch: Option<DeadMansSwitch>,
}

impl PoolSettings {
    /// One worker, which has one job at a time; any number waits.
    ///
    /// # Examples
    ///
    /// See [`PoolSettings`].
    pub fn new() -> Self {
        PoolSettings { size: 1, in_flight: 1, discard: Discard::none(), dead_mans_switch: None }
    }

    /// How many workers there are: at least one, since 0 is ignored, and at most a million.
    ///
    /// # Examples
    ///
    /// See [`PoolSettings`].
    #[must_use]
    pub fn size(self, workers: usize) -> Self {
        PoolSettings { size: if workers == 0 { self.size } else { workers.min(MOST_WORKERS) }, ..self }
    }

    /// How many jobs a worker has at once: at least one.
    ///
    /// # Examples
    ///
    /// See [`PoolSettings`].
    #[must_use]
    pub fn in_flight(self, jobs: usize) -> Self {
        PoolSettings { in_flight: jobs.max(1), ..self }
    }

    /// How many jobs may wait, and which of them go.
    ///
    /// # Examples
    ///
    /// See [`Discard`].
    #[must_use]
    pub fn discard(self, discard: Discard) -> Self {
        PoolSettings { discard, ..self }
    }

    /// What happens to silent workers.
    ///
    /// # Examples
    ///
    /// See [`DeadMansSwitch`].
    #[must_use]
    pub fn dead_mans_switch(self, switch: DeadMansSwitch) -> Self {
        PoolSettings { dead_mans_switch: Some(switch), ..self }
    }
}

impl Default for PoolSettings {
    fn default() -> Self {
        PoolSettings::new()
    }
}

/// What happens to a worker that has a job and gives no sign of life: it neither gets a job, nor is done with one, nor says that it is
/// [alive](super::Completion::alive). That it is silent is told once ([`PoolEvent::Silent`](super::PoolEvent::Silent)). As ractor's
/// `DeadMansSwitchConfiguration`.
///
/// # Examples
///
/// ```
/// use actor_rt::services::pool::{Completion, DeadMansSwitch, Job, PoolEvent, PoolSettings, PoolSpec};
/// use actor_rt::supervision::Spec;
/// use actor_rt::{Cx, Runtime, call};
/// use std::time::{Duration, Instant};
/// use std::{cell::Cell, rc::Rc};
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let silent = Rc::new(Cell::new(0));
/// let count = silent.clone();
/// // Waits for what never comes, and is heard of once, after two seconds.
/// let job = |kept: &mut Vec<Completion>, cx: &mut Cx<'_, Vec<Completion>>, _: (), job: Completion| {
///     kept.push(job);
///     cx.this().call_at(Duration::from_secs(2), |kept, cx| kept[0].alive(cx));
/// };
/// let pool = PoolSpec::new(|_| Spec::new(|_| Some(Vec::new())), job)
///     .settings(PoolSettings::new().dead_mans_switch(DeadMansSwitch::new(Duration::from_secs(5)).kill()))
///     .on_event(move |event| count.set(count.get() + u32::from(matches!(event, PoolEvent::Silent { .. }))))
///     .start(&mut runtime)
///     .unwrap();
/// call!([pool], dispatch(Job::new((), ())));
/// for (second, told) in [(0, 0), (2, 0), (5, 0), (7, 1), (100, 1)] {
///     runtime.run(now + Duration::from_secs(second), false);
///     assert_eq!(silent.get(), told, "at {second}");
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadMansSwitch {
    /// How long it may be silent.
    pub silence: Duration,
    /// Whether it is killed then, and replaced.
    pub kills: bool,
}

impl DeadMansSwitch {
    /// A worker that is silent for so long is told of. It is looked for that often: a silence of a few nanoseconds keeps the host busy as
    /// long as a job runs.
    ///
    /// # Examples
    ///
    /// See [`DeadMansSwitch`].
    pub fn new(silence: Duration) -> Self {
        DeadMansSwitch { silence, kills: false }
    }

    /// It is killed, too, and another one takes its place; its jobs are lost, or tried again. A thread cannot be killed.
    ///
    /// # Examples
    ///
    /// See [`DeadMansSwitch`].
    #[must_use]
    pub fn kill(self) -> Self {
        DeadMansSwitch { kills: true, ..self }
    }
}
