//! Mishaps of supervision: each test is one that went wrong before, mostly since two things happened at once.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};
use supervision_support::*;

/// So many that what is quadratic does not come to an end.
const MANY: usize = if cfg!(miri) { 20 } else { 30_000 };

fn settings(strategy: Strategy) -> Supervisor {
    Supervisor::new().strategy(strategy).intensity(many())
}

fn supervisor(world: &mut World, settings: Supervisor) -> Actor<Node> {
    let quiet = Conduct { is_quiet: true, ..Conduct::default() };
    let actor = world.spec_of("p", quiet).supervises(settings).start(&mut world.runtime).unwrap();
    world.run();
    world.log.take();
    actor
}

fn slow(wait: u64) -> Conduct {
    Conduct { stops: Stops::After(wait), ..Conduct::default() }
}

fn later() -> Conduct {
    Conduct { stops: Stops::Later, ..Conduct::default() }
}

fn put_of(world: &mut World, parent: &Actor<Node>, name: &'static str, conduct: Conduct) -> Actor<Node> {
    let spec = world.spec_of(name, conduct).shutdown(Shutdown::Infinite);
    let it = world.put(parent, spec);
    world.log.take();
    it
}

#[derive(Default)]
struct Boss(Vec<String>);

impl Lifecycle for Boss {
    fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        if let ChildEvent::Ended { phase, state, .. } = event {
            let state = state.take().map(|state| *state.downcast::<u32>().unwrap());
            self.0.push(format!("{phase:?} {state:?}"));
        }
    }
}

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
fn a_deadline_that_was_due_does_not_hit_the_next_incarnation() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let spec = world.spec_of("2", slow(5)).shutdown(Shutdown::After(millis(10)));
    let _two = world.put(&parent, spec);
    world.log.take();
    call!([one], fail());
    world.run();
    // The host comes late.
    world.runtime.run(std::time::Instant::now() + millis(1000), false);
    let heard = world.log.take();
    assert_eq!(heard, "2:done 2:drop 1:init2 1:again 2:init2 2:again");
}

#[test]
fn a_start_timeout_that_was_due_does_not_hit_the_next_start() {
    let mut world = World::new();
    let conduct = Conduct::default();
    conduct.starts_waiting.set(2);
    let two = world.spec_of("2", conduct).start_timeout(millis(10)).start(&mut world.runtime).unwrap();
    two.call_at_prep(millis(5), |cx| {
        cx.fail_str("no");
        None
    });
    world.run();
    world.log.take();
    world.runtime.run(Instant::now() + millis(1000), false);
    assert_eq!(world.log.take(), "2:wait");
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
fn a_resumed_actor_that_failed_handles_messages_with_the_value_that_panicked() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let conduct = Conduct { stops: Stops::After(10), ..Conduct::default() };
    let spec = world.spec_of("1", conduct);
    world.put(&parent, spec);
    world.log.take();
    call!([parent], panics());
    parent.call(|this, _| this.log.write(format!("by {}", this.number)));
    world.run();
    parent.resume();
    let heard = world.at(100);
    assert!(heard.contains("by 2"), "{heard}");
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
fn an_error_whose_text_panics() {
    #[derive(Debug)]
    struct BadText;
    impl std::fmt::Display for BadText {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            std::panic::resume_unwind(Box::new("bad text"))
        }
    }
    impl std::error::Error for BadText {}
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let one = Spec::new(|_| Some(1_u32)).restart(Restart::Temporary);
    let one = world.put(&parent, one);
    world.log.take();
    one.call(|_, cx| cx.fail(BadText));
    _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.run()));
    world.run();
    assert!(one.is_zombie(), "it has ended");
    assert_eq!(world.runtime.actors(), 1);
    world.stop(&parent);
    world.at(60_000);
    assert!(parent.is_zombie());
}

