//! `LogRecord`: what a logger is given.

use super::level::LogLevel;
use std::fmt;

/// Names a span: the life of an actor, or a piece of work. Given from 1 on; 0 is none.
///
/// # Examples
///
/// See [`Core::log_span_open`](crate::Core::log_span_open).
pub type LogID = u64;

/// What a logger is given. It lives as long as the logger's call.
///
/// # Examples
///
/// See [`Runtime::set_logger`](crate::Runtime::set_logger).
pub struct LogRecord<'a> {
    /// The span it belongs to; 0 if it belongs to none.
    pub id: LogID,
    /// Its level.
    pub level: LogLevel,
    /// What in the program it is about, or "".
    pub target: &'a str,
    /// The text. `println!("{}", record.fmt)` formats it.
    pub fmt: fmt::Arguments<'a>,
    /// Shows the key-value pairs to a visitor, in their order.
    pub kvscan: &'a dyn Fn(&mut dyn LogVisitor),
}

impl fmt::Debug for LogRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LogRecord { id, level, target, fmt, .. } = self;
        f.debug_struct("LogRecord")
            .field("id", id)
            .field("level", level)
            .field("target", target)
            .field("fmt", fmt)
            .finish_non_exhaustive()
    }
}

/// Sees the key-value pairs of a record, one call for each.
///
/// `key` is `None` for the members of an array. What is none of these types is given as text, with [`kv_fmt`](LogVisitor::kv_fmt).
/// A map or an array is a call that begins it, its members, and a call with the same key that ends it; they nest. A visitor that
/// meets an error keeps it to itself and ignores the rest.
///
/// # Examples
///
/// ```
/// use actor_rt::{LogFilter, LogLevel, LogVisitor, Runtime};
/// use std::fmt;
/// use std::time::Instant;
///
/// /// Adds the unsigned integers up, and ignores the rest.
/// struct Sum(u64);
///
/// impl LogVisitor for Sum {
///     fn kv_u64(&mut self, _: Option<&str>, val: u64) {
///         self.0 += val;
///     }
///     fn kv_i64(&mut self, _: Option<&str>, _: i64) {}
///     fn kv_f64(&mut self, _: Option<&str>, _: f64) {}
///     fn kv_bool(&mut self, _: Option<&str>, _: bool) {}
///     fn kv_null(&mut self, _: Option<&str>) {}
///     fn kv_str(&mut self, _: Option<&str>, _: &str) {}
///     fn kv_fmt(&mut self, _: Option<&str>, _: &fmt::Arguments<'_>) {}
///     fn kv_map(&mut self, _: Option<&str>) {}
///     fn kv_mapend(&mut self, _: Option<&str>) {}
///     fn kv_arr(&mut self, _: Option<&str>) {}
///     fn kv_arrend(&mut self, _: Option<&str>) {}
/// }
///
/// let mut runtime = Runtime::new(Instant::now());
/// runtime.set_logger(LogFilter::from(LogLevel::Info), |core, record| {
///     let mut sum = Sum(0);
///     (record.kvscan)(&mut sum);
///     core.anymap_set(sum.0);
/// });
/// runtime.log(0, LogLevel::Info, "", format_args!("read"), |pairs| {
///     pairs.kv_u64(Some("files"), 3);
///     pairs.kv_u64(Some("folders"), 4);
/// });
/// assert_eq!(runtime.anymap_get::<u64>(), 7);
/// ```
pub trait LogVisitor {
    /// An unsigned integer.
    fn kv_u64(&mut self, key: Option<&str>, val: u64);
    /// A signed integer.
    fn kv_i64(&mut self, key: Option<&str>, val: i64);
    /// A floating-point number.
    fn kv_f64(&mut self, key: Option<&str>, val: f64);
    /// A truth value.
    fn kv_bool(&mut self, key: Option<&str>, val: bool);
    /// A key without a value.
    fn kv_null(&mut self, key: Option<&str>);
    /// A text.
    fn kv_str(&mut self, key: Option<&str>, val: &str);
    /// A text that is formatted where it is wanted.
    fn kv_fmt(&mut self, key: Option<&str>, val: &fmt::Arguments<'_>);
    /// Begins a map.
    fn kv_map(&mut self, key: Option<&str>);
    /// Ends a map.
    fn kv_mapend(&mut self, key: Option<&str>);
    /// Begins an array.
    fn kv_arr(&mut self, key: Option<&str>);
    /// Ends an array.
    fn kv_arrend(&mut self, key: Option<&str>);
}
