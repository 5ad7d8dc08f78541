//! What an actor's handle can do.

use super::call::{Call, Prep};
use super::context::Cx;
use super::lifecycle;
use super::turn;
use crate::engine::id::{ActorId, IdError};
use crate::engine::log::LogID;
use crate::engine::post::{self, LaneName};
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Deferrer, Runtime};
use crate::kernel::cell::State;
use crate::kernel::handle::{Actor, AnyActor};
use std::fmt;
use std::hash::{Hash, Hasher};

impl<A: ?Sized + 'static> Actor<A> {
    /// Queues a call. In user code this is [`call!`](crate::call).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let sum = actor_new!(runtime, u32, ret_nop!());
    /// sum.call_prep(|_| Some(0));
    /// sum.call(|sum, _| *sum += 7);
    /// assert_eq!(sum.pending(), 2, "both are queued");
    /// runtime.run(now, false);
    /// assert_eq!(sum.query(&mut runtime, |sum, _| *sum), Some(7));
    /// ```
    #[inline(always)]
    pub fn call(&self, f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static) {
        post::call(self, Call::new(f));
    }

    /// Queues a call for when the main lane is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let log = actor_new!(runtime, Vec<&str>, ret_nop!());
    /// log.call_prep(|_| Some(Vec::new()));
    /// log.idle(|log, _| log.push("idle"));
    /// log.lazy(|log, _| log.push("lazy"));
    /// log.call(|log, _| log.push("call"));
    /// runtime.run(now, false);
    /// assert_eq!(log.query(&mut runtime, |log, _| log.join(" ")).unwrap(), "call lazy");
    /// runtime.run(now, true);
    /// assert_eq!(log.query(&mut runtime, |log, _| log.join(" ")).unwrap(), "call lazy idle");
    /// ```
    pub fn lazy(&self, f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static) {
        post::call_on(LaneName::Lazy, self, Call::new(f));
    }

    /// Queues a call for when the host has nothing else to do.
    ///
    /// # Examples
    ///
    /// See [`lazy`](Actor::lazy).
    pub fn idle(&self, f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static) {
        post::call_on(LaneName::Idle, self, Call::new(f));
    }

    /// Runs `f` with the actor now and returns its result; None unless the actor is ready.
    ///
    /// # Panics
    /// If the actor belongs to another runtime, and with the panic of `f`, from which the actor fails. Outside of a step, also with the
    /// first panic of what its end runs: its destructors and its notifier.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let number = actor_new!(runtime, u32, ret_nop!());
    /// number.call_prep(|_| Some(7));
    /// assert_eq!(number.query(&mut runtime, |number, _| *number), None, "not ready yet");
    /// runtime.run(now, false);
    /// assert_eq!(number.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
    pub fn query<R>(&self, runtime: &mut Runtime, f: impl FnOnce(&mut A, &mut Cx<'_, A>) -> R) -> Option<R> {
        turn::query(self, runtime, f)
    }

    /// Runs `f` now if the actor is ready, queues it with the actor's waiting messages if it is preparing or paused, and drops it if the
    /// actor has ended.
    ///
    /// # Panics
    /// As [`query`](Actor::query).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let sum = actor_new!(runtime, u32, ret_nop!());
    /// sum.apply(&mut runtime, |sum, _| *sum += 1); // waits for the value
    /// sum.call_prep(|_| Some(10));
    /// runtime.run(now, false);
    /// sum.apply(&mut runtime, |sum, _| *sum += 100); // at once
    /// assert_eq!(sum.query(&mut runtime, |sum, _| *sum), Some(111));
    /// ```
    pub fn apply(&self, runtime: &mut Runtime, f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static) {
        turn::assert_own(self, runtime);
        if matches!(self.header().state(), State::Prep | State::Paused | State::Held) {
            return lifecycle::stash_call(self, Call::new(f));
        }
        turn::query(self, runtime, f);
    }

    /// Queues work of the runtime. Works from destructors too.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.defer(|runtime| runtime.shutdown(StopCause::Stopped));
    /// assert!(runtime.not_shutdown());
    /// runtime.run(now, false);
    /// assert!(!runtime.not_shutdown());
    /// ```
    #[inline]
    pub fn defer(&self, f: impl FnOnce(&mut Runtime) + 'static) {
        post::job(Shared::of(self.header()), LaneName::Main, f);
    }

    /// Whether the actor has ended. Advisory: an end may be queued already.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let owner = actor_new!(runtime, u32, ret_nop!());
    /// let handle = owner.clone();
    /// drop(owner);
    /// assert!(!handle.is_zombie(), "its end is queued");
    /// runtime.run(now, false);
    /// assert!(handle.is_zombie());
    /// ```
    pub fn is_zombie(&self) -> bool {
        self.header().has_ended()
    }

    /// The actor's id: a number that names it anywhere, and keeps nothing alive.
    ///
    /// # Examples
    ///
    /// See [`from_id`](Actor::from_id).
    pub fn actor_id(&self) -> ActorId {
        ActorId(self.header().id())
    }

    /// The actor's log id; 0 if it has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{LogFilter, LogLevel, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let before = actor_new!(runtime, u32, ret_nop!());
    /// runtime.set_logger(LogFilter::all(&[LogLevel::Open]), |_, _| ());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// assert_eq!((before.id(), actor.id()), (0, 1));
    /// ```
    pub fn id(&self) -> LogID {
        self.access_log_id()
    }

    /// Bounds the mailbox: when this many messages wait, further calls are refused. Answers ([`Ret`](crate::Ret)), timers,
    /// initialisers, what [`Fwd::to_actor`](crate::Fwd::to_actor) is told once and what ends the actor are not, but count while they wait. `u32::MAX` is no bound.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.set_capacity(1);
    /// actor.call(|_, _| ()); // waits for the value
    /// actor.call(|_, _| ()); // is dropped
    /// assert_eq!((actor.capacity(), actor.pending(), runtime.dead_letters()), (1, 1, 1));
    /// ```
    pub fn set_capacity(&self, messages: u32) {
        let header = self.header();
        let shared = Shared::of(header);
        let own = shared.mailbox(header, |own| {
            own.settings.capacity = messages;
            own.parked.len() > 0
        });
        match own {
            // There may be room now.
            Some(true) => super::parked::look(shared, header),
            Some(false) => {}
            None if !header.is_closed() => header.set_limit(messages),
            None => {}
        }
    }

    /// The mailbox bound.
    ///
    /// # Examples
    ///
    /// See [`set_capacity`](Actor::set_capacity).
    pub fn capacity(&self) -> u32 {
        let header = self.header();
        Shared::of(header).mailbox(header, |own| own.settings.capacity).unwrap_or(header.limit())
    }

    /// How many messages wait for the actor.
    ///
    /// # Examples
    ///
    /// See [`set_capacity`](Actor::set_capacity).
    pub fn pending(&self) -> u32 {
        self.header().pending()
    }

    /// Lets the actor's messages wait, in their order and within its mailbox's bound, until [`resume`](Actor::resume): those that are
    /// queued and those to come, of timers too. A running handler goes on. What ends the actor is not held up. False if the actor is
    /// paused already, is not ready yet, or has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{ActorOwn, Cx, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let sum = ActorOwn::<u64>::new(&mut runtime, Ret::nop(), 0);
    /// sum.call_prep(|_: &mut Cx<'_, u64>| Some(0));
    /// runtime.run(now, false);
    /// assert!(sum.pause());
    /// sum.call(|sum, _| *sum += 1);
    /// runtime.run(now, false);
    /// assert_eq!(sum.pending(), 1);
    /// assert!(sum.resume());
    /// runtime.run(now, false);
    /// assert_eq!(sum.query(&mut runtime, |sum, _| *sum), Some(1));
    /// ```
    pub fn pause(&self) -> bool {
        lifecycle::pause(self.header())
    }

    /// Lets a paused actor go on: what waited comes before everything else, in its order. False if it is not paused.
    ///
    /// # Examples
    ///
    /// See [`pause`](Actor::pause).
    pub fn resume(&self) -> bool {
        lifecycle::resume(self.header())
    }

    /// Names the actor, for people.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let owner = actor_new!(runtime, u32, ret_nop!());
    /// let handle = owner.clone();
    /// handle.set_name("the sum");
    /// drop(owner);
    /// runtime.run(now, false);
    /// assert_eq!(handle.name().as_deref(), Some("the sum"), "also when it has ended");
    /// ```
    pub fn set_name(&self, name: &str) {
        let older =
            Shared::of(self.header()).cold.with(|cold| cold.of(self.header()).name.replace(name.into()));
        drop(older);
    }

    /// The actor's name, if it has one; also when it has ended.
    ///
    /// # Examples
    ///
    /// See [`set_name`](Actor::set_name).
    pub fn name(&self) -> Option<std::rc::Rc<str>> {
        Shared::of(self.header()).cold.with(|cold| cold.get(self.header())?.name.clone())
    }

    /// How often the actor was restarted: the number of its incarnation. A new one begins when the one before it has ended, and may not be
    /// ready for a time. Who has to do with one of them can see by this that it is no more.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use actor_rt::supervision::Spec;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// actor.call(|_, cx| cx.fail_str("a fault"));
    /// assert_eq!(actor.incarnation(), 0);
    /// runtime.run(now, false);
    /// assert_eq!(actor.incarnation(), 1);
    /// ```
    pub fn incarnation(&self) -> u32 {
        incarnation(&AnyActor::from(self))
    }

    #[doc(hidden)]
    pub fn access_actor(&self) -> &Actor<A> {
        self
    }

    #[doc(hidden)]
    pub fn access_deferrer(&self) -> &Deferrer {
        Shared::of(self.header()).deferrer()
    }

    #[doc(hidden)]
    pub fn access_log_id(&self) -> LogID {
        let header = self.header();
        Shared::of(header).cold.with(|cold| cold.get(header).map_or(0, |cold| cold.log_id))
    }
}

