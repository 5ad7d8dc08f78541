//! What is done later by services: sends that are tried again (O-8 of the study) and jobs by time (O-21); and a start that an actor asks for
//! (O-23).

mod supervision_support;

use actor_rt::mailbox::Refused;
use actor_rt::services::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use supervision_support::*;

type Outcome = Rc<RefCell<Option<&'static str>>>;

/// What became of a send.
fn outcome<F: 'static>() -> (Outcome, Ret<Result<(), Refused<F>>>) {
    let told = Outcome::default();
    let tells = told.clone();
    let ret = Ret::new(move |sent: Option<Result<(), Refused<F>>>| {
        let what = match sent {
            Some(Ok(())) => "sent",
            Some(Err(Refused::Full(_))) => "full",
            Some(Err(_)) => "closed",
            None => "dropped",
        };
        assert!(tells.borrow_mut().replace(what).is_none(), "told once");
    });
    (told, ret)
}

fn say(what: &'static str) -> impl FnOnce(&mut Node, &mut Cx<'_, Node>) + Clone {
    move |this, cx| this.say(cx, what)
}

#[test]
fn o8_a_send_is_tried_again_until_there_is_room_and_may_come_behind_later_ones() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.set_capacity(1);
    actor.pause();
    call!([actor], say("first"));
    let (told, ret) = outcome();
    Retry::new(5, millis(10)).call(&mut world.runtime, &actor, say("tried"), ret);
    assert_eq!((world.at(25).as_str(), *told.borrow()), ("", None));
    actor.resume();
    world.run();
    call!([actor], say("later"));
    assert_eq!(world.run(), "a:later", "it does not wait in a line");
    assert_eq!(world.at(30), "a:tried");
    assert_eq!(*told.borrow(), Some("sent"));
}

#[test]
fn o8_after_the_last_attempt_it_comes_back_and_to_a_dead_one_at_once() {
    let mut world = World::new();
    let actor = world.start("a");
    actor.set_capacity(0);
    let (told, ret) = outcome();
    Retry::new(3, millis(10)).call(&mut world.runtime, &actor, say("never"), ret);
    world.at(19);
    assert_eq!(*told.borrow(), None);
    world.at(20);
    assert_eq!(*told.borrow(), Some("full"), "at 0, 10 and 20");
    let (told, ret) = outcome();
    Retry::new(0, millis(10)).call(&mut world.runtime, &actor, say("never"), ret);
    assert_eq!(*told.borrow(), None, "in a turn of its own");
    world.run();
    assert_eq!(*told.borrow(), Some("full"), "one attempt is made");
    let (told, ret) = outcome();
    Retry::new(3, millis(10)).call(&mut world.runtime, &actor, say("never"), ret);
    world.runtime.terminate_child(actor.actor_id(), Ret::nop()).unwrap();
    world.at(40);
    assert_eq!(*told.borrow(), Some("closed"));
    let other = world.start("b");
    other.set_capacity(0);
    let (told, ret) = outcome();
    Retry::new(3, millis(10)).call(&mut world.runtime, &other, say("never"), ret);
    drop(world);
    assert_eq!(*told.borrow(), Some("dropped"), "the runtime has gone");
}

#[test]
fn o21_jobs_run_at_their_times_and_an_aborted_one_does_not() {
    let mut world = World::new();
    let scheduler = Scheduler::new(10);
    let log = world.log.clone();
    let writes = |what: &'static str| {
        let log = log.clone();
        move |_: &mut Runtime| log.write(what)
    };
    let rt = &mut world.runtime;
    let now = rt.now();
    scheduler.once(rt, millis(20), writes("once")).unwrap();
    scheduler.at(rt, now + millis(10), writes("at")).unwrap();
    scheduler.at(rt, now - millis(10), writes("past")).unwrap();
    let aborted = scheduler.once(rt, millis(5), writes("never")).unwrap();
    assert!(scheduler.abort(aborted) && !scheduler.abort(aborted));
    let log = world.log.clone();
    let ticks = move |_: &mut Runtime, ticks: u32| log.write(format!("x{ticks}"));
    let repeated = scheduler.repeat(rt, Interval::new(millis(15)), ticks).unwrap();
    assert_eq!(scheduler.jobs(), 4);
    assert_eq!(world.at(20), "past at x1 once");
    assert_eq!((scheduler.jobs(), scheduler.abort(repeated)), (1, true));
    assert_eq!(world.at(100), "");
}

