//! The slab of timers: payload, deadline and generation of each, in one cache line if the payload takes 48 bytes.
//!
//! Invariants:
//! * A slot is *armed* (sequence not 0, payload present, generation without the vacant mark) or *vacant* (the opposite in all three) or
//!   *retired* (vacant and never used again, because its generations are used up). Hence a key of the past matches nothing for ever.
//! * An entry of the queue is live exactly while its slot carries its sequence. That one compare is the tombstone test.
//! * A payload is moved in as soon as its slot is armed, and out with the slot's becoming vacant. Nothing here drops one, except dropping
//!   the slab itself.
//!
//! A retired slot keeps its memory: one slot for a million timers that went through it.

use super::entry::Entry;
use super::key::TimerKey;
use super::moved::Moved;
use crate::kernel::prefetch::prefetch;

/// "No slot" in lists.
pub(super) const NONE: u32 = u32::MAX;

/// Set in the generation of a slot without a timer: no key carries this bit, so one compare refuses stale, forged and vacant alike.
const VACANT: u32 = 1 << 31;

/// Set in the generation of a slot whose timer is in its owner's list. No key carries it either: who looks for a timer that needs no
/// further care finds none here.
const OWNED: u32 = 1 << 30;

/// One timer. It is touched when it is armed and when it fires, and lies anywhere in memory each time: with a parcel it takes a
/// cache line, and never lies in two.
#[repr(align(64))]
pub(super) struct Slot<P> {
    /// Nanoseconds; in a vacant slot the next vacant one.
    deadline: u64,
    /// Arming sequence; 0 while vacant.
    pub(super) sequence: u32,
    generation: u32,
    payload: Option<P>,
}

/// An armed slot of no list, looked up once.
pub(super) struct Armed<'a, P> {
    slot: &'a mut Slot<P>,
    key: TimerKey,
    vacant: &'a mut u32,
}

/// A slot that was just armed and waits for its payload.
pub(super) struct Empty<'a, P> {
    pub(super) key: TimerKey,
    payload: &'a mut Option<P>,
}

impl<P> Empty<'_, P> {
    /// Moves the payload in, which is made in the place where it stays: however much of the queue's work lies in a function of its own,
    /// nothing else is moved.
    #[inline(always)]
    pub(super) fn fill(self, payload: impl FnOnce() -> P) -> TimerKey {
        // Always `None` before (see the invariants); forgetting it keeps the drop of a payload out of this path.
        std::mem::forget(self.payload.replace(payload()));
        self.key
    }
}

impl<'a, P> Armed<'a, P> {
    #[inline(always)]
    pub(super) fn entry(&self) -> Entry {
        self.slot.entry(self.key.slot())
    }

    /// Makes the slot vacant and gives its payload.
    #[inline(always)]
    pub(super) fn remove(self) -> Option<P> {
        self.retire().payload.take()
    }

    /// Makes the slot vacant, but for its payload.
    #[inline(always)]
    fn retire(self) -> &'a mut Slot<P> {
        let Armed { slot, key, vacant } = self;
        slot.sequence = 0;
        if key.generation() < TimerKey::MAX_GENERATION {
            slot.generation = (key.generation() + 1) | VACANT;
            slot.deadline = u64::from(*vacant);
            *vacant = key.slot();
        } else {
            // Retired: on no list, and no key has generation 0.
            slot.generation = VACANT;
        }
        slot
    }
}

/// The slots and the list of vacant ones.
pub(super) struct Slots<P> {
    slots: Vec<Slot<P>>,
    vacant: u32,
}

impl<P> Slots<P> {
    pub(super) const fn new() -> Self {
        Slots { slots: Vec::new(), vacant: NONE }
    }

