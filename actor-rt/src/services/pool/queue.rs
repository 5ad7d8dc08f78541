//! `JobQueue`: what waits, the most urgent first, and of equals the oldest.

use super::job::Priority;
use super::ticket::Ticket;
use std::collections::BTreeMap;

/// A job's place: the more urgent is the smaller one, then the older.
pub(super) type Place = (Priority, u64);

/// The jobs that wait for one worker, or for any.
///
/// A job that comes back to a queue takes the place that it had.
pub(super) struct JobQueue<K: 'static, M: 'static> {
    /// Those that may be discarded.
    plain: BTreeMap<Place, Ticket<K, M>>,
    /// Those that may not.
    kept: BTreeMap<Place, Ticket<K, M>>,
}

impl<K, M> JobQueue<K, M> {
    pub(super) fn new() -> Self {
        JobQueue { plain: BTreeMap::new(), kept: BTreeMap::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.plain.len() + self.kept.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn push(&mut self, ticket: Ticket<K, M>) {
        let queue = if ticket.may_go() { &mut self.plain } else { &mut self.kept };
        queue.insert(ticket.place(), ticket);
    }

    /// The place of the next one.
    pub(super) fn first(&self) -> Option<Place> {
        let (plain, kept) = (self.plain.keys().next(), self.kept.keys().next());
        plain.into_iter().chain(kept).min().copied()
    }

    pub(super) fn pop(&mut self) -> Option<Ticket<K, M>> {
        let first = self.first()?;
        self.plain.remove(&first).or_else(|| self.kept.remove(&first))
    }

    /// Whether there is one that goes before a new one of this priority does.
    pub(super) fn has_victim(&self, priority: Priority) -> bool {
        self.plain.range((priority, 0)..).next().is_some()
    }

    /// The oldest of the least urgent ones that may be discarded.
    pub(super) fn pop_victim(&mut self) -> Option<Ticket<K, M>> {
        let (least, _) = *self.plain.keys().next_back()?;
        let victim = *self.plain.range((least, 0)..).next()?.0;
        self.plain.remove(&victim)
    }
}
