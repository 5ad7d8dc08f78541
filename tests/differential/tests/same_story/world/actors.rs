//! Actors made and ended, and the replies and forwards that lead to them.

use super::super::{api::*, hit};
use super::World;
use super::names::answer_name;
use super::place::Place;
use super::toy::{Toy, shown};
use super::watch::Reply;
use crate::program::{ACTORS, Answer, Lane, Script};
use std::rc::Rc;

/// A reply of any kind, for messages of type `$type`; what it says is written with `$shown`.
macro_rules! reply {
    ($world:expr, $place:expr, $kind:expr, $target:expr, $number:expr, $type:ty, $method:ident, $some:ident, $prep:ident) => {{
        let (number, world) = ($number, $world.clone());
        match ($kind, $place) {
            (Answer::ToMethod, _) => ret_to!([$target], $method(number) as ($type)),
            (Answer::ToPrep, _) => ret_to!([$target], Toy::$prep(world, number) as ($type)),
            (Answer::SomeToMethod, _) => ret_some_to!([$target], $some(number) as ($type)),
            (Answer::Do, _) => {
                ret_do!(move |got: Option<$type>| {
                    let answered = got.is_some();
                    world.note(format!("ret_do {number}: {}", shown(got)));
                    world.heard_of(number, answered);
                })
            }
            (Answer::SomeDo, _) => {
                ret_some_do!(move |got: $type| {
                    world.note(format!("ret_some_do {number}: {}", shown(Some(got))));
                    world.heard_of(number, true);
                })
            }
            (Answer::Fail, Place::Handler(_, cx) | Place::Making(cx)) => match number % 3 {
                0 => ret_fail!(cx, "by a reply"),
                1 => ret_fail!(cx, "by reply {}", number),
                _ => ret_fail!(cx, std::io::Error::other("by a reply's error")),
            },
            _ => ret_nop!(),
        }
    }};
}

impl World {
    pub(super) fn kill(&self, place: &mut Place<'_, '_>, slot: usize, form: u8) {
        let owner = self.owners.borrow()[slot].first().map(ActorOwn::owned);
        let Some(owner) = owner else { return };
        match place {
            Place::Host(stakker) => {
                hit("ActorOwn::kill");
                let killed = self.killing(owner.id());
                match form {
                    0 => owner.kill_str(stakker, "by the host"),
                    1 => owner.kill_string(stakker, format!("by the host, {slot}")),
                    _ => owner.kill(stakker, Box::new(std::io::Error::other("the host's error"))),
                }
                killed(self);
            }
            _ => {
                hit("kill!");
                match form {
                    0 => kill!(owner, "later"),
                    1 => kill!(owner, "later, {}", slot),
                    _ => kill!(owner, Box::new(std::io::Error::other("later, an error"))),
                }
                self.kill_is_queued(owner.id());
            }
        }
    }

    pub(super) fn spawn(
        self: &Rc<Self>,
        place: &mut Place<'_, '_>,
        slot: usize,
        notify: Answer,
        form: u8,
        script: &Rc<Script>,
    ) {
        if place.core().is_none() {
            return;
        }
        let number = self.next_number();
        let parent = place.cx().map(|cx| cx.id()).filter(|_| notify == Answer::FailThrough);
        let notify = self.notify(place, notify, slot, number);
        // The initialiser is queued before the id is known.
        let (token, w) = (self.message(script, Lane::Main, true, 0), self.clone());
        let owner = match (form, place) {
            (0, Place::Handler(_, cx) | Place::Making(cx)) => {
                hit("actor!(cx, Type::init())");
                actor!(cx, Toy::init(w, number, true, token), notify)
            }
            (1, Place::Handler(_, cx) | Place::Making(cx)) => {
                hit("actor!(cx, <Type>::init())");
                actor!(cx, <Toy>::init(w, number, true, token), notify)
            }
            (0..=3, place) => {
                let Some(core) = place.core() else { return };
                hit("actor!(core, …)");
                actor!(core, Toy::init(w, number, form != 3, token), notify)
            }
            (4, place) => {
                let Some(core) = place.core() else { return };
                hit("actor_new!");
                actor_new!(core, Toy, notify)
            }
            (_, place) => {
                let Some(core) = place.core() else { return };
                hit("ActorOwn::new");
                ActorOwn::new(core, notify, 0)
            }
        };
        self.born(&owner, number);
        if let Some(parent) = parent {
            self.fails_through(owner.id(), parent);
        }
        self.replace(slot, owner.clone(), vec![owner]);
    }

