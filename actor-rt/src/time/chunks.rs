//! Growable sequences of entries, made of fixed 256-byte chunks that are recycled through a pool.
//!
//! Why not one `Vec` per bucket: a vector keeps the capacity of its fullest moment, and with several hundred buckets those moments add up to
//! a multiple of the live data; giving the capacity back would mean allocating again in steady state. Chunks move between buckets instead,
//! so the memory follows the number of entries, growth never copies, and a pause for a large reallocation cannot happen.
//!
//! Invariants: only the newest chunk of a list may have room, and only it may be empty, so that adding and removing at the boundary of two
//! chunks does not pass one to and fro; entries lie in the order they were pushed.

use super::entry::Entry;

/// Entries in a chunk: with the link and the length they fill 256 bytes.
pub(super) const CHUNK_ENTRIES: usize = 15;

/// A run of entries and the link to the neighbouring chunk of the same list.
pub(super) struct Chunk {
    entries: [Entry; CHUNK_ENTRIES],
    len: u32,
    next: Option<Box<Chunk>>,
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

    #[inline]
    pub(super) fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries[..self.len as usize]
    }
}

/// Spare chunks.
#[derive(Default)]
pub(super) struct ChunkPool {
    spare: ChunkList,
}

impl ChunkPool {
    fn take(&mut self) -> Box<Chunk> {
        self.spare.take_chunk().unwrap_or_else(|| {
            Box::new(Chunk { entries: [Entry::default(); CHUNK_ENTRIES], len: 0, next: None })
        })
    }

    /// Keeps a chunk for the next list that grows.
    #[inline]
    pub(super) fn give(&mut self, mut chunk: Box<Chunk>) {
        chunk.len = 0;
        chunk.next = self.spare.head.take();
        self.spare.head = Some(chunk);
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

/// A stack of chunks; the head is the newest unless [`ChunkList::into_oldest_first`] turned the list round.
#[derive(Default)]
pub(super) struct ChunkList {
    head: Option<Box<Chunk>>,
}

impl ChunkList {
    /// Appends an entry.
    #[inline]
    pub(super) fn push(&mut self, entry: Entry, pool: &mut ChunkPool) {
        match self.room() {
            Some(room) => room.push(entry),
            None => self.push_in_new_chunk(entry, pool),
        }
    }

    /// The room for one more entry, if the newest chunk has any.
    #[inline(always)]
    pub(super) fn room(&mut self) -> Option<Room<'_>> {
        let chunk = self.head.as_mut()?;
        let place = chunk.entries.get_mut(chunk.len as usize)?;
        Some(Room { place, len: &mut chunk.len })
    }

    #[cold]
    #[inline(never)]
    fn push_in_new_chunk(&mut self, entry: Entry, pool: &mut ChunkPool) {
        let mut chunk = pool.take();
        chunk.entries[0] = entry;
        chunk.len = 1;
        chunk.next = self.head.take();
        self.head = Some(chunk);
    }

    /// The newest entry if it is this one and lies in the newest chunk.
    #[inline(always)]
    pub(super) fn newest(&mut self, entry: Entry) -> Option<Newest<'_>> {
        let chunk = self.head.as_mut()?;
        // Of an empty chunk this is no index.
        let last = chunk.len.wrapping_sub(1);
        chunk.entries.get(last as usize)?.is(entry).then_some(Newest { last, len: &mut chunk.len })
    }

    /// Whether it has no chunk.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.head.is_none()
    }

    /// Unlinks the head chunk.
    #[inline]
    pub(super) fn take_chunk(&mut self) -> Option<Box<Chunk>> {
        let mut chunk = self.head.take()?;
        self.head = chunk.next.take();
        Some(chunk)
    }

    /// The same entries with the oldest chunk at the head, so that taking chunk after chunk visits them in the order they were pushed.
    pub(super) fn into_oldest_first(mut self) -> ChunkList {
        let mut turned = ChunkList::default();
        while let Some(mut chunk) = self.take_chunk() {
            chunk.next = turned.head.take();
            turned.head = Some(chunk);
        }
        turned
    }

    /// Every entry, chunk by chunk from the head.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> + '_ {
        std::iter::successors(self.head.as_deref(), |chunk| chunk.next.as_deref())
            .flat_map(|chunk| chunk.entries().iter().copied())
    }

    /// Calls `change` on every entry.
    pub(super) fn for_each_mut(&mut self, mut change: impl FnMut(&mut Entry)) {
        let mut next = self.head.as_deref_mut();
        while let Some(chunk) = next {
            chunk.entries_mut().iter_mut().for_each(&mut change);
            next = chunk.next.as_deref_mut();
        }
    }
}

impl Drop for ChunkList {
    /// Chunk by chunk: the derived drop would recurse once per chunk and overflow the stack on a long list.
    fn drop(&mut self) {
        while self.take_chunk().is_some() {}
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
        assert_eq!(size_of::<Chunk>(), if size_of::<usize>() == 8 { 256 } else { size_of::<Chunk>() });
    }

    #[test]
    fn a_list_keeps_the_order_of_pushes() {
        let mut pool = ChunkPool::default();
        let mut list = ChunkList::default();
        (0..100).for_each(|n| list.push(entry(n), &mut pool));
        let turned = list.into_oldest_first();
        assert_eq!(turned.iter().collect::<Vec<_>>(), (0..100).map(entry).collect::<Vec<_>>());
    }

    #[test]
    fn entries_are_popped_newest_first() {
        let mut pool = ChunkPool::default();
        let mut list = ChunkList::default();
        assert!(list.newest(entry(0)).is_none());
        (0..10).for_each(|n| list.push(entry(n), &mut pool));
        assert!(list.newest(entry(8)).is_none());
        for n in (0..10).rev() {
            list.newest(entry(n)).unwrap().pop();
        }
        assert_eq!(list.iter().count(), 0);
    }

    #[test]
    fn adding_and_removing_at_a_boundary_keeps_the_chunk() {
        let mut pool = ChunkPool::default();
        let mut list = ChunkList::default();
        (0..=15).for_each(|n| list.push(entry(n), &mut pool));
        let newest: *const Chunk = list.head.as_deref().unwrap();
        list.newest(entry(15)).unwrap().pop();
        assert!(list.newest(entry(14)).is_none(), "it lies in the chunk before");
        list.push(entry(16), &mut pool);
        assert!(std::ptr::eq(newest, list.head.as_deref().unwrap()));
        assert_eq!(list.iter().count(), 16);
    }

    #[test]
    fn dropping_a_long_list_does_not_recurse() {
        let mut pool = ChunkPool::default();
        let mut list = ChunkList::default();
        let entries = if cfg!(miri) { 15 * 100 } else { 15 * 100_000 };
        (0..entries).for_each(|n| list.push(entry(n), &mut pool));
        // A small stack makes the point without depending on the default size.
        std::thread::Builder::new().stack_size(64 * 1024).spawn(move || drop(list)).unwrap().join().unwrap();
    }
}
