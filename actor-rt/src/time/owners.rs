//! Owner lists: all timers of one owner, so that they can be taken when it ends.
//!
//! Each list is doubly linked by slot index, so that a timer that fires or is cancelled leaves its list in O(1). The links lie apart
//! from the slots: few timers are in a list.
//! Invariants: an armed slot that is *owned* is in the list its `owner` names, all others are in none, and their links mean nothing;
//! `heads[owner]` starts that list; a dropped list's place in `heads` is a link of the list of spare places.

use super::slots::{NONE, Slots};

/// Names the list of one owner's timers. Valid from `new_owner` until `drop_owner`; it is an index, so a name kept longer may come to
/// mean another owner's list. Its keeper is trusted with that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct OwnerList(u32);

/// A timer's place in the list of its owner.
#[derive(Clone, Copy)]
struct Links {
    /// Index of the owner's list.
    owner: u32,
    previous: u32,
    next: u32,
}

/// All lists.
pub(super) struct Owners {
    heads: Vec<u32>,
    spare: u32,
    /// By slot. Without any list it has no memory.
    links: Vec<Links>,
}

impl Owners {
    pub(super) const fn new() -> Self {
        Owners { heads: Vec::new(), spare: NONE, links: Vec::new() }
    }

    pub(super) fn add(&mut self) -> OwnerList {
        let index = self.spare;
        if index == NONE {
            assert!(self.heads.len() < NONE as usize, "owner lists exhausted");
            self.heads.push(NONE);
            return OwnerList(self.heads.len() as u32 - 1);
        }
        self.spare = std::mem::replace(&mut self.heads[index as usize], NONE);
        OwnerList(index)
    }

    /// Gives the list back. Timers still in it stay armed, without an owner.
    pub(super) fn remove<P>(&mut self, owner: OwnerList, slots: &mut Slots<P>) {
        let mut index = std::mem::replace(&mut self.heads[owner.0 as usize], self.spare);
        self.spare = owner.0;
        while index != NONE {
            slots.set_owned(index, false);
            index = self.links[index as usize].next;
        }
    }

    /// The slot of the timer armed last among the owner's.
    #[inline]
    pub(super) fn first(&self, owner: OwnerList) -> Option<u32> {
        let head = self.heads[owner.0 as usize];
        (head != NONE).then_some(head)
    }

    /// Makes an armed slot that is not owned the head of a list.
    #[cold]
    #[inline(never)]
    pub(super) fn link<P>(&mut self, OwnerList(owner): OwnerList, index: u32, slots: &mut Slots<P>) {
        let next = std::mem::replace(&mut self.heads[owner as usize], index);
        if next != NONE {
            self.links[next as usize].previous = index;
        }
        let links = Links { owner, previous: NONE, next };
        if index as usize >= self.links.len() {
            self.links.resize(index as usize + 1, links);
        }
        self.links[index as usize] = links;
        slots.set_owned(index, true);
    }

    /// Closes the gap that a slot leaves in the list of its owner. It was owned, and its timer is gone.
    #[cold]
    #[inline(never)]
    pub(super) fn unlink(&mut self, index: u32) {
        let Links { owner, previous, next } = self.links[index as usize];
        if previous == NONE {
            self.heads[owner as usize] = next;
        } else {
            self.links[previous as usize].next = next;
        }
        if next != NONE {
            self.links[next as usize].previous = previous;
        }
    }
}
