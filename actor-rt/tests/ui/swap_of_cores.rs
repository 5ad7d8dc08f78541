//! A core is a token of one runtime: two cannot be swapped, whichever way they are reached.

use actor_rt::*;

fn swap(first: &mut Core, second: &mut Core) {
    std::mem::swap(first, second);
}

fn swap_inner(first: &mut Stakker, second: &mut Stakker) {
    std::mem::swap(&mut **first, &mut **second);
}

fn main() {}