    /// Puts another actor in a slot. The owners of the old one go.
    pub(super) fn replace(&self, slot: usize, actor: Actor<Toy>, owners: Vec<ActorOwn<Toy>>) {
        self.actors.borrow_mut()[slot] = actor;
        let older = std::mem::replace(&mut self.owners.borrow_mut()[slot], owners);
        let id = older.first().map(|owner| owner.id());
        drop(older);
        if let Some(id) = id {
            self.owner_goes(id, true);
        }
    }

    pub(super) fn ret(
        self: &Rc<Self>,
        place: &mut Place<'_, '_>,
        kind: Answer,
        slot: usize,
        number: u32,
    ) -> Ret<u32> {
        hit(answer_name(kind));
        let reply = Reply { kind, heard: 0, given: false, carrier: None };
        self.watch.replies.borrow_mut().insert(number, reply);
        match (kind, &mut *place) {
            (Answer::ToClosure, Place::Handler(_, cx) | Place::Making(cx)) => Toy::ret_closure(cx, number),
            (Answer::SomeToClosure, Place::Handler(_, cx) | Place::Making(cx)) => {
                Toy::some_closure(cx, number)
            }
            _ => {
                let target = self.actor(slot);
                reply!(self, place, kind, target, number, u32, got, got_some, got_prep)
            }
        }
    }

    pub(super) fn notify(
        self: &Rc<Self>,
        place: &mut Place<'_, '_>,
        kind: Answer,
        slot: usize,
        number: u32,
    ) -> Ret<StopCause> {
        hit(answer_name(kind));
        match (kind, &mut *place) {
            (Answer::ToClosure, Place::Handler(_, cx) | Place::Making(cx)) => Toy::end_closure(cx, number),
            (Answer::SomeToClosure, Place::Handler(_, cx) | Place::Making(cx)) => {
                Toy::end_some_closure(cx, number)
            }
            (Answer::Shutdown, Place::Host(stakker)) => ret_shutdown!(stakker),
            (Answer::Shutdown, Place::Handler(_, cx) | Place::Making(cx)) => ret_shutdown!(cx),
            (Answer::FailThrough, Place::Handler(_, cx) | Place::Making(cx)) => match number % 3 {
                0 => ret_failthru!(cx, "a child's failure"),
                1 => ret_failthru!(cx, "the failure of {}", number),
                _ => ret_failthru!(cx, std::io::Error::other("a child's error")),
            },
            _ => {
                let target = self.actor((slot + 1) % ACTORS);
                reply!(self, place, kind, target, number, StopCause, ended, ended_some, ended_prep)
            }
        }
    }

    pub(super) fn fwd(self: &Rc<Self>, place: &mut Place<'_, '_>, kind: Answer, slot: usize) -> Fwd<u32> {
        let (actor, number, world) = (self.actor(slot), self.next_number(), self.clone());
        match (kind, place) {
            (Answer::ToClosure, Place::Handler(_, cx) | Place::Making(cx)) => {
                hit("fwd_to! with a closure");
                Toy::fwd_closure(cx, number)
            }
            (Answer::ToPrep | Answer::SomeToClosure, _) => {
                hit("fwd_to! with an initialiser");
                fwd_to!([actor], Toy::got_some_prep(number) as (u32))
            }
            (Answer::Do | Answer::SomeDo, _) => {
                hit("fwd_do!");
                fwd_do!(move |got: u32| {
                    world.note(format!("fwd_do {number}: {got}"));
                    world.forwarded(number);
                })
            }
            (Answer::Nop, _) => {
                hit("fwd_nop!");
                fwd_nop!()
            }
            _ => {
                hit("fwd_to! with a method");
                fwd_to!([actor], forwarded(number) as (u32))
            }
        }
    }
}
