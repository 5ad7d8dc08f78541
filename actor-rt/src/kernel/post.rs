//! Posting: the safe way to put a typed message into a lane.
//!
//! The types pair the message with its receiver, so nothing can be queued for the wrong actor.

use super::block::Incoming;
use super::cargo::PacketCargo;
use super::cell::{ActorCell, CellHeader};
use super::handle::{Actor, AnyActor};
use super::lane::{Held, Lane};
use super::packet::{self, Body, Envelope};
use super::record::{
    ControlCall, ControlMessage, HEADER, Job, Message, Meta, Payload, PrepCall, PrepMessage, ReadyCall,
    Record, Trailer, WideCall, flag,
};
use super::segment::SegmentPool;
use std::mem::{self, MaybeUninit};
use std::ptr;

/// A message with its receiver, ready to be queued.
pub(crate) struct Outgoing<P> {
    cell: *mut CellHeader,
    payload: P,
}

/// Something that takes a call of a ready actor, in whichever form its record has.
pub(crate) trait TakeCall {
    /// What becomes of it.
    type Result;
    /// Takes it.
    fn take<P: Payload>(self, call: Outgoing<P>) -> Self::Result;
}

/// A call of a ready actor.
#[inline(always)]
pub(crate) fn call<M: Message, T: TakeCall>(actor: &Actor<M::Actor>, message: M, to: T) -> T::Result {
    let cell = actor.cell().as_ptr();
    if ActorCell::<M::Actor>::WIDE {
        return to.take(Outgoing { cell, payload: WideCall { message, cell: actor.typed_cell() } });
    }
    to.take(Outgoing { cell, payload: ReadyCall(message) })
}

/// A call that makes an actor's value.
#[inline(always)]
pub(crate) fn prep<M: PrepMessage>(actor: &Actor<M::Actor>, message: M) -> Outgoing<PrepCall<M>> {
    Outgoing { cell: actor.cell().as_ptr(), payload: PrepCall(message) }
}

/// A message about an actor.
#[inline(always)]
pub(crate) fn control<A: ?Sized + 'static, M: ControlMessage>(
    actor: &Actor<A>,
    message: M,
) -> Outgoing<ControlCall<M>> {
    Outgoing { cell: actor.cell().as_ptr(), payload: ControlCall(message) }
}

/// The same for an actor of any type.
pub(crate) fn control_of<M: ControlMessage>(actor: &AnyActor, message: M) -> Outgoing<ControlCall<M>> {
    Outgoing { cell: actor.cell().as_ptr(), payload: ControlCall(message) }
}

/// Work of the runtime itself.
///
/// # Safety
/// As for [`Job::new`].
#[inline(always)]
pub(crate) unsafe fn job<H: 'static, F: FnOnce(&mut H) + 'static>(work: F) -> Outgoing<Job<H, F>> {
    // SAFETY: by the caller.
    Outgoing { cell: ptr::null_mut(), payload: unsafe { Job::new(work) } }
}

impl<P: Payload> Outgoing<P> {
    /// Bytes of its record.
    pub(crate) const BYTES: usize = HEADER + P::BYTES;

    /// Appends it, if the lane's fast path allows. The receiver's pending count is raised just before, or at once if it was.
    #[inline(always)]
    pub(crate) fn try_push(self, lane: &Lane, origin: u32) -> Result<(), Self> {
        if !lane.has_room(Self::BYTES) {
            return Err(self);
        }
        // SAFETY: there is room, and cell and payload were paired by their types.
        unsafe { lane.push_unchecked(self.cell, origin, self.payload) };
        Ok(())
    }

