//! What the queue sorts: deadline, arming sequence and slot of a timer, in 16 bytes.
//!
//! Read as one integer, `deadline 64 | sequence 32 | slot 32` from the top, the order is the firing order: earliest deadline first, among
//! equals the one armed first. One comparison, no pointer followed, four entries in a cache line. Sequences are unique among the entries in
//! existence: the slot never decides, and sequence and slot alone tell one entry from all others.

use std::cmp::Ordering;

/// A sortable reference to a timer. It is *live* while its slot still carries its sequence, otherwise a tombstone.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Entry {
    deadline: u64,
    /// Sequence above, slot below.
    arming: u64,
}

impl Entry {
    #[inline]
    pub(super) fn new(deadline: u64, sequence: u32, slot: u32) -> Self {
        Entry { deadline, arming: (u64::from(sequence) << 32) | u64::from(slot) }
    }

    /// Nanoseconds.
    #[inline]
    pub(super) fn deadline(self) -> u64 {
        self.deadline
    }

    #[inline]
    pub(super) fn sequence(self) -> u32 {
        (self.arming >> 32) as u32
    }

    #[inline]
    pub(super) fn slot(self) -> u32 {
        self.arming as u32
    }

    /// The same timer under another sequence.
    #[inline]
    pub(super) fn with_sequence(self, sequence: u32) -> Self {
        Entry::new(self.deadline(), sequence, self.slot())
    }

    /// Whether both are of one arming: half the work of comparing all of it.
    #[inline]
    pub(super) fn is(self, other: Entry) -> bool {
        self.arming == other.arming
    }

    /// The entry as one integer: the sort key. Compared without a branch, which a comparison field by field is not.
    #[inline]
    pub(super) fn order(self) -> u128 {
        (u128::from(self.deadline) << 64) | u128::from(self.arming)
    }
}

impl PartialOrd for Entry {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    // What the heap calls: spares it the detour through `Ordering`.
    #[inline]
    fn le(&self, other: &Self) -> bool {
        self.order() <= other.order()
    }

    #[inline]
    fn lt(&self, other: &Self) -> bool {
        self.order() < other.order()
    }
}

impl Ord for Entry {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

#[cfg(test)]
mod tests {
    use super::Entry;

    #[test]
    fn entries_order_by_deadline_then_sequence() {
        let first = Entry::new(5, u32::MAX, 9);
        assert!(first < Entry::new(6, 1, 0));
        let same = first;
        assert_eq!([first.le(&same), first.lt(&same)], [true, false]);
        assert!(Entry::new(5, 7, u32::MAX) < Entry::new(5, 8, 0));
        assert!(Entry::new(u64::MAX, 1, 0) > Entry::new(u64::MAX - 1, u32::MAX, u32::MAX));
    }

    #[test]
    fn an_entry_gives_back_its_parts() {
        let entry = Entry::new(u64::MAX - 3, 0xDEAD_BEEF, 0x1234_5678);
        assert_eq!(
            (entry.deadline(), entry.sequence(), entry.slot()),
            (u64::MAX - 3, 0xDEAD_BEEF, 0x1234_5678)
        );
        assert_eq!(entry.with_sequence(1), Entry::new(u64::MAX - 3, 1, 0x1234_5678));
    }
}
