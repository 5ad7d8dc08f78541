//! The queue against a model: a `BTreeMap` ordered by (deadline, arming), with payloads that count their drops.
//!
//! Generated histories cover the shapes that differ inside: few and many equal deadlines, random nanoseconds, a millisecond grid, a far
//! future, deadlines in the past, descending deadlines, heavy cancellation, long jumps of time, sequences about to be renumbered. After each
//! operation the earliest deadline is compared with the model's, and the invariants of the whole structure are checked at intervals.

use super::{OwnerList, TimerKey, Timers};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A payload that is found out if it is dropped while the queue is at work.
struct Payload {
    number: usize,
    dropped: Rc<RefCell<Vec<usize>>>,
}

impl Drop for Payload {
    fn drop(&mut self) {
        self.dropped.borrow_mut().push(self.number);
    }
}

#[derive(Clone, Copy, Debug)]
enum When {
    /// Nanoseconds after now.
    In(u64),
    /// Milliseconds after now, on a grid of whole milliseconds.
    Grid(u64),
    /// Nanoseconds before now.
    Ago(u64),
    /// Anywhere in time.
    At(u64),
    /// Nanoseconds before the end of time.
    BeforeEnd(u64),
}

#[derive(Clone, Debug)]
enum Operation {
    Arm(When, Option<usize>),
    /// Several at the same deadline.
    ArmBurst(When, usize),
    /// Each of them earlier than the one before.
    ArmDescending(When, u64, usize),
    /// Positions count over the timers armed, from the one armed first.
    Cancel(usize),
    CancelNewest,
    CancelEarliest,
    /// Every second timer.
    CancelHalf,
    Rearm(usize, When),
    /// By as many nanoseconds.
    PushOut(usize, u64),
    /// Every timer of those from this one on.
    PushOutMany(usize, u64),
    Advance(u64),
    /// To a share (of 256) of the timers armed, in the order of firing.
    AdvancePast(usize),
    TakeOwned(usize),
    ReplaceOwner(usize),
    UseStaleKey(usize),
}

const OWNERS: usize = 3;

struct Armed {
    key: TimerKey,
    number: usize,
    owner: Option<usize>,
}

/// Queue and model, side by side.
struct Pair {
    timers: Timers<Payload>,
    model: BTreeMap<(u64, u64), Armed>,
    owners: Vec<OwnerList>,
    stale: Vec<TimerKey>,
    dropped: Rc<RefCell<Vec<usize>>>,
    now: u64,
    sequence: u64,
    made: usize,
    returned: usize,
}

impl Pair {
    fn new(now: u64, sequence: u32) -> Self {
        let mut timers = Timers::new();
        timers.set_sequence(sequence);
        let owners = (0..OWNERS).map(|_| timers.new_owner()).collect();
        let dropped = Rc::default();
        Pair {
            timers,
            model: BTreeMap::new(),
            owners,
            stale: Vec::new(),
            dropped,
            now,
            sequence: 0,
            made: 0,
            returned: 0,
        }
    }

    fn resolve(&self, when: When) -> u64 {
        match when {
            When::In(ns) => self.now.saturating_add(ns),
            When::Grid(ms) => (self.now / 1_000_000).saturating_add(ms).saturating_mul(1_000_000),
            When::Ago(ns) => self.now.saturating_sub(ns),
            When::At(ns) => ns,
            When::BeforeEnd(ns) => u64::MAX - ns,
        }
    }

    fn arm(&mut self, deadline: u64, owner: Option<usize>) {
        let number = self.made;
        self.made += 1;
        let payload = Payload { number, dropped: Rc::clone(&self.dropped) };
        let key = self.timers.arm(deadline, payload, owner.map(|owner| self.owners[owner]));
        self.model.insert((deadline, self.sequence), Armed { key, number, owner });
        self.sequence += 1;
        assert_eq!(self.timers.deadline(key), Some(deadline));
    }

    /// The place in the order of the timer at this position in the order of arming.
    fn pick(&self, position: usize) -> Option<(u64, u64)> {
        let mut places: Vec<_> = self.model.keys().copied().collect();
        places.sort_unstable_by_key(|&(_, sequence)| sequence);
        (!places.is_empty()).then(|| places[position % places.len()])
    }

