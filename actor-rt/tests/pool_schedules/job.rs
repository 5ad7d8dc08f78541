//! The jobs: a key, what the worker is to do, and a message that is counted while it lives.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::time::Duration;

/// A key that knows which job it is of, so that one can be told that is lost with its message.
#[derive(Clone, Copy)]
pub struct Key(pub u32, pub usize);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// How a worker treats a job.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Done,
    Dropped,
    Kept,
    Later(Duration),
    Elsewhere,
    Failed,
    Fails,
    Panics,
    Stops,
    Kills,
}

/// What a job brings: counted while it lives.
pub struct Task {
    pub number: usize,
    pub key: u32,
    pub act: Act,
    pub open: Rc<Cell<i32>>,
}

impl Task {
    pub fn new(number: usize, key: u32, act: Act, open: &Rc<Cell<i32>>) -> Self {
        open.set(open.get() + 1);
        Task { number, key, act, open: open.clone() }
    }
}

impl Clone for Task {
    fn clone(&self) -> Self {
        Task::new(self.number, self.key, self.act, &self.open)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.open.set(self.open.get() - 1);
    }
}
