//! A parcel: a message that is not in a lane yet. Timers hold one each.
//!
//! It owns its payload (up to 32 bytes inline, larger ones in a box) and keeps its receiver's cell alive. Dropping it drops
//! the payload, which may run user code: holders take parcels out of their structures first.
//!
//! With its 48 bytes and the 16 of a timer it fills a cache line. So what all parcels with payloads of one type have in common
//! lies apart, on their [`Label`].

use super::cell::{ActorCell, CellHeader};
use super::handle::{Actor, AnyActor};
use super::lane::Lane;
use super::packet;
use super::record::{
    DropReason, HEADER, Job, Message, Operation, Payload, PrepCall, PrepMessage, ReadyCall, RunFn, Trailer,
    WideCall, copy_words, flag,
};
use super::segment::SegmentPool;
use std::marker::PhantomData;
use std::mem::{self, MaybeUninit};
use std::ptr::{self, NonNull};

/// Bytes of payload that a parcel carries inline.
pub(super) const INLINE: usize = 32;

/// What a parcel carries inline.
pub(super) type Inline = [MaybeUninit<u64>; INLINE / 8];

/// What parcels with payloads of one type have in common.
pub(super) struct Label {
    /// The function of the payload.
    pub(super) run: RunFn,
    /// Those of its record.
    pub(super) flags: u16,
    /// Dropping the payload does something.
    pub(super) drops: bool,
    /// The payload is a packet, which is another one in a lane than it is here. All others move by copying.
    pub(super) is_packet: bool,
    /// Payload bytes in a lane, a multiple of 8.
    pub(super) bytes: u32,
}

/// An owned message outside of any lane.
pub(crate) struct Parcel {
    label: &'static Label,
    cell: Option<AnyActor>,
    payload: Inline,
}

/// The label for a payload type.
struct Of<P>(PhantomData<P>);

impl<P: Payload> Of<P> {
    /// Whether it lies in the parcel itself.
    const INLINE: bool = mem::size_of::<P>() <= INLINE && mem::align_of::<P>() <= 8;

    const LABEL: Label = Label {
        run: if Self::INLINE { P::RUN } else { P::RUN_BOXED },
        flags: P::FLAGS | flag::OWED,
        drops: !Self::INLINE || mem::needs_drop::<P>(),
        is_packet: false,
        bytes: if Self::INLINE { mem::size_of::<P>().next_multiple_of(8) as u32 } else { 8 },
    };
}

impl Parcel {
    /// A call of a ready actor.
    #[inline]
    pub(crate) fn call<M: Message>(actor: &Actor<M::Actor>, message: M) -> Self {
        let cell = Some(AnyActor::from(actor));
        // SAFETY: the message is for this type of actor.
        unsafe {
            if ActorCell::<M::Actor>::WIDE {
                return Parcel::new(cell, WideCall { message, cell: actor.typed_cell() });
            }
            Parcel::new(cell, ReadyCall(message))
        }
    }

    /// A call that makes an actor's value.
    pub(crate) fn prep<M: PrepMessage>(actor: &Actor<M::Actor>, message: M) -> Self {
        // SAFETY: the message is for this type of actor.
        unsafe { Parcel::new(Some(AnyActor::from(actor)), PrepCall(message)) }
    }

    /// Work of the runtime itself.
    ///
    /// # Safety
    /// As for [`Job::new`].
    pub(crate) unsafe fn job<H: 'static, F: FnOnce(&mut H) + 'static>(work: F) -> Self {
        // SAFETY: by the caller; a job needs no cell.
        unsafe { Parcel::new(None, Job::new(work)) }
    }

    /// # Safety
    /// The payload may be run with this cell.
    #[inline]
    unsafe fn new<P: Payload>(cell: Option<AnyActor>, payload: P) -> Self {
        let mut room: Inline = [MaybeUninit::uninit(); INLINE / 8];
        let to = room.as_mut_ptr();
        // SAFETY: INLINE bytes, aligned to 8; which function operates on them is decided by the same constant.
        unsafe {
            if Of::<P>::INLINE {
                to.cast::<P>().write(payload);
            } else {
                to.cast::<*mut P>().write(Box::into_raw(Box::new(payload)));
            }
        }
        Parcel { label: &Of::<P>::LABEL, cell, payload: room }
    }

    /// A parcel with a packet.
    ///
    /// # Safety
    /// `payload` is what the label says, live, and the actor takes packets; ownership passes.
    pub(super) unsafe fn packet(cell: AnyActor, label: &'static Label, payload: Inline) -> Self {
        debug_assert!(label.is_packet);
        Parcel { label, cell: Some(cell), payload }
    }

