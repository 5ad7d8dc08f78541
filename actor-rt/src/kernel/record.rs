//! A record: one message as it lies in a lane, a stash, a cross-thread block, or in the frame of whoever posts it.
//!
//! ```text
//!  0  run      one function per payload type, all operations behind it
//!  8  cell     the receiving actor's cell; null for work of the runtime itself
//! 16  meta     bytes of the whole record, a multiple of 8; flags; slot of the actor that sent it (a hint for traces; 0 = none)
//! 24  payload  aligned to 8
//!  …  trailer  16 bytes (message id, cause) at the end, if the flag TRACED is set
//! ```
//!
//! Invariants: a record's payload is initialised and owned by whoever holds the record; exactly one RUN or DROP consumes it;
//! MOVE hands it to another address and leaves the old bytes dead. No layout that rustc chooses is relied on: `run` is our
//! own function pointer, not a vtable entry.

use super::cell::{self, ActorCell, CellHeader};
use super::handle::{Actor, AnyActor, Lent};
use std::marker::PhantomData;
use std::mem::{self, MaybeUninit};
use std::ptr::{self, NonNull};

/// Payloads larger than this, or aligned to more than 8, travel in a box of their own.
pub(crate) const MAX_INLINE: usize = 2048;

/// What a record's function is asked to do with the payload, other than to deliver it to its actor.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    /// RUN of a job: consume it by running it with this host.
    RunJob(*mut ()),
    /// Consume it undelivered.
    Drop(DropReason),
    /// Move it to this address, which has room for it and is aligned to 8.
    Move(*mut u8),
    /// Write here what it is; it stays as it is.
    Describe(*mut Description),
}

/// Why a message was consumed without being handled. The numbers are those of the C ABI.
///
/// # Examples
///
/// See [`OwnedBytes::from_raw`](crate::OwnedBytes::from_raw).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[non_exhaustive]
pub enum DropReason {
    /// The handler had it; the payload was released afterwards.
    Delivered = 0,
    /// The receiver ended before it came to the message, or the sender withdrew it.
    Cancelled = 1,
    /// The receiving runtime was closed, then or before.
    Closed = 2,
    /// No actor had this id when the message came.
    NotFound = 3,
    /// The mailbox had reached its bound, or its rate.
    Full = 4,
    /// The receiver takes no messages of this kind.
    Refused = 5,
    /// Its turn came when its time to live was over.
    Expired = 6,
}

/// What a record says of itself, for traces and diagnostics.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Description {
    /// Rust type name of the payload.
    pub type_name: &'static str,
    /// Tag of a foreign message, 0 for typed ones.
    pub tag: u64,
    /// Slot of the actor that sent it; 0 for none.
    pub origin: u32,
}

/// All operations on one payload type. None is RUN for an actor, so that the dispatch loop has one null to pass and the
/// function one null to test.
///
/// # Safety
/// `payload` points to the payload of a record that was written for this function, `cell` to the cell it was addressed to
/// (null for jobs), and the operation's pointer is good for what it says.
pub(crate) type RunFn = unsafe fn(payload: *mut u8, cell: *mut CellHeader, operation: Option<&Operation>);

/// Flag bits of a record.
pub(crate) mod flag {
    /// The record ends with a 16-byte [`Trailer`](super::Trailer).
    pub(crate) const TRACED: u16 = 1;
    /// The record may run while its actor is preparing or paused: it makes the actor's value, or ends the actor.
    pub(crate) const EARLY: u16 = 2;
    /// Not a message: the lane goes on in the next segment.
    pub(crate) const JUMP: u16 = 4;
    /// In a cross-thread block: a packet whose function comes from its receiver's kind.
    pub(crate) const UNBOUND: u16 = 8;
    /// About an actor, not for it: no message, and none that could be lost.
    pub(crate) const CONTROL: u16 = 16;
    /// In a cross-thread block: it has the function and the target of the one before.
    pub(crate) const LIKE: u16 = 32;
    /// The runtime's own message to an actor: it is no loss if that has ended.
    pub(crate) const OWN: u16 = 64;
    /// An answer or a timer of the actor's own: it gets these until it has ended.
    pub(crate) const OWED: u16 = 128;
    /// Its payload says itself where its actor is.
    pub(crate) const WIDE: u16 = 256;
}

/// The header of a record. The payload follows it.
#[repr(C)]
pub(crate) struct Record {
    pub run: RunFn,
    pub cell: *mut CellHeader,
    pub meta: Meta,
}

