//! Timers that an actor knows by numbers: one is replaced under its number, ticks on a grid, and what is missed comes as it says. The names
//! begin with the sentence of the study that they prove (O: ODIN, R: ractor, K: where the seeds conflict).

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use supervision_support::*;

#[test]
fn o15_a_timer_is_replaced_under_its_number_and_what_was_replaced_or_stopped_never_ticks() {
    let mut world = World::new();
    let actor = listener(&mut world, |_| ());
    actor.call(|_, cx| {
        cx.start_timer(1, 10 * MS);
        cx.start_timer(2, 10 * MS);
        cx.start_timer(1, 20 * MS);
        assert!(cx.stop_timer(2) && !cx.stop_timer(2) && !cx.stop_timer(3));
    });
    world.run();
    assert_eq!(world.runtime.locate(actor.actor_id()).unwrap().timers, 1, "it is known to have one");
    assert_eq!(world.at(19), "");
    assert_eq!(world.at(20), "1x1");
    // One that has ticked is over: its number is free.
    actor.call(|_, cx| assert!(!cx.stop_timer(1)));
    // Also one that is due and on its way.
    for replace in [false, true] {
        actor.call(|_, cx| cx.start_timer(1, 5 * MS));
        world.run();
        let now = world.runtime.now();
        actor.pause();
        world.runtime.run(now + 5 * MS, false);
        actor.resume();
        // In front of the tick, which waits in the stash.
        actor.query(&mut world.runtime, move |_, cx| {
            assert!(replace || cx.stop_timer(1));
            if replace {
                cx.start_timer(1, 5 * MS);
            }
        });
        world.runtime.run(now + 5 * MS, false);
        assert_eq!(world.log.take(), "");
        world.runtime.run(now + 20 * MS, false);
        assert_eq!(world.log.take(), if replace { "1x1" } else { "" });
    }
}

#[test]
fn o15_a_repeated_timer_ticks_at_once_if_it_is_to() {
    let mut world = World::new();
    let actor = listener(&mut world, |_| ());
    actor.call(|_, cx| {
        cx.start_interval(1, Interval::new(10 * MS));
        cx.start_interval(2, Interval::new(10 * MS).first(Duration::ZERO));
    });
    assert_eq!(world.at(9), "2x1");
    assert_eq!(world.at(10), "1x1");
    actor.call(|_, cx| assert!(cx.stop_timer(1) && cx.stop_timer(2)));
    assert_eq!(world.at(1000), "");
}

#[test]
fn r35_an_interval_begins_after_a_period_and_does_not_drift() {
    let mut world = World::new();
    let actor = listener(&mut world, |_| ());
    actor.call(|_, cx| cx.start_interval(1, Interval::new(10 * MS)));
    world.run();
    let start = world.runtime.now();
    let mut ticks = String::new();
    // The host is late by one to four milliseconds each time.
    for at in [9, 12, 23, 31, 44, 50] {
        world.runtime.run(start + at * MS, false);
        ticks += &format!("{at}:{} ", world.log.take());
    }
    assert_eq!(ticks, "9: 12:1x1 23:1x1 31:1x1 44:1x1 50:1x1 ");
    // It ends with the actor.
    world.runtime.terminate_child(actor.actor_id(), Ret::nop()).unwrap();
    world.runtime.run(start + 50 * MS, false);
    assert_eq!(world.runtime.pending().timers, 0);
}

#[test]
fn r35_late_ticks_come_in_a_burst_together_or_not_at_all() {
    for (missed, ticks) in [(Missed::Burst, "1x1 1x1 1x1"), (Missed::Coalesce, "1x3"), (Missed::Skip, "1x1")]
    {
        let mut world = World::new();
        let actor = listener(&mut world, |_| ());
        actor.call(move |_, cx| cx.start_interval(1, Interval::new(10 * MS).missed(missed)));
        world.run();
        let start = world.runtime.now();
        world.runtime.run(start + 35 * MS, false);
        assert_eq!(world.log.take(), ticks);
        world.runtime.run(start + 39 * MS, false);
        assert_eq!(world.log.take(), "");
        world.runtime.run(start + 40 * MS, false);
        assert_eq!(world.log.take(), "1x1", "the grid stays");
    }
}

