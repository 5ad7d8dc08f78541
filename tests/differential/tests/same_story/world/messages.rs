//! Messages to actors and to the runtime, on every lane and by every timer.

use super::super::{api::*, hit};
use super::World;
use super::names::lane_name;
use super::place::Place;
use super::toy::{Token, Toy};
use super::watch::Facts;
use crate::program::{Form, Lane, Script};
use std::rc::Rc;
#[allow(unused_imports, reason = "Stakker's `after!` names it in its caller's scope")]
use std::time::Duration;

impl World {
    pub(super) fn send(
        self: &Rc<Self>,
        place: &mut Place<'_, '_>,
        lane: Lane,
        form: Form,
        slot: usize,
        with_core: bool,
        script: &Rc<Script>,
    ) {
        let actor = self.actor(slot);
        let token = self.message(script, lane, matches!(form, Form::Prep(_)), actor.id());
        let (number, w) = (script.number, self.clone());
        if lane == Lane::Main && !with_core {
            hit(lane_name(lane, "[actor]", form));
            match form {
                Form::Prep(makes) => call!([actor], Toy::init(w, number, makes, token)),
                _ => call!([actor], run(token)),
            }
            return;
        }
        let Some(core) = place.core() else { return };
        hit(lane_name(lane, "[actor, core]", form));
        match form {
            Form::Prep(makes) if number % 2 == 0 => {
                queue!(lane, self, [actor, core], Toy::init(w, number, makes, token))
            }
            Form::Prep(makes) => queue!(lane, self, [actor, core], <Toy>::init(w, number, makes, token)),
            _ => queue!(lane, self, [actor, core], run(token)),
        }
    }

    pub(super) fn job(self: &Rc<Self>, place: &mut Place<'_, '_>, lane: Lane, how: u8, script: &Rc<Script>) {
        let token = self.message(script, lane, false, 0);
        let (world, number) = (self.clone(), script.number);
        let job = move |stakker: &mut Stakker| {
            world.note(format!("job {number}"));
            world.fired(&token, stakker);
        };
        match (lane, how) {
            (Lane::Main, 0) => {
                hit("Deferrer::defer");
                self.deferrer.defer(job);
            }
            (Lane::Main, 1) => {
                hit("Actor::defer");
                self.actor(0).defer(job);
            }
            _ => {
                let Some(core) = place.core() else { return };
                match (lane, how) {
                    (Lane::Main, 2) => {
                        hit("Core::defer");
                        core.defer(job);
                    }
                    (Lane::Lazy, 2) => {
                        hit("Core::lazy");
                        core.lazy(job);
                    }
                    (Lane::Idle, 2) => {
                        hit("Core::idle");
                        core.idle(job);
                    }
                    (Lane::Timer(windows, false), 2) => {
                        hit("Core::after");
                        let key = core.after(self.duration(windows), job);
                        self.keep_key(key);
                    }
                    (Lane::Timer(windows, true), 2) => {
                        hit("Core::timer_add");
                        let key = core.timer_add(self.instant(windows), job);
                        self.keep_key(key);
                    }
                    _ => {
                        hit(lane_name(lane, "[core]", Form::Closure));
                        queue!(lane, self, [core], |stakker| job(stakker));
                    }
                }
            }
        }
    }

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
        if how == 0 {
            if let Some(cx) = place.cx() {
                hit(if largest { "timer_max!([cx])" } else { "timer_min!([cx])" });
                match largest {
                    true => timer_max!(&mut max, when, [cx], run(token)),
                    false => timer_min!(&mut min, when, [cx], run(token)),
                }
            }
        } else if let Some(core) = place.core() {
            let actor = self.actor(0);
            match (largest, how) {
                (true, 1) => {
                    hit("timer_max!([actor, core])");
                    timer_max!(&mut max, when, [actor, core], run(token));
                }
                (false, 1) => {
                    hit("timer_min!([actor, core])");
                    timer_min!(&mut min, when, [actor, core], run(token));
                }
                (true, 2) => {
                    hit("timer_max!([core])");
                    timer_max!(&mut max, when, [core], |s| world.fired(&token, s));
                }
                (false, 2) => {
                    hit("timer_min!([core])");
                    timer_min!(&mut min, when, [core], |s| world.fired(&token, s));
                }
                (true, _) => {
                    hit("Core::timer_max_upd");
                    let active = core.timer_max_active(max);
                    let moved = core.timer_max_upd(max, when);
                    self.note(format!("max timer active {active}, moved {moved}"));
                    if !active && !moved {
                        self.rule("B10");
                    }
                    if !moved {
                        max = core.timer_max_add(when, move |s| world.fired(&token, s));
                    }
                }
                (false, _) => {
                    hit("Core::timer_min_upd");
                    let active = core.timer_min_active(min);
                    let moved = core.timer_min_upd(min, when);
                    self.note(format!("min timer active {active}, moved {moved}"));
                    if !active && !moved {
                        self.rule("B10");
                    }
                    if !moved {
                        min = core.timer_min_add(when, move |s| world.fired(&token, s));
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

    /// Asks for a timer by the key of the one before it.
    pub(super) fn use_stale_key(&self, place: &mut Place<'_, '_>, largest: bool, at: usize) {
        let Some(core) = place.core() else { return };
        let (found, lives) = if largest {
            hit("Core::timer_max_active");
            let (stale, key) = (self.stale_largest.borrow()[at], self.largest.borrow()[at]);
            let found = core.timer_max_active(stale) || core.timer_max_upd(stale, self.instant(1));
            (found || core.timer_max_del(stale), stale != key && core.timer_max_active(key))
        } else {
            hit("Core::timer_min_active");
            let (stale, key) = (self.stale_smallest.borrow()[at], self.smallest.borrow()[at]);
            let found = core.timer_min_active(stale) || core.timer_min_upd(stale, self.instant(1));
            (found || core.timer_min_del(stale), stale != key && core.timer_min_active(key))
        };
        self.note(format!("stale key found {found}, the present one {lives}"));
        if !found {
            self.rule("B10");
        }
        let was_one = match largest {
            true => self.stale_largest.borrow()[at] != MaxTimerKey::default(),
            false => self.stale_smallest.borrow()[at] != MinTimerKey::default(),
        };
        if !found && lives && was_one {
            self.rule("B11");
        }
    }

    pub(super) fn delete_moving(&self, place: &mut Place<'_, '_>, largest: bool, at: usize) {
        let (max, min) = (self.largest.borrow()[at], self.smallest.borrow()[at]);
        if let Some(core) = place.core() {
            hit(if largest { "Core::timer_max_del" } else { "Core::timer_min_del" });
            self.watch.deleting.set(true);
            let deleted = if largest { core.timer_max_del(max) } else { core.timer_min_del(min) };
            self.watch.deleting.set(false);
            self.note(format!("moving timer deleted: {deleted}"));
            let facts = self.moving.borrow()[usize::from(largest)][at].clone();
            self.deleted(deleted, facts.as_deref());
        }
    }

    pub(super) fn delete_timer(&self, place: &mut Place<'_, '_>, at: usize) {
        let (key, facts) = self.keys.borrow()[at].clone();
        if let Some(core) = place.core() {
            hit("Core::timer_del");
            self.watch.deleting.set(true);
            let deleted = core.timer_del(key);
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

    /// What a closure of the runtime's own does.
    fn fired(self: &Rc<Self>, token: &Token, stakker: &mut Stakker) {
        let script = token.script.clone();
        let before = self.begins(&token.facts, stakker, 0);
        self.all(&script.body, &mut Place::Host(stakker));
        self.ends(before);
    }
}
