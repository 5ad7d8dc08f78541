//! A supervisor and its children: what it hears of them, how they are listed, started, ended and moved. The names begin with the sentence of the
//! study that they prove (R: ractor, A: the supervision article, X: rsactor, O: ODIN, K: where these conflict).
//! Others say what OTP's supervisor does.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::Cell;
use std::rc::Rc;
use supervision_support::*;

#[test]
fn r6_the_reason_of_a_stop_reaches_the_supervisor() {
    struct Boss(Log);
    impl Lifecycle for Boss {
        fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
            if let ChildEvent::Ended { reason, phase, .. } = event {
                self.0.write(format!("{reason:?} {phase:?}"));
            }
        }
    }
    let mut world = World::new();
    let log = world.log.clone();
    let boss = Spec::new(move |_| Some(Boss(log.clone()))).hooks().start(&mut world.runtime).unwrap();
    let id = boss.actor_id();
    let start = |world: &mut World| {
        Spec::new(|_| Some(7_u32)).start_under(&mut world.runtime, id).unwrap().actor_id()
    };
    let (told, plain, drained) = (start(&mut world), start(&mut world), start(&mut world));
    let door = world.runtime.door().clone();
    door.stop_because(told, "no more work").unwrap();
    door.stop(plain).unwrap();
    door.drain(drained).unwrap();
    assert_eq!(world.run(), "Some(\"no more work\") Running None Running Some(\"drained\") Running");
}

#[test]
fn r11_k11_the_last_state_is_handed_over_once_if_the_spec_says_so() {
    struct Boss(Vec<Option<u32>>);
    impl Lifecycle for Boss {
        fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
            if let ChildEvent::Ended { state, .. } = event {
                let taken = state.take().map(|state| *state.downcast::<u32>().unwrap());
                assert!(state.is_none(), "once");
                self.0.push(taken);
            }
        }
    }
    let mut world = World::new();
    let boss = Spec::new(|_| Some(Boss(Vec::new()))).hooks().start(&mut world.runtime).unwrap();
    let under =
        |world: &mut World, spec: Spec<u32>| spec.start_under(&mut world.runtime, boss.actor_id()).unwrap();
    let spec = || Spec::new(|_| Some(7_u32)).restart(Restart::Temporary);
    let stopped = under(&mut world, spec().return_state());
    stopped.call(|number, cx| {
        *number += 1;
        cx.stop();
    });
    world.run();
    let failed = under(&mut world, spec().return_state());
    failed.call(|_, cx| cx.fail_str("a fault"));
    world.run();
    let panicked = under(&mut world, spec().return_state());
    panicked.call(|_, _| std::panic::resume_unwind(Box::new("in pieces")));
    world.run();
    let silent = under(&mut world, spec());
    silent.call(|_, cx| cx.stop());
    world.run();
    let states = boss.query(&mut world.runtime, |boss, _| boss.0.clone());
    assert_eq!(states, Some(vec![Some(8), Some(7), None, None]));
}

#[test]
fn r15_k4_a_childs_clean_end_means_nothing_unless_the_supervisor_says_so() {
    struct Ractor;
    impl Lifecycle for Ractor {
        fn on_child(&mut self, cx: &mut Cx<'_, Self>, event: &mut ChildEvent) {
            if matches!(event, ChildEvent::Ended { .. }) {
                cx.stop(); // what ractor does if nothing is said
            }
        }
    }
    let mut world = World::new();
    let plain = world.start("p");
    let child = world.start_under(&plain, "c");
    call!([child], ends());
    assert_eq!(world.run(), "c:ends c:stop c:drop p:child-ended:stopped");
    assert!(!plain.is_zombie());
    let ractor = Spec::new(|_| Some(Ractor)).hooks().start(&mut world.runtime).unwrap();
    let child = world.spec("c").start_under(&mut world.runtime, ractor.actor_id()).unwrap();
    call!([child], ends());
    world.run();
    assert!(ractor.is_zombie());
}

#[test]
fn r17_children_are_listed_counted_and_know_their_supervisor_at_once() {
    let mut world = World::new();
    let parent = world.start("p");
    let specs = ["one", "two"].map(|name| world.spec(name).restart(Restart::Temporary));
    let [one, two] = specs.map(|spec| world.put(&parent, spec));
    let id = Some(parent.actor_id());
    let list =
        |world: &World| world.runtime.children(id).unwrap().iter().map(|child| child.id).collect::<Vec<_>>();
    assert_eq!(list(&world), [one.actor_id(), two.actor_id()]);
    assert_eq!(world.runtime.supervisor(one.actor_id()), Ok(id));
    world.kill(&one);
    world.runtime.adopt(None, two.actor_id()).unwrap();
    assert_eq!(world.runtime.supervisor(two.actor_id()), Ok(None));
    world.run();
    assert_eq!(list(&world), []);
}

