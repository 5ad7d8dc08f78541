//! `LogLevel`: how important a record is, or of which kind.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// The level of a log record. `Trace` to `Error` are severities; the others are kinds of their own.
///
/// # Examples
///
/// ```
/// use actor_rt::LogLevel;
///
/// assert!(LogLevel::Warn < LogLevel::Error);
/// assert_eq!("warn".parse(), Ok(LogLevel::Warn));
/// assert_eq!(LogLevel::try_from(3), Ok(LogLevel::Warn));
/// assert_eq!(LogLevel::Warn.to_string(), "WARN");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
#[non_exhaustive]
pub enum LogLevel {
    /// What happens in detail.
    Trace = 0,
    /// For whoever looks for a fault.
    Debug = 1,
    /// What is good to know.
    Info = 2,
    /// Something is not as it should be; the program goes on.
    Warn = 3,
    /// Something failed.
    Error = 4,
    /// For machines: a tag as the text, the data in key-value pairs.
    Audit = 5,
    /// A span begins: for an actor, it was made. The text names what it is; `parent` is the span it belongs to, if known.
    Open = 6,
    /// A span ends: for an actor, it has ended. The text says why if something failed; one of the keys `failed`, `killed`,
    /// `dropped`, `lost` says how, none of them that it stopped.
    Close = 7,
    /// No records: turns the severities off in a filter. A record of this level is not logged.
    Off = 8,
}

impl LogLevel {
    /// Its name, in capitals.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(actor_rt::LogLevel::Audit.name(), "AUDIT");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            LogLevel::Trace => "TRACE",
            LogLevel::Debug => "DEBUG",
            LogLevel::Info => "INFO",
            LogLevel::Warn => "WARN",
            LogLevel::Error => "ERROR",
            LogLevel::Audit => "AUDIT",
            LogLevel::Open => "OPEN",
            LogLevel::Close => "CLOSE",
            LogLevel::Off => "OFF",
        }
    }

    /// All levels: the severities and `Off`, then the other kinds.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::LogLevel;
    ///
    /// assert_eq!(LogLevel::all_levels().len(), 9);
    /// ```
    pub fn all_levels() -> &'static [LogLevel] {
        use LogLevel::*;
        &[Trace, Debug, Info, Warn, Error, Off, Audit, Open, Close]
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name().fmt(f)
    }
}

impl TryFrom<u8> for LogLevel {
    type Error = LogLevelError;

    /// The level with this number.
    fn try_from(value: u8) -> Result<Self, LogLevelError> {
        let is_it = |level: &&LogLevel| **level as u32 == u32::from(value);
        LogLevel::all_levels().iter().find(is_it).copied().ok_or(LogLevelError)
    }
}

impl FromStr for LogLevel {
    type Err = LogLevelError;

    /// The level with this name, in capitals or not, with spaces around it or not.
    fn from_str(text: &str) -> Result<Self, LogLevelError> {
        let is_it = |level: &&LogLevel| level.name().eq_ignore_ascii_case(text.trim());
        LogLevel::all_levels().iter().find(is_it).copied().ok_or(LogLevelError)
    }
}

/// There is no such level.
///
/// # Examples
///
/// ```
/// use actor_rt::{LogLevel, LogLevelError};
///
/// assert_eq!("loud".parse::<LogLevel>(), Err(LogLevelError));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLevelError;

impl fmt::Display for LogLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid logging level")
    }
}

impl Error for LogLevelError {}