    fn cancel(&mut self, place: (u64, u64)) {
        let armed = self.model.remove(&place).unwrap();
        assert_eq!(self.timers.get(armed.key).map(|payload| payload.number), Some(armed.number));
        let payload = self.timers.cancel(armed.key);
        self.accept(payload, &armed);
    }

    /// Takes over a payload the queue has given back.
    fn accept(&mut self, payload: Option<Payload>, armed: &Armed) {
        assert_eq!(self.dropped.borrow().len(), self.returned, "the queue dropped a payload");
        let payload = payload.expect("the model has the timer");
        assert_eq!(payload.number, armed.number);
        drop(payload);
        self.returned += 1;
        self.stale.push(armed.key);
        assert!(!self.timers.is_active(armed.key) && self.timers.deadline(armed.key).is_none());
    }

    fn rearm(&mut self, place: (u64, u64), deadline: u64) {
        let armed = self.model.remove(&place).unwrap();
        assert!(self.timers.rearm(armed.key, deadline));
        assert_eq!(self.timers.deadline(armed.key), Some(deadline));
        self.model.insert((deadline, self.sequence), armed);
        self.sequence += 1;
    }

    fn advance(&mut self, now: u64) {
        self.now = now;
        let mut taken = Vec::new();
        self.timers.drain_due(now, |place| taken.extend(place.take()));
        for payload in taken {
            let ((deadline, _), armed) = self.model.pop_first().expect("the model has a timer");
            assert!(deadline <= now);
            self.accept(Some(payload), &armed);
        }
        self.compare();
        assert!(self.timers.next().is_none_or(|next| next > now), "a due timer was left");
    }

    fn owned(&self, owner: usize) -> usize {
        self.model.values().filter(|armed| armed.owner == Some(owner)).count()
    }

    fn take_owned(&mut self, owner: usize) -> bool {
        let Some(payload) = self.timers.take_owned(self.owners[owner]) else {
            assert_eq!(self.owned(owner), 0);
            return false;
        };
        let (&place, _) = self
            .model
            .iter()
            .find(|(_, armed)| armed.number == payload.number)
            .expect("the model has the timer");
        let armed = self.model.remove(&place).unwrap();
        assert_eq!(armed.owner, Some(owner));
        self.accept(Some(payload), &armed);
        true
    }

    fn apply(&mut self, operation: Operation) {
        match operation {
            Operation::Arm(when, owner) => self.arm(self.resolve(when), owner),
            Operation::ArmBurst(when, count) => {
                (0..count).for_each(|n| self.arm(self.resolve(when), (n % 4 == 0).then_some(n % OWNERS)))
            }
            Operation::ArmDescending(when, step, count) => {
                let start = self.resolve(when);
                (0..count as u64).for_each(|n| self.arm(start.saturating_sub(n.saturating_mul(step)), None));
            }
            Operation::Cancel(position) => {
                if let Some(place) = self.pick(position) {
                    self.cancel(place);
                }
            }
            Operation::CancelNewest => {
                if let Some(place) = self.pick(self.model.len().saturating_sub(1)) {
                    self.cancel(place);
                }
            }
            Operation::CancelEarliest => {
                if let Some((&place, _)) = self.model.first_key_value() {
                    self.cancel(place);
                }
            }
            Operation::CancelHalf => {
                let places: Vec<_> = self.model.keys().copied().step_by(2).collect();
                for place in places {
                    self.cancel(place);
                    self.compare();
                }
            }
            Operation::Rearm(position, when) => {
                if let Some(place) = self.pick(position) {
                    self.rearm(place, self.resolve(when));
                }
            }
            Operation::PushOut(position, ns) => {
                if let Some(place) = self.pick(position) {
                    self.rearm(place, place.0.saturating_add(ns));
                }
            }
            Operation::PushOutMany(position, ns) => {
                let places: Vec<_> = self.model.keys().copied().skip(position).collect();
                for place in places {
                    self.rearm(place, place.0.saturating_add(ns));
                    self.compare();
                }
            }
            Operation::Advance(ns) => self.advance(self.now.saturating_add(ns)),
            Operation::AdvancePast(share) => {
                if let Some(&(deadline, _)) = self.model.keys().nth(self.model.len() * share / 256) {
                    self.advance(deadline.max(self.now));
                }
            }
            Operation::TakeOwned(owner) => {
                self.take_owned(owner);
            }
            Operation::ReplaceOwner(owner) => {
                while self.take_owned(owner) {}
                self.timers.drop_owner(self.owners[owner]);
                self.owners[owner] = self.timers.new_owner();
            }
            Operation::UseStaleKey(position) => {
                if let Some(&key) = self.stale.get(position % self.stale.len().max(1)) {
                    assert!(self.timers.cancel(key).is_none());
                    assert!(!self.timers.rearm(key, 0));
                    assert!(self.timers.get(key).is_none());
                }
            }
        }
        self.compare();
    }

