//! Actors on the event loop you already have: a single-threaded, stepped actor runtime that never owns the loop.
//!
//! A host (Qt, libuv, GLib, asio, asyncio, a game loop) calls [`Runtime::step`], asks when to call it again, and is woken
//! once, from any thread, when there is work. Between steps nothing runs: there are no threads, no globals and no async
//! runtime in here.
//!
//! ```
//! use actor_rt::{CX, Cx, Runtime, actor, call, ret_nop};
//! use std::time::Instant;
//!
//! struct Counter {
//!     count: u32,
//! }
//!
//! impl Counter {
//!     fn init(_: CX![], count: u32) -> Option<Self> {
//!         Some(Counter { count })
//!     }
//!     fn add(&mut self, _: CX![], n: u32) {
//!         self.count += n;
//!     }
//! }
//!
//! let now = Instant::now();
//! let mut runtime = Runtime::new(now);
//! let counter = actor!(runtime, Counter::init(1), ret_nop!());
//! call!([counter], add(2));
//! runtime.run(now, false);
//! assert_eq!(counter.query(&mut runtime, |this, _| this.count), Some(3));
//! ```
//!
//! # Where to begin
//!
//! The repository's guide, `docs/guide`, has a tutorial and a page for each topic: queues and time, ownership and clean-up, errors,
//! tests in virtual time, moving from Stakker, moving from callbacks. Its programs are documentation tests of this crate. Here is
//! what the parts are:
//!
//! | to | use |
//! |---|---|
//! | make an actor, and keep it alive | [`actor!`], [`ActorOwn`], [`ActorOwnSlab`] |
//! | call it | [`call!`], [`lazy!`], [`idle!`] on an [`Actor`] |
//! | tell it a message of a closed set | [`messages!`], [`Actor::tell`] |
//! | call it later | [`after!`], [`at!`], [`timer_max!`], [`timer_min!`] |
//! | give it a way to answer, or to tell | [`Ret`] by [`ret_to!`], [`Fwd`] by [`fwd_to!`] |
//! | ask it, with a deadline | [`Core::ask`], [`Cx::request`], [`ask::Reply`] |
//! | know it by a name, or by its group | [`Core::register`], [`Core::join`] |
//! | see all of it at once | [`Core::snapshot`], [`introspection`] |
//! | send to it with care | [`Actor::try_call`], [`Core::call_parked`], [`mailbox`] |
//! | have it restarted, and ended in order | [`supervision`] |
//! | share jobs among many of it | [`services::pool`] |
//! | end it | [`stop!`], [`fail!`], [`kill!`]; [`StopCause`] says how it ended |
//! | use time and queues in a handler | [`Cx`], which is a [`Core`] |
//! | drive it all | [`Runtime::step`], [`Runtime::run`], [`Runtime::next_timeout`]; [`Config`] for a wake target |
//! | reach it from other threads | [`RemoteActor`], [`Remote`], [`Waker`], [`sync`] |
//! | reach it from other languages | [`Door`], [`Receive`], [`ActorId`] |
//!
//! Programs that are Rust alone and have no loop of their own take the one in `drive::mio` (feature `mio`): sockets, signals, timers.
//!
//! # Inside
//!
//! The folders are layers, each importing only from those before it: `kernel` (records, lanes, cells, the dispatch loop; the
//! unsafe code), `time` and `wake`, `engine` (the one block of shared state, ids, the post path), `actor` (handles, contexts,
//! life and end, replies, requests), `supervision` (the tree), `services` (what is written on all that), `runtime` (the step), `sync` and `offload` (values and work between threads), `drive` (the native loop).

