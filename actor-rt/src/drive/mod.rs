//! Main loops that run a runtime, for programs that have none of their own.
//!
//! A host with a loop steps the runtime from there and needs nothing of this. The one loop here is [`mio`], behind the feature of that
//! name.

pub mod mio;
