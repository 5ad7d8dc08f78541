//! Logging: records with a level, a text and key-value pairs, given to one logger at once.
//!
//! What is logged with which text is up to libraries on top of this (`stakker_log`); here are the records, the filter, and the
//! spans of actors: one record when an actor is made, one when it has ended, and between them its log id.

mod filter;
mod level;
mod logger;
mod record;

pub use filter::LogFilter;
pub use level::{LogLevel, LogLevelError};
pub(crate) use logger::Logging;
pub use record::{LogID, LogRecord, LogVisitor};