    fn compare(&self) {
        assert_eq!(self.timers.next(), self.model.first_key_value().map(|(&(deadline, _), _)| deadline));
        assert_eq!(self.timers.len(), self.model.len());
        assert_eq!(self.timers.is_empty(), self.model.is_empty());
    }

    /// Takes everything in order, with or without looking at the deadlines.
    fn finish(mut self, all_due: bool) {
        self.timers.check();
        let mut all: Vec<_> =
            self.timers.all().map(|(deadline, payload)| (deadline, payload.number)).collect();
        let mut expected: Vec<_> = self.model.iter().map(|(place, armed)| (place.0, armed.number)).collect();
        all.sort_unstable();
        expected.sort_unstable();
        assert_eq!(all, expected);
        if all_due {
            self.advance(u64::MAX);
            assert!(self.model.is_empty());
        }
        while let Some((key, payload)) = self.timers.take_any() {
            let (_, armed) = self.model.pop_first().expect("the model has a timer");
            assert_eq!(key, armed.key);
            self.accept(Some(payload), &armed);
        }
        self.compare();
        self.timers.check();
        let mut dropped = self.dropped.take();
        dropped.sort_unstable();
        assert_eq!(dropped, (0..self.made).collect::<Vec<_>>(), "each payload is dropped exactly once");
    }
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        4 => (0..60_000_000_000u64).prop_map(When::In),
        2 => (0..200u64).prop_map(When::In),
        4 => (0..50u64).prop_map(When::Grid),
        1 => (0..1_000_000u64).prop_map(When::Ago),
        1 => (0..64u32).prop_flat_map(|bits| 0..=u64::MAX >> bits).prop_map(When::At),
        1 => (0..1_000u64).prop_map(When::BeforeEnd),
        1 => (1..400u64).prop_map(|years| When::In(years * 31_536_000_000_000_000)),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        20 => (when(), proptest::option::of(0..OWNERS)).prop_map(|(when, owner)| Operation::Arm(when, owner)),
        2 => (when(), 1..200usize).prop_map(|(when, count)| Operation::ArmBurst(when, count)),
        2 => (when(), 0..5_000_000_000u64, 1..200usize).prop_map(|(when, step, count)| Operation::ArmDescending(when, step, count)),
        8 => any::<usize>().prop_map(Operation::Cancel),
        4 => Just(Operation::CancelNewest),
        4 => Just(Operation::CancelEarliest),
        1 => Just(Operation::CancelHalf),
        8 => (any::<usize>(), when()).prop_map(|(position, when)| Operation::Rearm(position, when)),
        3 => (any::<usize>(), 0..100_000_000_000u64).prop_map(|(position, ns)| Operation::PushOut(position, ns)),
        1 => (0..100usize, 0..100_000_000_000u64).prop_map(|(position, ns)| Operation::PushOutMany(position, ns)),
        4 => (0..5_000_000_000u64).prop_map(Operation::Advance),
        3 => (0..100u64).prop_map(Operation::Advance),
        2 => (0..256usize).prop_map(Operation::AdvancePast),
        1 => (0..1_000_000_000_000_000_000u64).prop_map(Operation::Advance),
        2 => (0..OWNERS).prop_map(Operation::TakeOwned),
        1 => (0..OWNERS).prop_map(Operation::ReplaceOwner),
        2 => any::<usize>().prop_map(Operation::UseStaleKey),
    ]
}

fn run(operations: Vec<Operation>, now: u64, sequence: u32, all_due: bool) {
    let mut pair = Pair::new(now, sequence);
    for operation in operations {
        pair.apply(operation);
        pair.timers.check();
    }
    pair.finish(all_due);
}

