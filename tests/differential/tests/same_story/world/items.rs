//! Small things: methods and forms that need no operation of their own.

use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use super::toy::{Toy, shown};
use std::rc::Rc;

impl World {
    pub(super) fn item(self: &Rc<Self>, place: &mut Place<'_, '_>, which: u8, slot: usize, number: u32) {
        match which {
            0 => self.accessors(slot, number),
            1 => self.accessors_of_a_context(place),
            2 => self.forwards(slot, number),
            3 | 4 => self.replies(slot),
            5 => self.owner(place, number),
            6 => self.share_handles(place, number),
            7 => self.keys(place),
            8 => self.levels(number),
            9 => self.filters(number),
            10 => self.causes(place, number),
            11 => self.deferrers(place, number),
            12 => self.shutdowns(place, number),
            13 => self.share2_handles(place, number),
            14 => self.patterns(place, number),
            _ => self.slab(place),
        }
    }

    /// What the macros ask of an actor.
    fn accessors(self: &Rc<Self>, slot: usize, number: u32) {
        let actor = item!(Actor::clone(&self.actor(slot)));
        let same = item!(Actor::access_actor(&actor));
        let (id, log_id) = (item!(Actor::id(same)), item!(Actor::access_log_id(same)));
        self.note(format!("actor {id}, log id {log_id}"));
        let world = self.clone();
        item!(Deferrer::defer(item!(Actor::access_deferrer(&actor)), move |_| {
            world.note(format!("deferred by an actor's deferrer: {number}"))
        }));
    }

    /// What they ask of the context of a handler, and of a core.
    fn accessors_of_a_context(self: &Rc<Self>, place: &mut Place<'_, '_>) {
        if let Some(cx) = place.cx() {
            let (id, log_id) = (item!(Cx::id(cx)), item!(Cx::access_log_id(cx)));
            let (this, actor) = (item!(Cx::this(cx)).id(), item!(Cx::access_actor(cx)).id());
            self.note(format!("context {id}, {log_id}, {this}, {actor}"));
        }
        let Some(core) = place.core() else { return };
        let core = item!(Core::access_core(core));
        let world = self.clone();
        let job = move |_: &mut Stakker| world.note("deferred by the core's deferrer".to_owned());
        item!(Deferrer::defer(item!(Core::access_deferrer(core)), job));
    }

    fn deferrers(self: &Rc<Self>, place: &mut Place<'_, '_>, number: u32) {
        let mut deferrer = item!(Deferrer::clone(&self.deferrer));
        if let Some(core) = place.core() {
            deferrer = item!(Core::deferrer(core));
        }
        let world = self.clone();
        deferrer.defer(move |_| world.note(format!("deferred: {number}")));
    }

    /// A cause is made and read, and the runtime asked to end for another one.
    fn causes(&self, place: &mut Place<'_, '_>, number: u32) {
        let Some(core) = place.core() else { return };
        let cause = match number % 5 {
            0 => form!(StopCause::Stopped),
            1 => item!(StopCause::Failed("as an error".into())),
            2 => item!(StopCause::Killed("as an error".into())),
            3 => form!(StopCause::Dropped),
            _ => form!(StopCause::Lost),
        };
        self.note(format!("cause: {}", shown(Some(cause))));
        core.shutdown(match number % 3 {
            0 => StopCause::Dropped,
            1 => StopCause::Lost,
            _ => StopCause::Killed(number.to_string().into()),
        });
    }

    /// Closures without a name for what they are given.
    fn patterns(self: &Rc<Self>, place: &mut Place<'_, '_>, number: u32) {
        let world = self.clone();
        if let Some(cx) = place.cx() {
            Toy::part_closures(cx, number);
            return Toy::nameless(cx, world, number);
        }
        let Some(core) = place.core() else { return };
        form!(call!([core], |_| world.note(format!("nameless {number}"))));
    }

    /// A reply that ends the runtime is given, or dropped.
    fn shutdowns(&self, place: &mut Place<'_, '_>, number: u32) {
        let Some(core) = place.core() else { return };
        let told: Ret<StopCause> = form!(ret_shutdown!(core));
        match number % 2 {
            0 => ret!([told], StopCause::Stopped),
            _ => drop(told),
        }
    }

    fn slab(&self, place: &mut Place<'_, '_>) {
        let Place::Handler(toy, _) = place else { return };
        let mut ids = String::new();
        let children: aux::ActorOwnSlabIter<'_, Toy> = form!((&toy.children).into_iter());
        for child in children {
            // An owner stands for its actor.
            ids += &format!(" {}", form!(child.access_actor()).id());
        }
        let none: ActorOwnSlab<Toy> = item!(ActorOwnSlab::default());
        self.note(format!("children{ids}, of another slab {}", none.len()));
    }
}
