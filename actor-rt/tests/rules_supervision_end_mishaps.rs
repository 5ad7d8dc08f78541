//! Mishaps of actors that end: each test is one that went wrong before, mostly since two things happened at once.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use supervision_support::*;

/// So many that what is quadratic does not come to an end.
const MANY: usize = if cfg!(miri) { 20 } else { 30_000 };

struct Last;

impl Receive for Last {
    fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) {
        _ = Spec::new(|_| Some(5_u32)).start_child(cx);
    }
}

#[test]
fn two_children_that_go_at_once_do_not_cut_the_hook_short() {
    let mut world = World::new();
    let spec = world.spec_of("p", Conduct { is_quiet: true, ..later() }).shutdown(Shutdown::Infinite);
    let parent = spec.start(&mut world.runtime).unwrap();
    world.run();
    let one = put_of(&mut world, &parent, "1", later());
    let two = put_of(&mut world, &parent, "2", later());
    world.log.take();
    world.stop(&parent);
    assert_eq!(world.run(), "2:stop");
    world.kill(&one);
    world.kill(&two);
    assert_eq!(world.run(), "1:drop 2:drop p:stop");
}

#[test]
fn children_that_fail_together_do_not_cut_on_stop_short() {
    // Both are linked to x, and end with it.
    let mut world = World::new();
    let spec = world.spec_of("p", Conduct { is_quiet: true, stops: Stops::After(10), ..Conduct::default() });
    let parent = spec.start(&mut world.runtime).unwrap();
    world.run();
    let conduct = Conduct { stops: Stops::After(1_000), ..Conduct::default() };
    let one = world.spec("1").restart(Restart::Temporary);
    let one = world.put(&parent, one);
    let two = world.spec("2").restart(Restart::Temporary);
    let two = world.put(&parent, two);
    let three = world.spec_of("3", conduct);
    let three = world.put(&parent, three);
    world.stop(&parent);
    world.run();
    world.log.take();
    // 3 is stopping; the others go meanwhile, and it with them.
    for it in [&one, &two, &three] {
        world.kill(it);
    }
    assert_eq!(world.run(), "1:drop 2:drop 3:drop p:stop");
    assert_eq!(world.at(20), "p:done p:drop");
}

#[test]
fn stop_of_a_supervisor_whose_paused_child_drains() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let one = world.start_under(&parent, "1");
    world.log.take();
    one.pause();
    call!([one], say("waits"));
    world.runtime.drain_children(Some(parent.actor_id()), Ret::nop()).unwrap();
    world.run();
    world.stop(&parent);
    world.at(60_000);
    assert!(parent.is_zombie(), "each child has its time, and is killed then");
}

#[test]
fn terminate_child_of_one_that_drains() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let one = world.start_under(&parent, "1");
    one.pause();
    call!([one], say("waits"));
    world.runtime.drain_children(Some(parent.actor_id()), Ret::nop()).unwrap();
    world.run();
    world.runtime.terminate_child(one.actor_id(), Ret::nop()).unwrap();
    world.at(60_000);
    assert!(one.is_zombie());
}

#[test]
fn drain_children_of_one_in_back_off_with_a_message() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let spec = world.spec("1").backoff(Backoff::new(millis(10), millis(10)));
    let one = world.put(&parent, spec);
    world.log.take();
    call!([one], fail());
    call!([one], say("waits"));
    world.run();
    let log = world.log.clone();
    world
        .runtime
        .drain_children(Some(parent.actor_id()), Ret::new(move |exit| log.write(format!("done:{exit:?}"))))
        .unwrap();
    let heard = world.at(60_000);
    assert!(heard.contains("done:Some(())"), "{heard}");
}

#[test]
fn resume_of_one_that_ends() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let _one = put_of(&mut world, &parent, "1", slow(20));
    world.log.take();
    call!([parent], fail());
    call!([parent], say("message"));
    world.run();
    assert!(!parent.resume());
    assert_eq!(world.run(), "");
}

