//! Mailboxes of an actor's own, and sending with care. The names begin with the sentence of the study that they prove (O: ODIN, X: rsactor,
//! K: where the seeds conflict).

mod supervision_support;

use actor_rt::mailbox::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use supervision_support::*;

#[test]
fn o6_a_send_that_never_waits_gives_the_message_back_when_there_is_no_room() {
    let mut world = World::new();
    for own in [false, true] {
        let actor = world.start("a");
        if own {
            actor.set_mailbox(Mailbox::new().capacity(2))
        } else {
            actor.set_capacity(2)
        }
        assert!(actor.try_call(say("one")).is_ok() && actor.try_call(say("two")).is_ok());
        let refused = actor.try_call(say("three")).unwrap_err();
        assert!(matches!(refused, Refused::Full(_)) && refused.to_string().contains("wait for room"));
        assert_eq!(world.run(), "a:one a:two");
        assert!(actor.try_call(refused.into_message()).is_ok());
        assert_eq!(world.run(), "a:three");
        assert_eq!(world.runtime.pending().dead_letters, 0, "nothing was lost");
        world.runtime.terminate_child(actor.actor_id(), Ret::nop()).unwrap();
        world.run();
        assert!(matches!(actor.try_call(say("never")), Err(Refused::Closed(_))));
    }
}

#[test]
fn o5_o7_a_send_that_waits_is_taken_in_order_and_before_later_ones() {
    for own in [false, true] {
        let mut world = World::new();
        let actor = world.start("a");
        if own {
            actor.set_mailbox(Mailbox::new().capacity(1))
        } else {
            actor.set_capacity(1)
        }
        call!([actor], say("one"));
        for what in ["two", "three"] {
            let outcome = sent(&world, what);
            world.runtime.call_parked(&actor, millis(100), say(what), outcome);
        }
        assert!(matches!(actor.try_call(say("barges")), Err(Refused::Full(_))));
        call!([actor], say("lost"));
        let story = world.run();
        assert_eq!(story.replace("two:Ok(()) ", "").replace(" three:Ok(())", ""), "a:one a:two a:three");
        assert!(story.contains("two:Ok(())") && story.contains("three:Ok(())"), "{story}");
        assert_eq!(world.runtime.dead_letters_of(DropReason::Full), 1);
        // As good as before.
        assert_eq!((actor.capacity(), actor.pending()), (1, 0));
        call!([actor], say("four"));
        assert_eq!(world.run(), "a:four");
    }
}

#[test]
fn o7_after_its_time_it_is_not_delivered_any_more() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.set_capacity(1);
    actor.pause();
    call!([actor], say("one"));
    let outcome = sent(&world, "sent");
    world.runtime.call_parked(&actor, millis(10), say("never"), outcome);
    assert_eq!(world.at(9), "");
    assert_eq!(world.at(10), "sent:Err(Timeout)");
    actor.resume();
    assert_eq!(world.run(), "a:one");
    assert_eq!(world.runtime.pending().timers, 0);
}

#[test]
fn a_send_that_waits_ends_with_its_receiver_and_with_its_sender() {
    let mut world = World::new();
    let receiver = world.start_temporary("r");
    receiver.set_capacity(0);
    let sender = world.start("s");
    let park = |sender: &Actor<Node>, receiver: &Actor<Node>, what| {
        let to = receiver.clone();
        sender.call(move |_, cx| {
            cx.send_parked(&to, Duration::from_secs(60), say("never"), move |this, cx, sent| {
                assert_eq!(sent, Err(ParkError::Closed));
                this.say(cx, what);
            });
        });
    };
    park(&sender, &receiver, "closed");
    world.run();
    world.kill(&receiver);
    assert_eq!(world.run(), "r:drop s:closed");
    park(&sender, &receiver, "gone");
    assert_eq!(world.run(), "s:gone");
    let receiver = world.start_temporary("r");
    receiver.set_capacity(0);
    park(&sender, &receiver, "never");
    world.run();
    call!([sender], fail());
    assert_eq!(world.run(), "s:fail s:drop s:init2 s:again");
    receiver.set_capacity(5);
    world.kill(&receiver);
    assert_eq!(world.run(), "r:drop");
    assert_eq!(world.runtime.pending().timers, 0);
}

