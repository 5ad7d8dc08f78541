//! Posting foreign messages: packets and words, to actors that are known by their ids. What is refused comes back.

use super::gate::Gate;
use super::id::IdError;
use super::mailbox::Priority;
use super::own_mailbox::{Place, Room};
use super::post::LaneName;
use super::post_error::PostError;
use super::shared::Shared;
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::AnyActor;
use crate::kernel::lane::Lane;
use crate::kernel::packet::{Body, Envelope};
use crate::kernel::post::{self, Stamp};
use crate::kernel::record::flag;
use crate::kernel::word::{self, Word};

/// Bytes of a segment with one packet.
const FIRST_BYTES: usize = 256;

/// Queues a foreign message by id. On an error the payload comes back.
#[inline(always)]
pub(crate) fn send<'a>(
    shared: &Shared,
    to: u64,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (PostError, Body<'a>)> {
    let Some(cell) = shared.find(to) else {
        return Err((PostError::Id(shared.explain_actor(to)), body));
    };
    let header = cell.header();
    if !header.try_claim() {
        return into_mailbox(shared, &cell.counted(), Priority::Normal, envelope, body);
    }
    let origin = shared.origin();
    match post::try_push_packet(header, cell.cell(), &shared.main, origin, envelope, body) {
        Ok(()) => Ok(()),
        Err((takes_packets, body)) => {
            header.unclaim();
            send_slowly(shared, &cell.counted(), LaneName::Main, envelope, body, (takes_packets, 0))
        }
    }
}

/// Queues a foreign message by id with a priority, if its actor has a mailbox of its own; else as [`packet`].
pub(crate) fn send_with<'a>(
    shared: &Shared,
    to: u64,
    priority: Priority,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (PostError, Body<'a>)> {
    let own = shared.actor(to).filter(|actor| {
        priority != Priority::Normal && shared.mailbox(actor.header(), |own| !own.is_passing) == Some(true)
    });
    match own {
        Some(actor) => into_mailbox(shared, &actor, priority, envelope, body),
        None => send(shared, to, envelope, body),
    }
}

/// Queues a foreign message for an actor with a mailbox of its own, in which room was found.
pub(crate) fn send_admitted(shared: &Shared, to: &AnyActor, envelope: &Envelope, body: Body<'_>) {
    shared.put_with(to.header(), Place::Queued, Priority::Normal, |lane, trailer| {
        let stamp = Stamp { origin: shared.origin(), flags: 0, trailer };
        post::push_packet(to, lane, &shared.pool, stamp, envelope, body);
    });
}

/// Queues a foreign message of one word by id if nothing stands in the way. False if something does; then nothing has changed.
#[inline(always)]
pub(crate) fn send_word(shared: &Shared, to: u64, tag: u64, bytes: [u8; 8]) -> bool {
    let Some(cell) = shared.find(to) else { return false };
    let header = cell.header();
    // The place is claimed last, so that nothing need be undone.
    if !header.has_place() {
        return false;
    }
    let word = Word { tag, sender: shared.current.get(), bytes };
    if !word::try_push(header, cell.cell(), &shared.main, word) {
        return false;
    }
    header.take_place();
    true
}

/// Queues a foreign message on any lane, past the bound: for answers, and for the runtime's own messages.
pub(crate) fn send_unbounded<'a>(
    shared: &Shared,
    to: &AnyActor,
    lane: LaneName,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (PostError, Body<'a>)> {
    let takes_packets = to.header().kind().receive.is_some();
    send_slowly(shared, to, lane, envelope, body, (takes_packets, flag::OWED))
}

/// Puts a packet in front of all that is to be done: news that the runtime tells in this very turn, past the bound. Nothing if the actor takes
/// no packets.
pub(crate) fn send_first(shared: &Shared, to: &AnyActor, envelope: &Envelope, bytes: &[u8]) {
    if to.header().kind().receive.is_none() {
        return;
    }
    let Some(gate) = Gate::enter(shared) else { return };
    if !to.header().claim() {
        return;
    }
    let first = Lane::with_segments(FIRST_BYTES);
    let stamp = Stamp { origin: shared.origin(), flags: flag::OWED, trailer: gate.trailer };
    post::push_packet(to, &first, &shared.pool, stamp, envelope, Body::Copied(bytes));
    shared.urgent.prepend(&shared.pool, first);
    gate.leave(shared, LaneName::Urgent);
}

#[cold]
#[inline(never)]
fn send_slowly<'a>(
    shared: &Shared,
    to: &AnyActor,
    lane: LaneName,
    envelope: &Envelope,
    body: Body<'a>,
    (takes_packets, flags): (bool, u16),
) -> Result<(), (PostError, Body<'a>)> {
    if !takes_packets {
        return Err((PostError::Refused, body));
    }
    let Some(gate) = Gate::enter(shared) else { return Err((PostError::Closed, body)) };
    if !to.header().claim() {
        return Err((PostError::Full, body));
    }
    let target = shared.lane(lane);
    let stamp = Stamp { origin: shared.origin(), flags, trailer: gate.trailer };
    post::push_packet(to, target, &shared.pool, stamp, envelope, body);
    gate.leave(shared, lane);
    Ok(())
}

/// Queues a packet for an actor whose bound has no room, if it has a mailbox of its own that takes it.
#[cold]
#[inline(never)]
fn into_mailbox<'a>(
    shared: &Shared,
    to: &AnyActor,
    priority: Priority,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (PostError, Body<'a>)> {
    let header = to.header();
    if header.kind().receive.is_none() {
        return Err((PostError::Refused, body));
    }
    let Some(place) = shared.place(header) else { return Err((no_place(header), body)) };
    if let Place::Elsewhere(other) = place {
        return send_elsewhere(shared, (to, other), priority, envelope, body);
    }
    shared.put_with(header, place, priority, |lane, trailer| {
        let stamp = Stamp { origin: shared.origin(), flags: 0, trailer };
        post::push_packet(to, lane, &shared.pool, stamp, envelope, body);
    });
    Ok(())
}

/// Queues a packet for another actor than it was for, as [`Overflow::Redirect`](super::mailbox::Overflow::Redirect) says. If that has no room
/// it is the same as if the first had none.
#[cold]
fn send_elsewhere<'a>(
    shared: &Shared,
    (to, other): (&AnyActor, u64),
    priority: Priority,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (PostError, Body<'a>)> {
    let type_of = |actor: &AnyActor| (actor.header().kind().type_id)();
    let Some(other) = shared.actor(other) else {
        return Err((PostError::Full, body));
    };
    let header = other.header();
    let takes_packets = header.kind().receive.is_some() && type_of(to) == type_of(&other);
    if header.has_place() {
        return send_slowly(shared, &other, LaneName::Main, envelope, body, (takes_packets, 0));
    }
    if !takes_packets || shared.room(header) != Some(Room::Free) {
        return Err((PostError::Full, body));
    }
    shared.put_with(header, Place::Queued, priority, |lane, trailer| {
        let stamp = Stamp { origin: shared.origin(), flags: 0, trailer };
        post::push_packet(&other, lane, &shared.pool, stamp, envelope, body);
    });
    Ok(())
}

/// Why an actor that is known by its id has no place for a packet.
#[cold]
pub(super) fn no_place(header: &CellHeader) -> PostError {
    if header.is_closed() { PostError::Id(IdError::Stale) } else { PostError::Full }
}
