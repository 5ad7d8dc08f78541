//! Between threads: what carries values to a runtime and back.
//!
//! | | from | to | |
//! |---|---|---|---|
//! | [`Waker`] | any thread | a handler | a signal without data |
//! | [`Channel`] | any thread | a `Fwd` | values of one type |
//! | [`PipedThread`] | an actor and a thread of its own | each other | values both ways, and the thread's end |
//! | [`Remote`](crate::Remote), [`RemoteActor`](crate::RemoteActor) | any thread | any actor | calls |

mod channel;
mod piped_thread;

pub use crate::wake::Waker;
pub use channel::{Channel, ChannelGuard};
pub use piped_thread::{PipedLink, PipedThread};
