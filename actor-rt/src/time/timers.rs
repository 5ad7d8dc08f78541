//! The timer queue: slab, owner lists, near timers and far buckets put together.
//!
//! `near_end` divides the queue: deadlines up to and including it are near (sorted), later ones lie in the buckets (unsorted).
//!
//! Invariants:
//! * If any timer is armed, the near part is not empty and its first entry is live; so the earliest deadline is known at any time without
//!   looking further. Whatever removes the last near entry *advances* `near_end` over the earliest bucket.
//! * With no timer armed, near part and buckets hold nothing at all, and `near_end` is the end of time: the first timer is near.
//! * A bucket of at most [`RUN_ENTRIES`] becomes near as a whole. A larger one is split: its entries sink to lower levels, at most eight
//!   times each.
//! * If many timers are armed before a `near_end` that lies far ahead, they meet in the heap. When they outnumber what has to be moved for it,
//!   `near_end` *retreats* to the earliest of them. Each move of an entry to a higher level is paid by one such arming, so all operations
//!   are O(1) amortised but for the sorting of runs and the heap, which are logarithmic in the run and in the late arrivals.

use super::buckets::Buckets;
use super::entry::Entry;
use super::key::TimerKey;
use super::moved::Moved;
use super::near::{AHEAD, Near};
use super::owners::{OwnerList, Owners};
use super::slots::{Empty, Slots};

/// Buckets up to this size are sorted as they are: below it, sorting costs less than visiting further buckets.
const RUN_ENTRIES: usize = 512;

/// Smaller buckets become near together with the next ones of their level, up to this size: a run is the cheaper to sort the longer it is.
const RUN_AT_LEAST: usize = 128;

/// Late arrivals below this number never cause a retreat.
const LATE_ENTRIES: usize = 64;

/// Timers with payloads `P`, fired in the exact order of (deadline, arming), with the earliest deadline known at any time.
///
/// Times are nanoseconds; all values up to `u64::MAX` are deadlines like any other. Payloads are never dropped in here, except by dropping
/// the whole structure: each removal hands its payload back, so that the caller decides what happens to it when nothing is borrowed.
/// Nothing allocates once the largest number of timers has been reached.
pub(crate) struct Timers<P> {
    slots: Slots<P>,
    owners: Owners,
    near: Near,
    /// The last nanosecond that is near.
    near_end: u64,
    far: Buckets,
    moved: Moved,
    /// Number of late arrivals at which to consider a retreat next.
    retreat_at: usize,
    /// What the next arming gets; 0 is never used.
    sequence: u32,
}

impl<P> Timers<P> {
    /// No timers.
    pub(crate) fn new() -> Self {
        Timers {
            slots: Slots::new(),
            owners: Owners::new(),
            near: Near::new(),
            near_end: u64::MAX,
            far: Buckets::new(),
            moved: Moved::new(),
            retreat_at: LATE_ENTRIES,
            sequence: 1,
        }
    }

    /// Arms a timer, in the list of `owner` if one is given. A deadline in the past is due at once, and before all later ones.
    ///
    /// # Panics
    /// When 2³² slots are in use or retired.
    pub(crate) fn arm(&mut self, deadline: u64, payload: P, owner: Option<OwnerList>) -> TimerKey {
        self.arm_with(deadline, owner, || payload)
    }

    /// As [`Timers::arm`], with a payload that is made where it stays, when all else is done. Making it must not panic.
    #[inline(always)]
    pub(crate) fn arm_with(
        &mut self,
        deadline: u64,
        owner: Option<OwnerList>,
        payload: impl FnOnce() -> P,
    ) -> TimerKey {
        match owner {
            None => self.enter(deadline),
            Some(_) => self.enter_any(deadline, owner),
        }
        .fill(payload)
    }

    /// Disarms a timer and gives its payload back; `None` if the key is stale.
    #[inline(always)]
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<P> {
        // What most cancellations are: a far timer of no list, with nothing to tidy up after it. Nothing here calls anything, and
        // whatever else comes up, a stale key included, finds the queue untouched.
        let Some(slot) = self.slots.armed(key) else { return self.cancel_slowly(key) };
        let entry = slot.entry();
        if entry.deadline() <= self.near_end || !self.far.remove_in_place(entry, self.near_end) {
            return self.cancel_slowly(key);
        }
        slot.remove()
    }

