//! The far timers: radix-256 buckets, unsorted.
//!
//! Everything here lies after `near_end`, the last nanosecond that the near timers cover. An entry's bucket is a function of its deadline and
//! `near_end` alone: the level is the highest byte in which the two differ, the place within the level is the deadline's byte there.
//! So nothing has to remember where an entry lies, and all of a lower level is earlier than all of a higher one.
//!
//! Invariants:
//! * Every entry lies in `place(deadline, near_end)`. Moving `near_end` forward to anywhere inside the earliest bucket leaves all other
//!   buckets in their place: they agree with both values above their level, and exceed both in their own digit.
//! * Tombstones are less than half of a bucket, so a bucket that is not empty holds a live entry, and memory stays within twice the live.
//! * `occupied` has a bit for exactly the buckets that are not empty, `words` one for each word of `occupied` that is not 0.

use super::chunks::{ChunkList, Chunks, Room};
use super::entry::Entry;
use super::slots::Slots;

/// Bytes rather than smaller digits: cheap to extract, and an entry sinks at most eight times.
const DIGIT_BITS: u32 = 8;
const DIGITS: usize = 1 << DIGIT_BITS;
const LEVELS: usize = (u64::BITS / DIGIT_BITS) as usize;
const WORD_BITS: u32 = u64::BITS;
const PLACES: usize = LEVELS * DIGITS;
const WORDS: usize = PLACES / WORD_BITS as usize;

/// Level and digit in one number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place(u32);

impl Place {
    /// Where a deadline after `near_end` belongs.
    #[inline]
    pub(super) fn of(deadline: u64, near_end: u64) -> Place {
        debug_assert!(deadline > near_end);
        let shift = shift_of(deadline, near_end);
        // The shift is the level times 8: five more bits up and the level stands above the digit.
        Place((shift << (DIGIT_BITS - DIGIT_BITS.ilog2())) | u32::from((deadline >> shift) as u8))
    }

    /// Where it lies in memory.
    #[inline]
    fn index(self) -> usize {
        self.0 as usize
    }

    #[inline]
    pub(super) fn level(self) -> u32 {
        self.0 >> DIGIT_BITS
    }

    /// The first nanosecond of the bucket in which `deadline` lies.
    fn start(self, deadline: u64) -> u64 {
        deadline & !self.span()
    }

    /// The last nanosecond of the bucket in which `deadline` lies.
    pub(super) fn end(self, deadline: u64) -> u64 {
        deadline | self.span()
    }

    /// The bits in which the deadlines of a bucket may differ.
    fn span(self) -> u64 {
        (1 << (self.level() * DIGIT_BITS)) - 1
    }

    /// Whether the bucket spans one nanosecond, so that it cannot be split further.
    pub(super) fn is_instant(self) -> bool {
        self.level() == 0
    }
}

/// The highest byte in which two times differ; 0 if they do not.
#[inline]
fn level_of(one: u64, other: u64) -> u32 {
    shift_of(one, other) / DIGIT_BITS
}

/// Bits below the highest byte in which two times differ.
#[inline]
fn shift_of(one: u64, other: u64) -> u32 {
    // `| 1` cannot change the answer and spares the test for zero. The highest bit by `^`, since that is what the processor's bit scan
    // gives; a subtraction is not seen through.
    (((one ^ other) | 1).leading_zeros() ^ (u64::BITS - 1)) & !(DIGIT_BITS - 1)
}

/// Entries of a bucket.
#[derive(Clone, Copy, Default)]
struct Count {
    live: u32,
    tombstones: u32,
}

/// Room for one entry in a bucket.
pub(super) struct BucketRoom<'a> {
    room: Room<'a>,
    live: &'a mut u32,
}

impl BucketRoom<'_> {
    #[inline(always)]
    pub(super) fn push(self, entry: Entry) {
        self.room.push(entry);
        *self.live += 1;
    }
}

