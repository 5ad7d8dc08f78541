//! What the macro tests share: a journal of what ran, an actor that writes to it, and a runtime in virtual time.

#![allow(dead_code, reason = "each test program uses its own part")]

use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What ran, in order. Clones write to the same journal.
#[derive(Clone, Default)]
pub struct Journal(Rc<RefCell<Vec<String>>>);

impl Journal {
    pub fn write(&self, entry: impl Into<String>) {
        self.0.borrow_mut().push(entry.into());
    }

    /// Writes `entry` and passes `value` on: marks the moment at which an argument is evaluated.
    pub fn pass<T>(&self, entry: &str, value: T) -> T {
        self.write(entry);
        value
    }

    /// The entries since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.borrow_mut())
    }

    /// A `Ret` that writes how it was answered.
    pub fn ret<M: std::fmt::Debug + 'static>(&self, name: &'static str) -> Ret<M> {
        let journal = self.clone();
        Ret::new(move |answer: Option<M>| journal.write(format!("{name}: {answer:?}")))
    }

    /// A notify `Ret` that writes why the actor ended.
    pub fn notify(&self, name: &'static str) -> Ret<StopCause> {
        let journal = self.clone();
        Ret::new(move |cause: Option<StopCause>| match cause {
            Some(cause) => journal.write(format!("{name}: {cause}")),
            None => journal.write(format!("{name}: no cause")),
        })
    }
}

/// Writes to the journal when it is dropped.
pub struct DropMark {
    pub journal: Journal,
    pub entry: &'static str,
}

impl Drop for DropMark {
    fn drop(&mut self) {
        self.journal.write(self.entry);
    }
}

/// A runtime whose time moves only when a test says so.
pub struct World {
    pub runtime: Stakker,
    pub now: Instant,
    pub journal: Journal,
}

impl World {
    pub fn new() -> Self {
        let now = Instant::now();
        Self { runtime: Stakker::new(now), now, journal: Journal::default() }
    }

    /// Runs what is due at the present time and returns what was written meanwhile.
    pub fn run(&mut self) -> Vec<String> {
        self.runtime.run(self.now, false);
        self.journal.take()
    }

    /// Runs one idle message, then what is due.
    pub fn run_idle(&mut self) -> Vec<String> {
        self.runtime.run(self.now, true);
        self.journal.take()
    }

    /// Moves time on, then runs what is due.
    pub fn run_after(&mut self, time: Duration) -> Vec<String> {
        self.now += time;
        self.run()
    }
}
