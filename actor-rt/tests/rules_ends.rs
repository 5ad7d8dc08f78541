//! The verbs that end an actor, what each of them lets run, and what is heard of the end. The names begin with the sentence of the study
//! that they prove (R: ractor, O: ODIN, X: rsactor, K: where these conflict); a comment says where ours differs.

mod supervision_support;

use actor_rt::mailbox::Refused;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use supervision_support::*;

/// Writes where it has a turn, and kills itself in one of them.
struct Victim {
    log: Log,
    dies_in: &'static str,
}

/// A turn of this name.
fn turn(cx: &mut Cx<'_, Victim>, log: &Log, dies_in: &str, name: &'static str) {
    log.write(name);
    if name == dies_in {
        let id = cx.this().actor_id();
        cx.door().kill(id, "enough").unwrap();
        log.write("goes-on");
    }
}

impl Victim {
    fn turn(&self, cx: &mut Cx<'_, Self>, name: &'static str) {
        turn(cx, &self.log, self.dies_in, name);
    }
    fn message(&mut self, cx: &mut Cx<'_, Self>) {
        self.turn(cx, "message");
    }
}

impl Lifecycle for Victim {
    fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
        self.turn(cx, "started");
    }
    fn on_child(&mut self, cx: &mut Cx<'_, Self>, _: &mut ChildEvent) {
        self.turn(cx, "child");
    }
    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
        self.turn(cx, "stop");
        Stopping::Pending
    }
}

/// Ours has no points inside of a handler at which a kill could interrupt it: the one that runs finishes, wherever that is, and no other
/// begins.
#[test]
fn r2_a_kill_acts_wherever_the_actor_is_and_lets_the_running_turn_finish() {
    let all = ["making", "started", "child", "message", "stop"];
    for (at, dies_in) in all.into_iter().enumerate() {
        let mut world = World::new();
        let log = world.log.clone();
        let spec = Spec::new(move |cx: &mut Cx<'_, Victim>| {
            turn(cx, &log, dies_in, "making");
            Some(Victim { log: log.clone(), dies_in })
        });
        let started = spec.restart(Restart::Temporary).hooks().start(&mut world.runtime);
        if let Ok(victim) = &started {
            // It may have ended by now: then all of this is in vain.
            _ = Spec::new(|_| Some(7_u32)).start_under(&mut world.runtime, victim.actor_id());
            world.runtime.run(world.runtime.now(), false);
            call!([victim], message());
            world.runtime.run(world.runtime.now(), false);
            _ = world.runtime.door().stop(victim.actor_id());
        }
        let expected = format!("{} goes-on", all[..=at].join(" "));
        assert_eq!(world.run(), expected);
        match started {
            Ok(victim) => assert!(victim.is_zombie(), "{dies_in}"),
            Err(error) => assert!(dies_in == "making" && matches!(error, StartError::Killed(_))),
        }
        assert_eq!(world.runtime.actors(), 0, "with its child");
    }
}

/// Three verbs in place of the two meanings that `stop` has elsewhere: rsactor's is our `drain`.
#[test]
fn k1_x6_a_stop_overtakes_the_queue_a_drain_waits_for_it_and_a_kill_discards_all() {
    type Verb = fn(&Door, ActorId) -> Result<(), IdError>;
    let verbs: [(Verb, &str, u64); 3] = [
        (Door::stop, "a:stop a:drop", 2),
        (Door::drain, "a:one a:two a:stop a:drop", 0),
        (|door, id| door.kill(id, "enough"), "a:drop", 2),
    ];
    for (verb, story, lost) in verbs {
        let mut world = World::new();
        let actor = world.start_temporary("a");
        call!([actor], say("one"));
        call!([actor], say("two"));
        verb(world.runtime.door(), actor.actor_id()).unwrap();
        assert_eq!(world.run(), story);
        assert_eq!(world.runtime.dead_letters_of(DropReason::Cancelled), lost);
        assert!(matches!(actor.try_call(say("late")), Err(Refused::Closed(_))));
    }
}

