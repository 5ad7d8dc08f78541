//! Words: packets of eight copied bytes that want no answer, the commonest traffic of a C ABI, in a record of their own form.
//!
//! ```text
//! record header 24 | tag 8 | sender 8 | bytes 8
//! ```
//!
//! There is nothing to release and nobody to answer, so that neither is looked at. Only receivers that ask for it get words
//! this way; to all others they come as packets.

use super::cell::{self, CellHeader};
use super::handle::{Actor, Lent};
use super::lane::Lane;
use super::record::{Description, HEADER, Operation};
use std::mem;
use std::ptr::{self, NonNull};

/// Eight bytes with their tag.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Word {
    /// What the message means.
    pub tag: u64,
    /// Id of the sending actor; 0 for the outside world.
    pub sender: u64,
    /// The payload.
    pub bytes: [u8; 8],
}

/// An actor that takes words.
pub(crate) trait WordReceiver: Sized + 'static {
    /// What the handler asked for beyond returning.
    type End;
    /// Handles a word. True if [`finish_word`](WordReceiver::finish_word) is to be called.
    fn receive_word(&mut self, word: &Word) -> bool;
    /// Tells what the handler asked for.
    fn finish_word(&mut self, actor: Lent<'_, Self>) -> Option<Self::End>;
    /// Acts on that, after the access to the actor has ended.
    fn finish(actor: &Actor<Self>, end: Self::End);
}

/// Appends a word for an actor, if it takes words and the lane's fast path has room.
#[inline(always)]
pub(crate) fn try_push(actor: &CellHeader, cell: NonNull<CellHeader>, lane: &Lane, word: Word) -> bool {
    const SIZE: usize = HEADER + mem::size_of::<Word>();
    let Some(run) = actor.kind().receive_word else { return false };
    if !lane.has_room(SIZE) {
        return false;
    }
    // SAFETY: there is room, the whole payload is written at once, and `run` is the cell's own function for words.
    unsafe {
        // The origin is told by the word itself.
        lane.append(SIZE, run, cell.as_ptr(), 0, 0, |to| to.cast::<Word>().write(word));
    }
    true
}

/// The function of a word's record.
///
/// # Safety
/// As for [`RunFn`](super::record::RunFn); the payload is a word. For RUN, the cell is READY, holds an `A`, and no other access to
/// it exists.
pub(crate) unsafe fn operate<A: WordReceiver>(
    payload: *mut u8,
    cell: *mut CellHeader,
    operation: Option<&Operation>,
) {
    // SAFETY: by the caller.
    unsafe {
        if let Some(operation) = operation {
            return operate_other(payload, operation);
        }
        let cell = NonNull::new_unchecked(cell);
        if cell::value_mut::<A>(cell.cast()).receive_word(&*payload.cast::<Word>()) {
            finish::<A>(cell);
        }
    }
}

/// # Safety
/// As for [`operate`], after `receive_word` said that there is something to finish.
#[cold]
#[inline(never)]
unsafe fn finish<A: WordReceiver>(cell: NonNull<CellHeader>) {
    // SAFETY: by the caller; each access ends before the next begins.
    unsafe {
        let end = cell::value_mut::<A>(cell.cast()).finish_word(Lent::new(cell.cast()));
        if let Some(end) = end {
            A::finish(&Lent::new(cell.cast()), end);
        }
    }
}

/// # Safety
/// As for [`operate`]; the operation is not RUN.
#[cold]
#[inline(never)]
unsafe fn operate_other(payload: *mut u8, operation: &Operation) {
    // SAFETY: by the caller.
    unsafe {
        match *operation {
            Operation::RunJob(_) => debug_assert!(false, "a word is no job"),
            Operation::Drop(_) => {}
            Operation::Move(to) => ptr::copy_nonoverlapping(payload.cast::<Word>(), to.cast(), 1),
            Operation::Describe(to) => {
                let word = payload.cast::<Word>();
                to.write(Description { type_name: "word", tag: (*word).tag, origin: (*word).sender as u32 });
            }
        }
    }
}
