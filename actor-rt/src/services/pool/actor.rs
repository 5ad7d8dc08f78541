//! `Pool`: the actor. Here is what its users call; how jobs go to workers and come back is in `work`.

use super::callbacks::{Callbacks, PoolEvent};
use super::controller::Controller;
use super::discard::{Asked, DiscardReason, Rejected};
use super::job::Job;
use super::queue::JobQueue;
use super::router::{Router, Routing};
use super::settings::{MOST_WORKERS, PoolSettings};
use super::slots::Slots;
use super::stats::PoolStats;
use super::ticket::Ticket;
use super::worker::Start;
use crate::supervision::StartError;
use crate::{Cx, FixedTimerKey, Ret};
use std::fmt;
use std::hash::Hash;
use std::rc::Rc;

/// Whoever asks hears whether his job was accepted; if not, it comes back.
pub(super) type Asker<K, M> = Ret<Result<(), Rejected<K, M>>>;

/// What a pool does not discard for others.
pub(super) type Keeps<K, M> = Rc<dyn Fn(&Job<K, M>) -> bool>;

/// Distributes jobs to workers: an actor, made by a [`PoolSpec`](super::PoolSpec), whose workers are its supervised children.
///
/// Its functions are called as those of any actor, by `call!`, [`query`](crate::Actor::query) or [`ask`](crate::Core::ask).
///
/// As ractor's `Factory`.
///
/// # Examples
///
/// See [`PoolSpec`](super::PoolSpec).
pub struct Pool<K: 'static, M: 'static> {
    pub(super) start: Start<M>,
    pub(super) callbacks: Rc<Callbacks<K, M>>,
    pub(super) keeps: Option<Keeps<K, M>>,
    pub(super) controller: Option<Controller>,
    pub(super) settings: PoolSettings,
    pub(super) asked: Asked,
    pub(super) routing: Routing<K>,
    pub(super) slots: Slots<K, M>,
    /// What waits for whichever worker is free.
    pub(super) queue: JobQueue<K, M>,
    /// The counts of the statistics; the rest of them is found when it is asked for.
    pub(super) counts: PoolStats,
    /// The number of the last job that came, or was handed over.
    pub(super) last: u64,
    pub(super) has_started: bool,
    pub(super) is_draining: bool,
    /// The timer that looks after silent workers.
    pub(super) watch: Option<FixedTimerKey>,
}

/// All that a pool is made of, again for each incarnation.
pub(super) struct Parts<K: 'static, M: 'static> {
    pub(super) start: Start<M>,
    pub(super) callbacks: Rc<Callbacks<K, M>>,
    pub(super) keeps: Option<Keeps<K, M>>,
    pub(super) controller: Option<Controller>,
    pub(super) settings: PoolSettings,
    pub(super) router: Router<K>,
}

impl<K: Clone + Eq + Hash + 'static, M: 'static> Pool<K, M> {
    /// A pool without workers.
    pub(super) fn new(parts: Parts<K, M>) -> Self {
        let Parts { start, callbacks, keeps, controller, settings, router } = parts;
        Pool {
            start,
            callbacks,
            keeps,
            controller,
            asked: Asked::default(),
            routing: Routing::new(router),
            slots: Slots::new(settings.in_flight),
            settings,
            queue: JobQueue::new(),
            counts: PoolStats::default(),
            last: 0,
            has_started: false,
            is_draining: false,
            watch: None,
        }
    }

    /// Gives the pool a job. If that is not accepted, it is [discarded](super::PoolSpec::on_discard).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, Job, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime, call};
    ///
    /// let mut runtime = Runtime::new(std::time::Instant::now());
    /// let worker = |_: &mut (), _: &mut Cx<'_, ()>, _: u32, _: Completion| {};
    /// let pool = PoolSpec::new(|_| Spec::new(|_| Some(())), worker).start(&mut runtime).unwrap();
    /// call!([pool], dispatch(Job::new("ada", 1)));
    /// // The same.
    /// pool.call(|pool, cx| pool.dispatch(cx, Job::new("ada", 2)));
    /// ```
    pub fn dispatch(&mut self, cx: &mut Cx<'_, Self>, job: Job<K, M>) {
        self.admit(cx, job, None);
    }

