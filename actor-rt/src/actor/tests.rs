//! What an earlier incarnation left behind is void. Nothing restarts an actor yet, so these tests count for it.

use super::own::ActorOwn;
use super::receive::Receive;
use super::{Cx, FLAG_ANSWER, FLAG_TIMER};
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::token::Runtime;
use crate::kernel::handle::Actor;
use crate::kernel::packet::{Body, Packet};
use std::time::{Duration, Instant};

/// Writes down what it was told.
struct Listener(Vec<&'static str>);

impl Receive for Listener {
    fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        self.0.push(match packet.flags() {
            FLAG_TIMER => "timer's packet",
            FLAG_ANSWER => "answer",
            _ => "packet",
        });
    }
}

fn world() -> (Runtime, ActorOwn<Listener>) {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let actor = ActorOwn::new(&mut runtime, Ret::nop(), 0);
    actor.call_prep(|_| Some(Listener(Vec::new())));
    runtime.run(now, false);
    actor.accept_packets();
    (runtime, actor)
}

fn restart(actor: &Actor<Listener>) {
    Shared::of(actor.header()).cold.with(|cold| cold.of(actor.header()).incarnation += 1);
}

fn heard(runtime: &mut Runtime, actor: &Actor<Listener>) -> Vec<&'static str> {
    actor.query(runtime, |this, _| std::mem::take(&mut this.0)).unwrap()
}

/// Arms one timer of each kind.
fn arm(runtime: &Runtime, actor: &Actor<Listener>) {
    let soon = Duration::from_nanos(10);
    actor.call_at(soon, |this, _| this.0.push("timer"));
    let deadline = runtime.door().now_ns() + 10;
    runtime.door().timer_post(actor.actor_id(), 1, Body::Copied(&[]), deadline).unwrap();
}

#[test]
fn timers_of_an_earlier_incarnation_are_void() {
    let (mut runtime, actor) = world();
    arm(&runtime, &actor);
    restart(&actor);
    runtime.step_ns(10, &Default::default());
    assert_eq!(heard(&mut runtime, &actor), [""; 0]);
    arm(&runtime, &actor);
    runtime.step_ns(20, &Default::default());
    assert_eq!(heard(&mut runtime, &actor), ["timer", "timer's packet"], "those of the present one are not");
}

#[test]
fn timers_that_are_queued_when_their_incarnation_ends_are_void_too() {
    let (mut runtime, actor) = world();
    arm(&runtime, &actor);
    // Queued before the timers are.
    actor.call(|_, cx| restart(cx.this()));
    runtime.step_ns(10, &Default::default());
    assert_eq!(heard(&mut runtime, &actor), [""; 0]);
    assert_eq!(runtime.door().pending().timers, 0);
}

#[test]
fn a_timer_of_an_earlier_incarnation_does_not_make_the_next_ones_value() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let actor = ActorOwn::<Listener>::new(&mut runtime, Ret::nop(), 0);
    let make = |_: &mut Cx<'_, Listener>| Some(Listener(Vec::new()));
    let soon = Duration::from_nanos(10);
    actor.call_at_prep(soon, make);
    restart(&actor);
    runtime.step_ns(10, &Default::default());
    assert!(actor.query(&mut runtime, |_, _| ()).is_none(), "still to be made");
    actor.call_at_prep(soon, make);
    runtime.step_ns(20, &Default::default());
    assert!(actor.query(&mut runtime, |_, _| ()).is_some());
}

#[test]
fn a_ret_of_an_earlier_incarnation_is_void_whenever_it_is_answered() {
    let (mut runtime, actor) = world();
    let ret = |actor: &Actor<Listener>| {
        Ret::<u8>::to_actor(actor.clone(), |this: &mut Listener, _, _| this.0.push("ret"))
    };
    let some = |actor: &Actor<Listener>| {
        Ret::some_to_actor(actor.clone(), |this: &mut Listener, _, _: u8| this.0.push("some"))
    };
    let now = Instant::now();
    let (before, queued) = ((ret(&actor), some(&actor)), (ret(&actor), some(&actor)));
    queued.0.ret(1);
    queued.1.ret(1);
    restart(&actor);
    before.0.ret(1);
    before.1.ret(1);
    runtime.run(now, false);
    assert_eq!(heard(&mut runtime, &actor), [""; 0]);
    ret(&actor).ret(1);
    some(&actor).ret(1);
    runtime.run(now, false);
    assert_eq!(heard(&mut runtime, &actor), ["ret", "some"]);
}

#[test]
fn an_answer_for_an_earlier_incarnation_is_dropped_and_counted() {
    let (mut runtime, actor) = world();
    let now = Instant::now();
    let ask = |runtime: &Runtime| {
        runtime.door().ask_from(actor.actor_id(), actor.actor_id(), 1, Body::Copied(&[]), u64::MAX).unwrap()
    };
    ask(&runtime);
    restart(&actor);
    runtime.run(now, false);
    assert_eq!((heard(&mut runtime, &actor), runtime.door().pending().late_replies), (vec!["packet"], 1));
    ask(&runtime);
    runtime.run(now, false);
    assert_eq!(
        (heard(&mut runtime, &actor), runtime.door().pending().late_replies),
        (vec!["packet", "answer"], 1)
    );
}

/// Answers nothing before it is told to.
struct Keeper;

impl Receive for Keeper {
    fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        packet.keep_reply();
    }
}

#[test]
fn an_answer_takes_as_many_steps_however_many_requests_are_open() {
    let looks = |open: usize| {
        let (mut runtime, asker) = world();
        let (door, now) = (runtime.door().clone(), Instant::now());
        let keeper = door.spawn(Keeper, Ret::nop());
        let ask = || door.ask_from(asker.actor_id(), keeper.actor_id(), 1, Body::Copied(&[]), u64::MAX);
        let tokens: Vec<u64> = (0..open).map(|_| ask().unwrap()).collect();
        runtime.run(now, false);
        let looks = || runtime.shared().asks.with(|asks| std::mem::take(&mut asks.looks));
        looks();
        // From the middle of both lists, so that it has neighbours.
        door.reply(tokens[open / 2], 0, Body::Copied(&[])).unwrap();
        let answering = looks();
        ask().unwrap();
        let located = runtime.locate(asker.actor_id()).unwrap();
        assert_eq!((located.asks, runtime.locate(keeper.actor_id()).unwrap().kept), (open, open - 1));
        (answering, looks())
    };
    assert_eq!(looks(10), looks(if cfg!(miri) { 100 } else { 1000 }));
}
