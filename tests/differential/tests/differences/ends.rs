//! Ends of actors, and replies.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Instant;

#[test]
fn a_slab_in_anothers_place_is_disturbed_there_and_not_here() {
    both! {
        pub fn survives() -> bool {
            struct Parent {
                children: ActorOwnSlab<Child>,
            }
            struct Child;
            impl Child {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Child)
                }
            }
            impl Parent {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Parent { children: ActorOwnSlab::new() })
                }
                fn add(&mut self, cx: CX![]) {
                    actor_in_slab!(self.children, cx, Child::init());
                }
                fn replace(&mut self, _: CX![]) {
                    self.children = ActorOwnSlab::new();
                }
                fn len(&self, _: CX![]) -> usize {
                    self.children.len()
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let parent = actor!(s, Parent::init(), ret_nop!());
            call!([parent], add());
            s.run(now, false);
            call!([parent], replace());
            call!([parent], add());
            let ran = catch_unwind(AssertUnwindSafe(|| s.run(now, false))).is_ok();
            let kept = ran && query!([parent, s], len()) == Some(1);
            std::mem::forget(stakker);
            kept
        }
    }
    assert!(!theirs::survives());
    assert!(ours::survives());
}

#[test]
fn a_reply_that_waits_when_the_runtime_ends_is_answered_here() {
    both! {
        /// A panic in a queued closure, with a reply queued behind it.
        pub fn answered() -> bool {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let told = Rc::new(Cell::new(false));
            let tell = told.clone();
            let ret: Ret<()> = ret_do!(move |answer: Option<()>| tell.set(answer.is_none()));
            s.defer(|_| panic!("in a closure"));
            s.defer(move |_| drop(ret));
            let _ = catch_unwind(AssertUnwindSafe(|| s.run(now, false)));
            drop(stakker);
            told.get()
        }
    }
    assert!(!theirs::answered());
    assert!(ours::answered());
}

#[test]
fn an_actor_whose_owner_goes_after_the_runtime_is_told_of_its_end_here() {
    both! {
        pub fn told() -> bool {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let told = Rc::new(Cell::new(false));
            let tell = told.clone();
            let actor = actor!(s, Plain::init(), ret_do!(move |_: Option<StopCause>| tell.set(true)));
            s.run(now, false);
            drop(stakker);
            drop(actor);
            told.get()
        }
    }
    assert!(!theirs::told());
    assert!(ours::told());
}
