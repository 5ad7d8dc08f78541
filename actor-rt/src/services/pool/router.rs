//! `Router`: which worker gets a job.

use super::hash::{self, Fixed};
use super::rate::{Bucket, Rate};
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::rc::Rc;
use std::time::Duration;

/// How a pool chooses the worker for a job.
///
/// | router | a job goes to | and waits, if that is busy, |
/// |---|---|---|
/// | [`first_idle`](Router::first_idle) | whichever worker has least to do | in the pool's queue |
/// | [`key_persistent`](Router::key_persistent) | the worker of its key, as long as the pool's size is the same | for that one |
/// | [`sticky`](Router::sticky) | the worker that has jobs of its key, else whichever has least to do | for that one, else in the pool's queue |
/// | [`round_robin`](Router::round_robin) | the next worker in turn | for that one |
/// | [`custom`](Router::custom) | the one that a function says | for that one |
///
/// Keys are hashed without a random seed: the same in every run, and on every machine.
///
/// # Examples
///
/// ```
/// use actor_rt::services::pool::{Completion, Job, PoolSettings, PoolSpec, Router};
/// use actor_rt::supervision::Spec;
/// use actor_rt::{Cx, Runtime, call};
/// use std::time::Instant;
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let given = actor_rt::Share::new(&runtime, vec![Vec::new(); 3]);
/// let keep = given.clone();
/// let pool = PoolSpec::new(
///     |slot| Spec::new(move |_| Some(slot)),
///     move |slot: &mut usize, cx: &mut Cx<'_, usize>, job: u32, _: Completion| keep.rw(cx)[*slot].push(job),
/// )
/// .settings(PoolSettings::new().size(3))
/// .router(Router::round_robin())
/// .start(&mut runtime)
/// .unwrap();
/// for number in 1..=7 {
///     call!([pool], dispatch(Job::new((), number)));
/// }
/// runtime.run(now, false);
/// assert_eq!(*given.ro(&runtime), [vec![1, 4, 7], vec![2, 5], vec![3, 6]]);
/// ```
#[derive(Clone)]
pub struct Router<K> {
    kind: Kind<K>,
    rate: Option<Rate>,
}

#[derive(Clone)]
enum Kind<K> {
    FirstIdle,
    KeyPersistent,
    Sticky,
    RoundRobin,
    Custom(Choose<K>),
}

/// The slot of a key among so many.
type Choose<K> = Rc<dyn Fn(&K, usize) -> usize>;

impl<K> Router<K> {
    fn of(kind: Kind<K>) -> Self {
        Router { kind, rate: None }
    }

    /// The worker that has least to do, of those the first one. What is used if nothing is said. Ractor's `Queuer`.
    ///
    /// # Examples
    ///
    /// See [`PoolSpec`](super::PoolSpec).
    pub fn first_idle() -> Self {
        Router::of(Kind::FirstIdle)
    }

    /// The same worker for the same key, as long as the pool has the same size. With another size some keys move.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::Router;
    ///
    /// let router = Router::<&str>::key_persistent();
    /// assert_eq!(format!("{router:?}"), "Router(KeyPersistent)");
    /// ```
    pub fn key_persistent() -> Self {
        Router::of(Kind::KeyPersistent)
    }

    /// The worker that has jobs of the key, at work or waiting for it; without one, that which has least to do. Thus jobs of one key are
    /// never done by two at once, but no key is bound to one worker for ever. Ractor's `StickyQueuer`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::Router;
    ///
    /// assert_eq!(format!("{:?}", Router::<&str>::sticky()), "Router(Sticky)");
    /// ```
    pub fn sticky() -> Self {
        Router::of(Kind::Sticky)
    }

    /// One worker after the other, busy or not.
    ///
    /// # Examples
    ///
    /// See [`Router`].
    pub fn round_robin() -> Self {
        Router::of(Kind::RoundRobin)
    }

    /// The worker whose number, from 0 on, the function says for a key and the pool's size; modulo that. Ractor's `CustomRouting`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::Router;
    ///
    /// let by_length = Router::custom(|key: &String, _size| key.len());
    /// assert_eq!(format!("{by_length:?}"), "Router(Custom)");
    /// ```
    pub fn custom(choose: impl Fn(&K, usize) -> usize + 'static) -> Self {
        Router::of(Kind::Custom(Rc::new(choose)))
    }

