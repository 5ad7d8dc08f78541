//! Handles stay on their thread; `Actor::remote` is the way in from others.
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

fn post(counter: Actor<Counter>) {
    std::thread::spawn(move || call!([counter], add(1)));
}

fn main() {}