/// Ours is told to whoever waits, as a value that any number of them may have; the state goes to the supervisor alone, if its spec says so.
#[test]
fn x5_an_end_is_told_with_its_kind_its_phase_and_its_reason() {
    type End = fn(&mut World, &Actor<Node>);
    let ends: [(Stops, End, ExitKind, Phase, Option<&str>); 6] = [
        (Stops::AtOnce, |_, actor| call!([actor], ends()), ExitKind::Stopped, Phase::Running, None),
        (Stops::AtOnce, |world, actor| world.stop(actor), ExitKind::Stopped, Phase::Running, None),
        (Stops::AtOnce, |_, actor| call!([actor], fail()), ExitKind::Failed, Phase::Running, Some("a fault")),
        (
            Stops::AtOnce,
            |_, actor| call!([actor], panics()),
            ExitKind::Failed,
            Phase::Running,
            Some("panic: a panic"),
        ),
        (Stops::AtOnce, |world, actor| world.kill(actor), ExitKind::Killed, Phase::Running, Some("a kill")),
        (
            Stops::Failing,
            |world, actor| world.stop(actor),
            ExitKind::Failed,
            Phase::Stopping,
            Some("cannot stop"),
        ),
    ];
    for (stops, end, kind, phase, reason) in ends {
        let mut world = World::new();
        let conduct = Conduct { stops, ..Conduct::default() };
        let spec = world.spec_of("a", conduct).restart(Restart::Temporary);
        let actor = spec.start(&mut world.runtime).unwrap();
        world.run();
        let exits = [world.exit_of(actor.actor_id()), world.exit_of(actor.actor_id())];
        end(&mut world, &actor);
        world.run();
        for exit in exits {
            let exit = exit.take().unwrap();
            assert_eq!((exit.actor, exit.kind, exit.phase), (actor.actor_id(), kind, phase));
            assert_eq!(exit.reason.as_deref(), reason);
            assert_eq!(exit.kind.is_abnormal(), !matches!(kind, ExitKind::Stopped));
        }
    }
}

/// A failed start, the phase that is left, is an error of who starts.
#[test]
fn x5_a_start_that_failed_later_is_told_with_its_phase() {
    let mut world = World::new();
    let waits = Conduct::default();
    waits.starts_waiting.set(1);
    let spec = world.spec_of("a", waits).restart(Restart::Temporary);
    let actor = spec.start(&mut world.runtime).unwrap();
    let exit = world.exit_of(actor.actor_id());
    actor.call_prep(|cx| {
        cx.fail_str("no peer");
        None
    });
    world.run();
    let exit = exit.take().unwrap();
    assert_eq!((exit.kind, exit.phase), (ExitKind::Failed, Phase::Starting));
    assert_eq!(exit.to_string(), format!("actor {:#x} failed: no peer", actor.actor_id().0));
}

/// Ours is an end of its own (`Dropped`), without a stop hook; and of two kinds of references only owners are strong.
#[test]
fn x12_the_last_owner_takes_a_held_actor_along_and_handles_keep_none_alive() {
    let mut world = World::new();
    let cause = Rc::new(Cell::new(None));
    let keep = cause.clone();
    let owner: ActorOwn<Node> = ActorOwn::new(
        &mut world.runtime,
        Ret::new(move |cause: Option<StopCause>| keep.set(Some(cause.unwrap().to_string()))),
        0,
    );
    let (log, conduct) = (world.log.clone(), Conduct::default());
    owner.call_prep(move |_| Some(Node { name: "held", log, conduct, number: 1 }));
    let (second, handle) = (owner.owned(), owner.clone());
    world.run();
    drop(owner);
    world.run();
    assert!(!handle.is_zombie(), "it has another owner");
    call!([handle], say("queued"));
    drop(second);
    assert_eq!(world.run(), "held:queued held:drop", "what was sent before is handled");
    assert_eq!(cause.take().as_deref(), Some("Actor was dropped"));
    assert!(handle.is_zombie());
    assert!(matches!(Actor::<Node>::from_id(&world.runtime, handle.actor_id()), Err(IdError::Stale)));
    // A supervised one belongs to the tree.
    let id = world.start("a").actor_id();
    assert_eq!(world.run(), "");
    assert!(Actor::<Node>::from_id(&world.runtime, id).is_ok());
}

/// In ODIN they wait in the mailbox, and some are lost when it is full. Ours have a lane of their own; the end that waits for what was sent
/// before is a drain.
#[test]
fn o9_what_controls_an_actor_passes_a_full_mailbox_and_overtakes_it() {
    let mut world = World::new();
    let full = |world: &mut World| {
        let actor = world.spec("a").capacity(1).start(&mut world.runtime).unwrap();
        world.run();
        call!([actor], say("one"));
        assert!(matches!(actor.try_call(say("two")), Err(Refused::Full(_))));
        actor
    };
    let actor = full(&mut world);
    world.stop(&actor);
    assert_eq!(world.run(), "a:stop a:drop");
    let actor = full(&mut world);
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "a:one a:stop a:drop");
    let actor = full(&mut world);
    assert!(actor.pause(), "so that it stays full");
    actor.call_at(millis(5), |this, cx| this.say(cx, "timer"));
    assert_eq!(world.at(5), "");
    actor.resume();
    assert_eq!(world.run(), "a:one a:timer", "neither is a timer lost");
}

