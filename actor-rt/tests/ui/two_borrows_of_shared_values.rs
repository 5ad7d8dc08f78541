//! H2: a borrowed shared value borrows the context with it, so there is one at a time.
use actor_rt::*;
use std::time::Instant;

fn main() {
    let mut runtime = Runtime::new(Instant::now());
    let (a, b) = (Share::new(&runtime, 1), Share::new(&runtime, 2));
    let first = a.rw(&mut runtime);
    let second = b.rw(&mut runtime);
    std::mem::swap(first, second);
}
