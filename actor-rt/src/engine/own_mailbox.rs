//! Mailboxes that are more than a bound: with priorities, an overflow policy, a rate, and those who wait for room.
//!
//! A plain actor has none of it: its messages lie in the main lane, and its header's bound is all. An actor with such a mailbox has a
//! bound of 0 there, so that every post to it comes to the slow path, and from that to here. Its messages lie in lanes of its own; for
//! each of them a *token* goes through the main lane in its place, and when that comes to the actor, the best message is taken. So
//! the order among actors stays that of their posts, priorities count within one actor, and each message that leaves is seen.

use super::gate::Gate;
use super::list::{Linked, Links, List};
use super::mailbox::{Mailbox, Overflow, ParkError, Priority};
use super::mode::{CLOSED, CLOSING};
use super::post::{self, LaneName};
use super::ret::Ret;
use super::shared::Shared;
use super::token::Runtime;
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::AnyActor;
use crate::kernel::lane::{Held, Lane};
use crate::kernel::record::{ControlMessage, DropReason, Trailer, flag};
use crate::time::TimerKey;
use std::collections::BTreeMap;

/// Bytes of the segments of an actor's own lanes.
const SEGMENT: usize = 1024;

/// An actor's own mailbox.
pub(crate) struct OwnMailbox {
    pub settings: Mailbox,
    /// By priority.
    lanes: [Lane; 3],
    /// When the rate admits one more, in nanoseconds.
    next: u64,
    /// Sends that wait for room.
    pub parked: List,
    /// Who waits until no more than so many messages wait, with a number of his own.
    watches: BTreeMap<(u32, u64), Ret<()>>,
    next_watch: u64,
    /// It was made for those who wait, and goes with them.
    pub is_passing: bool,
    /// What waits for the actor is followed for those who wait for room.
    pub is_followed: bool,
    /// Those who wait are looked after then, since the rate admits one.
    pub next_look: Option<TimerKey>,
}

impl OwnMailbox {
    pub(crate) fn new(settings: Mailbox, is_passing: bool) -> Self {
        OwnMailbox {
            settings,
            lanes: [(); 3].map(|()| Lane::with_segments(SEGMENT)),
            next: 0,
            parked: List::default(),
            watches: BTreeMap::new(),
            next_watch: 0,
            is_passing,
            is_followed: false,
            next_look: None,
        }
    }

    /// When the rate admits a message, in nanoseconds: 0 if at once. None if never.
    pub(crate) fn admits(&self, now: u64) -> Option<u64> {
        let Some((messages, _)) = self.settings.rate else { return Some(0) };
        let burst = self.each().saturating_mul(u64::from(messages.checked_sub(1)?));
        let from = self.next.saturating_sub(burst);
        Some(if from <= now { 0 } else { from })
    }

    /// A message was taken.
    fn count(&mut self, now: u64) {
        if self.settings.rate.is_some() {
            self.next = self.next.max(now).saturating_add(self.each());
        }
    }

    /// The time that the rate gives each message. Rounded up: never more than it says.
    fn each(&self) -> u64 {
        let Some((messages, within)) = self.settings.rate else { return 0 };
        u64::try_from(within.as_nanos()).unwrap_or(u64::MAX).div_ceil(u64::from(messages.max(1)))
    }

    /// Somebody wants to hear when no more than so many messages wait.
    pub(crate) fn watch(&mut self, most: u32, room: Ret<()>) {
        self.next_watch += 1;
        self.watches.insert((most, self.next_watch), room);
    }

    /// Takes those who want to hear that so many messages wait, in the order of their coming. The others are not looked at.
    pub(crate) fn take_watches(&mut self, waiting: u32) -> Vec<Ret<()>> {
        let mut told = Vec::new();
        while self.watches.last_key_value().is_some_and(|((most, _), _)| waiting <= *most) {
            told.extend(self.watches.pop_last());
        }
        told.sort_unstable_by_key(|((_, number), _)| *number);
        told.into_iter().map(|(_, room)| room).collect()
    }

    /// Whether somebody waits for room.
    pub(crate) fn waits(&self) -> bool {
        self.parked.len() != 0 || !self.watches.is_empty()
    }

    /// Whether it was made for those who waited, and none of them is left.
    pub(crate) fn is_idle(&self) -> bool {
        self.is_passing && self.parked.len() == 0 && self.watches.is_empty() && self.is_empty()
    }

    /// Whether all its lanes are empty.
    fn is_empty(&self) -> bool {
        self.lanes.iter().all(Lane::is_empty)
    }
}

