//! An actor's cell: the 48-byte header that every dispatch touches, and the actor's value behind it.
//!
//! ```text
//!  0 kind      what is known of the actor's type: how to drop it, its name, whether it takes foreign messages
//!  8 block     the runtime it belongs to; makes posting and dropping work from a handle alone
//! 16 id        slot (low half) and kind | instance | generation (high half)
//! 24 pending   queued records; what keeps the memory alive, and the mailbox fill
//! 28 limit     mailbox bound; u32::MAX = none
//! 32 handles   counted handles of any sort
//! 36 owners    how many of them own the actor
//! 40 state     READY is 0: one compare on the hot path covers every unusual case
//! 41 flags     HAS_VALUE
//! 42 closed    nothing more is to be sent to it
//! 44 cold      index of the rare part; 0 = none
//! 48 value
//! ```
//!
//! Invariants: the value is initialised exactly if the flag HAS_VALUE is set; READY and PAUSED imply it. The memory is released when the state
//! is ZOMBIE and both `pending` and `handles` are 0. Counts saturate and then stay: such a cell leaks, it never dangles.

use super::handle::AnyActor;
use super::record::{DropReason, RunFn};
use super::slab::SlabClass;
use std::alloc::Layout;
use std::any::{Any, TypeId};
use std::cell::{Cell, UnsafeCell};
use std::mem::{self, ManuallyDrop};
use std::ptr::NonNull;

/// Where an actor is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum State {
    /// It has a value and takes messages.
    Ready = 0,
    /// It has no value yet; messages wait in its stash.
    Prep = 1,
    /// It has a value; messages wait in its stash.
    Paused = 2,
    /// It has a value and waits for an answer, or is about to end: of its messages those run that are owed to it, and the others wait
    /// in its stash.
    Held = 3,
    /// It has ended, but its handler is still on the stack: the value goes when that returns.
    Ending = 4,
    /// It is gone. Only the header remains.
    Zombie = 5,
}

/// In the header's flags: the value is initialised.
const HAS_VALUE: u8 = 1;

/// What is known about an actor's type.
pub(crate) struct Kind {
    /// Size and alignment of the whole cell.
    pub layout: Layout,
    /// Where its memory comes from.
    pub class: SlabClass,
    /// Drops the value in place; None if there is nothing to drop.
    pub drop_value: Option<unsafe fn(NonNull<CellHeader>)>,
    /// Rust's name of the type.
    pub type_name: fn() -> &'static str,
    /// Identity of the type.
    pub type_id: fn() -> TypeId,
    /// Handles a foreign message, if the actor declared that it takes them.
    pub receive: Option<RunFn>,
    /// Handles a word, if the actor wants words in their own form.
    pub receive_word: Option<RunFn>,
    /// Tells an actor that it is about to end, and why (a type of the layers above).
    pub stopping: Option<StopHook>,
    /// Whether nothing of it is to be called when it ends: no hook, and no destructor.
    pub ends_silently: bool,
}

/// Calls an actor's stop hook.
pub(crate) type StopHook = fn(&AnyActor, cause: &dyn Any);

/// First member of the runtime's shared block: all that a cell needs to know of it.
#[repr(C)]
pub(crate) struct BlockHead {
    /// Gives back the memory of a dead cell, and with it the cell's claim on the block.
    pub release_cell: unsafe fn(NonNull<CellHeader>),
}

/// The header of every actor's cell.
#[repr(C)]
pub(crate) struct CellHeader {
    kind: Cell<&'static Kind>,
    block: NonNull<BlockHead>,
    id: u64,
    pending: Cell<u32>,
    limit: Cell<u32>,
    handles: Cell<u32>,
    owners: Cell<u32>,
    state: Cell<State>,
    flags: Cell<u8>,
    closed: Cell<bool>,
    returns: Cell<bool>,
    cold: Cell<u32>,
}

/// A cell with its value. `repr(C)` with the value last, so that a pointer to it can be unsized to `ActorCell<dyn Trait>`.
#[repr(C)]
pub struct ActorCell<A: ?Sized> {
    header: CellHeader,
    value: UnsafeCell<ManuallyDrop<A>>,
}

