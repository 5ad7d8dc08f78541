//! A timer takes a time, not a number.
use actor_rt::*;

struct Counter(u64);

impl Counter {
    fn init(_: CX![]) -> Option<Self> {
        Some(Counter(0))
    }
    fn add(&mut self, _: CX![], n: u64) {
        self.0 += n;
    }
}

fn later(counter: &Actor<Counter>, core: &mut Core) {
    after!(5, [counter, core], add(1));
}

fn main() {}
