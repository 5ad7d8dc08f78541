//! Work for other threads: closures on a pool of threads, whose results come back as calls.
//!
//! Only with the feature `offload`, which brings in `crossbeam-channel`: the queue has one end that many threads take from.

mod job_threads;
mod pool;
mod workers;

pub use job_threads::threads;
pub use pool::{Ending, Full, Pool};
