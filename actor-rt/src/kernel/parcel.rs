//! A parcel: a message that is not in a lane yet. Timers hold one each.
//!
//! It owns its payload (up to 40 bytes inline, larger ones in a box) and keeps its receiver's cell alive. Dropping it drops
//! the payload, which may run user code: holders take parcels out of their structures first.

use super::cell::{ActorCell, CellHeader};
use super::handle::{Actor, AnyActor};
use super::lane::Lane;
use super::record::{
    DropReason, HEADER, Job, Message, Operation, Payload, PrepCall, PrepMessage, ReadyCall, RunFn, Trailer,
    WideCall, copy_words, flag,
};
use super::segment::SegmentPool;
use std::mem::{self, MaybeUninit};
use std::ptr::{self, NonNull};

/// Bytes of payload that a parcel carries inline.
const INLINE: usize = 40;

/// Dropping the payload does something.
const DROPS: u16 = 1;
/// The payload is another one in a lane than it is here. All others move by copying.
const MOVES: u16 = 2;

/// An owned message outside of any lane.
pub(crate) struct Parcel {
    run: RunFn,
    cell: Option<AnyActor>,
    flags: u16,
    /// What its payload's own function is to be called for. As wide as `flags`: the three numbers are one constant, written at once.
    duties: u16,
    bytes: u32,
    payload: [MaybeUninit<u64>; INLINE / 8],
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
        let inline = const { mem::size_of::<P>() <= INLINE && mem::align_of::<P>() <= 8 };
        let mut room = [MaybeUninit::uninit(); INLINE / 8];
        let to = room.as_mut_ptr();
        // SAFETY: INLINE bytes, aligned to 8; which function operates on them is decided by the same constant.
        unsafe {
            if inline {
                to.cast::<P>().write(payload);
            } else {
                to.cast::<*mut P>().write(Box::into_raw(Box::new(payload)));
            }
        }
        Parcel {
            run: if inline { P::RUN } else { P::RUN_BOXED },
            cell,
            flags: P::FLAGS,
            duties: if !inline || mem::needs_drop::<P>() { DROPS } else { 0 },
            bytes: if inline { mem::size_of::<P>().next_multiple_of(8) as u32 } else { 8 },
            payload: room,
        }
    }

    /// A parcel of raw parts, for foreign messages.
    ///
    /// # Safety
    /// `payload` is a live payload of `run` for this cell, which takes `bytes` bytes (a multiple of 8) where MOVE puts it; ownership
    /// passes.
    pub(crate) unsafe fn from_raw(
        cell: AnyActor,
        run: RunFn,
        payload: [MaybeUninit<u64>; INLINE / 8],
        bytes: u32,
    ) -> Self {
        Parcel { run, cell: Some(cell), flags: 0, duties: DROPS | MOVES, bytes, payload }
    }

    /// The receiver; None for jobs.
    pub(crate) fn cell(&self) -> Option<&AnyActor> {
        self.cell.as_ref()
    }

    /// What `from_raw` was given.
    pub(crate) fn raw_mut(&mut self) -> (RunFn, &mut [MaybeUninit<u64>; INLINE / 8]) {
        (self.run, &mut self.payload)
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
        let cell = self.cell.take();
        let pointer = cell.as_ref().map_or(ptr::null_mut(), |cell| cell.cell().as_ptr());
        let extra = if trailer.is_some() { mem::size_of::<Trailer>() } else { 0 };
        let size = HEADER + self.bytes as usize + extra;
        if !lane.has_room(size) {
            lane.make_room(pool, size);
        }
        let payload = self.payload.as_mut_ptr().cast::<u8>();
        // SAFETY: room was made; the payload is handed over, and the parcel forgets it (caller).
        unsafe {
            let traced = if trailer.is_some() { flag::TRACED } else { 0 };
            lane.append(size, self.run, pointer, self.flags | traced, origin, |to| {
                if self.duties & MOVES == 0 {
                    copy_words(payload, to, self.bytes as usize / 8);
                } else {
                    (self.run)(payload, pointer, Some(&Operation::Move(to)));
                }
                if let Some(trailer) = trailer {
                    to.add(self.bytes as usize).cast::<Trailer>().write(trailer);
                }
            });
        }
    }

    fn pointer(&self) -> *mut CellHeader {
        self.cell.as_ref().map(AnyActor::cell).map_or(ptr::null_mut(), NonNull::as_ptr)
    }

    #[inline(never)]
    fn drop_payload(&mut self) {
        let cell = self.pointer();
        // SAFETY: called once, by `drop`: the payload is live and goes with the parcel; the cell is alive by our handle.
        unsafe {
            let cancelled = Some(&Operation::Drop(DropReason::Cancelled));
            (self.run)(self.payload.as_mut_ptr().cast(), cell, cancelled);
        }
    }
}

impl Drop for Parcel {
    #[inline]
    fn drop(&mut self) {
        if self.duties & DROPS != 0 {
            self.drop_payload();
        }
    }
}