const _: () = assert!(mem::size_of::<CellHeader>() == 48 || cfg!(not(target_pointer_width = "64")));

impl<A: 'static> ActorCell<A> {
    /// The kind of an actor that takes typed messages only.
    pub(crate) const KIND: Kind = Kind {
        layout: Layout::new::<ActorCell<A>>(),
        class: SlabClass::of(Layout::new::<ActorCell<A>>()),
        drop_value: if mem::needs_drop::<A>() { Some(drop_value::<A>) } else { None },
        type_name: std::any::type_name::<A>,
        type_id: TypeId::of::<A>,
        receive: None,
        receive_word: None,
        stopping: None,
        ends_silently: !mem::needs_drop::<A>(),
    };
}

/// # Safety
/// The cell holds an initialised `A`, which is dead afterwards.
unsafe fn drop_value<A: 'static>(cell: NonNull<CellHeader>) {
    // SAFETY: by the caller. Only the value is touched, never a reference to the whole cell.
    unsafe { std::ptr::drop_in_place(value_ptr::<A>(cell.cast())) }
}

impl<A: ?Sized + 'static> ActorCell<A> {
    /// Whether a pointer to the cell says more than where it is: for traits it has the table of the type's methods beside it.
    pub(crate) const WIDE: bool = mem::size_of::<NonNull<Self>>() != mem::size_of::<NonNull<CellHeader>>();
}

/// The pointer that a handle of type `A` has, from the cell's address alone.
///
/// # Safety
/// The cell was made for an `A`, and `ActorCell::<A>::WIDE` is false.
#[inline(always)]
pub(crate) unsafe fn typed<A: ?Sized + 'static>(cell: NonNull<CellHeader>) -> NonNull<ActorCell<A>> {
    // SAFETY: not wide, so the pointer is an address and nothing else (else this panics: the source would be too small).
    unsafe { mem::transmute_copy(&cell) }
}

/// Address of the value. Makes no reference.
#[inline(always)]
fn value_ptr<A: ?Sized + 'static>(cell: NonNull<ActorCell<A>>) -> *mut A {
    // SAFETY: pure address arithmetic inside the cell's allocation; `UnsafeCell` and `ManuallyDrop` are transparent.
    unsafe { (&raw mut (*cell.as_ptr()).value) as *mut A }
}

/// The value, for one turn.
///
/// # Safety
/// The cell holds an initialised `A` and no other reference to it lives during `'a`.
#[inline(always)]
pub(crate) unsafe fn value_mut<'a, A: ?Sized + 'static>(cell: NonNull<ActorCell<A>>) -> &'a mut A {
    // SAFETY: by the caller.
    unsafe { &mut *value_ptr::<A>(cell) }
}

/// Writes the value of a preparing actor.
///
/// # Safety
/// The cell was made for an `A` and holds no value.
pub(crate) unsafe fn write_value<A: 'static>(cell: NonNull<CellHeader>, value: A) {
    // SAFETY: by the caller.
    unsafe {
        value_ptr::<A>(cell.cast()).write(value);
        cell.as_ref().flags.set(HAS_VALUE);
    }
}

/// Drops the value, if there is one. May run user code, and may panic; the value counts as dropped either way.
///
/// # Safety
/// No reference to the value is alive.
pub(crate) unsafe fn destroy_value(cell: NonNull<CellHeader>) {
    // SAFETY: alive by the caller.
    let header = unsafe { cell.as_ref() };
    if header.flags.replace(0) & HAS_VALUE != 0 {
        if let Some(drop_value) = header.kind().drop_value {
            // SAFETY: the flag said that it is initialised, and says no more; not referred to (caller).
            unsafe { drop_value(cell) }
        }
    }
}

/// Takes the value out, if there is one.
///
/// # Safety
/// The cell was made for an `A`, and no reference to the value is alive.
pub(crate) unsafe fn take_value<A: 'static>(cell: NonNull<CellHeader>) -> Option<A> {
    // SAFETY: alive by the caller.
    if unsafe { cell.as_ref() }.flags.replace(0) & HAS_VALUE == 0 {
        return None;
    }
    // SAFETY: the flag said that it is initialised, and says no more; not referred to (caller).
    Some(unsafe { value_ptr::<A>(cell.cast()).read() })
}

