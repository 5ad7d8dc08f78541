//! Actors made and ended, and the replies and forwards that lead to them.

use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use super::toy::{Toy, shown};
use super::watch::Reply;
use crate::program::{ACTORS, Answer, Lane, Script};
use std::rc::Rc;

/// A reply of any kind, for messages of type `$type`. Where a handler is at hand, `$cx`, it may be for this actor instead of the target.
macro_rules! reply {
    (
        $world:expr, $cx:expr, $kind:expr, $actor:expr, $number:expr, $type:ty,
        $method:ident, $some:ident, $prep:ident, $some_prep:ident
    ) => {{
        let (number, w, actor) = ($number, $world.clone(), $actor);
        match ($kind, $cx) {
            (Answer::ToMethod, Some(cx)) => form!(ret_to!([cx], $method(number) as ($type))),
            (Answer::ToMethod, None) => form!(ret_to!([actor], $method(number) as ($type))),
            (Answer::ToPrep, Some(cx)) if number % 2 == 0 => {
                form!(ret_to!([cx], Toy::$prep(w, number) as ($type)))
            }
            (Answer::ToPrep, Some(cx)) => form!(ret_to!([cx], <Toy>::$prep(w, number) as ($type))),
            (Answer::ToPrep, None) if number % 2 == 0 => {
                form!(ret_to!([actor], Toy::$prep(w, number) as ($type)))
            }
            (Answer::ToPrep, None) => form!(ret_to!([actor], <Toy>::$prep(w, number) as ($type))),
            (Answer::SomeToMethod, Some(cx)) => form!(ret_some_to!([cx], $some(number) as ($type))),
            (Answer::SomeToMethod, None) => form!(ret_some_to!([actor], $some(number) as ($type))),
            (Answer::SomeToPrep, Some(cx)) if number % 2 == 0 => {
                form!(ret_some_to!([cx], Toy::$some_prep(number) as ($type)))
            }
            (Answer::SomeToPrep, Some(cx)) => form!(ret_some_to!([cx], <Toy>::$some_prep(number) as ($type))),
            (Answer::SomeToPrep, None) if number % 2 == 0 => {
                form!(ret_some_to!([actor], Toy::$some_prep(number) as ($type)))
            }
            (Answer::SomeToPrep, None) => form!(ret_some_to!([actor], <Toy>::$some_prep(number) as ($type))),
            (Answer::Do, _) => {
                let hears = move |got: Option<$type>| {
                    let answered = got.is_some();
                    w.note(format!("ret_do {number}: {}", shown(got)));
                    w.heard_of(number, answered);
                };
                form!(ret_do!(hears))
            }
            (Answer::SomeDo, _) => {
                let hears = move |got: $type| {
                    w.note(format!("ret_some_do {number}: {}", shown(Some(got))));
                    w.heard_of(number, true);
                };
                form!(ret_some_do!(hears))
            }
            (Answer::Fail, Some(cx)) => {
                let error = std::io::Error::other("by a reply's error");
                match w.choice(5) {
                    0 => form!(ret_fail!(cx, "by a reply")),
                    1 => form!(ret_fail!(cx, "by reply {}", number)),
                    2 => form!(ret_fail!(cx, "by reply {}", number,)),
                    3 => form!(ret_fail!(cx, "by reply {number}",)),
                    _ => form!(ret_fail!(cx, error)),
                }
            }
            _ => form!(ret_nop!()),
        }
    }};
}

