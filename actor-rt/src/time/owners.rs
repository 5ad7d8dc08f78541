//! Owner lists: all timers of one owner, so that they can be taken when it ends.
//!
//! Each list is doubly linked through the slab by slot index, so that a timer that fires or is cancelled leaves its list in O(1).
//! Invariants: a slot is in the list its `owner` names, and in no other; `heads[owner]` starts that list; a dropped list's place in `heads`
//! is a link of the list of spare places.

use super::slots::{Links, NONE, Slots};

/// Names the list of one owner's timers. Valid from `new_owner` until `drop_owner`; it is an index, so a name kept longer may come to
/// mean another owner's list. Its keeper is trusted with that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct OwnerList(u32);

/// The heads of all lists.
pub(super) struct Owners {
    heads: Vec<u32>,
    spare: u32,
}

impl Owners {
    pub(super) const fn new() -> Self {
        Owners { heads: Vec::new(), spare: NONE }
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
            let slot = slots.at_mut(index);
            slot.links.owner = NONE;
            index = slot.links.next;
        }
    }

    /// The slot of the timer armed last among the owner's.
    #[inline]
    pub(super) fn first(&self, owner: OwnerList) -> Option<u32> {
        let head = self.heads[owner.0 as usize];
        (head != NONE).then_some(head)
    }

    /// Makes a slot without an owner the head of a list.
    #[cold]
    #[inline(never)]
    pub(super) fn link<P>(&mut self, OwnerList(owner): OwnerList, index: u32, slots: &mut Slots<P>) {
        let next = std::mem::replace(&mut self.heads[owner as usize], index);
        if next != NONE {
            slots.at_mut(next).links.previous = index;
        }
        slots.at_mut(index).links = Links { owner, previous: NONE, next };
    }

    /// Closes the gap that a slot with these links leaves in its owner's list.
    #[cold]
    #[inline(never)]
    pub(super) fn unlink<P>(&mut self, links: Links, slots: &mut Slots<P>) {
        let Links { owner, previous, next } = links;
        if previous == NONE {
            self.heads[owner as usize] = next;
        } else {
            slots.at_mut(previous).links.next = next;
        }
        if next != NONE {
            slots.at_mut(next).links.previous = previous;
        }
    }
}
