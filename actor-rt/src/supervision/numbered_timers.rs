//! Timers with numbers: an actor starts, replaces and stops each by a number of its own choice, and is told of their ticks.
//!
//! A tick comes behind the messages that were queued before it was due, takes no place in the mailbox, and there is one on its way
//! for each timer at most. What was stopped or replaced does not tick any more, also if it was due.

use super::hooks::Lifecycle;
use super::tree;
use crate::FixedTimerKey;
use crate::actor::behind::{WhileHeld, reach};
use crate::actor::{Cx, Expiry, handle};
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::numbered::{Interval, Missed, Numbered, NumberedTimers};
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Door};
use crate::kernel::cell::State;
use crate::kernel::handle::AnyActor;
use crate::time::{self, TimerKey};
use std::time::Duration;

impl<A: Lifecycle> Cx<'_, A> {
    /// Starts a timer that ticks once, under a number of the actor's choice: [`on_timer`](super::Lifecycle::on_timer) is told. What had
    /// the number before is stopped, and does not tick any more even if it was due. It ends with the actor's incarnation.
    ///
    /// # Panics
    /// If the actor was started without its [hooks](super::Spec::hooks), since nobody would be told.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Lifecycle, Spec};
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// const QUIET: u64 = 1;
    ///
    /// /// Notices when nothing has been heard for a second.
    /// #[derive(Default)]
    /// struct Line {
    ///     quiet: bool,
    /// }
    ///
    /// impl Line {
    ///     fn heard(&mut self, cx: &mut Cx<'_, Self>) {
    ///         cx.start_timer(QUIET, Duration::from_secs(1));
    ///     }
    /// }
    ///
    /// impl Lifecycle for Line {
    ///     fn on_timer(&mut self, _: &mut Cx<'_, Self>, number: u64, _: u32) {
    ///         self.quiet = number == QUIET;
    ///     }
    /// }
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let line = Spec::new(|_| Some(Line::default())).hooks().start(&mut runtime).unwrap();
    /// for tenths in [0, 9, 18, 27] {
    ///     line.call(Line::heard);
    ///     runtime.run(start + Duration::from_millis(tenths * 100), false);
    /// }
    /// assert_eq!(line.query(&mut runtime, |line, _| line.quiet), Some(false));
    /// runtime.run(start + Duration::from_millis(3700), false);
    /// assert_eq!(line.query(&mut runtime, |line, _| line.quiet), Some(true));
    /// ```
    pub fn start_timer(&mut self, number: u64, expiry: impl Expiry) {
        let deadline = expiry.deadline(self);
        start(self.shared(), &AnyActor::from(self.this()), number, deadline, None);
    }

    /// Starts a timer that ticks again and again, under a number of the actor's choice; else as [`start_timer`](Cx::start_timer).
    ///
    /// # Examples
    ///
    /// See [`Interval`].
    pub fn start_interval(&mut self, number: u64, interval: Interval) {
        let deadline = time::strictly_after(self.shared().now.get(), interval.first);
        start(self.shared(), &AnyActor::from(self.this()), number, deadline, Some(interval));
    }

    /// Stops the timer of this number: it does not tick any more, even if it was due. False if there is none, or it has ticked its only
    /// time.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Lifecycle, Spec};
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// struct Cook;
    ///
    /// impl Lifecycle for Cook {}
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let cook = Spec::new(|_| Some(Cook)).hooks().start(&mut runtime).unwrap();
    /// cook.query(&mut runtime, |_, cx| {
    ///     cx.start_timer(7, Duration::from_secs(1));
    ///     assert!(cx.stop_timer(7) && !cx.stop_timer(7));
    /// });
    /// ```
    pub fn stop_timer(&mut self, number: u64) -> bool {
        stop(self.shared(), &AnyActor::from(self.this()), number)
    }
}

