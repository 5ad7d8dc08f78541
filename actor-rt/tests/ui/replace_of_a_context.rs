//! A context can be neither taken out, nor put in, nor kept beyond its turn.

use actor_rt::*;

struct Counter;

impl Counter {
    fn takes(&mut self, cx: CX![]) {
        let _ = std::mem::take(cx);
    }
}

fn replace(first: (&mut Stakker, &Actor<Counter>), second: (&mut Stakker, &Actor<Counter>)) {
    first.1.query(first.0, |_this, first_cx| {
        second.1.query(second.0, |_this, second_cx| {
            let _ = std::mem::replace(first_cx, *second_cx);
        });
    });
}

fn keep(runtime: &mut Stakker, actor: &Actor<Counter>) {
    let mut kept = None;
    actor.query(runtime, |_this, cx| kept = Some(cx));
}

fn main() {}