impl Count {
    fn all(self) -> usize {
        self.live as usize + self.tombstones as usize
    }
}

/// One for each place. Two arrays of eight bytes an element, which a processor finds with one instruction less than sixteen; arrays, so
/// that a place needs no check against their length.
struct Table {
    lists: [ChunkList; PLACES],
    counts: [Count; PLACES],
}

/// All buckets and the chunks they are made of.
pub(super) struct Buckets {
    table: Box<Table>,
    occupied: [u64; WORDS],
    words: u32,
    chunks: Chunks,
}

impl Buckets {
    pub(super) fn new() -> Self {
        let table = Box::new(Table { lists: [ChunkList::EMPTY; PLACES], counts: [Count::default(); PLACES] });
        Buckets { table, occupied: [0; WORDS], words: 0, chunks: Chunks::new() }
    }

    /// Adds a live entry with a deadline after `near_end`.
    #[inline]
    pub(super) fn push(&mut self, entry: Entry, near_end: u64) {
        let place = Place::of(entry.deadline(), near_end);
        self.table.lists[place.index()].push(entry, &mut self.chunks);
        let live = &mut self.table.counts[place.index()].live;
        *live += 1;
        // No entry is live only in an empty bucket.
        if *live == 1 {
            self.mark_occupied(place);
        }
    }

