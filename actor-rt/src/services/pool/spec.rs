//! `PoolSpec`: how a pool is made.

use super::actor::{Keeps, Parts, Pool};
use super::callbacks::{Callbacks, PoolEvent, Tell};
use super::completion::Completion;
use super::controller::Controller;
use super::discard::Discarded;
use super::job::Job;
use super::router::Router;
use super::settings::PoolSettings;
use super::stats::PoolStats;
use super::worker::{self, Start};
use crate::supervision::{Intensity, Spec, StartError, Supervisor};
use crate::{Actor, Core, Cx};
use std::fmt;
use std::hash::Hash;
use std::rc::Rc;
use std::time::Duration;

/// How a [`Pool`] is made: its workers, its router, its settings, and what it tells.
///
/// # Examples
///
/// ```
/// use actor_rt::services::pool::{Completion, Job, Pool, PoolSettings, PoolSpec, Router};
/// use actor_rt::supervision::Spec;
/// use actor_rt::{Actor, CX, Runtime, call};
/// use std::time::Instant;
///
/// struct Resizer {
///     pictures: u32,
/// }
///
/// impl Resizer {
///     fn resize(&mut self, _: CX![], picture: &'static str, job: Completion) {
///         assert!(picture.ends_with(".png"));
///         self.pictures += 1;
///         job.done();
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let pool: Actor<Pool<(), _>> = PoolSpec::new(|_slot| Spec::new(|_| Some(Resizer { pictures: 0 })), Resizer::resize)
///     .settings(PoolSettings::new().size(4))
///     .router(Router::first_idle())
///     .start(&mut runtime)
///     .unwrap();
/// for picture in ["a.png", "b.png", "c.png"] {
///     call!([pool], dispatch(Job::new((), picture)));
/// }
/// runtime.run(now, false);
/// assert_eq!(pool.query(&mut runtime, |pool, _| pool.stats().done), Some(3));
/// ```
#[must_use = "a spec starts nothing by itself: call start(), or spec() for more"]
pub struct PoolSpec<K: 'static, M: 'static> {
    start: Start<M>,
    settings: PoolSettings,
    router: Router<K>,
    keeps: Option<Keeps<K, M>>,
    controller: Option<Controller>,
    discard: Option<Tell<Discarded<K, M>>>,
    event: Option<Tell<PoolEvent>>,
    intensity: Intensity,
}

impl<K: Clone + Eq + Hash + 'static, M: 'static> PoolSpec<K, M> {
    /// A pool whose workers are actors. `make` says how the worker of a slot is made and treated: any [`Spec`], with its back-off, hooks and all.
    /// A worker that ends is replaced, in place, whatever the spec says of that ([`Spec::restart`]); one of [`Spec::once`] by a new actor.
    ///
    /// `handle` is called in a turn of the worker for each job, whose message and [`Completion`] it gets. Jobs pass the bound of a worker's
    /// mailbox, since there are no more than the pool lets it have at once.
    ///
    /// # Examples
    ///
    /// See [`PoolSpec`].
    pub fn new<W: 'static>(
        make: impl Fn(usize) -> Spec<W> + 'static,
        handle: impl Fn(&mut W, &mut Cx<'_, W>, M, Completion) + 'static,
    ) -> Self {
        PoolSpec::of(worker::actors(make, handle))
    }

    /// A pool of whatever workers.
    pub(crate) fn of(start: Start<M>) -> Self {
        PoolSpec {
            start,
            settings: PoolSettings::new(),
            router: Router::default(),
            keeps: None,
            controller: None,
            discard: None,
            event: None,
            intensity: Intensity::new(1_000, Duration::from_secs(1)),
        }
    }

    /// What can be changed later. If nothing is said: one worker, one job at a time, no limit.
    ///
    /// # Examples
    ///
    /// See [`PoolSpec`].
    pub fn settings(self, settings: PoolSettings) -> Self {
        PoolSpec { settings, ..self }
    }

    /// Which worker gets a job: [`Router::first_idle`] if nothing is said.
    ///
    /// # Examples
    ///
    /// See [`Router`].
    pub fn router(self, router: Router<K>) -> Self {
        PoolSpec { router, ..self }
    }

