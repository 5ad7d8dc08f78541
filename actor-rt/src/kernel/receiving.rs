//! Receiving: how a packet's record is delivered to an actor that takes packets.
//!
//! Invariant: whatever the handler does, panics included, the payload is released once, and a reply token that was neither answered
//! nor kept is reported.

use super::cell::{self, ActorCell, CellHeader, Kind};
use super::handle::{Actor, AnyActor, Lent};
use super::owned_bytes::OwnedBytes;
use super::packet::{self, Class, FLAG_EXPIRES, HEAD, Head, Packet, operate_unbound};
use super::record::{DropReason, Operation};
use super::word::{self, WordReceiver};
use std::ptr::NonNull;

/// An actor that takes packets.
pub(crate) trait PacketReceiver: WordReceiver {
    /// Whether words come in their own form.
    const TAKES_WORDS: bool;
    /// Handles a packet.
    fn receive(&mut self, actor: Lent<'_, Self>, packet: &mut Packet<'_>) -> Option<Self::End>;
    /// The handler kept the reply token of a packet: the actor is answerable for it.
    fn kept(cell: &CellHeader, reply: u64);
    /// The reply token of a packet was neither answered nor kept.
    fn unanswered(cell: &CellHeader, reply: u64, reason: DropReason);
    /// A packet that owned so many bytes outside of its record has left the queue.
    fn left(cell: &CellHeader, bytes: usize);
    /// The actor is about to end.
    fn stopping(actor: &AnyActor, cause: &dyn std::any::Any);
}

/// Lets an actor take packets from now on.
pub(crate) fn accept<A: PacketReceiver>(actor: &Actor<A>) {
    actor.header().set_receive(const { &Receiving::<A>::KIND });
}

/// The kind of an actor that takes packets beside typed messages.
pub(crate) struct Receiving<A>(std::marker::PhantomData<A>);

impl<A: PacketReceiver> Receiving<A> {
    pub(crate) const KIND: Kind = Kind {
        receive: Some(operate::<A>),
        receive_word: if A::TAKES_WORDS { Some(word::operate::<A>) } else { None },
        stopping: Some(A::stopping),
        ends_silently: false,
        ..ActorCell::<A>::KIND
    };
}

/// Releases what a packet still holds when its handler is done, also when it panicked.
struct Release<'a, A: PacketReceiver> {
    packet: Packet<'a>,
    cell: NonNull<CellHeader>,
    actor: std::marker::PhantomData<A>,
}

impl<A: PacketReceiver> Drop for Release<'_, A> {
    #[inline(always)]
    fn drop(&mut self) {
        // The drop function is foreign code: should it panic, the asker hears of the message nevertheless.
        let _answer = AnswerFor::<A> {
            reply: self.packet.head.reply,
            kept: self.packet.kept,
            cell: self.cell,
            actor: std::marker::PhantomData,
        };
        if self.packet.head.class != Class::Copied {
            self.release_owned();
        }
    }
}

impl<A: PacketReceiver> Release<'_, A> {
    /// Releases owned bytes, unless the handler took them.
    #[cold]
    fn release_owned(&mut self) {
        debug_assert!(matches!(self.packet.head.class, Class::Owned | Class::Taken));
        // SAFETY: `Owned` or `Taken`; the cell is alive during the turn.
        unsafe { A::left(self.cell.as_ref(), OwnedBytes::length_at(self.packet.body.cast())) };
        if self.packet.head.class == Class::Owned {
            self.packet.take().release(DropReason::Delivered);
        }
    }
}

/// Sees to a reply token when its message is done with.
struct AnswerFor<A: PacketReceiver> {
    reply: u64,
    kept: bool,
    cell: NonNull<CellHeader>,
    actor: std::marker::PhantomData<A>,
}

impl<A: PacketReceiver> Drop for AnswerFor<A> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.reply != 0 {
            // SAFETY: the cell is alive during the turn.
            settle::<A>(unsafe { self.cell.as_ref() }, self.reply, self.kept);
        }
    }
}

#[inline(never)]
fn settle<A: PacketReceiver>(cell: &CellHeader, reply: u64, kept: bool) {
    if kept { A::kept(cell, reply) } else { A::unanswered(cell, reply, DropReason::Delivered) }
}

/// # Safety
/// As for [`RunFn`]; the payload is a packet's. For RUN, the cell is READY, holds an `A`, and no other access to it exists.
unsafe fn operate<A: PacketReceiver>(payload: *mut u8, cell: *mut CellHeader, operation: Option<&Operation>) {
    // SAFETY: by the caller.
    unsafe {
        if let Some(operation) = operation {
            return operate_other::<A>(payload, cell, operation);
        }
        let cell = NonNull::new_unchecked(cell);
        let end = {
            let mut release = Release::<A> {
                packet: Packet { head: &mut *payload.cast::<Head>(), body: payload.add(HEAD), kept: false },
                cell,
                actor: std::marker::PhantomData,
            };
            cell::value_mut::<A>(cell.cast()).receive(Lent::new(cell.cast()), &mut release.packet)
        };
        if let Some(end) = end {
            finish::<A>(Lent::new(cell.cast()), end);
        }
    }
}

#[cold]
#[inline(never)]
fn finish<A: PacketReceiver>(actor: Lent<'_, A>, end: A::End) {
    A::finish(&actor, end);
}

/// # Safety
/// As for `operate`; the operation is not RUN.
#[cold]
#[inline(never)]
unsafe fn operate_other<A: PacketReceiver>(payload: *mut u8, cell: *mut CellHeader, operation: &Operation) {
    // SAFETY: by the caller.
    unsafe {
        let head = payload.cast::<Head>();
        let reply = if (*head).flags & FLAG_EXPIRES == 0 { (*head).reply } else { 0 };
        if let (Operation::Drop(_), Some(cell)) = (operation, NonNull::new(cell)) {
            match packet::outside(payload) {
                0 => {}
                bytes => A::left(cell.as_ref(), bytes),
            }
        }
        operate_unbound(payload, cell, Some(operation));
        if let (Operation::Drop(reason), Some(cell)) = (*operation, NonNull::new(cell)) {
            if reply != 0 {
                A::unanswered(cell.as_ref(), reply, reason);
            }
        }
    }
}
