//! The table of a loop's sources: whom to tell, by the token that the poller reports.
//!
//! A token is a slot's index and its generation. The generation changes when the slot is given up, so a report that was already taken
//! from the poller for an earlier source in the slot finds nobody. Nothing here runs user code, and dropping what comes out is
//! left to the caller: a `Fwd` may own values with destructors.

use super::ready::{Priority, Ready};
use crate::engine::ret::Fwd;
use ::mio::Token;

/// Bits of a token for the index; the others are for the generation.
const INDEX_BITS: u32 = usize::BITS / 2;
const INDEX_MASK: usize = (1 << INDEX_BITS) - 1;

/// A token that is no source's: its index is never given.
pub(super) const WAKER: Token = Token(usize::MAX);

/// Who is to be told of a source, and how soon.
pub(super) struct Entry {
    pub fwd: Fwd<Ready>,
    pub priority: Priority,
}

struct Slot {
    generation: usize,
    entry: Option<Entry>,
}

/// All sources of a loop.
#[derive(Default)]
pub(super) struct Table {
    slots: Vec<Slot>,
    free: Vec<usize>,
}

impl Table {
    /// A token for a new source. Comes back if there are as many as a token can tell apart.
    pub(super) fn insert(&mut self, entry: Entry) -> Result<Token, Entry> {
        let index = match self.free.pop() {
            Some(index) => index,
            None if self.slots.len() < INDEX_MASK => {
                self.slots.push(Slot { generation: 0, entry: None });
                self.slots.len() - 1
            }
            None => return Err(entry),
        };
        let slot = &mut self.slots[index];
        slot.entry = Some(entry);
        Ok(Token(slot.generation << INDEX_BITS | index))
    }

    /// Whom the token stands for; None if that source is gone.
    pub(super) fn get(&mut self, token: Token) -> Option<&mut Entry> {
        self.slot(token)?.entry.as_mut()
    }

    /// Takes a source out.
    #[must_use = "what is dropped may run user code: not while the table is borrowed"]
    pub(super) fn remove(&mut self, token: Token) -> Option<Entry> {
        let slot = self.slot(token)?;
        let entry = slot.entry.take()?;
        // Wraps on 32 bits after 65,536 sources in one slot: by then no report of the first can be under way.
        slot.generation = (slot.generation + 1) & (usize::MAX >> INDEX_BITS);
        self.free.push(token.0 & INDEX_MASK);
        Some(entry)
    }

    /// Takes all sources out.
    #[must_use = "what is dropped may run user code: not while the table is borrowed"]
    pub(super) fn take_all(&mut self) -> Vec<Entry> {
        let tokens: Vec<_> = (0..self.slots.len())
            .map(|index| Token(self.slots[index].generation << INDEX_BITS | index))
            .collect();
        tokens.into_iter().filter_map(|token| self.remove(token)).collect()
    }

    /// How many sources there are.
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    fn slot(&mut self, token: Token) -> Option<&mut Slot> {
        let slot = self.slots.get_mut(token.0 & INDEX_MASK)?;
        (slot.generation == token.0 >> INDEX_BITS).then_some(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(priority: u8) -> Entry {
        Entry { fwd: Fwd::new(|_| ()), priority: Priority(priority) }
    }

    fn priority_at(table: &mut Table, token: Token) -> Option<u8> {
        table.get(token).map(|entry| entry.priority.0)
    }

    #[test]
    fn a_token_names_one_source_and_never_its_successor_in_the_slot() {
        let mut table = Table::default();
        let old = table.insert(entry(1)).ok().unwrap();
        assert_eq!(table.remove(old).map(|entry| entry.priority.0), Some(1));
        let new = table.insert(entry(2)).ok().unwrap();
        assert_eq!(old.0 & INDEX_MASK, new.0 & INDEX_MASK, "the slot is used again");
        assert_eq!((priority_at(&mut table, old), priority_at(&mut table, new)), (None, Some(2)));
        assert!(table.remove(old).is_none());
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn a_generation_that_wraps_stays_within_its_bits() {
        let mut table = Table::default();
        let token = table.insert(entry(1)).ok().unwrap();
        drop(table.remove(token));
        let last = usize::MAX >> INDEX_BITS;
        table.slots[0].generation = last;
        let token = table.insert(entry(2)).ok().unwrap();
        assert_eq!(token, Token(last << INDEX_BITS));
        drop(table.remove(token));
        assert_eq!(table.insert(entry(3)).ok(), Some(Token(0)));
    }

    #[test]
    fn the_wakers_token_and_tokens_out_of_range_name_nobody() {
        let mut table = Table::default();
        let _token = table.insert(entry(1)).ok().unwrap();
        for token in [WAKER, Token(1), Token(INDEX_MASK)] {
            assert!(table.get(token).is_none() && table.remove(token).is_none());
        }
    }

    #[test]
    fn taking_all_leaves_nobody() {
        let mut table = Table::default();
        let tokens: Vec<_> = (0..3).map(|number| table.insert(entry(number)).ok().unwrap()).collect();
        drop(table.remove(tokens[1]));
        assert_eq!(table.take_all().iter().map(|entry| entry.priority.0).collect::<Vec<_>>(), [0, 2]);
        assert!(tokens.into_iter().all(|token| table.get(token).is_none()));
        assert_eq!(table.len(), 0);
    }
}
