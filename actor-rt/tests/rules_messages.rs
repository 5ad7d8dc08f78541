//! What a message may count on, and whoever sends it. The names begin with the sentence of the study that they prove (A: Actor in OTP's form,
//! R: ractor, X: rsactor).

mod supervision_support;

use actor_rt::mailbox::Refused;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::Cell;
use std::rc::Rc;
use supervision_support::*;

#[test]
fn r7_handlers_of_one_actor_never_nest_whoever_sends_from_inside() {
    let mut world = World::new();
    let (a, b) = (world.start("a"), world.start("b"));
    let (to_a, to_b) = (a.clone(), b.clone());
    a.call(move |this, cx| {
        this.say(cx, "begins");
        let back = to_a.clone();
        to_b.call(move |this, cx| {
            back.call(say("back"));
            this.say(cx, "sent");
        });
        to_a.call(say("self"));
        drop(to_a);
        this.say(cx, "ends");
    });
    assert_eq!(world.run(), "a:begins a:ends b:sent a:self a:back");
}

#[test]
fn r24_messages_of_one_sender_come_in_their_order_on_every_way_of_sending() {
    let mut world = World::new();
    let (a, b, to) = (world.start("a"), world.start("b"), world.start("to"));
    for (sender, names) in [(&a, ["a1", "a2", "a3"]), (&b, ["b1", "b2", "b3"])] {
        let to = to.clone();
        sender.call(move |_, cx| {
            to.call(say(names[0]));
            _ = to.try_call(say(names[1]));
            cx.send_parked(&to, millis(10), say(names[2]), |_, _, sent| assert_eq!(sent, Ok(())));
        });
    }
    let story = world.run();
    for sender in ["a", "b"] {
        let of: Vec<_> =
            story.split(' ').filter(|entry| entry.starts_with(&format!("to:{sender}"))).collect();
        assert_eq!(of, ["1", "2", "3"].map(|number| format!("to:{sender}{number}")));
    }
}

#[test]
fn r26_a_message_for_another_type_is_an_error_of_the_sender_and_the_actor_lives() {
    let mut world = World::new();
    let actor = world.start("a");
    let wrong =
        world.runtime.door().call(actor.actor_id(), |_: &mut String, _| unreachable!("no such actor"));
    assert_eq!(wrong, Err(PostError::Id(IdError::WrongKind)));
    call!([actor], say("lives"));
    assert_eq!(world.run(), "a:lives");
}

#[test]
fn r33_a_send_says_whether_it_was_queued_and_nothing_of_what_becomes_of_it() {
    let mut world = World::new();
    let actor = world.start_temporary("a");
    assert!(actor.try_call(|_, cx| cx.fail_str("a fault")).is_ok());
    assert!(actor.try_call(say("never")).is_ok(), "it has not failed yet");
    assert_eq!(world.run(), "a:drop");
    assert!(matches!(actor.try_call(say("late")), Err(Refused::Closed(_))));
}

#[test]
fn r34_what_is_sent_later_is_evaluated_then_or_never() {
    let mut world = World::new();
    let (a, b) = (world.start("a"), world.start_temporary("b"));
    let evaluated = Rc::new(Cell::new(0));
    let counts = |to: &Actor<Node>, at| {
        let (to, evaluated) = (to.clone(), evaluated.clone());
        move |runtime: &mut Runtime| {
            evaluated.set(evaluated.get() + 1);
            assert_eq!(runtime.now_ns() / 1_000_000, at);
            to.call(say("later"));
        }
    };
    let start = world.runtime.now_ns() / 1_000_000;
    world.runtime.after(millis(10), counts(&a, start + 10));
    world.runtime.after(millis(20), counts(&b, start + 20));
    let key = world.runtime.after(millis(30), counts(&a, start + 30));
    assert_eq!((world.at(9).as_str(), evaluated.get()), ("", 0));
    assert_eq!((world.at(10).as_str(), evaluated.get()), ("a:later", 1));
    world.kill(&b);
    world.run();
    assert_eq!(world.at(20), "", "who would get it has ended");
    assert!(world.runtime.timer_del(key));
    assert_eq!((world.at(100).as_str(), evaluated.get()), ("", 2));
}

#[test]
fn r45_a12_every_actor_can_have_children_and_makes_anew_those_that_it_wants() {
    let mut world = World::new();
    let parent = world.start("p");
    let spec = world.spec("c");
    parent.call(move |_, cx| _ = spec.start_child(cx).unwrap());
    assert_eq!(world.run(), "c:init1 p:child-started");
    let children = |world: &World| world.runtime.children(Some(parent.actor_id())).unwrap();
    let child = children(&world)[0].id;
    assert_eq!(world.runtime.supervisor(child), Ok(Some(parent.actor_id())));
    let log = world.log.clone();
    let done = Ret::new(move |done: Option<()>| log.write(format!("all:{}", done.is_some())));
    world.runtime.stop_children(Some(parent.actor_id()), done).unwrap();
    world.run();
    assert!(children(&world).is_empty() && !parent.is_zombie());
    let spec = world.spec("d");
    parent.call(move |_, cx| _ = spec.start_child(cx).unwrap());
    world.run();
    assert_eq!(children(&world).len(), 1);
}

#[test]
fn x7_identities_are_not_used_again() {
    let mut world = World::new();
    let first = world.start_temporary("a");
    let id = first.actor_id();
    world.kill(&first);
    world.run();
    drop(first);
    for _ in 0..if cfg!(miri) { 50 } else { 1_000 } {
        let next = world.start_temporary("a");
        assert_ne!(next.actor_id(), id);
        world.kill(&next);
        world.run();
    }
    assert_eq!(world.runtime.door().status(id), Ok(Status::Stopped));
}

#[test]
fn x14_an_error_that_nobody_waits_for_ends_no_actor_and_goes_where_the_sender_says() {
    let mut world = World::new();
    let actor = world.start("a");
    // A handler that answers with a result; who tells instead of asking says what becomes of an error.
    let parse = |text: &'static str, result: Ret<Result<u32, std::num::ParseIntError>>| {
        move |_: &mut Node, _: &mut Cx<'_, Node>| result.ret(text.parse())
    };
    let log = world.log.clone();
    let on_error = Ret::new(move |result: Option<Result<u32, std::num::ParseIntError>>| {
        if let Some(Err(error)) = result {
            log.write(error.to_string());
        }
    });
    actor.call(parse("seven", on_error));
    actor.call(parse("eight", Ret::nop()));
    assert_eq!(world.run(), "invalid digit found in string");
    assert!(!actor.is_zombie());
}
