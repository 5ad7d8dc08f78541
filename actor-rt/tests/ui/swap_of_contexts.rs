//! A context belongs to one turn of one actor: two of them cannot be swapped, even where two runtimes give a handler two.

use actor_rt::*;

struct Counter;

fn swap(first: (&mut Stakker, &Actor<Counter>), second: (&mut Stakker, &Actor<Counter>)) {
    first.1.query(first.0, |_this, first_cx| {
        second.1.query(second.0, |_this, second_cx| {
            std::mem::swap(first_cx, second_cx);
        });
    });
}

fn main() {}
