//! Supervision: actors that are started by a spec, restarted when they fail, and ended in order.
//!
//! Two forms of ownership stand beside each other. *Held* actors ([`ActorOwn`](crate::ActorOwn), slabs) end when their owner does.
//! *Supervised* ones have a place in a tree: under another actor, or under the runtime itself, which is the root. They are made by a
//! [`Spec`], and end when they or their supervisor do: children before their parent, the youngest first, each with its deadline. What
//! the tree does travels in the urgent lane: it overtakes messages and no mailbox bound stops it.
//!
//! The semantics are those of OTP's `supervisor`, in the form that fits actors that nothing interrupts: a restart is *in place*. The
//! actor keeps its id, its handles, name, monitors and mailbox; only the message that failed is gone, and what belonged to the failed
//! incarnation: its timers, its open requests.
//!
//! ```
//! use actor_rt::supervision::{Intensity, Spec, Supervisor};
//! use actor_rt::{Cx, Runtime, call};
//! use std::time::{Duration, Instant};
//!
//! struct Parser {
//!     lines: u32,
//! }
//!
//! impl Parser {
//!     fn parse(&mut self, _: &mut Cx<'_, Self>, line: &'static str) {
//!         assert!(line != "poison", "a fault of the program");
//!         self.lines += 1;
//!     }
//! }
//!
//! let now = Instant::now();
//! let mut runtime = Runtime::new(now);
//! runtime.set_root_supervisor(Supervisor::new().intensity(Intensity::new(3, Duration::from_secs(10))));
//! let parser = Spec::new(|_| Some(Parser { lines: 0 })).start(&mut runtime).unwrap();
//! for line in ["one", "poison", "two", "three"] {
//!     call!([parser], parse(line));
//! }
//! runtime.run(now, false);
//! // The new incarnation has handled what came behind the message that failed.
//! assert_eq!(parser.query(&mut runtime, |parser, _| parser.lines), Some(2));
//! ```

mod admin;
mod adopt;
mod all_children;
mod drain;
mod ending;
mod group;
mod groups;
mod hooks;
mod link;
mod lives;
mod monitor;
mod names;
mod numbered_timers;
mod opening;
mod ping;
mod reserve;
mod restart;
mod running;
mod settle;
mod snapshot;
mod spec;
mod start;
mod system;
mod terminate;
mod tree;

pub use crate::engine::kin::exit::{ChildEvent, Exit, ExitKind, Phase, StartError};
pub use crate::engine::kin::hooks::{Escalation, Reaction, Run, Stopping, SystemMessage};
pub use crate::engine::kin::numbered::{Interval, Missed};
pub use crate::engine::kin::policy::{
    AutoShutdown, Backoff, Intensity, Restart, Shutdown, Strategy, Supervisor, Window,
};
pub use admin::{ChildCounts, ChildInfo, ChildStatus};
pub use drain::Status;
pub use hooks::Lifecycle;
pub use monitor::MonitorId;
pub use reserve::Reserved;
pub use snapshot::{ActorSnapshot, Queues, RequestSnapshot, Snapshot};
pub use spec::Spec;

pub use groups::DEFAULT_SCOPE;
pub use names::{NameError, WatchId};

pub(crate) use monitor::close as close_monitors;
pub(crate) use terminate::close as close_trees;

use crate::actor::{mailbox, parked};
use crate::engine::kin::Overseer;

/// What the layers below ask of this one.
pub(crate) const OVERSEER: Overseer = Overseer {
    end: ending::begin,
    condemn: ending::condemn,
    ready: start::ready,
    awake: drain::go_on,
    left: parked::left,
    overflowed: mailbox::overflowed,
    gone: monitor::gone,
};
