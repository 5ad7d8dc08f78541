//! Restarts: who, when, how often, and what a restart keeps. The names begin with the sentence of the study that they prove (A: the
//! supervision article, R: ractor, K: where these conflict), or say what OTP's supervisor does.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use supervision_support::*;

/// A supervisor's settings that restart without end.
fn settings(strategy: Strategy) -> Supervisor {
    Supervisor::new().strategy(strategy).intensity(many())
}

/// A supervisor of this kind, started under the root.
fn supervisor(world: &mut World, settings: Supervisor) -> Actor<Node> {
    let conduct = Conduct { is_quiet: true, ..Conduct::default() };
    let parent = world.spec_of("p", conduct).supervises(settings).start(&mut world.runtime).unwrap();
    world.run();
    parent
}

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
fn a5_k10_an_anchored_window_counts_from_the_start_and_anew_after_the_period() {
    let mut world = World::new();
    let intensity = Intensity::new(2, Duration::from_secs(5)).window(Window::Anchored);
    let actor = world.spec("a").intensity(intensity).start(&mut world.runtime).unwrap();
    let fails_at = |world: &mut World, time| {
        world.at(time);
        call!([actor], fail());
        world.run();
        !actor.is_zombie()
    };
    assert!(fails_at(&mut world, 4_000) && fails_at(&mut world, 5_000), "two in the first window");
    assert!(fails_at(&mut world, 5_001), "exactly: longer than the period");
    assert!(fails_at(&mut world, 10_001), "two in the second");
    assert!(!fails_at(&mut world, 10_001), "the third");
}

#[test]
fn k10_a_sliding_window_counts_the_last_period() {
    let mut world = World::new();
    let actor = world
        .spec("a")
        .intensity(Intensity::new(2, Duration::from_secs(5)))
        .start(&mut world.runtime)
        .unwrap();
    let fails_at = |world: &mut World, time| {
        world.at(time);
        call!([actor], fail());
        world.run();
        !actor.is_zombie()
    };
    assert!(fails_at(&mut world, 4_000) && fails_at(&mut world, 8_000));
    assert!(fails_at(&mut world, 9_001), "the first is longer ago than the period");
    assert!(!fails_at(&mut world, 13_000), "exactly a period is within it");
}

#[test]
fn otp_one_restart_in_five_seconds_if_nothing_is_said() {
    let mut world = World::new();
    world.runtime.set_root_supervisor(Supervisor::new());
    let actor = world.start("a");
    call!([actor], fail());
    world.run();
    assert!(!actor.is_zombie());
    call!([actor], fail());
    world.run();
    assert!(actor.is_zombie());
    let Some(StopCause::Failed(error)) = world.runtime.shutdown_reason() else { panic!("a8: the root ends") };
    assert_eq!(error.to_string(), "a fault");
}

#[test]
fn otp_the_intensity_is_that_of_all_children_together() {
    let mut world = World::new();
    let settings = Supervisor::new().intensity(Intensity::new(1, Duration::from_secs(5)));
    let parent = supervisor(&mut world, settings);
    let (one, two) = (world.start_under(&parent, "one"), world.start_under(&parent, "two"));
    world.log.take();
    call!([one], fail());
    call!([two], fail());
    assert_eq!(
        world.run(),
        "one:fail one:drop one:init2 one:again two:fail two:drop p:escalated one:stop one:drop p:drop p:init2 p:again"
    );
}

#[test]
fn a6_a7_an_escalation_is_a_failure_of_the_parent_and_climbs_to_the_root() {
    let mut world = World::new();
    world.runtime.set_root_supervisor(Supervisor::new().intensity(Intensity::new(0, Duration::from_secs(1))));
    let none = Supervisor::new().intensity(Intensity::new(0, Duration::from_secs(1)));
    let top = world.spec("t").supervises(none).start(&mut world.runtime).unwrap();
    let mid = world.spec("m").supervises(none);
    let mid = world.put(&top, mid);
    let child = world.start_under(&mid, "c");
    let heard = Rc::new(RefCell::new(Vec::new()));
    let keep = heard.clone();
    world
        .runtime
        .on_root_escalation(move |_, child, cause| keep.borrow_mut().push((child, cause.to_string())));
    world.log.take();
    call!([child], fail());
    assert_eq!(world.run(), "c:fail c:drop m:escalated m:drop t:escalated t:drop");
    let heard = heard.take();
    assert_eq!(heard[0].0, top.actor_id());
    assert!(heard[0].1.contains("failed too often") && heard[0].1.ends_with("a fault"), "{}", heard[0].1);
    assert!(world.runtime.not_shutdown(), "the host decides");
}

