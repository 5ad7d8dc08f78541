//! What the macros accept beyond Stakker's: each form here is refused there, or evaluates something twice.
//!
//! `Duration` and `StopCause` are deliberately not imported: the macros must not need them in scope.

mod macros_support;

use actor_rt::{
    Actor, ActorOwn, CX, Core, Cx, FixedTimerKey, Fwd, Ret, actor, actor_new, after, at, call, fail, fwd,
    fwd_to, idle, kill, lazy, query, ret, ret_do, ret_failthru, ret_nop, ret_shutdown, ret_some_do,
    ret_some_to, ret_to, stop,
};
use macros_support::{Journal, World};

struct Recorder {
    journal: Journal,
    number: u32,
}

impl Recorder {
    fn init(_cx: CX![], journal: Journal) -> Option<Self> {
        Some(Self { journal, number: 0 })
    }

    fn note(&mut self, _cx: CX![], entry: &'static str) {
        self.journal.write(entry);
    }

    fn named(&mut self, _cx: CX![], name: String, number: u32) {
        self.journal.write(format!("{name} {number}"));
    }

    fn answered(&mut self, _cx: CX![], answer: Option<u32>) {
        self.journal.write(format!("{answer:?}"));
    }

    fn number(&self, _cx: CX![]) -> u32 {
        self.number
    }

    fn borrows_itself_in_arguments(&mut self, cx: CX![]) {
        call!([self.handle(cx)], note(self.next_entry()));
    }

    fn handle(&self, cx: CX![]) -> Actor<Self> {
        cx.this().clone()
    }

    fn next_entry(&mut self) -> &'static str {
        self.journal.write("argument");
        "borrowed"
    }

    fn matches_its_message(&mut self, cx: CX![]) {
        let pair: Fwd<(u32, u32)> =
            fwd_to!([cx], |this, _cx, (left, right): (u32, u32)| this.number = left + right);
        let ignored: Fwd<(u32, [u32; 2])> =
            fwd_to!([cx], |this, _cx, _: u32, [_, last]: [u32; 2]| this.number += last);
        let answer: Ret<u32> = ret_to!([cx], |this, _cx, _: Option<u32>| this.number += 100);
        fwd!([pair], 1, 2);
        fwd!([ignored], 1, [2, 3]);
        ret!([answer], 1);
    }

    fn fails_with_trailing_comma(&mut self, cx: CX![]) {
        fail!(cx, std::fmt::Error,);
    }

    fn stops_with_trailing_comma(&mut self, cx: CX![]) {
        stop!(cx,);
    }
}

/// A closure with `|this, cx|` written outside the actor's `impl`, where `Self` means nothing.
fn queue_closures(cx: &mut Cx<'_, Recorder>) {
    call!([cx], |this, _cx| this.journal.write("main"));
    lazy!([cx], |this, _cx| this.journal.write("lazy"));
    idle!([cx], |this, _cx| this.journal.write("idle"));
    let fwd: Fwd<u32> = fwd_to!([cx], |this, _cx, number: u32| this.journal.write(format!("fwd {number}")));
    fwd!([fwd], 1);
}

fn ready(world: &mut World) -> ActorOwn<Recorder> {
    let rt = &mut world.runtime;
    let recorder = actor!(rt, Recorder::init(world.journal.clone()), world.journal.notify("recorder"));
    assert!(world.run().is_empty());
    recorder
}

#[test]
fn each_expression_in_the_brackets_is_evaluated_once_after_the_arguments() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let journal = &world.journal;
    let rt = &mut world.runtime;
    call!([journal.pass("actor", &owner)], note(journal.pass("argument", "run")));
    assert_eq!(journal.take(), ["argument", "actor"]);
    call!(
        [journal.pass("actor", &owner), journal.pass("core", &mut *rt)],
        note(journal.pass("argument", "run"))
    );
    assert_eq!(journal.take(), ["argument", "core", "actor"]);
    lazy!(
        [journal.pass("actor", &owner), journal.pass("core", &mut *rt)],
        note(journal.pass("argument", "run"))
    );
    assert_eq!(journal.take(), ["argument", "core", "actor"]);
    let _ = after!(
        journal.pass("duration", std::time::Duration::ZERO),
        [journal.pass("actor", &owner), journal.pass("core", &mut *rt)],
        note(journal.pass("argument", "run"))
    );
    assert_eq!(journal.take(), ["duration", "argument", "core", "actor"]);
    let _: Fwd<u32> =
        fwd_to!([journal.pass("actor", &owner)], named(journal.pass("fixed", String::new())) as (u32));
    assert_eq!(journal.take(), ["fixed", "actor"]);
    let _owner = actor!(
        journal.pass("core", &mut *rt),
        Recorder::init(journal.pass("argument", journal.clone())),
        journal.pass("notify", ret_nop!())
    );
    assert_eq!(journal.take(), ["notify", "core", "argument"]);
    kill!(journal.pass("owner", &owner), "text {}", journal.pass("argument", 1));
    assert_eq!(journal.take(), ["argument", "owner"]);
}

