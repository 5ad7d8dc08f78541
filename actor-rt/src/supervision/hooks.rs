//! `Lifecycle`: what an actor wants to be told of its own life and of its children.

use crate::actor::{Cx, turn};
use crate::engine::id::ActorId;
use crate::engine::kin::exit::{ChildEvent, Exit};
use crate::engine::kin::hooks::{Escalation, Hooks, Reaction, Run, Stopping, SystemMessage};
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::kernel::handle::{Actor, AnyActor};

/// What a supervised actor is told. All of it is optional; a [`Spec`](super::Spec) asks for it by [`hooks`](super::Spec::hooks).
///
/// Each hook is a turn of the actor as a message is: it may post, arm timers, stop and fail. A panic in one fails the actor.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::{Lifecycle, Spec};
/// use actor_rt::{Cx, Runtime, StopCause};
/// use std::time::Instant;
///
/// #[derive(Default)]
/// struct Cache {
///     warm: bool,
///     restarts: u32,
/// }
///
/// impl Lifecycle for Cache {
///     fn on_started(&mut self, _: &mut Cx<'_, Self>) {
///         self.warm = true;
///     }
///     fn on_restart(&mut self, _: &mut Cx<'_, Self>, cause: &StopCause) {
///         assert_eq!(cause.to_string(), "Actor failed: a fault");
///         self.restarts += 1;
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let cache = Spec::new(|_| Some(Cache::default())).hooks().start(&mut runtime).unwrap();
/// cache.call(|_, cx| cx.fail_str("a fault"));
/// runtime.run(now, false);
/// assert_eq!(cache.query(&mut runtime, |cache, _| (cache.warm, cache.restarts)), Some((true, 1)));
/// ```
pub trait Lifecycle: Sized + 'static {
    /// It is ready: before its first message, and supervised from here on. Called for each incarnation.
    fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
        let _ = cx;
    }

    /// It takes the place of an incarnation that ended for this reason. Called before [`on_started`](Lifecycle::on_started).
    fn on_restart(&mut self, cx: &mut Cx<'_, Self>, cause: &StopCause) {
        let _ = (cx, cause);
    }

    /// It is to end, its children have. Not called if it failed or was killed.
    ///
    /// `Pending` gives it further turns: its timers, the answers to its requests and what the tree has to say still reach it, other
    /// messages do not, until it calls [`Cx::stopped`]. How long that may take is up to its [`Shutdown`](super::Shutdown).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Lifecycle, Spec, Stopping};
    /// use actor_rt::{Cx, Runtime, StopCause};
    /// use std::time::{Duration, Instant};
    ///
    /// struct Socket;
    ///
    /// impl Lifecycle for Socket {
    ///     fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
    ///         // The peer may say goodbye, too.
    ///         cx.this().call_at(Duration::from_millis(100), |_, cx| cx.stopped());
    ///         Stopping::Pending
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let socket = Spec::new(|_| Some(Socket)).hooks().start(&mut runtime).unwrap();
    /// runtime.door().stop(socket.actor_id()).unwrap();
    /// runtime.run(now, false);
    /// assert!(!socket.is_zombie());
    /// runtime.run(now + Duration::from_millis(100), false);
    /// assert!(socket.is_zombie());
    /// ```
    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, cause: &StopCause) -> Stopping {
        let _ = (cx, cause);
        Stopping::Done
    }

    /// A child has started, was restarted, or has ended for good. Not told to one that is ending itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{ChildEvent, Lifecycle, Spec};
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::Instant;
    ///
    /// #[derive(Default)]
    /// struct Boss {
    ///     result: Option<u64>,
    /// }
    ///
    /// impl Lifecycle for Boss {
    ///     fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
    ///         let worker = Spec::once(|_| Some(6_u64)).return_state().start_child(cx).unwrap();
    ///         worker.call(|number, cx| {
    ///             *number *= 7;
    ///             cx.stop();
    ///         });
    ///     }
    ///     fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
    ///         if let ChildEvent::Ended { state, .. } = event {
    ///             self.result = state.take().and_then(|state| state.downcast().ok()).map(|number| *number);
    ///         }
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let boss = Spec::new(|_| Some(Boss::default())).hooks().start(&mut runtime).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(boss.query(&mut runtime, |boss, _| boss.result), Some(Some(42)));
    /// ```
    fn on_child(&mut self, cx: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        let _ = (cx, event);
    }

    /// A child has failed too often, and is gone. What is to become of this actor?
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Escalation, Intensity, Lifecycle, Spec, Supervisor};
    /// use actor_rt::{ActorId, Cx, Runtime, StopCause};
    /// use std::time::{Duration, Instant};
    ///
    /// struct Calm;
    ///
    /// impl Lifecycle for Calm {
    ///     fn child_escalated(&mut self, _: &mut Cx<'_, Self>, _: ActorId, _: &StopCause) -> Escalation {
    ///         Escalation::Ignore
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let none = Supervisor::new().intensity(Intensity::new(0, Duration::from_secs(1)));
    /// let calm = Spec::new(|_| Some(Calm)).supervises(none).hooks().start(&mut runtime).unwrap();
    /// let child = Spec::new(|_| Some(0_u32)).start_under(&mut runtime, calm.actor_id()).unwrap();
    /// child.call(|_, cx| cx.fail_str("a fault"));
    /// runtime.run(now, false);
    /// assert!(child.is_zombie() && !calm.is_zombie());
    /// ```
    fn child_escalated(&mut self, cx: &mut Cx<'_, Self>, child: ActorId, cause: &StopCause) -> Escalation {
        let _ = (cx, child, cause);
        Escalation::Restart
    }

    /// Something is said to it that is said to any actor: [`Door::send_system`](crate::Door::send_system). What is to follow?
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Lifecycle, Reaction, Spec, SystemMessage};
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::Instant;
    ///
    /// /// Does not end while something is on the way.
    /// struct Transfer {
    ///     open: u32,
    /// }
    ///
    /// impl Lifecycle for Transfer {
    ///     fn on_system(&mut self, _: &mut Cx<'_, Self>, message: SystemMessage) -> Reaction {
    ///         match message {
    ///             SystemMessage::Terminate if self.open > 0 => Reaction::Handled,
    ///             _ => Reaction::Usual,
    ///         }
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let transfer = Spec::new(|_| Some(Transfer { open: 1 })).hooks().start(&mut runtime).unwrap();
    /// runtime.send_system_all(SystemMessage::Terminate);
    /// runtime.run(now, false);
    /// assert_eq!(transfer.query(&mut runtime, |transfer, _| std::mem::take(&mut transfer.open)), Some(1));
    /// runtime.send_system_all(SystemMessage::Terminate);
    /// runtime.run(now, false);
    /// assert!(transfer.is_zombie());
    /// ```
    fn on_system(&mut self, cx: &mut Cx<'_, Self>, message: SystemMessage) -> Reaction {
        let _ = (cx, message);
        Reaction::Usual
    }

    /// The timer that it has started under this number has ticked, and so often: more than once if somebody was late
    /// ([`Missed`](super::Missed)).
    ///
    /// # Examples
    ///
    /// See [`Cx::start_timer`].
    fn on_timer(&mut self, cx: &mut Cx<'_, Self>, number: u64, ticks: u32) {
        let _ = (cx, number, ticks);
    }

    /// No message waits, and all other ordinary work of the step is done. Called after [`Cx::keep_running`] as often as it says itself. An
    /// error is told by [`Cx::fail`].
    ///
    /// As rsactor's `on_run`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Lifecycle, Run, Spec};
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// /// Looks for primes in what time is left.
    /// struct Primes {
    ///     next: u32,
    ///     found: Vec<u32>,
    /// }
    ///
    /// impl Lifecycle for Primes {
    ///     fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
    ///         cx.keep_running();
    ///     }
    ///     fn on_run(&mut self, _: &mut Cx<'_, Self>) -> Run {
    ///         if self.found.iter().all(|prime| self.next % prime != 0) {
    ///             self.found.push(self.next);
    ///         }
    ///         self.next += 1;
    ///         if self.found.len() < 4 { Run::Again } else { Run::Done }
    ///     }
    /// }
    ///
    /// let mut now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let primes = Spec::new(|_| Some(Primes { next: 2, found: Vec::new() })).hooks().start(&mut runtime).unwrap();
    /// runtime.run(now, false);
    /// while let Some(wait) = runtime.next_timeout(now) {
    ///     now += wait;
    ///     runtime.run(now, false);
    /// }
    /// assert_eq!(primes.query(&mut runtime, |primes, _| primes.found.clone()), Some(vec![2, 3, 5, 7]));
    /// ```
    fn on_run(&mut self, cx: &mut Cx<'_, Self>) -> Run {
        let _ = cx;
        Run::Done
    }

    /// One that it is linked to has ended, and this one [traps](Cx::trap_exits) such ends.
    fn on_exit(&mut self, cx: &mut Cx<'_, Self>, exit: &Exit) {
        let _ = (cx, exit);
    }
}

