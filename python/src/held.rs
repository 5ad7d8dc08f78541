//! `Held`: an actor in whatever refers to it.
//!
//! Actors refer to each other, so that the end of one may be that of the next, and of a hundred thousand behind it. CPython bounds how deep
//! its own objects free each other, and PyO3's do not take part in that: from some depth on what is freed here waits, and the outermost goes
//! on with it. Invariant: nothing waits while nothing is being freed on the thread.

use crate::actor::ActorBase;
use pyo3::prelude::*;
use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::ops::Deref;

/// Deep enough for what is usual, and far from the end of a small thread's stack.
const DEEPEST: u32 = 32;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    // Empty at a thread's end, so that there is nothing to destroy.
    static WAITING: ManuallyDrop<RefCell<Vec<Py<ActorBase>>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// A reference to an actor's instance. None only while it is dropped.
pub(crate) struct Held(Option<Py<ActorBase>>);

impl Held {
    pub(crate) fn new(actor: Py<ActorBase>) -> Self {
        Held(Some(actor))
    }
}

impl Deref for Held {
    type Target = Py<ActorBase>;

    #[inline(always)]
    fn deref(&self) -> &Py<ActorBase> {
        self.0.as_ref().expect("it is there until it is dropped")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(actor) = self.0.take() else { return };
        let depth = DEPTH.get();
        if depth >= DEEPEST {
            WAITING.with(|waiting| waiting.borrow_mut().push(actor));
            return;
        }
        DEPTH.set(depth + 1);
        drop(actor);
        if depth == 0 {
            // Each in turn, with nothing borrowed: it may bring more.
            while let Some(next) = WAITING.with(|waiting| waiting.borrow_mut().pop()) {
                drop(next);
            }
            WAITING.with(|waiting| drop(waiting.take()));
        }
        DEPTH.set(depth);
    }
}
