//! Back-off: who failed in a row waits longer each time, and who lived long enough begins anew.

use crate::shared::Shared;
use actor_rt::supervision::Strategy;
use std::time::Duration;

/// Of a wait. Half of it is left to chance.
pub const FIRST: Duration = Duration::from_millis(1);
pub const MOST: Duration = Duration::from_millis(8);

/// How an actor's restarts wait, as far as it is known: only of those whose siblings have no say.
#[derive(Default)]
pub struct Waits {
    /// How long it has to live to begin anew. None if it does not wait.
    pub reset: Option<Duration>,
    /// At least so many restarts in a row.
    row: u32,
    /// When its incarnation began, and when it ended.
    began: Duration,
    ended: Option<Duration>,
    /// How many in a row there would be, had it not lived long enough.
    before_reset: u32,
    /// It had a supervisor that restarts several together, or came to another one while it waited.
    pub unknown: bool,
}

fn least(row: u32) -> Duration {
    (FIRST * 2_u32.pow(row.min(8))).min(MOST) / 2
}

impl Shared {
    /// An incarnation is there.
    pub fn begins(&self, id: u64, reset: Option<Duration>) {
        let now = self.now.get();
        self.note(id, |notes| {
            notes.waits.reset = reset;
            notes.waits.began = now;
            notes.waits.ended = None;
        });
    }

    /// It has ended.
    pub fn waits_from_now(&self, id: u64) {
        let supervisor = self.note(id, |notes| notes.supervisor);
        // The root's strategy is that, too.
        let alone = supervisor == 0
            || self.note(supervisor, |notes| notes.made > 0 && notes.traits.strategy == Strategy::OneForOne);
        let now = self.now.get();
        self.note(id, |notes| {
            let waits = &mut notes.waits;
            waits.unknown |= !alone;
            waits.ended = Some(now);
            waits.before_reset = 0;
            if waits.reset.is_some_and(|reset| now - waits.began >= reset) {
                waits.before_reset = std::mem::take(&mut waits.row);
            }
        });
    }

    /// It is started anew.
    pub fn has_waited(&self, id: u64) {
        let now = self.now.get();
        let found = self.note(id, |notes| {
            let waits = &mut notes.waits;
            let ended = waits.ended.take()?;
            let (row, before_reset) = (waits.row, waits.before_reset);
            waits.row += 1;
            (waits.reset.is_some() && !waits.unknown).then_some((now - ended, row, before_reset))
        });
        let Some((waited, row, before_reset)) = found else { return };
        if waited < least(row) {
            self.problem(format!("{id:#x} waited {waited:?} as the one after {row} in a row"));
        }
        if row > 0 {
            self.count("back-off: waited longer");
        }
        if waited < least(before_reset) {
            self.count("back-off: began anew");
        }
    }

    /// Its factory failed.
    pub fn failed_to_start(&self, id: u64) {
        let now = self.now.get();
        self.has_reason(id);
        self.note(id, |notes| {
            notes.waits.ended = Some(now);
            notes.waits.before_reset = 0;
        });
    }
}