    /// Gives the pool a job, and says whether it was accepted; if not, it comes back, and is not discarded. Whoever asks a pool that has ended
    /// hears nothing but `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::ask::Reply;
    /// use actor_rt::services::pool::{Discard, DiscardReason, Job, Pool, PoolSettings, PoolSpec, Rejected};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Ret, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let worker = |_| Spec::new(|_| Some(Vec::new()));
    /// // Never done with it.
    /// let pool = PoolSpec::new(worker, |kept: &mut Vec<_>, _: &mut Cx<'_, _>, _: &str, job| kept.push(job))
    ///     .settings(PoolSettings::new().discard(Discard::newest(0)))
    ///     .start(&mut runtime)
    ///     .unwrap();
    /// for message in ["one", "two"] {
    ///     let ask = move |pool: &mut Pool<u32, _>, cx: &mut Cx<'_, _>, reply: Reply<_>| {
    ///         pool.submit(cx, Job::new(7, message), reply.into_ret());
    ///     };
    ///     let heard = Ret::new(|answer| match answer {
    ///         Some(Ok(Ok(()))) => {}
    ///         Some(Ok(Err(Rejected { job, reason, .. }))) => {
    ///             assert_eq!((job.key, job.message, reason), (7, "two", DiscardReason::LoadShed));
    ///         }
    ///         _ => panic!("no answer"),
    ///     });
    ///     runtime.ask(&pool, Duration::from_secs(1), ask, heard).unwrap();
    /// }
    /// runtime.run(now, false);
    /// assert_eq!(pool.query(&mut runtime, |pool, _| pool.stats().refused), Some(1));
    /// ```
    pub fn submit(&mut self, cx: &mut Cx<'_, Self>, job: Job<K, M>, accepted: Asker<K, M>) {
        self.admit(cx, job, Some(accepted));
    }

    /// Takes no more jobs, and ends the pool when all that were accepted are done or gone: it stops, and its workers with it. Ractor's
    /// `DrainRequests`.
    ///
    /// A pool that is ended in another way, by its supervisor or by an [`Door::stop`](crate::Door::stop), discards what waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, DiscardReason, Job, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime, call};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let worker = |_: &mut (), _: &mut Cx<'_, ()>, message: &str, _: Completion| assert_eq!(message, "in time");
    /// let pool = PoolSpec::new(|_| Spec::new(|_| Some(())), worker)
    ///     .on_discard(|late| assert_eq!((late.key, late.reason), (2, DiscardReason::Shutdown)))
    ///     .start(&mut runtime)
    ///     .unwrap();
    /// call!([pool], dispatch(Job::new(1, "in time")));
    /// pool.call(|pool, cx| pool.drain(cx));
    /// call!([pool], dispatch(Job::new(2, "late")));
    /// runtime.run(now, false);
    /// assert!(pool.is_zombie());
    /// ```
    pub fn drain(&mut self, cx: &mut Cx<'_, Self>) {
        if !std::mem::replace(&mut self.is_draining, true) {
            self.callbacks.event(PoolEvent::Draining);
        }
        self.end_if_drained(cx);
    }

    /// Whether it takes no more jobs.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime};
    ///
    /// let mut runtime = Runtime::new(std::time::Instant::now());
    /// let worker = |_: &mut (), _: &mut Cx<'_, ()>, _: u32, _: Completion| {};
    /// let pool = PoolSpec::<u32, _>::new(|_| Spec::new(|_| Some(())), worker).start(&mut runtime).unwrap();
    /// assert_eq!(pool.query(&mut runtime, |pool, _| pool.is_draining()), Some(false));
    /// ```
    pub fn is_draining(&self) -> bool {
        self.is_draining
    }

    /// What it has to do now, and what became of the jobs so far.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, DiscardReason, Job, PoolSettings, PoolSpec, PoolStats};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime, call};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let worker = |kept: &mut Vec<Completion>, _: &mut Cx<'_, Vec<Completion>>, _: u32, job| kept.push(job);
    /// let pool = PoolSpec::new(|_| Spec::new(|_| Some(Vec::new())), worker)
    ///     .settings(PoolSettings::new().size(2))
    ///     .start(&mut runtime)
    ///     .unwrap();
    /// for number in 0..5 {
    ///     call!([pool], dispatch(Job::new((), number)));
    /// }
    /// runtime.run(now, false);
    /// let stats: PoolStats = pool.query(&mut runtime, |pool, _| pool.stats()).unwrap();
    /// assert_eq!((stats.accepted, stats.queued, stats.running, stats.available), (5, 3, 2, 0));
    /// assert_eq!(stats.discarded(DiscardReason::LoadShed), 0);
    /// ```
    pub fn stats(&self) -> PoolStats {
        PoolStats {
            size: self.slots.size(),
            active: self.slots.active(),
            queued: self.queue.len() + self.slots.queued(),
            running: self.slots.running(),
            available: self.slots.available(),
            ..self.counts
        }
    }

