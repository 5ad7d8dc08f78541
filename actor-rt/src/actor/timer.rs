//! Timers as actors and hosts see them. A key is a number: it may be copied and kept for ever; a stale one finds nothing.

use super::call::{Call, Prep};
use super::callbacks::{in_incarnation, prep_in_incarnation};
use super::context::Cx;
use crate::engine::id::{self, IdError, IdKind};
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Runtime};
use crate::kernel::cell::{CellHeader, State};
use crate::kernel::handle::{Actor, AnyActor};
use crate::kernel::packet::{self, Body, Envelope};
use crate::kernel::parcel::Parcel;
use crate::time::{self, OwnerList, TimerKey};
use std::time::{Duration, Instant};

/// In a packet's flags: a timer has come due; its number is the sender.
///
/// # Examples
///
/// See [`Door::timer_post`](crate::Door::timer_post).
pub const FLAG_TIMER: u8 = 4;

/// Names a timer with a fixed expiry. The default key names none, and a stale one names none any more; asking with either is no
/// mistake. A key is for the runtime that gave it: in another one it may name another timer.
///
/// # Examples
///
/// ```
/// use actor_rt::{FixedTimerKey, Runtime};
/// use std::time::{Duration, Instant};
///
/// let mut runtime = Runtime::new(Instant::now());
/// let key = runtime.after(Duration::from_secs(1), |_| ());
/// assert!(runtime.timer_active(key));
/// assert!(!runtime.timer_active(FixedTimerKey::default()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FixedTimerKey(u64);

impl FixedTimerKey {
    /// The key as an opaque number, for other languages.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{FixedTimerKey, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let bits = runtime.after(Duration::from_secs(1), |_| ()).to_bits();
    /// assert!(runtime.timer_del(FixedTimerKey::from_bits(bits)));
    /// ```
    pub fn to_bits(self) -> u64 {
        self.0
    }

    /// The key of a number; any number is accepted.
    ///
    /// # Examples
    ///
    /// See [`to_bits`](FixedTimerKey::to_bits).
    pub fn from_bits(bits: u64) -> Self {
        FixedTimerKey(bits)
    }
}

impl Core {
    /// Runs `f` after `duration`. Never in the instant it was called in, even if `duration` is 0.
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// runtime.after(Duration::from_secs(1), |rt| rt.shutdown(StopCause::Stopped));
    /// runtime.run(start + Duration::from_millis(999), false);
    /// assert!(runtime.not_shutdown());
    /// runtime.run(start + Duration::from_secs(1), false);
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn after(&mut self, duration: Duration, f: impl FnOnce(&mut Runtime) + 'static) -> FixedTimerKey {
        let shared = self.shared();
        let deadline = sealed::Expiry::deadline(duration, self);
        FixedTimerKey(arm_exactly(shared, deadline, None, || Shared::job_parcel(f)))
    }

    /// Runs `f` at `expiry`, or in the next instant if that has passed.
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let end = start + Duration::from_secs(1);
    /// let mut runtime = Runtime::new(start);
    /// runtime.timer_add(end, |rt| rt.shutdown(StopCause::Stopped));
    /// assert_eq!(runtime.next_expiry(), Some(end));
    /// runtime.run(end, false);
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn timer_add(&mut self, expiry: Instant, f: impl FnOnce(&mut Runtime) + 'static) -> FixedTimerKey {
        let shared = self.shared();
        let deadline = sealed::Expiry::deadline(expiry, self);
        FixedTimerKey(arm_exactly(shared, deadline, None, || Shared::job_parcel(f)))
    }

    /// Disarms a timer and drops its closure. False if it has fired, was deleted, or the key is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let key = runtime.after(Duration::from_secs(1), |_| unreachable!());
    /// assert!(runtime.timer_del(key));
    /// assert!(!runtime.timer_del(key), "it is gone");
    /// ```
    #[inline]
    pub fn timer_del(&mut self, key: FixedTimerKey) -> bool {
        timer_cancel(self.shared(), key.0).is_ok()
    }

    /// Moves a timer to another expiry. False if it has fired or was deleted. Allocates nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let key = runtime.after(Duration::from_secs(1), |_| ());
    /// assert!(runtime.timer_reset(key, start + Duration::from_secs(9)));
    /// assert_eq!(runtime.next_expiry(), Some(start + Duration::from_secs(9)));
    /// ```
    pub fn timer_reset(&mut self, key: FixedTimerKey, expiry: Instant) -> bool {
        let shared = self.shared();
        timer_reset(shared, key.0, future(shared, shared.epoch.to_ns(expiry))).is_ok()
    }

