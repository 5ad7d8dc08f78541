//! Who is known by which name, who is in which group, and who wants to hear of it. All in order: nothing here depends on addresses.

use super::exit::Exit;
use super::watches::Watches;
use crate::engine::id::ActorId;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A group's scope and its name.
pub(crate) type GroupName = (Rc<str>, Rc<str>);

/// That a name was given, or is free again.
///
/// # Examples
///
/// See [`Core::watch_name`](crate::Core::watch_name).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameEvent {
    /// The name.
    pub name: Rc<str>,
    /// Who has it now.
    pub actor: Option<ActorId>,
}

/// That an actor was restarted, and is ready.
///
/// # Examples
///
/// See [`Core::watch_restarts`](crate::Core::watch_restarts).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestartEvent {
    /// Which.
    pub actor: ActorId,
    /// How often it was restarted by now.
    pub restarts: u32,
}

/// What has become of an actor of the tree.
///
/// # Examples
///
/// See [`Core::watch_actors`](crate::Core::watch_actors).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LifeEvent {
    /// It was started, and is ready.
    Started(ActorId),
    /// It was restarted, and is ready.
    Restarted(ActorId),
    /// It has ended for good: how, and why.
    Ended(Exit),
}

/// That an actor has joined a group, or left it.
///
/// # Examples
///
/// See [`Core::watch_group`](crate::Core::watch_group).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupEvent {
    /// The group's scope.
    pub scope: Rc<str>,
    /// The group.
    pub group: Rc<str>,
    /// Who.
    pub actor: ActorId,
    /// Whether it has joined.
    pub joined: bool,
}

/// The members of a group.
#[derive(Default)]
pub(crate) struct Members {
    /// In the order in which they joined.
    by_order: BTreeMap<u64, u64>,
    places: BTreeMap<u64, u64>,
    next: u64,
}

impl Members {
    pub(crate) fn add(&mut self, actor: u64) {
        self.next += 1;
        self.by_order.insert(self.next, actor);
        self.places.insert(actor, self.next);
    }

    pub(crate) fn remove(&mut self, actor: u64) {
        if let Some(place) = self.places.remove(&actor) {
            self.by_order.remove(&place);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub(crate) fn ids(&self) -> Vec<ActorId> {
        self.by_order.values().copied().map(ActorId).collect()
    }
}

/// The names and groups of one runtime.
#[derive(Default)]
pub(crate) struct Names {
    pub names: BTreeMap<Rc<str>, u64>,
    /// A group without members is none.
    pub groups: BTreeMap<GroupName, Members>,
    pub watches: Watches,
}
