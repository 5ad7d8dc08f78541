//! The mode of a runtime: everything unusual about it in one word, so that a step finds out with one look that there is nothing
//! special to do.

use std::cell::Cell;

/// A set of flags; none set means: between steps, and nothing special.
pub(crate) struct Mode {
    flags: Cell<u32>,
}

/// A step is running.
pub(crate) const STEPPING: u32 = 1;
/// The runtime is being dropped: what is posted goes in the next round.
pub(crate) const CLOSING: u32 = 2;
/// The runtime is gone. Only dead headers and doors still refer to the block.
pub(crate) const CLOSED: u32 = 4;
/// The runtime is being dropped, or gone.
pub(crate) const OVER: u32 = CLOSING | CLOSED;
/// The owner has posted since the last step: an ingress span is open.
pub(crate) const SPAN: u32 = 8;
/// An observer is set: records carry trailers, and the main lane stays closed.
pub(crate) const TRACING: u32 = 16;
/// Something must happen before the next ordinary record.
pub(crate) const ALERT: u32 = 32;
/// Lazy work waits.
pub(crate) const LAZY: u32 = 64;
/// The runtime was dropped inside its own step.
pub(crate) const DROPPED: u32 = 128;
/// A panic of work without an actor is to be raised at the end of the step.
pub(crate) const PANICKED: u32 = 256;
/// What actors do is counted.
pub(crate) const COUNTING: u32 = 1024;

/// Other threads may look what is being handled.
pub(crate) const WATCHED: u32 = 2048;

/// Somebody wants to hear how much memory the queues take.
pub(crate) const BUDGETED: u32 = 4096;

/// What a step may have to do for each message.
pub(crate) const OBSERVED: u32 = TRACING | COUNTING | WATCHED;

/// The wake target runs on the owner thread, called by a post: steps are refused. (Where a remote or a waker of the owner's own calls
/// it, the inbox alone knows.)
pub(crate) const WAKING: u32 = 512;

/// A step is running or forbidden.
pub(crate) const OCCUPIED: u32 = STEPPING | OVER | WAKING;

impl Mode {
    pub(crate) const fn new() -> Self {
        Mode { flags: Cell::new(0) }
    }

    /// All flags.
    #[inline(always)]
    pub(crate) fn get(&self) -> u32 {
        self.flags.get()
    }

    /// Whether any of these flags is set.
    #[inline(always)]
    pub(crate) fn has(&self, flags: u32) -> bool {
        self.flags.get() & flags != 0
    }

    /// Sets flags.
    #[inline(always)]
    pub(crate) fn set(&self, flags: u32) {
        self.flags.set(self.flags.get() | flags);
    }

    /// Clears flags.
    #[inline(always)]
    pub(crate) fn clear(&self, flags: u32) {
        self.flags.set(self.flags.get() & !flags);
    }

    /// A step begins, and with it a new ingress span.
    #[inline(always)]
    pub(crate) fn begin_step(&self) {
        self.flags.set(self.flags.get() & !SPAN | STEPPING);
    }

    /// Whether no step is running and none is forbidden.
    #[inline(always)]
    pub(crate) fn is_outside(&self) -> bool {
        !self.has(OCCUPIED)
    }
}
