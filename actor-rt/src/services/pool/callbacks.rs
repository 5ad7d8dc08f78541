//! What a pool tells its user: of jobs that are not done, and of its own life.

use super::discard::Discarded;
use crate::{ActorId, Deferrer};
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::time::Duration;

/// What a pool tells of itself: [`PoolSpec::on_event`](super::PoolSpec::on_event).
///
/// # Examples
///
/// See [`PoolSpec::on_event`](super::PoolSpec::on_event).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolEvent {
    /// Its workers have been started, and it takes jobs.
    Started,
    /// It takes no more jobs, and ends when all are done.
    Draining,
    /// It has ended, in whatever way; all that it had to say of its jobs is said.
    Stopped,
    /// A worker has a job and has been silent for too long: see [`DeadMansSwitch`](super::DeadMansSwitch).
    Silent {
        /// The worker's number, from 0 on.
        slot: usize,
        /// The worker, if it is an actor.
        worker: Option<ActorId>,
        /// How long.
        silence: Duration,
    },
}

/// A function of the user.
pub(super) type Tell<T> = Rc<dyn Fn(T)>;

/// The user's functions. A panic in one disturbs nobody: it is raised at the end of the step, as that of any work that belongs to no actor.
pub(super) struct Callbacks<K, M> {
    pub(super) discard: Option<Tell<Discarded<K, M>>>,
    pub(super) event: Option<Tell<PoolEvent>>,
    pub(super) deferrer: Deferrer,
}

impl<K, M> Callbacks<K, M> {
    /// A job is not done.
    pub(super) fn discarded(&self, job: Discarded<K, M>) {
        self.contain(|| match &self.discard {
            Some(discard) => discard(job),
            None => drop(job),
        });
    }

    pub(super) fn event(&self, event: PoolEvent) {
        if let Some(tell) = &self.event {
            self.contain(|| tell(event));
        }
    }

    /// Runs the user's code, in the pool's turn or in a destructor.
    pub(super) fn contain(&self, f: impl FnOnce()) {
        if let Err(panic) = panic::catch_unwind(AssertUnwindSafe(f)) {
            self.deferrer.defer(move |_| panic::resume_unwind(panic));
        }
    }
}
