//! This runtime under Stakker's name.
//!
//! A patch of a dependency has to have the dependency's name: one with `package =` is ignored with no more than a warning. Hence this
//! crate.
pub use actor_rt::*;