/// Size, flags and origin of a record in one word, since they are written at once.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Meta(u64);

impl Meta {
    /// Of a record of `bytes`, which fit 16 bits.
    #[inline(always)]
    pub(crate) const fn new(bytes: usize, flags: u16, origin: u32) -> Meta {
        debug_assert!(bytes <= u16::MAX as usize && bytes % 8 == 0);
        Meta(bytes as u64 | (flags as u64) << 16 | (origin as u64) << 32)
    }

    /// Bytes of the whole record.
    #[inline(always)]
    pub(crate) const fn bytes(self) -> usize {
        self.0 as u16 as usize
    }

    /// See [`flag`].
    #[inline(always)]
    pub(crate) const fn flags(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Slot of the actor that sent it.
    #[inline(always)]
    pub(crate) const fn origin(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

/// Trace information behind the payload of a TRACED record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Trailer {
    /// Number of this message in the runtime.
    pub message: u64,
    /// Number of the message whose handler sent it; 0 for the outside world.
    pub cause: u64,
}

/// Bytes of a record before its payload.
pub(crate) const HEADER: usize = mem::size_of::<Record>();
const _: () = assert!(HEADER == if cfg!(target_pointer_width = "64") { 24 } else { 16 });
const _: () = assert!(mem::size_of::<Trailer>() == 16);

impl Record {
    /// Bytes this record occupies.
    #[inline(always)]
    pub(crate) fn bytes(&self) -> usize {
        self.meta.bytes()
    }

    /// See [`flag`].
    #[inline(always)]
    pub(crate) fn flags(&self) -> u16 {
        self.meta.flags()
    }

    /// # Safety
    /// `this` points to a record with its payload behind it.
    #[inline(always)]
    pub(crate) unsafe fn payload(this: *mut Record) -> *mut u8 {
        // SAFETY: the payload follows the header inside the same allocation (caller).
        unsafe { this.cast::<u8>().add(HEADER) }
    }

    /// The trailer of a traced record.
    ///
    /// # Safety
    /// `this` points to a complete record.
    pub(crate) unsafe fn trailer(this: *const Record) -> Option<Trailer> {
        // SAFETY: a TRACED record ends with an initialised trailer; sizes are multiples of 8, so it is aligned.
        unsafe {
            if (*this).flags() & flag::TRACED == 0 {
                return None;
            }
            let end = this.cast::<u8>().add((*this).bytes());
            Some(end.sub(mem::size_of::<Trailer>()).cast::<Trailer>().read())
        }
    }

    /// Asks a record what it is.
    ///
    /// # Safety
    /// `this` points to a complete record with a live payload.
    pub(crate) unsafe fn describe(this: *mut Record) -> Description {
        // SAFETY: by the caller.
        unsafe {
            let mut description = describe((*this).run, Record::payload(this), (*this).cell);
            description.origin = description.origin.max((*this).meta.origin());
            description
        }
    }

    /// Consumes a record's payload undelivered. May run the payload's destructor and therefore user code.
    ///
    /// # Safety
    /// `this` points to a complete record with a live payload, which is dead afterwards.
    pub(crate) unsafe fn discard(this: *mut Record, reason: DropReason) {
        // SAFETY: DROP consumes the payload once; the caller hands it over.
        unsafe {
            ((*this).run)(Record::payload(this), (*this).cell, Some(&Operation::Drop(reason)));
        }
    }

    /// Moves a whole record (header, payload, trailer) to `to`. Not by its MOVE: a payload that lies in a lane moves by copying.
    ///
    /// # Safety
    /// `this` is a complete record with a live payload, dead afterwards; `to` is aligned to 8 and has `bytes()` of room that do
    /// not overlap it.
    pub(crate) unsafe fn relocate(this: *mut Record, to: *mut Record) {
        // SAFETY: room and alignment by the caller; the old record is dead afterwards.
        unsafe {
            let Record { run, cell, meta } = *this;
            to.write(Record { run, cell, meta });
            copy_words(Record::payload(this), Record::payload(to), (meta.bytes() - HEADER) / 8);
        }
    }
}

/// Asks a payload what it is.
///
/// # Safety
/// `run` is the function of the payload, which is live; the cell is what it needs.
pub(crate) unsafe fn describe(run: RunFn, payload: *mut u8, cell: *mut CellHeader) -> Description {
    let mut description = Description { type_name: "", tag: 0, origin: 0 };
    // SAFETY: DESCRIBE reads the payload and writes one `Description`.
    unsafe { run(payload, cell, Some(&Operation::Describe(&raw mut description))) };
    description
}

/// Copies a payload. Most are a few words, less than a call of `memcpy` or the jump that a case for each length would be.
///
/// # Safety
/// `from` and `to` are good for as many words of 8 bytes, aligned to 8, and do not overlap.
#[inline(always)]
pub(crate) unsafe fn copy_words(from: *mut u8, to: *mut u8, words: usize) {
    // `MaybeUninit`, since payloads may have padding.
    type Words<const COUNT: usize> = [MaybeUninit<u64>; COUNT];
    // SAFETY: by the caller.
    unsafe {
        match words {
            0 => {}
            1 => to.cast::<Words<1>>().write(from.cast::<Words<1>>().read()),
            2..=4 => {
                // The first two and the last two, which may be some of the same.
                let last = (words - 2) * 8;
                to.cast::<Words<2>>().write(from.cast::<Words<2>>().read());
                to.add(last).cast::<Words<2>>().write(from.add(last).cast::<Words<2>>().read());
            }
            _ => ptr::copy_nonoverlapping(from.cast::<Words<1>>(), to.cast::<Words<1>>(), words),
        }
    }
}

/// Exclusive access to a ready actor for one message.
pub(crate) struct Turn<'a, A: ?Sized + 'static> {
    /// The actor's value.
    pub value: &'a mut A,
    /// The actor's handle, lent for the turn.
    pub actor: Lent<'a, A>,
}

/// A message to an actor of a known type.
///
/// `deliver` gets exclusive access for the time of the call. What it returns is handled by `finish` after that access has
/// ended, since finishing may drop the actor's value.
pub(crate) trait Message: Sized + 'static {
    /// The receiving actor: its type, or a trait that it is known by.
    type Actor: ?Sized + 'static;
    /// What the handler asked for beyond returning, e.g. to stop.
    type End;
    /// Flags of its records.
    const FLAGS: u16 = 0;
    /// Runs the handler.
    fn deliver(self, turn: Turn<'_, Self::Actor>) -> Option<Self::End>;
    /// Acts on what `deliver` returned.
    fn finish(actor: &Actor<Self::Actor>, end: Self::End);
}

/// A message that makes the value of a preparing actor.
pub(crate) trait PrepMessage: Sized + 'static {
    /// The actor to be made.
    type Actor: 'static;
    /// Runs the constructor, installs its value or ends the actor.
    fn deliver(self, actor: Lent<'_, Self::Actor>);
}

/// A message about an actor rather than to it, delivered in every state but the last.
pub(crate) trait ControlMessage: Sized + 'static {
    /// Flags of its records.
    const FLAGS: u16 = flag::EARLY | flag::CONTROL;
    /// Acts on the actor if that calls nobody and gives up nothing: what most of them come to, and no handle need be counted for it.
    /// Otherwise does nothing and says so.
    fn deliver_quietly(&self, actor: &CellHeader) -> bool;
    /// Acts on the actor.
    fn deliver(self, actor: &AnyActor);
}

/// Work of the runtime itself (level 0): a closure that gets the host object of the loop.
pub(crate) struct Job<H, F> {
    work: F,
    host: PhantomData<fn(&mut H)>,
}

/// A payload type together with the function that operates on it.
pub(crate) trait Payload: Sized + 'static {
    /// Flags of its records.
    const FLAGS: u16;
    /// The function for values that lie in the record.
    const RUN: RunFn;
    /// The function for values that lie in a box.
    const RUN_BOXED: RunFn;
    /// Whether the value lies in a box.
    const BOXED: bool = mem::size_of::<Self>() > MAX_INLINE || mem::align_of::<Self>() > 8;
    /// The function for records of this payload.
    const FUNCTION: RunFn = if Self::BOXED { Self::RUN_BOXED } else { Self::RUN };
    /// Payload bytes in the record, a multiple of 8.
    const BYTES: usize = if Self::BOXED { 8 } else { mem::size_of::<Self>().next_multiple_of(8) };

