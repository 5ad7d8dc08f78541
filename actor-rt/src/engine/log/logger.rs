//! The logger of a runtime, and how records reach it.

use super::filter::LogFilter;
use super::level::LogLevel;
use super::record::{LogID, LogRecord, LogVisitor};
use crate::engine::guarded::Guarded;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Core, Runtime};
use std::cell::Cell;
use std::fmt;

type Logger = Box<dyn FnMut(&mut Core, &LogRecord<'_>)>;

/// What a runtime has for logging.
pub(crate) struct Logging {
    filter: Cell<LogFilter>,
    /// Not there while it runs.
    logger: Guarded<Option<Logger>>,
    /// Whether there was ever one: from then on actors have log ids.
    used: Cell<bool>,
    last_id: Cell<LogID>,
}

impl Logging {
    pub(crate) const fn new() -> Self {
        Logging {
            filter: Cell::new(LogFilter::new()),
            logger: Guarded::new(None),
            used: Cell::new(false),
            last_id: Cell::new(0),
        }
    }

    /// Whether actors have log ids.
    #[inline(always)]
    pub(crate) fn is_used(&self) -> bool {
        self.used.get()
    }

    fn next_id(&self) -> LogID {
        self.last_id.set(self.last_id.get().wrapping_add(1).max(1));
        self.last_id.get()
    }

    /// Takes the logger away, for taking the runtime down.
    pub(crate) fn take(&self) -> impl Sized {
        self.logger.with(Option::take)
    }
}

/// Puts the logger back when it has run, also if it panicked, unless it set another one.
struct Running<'a> {
    logging: &'a Logging,
    logger: Option<Logger>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let own = self.logger.take();
        let unneeded =
            self.logging.logger.with(|slot| if slot.is_some() { own } else { std::mem::replace(slot, own) });
        drop(unneeded);
    }
}

/// Gives a record to the logger, if there is one and it does not run already.
fn give(core: &mut Core, record: &LogRecord<'_>) {
    let home = core.deferrer();
    let logging = &home.shared().logging;
    let Some(logger) = logging.logger.with(Option::take) else { return };
    let mut running = Running { logging, logger: Some(logger) };
    if let Some(logger) = &mut running.logger {
        logger(core, record);
    }
}

impl Runtime {
    /// Sets the logger, which is called at once for each record that the filter lets through. From now on actors have log ids: a
    /// record at level `Open` says that one was made, one at level `Close` that it has ended. An older logger is dropped.
    ///
    /// What the logger itself logs is not logged.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::*;
    /// use std::cell::RefCell;
    /// use std::rc::Rc;
    /// use std::time::Instant;
    ///
    /// struct Clerk;
    ///
    /// impl Clerk {
    ///     fn init(cx: CX![]) -> Option<Self> {
    ///         let id = cx.id();
    ///         cx.log(id, LogLevel::Warn, "office", format_args!("{} letters", 3), |pairs| pairs.kv_u64(Some("letters"), 3));
    ///         fail!(cx, "too many");
    ///         None
    ///     }
    /// }
    ///
    /// let lines = Rc::new(RefCell::new(Vec::new()));
    /// let log = lines.clone();
    /// let mut runtime = Runtime::new(Instant::now());
    /// let rt = &mut runtime;
    /// rt.set_logger(LogFilter::all(&[LogLevel::Info, LogLevel::Open]), move |_, record: &LogRecord| {
    ///     log.borrow_mut().push(format!("{} {} {}", record.id, record.level, record.fmt));
    /// });
    /// let _clerk = actor!(rt, Clerk::init(), ret_nop!());
    /// rt.run(Instant::now(), false);
    /// let name = std::any::type_name::<Clerk>();
    /// assert_eq!(*lines.borrow(), [format!("1 OPEN {name}"), "1 WARN 3 letters".into(), "1 CLOSE too many".into()]);
    /// ```
    pub fn set_logger(&mut self, filter: LogFilter, logger: impl FnMut(&mut Core, &LogRecord<'_>) + 'static) {
        let logging = &self.shared().logging;
        logging.filter.set(filter);
        logging.used.set(true);
        let logger: Logger = Box::new(logger);
        let older = logging.logger.with(|slot| slot.replace(logger));
        drop(older);
    }

    /// Sets another filter. The logger is told by a record at level `Info`, with the new filter as the key `filter`, whatever the
    /// filters say.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{LogFilter, LogLevel, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let count = Rc::new(Cell::new(0));
    /// let told = count.clone();
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.set_logger(LogFilter::new(), move |_, _| told.set(told.get() + 1));
    /// assert!(!runtime.log_check(LogLevel::Warn));
    /// runtime.set_log_filter(LogFilter::from(LogLevel::Warn));
    /// assert!(runtime.log_check(LogLevel::Warn));
    /// assert_eq!(count.get(), 1, "of the new filter the logger was told");
    /// ```
    pub fn set_log_filter(&mut self, filter: LogFilter) {
        let record = LogRecord {
            id: 0,
            level: LogLevel::Info,
            target: "",
            fmt: format_args!("Logging level changed"),
            kvscan: &|pairs: &mut dyn LogVisitor| pairs.kv_fmt(Some("filter"), &format_args!("{filter}")),
        };
        give(self, &record);
        self.shared().logging.filter.set(filter);
    }
}

impl Core {
    /// Gives a record to the logger, if there is one and the filter lets it through; otherwise nothing is formatted. `id` is the span it
    /// belongs to: that of an actor (`cx.id()`, `actor.id()`), one of [`log_span_open`](Core::log_span_open), or 0. Usually called by
    /// macros, those of `stakker_log` for instance.
    ///
    /// # Examples
    ///
    /// See [`Runtime::set_logger`].
    pub fn log(
        &mut self,
        id: LogID,
        level: LogLevel,
        target: &str,
        fmt: fmt::Arguments<'_>,
        kvscan: impl Fn(&mut dyn LogVisitor),
    ) {
        if self.log_check(level) {
            give(self, &LogRecord { id, level, target, fmt, kvscan: &kvscan });
        }
    }