#[test]
fn killed_between_a_groups_leave_and_its_turn() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let two = world.start_under(&parent, "2");
    world.log.take();
    one.query(&mut world.runtime, |_, cx| cx.fail_str("a fault"));
    world.kill(&two);
    let log = world.run();
    assert!(!two.is_zombie(), "{log}");
}

#[test]
fn a_down_closure_that_fails_between_a_groups_leave_and_its_turn() {
    // The same by the means of a program: a monitor's turn in the urgent lane.
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let two = world.start_under(&parent, "2");
    let other = world.start_temporary("x");
    let id = other.actor_id();
    two.call(move |_, cx| {
        cx.monitor(id, |_, cx, _| cx.fail_str("cannot live without"));
    });
    world.run();
    world.log.take();
    // One handler that kills x and fails.
    one.call(move |_, cx| {
        cx.door().kill(id, "with me").unwrap();
        cx.fail_str("a fault");
    });
    let log = world.run();
    assert!(!two.is_zombie(), "{log}");
}

#[test]
fn terminate_child_during_a_group_restart() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let two = world.start_under(&parent, "2");
    let _three = put_of(&mut world, &parent, "3", slow(10));
    world.log.take();
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 3:stop");
    let log = world.log.clone();
    world
        .runtime
        .terminate_child(
            two.actor_id(),
            Ret::new(move |exit: Option<Exit>| log.write(format!("done:{}", exit.is_some()))),
        )
        .unwrap();
    world.at(100);
    assert!(two.is_zombie(), "it is not restarted");
}

#[test]
fn stop_children_during_a_group_restart() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let _two = put_of(&mut world, &parent, "2", slow(10));
    world.log.take();
    call!([one], fail());
    world.run();
    let log = world.log.clone();
    world
        .runtime
        .stop_children(Some(parent.actor_id()), Ret::new(move |exit| log.write(format!("done:{exit:?}"))))
        .unwrap();
    let heard = world.at(100);
    assert!(heard.contains("done:Some(())"), "{heard}");
}

#[test]
fn adopt_of_the_one_that_a_group_is_ending() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let other = world.start("q");
    let one = world.start_under(&parent, "1");
    let two = world.start_under(&parent, "2");
    let three = put_of(&mut world, &parent, "3", later());
    world.log.take();
    call!([two], fail());
    assert_eq!(world.run(), "2:fail 2:drop 3:stop");
    world.runtime.adopt(Some(other.actor_id()), three.actor_id()).unwrap();
    assert_eq!(world.run(), "1:stop 1:drop 1:init2 1:again 2:init2 2:again");
    let _ = one;
}

#[test]
fn adopt_of_the_one_that_a_group_is_starting() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let other = world.start("q");
    let one = world.start_under(&parent, "1");
    let conduct = Conduct::default();
    let two = put_of(&mut world, &parent, "2", conduct.clone());
    let three = world.start_under(&parent, "3");
    world.log.take();
    conduct.starts_waiting.set(1);
    call!([one], fail());
    assert_eq!(world.run(), "1:fail 1:drop 3:stop 3:drop 2:stop 2:drop 1:init2 1:again 2:wait");
    world.runtime.adopt(Some(other.actor_id()), two.actor_id()).unwrap();
    assert_eq!(world.run(), "3:init2 3:again");
    let _ = three;
}

#[test]
fn adopt_of_one_that_waits_for_its_group() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let other = world.start("q");
    let _one = put_of(&mut world, &parent, "1", slow(10));
    let two = world.start_under(&parent, "2");
    world.log.take();
    call!([two], fail());
    assert_eq!(world.run(), "2:fail 2:drop 1:stop");
    world.runtime.adopt(Some(other.actor_id()), two.actor_id()).unwrap();
    let heard = world.at(60_000);
    assert!(heard.contains("2:init2"), "{heard}");
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

