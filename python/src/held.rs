//! `Held`: an actor in whatever refers to it.
//!
//! Actors refer to each other, so that the end of one may be that of the next, and of a hundred thousand behind it. CPython bounds how deep
//! its own objects free each other, and PyO3's do not take part in that: from some depth on what is freed here waits, and the outermost goes
//! on with it. Invariant: nothing waits while nothing is being freed on the thread.

use crate::bond::Bond;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;

/// Deep enough for what is usual, and far from the end of a small thread's stack.
const DEEPEST: u32 = 32;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    // Empty at a thread's end, so that there is nothing to destroy.
    static WAITING: ManuallyDrop<RefCell<Vec<Pair>>> = const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// An actor's instance and its bond.
type Pair = (Py<PyAny>, Py<Bond>);

/// A reference to an actor's instance, with its bond at hand. None only while it is dropped.
pub(crate) struct Held(Option<Pair>);

impl Held {
    /// A reference to an instance. `NotSpawned` if it is no actor yet.
    pub(crate) fn of(actor: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Held(Some((actor.clone().unbind(), Bond::of(actor)?.unbind()))))
    }

    pub(crate) fn clone_ref(&self, py: Python<'_>) -> Self {
        let (actor, bond) = self.pair();
        Held(Some((actor.clone_ref(py), bond.clone_ref(py))))
    }

    #[inline(always)]
    fn pair(&self) -> &Pair {
        self.0.as_ref().expect("it is there until it is dropped")
    }

    /// The instance.
    #[inline(always)]
    pub(crate) fn actor<'py>(&self, py: Python<'py>) -> &Bound<'py, PyAny> {
        self.pair().0.bind(py)
    }

    #[inline(always)]
    pub(crate) fn bond(&self) -> &Bond {
        self.pair().1.get()
    }

    pub(crate) fn is(&self, other: &Held) -> bool {
        self.pair().0.is(&other.pair().0)
    }

    /// Where the instance lies.
    pub(crate) fn address(&self) -> usize {
        self.pair().0.as_ptr() as usize
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let (actor, bond) = self.pair();
        visit.call(actor)?;
        visit.call(bond)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(pair) = self.0.take() else { return };
        let depth = DEPTH.get();
        if depth >= DEEPEST {
            WAITING.with(|waiting| waiting.borrow_mut().push(pair));
            return;
        }
        DEPTH.set(depth + 1);
        drop(pair);
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
