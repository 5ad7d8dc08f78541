//! The nearest timers: one run sorted in a batch, and a heap for what arrives among them afterwards.
//!
//! Sorting a bucket when it becomes near is what makes firing cheap: taking the next timer is a step along a vector. A heap alone would pay
//! a random walk of comparisons for each. The heap takes only the entries that are armed into a range already sorted.
//!
//! Invariants: `run[cursor..]` ascends; its first entry and the top of `late` are live, if they exist, so that the earlier of the two is the
//! earliest timer of all; tombstones are at most half of the entries. An exhausted run is cleared.

use super::entry::Entry;
use super::slots::Slots;
use super::sort;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How far ahead of the timer that fires slots are loaded: they lie anywhere in memory.
pub(super) const AHEAD: usize = 16;

/// The near timers, in two orders.
pub(super) struct Near {
    run: Vec<Entry>,
    cursor: usize,
    late: BinaryHeap<Reverse<Entry>>,
    tombstones: usize,
    /// Memory for sorting.
    spare: sort::Spare,
}

impl Near {
    pub(super) const fn new() -> Self {
        Near { run: Vec::new(), cursor: 0, late: BinaryHeap::new(), tombstones: 0, spare: sort::Spare::new() }
    }

    /// The earliest timer.
    #[inline]
    pub(super) fn first(&self) -> Option<Entry> {
        match (self.run.get(self.cursor), self.late.peek()) {
            (Some(&run), None) => Some(run),
            (Some(&run), Some(&Reverse(late))) => Some(run.min(late)),
            (None, late) => late.map(|&Reverse(entry)| entry),
        }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.run.is_empty() && self.late.is_empty()
    }

    /// Live entries.
    pub(super) fn len(&self) -> usize {
        self.run_len() + self.late_len() - self.tombstones
    }

    /// Entries in the sorted run, tombstones included.
    #[inline]
    pub(super) fn run_len(&self) -> usize {
        self.run.len() - self.cursor
    }

    /// Entries in the heap, tombstones included.
    #[inline]
    pub(super) fn late_len(&self) -> usize {
        self.late.len()
    }

    /// Adds a live entry in any place of the order.
    #[inline]
    pub(super) fn push(&mut self, entry: Entry) {
        if self.is_empty() {
            self.run.push(entry);
        } else {
            self.late.push(Reverse(entry));
        }
    }

    /// The run, which must be empty, to be filled and then [sorted](Near::sort).
    pub(super) fn run_to_fill(&mut self) -> &mut Vec<Entry> {
        debug_assert!(self.is_empty());
        &mut self.run
    }

    /// Sorts the run that was filled.
    pub(super) fn sort<P>(&mut self, slots: &Slots<P>) {
        sort::sort(&mut self.run, &mut self.spare);
        self.run.iter().take(AHEAD).for_each(|&entry| slots.prefetch(entry));
    }

    /// What is left of the run, if it is all there is and all of it is live.
    #[inline]
    pub(super) fn plain_run(&self) -> Option<&[Entry]> {
        (self.late.is_empty() && self.tombstones == 0).then(|| &self.run[self.cursor..])
    }

    /// Removes the first entries of such a run.
    pub(super) fn pop_plain(&mut self, count: usize) {
        self.cursor += count;
        if self.cursor == self.run.len() {
            self.run.clear();
            self.cursor = 0;
        }
    }

    /// Removes the earliest timer, which the caller has just read.
    #[inline]
    pub(super) fn pop<P>(&mut self, first: Entry, slots: &Slots<P>) {
        if self.run.get(self.cursor).is_some_and(|entry| entry.is(first)) {
            self.cursor += 1;
            if self.cursor == self.run.len() {
                self.run.clear();
                self.cursor = 0;
            } else if let Some(&ahead) = self.run.get(self.cursor + AHEAD) {
                slots.prefetch(ahead);
            }
        } else {
            self.late.pop();
        }
        if self.tombstones > 0 {
            self.drop_leading_tombstones(slots);
            self.bound_tombstones(slots);
        }
    }