    /// Writes the payload of a new record.
    ///
    /// # Safety
    /// `to` is aligned to 8 and has `Self::BYTES` of room.
    #[inline(always)]
    unsafe fn write(self, to: *mut u8) {
        // SAFETY: room and alignment by the caller; `BOXED` decides both here and in `FUNCTION`.
        unsafe {
            if Self::BOXED {
                to.cast::<*mut Self>().write(Box::into_raw(Box::new(self)));
            } else {
                to.cast::<Self>().write(self);
            }
        }
    }

    /// Takes back what [`write`](Payload::write) wrote, from a record that was never handed over.
    ///
    /// # Safety
    /// `from` holds a live payload of this type; it is dead afterwards.
    unsafe fn read(from: *mut u8) -> Self {
        // SAFETY: by the caller; `BOXED` decided in `write`.
        unsafe { if Self::BOXED { take::<Self, true>(from) } else { take::<Self, false>(from) } }
    }
}

/// Wraps a [`Message`] as a payload.
#[repr(transparent)]
pub(crate) struct ReadyCall<M>(pub M);
/// Wraps a [`Message`] from a handle whose pointer is wide: the record's own does not say all.
pub(crate) struct WideCall<M: Message> {
    pub message: M,
    pub cell: NonNull<ActorCell<M::Actor>>,
}
/// Wraps a [`ControlMessage`] as a payload.
#[repr(transparent)]
pub(crate) struct ControlCall<M>(pub M);
/// Wraps a [`PrepMessage`] as a payload.
#[repr(transparent)]
pub(crate) struct PrepCall<M>(pub M);

