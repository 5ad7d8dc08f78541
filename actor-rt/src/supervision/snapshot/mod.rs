//! Snapshots: all actors of a runtime as they are between two messages, for people and tools.

mod collect;
mod json;
mod listing;
mod picture;
mod text;

use super::drain::Status;
use crate::engine::dead_letters::DeadLetter;
use crate::engine::id::ActorId;
use crate::engine::pending::Pending;
use crate::engine::token::{Core, Door};
use std::rc::Rc;

/// A runtime at one moment: [`Core::snapshot`].
///
/// # Examples
///
/// See [`Core::snapshot`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// How many steps there were.
    pub steps: u64,
    /// The time of the last one, in nanoseconds of the runtime's clock.
    pub now_ns: u64,
    /// What waits in all of it.
    pub pending: Pending,
    /// What is queued, lane by lane: messages, and the runtime's own work.
    pub queues: Queues,
    /// The living actors, the oldest first.
    pub actors: Vec<ActorSnapshot>,
    /// The requests that have no outcome yet, of all of them, and of nobody.
    pub requests: Vec<RequestSnapshot>,
    /// The last messages that no handler saw.
    pub dead_letters: Vec<DeadLetter>,
}

/// What is queued, by lanes, in the order in which a step comes to them.
///
/// # Examples
///
/// See [`Core::snapshot`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Queues {
    /// What the tree does and tells, and what is said to any actor.
    pub urgent: usize,
    /// Calls and packets, in the order in which they were sent.
    pub main: usize,
    /// What comes at the end of a step.
    pub lazy: usize,
    /// What comes when there is nothing else to do.
    pub idle: usize,
}

/// A request that has no outcome yet.
///
/// # Examples
///
/// See [`Core::snapshot`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestSnapshot {
    /// Who asked; None if that is no actor.
    pub from: Option<ActorId>,
    /// Who was asked.
    pub to: ActorId,
    /// Who has kept the token of a packet to answer it later, the one that was asked or another. None as long as the request is on its way,
    /// and of calls, whose way back is a value that anybody may have.
    pub keeper: Option<ActorId>,
    /// When it times out, in nanoseconds of the runtime's clock.
    pub deadline_ns: Option<u64>,
}

/// An actor at one moment.
///
/// # Examples
///
/// See [`Core::snapshot`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActorSnapshot {
    /// Its id.
    pub id: ActorId,
    /// Its name for people.
    pub name: Option<Rc<str>>,
    /// Rust's name of its type.
    pub type_name: &'static str,
    /// Where it is in its life.
    pub status: Status,
    /// Whether it is paused: its messages wait until somebody lets it go on.
    pub paused: bool,
    /// Its supervisor; None if nobody supervises it, or the root does.
    pub supervisor: Option<ActorId>,
    /// Whether it is supervised.
    pub supervised: bool,
    /// How often it was restarted.
    pub restarts: u32,
    /// Messages that are queued for it.
    pub queued: usize,
    /// The same lane by lane.
    pub queues: Queues,
    /// Messages that wait until it is ready.
    pub waiting: usize,
    /// Most messages that may wait.
    pub capacity: u32,
    /// Its timers: calls that will come.
    pub timers: usize,
    /// When they are due, in nanoseconds of the runtime's clock, the nearest first.
    pub timers_due_ns: Vec<u64>,
    /// Requests that it made and that are not answered.
    pub asks: usize,
    /// Requests that it is to answer.
    pub kept: usize,
    /// For whose answer it waits, handling no messages.
    pub awaits: Option<ActorId>,
    /// How many monitors watch it.
    pub monitors: usize,
    /// Those of them that are actors, each as often as it watches.
    pub watchers: Vec<ActorId>,
    /// With whom it ends.
    pub links: Vec<ActorId>,
    /// The names by which it is known.
    pub names: Vec<Rc<str>>,
    /// Its groups: scope and name.
    pub groups: Vec<(Rc<str>, Rc<str>)>,
}

impl Core {
    /// All actors as they are now. Inside of a handler that is a moment within its turn.
    ///
    /// It looks at each message, timer and actor once.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::introspection::{ActorSnapshot, Queues, RequestSnapshot, Snapshot};
    /// use actor_rt::supervision::{Spec, Status};
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).name("parent").start(&mut runtime).unwrap();
    /// let child = Spec::new(|_| Some(7_u32)).name("child").start_under(&mut runtime, parent.actor_id()).unwrap();
    /// child.call(|_, _| ());
    /// let asked = |_: &mut u32, _: &mut actor_rt::Cx<'_, u32>, _: actor_rt::ask::Reply<u32>| ();
    /// runtime.ask(&child, Duration::from_secs(1), asked, actor_rt::Ret::new(|_| ())).unwrap();
    ///
    /// let snapshot: Snapshot = runtime.snapshot();
    /// let seen: &ActorSnapshot = &snapshot.actors[1];
    /// assert_eq!((seen.name.as_deref(), seen.type_name, seen.queued), (Some("child"), "u32", 2));
    /// assert_eq!((seen.status, seen.supervisor), (Status::Running, Some(parent.actor_id())));
    /// let queues: Queues = seen.queues;
    /// assert_eq!((queues.main, queues.urgent), (2, 0));
    /// let request: RequestSnapshot = snapshot.requests[0];
    /// assert_eq!((request.from, request.to, request.keeper), (None, child.actor_id(), None));
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        self.door().snapshot()
    }
}

impl Door {
    /// All actors as they are now: as [`Core::snapshot`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// assert_eq!(runtime.door().snapshot().actors.len(), 1);
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        collect::snapshot(self.shared())
    }
}
