//! Log records, written and read.

use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use std::cell::Cell;

impl World {
    pub(super) fn log(&self, place: &mut Place<'_, '_>, level: u8, number: u32) {
        let Some(core) = place.core() else { return };
        let level = item!(LogLevel::try_from(level)).unwrap_or(LogLevel::Off);
        let id = core.access_log_id();
        let allowed = item!(Core::log_check(core, level));
        let (formatted, written) = (Cell::new(false), self.watch.written.get());
        let text = Spy(&formatted);
        item!(Core::log(
            core,
            id,
            level,
            "target",
            format_args!("number {number}, {allowed}{text}"),
            |pairs| { all_kinds(pairs, number) }
        ));
        let reached = self.watch.written.get() > written;
        if level == LogLevel::Off && !reached {
            self.rule("G5");
        } else if !allowed && !reached && !formatted.get() {
            self.rule("G3");
        }
    }

    /// The logger is given a record, and writes it down.
    pub(super) fn logged(&self, core: &mut Core, record: &LogRecord<'_>, pairs: &str, text: &str) {
        let (id, level, target) = (form!(record.id), form!(record.level), form!(record.target));
        self.note(format!("log {id} {level} {target:?} {text}{pairs}"));
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

/// A method of the visitor, which counts when it is called.
macro_rules! visits {
    ($($method:ident($key:ident $(, $value:ident: $type:ty)?) $text:expr;)+) => {
        impl LogVisitor for Pairs {
            $(fn $method(&mut self, $key: Option<&str> $(, $value: $type)?) {
                hit(concat!("LogVisitor::", stringify!($method)));
                self.0 += &$text;
            })+
        }
    };
}

visits! {
    kv_u64(key, value: u64) format!(" {key:?}={value}u");
    kv_i64(key, value: i64) format!(" {key:?}={value}i");
    kv_f64(key, value: f64) format!(" {key:?}={value}f");
    kv_bool(key, value: bool) format!(" {key:?}={value}");
    kv_null(key) format!(" {key:?}=null");
    kv_str(key, value: &str) format!(" {key:?}={value:?}");
    kv_fmt(key, value: &std::fmt::Arguments<'_>) format!(" {key:?}={value}");
    kv_map(key) format!(" {key:?}={{");
    kv_mapend(key) format!(" }}{key:?}");
    kv_arr(key) format!(" {key:?}=[");
    kv_arrend(key) format!(" ]{key:?}");
}

/// A pair of each kind.
fn all_kinds(pairs: &mut dyn LogVisitor, number: u32) {
    pairs.kv_u64(Some("positive"), u64::from(number));
    pairs.kv_map(Some("map"));
    pairs.kv_i64(Some("negative"), -i64::from(number));
    pairs.kv_f64(Some("half"), f64::from(number) / 2.0);
    pairs.kv_mapend(Some("map"));
    pairs.kv_arr(None);
    pairs.kv_bool(None, number % 2 == 0);
    pairs.kv_null(None);
    pairs.kv_arrend(None);
    pairs.kv_str(Some("text"), "a text");
    pairs.kv_fmt(Some("formatted"), &format_args!("{number:?}"));
}
