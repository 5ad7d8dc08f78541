//! Timers whose expiry is told again and again: `MaxTimerKey` keeps the latest, `MinTimerKey` the earliest.
//!
//! Both are ordinary timers that are moved, so the next deadline is exact at any time: there are no spurious expiries, and timers fire in
//! the order of their deadlines.

use super::context::Cx;
use super::timer::{self, future};
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Runtime};
use crate::kernel::handle::Actor;
use std::time::Instant;

/// Names a timer that expires at the latest of the times it was given. The default key names none. A key is for the runtime that
/// gave it, as a [`FixedTimerKey`](crate::FixedTimerKey) is.
///
/// # Examples
///
/// See [`Core::timer_max_add`] and [`timer_max!`](crate::timer_max).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MaxTimerKey(u64);

/// Names a timer that expires at the earliest of the times it was given. The default key names none. A key is for the runtime that
/// gave it, as a [`FixedTimerKey`](crate::FixedTimerKey) is.
///
/// # Examples
///
/// See [`Core::timer_min_add`] and [`timer_min!`](crate::timer_min).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MinTimerKey(u64);

impl Core {
    /// Runs `f` when the latest of the times has passed that this call and later ones of
    /// [`timer_max_upd`](Core::timer_max_upd) name. For what is put off as long as something goes on: an idle time-out, a flush
    /// after the last keystroke. In user code this is often [`timer_max!`](crate::timer_max).
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::*;
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let at = |seconds| start + Duration::from_secs(seconds);
    /// let mut runtime = Runtime::new(start);
    /// let key = runtime.timer_max_add(at(10), |rt| rt.shutdown(StopCause::Stopped));
    /// assert!(runtime.timer_max_upd(key, at(20)));
    /// assert!(runtime.timer_max_upd(key, at(15)), "it is active, and stays at 20");
    /// assert_eq!(runtime.next_expiry(), Some(at(20)));
    /// runtime.run(at(20), false);
    /// assert!(!runtime.not_shutdown());
    /// assert!(!runtime.timer_max_upd(key, at(30)), "it has fired");
    /// ```
    pub fn timer_max_add(&mut self, expiry: Instant, f: impl FnOnce(&mut Runtime) + 'static) -> MaxTimerKey {
        add(self.shared(), expiry, f)
    }

    /// Names another time for a timer: if it is later, the timer waits for it. False if the timer has fired, was deleted, or the key is
    /// none. Allocates nothing.
    ///
    /// # Examples
    ///
    /// See [`timer_max_add`](Core::timer_max_add).
    #[inline]
    pub fn timer_max_upd(&mut self, key: MaxTimerKey, expiry: Instant) -> bool {
        update(self.shared(), &key, expiry)
    }

    /// Disarms a timer and drops its closure. False if it has fired, was deleted, or the key is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let key = runtime.timer_max_add(start + Duration::from_secs(1), |_| unreachable!());
    /// assert!(runtime.timer_max_active(key));
    /// assert!(runtime.timer_max_del(key) && !runtime.timer_max_active(key));
    /// assert!(!runtime.timer_max_del(key));
    /// ```
    pub fn timer_max_del(&mut self, key: MaxTimerKey) -> bool {
        timer::timer_cancel(self.shared(), key.0).is_ok()
    }

    /// Moves a max timer, or arms it to run `f` and keeps its key. In user code this is [`timer_max!`](crate::timer_max).
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{MaxTimerKey, Runtime, StopCause};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let mut key = MaxTimerKey::default();
    /// for seconds in [5, 20, 10] {
    ///     runtime.run_at_latest(&mut key, start + Duration::from_secs(seconds), |rt| rt.shutdown(StopCause::Stopped));
    /// }
    /// assert_eq!(runtime.next_expiry(), Some(start + Duration::from_secs(20)));
    /// ```
    pub fn run_at_latest(
        &mut self,
        key: &mut MaxTimerKey,
        expiry: Instant,
        f: impl FnOnce(&mut Runtime) + 'static,
    ) {
        update_or_run(self.shared(), key, expiry, f);
    }

    /// Whether a timer is armed.
    ///
    /// # Examples
    ///
    /// See [`timer_max_del`](Core::timer_max_del).
    pub fn timer_max_active(&self, key: MaxTimerKey) -> bool {
        timer::deadline(self.shared(), key.0).is_some()
    }

