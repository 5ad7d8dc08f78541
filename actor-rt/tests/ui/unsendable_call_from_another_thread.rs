//! What other threads send must be fit for it.
use actor_rt::*;
use std::rc::Rc;

struct Counter(u64);

impl Counter {
    fn init(_: CX![]) -> Option<Self> {
        Some(Counter(0))
    }
    fn add(&mut self, _: CX![], n: u64) {
        self.0 += n;
    }
}

fn post(counter: RemoteActor<Counter>, n: Rc<u64>) {
    let _ = counter.call(move |this, _| this.0 += *n);
}

fn main() {}
