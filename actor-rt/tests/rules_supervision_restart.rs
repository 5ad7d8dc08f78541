//! Restarts: which ends lead to one, when it comes, what it keeps. The names begin with the sentence of the
//! study that they prove (R: ractor, A: the supervision article, X: rsactor, O: ODIN, K: where these conflict).
//! Others say what OTP's supervisor does.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::Cell;
use std::rc::Rc;
use supervision_support::*;

#[test]
fn a1_a2_the_failing_message_is_gone_the_others_meet_a_fresh_state_under_the_same_address() {
    let mut world = World::new();
    let actor = world.start("a");
    let id = actor.actor_id();
    actor.set_name("its name");
    for what in ["one", "two"] {
        call!([actor], say(what));
    }
    call!([actor], panics());
    call!([actor], say("three"));
    world.runtime.door().call(id, |this: &mut Node, cx| this.say(cx, "by-id")).unwrap();
    assert_eq!(world.run(), "a:one a:two a:panic a:drop a:init2 a:again a:three a:by-id");
    assert_eq!((actor.actor_id(), actor.name().as_deref()), (id, Some("its name")));
    assert_eq!(world.runtime.pending().dead_letters, 0, "nothing else was lost");
}

#[test]
fn a4_before_a_restart_the_children_end_in_order_and_are_forgotten() {
    let mut world = World::new();
    let parent = world.start("p");
    world.start_under(&parent, "one");
    world.start_under(&parent, "two");
    world.log.take();
    call!([parent], fail());
    assert_eq!(world.run(), "p:fail two:stop two:drop one:stop one:drop p:drop p:init2 p:again");
    assert_eq!(world.runtime.count_children(Some(parent.actor_id())).unwrap().entries, 0);
}

#[test]
fn a4_messages_wait_while_the_children_end_and_none_is_lost() {
    let mut world = World::new();
    let parent = world.start("p");
    let slow = world.spec_of("c", Conduct { stops: Stops::After(20), ..Conduct::default() });
    world.put(&parent, slow);
    world.log.take();
    call!([parent], fail());
    call!([parent], say("one"));
    assert_eq!(world.at(10), "p:fail c:stop");
    call!([parent], say("two"));
    assert_eq!(world.at(20), "c:done c:drop p:drop p:init2 p:again p:one p:two");
}

#[test]
fn a11_started_after_each_construction_restarted_before_that_with_the_cause() {
    struct Tells(Log);
    impl Lifecycle for Tells {
        fn on_started(&mut self, _: &mut Cx<'_, Self>) {
            self.0.write("started");
        }
        fn on_restart(&mut self, _: &mut Cx<'_, Self>, cause: &StopCause) {
            self.0.write(format!("restarted({cause})"));
        }
    }
    let mut world = World::new();
    let log = world.log.clone();
    let actor = Spec::new(move |_| Some(Tells(log.clone()))).hooks().start(&mut world.runtime).unwrap();
    actor.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.run(), "started restarted(Actor failed: a fault) started");
}

#[test]
fn a13_k4_what_is_made_of_a_value_is_never_restarted_and_a_factorys_child_is_transient() {
    let mut world = World::new();
    let factory = Spec::new(|_| Some(1_u32)).start(&mut world.runtime).unwrap();
    let value = Spec::once(|_| Some(1_u32)).restart(Restart::Permanent).start(&mut world.runtime).unwrap();
    let list = world.runtime.children(None).unwrap();
    assert_eq!([list[0].restart, list[1].restart], [Restart::Transient, Restart::Temporary]);
    for actor in [&factory, &value] {
        actor.call(|_, cx| cx.fail_str("a fault"));
    }
    world.run();
    assert!(!factory.is_zombie() && value.is_zombie());
}

#[test]
fn k4_which_ends_restart_which_children() {
    let restarts = |restart, how: fn(&mut World, &Actor<Node>)| {
        let mut world = World::new();
        let actor = world.spec("a").restart(restart).start(&mut world.runtime).unwrap();
        world.run();
        how(&mut world, &actor);
        world.run();
        !actor.is_zombie()
    };
    type How = fn(&mut World, &Actor<Node>);
    let ends: [(&str, How, [bool; 3]); 7] = [
        ("stops itself", |_, actor| call!([actor], ends()), [true, false, false]),
        ("is stopped", |world, actor| world.stop(actor), [true, false, false]),
        (
            "is drained",
            |world, actor| world.runtime.door().drain(actor.actor_id()).unwrap(),
            [true, false, false],
        ),
        ("fails", |_, actor| call!([actor], fail()), [true, true, false]),
        ("panics", |_, actor| call!([actor], panics()), [true, true, false]),
        ("is killed", |world, actor| world.kill(actor), [true, true, false]),
        (
            "is terminated",
            |world, actor| world.runtime.terminate_child(actor.actor_id(), Ret::nop()).unwrap(),
            [false, false, false],
        ),
    ];
    for (name, how, expected) in ends {
        let all = [Restart::Permanent, Restart::Transient, Restart::Temporary];
        assert_eq!(all.map(|restart| restarts(restart, how)), expected, "one that {name}");
    }
}

