//! Turns from the outside: calling a handler at once, with the right that `&mut Runtime` is.

use super::call::Prep;
use super::context::Cx;
use super::lifecycle;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::{PanicError, StopCause};
use crate::engine::token::Runtime;
use crate::kernel::handle::{Actor, AnyActor, Lent};
use crate::kernel::lane::Lane;
use std::panic::{self, AssertUnwindSafe};

/// The block of an actor that is of this runtime.
pub(super) fn assert_own<'a, A: ?Sized + 'static>(actor: &'a Actor<A>, runtime: &Runtime) -> &'a Shared {
    let shared = Shared::of(actor.header());
    assert!(
        std::ptr::eq(shared, runtime.shared()),
        "the actor belongs to another runtime: use the runtime that made it"
    );
    shared
}

/// Runs `f` with a ready actor and honours what it asked for.
pub(super) fn query<A: ?Sized + 'static, R>(
    actor: &Actor<A>,
    runtime: &mut Runtime,
    f: impl FnOnce(&mut A, &mut Cx<'_, A>) -> R,
) -> Option<R> {
    let shared = assert_own(actor, runtime);
    shared.raising(|| enter(shared, actor, f))
}

fn enter<A: ?Sized + 'static, R>(
    shared: &Shared,
    actor: &Actor<A>,
    f: impl FnOnce(&mut A, &mut Cx<'_, A>) -> R,
) -> Option<R> {
    let kept = AnyActor::from(actor);
    let mut end = None;
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        shared.enter(actor, |value| {
            let mut cx = Cx::new(Lent::of(actor));
            let result = f(value, &mut cx);
            end = cx.into_end();
            result
        })
    }));
    match outcome {
        Ok(result) => {
            if let Some(cause) = end {
                lifecycle::end(&kept, cause);
            }
            result
        }
        Err(payload) => {
            // The actor failed, and the caller asked for an answer that does not exist.
            lifecycle::end(&kept, lifecycle::panic_cause(shared, PanicError::from_message(&*payload)));
            panic::resume_unwind(payload);
        }
    }
}

/// Runs a constructor if its actor is preparing. Returns what waited for the actor if it is ready by it.
pub(crate) fn prepare<A: 'static>(
    actor: &Actor<A>,
    runtime: &mut Runtime,
    f: impl FnOnce(&mut Cx<'_, A>) -> Option<A>,
) -> Option<Lane> {
    let shared = assert_own(actor, runtime);
    if !actor.header().is_preparing() || shared.current.get() != 0 {
        return None;
    }
    shared.current.set(actor.header().id());
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| Prep::new(f).make(actor, 0)));
    shared.current.set(0);
    match outcome {
        Ok(true) => lifecycle::take_stash(shared, actor.header()),
        Ok(false) => None,
        Err(payload) => {
            let failed = lifecycle::panic_cause(shared, PanicError::from_message(&*payload));
            lifecycle::end(&AnyActor::from(actor), failed);
            panic::resume_unwind(payload);
        }
    }
}

/// Runs a constructor for a preparing actor, also from within a handler of another.
pub(crate) fn make<A: 'static>(actor: &Actor<A>, f: impl FnOnce(&mut Cx<'_, A>) -> Option<A>) {
    let header = actor.header();
    if !header.is_preparing() {
        return;
    }
    let shared = Shared::of(header);
    let outer = shared.current.replace(header.id());
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| Prep::new(f).make(actor, outer)));
    shared.current.set(outer);
    match outcome {
        Ok(true) => lifecycle::release_stash(shared, header),
        Ok(false) => {}
        Err(payload) => {
            let failed = lifecycle::panic_cause(shared, PanicError::from_payload(payload));
            lifecycle::end(&AnyActor::from(actor), failed);
        }
    }
}

/// Gives an actor that has a value a turn without a message, if no handler is on the stack, and honours what it asked for. None if
/// there was no turn, or it panicked.
pub(crate) fn control<A: 'static, R>(
    actor: &AnyActor,
    f: impl FnOnce(&mut A, &mut Cx<'_, A>) -> R,
) -> Option<R> {
    let (result, end) = aside(actor, f)?;
    if let Some(cause) = end {
        lifecycle::end(actor, cause);
    }
    result
}

/// As [`control`], for an actor that is ending: what it asked for comes back. An error if it failed or panicked.
pub(crate) fn last<A: 'static, R>(
    actor: &AnyActor,
    f: impl FnOnce(&mut A, &mut Cx<'_, A>) -> R,
) -> Option<Result<R, StopCause>> {
    match aside(actor, f)? {
        (_, Some(failed @ StopCause::Failed(_))) => Some(Err(failed)),
        (result, _) => result.map(Ok),
    }
}

/// A turn besides the messages, whatever state the actor with a value is in. The cause is that of its panic, or what it asked for.
fn aside<A: 'static, R>(
    actor: &AnyActor,
    f: impl FnOnce(&mut A, &mut Cx<'_, A>) -> R,
) -> Option<(Option<R>, Option<StopCause>)> {
    let actor = actor.downcast::<A>()?;
    let header = actor.header();
    let shared = Shared::of(header);
    let mut end = None;
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        shared.enter_aside(&actor, |value| {
            let mut cx = Cx::new(Lent::of(&actor));
            let result = f(value, &mut cx);
            end = cx.into_end();
            result
        })
    }));
    match outcome {
        Ok(result) => Some((Some(result?), end)),
        Err(payload) => {
            let failed = lifecycle::panic_cause(shared, PanicError::from_payload(payload));
            Some((None, Some(failed)))
        }
    }
}
