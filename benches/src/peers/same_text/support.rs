//! What the workloads share: the smallest actor, a runtime on a fixed clock, repeatable numbers.

use super::rt::{ActorOwn, CX, Stakker, actor, query, ret_nop};
use std::time::Instant;

/// An actor with eight bytes of state.
pub struct Counter {
    sum: u64,
}

impl Counter {
    pub fn init(_: CX![]) -> Option<Self> {
        Some(Self { sum: 0 })
    }

    pub fn add(&mut self, _: CX![], amount: u64) {
        self.sum = self.sum.wrapping_add(amount);
    }

    pub fn add_eight(&mut self, _: CX![], amounts: [u64; 8]) {
        for amount in amounts {
            self.sum = self.sum.wrapping_add(amount);
        }
    }

    pub fn sum(&self, _: CX![]) -> u64 {
        self.sum
    }
}

/// A runtime, and the instant it was made for: rows add to it, and never read the clock again.
pub fn runtime() -> (Stakker, Instant) {
    let now = Instant::now();
    (Stakker::new(now), now)
}

/// `count` actors that are ready.
pub fn counters(rt: &mut Stakker, now: Instant, count: u64) -> Vec<ActorOwn<Counter>> {
    let mut counters = Vec::with_capacity(count as usize);
    for batch in batches(count) {
        for _ in 0..batch {
            counters.push(actor!(rt, Counter::init(), ret_nop!()));
        }
        rt.run(now, false);
    }
    counters
}

/// `count` in portions of a thousand, so that making many actors does not leave a queue of that many records behind.
fn batches(count: u64) -> impl Iterator<Item = u64> {
    (0..count).step_by(1000).map(move |start| (count - start).min(1000))
}

/// Fails unless `counter` has received `expected` in all.
pub fn check_sum(rt: &mut Stakker, counter: &ActorOwn<Counter>, expected: u64) {
    assert_eq!(query!([counter, rt], sum()), Some(expected), "every message arrived");
}

/// Numbers without a pattern that are the same in every run (xorshift).
pub struct Numbers(u64);

impl Numbers {
    pub fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    /// A number below `limit`, which is far below 2^32: the upper half is scaled, no division.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) * limit) >> 32
    }
}
