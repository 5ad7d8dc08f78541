//! Values without a life: keys of timers, levels and filters of the log.

use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use std::ops::{BitOr, BitOrAssign};
use std::str::FromStr;
use std::time::Duration;

impl World {
    pub(super) fn keys(&self, place: &mut Place<'_, '_>) {
        let Some(core) = place.core() else { return };
        let (fixed, max, min) =
            (item!(FixedTimerKey::default()), item!(MaxTimerKey::default()), item!(MinTimerKey::default()));
        let found = [
            item!(Core::timer_del(core, fixed)),
            item!(Core::timer_max_active(core, max)),
            item!(Core::timer_min_active(core, min)),
        ];
        let (later, own) = (core.now() + Duration::from_secs(3600), self.largest.borrow()[0]);
        let key = item!(Core::timer_add(core, later, |_| ()));
        let same = (
            item!(FixedTimerKey::eq(&key, &fixed)),
            item!(MaxTimerKey::eq(&own, &own.clone())),
            item!(MinTimerKey::eq(&min, &self.smallest.borrow()[0])),
        );
        let deleted = (core.timer_del(key), core.timer_del(key));
        self.note(format!("default keys lead to {found:?}, equal {same:?}, deleted {deleted:?}"));
    }

    pub(super) fn levels(&self, number: u32) {
        let level = item!(LogLevel::try_from((number % 10) as u8));
        let text = match level {
            Ok(level) => {
                let (name, shown) = (item!(LogLevel::name(level)), item!(LogLevel::to_string(&level)));
                let order = item!(LogLevel::cmp(&level, &LogLevel::Warn));
                let read = item!(LogLevel::from_str(&format!(" {} ", name.to_lowercase())));
                format!("{name} {shown} {level:?} {order:?} {read:?}")
            }
            Err(error) => item!(LogLevelError::to_string(&error)),
        };
        let all = item!(LogLevel::all_levels());
        let nonsense = LogLevel::from_str("nonsense").is_err();
        self.note(format!("level {number}: {text}; of {all:?}, {nonsense}"));
    }

    pub(super) fn filters(&self, number: u32) {
        let levels = LogLevel::all_levels();
        let (one, two) =
            (levels[number as usize % levels.len()], levels[number as usize / 10 % levels.len()]);
        let mut filter = item!(LogFilter::bitor(item!(LogFilter::from(one)), item!(LogFilter::new())));
        item!(LogFilter::bitor_assign(&mut filter, item!(LogFilter::all(&[two]))));
        let allows = item!(LogFilter::allows(&filter, two));
        let shown = item!(LogFilter::to_string(&filter));
        let read = item!(LogFilter::from_str(&format!("{one},{two}")));
        let is_empty = item!(LogFilter::is_empty(&filter));
        let none = item!(LogFilter::eq(&filter, &item!(LogFilter::default())));
        self.note(format!("filter {one:?} {two:?}: {shown} {filter:?} {allows} {read:?} {is_empty} {none}"));
    }
}
