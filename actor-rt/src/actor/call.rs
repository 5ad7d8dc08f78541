//! Typed calls: a closure that gets the actor and its context.

use super::context::Cx;
use super::lifecycle;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::kernel::handle::{Actor, Lent};
use crate::kernel::record::{Message, PrepMessage, Turn, flag};
use std::marker::PhantomData;

/// A call of a ready actor.
pub(super) struct Call<A: ?Sized, F> {
    f: F,
    actor: PhantomData<fn(&mut A)>,
}

impl<A: ?Sized + 'static, F: FnOnce(&mut A, &mut Cx<'_, A>) + 'static> Call<A, F> {
    #[inline(always)]
    pub(super) fn new(f: F) -> Self {
        Call { f, actor: PhantomData }
    }
}

impl<A: ?Sized + 'static, F: FnOnce(&mut A, &mut Cx<'_, A>) + 'static> Message for Call<A, F> {
    type Actor = A;
    type End = StopCause;

    #[inline(always)]
    fn deliver(self, turn: Turn<'_, A>) -> Option<StopCause> {
        let mut cx = Cx::new(turn.actor);
        (self.f)(turn.value, &mut cx);
        cx.into_end()
    }

    fn finish(actor: &Actor<A>, end: StopCause) {
        lifecycle::finish_turn(actor, end);
    }
}

/// A call that its actor is owed, such as an answer: it gets it until it has ended.
pub(super) struct Owed<A: ?Sized, F>(Call<A, F>);

impl<A: ?Sized + 'static, F: FnOnce(&mut A, &mut Cx<'_, A>) + 'static> Owed<A, F> {
    #[inline(always)]
    pub(super) fn new(f: F) -> Self {
        Owed(Call::new(f))
    }
}

impl<A: ?Sized + 'static, F: FnOnce(&mut A, &mut Cx<'_, A>) + 'static> Message for Owed<A, F> {
    type Actor = A;
    type End = StopCause;
    const FLAGS: u16 = flag::OWED;

    #[inline(always)]
    fn deliver(self, turn: Turn<'_, A>) -> Option<StopCause> {
        self.0.deliver(turn)
    }

    fn finish(actor: &Actor<A>, end: StopCause) {
        lifecycle::finish_turn(actor, end);
    }
}

/// A call that makes an actor's value.
pub(super) struct Prep<A, F> {
    f: F,
    actor: PhantomData<fn() -> A>,
}

impl<A: 'static, F: FnOnce(&mut Cx<'_, A>) -> Option<A>> Prep<A, F> {
    #[inline(always)]
    pub(super) fn new(f: F) -> Self {
        Prep { f, actor: PhantomData }
    }

    /// Runs the constructor, and installs its value or ends the actor. True if the actor is ready by it. `outer` is whose handler it
    /// runs in.
    pub(super) fn make(self, actor: &Actor<A>, outer: u64) -> bool {
        // Not counted: a preparing actor becomes a zombie only by what follows.
        let mut cx = Cx::new(Lent::of(actor));
        let value = (self.f)(&mut cx);
        let end = cx.into_end();
        let shared = Shared::of(actor.header());
        shared.current.set(outer);
        match (value, end) {
            (value, Some(cause)) => {
                // Stakker's order: the value that was made in vain goes after the end was told.
                lifecycle::end_unless_killed(shared, actor, cause);
                // Its destructor must not fail an actor that is gone already.
                shared.contain(|| drop(value));
                false
            }
            (Some(value), None) => lifecycle::install(shared, actor, value),
            (None, None) => false,
        }
    }
}

impl<A: 'static, F: FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static> PrepMessage for Prep<A, F> {
    type Actor = A;

    fn deliver(self, actor: Lent<'_, A>) {
        if self.make(&actor, 0) {
            lifecycle::release_stash(Shared::of(actor.header()), actor.header());
        }
    }
}
