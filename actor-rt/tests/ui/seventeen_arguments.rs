//! A method takes at most sixteen arguments through a macro, a message has at most sixteen parts.

use actor_rt::*;

struct Wide;

impl Wide {
    fn queue(&mut self, cx: CX![]) {
        call!([cx], wide(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17));
        let _ = actor!(cx, Wide::init(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17), ret_nop!());
        let _: Fwd<()> = fwd_to!([cx], wide(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17) as ());
        let _ = fwd_to!([cx], wide() as (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8));
    }
}

fn main() {}
