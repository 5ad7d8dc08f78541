//! An actor is made by a core, and somebody or nobody is told of its end.

use actor_rt::*;

struct Counter;

impl Counter {
    fn init(_cx: CX![]) -> Option<Self> {
        Some(Counter)
    }
}

fn make(rt: &mut Runtime) {
    let _ = actor!(Counter::init(), ret_nop!());
    let _ = actor!(rt, Counter::init());
    let _ = actor!(rt, Counter::init, ret_nop!());
    let _ = actor!(rt, counter::Counter::init(), ret_nop!());
    let _ = actor_new!(Counter, ret_nop!());
    let _ = actor_of_trait!(rt, Counter::init(), ret_nop!());
    actor_in_slab!(rt, Counter::init());
    let _ = upcast!(rt, dyn Send);
}

fn main() {}
