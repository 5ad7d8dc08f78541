//! Timers moved to a later time while their entries stay where they are.
//!
//! A time-out that every packet of a connection pushes out is moved far more often than it fires. Its entry in the far buckets need not
//! follow: it has to come up no later than the timer is due, and is put in its right place when it does. So a move is two stores,
//! and each entry that comes up too early was paid for by the move that made it so.
//!
//! Invariants: what stands here for a slot counts only while the slot's entry has the sequence it was noted with; that entry lies in the
//! far buckets, and its deadline is at most the noted one.

use super::entry::Entry;

/// Where a timer really is.
#[derive(Clone, Copy, Default)]
struct Move {
    deadline: u64,
    /// Sequence of the entry that stands for the timer; 0 for none.
    from: u32,
    sequence: u32,
}

/// The moves of all timers, by slot. Without any it has no memory.
pub(super) struct Moved {
    moves: Vec<Move>,
}

impl Moved {
    pub(super) const fn new() -> Self {
        Moved { moves: Vec::new() }
    }

    /// Whether there ever was a move.
    #[inline]
    pub(super) fn is_used(&self) -> bool {
        !self.moves.is_empty()
    }

    /// Notes that the timer of a live entry is really this one.
    #[inline]
    pub(super) fn note(&mut self, entry: Entry, real: Entry) {
        debug_assert!(entry.slot() == real.slot() && entry.deadline() <= real.deadline());
        let index = entry.slot() as usize;
        if index >= self.moves.len() {
            self.grow(index);
        }
        self.moves[index] =
            Move { deadline: real.deadline(), from: entry.sequence(), sequence: real.sequence() };
    }

    #[cold]
    fn grow(&mut self, index: usize) {
        self.moves.resize(index + 1, Move::default());
    }

    /// Where the timer of a live entry really is, if not there.
    #[inline]
    pub(super) fn of(&self, entry: Entry) -> Option<Entry> {
        let noted = self.moves.get(entry.slot() as usize)?;
        (noted.from == entry.sequence()).then(|| Entry::new(noted.deadline, noted.sequence, entry.slot()))
    }

    /// The sequences begin anew: the entry has this one now, and so has the timer.
    pub(super) fn renumber(&mut self, entry: Entry, sequence: u32) {
        if let Some(noted) = self.moves.get_mut(entry.slot() as usize) {
            noted.sequence = sequence;
            noted.from = if noted.from == entry.sequence() { sequence } else { 0 };
        }
    }

    /// Forgets what was noted for a vacant slot.
    pub(super) fn forget(&mut self, slot: u32) {
        if let Some(noted) = self.moves.get_mut(slot as usize) {
            noted.from = 0;
        }
    }
}
