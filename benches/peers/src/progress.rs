//! How the code that measures learns that the actors are done: a countdown that wakes it at the end.
//!
//! Statics, since two of the peers want actors that can move between threads. All of it is used on one thread, hence a load and a
//! store instead of one locked addition: an actor pays two instructions, no barrier.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tokio::sync::Notify;

static LEFT: AtomicU64 = AtomicU64::new(0);
static DONE: Notify = Notify::const_new();
static REPORTED: AtomicU64 = AtomicU64::new(0);

/// The next `count` calls of [`arrived`] are one portion of work. There is one portion at a time.
pub fn expect(count: u64) {
    assert_eq!(LEFT.swap(count, Relaxed), 0, "the portion before is done");
}

/// One of the expected things has happened; the last one ends the waiting.
pub fn arrived() {
    let left = LEFT.load(Relaxed).wrapping_sub(1);
    LEFT.store(left, Relaxed);
    if left == 0 {
        DONE.notify_one();
    }
}

/// Waits until all that was expected has happened.
pub async fn done() {
    DONE.notified().await;
}

/// What an actor has counted; it tells when the actor ends.
#[derive(Default)]
pub struct Tally(pub u64);

impl Drop for Tally {
    fn drop(&mut self) {
        REPORTED.store(REPORTED.load(Relaxed).wrapping_add(self.0), Relaxed);
    }
}

/// What all ended actors have told.
pub fn reported() -> u64 {
    REPORTED.load(Relaxed)
}