#[test]
fn one_sender_may_have_sixteen_waiting_and_no_more() {
    let mut world = World::new();
    let (receiver, sender) = (world.start("r"), world.start("s"));
    receiver.set_capacity(0);
    let to = receiver.clone();
    sender.call(move |_, cx| {
        for _ in 0..17 {
            cx.send_parked(&to, millis(50), say("never"), |this, cx, sent| match sent {
                Err(ParkError::TooMany) => this.say(cx, "too-many"),
                Err(ParkError::Timeout) => this.say(cx, "timeout"),
                other => panic!("{other:?}"),
            });
        }
    });
    let story = world.at(50);
    assert_eq!((story.matches("too-many").count(), story.matches("timeout").count()), (1, 16));
}

#[test]
fn readiness_is_told_once_when_no_more_than_so_many_wait() {
    let mut world = World::new();
    for own in [false, true] {
        let actor = world.start("a");
        if own {
            actor.set_mailbox(Mailbox::new().capacity(4))
        } else {
            actor.set_capacity(4)
        }
        for what in ["1", "2", "3", "4"] {
            call!([actor], say(what));
        }
        let told = |world: &mut World, most| {
            let log = world.log.clone();
            let room = Ret::new(move |room: Option<()>| log.write(format!("room{most}:{}", room.is_some())));
            world.runtime.on_room(&actor, most, room);
        };
        told(&mut world, 1);
        told(&mut world, 4);
        assert_eq!(world.run().matches("room").count(), 2);
        told(&mut world, 0);
        assert_eq!(world.run(), "room0:true", "at once");
        actor.pause();
        call!([actor], say("5"));
        told(&mut world, 0);
        assert_eq!(world.run(), "");
        world.runtime.terminate_child(actor.actor_id(), Ret::nop()).unwrap();
        assert_eq!(world.run(), "a:stop a:drop room0:false");
    }
}

#[test]
fn with_a_mailbox_of_its_own_readiness_is_exact() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().capacity(4));
    for what in ["1", "2", "3", "4"] {
        call!([actor], say(what));
    }
    let log = world.log.clone();
    world.runtime.on_room(&actor, 2, Ret::new(move |_| log.write("room")));
    // The news is a turn of its own, behind what is queued.
    assert_eq!(world.run(), "a:1 a:2 a:3 a:4 room");
    let seen = Rc::new(Cell::new(0));
    let (counts, watched) = (seen.clone(), actor.clone());
    for what in ["1", "2", "3", "4"] {
        call!([actor], say(what));
    }
    let room = Ret::new(move |_: Option<()>| counts.set(1 + watched.pending()));
    world.runtime.on_room(&actor, 2, room);
    for _ in 0..6 {
        world.runtime.step_ns(world.runtime.now_ns(), &Budget { messages: 1, ..Budget::default() });
    }
    assert!(seen.get() <= 3, "{}", seen.get());
    world.run();
    assert!(seen.get() > 0);
}

#[test]
fn k5_each_overflow_policy() {
    let run = |overflow| {
        let mut world = World::new();
        let actor = world
            .spec("a")
            .restart(Restart::Temporary)
            .mailbox(Mailbox::new().capacity(2).overflow(overflow));
        let actor = actor.start(&mut world.runtime).unwrap();
        world.run();
        for what in ["1", "2", "3", "4"] {
            call!([actor], say(what));
        }
        let by_id = world.runtime.door().call(actor.actor_id(), |this: &mut Node, cx| this.say(cx, "id"));
        let story = world.run();
        (story, world.runtime.pending().dead_letters, by_id, actor.is_zombie())
    };
    assert_eq!(run(Overflow::Reject), ("a:1 a:2".into(), 3 - 1, Err(PostError::Full), false));
    assert_eq!(run(Overflow::DropNewest), ("a:1 a:2".into(), 3, Ok(()), false));
    assert_eq!(run(Overflow::DropOldest), ("a:4 a:id".into(), 3, Ok(()), false));
    let (story, lost, _, gone) = run(Overflow::Fail);
    assert_eq!((story.as_str(), lost, gone), ("a:drop", 5, true));
}