    /// Lets no more jobs through than so many within this time: [`DiscardReason::RateLimited`](super::DiscardReason::RateLimited). A burst of
    /// that many is let through; after that room for one more comes with each part of the time. A leaky bucket, as ractor's
    /// `RateLimitedRouter`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::services::pool::Router;
    /// use std::time::Duration;
    ///
    /// let router = Router::<u32>::sticky().rate(100, Duration::from_secs(1));
    /// assert_eq!(format!("{router:?}"), "Router(Sticky, 100 within 1s)");
    /// ```
    #[must_use]
    pub fn rate(self, jobs: u32, within: Duration) -> Self {
        Router { rate: Some(Rate::new(jobs, within)), ..self }
    }
}

impl<K> Default for Router<K> {
    fn default() -> Self {
        Router::first_idle()
    }
}

impl<K> fmt::Debug for Router<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            Kind::FirstIdle => "FirstIdle",
            Kind::KeyPersistent => "KeyPersistent",
            Kind::Sticky => "Sticky",
            Kind::RoundRobin => "RoundRobin",
            Kind::Custom(_) => "Custom",
        };
        match self.rate {
            Some(rate) => write!(f, "Router({kind}, {rate})"),
            None => write!(f, "Router({kind})"),
        }
    }
}

/// Where a job goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// To this worker, whether it is busy or not.
    Slot(usize),
    /// To whichever worker is free.
    Any,
}

/// A router at work.
pub(super) struct Routing<K> {
    router: Router<K>,
    /// The slot whose turn is next.
    next: usize,
    /// Which slot has jobs of a key, and how many. Only looked up, never listed.
    stuck: HashMap<K, (usize, usize), Fixed>,
    bucket: Bucket,
}

impl<K: Clone + Eq + Hash> Routing<K> {
    pub(super) fn new(router: Router<K>) -> Self {
        Routing { router, next: 0, stuck: HashMap::default(), bucket: Bucket::default() }
    }

    /// Where a job of this key goes, among so many slots.
    pub(super) fn route(&mut self, key: &K, slots: usize) -> Place {
        match &self.router.kind {
            Kind::FirstIdle => Place::Any,
            Kind::KeyPersistent => Place::Slot(hash::slot_of(key, slots)),
            Kind::Sticky => self.slot_of(key, slots).map_or(Place::Any, Place::Slot),
            Kind::RoundRobin => {
                let slot = self.next % slots;
                self.next = slot + 1;
                Place::Slot(slot)
            }
            Kind::Custom(choose) => Place::Slot(choose(key, slots) % slots),
        }
    }

    /// The slot at which a key sticks.
    pub(super) fn slot_of(&self, key: &K, slots: usize) -> Option<usize> {
        self.stuck.get(key).map(|(slot, _)| *slot).filter(|slot| *slot < slots)
    }

    /// A slot has one more job of this key, waiting or being done.
    pub(super) fn attach(&mut self, key: &K, slot: usize) {
        if !matches!(self.router.kind, Kind::Sticky) {
            return;
        }
        match self.stuck.get_mut(key) {
            Some((at, count)) if *at == slot => *count += 1,
            // The other one is about to end.
            Some(other) => *other = (slot, 1),
            None => _ = self.stuck.insert(key.clone(), (slot, 1)),
        }
    }

    /// A slot has one less.
    pub(super) fn detach(&mut self, key: &K, slot: usize) {
        match self.stuck.get_mut(key) {
            Some((at, count)) if *at == slot && *count > 1 => *count -= 1,
            Some((at, _)) if *at == slot => _ = self.stuck.remove(key),
            _ => {}
        }
    }

    /// Whether a job more would be too many.
    pub(super) fn is_over_rate(&self, now: u64) -> bool {
        self.router.rate.is_some_and(|rate| self.bucket.is_full(rate, now))
    }

    /// A job was let through.
    pub(super) fn count(&mut self, now: u64) {
        if let Some(rate) = self.router.rate {
            self.bucket.add(rate, now);
        }
    }
}
