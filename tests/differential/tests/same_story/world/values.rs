//! Values that are shared, owners without a type, and messages of several parts.

use super::super::{api::*, hit};
use super::World;
use super::place::Place;
use super::voice::Voiced;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

pub(super) struct Values {
    shared: [Share<u32>; 3],
    /// A value whose owner may go, and what is left of it.
    kept: RefCell<Option<Share<u32>>>,
    weak: RefCell<Option<ShareWeak<u32>>>,
    /// The weak reference has led somewhere.
    upgraded: Cell<bool>,
    anonymous: RefCell<Option<ActorOwnAnon>>,
    pub(super) voice: RefCell<Option<ActorOwn<Voiced>>>,
}

impl Values {
    pub(super) fn new(core: &Core) -> Self {
        Values {
            shared: [Share::new(core, 0), Share::new(core, 0), Share::new(core, 0)],
            kept: RefCell::default(),
            weak: RefCell::default(),
            upgraded: Cell::new(false),
            anonymous: RefCell::default(),
            voice: RefCell::default(),
        }
    }
}

impl World {
    pub(super) fn share(&self, place: &mut Place<'_, '_>, number: u32) {
        let [one, two, three] = &self.values.shared;
        if let (3 | 4, Place::Handler(toy, cx)) = (number % 5, &mut *place) {
            let [own, second, third] = &toy.shared;
            match number % 5 {
                3 => {
                    hit("Cx::share2_rw2");
                    let (own, second, core) = cx.share2_rw2(own, second);
                    std::mem::swap(own, second);
                    self.note(format!("own values {own} {second} at {:?}", core.now() - self.start));
                }
                _ => {
                    hit("Cx::share2_rw3");
                    let (own, second, third, _) = cx.share2_rw3(own, second, third);
                    *third += *own + *second;
                    self.note(format!("own values {own} {second} {third}"));
                }
            }
            return;
        }
        let Some(core) = place.core() else { return };
        match number % 5 {
            0 => {
                hit("Core::share_rw2");
                let (one, two) = core.share_rw2(one, two);
                std::mem::swap(one, two);
                self.note(format!("shared {one} {two}"));
            }
            1 => {
                hit("Core::share_rw3");
                let (one, two, three) = core.share_rw3(one, two, three);
                *three = *one + *two;
                self.note(format!("shared {one} {two} {three}"));
            }
            _ => {
                hit("Share");
                let older = std::mem::replace(one.rw(core), number);
                self.note(format!("shared {older}, now {}, counts {}", one.ro(core), one.strong_count()));
            }
        }
    }

    pub(super) fn weak(&self, place: &mut Place<'_, '_>, what: u8, number: u32) {
        match what {
            0 => {
                let Some(core) = place.core() else { return };
                hit("Share::downgrade");
                let share = Share::new(core, number);
                *self.values.weak.borrow_mut() = Some(share.downgrade());
                *self.values.kept.borrow_mut() = Some(share);
                self.values.upgraded.set(false);
            }
            1 => drop(self.values.kept.take()),
            _ => {
                let weak = self.values.weak.borrow();
                let Some(weak) = &*weak else { return };
                hit("ShareWeak::upgrade");
                let share = weak.upgrade();
                let counts = (weak.strong_count(), weak.weak_count());
                self.note(format!("upgraded {}, counts {counts:?}", share.is_some()));
                match share {
                    Some(_) => self.values.upgraded.set(true),
                    None if self.values.upgraded.get() && self.values.kept.borrow().is_none() => {
                        self.rule("H3")
                    }
                    None => {}
                }
            }
        }
    }

    /// An owner gives its type up, and goes with the next one.
    pub(super) fn anonymous(&self, slot: usize) {
        hit("ActorOwn::anon");
        let owner = self.owners.borrow()[slot].first().map(|owner| owner.owned().anon());
        let older = std::mem::replace(&mut *self.values.anonymous.borrow_mut(), owner);
        drop(older);
    }

    /// Something was heard of in parts: nothing, one, or several.
    pub(super) fn part(&self, case: &'static str, text: String) {
        self.note(text);
        self.rule(case);
    }

    pub(super) fn parts(self: &Rc<Self>, how: u8, slot: usize, number: u32) {
        let (actor, world) = (self.actor(slot), self.clone());
        match how {
            0 => {
                hit("ret! without parts");
                let ret =
                    ret_do!(move |got: Option<()>| world.part("D4/none", format!("ret_do got {got:?}")));
                ret!([ret]);
            }
            1 => {
                hit("fwd! without parts");
                let fwd = fwd_to!([actor], nothing(number) as ());
                fwd!([fwd]);
                fwd!([fwd]);
            }
            2 => {
                hit("fwd! with several parts");
                let fwd = fwd_to!([actor], two(number) as (u32, String));
                fwd!([fwd], 1, "one".to_owned());
                fwd!([fwd], 2, "two".to_owned());
            }
            3 => {
                hit("ret! with several parts");
                let ret = ret_to!([actor], pair(number) as (u32, String));
                ret!([ret], 3, "three".to_owned());
            }
            4 => {
                let ret = ret_some_to!([actor], two(number) as (u32, String));
                ret!([ret], 4, "four".to_owned());
            }
            _ => {
                // Nobody is told what would panic if it were used.
                hit("ret_panic! (drop)");
                let (fwd, ret): (Fwd<u32>, Ret<u32>) = (fwd_panic!("never used"), ret_panic!("never used"));
                drop((fwd, ret));
                drop(ret_to!([actor], pair(number) as (u32, String)));
            }
        }
    }
}
