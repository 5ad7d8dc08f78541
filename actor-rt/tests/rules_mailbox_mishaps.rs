//! Regressions of mailboxes, and of asks that wait: each was a fault, and its test tells the story.

mod supervision_support;

use actor_rt::ask::*;
use actor_rt::mailbox::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use supervision_support::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn an_actor_with_a_mailbox_of_its_own_can_be_asked() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new());
    let log = world.log.clone();
    let heard = Ret::new(move |o: Option<Result<u32, AskError>>| log.write(format!("{o:?}")));
    let asked = world.runtime.ask(
        &actor,
        SECOND,
        |_: &mut Node, _: &mut Cx<'_, Node>, r: Reply<u32>| _ = r.reply(1),
        heard,
    );
    assert!(asked.is_ok(), "{:?}", asked.err());
    assert_eq!(world.run(), "Some(Ok(1))");
}

#[test]
fn an_actor_that_overflows_more_than_once_fails_once() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().capacity(1).overflow(Overflow::Fail));
    for what in ["1", "2", "3", "4"] {
        call!([actor], say(what));
    }
    let story = world.run();
    assert_eq!(story, "a:drop a:init2 a:again a:1");
}

#[test]
fn one_burst_that_overflows_does_not_use_up_the_restarts() {
    let start = std::time::Instant::now();
    let mut runtime = Runtime::new(start);
    let spec = Spec::new(|_| Some(0_u32)).mailbox(Mailbox::new().capacity(1).overflow(Overflow::Fail));
    let actor = spec.start(&mut runtime).unwrap();
    for _ in 0..3 {
        actor.call(|n, _| *n += 1);
    }
    runtime.run(start, false);
    assert!(runtime.not_shutdown(), "one burst ends the whole runtime");
    assert!(!actor.is_zombie());
}

#[test]
fn an_actor_that_waits_for_its_own_room_is_restarted_with_its_mailbox() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.set_capacity(1);
    actor.call(|_, cx| {
        let me = cx.this().clone();
        me.call(say("kept"));
        cx.send_parked(&me, SECOND, say("never"), |_, _, _| ());
        cx.fail_str("a fault");
    });
    assert_eq!(world.run(), "a:drop a:init2 a:again a:kept");
    assert_eq!(actor.capacity(), 1);
    call!([actor], say("after"));
    assert_eq!(world.run(), "a:after");
}

#[test]
fn a_supervisor_whose_child_waits_for_its_room_is_restarted() {
    let mut world = World::new();
    let parent = world.spec("p").restart(Restart::Permanent).start(&mut world.runtime).unwrap();
    world.run();
    let child = world.start_under(&parent, "c");
    parent.set_capacity(1);
    parent.pause();
    call!([parent], say("kept"));
    let to = parent.clone();
    child.call(move |_, cx| cx.send_parked(&to, Duration::from_secs(60), say("never"), |_, _, _| ()));
    world.run();
    world.kill(&parent);
    world.run();
    assert!(!parent.is_zombie());
    call!([parent], say("after"));
    assert_eq!(world.run(), "p:after");
}

#[test]
fn what_waits_behind_lazy_work_is_taken_after_it() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.set_capacity(1);
    actor.lazy(say("lazy"));
    let told = sent(&world, "p");
    world.runtime.call_parked(&actor, SECOND, say("parked"), told);
    let story = world.run();
    assert!(story.contains("a:lazy") && story.contains("a:parked"), "stuck: {story}");
}

#[test]
fn room_that_an_answer_leaves_is_told() {
    let mut world = World::new();
    let actor = world.start("a");
    let answer: Ret<u32> = Ret::some_to_actor(actor.clone(), |this: &mut Node, cx, _| this.say(cx, "answer"));
    call!([actor], say("1"));
    let ready = room(&world);
    world.runtime.on_room(&actor, 0, ready);
    ret!([answer], 1);
    let story = world.run();
    assert_eq!(actor.pending(), 0);
    assert!(story.contains("room:true"), "stuck: {story}");
}

#[test]
fn who_waits_for_room_takes_none() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.set_capacity(4);
    call!([actor], say("1"));
    call!([actor], say("2"));
    for _ in 0..2 {
        let ready = room(&world);
        world.runtime.on_room(&actor, 1, ready);
    }
    assert_eq!(actor.pending(), 2);
    assert!(actor.try_call(say("3")).is_ok(), "two of four places are taken");
}