impl World {
    pub(super) fn kill(&self, place: &mut Place<'_, '_>, slot: usize, form: u8) {
        let owner = self.owners.borrow()[slot].first().map(ActorOwn::owned);
        let Some(owner) = owner else { return };
        match place {
            Place::Host(stakker) => {
                let killed = self.killing(owner.id());
                match form {
                    0 | 1 => item!(ActorOwn::kill_str(&owner, stakker, "by the host")),
                    2 | 3 => item!(ActorOwn::kill_string(&owner, stakker, format!("by the host, {slot}"))),
                    _ => {
                        let error = Box::new(std::io::Error::other("the host's error"));
                        item!(ActorOwn::kill(&owner, stakker, error));
                    }
                }
                killed(self);
            }
            _ => {
                let error = Box::new(std::io::Error::other("later, an error"));
                match form {
                    0 => form!(kill!(owner, "later, {as it is}")),
                    1 => form!(kill!(owner, "later, {}", slot)),
                    2 => form!(kill!(owner, "later, {}", slot,)),
                    3 => form!(kill!(owner, "later, {slot}",)),
                    _ => form!(kill!(owner, error)),
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
        let makes = form != 3;
        let owner = match (form, place) {
            (0, Place::Handler(_, cx) | Place::Making(cx)) => {
                form!(actor!(cx, Toy::init(w, number, true, token), notify))
            }
            (1, Place::Handler(_, cx) | Place::Making(cx)) => {
                form!(actor!(cx, <Toy>::init(w, number, true, token), notify))
            }
            (_, place) => {
                let Some(core) = place.core() else { return };
                match form {
                    0 | 3 => form!(actor!(core, Toy::init(w, number, makes, token), notify)),
                    1 => form!(actor!(core, <Toy>::init(w, number, makes, token), notify)),
                    2 => form!(actor!(core, Toy::init(w, number, makes, token,), notify,)),
                    4 => form!(actor!(core, <Toy>::init(w, number, makes, token,), notify,)),
                    5 => form!(actor_new!(core, Toy, notify)),
                    6 => form!(actor_new!(core, Toy, notify,)),
                    _ => item!(ActorOwn::new(core, notify, 0)),
                }
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
        let reply = Reply { kind, heard: 0, given: false, carrier: None };
        self.watch.replies.borrow_mut().insert(number, reply);
        match (kind, &mut *place) {
            (Answer::ToClosure, Place::Handler(_, cx) | Place::Making(cx)) => Toy::ret_closure(cx, number),
            (Answer::SomeToClosure, Place::Handler(_, cx) | Place::Making(cx)) => {
                Toy::some_closure(cx, number)
            }
            _ => {
                let (target, cx) = (self.actor(slot), self.handler_for(place, kind));
                reply!(self, cx, kind, target, number, u32, got, got_some, got_prep, got_some_prep)
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
        match (kind, &mut *place) {
            (Answer::ToClosure, Place::Handler(_, cx) | Place::Making(cx)) => Toy::end_closure(cx, number),
            (Answer::SomeToClosure, Place::Handler(_, cx) | Place::Making(cx)) => {
                Toy::end_some_closure(cx, number)
            }
            (Answer::Shutdown, Place::Host(stakker)) => form!(ret_shutdown!(stakker)),
            (Answer::Shutdown, Place::Handler(_, cx) | Place::Making(cx)) => form!(ret_shutdown!(cx)),
            (Answer::FailThrough, Place::Handler(_, cx) | Place::Making(cx)) => {
                let error = std::io::Error::other("a child's error");
                match self.choice(5) {
                    0 => form!(ret_failthru!(cx, "a child's failure")),
                    1 => form!(ret_failthru!(cx, "the failure of {}", number)),
                    2 => form!(ret_failthru!(cx, "the failure of {}", number,)),
                    3 => form!(ret_failthru!(cx, "the failure of {number}",)),
                    _ => form!(ret_failthru!(cx, error)),
                }
            }
            _ => {
                let (target, cx) = (self.actor((slot + 1) % ACTORS), self.handler_for(place, kind));
                reply!(
                    self,
                    cx,
                    kind,
                    target,
                    number,
                    StopCause,
                    ended,
                    ended_some,
                    ended_prep,
                    ended_some_prep
                )
            }
        }
    }

    /// Whose handler a reply of a kind is for: that in which it is made, or none.
    fn handler_for<'a, 'b>(&self, place: &'a mut Place<'_, 'b>, kind: Answer) -> Option<&'a mut Cx<'b, Toy>> {
        if kind == Answer::Fail || self.choice(2) == 0 { place.cx() } else { None }
    }

    pub(super) fn fwd(self: &Rc<Self>, place: &mut Place<'_, '_>, kind: Answer, slot: usize) -> Fwd<u32> {
        let (actor, number, world) = (self.actor(slot), self.next_number(), self.clone());
        match (kind, place, self.choice(2)) {
            (Answer::ToClosure, Place::Handler(_, cx) | Place::Making(cx), _) => Toy::fwd_closure(cx, number),
            (Answer::ToPrep, Place::Handler(_, cx) | Place::Making(cx), 0) => {
                form!(fwd_to!([cx], Toy::got_some_prep(number) as (u32)))
            }
            (Answer::ToPrep, Place::Handler(_, cx) | Place::Making(cx), _) => {
                form!(fwd_to!([cx], <Toy>::got_some_prep(number) as (u32)))
            }
            (Answer::SomeToPrep | Answer::SomeToClosure, _, 0) => {
                form!(fwd_to!([actor], Toy::got_some_prep(number) as (u32)))
            }
            (Answer::SomeToPrep | Answer::SomeToClosure, _, _) => {
                form!(fwd_to!([actor], <Toy>::got_some_prep(number) as (u32)))
            }
            (Answer::Do | Answer::SomeDo, _, _) => {
                let forwards = move |got: u32| {
                    world.note(format!("fwd_do {number}: {got}"));
                    world.forwarded(number);
                };
                form!(fwd_do!(forwards))
            }
            (Answer::Nop, _, _) => form!(fwd_nop!()),
            (Answer::ToMethod, Place::Handler(_, cx) | Place::Making(cx), 0) => {
                form!(fwd_to!([cx], forwarded(number) as (u32)))
            }
            _ => form!(fwd_to!([actor], forwarded(number) as (u32))),
        }
    }
}