    /// Whether a timer is armed.
    ///
    /// # Examples
    ///
    /// See [`FixedTimerKey`].
    pub fn timer_active(&self, key: FixedTimerKey) -> bool {
        deadline(self.shared(), key.0).is_some()
    }
}

/// When a timer expires: at an `Instant`, or after a `Duration` counted from the runtime's `now`.
///
/// What has passed already means the next instant; what lies beyond the runtime's clock (584 years) its last one. Sealed: these
/// two are all there is.
///
/// # Examples
///
/// ```
/// use actor_rt::{Actor, Expiry, Runtime, actor_new, ret_nop};
/// use std::time::{Duration, Instant};
///
/// fn remind(actor: &Actor<u32>, when: impl Expiry) {
///     actor.call_at(when, |number, _| *number += 1);
/// }
///
/// let mut runtime = Runtime::new(Instant::now());
/// let actor = actor_new!(runtime, u32, ret_nop!());
/// remind(&actor, Duration::from_secs(1));
/// remind(&actor, Instant::now() + Duration::from_secs(2));
/// assert_eq!(runtime.door().pending().timers, 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say when a timer expires",
    label = "neither a `Duration` nor an `Instant`",
    note = "give a `Duration`, which counts from now, such as `Duration::from_secs(5)`, or an `Instant`"
)]
pub trait Expiry: sealed::Expiry {}

impl Expiry for Instant {}
impl Expiry for Duration {}

mod sealed {
    use super::{Core, Duration, Instant, future, time};

    pub trait Expiry {
        /// The deadline in nanoseconds: later than now.
        fn deadline(self, core: &Core) -> u64;
    }

    impl Expiry for Instant {
        fn deadline(self, core: &Core) -> u64 {
            let shared = core.shared();
            future(shared, shared.epoch.to_ns(self))
        }
    }

    impl Expiry for Duration {
        #[inline]
        fn deadline(self, core: &Core) -> u64 {
            time::strictly_after(core.shared().now.get(), self)
        }
    }
}

impl<A: ?Sized + 'static> Actor<A> {
    /// Calls the actor at `expiry`, an `Instant` or a `Duration` from the `now` of the actor's runtime; never in the instant it
    /// was set in. In user code this is [`after!`](crate::after) or [`at!`](crate::at).
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.call_prep(|_| Some(0));
    /// actor.call_at(Duration::from_secs(1), |number, _| *number += 1);
    /// actor.call_at(start + Duration::from_secs(2), |number, _| *number += 1);
    /// runtime.run(start + Duration::from_secs(1), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(1));
    /// ```
    #[inline]
    pub fn call_at(
        &self,
        expiry: impl Expiry,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
    ) -> FixedTimerKey {
        let shared = Shared::of(self.header());
        let deadline = expiry.deadline(shared.deferrer().core());
        if self.header().cold() != 0 || self.header().kind().receive.is_some() {
            return self.call_at_of_incarnation(shared, deadline, f);
        }
        // Only what has a cold part is ever restarted.
        FixedTimerKey(arm_exactly(shared, deadline, None, || Parcel::call(self, Call::new(f))))
    }

    /// Arms a timer that ends with the actor's incarnation: when that ends if the actor has a list of its timers, and in any case if
    /// the call is queued by then.
    #[inline(never)]
    fn call_at_of_incarnation(
        &self,
        shared: &Shared,
        deadline: u64,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
    ) -> FixedTimerKey {
        let (incarnation, list) = life_of(shared, self.header());
        let call = Call::new(in_incarnation(incarnation, f));
        FixedTimerKey(arm_exactly(shared, deadline, list, || Parcel::call(self, call)))
    }
}

impl<A: 'static> Actor<A> {
    /// As [`call_at`](Actor::call_at), for a call that makes the actor's value.
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.call_at_prep(Duration::from_secs(1), |_| Some(7));
    /// runtime.run(start + Duration::from_secs(1), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
    pub fn call_at_prep(
        &self,
        expiry: impl Expiry,
        f: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static,
    ) -> FixedTimerKey {
        let shared = Shared::of(self.header());
        let deadline = expiry.deadline(shared.deferrer().core());
        let (incarnation, list) = life_of(shared, self.header());
        let prep = Prep::new(prep_in_incarnation(incarnation, f));
        FixedTimerKey(arm_exactly(shared, deadline, list, || Parcel::prep(self, prep)))
    }
}