#[forbid(unsafe_code)]
mod actor;
#[cfg(feature = "mio")]
#[forbid(unsafe_code)]
pub mod drive;
mod engine;
#[cfg(doctest)]
mod guide;
mod kernel;
#[forbid(unsafe_code)]
mod macros;
#[cfg(feature = "offload")]
#[forbid(unsafe_code)]
pub mod offload;
#[forbid(unsafe_code)]
mod runtime;
#[forbid(unsafe_code)]
pub mod services;
#[cfg(feature = "tracing")]
#[forbid(unsafe_code)]
pub mod spans;
#[forbid(unsafe_code)]
pub mod supervision;
#[forbid(unsafe_code)]
pub mod sync;
#[doc(hidden)]
#[forbid(unsafe_code)]
pub mod time;
mod wake;

pub use actor::{
    ActorOwn, ActorOwnAnon, ActorOwnSlab, Closed, Cx, Expiry, FLAG_ANSWER, FLAG_REMOTE, FLAG_TIMER,
    FixedTimerKey, MaxTimerKey, MinTimerKey, Receive, Remote, RemoteActor, Share2, Share2Weak,
};
pub use engine::asks::{Answer, Outcome};
pub use engine::counts::{Counting, Counts};
pub use engine::dead_letters::DeadLetter;
pub use engine::id::{ActorId, IdError};
pub use engine::id_table::{IdTable, IdsOf};
pub use engine::ingress::Ingress;
pub use engine::locate::{Life, Located};
pub use engine::log::{LogFilter, LogID, LogLevel, LogLevelError, LogRecord, LogVisitor};
pub use engine::observe::Observer;
pub use engine::pending::Pending;
pub use engine::post_error::PostError;
pub use engine::ret::{Fwd, Ret};
pub use engine::share::{Share, ShareWeak};
pub use engine::stop_cause::{ErrorCode, PanicError, PanicPolicy, StopCause};
pub use engine::token::{Core, Deferrer, Door, Runtime};
pub use kernel::dispatch::Delivery;
pub use kernel::handle::Actor;
pub use kernel::owned_bytes::{DropFn, OwnedBytes};
pub use kernel::packet::{Body, Envelope, Packet};
pub use kernel::record::DropReason;
#[doc(hidden)]
pub use kernel::word::Word;
pub use macros::support as macro_support;
pub use runtime::{Budget, Config, Progress};
#[doc(hidden)]
pub use sync::{PipedLink, PipedThread};
pub use wake::{WakeFlags, WakeTarget, Waker};

/// Requests with an answer, a deadline and one outcome: [`Core::ask`], [`Cx::request`], [`Core::ask_all`], [`Cx::ask_holding`].
pub mod ask {
    pub use crate::actor::{AskError, AskId, Gather, HoldError, PacketAnswer, Reply};
}

/// Mailboxes with priorities, overflow policies and rates; sends that wait for room.
pub mod mailbox {
    pub use crate::actor::{Refused, Sending};
    pub use crate::engine::byte_budget::{ByteBudget, Water};
    pub use crate::engine::mailbox::{Mailbox, Overflow, ParkError, Priority};
}

/// Looking into a runtime: [`Core::snapshot`], and from other threads by [`Core::watchdog`].
pub mod introspection {
    pub use crate::engine::watchdog::{Busy, Watchdog};
    pub use crate::supervision::{ActorSnapshot, Queues, RequestSnapshot, Snapshot};
}

/// Names that one actor has each, and groups of actors: [`Core::register`], [`Core::join`].
pub mod registry {
    pub use crate::engine::kin::names::{GroupEvent, LifeEvent, NameEvent, RestartEvent};
    pub use crate::supervision::{DEFAULT_SCOPE, NameError, WatchId};
}

/// Messages as values: [`Actor::tell`], [`messages!`].
pub mod typed {
    pub use crate::actor::Handle;
}

/// Types that stand in results only.
pub mod aux {
    pub use crate::actor::ActorOwnSlabIter;
}

/// Tasks: what coroutine and future libraries build on.
pub mod task {
    pub use crate::engine::task::{Task, TaskTrait};
}

/// The runtime by its name in Stakker.
///
/// # Examples
///
/// ```
/// let mut stakker = actor_rt::Stakker::new(std::time::Instant::now());
/// stakker.run(std::time::Instant::now(), false);
/// ```
pub type Stakker = Runtime;