/// How many histories of each kind: `PROPTEST_CASES` if it is set.
fn cases() -> u32 {
    // A sanitizer finds nothing in safe code, and takes a hundred times as long over it.
    let usual = if cfg!(sanitized) { 8 } else { 128 };
    std::env::var_os("PROPTEST_CASES").map_or(usual, |_| ProptestConfig::default().cases)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_fires_in_order_and_returns_each_payload_once(
        operations in proptest::collection::vec(operation(), 1..150),
        now in prop_oneof![Just(0), 0..u64::MAX],
        all_due: bool,
    ) {
        run(operations, now, 1, all_due);
    }

    #[test]
    fn renumbering_the_sequences_changes_nothing_outside(
        operations in proptest::collection::vec(operation(), 1..150),
        until in 1..1_000u32,
    ) {
        run(operations, 1_000_000_000, u32::MAX - until, true);
    }
}

/// Many timers, so that buckets are split over several levels; the shapes of the benchmarks.
fn fire_many(count: u64, deadline: impl Fn(u64) -> u64) {
    let mut pair = Pair::new(0, 1);
    for n in 0..count {
        pair.arm(deadline(n), None);
    }
    pair.timers.check();
    pair.compare();
    let span = *pair.model.keys().next_back().map(|(deadline, _)| deadline).unwrap();
    for part in 1..=100 {
        pair.advance(span / 100 * part);
    }
    pair.timers.check();
    pair.finish(true);
}

