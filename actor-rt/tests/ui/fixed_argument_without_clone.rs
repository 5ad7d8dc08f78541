//! A `Fwd` may be used many times, so what `fwd_to!` fixes for its target must be `Clone`. A `Ret` is used once and moves it.

use actor_rt::*;

struct Token;

struct Target;

impl Target {
    fn take(&mut self, _cx: CX![], _token: Token, _number: u32) {}

    fn aim(&mut self, cx: CX![]) {
        let _: Ret<u32> = ret_some_to!([cx], take(Token) as (u32));
        let _: Fwd<u32> = fwd_to!([cx], take(Token) as (u32));
    }
}

fn main() {}