#[test]
fn a_value_that_comes_when_the_actor_is_ending() {
    let mut world = World::new();
    let grandchild = RefCell::new(Some(world.spec_of("g", slow(20)).shutdown(Shutdown::Infinite)));
    let spec = Spec::new(move |cx: &mut Cx<'_, Node>| {
        if let Some(spec) = grandchild.borrow_mut().take() {
            spec.start_child(cx).unwrap();
        }
        None
    });
    let one = spec.start(&mut world.runtime).unwrap();
    call!([one], say("message"));
    world.run();
    world.log.take();
    world.stop(&one);
    assert_eq!(world.run(), "g:stop");
    let log = world.log.clone();
    one.call_prep(move |_| Some(Node { name: "1", log, conduct: Conduct::default(), number: 1 }));
    let heard = world.run() + &world.at(100);
    assert!(!heard.contains("1:message"), "{heard}");
}

#[test]
fn the_deadline_of_one_whose_value_comes_while_it_ends() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let grandchild = RefCell::new(Some(world.spec_of("g", later()).shutdown(Shutdown::Infinite)));
    let spec = Spec::new(move |cx: &mut Cx<'_, Node>| {
        if let Some(spec) = grandchild.borrow_mut().take() {
            spec.start_child(cx).unwrap();
        }
        None
    });
    let one = world.put(&parent, spec);
    world.stop(&parent);
    world.run();
    let log = world.log.clone();
    one.call_prep(move |_| Some(Node { name: "1", log, conduct: Conduct::default(), number: 1 }));
    let heard = world.at(60_000);
    assert!(parent.is_zombie(), "five seconds if nothing is said {heard}");
}

#[test]
fn what_an_actor_needs_to_stop_came_while_its_children_ended() {
    let mut world = World::new();
    let spec = world.spec_of("p", Conduct { is_quiet: true, ..later() }).shutdown(Shutdown::Infinite);
    let parent = spec.start(&mut world.runtime).unwrap();
    world.run();
    let _one = put_of(&mut world, &parent, "1", slow(20));
    world.log.take();
    parent.call_at(millis(10), |this, cx| this.done(cx));
    world.stop(&parent);
    let heard = world.at(1000);
    assert!(heard.contains("p:done"), "its timers still reach it: {heard}");
    assert!(parent.is_zombie(), "{heard}");
}

#[test]
fn a_reap_goes_on_after_the_panic_of_a_factorys_destructor() {
    struct Bad;
    impl Drop for Bad {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("bad"));
        }
    }
    let mut world = World::new();
    let parent = world.spec("p").restart(Restart::Temporary).start(&mut world.runtime).unwrap();
    world.run();
    let one = world.start_under(&parent, "1");
    let bad = Bad;
    let two = Spec::new(move |_| {
        let _keep = &bad;
        Some(1_u32)
    });
    let two = world.put(&parent, two);
    world.log.take();
    world.kill(&parent);
    _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.run()));
    world.at(60_000);
    assert!(two.is_zombie());
    let heard = world.exit_of(one.actor_id());
    world.run();
    assert_eq!(heard.borrow().as_ref().unwrap().kind, ExitKind::NoActor);
    assert_eq!(world.runtime.actors(), 0, "all of the tree is gone");
    assert_eq!(world.runtime.door().status(parent.actor_id()), Ok(Status::Stopped));
}

#[test]
fn what_on_stop_starts_below_a_held_actor_ends_with_it() {
    let mut world = World::new();
    let held = actor_new!(world.runtime, Last, ret_nop!());
    held.accept_packets();
    held.install(Last).ok().unwrap();
    world.run();
    world.runtime.door().stop(held.actor_id()).unwrap();
    world.run();
    let killed = Rc::new(RefCell::new(None));
    let keep = killed.clone();
    world.runtime.terminate(Some(millis(10)), Ret::new(move |ids| *keep.borrow_mut() = ids));
    world.at(10_000);
    assert_eq!(world.runtime.actors(), 0, "an orphan, which no end of the tree reaches");
}

#[test]
fn receive_on_stop_starts_a_child_in_vain() {
    struct P;
    impl Receive for P {
        fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
        fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) {
            _ = Spec::new(|_| Some(5_u32)).start_child(cx);
        }
    }
    let mut world = World::new();
    world.runtime.set_root_supervisor(Supervisor::new().intensity(Intensity::new(0, millis(1))));
    world.runtime.on_root_escalation(|_, _, _| ());
    let parent = Spec::new(|_| Some(P)).accept_packets().start(&mut world.runtime).unwrap();
    parent.call(|_, cx| cx.fail_str("x"));
    world.run();
    assert!(parent.is_zombie());
    assert_eq!(world.runtime.actors(), 0, "an orphan");
}

