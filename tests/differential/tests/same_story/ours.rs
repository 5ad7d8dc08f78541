//! The world on this runtime.

pub use crate::coverage::{counting, hit};
pub use crate::rules::rule;
pub use actor_rt as api;

#[path = "world/mod.rs"]
pub mod world;
