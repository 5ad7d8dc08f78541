//! Actors: handles and owners, the context of a handler, life and end, replies, and messages from other languages.

mod anon;
pub(crate) mod ask;
pub(crate) mod behind;
mod blocking;
mod call;
mod callbacks;
mod context;
mod core;
mod door;
mod gather;
mod gather_packets;
pub(crate) mod handle;
pub(crate) mod hold;
mod holding;
pub(crate) mod lifecycle;
pub(crate) mod mailbox;
mod moving_timer;
mod own;
pub(crate) mod parked;
mod parked_packets;
mod receive;
mod refused;
mod remote;
mod remote_ask;
mod reply;
mod request;
mod share2;
mod slab;
mod tell;
pub(crate) mod timer;
pub(crate) mod turn;
mod upcast;

pub use anon::ActorOwnAnon;
pub use ask::FLAG_ANSWER;
pub use context::Cx;
pub use gather::Gather;
pub use gather_packets::PacketAnswer;
pub use holding::HoldError;
pub use mailbox::{Refused, Sending};
pub use moving_timer::{MaxTimerKey, MinTimerKey};
pub use own::ActorOwn;
pub use receive::Receive;
pub use remote::{Closed, FLAG_REMOTE, Remote, RemoteActor};
pub use reply::{AskError, AskId, Reply};
pub use share2::{Share2, Share2Weak};
pub use slab::{ActorOwnSlab, ActorOwnSlabIter};
pub use tell::Handle;
pub use timer::{Expiry, FLAG_TIMER, FixedTimerKey};
pub use upcast::View;

#[cfg(all(test, not(loom)))]
mod tests;
