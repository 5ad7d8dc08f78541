//! The kernel: memory and control flow of messages and actors. This is the unsafe folder.
//!
//! Everything the runtime does with raw memory happens here, behind signatures that the layers above can use without
//! `unsafe`: records in segments, segments in lanes, actor cells in slabs, counted handles, and the dispatch loop.
//! The kernel knows nothing of timers, wake-ups, supervision or any public API; what it needs from above comes in through
//! [`Driver`](dispatch::Driver), [`Message`](record::Message) and [`BlockHead`](cell::BlockHead).

pub(crate) mod block;
mod cargo;
pub(crate) mod cell;
pub(crate) mod dispatch;
pub(crate) mod handle;
pub(crate) mod lane;
mod lent_packet;
pub(crate) mod owned_bytes;
pub(crate) mod packet;
pub(crate) mod parcel;
pub(crate) mod post;
pub(crate) mod prefetch;
pub(crate) mod receiving;
pub(crate) mod record;
pub(crate) mod segment;
pub(crate) mod slab;
pub(crate) mod sync;
pub(crate) mod tally;
#[cfg(all(test, not(loom)))]
mod tests;
pub(crate) mod waker_node;
pub(crate) mod word;