#[test]
fn o21_no_more_jobs_than_it_may_have_and_none_after_it_has_gone() {
    let mut world = World::new();
    let scheduler = Scheduler::new(1);
    let kept = Rc::new(());
    let keeps = kept.clone();
    scheduler.once(&mut world.runtime, millis(1), move |_| drop(keeps)).unwrap();
    let error = scheduler.once(&mut world.runtime, millis(1), |_| unreachable!()).unwrap_err();
    assert!(error.to_string().contains("abort one"));
    assert_eq!(Rc::strong_count(&kept), 2);
    drop(scheduler);
    assert_eq!(Rc::strong_count(&kept), 1, "its jobs go with it");
    world.at(10);
}

#[test]
fn o21_a_job_may_abort_itself_schedule_others_and_panic() {
    let mut world = World::new();
    let scheduler = Rc::new(Scheduler::new(2));
    let id = Rc::new(Cell::new(None));
    let (own, itself, log) = (scheduler.clone(), id.clone(), world.log.clone());
    let repeated = move |runtime: &mut Runtime, _| {
        log.write("tick");
        if let Some(id) = itself.take() {
            assert!(own.abort(id));
            let log = log.clone();
            own.once(runtime, millis(1), move |_| log.write("next")).unwrap();
        }
    };
    let burst = Interval::new(millis(10)).missed(Missed::Burst);
    id.set(Some(scheduler.repeat(&mut world.runtime, burst, repeated).unwrap()));
    let now = world.runtime.now();
    world.runtime.run(now + millis(50), false);
    assert_eq!(world.log.take(), "tick", "the rest of the burst is aborted, too");
    world.runtime.run(now + millis(51), false);
    assert_eq!((world.log.take().as_str(), scheduler.jobs()), ("next", 0));
    let panics = |_: &mut Runtime, _| std::panic::resume_unwind(Box::new("a fault of the job"));
    scheduler.repeat(&mut world.runtime, Interval::new(millis(1)), panics).unwrap();
    let (_, panic) = world.runtime.step_caught(u64::MAX / 2, &Budget::UNBOUNDED);
    assert!(panic.is_some());
    assert_eq!(scheduler.jobs(), 0, "it is over");
}

/// The rest of a burst once ran without its scheduler.
#[test]
fn o21_a_job_that_drops_its_scheduler_is_not_run_again() {
    let mut world = World::new();
    let scheduler = Rc::new(RefCell::new(Some(Scheduler::new(1))));
    let (own, log) = (scheduler.clone(), world.log.clone());
    let drops = move |_: &mut Runtime, _| {
        log.write("tick");
        _ = own.take();
    };
    let burst = Interval::new(millis(10)).missed(Missed::Burst);
    scheduler.borrow().as_ref().unwrap().repeat(&mut world.runtime, burst, drops).unwrap();
    let now = world.runtime.now();
    world.runtime.run(now + millis(50), false);
    assert_eq!((world.log.take().as_str(), world.runtime.pending().timers), ("tick", 0));
}

