//! Ends that wait for what is queued, and the end of the whole tree. The names begin with the sentence of the
//! study that they prove (R: ractor, A: the supervision article, X: rsactor, O: ODIN, K: where these conflict).

mod supervision_support;

use actor_rt::mailbox::{Priority, Refused, Sending};
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use supervision_support::*;

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
fn r21_a_drain_of_one_that_is_paused_and_has_no_messages_is_its_end() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.pause();
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "a:stop a:drop");
}

#[test]
fn r21_a_drain_waits_for_the_answer_that_its_actor_waits_for() {
    let mut world = World::new();
    let kept = Rc::new(RefCell::new(None));
    let keep = kept.clone();
    let oracle = Spec::new(|_| Some(())).start(&mut world.runtime).unwrap();
    let to = oracle.clone();
    let actor = world.start("a");
    actor.call(move |_, cx| {
        let message =
            move |_: &mut (), _: &mut Cx<'_, ()>, reply: ask::Reply<u32>| *keep.borrow_mut() = Some(reply);
        cx.ask_holding(&to, millis(50), message, |this, cx, _| this.say(cx, "answer")).unwrap();
    });
    call!([actor], say("waits"));
    world.run();
    assert_eq!(world.runtime.door().status(actor.actor_id()), Ok(Status::Running));
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "");
    _ = kept.take().map(|reply| reply.reply(7));
    assert_eq!(world.run(), "a:answer a:waits a:stop a:drop");
}

#[test]
fn r21_a_stop_or_a_kill_wins_over_a_drain() {
    type Verb = fn(&Door, ActorId) -> Result<(), IdError>;
    let verbs: [(Verb, ExitKind, Option<&str>, &str); 4] = [
        (Door::drain, ExitKind::Stopped, Some("drained"), "a:waits a:stop a:drop"),
        (Door::stop, ExitKind::Stopped, None, "a:stop a:drop"),
        (
            |door, id| door.stop_because(id, "closing time"),
            ExitKind::Stopped,
            Some("closing time"),
            "a:stop a:drop",
        ),
        (|door, id| door.kill(id, "a kill"), ExitKind::Killed, Some("a kill"), "a:drop"),
    ];
    for (verb, kind, reason, story) in verbs {
        let mut world = World::new();
        let actor = world.start("a");
        let (id, exit) = (actor.actor_id(), world.exit_of(actor.actor_id()));
        call!([actor], say("waits"));
        world.runtime.door().drain(id).unwrap();
        verb(world.runtime.door(), id).unwrap();
        assert_eq!(world.run(), story);
        let exit = exit.take().unwrap();
        assert_eq!((exit.kind, exit.phase, exit.reason.as_deref()), (kind, Phase::Running, reason));
        assert!(actor.is_zombie(), "it was told to end: a kill brings no other one either");
    }
}

