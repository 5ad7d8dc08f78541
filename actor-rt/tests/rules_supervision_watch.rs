//! Monitors and links. The names begin with the sentence of the study that they prove (R: ractor), or say what OTP does.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use supervision_support::*;

/// An actor's monitor of another one, which tells the log.
fn monitor(world: &mut World, watcher: &Actor<Node>, target: ActorId) -> MonitorId {
    watcher
        .query(&mut world.runtime, |_, cx| {
            cx.monitor(target, |this, cx, exit| {
                this.log.write(format!("{}:down:{:?}", this.name, exit.kind));
                if exit.reason.as_deref() == Some("contagious") {
                    cx.fail_str("infected");
                }
            })
        })
        .unwrap()
}

#[test]
fn otp_one_down_for_each_monitor() {
    let mut world = World::new();
    let (watcher, target) = (world.start("w"), world.start_temporary("t"));
    for _ in 0..3 {
        monitor(&mut world, &watcher, target.actor_id());
    }
    world.kill(&target);
    assert_eq!(world.run(), "t:drop w:down:Killed w:down:Killed w:down:Killed");
    assert_eq!(world.run(), "");
}

#[test]
fn those_inside_and_outside_hear_of_an_end_in_the_order_in_which_they_asked() {
    let mut world = World::new();
    let (watcher, target) = (world.start("w"), world.start_temporary("t"));
    monitor(&mut world, &watcher, target.actor_id());
    world.watch(&target, "out");
    monitor(&mut world, &watcher, target.actor_id());
    world.kill(&target);
    assert_eq!(world.run(), "t:drop w:down:Killed out:down:Killed w:down:Killed");
}

#[test]
fn what_is_on_its_way_to_somebody_outside_when_the_runtime_goes_is_told() {
    fn ask(door: &Door, log: &Log, more: u32) {
        let (again, writes) = (door.clone(), log.clone());
        door.monitor(None, ActorId(0), move |exit: Exit| {
            writes.write(format!("{more}:{:?}", exit.kind));
            if more > 0 {
                ask(&again, &writes, more - 1);
            }
        });
    }
    let world = World::new();
    let log = world.log.clone();
    ask(world.runtime.door(), &log, 4);
    drop(world);
    assert_eq!(log.take(), "4:NoActor 3:NoActor 2:NoActor 1:NoActor 0:NoActor");
}

#[test]
fn otp_a_monitor_of_one_that_has_ended_or_never_was_tells_at_once() {
    let mut world = World::new();
    let (watcher, target) = (world.start("w"), world.start_temporary("t"));
    world.kill(&target);
    monitor(&mut world, &watcher, target.actor_id()); // about to end: it is gone already
    world.run();
    monitor(&mut world, &watcher, target.actor_id());
    assert_eq!(world.run(), "w:down:NoActor");
    let other = Runtime::new(world.runtime.now());
    for id in [ActorId(0), ActorId(7), ActorId(target.actor_id().0 ^ 1 << 60)] {
        monitor(&mut world, &watcher, id);
        assert_eq!(world.run(), "w:down:NoActor");
    }
    drop(other);
}

#[test]
fn otp_demonitor_removes_a_down_that_is_on_its_way() {
    let mut world = World::new();
    let (watcher, target) = (world.start("w"), world.start_temporary("t"));
    let (one, two) =
        (monitor(&mut world, &watcher, target.actor_id()), monitor(&mut world, &watcher, target.actor_id()));
    world.runtime.demonitor(one);
    let door = world.runtime.door().clone();
    // The end is told before the next message; so withdraw in the turn that ends it.
    let id = target.actor_id();
    watcher.call(move |_, _| {
        door.kill(id, "enough").unwrap();
        assert_eq!(door.demonitor(two), Ok(()));
        assert_eq!(door.demonitor(two), Err(IdError::Stale));
        assert_eq!(door.demonitor(MonitorId(id.0)), Err(IdError::WrongKind));
    });
    assert_eq!(world.run(), "t:drop");
    // And one whose news is queued behind another turn.
    let target = world.start_temporary("t");
    let first = world.runtime.door().clone();
    let second = Rc::new(RefCell::new(None));
    let withdraws = second.clone();
    world.runtime.door().monitor(None, target.actor_id(), move |_| {
        assert_eq!(first.demonitor(withdraws.take().unwrap()), Ok(()));
    });
    *second.borrow_mut() = Some(monitor(&mut world, &watcher, target.actor_id()));
    world.kill(&target);
    assert_eq!(world.run(), "t:drop");
}

