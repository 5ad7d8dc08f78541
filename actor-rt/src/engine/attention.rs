//! What has to be looked at, and when: alerts inside a step, wake-ups of the host outside of one, and the time they go by.

use super::mode::{ALERT, STEPPING, WAKING};
use super::shared::{Listener, Shared};
use crate::time::TimerKey;
use crate::wake::WakeFlags;
use crate::wake::inbox::Inbox;
use std::sync::Arc;
use std::time::Instant;

impl Shared {
    /// An instant in nanoseconds of the runtime's clock.
    #[inline(always)]
    pub(crate) fn instant_ns(&self, instant: Instant) -> u64 {
        let (last, ns) = self.last_instant.get();
        if instant == last { ns } else { self.convert_instant(instant) }
    }

    #[inline(never)]
    fn convert_instant(&self, instant: Instant) -> u64 {
        let ns = self.epoch.to_ns(instant);
        self.last_instant.set((instant, ns));
        ns
    }

    /// Makes the running step, or the next one, look at control traffic before the next ordinary record.
    pub(crate) fn alert(&self) {
        if !self.mode.has(ALERT) {
            self.mode.set(ALERT);
            self.fuel.park();
        }
    }

    /// Whether there was an alert. Ends it.
    pub(crate) fn answer_alert(&self) -> bool {
        if !self.mode.has(ALERT) {
            return false;
        }
        self.mode.clear(ALERT);
        self.fuel.unpark();
        true
    }

    /// Claims the right to wake the host: true for at most one caller per sleep.
    #[inline(always)]
    pub(crate) fn claim_wake(&self) -> bool {
        self.listener.get() == Listener::Host && self.inbox.claim_local()
    }

    /// Wakes the host after a claim. The last act of whatever caused it.
    pub(crate) fn wake(&self, flags: WakeFlags) {
        self.mode.set(WAKING);
        Inbox::wake_from_owner(Arc::clone(&self.inbox), flags);
        self.mode.clear(WAKING);
    }

    /// Ends the running step after the current message.
    pub(crate) fn yield_step(&self) {
        if self.mode.has(STEPPING) {
            self.yielding.set(true);
            self.alert();
        }
    }

    /// The time of the configured clock, for the budget of a step. None if it panics.
    #[inline(always)] // Asked within the drain loop.
    pub(crate) fn read_clock(&self) -> Option<u64> {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.clock)())) {
            Ok(now) => Some(now),
            Err(panic) => {
                self.keep_panic(panic);
                None
            }
        }
    }

    /// Takes a timer of the runtime's own away, and drops what it held.
    #[inline]
    pub(crate) fn disarm(&self, timer: Option<TimerKey>) {
        if let Some(key) = timer {
            let parcel = self.timers.with(|timers| timers.cancel(key));
            drop(parcel);
        }
    }

    /// A timer was armed for `deadline`: wakes the host if its own timer is now too late, outside of a step.
    #[inline(always)]
    pub(crate) fn deadline_moved(&self, deadline: u64) {
        if deadline < self.due.get() {
            self.due.set(deadline);
        }
        if deadline < self.reported.get() {
            self.wake_for_deadline(deadline);
        }
    }

    #[cold]
    #[inline(never)]
    fn wake_for_deadline(&self, deadline: u64) {
        if self.mode.is_outside() && deadline < self.reported.get() {
            self.reported.set(deadline);
            if self.claim_wake() {
                self.wake(WakeFlags::DEADLINE);
            }
        }
    }
}
