//! Handles by their methods: forwards, replies, owners, shared values.

use super::super::{api::*, hit};
use super::place::Place;
use super::toy::Toy;
use super::{World, empty};
use crate::program::Lane;
use std::rc::Rc;

impl World {
    pub(super) fn forwards(self: &Rc<Self>, slot: usize, number: u32) {
        let (actor, world, id) = (self.actor(slot), self.clone(), self.next_number());
        let fwd = match number % 3 {
            0 => item!(Fwd::new(move |got: u32| world.note(format!("a forward of a closure got {got}")))),
            1 => item!(Fwd::to_actor(actor, move |toy: &mut Toy, cx: &mut Cx<'_, Toy>, got: u32| {
                toy.forwarded(cx, id, got)
            })),
            _ => item!(Fwd::to_actor_prep(actor, move |cx: &mut Cx<'_, Toy>, got: u32| {
                Toy::got_some_prep(cx, id, got)
            })),
        };
        let again = item!(Fwd::clone(&fwd));
        item!(Fwd::fwd(&fwd, number));
        item!(Fwd::fwd(&again, number + 1));
    }

    pub(super) fn replies(self: &Rc<Self>, slot: usize) {
        let (actor, world, number) = (self.actor(slot), self.clone(), self.next_number());
        let ret = match self.choice(5) {
            0 => {
                item!(Ret::new(move |got: Option<u32>| world.note(format!("a reply's closure got {got:?}"))))
            }
            1 => item!(Ret::to_actor(actor, move |toy: &mut Toy, cx: &mut Cx<'_, Toy>, got| {
                toy.got(cx, number, got)
            })),
            2 => item!(Ret::to_actor_prep(actor, move |cx: &mut Cx<'_, Toy>, got| {
                Toy::got_prep(cx, world, number, got)
            })),
            3 => item!(Ret::some_to_actor(actor, move |toy: &mut Toy, cx: &mut Cx<'_, Toy>, got| {
                toy.got_some(cx, number, got)
            })),
            _ => item!(Ret::some_to_actor_prep(actor, move |cx: &mut Cx<'_, Toy>, got| {
                Toy::got_some_prep(cx, number, got)
            })),
        };
        match self.choice(2) {
            0 => item!(Ret::ret(ret, number)),
            _ => form!(drop(ret)),
        }
    }

    /// An actor that is made and ended here, with nothing in its queue: its value comes at once.
    pub(super) fn owner(self: &Rc<Self>, place: &mut Place<'_, '_>, number: u32) {
        let Place::Host(stakker) = place else { return };
        let (id, world, told) = (self.next_number(), self.clone(), self.clone());
        let notify = ret_some_do!(move |cause: StopCause| told.note(format!("{id} ended: {cause}")));
        let own: ActorOwn<Toy> = item!(ActorOwn::new(stakker, notify, u64::from(number)));
        self.born(&own, id);
        let token = self.message(&empty(id), Lane::Main, true, own.id());
        let actor = form!(own.clone());
        let makes = number % 4 != 0;
        item!(Actor::apply_prep(&actor, stakker, move |cx| Toy::init(cx, world, id, makes, token)));
        // A second value is refused.
        let world = self.clone();
        if makes {
            actor.apply_prep(stakker, move |cx| Some(Toy::new(cx, world, id, None)));
        }
        self.note(format!("made at once: {:?}", query!([own, stakker], number())));
    }

    pub(super) fn share_handles(&self, place: &mut Place<'_, '_>, number: u32) {
        let Some(core) = place.core() else { return };
        let one = item!(Share::new(core, number));
        let two = item!(Share::clone(&one));
        let weak = item!(Share::downgrade(&two));
        *item!(Share::rw(&two, core)) += 1;
        let (strong, weaks) = (item!(Share::strong_count(&one)), item!(Share::weak_count(&one)));
        let value = *item!(Share::ro(&one, core));
        drop((one, two));
        let left = (item!(ShareWeak::strong_count(&weak)), item!(ShareWeak::weak_count(&weak)));
        self.note(format!("share {value}, counts {strong} {weaks}, then {left:?}"));
    }

    pub(super) fn share2_handles(&self, place: &mut Place<'_, '_>, number: u32) {
        let Some(cx) = place.cx() else { return };
        let one = item!(Share2::new(cx, number));
        let two = item!(Share2::clone(&one));
        let weak = item!(Share2::downgrade(&one));
        let (value, core) = item!(Share2::rw(&two, cx));
        *value += 1;
        let (value, now) = (*value, core.now() - self.start);
        let counts = (item!(Share2::strong_count(&one)), item!(Share2::weak_count(&one)));
        let again = item!(Share2Weak::clone(&weak));
        let left = (item!(Share2Weak::strong_count(&again)), item!(Share2Weak::weak_count(&again)));
        let upgraded = item!(Share2Weak::upgrade(&weak)).is_some();
        drop((one, two));
        let gone = item!(Share2Weak::upgrade(&weak)).is_none();
        self.note(format!("share2 {value} at {now:?}, counts {counts:?} {left:?}, {upgraded}, gone {gone}"));
    }
}
