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

#[test]
fn x3_an_actor_that_asks_for_no_runs_costs_nothing() {
    let mut world = World::new();
    listener(&mut world, |_| ());
    let pending = world.runtime.pending();
    assert_eq!((pending.messages, pending.timers), (0, 0));
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
