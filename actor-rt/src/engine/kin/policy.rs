//! How children are supervised: settings, each by itself.

use std::time::Duration;

/// Whether a child is started again when it has ended by itself.
///
/// As in OTP (`restart_type`). A child that its supervisor ends is never restarted by that.
///
/// # Examples
///
/// See [`Spec::restart`](crate::supervision::Spec::restart).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// Always.
    Permanent,
    /// If it failed, was killed or lost; not if it stopped, or was told to.
    Transient,
    /// Never. What is made of a value, and not by a factory, is always that.
    Temporary,
}

/// How a supervisor ends a child.
///
/// # Examples
///
/// See [`Spec`](crate::supervision::Spec).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// It is killed.
    Kill,
    /// It is stopped, and killed if that takes longer.
    After(Duration),
    /// It is stopped, and waited for as long as it takes.
    Infinite,
}

/// Who is restarted when a child is.
///
/// # Examples
///
/// See [`Supervisor`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// That child.
    #[default]
    OneForOne,
    /// All children: the others are ended, the youngest first, then all are started, the oldest first.
    OneForAll,
    /// That child and those that were started after it, likewise.
    RestForOne,
}

/// When a supervisor ends because its significant children have.
///
/// As OTP's `auto_shutdown`: what counts is that a significant child has ended by itself and is not restarted.
///
/// # Examples
///
/// See [`Supervisor`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoShutdown {
    /// Never.
    #[default]
    Never,
    /// When one of them has.
    AnySignificant,
    /// When all of them have.
    AllSignificant,
}

/// From when on restarts are counted.
///
/// # Examples
///
/// See [`Intensity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Those of the last period count (OTP).
    Sliding,
    /// Periods begin with the start, and anew with the first failure after a period's end.
    Anchored,
}

/// How many restarts within which time are too many: then the failure is escalated.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::{Intensity, Window};
/// use std::time::Duration;
///
/// let default = Intensity::default();
/// assert_eq!((default.restarts, default.period), (1, Duration::from_secs(5)));
/// let three = Intensity::new(3, Duration::from_secs(60)).window(Window::Anchored);
/// assert_eq!(three.window, Window::Anchored);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intensity {
    /// So many restarts are made.
    pub restarts: u32,
    /// Within this time.
    pub period: Duration,
    /// How the time is counted.
    pub window: Window,
}

impl Intensity {
    /// So many restarts within a sliding period; the next failure is escalated.
    ///
    /// # Examples
    ///
    /// See [`Intensity`].
    pub const fn new(restarts: u32, period: Duration) -> Self {
        Intensity { restarts, period, window: Window::Sliding }
    }

    /// Counts the period another way.
    ///
    /// # Examples
    ///
    /// See [`Intensity`].
    #[must_use]
    pub const fn window(self, window: Window) -> Self {
        Intensity { window, ..self }
    }
}

impl Default for Intensity {
    /// OTP's: one restart in five seconds.
    fn default() -> Self {
        Intensity::new(1, Duration::from_secs(5))
    }
}

/// How long a restart waits, longer with each in a row.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::Backoff;
/// use std::time::Duration;
///
/// let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(10)).jitter(0.2);
/// assert_eq!(backoff.factor, 2.0);
/// assert_eq!(backoff.reset, Duration::from_secs(10), "who lived as long as the longest wait begins anew");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Backoff {
    /// Before the first restart.
    pub first: Duration,
    /// At the most.
    pub most: Duration,
    /// How much longer each time.
    pub factor: f64,
    /// The part of each wait, between 0 and 1, that is random: spread evenly below the full wait.
    pub jitter: f64,
    /// A child that has been ready for so long begins with the first wait again.
    pub reset: Duration,
}

impl Backoff {
    /// From `first` on, twice as long each time, up to `most`; no jitter.
    ///
    /// # Examples
    ///
    /// See [`Backoff`].
    pub const fn new(first: Duration, most: Duration) -> Self {
        Backoff { first, most, factor: 2.0, jitter: 0.0, reset: most }
    }

    /// So many times as long each time.
    ///
    /// # Panics
    /// If the factor is less than 1 or not a number.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Backoff;
    /// use std::time::Duration;
    ///
    /// let steady = Backoff::new(Duration::from_secs(1), Duration::from_secs(1)).factor(1.0);
    /// assert_eq!(steady.factor, 1.0);
    /// ```
    #[must_use]
    pub fn factor(self, factor: f64) -> Self {
        assert!(factor >= 1.0 && factor.is_finite(), "a back-off's factor is at least 1");
        Backoff { factor, ..self }
    }

    /// Makes a part of each wait random.
    ///
    /// # Panics
    /// If the part is not between 0 and 1.
    ///
    /// # Examples
    ///
    /// See [`Backoff`].
    #[must_use]
    pub fn jitter(self, part: f64) -> Self {
        assert!((0.0..=1.0).contains(&part), "a back-off's jitter is between 0 and 1");
        Backoff { jitter: part, ..self }
    }

    /// Begins anew for a child that has been ready for so long.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Backoff;
    /// use std::time::Duration;
    ///
    /// let backoff = Backoff::new(Duration::from_millis(10), Duration::from_secs(1)).reset(Duration::from_secs(60));
    /// assert_eq!(backoff.reset.as_secs(), 60);
    /// ```
    #[must_use]
    pub const fn reset(self, reset: Duration) -> Self {
        Backoff { reset, ..self }
    }

    /// The wait before the restart after so many in a row; `random` is between 0 and 1.
    pub(crate) fn wait(&self, row: u32, random: f64) -> Duration {
        if self.first.is_zero() {
            // So is every multiple of it, but for one that is past all numbers.
            return Duration::ZERO;
        }
        let full = self.first.as_secs_f64() * self.factor.powi(row.min(1_000) as i32);
        let full = full.min(self.most.as_secs_f64());
        Duration::try_from_secs_f64(full * (1.0 - self.jitter * random)).unwrap_or(self.most)
    }
}

/// How an actor supervises its children.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::{AutoShutdown, Intensity, Strategy, Supervisor};
/// use std::time::Duration;
///
/// let supervisor = Supervisor::new()
///     .strategy(Strategy::RestForOne)
///     .intensity(Intensity::new(3, Duration::from_secs(10)))
///     .auto_shutdown(AutoShutdown::AllSignificant);
/// assert_eq!(supervisor.strategy, Strategy::RestForOne);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Supervisor {
    /// Who is restarted with a child.
    pub strategy: Strategy,
    /// How many restarts of all its children together are too many.
    pub intensity: Intensity,
    /// When it ends with its children.
    pub auto_shutdown: AutoShutdown,
}

impl Supervisor {
    /// One for one, at most one restart in five seconds, never ends with its children.
    ///
    /// # Examples
    ///
    /// See [`Supervisor`].
    pub fn new() -> Self {
        Supervisor::default()
    }

    /// Who is restarted with a child.
    ///
    /// # Examples
    ///
    /// See [`Supervisor`].
    #[must_use]
    pub const fn strategy(self, strategy: Strategy) -> Self {
        Supervisor { strategy, ..self }
    }

    /// How many restarts of all its children together are too many.
    ///
    /// # Examples
    ///
    /// See [`Supervisor`].
    #[must_use]
    pub const fn intensity(self, intensity: Intensity) -> Self {
        Supervisor { intensity, ..self }
    }

    /// When it ends with its children.
    ///
    /// # Examples
    ///
    /// See [`Supervisor`].
    #[must_use]
    pub const fn auto_shutdown(self, auto_shutdown: AutoShutdown) -> Self {
        Supervisor { auto_shutdown, ..self }
    }
}
