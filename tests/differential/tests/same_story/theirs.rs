//! The world on Stakker.

pub use stakker as api;

/// Counted once is enough.
pub fn hit(_: &'static str) {}

#[path = "world/mod.rs"]
pub mod world;
