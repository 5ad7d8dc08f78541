//! What all actors of a schedule share: how they decide, what they know of each other, and what was wrong.

use crate::family::Left;
use crate::messages::Tally;
use crate::names::Registry;
use crate::node::Traits;
use crate::ports::Ports;
use crate::supervision_support::Random;
use crate::waits::Waits;
use actor_rt::ActorId;
use actor_rt::supervision::Strategy;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How often something happened, over all schedules.
pub type Counts = BTreeMap<&'static str, u64>;

/// What is known of an actor. Incarnations are counted from 1.
#[derive(Default)]
pub struct Notes {
    /// How many values of it live.
    pub alive: u32,
    /// The incarnation that was made last.
    pub made: u32,
    /// Of this incarnation nothing may run any more: it was killed.
    pub condemned: u32,
    /// This incarnation handles no more messages: it asked to end, failed, or had its last hook.
    pub over: u32,
    /// This incarnation was told to stop from outside, and handles no more messages.
    pub told: u32,
    /// This incarnation has a reason of its own to end well, its supervisor's end set aside; or the next one, if that was on its way.
    pub asked: Option<u32>,
    /// How many messages it had handled when it was told to drain, and in which incarnation.
    pub drained: Option<(u32, u32)>,
    pub handled: u32,
    pub supervisor: u64,
    /// The higher, the younger among its supervisor's children.
    pub order: u32,
    /// When the start of its last incarnation began.
    pub born: u32,
    /// When it last had a reason to end that was not its supervisor's.
    pub reason: u32,
    /// One of this incarnation's children has ended.
    pub had_end: bool,
    /// It came into its family when somebody of that had ended, or was not there yet: it may be too late for a restart under way.
    pub is_late: bool,
    /// Its start is not over.
    pub is_starting: bool,
    /// The incarnation of which somebody else took a child away, or gave it one.
    pub moved: u32,
    /// When it came to another supervisor.
    pub adopted: u32,
    /// What it left behind when it ended last.
    pub left: Option<Left>,
    pub waits: Waits,
    /// Somebody may have it end after some time.
    pub timed: bool,
    /// Its supervisor was told to have it end.
    pub dismissed: bool,
    /// The incarnation of which a significant child has ended, so that it may have to end, too.
    pub shuts_down: u32,
    /// What its supervisor ended last of its children.
    pub ended_child: Option<u32>,
    pub traits: Traits,
    /// What is counted when it has no room.
    pub when_full: &'static str,
}

pub struct Shared {
    pub random: Random,
    pub tally: Tally,
    pub registry: Registry,
    pub ports: Ports,
    /// The runtime's clock.
    pub now: Cell<Duration>,
    /// The whole tree is to end.
    pub terminates: Cell<bool>,
    stamps: Cell<u32>,
    counts: RefCell<Counts>,
    notes: RefCell<BTreeMap<u64, Notes>>,
    /// Told, by number of the monitor.
    pub downs: RefCell<BTreeMap<u32, u32>>,
    problems: RefCell<Vec<String>>,
}

impl Shared {
    pub fn new(seed: u64, counts: Counts) -> Self {
        Shared {
            random: Random::new(seed),
            tally: Tally::default(),
            registry: Registry::default(),
            ports: Ports::default(),
            now: Cell::default(),
            terminates: Cell::default(),
            stamps: Cell::default(),
            counts: RefCell::new(counts),
            notes: RefCell::default(),
            downs: RefCell::default(),
            problems: RefCell::default(),
        }
    }

    pub fn count(&self, what: &'static str) {
        *self.counts.borrow_mut().entry(what).or_default() += 1;
    }

    pub fn take_counts(&self) -> Counts {
        self.counts.take()
    }

    pub fn problem(&self, text: String) {
        self.problems.borrow_mut().push(text);
    }

    pub fn take_problems(&self) -> Vec<String> {
        self.problems.take()
    }

    /// What is known of an actor, to be read or changed.
    pub fn note<R>(&self, id: u64, f: impl FnOnce(&mut Notes) -> R) -> R {
        f(self.notes.borrow_mut().entry(id).or_default())
    }

    pub fn with_notes<R>(&self, f: impl FnOnce(&BTreeMap<u64, Notes>) -> R) -> R {
        f(&self.notes.borrow())
    }

    /// All actors that there are or were.
    pub fn everybody(&self) -> Vec<ActorId> {
        self.notes.borrow().keys().map(|id| ActorId(*id)).collect()
    }

    /// What comes later has a higher one.
    pub fn stamp(&self) -> u32 {
        self.stamps.set(self.stamps.get() + 1);
        self.stamps.get()
    }

    /// Any actor that there is or was; nobody in the beginning.
    pub fn any(&self) -> ActorId {
        let notes = self.notes.borrow();
        let at = self.random.below(notes.len().max(1) as u32) as usize;
        ActorId(notes.keys().nth(at).copied().unwrap_or(0))
    }