/// Timers of jobs that were aborted, or whose scheduler was dropped, once stayed until they came due.
#[test]
fn o21_jobs_that_are_not_wanted_any_more_leave_no_timers() {
    let mut world = World::new();
    let scheduler = Scheduler::new(2);
    let aborted = scheduler.once(&mut world.runtime, millis(1000), |_| unreachable!()).unwrap();
    scheduler.repeat(&mut world.runtime, Interval::new(millis(1000)), |_, _| unreachable!()).unwrap();
    assert!(scheduler.abort(aborted));
    world.run();
    assert_eq!(world.runtime.pending().timers, 1);
    drop(scheduler);
    world.run();
    assert_eq!(world.runtime.pending().timers, 0);
}

/// Jobs of a scheduler that outlived its runtime once lived as long as it did: for ever, if they knew it.
#[test]
fn o21_jobs_go_with_their_runtime() {
    let mut world = World::new();
    let scheduler = Rc::new(Scheduler::new(2));
    let (itself, again) = (scheduler.clone(), scheduler.clone());
    scheduler.once(&mut world.runtime, millis(10), move |_| drop(itself)).unwrap();
    let repeated = move |_: &mut Runtime, _| _ = again.jobs();
    scheduler.repeat(&mut world.runtime, Interval::new(millis(1)), repeated).unwrap();
    world.at(5);
    assert_eq!((scheduler.jobs(), Rc::strong_count(&scheduler)), (2, 3));
    drop(world);
    assert_eq!((scheduler.jobs(), Rc::strong_count(&scheduler)), (0, 1));
}

/// It is asked for while the others live already: what is said to all is said to it as well, it is looked after, and ends with the rest.
#[test]
fn o23_an_actor_has_the_system_start_another_which_takes_part_like_any() {
    let mut world = World::new();
    let log = world.log.clone();
    let spec = Spec::new(move |_| Some(Listener { log: log.clone(), ..Listener::default() })).hooks();
    let reports = Rc::new(RefCell::new(Vec::new()));
    let told = reports.clone();
    let report = Fwd::new(move |pulse| told.borrow_mut().push(pulse));
    let heart = Heartbeat::new(Duration::from_secs(1)).start(&mut world.runtime, report).unwrap();
    let asks = world.start("asks");
    let id = Rc::new(Cell::new(None));
    let started = id.clone();
    asks.call(move |_, cx| {
        let outcome = Ret::new(move |outcome: Option<Result<ActorId, StartError>>| {
            started.set(outcome.and_then(Result::ok));
        });
        spec.spawn(cx, outcome).unwrap();
    });
    world.run();
    let asked = id.get().expect("it was started");
    let all = [heart.actor_id(), asks.actor_id(), asked];
    assert_eq!(world.runtime.supervised(), all, "not under who asked, but under the root");

    // The start.
    let late = Rc::new(RefCell::new(None));
    let tells = late.clone();
    world.runtime.start_all(millis(500), Ret::new(move |ids| *tells.borrow_mut() = ids));
    assert_eq!((world.run().as_str(), late.take()), ("Start", Some(Vec::new())));

    // The heartbeat: it is well, it is not, it is again.
    assert!(world.at(1_500).contains("Ping"));
    let latency = heart.query(&mut world.runtime, |heart, _| heart.latency(asked)).flatten();
    assert!(latency.is_some() && reports.borrow().is_empty());
    let actor = Actor::<Listener>::from_id(&world.runtime, asked).unwrap();
    actor.pause();
    world.at(3_500);
    assert_eq!(reports.take(), [Pulse::Unresponsive { actor: asked, cycles: 1 }]);
    actor.resume();
    world.run();
    assert!(matches!(*reports.take(), [Pulse::Recovered { actor, .. }] if actor == asked));

    // The end.
    let killed = Rc::new(RefCell::new(None));
    let tells = killed.clone();
    world.runtime.terminate(Some(Duration::from_secs(1)), Ret::new(move |ids| *tells.borrow_mut() = ids));
    assert_eq!(world.run(), "Terminate asks:stop asks:drop");
    assert!(actor.is_zombie());
    assert_eq!(*killed.borrow(), Some(Vec::new()));
}