impl Core {
    /// Stops an actor after this time, with the reason "Exit after …": as [`Door::stop_because`](crate::Door::stop_because). The timer
    /// may be deleted until then.
    ///
    /// # Errors
    /// As [`Actor::from_id`](crate::Actor::from_id): an id that is stale, of another kind or of another runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let heard = Ret::new(|exit: Option<actor_rt::supervision::Exit>| {
    ///     assert_eq!(exit.unwrap().reason.as_deref(), Some("Exit after 100ms"));
    /// });
    /// runtime.on_exit(actor.actor_id(), heard);
    /// runtime.exit_after(actor.actor_id(), Duration::from_millis(100)).unwrap();
    /// runtime.run(start + Duration::from_millis(100), false);
    /// assert!(actor.is_zombie());
    /// ```
    pub fn exit_after(&mut self, actor: ActorId, wait: Duration) -> Result<FixedTimerKey, IdError> {
        self.door().exit_after(actor, wait)
    }

    /// Kills an actor after this time: as [`Door::kill`](crate::Door::kill). The timer may be deleted until then.
    ///
    /// # Errors
    /// As [`Actor::from_id`](crate::Actor::from_id): an id that is stale, of another kind or of another runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let actor = Spec::once(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let spared = runtime.kill_after(actor.actor_id(), Duration::from_millis(50)).unwrap();
    /// assert!(runtime.timer_del(spared));
    /// runtime.kill_after(actor.actor_id(), Duration::from_millis(100)).unwrap();
    /// runtime.run(start + Duration::from_millis(99), false);
    /// assert!(!actor.is_zombie());
    /// runtime.run(start + Duration::from_millis(100), false);
    /// assert!(actor.is_zombie());
    /// ```
    pub fn kill_after(&mut self, actor: ActorId, wait: Duration) -> Result<FixedTimerKey, IdError> {
        self.door().kill_after(actor, wait)
    }
}

impl Door {
    /// Starts a timer of an actor that ticks once: as [`Cx::start_timer`], but without a panic.
    ///
    /// # Errors
    /// As [`Actor::from_id`](crate::Actor::from_id); [`IdError::WrongKind`] for an actor without [hooks](super::Spec::hooks).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Interval, Lifecycle, Spec};
    /// use actor_rt::{Cx, IdError, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// #[derive(Default)]
    /// struct Clock(Vec<u64>);
    ///
    /// impl Lifecycle for Clock {
    ///     fn on_timer(&mut self, _: &mut Cx<'_, Self>, number: u64, _: u32) {
    ///         self.0.push(number);
    ///     }
    /// }
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let door = runtime.door().clone();
    /// let clock = Spec::new(|_| Some(Clock::default())).hooks().start(&mut runtime).unwrap();
    /// let second = Duration::from_secs(1);
    /// door.start_timer(clock.actor_id(), 1, second).unwrap();
    /// door.start_interval(clock.actor_id(), 2, Interval::new(second)).unwrap();
    /// runtime.run(start + second, false);
    /// assert_eq!(door.stop_timer(clock.actor_id(), 2), Ok(true));
    /// runtime.run(start + second * 2, false);
    /// assert_eq!(clock.query(&mut runtime, |clock, _| clock.0.clone()), Some(vec![1, 2]));
    ///
    /// let silent = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// assert_eq!(door.start_timer(silent.actor_id(), 1, second), Err(IdError::WrongKind));
    /// ```
    pub fn start_timer(&self, actor: ActorId, number: u64, wait: Duration) -> Result<(), IdError> {
        let (shared, actor) = (self.shared(), self.with_hooks(actor)?);
        start(shared, &actor, number, time::strictly_after(shared.now.get(), wait), None);
        Ok(())
    }

    /// Starts a timer of an actor that ticks again and again: as [`Cx::start_interval`].
    ///
    /// # Errors
    /// As [`start_timer`](Door::start_timer).
    ///
    /// # Examples
    ///
    /// See [`start_timer`](Door::start_timer).
    pub fn start_interval(&self, actor: ActorId, number: u64, interval: Interval) -> Result<(), IdError> {
        let (shared, actor) = (self.shared(), self.with_hooks(actor)?);
        let deadline = time::strictly_after(shared.now.get(), interval.first);
        start(shared, &actor, number, deadline, Some(interval));
        Ok(())
    }