impl<H: 'static, F: FnOnce(&mut H) + 'static> Job<H, F> {
    /// A job that runs `work` with the loop's host.
    ///
    /// # Safety
    /// The lane it is pushed to must be run with a host of type `H`.
    #[inline(always)]
    pub(crate) unsafe fn new(work: F) -> Self {
        Job { work, host: PhantomData }
    }
}

impl<M: Message> Payload for ReadyCall<M> {
    const FLAGS: u16 = M::FLAGS;
    const RUN: RunFn = operate_ready::<M, false>;
    const RUN_BOXED: RunFn = operate_ready::<M, true>;
}

impl<M: Message> Payload for WideCall<M> {
    const FLAGS: u16 = M::FLAGS | flag::WIDE;
    const RUN: RunFn = operate_wide::<M, false>;
    const RUN_BOXED: RunFn = operate_wide::<M, true>;
}

impl<M: PrepMessage> Payload for PrepCall<M> {
    const FLAGS: u16 = flag::EARLY;
    const RUN: RunFn = operate_prep::<M, false>;
    const RUN_BOXED: RunFn = operate_prep::<M, true>;
}

impl<M: ControlMessage> Payload for ControlCall<M> {
    const FLAGS: u16 = M::FLAGS;
    const RUN: RunFn = operate_control::<M, false>;
    const RUN_BOXED: RunFn = operate_control::<M, true>;
}

impl<H: 'static, F: FnOnce(&mut H) + 'static> Payload for Job<H, F> {
    const FLAGS: u16 = 0;
    const RUN: RunFn = operate_job::<H, F, false>;
    const RUN_BOXED: RunFn = operate_job::<H, F, true>;
}

/// Takes the value out of a record.
///
/// # Safety
/// `payload` holds a live `T` (or a box of one); it is dead afterwards.
#[inline(always)]
unsafe fn take<T, const BOXED: bool>(payload: *mut u8) -> T {
    // SAFETY: by the caller; the box was made by `Payload::write`.
    unsafe {
        if BOXED { *Box::from_raw(payload.cast::<*mut T>().read()) } else { payload.cast::<T>().read() }
    }
}

/// The operations that do not depend on what a payload is delivered to.
///
/// # Safety
/// As for [`RunFn`]; the operation is not RUN.
#[cold]
#[inline(never)]
unsafe fn operate_other<T, const BOXED: bool>(payload: *mut u8, operation: &Operation) {
    // SAFETY: by the caller, per operation.
    unsafe {
        match *operation {
            Operation::RunJob(_) => debug_assert!(false, "RUN is handled by the caller"),
            Operation::Drop(_) => drop(take::<T, BOXED>(payload)),
            Operation::Move(to) if BOXED => {
                ptr::copy_nonoverlapping(payload.cast::<*mut T>(), to.cast(), 1);
            }
            Operation::Move(to) => ptr::copy_nonoverlapping(payload.cast::<T>(), to.cast(), 1),
            Operation::Describe(to) => {
                to.write(Description { type_name: std::any::type_name::<T>(), tag: 0, origin: 0 });
            }
        }
    }
}

