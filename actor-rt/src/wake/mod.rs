//! How other threads reach a runtime, and how the runtime reaches its host.
//!
//! Everything that comes from outside the owner thread goes through one [`Inbox`](inbox::Inbox): messages of
//! [`Remote`](remote::Remote)s in blocks of records, [`Waker`]s as their own preallocated nodes. The owner drains it at the entry
//! of a step and announces at the end of an idle one that it sleeps; the next event, from whichever thread, then calls the host's
//! [`WakeTarget`] exactly once. What other threads may see of the owner's work is in a [`Beacon`](beacon::Beacon). Nothing here knows about actors: records carry ids, wakers carry keys.

#[forbid(unsafe_code)]
pub(crate) mod beacon;
pub(crate) mod inbox;
#[forbid(unsafe_code)]
pub(crate) mod remote;
#[forbid(unsafe_code)]
mod target;
#[forbid(unsafe_code)]
mod waker;

#[cfg(all(test, loom))]
mod models;
#[cfg(all(test, not(loom)))]
mod tests;

pub(crate) use target::PollWaker;
pub use target::{WakeFlags, WakeTarget};
pub use waker::Waker;
