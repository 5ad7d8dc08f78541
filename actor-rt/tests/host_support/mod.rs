//! What the tests with other threads share: a runtime that can be waited for, and a host that steps it.

use actor_rt::*;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// Longer than anything takes here, so that a test that would wait for ever fails.
const LONG: Duration = Duration::from_secs(60);

/// A runtime that can be waited for: each wake is a message.
pub fn awaited() -> (Runtime, Receiver<()>) {
    let (sender, receiver) = mpsc::channel();
    let target = move |_: WakeFlags| _ = sender.send(());
    (Config::new().wake(target).build(Instant::now()), receiver)
}

/// Steps as a host does, until something holds.
pub fn step_until(runtime: &mut Runtime, wakes: &Receiver<()>, done: impl Fn() -> bool) {
    while !done() {
        if !runtime.step(Instant::now(), &Budget::default()).more && !done() {
            wakes.recv_timeout(LONG).expect("it never happens");
        }
    }
}