#[test]
fn who_waits_for_room_fails_no_actor() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().capacity(2).overflow(Overflow::Fail));
    call!([actor], say("1"));
    let ready = room(&world);
    world.runtime.on_room(&actor, 0, ready);
    call!([actor], say("2"));
    assert_eq!(world.run().replace(" room:true", ""), "a:1 a:2");
}

#[test]
fn parked_sends_keep_the_rate() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().rate(1, SECOND));
    call!([actor], say("1"));
    for _ in 0..5 {
        world.runtime.call_parked(&actor, Duration::from_secs(10), say("x"), Ret::nop());
    }
    let story = world.run();
    assert_eq!(story, "a:1");
    assert_eq!(world.at(1_000), "a:x");
}

#[test]
fn a_panic_in_a_watch_loses_nobody_elses_news() {
    let mut world = World::new();
    let actor = world.start_temporary("a");
    world.watch(&actor, "w");
    actor.set_capacity(1);
    actor.pause();
    call!([actor], say("never"));
    world.runtime.on_room(
        &actor,
        0,
        Ret::new(|room: Option<()>| assert!(room.is_some(), "a fault of the watcher")),
    );
    let sender = world.start("s");
    let _ = sender;
    world.kill(&actor);
    let start = world.runtime.now_ns();
    let (_, panic) = world.runtime.step_caught(start, &Budget::default());
    assert!(panic.is_some());
    assert_eq!(world.log.take(), "a:drop w:down:Killed");
}

#[test]
fn a_panic_in_a_watch_leaves_no_timers() {
    let mut world = World::new();
    let actor = Spec::new(|_| Some(Vec::<Ret<u32>>::new()))
        .restart(Restart::Temporary)
        .start(&mut world.runtime)
        .unwrap();
    actor.set_capacity(1);
    actor.call(|_, _| ());
    world.runtime.on_room(
        &actor,
        0,
        Ret::new(|room: Option<()>| assert!(room.is_some(), "a fault of the watcher")),
    );
    // It has timers.
    actor.call_at(Duration::from_secs(5), |_, _| ());
    world.runtime.door().kill(actor.actor_id(), "a kill").unwrap();
    let now = world.runtime.now_ns();
    _ = world.runtime.step_caught(now, &Budget::default());
    assert_eq!(world.runtime.pending().timers, 0);
}

#[test]
fn lazy_and_idle_calls_stay_so_with_a_mailbox() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new());
    actor.idle(say("idle"));
    actor.lazy(say("lazy"));
    call!([actor], say("call"));
    assert_eq!(world.run(), "a:call a:lazy");
    world.runtime.run(std::time::Instant::now(), true);
    assert_eq!(world.log.take(), "a:idle");
}

#[test]
fn a_raised_bound_takes_what_waits_while_the_actor_is_paused() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.set_capacity(0);
    actor.pause();
    let told = sent(&world, "p");
    world.runtime.call_parked(&actor, millis(10), say("parked"), told);
    world.run();
    actor.set_capacity(5);
    assert_eq!(world.at(5), "p:Ok(())");
    assert!(actor.try_call(say("later")).is_ok());
    actor.resume();
    assert_eq!(world.run(), "a:parked a:later");
}

#[test]
fn a_drain_takes_what_there_is_room_for_and_refuses_the_rest() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.set_capacity(1);
    call!([actor], say("one"));
    let told = sent(&world, "p1");
    world.runtime.call_parked(&actor, SECOND, say("p1"), told);
    let told = sent(&world, "p2");
    world.runtime.call_parked(&actor, SECOND, say("p2"), told);
    actor.set_capacity(2);
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "a:one a:p1 p1:Ok(()) p2:Err(Closed) a:stop a:drop");
}

