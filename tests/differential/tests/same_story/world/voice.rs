//! Actors that are known by a trait.

use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use std::rc::Rc;

/// What each of them can do.
pub(super) trait Voice {
    fn speak(&mut self, cx: CX![Voiced], number: u32);
}

pub(super) type Voiced = Box<dyn Voice>;

struct Cat(Rc<World>);
struct Dog(Rc<World>, u32);

impl Cat {
    fn init(_: CX![Voiced], world: Rc<World>) -> Option<Voiced> {
        Some(Box::new(Cat(world)))
    }
}

impl Voice for Cat {
    fn speak(&mut self, _: CX![Voiced], number: u32) {
        self.0.note(format!("the cat says {number}"));
    }
}

impl Dog {
    fn init(_: CX![Voiced], world: Rc<World>, times: u32) -> Option<Voiced> {
        Some(Box::new(Dog(world, times)))
    }
}

impl Voice for Dog {
    fn speak(&mut self, cx: CX![Voiced], number: u32) {
        let cx = typed!(cx: CX![Voiced]);
        self.0.note(format!("the dog says {number}"));
        match self.1 {
            0 => stop!(cx),
            times => self.1 = times - 1,
        }
    }
}

impl World {
    /// Makes such an actor in the place of the last one, or calls the last one.
    pub(super) fn voice(self: &Rc<Self>, place: &mut Place<'_, '_>, what: u8, number: u32) {
        if what < 2 {
            let Some(core) = place.core() else { return };
            let (world, told) = (self.clone(), self.clone());
            let notify = ret_some_do!(move |cause: StopCause| told.note(format!("a voice ended: {cause}")));
            let voice = match what {
                0 if number % 2 == 0 => form!(actor_of_trait!(core, Voiced, Cat::init(world), notify)),
                0 => form!(actor_of_trait!(core, Voiced, Cat::init(world,), notify,)),
                _ => form!(actor_of_trait!(core, Voiced, <Dog>::init(world, number % 3), notify)),
            };
            self.id_given(voice.id());
            let older = self.values.voice.borrow_mut().replace(voice);
            drop(older);
        } else if let Some(voice) = &*self.values.voice.borrow() {
            form!(call!([voice], speak(number)));
        }
    }
}
