//! Shared values: reached with the context of their own runtime, one borrow at a time.

use actor_rt::*;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Instant;

struct Plain;

impl Plain {
    fn init(_: CX![]) -> Option<Self> {
        Some(Plain)
    }
}

fn panics(f: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it should have panicked");
    match payload.downcast_ref::<&str>() {
        Some(text) => (*text).to_owned(),
        None => payload.downcast_ref::<String>().expect("a text").clone(),
    }
}

#[test]
fn h1_two_borrows_of_one_value_are_refused() {
    let mut runtime = Runtime::new(Instant::now());
    let (a, b, c) = (Share::new(&runtime, 1), Share::new(&runtime, 2), Share::new(&runtime, 3));
    let same = a.clone();
    for text in [
        panics(|| _ = runtime.share_rw2(&a, &same)),
        panics(|| _ = runtime.share_rw3(&a, &b, &same)),
        panics(|| _ = runtime.share_rw3(&b, &a, &same)),
        panics(|| _ = runtime.share_rw3(&a, &same, &b)),
    ] {
        assert!(text.contains("asked for twice"), "{text}");
    }
    let (x, y, z) = runtime.share_rw3(&a, &b, &c);
    std::mem::swap(x, y);
    std::mem::swap(y, z);
    assert_eq!((*a.ro(&runtime), *b.ro(&runtime), *c.ro(&runtime)), (2, 3, 1));
}

#[test]
fn values_without_a_size_are_told_apart() {
    let mut runtime = Runtime::new(Instant::now());
    let (a, b) = (Share::new(&runtime, ()), Share::new(&runtime, ()));
    let _both: (&mut (), &mut ()) = runtime.share_rw2(&a, &b);
    assert!(a != b && a == a.clone());
}

#[test]
fn h3_a_weak_reference_ends_with_the_last_strong_one() {
    let runtime = Runtime::new(Instant::now());
    let share = Share::new(&runtime, Rc::new(()));
    let value = Rc::downgrade(share.ro(&runtime));
    let weak = share.downgrade();
    let second = weak.upgrade().unwrap();
    assert_eq!(
        (share.strong_count(), share.weak_count(), weak.strong_count(), weak.weak_count()),
        (2, 1, 2, 1)
    );
    drop((share, second));
    assert!(weak.upgrade().is_none() && value.upgrade().is_none());
    assert_eq!((weak.strong_count(), weak.weak_count()), (0, 0));
}

#[test]
fn a_value_of_another_runtime_is_refused() {
    let now = Instant::now();
    let (home, mut other) = (Runtime::new(now), Runtime::new(now));
    let share = Share::new(&home, 1);
    let its_own = Share::new(&other, 1);
    for text in [
        panics(|| _ = share.ro(&other)),
        panics(|| _ = share.rw(&mut other)),
        panics(|| _ = other.share_rw2(&its_own, &share)),
    ] {
        assert!(text.contains("another runtime"), "{text}");
    }
    assert_eq!(*its_own.rw(&mut other), 1);
}

#[test]
fn a_value_outlives_its_runtime_and_is_nobody_elses() {
    let now = Instant::now();
    let home = Runtime::new(now);
    let dropped = Rc::new(Cell::new(false));
    struct Notes(Rc<Cell<bool>>);
    impl Drop for Notes {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let share = Share::new(&home, Notes(dropped.clone()));
    drop(home);
    // It may get the memory that the first one had.
    let next = Runtime::new(now);
    assert!(panics(|| _ = share.ro(&next)).contains("another runtime"));
    assert!(!dropped.get());
    drop(share);
    assert!(dropped.get());
}

#[test]
fn a_value_that_posts_when_it_is_dropped_may_be_replaced_inside_a_borrow() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let share: Share<Option<ActorOwn<Plain>>> = Share::new(&runtime, None);
    let owner = actor!(runtime, Plain::init(), ret_nop!());
    runtime.run(now, false);
    *share.rw(&mut runtime) = Some(owner);
    *share.rw(&mut runtime) = None;
    assert_eq!(runtime.actors(), 1);
    runtime.run(now, false);
    assert_eq!(runtime.actors(), 0);
}

#[test]
fn two_actors_change_one_value_by_turns() {
    struct Adder {
        sum: Share<Vec<u32>>,
    }
    impl Adder {
        fn init(_: CX![], sum: Share<Vec<u32>>) -> Option<Self> {
            Some(Adder { sum })
        }
        fn add(&mut self, cx: CX![], number: u32) {
            self.sum.rw(cx).push(number);
        }
    }
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let sum = Share::new(&runtime, Vec::new());
    let a = actor!(runtime, Adder::init(sum.clone()), ret_nop!());
    let b = actor!(runtime, Adder::init(sum.clone()), ret_nop!());
    for number in 0..4 {
        call!([if number % 2 == 0 { &a } else { &b }], add(number));
    }
    runtime.run(now, false);
    assert_eq!(sum.ro(&runtime), &[0, 1, 2, 3]);
}

/// Its values are changed together, with calls queued meanwhile.
struct Both {
    left: Share2<u32>,
    right: Share2<u32>,
    third: Share2<u32>,
}

impl Both {
    fn init(cx: CX![]) -> Option<Self> {
        Some(Both { left: Share2::new(cx, 1), right: Share2::new(cx, 2), third: Share2::new(cx, 3) })
    }
    fn turn(&mut self, cx: CX![]) {
        let this = cx.this().clone();
        let (left, core) = self.left.rw(cx);
        *left += 10;
        call!([this, core], swap());
        *left += 10;
    }
    fn swap(&mut self, cx: CX![]) {
        let (left, right, core) = cx.share2_rw2(&self.left, &self.right);
        core.defer(|_| ());
        std::mem::swap(left, right);
        let (left, right, third, _core) = cx.share2_rw3(&self.left, &self.right, &self.third);
        *third = *left + *right;
    }
    fn sum(&mut self, cx: CX![]) -> (u32, u32, u32) {
        (*self.left.rw(cx).0, *self.right.rw(cx).0, *self.third.rw(cx).0)
    }
    fn same(&mut self, cx: CX![]) -> String {
        let same = self.left.clone();
        panics(|| _ = cx.share2_rw2(&self.left, &same))
            + &panics(|| _ = cx.share2_rw3(&self.right, &self.left, &same))
    }
    fn weak(&mut self, _cx: CX![]) -> bool {
        let weak = self.left.downgrade();
        weak.upgrade().is_some_and(|again| again == self.left)
            && (weak.strong_count(), weak.weak_count()) == (1, 1)
            && (self.left.strong_count(), self.left.weak_count()) == (1, 1)
    }
}

#[test]
fn a_share2_leaves_the_core_usable() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let both = actor!(runtime, Both::init(), ret_nop!());
    call!([both], turn());
    runtime.run(now, false);
    assert_eq!(query!([both, runtime], sum()), Some((2, 21, 23)));
    let text = query!([both, runtime], same()).unwrap();
    assert_eq!(text.matches("asked for twice").count(), 2, "{text}");
    assert_eq!(query!([both, runtime], weak()), Some(true));
}
