//! The runtime as its host sees it: make it, step it, ask when to step it again, drop it.

mod arrivals;
mod budget;
mod config;
mod host;
mod lanes;
mod prepare;
mod step;
mod teardown;

pub use budget::{Budget, Progress};
pub use config::Config;
