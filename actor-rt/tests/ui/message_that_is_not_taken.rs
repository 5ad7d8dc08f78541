//! An actor takes the messages of its set, and no others.

use actor_rt::supervision::Spec;
use actor_rt::{CX, Runtime, messages};
use std::time::Instant;

struct Lamp;

messages! {
    enum Switch for Lamp {
        On => on,
        Dim(percent: u8) => dim,
    }
}

impl Lamp {
    fn on(&mut self, _: CX![]) {}
    fn dim(&mut self, _: CX![], _: u16) {}
}

messages! {
    struct NoEnum;
}

fn main() {
    let mut runtime = Runtime::new(Instant::now());
    let lamp = Spec::new(|_| Some(Lamp)).start(&mut runtime).unwrap();
    lamp.tell(Switch::On);
    lamp.tell("on");
}
