//! Which jobs are not done, and why: the limit of the queues, and what is said of a job that goes.

use super::job::Job;
use super::stats::PoolStats;
use std::error::Error;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// Why a job is not done.
///
/// # Examples
///
/// See [`PoolSpec::on_discard`](super::PoolSpec::on_discard).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DiscardReason {
    /// It waited longer than its time to live. Ractor's `TtlExpired`.
    Expired,
    /// There was no room for it, or another one took its place. Ractor's `Loadshed`.
    LoadShed,
    /// The pool drains, or has ended.
    Shutdown,
    /// There were more jobs than the router lets through in that time.
    RateLimited,
    /// Its worker had begun with it and was lost, or said that it has failed, and it is not to be tried again.
    WorkerLost,
}

impl fmt::Display for DiscardReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DiscardReason::Expired => "it waited longer than it may",
            DiscardReason::LoadShed => "too many jobs wait",
            DiscardReason::Shutdown => "the pool takes no more jobs",
            DiscardReason::RateLimited => "too many jobs come",
            DiscardReason::WorkerLost => "its worker was lost",
        })
    }
}

/// A job that the pool had taken, or that nobody asked after, and that is not done.
///
/// # Examples
///
/// See [`PoolSpec::on_discard`](super::PoolSpec::on_discard).
#[non_exhaustive]
pub struct Discarded<K, M> {
    /// What it belonged to.
    pub key: K,
    /// Its message; None if the lost worker had it.
    pub message: Option<M>,
    /// Why it is not done.
    pub reason: DiscardReason,
}

impl<K: fmt::Debug, M> fmt::Debug for Discarded<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("Discarded");
        output.field("key", &self.key).field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// A job that was not accepted, and comes back.
///
/// # Examples
///
/// See [`Pool::submit`](super::Pool::submit).
#[non_exhaustive]
pub struct Rejected<K, M> {
    /// The job, as it was.
    pub job: Job<K, M>,
    /// Why.
    pub reason: DiscardReason,
}

impl<K, M> fmt::Display for Rejected<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the job was not accepted: {}", self.reason)
    }
}

impl<K, M> fmt::Debug for Rejected<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected").field("reason", &self.reason).finish_non_exhaustive()
    }
}

impl<K, M> Error for Rejected<K, M> {}

/// How many jobs may wait in each queue, and which one goes if there are more. Queues are the pool's own and those of its workers: a router
/// uses the one, the others, or both.
///
/// A job that finds an idle worker does not wait, so that a limit of 0 means: never queue. What the pool is told
/// [not to discard](super::PoolSpec::never_discard) is counted, but is taken past the limit.
///
/// # Examples
///
/// ```
/// use actor_rt::services::pool::{Discard, PoolSettings};
/// use std::time::Duration;
///
/// let newest = PoolSettings::new().discard(Discard::newest(100));
/// let oldest = PoolSettings::new().discard(Discard::oldest(100));
/// // Asked when it matters, but not more often than each second.
/// let ask = |now: &actor_rt::services::pool::PoolStats| 10 * now.size;
/// let dynamic = PoolSettings::new().discard(Discard::newest(0).dynamic(Duration::from_secs(1), ask));
/// # assert!(format!("{newest:?} {oldest:?} {dynamic:?}").contains("newest: false"));
/// ```
#[derive(Clone, Default)]
pub struct Discard {
    pub(super) newest: bool,
    pub(super) limit: Limit,
}

/// How many jobs may wait in a queue.
#[derive(Clone, Default)]
pub(super) enum Limit {
    #[default]
    None,
    Static(usize),
    Dynamic(Duration, Ask),
}

/// What a dynamic limit is now.
type Ask = Rc<dyn Fn(&PoolStats) -> usize>;

impl Discard {
    /// As many jobs wait as there are.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Discard, PoolSettings};
    ///
    /// let settings = PoolSettings::new().discard(Discard::none());
    /// # _ = settings;
    /// ```
    pub fn none() -> Self {
        Discard::default()
    }

    /// For a job beyond the limit the oldest of the least urgent ones goes. That may be the new one, which then is not accepted.
    ///
    /// # Examples
    ///
    /// See [`Discard`].
    pub fn oldest(limit: usize) -> Self {
        Discard { newest: false, limit: Limit::Static(limit) }
    }

    /// A job beyond the limit is not accepted.
    ///
    /// # Examples
    ///
    /// See [`Discard`].
    pub fn newest(limit: usize) -> Self {
        Discard { newest: true, limit: Limit::Static(limit) }
    }

    /// Has the limit asked for: when a job is to wait for the first time, and again when one is to wait and so much time has passed. No timer
    /// runs for that. As ractor's `DynamicDiscardController`.
    ///
    /// # Examples
    ///
    /// See [`Discard`].
    #[must_use]
    pub fn dynamic(self, every: Duration, ask: impl Fn(&PoolStats) -> usize + 'static) -> Self {
        Discard { limit: Limit::Dynamic(every, Rc::new(ask)), ..self }
    }
}

impl fmt::Debug for Discard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = match &self.limit {
            Limit::None => "none".to_owned(),
            Limit::Static(limit) => limit.to_string(),
            Limit::Dynamic(every, _) => format!("asked for every {every:?}"),
        };
        f.debug_struct("Discard").field("newest", &self.newest).field("limit", &limit).finish()
    }
}

/// A dynamic limit as it was when it was asked for last.
#[derive(Default)]
pub(super) struct Asked(Option<(u64, usize)>);

impl Asked {
    /// The limit now; None if there is none.
    pub(super) fn limit(
        &mut self,
        limit: &Limit,
        now: u64,
        stats: impl FnOnce() -> PoolStats,
    ) -> Option<usize> {
        let (every, ask) = match limit {
            Limit::None => return None,
            Limit::Static(limit) => return Some(*limit),
            Limit::Dynamic(every, ask) => (every.as_nanos(), ask),
        };
        match self.0 {
            Some((asked, limit)) if u128::from(now - asked) < every => Some(limit),
            _ => {
                let limit = ask(&stats());
                self.0 = Some((now, limit));
                Some(limit)
            }
        }
    }
}