/// The first instant that is not this one.
pub(super) fn future(shared: &Shared, deadline: u64) -> u64 {
    deadline.max(shared.now.get().saturating_add(1))
}

/// Arms a timer, on a list of its owner's if there is one.
#[inline(always)]
pub(super) fn arm_exactly(
    shared: &Shared,
    deadline: u64,
    list: Option<OwnerList>,
    parcel: impl FnOnce() -> Parcel,
) -> u64 {
    shared.number_call();
    let key = shared.timers.with(|timers| timers.arm_with(deadline, list, parcel));
    shared.deadline_moved(deadline);
    shared.timer_prefix | key.to_bits()
}

/// An actor's incarnation, and the list of its timers if it has one. One that takes packets gets it with its first timer.
#[cold]
#[inline(never)]
fn life_of(shared: &Shared, owner: &CellHeader) -> (u32, Option<OwnerList>) {
    let life =
        shared.cold.with(|cold| cold.get(owner).map_or((0, None), |cold| (cold.incarnation, cold.timers)));
    if life.1.is_some() || owner.kind().receive.is_none() {
        return life;
    }
    own_timers(shared, owner);
    (life.0, shared.cold.with(|cold| cold.get(owner).and_then(|cold| cold.timers)))
}

/// Gives an actor a list of its own timers: from now on they end with it.
pub(crate) fn own_timers(shared: &Shared, owner: &CellHeader) {
    if owner.state() == State::Zombie {
        // Nothing would take the list away again.
        return;
    }
    let has_list = shared.cold.with(|cold| cold.of(owner).timers.is_some());
    if !has_list {
        let list = shared.timers.with(|timers| timers.new_owner());
        shared.cold.with(|cold| cold.of(owner).timers = Some(list));
    }
}

/// Arms a timer that sends a packet. The deadline may have passed: then it is due at once.
pub(crate) fn arm_packet(
    shared: &Shared,
    owner: AnyActor,
    deadline: u64,
    envelope: &Envelope,
    body: Body<'_>,
) -> Option<u64> {
    let (incarnation, list) = life_of(shared, owner.header());
    let envelope = Envelope { flags: envelope.flags | FLAG_TIMER, status: incarnation as i32, ..*envelope };
    let parcel = packet::parcel(owner, &envelope, body)?;
    let bits = arm_exactly(shared, deadline, list, || parcel);
    // Only now the number is known that the packet is to carry. The host's wake function, which may have run, cannot disarm.
    let key = TimerKey::from_bits(bits);
    shared.timers.with(|timers| {
        if let Some(parcel) = timers.get_mut(key) {
            packet::set_sender(parcel, bits);
        }
    });
    Some(bits)
}

#[inline(always)]
fn parse(shared: &Shared, bits: u64) -> Result<TimerKey, IdError> {
    match id::below(shared.timer_prefix, bits) {
        Some(key) => Ok(TimerKey::from_bits(key)),
        None => Err(id::explain(bits, IdKind::Timer, shared.instance())),
    }
}

/// When a timer is due; `None` if it is not armed.
pub(super) fn deadline(shared: &Shared, bits: u64) -> Option<u64> {
    let key = parse(shared, bits).ok()?;
    shared.timers.with(|timers| timers.deadline(key))
}

/// Disarms a timer.
#[inline(always)]
pub(crate) fn timer_cancel(shared: &Shared, bits: u64) -> Result<(), IdError> {
    shared.number_call();
    cancel(shared, bits)
}

#[inline(never)]
fn cancel(shared: &Shared, bits: u64) -> Result<(), IdError> {
    let key = parse(shared, bits)?;
    let parcel = shared.timers.with(|timers| timers.cancel(key));
    // Dropped only when this function returns, and where it is, since it is wide: its destructor is user code.
    if parcel.is_some() { Ok(()) } else { Err(IdError::Stale) }
}

/// Moves a timer.
pub(crate) fn timer_reset(shared: &Shared, bits: u64, deadline: u64) -> Result<(), IdError> {
    shared.number_call();
    let key = parse(shared, bits)?;
    if !shared.timers.with(|timers| timers.rearm(key, deadline)) {
        return Err(IdError::Stale);
    }
    shared.deadline_moved(deadline);
    Ok(())
}
