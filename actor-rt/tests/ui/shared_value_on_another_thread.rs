//! A shared value stays on its runtime's thread.
use actor_rt::*;
use std::time::Instant;

fn main() {
    let runtime = Runtime::new(Instant::now());
    let value = Share::new(&runtime, 1);
    std::thread::spawn(move || drop(value));
}
