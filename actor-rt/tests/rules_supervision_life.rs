//! The life of supervised actors: starting, stopping in several turns, draining, killing. The names begin with the sentence of the
//! study that they prove (R: ractor, A: the supervision article, X: rsactor, O: ODIN, K: where these conflict).

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use supervision_support::*;

#[test]
fn r1_of_a_kill_a_stop_an_event_and_a_message_the_highest_alone_is_acted_on() {
    let mut world = World::new();
    let parent = world.start_temporary("p");
    let child = world.start_under(&parent, "c");
    world.log.take();
    // While the parent's handler runs, all four are queued for it.
    let door = world.runtime.door().clone();
    let (id, child_id) = (parent.actor_id(), child.actor_id());
    let says = parent.clone();
    parent.call(move |_, _| {
        call!([says], say("message"));
        door.kill(child_id, "gone").unwrap();
        door.stop(id).unwrap();
        door.kill(id, "gone").unwrap();
    });
    assert_eq!(world.run(), "c:drop p:drop", "no message, no event of the child, no hook of a stop");
}

#[test]
fn r1_with_a_stop_present_neither_event_nor_message_runs() {
    let mut world = World::new();
    let parent = world.start("p");
    let child = world.start_under(&parent, "c");
    world.log.take();
    let door = world.runtime.door().clone();
    let (id, child_id) = (parent.actor_id(), child.actor_id());
    let says = parent.clone();
    parent.call(move |_, _| {
        call!([says], say("message"));
        door.stop(id).unwrap();
        door.kill(child_id, "gone").unwrap();
    });
    assert_eq!(world.run(), "c:drop p:stop p:drop");
}

#[test]
fn r3_a_stop_never_interrupts_a_handler_and_overtakes_what_is_queued() {
    let mut world = World::new();
    let actor = world.start("a");
    let (door, id) = (world.runtime.door().clone(), actor.actor_id());
    actor.call(move |this, cx| {
        door.stop(id).unwrap();
        this.say(cx, "goes-on");
    });
    call!([actor], say("late"));
    assert_eq!(world.run(), "a:goes-on a:stop a:drop");
    assert_eq!(world.runtime.dead_letters_of(DropReason::Cancelled), 1);
}

#[test]
fn r4_the_first_stop_counts_with_its_reason_and_a_kill_before_it_is_done_wins() {
    let mut world = World::new();
    let actor = world.start("a");
    let exit = world.exit_of(actor.actor_id());
    let door = world.runtime.door().clone();
    door.stop_because(actor.actor_id(), "first").unwrap();
    door.stop_because(actor.actor_id(), "second").unwrap();
    world.run();
    let told = exit.take().unwrap();
    assert_eq!((told.kind, told.reason.as_deref()), (ExitKind::Stopped, Some("first")));

    let actor = world.start_temporary("b");
    let exit = world.exit_of(actor.actor_id());
    world.stop(&actor);
    world.kill(&actor);
    assert_eq!(world.run(), "b:drop");
    assert_eq!(exit.take().unwrap().kind, ExitKind::Killed);

    let conduct = Conduct { stops: Stops::Later, ..Conduct::default() };
    let actor = world.spec_of("c", conduct).start(&mut world.runtime).unwrap();
    world.run();
    let (first, second) = (world.exit_of(actor.actor_id()), world.exit_of(actor.actor_id()));
    world.stop(&actor);
    assert_eq!(world.run(), "c:stop", "it takes its time");
    world.kill(&actor);
    assert_eq!(world.run(), "c:drop");
    assert_eq!(first.take().unwrap().kind, ExitKind::Killed);
    assert_eq!(second.take().unwrap().kind, ExitKind::Killed, "the second one waits, too");
}

#[test]
fn r5_a_stop_while_starting_comes_before_any_message() {
    let mut world = World::new();
    let actor = world.spec("a").spawn(&mut world.runtime, Ret::nop()).unwrap();
    call!([actor], say("message"));
    world.stop(&actor);
    assert_eq!(world.run(), "a:init1 a:stop a:drop");
}