    /// As [`Timers::enter_slowly`].
    #[cold]
    #[inline(never)]
    fn cancel_slowly(&mut self, key: TimerKey) -> Option<P> {
        self.cancel_any(key)
    }

    #[inline(never)]
    fn cancel_any(&mut self, key: TimerKey) -> Option<P> {
        let (entry, payload) = self.withdraw(key)?;
        self.displace(entry);
        Some(payload)
    }

    /// Moves a timer to another deadline, earlier or later; key, payload and owner stay. Among equal deadlines it counts as armed now.
    /// False if the key is stale.
    #[inline]
    pub(crate) fn rearm(&mut self, key: TimerKey, deadline: u64) -> bool {
        let Some(slot) = self.slots.get(key) else { return false };
        let entry = slot.entry(key.slot());
        // A far entry that comes up in time may stay where it is.
        if self.near_end < entry.deadline() && entry.deadline() <= deadline && self.sequence != u32::MAX {
            self.moved.note(entry, Entry::new(deadline, self.sequence, key.slot()));
            self.sequence += 1;
            return true;
        }
        self.rearm_now(key, deadline);
        true
    }

    /// Moves an armed timer and its entry.
    #[inline(never)]
    fn rearm_now(&mut self, key: TimerKey, deadline: u64) {
        // First, since it may renumber.
        let sequence = self.next_sequence();
        let slot = self.slots.at_mut(key.slot());
        let old = slot.entry(key.slot());
        slot.set_entry(Entry::new(deadline, sequence, key.slot()));
        self.displace(old);
        self.place(Entry::new(deadline, sequence, key.slot()));
    }

    /// The earliest deadline: exact, O(1), `None` if no timer is armed.
    #[inline]
    pub(crate) fn next(&self) -> Option<u64> {
        self.near.first().map(Entry::deadline)
    }

    /// Takes the timers with deadlines at or before `now`, in the order of (deadline, arming), and hands the place of each one's payload to
    /// `out`, which has to leave it empty.
    pub(crate) fn drain_due(&mut self, now: u64, mut out: impl FnMut(&mut Option<P>)) {
        while let Some(first) = self.near.first().filter(|first| first.deadline() <= now) {
            let Timers { near, slots, owners, .. } = self;
            match near.plain_run() {
                Some(run) => {
                    // What most passes are: along the run, and nothing else to look at.
                    let mut taken = 0;
                    while let Some(entry) = run.get(taken).filter(|entry| entry.deadline() <= now) {
                        if let Some(&ahead) = run.get(taken + AHEAD) {
                            slots.prefetch(ahead);
                        }
                        vacate(entry.slot(), slots, owners, &mut out);
                        taken += 1;
                    }
                    near.pop_plain(taken);
                }
                None => {
                    vacate(first.slot(), slots, owners, &mut out);
                    near.pop(first, slots);
                }
            }
            if self.near.is_empty() {
                self.advance();
            }
        }
    }

    /// Takes the earliest timer, due or not, for taking all of them down.
    pub(crate) fn take_any(&mut self) -> Option<(TimerKey, P)> {
        let first = self.near.first()?;
        self.take(first)
    }

    /// A new, empty list of timers. It must be given back by [`Timers::drop_owner`].
    pub(crate) fn new_owner(&mut self) -> OwnerList {
        self.owners.add()
    }

    /// Cancels one timer of an owner, the one that joined its list last; `None` if there is none.
    pub(crate) fn take_owned(&mut self, owner: OwnerList) -> Option<P> {
        let index = self.owners.first(owner)?;
        self.cancel(self.slots.key(index))
    }

    /// Gives an owner's list back. Timers still in it stay armed, without an owner.
    pub(crate) fn drop_owner(&mut self, owner: OwnerList) {
        self.owners.remove(owner, &mut self.slots);
    }

    /// The deadline of an armed timer.
    #[inline]
    pub(crate) fn deadline(&self, key: TimerKey) -> Option<u64> {
        let entry = self.slots.get(key)?.entry(key.slot());
        Some(self.moved.of(entry).unwrap_or(entry).deadline())
    }

    /// Whether the key names an armed timer.
    #[inline]
    #[cfg(test)]
    pub(crate) fn is_active(&self, key: TimerKey) -> bool {
        self.slots.get(key).is_some()
    }