    /// Which jobs are taken past the limit and never go for others. Asked once for each job, when it comes. As ractor's
    /// `PriorityManager::is_discardable`, the other way round.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, Discard, Job, PoolSettings, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime, call};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let worker = |_: &mut (), _: &mut Cx<'_, ()>, _: u32, _: Completion| {};
    /// let pool = PoolSpec::new(|_| Spec::new(|_| Some(())), worker)
    ///     .settings(PoolSettings::new().discard(Discard::newest(0)))
    ///     .never_discard(|job| job.key == "the boss")
    ///     .start(&mut runtime)
    ///     .unwrap();
    /// for key in ["a", "b", "the boss"] {
    ///     call!([pool], dispatch(Job::new(key, 1)));
    /// }
    /// runtime.run(now, false);
    /// let stats = pool.query(&mut runtime, |pool, _| pool.stats()).unwrap();
    /// assert_eq!((stats.done, stats.refused), (2, 1));
    /// ```
    pub fn never_discard(self, keeps: impl Fn(&Job<K, M>) -> bool + 'static) -> Self {
        PoolSpec { keeps: Some(Rc::new(keeps)), ..self }
    }

    /// Who says, each time this long has passed, how many workers there are to be: as [`Pool::set_size`] takes it, so that 0 changes nothing. A
    /// pool that drains asks no more. As ractor's `WorkerCapacityController`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, Job, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime, call};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// // Keeps what it gets.
    /// let worker = |jobs: &mut Vec<_>, _: &mut Cx<'_, Vec<_>>, _: u32, job: Completion| jobs.push(job);
    /// let pool = PoolSpec::new(|_| Spec::new(|_| Some(Vec::new())), worker)
    ///     .controller(Duration::from_secs(1), |stats| if stats.queued > 0 { stats.size * 2 } else { stats.size })
    ///     .start(&mut runtime)
    ///     .unwrap();
    /// for job in 0..5 {
    ///     call!([pool], dispatch(Job::new((), job)));
    /// }
    /// let sizes = [0, 1, 2, 3, 4].map(|second| {
    ///     runtime.run(start + Duration::from_secs(second), false);
    ///     pool.query(&mut runtime, |pool, _| pool.stats().size).unwrap()
    /// });
    /// assert_eq!(sizes, [1, 2, 4, 8, 8]);
    /// ```
    pub fn controller(self, every: Duration, size: impl Fn(&PoolStats) -> usize + 'static) -> Self {
        PoolSpec { controller: Some(Controller { every, size: Rc::new(size) }), ..self }
    }

    /// Who is given each job that was accepted and is not done, and each that was not accepted and that nobody [asked](Pool::submit) after.
    /// He is told once of each, also of those that a pool still has when it ends in whatever way.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, DiscardReason, Discarded, Job, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime, call};
    /// use std::time::{Duration, Instant};
    /// use std::{cell::RefCell, rc::Rc};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let told = Rc::new(RefCell::new(Vec::new()));
    /// let keep = told.clone();
    /// let worker = |_: &mut (), cx: &mut Cx<'_, ()>, _: u32, job: Completion| {
    ///     // Ten seconds of work.
    ///     cx.this().call_at(Duration::from_secs(10), |_, _| drop(job));
    /// };
    /// let pool = PoolSpec::new(|_| Spec::new(|_| Some(())), worker)
    ///     .on_discard(move |job: Discarded<&str, u32>| keep.borrow_mut().push((job.key, job.message, job.reason)))
    ///     .start(&mut runtime)
    ///     .unwrap();
    /// call!([pool], dispatch(Job::new("a", 1)));
    /// call!([pool], dispatch(Job::new("b", 2).time_to_live(Duration::from_secs(5))));
    /// runtime.run(now, false);
    /// runtime.run(now + Duration::from_secs(10), false);
    /// assert_eq!(told.take(), [("b", Some(2), DiscardReason::Expired)]);
    /// ```
    pub fn on_discard(self, discard: impl Fn(Discarded<K, M>) + 'static) -> Self {
        PoolSpec { discard: Some(Rc::new(discard)), ..self }
    }