#[test]
fn r8_a_failed_start_is_told_to_the_spawner_alone() {
    let mut world = World::new();
    let parent = world.start("p");
    let conduct = Conduct::default();
    conduct.starts_failing.set(1);
    let error = world.spec_of("c", conduct.clone()).start_under(&mut world.runtime, parent.actor_id());
    assert!(matches!(error, Err(StartError::Failed(cause)) if cause.to_string() == "not today"));
    assert_eq!(world.run(), "c:no", "the supervisor hears nothing");
    assert_eq!(world.runtime.count_children(Some(parent.actor_id())).unwrap().entries, 0);
    assert_eq!(world.runtime.actors(), 1);
    conduct.starts_failing.set(1);
    let heard = Rc::new(RefCell::new(None));
    let keep = heard.clone();
    let outcome = Ret::new(move |outcome| *keep.borrow_mut() = outcome);
    let child = world.spec_of("c", conduct);
    child.spawn_under(&mut world.runtime, parent.actor_id(), outcome).unwrap();
    assert_eq!(world.run(), "c:no");
    assert!(matches!(heard.take(), Some(Err(StartError::Failed(_)))));
    assert_eq!(world.runtime.count_children(Some(parent.actor_id())).unwrap().entries, 0);
}

#[test]
fn r8_a_panic_in_the_factory_is_such_a_failure_and_the_caller_goes_on() {
    let mut world = World::new();
    let parent = world.start("p");
    parent.call(|this, cx| {
        let bad = Spec::<u32>::new(|_| std::panic::resume_unwind(Box::new("a panic")));
        let Err(StartError::Failed(error)) = bad.start_child(cx) else { panic!("it failed") };
        assert_eq!(error.downcast_ref::<PanicError>().unwrap().message(), "a panic");
        this.say(cx, "goes-on");
    });
    assert_eq!(world.run(), "p:goes-on");
    let message = "a panic of the parent itself, behind a start";
    parent.call(move |_, cx| {
        Spec::new(|_| Some(7_u32)).start_child(cx).unwrap();
        std::panic::resume_unwind(Box::new(message));
    });
    assert_eq!(world.run(), "p:drop p:init2 p:again", "it was the parent that failed");
}

#[test]
fn r8_a_factory_that_stops_or_starts_others_before_it_fails_leaves_nothing() {
    let mut world = World::new();
    let stops = Spec::<u32>::new(|cx| {
        cx.stop();
        None
    });
    assert!(matches!(stops.start(&mut world.runtime), Err(StartError::Stopped)));
    let log = world.log.clone();
    let inner = world.spec("c");
    let inner = Cell::new(Some(inner));
    let parent = Spec::<u32>::new(move |cx| {
        inner.take().unwrap().start_child(cx).unwrap();
        log.write("fails");
        cx.fail_str("behind a start");
        None
    });
    assert!(matches!(parent.start(&mut world.runtime), Err(StartError::Failed(_))));
    assert_eq!(world.run(), "c:init1 fails c:stop c:drop");
    assert_eq!((world.runtime.actors(), world.runtime.children(None).unwrap().len()), (0, 0));
}

#[test]
fn r9_what_fails_in_on_started_is_the_supervisors_affair() {
    let mut world = World::new();
    let parent = world.start("p");
    let conduct = Conduct::default();
    conduct.fails_started.set(1);
    let child = world.spec_of("c", conduct).start_under(&mut world.runtime, parent.actor_id());
    assert!(child.is_ok());
    assert_eq!(world.run(), "c:init1 c:bad-start c:drop c:init2 c:again p:child-restarted");
}

#[test]
fn r9_on_started_comes_before_what_waited_and_the_supervisor_hears_after_it() {
    let mut world = World::new();
    let parent = world.start("p");
    let child = world.spec("c").spawn_under(&mut world.runtime, parent.actor_id(), Ret::nop()).unwrap();
    call!([child], say("message"));
    assert_eq!(world.run(), "c:init1 p:child-started c:message");
}