    /// Runs `f` when the earliest of the times has passed that this call and later ones of
    /// [`timer_min_upd`](Core::timer_min_upd) name. For what many ask for, each by its own time: the next clean-up of a cache. In user
    /// code this is often [`timer_min!`](crate::timer_min).
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::*;
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let at = |seconds| start + Duration::from_secs(seconds);
    /// let mut runtime = Runtime::new(start);
    /// let key = runtime.timer_min_add(at(20), |rt| rt.shutdown(StopCause::Stopped));
    /// assert!(runtime.timer_min_upd(key, at(10)));
    /// assert!(runtime.timer_min_upd(key, at(15)), "it is active, and stays at 10");
    /// assert_eq!(runtime.next_expiry(), Some(at(10)));
    /// ```
    pub fn timer_min_add(&mut self, expiry: Instant, f: impl FnOnce(&mut Runtime) + 'static) -> MinTimerKey {
        add(self.shared(), expiry, f)
    }

    /// Names another time for a timer: if it is earlier, the timer fires at it; if it has passed already, in the next instant. False if
    /// the timer has fired, was deleted, or the key is none. Allocates nothing.
    ///
    /// # Examples
    ///
    /// See [`timer_min_add`](Core::timer_min_add).
    #[inline]
    pub fn timer_min_upd(&mut self, key: MinTimerKey, expiry: Instant) -> bool {
        update(self.shared(), &key, expiry)
    }

    /// Disarms a timer and drops its closure. False if it has fired, was deleted, or the key is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let key = runtime.timer_min_add(start + Duration::from_secs(1), |_| unreachable!());
    /// assert!(runtime.timer_min_active(key));
    /// assert!(runtime.timer_min_del(key) && !runtime.timer_min_active(key));
    /// assert!(!runtime.timer_min_del(key));
    /// ```
    pub fn timer_min_del(&mut self, key: MinTimerKey) -> bool {
        timer::timer_cancel(self.shared(), key.0).is_ok()
    }

    /// Moves a min timer, or arms it to run `f` and keeps its key. In user code this is [`timer_min!`](crate::timer_min).
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{MinTimerKey, Runtime, StopCause};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let mut key = MinTimerKey::default();
    /// for seconds in [10, 5, 20] {
    ///     runtime.run_at_earliest(&mut key, start + Duration::from_secs(seconds), |rt| rt.shutdown(StopCause::Stopped));
    /// }
    /// assert_eq!(runtime.next_expiry(), Some(start + Duration::from_secs(5)));
    /// ```
    pub fn run_at_earliest(
        &mut self,
        key: &mut MinTimerKey,
        expiry: Instant,
        f: impl FnOnce(&mut Runtime) + 'static,
    ) {
        update_or_run(self.shared(), key, expiry, f);
    }

    /// Whether a timer is armed.
    ///
    /// # Examples
    ///
    /// See [`timer_min_del`](Core::timer_min_del).
    pub fn timer_min_active(&self, key: MinTimerKey) -> bool {
        timer::deadline(self.shared(), key.0).is_some()
    }
}

/// What the two keys have in common.
trait MovingKey {
    fn bits(&self) -> u64;
    fn named(bits: u64) -> Self;
    /// Whether a timer with the deadline `old` moves to `new`.
    fn moves(new: u64, old: u64) -> bool;
}

impl MovingKey for MaxTimerKey {
    fn bits(&self) -> u64 {
        self.0
    }
    fn named(bits: u64) -> Self {
        MaxTimerKey(bits)
    }
    fn moves(new: u64, old: u64) -> bool {
        new > old
    }
}

impl MovingKey for MinTimerKey {
    fn bits(&self) -> u64 {
        self.0
    }
    fn named(bits: u64) -> Self {
        MinTimerKey(bits)
    }
    fn moves(new: u64, old: u64) -> bool {
        new < old
    }
}

fn add<K: MovingKey>(shared: &Shared, expiry: Instant, f: impl FnOnce(&mut Runtime) + 'static) -> K {
    let deadline = future(shared, shared.epoch.to_ns(expiry));
    K::named(timer::arm_exactly(shared, deadline, None, || Shared::job_parcel(f)))
}

