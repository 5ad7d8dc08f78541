//! A child's entry with its supervisor: how it is made, how it is to be treated, and where it is.

use super::exit::StartError;
use super::family::History;
use super::hooks::Hooks;
use super::policy::{Backoff, Intensity, Restart, Shutdown, Supervisor};
use crate::engine::id::ActorId;
use crate::engine::list::{Linked, Links};
use crate::engine::mailbox::Mailbox;
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::kernel::handle::AnyActor;
use crate::time::TimerKey;
use std::any::Any;
use std::rc::Rc;
use std::time::Duration;

/// The supervisor of those that have no other: the runtime.
pub(crate) const ROOT: u64 = 0;

/// An entry.
pub(crate) struct Child {
    /// Whose child: an actor, or the root.
    pub supervisor: u64,
    /// Its place in the order of starting.
    pub links: Links,
    pub plan: Rc<dyn Plan>,
    /// The actor that it is now; None if it has ended and only the plan is left.
    pub actor: Option<AnyActor>,
    /// Id of the actor that it is, or was last.
    pub last: u64,
    pub state: ChildState,
    /// Its plan is to be kept when it has ended for good.
    pub keep: bool,
    /// Its supervisor, or the host, wants it to end for good.
    pub leaving: bool,
    /// It is among those that are being restarted together.
    pub grouped: bool,
    /// Its group waits until it is ready.
    pub awaited: bool,
    /// It is not to come back, whatever else is under way.
    pub dismissed: bool,
    /// How often its timer was set: one that was due already finds another number.
    pub timers: u64,
    /// Its own restarts.
    pub history: History,
    /// How many restarts in a row there were.
    pub row: u32,
    /// Since when it is ready.
    pub ready_at: u64,
    /// What it waits for: its next start, the end of its start, or that of its end.
    pub timer: Option<TimerKey>,
    /// Who waits for it to have started the first time.
    pub outcome: Option<Ret<Result<ActorId, StartError>>>,
    /// Why its last incarnation ended, until the next one is ready.
    pub ended_by: Option<StopCause>,
    /// The caller of `start` is waiting: here is left why it failed.
    pub failed_start: Option<StopCause>,
}

/// Where a child is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChildState {
    /// The call that starts it is on the stack: if it fails, the caller is told, and nobody else.
    Calling,
    /// Its first value is being made; who waits for it hears of a failure.
    First,
    /// It is being made again.
    Starting,
    /// It is ready.
    Running,
    /// It waits to be made again.
    Waiting,
    /// It has ended, and its plan is kept.
    Kept,
}

impl Linked for Child {
    type Side = ();

    fn links(&mut self, _: ()) -> &mut Links {
        &mut self.links
    }
}

/// How a child is to be treated.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub name: Option<Rc<str>>,
    /// By which it is known.
    pub registered: Option<Rc<str>>,
    pub restart: Restart,
    /// It can be made once only.
    pub once: bool,
    pub shutdown: Shutdown,
    pub significant: bool,
    pub keep: bool,
    pub return_state: bool,
    pub intensity: Option<Intensity>,
    pub backoff: Option<Backoff>,
    pub start_timeout: Option<Duration>,
    pub supervisor: Supervisor,
    /// None is the runtime's.
    pub capacity: Option<u32>,
    pub mailbox: Option<Mailbox>,
    pub hooks: Option<&'static Hooks>,
}

/// How a child is made, whatever its type.
pub(crate) trait Plan {
    /// How it is to be treated.
    fn settings(&self) -> &Settings;

    /// A new cell for it.
    fn cell(&self, shared: &Shared) -> Result<AnyActor, StartError>;

    /// Whom to tell when it has ended for good.
    fn notifier(&self, _: ActorId) -> Ret<StopCause> {
        Ret::nop()
    }

    /// Makes its value, or ends it, or leaves it preparing.
    fn make(&self, actor: &AnyActor);

    /// Takes the value of one that has ended out of its cell.
    fn take_state(&self, shared: &Shared, actor: &AnyActor) -> Option<Box<dyn Any>>;
}
