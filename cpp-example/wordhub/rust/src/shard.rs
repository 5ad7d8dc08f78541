//! Shards: the counters. Each word belongs to one of them.

use crate::counts::Counts;
use crate::words::{BuildWordHasher, Words};
use actor_rt::{CX, Ret, ret};
use std::collections::HashMap;

/// Counts the words that hash to it.
#[derive(Default)]
pub struct Shard {
    numbers: HashMap<Box<[u8]>, u64, BuildWordHasher>,
}

impl Shard {
    pub fn init(_: CX![]) -> Option<Self> {
        Some(Shard::default())
    }

    /// Counts a batch.
    pub fn add(&mut self, _: CX![], words: Words) {
        for word in words.iter() {
            match self.numbers.get_mut(word) {
                Some(number) => *number += 1,
                None => drop(self.numbers.insert(word.into(), 1)),
            }
        }
    }

    /// Answers with a copy of all counts. That may take a while, so the host gets its turn before the next shard does the same.
    pub fn snapshot(&mut self, cx: CX![], reply: Ret<Counts>) {
        cx.yield_step();
        ret!([reply], self.numbers.iter().map(|(word, &number)| (word.clone(), number)).collect());
    }
}
