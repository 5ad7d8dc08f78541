//! Observers: who wants to see every message and every input.
//!
//! Without one the run loop is compiled without any test for it. With one, records carry a trace trailer.

use super::dead_letters::DeadLetter;
use super::ingress::Ingress;
use super::mode::TRACING;
use super::shared::Shared;
use super::token::Door;
use crate::kernel::dispatch::Delivery;
use crate::kernel::record::Trailer;

/// Sees what happens in a runtime. It must not call into it.
///
/// # Examples
///
/// See [`Core::set_observer`](crate::Core::set_observer).
pub trait Observer {
    /// An external input got its number.
    fn ingress(&mut self, number: u64, input: Ingress);
    /// A message was given its number, and that of the message whose handler sends it (0 for the outside world), on the spot where it is sent.
    /// Not told of what timers, other threads and host calls send: that is sent nowhere on this thread.
    fn sent(&mut self, message: u64, cause: u64) {
        let _ = (message, cause);
    }
    /// A message is about to be delivered.
    fn delivering(&mut self, delivery: &Delivery);
    /// Its handler returned, failed or refused it.
    fn delivered(&mut self);
    /// A message was lost: no handler will see it.
    fn dead_letter(&mut self, letter: &DeadLetter) {
        let _ = letter;
    }
}

impl Shared {
    /// Calls the observer. It is taken out meanwhile, so it cannot be entered twice.
    pub(crate) fn observe(&self, f: impl FnOnce(&mut dyn Observer)) {
        if let Some(mut observer) = self.observer.with(Option::take) {
            // It must not tear the loop apart: what it panics with is raised at the end of the step.
            let watched = std::panic::AssertUnwindSafe(|| f(&mut *observer));
            if let Err(panic) = std::panic::catch_unwind(watched) {
                self.keep_panic(panic);
            }
            let newer = self.observer.with(|slot| slot.replace(observer));
            if let Some(newer) = newer {
                // It was replaced from inside: the newer one stays.
                let older = self.observer.with(|slot| slot.replace(newer));
                drop(older);
            }
        }
    }

    /// The trailer of the next traced record.
    pub(crate) fn next_trailer(&self) -> Trailer {
        self.messages.set(self.messages.get() + 1);
        Trailer { message: self.messages.get(), cause: self.cause.get() }
    }

    /// The trailer of a record that no handler sent, if records have trailers.
    pub(super) fn outside_trailer(&self) -> Option<Trailer> {
        self.mode.has(TRACING).then(|| self.next_trailer())
    }

    /// Sees to it that the next post gets its trailer, too: the push before may have opened the lane.
    pub(crate) fn close_if_tracing(&self) {
        if self.mode.has(TRACING) {
            self.main.close();
        }
    }
}

impl Door {
    /// Sets who sees every message: as [`Core::set_observer`](crate::Core::set_observer).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// runtime.door().set_observer(None);
    /// ```
    pub fn set_observer(&self, observer: Option<Box<dyn Observer>>) {
        let shared = self.shared();
        if observer.is_some() {
            shared.mode.set(TRACING);
            shared.main.close();
        } else {
            shared.mode.clear(TRACING);
        }
        let older = shared.observer.with(|slot| std::mem::replace(slot, observer));
        drop(older);
    }
}