    /// Stops the timer of this number of an actor: as [`Cx::stop_timer`].
    ///
    /// # Errors
    /// As [`Actor::from_id`](crate::Actor::from_id).
    ///
    /// # Examples
    ///
    /// See [`start_timer`](Door::start_timer).
    pub fn stop_timer(&self, actor: ActorId, number: u64) -> Result<bool, IdError> {
        let actor = self.find_actor(actor)?;
        self.shared().number_call();
        Ok(stop(self.shared(), &actor, number))
    }

    /// Stops an actor after this time: as [`Core::exit_after`].
    ///
    /// # Errors
    /// As [`Core::exit_after`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let door = runtime.door().clone();
    /// let actor = Spec::once(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let spared = door.kill_after(actor.actor_id(), Duration::from_millis(1)).unwrap();
    /// door.timer_cancel(spared.to_bits()).unwrap();
    /// door.exit_after(actor.actor_id(), Duration::from_millis(2)).unwrap();
    /// runtime.run(start + Duration::from_millis(2), false);
    /// assert!(actor.is_zombie());
    /// ```
    pub fn exit_after(&self, actor: ActorId, wait: Duration) -> Result<FixedTimerKey, IdError> {
        self.end_after(actor, wait, move |door| {
            // By then it may have ended.
            _ = door.stop_because(actor, &format!("Exit after {}ms", wait.as_millis()));
        })
    }

    /// Kills an actor after this time: as [`Core::kill_after`].
    ///
    /// # Errors
    /// As [`Core::kill_after`].
    ///
    /// # Examples
    ///
    /// See [`exit_after`](Door::exit_after).
    pub fn kill_after(&self, actor: ActorId, wait: Duration) -> Result<FixedTimerKey, IdError> {
        self.end_after(actor, wait, move |door| {
            _ = door.kill(actor, format!("Kill after {}ms", wait.as_millis()));
        })
    }

    fn end_after(
        &self,
        actor: ActorId,
        wait: Duration,
        end: impl FnOnce(&Door) + 'static,
    ) -> Result<FixedTimerKey, IdError> {
        self.is_alive(actor)?;
        Ok(self.shared().lend(|core| core.after(wait, move |runtime| end(runtime.door()))))
    }

    /// An actor that can be told of what it did not send for.
    pub(super) fn with_hooks(&self, actor: ActorId) -> Result<AnyActor, IdError> {
        let actor = self.find_actor(actor)?;
        self.shared().number_call();
        tree::hooks(self.shared(), actor.header()).map(|_| actor).ok_or(IdError::WrongKind)
    }
}

fn start(shared: &Shared, actor: &AnyActor, number: u64, deadline: u64, interval: Option<Interval>) {
    tree::assert_hooks(shared, actor, "on_timer");
    stop(shared, actor, number);
    let arming = shared.kin(actor.header(), |kin| {
        kin.numbered.armed += 1;
        let arming = kin.numbered.armed;
        let timer = Numbered { arming, key: None, deadline, interval, due: 0, queued: false };
        kin.numbered.timers.insert(number, timer);
        arming
    });
    arm(shared, actor, number, arming, deadline);
}

/// Arms a timer for its next deadline.
fn arm(shared: &Shared, actor: &AnyActor, number: u64, arming: u64, deadline: u64) {
    let (owner, incarnation) = (actor.header().id(), handle::incarnation(actor));
    let key = tree::at(shared, deadline, move |shared| {
        let Some(actor) = shared.actor(owner) else { return };
        if handle::incarnation(&actor) == incarnation {
            fire(shared, &actor, number, arming);
        }
    });
    with(shared, actor, number, arming, |timer| timer.key = Some(key));
}