#[test]
fn failed_start_comes_back_with_group() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let one = world.start_under(&parent, "1");
    let grandchild = RefCell::new(Some(world.spec_of("g", slow(10))));
    let log = world.log.clone();
    let spec = Spec::new(move |cx: &mut Cx<'_, u32>| {
        log.write("make");
        if let Some(spec) = grandchild.borrow_mut().take() {
            spec.start_child(cx).unwrap();
            cx.fail_str("bad");
            return None;
        }
        Some(1)
    });
    assert!(matches!(spec.start_under(&mut world.runtime, parent.actor_id()), Err(StartError::Failed(_))));
    world.run();
    call!([one], fail());
    world.run();
    world.at(50);
    assert_eq!(world.runtime.children(Some(parent.actor_id())).unwrap().len(), 1, "the start had failed");
}

#[test]
fn a_monitor_of_one_that_was_killed_and_comes_back() {
    let mut world = World::new();
    let one = world.start("1");
    world.log.take();
    world.kill(&one);
    world.watch(&one, "1");
    assert_eq!(world.run(), "1:drop 1:init2 1:again");
}

#[test]
fn a_link_to_one_that_was_killed_and_comes_back() {
    let mut world = World::new();
    let one = world.start("1");
    let two = world.start_temporary("2");
    world.log.take();
    world.kill(&one);
    world.runtime.link(two.actor_id(), one.actor_id()).unwrap();
    assert_eq!(world.run(), "1:drop 1:init2 1:again");
}

#[test]
fn a_monitor_that_the_old_value_leaves_in_its_destructor() {
    struct Last(Door, Rc<Cell<u64>>, Log);
    impl Drop for Last {
        fn drop(&mut self) {
            let log = self.2.clone();
            self.0.monitor(None, ActorId(self.1.get()), move |exit| log.write(format!("{:?}", exit.kind)));
        }
    }
    let mut world = World::new();
    let id = Rc::new(Cell::new(0));
    let (door, log, keep) = (world.runtime.door().clone(), world.log.clone(), id.clone());
    let one = Spec::new(move |_| Some(Last(door.clone(), keep.clone(), log.clone())))
        .start(&mut world.runtime)
        .unwrap();
    id.set(one.actor_id().0);
    one.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.run(), "");
    assert!(!one.is_zombie());
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
fn a_kill_by_its_own_handler_that_then_stops() {
    let mut world = World::new();
    let one = world.start("1");
    world.log.take();
    one.call(|_, cx| {
        let id = cx.this().actor_id();
        cx.door().kill(id, "own").unwrap();
        cx.stop();
    });
    let exit = world.exit_of(one.actor_id());
    let heard = world.run();
    assert!(exit.borrow().is_none(), "a kill brings a transient one back: {heard} {:?}", exit.borrow());
}

#[test]
fn a_down_is_no_turn_of_an_incarnation_that_has_failed() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let _one = put_of(&mut world, &parent, "1", slow(10));
    let other = world.start_temporary("x");
    let id = other.actor_id();
    parent.call(move |_, cx| {
        cx.monitor(id, |this, _, _| this.log.write(format!("down in incarnation {}", this.number)));
    });
    world.run();
    world.log.take();
    call!([parent], panics());
    world.run();
    world.kill(&other);
    let heard = world.at(100);
    assert!(heard.contains("down in incarnation 2"), "{heard}");
}

#[test]
fn resume_in_a_down() {
    let mut world = World::new();
    let watcher = world.start("w");
    let other = world.start_temporary("x");
    let id = other.actor_id();
    watcher.call(move |_, cx| {
        cx.this().pause();
        cx.monitor(id, |this, cx, _| {
            this.log.write("down");
            cx.this().resume();
        });
    });
    call!([watcher], say("after"));
    world.run();
    world.kill(&other);
    let heard = world.run();
    assert!(heard.contains("w:after"), "{heard}");
}

#[test]
fn pause_in_a_down_while_stopping() {
    let mut world = World::new();
    let spec = world.spec_of("w", slow(20)).restart(Restart::Temporary).shutdown(Shutdown::Infinite);
    let watcher = spec.start(&mut world.runtime).unwrap();
    world.run();
    let other = world.start_temporary("x");
    let id = other.actor_id();
    watcher.call(move |_, cx| {
        cx.monitor(id, |_, cx, _| _ = cx.this().pause());
    });
    world.run();
    world.stop(&watcher);
    world.run();
    world.kill(&other);
    let heard = world.at(60_000);
    assert!(watcher.is_zombie(), "{heard}");
}

