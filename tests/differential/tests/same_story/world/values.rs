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
            shared: [0, 0, 0].map(|value| item!(Share::new(core, value))),
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
                    let (own, second, core) = item!(Cx::share2_rw2(cx, own, second));
                    std::mem::swap(own, second);
                    self.note(format!("own values {own} {second} at {:?}", core.now() - self.start));
                }
                _ => {
                    let (own, second, third, _) = item!(Cx::share2_rw3(cx, own, second, third));
                    *third += *own + *second;
                    self.note(format!("own values {own} {second} {third}"));
                }
            }
            return;
        }
        let Some(core) = place.core() else { return };
        match number % 5 {
            0 => {
                let (one, two) = item!(Core::share_rw2(core, one, two));
                std::mem::swap(one, two);
                self.note(format!("shared {one} {two}"));
            }
            1 => {
                let (one, two, three) = item!(Core::share_rw3(core, one, two, three));
                *three = *one + *two;
                self.note(format!("shared {one} {two} {three}"));
            }
            _ => {
                let older = std::mem::replace(item!(Share::rw(one, core)), number);
                let now = item!(Share::ro(one, core));
                self.note(format!("shared {older}, now {now}"));
            }
        }
    }

    pub(super) fn weak(&self, place: &mut Place<'_, '_>, what: u8, number: u32) {
        match what {
            0 => {
                let Some(core) = place.core() else { return };
                let share = Share::new(core, number);
                *self.values.weak.borrow_mut() = Some(item!(Share::downgrade(&share)));
                *self.values.kept.borrow_mut() = Some(share);
                self.values.upgraded.set(false);
            }
            1 => drop(self.values.kept.take()),
            _ => {
                let weak = self.values.weak.borrow();
                let Some(weak) = &*weak else { return };
                let (share, clone) = (item!(ShareWeak::upgrade(weak)), item!(ShareWeak::clone(weak)));
                let counts = (item!(ShareWeak::strong_count(&clone)), item!(ShareWeak::weak_count(&clone)));
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
        let owner = self.owners.borrow()[slot].first().map(ActorOwn::owned);
        let owner = owner.map(|owner| match self.choice(2) {
            0 => item!(ActorOwnAnon::new(owner)),
            _ => item!(ActorOwn::anon(owner)),
        });
        let anonymous = std::mem::replace(&mut *self.values.anonymous.borrow_mut(), owner);
        form!(drop(anonymous));
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
                let ret =
                    ret_do!(move |got: Option<()>| world.part("D4/none", format!("ret_do got {got:?}")));
                match self.choice(2) {
                    0 => form!(ret!([ret],)),
                    _ => form!(ret!([ret])),
                }
            }
            1 => {
                let fwd = form!(fwd_to!([actor], nothing(number) as ()));
                form!(fwd!([fwd]));
                form!(fwd!([fwd],));
            }
            2 => {
                let fwd = form!(fwd_to!([actor], two(number) as (u32, String)));
                form!(fwd!([fwd], 1, "one".to_owned()));
                form!(fwd!([fwd], 2, "two".to_owned(),));
            }
            3 => {
                let ret = form!(ret_to!([actor], pair(number) as (u32, String)));
                match self.choice(2) {
                    0 => form!(ret!([ret], 3, "three".to_owned(),)),
                    _ => form!(ret!([ret], 3, "three".to_owned())),
                }
            }
            4 => {
                let ret = form!(ret_some_to!([actor], two(number) as (u32, String)));
                ret!([ret], 4, "four".to_owned());
            }
            5 => {
                let (fwd, ret) = (
                    form!(fwd_to!([actor], one(number) as (u32,))),
                    form!(ret_some_to!([actor], one(number) as (u32,))),
                );
                fwd!([fwd], 5);
                ret!([ret], 6);
                let ret = form!(ret_to!([actor], one_or_none(number) as (u32,)));
                ret!([ret], 7);
                let fwd = form!(fwd_to!([actor], alone() as (u32)));
                fwd!([fwd], 8);
                form!(call!([actor], sixteen(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)));
            }
            _ => {
                // Nobody is told what would panic if it were used.
                let fwds: [Fwd<u32>; 2] =
                    [form!(fwd_panic!("never used")), item!(Fwd::panic("never used".to_owned()))];
                let rets: [Ret<u32>; 2] =
                    [form!(ret_panic!("never used")), item!(Ret::panic("never used".to_owned()))];
                drop((fwds, rets));
                drop(ret_to!([actor], pair(number) as (u32, String)));
            }
        }
    }
}
