//! Who wants to hear of names, groups, restarts and lives: by what they are of, so that an event goes through those of its own alone.

use super::names::{GroupEvent, GroupName, LifeEvent, NameEvent, RestartEvent};
use crate::engine::ret::Fwd;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a watch is of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Name(Rc<str>),
    Group(GroupName),
    /// All groups of a scope; None for all of them.
    Scope(Option<Rc<str>>),
    /// The restarts of an actor.
    Restarts(u64),
    /// All actors of the tree.
    Actors,
}

/// Whom a watch tells.
pub(crate) enum Told {
    Name(Fwd<NameEvent>),
    Group(Fwd<GroupEvent>),
    Restarts(Fwd<RestartEvent>),
    Actors(Fwd<LifeEvent>),
}

/// The watches of one runtime.
#[derive(Default)]
pub(crate) struct Watches {
    /// By number, which is never used again: in the order in which they were begun.
    by_subject: BTreeMap<Subject, BTreeMap<u64, Told>>,
    subjects: BTreeMap<u64, Subject>,
    last: u64,
}

impl Watches {
    /// Notes a watch. Its number tells the runtime's instance, too.
    pub(crate) fn begin(&mut self, instance: u8, subject: Subject, told: Told) -> u64 {
        self.last += 1;
        let number = u64::from(instance) << 56 | self.last;
        self.by_subject.entry(subject.clone()).or_default().insert(number, told);
        self.subjects.insert(number, subject);
        number
    }

    pub(crate) fn has(&self, number: u64) -> bool {
        self.subjects.contains_key(&number)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// Those of a subject, in their order.
    pub(crate) fn of(&self, subject: &Subject) -> impl Iterator<Item = (u64, &Told)> {
        self.by_subject.get(subject).into_iter().flatten().map(|(number, told)| (*number, told))
    }

    /// Takes one out.
    pub(crate) fn take(&mut self, number: u64) -> Option<Told> {
        let subject = self.subjects.remove(&number)?;
        let all = self.by_subject.get_mut(&subject)?;
        let told = all.remove(&number);
        if all.is_empty() {
            self.by_subject.remove(&subject);
        }
        told
    }

    /// Takes all of a subject out.
    pub(crate) fn take_all(&mut self, subject: &Subject) -> Vec<Told> {
        let all = self.by_subject.remove(subject).unwrap_or_default();
        for number in all.keys() {
            self.subjects.remove(number);
        }
        all.into_values().collect()
    }
}