#[test]
fn a_link_tells_one_that_traps_and_is_preparing() {
    let mut world = World::new();
    let spec = world.spec_of("t", Conduct { traps: true, ..Conduct::default() });
    let survivor = spec.backoff(Backoff::new(millis(10), millis(10))).start(&mut world.runtime).unwrap();
    world.run();
    let other = world.start_temporary("x");
    world.runtime.link(survivor.actor_id(), other.actor_id()).unwrap();
    call!([survivor], fail());
    world.run();
    world.kill(&other);
    let heard = world.at(100);
    assert!(heard.contains("t:exit:Killed"), "{heard}");
}

#[test]
fn a_supervisor_that_prepares_hears_of_its_children_when_it_is_ready() {
    let mut world = World::new();
    let child = RefCell::new(Some(world.spec("c").restart(Restart::Temporary)));
    let ids = Rc::new(Cell::new(None));
    let keep = ids.clone();
    let spec = Spec::new(move |cx: &mut Cx<'_, Node>| {
        let actor = child.borrow_mut().take().unwrap().start_child(cx).unwrap();
        keep.set(Some(actor));
        None
    });
    let parent = spec.hooks().start(&mut world.runtime).unwrap();
    world.run();
    call!([ids.take().unwrap()], ends());
    world.run();
    world.log.take();
    let log = world.log.clone();
    parent.call_prep(move |_| Some(Node { name: "p", log, conduct: Conduct::default(), number: 1 }));
    assert_eq!(world.run(), "p:child-started p:child-ended:stopped");
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
fn a_restarted_supervisor_counts_anew() {
    let mut world = World::new();
    let quiet = Conduct { is_quiet: true, ..Conduct::default() };
    let settings = Supervisor::new().intensity(Intensity::new(1, Duration::from_secs(5)));
    let parent = world.spec_of("p", quiet).supervises(settings).start(&mut world.runtime).unwrap();
    world.run();
    for _ in 0..1 {
        let child = world.start_under(&parent, "c");
        call!([child], fail());
        world.run();
        call!([child], fail());
        world.run();
    }
    world.log.take();
    let child = world.start_under(&parent, "d");
    call!([child], fail());
    assert_eq!(world.run(), "d:fail d:drop d:init2 d:again");
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
fn no_state_of_an_earlier_incarnation_is_handed_over() {
    let mut world = World::new();
    let boss = Spec::new(|_| Some(Boss::default())).hooks().start(&mut world.runtime).unwrap();
    let number = Cell::new(0);
    let child = Spec::new(move |cx: &mut Cx<'_, u32>| {
        number.set(number.get() + 1);
        if number.get() == 1 {
            return Some(41);
        }
        cx.stop();
        None
    });
    let child = child.return_state().start_under(&mut world.runtime, boss.actor_id()).unwrap();
    world.run();
    child.call(|_, cx| cx.fail_str("a fault"));
    world.run();
    let told = boss.query(&mut world.runtime, |boss, _| boss.0.clone()).unwrap();
    assert_eq!(told, ["Starting None"]);
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
fn an_earlier_back_off_of_a_group_does_not_shorten_a_later_one() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::RestForOne));
    let spec = world.spec("1").backoff(Backoff::new(millis(500), millis(500)));
    let one = world.put(&parent, spec);
    let spec = world.spec("2").backoff(Backoff::new(millis(100), millis(100)));
    let two = world.put(&parent, spec);
    world.log.take();
    call!([two], fail());
    world.at(50);
    call!([one], fail());
    world.at(60);
    assert_eq!(world.at(540), "");
    assert_eq!(world.at(560), "1:init2 1:again 2:init2 2:again");
}

