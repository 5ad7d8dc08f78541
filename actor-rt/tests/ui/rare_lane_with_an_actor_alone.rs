//! The lazy and idle lanes and timers need the core: `[cx]` or `[actor, core]`.

use actor_rt::*;
use std::time::{Duration, Instant};

struct Counter;

impl Counter {
    fn add(&mut self, _cx: CX![]) {}
}

fn queue(actor: Actor<Counter>) {
    lazy!([actor], add());
    idle!([actor], add());
    let _ = after!(Duration::ZERO, [actor], add());
    let _ = at!(Instant::now(), [actor], add());
    lazy!([actor], |_rt| ());
}

fn main() {}
