//! What is queued outlives the caller, so it owns what it needs.
use actor_rt::*;

struct Greeter;

impl Greeter {
    fn greet(&mut self, _: CX![], _name: &str) {}
}

fn post(greeter: &Actor<Greeter>, name: &str) {
    call!([greeter], greet(name));
}

fn main() {}