#[test]
fn the_brackets_may_hold_temporaries_and_borrow_what_the_arguments_change() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner.clone()], note("temporary"));
    call!([owner], borrows_itself_in_arguments());
    assert_eq!(world.run(), ["temporary", "argument", "borrowed"]);

    let rt = &mut world.runtime;
    let owners = std::cell::RefCell::new(vec![owner]);
    let shared = std::cell::RefCell::new(rt);
    call!([owners.borrow()[0]], note("main"));
    lazy!([owners.borrow()[0], shared.borrow_mut()], note("lazy"));
    let _ = after!(std::time::Duration::ZERO, [owners.borrow()[0], shared.borrow_mut()], note("timer"));
    let _ = at!(world.now, [shared.borrow_mut()], |_rt| ());
    let new = actor!(shared.borrow_mut(), Recorder::init(world.journal.clone()), ret_nop!());
    shared.borrow_mut().run(world.now, false);
    assert_eq!(query!([new, shared.borrow_mut()], number()), Some(0));
    assert_eq!(world.journal.take(), ["main", "lazy"]);
    assert_eq!(world.run_after(std::time::Duration::from_millis(1)), ["timer"]);
}

#[test]
fn fwd_to_captures_clone_values() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let fwd = fwd_to!([owner], named(String::from("fixed")) as (u32));
    fwd!([fwd], 1);
    fwd!([fwd.clone()], 2);
    assert_eq!(world.run(), ["fixed 1", "fixed 2"]);
}

#[test]
fn lists_accept_a_comma_behind_their_last_item() {
    let mut world = World::new();
    let owner = ready(&mut world);
    let rt = &mut world.runtime;
    let prep = actor_new!(rt, Recorder, ret_nop!());
    call!([owner,], note("call",),);
    call!([owner, rt,], note("call with a core"),);
    call!([prep], <Recorder>::init(world.journal.clone(),),);
    lazy!([owner, rt,], note("lazy"),);
    let log = world.journal.clone();
    idle!([rt,], |_rt| log.write("idle"),);
    let fwd: Fwd<u32> = fwd_to!([owner,], named(String::from("fwd"),) as (u32,),);
    fwd!([fwd,], 1,);
    let answer: Ret<u32> = ret_to!([owner,], answered() as (u32),);
    ret!([answer,], 2,);
    let some: Ret<u32> = ret_some_to!([owner], named(String::from("some"),) as (u32),);
    ret!([some], 3);
    let _: Ret<actor_rt::StopCause> = ret_shutdown!(rt,);
    let _: Ret<u32> = ret_do!(|_| (),);
    assert_eq!(query!([owner, rt,], number(),), Some(0));
    assert_eq!(world.run(), ["call", "call with a core", "fwd 1", "Some(2)", "some 3", "lazy"]);
    assert_eq!(world.run_idle(), ["idle"]);
    call!([owner], fails_with_trailing_comma());
    assert_eq!(world.run(), [format!("recorder: Actor failed: {}", std::fmt::Error)]);
    let owner = ready(&mut world);
    call!([owner], stops_with_trailing_comma());
    assert_eq!(world.run(), ["recorder: Actor stopped"]);
}

#[test]
fn a_message_part_of_a_closure_may_be_any_pattern_that_always_matches() {
    let mut world = World::new();
    let owner = ready(&mut world);
    call!([owner], matches_its_message());
    world.run();
    assert_eq!(query!([owner, world.runtime], number()), Some(106));
}

#[test]
fn closures_for_the_running_actor_work_outside_its_impl() {
    let mut world = World::new();
    let owner = ready(&mut world);
    owner.apply(&mut world.runtime, |_this, cx| queue_closures(cx));
    assert_eq!(world.run(), ["main", "fwd 1", "lazy"]);
    assert_eq!(world.run_idle(), ["idle"]);
}

#[test]
fn ret_some_do_accepts_a_closure_that_changes_what_it_captures() {
    let mut sum = 1;
    let journal = Journal::default();
    let log = journal.clone();
    let ret: Ret<u32> = ret_some_do!(move |number| {
        sum += number;
        log.write(sum.to_string());
    });
    ret!([ret], 2);
    assert_eq!(journal.take(), ["3"]);
}

#[test]
fn query_accepts_the_runtime_itself() {
    let mut world = World::new();
    let owner = ready(&mut world);
    assert_eq!(query!([owner, world.runtime], number()), Some(0));
}

#[test]
fn macros_name_nothing_from_the_callers_scope() {
    // What a careless expansion would pick up instead of its own: the names of the prelude and of the crate.
    #[allow(dead_code)]
    mod shadow {
        pub struct Duration;
        pub struct StopCause;
        pub struct Instant;
        pub struct Box;
    }
    #[allow(unused_imports)]
    use shadow::*;

    struct Careless;

    impl Careless {
        fn init(cx: CX![]) -> Option<Self> {
            let this = 1;
            let closure = 2;
            let a1 = 3;
            call!([cx], sum(this, closure, a1));
            let _: FixedTimerKey = after!(std::time::Duration::ZERO, [cx], sum(a1, this, closure));
            let _: FixedTimerKey = at!(cx.now(), [cx], sum(closure, a1, this));
            let _ = ret_failthru!(cx, "a failure");
            Some(Self)
        }

        fn sum(&mut self, cx: CX![], left: u32, middle: u32, right: u32) {
            let core: &mut Core = cx;
            let rt = left + middle + right;
            call!([core], |_| assert_eq!(rt, 6));
        }
    }

    let mut world = World::new();
    let rt = &mut world.runtime;
    let owner = actor!(rt, Careless::init(), ret_nop!());
    kill!(owner, <std::boxed::Box<dyn std::error::Error>>::from("reason"));
    world.run();
    assert!(owner.is_zombie());
}
