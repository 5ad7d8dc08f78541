//! Who is told of an end is told a `StopCause`.
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

fn create(core: &mut Core, told: Ret<String>) -> ActorOwn<Counter> {
    actor!(core, Counter::init(), told)
}

fn main() {}
