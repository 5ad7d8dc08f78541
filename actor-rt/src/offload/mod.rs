//! Work for other threads: closures on a pool of threads, whose results come back as calls.
//!
//! Only with the feature `offload`, which brings in `crossbeam-channel`: the queue has one end that many threads take from.

mod pool;
mod workers;

pub use pool::{Ending, Full, Pool};
