//! Actors that keep running: a turn in each step, behind their messages, for as long as they say. The names begin with the sentence of the
//! study that they prove (X: rsactor, K: where the seeds conflict).

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::time::Duration;
use supervision_support::*;

#[test]
fn x2_a_run_is_repeated_as_it_says_and_messages_come_between_its_turns() {
    let mut world = World::new();
    let actor =
        listener(&mut world, |this| this.runs = vec![Run::Done, Run::After(10 * MS), Run::Again, Run::Again]);
    actor.call(|this, cx| {
        this.log.write("begin");
        cx.keep_running();
    });
    actor.call(Listener::say("message"));
    assert_eq!(world.run(), "begin message run", "once in a step, after the messages");
    let mut now = world.runtime.now();
    assert_eq!(world.runtime.next_timeout(now), Some(Duration::from_nanos(1)), "it wants another turn soon");
    now += MS;
    actor.call(Listener::say("between"));
    world.runtime.run(now, false);
    assert_eq!(world.log.take(), "between run");
    now += MS;
    world.runtime.run(now, false);
    assert_eq!(world.log.take(), "run");
    world.runtime.run(now + 9 * MS, false);
    assert_eq!(world.log.take(), "");
    world.runtime.run(now + 10 * MS, false);
    assert_eq!(world.log.take(), "run");
    world.runtime.run(now + 1000 * MS, false);
    assert_eq!((world.log.take().as_str(), world.runtime.pending().timers), ("", 0), "it is done");
    assert!(!actor.is_zombie());
}

#[test]
fn x2_a_run_that_fails_fails_its_actor() {
    let mut world = World::new();
    let actor = listener(&mut world, |_| ());
    actor.call(|_, cx| cx.keep_running());
    assert_eq!(world.run(), "run");
    actor.call(Listener::say("the next one"));
    assert_eq!(world.run(), "the next one");
    assert_eq!((world.at(10).as_str(), world.runtime.pending().timers), ("", 0), "it does not run by itself");
}

/// That one without any such wishes has not even a place for them is looked at inside of the crate: `engine/tests`.
#[test]
fn x3_an_actor_that_asks_for_no_runs_costs_nothing() {
    let mut world = World::new();
    let hooked = listener(&mut world, |_| ());
    let plain = Spec::new(|_| Some(1_u32)).start(&mut world.runtime).unwrap();
    let held: ActorOwn<u32> = ActorOwn::new(&mut world.runtime, Ret::nop(), 0);
    held.call_prep(|_| Some(1));
    world.run();
    hooked.call(|_, _| ());
    world.run();
    let idle = world.runtime.pending();
    assert_eq!((idle.messages, idle.idle, idle.timers, idle.asks), (0, 0, 0, 0));
    // However often the host steps, nothing is done, and nothing is to be waited for.
    for second in 0..10 {
        let now = world.runtime.now_ns() + second * 1_000_000_000;
        let (progress, _) = world.runtime.step_caught(now, &Budget::UNBOUNDED);
        assert_eq!((progress.handled, progress.more, progress.idle), (0, false, false));
        assert_eq!(progress.next_deadline, u64::MAX);
    }
    assert_eq!(world.runtime.next_timeout(world.runtime.now()), None);
    assert_eq!((world.log.take().as_str(), world.runtime.pending()), ("", idle));
    // One that has run and is done costs nothing any more.
    let done = listener(&mut world, |this| this.runs = vec![Run::Done]);
    done.call(|_, cx| cx.keep_running());
    let now = world.runtime.now();
    world.runtime.run(now, false);
    assert_eq!((world.log.take().as_str(), world.runtime.next_timeout(now)), ("run", None));
    assert_eq!((plain.pending(), world.runtime.pending().timers), (0, 0));
}

#[test]
fn k9_a_run_waits_for_messages_for_a_pause_and_is_replaced_by_a_new_one() {
    let mut world = World::new();
    let actor = listener(&mut world, |this| this.runs = vec![Run::Done, Run::Done, Run::Again]);
    actor.call(|_, cx| {
        cx.keep_running();
        cx.keep_running();
    });
    assert_eq!(world.run(), "run", "one at a time");
    actor.pause();
    assert_eq!(world.at(5), "");
    actor.resume();
    assert_eq!(world.run(), "run");
    // A message that waits on a later lane is one, too.
    actor.call(|_, cx| cx.keep_running());
    let core: &mut Core = &mut world.runtime;
    idle!([actor, core], idles());
    assert_eq!(world.at(6), "");
    let now = world.runtime.now();
    world.runtime.run(now, true);
    assert_eq!(world.log.take(), "idle");
    world.runtime.run(now, true);
    assert_eq!(world.log.take(), "run");
}

#[test]
fn k9_one_that_is_done_runs_again_when_a_message_asks_for_it() {
    let mut world = World::new();
    let actor = listener(&mut world, |this| this.runs = vec![Run::Done, Run::Done]);
    for _ in 0..2 {
        actor.call(|_, cx| cx.keep_running());
        assert_eq!(world.run(), "run");
        actor.call(Listener::say("a message that does not"));
        assert_eq!(world.run(), "a message that does not");
    }
}
