//! `|this, cx|` runs with the state of the actor that queues it; aimed at another actor it would reach into that one.

use actor_rt::*;

struct Counter {
    total: u32,
}

struct Reader {
    counter: ActorOwn<Counter>,
}

impl Reader {
    fn read(&mut self, cx: CX![]) {
        call!([self.counter], |this, _cx| this.total += 1);
        call!([self.counter, cx], |this, _cx| this.total += 1);
        let _: Fwd<u32> = fwd_to!([self.counter], |this, _cx, amount: u32| this.total += amount);
        let _: Ret<u32> = ret_to!([self.counter], |this, _cx, amount: Option<u32>| this.total += amount.unwrap_or(0));
        let _: Ret<u32> = ret_some_to!([self.counter], |this, _cx, amount: u32| this.total += amount);
        let _: Ret<u32> = ret_fail!(self.counter, "the reader has no say in this");
    }
}

fn main() {}