/// Moves a timer if the new time counts. False if there is no such timer.
fn update<K: MovingKey>(shared: &Shared, key: &K, expiry: Instant) -> bool {
    let Some(old) = timer::deadline(shared, key.bits()) else { return false };
    let new = future(shared, shared.epoch.to_ns(expiry));
    !K::moves(new, old) || timer::timer_reset(shared, key.bits(), new).is_ok()
}

/// As `update`; what is not there yet is armed, and its key kept.
fn update_or_call<A: ?Sized + 'static, K: MovingKey>(
    actor: &Actor<A>,
    key: &mut K,
    expiry: Instant,
    f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
) {
    if !update(Shared::of(actor.header()), key, expiry) {
        *key = K::named(actor.call_at(expiry, f).to_bits());
    }
}

fn update_or_prep<A: 'static, K: MovingKey>(
    actor: &Actor<A>,
    key: &mut K,
    expiry: Instant,
    f: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static,
) {
    if !update(Shared::of(actor.header()), key, expiry) {
        *key = K::named(actor.call_at_prep(expiry, f).to_bits());
    }
}

fn update_or_run<K: MovingKey>(
    shared: &Shared,
    key: &mut K,
    expiry: Instant,
    f: impl FnOnce(&mut Runtime) + 'static,
) {
    if !update(shared, key, expiry) {
        *key = add(shared, expiry, f);
    }
}

impl<A: ?Sized + 'static> Actor<A> {
    /// Moves a max timer, or arms it to call the actor and keeps its key. In user code this is [`timer_max!`](crate::timer_max).
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{MaxTimerKey, Runtime, actor_new, ret_nop};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// let mut key = MaxTimerKey::default();
    /// actor.call_at_latest(&mut key, start + Duration::from_secs(5), |number, _| *number += 1);
    /// actor.call_at_latest(&mut key, start + Duration::from_secs(9), |_, _| unreachable!("the timer was moved"));
    /// assert_eq!(runtime.next_expiry(), Some(start + Duration::from_secs(9)));
    /// ```
    pub fn call_at_latest(
        &self,
        key: &mut MaxTimerKey,
        expiry: Instant,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
    ) {
        update_or_call(self, key, expiry, f);
    }

    /// Moves a min timer, or arms it to call the actor and keeps its key. In user code this is [`timer_min!`](crate::timer_min).
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{MinTimerKey, Runtime, actor_new, ret_nop};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// let mut key = MinTimerKey::default();
    /// actor.call_at_earliest(&mut key, start + Duration::from_secs(9), |number, _| *number += 1);
    /// actor.call_at_earliest(&mut key, start + Duration::from_secs(5), |_, _| unreachable!("the timer was moved"));
    /// assert_eq!(runtime.next_expiry(), Some(start + Duration::from_secs(5)));
    /// ```
    pub fn call_at_earliest(
        &self,
        key: &mut MinTimerKey,
        expiry: Instant,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
    ) {
        update_or_call(self, key, expiry, f);
    }
}

impl<A: 'static> Actor<A> {
    /// As [`call_at_latest`](Actor::call_at_latest), for a call that makes the actor's value.
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{MaxTimerKey, Runtime, actor_new, ret_nop};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// let mut key = MaxTimerKey::default();
    /// actor.call_at_latest_prep(&mut key, start + Duration::from_secs(5), |_| Some(7));
    /// runtime.run(start + Duration::from_secs(5), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
    pub fn call_at_latest_prep(
        &self,
        key: &mut MaxTimerKey,
        expiry: Instant,
        f: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static,
    ) {
        update_or_prep(self, key, expiry, f);
    }

    /// As [`call_at_earliest`](Actor::call_at_earliest), for a call that makes the actor's value.
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{MinTimerKey, Runtime, actor_new, ret_nop};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// let mut key = MinTimerKey::default();
    /// actor.call_at_earliest_prep(&mut key, start + Duration::from_secs(5), |_| Some(7));
    /// runtime.run(start + Duration::from_secs(5), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
    pub fn call_at_earliest_prep(
        &self,
        key: &mut MinTimerKey,
        expiry: Instant,
        f: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static,
    ) {
        update_or_prep(self, key, expiry, f);
    }
}
