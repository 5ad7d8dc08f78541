//! A core can be neither taken out, nor put in, nor kept.

use actor_rt::*;

fn replace(first: &mut Core, second: &mut Core) {
    let _ = std::mem::replace(first, *second);
}

struct Keeper {
    core: Core,
    behind: u8,
}

fn main() {}
