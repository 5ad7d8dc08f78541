//! A `Ret` is answered at most once.

use actor_rt::*;

fn answer(ret: Ret<u32>) {
    ret!([ret], 1);
    ret!([ret], 2);
}

fn duplicate(ret: &Ret<u32>) -> Ret<u32> {
    ret.clone()
}

fn main() {}
