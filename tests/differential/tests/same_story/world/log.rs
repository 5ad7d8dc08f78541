//! Log records, written and read.

use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use std::cell::Cell;

impl World {
    pub(super) fn log(&self, place: &mut Place<'_, '_>, level: u8, number: u32) {
        let Some(core) = place.core() else { return };
        hit("Core::log");
        let level = LogLevel::try_from(level).unwrap_or(LogLevel::Off);
        let id = core.access_log_id();
        let allowed = core.log_check(level);
        let (formatted, written) = (Cell::new(false), self.watch.written.get());
        let text = Spy(&formatted);
        core.log(id, level, "target", format_args!("number {number}, {allowed}{text}"), |pairs| {
            pairs.kv_map(Some("map"));
            pairs.kv_i64(Some("negative"), -i64::from(number));
            pairs.kv_mapend(Some("map"));
            pairs.kv_fmt(Some("formatted"), &format_args!("{number:?}"));
        });
        let reached = self.watch.written.get() > written;
        if level == LogLevel::Off && !reached {
            self.rule("G5");
        } else if !allowed && !reached && !formatted.get() {
            self.rule("G3");
        }
    }

    /// The logger is given a record, and writes it down.
    pub(super) fn logged(&self, core: &mut Core, record: &LogRecord<'_>, pairs: &str, text: &str) {
        self.note(format!("log {} {} {:?} {text}{pairs}", record.id, record.level, record.target));
        let running = self.watch.current.get().map_or(0, |cause| cause.actor);
        if record.level == LogLevel::Open
            && running != 0
            && pairs.contains(&format!("Some(\"parent\")={running}u"))
        {
            self.rule("G2");
        }
        if record.level == LogLevel::Close {
            self.closed(record.id, text, pairs.contains("\"failed\""));
        }
        if record.target == "target" {
            // What a logger logs itself.
            let written = self.watch.written.get();
            let allowed = core.log_check(record.level);
            core.log(0, record.level, "nested", format_args!("by the logger"), |_| ());
            if allowed && self.watch.written.get() == written {
                self.rule("G4");
            }
        }
    }
}

/// Tells whether it was formatted.
struct Spy<'a>(&'a Cell<bool>);

impl std::fmt::Display for Spy<'_> {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.set(true);
        Ok(())
    }
}

/// Writes the pairs of a record down.
pub(super) struct Pairs(pub(super) String);

impl LogVisitor for Pairs {
    fn kv_u64(&mut self, key: Option<&str>, val: u64) {
        self.0 += &format!(" {key:?}={val}u");
    }
    fn kv_i64(&mut self, key: Option<&str>, val: i64) {
        self.0 += &format!(" {key:?}={val}i");
    }
    fn kv_f64(&mut self, key: Option<&str>, val: f64) {
        self.0 += &format!(" {key:?}={val}f");
    }
    fn kv_bool(&mut self, key: Option<&str>, val: bool) {
        self.0 += &format!(" {key:?}={val}");
    }
    fn kv_null(&mut self, key: Option<&str>) {
        self.0 += &format!(" {key:?}=null");
    }
    fn kv_str(&mut self, key: Option<&str>, val: &str) {
        self.0 += &format!(" {key:?}={val:?}");
    }
    fn kv_fmt(&mut self, key: Option<&str>, val: &std::fmt::Arguments<'_>) {
        self.0 += &format!(" {key:?}={val}");
    }
    fn kv_map(&mut self, key: Option<&str>) {
        self.0 += &format!(" {key:?}={{");
    }
    fn kv_mapend(&mut self, key: Option<&str>) {
        self.0 += &format!(" }}{key:?}");
    }
    fn kv_arr(&mut self, key: Option<&str>) {
        self.0 += &format!(" {key:?}=[");
    }
    fn kv_arrend(&mut self, key: Option<&str>) {
        self.0 += &format!(" ]{key:?}");
    }
}
