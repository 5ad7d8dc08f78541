//! The shared block's actors: their cells, found by id, made, entered and emptied.
//!
//! An accessor of the shared block, and therefore one of the files with unsafe code: here is the argument that no two references
//! to an actor's value are ever alive.

use super::id::{self, IdError, IdKind};
use super::shared::Shared;
use crate::kernel::cell::{self, ActorCell, BlockHead, CellHeader, State};
use crate::kernel::handle::{Actor, AnyActor, Lent};
use std::any::Any;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// A cell found by id, for as long as no user code runs.
pub(crate) struct Found<'a> {
    cell: NonNull<CellHeader>,
    shared: PhantomData<&'a Shared>,
}

impl Found<'_> {
    #[inline(always)]
    pub(crate) fn header(&self) -> &CellHeader {
        // SAFETY: cells in the directory are alive: an actor that is not a zombie has not been released, and nobody's is a static.
        unsafe { self.cell.as_ref() }
    }

    #[inline(always)]
    pub(crate) fn cell(&self) -> NonNull<CellHeader> {
        self.cell
    }

    /// The typed handle, lent, if the actor is an `A`.
    #[inline(always)]
    pub(crate) fn typed<A: 'static>(&self) -> Option<Lent<'_, A>> {
        let plain = std::ptr::eq(self.header().kind(), const { &ActorCell::<A>::KIND });
        if !plain && (self.header().kind().type_id)() != std::any::TypeId::of::<A>() {
            return None;
        }
        // SAFETY: alive, as above, and made for an `A`.
        Some(unsafe { Lent::new(self.cell.cast()) })
    }

    /// A handle that keeps it.
    pub(crate) fn counted(&self) -> AnyActor {
        // SAFETY: alive, as above.
        unsafe { AnyActor::from_cell(self.cell) }
    }
}

impl Shared {
    /// A new cell in state PREP, with as many owners.
    #[inline]
    pub(crate) fn spawn<A: 'static>(&self, owners: u32) -> Actor<A> {
        let kind = const { &ActorCell::<A>::KIND };
        let memory = self.slab.allocate(kind.class, kind.layout);
        // SAFETY: memory of the kind's layout; the block outlives the cell, which counts as a reference from here on.
        let actor = unsafe {
            // Not the address of `head`: through this pointer all of the block is reached, and freed at last.
            let block = self.deferrer().address().cast::<BlockHead>();
            let id = self.directory.with(|directory| directory.insert(memory.cast()));
            Actor::first(cell::init(memory, kind, block, id, owners, self.capacity))
        };
        self.add_reference();
        actor
    }

    /// Gives a preparing actor its value. The value comes back if it is not preparing (any more).
    pub(crate) fn install<A: 'static>(&self, actor: &Actor<A>, value: A) -> Result<(), A> {
        if actor.header().state() != State::Prep {
            return Err(value);
        }
        // SAFETY: PREP has no value, and the handle's type is the cell's.
        unsafe { cell::write_value(actor.cell(), value) };
        actor.header().set_state(State::Ready);
        Ok(())
    }

    /// Runs `f` with a ready actor's value.
    ///
    /// None if the actor is not ready, or if any handler of this runtime is on the stack.
    pub(crate) fn enter<A: ?Sized + 'static, R>(
        &self,
        actor: &Actor<A>,
        f: impl FnOnce(&mut A) -> R,
    ) -> Option<R> {
        if actor.header().state() != State::Ready {
            return None;
        }
        self.enter_aside(actor, f)
    }

    /// The same in any state in which it has a value and has not ended.
    pub(crate) fn enter_aside<A: ?Sized + 'static, R>(
        &self,
        actor: &Actor<A>,
        f: impl FnOnce(&mut A) -> R,
    ) -> Option<R> {
        let has_value = matches!(actor.header().state(), State::Ready | State::Paused | State::Held);
        if !has_value || self.current.get() != 0 {
            return None;
        }
        self.current.set(actor.header().id());
        let _leave = Leave(self);
        // SAFETY: no handler is on the stack (`current` is 0), and as long as `current` is set none starts: the dispatch loop is not
        // entered by anything that a handler can reach. The value stays until the turn is over (`end` in the layer above looks at
        // `current`).
        Some(f(unsafe { cell::value_mut(actor.typed_cell()) }))
    }

    /// Drops the value of an actor that has become a zombie, if it has one. The panic of a destructor comes back.
    pub(crate) fn destroy_value(&self, actor: &AnyActor) -> Option<Box<dyn Any + Send>> {
        if actor.header().state() != State::Zombie || self.current.get() == actor.header().id() {
            return None;
        }
        if actor.header().kind().drop_value.is_none() {
            actor.header().forget_value();
            return None;
        }
        // SAFETY: nothing reaches a zombie's value, and its handler is not on the stack.
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| unsafe {
            cell::destroy_value(actor.cell())
        }))
        .err()
    }

    /// Takes the value of an actor that has become a zombie out of its cell.
    pub(crate) fn take_value<A: 'static>(&self, actor: &Actor<A>) -> Option<A> {
        if actor.header().state() != State::Zombie || self.current.get() == actor.header().id() {
            return None;
        }
        // SAFETY: nothing reaches a zombie's value, and its handler is not on the stack; the handle's type is the cell's.
        unsafe { cell::take_value(actor.cell()) }
    }

    /// The living actor with this id.
    #[inline(always)]
    pub(crate) fn find(&self, id: u64) -> Option<Found<'_>> {
        let cell = self.directory.with(|directory| directory.occupant(id))?;
        let found = Found { cell, shared: PhantomData };
        // The whole id, so that neither another generation nor another kind or runtime is taken for it.
        (found.header().id() == id).then_some(found)
    }

    /// The living actor with this id, counted: for as long as it is needed.
    #[inline]
    pub(crate) fn actor(&self, id: u64) -> Option<AnyActor> {
        self.find(id).map(|found| found.counted())
    }

    /// Why `find` did not find an id.
    #[cold]
    pub(crate) fn explain_actor(&self, id: u64) -> IdError {
        id::explain(id, IdKind::Actor, self.instance())
    }

    /// How many messages may wait for an actor, if nothing is said.
    pub(crate) fn default_capacity(&self) -> u32 {
        self.capacity
    }

    pub(crate) fn instance(&self) -> u8 {
        self.instance
    }

    #[cold]
    #[inline(never)]
    pub(super) fn forget_cold(&self, header: &CellHeader) {
        drop(self.cold.with(|cold| cold.take(header)));
    }
}

/// Ends a turn that `enter` began, also when it panicked.
struct Leave<'a>(&'a Shared);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.current.set(0);
    }
}