/// Initialises a new cell's header in state PREP, with one handle.
///
/// # Safety
/// `memory` has `kind.layout`, `block` is the runtime's block.
pub(crate) unsafe fn init(
    memory: NonNull<u8>,
    kind: &'static Kind,
    block: NonNull<BlockHead>,
    id: u64,
    owners: u32,
    limit: u32,
) -> NonNull<CellHeader> {
    let cell = memory.cast::<CellHeader>();
    // SAFETY: the memory is fresh and large enough for the header (caller).
    unsafe {
        cell.write(CellHeader {
            kind: Cell::new(kind),
            block,
            id,
            pending: Cell::new(0),
            limit: Cell::new(limit),
            handles: Cell::new(1),
            owners: Cell::new(owners),
            state: Cell::new(State::Prep),
            flags: Cell::new(0),
            closed: Cell::new(false),
            returns: Cell::new(false),
            cold: Cell::new(0),
        });
    }
    cell
}

/// The cell of no actor, for places where none is: it has an id that no actor has, and takes nothing. Never written.
pub(crate) const fn nobody() -> NonNull<CellHeader> {
    struct Nobody(CellHeader);
    // SAFETY: it is only read.
    unsafe impl Sync for Nobody {}
    static NOBODY: Nobody = Nobody(CellHeader {
        kind: Cell::new(const { &ActorCell::<()>::KIND }),
        block: NonNull::dangling(),
        // Its slot is one that the directory never gives out.
        id: u64::MAX,
        pending: Cell::new(0),
        limit: Cell::new(0),
        handles: Cell::new(0),
        owners: Cell::new(0),
        state: Cell::new(State::Zombie),
        flags: Cell::new(0),
        closed: Cell::new(false),
        returns: Cell::new(false),
        cold: Cell::new(0),
    });
    // SAFETY: a static has an address.
    unsafe { NonNull::new_unchecked((&raw const NOBODY.0).cast_mut()) }
}