    /// The room for a live entry with this deadline, if there is nothing to adding it but writing it there.
    #[inline(always)]
    pub(super) fn room(&mut self, deadline: u64, near_end: u64) -> Option<BucketRoom<'_>> {
        let index = Place::of(deadline, near_end).index();
        // A bucket with a chunk is not empty, hence marked.
        let room = self.table.lists[index].room(&mut self.chunks)?;
        Some(BucketRoom { room, live: &mut self.table.counts[index].live })
    }

    /// Removes an entry whose slot no longer carries its sequence: at once if it is the bucket's newest, otherwise as a tombstone.
    pub(super) fn remove<P>(&mut self, entry: Entry, near_end: u64, slots: &Slots<P>) {
        let place = Place::of(entry.deadline(), near_end);
        let count = &mut self.table.counts[place.index()];
        match self.table.lists[place.index()].newest(entry, &mut self.chunks) {
            Some(newest) => newest.pop(),
            None => count.tombstones += 1,
        }
        count.live -= 1;
        // Also when an entry has left: the share of tombstones has grown. The last one to leave comes here, too.
        if count.live <= count.tombstones {
            self.compact(place, slots);
        }
    }

    /// As `remove`, if nothing has to be tidied up after it; otherwise does nothing and says so.
    #[inline(always)]
    pub(super) fn remove_in_place(&mut self, entry: Entry, near_end: u64) -> bool {
        let index = Place::of(entry.deadline(), near_end).index();
        let count = &mut self.table.counts[index];
        // One less is alive, and one more a tombstone unless the entry leaves at once.
        let live = count.live - 1;
        if let Some(newest) = self.table.lists[index].newest(entry, &mut self.chunks) {
            if live <= count.tombstones {
                return false;
            }
            newest.pop();
        } else {
            let tombstones = count.tombstones + 1;
            if live <= tombstones {
                return false;
            }
            count.tombstones = tombstones;
        }
        count.live = live;
        true
    }

    /// The earliest bucket that is not empty.
    #[inline]
    pub(super) fn first(&self) -> Option<Place> {
        if self.words == 0 {
            return None;
        }
        let word = self.words.trailing_zeros();
        Some(Place(word * WORD_BITS + self.occupied[word as usize].trailing_zeros()))
    }

    /// Entries in a bucket, tombstones included.
    pub(super) fn len(&self, place: Place) -> usize {
        self.table.counts[place.index()].all()
    }

    /// Live entries of all buckets.
    pub(super) fn live(&self) -> usize {
        self.table.counts.iter().map(|count| count.live as usize).sum()
    }

    /// Moves the live entries of a bucket to the end of `run`, in the order they were pushed.
    pub(super) fn take_into<P>(&mut self, place: Place, run: &mut Vec<Entry>, slots: &Slots<P>) {
        let (mut list, all_live) = self.take(place);
        while let Some(mut chunk) = list.take_chunk(&mut self.chunks) {
            if !all_live {
                chunk.retain(|entry| slots.is_live(entry));
            }
            run.extend_from_slice(chunk.entries());
        }
    }

    /// Splits the earliest bucket: entries that are due in its first nanosecond go to the end of `run`, the others to lower levels.
    /// Returns that nanosecond, the new `near_end`.
    pub(super) fn split_into<P>(&mut self, place: Place, run: &mut Vec<Entry>, slots: &Slots<P>) -> u64 {
        if self.table.counts[place.index()].tombstones > 0 {
            self.compact(place, slots);
        }
        let (mut list, _) = self.take(place);
        let any = list.oldest(&self.chunks).expect("a bucket that is not empty holds a live entry");
        let near_end = place.start(any.deadline());
        while let Some(chunk) = list.take_chunk(&mut self.chunks) {
            for &entry in chunk.entries() {
                if entry.deadline() == near_end {
                    run.push(entry);
                } else {
                    self.push(entry, near_end);
                }
            }
        }
        near_end
    }

    /// How many entries [`Buckets::retreat`] would move.
    pub(super) fn retreat_cost(&self, near_end: u64, new_end: u64) -> usize {
        self.places_below(level_of(near_end, new_end)).map(|place| self.len(place)).sum()
    }

    /// Restores the first invariant for a `near_end` that moves back to `new_end`. Everything below the level at which the two differ agrees
    /// with the old value from that level upwards: seen from the new one, it belongs into a single bucket.
    pub(super) fn retreat<P>(&mut self, near_end: u64, new_end: u64, slots: &Slots<P>) {
        let places: Vec<Place> = self.places_below(level_of(near_end, new_end)).collect();
        for place in places {
            let (mut list, all_live) = self.take(place);
            while let Some(mut chunk) = list.take_chunk(&mut self.chunks) {
                if !all_live {
                    chunk.retain(|entry| slots.is_live(entry));
                }
                for &entry in chunk.entries() {
                    self.push(entry, new_end);
                }
            }
        }
    }

    /// Drops all tombstones.
    pub(super) fn compact_all<P>(&mut self, slots: &Slots<P>) {
        let places: Vec<Place> = self.places_below(LEVELS as u32).collect();
        for place in places {
            self.compact(place, slots);
        }
    }

    /// Calls `change` on every entry; it must not touch the deadline.
    pub(super) fn for_each_mut(&mut self, mut change: impl FnMut(&mut Entry)) {
        for list in &self.table.lists {
            list.for_each_mut(&mut self.chunks, &mut change);
        }
    }

    /// Empties a bucket; gives its chunks, and whether they are free of tombstones.
    fn take(&mut self, place: Place) -> (ChunkList, bool) {
        let list = std::mem::replace(&mut self.table.lists[place.index()], ChunkList::EMPTY);
        let count = std::mem::take(&mut self.table.counts[place.index()]);
        self.mark_empty(place);
        (list, count.tombstones == 0)
    }

    #[cold]
    #[inline(never)]
    fn mark_occupied(&mut self, place: Place) {
        let word = place.0 / WORD_BITS;
        self.occupied[word as usize] |= 1 << (place.0 % WORD_BITS);
        self.words |= 1 << word;
    }

    #[cold]
    fn mark_empty(&mut self, place: Place) {
        let word = place.0 / WORD_BITS;
        let occupied = &mut self.occupied[word as usize];
        *occupied &= !(1 << (place.0 % WORD_BITS));
        if *occupied == 0 {
            self.words &= !(1 << word);
        }
    }

    /// Drops the tombstones of one bucket. Each call of it from `remove` follows at least half as many cancellations as there are entries to visit.
    #[cold]
    #[inline(never)]
    fn compact<P>(&mut self, place: Place, slots: &Slots<P>) {
        let count = &mut self.table.counts[place.index()];
        let list = &mut self.table.lists[place.index()];
        let tombstones = std::mem::take(&mut count.tombstones);
        if count.live == 0 {
            // What most time-outs end with, so nothing is looked at.
            list.clear(&mut self.chunks);
            self.mark_empty(place);
        } else if tombstones > 0 {
            let mut old = std::mem::replace(list, ChunkList::EMPTY);
            while let Some(mut chunk) = old.take_chunk(&mut self.chunks) {
                chunk.retain(|entry| slots.is_live(entry));
                for &entry in chunk.entries() {
                    list.push(entry, &mut self.chunks);
                }
            }
        }
    }

    fn places_below(&self, level: u32) -> impl Iterator<Item = Place> + '_ {
        (0..(level << DIGIT_BITS) / WORD_BITS).flat_map(|word| {
            let mut occupied = self.occupied[word as usize];
            std::iter::from_fn(move || {
                let bit = (occupied != 0).then(|| occupied.trailing_zeros())?;
                occupied &= occupied - 1;
                Some(Place(word * WORD_BITS + bit))
            })
        })
    }

    /// Checks the invariants; returns the number of live entries.
    #[cfg(test)]
    pub(super) fn check<P>(&self, near_end: u64, slots: &Slots<P>) -> usize {
        let mut live_total = 0;
        for (index, (list, count)) in self.table.lists.iter().zip(self.table.counts).enumerate() {
            let place = Place(index as u32);
            let entries: Vec<Entry> = list.iter(&self.chunks).collect();
            let live = entries.iter().filter(|&&entry| slots.is_live(entry)).count();
            assert_eq!(
                (entries.len(), entries.len() - live),
                (count.all(), count.tombstones as usize),
                "counts of {place:?}"
            );
            assert!(count.tombstones < count.live || count.all() == 0, "tombstones of {place:?}");
            assert_eq!(list.is_empty(), count.all() == 0, "chunks of {place:?}");
            assert_eq!(
                self.occupied[index / 64] >> (index % 64) & 1 == 1,
                count.all() > 0,
                "bit of {place:?}"
            );
            for entry in entries {
                assert!(entry.deadline() > near_end);
                assert_eq!(Place::of(entry.deadline(), near_end), place);
            }
            live_total += live;
        }
        for (word, &occupied) in self.occupied.iter().enumerate() {
            assert_eq!(self.words >> word & 1 == 1, occupied != 0, "bit of word {word}");
        }
        live_total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_highest_differing_digit() {
        assert_eq!(Place::of(1, 0), Place(1));
        assert_eq!(Place::of(63, 62), Place(63));
        assert_eq!(Place::of(256, 255), Place(256 + 1));
        assert_eq!(Place::of(1 << 60, 0), Place(7 * 256 + 16));
        assert_eq!(Place::of(u64::MAX, 0), Place(7 * 256 + 255));
        assert_eq!(Place::of(u64::MAX, u64::MAX - 1), Place(255));
    }

    #[test]
    fn a_bucket_ends_where_the_next_begins() {
        for (deadline, near_end) in
            [(1u64, 0u64), (70, 0), (1 << 40, 5), (u64::MAX, 0), ((1 << 60) - 1, 1 << 30)]
        {
            let place = Place::of(deadline, near_end);
            let end = place.end(deadline);
            assert_eq!(Place::of(end, near_end), place);
            assert_eq!(Place::of(place.start(deadline), near_end), place);
            let before = place.start(deadline) - 1;
            assert!(before == near_end || Place::of(before, near_end) != place);
            if let Some(after) = end.checked_add(1) {
                assert_ne!(Place::of(after, near_end), place);
            }
        }
    }
}