    /// Who is told of the pool's life: that it has started, drains and has stopped, each once and in this order, and of silent workers. A pool
    /// that is restarted begins again. As ractor's `FactoryLifecycleHooks`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, PoolEvent, PoolSpec};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime, call};
    /// use std::time::Instant;
    /// use std::{cell::RefCell, rc::Rc};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let told = Rc::new(RefCell::new(Vec::new()));
    /// let keep = told.clone();
    /// let worker = |_: &mut (), _: &mut Cx<'_, ()>, _: u32, _: Completion| {};
    /// let pool = PoolSpec::<u32, _>::new(|_| Spec::new(|_| Some(())), worker)
    ///     .on_event(move |event| keep.borrow_mut().push(event))
    ///     .start(&mut runtime)
    ///     .unwrap();
    /// call!([pool], drain());
    /// runtime.run(now, false);
    /// assert_eq!(told.take(), [PoolEvent::Started, PoolEvent::Draining, PoolEvent::Stopped]);
    /// ```
    pub fn on_event(self, event: impl Fn(PoolEvent) + 'static) -> Self {
        PoolSpec { event: Some(Rc::new(event)), ..self }
    }

    /// How many workers may be replaced in which time before the pool fails: a thousand in a second, if nothing is said, so that workers which
    /// cannot live end, and do not keep the runtime busy for ever. Their own specs may have them wait: [`Spec::backoff`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::{Completion, Job, PoolSpec};
    /// use actor_rt::supervision::{Intensity, Spec};
    /// use actor_rt::{Cx, Runtime, call};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let worker = |_: &mut (), cx: &mut Cx<'_, ()>, _: u32, _: Completion| cx.fail_str("a fault");
    /// let pool = PoolSpec::new(|_| Spec::new(|_| Some(())), worker)
    ///     .intensity(Intensity::new(0, Duration::from_secs(1)))
    ///     .spec()
    ///     .restart(actor_rt::supervision::Restart::Temporary)
    ///     .start(&mut runtime)
    ///     .unwrap();
    /// call!([pool], dispatch(Job::new((), 1)));
    /// runtime.run(now, false);
    /// assert!(pool.is_zombie());
    /// ```
    pub fn intensity(self, intensity: Intensity) -> Self {
        PoolSpec { intensity, ..self }
    }

    /// The pool as any supervised actor: named, restarted, started below another one. If it is restarted it is made anew, by what was said here.
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
    /// let pool = PoolSpec::<u32, _>::new(|slot| Spec::new(|_| Some(())).name(&format!("worker {slot}")), worker);
    /// let pool = pool.spec().register("pool").start(&mut runtime).unwrap();
    /// assert_eq!(runtime.whereis("pool"), Some(pool.actor_id()));
    /// let workers = runtime.children(Some(pool.actor_id())).unwrap();
    /// assert_eq!(workers[0].name.as_deref(), Some("worker 0"));
    /// ```
    pub fn spec(self) -> Spec<Pool<K, M>> {
        let PoolSpec { start, settings, router, keeps, controller, discard, event, intensity } = self;
        let make = move |cx: &mut Cx<'_, Pool<K, M>>| {
            let callbacks =
                Callbacks { discard: discard.clone(), event: event.clone(), deferrer: cx.deferrer() };
            let mut pool = Pool::new(Parts {
                start: Rc::clone(&start),
                callbacks: Rc::new(callbacks),
                keeps: keeps.clone(),
                controller: controller.clone(),
                settings: settings.clone(),
                router: router.clone(),
            });
            match pool.set_size(cx, settings.size.max(1)) {
                Ok(_) => Some(pool),
                Err(error) => {
                    cx.fail(error);
                    None
                }
            }
        };
        Spec::new(make).supervises(Supervisor::new().intensity(intensity)).hooks()
    }

    /// Starts the pool under the root.
    ///
    /// # Errors
    /// If one of its workers cannot be started.
    ///
    /// # Examples
    ///
    /// See [`PoolSpec`].
    pub fn start(self, core: &mut Core) -> Result<Actor<Pool<K, M>>, StartError> {
        self.spec().start(core)
    }
}

impl<K, M> fmt::Debug for PoolSpec<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("PoolSpec");
        output.field("settings", &self.settings).field("router", &self.router).finish_non_exhaustive()
    }
}