/// # Safety
/// As for [`RunFn`]. For RUN, the cell is READY, holds an `M::Actor` that is not known by a trait, and no other access to its value
/// exists.
unsafe fn operate_ready<M: Message, const BOXED: bool>(
    payload: *mut u8,
    cell: *mut CellHeader,
    operation: Option<&Operation>,
) {
    // SAFETY: by the caller.
    unsafe {
        if let Some(operation) = operation {
            return operate_other::<M, BOXED>(payload, operation);
        }
        let message = take::<M, BOXED>(payload);
        deliver(message, cell::typed(NonNull::new_unchecked(cell)));
    }
}

/// # Safety
/// As for [`RunFn`]. For RUN, the cell is READY, holds an `M::Actor`, and no other access to its value exists.
unsafe fn operate_wide<M: Message, const BOXED: bool>(
    payload: *mut u8,
    _cell: *mut CellHeader,
    operation: Option<&Operation>,
) {
    // SAFETY: by the caller; the pointer in the payload is to the cell that the record is addressed to.
    unsafe {
        if let Some(operation) = operation {
            if let Operation::Describe(to) = *operation {
                return to.write(Description { type_name: std::any::type_name::<M>(), tag: 0, origin: 0 });
            }
            return operate_other::<WideCall<M>, BOXED>(payload, operation);
        }
        let call = take::<WideCall<M>, BOXED>(payload);
        deliver(call.message, call.cell);
    }
}

/// # Safety
/// The cell is READY, holds an `M::Actor`, and no other access to its value exists.
#[inline(always)]
unsafe fn deliver<M: Message>(message: M, cell: NonNull<ActorCell<M::Actor>>) {
    // SAFETY: by the caller. The lent handle lives shorter than the record's own claim on the cell (`pending`), which the
    // dispatch loop gives up before the call but re-checks only on its cold path; a READY cell has an owner.
    unsafe {
        let actor = Lent::<M::Actor>::new(cell);
        let end = message.deliver(Turn { value: cell::value_mut(cell), actor: Lent::new(cell) });
        if let Some(end) = end {
            finish::<M>(actor, end);
        }
    }
}

#[cold]
#[inline(never)]
fn finish<M: Message>(actor: Lent<'_, M::Actor>, end: M::End) {
    M::finish(&actor, end);
}

/// # Safety
/// As for [`RunFn`]. A prep call that meets an actor which is no longer preparing is dropped.
unsafe fn operate_prep<M: PrepMessage, const BOXED: bool>(
    payload: *mut u8,
    cell: *mut CellHeader,
    operation: Option<&Operation>,
) {
    // SAFETY: by the caller.
    unsafe {
        if let Some(operation) = operation {
            return operate_other::<M, BOXED>(payload, operation);
        }
        let message = take::<M, BOXED>(payload);
        let cell = NonNull::new_unchecked(cell);
        if cell.as_ref().is_preparing() {
            message.deliver(Lent::new(cell.cast()));
        }
    }
}

/// # Safety
/// As for [`RunFn`].
unsafe fn operate_control<M: ControlMessage, const BOXED: bool>(
    payload: *mut u8,
    cell: *mut CellHeader,
    operation: Option<&Operation>,
) {
    // SAFETY: by the caller; the cell is alive, and is kept so while the message acts on it: nothing quiet can give it up, and then it
    // is released here if nothing else refers to it.
    unsafe {
        if let Some(operation) = operation {
            return operate_other::<M, BOXED>(payload, operation);
        }
        let message = take::<M, BOXED>(payload);
        let cell = NonNull::new_unchecked(cell);
        if !message.deliver_quietly(cell.as_ref()) {
            message.deliver(&AnyActor::from_cell(cell));
        } else if cell.as_ref().is_unused() {
            cell::release(cell);
        }
    }
}

/// # Safety
/// As for [`RunFn`]. The host of RUN is a `*mut H` valid for exclusive use during the call.
unsafe fn operate_job<H: 'static, F: FnOnce(&mut H) + 'static, const BOXED: bool>(
    payload: *mut u8,
    _cell: *mut CellHeader,
    operation: Option<&Operation>,
) {
    // SAFETY: by the caller; `Job::new` promised the type of the host.
    unsafe {
        match operation {
            Some(&Operation::RunJob(host)) => {
                let job = take::<Job<H, F>, BOXED>(payload);
                (job.work)(&mut *host.cast::<H>());
            }
            Some(operation) => operate_other::<Job<H, F>, BOXED>(payload, operation),
            None => debug_assert!(false, "a job runs with a host"),
        }
    }
}