#[test]
fn what_is_lost_by_a_policy_tells_its_asker() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().capacity(1).overflow(Overflow::DropOldest));
    let answers = Rc::new(RefCell::new(Vec::new()));
    for _ in 0..3 {
        let heard = answers.clone();
        let ret = Ret::new(move |answer: Option<u32>| heard.borrow_mut().push(answer));
        actor.call(move |_, _| ret!([ret], 7));
    }
    world.run();
    assert_eq!(answers.take(), [None, None, Some(7)]);
}

#[test]
fn k5_a_runtime_may_have_a_default_bound_and_each_actor_another() {
    let now = std::time::Instant::now();
    let mut runtime = Config::new().capacity(2).build(now);
    let held = actor_new!(runtime, u32, ret_nop!());
    let plain = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    let own = Spec::new(|_| Some(0_u32)).capacity(5).start(&mut runtime).unwrap();
    assert_eq!([held.capacity(), plain.capacity(), own.capacity()], [2, 2, 5]);
    assert_eq!((0..9).filter(|_| plain.try_call(|_, _| ()).is_ok()).count(), 2);
    let unbounded = actor_new!(Runtime::new(now), u32, ret_nop!());
    assert_eq!(unbounded.capacity(), u32::MAX);
}

#[test]
fn system_traffic_answers_and_timers_pass_any_bound() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().capacity(0));
    let answer: Ret<u32> = Ret::some_to_actor(actor.clone(), |this: &mut Node, cx, _| this.say(cx, "answer"));
    actor.call_at(millis(5), say("timer"));
    ret!([answer], 1);
    call!([actor], say("lost"));
    assert_eq!(world.at(5), "a:answer a:timer");
    world.stop(&actor);
    assert_eq!(world.run(), "a:stop a:drop");
}

#[test]
fn a_message_that_came_too_late_is_lost_with_a_reason() {
    let mut world = World::new();
    for own in [false, true] {
        let actor = world.start("a");
        if own {
            actor.set_mailbox(Mailbox::new());
        }
        world.run();
        actor.pause();
        let time = world.runtime.now_ns() / 1_000_000;
        actor.try_call_with(Sending::new().time_to_live(millis(10)), say("old")).unwrap();
        actor.try_call_with(Sending::new().time_to_live(millis(11)), say("fresh")).unwrap();
        world.at(time + 11);
        actor.resume();
        assert_eq!(world.run(), "a:fresh");
        assert_eq!(world.runtime.recent_dead_letters().last().unwrap().reason, DropReason::Expired);
    }
}

#[test]
fn a_rate_takes_bursts_and_then_so_many() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().rate(4, millis(100)));
    let burst = || (0..10).filter(|_| actor.try_call(say("x")).is_ok()).count();
    assert_eq!(burst(), 4);
    world.at(25);
    assert_eq!(burst(), 1);
    world.at(75);
    assert_eq!(burst(), 2);
    world.at(1_000);
    assert_eq!(burst(), 4);
    let none = with_mailbox(&mut world, Mailbox::new().rate(0, millis(100)));
    assert!(none.try_call(say("x")).is_err());
}

