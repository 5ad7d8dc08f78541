//! What the fuzz targets need: the reading of their programs, the book of what has to be given back, and what C functions may answer.

pub mod documented;

use std::cell::Cell;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A fuzzer's bytes as a program. At its end it is all zeros, and says so.
pub struct Program {
    bytes: Box<[u8]>,
    next: Cell<usize>,
}

impl Program {
    /// The program of these bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Program { bytes: bytes.into(), next: Cell::new(0) }
    }

    /// Whether there is no more of it.
    pub fn is_over(&self) -> bool {
        self.next.get() >= self.bytes.len()
    }

    /// The next byte.
    pub fn byte(&self) -> u8 {
        let next = self.next.replace(self.next.get() + 1);
        self.bytes.get(next).copied().unwrap_or(0)
    }

    /// One of `count` choices.
    pub fn below(&self, count: usize) -> usize {
        usize::from(self.byte()) % count.max(1)
    }

    /// Yes in one of so many cases.
    pub fn one_in(&self, count: usize) -> bool {
        self.below(count) == 1
    }

    /// A word of eight bytes.
    pub fn word(&self) -> u64 {
        (0..8).fold(0, |word, _| word << 8 | u64::from(self.byte()))
    }
}

/// What was handed out and has to come back, each exactly once, on whatever thread.
#[derive(Default)]
pub struct Book {
    returns: Mutex<Vec<u32>>,
}

impl Book {
    /// Enters a new item, and gives its number.
    pub fn hand_out(&self) -> usize {
        let mut returns = self.returns();
        returns.push(0);
        returns.len() - 1
    }

    /// An item came back.
    pub fn take_back(&self, number: usize) {
        let mut returns = self.returns();
        returns[number] += 1;
        assert_eq!(returns[number], 1, "item {number} was given back more than once");
    }

    /// At the end of all: everything is back.
    pub fn close(&self) {
        let lost = self.returns().iter().position(|&returns| returns != 1);
        assert_eq!(lost, None, "this item never came back");
    }
    fn returns(&self) -> MutexGuard<'_, Vec<u32>> {
        self.returns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
