//! What an actor wants to be told of its life and of its children: a table of functions for its type, or none.

use super::exit::{ChildEvent, Exit};
use crate::engine::id::ActorId;
use crate::engine::stop_cause::StopCause;
use crate::kernel::handle::AnyActor;

/// Whether an actor is done with stopping.
///
/// # Examples
///
/// See [`Lifecycle::on_stop`](crate::supervision::Lifecycle::on_stop).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopping {
    /// It may end.
    Done,
    /// It needs further turns, and calls [`Cx::stopped`](crate::Cx::stopped) in one of them.
    Pending,
}

/// What a supervisor does when a child has failed too often.
///
/// # Examples
///
/// See [`Lifecycle::child_escalated`](crate::supervision::Lifecycle::child_escalated).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Escalation {
    /// It fails itself, so that its own supervisor restarts it with all its children, and counts that.
    #[default]
    Restart,
    /// It stops.
    Stop,
    /// Nothing: the child stays dead.
    Ignore,
}

/// An actor's functions, whatever its type. Each gives it a turn, if it can have one.
#[derive(Debug)]
pub(crate) struct Hooks {
    pub started: fn(&AnyActor, restarted_by: Option<&StopCause>),
    /// The error is why the hook failed.
    pub stop: fn(&AnyActor, &StopCause) -> Result<Stopping, StopCause>,
    pub child: fn(&AnyActor, &mut ChildEvent),
    pub escalated: fn(&AnyActor, ActorId, &StopCause) -> Escalation,
    pub exit: fn(&AnyActor, &Exit),
}
