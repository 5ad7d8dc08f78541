//! What fits no form says which ones there are.

use actor_rt::*;

struct Counter;

impl Counter {
    fn queue(&mut self, cx: CX![]) {
        call!([cx], 5);
        call!([cx], path::Counter::init());
        let _: Fwd<u32> = fwd_to!([cx], queue());
        let _: Ret<u32> = ret_to!([cx], queue());
        let _: Ret<u32> = ret_some_to!([cx], queue() as u32);
        let _: Fwd<u32> = fwd_to!([cx], |this, _cx, amount| ());
    }
}

fn main() {}
