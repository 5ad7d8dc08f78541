//! Brackets say whom to call. Where they are missing, empty or alone, the macro shows its form.

use actor_rt::*;
use std::time::{Duration, Instant};

struct Counter;

impl Counter {
    fn add(&mut self, _cx: CX![], _number: u32) {}

    fn queue(&mut self, cx: CX![], actor: Actor<Counter>) {
        call!(actor, add(1));
        call!([], add(1));
        call!([actor]);
        call!(|this, cx| this.add(cx, 1));
        lazy!(cx, add(1));
        idle!(add(1));
        after!([cx], add(1));
        at!(Instant::now(), cx, add(1));
        timer_max!(cx.now(), [cx], add(1));
        timer_min!(cx.now() + Duration::from_secs(1), [cx], add(1));
        let _: Fwd<u32> = fwd_to!(actor, add() as (u32));
        let _: Fwd<u32> = fwd_to!([actor, cx], add() as (u32));
        let _: Ret<u32> = ret_to!(add() as (u32));
        let _: Ret<u32> = ret_some_to!(cx, add() as (u32));
    }
}

fn from_outside(rt: &mut Runtime, actor: Actor<Counter>, fwd: Fwd<u32>, ret: Ret<u32>) {
    query!([actor], add(1));
    query!(actor, rt, add(1));
    fwd!(fwd, 1);
    ret!(ret, 1);
}

fn main() {}
