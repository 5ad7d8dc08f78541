//! What the layer of supervision knows of an actor. The data only: who decides what is in the layer above.
//!
//! A plain actor has none of it. What every actor's end and beginning must ask of that layer, they ask through the [`Overseer`].

pub(crate) mod child;
pub(crate) mod exit;
pub(crate) mod family;
pub(crate) mod hooks;
pub(crate) mod monitor;
pub(crate) mod names;
pub(crate) mod numbered;
pub(crate) mod policy;
pub(crate) mod tree;
pub(crate) mod watches;

use super::list::List;
use super::ret::Fwd;
use super::shared::Shared;
use super::stop_cause::{ErrorCode, StopCause};
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::AnyActor;
use exit::{Exit, Phase};
use family::Family;
use hooks::Hooks;
use names::GroupName;
use numbered::NumberedTimers;
use std::collections::BTreeSet;
use std::rc::Rc;

/// One actor's relations.
#[derive(Default)]
pub(crate) struct Kin {
    /// Its entry among its supervisor's children; 0 if nobody supervises it.
    pub child: u64,
    /// What it is to its own children.
    pub family: Family,
    /// What it wants to be told.
    pub hooks: Option<&'static Hooks>,
    /// Its end, if that is under way.
    pub ending: Option<Ending>,
    /// Who watches it.
    pub watched: List,
    /// Whom it watches.
    pub watches: List,
    /// Where in its life it ended.
    pub phase: Phase,
    /// It has its value, and says itself when its start is over.
    pub opening: bool,
    /// It has said in its last turns that it needs no more.
    pub stopped: bool,
    /// It ends when what was sent to it is handled.
    pub draining: bool,
    /// The bound of its mailbox, which was closed, should it come back.
    pub bound: Option<u32>,
    /// Why it was told to stop, in words.
    pub reason: Option<Rc<str>>,
    /// The code that goes with that.
    pub code: Option<ErrorCode>,
    /// For whose answer it waits, handling nothing else; 0 if it does not.
    pub awaits: u64,
    /// It has its messages wait by its own wish.
    pub holds: bool,
    /// The request whose answer, a packet, lets it go on; 0 if it does not wait for one.
    pub held_for: u64,
    /// Its timers with numbers, and its runs.
    pub numbered: NumberedTimers,
    /// What it is to be told when it is ready.
    pub news: Vec<News>,
    /// The names it has.
    pub names: BTreeSet<Rc<str>>,
    /// The groups it is in.
    pub groups: BTreeSet<GroupName>,
    /// With whom it ends.
    pub links: BTreeSet<u64>,
    /// It is told of the ends of those that it is linked to, instead of ending with them.
    pub traps: bool,
    /// Who is told of these ends in its place; None for its hook.
    pub trapped: Option<Fwd<Exit>>,
}

/// Something to be told later.
pub(crate) type News = Box<dyn FnOnce(&Shared)>;

/// An end that takes several turns.
pub(crate) struct Ending {
    /// Why. An error of the last hook takes the place of an order to stop.
    pub cause: StopCause,
    /// Where the actor was in its life when it began.
    pub phase: Phase,
    pub stage: Stage,
    /// It began as an orderly one: what goes wrong on the way is no reason to come back.
    pub ordered: bool,
}

/// What an end waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its children end first.
    Children,
    /// Its hook has said that it is not done yet.
    Hook,
}

/// What the layers below ask of the one that supervises.
pub(crate) struct Overseer {
    /// An actor with relations is to end. The cause comes back if nothing stands in the way.
    pub end: fn(&Shared, &AnyActor, StopCause) -> Option<StopCause>,
    /// An actor with relations is killed: from here on no handler of it starts, nor of any below it.
    pub condemn: fn(&Shared, &AnyActor),
    /// An actor with relations got its value.
    pub ready: fn(&Shared, &AnyActor),
    /// The messages that waited for an actor with relations are queued again.
    pub awake: fn(&Shared, &AnyActor),
    /// A message has left an actor's own mailbox.
    pub left: fn(&Shared, &AnyActor),
    /// An actor got one message too many, and is to fail then.
    pub overflowed: fn(&Shared, &AnyActor),
    /// An actor with relations is gone. The cause comes back for its notifier.
    pub gone: fn(&Shared, u64, Kin, StopCause) -> StopCause,
}

impl Shared {
    /// An actor's relations, made if it has none.
    pub(crate) fn kin<R>(&self, header: &CellHeader, f: impl FnOnce(&mut Kin) -> R) -> R {
        self.cold.with(|cold| f(cold.of(header).kin.get_or_insert_default()))
    }

    /// An actor's relations, if it has any.
    pub(crate) fn kin_of<R>(&self, header: &CellHeader, f: impl FnOnce(&mut Kin) -> R) -> Option<R> {
        self.cold.with(|cold| Some(f(cold.get(header)?.kin.as_deref_mut()?)))
    }
}