#[test]
fn packets_meet_the_policy() {
    struct Sum;
    impl Receive for Sum {
        fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
    }
    for (overflow, ends) in [(Overflow::Fail, true), (Overflow::DropNewest, false)] {
        let mut world = World::new();
        let spec = Spec::new(|_| Some(Sum)).accept_packets().restart(Restart::Temporary);
        let sum =
            spec.mailbox(Mailbox::new().capacity(1).overflow(overflow)).start(&mut world.runtime).unwrap();
        let door = world.runtime.door().clone();
        door.post(sum.actor_id(), 1, Body::Copied(b"")).map_err(|(e, _)| e).unwrap();
        let second = door.post(sum.actor_id(), 2, Body::Copied(b"")).map_err(|(e, _)| e);
        world.run();
        if overflow == Overflow::DropNewest {
            assert_eq!(second, Ok(()), "the sender is not told");
        }
        assert_eq!(sum.is_zombie(), ends, "{overflow:?}");
    }
}

#[test]
fn who_has_answered_is_in_no_circle() {
    let mut world = World::new();
    let (a, b) = (world.start("a"), world.start("b"));
    let (to_b, to_a) = (b.clone(), a.clone());
    let log = world.log.clone();
    a.call(move |_, cx| {
        let b_asks_back = move |_: &mut Node, cx: &mut Cx<'_, Node>, reply: Reply<u32>| {
            reply.reply(1);
            let asked = cx.ask_holding(
                &to_a,
                SECOND,
                |_: &mut Node, _: &mut Cx<'_, Node>, reply: Reply<u32>| _ = reply.reply(2),
                |this, cx, outcome| {
                    if outcome == Ok(2) {
                        this.say(cx, "heard")
                    }
                },
            );
            log.write(format!("{:?}", asked.err()));
        };
        cx.ask_holding(&to_b, SECOND, b_asks_back, |this, cx, outcome| {
            if outcome == Ok(1) {
                this.say(cx, "heard")
            }
        })
        .unwrap();
    });
    assert_eq!(world.run(), "None a:heard b:heard");
}

#[test]
fn a_drain_lets_one_that_waits_for_an_answer_finish() {
    for more in [true, false] {
        let mut world = World::new();
        let (a, b) = (world.start("a"), world.start("b"));
        let to = b.clone();
        b.pause();
        a.call(move |_, cx| {
            cx.ask_holding(
                &to,
                SECOND,
                |_: &mut Node, _: &mut Cx<'_, Node>, reply: Reply<u32>| _ = reply.reply(2),
                |this, cx, outcome| {
                    if outcome == Ok(2) { this.say(cx, "heard") } else { this.say(cx, "lost") }
                },
            )
            .unwrap();
        });
        world.run();
        if more {
            call!([a], say("more"));
        }
        world.runtime.door().drain(a.actor_id()).unwrap();
        world.run();
        b.resume();
        let story = world.run();
        assert_eq!(story, if more { "a:heard a:more a:stop a:drop" } else { "a:heard a:stop a:drop" });
    }
}

#[test]
fn who_waits_for_room_brings_no_priorities() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.set_capacity(1);
    call!([actor], say("1"));
    let ready = room(&world);
    world.runtime.on_room(&actor, 0, ready);
    actor.set_capacity(9);
    call!([actor], say("2"));
    actor.try_call_with(Sending::new().priority(Priority::High), say("high")).unwrap();
    assert_eq!(
        world.run().replace("room:true", "").split_whitespace().collect::<Vec<_>>().join(" "),
        "a:1 a:2 a:high"
    );
}

#[test]
fn nothing_is_lost_for_a_packet_that_is_not_taken() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().capacity(1).overflow(Overflow::DropOldest));
    call!([actor], say("1"));
    let remote = world.runtime.remote();
    remote.post(actor.actor_id(), 7, Body::Copied(b"")).map_err(|_| ()).unwrap();
    assert_eq!(world.run(), "a:1");
}

struct Counts(Rc<RefCell<Vec<(u64, u64, String)>>>);
impl Observer for Counts {
    fn ingress(&mut self, _: u64, _: Ingress) {}
    fn delivering(&mut self, d: &Delivery) {
        self.0.borrow_mut().push((d.message, d.cause, d.type_name.to_string()));
    }
    fn delivered(&mut self) {}
}

#[test]
fn messages_in_a_mailbox_are_traced() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new());
    let seen = Rc::new(RefCell::new(Vec::new()));
    world.runtime.set_observer(Some(Box::new(Counts(seen.clone()))));
    let again = actor.clone();
    actor.call(move |_, _| again.call(say("2")));
    world.run();
    let seen = seen.take();
    assert!(seen.iter().all(|(m, _, _)| *m != 0), "{seen:#?}");
}

