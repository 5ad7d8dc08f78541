//! Stopping in other ways: with a reason, after what was sent, at the end of further turns; and where an actor is in its life.

use super::tree::soon;
use super::{ending, start, tree};
use crate::actor::behind::walk;
use crate::actor::{Cx, handle, lifecycle, parked};
use crate::engine::id::{ActorId, IdError};
use crate::engine::post::LaneName;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::{ErrorCode, StopCause};
use crate::engine::token::Door;
use crate::kernel::cell::State;
use crate::kernel::handle::AnyActor;

/// Where an actor is in its life. It never goes back, except that a restart begins a new one.
///
/// # Examples
///
/// ```
/// use actor_rt::supervision::{Spec, Status};
/// use actor_rt::Runtime;
/// use std::time::Instant;
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
/// let id = actor.actor_id();
/// assert_eq!(runtime.door().status(id), Ok(Status::Running));
/// actor.call(|_, _| ());
/// runtime.door().drain(id).unwrap();
/// assert_eq!(runtime.door().status(id), Ok(Status::Draining));
/// runtime.run(now, false);
/// assert_eq!(runtime.door().status(id), Ok(Status::Stopped));
/// assert!(Status::Running < Status::Draining && Status::Draining < Status::Stopped);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Its value is being made.
    Starting,
    /// It takes messages.
    Running,
    /// It handles what was sent to it, takes nothing more, and stops then.
    Draining,
    /// It is about to end: its children do, or it does what it has to.
    Stopping,
    /// It has ended.
    Stopped,
}

impl Door {
    /// Stops an actor as [`stop`](Door::stop) does, and says why: the reason reaches its supervisor and its monitors.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Exit, ExitKind, Spec};
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// runtime.on_exit(actor.actor_id(), Ret::new(|exit: Option<Exit>| {
    ///     let exit = exit.unwrap();
    ///     assert_eq!((exit.kind, exit.reason.as_deref()), (ExitKind::Stopped, Some("the window was closed")));
    /// }));
    /// runtime.door().stop_because(actor.actor_id(), "the window was closed").unwrap();
    /// runtime.run(now, false);
    /// ```
    pub fn stop_because(&self, id: ActorId, reason: &str) -> Result<(), IdError> {
        let actor = self.find_actor(id)?;
        let reason = reason.into();
        soon(self.shared(), move |shared| {
            if !tree::is_ending(shared, actor.header()) {
                shared.kin(actor.header(), |kin| kin.reason = Some(reason));
                lifecycle::end(&actor, StopCause::Stopped);
            }
        });
        Ok(())
    }

    /// Says with which code an actor that stops ends: those who hear of its end are told ([`Exit::code`](super::Exit::code)), if its end
    /// brings none itself. It holds for this incarnation.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Exit, Spec};
    /// use actor_rt::{ErrorCode, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let code = ErrorCode { code: 3, phase: 0 };
    /// runtime.on_exit(actor.actor_id(), Ret::new(move |exit: Option<Exit>| assert_eq!(exit.unwrap().code, Some(code))));
    /// runtime.door().set_exit_code(actor.actor_id(), code).unwrap();
    /// runtime.door().stop(actor.actor_id()).unwrap();
    /// runtime.run(now, false);
    /// ```
    pub fn set_exit_code(&self, id: ActorId, code: ErrorCode) -> Result<(), IdError> {
        let actor = self.find_actor(id)?;
        self.shared().kin(actor.header(), |kin| kin.code = Some(code));
        Ok(())
    }

