//! Growable sequences of entries, made of fixed 256-byte chunks that are recycled.
//!
//! Why not one `Vec` per bucket: a vector keeps the capacity of its fullest moment, and with several hundred buckets those moments add up to
//! a multiple of the live data; giving the capacity back would mean allocating again in steady state. Chunks move between buckets instead,
//! so the memory follows the number of entries.
//!
//! All chunks lie in one vector and are linked by number. Invariants: a chunk is in one list, or spare; only the newest chunk of
//! a list may have room, and only it may be empty, so that adding and removing at the boundary of two chunks does not pass one to and fro;
//! entries lie in the order they were pushed.

use super::entry::Entry;
use crate::kernel::prefetch::prefetch;

/// Entries in a chunk: with the link and the length they fill 256 bytes.
const CHUNK_ENTRIES: usize = 15;

/// "No chunk" in links. It is no number of a chunk: the store would have to have 2³² of them.
const NONE: u32 = u32::MAX;

/// A run of entries, and the link to the next newer chunk of the same list or to the next spare one.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Chunk {
    entries: [Entry; CHUNK_ENTRIES],
    len: u32,
    next: u32,
}

impl Chunk {
    #[inline]
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries[..self.len as usize]
    }

    /// Drops the entries that are not to be kept. Which those are nobody can predict, so there is no branch on it: the tests of a chunk, each
    /// of which may have to wait for memory, overlap.
    #[inline]
    pub(super) fn retain(&mut self, keep: impl Fn(Entry) -> bool) {
        let mut kept = 0;
        for index in 0..self.len as usize {
            let entry = self.entries[index];
            self.entries[kept] = entry;
            kept += usize::from(keep(entry));
        }
        self.len = kept as u32;
    }
}

/// The memory of all lists.
pub(super) struct Chunks {
    chunks: Vec<Chunk>,
    /// Begins the list of spare chunks.
    spare: u32,
}

impl Chunks {
    pub(super) const fn new() -> Self {
        Chunks { chunks: Vec::new(), spare: NONE }
    }

    #[inline(always)]
    fn get(&self, number: u32) -> Option<&Chunk> {
        self.chunks.get(number as usize)
    }

    #[inline(always)]
    fn get_mut(&mut self, number: u32) -> Option<&mut Chunk> {
        self.chunks.get_mut(number as usize)
    }

    /// The number of a chunk that is in no list, with this entry in it.
    fn take(&mut self, entry: Entry) -> u32 {
        let number = self.spare;
        let Some(chunk) = self.get_mut(number) else {
            let number = self.chunks.len() as u32;
            assert!(number != NONE, "chunks of timers exhausted");
            self.chunks.push(Chunk { entries: [entry; CHUNK_ENTRIES], len: 1, next: NONE });
            return number;
        };
        chunk.entries[0] = entry;
        chunk.len = 1;
        self.spare = std::mem::replace(&mut chunk.next, NONE);
        number
    }
}

/// Room for one entry at the end of a list.
pub(super) struct Room<'a> {
    place: &'a mut Entry,
    len: &'a mut u32,
}

impl Room<'_> {
    #[inline(always)]
    pub(super) fn push(self, entry: Entry) {
        *self.place = entry;
        *self.len += 1;
    }
}

/// The last entry of a list.
pub(super) struct Newest<'a> {
    last: u32,
    len: &'a mut u32,
}

impl Newest<'_> {
    #[inline(always)]
    pub(super) fn pop(self) {
        *self.len = self.last;
    }
}

/// A queue of chunks.
pub(super) struct ChunkList {
    oldest: u32,
    newest: u32,
}

impl ChunkList {
    pub(super) const EMPTY: ChunkList = ChunkList { oldest: NONE, newest: NONE };

    /// Appends an entry.
    #[inline]
    pub(super) fn push(&mut self, entry: Entry, chunks: &mut Chunks) {
        match self.room(chunks) {
            Some(room) => room.push(entry),
            None => self.push_in_new_chunk(entry, chunks),
        }
    }