#[test]
fn r46_monitors_hear_before_the_supervisor_and_a_restart_is_no_end() {
    let mut world = World::new();
    let parent = world.start("p");
    let child = world.start_under(&parent, "c");
    let watcher = world.start("w");
    world.log.take();
    monitor(&mut world, &watcher, child.actor_id());
    call!([child], fail());
    assert_eq!(world.run(), "c:fail c:drop c:init2 c:again p:child-restarted");
    call!([child], ends());
    assert_eq!(world.run(), "c:ends c:stop c:drop w:down:Stopped p:child-ended:stopped");
}

#[test]
fn r46_the_monitors_of_one_that_ends_go_with_it() {
    let mut world = World::new();
    let (watcher, target) = (world.start_temporary("w"), world.start_temporary("t"));
    monitor(&mut world, &watcher, target.actor_id());
    let other = world.start("o");
    let kept = monitor(&mut world, &other, target.actor_id());
    world.kill(&watcher);
    world.kill(&target);
    assert_eq!(world.run(), "w:drop t:drop o:down:Killed");
    assert!(!world.runtime.demonitor(kept), "told");
}

#[test]
fn a_monitor_survives_the_restart_of_either() {
    let mut world = World::new();
    let (watcher, target) = (world.start("w"), world.start("t"));
    monitor(&mut world, &watcher, target.actor_id());
    call!([watcher], fail());
    call!([target], fail());
    world.run();
    call!([target], ends());
    assert_eq!(world.run(), "t:ends t:stop t:drop w:down:Stopped");
}

#[test]
fn a_down_is_a_turn_of_its_watcher_and_its_failure_is_the_watchers() {
    let mut world = World::new();
    let (watcher, target) = (world.start_temporary("w"), world.start_temporary("t"));
    monitor(&mut world, &watcher, target.actor_id());
    target.call(|_, cx| cx.fail_str("contagious"));
    assert_eq!(world.run(), "t:drop w:down:Failed w:drop");
}

#[test]
fn a_down_overtakes_messages_and_reaches_paused_and_full_ones() {
    let mut world = World::new();
    let (watcher, target) = (world.start("w"), world.start_temporary("t"));
    monitor(&mut world, &watcher, target.actor_id());
    watcher.set_capacity(1);
    watcher.pause();
    call!([watcher], say("waits"));
    world.kill(&target);
    assert_eq!(world.run(), "t:drop w:down:Killed");
    watcher.resume();
    assert_eq!(world.run(), "w:waits");
}

#[test]
fn a_down_for_one_that_is_preparing_waits_for_its_value() {
    let mut world = World::new();
    let (watcher, target) = (world.start("w"), world.start_temporary("t"));
    monitor(&mut world, &watcher, target.actor_id());
    let spec = world.spec("x").backoff(Backoff::new(millis(10), millis(10)));
    drop(spec);
    call!([watcher], fail());
    let door = world.runtime.door().clone();
    let id = target.actor_id();
    world.runtime.defer(move |_| door.kill(id, "enough").unwrap());
    assert_eq!(world.run(), "w:fail w:drop w:init2 w:again t:drop w:down:Killed");
    let backing =
        world.spec("b").backoff(Backoff::new(millis(10), millis(10))).start(&mut world.runtime).unwrap();
    world.run();
    let target = world.start_temporary("t");
    monitor(&mut world, &backing, target.actor_id());
    call!([backing], fail());
    world.run();
    world.kill(&target);
    assert_eq!(world.run(), "t:drop");
    assert_eq!(world.at(10), "b:init2 b:again b:down:Killed");
}

#[test]
fn plain_held_actors_watch_and_are_watched() {
    let mut world = World::new();
    let held = actor_new!(world.runtime, Node, ret_nop!());
    let (log, conduct) = (world.log.clone(), Conduct::default());
    held.call_prep(move |_| Some(Node { name: "held", log, conduct, number: 1 }));
    let target = world.start_temporary("t");
    monitor(&mut world, &held, target.actor_id());
    world.watch(&held, "held");
    world.kill(&target);
    assert_eq!(world.run(), "t:drop held:down:Killed");
    drop(held);
    assert_eq!(world.run(), "held:drop held:down:Dropped");
}

#[test]
fn a_monitor_by_the_door_ends_with_its_watcher_and_its_closure_is_dropped() {
    let mut world = World::new();
    let (watcher, target) = (world.start_temporary("w"), world.start_temporary("t"));
    let alive = Rc::new(());
    let captured = alive.clone();
    let door = world.runtime.door().clone();
    door.monitor(Some(watcher.actor_id()), target.actor_id(), move |_| drop(captured));
    world.kill(&watcher);
    world.run();
    assert_eq!(Rc::strong_count(&alive), 1);
}

