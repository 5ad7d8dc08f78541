//! A mailbox's bound: what it refuses, and what passes it since it must not be lost for lack of room.

use actor_rt::*;
use std::time::{Duration, Instant};

/// Writes down what it hears.
#[derive(Default)]
struct Listener(Vec<String>);

impl Listener {
    fn init(_: CX![]) -> Option<Self> {
        Some(Listener::default())
    }
    fn hear(&mut self, _: CX![], what: &str) {
        self.0.push(what.to_owned());
    }
    fn answered(&mut self, _: CX![], from: &str, answer: Option<u32>) {
        self.0.push(format!("{from}: {answer:?}"));
    }
    fn got(&mut self, _: CX![], from: &str, answer: u32) {
        self.0.push(format!("{from}: {answer}"));
    }
    fn ended(&mut self, _: CX![], child: &str, cause: Option<StopCause>) {
        self.0.push(format!("{child}: {}", cause.map_or("no cause".to_owned(), |cause| cause.to_string())));
    }
}

/// Takes questions and does with them what it is told to.
struct Toy;

impl Toy {
    fn init(_: CX![]) -> Option<Self> {
        Some(Toy)
    }
    fn answer(&mut self, _: CX![], reply: Ret<u32>, answer: u32) {
        ret!([reply], answer);
    }
    fn forget(&mut self, _: CX![], _reply: Ret<u32>) {}
    fn fail(&mut self, cx: CX![]) {
        fail!(cx, "a fault");
    }
}

/// A runtime and a listener whose mailbox has room for one message, which is in it.
fn full() -> (Runtime, Instant, ActorOwn<Listener>) {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let listener = actor!(runtime, Listener::init(), ret_nop!());
    runtime.run(now, false);
    listener.set_capacity(1);
    call!([listener], hear("first"));
    (runtime, now, listener)
}

/// Runs what is due and says what was heard.
fn heard(runtime: &mut Runtime, now: Instant, listener: &Actor<Listener>) -> Vec<String> {
    runtime.run(now, false);
    listener.query(runtime, |listener, _| std::mem::take(&mut listener.0)).unwrap()
}

#[test]
fn an_answer_reaches_an_asker_whose_mailbox_is_full() {
    let (mut runtime, now, listener) = full();
    let rt = &mut runtime;
    let made = Ret::to_actor(listener.clone(), |this: &mut Listener, cx, answer| {
        this.answered(cx, "to_actor", answer)
    });
    let some =
        Ret::some_to_actor(listener.clone(), |this: &mut Listener, cx, answer| this.got(cx, "some", answer));
    let by_macro = ret_to!([listener], answered("ret_to!") as (u32));
    let some_by_macro = ret_some_to!([listener], got("ret_some_to!") as (u32));
    for (number, reply) in [made, some, by_macro, some_by_macro].into_iter().enumerate() {
        ret!([reply], number as u32);
    }
    assert_eq!((listener.pending(), listener.capacity(), rt.dead_letters()), (5, 1, 0));
    assert_eq!(
        heard(rt, now, &listener),
        ["first", "to_actor: Some(0)", "some: 1", "ret_to!: Some(2)", "ret_some_to!: 3"],
        "in turn"
    );
}

#[test]
fn an_asker_whose_mailbox_is_full_hears_that_there_is_no_answer() {
    let (mut runtime, now, listener) = full();
    let rt = &mut runtime;
    let toy = actor!(rt, Toy::init(), ret_nop!());
    // The asker's mailbox is full again when the answers come.
    call!([toy], answer(ret_to!([listener], answered("answered") as (u32)), 7));
    call!([toy], forget(ret_to!([listener], answered("forgotten") as (u32))));
    listener.set_capacity(0);
    assert_eq!(heard(rt, now, &listener), ["first", "answered: Some(7)", "forgotten: None"]);
    assert_eq!(rt.dead_letters(), 0);
}

#[test]
fn a_parent_whose_mailbox_is_full_hears_how_its_children_end() {
    let (mut runtime, now, listener) = full();
    let rt = &mut runtime;
    let failing = actor!(rt, Toy::init(), ret_to!([listener], ended("failing") as (StopCause)));
    let notify = Ret::some_to_actor(listener.clone(), |this: &mut Listener, cx, cause| {
        this.ended(cx, "dropped", Some(cause))
    });
    let dropped = actor!(rt, Toy::init(), notify);
    call!([failing], fail());
    listener.set_capacity(0);
    drop(dropped);
    assert_eq!(
        heard(rt, now, &listener),
        ["first", "failing: Actor failed: a fault", "dropped: Actor was dropped"]
    );
    assert_eq!(rt.dead_letters(), 0);
}

/// Children in a slab.
struct Owner {
    children: ActorOwnSlab<Toy>,
}

impl Owner {
    fn init(cx: CX![]) -> Option<Self> {
        let mut owner = Owner { children: ActorOwnSlab::new() };
        let this = cx.this().clone();
        let child = owner.children.add(cx, this, |this: &mut Self| &mut this.children, ret_nop!());
        call!([child], Toy::init());
        call!([child], fail());
        Some(owner)
    }
}

/// The call that removes it was dropped, and the slab grew with each child.
#[test]
fn a_child_leaves_its_slab_also_if_the_parents_mailbox_is_full() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let owner = actor!(runtime, Owner::init(), ret_nop!());
    owner.set_capacity(0);
    runtime.run(now, false);
    assert_eq!(owner.query(&mut runtime, |owner, _| owner.children.len()), Some(0));
    assert_eq!(runtime.dead_letters(), 0);
}

#[test]
fn answers_that_wait_take_the_room_of_calls() {
    let (mut runtime, now, listener) = full();
    let rt = &mut runtime;
    listener.set_capacity(2);
    ret!([ret_to!([listener], answered("answer") as (u32))], 1);
    call!([listener], hear("refused"));
    assert_eq!((listener.pending(), rt.dead_letters_of(DropReason::Full)), (2, 1));
    assert_eq!(heard(rt, now, &listener), ["first", "answer: Some(1)"]);
    call!([listener], hear("second"));
    assert_eq!(heard(rt, now, &listener), ["second"]);
}

#[test]
fn a_forward_is_bounded_as_a_call_is() {
    let (mut runtime, now, listener) = full();
    let rt = &mut runtime;
    let forward = fwd_to!([listener], hear() as (&'static str));
    fwd!([forward], "forwarded");
    call!([listener], hear("called"));
    listener.lazy(|listener, cx| listener.hear(cx, "called lazily"));
    assert_eq!((listener.pending(), rt.dead_letters_of(DropReason::Full)), (1, 3));
    assert_eq!(heard(rt, now, &listener), ["first"]);
    fwd!([forward], "forwarded");
    assert_eq!(heard(rt, now, &listener), ["forwarded"]);
}

#[test]
fn timers_pass_the_bound() {
    let (mut runtime, now, listener) = full();
    let rt = &mut runtime;
    listener.call_at(Duration::from_secs(1), |listener, cx| listener.hear(cx, "timer"));
    listener.set_capacity(0);
    let later = now + Duration::from_secs(1);
    assert_eq!(heard(rt, later, &listener), ["first", "timer"]);
}

#[test]
fn an_answer_to_an_actor_that_has_ended_is_a_dead_letter() {
    let (mut runtime, now, listener) = full();
    let rt = &mut runtime;
    let reply = ret_to!([listener], answered("late") as (u32));
    drop(listener);
    rt.run(now, false);
    ret!([reply], 1);
    rt.run(now, false);
    assert_eq!((rt.dead_letters(), rt.dead_letters_of(DropReason::Cancelled)), (1, 1));
}