    /// An actor is its supervisor's youngest child.
    pub fn is_child_of(&self, id: u64, supervisor: u64) {
        let order = self.stamp();
        let is_away = |notes: &Notes| notes.supervisor == supervisor && notes.alive == 0;
        let had_end = supervisor != 0 && self.note(supervisor, |notes| notes.had_end);
        let is_late = supervisor == 0 || had_end || self.with_notes(|all| all.values().any(is_away));
        self.note(id, |notes| {
            notes.is_late = is_late;
            notes.supervisor = supervisor;
            notes.order = order;
        });
    }

    /// Ends well for a reason of its own.
    pub fn asks_to_end(&self, id: u64) {
        self.has_reason(id);
        self.note(id, |notes| notes.asked = Some(notes.made));
    }

    pub fn is_told_to_stop(&self, id: u64) {
        self.asks_to_end(id);
        self.note(id, |notes| notes.told = notes.made);
    }

    pub fn is_told_to_drain(&self, id: u64) {
        self.asks_to_end(id);
        self.note(id, |notes| notes.drained = Some((notes.made, notes.handled)));
    }

    pub fn ask_children_to_end(&self, supervisor: u64) {
        let stamp = self.stamp();
        for notes in self.notes.borrow_mut().values_mut().filter(|notes| notes.supervisor == supervisor) {
            notes.asked = Some(notes.made);
            notes.reason = stamp;
            notes.dismissed = true;
        }
    }

    /// A supervisor is told to have a child end.
    pub fn is_dismissed(&self, id: u64) {
        self.asks_to_end(id);
        self.note(id, |notes| notes.dismissed = true);
    }

    /// An ordinary message is handled by this incarnation; 0 for the one that lives.
    pub fn handles(&self, id: u64, incarnation: u32, what: &str) {
        let late = self.note(id, |notes| {
            notes.handled += 1;
            let incarnation = if incarnation == 0 { notes.made } else { incarnation };
            [
                (notes.condemned, "its kill"),
                (notes.over, "its end in its own turn"),
                (notes.told, "its stop took effect"),
            ]
            .into_iter()
            .find(|(mark, _)| *mark == incarnation)
        });
        if let Some((_, after)) = late {
            self.problem(format!("{what} of {id:#x} is handled after {after}"));
        }
    }

    /// A supervisor is gone, or has its last hook: its children went before. A state that is handed over may be on its way.
    pub fn no_child_lives(&self, supervisor: u64, when: &str) {
        for (child, notes) in self.notes.borrow().iter() {
            if notes.supervisor == supervisor && notes.alive > 0 && !notes.traits.returns_state {
                self.problem(format!("{child:#x} is alive {when} its supervisor {supervisor:#x}"));
            }
        }
    }

    /// A child is ended by its supervisor, which ends itself: those that are younger went before. (Where several are restarted together, one
    /// that was adopted meanwhile is none of them.)
    pub fn is_ended_by_supervisor(&self, id: u64) {
        let all = self.notes.borrow();
        let Some(me) = all.get(&id) else { return };
        let Some(supervisor) = all.get(&me.supervisor).filter(|notes| notes.alive > 0) else { return };
        let ends = supervisor.told == supervisor.made || supervisor.over == supervisor.made;
        if !ends || supervisor.traits.strategy != Strategy::OneForOne {
            return;
        }
        let (order, supervisor) = (me.order, me.supervisor);
        for (other, notes) in all.iter() {
            let younger = notes.supervisor == supervisor && notes.order > order;
            if younger && notes.alive > 0 && !notes.traits.returns_state {
                self.problem(format!("{id:#x} is ended before the younger {other:#x}"));
            }
        }
        drop(all);
        let before = self.note(supervisor, |notes| notes.ended_child.replace(order));
        if before.is_some_and(|before| before > order) {
            self.count("K3: children ended before their parent, the youngest first");
        }
    }

    /// An actor was killed, and all below it: nothing of these incarnations may run from here on.
    pub fn condemn(&self, id: u64) {
        let mut all = self.notes.borrow_mut();
        let mut below = BTreeSet::from([id]);
        loop {
            let more: Vec<u64> = all
                .iter()
                .filter(|(child, notes)| below.contains(&notes.supervisor) && !below.contains(child))
                .map(|(child, _)| *child)
                .collect();
            if more.is_empty() {
                break;
            }
            below.extend(more);
        }
        let (mut living, stamp) = (0, self.stamp());
        for id in below {
            if let Some(notes) = all.get_mut(&id) {
                notes.condemned = notes.made;
                notes.reason = stamp;
                living += notes.alive;
            }
        }
        drop(all);
        if living > 1 {
            self.count("K3: a kill took those below it along");
        }
    }

    pub fn is_anybody_left(&self) {
        if let Some((id, _)) = self.notes.borrow().iter().find(|(_, notes)| notes.alive != 0) {
            self.problem(format!("{id:#x} is left"));
        }
    }
}
