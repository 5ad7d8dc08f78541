//! The closures of these macros are always `move` closures; writing it is an error, so that all of them look alike.

use actor_rt::*;
use std::time::Duration;

struct Counter {
    total: u32,
}

impl Counter {
    fn queue(&mut self, cx: CX![]) {
        call!([cx], move |this, _cx| this.total += 1);
        lazy!([cx], move |_rt| ());
        idle!([cx], move |_rt| ());
        let _ = after!(Duration::ZERO, [cx], move |_rt| ());
        let _ = at!(cx.now(), [cx], move |_rt| ());
        let _: Fwd<u32> = fwd_to!([cx], move |this, _cx, amount: u32| this.total += amount);
        let _: Ret<u32> = ret_to!([cx], move |this, _cx, _amount: Option<u32>| this.total += 1);
        let _: Ret<u32> = ret_some_to!([cx], move |this, _cx, amount: u32| this.total += amount);
    }
}

fn main() {}