/// A send that waits for room.
pub(crate) struct Parked {
    /// Who is to get it.
    pub receiver: u64,
    /// Who sends; 0 for the outside world.
    pub sender: u64,
    /// Posts it, or lets it go if it is not to be.
    pub post: Box<dyn FnOnce(Result<(), ParkError>)>,
    /// Told what became of it.
    pub outcome: Box<dyn FnOnce(Result<(), ParkError>)>,
    pub timer: Option<TimerKey>,
    pub links: [Links; 2],
}

/// Whose list: a parked send is on one of its receiver's and on one of its sender's.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Receiver = 0,
    Sender = 1,
}

impl Linked for Parked {
    type Side = Side;

    fn links(&mut self, side: Side) -> &mut Links {
        &mut self.links[side as usize]
    }
}

/// Stands in the main lane for a message in an actor's own lanes.
struct Token;

impl ControlMessage for Token {
    // Not early: it waits as the message would. Not a message itself: that is in its own lane, and counted there.
    const FLAGS: u16 = flag::CONTROL;

    fn deliver_quietly(&self, _: &CellHeader) -> bool {
        false
    }

    fn deliver(self, actor: &AnyActor) {
        let shared = Shared::of(actor.header());
        shared.current.set(0);
        // It has left its place when those who wait for one are looked after.
        let best = shared.take_best(actor.header());
        (shared.overseer.left)(shared, actor);
        shared.run_next(actor.header(), best);
    }
}

/// Whether a message would be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// There is room.
    Free,
    /// Something is lost for it.
    Contested(Overflow),
    /// It is refused.
    Full,
    /// Nothing is taken any more.
    Closed,
}

/// Where a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Into the mailbox.
    Queued,
    /// Into the mailbox, where another was lost for it.
    OfTheOldest,
    /// It is lost, and its sender is not told.
    Nowhere,
    /// To this actor instead.
    Elsewhere(u64),
}

impl Shared {
    /// An actor's own mailbox, if it has one.
    pub(crate) fn mailbox<R>(&self, header: &CellHeader, f: impl FnOnce(&mut OwnMailbox) -> R) -> Option<R> {
        if header.cold() == 0 {
            return None;
        }
        self.cold.with(|cold| Some(f(cold.get(header)?.mailbox.as_deref_mut()?)))
    }

    /// Whether an actor's own mailbox would take a message. None if it has none.
    pub(crate) fn room(&self, header: &CellHeader) -> Option<Room> {
        if header.is_closed() {
            return Some(Room::Closed);
        }
        let (now, waiting) = (self.now.get(), header.pending());
        self.mailbox(header, |own| {
            let has_room = own.parked.len() == 0 && waiting < own.settings.capacity;
            let free = has_room && own.admits(now) == Some(0);
            match own.settings.overflow {
                _ if free => Room::Free,
                Overflow::Reject => Room::Full,
                overflow => Room::Contested(overflow),
            }
        })
    }

    /// Where a message to an actor with its own mailbox goes. None if it is refused.
    pub(crate) fn place(&self, header: &CellHeader) -> Option<Place> {
        match self.room(header)? {
            Room::Free => Some(Place::Queued),
            Room::Contested(Overflow::DropOldest) if self.drop_oldest(header) => Some(Place::OfTheOldest),
            Room::Contested(Overflow::Fail) => {
                if let Some(actor) = self.actor(header.id()) {
                    (self.overseer.overflowed)(self, &actor);
                }
                None
            }
            Room::Contested(Overflow::Redirect(other)) if other.0 != header.id() => {
                Some(Place::Elsewhere(other.0))
            }
            Room::Contested(_) => Some(Place::Nowhere),
            Room::Full | Room::Closed => None,
        }
    }

