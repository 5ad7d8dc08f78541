//! A handle is no core: it says whom to call, and the core comes behind it.

use actor_rt::*;
use std::time::Duration;

struct Counter;

impl Counter {
    fn init(_cx: CX![]) -> Option<Self> {
        Some(Counter)
    }

    fn add(&mut self, cx: CX![], actor: Actor<Counter>) {
        call!([cx, actor], add(actor.clone()));
        let _ = after!(Duration::ZERO, [actor], |_rt| ());
        let _ = actor!(actor, Counter::init(), ret_nop!());
    }
}

fn main() {}
