//! The directory: from an actor's id to its cell.
//!
//! Slots live in pages that are never moved, so the directory grows by a page and not by doubling. Each slot costs 16 bytes:
//! the cell (or the next free slot), the upper word its id must have, and the order of spawning for teardown. The first one is nobody's:
//! where records say in which slot their sender is, 0 is none.

use super::id::{self, IdKind, MAX_GENERATION};
use crate::kernel::cell::{self, CellHeader};
use std::ptr::NonNull;

const PAGE: usize = 256;
const NONE: u32 = u32::MAX;

/// One slot.
#[derive(Clone, Copy)]
struct Entry {
    /// The living actor's cell; `cell::nobody()` if the slot is free.
    cell: NonNull<CellHeader>,
    /// Living: upper word of the actor's id. Free: the next generation.
    word: u32,
    /// Living: order of spawning. Free: the next free slot.
    link: u32,
}

type Page = [Entry; PAGE];

impl Entry {
    const FRESH: Entry = Entry { cell: cell::nobody(), word: 1, link: NONE };

    fn is_living(&self) -> bool {
        self.cell != cell::nobody()
    }
}

/// The ids of one runtime's actors.
pub(crate) struct Directory {
    pages: Vec<Box<Page>>,
    free: u32,
    used: u32,
    /// Of another width than `order`: the compiler would count both up in one access, which waits for a count down just before it.
    living: usize,
    order: u32,
    /// Kind and instance, as all words have them.
    prefix: u32,
}

impl Directory {
    pub(crate) fn new(instance: u8) -> Self {
        Directory {
            pages: Vec::new(),
            free: NONE,
            used: 0,
            living: 0,
            order: 0,
            prefix: id::word(IdKind::Actor, instance, 0),
        }
    }

    pub(crate) fn living(&self) -> usize {
        self.living
    }

    /// Gives a cell an id, which leads to it from now on.
    #[inline]
    pub(crate) fn insert(&mut self, cell: NonNull<CellHeader>) -> u64 {
        if self.free == NONE || self.order == u32::MAX {
            self.make_room();
        }
        let slot = self.free;
        let entry = &mut self.pages[slot as usize / PAGE][slot as usize % PAGE];
        let word = self.prefix | entry.word;
        self.free = entry.link;
        *entry = Entry { cell, word, link: self.order };
        self.order += 1;
        self.living += 1;
        id::id(word, slot)
    }

    /// Makes a free slot, and a free place in the order of spawning.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        if self.order == u32::MAX {
            self.renumber();
        }
        if self.free != NONE {
            return;
        }
        let slot = self.used.max(1);
        assert!(slot != NONE, "the directory holds at most 2^32 - 2 actors");
        if slot as usize / PAGE == self.pages.len() {
            self.pages.push(Box::new([Entry::FRESH; PAGE]));
        }
        self.used = slot + 1;
        self.free = slot;
    }

    /// Who is in an id's slot. Whether that is the actor of this id is told by the cell, which the caller looks into anyway; nobody's
    /// cell says no to all.
    #[inline(always)]
    pub(crate) fn occupant(&self, id: u64) -> Option<NonNull<CellHeader>> {
        let slot = id::slot(id) as usize;
        Some(self.pages.get(slot / PAGE)?[slot % PAGE].cell)
    }

    /// The actor in a slot, or if there is none the one that was there last.
    pub(crate) fn last_in(&self, slot: u32) -> Option<u64> {
        let entry = self.pages.get(slot as usize / PAGE)?[slot as usize % PAGE];
        let generation = match entry.is_living() {
            true => return Some(id::id(entry.word, slot)),
            // Retired, or with the next one's generation.
            false if entry.word == 0 => MAX_GENERATION,
            false => entry.word - 1,
        };
        (slot != 0 && generation != 0).then(|| id::id(self.prefix | generation, slot))
    }

    /// Forgets an actor that has ended. Its slot is used again with the next generation, or retires.
    #[inline]
    pub(crate) fn remove(&mut self, id: u64) {
        let slot = id::slot(id);
        let entry = &mut self.pages[slot as usize / PAGE][slot as usize % PAGE];
        if entry.word != (id >> 32) as u32 {
            return;
        }
        self.living -= 1;
        let next = id::generation(id) + 1;
        if next > MAX_GENERATION {
            // Retired: no id has this word, and the slot is on no list.
            *entry = Entry { word: 0, ..Entry::FRESH };
            return;
        }
        *entry = Entry { word: next, link: self.free, ..Entry::FRESH };
        self.free = slot;
    }

    /// All living actors' ids, youngest first.
    pub(crate) fn youngest_first(&self) -> Vec<u64> {
        let mut found: Vec<(u32, u64)> = Vec::with_capacity(self.living);
        for (number, page) in self.pages.iter().enumerate() {
            for (index, entry) in page.iter().enumerate().filter(|(_, entry)| entry.is_living()) {
                found.push((entry.link, id::id(entry.word, (number * PAGE + index) as u32)));
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// Starts the spawn order again, keeping it among the living.
    #[cold]
    fn renumber(&mut self) {
        let oldest_first = self.youngest_first().into_iter().rev();
        let mut order = 0;
        for id in oldest_first.collect::<Vec<_>>() {
            let slot = id::slot(id) as usize;
            self.pages[slot / PAGE][slot % PAGE].link = order;
            order += 1;
        }
        self.order = order;
    }
}
