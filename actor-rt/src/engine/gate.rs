//! The gate of the slow path: what has to happen around a push. Outside of a step an ingress span is opened and the sleep word claimed;
//! whoever claims it wakes the host, as the last act of the post.

use super::ingress::Ingress;
use super::mode::{BUDGETED, CLOSED, CLOSING, LAZY, SPAN, STEPPING, TRACING};
use super::post::LaneName;
use super::shared::Shared;
use crate::kernel::lane::Lane;
use crate::kernel::record::Trailer;
use crate::wake::WakeFlags;
use std::cell::Cell;

/// What has to happen around a push on the slow path.
pub(super) struct Gate {
    wakes: bool,
    pub(super) trailer: Option<Trailer>,
}

impl Gate {
    /// None if the runtime takes nothing any more.
    pub(super) fn enter(shared: &Shared) -> Option<Gate> {
        let mut wakes = false;
        if shared.mode.has(CLOSED) {
            return None;
        }
        if !shared.mode.has(STEPPING | CLOSING) {
            wakes = shared.begin_span();
        }
        let trailer = shared.mode.has(TRACING).then(|| {
            let trailer = shared.next_trailer();
            shared.observe(|observer| observer.sent(trailer.message, trailer.cause));
            trailer
        });
        Some(Gate { wakes, trailer })
    }

    pub(super) fn leave(self, shared: &Shared, lane: LaneName) {
        match lane {
            LaneName::Urgent => shared.alert(),
            LaneName::Lazy => shared.mode.set(LAZY),
            LaneName::Main | LaneName::Idle => {}
        }
        if shared.mode.has(TRACING) {
            shared.main.close();
        }
        if shared.mode.has(BUDGETED) {
            shared.look_at_water();
        }
        if self.wakes {
            shared.wake(WakeFlags::LOCAL);
        }
    }
}

impl Shared {
    /// Opens an ingress span outside of a step, if none is open, and claims the right to wake the host.
    fn begin_span(&self) -> bool {
        if !self.mode.has(SPAN) {
            self.mode.set(SPAN);
            self.number(Ingress::Posted);
        }
        self.claim_wake()
    }

    /// Runs `f`, which calls a `Fwd` with what comes once: that a source is ready, that a thread has ended. What the `Fwd` queues for
    /// an actor passes the mailbox's bound as an answer does, since nothing would say it again.
    pub(crate) fn tell<R>(&self, f: impl FnOnce() -> R) -> R {
        let _until_the_end = Raised::new(&self.telling);
        f()
    }

    /// The owner thread queued something past the post path. Outside of a step that is an input like a post, and it wakes.
    #[cold]
    pub(crate) fn queued_aside(&self) {
        if self.mode.is_outside() && self.begin_span() {
            self.wake(WakeFlags::LOCAL);
        }
    }

    /// What records say of where they were made: the slot of the running actor, 0 outside of handlers.
    #[inline(always)]
    pub(crate) fn origin(&self) -> u32 {
        self.current.get() as u32
    }

    /// The lane by its name.
    #[inline(always)]
    pub(crate) fn lane(&self, name: LaneName) -> &Lane {
        match name {
            LaneName::Urgent => &self.urgent,
            LaneName::Main => &self.main,
            LaneName::Lazy => &self.lazy,
            LaneName::Idle => &self.idle,
        }
    }
}

/// A flag that is up as long as this lives, also if what happens meanwhile panics.
pub(crate) struct Raised<'a> {
    flag: &'a Cell<bool>,
    before: bool,
}

impl<'a> Raised<'a> {
    pub(crate) fn new(flag: &'a Cell<bool>) -> Self {
        Raised { flag, before: flag.replace(true) }
    }
}

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        self.flag.set(self.before);
    }
}