/// From the first word of its end on, whatever that is, and while the children end and the hook takes its time.
#[test]
fn r25_what_is_sent_to_one_that_drains_stops_or_has_ended_comes_back_or_is_lost_with_the_reason() {
    type End = fn(&mut World, &Actor<Node>);
    let ends: [(Status, End); 6] = [
        (Status::Draining, |world, actor| {
            actor.pause();
            call!([actor], say("waits"));
            world.runtime.door().drain(actor.actor_id()).unwrap();
        }),
        (Status::Stopping, |world, actor| world.stop(actor)),
        (Status::Stopping, |world, actor| {
            put_of(world, actor, "c", later());
            world.stop(actor);
        }),
        (Status::Stopping, |world, actor| {
            put_of(world, actor, "c", later());
            call!([actor], fail());
        }),
        (Status::Stopped, |world, actor| world.kill(actor)),
        (Status::Stopped, |world, actor| {
            world.stop(actor);
            world.run();
            call!([actor], say("never"));
            actor.apply(&mut world.runtime, |_, cx| cx.stopped());
            let done: Ret<u32> = Ret::some_to_actor(actor.clone(), |this: &mut Node, cx, _| this.done(cx));
            ret!([done], 1);
        }),
    ];
    for (number, (status, end)) in ends.into_iter().enumerate() {
        let mut world = World::new();
        let spec = world.spec_of("a", later()).restart(Restart::Temporary);
        let actor = spec.start(&mut world.runtime).unwrap();
        let (id, other) = (actor.actor_id(), world.start("o"));
        world.run();
        end(&mut world, &actor);
        world.run();
        assert_eq!(world.runtime.door().status(id), Ok(status), "{number}");
        let lost = world.runtime.dead_letters();
        let urgent = Sending::new().priority(Priority::High);
        for refused in [actor.try_call(say("again")), actor.try_call_with(urgent, say("again"))] {
            let Err(refused @ Refused::Closed(_)) = refused else { panic!("{number}: it was taken") };
            assert!(!refused.is_retryable());
            // As good as new: it may be sent elsewhere.
            other.call(refused.into_message());
            assert_eq!(world.run(), "o:again");
        }
        let refused = world.runtime.door().call(id, |_: &mut Node, _| unreachable!());
        assert_eq!(refused, Err(PostError::Id(IdError::Stale)));
        let outcome = sent(&world, "parked");
        world.runtime.call_parked(&actor, millis(10), say("never"), outcome);
        let log = world.log.clone();
        let answer =
            Ret::new(move |answer: Option<Result<u32, _>>| log.write(format!("{:?}", answer.unwrap())));
        let asks = |_: &mut Node, _: &mut Cx<'_, Node>, _: ask::Reply<u32>| unreachable!();
        world.runtime.ask(&actor, millis(10), asks, answer).unwrap();
        assert_eq!(world.run(), "Err(Closed) parked:Err(Closed)", "{number}");
        assert_eq!(world.runtime.dead_letters(), lost, "nobody was left without a word");
        let lost = |world: &World| world.runtime.dead_letters_of(DropReason::NotFound);
        let before = lost(&world);
        call!([actor], say("never"));
        assert_eq!(lost(&world), before + 1, "{number}");
        if status != Status::Stopped {
            world.kill(&actor);
        }
        assert!(!world.run().contains("never"));
    }
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
fn teardown_takes_trees_before_actors_that_are_younger() {
    let mut world = World::new();
    world.start("t");
    let held = actor_new!(world.runtime, Node, ret_nop!());
    let (log, conduct) = (world.log.clone(), Conduct::default());
    held.call_prep(move |_| Some(Node { name: "held", log, conduct, number: 1 }));
    world.run();
    let World { runtime, log, .. } = world;
    drop(runtime);
    assert_eq!(log.take(), "t:drop held:drop");
}

/// Leaves another one behind when it goes, and so on.
struct Leaves(Door, Log, u32);

impl Drop for Leaves {
    fn drop(&mut self) {
        let Leaves(door, log, more) = self;
        log.write(more.to_string());
        if *more > 0 {
            let next = Leaves(door.clone(), log.clone(), *more - 1);
            door.on_root_escalation(move |_, _, _| _ = &next);
        }
    }
}

#[test]
fn teardown_goes_on_while_what_it_drops_leaves_something_behind() {
    let holders: [fn(&mut World, Leaves); 3] = [
        |world, leaves| world.runtime.door().on_root_escalation(move |_, _, _| _ = &leaves),
        |world, leaves| {
            Spec::once(|_| Some(leaves)).start(&mut world.runtime).unwrap();
        },
        |world, leaves| {
            let told = Fwd::new(move |_: registry::NameEvent| _ = &leaves);
            world.runtime.watch_name("nobody's", told);
        },
    ];
    for hold in holders {
        let mut world = World::new();
        let log = world.log.clone();
        let leaves = Leaves(world.runtime.door().clone(), log.clone(), 4);
        hold(&mut world, leaves);
        world.run();
        drop(world);
        assert_eq!(log.take(), "4 3 2 1 0");
    }
}

/// A drain closes the mailbox, and one that comes back from it had the bound of its spec, whatever was said since.
#[test]
fn the_bound_of_one_that_comes_back_from_a_drain_is_the_one_that_was_set() {
    let mut world = World::new();
    let actor = world.spec("a").capacity(7).restart(Restart::Permanent).start(&mut world.runtime).unwrap();
    world.run();
    assert_eq!(actor.capacity(), 7);
    for bound in [3, u32::MAX] {
        actor.set_capacity(bound);
        world.runtime.door().drain(actor.actor_id()).unwrap();
        assert!(actor.try_call(say("no")).is_err());
        world.run();
        assert_eq!((actor.capacity(), actor.is_zombie()), (bound, false));
    }
}
