//! The ingress: every external input gets a number, in order, on the owner thread.
//!
//! What a runtime does is a function of its numbered inputs. Recording, replay and schedule exploration stand on this one
//! door. Inside a step nothing is numbered, since all of it follows from what came in before.

use super::mode::{OCCUPIED, STEPPING, TRACING};
use super::shared::Shared;

/// An external input, as observers see it.
///
/// # Examples
///
/// ```
/// use actor_rt::{Delivery, Ingress, Observer, Runtime};
/// use std::{cell::RefCell, rc::Rc, time::Instant};
///
/// #[derive(Clone, Default)]
/// struct Inputs(Rc<RefCell<Vec<Ingress>>>);
///
/// impl Observer for Inputs {
///     fn ingress(&mut self, _number: u64, input: Ingress) {
///         self.0.borrow_mut().push(input);
///     }
///     fn delivering(&mut self, _delivery: &Delivery) {}
///     fn delivered(&mut self) {}
/// }
///
/// let inputs = Inputs::default();
/// let mut runtime = Runtime::new(Instant::now());
/// runtime.set_observer(Some(Box::new(inputs.clone())));
/// runtime.defer(|_| ());
/// runtime.run(Instant::now(), false);
/// assert!(matches!(inputs.0.borrow()[..], [Ingress::Posted, Ingress::Step { .. }]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ingress {
    /// A step began.
    Step {
        /// The time it was given, nanoseconds of the runtime's clock.
        now: u64,
        /// Its message budget.
        messages: u32,
    },
    /// The owner thread posted outside of a step. Opens a span: further posts up to the next step are numbered by their
    /// position in it.
    Posted,
    /// A message from another thread arrived.
    Remote,
    /// A waker was called.
    Waker,
    /// A host call returned.
    HostCall,
    /// The host called the runtime in another way, e.g. to arm a timer.
    Call,
}

impl Shared {
    /// Gives an external input its number.
    #[inline(always)]
    pub(crate) fn number(&self, input: Ingress) {
        self.count_ingress();
        if self.mode.has(TRACING) {
            self.observe_ingress(input);
        }
    }

    #[inline(always)]
    pub(crate) fn count_ingress(&self) {
        self.ingress.set(self.ingress.get() + 1);
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn observe_ingress(&self, input: Ingress) {
        self.observe(|observer| observer.ingress(self.ingress.get(), input));
    }

    /// The last ingress number given.
    pub(crate) fn ingress(&self) -> u64 {
        self.ingress.get()
    }

    /// Numbers a call of the host from outside of a step.
    #[inline(always)]
    pub(crate) fn number_call(&self) {
        // One look tells both ordinary cases from the others: outside and unobserved, inside.
        match self.mode.get() & (OCCUPIED | TRACING) {
            0 => self.count_ingress(),
            STEPPING => {}
            _ => self.number_unusual_call(),
        }
    }

    #[cold]
    #[inline(never)]
    fn number_unusual_call(&self) {
        if self.mode.is_outside() {
            self.number(Ingress::Call);
        }
    }
}