#[test]
fn r10_r12_a_failure_or_a_panic_keeps_its_text_and_runs_no_stop_hook() {
    let mut world = World::new();
    for (how, text) in
        [(Node::fail as fn(&mut Node, &mut Cx<'_, Node>), "a fault"), (Node::panics, "panic: a panic")]
    {
        let actor = world.spec("a").restart(Restart::Temporary).start(&mut world.runtime).unwrap();
        world.run();
        let exit = world.exit_of(actor.actor_id());
        actor.call(how);
        let story = world.run();
        assert!(story.ends_with(" a:drop") && !story.contains("stop"), "{story}");
        let exit = exit.take().unwrap();
        assert_eq!(
            (exit.kind, exit.phase, exit.reason.as_deref()),
            (ExitKind::Failed, Phase::Running, Some(text))
        );
    }
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
fn r13_the_status_never_goes_back() {
    let mut world = World::new();
    let conduct = Conduct { stops: Stops::After(10), ..Conduct::default() };
    conduct.starts_waiting.set(1);
    let actor = world.spec_of("a", conduct).start(&mut world.runtime).unwrap();
    let door = world.runtime.door().clone();
    let status = || door.status(actor.actor_id()).unwrap();
    let mut seen = vec![status()];
    let (log, conduct) = (world.log.clone(), Conduct { stops: Stops::After(10), ..Conduct::default() });
    actor.call_prep(move |_| Some(Node { name: "a", log, conduct, number: 1 }));
    world.run();
    seen.push(status());
    door.drain(actor.actor_id()).unwrap();
    seen.push(status());
    world.run();
    seen.push(status());
    world.at(10);
    seen.push(status());
    let all = [Status::Starting, Status::Running, Status::Draining, Status::Stopping, Status::Stopped];
    assert_eq!(seen, all);
    assert!(all.is_sorted());
    assert_eq!(door.status(ActorId(0)), Err(IdError::Null));
}

#[test]
fn r14_a10_who_waits_for_the_end_hears_of_it_after_the_children_and_the_hook() {
    let mut world = World::new();
    let conduct = Conduct { stops: Stops::After(5), ..Conduct::default() };
    let parent = world.spec_of("p", conduct).start(&mut world.runtime).unwrap();
    world.start_under(&parent, "c");
    world.watch(&parent, "p");
    world.stop(&parent);
    assert_eq!(world.run(), "c:stop c:drop p:stop");
    assert_eq!(world.at(5), "p:done p:drop p:down:Stopped");
    world.watch(&parent, "late");
    assert_eq!(world.run(), "late:down:NoActor", "also of one that has ended");
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
fn r16_k3_a_kill_takes_all_below_along_and_runs_no_hook_of_them() {
    let mut world = World::new();
    let top = world.start_temporary("t");
    let left = world.start_under(&top, "l");
    world.start_under(&left, "ll");
    let right = world.start_under(&top, "r");
    world.log.take();
    call!([right], say("never"));
    world.kill(&top);
    assert!(right.is_zombie(), "from its return on");
    assert_eq!(world.run(), "r:drop ll:drop l:drop t:drop");
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
}

#[test]
fn r19_nothing_is_started_under_one_that_drains_or_stops() {
    let mut world = World::new();
    let conduct = Conduct { stops: Stops::Later, ..Conduct::default() };
    let parent = world.spec_of("p", conduct).start(&mut world.runtime).unwrap();
    world.run();
    world.runtime.door().drain(parent.actor_id()).unwrap();
    let refused = |world: &mut World| {
        let error = world.spec("c").start_under(&mut world.runtime, parent.actor_id()).unwrap_err();
        assert!(matches!(error, StartError::SupervisorEnding), "{error}");
    };
    refused(&mut world);
    world.run();
    refused(&mut world);
    world.kill(&parent);
    refused(&mut world);
    world.run();
    let error = world.spec("c").start_under(&mut world.runtime, parent.actor_id()).unwrap_err();
    assert!(matches!(error, StartError::NoSupervisor(IdError::Stale)));
}

#[test]
fn r20_what_is_sent_before_the_start_is_over_waits_and_is_lost_if_that_fails() {
    let mut world = World::new();
    let actor = world.spec("a").spawn(&mut world.runtime, Ret::nop()).unwrap();
    call!([actor], say("one"));
    call!([actor], say("two"));
    assert_eq!(world.run(), "a:init1 a:one a:two");
    let conduct = Conduct::default();
    conduct.starts_failing.set(1);
    let actor = world.spec_of("b", conduct).spawn(&mut world.runtime, Ret::nop()).unwrap();
    let answer = Rc::new(Cell::new(Some(Some(1))));
    let heard = answer.clone();
    let asks = Ret::new(move |number: Option<u32>| heard.set(Some(number)));
    actor.call(move |_, _| ret!([asks], 1));
    assert_eq!(world.run(), "b:no");
    assert_eq!(answer.get(), Some(None));
}

#[test]
fn r21_a_drain_handles_what_was_sent_and_takes_nothing_more() {
    let mut world = World::new();
    let actor = world.start("a");
    let exit = world.exit_of(actor.actor_id());
    call!([actor], say("one"));
    actor.lazy(|this, cx| this.say(cx, "lazy"));
    call!([actor], say("two"));
    let door = world.runtime.door().clone();
    door.drain(actor.actor_id()).unwrap();
    let refused = door.call(actor.actor_id(), |_: &mut Node, _| unreachable!());
    assert_eq!(refused, Err(PostError::Id(IdError::Stale)));
    call!([actor], say("never"));
    assert_eq!(world.run(), "a:one a:two a:lazy a:stop a:drop");
    let exit = exit.take().unwrap();
    assert_eq!((exit.kind, exit.reason.as_deref()), (ExitKind::Stopped, Some("drained")));
}

#[test]
fn r21_a_drain_waits_for_idle_work_for_a_pause_and_for_the_start() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.idle(|this, cx| this.say(cx, "idle"));
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "");
    for _ in 0..2 {
        world.runtime.run(world.runtime.now(), true);
    }
    assert_eq!(world.run(), "a:idle a:stop a:drop");

    let actor = world.start("b");
    actor.pause();
    call!([actor], say("one"));
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "");
    actor.resume();
    assert_eq!(world.run(), "b:one b:stop b:drop");

    let actor = world.spec("c").spawn(&mut world.runtime, Ret::nop()).unwrap();
    call!([actor], say("one"));
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "c:init1 c:one c:stop c:drop");
}

#[test]
fn r21_a_stop_or_a_kill_wins_over_a_drain() {
    let mut world = World::new();
    for (name, killed) in [("a", false), ("b", true)] {
        let actor = world.start(name);
        call!([actor], say("never"));
        world.runtime.door().drain(actor.actor_id()).unwrap();
        if killed {
            world.kill(&actor)
        } else {
            world.stop(&actor)
        }
        let story = world.run();
        assert!(!story.contains("never") && story.contains("stop") != killed, "{story}");
    }
}

#[test]
fn r25_what_is_sent_to_one_that_stops_is_refused_or_lost_with_the_reason() {
    let mut world = World::new();
    let conduct = Conduct { stops: Stops::Later, ..Conduct::default() };
    let actor = world.spec_of("a", conduct).start(&mut world.runtime).unwrap();
    world.run();
    world.stop(&actor);
    world.run();
    let refused = world.runtime.door().call(actor.actor_id(), |_: &mut Node, _| unreachable!());
    assert_eq!(refused, Err(PostError::Id(IdError::Stale)));
    call!([actor], say("never"));
    assert_eq!(world.runtime.dead_letters_of(DropReason::NotFound), 1);
    world.kill(&actor);
    assert_eq!(world.run(), "a:drop");
}

#[test]
fn a9_a_stop_takes_the_whole_tree_along_in_order() {
    let mut world = World::new();
    let top = world.start("t");
    let left = world.start_under(&top, "l");
    world.start_under(&left, "ll");
    world.start_under(&left, "lr");
    world.start_under(&top, "r");
    world.log.take();
    world.stop(&top);
    assert_eq!(world.run(), "r:stop r:drop lr:stop lr:drop ll:stop ll:drop l:stop l:drop t:stop t:drop");
    assert_eq!(world.runtime.actors(), 0);
}

#[test]
fn k3_each_child_has_its_time_and_is_killed_then() {
    let mut world = World::new();
    let parent = world.start("p");
    let slow = Conduct { stops: Stops::After(50), ..Conduct::default() };
    let never = Conduct { stops: Stops::Later, ..Conduct::default() };
    let specs = [
        world.spec_of("brutal", slow.clone()).shutdown(Shutdown::Kill),
        world.spec_of("late", never).shutdown(Shutdown::After(millis(30))),
        world.spec_of("slow", slow.clone()).shutdown(Shutdown::After(millis(60))),
        world.spec_of("patient", slow).shutdown(Shutdown::Infinite),
    ];
    for spec in specs {
        world.put(&parent, spec);
    }
    world.log.take();
    world.stop(&parent);
    assert_eq!(world.run(), "patient:stop");
    assert_eq!(world.at(50), "patient:done patient:drop slow:stop");
    assert_eq!(world.at(100), "slow:done slow:drop late:stop");
    assert_eq!(world.at(129), "");
    assert_eq!(world.at(130), "late:drop brutal:drop p:stop p:drop");
}

#[test]
fn k3_five_seconds_if_nothing_is_said() {
    let mut world = World::new();
    let parent = world.start("p");
    let never = world.spec_of("c", Conduct { stops: Stops::Later, ..Conduct::default() });
    world.put(&parent, never);
    world.log.take();
    world.stop(&parent);
    assert_eq!(world.at(4_999), "c:stop");
    assert_eq!(world.at(5_000), "c:drop p:stop p:drop");
}

#[test]
fn x4_k2_the_hook_runs_for_a_stop_only_and_its_failure_is_told() {
    let mut world = World::new();
    for (stops, text) in [(Stops::Failing, "cannot stop"), (Stops::Panicking, "panic: a panic")] {
        let actor =
            world.spec_of("a", Conduct { stops, ..Conduct::default() }).start(&mut world.runtime).unwrap();
        world.run();
        let exit = world.exit_of(actor.actor_id());
        world.stop(&actor);
        assert_eq!(world.run(), "a:stop a:drop");
        let exit = exit.take().unwrap();
        assert_eq!((exit.kind, exit.phase), (ExitKind::Failed, Phase::Stopping));
        assert_eq!(exit.reason.as_deref(), Some(text));
    }
    let actor = world.start_temporary("b");
    world.kill(&actor);
    assert_eq!(world.run(), "b:drop");
}

#[test]
fn while_it_stops_an_actor_gets_timers_and_answers_and_nothing_else() {
    let mut world = World::new();
    let actor = world
        .spec_of("a", Conduct { stops: Stops::Later, ..Conduct::default() })
        .start(&mut world.runtime)
        .unwrap();
    world.run();
    let reply: Ret<u32> = Ret::some_to_actor(actor.clone(), |this: &mut Node, cx, _| this.say(cx, "answer"));
    actor.call_at(millis(10), |this, cx| this.say(cx, "timer"));
    call!([actor], say("queued"));
    world.stop(&actor);
    call!([actor], say("later"));
    assert_eq!(world.run(), "a:stop");
    ret!([reply], 1);
    assert_eq!(world.run(), "a:answer");
    assert_eq!(world.at(10), "a:timer");
    let stopped: Ret<u32> = Ret::some_to_actor(actor.clone(), |this: &mut Node, cx, _| this.done(cx));
    ret!([stopped], 1);
    assert_eq!(world.run(), "a:done a:drop");
    assert_eq!(world.runtime.dead_letters_of(DropReason::Cancelled), 2, "they waited in vain");
}

#[test]
fn while_it_stops_a_failure_ends_it_as_one() {
    let mut world = World::new();
    let conduct = Conduct { stops: Stops::Later, ..Conduct::default() };
    let actor = world.spec_of("a", conduct).start(&mut world.runtime).unwrap();
    world.run();
    let exit = world.exit_of(actor.actor_id());
    actor.call_at(millis(10), Node::fail);
    world.stop(&actor);
    assert_eq!(world.at(10), "a:stop a:fail a:drop");
    let exit = exit.take().unwrap();
    assert_eq!((exit.kind, exit.phase), (ExitKind::Failed, Phase::Stopping));
}

#[test]
fn stopped_in_the_hook_itself_or_without_one_is_no_harm() {
    struct Quick(Log);
    impl Lifecycle for Quick {
        fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
            cx.stopped();
            self.0.write("hook");
            Stopping::Pending
        }
    }
    let mut world = World::new();
    let log = world.log.clone();
    let quick = Spec::new(move |_| Some(Quick(log.clone()))).hooks().start(&mut world.runtime).unwrap();
    quick.call(|_, cx| cx.stopped());
    world.run();
    assert!(!quick.is_zombie());
    world.runtime.door().stop(quick.actor_id()).unwrap();
    assert_eq!(world.run(), "hook");
    assert!(quick.is_zombie());
}

