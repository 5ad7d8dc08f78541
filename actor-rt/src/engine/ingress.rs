//! The ingress: every external input gets a number, in order, on the owner thread.
//!
//! What a runtime does is a function of its numbered inputs. Recording, replay and schedule exploration stand on this one
//! door. Inside a step nothing is numbered, since all of it follows from what came in before.

/// An external input, as observers see it.
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