    /// What was said of it.
    ///
    /// # Examples
    ///
    /// See [`set_settings`](Pool::set_settings).
    pub fn settings(&self) -> &PoolSettings {
        &self.settings
    }

    /// Changes what is said of it. What waits beyond a lower limit goes when the next job comes to wait. Ractor's `UpdateSettings`.
    ///
    /// # Errors
    /// If it cannot have so many workers: see [`set_size`](Pool::set_size). The other settings hold nevertheless.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, Discard, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime};
    ///
    /// let mut runtime = Runtime::new(std::time::Instant::now());
    /// let worker = |_: &mut (), _: &mut Cx<'_, ()>, _: u32, _: Completion| {};
    /// let pool = PoolSpec::<u32, _>::new(|_| Spec::new(|_| Some(())), worker).start(&mut runtime).unwrap();
    /// let size = pool.query(&mut runtime, |pool, cx| {
    ///     let settings = pool.settings().clone().size(3).discard(Discard::oldest(100));
    ///     pool.set_settings(cx, settings)
    /// });
    /// assert!(matches!(size, Some(Ok(3))));
    /// ```
    pub fn set_settings(
        &mut self,
        cx: &mut Cx<'_, Self>,
        settings: PoolSettings,
    ) -> Result<usize, StartError> {
        let size = settings.size;
        self.settings = PoolSettings { size: self.slots.size(), ..settings }.in_flight(settings.in_flight);
        self.asked = Asked::default();
        self.slots.set_in_flight(self.settings.in_flight);
        self.watch(cx);
        let result = self.set_size(cx, size);
        self.serve_all(cx);
        result
    }

    /// Changes how many workers there are, and says how many there are now: 0 is ignored, and there are a million at most. Of those that are too
    /// many the busy ones do what they have begun, and end. What waits for a certain worker is routed anew. Ractor's `AdjustWorkerPool`.
    ///
    /// # Errors
    /// If a worker cannot be started. The pool has those then that could be.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime};
    ///
    /// let mut runtime = Runtime::new(std::time::Instant::now());
    /// let worker = |_: &mut (), _: &mut Cx<'_, ()>, _: u32, _: Completion| {};
    /// let pool = PoolSpec::<u32, _>::new(|_| Spec::new(|_| Some(())), worker).start(&mut runtime).unwrap();
    /// let sizes = [5, 0, 2].map(|size| pool.query(&mut runtime, |pool, cx| pool.set_size(cx, size).unwrap()));
    /// assert_eq!(sizes, [Some(5), Some(5), Some(2)]);
    /// ```
    pub fn set_size(&mut self, cx: &mut Cx<'_, Self>, size: usize) -> Result<usize, StartError> {
        let before = self.slots.size();
        if size == 0 || size == before {
            return Ok(before);
        }
        let mut waiting = Vec::new();
        for slot in 0..before {
            while let Some(ticket) = self.slots.pop(slot, false) {
                self.routing.detach(ticket.key(), slot);
                waiting.push(ticket);
            }
        }
        let result = self.resize(cx, size.min(MOST_WORKERS));
        self.settings.size = self.slots.size();
        // In the order in which they came.
        waiting.sort_by_key(|ticket| ticket.place().1);
        for ticket in waiting {
            self.enqueue(ticket, &mut Vec::new());
        }
        self.serve_all(cx);
        result.map(|()| self.settings.size)
    }

    /// The next number.
    pub(super) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// A job that was accepted is not done.
    pub(super) fn discard(&mut self, ticket: Ticket<K, M>, reason: DiscardReason) {
        self.counts.discard(reason);
        ticket.discard(reason);
    }

    /// A job is not accepted.
    pub(super) fn refuse(&mut self, ticket: Ticket<K, M>, asker: Option<Asker<K, M>>, reason: DiscardReason) {
        self.counts.refused += 1;
        let Some(asker) = asker else { return self.discard(ticket, reason) };
        self.counts.discard(reason);
        if let Some(job) = ticket.into_job() {
            self.callbacks.contain(|| asker.ret(Err(Rejected { job, reason })));
        }
    }
}

impl<K, M> Drop for Pool<K, M> {
    /// Tells of each job that it has, what waits first, and then that it is no more.
    fn drop(&mut self) {
        while self.queue.pop().is_some() {}
        for (_, slot) in self.slots.iter_mut() {
            while slot.queue.pop().is_some() {}
            slot.running.clear();
        }
        if self.has_started {
            self.callbacks.event(PoolEvent::Stopped);
        }
    }
}

impl<K, M> fmt::Debug for Pool<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("Pool");
        output.field("settings", &self.settings).field("counts", &self.counts).finish_non_exhaustive()
    }
}
