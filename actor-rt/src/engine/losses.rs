//! What goes wrong without an actor to tell: panics of jobs and destructors, and messages to a closed runtime.

use super::mode::{OVER, PANICKED, STEPPING};
use super::shared::Shared;
use crate::kernel::handle::AnyActor;
use crate::kernel::lane::Held;
use crate::kernel::record::DropReason;
use std::any::Any;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::thread;

/// How many messages in a row a closed runtime drops. Who posts again whenever it hears that nobody is there would have it go on for ever.
/// Miri, to which they are minutes, sees fewer.
const MOST_CLOSED: u32 = if cfg!(miri) { 1_200 } else { 1 << 20 };

impl Shared {
    /// Keeps a panic that belongs to no actor, to be raised again at the end of the step. The first counts.
    pub(crate) fn keep_panic(&self, payload: Box<dyn Any + Send>) {
        let later = self.panic.with(|slot| {
            if slot.is_none() {
                *slot = Some(payload);
                return None;
            }
            Some(payload)
        });
        self.mode.set(PANICKED);
        if let Some(later) = later {
            forget_panic(later);
        }
    }

    /// Consumes what was posted to a closed runtime, in a flat loop: a destructor that posts again does not recurse. One without end is
    /// ended by not being called: what lies there after so many is given up.
    pub(crate) fn consume_closed(&self, posted: Option<Held<'_>>) {
        if let Some(held) = posted {
            self.main.push_held(&self.pool, held);
        }
        if self.consuming.replace(true) {
            return;
        }
        let mut left = MOST_CLOSED;
        while let Some(held) = self.main.pop(&self.pool) {
            if left == 0 {
                self.give_up(held);
                continue;
            }
            left -= 1;
            self.discard(held, DropReason::Closed);
        }
        self.main.rewind(&self.pool);
        // The fast path would leave the next post lying here.
        self.main.close();
        self.consuming.set(false);
    }

    /// Why what waits for an actor that ends is lost: with it alone, or with the whole runtime.
    pub(crate) fn reason_of_end(&self) -> DropReason {
        if self.mode.has(OVER) { DropReason::Closed } else { DropReason::Cancelled }
    }

    /// Consumes a record that left its lane, and gives its receiver's place back.
    pub(crate) fn discard(&self, held: Held<'_>, reason: DropReason) {
        let _receiver = self.leaves(&held, reason);
        if let Some(panic) = held.discard(reason) {
            self.keep_drop_panic(panic);
        }
    }

    /// Lets go of a record without calling anybody: its payload is leaked.
    #[cold]
    fn give_up(&self, held: Held<'_>) {
        let _receiver = self.leaves(&held, DropReason::Closed);
        mem::forget(held);
    }

    /// Counts a record that nobody gets, and gives its place back. The receiver comes along, to be kept until the record is gone.
    fn leaves(&self, held: &Held<'_>, reason: DropReason) -> Option<AnyActor> {
        // SAFETY: a record's receiver is alive: its `pending` counts this record.
        let receiver = held.cell().map(|cell| unsafe { AnyActor::from_cell(cell) });
        if let Some(receiver) = &receiver {
            receiver.header().unclaim();
        }
        self.lose_record(held, reason);
        receiver
    }

    /// Runs a piece of user code that must not take the rest with it: a destructor, a notifier, a hook.
    pub(crate) fn contain(&self, f: impl FnOnce()) {
        if let Err(panic) = panic::catch_unwind(AssertUnwindSafe(f)) {
            self.keep_drop_panic(panic);
        }
    }

    /// A panic of such code is counted and kept. In the end of the runtime it goes no further: a destructor cannot raise it.
    #[cold]
    pub(crate) fn keep_drop_panic(&self, payload: Box<dyn Any + Send>) {
        self.counters.drop_panics.set(self.counters.drop_panics.get() + 1);
        if self.mode.has(OVER) {
            return forget_panic(payload);
        }
        self.keep_panic(payload);
    }

    /// Takes the panic that is to be raised.
    pub(crate) fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.mode.clear(PANICKED);
        self.panic.with(Option::take)
    }

    /// Does `work` for a caller with the right to everything, and raises the panic that was kept in it. Inside of a step, while another
    /// panic unwinds, and behind one that was kept before, it is left to the end of the step.
    #[inline]
    pub(crate) fn raising<R>(&self, work: impl FnOnce() -> R) -> R {
        let is_later = self.mode.has(STEPPING | PANICKED);
        let result = work();
        if is_later || !self.mode.has(PANICKED) { result } else { self.raise_or_leave(result) }
    }

    #[cold]
    #[inline(never)]
    fn raise_or_leave<R>(&self, result: R) -> R {
        if thread::panicking() {
            return result;
        }
        // Before the panic goes on: two at once would end the process.
        self.contain(|| drop(result));
        panic::resume_unwind(self.take_panic().expect("the mode says that one was kept"))
    }
}

/// Of several panics the first goes on.
#[cfg(any(feature = "mio", feature = "offload"))]
pub(crate) fn keep_first(first: &mut Option<Box<dyn Any + Send>>, outcome: Result<(), Box<dyn Any + Send>>) {
    match outcome {
        Err(panic) if first.is_none() => *first = Some(panic),
        Err(panic) => forget_panic(panic),
        Ok(()) => {}
    }
}

/// Drops a panic's payload; should that panic too, lets it go.
pub(crate) fn forget_panic(payload: Box<dyn Any + Send>) {
    if let Err(second) = panic::catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // Dropping this one could panic again, without end.
        mem::forget(second);
    }
}