fn with<R>(
    shared: &Shared,
    actor: &AnyActor,
    number: u64,
    arming: u64,
    f: impl FnOnce(&mut Numbered) -> R,
) -> Option<R> {
    let found = shared.kin_of(actor.header(), |kin| {
        kin.numbered.timers.get_mut(&number).filter(|timer| timer.arming == arming).map(f)
    });
    found.flatten()
}

/// A timer has come due: it is armed for its next tick, and the actor is told of this one.
fn fire(shared: &Shared, actor: &AnyActor, number: u64, arming: u64) {
    let now = shared.now.get();
    let next = with(shared, actor, number, arming, |timer| {
        timer.key = None;
        let next = timer.interval.map(|interval| {
            let period = u64::try_from(interval.period.as_nanos()).unwrap_or(u64::MAX).max(1);
            let late = now.saturating_sub(timer.deadline) / period;
            let ticks = if interval.missed == Missed::Skip { 0 } else { late };
            timer.due = timer.due.saturating_add(u32::try_from(ticks).unwrap_or(u32::MAX));
            timer.deadline = timer.deadline.saturating_add(period.saturating_mul(late + 1));
            timer.deadline
        });
        timer.due = match timer.interval {
            Some(Interval { missed: Missed::Skip, .. }) => 1,
            _ => timer.due.saturating_add(1),
        };
        (next, std::mem::replace(&mut timer.queued, true))
    });
    let Some((next, is_queued)) = next else { return };
    if let Some(deadline) = next {
        arm(shared, actor, number, arming, deadline);
    }
    if !is_queued {
        let incarnation = handle::incarnation(actor);
        reach(shared, actor.clone(), WhileHeld::Comes, move |shared, actor| {
            if handle::incarnation(actor) == incarnation {
                tell(shared, actor, number, arming);
            }
        });
    }
}

/// Tells an actor of the ticks that are due.
fn tell(shared: &Shared, actor: &AnyActor, number: u64, arming: u64) {
    let hooks = tree::hooks(shared, actor.header());
    loop {
        let told = with(shared, actor, number, arming, |timer| {
            let burst = matches!(timer.interval, Some(Interval { missed: Missed::Burst, .. }));
            let ticks = if burst { timer.due.min(1) } else { timer.due };
            timer.due -= ticks;
            timer.queued = timer.due > 0;
            (ticks, timer.queued, timer.interval.is_none())
        });
        let Some((ticks, more, is_over)) = told else { return };
        if is_over {
            shared.kin(actor.header(), |kin| kin.numbered.timers.remove(&number));
        }
        if let Some(hooks) = hooks {
            (hooks.timer)(actor, number, ticks);
        }
        if !more {
            return;
        }
        if actor.header().state() != State::Ready {
            // Paused by what it was told: the rest comes when it goes on.
            let incarnation = handle::incarnation(actor);
            return reach(shared, actor.clone(), WhileHeld::Comes, move |shared, actor| {
                if handle::incarnation(actor) == incarnation {
                    tell(shared, actor, number, arming);
                }
            });
        }
    }
}

fn stop(shared: &Shared, actor: &AnyActor, number: u64) -> bool {
    let stopped = shared.kin_of(actor.header(), |kin| kin.numbered.timers.remove(&number)).flatten();
    let is_stopped = stopped.is_some();
    shared.disarm(stopped.and_then(|timer| timer.key));
    is_stopped
}

/// An incarnation's numbered timers and runs are void.
pub(super) fn forget(shared: &Shared, actor: &AnyActor) {
    let numbered = shared.kin_of(actor.header(), |kin| std::mem::take(&mut kin.numbered));
    disarm_all(shared, numbered.unwrap_or_default());
}

/// Disarms what an actor has left behind.
pub(super) fn disarm_all(shared: &Shared, numbered: NumberedTimers) {
    let keys: Vec<Option<TimerKey>> = numbered.timers.into_values().map(|timer| timer.key).collect();
    for key in keys.into_iter().chain([numbered.next_run]) {
        shared.disarm(key);
    }
}