    /// Armed timers, counted one by one.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.slots.iter().filter(|slot| slot.sequence != 0).count()
    }

    /// The slot to be armed next, if one is vacant.
    #[inline(always)]
    pub(super) fn vacant(&self) -> Option<u32> {
        // NONE is the index of no slot.
        ((self.vacant as usize) < self.slots.len()).then_some(self.vacant)
    }

    /// The slot to be armed next.
    ///
    /// # Panics
    /// When 2³² slots are in use or retired.
    pub(super) fn vacant_or_new(&mut self) -> u32 {
        if self.vacant == NONE {
            self.grow();
        }
        self.vacant
    }

    /// Arms the slot to be armed next, which the entry names, in no list.
    #[inline(always)]
    pub(super) fn arm(&mut self, entry: Entry) -> Empty<'_, P> {
        debug_assert_eq!(entry.slot(), self.vacant);
        let slot = &mut self.slots[entry.slot() as usize];
        debug_assert!(slot.payload.is_none());
        self.vacant = slot.deadline as u32;
        slot.deadline = entry.deadline();
        slot.sequence = entry.sequence();
        slot.generation &= !VACANT;
        Empty { key: TimerKey::new(slot.generation, entry.slot()), payload: &mut slot.payload }
    }

    /// A slot that was armed and not filled yet.
    pub(super) fn empty(&mut self, key: TimerKey) -> Empty<'_, P> {
        Empty { key, payload: &mut self.at_mut(key.slot()).payload }
    }

    /// The armed slot of no list that a key names, if it still does, to be made vacant.
    #[inline(always)]
    pub(super) fn armed(&mut self, key: TimerKey) -> Option<Armed<'_, P>> {
        let slot = self.slots.get_mut(key.slot() as usize)?;
        if slot.generation != key.generation() {
            return None;
        }
        Some(Armed { slot, key, vacant: &mut self.vacant })
    }

    /// All armed timers, with the entries that stand for them, in no particular order.
    pub(super) fn all(&self) -> impl Iterator<Item = (Entry, &P)> {
        self.slots
            .iter()
            .zip(0..)
            .filter_map(|(slot, index)| Some((slot.entry(index), slot.payload.as_ref()?)))
    }

    /// The slot with this index, which must exist.
    #[inline]
    pub(super) fn at(&self, index: u32) -> &Slot<P> {
        &self.slots[index as usize]
    }

    /// The slot with this index, which must exist.
    #[inline]
    pub(super) fn at_mut(&mut self, index: u32) -> &mut Slot<P> {
        &mut self.slots[index as usize]
    }

    /// Makes an armed slot vacant once `out` has emptied it. True if it is to leave the list of an owner.
    #[inline(always)]
    pub(super) fn vacate(&mut self, index: u32, out: &mut impl FnMut(&mut Option<P>)) -> bool {
        let slot = &mut self.slots[index as usize];
        let is_owned = slot.is_owned();
        out(&mut slot.payload);
        debug_assert!(slot.payload.is_none());
        let key = slot.key(index);
        Armed { slot, key, vacant: &mut self.vacant }.retire();
        is_owned
    }

    /// The armed slot a key names, if it still does.
    #[inline]
    pub(super) fn get(&self, key: TimerKey) -> Option<&Slot<P>> {
        let slot = self.slots.get(key.slot() as usize)?;
        (slot.generation & !OWNED == key.generation()).then_some(slot)
    }

    /// As `get`, to be changed.
    pub(super) fn get_mut(&mut self, key: TimerKey) -> Option<&mut Slot<P>> {
        let slot = self.slots.get_mut(key.slot() as usize)?;
        (slot.generation & !OWNED == key.generation()).then_some(slot)
    }

    /// The key of an armed slot.
    #[inline]
    pub(super) fn key(&self, index: u32) -> TimerKey {
        self.at(index).key(index)
    }

    /// An armed slot's timer joins or leaves the list of its owner.
    #[inline]
    pub(super) fn set_owned(&mut self, index: u32, is_owned: bool) {
        let slot = self.at_mut(index);
        slot.generation = slot.generation & !OWNED | if is_owned { OWNED } else { 0 };
    }

    /// Whether an entry is live: its timer is armed and has not been re-armed since.
    #[inline]
    pub(super) fn is_live(&self, entry: Entry) -> bool {
        self.at(entry.slot()).sequence == entry.sequence()
    }

    /// Starts loading an entry's slot into the cache.
    #[inline]
    pub(super) fn prefetch(&self, entry: Entry) {
        prefetch(self.at(entry.slot()));
    }

    /// Gives the armed timers the sequences 1, 2, 3, … in their present order; returns the first unused one.
    pub(super) fn renumber(&mut self, moved: &mut Moved) -> u32 {
        let mut armed = Vec::new();
        for (index, slot) in (0..).zip(&mut self.slots) {
            if slot.sequence == 0 {
                moved.forget(index);
                continue;
            }
            let entry = slot.entry(index);
            armed.push((moved.of(entry).unwrap_or(entry).sequence(), entry, slot));
        }
        armed.sort_unstable_by_key(|(sequence, ..)| *sequence);
        let mut next = 1;
        for (_, entry, slot) in armed {
            moved.renumber(entry, next);
            slot.sequence = next;
            next += 1;
        }
        next
    }

    /// Adds one vacant slot; the vector sees to growing in larger steps.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        assert!(self.slots.len() < NONE as usize, "timer slots exhausted");
        self.vacant = self.slots.len() as u32;
        let next = u64::from(NONE);
        self.slots.push(Slot { deadline: next, sequence: 0, generation: VACANT | 1, payload: None });
    }
}

