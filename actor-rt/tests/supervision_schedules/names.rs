//! Names and groups: claimed and freed in turn, joined and left in turn, and nothing is left of them when all have ended.

use crate::shared::Shared;
use actor_rt::registry::{GroupEvent, NameEvent};
use actor_rt::supervision::Status;
use actor_rt::{Fwd, Runtime};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub const NAMES: [&str; 3] = ["ada", "bob", "eve"];
pub const SCOPES: [&str; 2] = ["", "north"];
pub const GROUPS: [&str; 2] = ["workers", "idlers"];

/// Scope, group, actor.
type Membership = (Rc<str>, Rc<str>, u64);

/// What the watches have told.
#[derive(Default)]
pub struct Registry {
    /// Who has which name.
    holders: RefCell<BTreeMap<Rc<str>, Option<u64>>>,
    members: RefCell<BTreeSet<Membership>>,
    /// The same as the watches of single groups tell it.
    workers: RefCell<BTreeSet<u64>>,
}

/// Watches all names and groups from the beginning.
pub fn watch(runtime: &mut Runtime, shared: &Rc<Shared>) {
    for name in NAMES {
        let shared = shared.clone();
        _ = runtime.watch_name(name, Fwd::new(move |event| shared.hears_of_name(event)));
    }
    let hears = shared.clone();
    _ = runtime.watch_scope(None, Fwd::new(move |event| hears.hears_of_group(event)));
    let hears = shared.clone();
    let of_workers = move |event: GroupEvent| hears.hears_of_workers(&event);
    _ = runtime.watch_group(SCOPES[0], GROUPS[0], Fwd::new(of_workers));
}

impl Shared {
    fn hears_of_name(&self, event: NameEvent) {
        let now = event.actor.map(|actor| actor.0);
        let before = self.registry.holders.borrow_mut().insert(event.name.clone(), now);
        if before.is_some_and(|before| before.is_some() == now.is_some()) {
            self.problem(format!("the name {} was {before:x?}, and now is {now:x?}", event.name));
        }
        if before.is_some() {
            self.count(if now.is_some() { "name: claimed" } else { "name: freed" });
        }
    }

    fn hears_of_group(&self, event: GroupEvent) {
        let GroupEvent { scope, group, actor, joined, .. } = event;
        let place = (scope, group, actor.0);
        let mut members = self.registry.members.borrow_mut();
        let changes = if joined { members.insert(place.clone()) } else { members.remove(&place) };
        drop(members);
        if !changes {
            self.problem(format!("{place:x?} has joined or left twice: {joined}"));
        }
        self.count(if joined { "group: joined" } else { "group: left" });
    }

    fn hears_of_workers(&self, event: &GroupEvent) {
        let mut workers = self.registry.workers.borrow_mut();
        let changes =
            if event.joined { workers.insert(event.actor.0) } else { workers.remove(&event.actor.0) };
        drop(workers);
        if !changes {
            self.problem(format!("worker {:#x} has joined or left twice: {}", event.actor.0, event.joined));
        }
    }

    /// Whoever is known by a name or in a group has not ended.
    pub fn check_registered(&self, runtime: &Runtime) {
        let named = runtime.registered().into_iter().map(|(_, actor)| actor);
        let members = SCOPES.iter().flat_map(|scope| GROUPS.map(|group| runtime.members(scope, group)));
        for actor in named.chain(members.flatten()) {
            if !matches!(runtime.door().status(actor), Ok(status) if status < Status::Stopped) {
                self.problem(format!("{:#x} is known after its end", actor.0));
            }
        }
    }

    /// All have ended: nobody is registered, and the watches have told so.
    pub fn check_nobody_registered(&self, runtime: &Runtime) {
        let (names, scopes) = (runtime.registered(), runtime.scopes());
        if !names.is_empty() || !scopes.is_empty() {
            self.problem(format!("still known: {names:x?}, {scopes:?}"));
        }
        let registry = &self.registry;
        let held = registry.holders.borrow().values().any(Option::is_some);
        if held || !registry.members.borrow().is_empty() || !registry.workers.borrow().is_empty() {
            self.problem(format!("not told: {:x?}, {:x?}", registry.holders, registry.members));
        }
    }
}
