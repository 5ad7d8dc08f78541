//! A handle gives no access to the actor's state: only its own methods, run by the runtime, reach it.

use actor_rt::*;

struct Counter {
    total: u32,
}

impl Counter {
    fn add(&mut self, _cx: CX![], amount: u32) {
        self.total += amount;
    }
}

struct Reader {
    counter: ActorOwn<Counter>,
}

impl Reader {
    fn read(&mut self, cx: CX![]) -> u32 {
        self.counter.add(cx, 1);
        self.counter.total
    }
}

fn main() {}
