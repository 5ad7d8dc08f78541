//! What expansions of the macros call. Public only because expansions live in other crates; not an interface for
//! programs.
//!
//! Everything here sits on the public items of the crate, so a macro can do nothing that a program could not write
//! out by hand.

use std::error::Error;

pub use std::boxed::Box;
pub use std::format;
pub use std::option::Option;
pub use std::string::String;
pub use std::time::{Duration, Instant};

pub use crate::actor::View;
pub use crate::kernel::cell::ActorCell;
use crate::{Actor, ActorOwn, Cx, Deferrer, Ret, Runtime, StopCause};

/// What a `kill!` with an error value takes.
pub type BoxedError = Box<dyn Error>;

/// A `Cx`, or references to one, and nothing else: the closure forms run with the actor's own state, so they must not be aimed at an
/// actor that the caller merely knows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the context of the running actor",
    label = "brackets with one expression take a `cx` here",
    note = "for the method of another actor name the core as well: `[actor, core]`, where a `cx` and the runtime are cores too",
    note = "a closure `|this, cx, …| …` is for the running actor only; outside of handlers write a method, or `|rt| …`"
)]
pub trait Running<A: ?Sized + 'static> {
    /// The actor that runs.
    fn actor(&self) -> &Actor<A>;
}

impl<A: ?Sized + 'static> Running<A> for Cx<'_, A> {
    fn actor(&self) -> &Actor<A> {
        self.this()
    }
}

#[diagnostic::do_not_recommend]
impl<A: ?Sized + 'static, C: Running<A>> Running<A> for &C {
    fn actor(&self) -> &Actor<A> {
        (**self).actor()
    }
}

#[diagnostic::do_not_recommend]
impl<A: ?Sized + 'static, C: Running<A>> Running<A> for &mut C {
    fn actor(&self) -> &Actor<A> {
        (**self).actor()
    }
}

/// The actor whose context `cx` is.
pub fn running_actor<A: ?Sized + 'static>(cx: &impl Running<A>) -> &Actor<A> {
    cx.actor()
}

/// Turns "an expression that is a place or a `&mut`" into a `&mut`, by letting method lookup borrow or reborrow as
/// needed.
///
/// A macro cannot tell `rt: Runtime` from `rt: &mut Runtime`; `&mut rt` fails on the second unless the binding is
/// `mut`, `&mut *rt` on the first.
pub trait Reborrow {
    /// `self`, borrowed for as long as the caller needs it.
    fn reborrow(&mut self) -> &mut Self {
        self
    }
}

impl<T: ?Sized> Reborrow for T {}

/// Queues a kill on the main lane. The owner travels in the message, so the actor is not dropped before it is
/// killed.
pub fn kill_later<A: ?Sized + 'static>(
    owner: ActorOwn<A>,
    kill: impl FnOnce(&ActorOwn<A>, &mut Runtime) + 'static,
) {
    let actor: Actor<A> = Actor::clone(&owner);
    actor.defer(move |rt| kill(&owner, rt));
}

/// A `Ret` that runs `act` with the message and does nothing when dropped unanswered.
pub fn ret_some<M: 'static, R>(act: impl FnOnce(M) -> R + 'static) -> Ret<M> {
    Ret::new(move |message| {
        if let Some(message) = message {
            act(message);
        }
    })
}

/// A `Ret` that shuts the runtime down with the cause it is given; dropped unanswered it counts as
/// `StopCause::Dropped`.
pub fn ret_shutdown(deferrer: Deferrer) -> Ret<StopCause> {
    Ret::new(move |cause: Option<StopCause>| {
        deferrer.defer(move |rt| rt.shutdown(cause.unwrap_or(StopCause::Dropped)));
    })
}

/// A `Ret` that fails `actor` when it is answered, whatever the answer, and when it is dropped unanswered.
pub fn ret_fail<A: ?Sized + 'static, M: 'static>(
    actor: &Actor<A>,
    fail: impl FnOnce(&mut Cx<'_, A>) + 'static,
) -> Ret<M> {
    Ret::to_actor(actor.clone(), move |_this, cx, _message| fail(cx))
}

/// A `Ret` that fails `actor` when another actor ended by a failure or was lost. The other causes are somebody's
/// decision and end nobody else.
pub fn ret_failthru<A: ?Sized + 'static>(
    actor: &Actor<A>,
    fail: impl FnOnce(&mut Cx<'_, A>) + 'static,
) -> Ret<StopCause> {
    Ret::some_to_actor(actor.clone(), move |_this, cx, cause| {
        if matches!(cause, StopCause::Failed(_) | StopCause::Lost) {
            fail(cx);
        }
    })
}