/// A fixed scramble of the numbers, in place of randomness.
fn scramble(n: u64) -> u64 {
    (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 8
}

#[test]
fn twenty_thousand_random_nanoseconds_fire_in_order() {
    fire_many(20_000, |n| scramble(n) % 60_000_000_000);
}

#[test]
fn twenty_thousand_on_a_millisecond_grid_fire_in_order() {
    fire_many(20_000, |n| scramble(n) % 6_000 * 1_000_000);
}

#[test]
fn twenty_thousand_equal_deadlines_fire_in_the_order_of_arming() {
    fire_many(20_000, |_| 1 << 40);
}

#[test]
fn twenty_thousand_descending_deadlines_fire_in_order() {
    fire_many(20_000, |n| (20_000 - n) * 1_000_003);
}

#[test]
fn twenty_thousand_before_a_first_timer_a_year_ahead_fire_in_order() {
    fire_many(20_000, |n| if n == 0 { 31_536_000_000_000_000 } else { scramble(n) % 60_000_000_000 });
}

#[test]
fn deadlines_over_all_of_time_fire_in_order() {
    fire_many(20_000, |n| scramble(n) << 8 >> (n % 64));
}

#[test]
fn cancelling_everything_in_any_order_leaves_nothing_behind() {
    let count = 5_000usize;
    for order in [|n| n, |n| 4_999 - n, |n| n * 2_503 % 5_000] {
        let mut pair = Pair::new(0, 1);
        let places: Vec<_> = (0..count as u64).map(|n| (scramble(n) % 10_000_000_000, n)).collect();
        places.iter().for_each(|&(deadline, _)| pair.arm(deadline, None));
        for n in 0..count {
            pair.cancel(places[order(n)]);
            pair.compare();
            if n % 500 == 0 {
                pair.timers.check();
            }
        }
        assert!(pair.timers.is_empty());
        pair.finish(false);
    }
}

#[test]
fn rearming_the_same_timer_for_ever_keeps_the_queue_small() {
    let mut pair = Pair::new(0, 1);
    for n in 0..100 {
        pair.arm(1_000_000_000 + n, None);
    }
    for n in 0..50_000 {
        let (place, _) = pair.model.first_key_value().unwrap();
        pair.rearm(*place, 1_000_000_000 + scramble(n) % 1_000_000_000);
        pair.compare();
    }
    // Among other things: tombstones are at most half of each part.
    pair.timers.check();
    pair.finish(true);
}

#[test]
fn rearming_keeps_the_key_and_goes_behind_equal_deadlines() {
    let mut timers = Timers::new();
    let first = timers.arm(10, 'a', None);
    timers.arm(10, 'b', None);
    assert!(timers.rearm(first, 10));
    assert_eq!(timers.get(first), Some(&'a'));
    assert_eq!(timers.take_any().map(|(_, payload)| payload), Some('b'));
    assert_eq!(timers.take_any(), Some((first, 'a')));
    assert!(!timers.rearm(first, 10));
}

#[test]
fn the_last_nanosecond_is_a_deadline_like_any_other() {
    let mut timers = Timers::new();
    timers.arm(u64::MAX, 1, None);
    timers.arm(u64::MAX, 2, None);
    timers.arm(0, 0, None);
    let mut fired = Vec::new();
    timers.drain_due(u64::MAX - 1, |place| fired.extend(place.take()));
    assert_eq!(fired, [0]);
    timers.drain_due(u64::MAX, |place| fired.extend(place.take()));
    assert_eq!(fired, [0, 1, 2]);
    timers.check();
}

#[test]
fn an_owner_given_back_leaves_its_timers_armed() {
    let mut timers = Timers::new();
    let owner = timers.new_owner();
    let keys = [timers.arm(1, 'a', Some(owner)), timers.arm(2, 'b', Some(owner)), timers.arm(3, 'c', None)];
    timers.drop_owner(owner);
    let successor = timers.new_owner();
    assert_eq!(successor, owner, "its place is used again");
    assert_eq!(timers.take_owned(successor), None);
    let other = timers.arm(4, 'd', Some(successor));
    assert_eq!(keys.map(|key| timers.cancel(key)), [Some('a'), Some('b'), Some('c')]);
    assert_eq!(timers.take_owned(successor), Some('d'));
    assert!(!timers.is_active(other) && timers.is_empty());
}

#[test]
fn what_was_moved_out_of_the_way_many_times_comes_up_once() {
    let mut timers = Timers::new();
    timers.arm(1, 1_000, None);
    let keys: Vec<_> = (0..1_000).map(|n| timers.arm(1_000_000 + n, n, None)).collect();
    for round in 1..=50 {
        for (key, n) in keys.iter().zip(0..) {
            assert!(timers.rearm(*key, 1_000_000 * round + n));
        }
    }
    timers.check();
    let mut fired = Vec::new();
    timers.drain_due(49_999_999, |place| fired.extend(place.take()));
    assert_eq!((fired.as_slice(), timers.next()), ([1_000].as_slice(), Some(50_000_000)));
    timers.check();
    timers.drain_due(u64::MAX, |place| fired.extend(place.take()));
    assert_eq!(fired[1..], (0..1_000).collect::<Vec<_>>());
    timers.check();
}

#[test]
fn a_bucket_that_is_split_leaves_its_cancelled_timers_behind() {
    let mut pair = Pair::new(0, 1);
    pair.arm(1, None);
    // All in one bucket, and more than a run takes.
    let places: Vec<_> = (0..3_000).map(|n| ((1 << 40) + (scramble(n) & 0xffff_ffff), n + 1)).collect();
    places.iter().for_each(|&(deadline, _)| pair.arm(deadline, None));
    places.iter().step_by(3).for_each(|&place| pair.cancel(place));
    pair.timers.check();
    pair.advance(1);
    pair.timers.check();
    pair.finish(true);
}

#[test]
fn a_move_is_forgotten_with_its_timer_when_the_sequences_begin_anew() {
    let mut timers = Timers::new();
    let near = timers.arm(1, 'n', None);
    let moved = timers.arm(1_000, 'm', None);
    assert!(timers.rearm(moved, 2_000));
    assert_eq!([moved, near].map(|key| timers.cancel(key)), [Some('m'), Some('n')]);
    timers.set_sequence(u32::MAX);
    // The same slots in the same order, and the same sequences.
    let again = [timers.arm(1, 'n', None), timers.arm(1_000, 'm', None)];
    assert_eq!(again.map(|key| timers.deadline(key)), [Some(1), Some(1_000)]);
    timers.check();
}

#[test]
fn a_payload_is_changed_where_it_is_as_long_as_its_timer_is_armed() {
    let mut timers = Timers::new();
    let owner = timers.new_owner();
    let keys = [timers.arm(1, 'a', None), timers.arm(2, 'b', Some(owner))];
    for key in keys {
        timers.get_mut(key).unwrap().make_ascii_uppercase();
    }
    assert_eq!(keys.map(|key| timers.cancel(key)), [Some('A'), Some('B')]);
    assert_eq!(keys.map(|key| timers.get_mut(key).is_some()), [false, false]);
}

#[test]
fn the_last_sequence_is_no_reason_to_leave_an_entry_where_it_is() {
    let mut timers = Timers::new();
    timers.set_sequence(u32::MAX - 2);
    let keys = [timers.arm(1, 'n', None), timers.arm(1_000, 'm', None)];
    assert!(timers.rearm(keys[1], 2_000));
    assert_eq!(keys.map(|key| timers.deadline(key)), [Some(1), Some(2_000)]);
    timers.check();
}