    /// Makes it a record here and now, and hands that to `take`, which consumes it: code that is the same for all messages, and need not
    /// be compiled for each.
    #[inline(always)]
    pub(crate) fn hold(self, origin: u32, take: impl FnOnce(Held<'_>)) {
        if P::BOXED {
            const { assert!(!P::BOXED || Place::<*mut P>::suits(Self::BYTES)) };
            self.hold_in::<*mut P>(origin, take);
        } else {
            const { assert!(P::BOXED || Place::<P>::suits(Self::BYTES)) };
            self.hold_in::<P>(origin, take);
        }
    }

    /// As [`hold`](Outgoing::hold), in a place for an `R`: what the record will have for its payload.
    #[inline(always)]
    fn hold_in<R>(self, origin: u32, take: impl FnOnce(Held<'_>)) {
        let mut place = MaybeUninit::<Place<R>>::uninit();
        let record = place.as_mut_ptr().cast::<Record>();
        let meta = Meta::new(Self::BYTES, P::FLAGS, origin);
        // SAFETY: a place has the room and the alignment of a record with this payload; cell and payload were paired by their types.
        // The record is whole and given up, and `take` cannot keep it longer than the place is there.
        take(unsafe {
            record.write(Record { run: P::FUNCTION, cell: self.cell, meta });
            self.payload.write(Record::payload(record));
            Held::new(record)
        });
    }
}

/// Room for a record outside of any lane.
#[repr(C)]
struct Place<R> {
    record: Record,
    payload: Words<R>,
}

impl<R> Place<R> {
    /// Whether it has room for a record of `bytes`, with the payload where a record has it.
    const fn suits(bytes: usize) -> bool {
        mem::size_of::<Self>() >= bytes && mem::offset_of!(Self, payload) == HEADER
    }
}

/// Room for an `R` in whole words of 8 bytes.
#[repr(C, align(8))]
struct Words<R>(MaybeUninit<R>);

/// Appends a packet for an actor if the lane's fast path has room. Refused packets come back.
#[inline(always)]
pub(crate) fn try_push_packet<'a>(
    actor: &CellHeader,
    cell: ptr::NonNull<CellHeader>,
    lane: &Lane,
    origin: u32,
    envelope: &Envelope,
    body: Body<'a>,
) -> Result<(), (bool, Body<'a>)> {
    let Some(run) = actor.kind().receive else { return Err((false, body)) };
    // SAFETY: `run` is the cell's own receive function.
    unsafe { packet::try_push(lane, run, cell.as_ptr(), origin, envelope, body) }.map_err(|body| (true, body))
}

/// What a record says besides its payload.
pub(crate) struct Stamp {
    /// Slot of the actor that sends it.
    pub origin: u32,
    /// See [`flag`].
    pub flags: u16,
    pub trailer: Option<Trailer>,
}

/// Appends a packet whatever the lane's state. False (and the packet is gone with `Refused`) if the actor takes none.
pub(crate) fn push_packet(
    actor: &AnyActor,
    lane: &Lane,
    pool: &SegmentPool,
    stamp: Stamp,
    envelope: &Envelope,
    body: Body<'_>,
) -> bool {
    let Stamp { origin, flags, trailer } = stamp;
    let Some(run) = actor.header().kind().receive else { return false };
    let (size, body) = packet::prepare(body);
    let extra = if trailer.is_some() { std::mem::size_of::<Trailer>() } else { 0 };
    if let Body::Owned(owned) = &body {
        pool.enter_outside(owned.as_slice().len());
    }
    lane.make_room(pool, size + extra);
    // SAFETY: room is made; `run` is the cell's own receive function.
    unsafe {
        let flags = if trailer.is_some() { flags | flag::TRACED } else { flags };
        lane.append(size + extra, run, actor.cell().as_ptr(), flags, origin, |to| {
            packet::write(to, envelope, body);
            if let Some(trailer) = trailer {
                to.add(size - HEADER).cast::<Trailer>().write(trailer);
            }
        });
    }
    true
}

/// Sends a packet from any thread. If the runtime is closed, the payload comes back.
pub(crate) fn push_remote<'a>(
    push: impl FnOnce(PacketCargo) -> Result<(), PacketCargo>,
    envelope: Envelope,
    body: Body<'a>,
) -> Result<(), Body<'a>> {
    // SAFETY: the cargo does not outlive this call, and `body` lives longer.
    let cargo = unsafe { PacketCargo::new(envelope, body) };
    // SAFETY: the cargo that comes back is the one made above.
    push(cargo).map_err(|cargo| unsafe { cargo.into_body() })
}

/// Puts a record from another thread into a lane. It comes back if its receiver takes no such message.
///
/// # Safety
/// `receiver` is the actor that the record's target stands for, and `cell` its cell; None and null if it is a job for the lane's host.
#[inline(always)]
pub(crate) unsafe fn push_incoming<'a>(
    incoming: Incoming<'a>,
    receiver: Option<&CellHeader>,
    cell: *mut CellHeader,
    lane: &Lane,
    pool: &SegmentPool,
    trailer: Option<Trailer>,
) -> Result<(), Incoming<'a>> {
    let (mut run, mut flags) = (incoming.function(), incoming.flags());
    let is_packet = flags & flag::UNBOUND != 0;
    if is_packet {
        let Some(receive) = receiver.and_then(|header| header.kind().receive) else { return Err(incoming) };
        run = receive;
        flags &= !flag::UNBOUND;
    }
    let size = incoming.bytes();
    let extra = if trailer.is_some() { std::mem::size_of::<Trailer>() } else { 0 };
    if !lane.has_room(size + extra) {
        lane.make_room(pool, size + extra);
    }
    // SAFETY: room is made; the cell is the target's (caller), and a packet gets its receiver's function.
    unsafe {
        let to = lane.claim_room(size + extra);
        if let Some(trailer) = trailer {
            to.cast::<u8>().add(size).cast::<Trailer>().write(trailer);
            flags |= flag::TRACED;
        }
        incoming.move_to(to, Record { run, cell, meta: Meta::new(size + extra, flags, 0) });
        if is_packet {
            pool.enter_outside(packet::outside(Record::payload(to)));
        }
    }
    Ok(())
}
