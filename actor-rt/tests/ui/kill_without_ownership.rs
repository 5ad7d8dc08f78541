//! Only an owner kills: knowing an actor is no right to end it.

use actor_rt::*;

struct Counter;

fn end(actor: Actor<Counter>) {
    kill!(actor, "not mine");
}

fn main() {}
