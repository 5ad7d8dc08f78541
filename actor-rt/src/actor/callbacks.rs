//! How `Ret` and `Fwd` reach actors: the answer is queued as a call on the main lane.

use super::context::Cx;
use crate::engine::ret::{Fwd, Ret};
use crate::kernel::handle::Actor;

/// A call that is void unless the actor is still in this incarnation when its turn comes.
pub(super) fn in_incarnation<A: ?Sized + 'static>(
    incarnation: u32,
    f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
) -> impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static {
    move |this: &mut A, cx: &mut Cx<'_, A>| {
        if cx.this().incarnation() == incarnation {
            f(this, cx);
        }
    }
}

/// As [`in_incarnation`], for a call that makes the actor's value.
pub(super) fn prep_in_incarnation<A: 'static>(
    incarnation: u32,
    f: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static,
) -> impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static {
    move |cx: &mut Cx<'_, A>| if cx.this().incarnation() == incarnation { f(cx) } else { None }
}

impl<A: ?Sized + 'static> Actor<A> {
    /// Queues a call that is void unless the actor is still in this incarnation when its turn comes.
    #[cfg_attr(not(feature = "offload"), allow(dead_code))]
    pub(crate) fn call_in_incarnation(
        &self,
        incarnation: u32,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
    ) {
        self.call(in_incarnation(incarnation, f));
    }
}

impl<M: 'static> Ret<M> {
    /// A reply that calls `actor` with the answer, or with `None` if there is none. Void once the actor was restarted, also if the
    /// answer is on its way by then.
    pub fn to_actor<A: ?Sized + 'static>(
        actor: Actor<A>,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>, Option<M>) + 'static,
    ) -> Self {
        let incarnation = actor.incarnation();
        Ret::new(move |message| {
            actor.call(in_incarnation(incarnation, move |this, cx| f(this, cx, message)));
        })
    }

    /// As [`to_actor`](Ret::to_actor), for a call that makes the actor's value.
    pub fn to_actor_prep<A: 'static>(
        actor: Actor<A>,
        f: impl FnOnce(&mut Cx<'_, A>, Option<M>) -> Option<A> + 'static,
    ) -> Self {
        let incarnation = actor.incarnation();
        Ret::new(move |message| {
            actor.call_prep(prep_in_incarnation(incarnation, move |cx| f(cx, message)));
        })
    }

    /// As [`to_actor`](Ret::to_actor), but only if there is an answer.
    pub fn some_to_actor<A: ?Sized + 'static>(
        actor: Actor<A>,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>, M) + 'static,
    ) -> Self {
        let incarnation = actor.incarnation();
        Ret::new(move |message| {
            let Some(message) = message else { return };
            actor.call(in_incarnation(incarnation, move |this, cx| f(this, cx, message)));
        })
    }

    /// As [`to_actor_prep`](Ret::to_actor_prep), but only if there is an answer.
    pub fn some_to_actor_prep<A: 'static>(
        actor: Actor<A>,
        f: impl FnOnce(&mut Cx<'_, A>, M) -> Option<A> + 'static,
    ) -> Self {
        let incarnation = actor.incarnation();
        Ret::new(move |message| {
            let Some(message) = message else { return };
            actor.call_prep(prep_in_incarnation(incarnation, move |cx| f(cx, message)));
        })
    }

    /// A reply that must not be answered. Dropping it is fine.
    pub fn panic(message: impl Into<String>) -> Self {
        let message = message.into();
        Ret::new(move |answer| assert!(answer.is_none(), "{message}"))
    }
}

impl<M: 'static> Fwd<M> {
    /// A callback that calls `actor`, each time with a clone of `f` and of what it captured.
    pub fn to_actor<A: ?Sized + 'static>(
        actor: Actor<A>,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>, M) + Clone + 'static,
    ) -> Self {
        Fwd::new(move |message| {
            let f = f.clone();
            actor.call(move |this, cx| f(this, cx, message));
        })
    }

    /// As [`to_actor`](Fwd::to_actor), for a call that makes the actor's value.
    pub fn to_actor_prep<A: 'static>(
        actor: Actor<A>,
        f: impl FnOnce(&mut Cx<'_, A>, M) -> Option<A> + Clone + 'static,
    ) -> Self {
        Fwd::new(move |message| {
            let f = f.clone();
            actor.call_prep(move |cx| f(cx, message));
        })
    }

    /// A callback that must not be called.
    pub fn panic(message: impl Into<String>) -> Self {
        let message = message.into();
        Fwd::new(move |_| panic!("{message}"))
    }
}