#[test]
fn a_groups_back_off_timer_goes_with_the_supervisor() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForAll));
    let spec = world.spec("1").backoff(Backoff::new(millis(10_000), millis(10_000)));
    let one = world.put(&parent, spec);
    call!([one], fail());
    world.run();
    world.stop(&parent);
    world.run();
    assert!(parent.is_zombie());
    assert_eq!(world.runtime.pending().timers, 0);
}

#[test]
fn a_group_does_not_wait_for_an_older_one_that_prepares() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::RestForOne));
    let held: ActorOwn<u32> = ActorOwn::new(&mut world.runtime, Ret::nop(), 0);
    world.runtime.adopt(Some(parent.actor_id()), held.actor_id()).unwrap();
    let one = world.start_under(&parent, "1");
    world.log.take();
    call!([one], fail());
    assert_eq!(world.at(60_000), "1:fail 1:drop 1:init2 1:again");
}

#[test]
fn a_once_that_is_kept_and_restarted() {
    let mut world = World::new();
    let one = Spec::once(|_| Some(1_u32)).keep().start(&mut world.runtime).unwrap();
    one.call(|_, cx| cx.stop());
    world.run();
    let again = world.runtime.restart_child(None, one.actor_id());
    if let Ok(id) = again {
        world.run();
        assert_eq!(world.runtime.door().status(id), Ok(Status::Running));
    }
}

#[test]
fn restart_child_within_the_factory() {
    let mut world = World::new();
    let id = Rc::new(Cell::new(None));
    let inner = id.clone();
    let second: Rc<RefCell<Option<Result<ActorId, StartError>>>> = Rc::default();
    let keep = second.clone();
    let one = Spec::new(move |cx: &mut Cx<'_, u32>| {
        if let Some(id) = inner.take() {
            *keep.borrow_mut() = Some(cx.restart_child(None, id));
        }
        Some(1_u32)
    })
    .keep()
    .start(&mut world.runtime)
    .unwrap();
    one.call(|_, cx| cx.stop());
    world.run();
    id.set(Some(one.actor_id()));
    world.runtime.restart_child(None, one.actor_id()).unwrap();
    world.run();
    let all: Vec<_> = world.runtime.children(None).unwrap().iter().map(|child| child.status).collect();
    assert_eq!(all, [ChildStatus::Running], "{:?}", second.borrow());
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
fn a_kill_while_preparing_has_the_phase_starting() {
    let mut world = World::new();
    let conduct = Conduct::default();
    conduct.starts_waiting.set(1);
    let one = world.spec_of("1", conduct).restart(Restart::Temporary).start(&mut world.runtime).unwrap();
    world.run();
    let exit = world.exit_of(one.actor_id());
    world.kill(&one);
    world.run();
    assert_eq!(exit.borrow().as_ref().unwrap().phase, Phase::Starting);
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
fn a_back_off_for_ever() {
    let mut world = World::new();
    let one = world.spec("1").backoff(Backoff::new(Duration::MAX, Duration::MAX));
    let one = one.start(&mut world.runtime).unwrap();
    world.run();
    world.log.take();
    call!([one], fail());
    world.run();
    assert_eq!(world.runtime.children(None).unwrap()[0].status, ChildStatus::Waiting);
}

#[test]
fn a_monitor_with_a_watcher_that_has_ended() {
    let mut world = World::new();
    let watcher = world.start_temporary("w");
    let target = world.start_temporary("t");
    world.kill(&watcher);
    world.run();
    let log = world.log.clone();
    world.runtime.door().monitor(Some(watcher.actor_id()), target.actor_id(), move |_| log.write("told"));
    world.kill(&target);
    assert_eq!(world.run(), "t:drop");
}

#[test]
fn a_pause_by_the_user_is_kept() {
    let mut world = World::new();
    let one = world.start("1");
    one.set_capacity(3);
    call!([one], fail());
    world.run();
    assert_eq!(one.capacity(), 3);
}
