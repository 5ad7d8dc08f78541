//! Messages to actors and to the runtime, on every lane and by every timer.

use super::super::{api::*, hit};
use super::World;
use super::names::lane_name;
use super::place::Place;
use super::toy::Toy;
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
        let (actor, token) = (self.actor(slot), self.token(script));
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
        let token = self.token(script);
        let (world, number) = (self.clone(), script.number);
        let job = move |stakker: &mut Stakker| {
            world.note(format!("job {number}"));
            let script = token.script.clone();
            world.all(&script.body, &mut Place::Host(stakker));
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
        let (token, when) = (self.token(script), self.own_instant(largest, at, windows));
        let world = self.clone();
        let (mut max, mut min) = (self.largest.borrow()[at], self.smallest.borrow()[at]);
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
                    timer_max!(&mut max, when, [core], |s| world
                        .all(&token.script.body, &mut Place::Host(s)));
                }
                (false, 2) => {
                    hit("timer_min!([core])");
                    timer_min!(&mut min, when, [core], |s| world
                        .all(&token.script.body, &mut Place::Host(s)));
                }
                (true, _) => {
                    hit("Core::timer_max_upd");
                    let active = core.timer_max_active(max);
                    let moved = core.timer_max_upd(max, when);
                    self.note(format!("max timer active {active}, moved {moved}"));
                    if !moved {
                        max = core
                            .timer_max_add(when, move |s| world.all(&token.script.body, &mut Place::Host(s)));
                    }
                }
                (false, _) => {
                    hit("Core::timer_min_upd");
                    let active = core.timer_min_active(min);
                    let moved = core.timer_min_upd(min, when);
                    self.note(format!("min timer active {active}, moved {moved}"));
                    if !moved {
                        min = core
                            .timer_min_add(when, move |s| world.all(&token.script.body, &mut Place::Host(s)));
                    }
                }
            }
        }
        self.largest.borrow_mut()[at] = max;
        self.smallest.borrow_mut()[at] = min;
    }

    pub(super) fn delete_moving(&self, place: &mut Place<'_, '_>, largest: bool, at: usize) {
        let (max, min) = (self.largest.borrow()[at], self.smallest.borrow()[at]);
        if let Some(core) = place.core() {
            hit(if largest { "Core::timer_max_del" } else { "Core::timer_min_del" });
            let deleted = if largest { core.timer_max_del(max) } else { core.timer_min_del(min) };
            self.note(format!("moving timer deleted: {deleted}"));
        }
    }
}
