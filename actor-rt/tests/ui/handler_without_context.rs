//! A handler takes the context behind itself.
use actor_rt::*;

struct Counter(u64);

impl Counter {
    fn add(&mut self, n: u64) {
        self.0 += n;
    }
}

fn post(counter: &Actor<Counter>) {
    call!([counter], add(1));
}

fn main() {}
