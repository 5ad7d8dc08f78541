//! `Completion`: by which a worker says that a job is done.

use crate::{Core, Door, Ret};
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::thread;

/// A worker's incarnation; None if the worker has none at this moment.
pub(super) type Life = Rc<dyn Fn() -> Option<u32>>;

/// A job that a worker has begun. It may be kept and moved, so that a job may take many turns; the worker gets its next job when this one
/// is over.
///
/// It is over by [`done`](Completion::done) or by [`failed`](Completion::failed). One that is dropped counts as done if the worker still lives
/// when the pool hears of it, a moment later. Else, and if the worker ends before the job is over, the job is lost: tried again, or discarded
/// as [`WorkerLost`](super::DiscardReason::WorkerLost). So it is if a panic drops it, whoever's that is. What is said of a job after its end has
/// no effect.
///
/// # Examples
///
/// ```
/// use actor_rt::services::pool::{Completion, Job, PoolSpec};
/// use actor_rt::supervision::Spec;
/// use actor_rt::{Cx, Runtime, call};
/// use std::time::{Duration, Instant};
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// // Each job takes a second, and no thread.
/// let job = |_: &mut (), cx: &mut Cx<'_, ()>, _: u32, job: Completion| {
///     cx.this().call_at(Duration::from_secs(1), |_, _| job.done());
/// };
/// let pool = PoolSpec::new(|_| Spec::new(|_| Some(())), job).start(&mut runtime).unwrap();
/// call!([pool], dispatch(Job::new((), 1)));
/// call!([pool], dispatch(Job::new((), 2)));
/// for (second, done) in [(0, 0), (1, 1), (2, 2)] {
///     runtime.run(now + Duration::from_secs(second), false);
///     assert_eq!(pool.query(&mut runtime, |pool, _| pool.stats().done), Some(done));
/// }
/// ```
#[must_use = "a job whose completion is dropped counts as done"]
pub struct Completion {
    progress: Rc<Progress>,
    told: Option<Ret<()>>,
}

impl Completion {
    pub(super) fn new(progress: Rc<Progress>, told: Ret<()>) -> Self {
        Completion { progress, told: Some(told) }
    }

    /// The job is done, whatever becomes of its worker from now on.
    ///
    /// # Examples
    ///
    /// See [`Completion`].
    pub fn done(self) {
        self.end(State::Done);
    }

    /// The job could not be done: it is tried again if it may be, and else discarded as
    /// [`WorkerLost`](super::DiscardReason::WorkerLost). The worker goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, Job, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime, call};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let job = |tries: &mut u32, _: &mut Cx<'_, u32>, wanted: u32, job: Completion| {
    ///     *tries += 1;
    ///     if *tries == wanted { job.done() } else { job.failed() }
    /// };
    /// let pool = PoolSpec::new(|_| Spec::new(|_| Some(0)), job).start(&mut runtime).unwrap();
    /// call!([pool], dispatch(Job::new((), 3).retries(5)));
    /// runtime.run(now, false);
    /// let stats = pool.query(&mut runtime, |pool, _| pool.stats()).unwrap();
    /// assert_eq!((stats.done, stats.retried), (1, 2));
    /// ```
    pub fn failed(self) {
        self.end(State::Failed);
    }

    /// The worker is busy with the job, and not stuck: see [`DeadMansSwitch`](super::DeadMansSwitch).
    ///
    /// # Examples
    ///
    /// See [`DeadMansSwitch`](super::DeadMansSwitch).
    pub fn alive(&self, core: &Core) {
        self.alive_through(core.door());
    }

    /// As [`alive`](Completion::alive), for callers that have a [`Door`] and no more.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, Job, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime, call};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let job = |_: &mut (), cx: &mut Cx<'_, ()>, _: u32, job: Completion| job.alive_through(cx.door());
    /// let pool = PoolSpec::new(|_| Spec::new(|_| Some(())), job).start(&mut runtime).unwrap();
    /// call!([pool], dispatch(Job::new((), 1)));
    /// runtime.run(now, false);
    /// assert_eq!(pool.query(&mut runtime, |pool, _| pool.stats().done), Some(1));
    /// ```
    pub fn alive_through(&self, door: &Door) {
        self.progress.sign.set(door.now_ns());
    }

    fn end(mut self, state: State) {
        self.progress.state.set(state);
        if let Some(told) = self.told.take() {
            told.ret(());
        }
    }
}

impl Drop for Completion {
    /// What it has to tell the pool goes with it.
    fn drop(&mut self) {
        if self.progress.state.get() == State::Begun {
            // Who panics with it has not done it.
            let state = if thread::panicking() { State::Failed } else { State::Dropped };
            self.progress.state.set(state);
        }
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion").finish_non_exhaustive()
    }
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// No worker has seen it.
    Waiting,
    Begun,
    Done,
    Failed,
    /// Its completion was dropped.
    Dropped,
}

/// What pool and worker know of a job that was handed over.
pub(super) struct Progress {
    pub(super) state: Cell<State>,
    /// By which incarnation it was begun.
    incarnation: Cell<u32>,
    /// The last sign of life, in nanoseconds of the runtime's clock.
    pub(super) sign: Cell<u64>,
    life: Life,
}

impl Progress {
    pub(super) fn new(now: u64, life: Life) -> Rc<Self> {
        Rc::new(Progress {
            state: Cell::new(State::Waiting),
            incarnation: Cell::new(0),
            sign: Cell::new(now),
            life,
        })
    }

    /// Whether it is done. That its completion was dropped counts if the worker lives, as far as the caller knows, too: it may have failed in that
    /// very turn.
    pub(super) fn is_done(&self, worker_lives: bool) -> bool {
        match self.state.get() {
            State::Done => true,
            State::Dropped => worker_lives && !self.is_orphaned(),
            State::Waiting | State::Begun | State::Failed => false,
        }
    }

    /// Whether it was begun by an incarnation that is no more.
    pub(super) fn is_orphaned(&self) -> bool {
        self.state.get() != State::Waiting && (self.life)() != Some(self.incarnation.get())
    }
}

/// A job on its way to a worker. The pool can take its message back until it is begun.
pub(crate) struct Handed<M> {
    message: Rc<Cell<Option<M>>>,
    completion: Completion,
}

impl<M> Handed<M> {
    pub(super) fn new(message: Rc<Cell<Option<M>>>, completion: Completion) -> Self {
        Handed { message, completion }
    }

    /// The worker begins, in this incarnation. None if the pool has taken the job back.
    pub(crate) fn begin(self, incarnation: u32) -> Option<(M, Completion)> {
        let message = self.message.take()?;
        self.completion.progress.state.set(State::Begun);
        self.completion.progress.incarnation.set(incarnation);
        Some((message, self.completion))
    }
}