#[test]
fn an_orderly_end_that_goes_wrong_on_the_way_is_no_reason_to_come_back() {
    for stops in [Stops::Failing, Stops::Panicking, Stops::Later] {
        let mut world = World::new();
        let actor =
            world.spec_of("a", Conduct { stops, ..Conduct::default() }).start(&mut world.runtime).unwrap();
        world.run();
        world.stop(&actor);
        world.run();
        if !actor.is_zombie() {
            world.kill(&actor);
            world.run();
        }
        assert!(actor.is_zombie());
    }
    let mut world = World::new();
    let actor = world.start("a");
    call!([actor], fail());
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "a:fail a:drop", "it failed on what it was to handle yet");
}

#[test]
fn a_back_off_waits_longer_each_time_up_to_the_most_and_begins_anew() {
    let mut world = World::new();
    let backoff = Backoff::new(millis(100), millis(350)).reset(millis(1_000));
    let actor = world.spec("a").backoff(backoff).start(&mut world.runtime).unwrap();
    world.run();
    let mut time = 0;
    let mut fails = |world: &mut World, wait: u64| {
        call!([actor], fail());
        call!([actor], say("waits"));
        assert_eq!(world.run(), "a:fail a:drop");
        assert_eq!(world.at(time + wait - 1), "", "after {wait} at {time}");
        time += wait;
        let story = world.at(time);
        assert!(story.starts_with("a:init") && story.ends_with("a:again a:waits"), "{story}");
    };
    for wait in [100, 200, 350, 350] {
        fails(&mut world, wait);
    }
    time += 1_000;
    world.at(time);
    let mut fails = |world: &mut World, wait: u64| {
        call!([actor], fail());
        assert_eq!(world.at(time + wait - 1), "a:fail a:drop");
        time += wait;
        world.at(time);
        assert!(!actor.is_zombie() && actor.query(&mut world.runtime, |_, _| ()).is_some());
    };
    fails(&mut world, 100);
}

#[test]
fn jitter_shortens_waits_and_is_the_same_in_each_run() {
    let waits = || {
        let mut world = World::new();
        let backoff = Backoff::new(millis(100), millis(100)).jitter(0.5);
        let actor = world.spec("a").backoff(backoff).start(&mut world.runtime).unwrap();
        world.run();
        (0..20)
            .map(|_| {
                call!([actor], fail());
                world.run();
                let wait = world.runtime.next_timeout(world.runtime.now()).unwrap();
                let now = world.runtime.now() + wait;
                world.runtime.run(now, false);
                wait
            })
            .collect::<Vec<_>>()
    };
    let all = waits();
    assert_eq!(all, waits());
    assert!(all.iter().all(|wait| (millis(50)..=millis(100)).contains(wait)), "{all:?}");
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert!(distinct.len() > 15, "{all:?}");
}

#[test]
fn while_it_waits_the_bound_of_its_mailbox_applies() {
    let mut world = World::new();
    let backoff = Backoff::new(millis(100), millis(100));
    let actor = world.spec("a").backoff(backoff).capacity(2).start(&mut world.runtime).unwrap();
    world.run();
    call!([actor], fail());
    world.run();
    for what in ["one", "two", "three"] {
        call!([actor], say(what));
    }
    assert_eq!(world.runtime.dead_letters_of(DropReason::Full), 1);
    assert_eq!(world.at(100), "a:init2 a:again a:one a:two");
}

#[test]
fn while_it_waits_it_may_be_stopped_killed_or_terminated() {
    let mut world = World::new();
    let ends: [fn(&mut World, &Actor<Node>); 3] = [
        |world, actor| world.stop(actor),
        |world, actor| world.kill(actor),
        |world, actor| world.runtime.terminate_child(actor.actor_id(), Ret::nop()).unwrap(),
    ];
    for end in ends {
        let spec = world.spec("a").backoff(Backoff::new(millis(100), millis(100)));
        let actor = spec.intensity(Intensity::new(1, millis(60_000))).start(&mut world.runtime).unwrap();
        world.run();
        call!([actor], fail());
        world.run();
        end(&mut world, &actor);
        assert_eq!(world.run(), "");
        assert!(actor.is_zombie() && world.runtime.pending().timers == 0);
    }
}

