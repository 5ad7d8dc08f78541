//! The engine: the one block of state that a runtime consists of, and the ways into it.
//!
//! Everything lives in [`Shared`](shared::Shared), reached by pointer from handles and tokens. No user code (drop, clone,
//! compare, hash, wake) runs while a reference into the block is held: take out, release, then run.

#[forbid(unsafe_code)]
mod anymap;
#[forbid(unsafe_code)]
pub(crate) mod asks;
#[forbid(unsafe_code)]
mod attention;
pub(crate) mod byte_budget;
pub(crate) mod cells;
#[forbid(unsafe_code)]
pub(crate) mod cold;
#[cfg(debug_assertions)]
#[forbid(unsafe_code)]
mod conservation;
#[forbid(unsafe_code)]
pub(crate) mod counts;
#[forbid(unsafe_code)]
pub(crate) mod dead_letters;
#[forbid(unsafe_code)]
pub(crate) mod directory;
pub(crate) mod gate;
pub(crate) mod guarded;
#[forbid(unsafe_code)]
pub(crate) mod id;
#[forbid(unsafe_code)]
pub(crate) mod id_table;
#[forbid(unsafe_code)]
pub(crate) mod ingress;
mod jobs;
#[forbid(unsafe_code)]
pub(crate) mod kin;
#[forbid(unsafe_code)]
pub(crate) mod list;
#[forbid(unsafe_code)]
pub(crate) mod locate;
#[forbid(unsafe_code)]
pub(crate) mod log;
pub(crate) mod losses;
#[forbid(unsafe_code)]
pub(crate) mod mailbox;
#[forbid(unsafe_code)]
pub(crate) mod mode;
#[forbid(unsafe_code)]
pub(crate) mod observe;
#[forbid(unsafe_code)]
pub(crate) mod own_mailbox;
pub(crate) mod packets;
#[forbid(unsafe_code)]
pub(crate) mod pending;
#[forbid(unsafe_code)]
pub(crate) mod post;
pub(crate) mod post_error;
#[forbid(unsafe_code)]
pub(crate) mod ret;
pub(crate) mod share;
pub(crate) mod shared;
#[forbid(unsafe_code)]
pub(crate) mod stop_cause;
#[forbid(unsafe_code)]
pub(crate) mod table;
#[forbid(unsafe_code)]
pub(crate) mod task;
#[cfg(all(test, not(loom)))]
#[forbid(unsafe_code)]
mod tests;
pub(crate) mod token;
#[forbid(unsafe_code)]
pub(crate) mod wakers;
pub(crate) mod watchdog;
