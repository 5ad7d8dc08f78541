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
pub struct ActorOwn<A: ?Sized + 'static> {
    actor: Actor<A>,
}

impl<A: 'static> ActorOwn<A> {
    /// A new actor without a value yet (see [`actor!`](crate::actor)). `notify` gets the cause of its end; `parent_id` is the
    /// log id of who makes it, 0 for none.
    #[inline(always)] // One call spared is 3 % of what an actor costs to make and to end.
    pub fn new(core: &mut Core, notify: Ret<StopCause>, parent_id: LogID) -> Self {
        let actor = core.shared().spawn::<A>(1);
        if core.shared().logging.is_used() || !notify.is_nop() {
            lifecycle::announce(core, actor.header(), notify, parent_id);
        }
        ActorOwn { actor }
    }

    /// A new actor that has its value from the start.
    pub(crate) fn with_value(core: &mut Core, notify: Ret<StopCause>, value: A) -> Self {
        let owner = ActorOwn::new(core, notify, 0);
        owner.make_ready(value);
        owner
    }
}

impl<A: ?Sized + 'static> ActorOwn<A> {
    /// Another owner of the same actor.
    pub fn owned(&self) -> ActorOwn<A> {
        ActorOwn::another(self.actor.clone())
    }

    /// An owner of an actor that has one.
    pub(super) fn another(actor: Actor<A>) -> ActorOwn<A> {
        actor.header().add_owner();
        ActorOwn { actor }
    }

    /// The same owner, without its type.
    pub fn anon(self) -> ActorOwnAnon {
        ActorOwnAnon::new(self)
    }

    /// Ends the actor now, with an error.
    ///
    /// # Panics
    /// If the actor belongs to another runtime.
    pub fn kill(&self, runtime: &mut Runtime, error: Box<dyn Error>) {
        // What is called in there (a hook, the logger) gets the right that `runtime` is.
        turn::assert_own(&self.actor, runtime);
        lifecycle::end(&AnyActor::from(&self.actor), StopCause::Killed(error));
    }

    /// Ends the actor now, with an error message.
    pub fn kill_str(&self, runtime: &mut Runtime, message: &'static str) {
        self.kill(runtime, message.into());
    }

    /// Ends the actor now, with an error message.
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
