//! What a message may count on, and whoever sends it. The names begin with the sentence of the study that they prove (A: Actor in OTP's form,
//! R: ractor, X: rsactor).

mod supervision_support;

use actor_rt::mailbox::{Mailbox, Refused};
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

/// Writes what comes, however it does.
struct Inbox(Log);

impl Inbox {
    fn note(&mut self, _: &mut Cx<'_, Self>, what: String) {
        self.0.write(what);
    }
}

impl Receive for Inbox {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        self.note(cx, String::from_utf8_lossy(packet.data()).into_owned());
    }
}

impl typed::Handle<String> for Inbox {
    fn handle(&mut self, cx: &mut Cx<'_, Self>, what: String) {
        self.note(cx, what);
    }
}

/// On the runtime's thread it is one order of all senders besides, whatever is between their messages.
#[test]
fn r24_messages_of_one_sender_come_in_their_order_on_every_way_of_sending() {
    type Send = fn(&mut Cx<'_, Node>, &Actor<Inbox>, String);
    let ways: [Send; 9] = [
        |_, to, what| to.call(move |this, cx| this.note(cx, what)),
        |_, to, what| assert!(to.try_call(move |this, cx| this.note(cx, what)).is_ok()),
        |cx, to, what| {
            let then = |_: &mut Node, _: &mut Cx<'_, Node>, sent| assert_eq!(sent, Ok(()));
            cx.send_parked(to, millis(10), move |this, cx| this.note(cx, what), then);
        },
        |cx, to, what| {
            cx.door().call(to.actor_id(), move |this: &mut Inbox, cx| this.note(cx, what)).unwrap();
        },
        |cx, to, what| cx.door().post(to.actor_id(), 1, Body::Copied(what.as_bytes())).unwrap(),
        |_, to, what| Fwd::to_actor(to.clone(), Inbox::note).fwd(what),
        |_, to, what| Ret::some_to_actor(to.clone(), Inbox::note).ret(what),
        |_, to, what| to.tell(what),
        |cx, to, what| {
            let message = move |this: &mut Inbox, cx: &mut Cx<'_, Inbox>, reply: ask::Reply<()>| {
                this.note(cx, what);
                reply.reply(());
            };
            cx.request(to, millis(10), message, |_, _, answer| assert_eq!(answer, Ok(()))).unwrap();
        },
    ];
    for own in [false, true] {
        let mut world = World::new();
        let senders = [world.start("a"), world.start("b")];
        let log = world.log.clone();
        let to =
            Spec::new(move |_| Some(Inbox(log.clone()))).accept_packets().start(&mut world.runtime).unwrap();
        if own {
            to.set_mailbox(Mailbox::new());
        }
        world.run();
        // In one turn and in several, each way before each other one and behind it.
        let all = move |round: usize, name: &'static str| {
            let numbers = (0..ways.len()).map(move |step| (step + round) % ways.len());
            numbers.map(move |number| (number, format!("{name}{round}:{number}")))
        };
        let mut expected = Vec::new();
        for round in 0..ways.len() {
            for (sender, name) in senders.iter().zip(["a", "b"]) {
                let to = to.clone();
                sender.call(move |_, cx| all(round, name).for_each(|(way, what)| ways[way](cx, &to, what)));
                expected.extend(all(round, name).map(|(_, what)| what));
            }
        }
        assert_eq!(world.run(), expected.join(" "), "own: {own}");
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

/// The children end before their parent is made anew, and are forgotten. Who is there then was made by the new one.
#[test]
fn a12_a_restarted_parent_has_the_children_that_it_makes_anew_and_no_others() {
    struct Parent {
        wants: &'static [&'static str],
    }
    impl Lifecycle for Parent {
        fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
            for name in self.wants {
                Spec::new(|_| Some(1_u32)).name(name).start_child(cx).unwrap();
            }
        }
    }
    let mut world = World::new();
    let lives = Cell::new(0);
    let spec = Spec::new(move |_| {
        lives.set(lives.get() + 1);
        Some(Parent { wants: if lives.get() == 1 { &["one", "two"] } else { &["two"] } })
    });
    let parent = spec.hooks().start(&mut world.runtime).unwrap();
    world.run();
    let children = |world: &World| {
        let list = world.runtime.children(Some(parent.actor_id())).unwrap();
        list.into_iter().map(|child| (child.name.unwrap().to_string(), child.id)).collect::<Vec<_>>()
    };
    let former = children(&world);
    assert_eq!(former.iter().map(|child| child.0.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    let fails: [fn(&mut Parent, &mut Cx<'_, Parent>); 2] =
        [|_, cx| cx.fail_str("a fault"), |_, _| std::panic::resume_unwind(Box::new("a panic"))];
    for fail in fails {
        parent.call(fail);
        world.run();
        let now = children(&world);
        assert_eq!(now.iter().map(|child| child.0.as_str()).collect::<Vec<_>>(), ["two"]);
        let status = |id| world.runtime.door().status(id).unwrap();
        assert!(former.iter().all(|child| status(child.1) == Status::Stopped), "it is another one");
        assert_eq!(status(now[0].1), Status::Running);
        assert_eq!(world.runtime.supervisor(now[0].1), Ok(Some(parent.actor_id())));
        assert_eq!(world.runtime.actors(), 2, "the parent and one child");
    }
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
