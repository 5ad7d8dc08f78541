//! Stakker, with its default features: the fast ones, one runtime per process.

use ::stakker as rt;

#[allow(clippy::duplicate_mod, reason = "one text, two runtimes: that is the comparison")]
#[path = "same_text/mod.rs"]
mod same_text;

mod host;

pub use same_text::rows;
