//! A call names a method of the actor.
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

fn post(counter: &Actor<Counter>) {
    call!([counter], subtract(1));
}

fn main() {}