#[test]
fn a6_the_parent_may_stop_or_go_on_without() {
    for (escalation, story) in [
        (Escalation::Stop, "c:fail c:drop p:escalated p:stop p:drop"),
        (Escalation::Ignore, "c:fail c:drop p:escalated"),
        (Escalation::Restart, "c:fail c:drop p:escalated p:drop p:init2 p:again"),
    ] {
        let mut world = World::new();
        let none = Supervisor::new().intensity(Intensity::new(0, Duration::from_secs(1)));
        let conduct = Conduct { escalation, ..Conduct::default() };
        let parent = world.spec_of("p", conduct).supervises(none).start(&mut world.runtime).unwrap();
        let child = world.start_under(&parent, "c");
        world.log.take();
        call!([child], fail());
        assert_eq!(world.run(), story);
    }
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
fn otp_one_for_one_restarts_the_child_alone() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let [_, two, _] = ["1", "2", "3"].map(|name| world.start_under(&parent, name));
    world.log.take();
    call!([two], fail());
    assert_eq!(world.run(), "2:fail 2:drop 2:init2 2:again");
}

#[test]
fn otp_one_for_all_ends_the_others_youngest_first_and_starts_all_oldest_first() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let [one, two, three] = ["1", "2", "3"].map(|name| world.start_under(&parent, name));
    world.log.take();
    call!([two], fail());
    call!([one], say("waits"));
    assert_eq!(
        world.run(),
        "2:fail 2:drop 3:stop 3:drop 1:stop 1:drop 1:init2 1:again 2:init2 2:again 3:init2 3:again 1:waits"
    );
    assert!([one, two, three].iter().all(|actor| !actor.is_zombie()));
}

#[test]
fn otp_rest_for_one_does_that_with_those_started_later() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::RestForOne));
    let [_, two, _, _] = ["1", "2", "3", "4"].map(|name| world.start_under(&parent, name));
    world.log.take();
    call!([two], fail());
    assert_eq!(
        world.run(),
        "2:fail 2:drop 4:stop 4:drop 3:stop 3:drop 2:init2 2:again 3:init2 3:again 4:init2 4:again"
    );
}

#[test]
fn otp_a_temporary_child_ends_with_the_group_and_does_not_come_back() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let spec = world.spec("2").restart(Restart::Temporary);
    let two = world.put(&parent, spec);
    world.log.take();
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 2:stop 2:drop 1:init2 1:again");
    assert!(two.is_zombie());
    assert_eq!(world.runtime.count_children(Some(parent.actor_id())).unwrap().entries, 1);
}

#[test]
fn a_group_waits_for_each_child_to_end_and_for_each_to_be_ready() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let slow = Conduct { stops: Stops::After(10), ..Conduct::default() };
    let waits = slow.starts_waiting.clone();
    let two = world.spec_of("2", slow);
    let two = world.put(&parent, two);
    world.start_under(&parent, "3");
    world.log.take();
    waits.set(1);
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 3:stop 3:drop 2:stop");
    assert_eq!(world.at(10), "2:done 2:drop 1:init2 1:again 2:wait");
    let (log, conduct) = (world.log.clone(), Conduct::default());
    two.call_prep(move |_| Some(Node { name: "2", log, conduct, number: 9 }));
    assert_eq!(world.run(), "2:again 3:init2 3:again");
}

#[test]
fn a_failure_while_a_group_is_restarted_begins_it_anew() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let conduct = Conduct::default();
    let failing = conduct.starts_failing.clone();
    let two = world.spec_of("2", conduct);
    world.put(&parent, two);
    world.log.take();
    failing.set(2);
    call!([one], fail());
    assert_eq!(
        world.run(),
        "1:fail 1:drop 2:stop 2:drop 1:init2 1:again 2:no 1:stop 1:drop 1:init3 1:again 2:no 1:stop 1:drop \
         1:init4 1:again 2:init4 2:again"
    );
}