impl<P> Slot<P> {
    /// The entry of an armed slot, which is the one with this index.
    #[inline(always)]
    pub(super) fn entry(&self, index: u32) -> Entry {
        Entry::new(self.deadline, self.sequence, index)
    }

    /// The key of an armed slot, which is the one with this index.
    #[inline(always)]
    fn key(&self, index: u32) -> TimerKey {
        TimerKey::new(self.generation & !OWNED, index)
    }

    /// Whether its timer is in the list of an owner.
    #[inline(always)]
    pub(super) fn is_owned(&self) -> bool {
        self.generation & OWNED != 0
    }

    /// The entry of an armed slot is another one.
    #[inline]
    pub(super) fn set_entry(&mut self, entry: Entry) {
        self.deadline = entry.deadline();
        self.sequence = entry.sequence();
    }

    /// The payload of an armed slot.
    #[inline]
    #[cfg(test)]
    pub(super) fn payload(&self) -> Option<&P> {
        self.payload.as_ref()
    }

    /// As `payload`, to be changed.
    pub(super) fn payload_mut(&mut self) -> Option<&mut P> {
        self.payload.as_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert(slots: &mut Slots<()>) -> TimerKey {
        let index = slots.vacant_or_new();
        slots.arm(Entry::new(0, 1, index)).fill(|| ())
    }

    fn remove(slots: &mut Slots<()>, key: TimerKey) -> bool {
        slots.armed(key).and_then(Armed::remove).is_some()
    }

    #[test]
    fn a_slot_with_48_bytes_of_payload_is_a_cache_line() {
        assert_eq!(size_of::<Slot<[u64; 5]>>(), 64);
        #[cfg(target_pointer_width = "64")]
        assert_eq!(size_of::<Slot<crate::kernel::parcel::Parcel>>(), 64);
    }

    #[test]
    fn a_slot_retires_when_its_generations_are_used_up_and_its_keys_stay_dead() {
        let mut slots = Slots::new();
        let first = insert(&mut slots);
        let mut last = first;
        for _ in 1..TimerKey::MAX_GENERATION {
            assert!(remove(&mut slots, last));
            last = insert(&mut slots);
            assert_eq!(last.slot(), first.slot());
        }
        assert_eq!(last.generation(), TimerKey::MAX_GENERATION);
        assert!(remove(&mut slots, last));
        assert_ne!(insert(&mut slots).slot(), first.slot());
        assert!(slots.get(first).is_none() && slots.get(last).is_none());
        assert!(slots.get(TimerKey::from_bits(u64::from(first.slot()))).is_none());
    }

    #[test]
    fn forged_keys_name_nothing() {
        let mut slots = Slots::new();
        let key = insert(&mut slots);
        let (generation, slot) = (key.generation(), key.slot());
        let forge =
            |generation: u32, slot: u32| TimerKey::from_bits(u64::from(generation) << 32 | u64::from(slot));
        assert!(slots.get(forge(generation, slot)).is_some());
        assert_eq!(TimerKey::from_bits(key.to_bits()), key);
        for (generation, slot) in [
            (0, slot),
            (generation + 1, slot),
            (generation, slot + 1),
            (generation, u32::MAX),
            (VACANT | 1, slot + 1),
        ] {
            assert!(slots.get(forge(generation, slot)).is_none());
        }
    }
}