    /// Removes an entry whose slot no longer carries its sequence: at once if it is the earliest, otherwise as a tombstone.
    pub(super) fn remove<P>(&mut self, entry: Entry, slots: &Slots<P>) {
        let is_next_of_run = self.run.get(self.cursor).is_some_and(|next| next.is(entry));
        let is_top_of_heap = self.late.peek().is_some_and(|Reverse(top)| top.is(entry));
        self.tombstones += 1;
        if is_next_of_run || is_top_of_heap {
            self.drop_leading_tombstones(slots);
        }
        self.bound_tombstones(slots);
    }

    /// Moves everything from the heap into the run and hands each live entry to `keep`; those it refuses are gone from here.
    pub(super) fn restart<P>(&mut self, slots: &Slots<P>, mut keep: impl FnMut(Entry) -> bool) {
        self.run.drain(..self.cursor);
        self.cursor = 0;
        self.run.extend(self.late.drain().map(|Reverse(entry)| entry));
        self.tombstones = 0;
        // In the order of arming, so that what leaves for the buckets keeps that order there.
        self.run.sort_unstable_by_key(|entry| entry.sequence());
        self.run.retain(|&entry| slots.is_live(entry) && keep(entry));
        self.run.sort_unstable_by_key(|entry| entry.order());
    }

    /// Drops all tombstones.
    #[cold]
    pub(super) fn compact<P>(&mut self, slots: &Slots<P>) {
        self.run.drain(..self.cursor);
        self.cursor = 0;
        self.run.retain(|&entry| slots.is_live(entry));
        self.late.retain(|&Reverse(entry)| slots.is_live(entry));
        self.tombstones = 0;
    }

    /// Calls `change` on every entry; it must keep their order. There must be no tombstones.
    pub(super) fn for_each_mut(&mut self, mut change: impl FnMut(&mut Entry)) {
        self.run[self.cursor..].iter_mut().for_each(&mut change);
        let mut late = std::mem::take(&mut self.late).into_vec();
        late.iter_mut().for_each(|Reverse(entry)| change(entry));
        self.late = late.into();
    }

    /// Restores the bound on tombstones. Compacting visits at most twice the tombstones it removes.
    #[inline]
    fn bound_tombstones<P>(&mut self, slots: &Slots<P>) {
        if self.tombstones * 2 > self.run_len() + self.late.len() {
            self.compact(slots);
        }
    }

    /// Restores the invariant that the first of each order is live. Every step removes a tombstone for good.
    fn drop_leading_tombstones<P>(&mut self, slots: &Slots<P>) {
        while let Some(&entry) = self.run.get(self.cursor) {
            if slots.is_live(entry) {
                break;
            }
            self.cursor += 1;
            self.tombstones -= 1;
        }
        if self.cursor == self.run.len() {
            self.run.clear();
            self.cursor = 0;
        }
        while let Some(&Reverse(entry)) = self.late.peek() {
            if slots.is_live(entry) {
                break;
            }
            self.late.pop();
            self.tombstones -= 1;
        }
    }

    /// Checks the invariants; returns the number of live entries.
    #[cfg(test)]
    pub(super) fn check<P>(&self, near_end: u64, slots: &Slots<P>) -> usize {
        let run = &self.run[self.cursor..];
        assert!(run.is_sorted());
        assert!(self.run.is_empty() || self.cursor < self.run.len());
        let all = || run.iter().copied().chain(self.late.iter().map(|&Reverse(entry)| entry));
        assert!(all().all(|entry| entry.deadline() <= near_end));
        let live = all().filter(|&entry| slots.is_live(entry)).count();
        assert_eq!(all().count() - live, self.tombstones);
        assert!(self.tombstones * 2 <= all().count());
        assert!(run.first().is_none_or(|&entry| slots.is_live(entry)));
        assert!(self.late.peek().is_none_or(|&Reverse(entry)| slots.is_live(entry)));
        live
    }
}