/// Once such an actor looked as if it would come back, and what waited for that was never let go.
#[test]
fn receive_on_stop_kills_itself_and_leaves_nothing_behind() {
    struct P;
    impl Receive for P {
        fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
        fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) {
            cx.door().kill(cx.this().actor_id(), "at last").unwrap();
        }
    }
    for restart in [Restart::Transient, Restart::Permanent, Restart::Temporary] {
        let mut world = World::new();
        let one = Spec::new(|_| Some(P)).restart(restart).accept_packets();
        let one = one.start(&mut world.runtime).unwrap();
        world.run();
        let message = Rc::new(());
        let waits = message.clone();
        one.call(move |_, _| drop(waits));
        world.runtime.door().stop(one.actor_id()).unwrap();
        world.run();
        assert_eq!(one.is_zombie(), restart != Restart::Permanent);
        assert_eq!(Rc::strong_count(&message), 1, "{restart:?}: lost, or handled by the next one");
    }
}

#[test]
fn kill_wins_over_a_stop_of_the_supervisor_that_is_on_its_way() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let one = world.start_under(&parent, "1");
    world.log.take();
    let exit = world.exit_of(one.actor_id());
    world.runtime.terminate_child(one.actor_id(), Ret::nop()).unwrap();
    world.kill(&one);
    world.run();
    assert_eq!(exit.borrow().as_ref().unwrap().kind, ExitKind::Killed);
}

#[test]
fn stopped_at_any_other_time_does_nothing() {
    let mut world = World::new();
    let one = world.spec_of("1", later()).shutdown(Shutdown::Infinite).start(&mut world.runtime).unwrap();
    world.run();
    call!([one], done());
    world.run();
    world.stop(&one);
    assert_eq!(world.run(), "1:stop");
}

#[test]
fn an_old_drain_does_not_end_the_next_incarnation() {
    let mut world = World::new();
    let parent =
        supervisor(&mut world, Supervisor::new().intensity(Intensity::new(1, Duration::from_secs(5))));
    let spec = world.spec("1").restart(Restart::Permanent);
    let one = world.put(&parent, spec);
    world.log.take();
    call!([one], fail());
    world.runtime.door().drain(one.actor_id()).unwrap();
    assert_eq!(world.run(), "1:fail 1:drop 1:init2 1:again");
}

#[test]
fn a_stop_of_one_that_is_failing_counts() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let _one = put_of(&mut world, &parent, "1", slow(10));
    world.log.take();
    call!([parent], fail());
    world.run();
    world.stop(&parent);
    world.at(100);
    assert!(parent.is_zombie());
}

#[test]
fn a_drain_of_one_that_is_failing_counts() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let _one = put_of(&mut world, &parent, "1", slow(10));
    world.log.take();
    call!([parent], fail());
    world.run();
    world.runtime.door().drain(parent.actor_id()).unwrap();
    let heard = world.at(100);
    assert!(parent.is_zombie(), "{heard} {:?}", world.runtime.door().status(parent.actor_id()));
}

#[test]
fn the_deadline_of_many() {
    // A list was searched for each of them.
    struct Stubborn;
    impl Lifecycle for Stubborn {
        fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
            Stopping::Pending
        }
    }
    let mut world = World::new();
    for _ in 0..MANY {
        let spec = Spec::new(|_| Some(Stubborn)).shutdown(Shutdown::Infinite).hooks();
        spec.start(&mut world.runtime).unwrap();
    }
    world.run();
    let named = Rc::new(Cell::new(0));
    let counts = named.clone();
    let done = Ret::new(move |killed: Option<Vec<ActorId>>| counts.set(killed.unwrap().len()));
    world.runtime.terminate(Some(millis(1_000)), done);
    world.at(1_000);
    assert_eq!((world.runtime.actors(), named.get()), (0, MANY));
}

