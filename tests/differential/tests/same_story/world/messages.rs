//! Messages to actors and to the runtime, on every lane and by every timer.

use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use super::toy::{Token, Toy};
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
            return self.call(slot, &actor, form, number, token);
        }
        if let (Lane::Main, Form::Method, Some(cx)) = (lane, form, place.cx()) {
            return form!(call!([actor, cx], run(token)));
        }
        let Some(core) = place.core() else { return };
        match form {
            Form::Prep(makes) if number % 2 == 0 => {
                queue!(lane, self, [actor, core], Toy::init(w, number, makes, token))
            }
            Form::Prep(makes) => queue!(lane, self, [actor, core], <Toy>::init(w, number, makes, token)),
            _ if number % 3 == 0 => queue!(lane, self, [actor, core], run(token,)),
            _ => queue!(lane, self, [actor, core], run(token)),
        }
    }

    /// On the main lane an actor alone is enough.
    fn call(self: &Rc<Self>, slot: usize, actor: &Actor<Toy>, form: Form, number: u32, token: Token) {
        let w = self.clone();
        match (form, self.choice(4)) {
            (Form::Prep(makes), 0) => form!(call!([actor], Toy::init(w, number, makes, token))),
            (Form::Prep(makes), 1) => form!(call!([actor], <Toy>::init(w, number, makes, token))),
            (Form::Prep(makes), 2) => form!(call!([actor], Toy::init(w, number, makes, token,))),
            (Form::Prep(makes), _) => form!(call!([actor], <Toy>::init(w, number, makes, token,))),
            (_, 0) => form!(call!([actor], run(token,))),
            (_, 1) => match self.owners.borrow()[slot].first() {
                Some(owner) => form!(call!([owner], run(token))),
                None => form!(call!([actor], run(token))),
            },
            _ => form!(call!([actor], run(token))),
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
                item!(Deferrer::defer(&self.deferrer, job));
            }
            (Lane::Main, 1) => {
                item!(Actor::defer(&self.actor(0), job));
            }
            _ => {
                let Some(core) = place.core() else { return };
                match (lane, how) {
                    (Lane::Main, 2) => {
                        item!(Core::defer(core, job));
                    }
                    (Lane::Lazy, 2) => {
                        item!(Core::lazy(core, job));
                    }
                    (Lane::Idle, 2) => {
                        item!(Core::idle(core, job));
                    }
                    (Lane::Timer(windows, false), 2) => {
                        let key = item!(Core::after(core, self.duration(windows), job));
                        self.keep_key(key);
                    }
                    (Lane::Timer(windows, true), 2) => {
                        let key = item!(Core::timer_add(core, self.instant(windows), job));
                        self.keep_key(key);
                    }
                    _ => {
                        queue!(lane, self, [core], |stakker| job(stakker));
                    }
                }
            }
        }
    }

    /// What a closure of the runtime's own does.
    pub(super) fn fired(self: &Rc<Self>, token: &Token, stakker: &mut Stakker) {
        let script = token.script.clone();
        let before = self.begins(&token.facts, stakker, 0);
        self.all(&script.body, &mut Place::Host(stakker));
        self.ends(before);
    }
}