#[test]
fn a_panic_of_a_monitors_closure_is_raised_at_the_end_of_the_step_and_the_others_hear() {
    let mut world = World::new();
    let target = world.start_temporary("t");
    let door = world.runtime.door().clone();
    door.monitor(None, target.actor_id(), |_| std::panic::resume_unwind(Box::new("a panic")));
    world.watch(&target, "t");
    world.kill(&target);
    let now = world.runtime.now_ns();
    let (_, panic) = world.runtime.step_caught(now, &Budget::UNBOUNDED);
    assert_eq!(panic.unwrap().downcast_ref(), Some(&"a panic"));
    assert_eq!(world.log.take(), "t:drop t:down:Killed");
}

#[test]
fn otp_linked_actors_end_together_in_both_directions() {
    for first in [true, false] {
        let mut world = World::new();
        let (one, two) = (world.start_temporary("1"), world.start_temporary("2"));
        world.runtime.link(one.actor_id(), two.actor_id()).unwrap();
        world.runtime.link(two.actor_id(), one.actor_id()).unwrap();
        let exit = world.exit_of(if first { two.actor_id() } else { one.actor_id() });
        if first {
            call!([one], fail())
        } else {
            call!([two], fail())
        }
        let story = world.run();
        assert_eq!(story, if first { "1:fail 1:drop 2:drop" } else { "2:fail 2:drop 1:drop" });
        let exit = exit.take().unwrap();
        assert_eq!(exit.kind, ExitKind::Failed);
        assert!(exit.reason.as_deref().unwrap().contains("a fault"), "{exit}");
    }
}

#[test]
fn otp_an_orderly_end_does_not_travel_along_a_link() {
    let mut world = World::new();
    let (one, two) = (world.start_temporary("1"), world.start_temporary("2"));
    world.runtime.link(one.actor_id(), two.actor_id()).unwrap();
    call!([one], ends());
    assert_eq!(world.run(), "1:ends 1:stop 1:drop");
    assert!(!two.is_zombie());
}

#[test]
fn otp_one_that_traps_is_told_instead_also_of_orderly_ends() {
    let mut world = World::new();
    let traps = Conduct { traps: true, ..Conduct::default() };
    let watcher = world.spec_of("w", traps).start(&mut world.runtime).unwrap();
    let [one, two, three] = ["1", "2", "3"].map(|name| world.start_temporary(name));
    for other in [&one, &two, &three] {
        world.runtime.link(watcher.actor_id(), other.actor_id()).unwrap();
    }
    call!([one], fail());
    call!([two], ends());
    world.kill(&three);
    assert_eq!(
        world.run(),
        "3:drop w:exit:Killed 1:fail 1:drop w:exit:Failed 2:ends 2:stop 2:drop w:exit:Stopped"
    );
}

#[test]
fn otp_a_link_to_one_that_is_gone_tells_at_once() {
    let mut world = World::new();
    let gone = world.start_temporary("g");
    world.kill(&gone);
    world.run();
    let one = world.start_temporary("1");
    world.runtime.link(one.actor_id(), gone.actor_id()).unwrap();
    assert_eq!(world.run(), "1:drop");
    let traps = Conduct { traps: true, ..Conduct::default() };
    let watcher = world.spec_of("w", traps).start(&mut world.runtime).unwrap();
    world.run();
    world.runtime.link(watcher.actor_id(), gone.actor_id()).unwrap();
    assert_eq!(world.run(), "w:exit:NoActor");
    assert_eq!(world.runtime.link(gone.actor_id(), watcher.actor_id()), Err(IdError::Stale));
}

#[test]
fn unlink_takes_effect_also_for_news_on_its_way() {
    let mut world = World::new();
    let (one, two) = (world.start_temporary("1"), world.start_temporary("2"));
    let (id_one, id_two) = (one.actor_id(), two.actor_id());
    world.runtime.link(id_one, id_two).unwrap();
    let door = world.runtime.door().clone();
    world.runtime.door().monitor(None, id_one, move |_| door.unlink(id_two, id_one));
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop");
    assert!(!two.is_zombie());
    let three = world.start_temporary("3");
    world.runtime.link(three.actor_id(), id_two).unwrap();
    world.runtime.unlink(three.actor_id(), id_two);
    world.kill(&three);
    assert_eq!(world.run(), "3:drop");
    world.runtime.link(id_two, id_two).unwrap(); // to itself: nothing
    world.kill(&two);
    assert_eq!(world.run(), "2:drop");
}