#[test]
fn pause_restart_and_prep_keep_the_order_and_lose_nothing() {
    let mut world = World::new();
    let spec = world.spec("a").mailbox(Mailbox::new().capacity(8));
    let actor = spec.spawn(&mut world.runtime, Ret::nop()).unwrap();
    for what in ["1", "2"] {
        call!([actor], say(what));
    }
    assert_eq!(world.run(), "a:init1 a:1 a:2");
    actor.pause();
    call!([actor], say("3"));
    world.run();
    actor.try_call_with(Sending::new().priority(Priority::High), say("4")).unwrap();
    world.run();
    actor.resume();
    assert_eq!(world.run(), "a:4 a:3");
    call!([actor], fail());
    call!([actor], say("5"));
    actor.try_call_with(Sending::new().priority(Priority::Low), say("7")).unwrap();
    call!([actor], say("6"));
    assert_eq!(world.run(), "a:fail a:drop a:init2 a:again a:5 a:6 a:7");
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "a:stop a:drop");
}

#[test]
fn a_drain_handles_what_lies_in_the_mailbox_and_refuses_who_waits_for_room() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().capacity(1));
    call!([actor], say("one"));
    let outcome = sent(&world, "sent");
    world.runtime.call_parked(&actor, millis(100), say("never"), outcome);
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "a:one sent:Err(Closed) a:stop a:drop");
}

#[test]
fn a_kill_loses_what_lies_there_and_says_so() {
    let mut world = World::new();
    let actor = world
        .spec("a")
        .restart(Restart::Temporary)
        .mailbox(Mailbox::new())
        .start(&mut world.runtime)
        .unwrap();
    world.run();
    for what in ["1", "2", "3"] {
        call!([actor], say(what));
    }
    world.kill(&actor);
    assert_eq!(world.run(), "a:drop");
    assert_eq!(world.runtime.dead_letters_of(DropReason::Cancelled), 3);
}

#[test]
fn packets_and_other_threads_meet_the_same_mailbox() {
    struct Sum(Vec<u64>);
    impl Receive for Sum {
        fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
            self.0.push(packet.tag());
        }
    }
    let mut world = World::new();
    let spec = Spec::new(|_| Some(Sum(Vec::new()))).accept_packets();
    let sum = spec.mailbox(Mailbox::new().capacity(2)).start(&mut world.runtime).unwrap();
    let door = world.runtime.door().clone();
    let id = sum.actor_id();
    let post = |tag| door.post(id, tag, Body::Copied(b"12345678")).map_err(|(error, _)| error);
    assert_eq!([post(1), post(2), post(3)], [Ok(()), Ok(()), Err(PostError::Full)]);
    assert!(!door.post_word(id, 4, [0; 8]), "the short way is for those that have no mailbox");
    world.run();
    door.set_mailbox(id, Mailbox::new().capacity(2).overflow(Overflow::DropOldest)).unwrap();
    assert_eq!([post(5), post(6), post(7)], [Ok(()); 3]);
    assert_eq!(sum.pending(), 2);
    world.run();
    let remote = sum.remote();
    std::thread::spawn(move || {
        for tag in 8..12 {
            remote.call(move |this: &mut Sum, _| this.0.push(tag)).unwrap();
        }
    })
    .join()
    .unwrap();
    world.run();
    assert_eq!(sum.query(&mut world.runtime, |sum, _| sum.0.clone()), Some(vec![1, 2, 6, 7, 10, 11]));
    assert_eq!(world.runtime.pending().messages, 0);
}

#[test]
fn teardown_drops_what_lies_there_and_tells_who_waits() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().capacity(1));
    let kept = Rc::new(());
    for _ in 0..2 {
        let captured = kept.clone();
        let told = kept.clone();
        let sent = Ret::new(move |_: Option<Result<(), ParkError>>| drop(told));
        world.runtime.call_parked(&actor, millis(100), move |_, _| drop(captured), sent);
    }
    let captured = kept.clone();
    world.runtime.on_room(&actor, 0, Ret::new(move |_: Option<()>| drop(captured)));
    drop(actor);
    drop(world);
    assert_eq!(Rc::strong_count(&kept), 1);
}