    /// A message to an actor whose bound has no room. It comes back if the actor has no mailbox of its own.
    pub(crate) fn offer<'a>(
        &self,
        header: &CellHeader,
        priority: Priority,
        held: Held<'a>,
    ) -> Option<Held<'a>> {
        if self.mailbox(header, |_| ()).is_none() {
            return Some(held);
        }
        match self.place(header) {
            Some(Place::Elsewhere(other)) => self.redirect(other, priority, held),
            Some(place) => self.put(header, place, priority, held),
            None => self.lose_held(held, header.refusal()),
        }
        None
    }

    /// Sends a message to another actor than it was for, if that is of the same type and has room.
    fn redirect(&self, other: u64, priority: Priority, mut held: Held<'_>) {
        let other = self.actor(other);
        let Some(other) = other.filter(|other| held.readdress(other)) else {
            return self.lose_held(held, DropReason::NotFound);
        };
        let header = other.header();
        if header.has_place() {
            return post::redirected(self, held);
        }
        match self.room(header) {
            Some(Room::Free) => self.put(header, Place::Queued, priority, held),
            _ => self.lose_held(held, DropReason::Full),
        }
    }

    fn lose_held(&self, held: Held<'_>, reason: DropReason) {
        self.lose(held.target().unwrap_or_default(), reason, held.describe());
        if let Some(panic) = held.discard(reason) {
            self.keep_drop_panic(panic);
        }
    }

    /// Puts a message where it goes.
    pub(crate) fn put(&self, header: &CellHeader, place: Place, priority: Priority, held: Held<'_>) {
        self.put_with(header, place, priority, |lane, trailer| match trailer {
            Some(trailer) => lane.push_traced(&self.pool, held, trailer),
            None => lane.push_held(&self.pool, held),
        });
    }

    /// The same for what is put there another way.
    pub(crate) fn put_with(
        &self,
        header: &CellHeader,
        place: Place,
        priority: Priority,
        put: impl FnOnce(&Lane, Option<Trailer>),
    ) {
        let lost = Lane::with_segments(SEGMENT);
        // What is lost claims no wake, which would be missing when something comes.
        let gate = if place == Place::Nowhere { None } else { Gate::enter(self) };
        let Some(gate) = gate else {
            put(&lost, None);
            return self.discard_own(lost, DropReason::Full);
        };
        let now = self.now.get();
        let mut put = Some(put);
        self.mailbox(header, |own| {
            if let Some(put) = put.take() {
                own.count(now);
                put(&own.lanes[priority as usize], gate.trailer);
            }
        });
        if place == Place::Queued {
            self.post_token(header);
        }
        gate.leave(self, LaneName::Main);
        if let Some(put) = put {
            // What was lost for it has ended the actor.
            put(&lost, None);
            self.discard_own(lost, header.refusal());
        }
    }

    /// Queues the token of a message.
    fn post_token(&self, header: &CellHeader) {
        if let Some(actor) = self.actor(header.id()) {
            post::control_of(LaneName::Main, &actor, Token);
        }
    }

    /// Loses the oldest of the least urgent messages; its token stays for the next. False if there is none.
    pub(crate) fn drop_oldest(&self, header: &CellHeader) -> bool {
        let oldest = Lane::with_segments(SEGMENT);
        self.mailbox(header, |own| {
            if let Some(lane) = own.lanes.iter().rev().find(|lane| !lane.is_empty()) {
                if let Some(held) = lane.pop(&self.pool) {
                    oldest.push_held(&self.pool, held);
                }
            }
        });
        let found = !oldest.is_empty();
        self.discard_own(oldest, DropReason::Full);
        found
    }

    /// Takes the best message of an actor's own.
    fn take_best(&self, header: &CellHeader) -> Lane {
        let best = Lane::with_segments(SEGMENT);
        self.mailbox(header, |own| {
            for lane in &own.lanes {
                if let Some(held) = lane.pop(&self.pool) {
                    best.push_held(&self.pool, held);
                    break;
                }
            }
            if own.is_empty() {
                // Nothing of them is running: what is taken was moved.
                own.lanes.iter().for_each(|lane| lane.rewind(&self.pool));
            }
        });
        best
    }

    /// What was taken is the next to run.
    fn run_next(&self, header: &CellHeader, best: Lane) {
        if !best.is_empty() {
            header.claim();
            self.replay.prepend(&self.pool, best);
            self.alert();
        }
    }

    /// Discards what lies in the lanes of an actor's own.
    pub(crate) fn discard_mailbox(&self, own: OwnMailbox) {
        let OwnMailbox { lanes, watches, next_look, .. } = own;
        self.disarm(next_look);
        for lane in lanes {
            self.discard_own(lane, self.reason_of_end());
        }
        let mut watches: Vec<_> = watches.into_iter().collect();
        watches.sort_unstable_by_key(|((_, number), _)| *number);
        for (_, room) in watches {
            self.contain(|| drop(room));
        }
    }

    /// Discards records that are counted nowhere, and their lane.
    fn discard_own(&self, lane: Lane, reason: DropReason) {
        while let Some(held) = lane.pop(&self.pool) {
            self.lose_record(&held, reason);
            if let Some(panic) = held.discard(reason) {
                self.keep_drop_panic(panic);
            }
        }
        lane.give_segments(&self.pool);
    }

    /// Tells somebody in a turn of its own.
    pub(crate) fn tell_soon(&self, f: impl FnOnce() + 'static) {
        if self.mode.has(CLOSED | CLOSING) {
            return self.contain(f);
        }
        post::job(self, LaneName::Main, move |_: &mut Runtime| f());
    }
}
