//! Log records, written and read.

use super::super::{api::*, hit};
use super::World;
use super::place::Place;

impl World {
    pub(super) fn log(&self, place: &mut Place<'_, '_>, level: u8, number: u32) {
        let Some(core) = place.core() else { return };
        hit("Core::log");
        let level = LogLevel::try_from(level).unwrap_or(LogLevel::Off);
        let id = core.access_log_id();
        let allowed = core.log_check(level);
        core.log(id, level, "target", format_args!("number {number}, {allowed}"), |pairs| {
            pairs.kv_map(Some("map"));
            pairs.kv_i64(Some("negative"), -i64::from(number));
            pairs.kv_mapend(Some("map"));
            pairs.kv_fmt(Some("formatted"), &format_args!("{number:?}"));
        });
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