#[test]
fn o22_a_time_that_is_up_and_a_signal_from_outside_lead_to_the_same_end() {
    let run = |ends: fn(&mut World)| {
        let mut world = World::new();
        let top = world.start("t");
        world.start_under(&top, "c");
        world.start("u");
        ends(&mut world);
        let story = world.at(10);
        assert!(matches!(world.runtime.shutdown_reason(), Some(StopCause::Stopped)));
        story
    };
    let by_time = run(|world| {
        world.runtime.after(millis(10), |runtime| runtime.terminate(None, Ret::nop()));
    });
    // As a thread does that waits for signals.
    let by_signal = run(|world| {
        let remote = world.runtime.remote();
        let thread = std::thread::spawn(move || remote.defer(|runtime| runtime.terminate(None, Ret::nop())));
        thread.join().unwrap().unwrap();
    });
    assert_eq!(by_time, "u:stop u:drop c:stop c:drop t:stop t:drop");
    assert_eq!(by_signal, by_time);
}

/// Ours hands it over wherever the kill came, since a running turn is never cut off.
#[test]
fn r12_a_kill_runs_no_hook_and_hands_the_state_over_if_the_spec_says_so() {
    struct Boss(Log);
    impl Lifecycle for Boss {
        fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
            if let ChildEvent::Ended { cause: StopCause::Killed(_), state, .. } = event {
                let state = state.take().map(|state| state.downcast::<Victim>().unwrap().dies_in);
                self.0.write(format!("{state:?}"));
            }
        }
    }
    let mut world = World::new();
    let log = world.log.clone();
    let boss = Spec::new(move |_| Some(Boss(log.clone()))).hooks().start(&mut world.runtime).unwrap();
    let turns = [
        ("started", "started goes-on"),
        ("child", "started child goes-on"),
        ("message", "started child message goes-on"),
        ("stop", "started child message stop goes-on"),
        ("nowhere", "started child message"),
    ];
    for (dies_in, turns) in turns {
        let log = world.log.clone();
        let spec = Spec::once(move |_| Some(Victim { log, dies_in })).hooks().return_state();
        let victim = spec.start_under(&mut world.runtime, boss.actor_id()).unwrap();
        let exit = world.exit_of(victim.actor_id());
        // It may have ended by now: then the rest is in vain.
        _ = Spec::new(|_| Some(7_u32)).start_under(&mut world.runtime, victim.actor_id());
        world.runtime.run(world.runtime.now(), false);
        call!([victim], message());
        world.runtime.run(world.runtime.now(), false);
        _ = match dies_in {
            "stop" => world.runtime.door().stop(victim.actor_id()),
            _ => world.runtime.door().kill(victim.actor_id(), "enough"),
        };
        // Once, and of its hooks none that had not begun.
        assert_eq!(world.run(), format!("{turns} Some({dies_in:?})"));
        let exit = exit.take().unwrap();
        assert_eq!((exit.kind, exit.reason.as_deref()), (ExitKind::Killed, Some("enough")), "{dies_in}");
        assert_eq!(world.runtime.actors(), 1, "nothing is left but the boss");
    }
}

#[test]
fn r36_an_exit_and_a_kill_after_some_time_can_be_cancelled_and_say_why() {
    let mut world = World::new();
    for kill in [false, true] {
        let [spared, gone] =
            [1_u32, 2].map(|value| Spec::once(move |_| Some(value)).start(&mut world.runtime).unwrap());
        let heard = Rc::new(RefCell::new(None));
        let hears = heard.clone();
        let id = gone.actor_id();
        world.runtime.on_exit(id, Ret::new(move |exit| *hears.borrow_mut() = exit));
        let after = if kill { Core::kill_after } else { Core::exit_after };
        let key = after(&mut world.runtime, spared.actor_id(), 100 * MS).unwrap();
        after(&mut world.runtime, id, 100 * MS).unwrap();
        assert!(world.runtime.timer_del(key));
        if kill {
            // A kill is a failure: this one is not to come back.
            world.runtime.set_root_supervisor(Supervisor::new().intensity(Intensity::new(0, MS)));
            world.runtime.on_root_escalation(|_, _, _| ());
        }
        world.run();
        let now = world.runtime.now();
        world.runtime.run(now + 99 * MS, false);
        assert!(!gone.is_zombie());
        world.runtime.run(now + 100 * MS, false);
        assert!(gone.is_zombie() && !spared.is_zombie());
        let exit = heard.take().unwrap();
        assert_eq!(exit.kind == ExitKind::Killed, kill);
        let reason = if kill { "Kill after 100ms" } else { "Exit after 100ms" };
        assert!(exit.reason.unwrap().contains(reason));
        let stale = after(&mut world.runtime, id, MS);
        assert!(stale.is_err());
    }
}