impl<A: Lifecycle> Actor<A> {
    /// Calls the hooks of its [`Lifecycle`] from now on, also if nobody supervises it: those of its end, its children, its links, its timers and
    /// runs, and system messages. A [`Spec`](super::Spec) asks for them itself. An actor that is ready already has started without its hook, and
    /// one that nobody supervises has as long to stop as it needs.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Lifecycle;
    /// use actor_rt::{Cx, Runtime, actor_new, ret_nop};
    /// use std::time::{Duration, Instant};
    ///
    /// struct Clock(u32);
    ///
    /// impl Lifecycle for Clock {
    ///     fn on_timer(&mut self, _: &mut Cx<'_, Self>, _: u64, ticks: u32) {
    ///         self.0 += ticks;
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let clock = actor_new!(runtime, Clock, ret_nop!());
    /// clock.call_prep(|_| Some(Clock(0)));
    /// clock.call_hooks();
    /// let second = Duration::from_secs(1);
    /// runtime.door().start_timer(clock.actor_id(), 1, second).unwrap();
    /// runtime.run(now, false);
    /// runtime.run(now + second, false);
    /// assert_eq!(clock.query(&mut runtime, |clock, _| clock.0), Some(1));
    /// ```
    pub fn call_hooks(&self) {
        let header = self.header();
        if !header.has_ended() {
            Shared::of(header).kin(header, |kin| kin.hooks = Some(table::<A>()));
        }
    }
}

