//! What an actor wants to be told of its life and of its children: a table of functions for its type, or none.

use super::exit::{ChildEvent, Exit};
use crate::engine::id::ActorId;
use crate::engine::stop_cause::StopCause;
use crate::kernel::handle::AnyActor;
use std::time::Duration;

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

/// What the system says to actors, whatever their type. Each has a default, which an actor may replace.
///
/// As ODIN's system messages; the ticks of an actor's [numbered timers](crate::Cx::start_timer) have a hook of their own.
///
/// # Examples
///
/// See [`Lifecycle::on_system`](crate::supervision::Lifecycle::on_system).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SystemMessage {
    /// The program is complete: begin. By default nothing.
    Start,
    /// Let messages wait. By default the actor is paused, as by [`Actor::pause`](crate::Actor::pause).
    Pause,
    /// Go on. By default it is resumed.
    Resume,
    /// Run a closure: [`Door::execute`](crate::Door::execute). By default it is run.
    Execute,
    /// Are you well? [`Core::ping`](crate::Core::ping). By default the answer is yes.
    Ping,
    /// Come to an end. By default the actor stops.
    Terminate,
}

/// What is to follow a system message.
///
/// # Examples
///
/// See [`Lifecycle::on_system`](crate::supervision::Lifecycle::on_system).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reaction {
    /// What follows if nothing is said. (Not called `Default`: with a second public item of that name, compilers write out that of the
    /// standard library in every message.)
    #[default]
    Usual,
    /// Nothing: the actor has done what it wants to do about it. A ping has no answer then, a closure is not run, and who is to
    /// terminate lives on.
    Handled,
}

/// When an actor's [`on_run`](crate::supervision::Lifecycle::on_run) is called again.
///
/// # Examples
///
/// See [`Lifecycle::on_run`](crate::supervision::Lifecycle::on_run).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// In the next step that comes at a later time.
    Again,
    /// After this time.
    After(Duration),
    /// Not any more, until [`Cx::keep_running`](crate::Cx::keep_running) is called again.
    Done,
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
    pub system: fn(&AnyActor, SystemMessage) -> Reaction,
    /// A numbered timer has ticked so often.
    pub timer: fn(&AnyActor, u64, u32),
    /// None if it had no turn, or failed in it.
    pub run: fn(&AnyActor) -> Option<Run>,
}