#[test]
fn r18_only_the_new_supervisor_hears_of_a_child_that_was_moved() {
    let mut world = World::new();
    let (old, new) = (world.start("old"), world.start("new"));
    let child = world.spec("c").restart(Restart::Temporary);
    let child = world.put(&old, child);
    world.log.take();
    world.runtime.adopt(Some(new.actor_id()), child.actor_id()).unwrap();
    call!([child], fail());
    assert_eq!(world.run(), "c:fail c:drop new:child-ended:failed");
    world.stop(&old);
    world.run();
    let gone = world.runtime.adopt(Some(old.actor_id()), new.actor_id());
    assert_eq!(gone, Err(IdError::Stale));
    // ractor's unlink: to the root, which is nobody's handler.
    let parent = world.start("p");
    for end in [Node::ends as fn(&mut Node, &mut Cx<'_, Node>), Node::fail, Node::panics] {
        let child = world.put(&parent, world.spec("m").restart(Restart::Temporary));
        world.log.take();
        world.runtime.adopt(None, child.actor_id()).unwrap();
        assert_eq!(world.runtime.supervisor(child.actor_id()), Ok(None));
        child.call(end);
        let story = world.run();
        assert!(story.ends_with("m:drop") && !story.contains("p:"), "{story}");
    }
    let child = world.put(&parent, world.spec("m").restart(Restart::Transient));
    world.log.take();
    world.runtime.adopt(None, child.actor_id()).unwrap();
    call!([child], fail());
    assert_eq!(world.run(), "m:fail m:drop m:init2 m:again", "nor of its restart");
    world.stop(&parent);
    assert_eq!(world.run(), "p:stop p:drop", "nor does it go with it");
}

#[test]
fn held_and_supervised_actors_stand_beside_each_other() {
    let mut world = World::new();
    let owner = actor_new!(world.runtime, Node, ret_nop!());
    let (log, conduct) = (world.log.clone(), Conduct::default());
    owner.call_prep(move |_| Some(Node { name: "held", log, conduct, number: 1 }));
    world.run();
    let child = world.start_under(&owner, "c");
    assert_eq!(world.runtime.supervisor(child.actor_id()), Ok(Some(owner.actor_id())));
    drop(owner);
    assert_eq!(world.run(), "c:stop c:drop held:drop");
    // One that its owner holds, under a supervisor besides.
    let parent = world.start("p");
    let owner = actor_new!(world.runtime, Node, ret_nop!());
    let (log, conduct) = (world.log.clone(), Conduct::default());
    owner.call_prep(move |_| Some(Node { name: "both", log, conduct, number: 1 }));
    world.runtime.adopt(Some(parent.actor_id()), owner.actor_id()).unwrap();
    world.run();
    world.stop(&parent);
    assert_eq!(world.run(), "both:drop p:stop p:drop");
    assert!(owner.is_zombie());
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
fn significant_children_that_a_group_ends_have_not_ended_by_themselves() {
    let mut world = World::new();
    let supervises = settings(Strategy::OneForAll).auto_shutdown(AutoShutdown::AnySignificant);
    let parent = supervisor(&mut world, supervises);
    let one = world.start_under(&parent, "1");
    let two = world.spec("2").restart(Restart::Temporary).significant();
    let two = world.put(&parent, two);
    call!([one], fail());
    world.run();
    assert!(two.is_zombie() && !parent.is_zombie());
}

#[test]
fn significant_children_that_were_moved_away_are_not_waited_for() {
    let mut world = World::new();
    let parent = supervisor(&mut world, Supervisor::new().auto_shutdown(AutoShutdown::AllSignificant));
    let other = world.start("o");
    let specs = ["1", "2"].map(|name| world.spec(name).restart(Restart::Temporary).significant());
    let [one, two] = specs.map(|spec| world.put(&parent, spec));
    world.runtime.adopt(Some(other.actor_id()), one.actor_id()).unwrap();
    call!([two], ends());
    world.run();
    assert!(parent.is_zombie() && !other.is_zombie() && !one.is_zombie());
    assert!(world.runtime.shutdown_reason().is_none());
}

#[test]
fn significant_children_of_the_root_end_all() {
    let mut world = World::new();
    world.runtime.set_root_supervisor(Supervisor::new().auto_shutdown(AutoShutdown::AnySignificant));
    let other = world.start("o");
    let one = world.spec("1").restart(Restart::Temporary).significant().start(&mut world.runtime).unwrap();
    call!([one], ends());
    world.run();
    assert!(other.is_zombie());
    assert!(matches!(world.runtime.shutdown_reason(), Some(StopCause::Stopped)));
}

#[test]
fn a_first_start_that_fails_leaves_no_entry_also_if_it_was_to_be_kept() {
    let mut world = World::new();
    let parent = supervisor(&mut world, settings(Strategy::OneForOne));
    let conduct = Conduct::default();
    conduct.starts_failing.set(1);
    let spec = world.spec_of("1", conduct).keep();
    spec.spawn_under(&mut world.runtime, parent.actor_id(), Ret::nop()).unwrap();
    assert_eq!(world.run(), "1:no");
    assert_eq!(world.runtime.count_children(Some(parent.actor_id())).unwrap().entries, 0);
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