/// It was told nothing at all.
#[test]
fn teardown_tells_who_waits_for_room() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.set_capacity(0);
    let told = sent(&world, "p");
    world.runtime.call_parked(&actor, SECOND, say("never"), told);
    let World { runtime, log, .. } = world;
    drop(runtime);
    assert!(log.take().contains("p:Err(Closed)"));
}

/// The panic of its destructor came to the sender before the actor had failed.
#[test]
fn an_actor_fails_although_the_message_that_was_too_much_panics() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("a fault of the message");
        }
    }
    let mut world = World::new();
    let spec = world.spec("a").restart(Restart::Temporary);
    let actor =
        spec.mailbox(Mailbox::new().capacity(0).overflow(Overflow::Fail)).start(&mut world.runtime).unwrap();
    world.run();
    let bomb = Bomb;
    actor.call(move |_, _| drop(bomb));
    let now = world.runtime.now_ns();
    let (_, panic) = world.runtime.step_caught(now, &Budget::default());
    assert!(panic.is_some());
    assert!(actor.is_zombie());
}

/// It took a few more in each span, since the part of each was rounded down.
#[test]
fn a_rate_is_never_more_than_it_says() {
    let mut world = World::new();
    let actor = with_mailbox(&mut world, Mailbox::new().rate(7, Duration::from_nanos(10)));
    let taken = (0..1_000).filter(|at| {
        world.runtime.step_ns(*at, &Budget::default());
        actor.try_call(|_, _| ()).is_ok()
    });
    let taken = taken.count();
    assert!((480..=507).contains(&taken), "one in each two nanoseconds, and a burst: {taken}");
}

/// The oldest was lost for it, and that one's destructor ended the receiver: the message was neither queued nor counted as lost.
#[test]
fn a_message_whose_receiver_ends_while_room_is_made_for_it_is_counted_as_lost() {
    struct Kept(Rc<RefCell<Vec<&'static str>>>, &'static str);
    impl Drop for Kept {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1);
        }
    }
    let mut world = World::new();
    let place = world.runtime.reserve::<u32>();
    let actor = place.clone();
    actor.set_mailbox(Mailbox::new().capacity(1).overflow(Overflow::DropOldest));
    actor.call(move |_, _| drop(place));
    let dropped = Rc::default();
    let kept = Kept(Rc::clone(&dropped), "second");
    actor.call(move |_, _| drop(kept));
    assert!(actor.is_zombie());
    assert_eq!(*dropped.borrow(), ["second"]);
    world.run();
    assert_eq!(world.runtime.dead_letters(), 2);
}

/// Each message that was handled went through all who wait for room. They are told in the order in which they came, whatever they wait for.
#[test]
fn who_waits_for_room_is_told_in_the_order_of_coming() {
    let mut world = World::new();
    let wait = |world: &mut World, actor: &Actor<Node>, most: u32, who: &'static str| {
        let log = world.log.clone();
        let room = Ret::new(move |room: Option<()>| log.write(format!("{who}:{}", room.is_some())));
        world.runtime.on_room(actor, most, room);
    };
    // One by one.
    let actor = with_mailbox(&mut world, Mailbox::new().capacity(8));
    (0..4).for_each(|_| call!([actor], say("m")));
    for (most, who) in [(0, "0"), (3, "3"), (1, "1"), (3, "3'"), (2, "2")] {
        wait(&mut world, &actor, most, who);
    }
    assert_eq!(world.run().replace("a:m ", ""), "3:true 3':true 2:true 1:true 0:true");
    // All at once: its mailbox is made for them, and looked at when what was there before is handled.
    let plain = world.start("a");
    (0..4).for_each(|_| call!([plain], say("m")));
    for (most, who) in [(0, "0"), (3, "3"), (1, "1")] {
        wait(&mut world, &plain, most, who);
    }
    assert_eq!(world.run().replace("a:m ", ""), "0:true 3:true 1:true");
    // None: it ends.
    actor.pause();
    (0..4).for_each(|_| call!([actor], say("m")));
    for (most, who) in [(0, "0"), (3, "3"), (1, "1")] {
        wait(&mut world, &actor, most, who);
    }
    world.stop(&actor);
    assert_eq!(world.run(), "a:stop a:drop 0:false 3:false 1:false");
}