/// The hooks of a type.
pub(super) fn table<A: Lifecycle>() -> &'static Hooks {
    const { &Of::<A>::HOOKS }
}

struct Of<A>(std::marker::PhantomData<A>);

impl<A: Lifecycle> Of<A> {
    const HOOKS: Hooks = Hooks {
        started: started::<A>,
        stop: stop::<A>,
        child: child::<A>,
        escalated: escalated::<A>,
        exit: exit::<A>,
        system: system::<A>,
        timer: timer::<A>,
        run: run::<A>,
    };
}

fn started<A: Lifecycle>(actor: &AnyActor, restarted_by: Option<&StopCause>) {
    let goes_on = match restarted_by {
        Some(cause) => turn::control::<A, _>(actor, |this, cx| {
            this.on_restart(cx, cause);
            !cx.is_ending()
        }),
        None => Some(true),
    };
    if goes_on == Some(true) {
        turn::control::<A, _>(actor, |this, cx| this.on_started(cx));
    }
}

fn stop<A: Lifecycle>(actor: &AnyActor, cause: &StopCause) -> Result<Stopping, StopCause> {
    turn::last::<A, _>(actor, |this, cx| this.on_stop(cx, cause)).unwrap_or(Ok(Stopping::Done))
}

fn child<A: Lifecycle>(actor: &AnyActor, event: &mut ChildEvent) {
    turn::control::<A, _>(actor, |this, cx| this.on_child(cx, event));
}

fn escalated<A: Lifecycle>(actor: &AnyActor, child: ActorId, cause: &StopCause) -> Escalation {
    // One that cannot have a turn has no say, and one that ends in it is ending anyway.
    turn::control::<A, _>(actor, |this, cx| this.child_escalated(cx, child, cause)).unwrap_or_default()
}

fn exit<A: Lifecycle>(actor: &AnyActor, exit: &Exit) {
    turn::control::<A, _>(actor, |this, cx| this.on_exit(cx, exit));
}

fn system<A: Lifecycle>(actor: &AnyActor, message: SystemMessage) -> Reaction {
    let reaction = turn::control::<A, _>(actor, |this, cx| {
        let reaction = this.on_system(cx, message);
        if cx.is_ending() { Reaction::Handled } else { reaction }
    });
    // Nothing more follows for one that failed over it.
    reaction.unwrap_or(Reaction::Handled)
}

fn timer<A: Lifecycle>(actor: &AnyActor, number: u64, ticks: u32) {
    turn::control::<A, _>(actor, |this, cx| this.on_timer(cx, number, ticks));
}

fn run<A: Lifecycle>(actor: &AnyActor) -> Option<Run> {
    turn::control::<A, _>(actor, |this, cx| this.on_run(cx))
}
