//! `Actor<A>`: a counted reference to an actor's cell.
//!
//! It keeps the cell's 48 bytes (not the actor) alive, so it can be held for ever, and whatever is posted through it after the
//! actor's end is dropped in an orderly way. It is one pointer wide and stays on the runtime's thread.

use super::cell::{self, ActorCell, CellHeader};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

/// A handle to an actor of type `A`, by which it is called. Cloning it is cheap; it does not own the actor.
///
/// The actor ends independently of its handles; calls to an ended actor are dropped. Handles compare and hash by identity.
///
/// Thread: the runtime's own (`!Send`); [`Remote`](crate::Remote) is the way in from other threads.
///
/// # Examples
///
/// ```
/// use actor_rt::{Actor, Runtime, actor_new, ret_nop};
/// use std::collections::HashSet;
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let owner = actor_new!(runtime, u32, ret_nop!());
/// let handle: Actor<u32> = owner.clone();
/// let set: HashSet<Actor<u32>> = [handle.clone(), owner.clone()].into();
/// assert_eq!(set.len(), 1);
///
/// drop(owner);
/// runtime.run(Instant::now(), false);
/// assert!(handle.is_zombie(), "handles own nothing");
/// handle.call(|_, _| unreachable!("dropped"));
/// runtime.run(Instant::now(), false);
/// ```
pub struct Actor<A: ?Sized + 'static> {
    cell: NonNull<ActorCell<A>>,
}

impl<A: 'static> Actor<A> {
    /// A new counted handle.
    ///
    /// # Safety
    /// `cell` is alive and was made for an `A`.
    #[inline(always)]
    pub(crate) unsafe fn from_cell(cell: NonNull<CellHeader>) -> Self {
        // SAFETY: alive by the caller.
        unsafe { cell.as_ref() }.add_handle();
        Actor { cell: cell.cast() }
    }
}

impl<A: 'static> Actor<A> {
    /// The handle that a new cell's count of one stands for.
    ///
    /// # Safety
    /// `cell` was just made for an `A`, and this is called once.
    #[inline(always)]
    pub(crate) unsafe fn first(cell: NonNull<CellHeader>) -> Self {
        Actor { cell: cell.cast() }
    }
}

impl<A: ?Sized + 'static> Actor<A> {
    /// The cell's header.
    #[inline(always)]
    pub(crate) fn header(&self) -> &CellHeader {
        // SAFETY: the handle's count keeps the header alive.
        unsafe { self.cell.cast::<CellHeader>().as_ref() }
    }

    /// The cell's address, with the provenance of the whole cell.
    #[inline(always)]
    pub(crate) fn cell(&self) -> NonNull<CellHeader> {
        self.cell.cast()
    }

    /// The cell with its type.
    #[inline(always)]
    pub(crate) fn typed_cell(&self) -> NonNull<ActorCell<A>> {
        self.cell
    }
}

/// The two halves of [`upcast!`](crate::upcast), between which the compiler makes a trait of the type.
impl<A: ?Sized + 'static> Actor<A> {
    #[doc(hidden)]
    pub fn into_raw(self) -> *mut ActorCell<A> {
        ManuallyDrop::new(self).cell.as_ptr()
    }

    /// # Safety
    /// `cell` came from [`into_raw`](Actor::into_raw), and nothing but the compiler's own coercion was done to it since. It is used
    /// up.
    #[doc(hidden)]
    pub unsafe fn from_raw(cell: *mut ActorCell<A>) -> Self {
        // SAFETY: a handle's pointer is not null.
        Actor { cell: unsafe { NonNull::new_unchecked(cell) } }
    }
}

impl<A: ?Sized + 'static> Clone for Actor<A> {
    #[inline(always)]
    fn clone(&self) -> Self {
        self.header().add_handle();
        Actor { cell: self.cell }
    }
}

impl<A: ?Sized + 'static> Drop for Actor<A> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.header().remove_handle() {
            // SAFETY: just found to be unused, and this was the last handle.
            unsafe { cell::release(self.cell.cast()) }
        }
    }
}

/// A handle without a count, lent for the duration of a turn.
pub(crate) struct Lent<'a, A: ?Sized + 'static> {
    actor: ManuallyDrop<Actor<A>>,
    turn: PhantomData<&'a ()>,
}

impl<A: ?Sized + 'static> Lent<'_, A> {
    /// # Safety
    /// `cell` stays alive during the lifetime of the result and was made for an `A`.
    #[inline(always)]
    pub(crate) unsafe fn new(cell: NonNull<ActorCell<A>>) -> Self {
        Lent { actor: ManuallyDrop::new(Actor { cell }), turn: PhantomData }
    }
}

impl<'a, A: ?Sized + 'static> Lent<'a, A> {
    /// A handle lent by one that lives longer.
    #[inline(always)]
    pub(crate) fn of(actor: &'a Actor<A>) -> Self {
        // SAFETY: `actor` keeps the cell alive and has its type.
        unsafe { Lent::new(actor.cell) }
    }
}

impl<A: ?Sized + 'static> Deref for Lent<'_, A> {
    type Target = Actor<A>;
    #[inline(always)]
    fn deref(&self) -> &Actor<A> {
        &self.actor
    }
}

/// A counted reference to a cell whose actor type is not known. What timers and by-id paths hold.
pub(crate) struct AnyActor {
    cell: NonNull<CellHeader>,
}

impl AnyActor {
    /// # Safety
    /// `cell` is alive.
    #[inline(always)]
    pub(crate) unsafe fn from_cell(cell: NonNull<CellHeader>) -> Self {
        // SAFETY: alive by the caller.
        unsafe { cell.as_ref() }.add_handle();
        AnyActor { cell }
    }

    #[inline(always)]
    pub(crate) fn header(&self) -> &CellHeader {
        // SAFETY: the count keeps the header alive.
        unsafe { self.cell.as_ref() }
    }

    #[inline(always)]
    pub(crate) fn cell(&self) -> NonNull<CellHeader> {
        self.cell
    }

    /// The typed handle, if the actor is an `A`.
    pub(crate) fn downcast<A: 'static>(&self) -> Option<Actor<A>> {
        if (self.header().kind().type_id)() != std::any::TypeId::of::<A>() {
            return None;
        }
        // SAFETY: the cell is alive by our count and was made for an `A`.
        Some(unsafe { Actor::from_cell(self.cell) })
    }
}

impl Clone for AnyActor {
    fn clone(&self) -> Self {
        self.header().add_handle();
        AnyActor { cell: self.cell }
    }
}

impl Drop for AnyActor {
    #[inline(always)]
    fn drop(&mut self) {
        if self.header().remove_handle() {
            // SAFETY: just found to be unused, and this was the last handle.
            unsafe { cell::release(self.cell) }
        }
    }
}

impl<A: ?Sized + 'static> From<&Actor<A>> for AnyActor {
    fn from(actor: &Actor<A>) -> Self {
        actor.header().add_handle();
        AnyActor { cell: actor.cell() }
    }
}