#[test]
fn x1_a_start_that_takes_too_long_has_failed() {
    let mut world = World::new();
    let waits = Conduct::default();
    waits.starts_waiting.set(u32::MAX);
    let heard = Rc::new(RefCell::new(None));
    let keep = heard.clone();
    let spec = world.spec_of("a", waits.clone()).start_timeout(millis(20));
    let actor =
        spec.spawn(&mut world.runtime, Ret::new(move |outcome| *keep.borrow_mut() = outcome)).unwrap();
    assert_eq!(world.at(19), "a:wait");
    assert!(!actor.is_zombie());
    world.at(20);
    assert!(matches!(heard.take(), Some(Err(StartError::Killed(_)))) && actor.is_zombie());
    // Started in the call it is a child that failed: it is tried again.
    let spec =
        world.spec_of("b", waits).start_timeout(millis(20)).intensity(Intensity::new(2, millis(1_000)));
    let actor = spec.start(&mut world.runtime).unwrap();
    assert_eq!(world.at(85), "b:wait b:wait b:wait");
    assert!(actor.is_zombie() && !world.runtime.not_shutdown(), "escalated");
}

#[test]
fn k7_a_start_in_the_call_that_takes_further_turns_is_supervised() {
    let mut world = World::new();
    let parent = world.start("p");
    let waits = Conduct::default();
    waits.starts_waiting.set(1);
    let spec = world.spec_of("c", waits);
    let child = spec.start_under(&mut world.runtime, parent.actor_id()).unwrap();
    assert_eq!(world.run(), "c:wait");
    child.call_prep(|cx| {
        cx.fail_str("later");
        None
    });
    assert_eq!(world.run(), "c:init2 c:again p:child-restarted");
}