    /// The payload of an armed timer.
    #[inline]
    #[cfg(test)]
    pub(crate) fn get(&self, key: TimerKey) -> Option<&P> {
        self.slots.get(key)?.payload()
    }

    /// The payload of an armed timer, to be changed.
    pub(crate) fn get_mut(&mut self, key: TimerKey) -> Option<&mut P> {
        self.slots.get_mut(key)?.payload_mut()
    }

    /// All armed timers, with their deadlines, in no particular order.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u64, &P)> {
        self.slots.all().map(|(entry, payload)| (self.moved.of(entry).unwrap_or(entry).deadline(), payload))
    }

    /// Armed timers. Takes a microsecond: the buckets' counts are added up.
    pub(crate) fn len(&self) -> usize {
        self.near.len() + self.far.live()
    }

    /// Whether no timer is armed.
    #[inline]
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.near.is_empty()
    }

    #[inline]
    fn take(&mut self, first: Entry) -> Option<(TimerKey, P)> {
        let key = self.slots.key(first.slot());
        let (_, payload) = self.withdraw(key)?;
        self.near.pop(first, &self.slots);
        if self.near.is_empty() {
            self.advance();
        }
        Some((key, payload))
    }

    /// Everything about arming that does not depend on the payload, which the caller supplies: in line it would be a hundred instructions
    /// at every place that arms a timer.
    #[inline(never)]
    fn enter(&mut self, deadline: u64) -> Empty<'_, P> {
        // What most armings are: a far timer of no list that fits where it belongs. Nothing here calls anything, and whatever else
        // comes up finds the queue untouched.
        let sequence = self.sequence;
        if deadline <= self.near_end || sequence == u32::MAX {
            return self.enter_slowly(deadline);
        }
        let Some(room) = self.far.room(deadline, self.near_end) else { return self.enter_slowly(deadline) };
        let Some(index) = self.slots.vacant() else { return self.enter_slowly(deadline) };
        let entry = Entry::new(deadline, sequence, index);
        room.push(entry);
        self.sequence = sequence + 1;
        self.slots.arm(entry)
    }

    /// Marks the ways out of the fast path as such for the compiler. The work behind it is not cold at all.
    #[cold]
    #[inline(never)]
    fn enter_slowly(&mut self, deadline: u64) -> Empty<'_, P> {
        self.enter_any(deadline, None)
    }

    #[inline(never)]
    fn enter_any(&mut self, deadline: u64, owner: Option<OwnerList>) -> Empty<'_, P> {
        let sequence = self.next_sequence();
        let index = self.slots.vacant_or_new();
        let entry = Entry::new(deadline, sequence, index);
        let key = self.slots.arm(entry).key;
        if let Some(owner) = owner {
            self.owners.link(owner, key.slot(), &mut self.slots);
        }
        self.place(entry);
        self.slots.empty(key)
    }

    /// Makes an armed slot vacant and takes it out of its owner's list. Its entry is still in the queue.
    #[inline]
    fn withdraw(&mut self, key: TimerKey) -> Option<(Entry, P)> {
        let entry = self.slots.get(key)?.entry(key.slot());
        let mut payload = None;
        vacate(key.slot(), &mut self.slots, &mut self.owners, &mut |place| payload = place.take());
        Some((entry, payload?))
    }

    /// Puts the entry of a timer just armed into the queue.
    #[inline]
    fn place(&mut self, entry: Entry) {
        if entry.deadline() > self.near_end {
            self.far.push(entry, self.near_end);
        } else {
            self.place_near(entry);
        }
    }

    #[inline(never)]
    fn place_near(&mut self, entry: Entry) {
        if self.near.is_empty() {
            self.near_end = entry.deadline();
        }
        self.near.push(entry);
        if self.near.late_len() >= self.retreat_at {
            self.consider_retreat();
        }
    }

    /// Removes the entry of a timer whose slot no longer carries its sequence.
    #[inline]
    fn displace(&mut self, entry: Entry) {
        if entry.deadline() > self.near_end {
            self.far.remove(entry, self.near_end, &self.slots);
        } else {
            self.displace_near(entry);
        }
    }

    #[inline(never)]
    fn displace_near(&mut self, entry: Entry) {
        self.near.remove(entry, &self.slots);
        if self.near.is_empty() {
            self.advance();
        }
    }

    /// Makes the earliest bucket near, or the earliest part of it if it is large.
    #[inline(never)]
    fn advance(&mut self) {
        self.retreat_at = LATE_ENTRIES;
        let Timers { near, near_end, far, slots, moved, .. } = self;
        let run = near.run_to_fill();
        // More than once if a bucket was split, or if all that comes up was moved.
        while run.is_empty() {
            let Some(place) = far.first() else {
                *near_end = u64::MAX;
                return;
            };
            if place.is_instant() || far.len(place) <= RUN_ENTRIES {
                far.take_into(place, run, slots);
                while let Some(next) = far.first().filter(|next| {
                    run.len() < RUN_AT_LEAST && next.level() == place.level() && far.len(*next) <= RUN_ENTRIES
                }) {
                    far.take_into(next, run, slots);
                }
                // Any entry of a bucket tells where it ends.
                *near_end = run.last().map_or(u64::MAX, |entry| place.end(entry.deadline()));
            } else {
                *near_end = far.split_into(place, run, slots);
            }
            if moved.is_used() {
                run.retain_mut(|entry| {
                    if let Some(real) = moved.of(*entry) {
                        slots.at_mut(real.slot()).set_entry(real);
                        *entry = real;
                    }
                    let is_near = entry.deadline() <= *near_end;
                    if !is_near {
                        far.push(*entry, *near_end);
                    }
                    is_near
                });
            }
        }
        near.sort(slots);
    }

    /// Retreats if the late arrivals outnumber what has to be moved for it; otherwise leaves the question until they have doubled.
    #[cold]
    fn consider_retreat(&mut self) {
        let Some(first) = self.near.first() else { return };
        let new_end = first.deadline();
        let late = self.near.late_len();
        if late < self.near.run_len() + self.far.retreat_cost(self.near_end, new_end) {
            self.retreat_at = late * 2;
            return;
        }
        self.retreat_at = LATE_ENTRIES;
        let Timers { near, near_end, far, slots, .. } = self;
        far.retreat(*near_end, new_end, slots);
        *near_end = new_end;
        near.restart(slots, |entry| {
            let stays = entry.deadline() == new_end;
            if !stays {
                far.push(entry, new_end);
            }
            stays
        });
    }

    #[inline]
    fn next_sequence(&mut self) -> u32 {
        if self.sequence == u32::MAX {
            self.renumber();
        }
        let sequence = self.sequence;
        self.sequence += 1;
        sequence
    }

    /// Starts the sequences anew, keeping the order of the timers armed. Tombstones go first: their sequences would come to life again.
    #[cold]
    #[inline(never)]
    fn renumber(&mut self) {
        self.near.compact(&self.slots);
        self.far.compact_all(&self.slots);
        self.sequence = self.slots.renumber(&mut self.moved);
        let slots = &self.slots;
        self.near.for_each_mut(|entry| *entry = entry.with_sequence(slots.at(entry.slot()).sequence));
        self.far.for_each_mut(|entry| *entry = entry.with_sequence(slots.at(entry.slot()).sequence));
    }
}

/// Makes a slot vacant once `out` has emptied it, and takes it out of its owner's list.
#[inline(always)]
fn vacate<P>(index: u32, slots: &mut Slots<P>, owners: &mut Owners, out: &mut impl FnMut(&mut Option<P>)) {
    if slots.vacate(index, out) {
        owners.unlink(index);
    }
}

#[cfg(test)]
impl<P> Timers<P> {
    /// As if this many timers had been armed already.
    pub(super) fn set_sequence(&mut self, sequence: u32) {
        assert!(self.is_empty() && sequence > 0);
        self.sequence = sequence;
    }

    /// Checks every invariant of the queue, visiting all of it.
    pub(super) fn check(&self) {
        let near = self.near.check(self.near_end, &self.slots);
        let far = self.far.check(self.near_end, &self.slots);
        assert_eq!(near + far, self.slots.count());
        assert_eq!(near + far, self.len());
        assert_eq!(near == 0, self.is_empty());
        if self.is_empty() {
            assert!(self.far.first().is_none() && self.near_end == u64::MAX);
        }
    }
}
