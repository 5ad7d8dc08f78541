//! How supervised actors end: a stop, a kill, a failure, each in its order, in one turn or several. The names begin with the sentence of the
//! study that they prove (R: ractor, A: the supervision article, X: rsactor, O: ODIN, K: where these conflict).

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
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

/// The state of one that could not stop is there for its supervisor as that of one that could; of one that panicked it is in pieces.
#[test]
fn x4_r11_who_fails_in_its_stop_hook_has_failed_in_that_phase_and_leaves_its_state() {
    #[derive(Default)]
    struct Boss(Vec<String>);
    impl Lifecycle for Boss {
        fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
            if let ChildEvent::Ended { phase, cause, state, .. } = event {
                let state = state.take().map(|state| state.downcast::<Node>().unwrap().name);
                self.0.push(format!("{phase:?} {cause} {state:?}"));
            }
        }
    }
    let mut world = World::new();
    let boss = Spec::once(|_| Some(Boss::default())).hooks().start(&mut world.runtime).unwrap();
    let stops = [Stops::AtOnce, Stops::Failing, Stops::Panicking, Stops::Later, Stops::Later];
    for (number, stops) in stops.into_iter().enumerate() {
        let spec = world.spec_of("a", Conduct { stops, ..Conduct::default() }).return_state();
        let actor = spec.start_under(&mut world.runtime, boss.actor_id()).unwrap();
        world.stop(&actor);
        world.run();
        if matches!(stops, Stops::Later) {
            // In the turns that it has asked for.
            let what = if number == 3 { Node::fail } else { Node::panics };
            actor.call_at(MS, what);
            let now = world.runtime.now();
            world.runtime.run(now + MS, false);
        }
        assert!(actor.is_zombie(), "{number}");
    }
    let told = boss.query(&mut world.runtime, |boss, _| std::mem::take(&mut boss.0)).unwrap();
    let expected = [
        "Running Actor stopped Some(\"a\")",
        "Stopping Actor failed: cannot stop Some(\"a\")",
        "Stopping Actor failed: panic: a panic None",
        "Stopping Actor failed: a fault Some(\"a\")",
        "Stopping Actor failed: panic: a panic None",
    ];
    assert_eq!(told, expected);
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
