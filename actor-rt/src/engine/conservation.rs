//! The conservation law, checked in debug builds at the end of every step: enqueued = handled + dead-lettered + pending.
//!
//! It is checked as two balances that together mean the same. What a lane's books say it holds, entered less left, is what lies
//! in its segments: no record is lost or doubled on the way. And what each actor counts as pending is what lies in the lanes and
//! its stash for it: each record that left was handled or dead-lettered once, and gave its place back once.

use super::shared::Shared;
use crate::kernel::cell::CellHeader;
use crate::kernel::lane::Lane;
use std::collections::BTreeMap;

/// Above so many waiting records and living actors only every so-many-th step is checked, since the check walks them all.
const OFTEN: usize = 128;

impl Shared {
    /// Checks the law.
    ///
    /// # Panics
    /// If it does not hold: there is a bug in here.
    pub(crate) fn check_conservation(&self) {
        let lanes = [&self.urgent, &self.replay, &self.main, &self.lazy_batch, &self.lazy, &self.idle];
        let waiting: usize = lanes.iter().map(|lane| lane.tally().waiting()).sum();
        let walk = waiting + self.directory.with(|directory| directory.living());
        if walk > OFTEN && self.counters.steps.get() % walk as u64 != 0 {
            return;
        }
        let mut places = BTreeMap::new();
        for lane in lanes {
            count_places(lane, &mut places);
        }
        for id in self.directory.with(|directory| directory.youngest_first()) {
            let Some(found) = self.find(id) else { continue };
            let header = found.header();
            self.cold.with(|cold| {
                if let Some(stash) = cold.get(header).and_then(|cold| cold.stash.as_ref()) {
                    count_places(stash, &mut places);
                }
            });
            let here = places.get(&std::ptr::from_ref(header).addr()).copied().unwrap_or(0);
            assert_eq!(header.pending(), here, "an actor's pending messages are not those that wait for it");
        }
    }
}

/// Adds what waits in a lane to the counts by receiver, and checks its books.
fn count_places(lane: &Lane, places: &mut BTreeMap<usize, u32>) {
    let mut count = 0;
    lane.for_each_receiver(|cell: *const CellHeader| {
        count += 1;
        if !cell.is_null() {
            *places.entry(cell.addr()).or_default() += 1;
        }
    });
    assert_eq!(lane.tally().waiting(), count, "records were lost or doubled in a lane");
}
