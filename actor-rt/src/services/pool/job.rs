//! `Job`: what is to be done, by whom, and how long, how urgently and how often it may be tried.

use std::fmt;
use std::time::Duration;

/// How urgent a job is. A more urgent one leaves its queue first; among equals the older one does.
///
/// # Examples
///
/// See [`Job::priority`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Before all others.
    Highest,
    /// Before what is important.
    High,
    /// Before what is normal.
    Important,
    /// As a job is if nothing is said.
    #[default]
    Normal,
    /// When nothing else waits.
    BestEffort,
}

/// What a pool is to have done: a message for a worker, and the key by which a [`Router`](super::Router) chooses that.
///
/// # Examples
///
/// ```
/// use actor_rt::services::pool::{Job, Priority};
/// use std::time::Duration;
///
/// let job = Job::new("ada", "resize the picture").priority(Priority::High).time_to_live(Duration::from_secs(5)).retries(2);
/// assert_eq!((job.key, job.message, job.priority), ("ada", "resize the picture", Priority::High));
/// ```
#[non_exhaustive]
pub struct Job<K, M> {
    /// What it belongs to.
    pub key: K,
    /// What the worker gets.
    pub message: M,
    /// How urgent it is.
    pub priority: Priority,
    /// How long it may wait.
    pub time_to_live: Option<Duration>,
    pub(super) retry: Retry<M>,
}

/// How often a job may be tried again, and how its message is copied for that.
pub(super) struct Retry<M> {
    pub(super) left: u32,
    copy: Option<fn(&M) -> M>,
}

impl<M> Retry<M> {
    /// A copy for another try, if there may be one.
    pub(super) fn spare(&self, message: &M) -> Option<M> {
        self.copy.filter(|_| self.left > 0).map(|copy| copy(message))
    }
}

impl<K, M> Job<K, M> {
    /// A job of normal priority that may wait for ever and is tried once.
    ///
    /// # Examples
    ///
    /// See [`Job`].
    pub fn new(key: K, message: M) -> Self {
        let retry = Retry { left: 0, copy: None };
        Job { key, message, priority: Priority::Normal, time_to_live: None, retry }
    }

    /// How urgent it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Job, Priority};
    ///
    /// assert!(Priority::Highest < Priority::BestEffort, "in the order in which they are done");
    /// assert_eq!(Job::new((), ()).priority, Priority::Normal);
    /// assert_eq!(Job::new((), ()).priority(Priority::BestEffort).priority, Priority::BestEffort);
    /// ```
    #[must_use]
    pub fn priority(self, priority: Priority) -> Self {
        Job { priority, ..self }
    }

    /// How long it may wait. If it leaves a queue later than that no worker sees it:
    /// [`DiscardReason::Expired`](super::DiscardReason::Expired).
    ///
    /// # Examples
    ///
    /// See [`Job`].
    #[must_use]
    pub fn time_to_live(self, time: Duration) -> Self {
        Job { time_to_live: Some(time), ..self }
    }

    /// How often it may be tried again if its worker is lost, or says that it has [failed](super::Completion::failed). For that the message
    /// is cloned for each try but the last. As ractor's `RetriableMessage`.
    ///
    /// # Examples
    ///
    /// See [`Job`].
    #[must_use]
    pub fn retries(self, retries: u32) -> Self
    where
        M: Clone,
    {
        Job { retry: Retry { left: retries, copy: Some(M::clone) }, ..self }
    }
}

impl<K: fmt::Debug, M> fmt::Debug for Job<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("Job");
        output.field("key", &self.key).field("priority", &self.priority);
        output.field("time_to_live", &self.time_to_live).field("retries", &self.retry.left);
        output.finish_non_exhaustive()
    }
}