#[test]
fn r35_what_one_that_is_paused_has_missed_comes_in_the_same_ways() {
    for (missed, ticks) in [(Missed::Burst, "1x1 1x1 1x1"), (Missed::Coalesce, "1x3"), (Missed::Skip, "1x1")]
    {
        let mut world = World::new();
        let actor = listener(&mut world, |_| ());
        actor.call(move |_, cx| cx.start_interval(1, Interval::new(10 * MS).missed(missed)));
        world.run();
        actor.pause();
        let start = world.runtime.now();
        for tick in 1..=3 {
            world.runtime.run(start + 10 * tick * MS, false);
        }
        assert_eq!(world.log.take(), "");
        actor.resume();
        world.runtime.run(start + 35 * MS, false);
        assert_eq!(world.log.take(), ticks);
    }
}

#[test]
fn k8_ticks_take_no_place_in_a_mailbox_and_one_at_most_waits() {
    let mut world = World::new();
    let actor = listener(&mut world, |_| ());
    actor.set_capacity(1);
    actor.call(|_, cx| cx.start_interval(1, Interval::new(MS)));
    world.run();
    actor.pause();
    let start = world.runtime.now();
    for tick in 1..=100 {
        world.runtime.run(start + tick * MS, false);
    }
    assert_eq!(world.runtime.locate(actor.actor_id()).unwrap().waiting, 0);
    assert!(actor.try_call(Listener::say("message")).is_ok(), "they take no place");
    actor.resume();
    world.runtime.run(start + 100 * MS, false);
    assert_eq!(world.log.take(), "1x100 message");
}

#[test]
fn what_a_timer_tells_may_stop_it_start_it_anew_or_fail_its_actor() {
    let mut world = World::new();
    let stops = listener(&mut world, |this| this.on_tick = Some(|cx, number| assert!(cx.stop_timer(number))));
    stops.call(|_, cx| cx.start_interval(1, Interval::new(10 * MS).missed(Missed::Burst)));
    world.run();
    let start = world.runtime.now();
    world.runtime.run(start + 35 * MS, false);
    assert_eq!(world.log.take(), "1x1", "the rest of the burst is stopped, too");
    let again =
        listener(&mut world, |this| this.on_tick = Some(|cx, number| cx.start_timer(number, 10 * MS)));
    again.call(|_, cx| cx.start_timer(1, 10 * MS));
    world.runtime.run(start + 35 * MS, false);
    for tick in 1..=3 {
        world.runtime.run(start + (35 + 10 * tick) * MS, false);
        assert_eq!(world.log.take(), "1x1");
    }
    let fails = listener(&mut world, |this| this.on_tick = Some(|_, _| panic!("a fault of the tick")));
    fails.call(|_, cx| cx.start_interval(7, Interval::new(10 * MS).missed(Missed::Burst)));
    let start = world.runtime.now();
    world.runtime.run(start, false);
    world.runtime.run(start + 35 * MS, false);
    assert_eq!(world.log.take().matches("7x1").count(), 1, "the next incarnation has no timers");
    fails.call(Listener::say("alive"));
    world.runtime.run(start + 35 * MS, false);
    assert!(world.log.take().contains("alive"));
}

#[test]
fn the_rest_of_a_burst_waits_for_one_that_pauses_over_a_tick() {
    let mut world = World::new();
    let pauses = listener(&mut world, |this| {
        this.on_tick = Some(|cx, _| {
            cx.this().pause();
        });
    });
    pauses.call(|_, cx| cx.start_interval(1, Interval::new(10 * MS).missed(Missed::Burst)));
    world.run();
    let start = world.runtime.now();
    for _ in 0..3 {
        world.runtime.run(start + 35 * MS, false);
        assert_eq!(world.log.take(), "1x1");
        assert!(pauses.resume());
    }
    world.runtime.run(start + 35 * MS, false);
    assert_eq!(world.log.take(), "");
}

#[test]
fn numbered_timers_and_runs_need_hooks_and_say_so() {
    let mut world = World::new();
    let log = world.log.clone();
    let make = move |_: &mut Cx<'_, Listener>| Some(Listener { log: log.clone(), ..Listener::default() });
    let uses: [fn(&mut Cx<'_, Listener>); 2] = [|cx| cx.start_timer(1, MS), |cx| cx.keep_running()];
    for use_it in uses {
        let actor = Spec::once(make.clone()).start(&mut world.runtime).unwrap();
        let heard = Rc::new(RefCell::new(String::new()));
        let hears = heard.clone();
        let told =
            Ret::new(move |exit: Option<Exit>| *hears.borrow_mut() = format!("{:?}", exit.unwrap().reason));
        world.runtime.on_exit(actor.actor_id(), told);
        actor.call(move |_, cx| use_it(cx));
        world.run();
        assert!(heard.borrow().contains("start it by a Spec with hooks()"), "{}", heard.borrow());
    }
}
