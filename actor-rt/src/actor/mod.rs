//! Actors: handles and owners, the context of a handler, life and end, replies, and messages from other languages.

pub(crate) mod ask;
mod call;
mod callbacks;
mod context;
mod core;
mod foreign;
mod handle;
pub(crate) mod lifecycle;
mod own;
mod remote;
mod timer;
mod turn;

pub use ask::FLAG_ANSWER;
pub use context::Cx;
pub use foreign::Receive;
pub use own::ActorOwn;
pub use remote::{Closed, FLAG_REMOTE, Remote, RemoteActor};
pub use timer::{Expiry, FLAG_TIMER, FixedTimerKey};

#[cfg(all(test, not(loom)))]
mod tests;
