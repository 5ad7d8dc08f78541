//! The stable C ABI of actor-rt.
//!
//! This crate is a thin shell: every exported function checks its arguments behind one guard ([`guard`]), hands the
//! work to the runtime, and turns the result into a status code. It decides nothing about actors.
//!
//! * One noun a file, in the order in which the generated header shows them. The documentation of the exported items
//!   is written for readers of `include/actor_rt.h`; it speaks C.
//! * The header is generated: `python3 actor-ffi/header.py` (which runs a pinned cbindgen), checked in, and compared by
//!   the tests.
//! * Cargo calls the shared library `libactor_ffi.so`, since the crate of the runtime itself is called `actor_rt`; it
//!   carries the SONAME `libactor_rt.so.1` and is installed under that name.
//! * A `cdylib` of your own exports the C functions when it says `pub use actor_ffi::*;` once, at its root. A
//!   library that names the crate nowhere does not export them.
#![allow(non_camel_case_types)] // The types carry their C names, so that Rust, C and the header agree by grep.
#![warn(clippy::missing_safety_doc)]

// The order of these modules is the order of the header; the blank lines keep rustfmt from sorting them.
mod version;

mod status;

mod handle;

mod callback;

mod tag;

mod message;

mod config;

mod runtime;

mod step;

mod actor;

mod post;

mod timer;

mod ask;

mod gather;

mod outside_ask;

mod holding;

mod coalesce;

mod exit;

mod supervision;

mod hooks;

mod starting;

mod numbered_timer;

mod children;

mod name;

mod group;

mod mailbox;

mod parking;

mod byte_budget;

mod system;

mod ping;

mod exec;

mod heartbeat;

mod watchdog;

mod pool_news;

mod pool_stats;

mod pool_settings;

mod pool;

mod job;

mod port;

mod introspection;

mod observer;

mod context;

mod host_call;

mod buffer;

mod remote;

mod waker;

mod poll;

mod api_table;

// Behind the header's functions.
mod carried;
mod engine;
mod failure;
mod foreign;
mod guard;
mod hosted;
mod layout;
mod library;
mod panic_log;
mod parcel;
mod payload;
mod pool_host;
mod rust;
mod services;
mod submission;
mod sys;
mod wake;
mod watch;

pub use actor::*;
pub use api_table::*;
pub use ask::*;
pub use buffer::*;
pub use byte_budget::*;
pub use callback::*;
pub use children::*;
pub use coalesce::*;
pub use config::*;
pub use context::*;
pub use exec::*;
pub use exit::*;
pub use gather::*;
pub use group::*;
pub use handle::*;
pub use heartbeat::*;
pub use holding::*;
pub use hooks::*;
pub use host_call::*;
pub use hosted::*;
pub use introspection::*;
pub use job::*;
pub use library::*;
pub use mailbox::*;
pub use message::*;
pub use name::*;
pub use numbered_timer::*;
pub use observer::*;
pub use outside_ask::*;
pub use parking::*;
pub use ping::*;
pub use poll::*;
pub use pool::*;
pub use pool_news::*;
pub use pool_settings::*;
pub use pool_stats::*;
pub use port::*;
pub use post::*;
pub use remote::*;
pub use runtime::*;
pub use rust::*;
pub use starting::*;
pub use status::*;
pub use step::*;
pub use supervision::*;
pub use system::*;
pub use tag::*;
pub use timer::*;
pub use version::*;
pub use waker::*;
pub use watchdog::*;
