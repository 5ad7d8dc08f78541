//! Lists through a table: who keeps a list knows its ends, each entry its neighbours.
//!
//! So one leaves from the middle without a search, and the others stay in the order in which they came. An entry may be on more lists
//! than one: on which of them is told by its *side*.

use super::table::Table;

/// The ids of an entry's neighbours on one list; 0 is none.
#[derive(Clone, Copy, Default)]
pub(crate) struct Links {
    pub before: u64,
    pub behind: u64,
}

/// The ends of one list.
#[derive(Clone, Copy, Default)]
pub(crate) struct List {
    first: u64,
    last: u64,
    length: usize,
}

impl List {
    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// The oldest one; 0 if there is none.
    pub(crate) fn first(&self) -> u64 {
        self.first
    }

    /// The youngest one; 0 if there is none.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// An entry comes to the end. The one before it; 0 if it is the first.
    pub(crate) fn push(&mut self, id: u64) -> u64 {
        let before = std::mem::replace(&mut self.last, id);
        if before == 0 {
            self.first = id;
        }
        self.length += 1;
        before
    }

    /// An entry that stood between these has left.
    pub(crate) fn remove(&mut self, links: Links) {
        if links.before == 0 {
            self.first = links.behind;
        }
        if links.behind == 0 {
            self.last = links.before;
        }
        self.length -= 1;
    }
}

/// What can be on lists.
pub(crate) trait Linked {
    /// Which lists: one of each.
    type Side: Copy;

    /// Its neighbours on one of them.
    fn links(&mut self, side: Self::Side) -> &mut Links;
}

impl<T: Linked> Table<T> {
    /// Puts an entry behind `before`, the last one of a list; 0 if that is empty.
    pub(crate) fn link(&mut self, before: u64, id: u64, side: T::Side) {
        if let Some(entry) = self.get(id) {
            *entry.links(side) = Links { before, behind: 0 };
        }
        if let Some(entry) = self.get(before) {
            entry.links(side).behind = id;
        }
    }

    /// Joins the neighbours of an entry that has left a list.
    pub(crate) fn join(&mut self, links: Links, side: T::Side) {
        if links.before != 0 {
            if let Some(entry) = self.get(links.before) {
                entry.links(side).behind = links.behind;
            }
        }
        if links.behind != 0 {
            if let Some(entry) = self.get(links.behind) {
                entry.links(side).before = links.before;
            }
        }
    }

    /// The entries of a list that begins with `first`, oldest first.
    pub(crate) fn list(&mut self, first: u64, side: T::Side) -> Vec<u64> {
        let mut ids = Vec::new();
        let mut next = first;
        while let Some(entry) = self.get(next) {
            ids.push(next);
            next = entry.links(side).behind;
        }
        ids
    }
}