    /// The receiver; None for jobs.
    pub(crate) fn cell(&self) -> Option<&AnyActor> {
        self.cell.as_ref()
    }

    /// Where it carries its payload.
    pub(super) fn payload_mut(&mut self) -> &mut Inline {
        &mut self.payload
    }

    /// Appends it to a lane as a record. The receiver's pending count must have been raised by the caller.
    pub(crate) fn push(mut self, lane: &Lane, pool: &SegmentPool, origin: u32, trailer: Option<Trailer>) {
        // SAFETY: forgotten at once.
        unsafe { self.hand_over(lane, pool, origin, trailer) };
        mem::forget(self);
    }

    /// As [`push`](Parcel::push) without a trailer, from the place where it lies, which is empty then: for many, each moved but once.
    #[inline(always)]
    pub(crate) fn push_from(place: &mut Option<Parcel>, lane: &Lane, pool: &SegmentPool) {
        if let Some(parcel) = place {
            // SAFETY: forgotten at once.
            unsafe { parcel.hand_over(lane, pool, 0, None) };
            mem::forget(place.take());
        }
    }

    /// Moves the payload into a lane.
    ///
    /// # Safety
    /// The parcel holds nothing any more: it is forgotten, not dropped.
    #[inline(always)]
    unsafe fn hand_over(&mut self, lane: &Lane, pool: &SegmentPool, origin: u32, trailer: Option<Trailer>) {
        let label = self.label;
        let bytes = label.bytes as usize;
        let cell = self.cell.take();
        let pointer = cell.as_ref().map_or(ptr::null_mut(), |cell| cell.cell().as_ptr());
        let extra = if trailer.is_some() { mem::size_of::<Trailer>() } else { 0 };
        let size = HEADER + bytes + extra;
        if !lane.has_room(size) {
            lane.make_room(pool, size);
        }
        let run = match &cell {
            Some(cell) if label.is_packet => receiving(cell, label),
            _ => label.run,
        };
        let payload = self.payload.as_mut_ptr().cast::<u8>();
        // SAFETY: room was made; the payload is handed over, and the parcel forgets it (caller).
        unsafe {
            let traced = if trailer.is_some() { flag::TRACED } else { 0 };
            lane.append(size, run, pointer, label.flags | traced, origin, |to| {
                if label.is_packet {
                    (label.run)(payload, pointer, Some(&Operation::Move(to)));
                    pool.enter_outside(packet::outside(to));
                } else {
                    copy_words(payload, to, bytes / 8);
                }
                if let Some(trailer) = trailer {
                    to.add(bytes).cast::<Trailer>().write(trailer);
                }
            });
        }
    }

    fn pointer(&self) -> *mut CellHeader {
        self.cell.as_ref().map(AnyActor::cell).map_or(ptr::null_mut(), NonNull::as_ptr)
    }

    /// Drops it undelivered for another reason than that it was withdrawn.
    pub(crate) fn discard(self, reason: DropReason) {
        let mut this = mem::ManuallyDrop::new(self);
        let pointer = this.pointer();
        // It goes at the end, also if the payload panics.
        let _cell = this.cell.take();
        if this.label.drops {
            // SAFETY: once, since the parcel is not dropped; `_cell` keeps the cell.
            unsafe { this.drop_payload(pointer, reason) };
        }
    }

    /// # Safety
    /// To be called once, by who gives the parcel up, with its receiver's cell, which is alive.
    #[inline(never)]
    unsafe fn drop_payload(&mut self, cell: *mut CellHeader, reason: DropReason) {
        // SAFETY: the payload is live and goes with the parcel; the cell by the caller.
        unsafe {
            (self.label.run)(self.payload.as_mut_ptr().cast(), cell, Some(&Operation::Drop(reason)));
        }
    }
}

/// The function that delivers a packet: what its receiver says, whoever that was when the parcel was made.
#[inline(never)]
fn receiving(cell: &AnyActor, label: &Label) -> RunFn {
    cell.header().kind().receive.unwrap_or(label.run)
}

impl Drop for Parcel {
    #[inline]
    fn drop(&mut self) {
        if self.label.drops {
            let cell = self.pointer();
            // SAFETY: once; the cell is alive by our handle.
            unsafe { self.drop_payload(cell, DropReason::Cancelled) };
        }
    }
}