    /// Whether the filter lets a level through.
    ///
    /// # Examples
    ///
    /// See [`Runtime::set_log_filter`].
    #[inline]
    pub fn log_check(&self, level: LogLevel) -> bool {
        self.shared().logging.filter.get().allows(level)
    }

    /// Begins a span and gives it a log id. `tag` says what kind of span it is, `parent_id` to which other span it belongs (0: to none),
    /// `kvscan` the rest.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{LogFilter, LogID, LogLevel, Runtime};
    /// use std::{cell::RefCell, rc::Rc, time::Instant};
    ///
    /// let lines = Rc::new(RefCell::new(Vec::new()));
    /// let log = lines.clone();
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.set_logger(LogFilter::all(&[LogLevel::Info, LogLevel::Open]), move |_, record| {
    ///     log.borrow_mut().push(format!("{} {} {}", record.id, record.level, record.fmt));
    /// });
    /// let id: LogID = runtime.log_span_open("import", 0, |_| ());
    /// runtime.log(id, LogLevel::Info, "", format_args!("half of it"), |_| ());
    /// runtime.log_span_close(id, format_args!("done"), |_| ());
    /// assert_eq!(*lines.borrow(), ["1 OPEN import", "1 INFO half of it", "1 CLOSE done"]);
    /// ```
    pub fn log_span_open(
        &mut self,
        tag: &str,
        parent_id: LogID,
        kvscan: impl Fn(&mut dyn LogVisitor),
    ) -> LogID {
        let id = self.shared().logging.next_id();
        self.log(id, LogLevel::Open, "", format_args!("{tag}"), |pairs| {
            if parent_id != 0 {
                pairs.kv_u64(Some("parent"), parent_id);
            }
            kvscan(pairs);
        });
        id
    }

    /// Ends a span.
    ///
    /// # Examples
    ///
    /// See [`log_span_open`](Core::log_span_open).
    pub fn log_span_close(
        &mut self,
        id: LogID,
        fmt: fmt::Arguments<'_>,
        kvscan: impl Fn(&mut dyn LogVisitor),
    ) {
        self.log(id, LogLevel::Close, "", fmt, kvscan);
    }
}

impl Shared {
    /// Ends the span of an actor. No handler of it is on the stack, and whoever is has lent the runtime.
    pub(crate) fn log_actor_close(&self, id: LogID, cause: &StopCause) {
        let (error, how) = match cause {
            StopCause::Stopped => (None, None),
            StopCause::Failed(error) => (Some(error), Some("failed")),
            StopCause::Killed(error) => (Some(error), Some("killed")),
            StopCause::Dropped => (None, Some("dropped")),
            StopCause::Lost => (None, Some("lost")),
        };
        let pairs = |pairs: &mut dyn LogVisitor| {
            if let Some(how) = how {
                pairs.kv_null(Some(how));
            }
        };
        self.lend(|core| match error {
            Some(error) => core.log_span_close(id, format_args!("{error}"), pairs),
            None => core.log_span_close(id, format_args!(""), pairs),
        });
    }
}
