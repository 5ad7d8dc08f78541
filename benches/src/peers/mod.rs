//! The runtimes that are measured, and which rows each of them has.
//!
//! `stakker` and `ours` compile the very same source, `same_text/`, against two crates: a ratio between them compares
//! two runtimes, never two programs. `ours` adds the rows that Stakker has no counterpart for. `floor` is what a queue of
//! function pointers costs with no actor around it.

use crate::meter::Meter;

#[forbid(unsafe_code)]
mod floor;
#[forbid(unsafe_code)]
mod ours;
#[forbid(unsafe_code)]
mod round;
#[forbid(unsafe_code)]
mod stakker;

/// Sets up, warms up and measures one workload.
pub type Row = fn(&mut Meter);

/// The rows of one peer, by name.
pub type Rows = Vec<(&'static str, Row)>;

/// Every peer with its rows.
pub fn all() -> Vec<(&'static str, Rows)> {
    vec![("ours", ours::rows()), ("stakker", stakker::rows()), ("floor", floor::rows())]
}
