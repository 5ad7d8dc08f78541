//! `ActorOwn`: an owner of an actor. When the last one goes, the actor ends.

use super::anon::ActorOwnAnon;
use super::lifecycle;
use super::turn;
use crate::engine::log::LogID;
use crate::engine::post::{self, LaneName};
use crate::engine::ret::Ret;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Core, Runtime};
use crate::kernel::handle::{Actor, AnyActor};
use std::error::Error;
use std::fmt;
use std::ops::Deref;

/// Owns an actor. Dropping the last owner queues the actor's end (`StopCause::Dropped`) on the main lane: what was queued before it
/// still runs.
///
/// Derefs to the [`Actor`] handle. Not `Clone`: `clone()` gives a handle, [`owned`](ActorOwn::owned) another owner.
///
/// # Examples
///
/// ```
/// use actor_rt::{Actor, ActorOwn, Runtime, actor_new, ret_nop};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let owner: ActorOwn<u32> = actor_new!(runtime, u32, ret_nop!());
/// owner.call_prep(|_| Some(0));
/// owner.call(|number, _| *number += 1); // a method of `Actor`
/// let handle: Actor<u32> = owner.clone();
/// runtime.run(Instant::now(), false);
/// assert_eq!(handle.query(&mut runtime, |number, _| *number), Some(1));
/// drop(owner);
/// runtime.run(Instant::now(), false);
/// assert!(handle.is_zombie());
/// ```
pub struct ActorOwn<A: ?Sized + 'static> {
    actor: Actor<A>,
}

impl<A: 'static> ActorOwn<A> {
    /// A new actor without a value yet (see [`actor!`](crate::actor)). `notify` gets the cause of its end; `parent_id` is the
    /// log id of who makes it, 0 for none.
    ///
    /// # Panics
    /// If there is no room for another actor: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{ActorOwn, Ret, Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let deferrer = runtime.deferrer();
    /// let notify = Ret::new(move |cause: Option<StopCause>| deferrer.defer(|rt| rt.shutdown(cause.unwrap())));
    /// let owner = ActorOwn::<u32>::new(&mut runtime, notify, 0);
    /// drop(owner);
    /// runtime.run(Instant::now(), false);
    /// assert!(matches!(runtime.shutdown_reason(), Some(StopCause::Dropped)));
    /// ```
    #[inline(always)] // One call spared is 3 % of what an actor costs to make and to end.
    pub fn new(core: &mut Core, notify: Ret<StopCause>, parent_id: LogID) -> Self {
        // An owner from the start: should the logger panic, it ends the actor.
        let owner = ActorOwn { actor: core.shared().spawn::<A>(1) };
        if core.shared().logging.is_used() || !notify.is_nop() {
            lifecycle::announce(core, owner.header(), notify, parent_id);
        }
        owner
    }

    /// A new actor without a value yet, of which no log tells: a part of the runtime.
    pub(crate) fn part(core: &mut Core, notify: Ret<StopCause>) -> Self {
        let owner = ActorOwn { actor: core.shared().spawn::<A>(1) };
        lifecycle::keep_notifier(core.shared(), owner.header(), notify);
        owner
    }

    /// The same with its value.
    pub(crate) fn with_value(core: &mut Core, notify: Ret<StopCause>, value: A) -> Self {
        let owner = ActorOwn::part(core, notify);
        owner.make_ready(value);
        owner
    }
}

impl<A: ?Sized + 'static> ActorOwn<A> {
    /// Another owner of the same actor.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let first = actor_new!(runtime, u32, ret_nop!());
    /// let second = first.owned();
    /// drop(first);
    /// runtime.run(Instant::now(), false);
    /// assert!(!second.is_zombie());
    /// ```
    pub fn owned(&self) -> ActorOwn<A> {
        ActorOwn::another(self.actor.clone())
    }

    /// An owner of an actor that has one.
    pub(super) fn another(actor: Actor<A>) -> ActorOwn<A> {
        actor.header().add_owner();
        ActorOwn { actor }
    }

    /// The same owner, without its type.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{ActorOwnAnon, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let number = actor_new!(runtime, u32, ret_nop!());
    /// let text = actor_new!(runtime, String, ret_nop!());
    /// let both: [ActorOwnAnon; 2] = [number.anon(), text.anon()];
    /// assert_eq!(runtime.actors(), both.len());
    /// ```
    pub fn anon(self) -> ActorOwnAnon {
        ActorOwnAnon::new(self)
    }

    /// Ends the actor now, with an error.
    ///
    /// # Panics
    /// If the actor belongs to another runtime. Outside of a step, with the first panic of its destructors and its notifier, when all is
    /// done.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause, actor_new, ret_shutdown};
    /// use std::io;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let owner = actor_new!(runtime, u32, ret_shutdown!(runtime));
    /// owner.kill(&mut runtime, Box::new(io::Error::other("the line is dead")));
    /// assert!(owner.is_zombie(), "at once");
    /// runtime.run(Instant::now(), false);
    /// let Some(StopCause::Killed(error)) = runtime.shutdown_reason() else { panic!("it was killed") };
    /// assert!(error.is::<io::Error>());
    /// ```
    pub fn kill(&self, runtime: &mut Runtime, error: Box<dyn Error>) {
        // What is called in there (a hook, the logger) gets the right that `runtime` is.
        let shared = turn::assert_own(&self.actor, runtime);
        shared.raising(|| lifecycle::end(&AnyActor::from(&self.actor), StopCause::Killed(error)));
    }

    /// Ends the actor now, with an error message.
    ///
    /// # Panics
    /// If the actor belongs to another runtime. Outside of a step, with the first panic of its destructors and its notifier, when all is
    /// done.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_shutdown};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let owner = actor_new!(runtime, u32, ret_shutdown!(runtime));
    /// owner.kill_str(&mut runtime, "out of time");
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.shutdown_reason().unwrap().to_string(), "Actor was killed: out of time");
    /// ```
    pub fn kill_str(&self, runtime: &mut Runtime, message: &'static str) {
        self.kill(runtime, message.into());
    }

    /// Ends the actor now, with an error message.
    ///
    /// # Panics
    /// If the actor belongs to another runtime. Outside of a step, with the first panic of its destructors and its notifier, when all is
    /// done.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_shutdown};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let owner = actor_new!(runtime, u32, ret_shutdown!(runtime));
    /// owner.kill_string(&mut runtime, format!("{} faults", 3));
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.shutdown_reason().unwrap().to_string(), "Actor was killed: 3 faults");
    /// ```
    pub fn kill_string(&self, runtime: &mut Runtime, message: impl Into<String>) {
        self.kill(runtime, message.into().into());
    }
}

impl<A: ?Sized + 'static> Drop for ActorOwn<A> {
    fn drop(&mut self) {
        let header = self.actor.header();
        if header.remove_owner() && !header.has_ended() {
            post::control(LaneName::Main, &self.actor, lifecycle::LastOwnerGone);
        }
    }
}

impl<A: ?Sized + 'static> Deref for ActorOwn<A> {
    type Target = Actor<A>;
    #[inline(always)]
    fn deref(&self) -> &Actor<A> {
        &self.actor
    }
}

impl<A: ?Sized + 'static> fmt::Debug for ActorOwn<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActorOwn({:?})", self.actor)
    }
}
