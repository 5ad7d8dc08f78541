//! How `Ret` and `Fwd` reach actors: by calls on the main lane. A `Ret`'s pass the bound of the mailbox: whoever asked hears the
//! answer, or that there is none. A `Fwd`'s are ordinary ones, except when it is called with what the runtime tells once.

use super::call::{Call, Owed};
use super::context::Cx;
use crate::engine::post;
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
    /// Queues an answer that the actor waits for: past the bound of its mailbox, and void unless the actor is still in this
    /// incarnation when its turn comes.
    #[inline(always)]
    pub(crate) fn answer(&self, incarnation: u32, f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static) {
        post::answer(self, Owed::new(in_incarnation(incarnation, f)));
    }
}

impl<M: 'static> Ret<M> {
    /// A reply that calls `actor` with the answer, or with `None` if there is none: also if the actor's mailbox is full. Void once
    /// the actor was restarted, also if the answer is on its way by then.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Ret, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.call_prep(|_| Some(0));
    /// let ret = || Ret::to_actor(actor.clone(), |number, _, answer: Option<u32>| *number += answer.unwrap_or(100));
    /// ret().ret(7);
    /// drop(ret());
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(107));
    /// ```
    pub fn to_actor<A: ?Sized + 'static>(
        actor: Actor<A>,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>, Option<M>) + 'static,
    ) -> Self {
        let incarnation = actor.incarnation();
        Ret::new(move |message| {
            actor.answer(incarnation, move |this, cx| f(this, cx, message));
        })
    }

    /// As [`to_actor`](Ret::to_actor), for a call that makes the actor's value.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Ret, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// Ret::to_actor_prep(actor.clone(), |_, answer: Option<u32>| answer).ret(7);
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Ret, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.call_prep(|_| Some(0));
    /// let ret = || Ret::some_to_actor(actor.clone(), |number, _, answer: u32| *number += answer);
    /// ret().ret(7);
    /// drop(ret());
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
    pub fn some_to_actor<A: ?Sized + 'static>(
        actor: Actor<A>,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>, M) + 'static,
    ) -> Self {
        let incarnation = actor.incarnation();
        Ret::new(move |message| {
            let Some(message) = message else { return };
            actor.answer(incarnation, move |this, cx| f(this, cx, message));
        })
    }

    /// As [`to_actor_prep`](Ret::to_actor_prep), but only if there is an answer.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Ret, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// Ret::some_to_actor_prep(actor.clone(), |_, answer: u32| Some(answer)).ret(7);
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
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
    ///
    /// # Panics
    /// When it is answered: in whoever does that; see [`ret_panic!`](crate::ret_panic).
    ///
    /// # Examples
    ///
    /// ```
    /// drop(actor_rt::Ret::<u32>::panic("nobody may answer this"));
    /// ```
    pub fn panic(message: impl Into<String>) -> Self {
        let message = message.into();
        Ret::new(move |answer| assert!(answer.is_none(), "{message}"))
    }
}

impl<M: 'static> Fwd<M> {
    /// A callback that calls `actor`, each time with a clone of `f` and of what it captured. As with every call, a full mailbox
    /// drops it; but not what is told once: that a source of the native loop is ready, a signal, the end of a
    /// [`PipedThread`](crate::sync::PipedThread).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Fwd, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.call_prep(|_| Some(0));
    /// let add = Fwd::to_actor(actor.clone(), |number, _, amount: u32| *number += amount);
    /// add.fwd(3);
    /// add.fwd(4);
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
    pub fn to_actor<A: ?Sized + 'static>(
        actor: Actor<A>,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>, M) + Clone + 'static,
    ) -> Self {
        Fwd::new(move |message| {
            let f = f.clone();
            post::forward(&actor, Call::new(move |this: &mut A, cx: &mut Cx<'_, A>| f(this, cx, message)));
        })
    }

    /// As [`to_actor`](Fwd::to_actor), for a call that makes the actor's value.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Fwd, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// let begin = Fwd::to_actor_prep(actor.clone(), |_, number: u32| Some(number));
    /// begin.fwd(7);
    /// begin.fwd(8); // dropped: it has a value
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(7));
    /// ```
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
    ///
    /// # Panics
    /// When it is called: in whoever does that.
    ///
    /// # Examples
    ///
    /// ```should_panic
    /// actor_rt::Fwd::<u32>::panic("nothing may be sent here").fwd(1);
    /// ```
    pub fn panic(message: impl Into<String>) -> Self {
        let message = message.into();
        Fwd::new(move |_| panic!("{message}"))
    }
}
