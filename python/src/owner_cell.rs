//! Who may touch what: with `fast_call`, `args` and `lent` the only unsafe code of the bindings.
//!
//! A runtime stays on the thread that made it, while Python objects are created, collected and dropped on any thread. Two cells
//! keep the two apart:
//!
//! - [`OwnerCell`] holds what belongs to the owner thread (the kernel's side, not `Send`). Other threads get `WrongThreadError`, or
//!   `ForkedError` in a child process. Dropped on another thread it leaks its value on purpose: running the value's
//!   destructor there would be undefined behaviour. A closed runtime holds nothing any more, so nothing leaks.
//! - [`GilCell`] holds Python's side (`Send`, not `Sync`). Whoever holds the GIL may touch it, which the collector needs: it
//!   traverses and clears on whichever thread it happens to run.
//!
//! Invariant of both: no borrow of an inner `RefCell` is held while Python may run. Then a `try_borrow` in `__traverse__` fails
//! only inside of one of our own critical sections, for the whole collection, which makes the objects in it look alive.

use crate::errors::{ForkedError, WrongThreadError};
use actor_rt::Cx;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    // Numbers are never used twice, unlike addresses of thread-locals.
    static THREAD: Cell<u64> = const { Cell::new(0) };
}

fn this_thread() -> u64 {
    THREAD.with(|number| match number.get() {
        0 => number_thread(number),
        number => number,
    })
}

#[cold]
fn number_thread(number: &Cell<u64>) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    number.set(NEXT.fetch_add(1, Ordering::Relaxed));
    number.get()
}

/// Runs `f` in a turn of an actor, without another look at whether the thread is attached to the interpreter.
///
/// Turns are given by a step alone, and `RuntimeBase::step_at` has a token for all of its length: what lets other threads run meanwhile takes the
/// GIL again before it returns into a turn.
#[inline(always)]
pub(crate) fn in_turn<'a, A, R>(cx: &mut Cx<'a, A>, f: impl FnOnce(Python<'_>, &mut Cx<'a, A>) -> R) -> R {
    // SAFETY: as above; the token does not outlive the call.
    f(unsafe { Python::assume_attached() }, cx)
}

/// In the child after a fork: the thread that is left is no longer the owner of anything.
pub(crate) fn forked() {
    THREAD.with(|number| number.set(0));
}

/// What somebody tried to use on a thread that is not its own: each has a cure of its own.
#[derive(Clone, Copy)]
pub(crate) enum Used {
    Runtime,
    Ref,
    Context,
    Reply,
    /// An object of a wheel's own.
    Own,
}

impl Used {
    fn cure(self) -> &'static str {
        match self {
            Used::Runtime => {
                "the runtime belongs to another thread: call this on the thread that made the runtime, or send a message whose handler does it, through a Remote that was made there"
            }
            Used::Ref => {
                "the actor's runtime belongs to another thread, and a Ref works there only: make a Remote of it there beforehand, with Ref.remote(), and hand that to this thread"
            }
            Used::Context => {
                "the actor's runtime belongs to another thread, and its context works there only: make a Remote there beforehand, with ctx.ref.remote(), and hand that to this thread"
            }
            Used::Own => {
                "this object belongs to the thread of its runtime, and works there only: have a Remote of an actor of that runtime do what is to be done"
            }
            Used::Reply => {
                "the runtime belongs to another thread, and a Reply works there only: ask through a Remote, which gives a Future that works on every thread"
            }
        }
    }
}

/// The thread that something belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    thread: u64,
    process: u32,
}

impl Owner {
    /// The calling thread.
    pub(crate) fn here() -> Self {
        Owner { thread: this_thread(), process: std::process::id() }
    }

    #[inline(always)]
    pub(crate) fn is_here(&self) -> bool {
        this_thread() == self.thread
    }

    #[inline(always)]
    pub(crate) fn check(&self, used: Used) -> PyResult<()> {
        if self.is_here() { Ok(()) } else { Err(self.refusal(used)) }
    }

    #[cold]
    fn refusal(&self, used: Used) -> PyErr {
        if std::process::id() != self.process {
            return ForkedError::new_err(
                "the runtime belongs to the parent process: make a new one in the child, or start the child with 'spawn'",
            );
        }
        WrongThreadError::new_err(used.cure())
    }
}

/// A value for the owner thread only.
pub(crate) struct OwnerCell<T> {
    owner: Owner,
    value: ManuallyDrop<T>,
}

// SAFETY: the value is reached through `get` only, which refuses every thread but the one that made the cell, and is dropped on
// that thread or never. What moves or is shared is its place in memory.
unsafe impl<T> Send for OwnerCell<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for OwnerCell<T> {}

impl<T> OwnerCell<T> {
    /// A value for the calling thread.
    pub(crate) fn new(value: T) -> Self {
        OwnerCell { owner: Owner::here(), value: ManuallyDrop::new(value) }
    }

    /// The value, on its own thread.
    #[inline(always)]
    pub(crate) fn get(&self, used: Used) -> PyResult<&T> {
        self.owner.check(used)?;
        Ok(&self.value)
    }

    pub(crate) fn owner(&self) -> Owner {
        self.owner
    }
}

impl<T> Drop for OwnerCell<T> {
    fn drop(&mut self) {
        if self.owner.is_here() {
            // SAFETY: dropped once, here, on the owner thread.
            unsafe { ManuallyDrop::drop(&mut self.value) }
        }
    }
}

/// A value for whoever holds the GIL.
pub(crate) struct GilCell<T: Send>(T);

// SAFETY: `get` wants a token that only a thread attached to the interpreter has, `visit` a visitor that exists only during a
// collection, which has the GIL too. The module declares `gil_used`, so that free-threaded interpreters switch the GIL on for it.
// Between two instructions of ours the GIL changes hands only where Python is called, and `T` is `Send`.
unsafe impl<T: Send> Sync for GilCell<T> {}

impl<T: Send> GilCell<T> {
    pub(crate) fn new(value: T) -> Self {
        GilCell(value)
    }

    #[inline(always)]
    pub(crate) fn get<'a>(&'a self, _py: Python<'_>) -> &'a T {
        &self.0
    }

    pub(crate) fn visit<'a>(&'a self, _visit: &PyVisit<'_>) -> &'a T {
        &self.0
    }
}