#[test]
fn starts_within_starts_have_an_end_and_the_error_names_the_cure() {
    fn deeper(cx: &mut Cx<'_, u32>, depth: Rc<Cell<u32>>) -> Option<u32> {
        depth.set(depth.get() + 1);
        let below = depth.clone();
        match Spec::new(move |cx| deeper(cx, below.clone())).start_child(cx) {
            Ok(_) => {}
            Err(StartError::TooDeep) => assert!(StartError::TooDeep.to_string().contains("use spawn")),
            Err(error) => panic!("{error}"),
        }
        Some(0)
    }
    let mut world = World::new();
    let depth = Rc::new(Cell::new(0));
    let counts = depth.clone();
    Spec::new(move |cx| deeper(cx, counts.clone())).start(&mut world.runtime).unwrap();
    assert_eq!(depth.get(), 64);
}

#[test]
fn o10_an_actor_can_ask_for_the_end_of_all() {
    let mut world = World::new();
    let (one, _two) = (world.start("one"), world.start("two"));
    let log = world.log.clone();
    one.call(move |this, cx| {
        let done =
            Ret::new(move |killed: Option<Vec<ActorId>>| log.write(format!("all:{}", killed.unwrap().len())));
        cx.terminate(None, done);
        this.say(cx, "goes-on");
    });
    assert_eq!(world.run(), "one:goes-on two:stop two:drop one:stop one:drop all:0");
    assert!(matches!(world.runtime.shutdown_reason(), Some(StopCause::Stopped)));
}

