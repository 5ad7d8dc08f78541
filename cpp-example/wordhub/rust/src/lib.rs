//! The Rust actors of wordhub, driven by a C++ program on a loop of its own.
//!
//! ```text
//! C++ server ── wordhub.bytes ─▶ Session ── lines ─▶ Parser ── words ─▶ Shard
//!      ▲                            │  ▲                │                  │
//!      └─ wordhub.credit, .closed ──┘  └── Ret: parsed ─┘                  ▼
//! C++ console ◀─ wordhub.progress, .summary, .failure ── Hub ◀─ Ret: counts┘
//!                                                         │ ▲
//!                                                         ▼ │ remote call
//!                                                      Summariser (a thread)
//! ```
//!
//! Between Rust actors everything is typed; packets of a tag and bytes ([`wire`]) appear only where C++ is the other side.
//! [`Hub`](hub::Hub) and [`Session`](session::Session) declare decoders for them.
//!
//! The line `pub use actor_ffi::*` puts the C ABI into this library: the program links it and nothing else, and there is one copy
//! of the runtime.

pub use actor_ffi::*;

mod abi;
#[forbid(unsafe_code)]
mod counts;
#[forbid(unsafe_code)]
mod hub;
#[forbid(unsafe_code)]
mod lines;
#[forbid(unsafe_code)]
mod parser;
#[forbid(unsafe_code)]
mod session;
#[forbid(unsafe_code)]
mod shard;
#[forbid(unsafe_code)]
mod summariser;
#[cfg(test)]
#[forbid(unsafe_code)]
mod tests;
#[forbid(unsafe_code)]
mod wire;
#[forbid(unsafe_code)]
mod words;

pub use abi::{wordhub_config, wordhub_spawn};