#[test]
fn many_significant_children_behind_many_others() {
    // All children were looked at for each that ended.
    let mut world = World::new();
    let parent = supervisor(&mut world, Supervisor::new().auto_shutdown(AutoShutdown::AllSignificant));
    let id = parent.actor_id();
    for _ in 0..MANY {
        Spec::new(|_| Some(0_u8)).start_under(&mut world.runtime, id).unwrap();
    }
    let start = |world: &mut World| {
        Spec::new(|_| Some(0_u8)).significant().start_under(&mut world.runtime, id).unwrap()
    };
    let all: Vec<_> = (0..MANY).map(|_| start(&mut world)).collect();
    world.run();
    for child in &all[1..] {
        child.call(|_, cx| cx.stop());
    }
    world.run();
    assert_eq!(world.runtime.actors(), MANY + 2);
    all[0].call(|_, cx| cx.stop());
    world.run();
    assert_eq!(world.runtime.actors(), 0);
}

#[test]
fn a_capacity_set_while_draining() {
    let mut world = World::new();
    let one = world.start("1");
    one.pause();
    call!([one], say("first"));
    world.runtime.door().drain(one.actor_id()).unwrap();
    one.set_capacity(10);
    let late = world.runtime.door().call(one.actor_id(), |_: &mut Node, _| ());
    assert_eq!(late, Err(PostError::Id(IdError::Stale)));
}

#[test]
fn terminate_names_all_that_were_killed() {
    let mut world = World::new();
    let spec = world.spec_of("1", later()).shutdown(Shutdown::After(millis(10)));
    let one = spec.start(&mut world.runtime).unwrap();
    world.run();
    let two = put_of(&mut world, &one, "2", later());
    let killed = Rc::new(RefCell::new(None));
    let keep = killed.clone();
    world.runtime.terminate(None, Ret::new(move |ids| *keep.borrow_mut() = ids));
    world.at(100);
    assert_eq!(killed.borrow().as_ref().unwrap().len(), 2, "{:?} {:?}", one.actor_id(), two.actor_id());
}

#[test]
fn receive_on_stop_also_after_further_turns() {
    struct P(Log);
    impl Receive for P {
        fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
        fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) {
            self.0.write("receive-stop");
        }
    }
    impl Lifecycle for P {
        fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
            cx.this().call_at(millis(5), |_, cx| cx.stopped());
            Stopping::Pending
        }
    }
    let mut world = World::new();
    let log = world.log.clone();
    let one =
        Spec::new(move |_| Some(P(log.clone()))).hooks().accept_packets().start(&mut world.runtime).unwrap();
    world.run();
    world.runtime.door().stop(one.actor_id()).unwrap();
    assert_eq!(world.at(10), "receive-stop");
}

#[test]
fn kept_entries_go_with_a_killed_supervisor() {
    let mut world = World::new();
    let parent = world.start_temporary("p");
    let captured = Rc::new(());
    let keep = captured.clone();
    let spec = Spec::new(move |_| {
        let _ = &keep;
        Some(1_u32)
    })
    .keep();
    let one = world.put(&parent, spec);
    one.call(|_, cx| cx.stop());
    world.run();
    world.kill(&parent);
    world.run();
    assert!(parent.is_zombie());
    assert_eq!(Rc::strong_count(&captured), 1, "the factory is gone");
}

#[test]
fn a_second_stop_changes_nothing_about_the_first() {
    let mut world = World::new();
    let actor = world.spec_of("a", later()).start(&mut world.runtime).unwrap();
    world.run();
    let exit = world.exit_of(actor.actor_id());
    for _ in 0..2 {
        world.stop(&actor);
        world.run();
    }
    world.runtime.door().stopped(actor.actor_id()).unwrap();
    world.run();
    let exit = exit.take().unwrap();
    assert_eq!((exit.kind, exit.phase), (ExitKind::Stopped, Phase::Running));
}

#[test]
fn a_start_that_fails_while_its_children_end_for_a_stop() {
    let mut world = World::new();
    let grandchild = RefCell::new(Some(world.spec_of("g", slow(20)).shutdown(Shutdown::Infinite)));
    let spec = Spec::<Node>::new(move |cx| {
        if let Some(spec) = grandchild.borrow_mut().take() {
            spec.start_child(cx).unwrap();
        }
        None
    });
    let one = spec.start(&mut world.runtime).unwrap();
    world.run();
    let exit = world.exit_of(one.actor_id());
    world.stop(&one);
    world.run();
    one.call_prep(|cx| {
        cx.fail_str("too late");
        None
    });
    world.at(100);
    let exit = exit.take().unwrap();
    assert_eq!((exit.kind, exit.phase), (ExitKind::Stopped, Phase::Starting), "the first end counts");
}
