//! Timers: an exact, allocation-free priority queue of owned payloads, and the conversions between `Instant` and the runtime's nanoseconds.
//!
//! Layer: imports nothing but the standard library and, from the kernel, the hint to load a slot ahead. It never reads a clock, never runs
//! user code and never drops a payload: time comes in as `u64` nanoseconds and every payload leaves through a return value, so no destructor
//! runs while the structure is borrowed.
//!
//! | file          | owns                                                                          |
//! |---------------|-------------------------------------------------------------------------------|
//! | `deadline.rs` | `Epoch`: `Instant` to nanoseconds and back, saturating                       |
//! | `key.rs`      | `TimerKey`: generation and slot                                              |
//! | `slots.rs`    | the slab: payload, deadline, generation, owner links of each timer             |
//! | `owners.rs`   | `OwnerList`: all timers of one owner, doubly linked through the slab         |
//! | `entry.rs`    | what is sorted: (deadline, sequence, slot) in 16 bytes                          |
//! | `chunks.rs`   | growable sequences of entries in fixed chunks, recycled through a pool         |
//! | `buckets.rs`  | the far timers: radix-256 buckets                                               |
//! | `moved.rs`    | timers moved to a later time whose entries stay where they are                |
//! | `near.rs`     | the nearest timers: one sorted run and a heap for late arrivals                |
//! | `sort.rs`     | the order of firing, for a run of entries                                     |
//! | `timers.rs`   | `Timers`: the operations over all of these, and the invariants between them  |

mod buckets;
mod chunks;
mod deadline;
mod entry;
mod key;
mod moved;
mod near;
mod owners;
mod slots;
mod sort;
mod timers;

// Not in Miri: long histories over code that is all safe would take it hours and tell nothing.
#[cfg(all(test, not(miri)))]
mod tests;

/// As in Stakker, whose programs write `stakker::time::Instant`.
pub use std::time::*;

pub(crate) use deadline::{Epoch, strictly_after};
pub(crate) use key::TimerKey;
pub(crate) use owners::OwnerList;
pub(crate) use timers::Timers;