    /// Ends the further turns of an actor that it asked for when it was told to stop: as [`Cx::stopped`](crate::Cx::stopped).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Lifecycle, Spec, Stopping};
    /// use actor_rt::{Cx, Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// struct Waits;
    ///
    /// impl Lifecycle for Waits {
    ///     fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
    ///         Stopping::Pending
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(Waits)).hooks().start(&mut runtime).unwrap();
    /// runtime.door().stop(actor.actor_id()).unwrap();
    /// runtime.run(now, false);
    /// assert!(!actor.is_zombie());
    /// runtime.door().stopped(actor.actor_id()).unwrap();
    /// runtime.run(now, false);
    /// assert!(actor.is_zombie());
    /// ```
    pub fn stopped(&self, id: ActorId) -> Result<(), IdError> {
        let actor = self.find_actor(id)?;
        ending::stopped(self.shared(), &actor);
        Ok(())
    }

    /// Stops an actor when it has handled all that was sent to it before. From now on nothing more can be sent to it; answers to its own
    /// requests and its timers still come. A stop or a kill meanwhile comes first. What waits because the actor is preparing or paused
    /// is waited for.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{IdError, PostError, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let sum = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// sum.call(|sum, _| *sum += 1);
    /// runtime.door().drain(sum.actor_id()).unwrap();
    /// let late = runtime.door().call(sum.actor_id(), |sum: &mut u32, _| *sum += 1);
    /// assert_eq!(late, Err(PostError::Id(IdError::Stale)));
    /// runtime.run(now, false);
    /// assert!(sum.is_zombie());
    /// ```
    pub fn drain(&self, id: ActorId) -> Result<(), IdError> {
        let actor = self.find_actor(id)?;
        let shared = self.shared();
        let first = shared.kin(actor.header(), |kin| {
            if let Some(ending) = &mut kin.ending {
                // It is failing: then it does not come back.
                ending.ordered = true;
            }
            !std::mem::replace(&mut kin.draining, true)
        });
        if first {
            start::close_mailbox(shared, actor.header());
            // What waits for room was not sent yet.
            let parked = shared.mailbox(actor.header(), |own| own.parked).unwrap_or_default();
            parked::refuse(shared, parked);
            go_on(shared, &actor);
        }
        Ok(())
    }

    /// Where an actor is in its life. An id that was one's is `Stopped`.
    ///
    /// # Errors
    /// If the id never was an actor's of this runtime, as far as that can be told.
    ///
    /// # Examples
    ///
    /// See [`Status`].
    pub fn status(&self, id: ActorId) -> Result<Status, IdError> {
        let shared = self.shared();
        let Some(found) = shared.find(id.0) else {
            return match shared.explain_actor(id.0) {
                IdError::Stale => Ok(Status::Stopped),
                error => Err(error),
            };
        };
        let header = found.header();
        let (ending, draining) =
            shared.kin_of(header, |kin| (kin.ending.is_some(), kin.draining)).unwrap_or_default();
        Ok(match header.state() {
            State::Zombie => Status::Stopped,
            State::Ending => Status::Stopping,
            _ if ending => Status::Stopping,
            _ if draining => Status::Draining,
            State::Prep => Status::Starting,
            State::Held if lifecycle::is_opening(shared, header) => Status::Starting,
            State::Ready | State::Paused | State::Held => Status::Running,
        })
    }
}

impl<A: 'static> Cx<'_, A> {
    /// Ends the further turns that [`Lifecycle::on_stop`](super::Lifecycle::on_stop) asked for. At any other time it does nothing.
    ///
    /// # Examples
    ///
    /// See [`Lifecycle::on_stop`](super::Lifecycle::on_stop).
    pub fn stopped(&mut self) {
        let actor = AnyActor::from(self.this());
        ending::stopped(self.shared(), &actor);
    }
}

/// A draining actor's messages were queued again, or it begins to drain.
pub(super) fn go_on(shared: &Shared, actor: &AnyActor) {
    let incarnation = handle::incarnation(actor);
    walk(shared, actor.clone(), LaneName::Main, move |shared, actor| {
        let header = actor.header();
        match header.state() {
            // It is followed again when that is queued.
            State::Prep | State::Paused if header.pending() != 0 => return false,
            // Its answer comes past the others; or it is ending.
            State::Held => return false,
            State::Ready if header.pending() != 0 => return true,
            _ => {}
        }
        // Unless it has ended otherwise, or was made anew.
        if !tree::is_ending(shared, header) && incarnation == handle::incarnation(actor) {
            shared.kin(header, |kin| kin.reason = Some("drained".into()));
            lifecycle::end(actor, StopCause::Stopped);
        }
        false
    });
}
