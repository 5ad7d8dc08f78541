//! The workloads behind every performance claim of actor-rt.
//!
//! A *row* is one workload, a *peer* is one runtime that executes it. [`peers`] holds both; [`meter`] says what is
//! recorded while a row runs; [`allocation`] counts memory. Two programs are built from this library: `bench` with the
//! system's allocator (instructions and time) and `bench-memory` with the counting one (bytes and allocations), so that
//! counting never weighs on the other two.
//!
//! Every row is deterministic: for a given number of operations it executes the same instructions each time. `run.py`
//! relies on that, because it takes the difference of two run lengths.

pub mod allocation;
pub mod command_line;
pub mod meter;
pub mod peers;