#[test]
fn a_restart_is_no_end_for_a_link_and_the_link_stays() {
    let mut world = World::new();
    let (one, two) = (world.start("1"), world.start_temporary("2"));
    world.runtime.link(one.actor_id(), two.actor_id()).unwrap();
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 1:init2 1:again");
    world.runtime.terminate_child(one.actor_id(), Ret::nop()).unwrap();
    world.run();
    assert!(one.is_zombie() && !two.is_zombie());
    let (one, two) = (world.start("1"), world.start_temporary("2"));
    world.runtime.link(one.actor_id(), two.actor_id()).unwrap();
    call!([two], fail());
    assert_eq!(
        world.run(),
        "1:init1 2:init1 2:fail 2:drop 1:drop 1:init2 1:again".trim_start_matches("1:init1 2:init1 ")
    );
}

#[test]
fn a_ring_of_links_ends_and_ends_once() {
    let mut world = World::new();
    let count = if cfg!(miri) { 20 } else { 2_000 };
    let ring: Vec<_> = (0..count)
        .map(|_| world.spec("n").restart(Restart::Temporary).start(&mut world.runtime).unwrap())
        .collect();
    for (at, actor) in ring.iter().enumerate() {
        let next = ring[(at + 1) % ring.len()].actor_id();
        world.runtime.link(actor.actor_id(), next).unwrap();
    }
    world.run();
    call!([ring[0]], fail());
    let story = world.run();
    assert_eq!(story.matches("drop").count(), count);
    assert_eq!(world.runtime.actors(), 0);
}

#[test]
fn a_restart_can_be_observed_and_the_watch_ends_with_the_actor() {
    let mut world = World::new();
    let actor = world.start("a");
    let log = world.log.clone();
    let alive = Rc::new(());
    let captured = alive.clone();
    let tell = Fwd::new(move |event: registry::RestartEvent| {
        let _keep = &captured;
        log.write(format!("restarts:{}", event.restarts));
    });
    world.runtime.watch_restarts(actor.actor_id(), tell.clone()).unwrap();
    let withdrawn = world.runtime.watch_restarts(actor.actor_id(), tell).unwrap();
    assert!(world.runtime.unwatch(withdrawn));
    for count in [1, 2] {
        call!([actor], fail());
        let story = world.run();
        assert!(story.ends_with(&format!("a:again restarts:{count}")), "{story}");
    }
    world.stop(&actor);
    assert_eq!(world.run(), "a:stop a:drop");
    assert_eq!(Rc::strong_count(&alive), 1);
    let gone = world.runtime.watch_restarts(actor.actor_id(), Fwd::new(|_| ()));
    assert_eq!(gone, Err(IdError::Stale));
}

/// Writes down which packets it gets: tag, sender, and whether the bytes are those of a stop.
struct Widow(Rc<RefCell<Vec<(u64, u64, bool)>>>);

impl Receive for Widow {
    fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        self.0.borrow_mut().push((packet.tag(), packet.sender(), packet.data() == b"Stopped"));
    }
}

#[test]
fn otp_a_down_by_packet_says_of_whom_and_can_be_withdrawn_until_it_is_heard() {
    let mut world = World::new();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let widow = world.runtime.door().spawn(Widow(heard.clone()), Ret::nop());
    let watch = |world: &mut World, target: &Actor<Node>| {
        let kind = |_, exit: &Exit| format!("{:?}", exit.kind).into_bytes();
        world.runtime.door().monitor_by_packet(widow.actor_id(), target.actor_id(), 9, kind)
    };
    let [one, two, three] = ["1", "2", "3"].map(|name| world.start_temporary(name));
    let monitor = watch(&mut world, &one);
    one.call(|_, cx| cx.stop());
    world.run();
    assert_eq!(heard.take(), [(9, one.actor_id().0, true)]);
    assert_eq!(world.runtime.door().demonitor(monitor), Err(IdError::Stale));
    // While its watcher is paused it has not been heard.
    widow.pause();
    let (second, third) = (watch(&mut world, &two), watch(&mut world, &three));
    two.call(|_, cx| cx.stop());
    three.call(|_, cx| cx.stop());
    world.run();
    assert_eq!(world.runtime.door().demonitor(second), Ok(()));
    widow.resume();
    world.run();
    assert_eq!(heard.take(), [(9, three.actor_id().0, true)]);
    assert_eq!(world.runtime.door().demonitor(third), Err(IdError::Stale));
}
