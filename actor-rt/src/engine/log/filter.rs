//! `LogFilter`: which levels are logged.

use super::level::{LogLevel, LogLevelError};
use std::fmt;
use std::ops::{BitOr, BitOrAssign};
use std::str::FromStr;

/// A set of levels that are logged.
///
/// # Examples
///
/// ```
/// use actor_rt::{LogFilter, LogLevel};
///
/// let filter: LogFilter = "warn,open".parse().unwrap();
/// assert!(filter.allows(LogLevel::Error) && filter.allows(LogLevel::Close));
/// assert!(!filter.allows(LogLevel::Info));
/// assert_eq!(filter, LogFilter::all(&[LogLevel::Warn, LogLevel::Open]));
/// assert_eq!(filter.to_string(), "LogFilter(WARN,ERROR,OPEN,CLOSE)");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LogFilter(u32);

impl LogFilter {
    /// Lets nothing through.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{LogFilter, LogLevel};
    ///
    /// assert!(!LogFilter::new().allows(LogLevel::Error));
    /// ```
    #[inline]
    pub const fn new() -> Self {
        LogFilter(0)
    }

    /// Lets through what any of the levels stands for, as [`LogFilter::from`] says.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{LogFilter, LogLevel};
    ///
    /// let filter = LogFilter::all(&[LogLevel::Warn, LogLevel::Audit]);
    /// assert_eq!(filter, LogFilter::from(LogLevel::Warn) | LogFilter::from(LogLevel::Audit));
    /// ```
    pub fn all(levels: &[LogLevel]) -> Self {
        levels.iter().fold(LogFilter::new(), |filter, &level| filter | LogFilter::from(level))
    }

    /// Whether records of a level are logged.
    ///
    /// # Examples
    ///
    /// See [`LogFilter`].
    #[inline]
    pub fn allows(&self, level: LogLevel) -> bool {
        self.0 & bit(level) != 0
    }

    /// Whether nothing is logged.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{LogFilter, LogLevel};
    ///
    /// assert!(LogFilter::from(LogLevel::Off).is_empty());
    /// assert!(!LogFilter::from(LogLevel::Error).is_empty());
    /// ```
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }
}

fn bit(level: LogLevel) -> u32 {
    1 << level as u32
}

impl From<LogLevel> for LogFilter {
    /// A severity stands for itself and all higher ones, `Open` and `Close` for both, `Audit` for itself, `Off` for nothing.
    fn from(level: LogLevel) -> Self {
        LogFilter(match level {
            LogLevel::Off => 0,
            LogLevel::Audit => bit(level),
            LogLevel::Open | LogLevel::Close => bit(LogLevel::Open) | bit(LogLevel::Close),
            severity => 2 * bit(LogLevel::Error) - bit(severity),
        })
    }
}

impl BitOr for LogFilter {
    type Output = LogFilter;

    fn bitor(self, other: LogFilter) -> LogFilter {
        LogFilter(self.0 | other.0)
    }
}

impl BitOrAssign for LogFilter {
    fn bitor_assign(&mut self, other: LogFilter) {
        *self = *self | other;
    }
}

impl fmt::Display for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = LogLevel::all_levels()
            .iter()
            .filter(|level| self.allows(**level))
            .map(|level| level.name())
            .collect();
        write!(f, "LogFilter({})", names.join(","))
    }
}

impl FromStr for LogFilter {
    type Err = LogLevelError;

    /// Names of levels with commas between them.
    fn from_str(text: &str) -> Result<Self, LogLevelError> {
        text.split(',').try_fold(LogFilter::new(), |filter, name| {
            Ok(filter | LogFilter::from(name.parse::<LogLevel>()?))
        })
    }
}
