//! A `Ret` may be dropped unanswered, so the closure of `ret_to!` takes an `Option`.

use actor_rt::*;

struct Counter {
    total: u32,
}

impl Counter {
    fn ask(&mut self, cx: CX![]) {
        let _: Ret<u32> = ret_to!([cx], |this, _cx, amount: u32| this.total += amount);
        let _: Ret<(u32, u32)> = ret_to!([cx], |this, _cx, left: Option<u32>, right: Option<u32>| this.total += 1);
        let _: Ret<()> = ret_to!([cx], |this, _cx| this.total += 1);
    }
}

fn main() {}