#[test]
fn otp_a_start_that_fails_again_is_tried_again_and_counts() {
    let mut world = World::new();
    let conduct = Conduct::default();
    let failing = conduct.starts_failing.clone();
    let spec = world.spec_of("a", conduct).intensity(Intensity::new(3, Duration::from_secs(5)));
    let actor = spec.start(&mut world.runtime).unwrap();
    world.run();
    failing.set(2);
    call!([actor], fail());
    call!([actor], say("waits"));
    assert_eq!(world.run(), "a:fail a:drop a:no a:no a:init4 a:again a:waits");
    failing.set(3);
    world.at(10_000);
    call!([actor], fail());
    call!([actor], say("lost"));
    assert_eq!(world.run(), "a:fail a:drop a:no a:no a:no");
    assert!(actor.is_zombie());
    assert_eq!(world.runtime.dead_letters_of(DropReason::Cancelled), 1);
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
fn significant_children_end_their_supervisor() {
    let run = |auto, first_fails: bool| {
        let mut world = World::new();
        let parent = supervisor(&mut world, Supervisor::new().auto_shutdown(auto));
        let specs = ["1", "2"].map(|name| world.spec(name).restart(Restart::Temporary).significant());
        let [one, two] = specs.map(|spec| world.put(&parent, spec));
        world.start_under(&parent, "3");
        if first_fails {
            call!([one], fail())
        } else {
            call!([one], ends())
        }
        world.run();
        let after_one = parent.is_zombie();
        if !two.is_zombie() {
            call!([two], ends());
        }
        world.run();
        (after_one, parent.is_zombie())
    };
    for fails in [false, true] {
        assert_eq!(run(AutoShutdown::Never, fails), (false, false));
        assert_eq!(run(AutoShutdown::AnySignificant, fails), (true, true));
        assert_eq!(run(AutoShutdown::AllSignificant, fails), (false, true));
    }
    // One that is terminated has not ended by itself.
    let mut world = World::new();
    let parent = supervisor(&mut world, Supervisor::new().auto_shutdown(AutoShutdown::AnySignificant));
    let spec = world.spec("1").significant();
    let one = world.put(&parent, spec);
    world.runtime.terminate_child(one.actor_id(), Ret::nop()).unwrap();
    world.run();
    assert!(one.is_zombie() && !parent.is_zombie());
}

#[test]
fn otp_children_are_started_terminated_restarted_deleted_counted_and_listed() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let (one, two) = (world.start_under(&parent, "one"), world.start_under(&parent, "two"));
    let of = Some(parent.actor_id());
    world.watch(&one, "one");
    world.log.take();
    let done = world.log.clone();
    let done = Ret::new(move |exit: Option<Exit>| done.write(format!("done:{:?}", exit.unwrap().kind)));
    world.runtime.terminate_child(one.actor_id(), done).unwrap();
    assert_eq!(world.run(), "one:stop one:drop one:down:Stopped done:Stopped");
    let statuses = |world: &World| {
        world.runtime.children(of).unwrap().iter().map(|child| child.status).collect::<Vec<_>>()
    };
    assert_eq!(statuses(&world), [ChildStatus::Ended, ChildStatus::Running]);
    let counts = world.runtime.count_children(of).unwrap();
    assert_eq!((counts.entries, counts.active), (2, 1));
    let error = world.runtime.restart_child(of, two.actor_id()).unwrap_err();
    assert!(matches!(error, StartError::NoChild), "it lives");
    let again = world.runtime.restart_child(of, one.actor_id()).unwrap();
    assert_ne!(again, one.actor_id());
    assert!(one.is_zombie(), "a handle of one that has ended stays one");
    assert_eq!(world.run(), "one:init2");
    assert_eq!(statuses(&world), [ChildStatus::Running; 2]);
    world.runtime.terminate_child(again, Ret::nop()).unwrap();
    world.run();
    assert!(world.runtime.delete_child(of, again) && !world.runtime.delete_child(of, again));
    assert_eq!(statuses(&world), [ChildStatus::Running]);
    assert_eq!(world.runtime.terminate_child(again, Ret::nop()), Err(IdError::Stale));
}