#[test]
fn timers_requests_and_kept_tokens_of_the_old_incarnation_are_void() {
    struct Peer(Vec<u64>);
    impl Receive for Peer {
        fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
            if packet.tag() == 9 {
                packet.keep_reply();
            }
            self.0.push(packet.tag());
        }
    }
    let mut world = World::new();
    let spec = || Spec::new(|_| Some(Peer(Vec::new()))).accept_packets();
    let (actor, other) =
        (spec().start(&mut world.runtime).unwrap(), spec().start(&mut world.runtime).unwrap());
    let (id, other_id) = (actor.actor_id(), other.actor_id());
    let door = world.runtime.door().clone();
    let outcome = Rc::new(Cell::new(None));
    let heard = outcome.clone();
    door.timer_post(id, 1, Body::Copied(b""), 1_000_000).unwrap();
    actor.call_at(millis(1), |this, _| this.0.push(2));
    door.ask(id, 9, Body::Copied(b""), u64::MAX, move |answer| heard.set(Some(answer.outcome))).unwrap();
    let token = door.ask_from(id, other_id, 9, Body::Copied(b""), 5_000_000).unwrap();
    let answer: Ret<u32> = Ret::some_to_actor(actor.clone(), |this: &mut Peer, _, _| this.0.push(3));
    world.run();
    assert_eq!(door.open_asks(), 2);
    actor.call(|_, cx| cx.fail_str("a fault"));
    world.run();
    assert_eq!((outcome.get(), door.open_asks()), (Some(Outcome::NoReply), 0));
    assert!(door.reply(token, 4, Body::Copied(b"")).is_err());
    ret!([answer], 7);
    world.at(10);
    assert_eq!(actor.query(&mut world.runtime, |peer, _| peer.0.clone()), Some(vec![]));
    assert_eq!(world.runtime.pending().timers, 0);
    // Those of the new one are its own.
    door.timer_post(id, 1, Body::Copied(b""), 11_000_000).unwrap();
    world.at(11);
    assert_eq!(actor.query(&mut world.runtime, |peer, _| peer.0.clone()), Some(vec![1]));
}

#[test]
fn never_are_two_incarnations_alive() {
    thread_local!(static ALIVE: Cell<i32> = const { Cell::new(0) });
    struct One;
    impl One {
        fn new() -> Self {
            ALIVE.set(ALIVE.get() + 1);
            assert_eq!(ALIVE.get(), 1);
            One
        }
    }
    impl Drop for One {
        fn drop(&mut self) {
            ALIVE.set(ALIVE.get() - 1);
        }
    }
    let mut world = World::new();
    let actor = Spec::new(|_| Some(One::new())).start(&mut world.runtime).unwrap();
    for _ in 0..10 {
        actor.call(|_, cx| cx.fail_str("a fault"));
        world.run();
    }
    assert_eq!(ALIVE.get(), 1);
    drop(world);
    assert_eq!(ALIVE.get(), 0);
}

#[test]
fn a_destructor_that_panics_or_posts_to_its_own_actor_does_not_stop_the_restart() {
    struct Bad(Option<Actor<Bad>>, Log);
    impl Drop for Bad {
        fn drop(&mut self) {
            if let Some(actor) = self.0.take() {
                actor.call(|this, _| this.1.write("posted"));
                std::panic::resume_unwind(Box::new("a panic in a destructor"));
            }
        }
    }
    let mut world = World::new();
    let log = world.log.clone();
    let actor = Spec::new(move |_| Some(Bad(None, log.clone()))).start(&mut world.runtime).unwrap();
    let own = actor.clone();
    actor.call(move |this, cx| {
        this.0 = Some(own);
        cx.fail_str("a fault");
    });
    let now = world.runtime.now_ns();
    let (progress, panic) = world.runtime.step_caught(now, &Budget::UNBOUNDED);
    assert_eq!((progress.failed, panic.unwrap().downcast_ref()), (1, Some(&"a panic in a destructor")));
    assert_eq!(world.run(), "posted");
}

#[test]
fn an_actor_tells_which_incarnation_it_is_from_the_moment_that_the_one_before_has_ended() {
    let mut world = World::new();
    let spec = world.spec("a").backoff(Backoff::new(millis(10), millis(10)));
    let actor = spec.start(&mut world.runtime).unwrap();
    world.run();
    assert_eq!(actor.incarnation(), 0);
    for number in 1..=3 {
        call!([actor], fail());
        assert_eq!(actor.incarnation(), number - 1);
        world.run();
        assert_eq!(actor.incarnation(), number, "it waits for its restart");
        world.at(u64::from(number) * 1_000);
        assert_eq!(actor.incarnation(), number);
    }
    let held = actor_new!(world.runtime, u32, ret_nop!());
    assert_eq!(held.incarnation(), 0);
}