impl<A: 'static> Actor<A> {
    /// Queues a call that makes the actor's value. Dropped if the actor has one already, or has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let number = actor_new!(runtime, u32, ret_nop!());
    /// number.call_prep(|_| Some(7));
    /// number.call_prep(|_| Some(8)); // dropped: it has a value by then
    /// runtime.run(now, false);
    /// assert_eq!(number.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
    pub fn call_prep(&self, f: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static) {
        post::prep(LaneName::Main, self, Prep::new(f));
    }

    /// As [`lazy`](Actor::lazy), for a call that makes the actor's value.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let number = actor_new!(runtime, u32, ret_nop!());
    /// number.lazy_prep(|_| Some(1));
    /// number.call(|number, _| *number += 1); // waits for the value
    /// runtime.run(now, false);
    /// assert_eq!(number.query(&mut runtime, |number, _| *number), Some(2));
    /// ```
    pub fn lazy_prep(&self, f: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static) {
        post::prep(LaneName::Lazy, self, Prep::new(f));
    }

    /// As [`idle`](Actor::idle), for a call that makes the actor's value.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let number = actor_new!(runtime, u32, ret_nop!());
    /// number.idle_prep(|_| Some(7));
    /// runtime.run(now, false);
    /// assert_eq!(number.query(&mut runtime, |number, _| *number), None, "the host had other things to do");
    /// runtime.run(now, true);
    /// assert_eq!(number.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
    pub fn idle_prep(&self, f: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static) {
        post::prep(LaneName::Idle, self, Prep::new(f));
    }

    /// Gives a preparing actor its value at once.
    pub(crate) fn make_ready(&self, value: A) {
        lifecycle::ready(Shared::of(self.header()), self, value);
    }

    /// The actor of this id, if it lives in this runtime and is an `A`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Actor, IdError, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let number = actor_new!(runtime, u32, ret_nop!());
    /// let id = number.actor_id();
    /// assert!(Actor::<u32>::from_id(&runtime, id).is_ok_and(|same| same == *number));
    /// assert_eq!(Actor::<u64>::from_id(&runtime, id).unwrap_err(), IdError::WrongKind);
    /// drop(number);
    /// runtime.run(now, false);
    /// assert_eq!(Actor::<u32>::from_id(&runtime, id).unwrap_err(), IdError::Stale);
    /// ```
    pub fn from_id(core: &Core, id: ActorId) -> Result<Self, IdError> {
        core.door().actor(id)
    }
}

/// How often an actor was restarted.
pub(crate) fn incarnation(actor: &AnyActor) -> u32 {
    let header = actor.header();
    Shared::of(header).cold.with(|cold| cold.get(header).map_or(0, |cold| cold.incarnation))
}

/// Whether an actor has not ended, and is still in this incarnation.
pub(super) fn is_still(actor: &AnyActor, in_incarnation: u32) -> bool {
    !actor.header().has_ended() && incarnation(actor) == in_incarnation
}

impl<A: ?Sized + 'static> PartialEq for Actor<A> {
    fn eq(&self, other: &Self) -> bool {
        self.cell() == other.cell()
    }
}

impl<A: ?Sized + 'static> Eq for Actor<A> {}

impl<A: ?Sized + 'static> Hash for Actor<A> {
    /// Hashes the id and not the address, so that the order of a map does not depend on the allocator.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.header().id().hash(state);
    }
}

impl<A: ?Sized + 'static> fmt::Debug for Actor<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.header().id();
        write!(f, "Actor<{}>#{}.{}", (self.header().kind().type_name)(), id as u32, (id >> 32) & 0xf_ffff)
    }
}