#[test]
fn an_entry_goes_with_its_actor_unless_it_is_kept() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    for _ in 0..100 {
        let child = world.start_under(&parent, "c");
        call!([child], ends());
        world.run();
    }
    let of = Some(parent.actor_id());
    assert_eq!(world.runtime.children(of).unwrap(), []);
    let spec = world.spec("kept").keep();
    let child = world.put(&parent, spec);
    call!([child], ends());
    world.run();
    assert_eq!(world.runtime.children(of).unwrap()[0].status, ChildStatus::Ended);
    assert!(world.runtime.restart_child(of, child.actor_id()).is_ok());
}

#[test]
fn stop_and_drain_all_children_and_wait() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let children = ["1", "2"].map(|name| world.start_under(&parent, name));
    world.log.take();
    let told = |world: &World, what| {
        let log = world.log.clone();
        Ret::new(move |done: Option<()>| log.write(format!("{what}:{}", done.is_some())))
    };
    let done = told(&world, "stopped");
    world.runtime.stop_children(Some(parent.actor_id()), done).unwrap();
    assert_eq!(world.run(), "2:stop 2:drop 1:stop 1:drop stopped:true");
    drop(children);
    let children = ["3", "4"].map(|name| world.start_under(&parent, name));
    world.log.take();
    for child in &children {
        call!([child], say("first"));
    }
    let done = told(&world, "drained");
    world.runtime.drain_children(Some(parent.actor_id()), done).unwrap();
    assert_eq!(world.run(), "3:first 4:first 4:stop 4:drop 3:stop 3:drop drained:true");
    let done = told(&world, "none");
    world.runtime.stop_children(Some(parent.actor_id()), done).unwrap();
    assert_eq!(world.run(), "none:true");
}

#[test]
fn a_chain_of_a_hundred_thousand_starts_fails_and_stops_without_deep_recursion() {
    struct Deep(u32, Rc<Cell<u32>>);
    impl Lifecycle for Deep {
        fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
            self.1.set(self.1.get() + 1);
            let (rest, started) = (self.0 - 1, self.1.clone());
            if rest > 0 {
                let spec = Spec::new(move |_| Some(Deep(rest, started.clone()))).hooks();
                spec.shutdown(Shutdown::Infinite).spawn_child(cx, Ret::nop()).unwrap();
            }
        }
    }
    let depth = if cfg!(miri) { 50 } else { 100_000 };
    let body = move || {
        let mut world = World::new();
        let started = Rc::new(Cell::new(0));
        let counts = started.clone();
        let top = Spec::new(move |_| Some(Deep(depth, counts.clone()))).hooks();
        let top = top.shutdown(Shutdown::Infinite).start(&mut world.runtime).unwrap();
        world.run();
        assert_eq!((started.take(), world.runtime.actors()), (depth, depth as usize));
        top.call(|_, cx| cx.fail_str("a fault"));
        world.run();
        assert_eq!((started.take(), world.runtime.actors()), (depth, depth as usize), "all of it anew");
        world.runtime.door().stop(top.actor_id()).unwrap();
        world.run();
        assert_eq!(world.runtime.actors(), 0);
        for end in [false, true] {
            let counts = started.clone();
            let top = Spec::once(move |_| Some(Deep(depth, counts.clone()))).hooks();
            let top = top.start(&mut world.runtime).unwrap();
            world.run();
            assert_eq!(world.runtime.actors(), depth as usize);
            if end {
                break; // taken down with the runtime
            }
            world.runtime.door().kill(top.actor_id(), "enough").unwrap();
            world.run();
            assert_eq!(world.runtime.actors(), 0);
        }
    };
    let small = std::thread::Builder::new().stack_size(256 * 1024);
    small.spawn(body).unwrap().join().unwrap();
}

#[test]
fn many_children_of_one_supervisor_come_and_go_in_a_few_steps_each() {
    let count: u32 = if cfg!(miri) { 50 } else { 20_000 };
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let id = parent.actor_id();
    let children: Vec<_> = (0..count)
        .map(|n| Spec::new(move |_| Some(n)).start_under(&mut world.runtime, id).unwrap())
        .collect();
    world.run();
    children[0].call(|_, cx| cx.fail_str("a fault"));
    world.run();
    assert!(children.iter().all(|child| !child.is_zombie()));
    world.stop(&parent);
    world.run();
    assert_eq!(world.runtime.actors(), 0);
}
