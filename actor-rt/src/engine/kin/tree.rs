//! The tree of one runtime: all entries of children, all monitors, and what concerns the root.

use super::child::Child;
use super::family::Family;
use super::monitor::Monitor;
use crate::engine::id::{ActorId, IdKind};
use crate::engine::ret::Ret;
use crate::engine::stop_cause::StopCause;
use crate::engine::table::Table;
use crate::engine::token::Core;
use crate::time::TimerKey;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What is called when a child of the root has failed too often.
pub(crate) type OnEscalation = Rc<dyn Fn(&mut Core, ActorId, StopCause)>;

/// See the head of the file.
pub(crate) struct Tree {
    pub children: Table<Child>,
    /// The entries that are kept of children that have ended, by the children's ids.
    pub kept: BTreeMap<u64, u64>,
    pub monitors: Table<Monitor>,
    /// The root's children.
    pub root: Family,
    pub on_escalation: Option<OnEscalation>,
    pub terminating: Option<Terminating>,
    /// How many calls of `start` are on the stack.
    pub depth: u32,
    /// For the jitter of back-offs: the same in each run of a program.
    random: u64,
}

/// The end of the whole tree.
pub(crate) struct Terminating {
    /// Who had to be killed.
    pub killed: Vec<ActorId>,
    /// The same, to be looked up.
    pub known: BTreeSet<ActorId>,
    pub done: Vec<Ret<Vec<ActorId>>>,
    pub deadline: u64,
    pub timer: Option<TimerKey>,
}

impl Tree {
    pub(crate) fn new(instance: u8) -> Self {
        Tree {
            children: Table::new(IdKind::Child, instance),
            kept: BTreeMap::new(),
            monitors: Table::new(IdKind::Monitor, instance),
            root: Family::default(),
            on_escalation: None,
            terminating: None,
            depth: 0,
            random: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// The next of a fixed sequence of numbers between 0 and 1.
    pub(crate) fn random(&mut self) -> f64 {
        // Marsaglia's xorshift64; it only spreads waits.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as f64 / (1_u64 << 53) as f64
    }
}
