//! Timers: moved, asked for, deleted.

use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use super::toy::Toy;
use super::watch::Facts;
use crate::program::Script;
use std::rc::Rc;

impl World {
    pub(super) fn move_timer(
        self: &Rc<Self>,
        place: &mut Place<'_, '_>,
        largest: bool,
        at: usize,
        windows: u64,
        how: u8,
        script: &Rc<Script>,
    ) {
        let when = self.own_instant(largest, at, windows);
        let token = self.moving_message(script, largest, when);
        let (world, facts) = (self.clone(), token.facts.clone());
        let (mut max, mut min) = (self.largest.borrow()[at], self.smallest.borrow()[at]);
        let done = if how == 0 { place.cx().is_some() } else { place.core().is_some() };
        let actor = self.actor(0);
        if how == 0 {
            if let Some(cx) = place.cx() {
                Toy::move_self(self, cx, largest, when, &mut max, &mut min, token);
            }
        } else if let Some(core) = place.core() {
            let (w, number) = (self.clone(), script.number);
            match (largest, how, self.choice(4)) {
                (true, 1, 0) => form!(timer_max!(&mut max, when, [actor, core], run(token))),
                (true, 1, 3) => form!(timer_max!(&mut max, when, [actor, core], run(token,))),
                (true, 1, 1) => {
                    form!(timer_max!(&mut max, when, [actor, core], Toy::init(w, number, true, token)))
                }
                (true, 1, _) => {
                    form!(timer_max!(&mut max, when, [actor, core], <Toy>::init(w, number, true, token)))
                }
                (false, 1, 0) => form!(timer_min!(&mut min, when, [actor, core], run(token))),
                (false, 1, 3) => form!(timer_min!(&mut min, when, [actor, core], run(token,))),
                (false, 1, 1) => {
                    form!(timer_min!(&mut min, when, [actor, core], Toy::init(w, number, true, token)))
                }
                (false, 1, _) => {
                    form!(timer_min!(&mut min, when, [actor, core], <Toy>::init(w, number, true, token)))
                }
                (true, 2, _) => form!(timer_max!(&mut max, when, [core], |s| world.fired(&token, s))),
                (false, 2, _) => form!(timer_min!(&mut min, when, [core], |s| world.fired(&token, s))),
                (true, ..) => {
                    let active = item!(Core::timer_max_active(core, max));
                    let moved = item!(Core::timer_max_upd(core, max, when));
                    self.not_moved("max", active, moved);
                    if !moved {
                        max = item!(Core::timer_max_add(core, when, move |s| world.fired(&token, s)));
                    }
                }
                (false, ..) => {
                    let active = item!(Core::timer_min_active(core, min));
                    let moved = item!(Core::timer_min_upd(core, min, when));
                    self.not_moved("min", active, moved);
                    if !moved {
                        min = item!(Core::timer_min_add(core, when, move |s| world.fired(&token, s)));
                    }
                }
            }
        }
        let older_max = std::mem::replace(&mut self.largest.borrow_mut()[at], max);
        let older_min = std::mem::replace(&mut self.smallest.borrow_mut()[at], min);
        if older_max == max && older_min == min {
            if let (true, Some(armed)) = (done, &self.moving.borrow()[usize::from(largest)][at]) {
                armed.given.borrow_mut().push(when);
            }
            return;
        }
        // Another one was armed.
        match largest {
            true => self.stale_largest.borrow_mut()[at] = older_max,
            false => self.stale_smallest.borrow_mut()[at] = older_min,
        }
        self.moving.borrow_mut()[usize::from(largest)][at] = Some(facts);
    }

    fn not_moved(&self, kind: &str, active: bool, moved: bool) {
        self.note(format!("{kind} timer active {active}, moved {moved}"));
        if !active && !moved {
            self.rule("B10");
        }
    }

    /// Asks for a timer by the key of the one before it.
    pub(super) fn use_stale_key(&self, place: &mut Place<'_, '_>, largest: bool, at: usize) {
        let Some(core) = place.core() else { return };
        let (found, lives) = if largest {
            let (stale, key) = (self.stale_largest.borrow()[at], self.largest.borrow()[at]);
            let found = item!(Core::timer_max_active(core, stale))
                || item!(Core::timer_max_upd(core, stale, self.instant(1)));
            (
                found || item!(Core::timer_max_del(core, stale)),
                stale != key && item!(Core::timer_max_active(core, key)),
            )
        } else {
            let (stale, key) = (self.stale_smallest.borrow()[at], self.smallest.borrow()[at]);
            let found = item!(Core::timer_min_active(core, stale))
                || item!(Core::timer_min_upd(core, stale, self.instant(1)));
            (
                found || item!(Core::timer_min_del(core, stale)),
                stale != key && item!(Core::timer_min_active(core, key)),
            )
        };
        self.note(format!("stale key found {found}, the present one {lives}"));
        if !found {
            self.rule("B10");
        }
        let was_one = match largest {
            true => self.stale_largest.borrow()[at] != item!(MaxTimerKey::default()),
            false => self.stale_smallest.borrow()[at] != item!(MinTimerKey::default()),
        };
        if !found && lives && was_one {
            self.rule("B11");
        }
    }

    pub(super) fn delete_moving(&self, place: &mut Place<'_, '_>, largest: bool, at: usize) {
        let (max, min) = (self.largest.borrow()[at], self.smallest.borrow()[at]);
        if let Some(core) = place.core() {
            self.watch.deleting.set(true);
            let deleted = match largest {
                true => item!(Core::timer_max_del(core, max)),
                false => item!(Core::timer_min_del(core, min)),
            };
            self.watch.deleting.set(false);
            self.note(format!("moving timer deleted: {deleted}"));
            let facts = self.moving.borrow()[usize::from(largest)][at].clone();
            self.deleted(deleted, facts.as_deref());
        }
    }

    pub(super) fn delete_timer(&self, place: &mut Place<'_, '_>, at: usize) {
        let (key, facts) = self.keys.borrow()[at].clone();
        if let Some(core) = place.core() {
            self.watch.deleting.set(true);
            let deleted = item!(Core::timer_del(core, key));
            self.watch.deleting.set(false);
            self.note(format!("timer deleted: {deleted}"));
            self.deleted(deleted, facts.as_deref());
        }
    }

    /// A timer was to be deleted, and was or was not.
    fn deleted(&self, deleted: bool, facts: Option<&Facts>) {
        match facts {
            Some(facts) if deleted && facts.dropped.get() => self.rule("B13"),
            Some(facts) if !deleted && facts.began.get().is_none() && !facts.dropped.get() => {
                facts.too_late.set(true);
            }
            _ => {}
        }
        if !deleted {
            self.rule("B10");
        }
    }
}