#[test]
fn o11_who_does_not_end_in_time_is_killed_and_named() {
    let mut world = World::new();
    let never = Conduct { stops: Stops::Later, ..Conduct::default() };
    let spec = world.spec_of("late", never.clone()).shutdown(Shutdown::After(millis(10)));
    let late = spec.start(&mut world.runtime).unwrap();
    let spec = world.spec_of("never", never).shutdown(Shutdown::Infinite);
    let stuck = spec.start(&mut world.runtime).unwrap();
    world.start("fine");
    let killed = Rc::new(RefCell::new(None));
    let keep = killed.clone();
    world.runtime.terminate(Some(millis(100)), Ret::new(move |list| *keep.borrow_mut() = list));
    let refused = world.spec("x").start(&mut world.runtime);
    assert!(matches!(refused, Err(StartError::SupervisorEnding)));
    assert_eq!(world.at(99), "fine:stop fine:drop never:stop");
    assert_eq!(world.at(100), "never:drop late:drop");
    assert_eq!(killed.take(), Some(vec![stuck.actor_id(), late.actor_id()]));
    // The runtime is as good as new.
    assert!(world.spec("x").start(&mut world.runtime).is_ok());
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
fn teardown_takes_trees_first_and_tells_who_waits_outside() {
    let mut world = World::new();
    let plain = actor_new!(world.runtime, Node, ret_nop!());
    let top = world.start("t");
    let mid = world.start_under(&top, "m");
    world.start_under(&mid, "l");
    let (log, conduct) = (world.log.clone(), Conduct::default());
    plain.call_prep(move |_| Some(Node { name: "plain", log, conduct, number: 1 }));
    world.run();
    world.watch(&mid, "m");
    let parent = world.spec("x").spawn(
        &mut world.runtime,
        Ret::new(|outcome| {
            assert!(matches!(outcome, Some(Err(StartError::Closed))));
        }),
    );
    drop(parent);
    let World { runtime, log, .. } = world;
    drop(runtime);
    assert_eq!(log.take(), "l:drop m:drop m:down:Dropped t:drop plain:drop");
}

#[test]
fn o16_a_handle_may_be_there_before_its_actor_and_what_is_sent_waits() {
    let mut world = World::new();
    let reserved = world.runtime.reserve::<Node>();
    let handle = reserved.clone();
    call!([handle], say("one"));
    let other = handle.clone();
    let user = Spec::new(move |_| Some(other.clone())).start(&mut world.runtime).unwrap();
    user.call(|handle, _| handle.call(|this, cx| this.say(cx, "two")));
    assert_eq!(world.run(), "");
    let actor = world.spec("a").take_place(reserved).start(&mut world.runtime).unwrap();
    assert_eq!((actor.actor_id(), world.run()), (handle.actor_id(), "a:init1 a:one a:two".to_owned()));
    call!([actor], fail());
    assert_eq!(world.run(), "a:fail a:drop a:init2 a:again");
}

#[test]
fn o16_a_place_that_nobody_takes_ends_and_a_logger_is_warned() {
    let mut world = World::new();
    let log = world.log.clone();
    world
        .runtime
        .set_logger(LogFilter::all(&[LogLevel::Warn]), move |_, record| log.write(record.fmt.to_string()));
    let reserved = world.runtime.reserve::<Node>();
    let handle = reserved.clone();
    world.watch(&handle, "r");
    call!([handle], say("never"));
    drop(reserved);
    assert_eq!(world.run(), "a reserved actor was never started r:down:Dropped");
    // Nor one whose spec is refused, or dropped.
    let conduct = Conduct { stops: Stops::Later, ..Conduct::default() };
    let ending = world.spec_of("e", conduct).start(&mut world.runtime).unwrap();
    world.stop(&ending);
    world.run();
    let reserved = world.runtime.reserve::<Node>();
    let handle = reserved.clone();
    let refused = world.spec("a").take_place(reserved).start_under(&mut world.runtime, ending.actor_id());
    assert!(matches!(refused, Err(StartError::SupervisorEnding)) && handle.is_zombie());
    let mut other = Runtime::new(world.runtime.now());
    let foreign = world.spec("a").take_place(other.reserve()).start(&mut world.runtime);
    assert!(matches!(foreign, Err(StartError::NoChild)) && other.actors() == 0);
}

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
fn r22_a_wait_may_have_an_end_and_what_was_asked_stays_asked() {
    let mut world = World::new();
    let conduct = Conduct { stops: Stops::After(20), ..Conduct::default() };
    let actor = world.spec_of("a", conduct).start(&mut world.runtime).unwrap();
    world.run();
    let id = actor.actor_id();
    let waits = |world: &mut World, within, what: &'static str| {
        let log = world.log.clone();
        let done = Ret::new(move |exit: Option<Option<Exit>>| match exit {
            Some(exit) => log.write(format!("{what}:{:?}", exit.map(|exit| exit.kind))),
            None => log.write(what),
        });
        world.runtime.on_exit_within(id, millis(within), done)
    };
    world.stop(&actor);
    waits(&mut world, 10, "short");
    waits(&mut world, 30, "long");
    let withdrawn = waits(&mut world, 30, "withdrawn");
    assert!(world.runtime.demonitor(withdrawn));
    assert_eq!(world.at(10), "withdrawn a:stop short:None");
    assert_eq!(world.at(20), "a:done a:drop long:Some(Stopped)");
    waits(&mut world, 30, "late");
    assert_eq!(world.at(100), "late:Some(NoActor)");
    assert_eq!(world.runtime.pending().timers, 0);
}
