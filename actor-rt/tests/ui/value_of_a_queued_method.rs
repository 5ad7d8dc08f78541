//! Nobody is there to take the value of a queued method, so it must have none.

use actor_rt::*;

struct Counter;

impl Counter {
    fn total(&mut self, cx: CX![]) -> u32 {
        call!([cx], total());
        0
    }
}

fn main() {}