    /// The room for one more entry, if the newest chunk has any.
    #[inline(always)]
    pub(super) fn room<'a>(&self, chunks: &'a mut Chunks) -> Option<Room<'a>> {
        let chunk = chunks.get_mut(self.newest)?;
        let place = chunk.entries.get_mut(chunk.len as usize)?;
        Some(Room { place, len: &mut chunk.len })
    }

    #[cold]
    #[inline(never)]
    fn push_in_new_chunk(&mut self, entry: Entry, chunks: &mut Chunks) {
        let number = chunks.take(entry);
        match chunks.get_mut(self.newest) {
            Some(before) => before.next = number,
            None => self.oldest = number,
        }
        self.newest = number;
    }

    /// The newest entry if it is this one and lies in the newest chunk.
    #[inline(always)]
    pub(super) fn newest<'a>(&self, entry: Entry, chunks: &'a mut Chunks) -> Option<Newest<'a>> {
        let chunk = chunks.get_mut(self.newest)?;
        // Of an empty chunk this is no index.
        let last = chunk.len.wrapping_sub(1);
        chunk.entries.get(last as usize)?.is(entry).then_some(Newest { last, len: &mut chunk.len })
    }

    /// The oldest entry.
    pub(super) fn oldest(&self, chunks: &Chunks) -> Option<Entry> {
        chunks.get(self.oldest)?.entries().first().copied()
    }

    /// Whether it has no chunk.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.newest == NONE
    }

    /// Takes the oldest chunk: what was in it, since its memory may be used again at once.
    #[inline]
    pub(super) fn take_chunk(&mut self, chunks: &mut Chunks) -> Option<Chunk> {
        let (number, spare) = (self.oldest, chunks.spare);
        let place = chunks.get_mut(number)?;
        let chunk = *place;
        place.next = spare;
        chunks.spare = number;
        self.oldest = chunk.next;
        match chunks.get(chunk.next) {
            // The chunks of a list lie anywhere in memory.
            Some(next) => next.entries.iter().step_by(4).for_each(prefetch),
            None => self.newest = NONE,
        }
        Some(chunk)
    }

    /// Gives all its chunks back, whatever is in them.
    pub(super) fn clear(&mut self, chunks: &mut Chunks) {
        let ChunkList { oldest, newest } = std::mem::replace(self, ChunkList::EMPTY);
        let spare = chunks.spare;
        if let Some(last) = chunks.get_mut(newest) {
            last.next = spare;
            chunks.spare = oldest;
        }
    }

    /// Every entry, oldest first.
    #[cfg(test)]
    pub(super) fn iter<'a>(&self, chunks: &'a Chunks) -> impl Iterator<Item = Entry> + 'a {
        std::iter::successors(chunks.get(self.oldest), |chunk| chunks.get(chunk.next))
            .flat_map(|chunk| chunk.entries().iter().copied())
    }

    /// Calls `change` on every entry.
    pub(super) fn for_each_mut(&self, chunks: &mut Chunks, mut change: impl FnMut(&mut Entry)) {
        let mut next = self.oldest;
        while let Some(chunk) = chunks.get_mut(next) {
            chunk.entries[..chunk.len as usize].iter_mut().for_each(&mut change);
            next = chunk.next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(n: u32) -> Entry {
        Entry::new(u64::from(n), n, n)
    }

    #[test]
    fn a_chunk_fills_four_cache_lines() {
        assert_eq!(size_of::<Chunk>(), 256);
    }

    #[test]
    fn a_list_keeps_the_order_of_pushes_and_gives_its_memory_back() {
        let mut chunks = Chunks::new();
        for _ in 0..3 {
            let mut list = ChunkList::EMPTY;
            (0..2000).for_each(|n| list.push(entry(n), &mut chunks));
            assert_eq!(list.oldest(&chunks), Some(entry(0)));
            assert!(list.iter(&chunks).eq((0..2000).map(entry)));
            let mut taken = Vec::new();
            while let Some(chunk) = list.take_chunk(&mut chunks) {
                taken.extend_from_slice(chunk.entries());
            }
            assert!(taken.into_iter().eq((0..2000).map(entry)));
            assert!(list.is_empty() && list.oldest(&chunks).is_none());
        }
        assert_eq!(chunks.chunks.len(), 2000 / CHUNK_ENTRIES + 1);
    }

    #[test]
    fn a_list_that_is_cleared_gives_its_memory_back() {
        let mut chunks = Chunks::new();
        let mut other = ChunkList::EMPTY;
        (0..40).for_each(|n| other.push(entry(n), &mut chunks));
        for all in [0, 1, 15, 16, 2000, 2000] {
            let mut list = ChunkList::EMPTY;
            (0..all).for_each(|n| list.push(entry(n), &mut chunks));
            list.clear(&mut chunks);
            assert!(list.is_empty() && list.oldest(&chunks).is_none());
        }
        assert_eq!(chunks.chunks.len(), 2000usize.div_ceil(CHUNK_ENTRIES) + 40usize.div_ceil(CHUNK_ENTRIES));
        assert!(other.iter(&chunks).eq((0..40).map(entry)));
    }

    #[test]
    fn lists_share_the_memory_and_not_the_entries() {
        let mut chunks = Chunks::new();
        let mut lists: Vec<ChunkList> = (0..3).map(|_| ChunkList::EMPTY).collect();
        (0..300).for_each(|n| lists[n as usize % 3].push(entry(n), &mut chunks));
        for (first, list) in (0..).zip(&lists) {
            assert!(list.iter(&chunks).eq((first..300).step_by(3).map(entry)));
        }
    }

    #[test]
    fn entries_are_popped_newest_first() {
        let mut chunks = Chunks::new();
        let mut list = ChunkList::EMPTY;
        assert!(list.newest(entry(0), &mut chunks).is_none());
        (0..10).for_each(|n| list.push(entry(n), &mut chunks));
        assert!(list.newest(entry(8), &mut chunks).is_none());
        for n in (0..10).rev() {
            list.newest(entry(n), &mut chunks).unwrap().pop();
        }
        assert_eq!(list.iter(&chunks).count(), 0);
    }

    #[test]
    fn adding_and_removing_at_a_boundary_keeps_the_chunk() {
        let mut chunks = Chunks::new();
        let mut list = ChunkList::EMPTY;
        (0..=15).for_each(|n| list.push(entry(n), &mut chunks));
        let newest = list.newest;
        list.newest(entry(15), &mut chunks).unwrap().pop();
        assert!(list.newest(entry(14), &mut chunks).is_none(), "it lies in the chunk before");
        list.push(entry(16), &mut chunks);
        assert_eq!(list.newest, newest);
        assert_eq!(list.iter(&chunks).count(), 16);
    }
}
