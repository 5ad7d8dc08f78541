//! An actor that other languages post to says what it makes of their messages.
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

fn offer(counter: &Actor<Counter>) {
    counter.accept_packets();
}

fn main() {}