impl CellHeader {
    #[inline(always)]
    pub(crate) fn kind(&self) -> &'static Kind {
        self.kind.get()
    }

    /// Replaces the kind by one of the same type and layout that also takes foreign messages.
    pub(crate) fn set_receive(&self, kind: &'static Kind) {
        debug_assert!(kind.layout == self.kind().layout && (kind.type_id)() == (self.kind().type_id)());
        self.kind.set(kind);
    }

    #[inline(always)]
    pub(crate) fn block(&self) -> NonNull<BlockHead> {
        self.block
    }

    #[inline(always)]
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    #[inline(always)]
    pub(crate) fn state(&self) -> State {
        self.state.get()
    }

    #[inline(always)]
    pub(crate) fn set_state(&self, state: State) {
        self.state.set(state);
    }

    #[inline(always)]
    pub(crate) fn is_preparing(&self) -> bool {
        self.state.get() == State::Prep
    }

    /// Whether the actor has ended, for whoever asks from outside.
    #[inline(always)]
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.state.get(), State::Ending | State::Zombie)
    }

    #[inline(always)]
    pub(crate) fn pending(&self) -> u32 {
        self.pending.get()
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit.get()
    }

    pub(crate) fn set_limit(&self, limit: u32) {
        self.limit.set(limit);
    }

    /// Whether its value is there.
    pub(crate) fn has_value(&self) -> bool {
        self.flags.get() & HAS_VALUE != 0
    }

    /// The value is gone: it needed no drop.
    pub(crate) fn forget_value(&self) {
        self.flags.set(0);
    }

    /// Takes no more messages that are not owed to the actor.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        self.limit.set(0);
    }

    /// Takes messages again, within this bound.
    pub(crate) fn reopen(&self, limit: u32) {
        self.closed.set(false);
        self.limit.set(limit);
    }

    /// Whether nothing more is to be sent to the actor: it has ended, or is about to.
    pub(crate) fn is_closed(&self) -> bool {
        self.has_ended() || self.closed.get()
    }

    /// Says whether another incarnation follows the one that ends.
    pub(crate) fn set_returns(&self, returns: bool) {
        self.returns.set(returns);
    }

    /// Whether another incarnation follows the one that ends.
    pub(crate) fn returns(&self) -> bool {
        self.returns.get()
    }

    /// Whether it has ended for good, or is to. One whose next incarnation follows is not gone: what it gets meanwhile waits for that.
    pub(crate) fn is_gone(&self) -> bool {
        self.has_ended() && !self.returns.get()
    }

    /// Whether the mailbox has a free place.
    #[inline(always)]
    pub(crate) fn has_place(&self) -> bool {
        self.pending.get() < self.limit.get()
    }

    /// Whether one more record could be counted.
    #[inline(always)]
    pub(crate) fn is_countable(&self) -> bool {
        self.pending.get() != u32::MAX
    }

    /// Claims the place that `has_place` or `is_countable` found.
    #[inline(always)]
    pub(crate) fn take_place(&self) {
        self.pending.set(self.pending.get() + 1);
    }

    /// Claims one place in the mailbox. False if it is full.
    #[inline(always)]
    pub(crate) fn try_claim(&self) -> bool {
        let free = self.has_place();
        if free {
            self.take_place();
        }
        free
    }

    /// Why there was no place.
    #[cold]
    pub(crate) fn refusal(&self) -> DropReason {
        if self.is_closed() { DropReason::NotFound } else { DropReason::Full }
    }

    /// Claims a place regardless of the bound: for control traffic and for records that already had a place. False if the
    /// count is exhausted.
    #[inline(always)]
    pub(crate) fn claim(&self) -> bool {
        let free = self.is_countable();
        if free {
            self.take_place();
        }
        free
    }

    /// Gives a place back, when a record leaves the lane.
    #[inline(always)]
    pub(crate) fn unclaim(&self) {
        self.pending.set(self.pending.get() - 1);
    }

    pub(crate) fn cold(&self) -> u32 {
        self.cold.get()
    }

    pub(crate) fn set_cold(&self, index: u32) {
        self.cold.set(index);
    }

    /// One more owner. A saturated count stays: such an actor is never ended by losing its owners.
    pub(crate) fn add_owner(&self) {
        self.owners.set(self.owners.get().saturating_add(1));
    }

    /// One owner less; true if that was the last.
    pub(crate) fn remove_owner(&self) -> bool {
        let owners = self.owners.get();
        if owners == u32::MAX {
            return false;
        }
        self.owners.set(owners - 1);
        owners == 1
    }

    #[inline(always)]
    pub(crate) fn add_handle(&self) {
        self.handles.set(self.handles.get().saturating_add(1));
    }

    /// One handle less; true if the memory may now be released.
    #[inline(always)]
    pub(crate) fn remove_handle(&self) -> bool {
        let handles = self.handles.get();
        if handles == u32::MAX {
            return false;
        }
        self.handles.set(handles - 1);
        handles == 1 && self.is_unused()
    }

    /// Sets the counts of handles, owners and pending messages. What they were.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn replace_counts(&self, counts: [u32; 3]) -> [u32; 3] {
        let [handles, owners, pending] = counts;
        [self.handles.replace(handles), self.owners.replace(owners), self.pending.replace(pending)]
    }

    /// Whether nothing refers to the cell any more.
    #[inline(always)]
    pub(crate) fn is_unused(&self) -> bool {
        self.state.get() == State::Zombie && self.pending.get() == 0 && self.handles.get() == 0
    }
}

/// Releases a cell that nothing refers to any more.
///
/// # Safety
/// `is_unused()` holds and nobody uses `cell` afterwards.
#[inline(always)]
pub(crate) unsafe fn release(cell: NonNull<CellHeader>) {
    // SAFETY: by the caller; the function came with the block that made the cell.
    unsafe { (cell.as_ref().block.as_ref().release_cell)(cell) }
}
