//! An initialiser may fail to make the actor, so it gives an `Option`.
use actor_rt::*;

struct Counter(u64);

impl Counter {
    fn init(_: CX![], start: u64) -> Self {
        Counter(start)
    }
}

fn create(core: &mut Core) -> ActorOwn<Counter> {
    actor!(core, Counter::init(1), ret_nop!())
}

fn main() {}
