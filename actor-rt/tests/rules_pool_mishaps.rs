//! What may go wrong with pools: the user's functions panic or call back, workers kill themselves, pools end midway. No job goes silently.

mod pool_support;
mod supervision_support;

use actor_rt::services::pool::*;
use actor_rt::supervision::*;
use actor_rt::*;
use pool_support::Worker;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use supervision_support::*;

/// What is raised at the end of a step.
fn raised(world: &mut World) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| world.run())).expect_err("nothing was raised");
    panic.downcast_ref::<&str>().map_or_else(|| "another".into(), |text| (*text).to_owned())
}

fn panics(text: &'static str) -> ! {
    std::panic::resume_unwind(Box::new(text))
}

#[test]
fn a_discard_handler_that_panics_disturbs_nobody() {
    let mut world = World::new();
    let log = world.log.clone();
    let spec = world.pool(PoolSettings::new().discard(Discard::newest(1))).on_discard(move |job| {
        log.write(job.message.unwrap());
        panics("in a discard handler");
    });
    let pool = world.begin(spec);
    for message in ["a", "b", "c", "d"] {
        call!([pool], dispatch(Job::new("k", message)));
    }
    assert_eq!(raised(&mut world), "in a discard handler");
    assert_eq!(world.run(), "c d 0:a");
    assert_eq!(world.finish(&pool, "a"), "0:b");
}

#[test]
fn an_event_handler_and_an_asker_that_panic_disturb_nobody() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new()).on_event(|event| {
        if event == PoolEvent::Draining {
            panics("in an event handler");
        }
    });
    let pool = spec.start(&mut world.runtime).unwrap();
    let accepted = Ret::new(|_| panics("in an asker"));
    call!([pool], submit(Job::new("k", "a"), accepted));
    assert_eq!(raised(&mut world), "in an asker");
    call!([pool], drain());
    assert_eq!(raised(&mut world), "in an event handler");
    assert_eq!(world.finish(&pool, "a"), "0:a");
    assert!(pool.is_zombie());
}

#[test]
fn a_predicate_that_panics_keeps_nothing() {
    let mut world = World::new();
    let settings = PoolSettings::new().discard(Discard::newest(0));
    let spec = world.pool(settings).never_discard(|_| panics("in a predicate"));
    let pool = world.begin(spec);
    for message in ["a", "b"] {
        call!([pool], dispatch(Job::new("k", message)));
    }
    assert_eq!(raised(&mut world), "in a predicate");
    assert_eq!(world.run(), "k/b:LoadShed 0:a");
}

#[test]
fn a_dynamic_limit_that_panics_fails_the_pool_which_says_what_becomes_of_all_jobs() {
    let mut world = World::new();
    let dynamic = Discard::newest(0).dynamic(millis(1), |_| panics("in a limit"));
    let spec = world.pool(PoolSettings::new().discard(dynamic)).spec().restart(Restart::Temporary);
    let pool = spec.start(&mut world.runtime).unwrap();
    assert_eq!(world.jobs(&pool, "k/a"), "Started 0:a");
    assert_eq!(world.submit(&pool, Job::new("k", "b")), "k/b:Shutdown unanswered k/?:WorkerLost Stopped");
}

#[test]
fn handlers_that_call_back_into_the_pool_are_heard() {
    let mut world = World::new();
    let pool = Rc::new(RefCell::new(None::<Actor<pool_support::Texts>>));
    let (back, log) = (pool.clone(), world.log.clone());
    let spec = world.pool(PoolSettings::new().discard(Discard::newest(0))).on_discard(move |job| {
        log.write(format!("{}:{:?}", job.key, job.reason));
        if let Some(pool) = back.take() {
            call!([pool], dispatch(Job::new("again", "now")));
            call!([pool], drain());
            call!([pool], dispatch(Job::new("late", "now")));
        }
    });
    let started = world.begin(spec);
    *pool.borrow_mut() = Some(started.clone());
    assert_eq!(world.jobs(&started, "k/a x/b"), "0:a x:LoadShed again:LoadShed Draining late:Shutdown");
}

#[test]
fn a_worker_whose_job_ends_the_pool_or_resizes_it_is_no_harm() {
    let mut world = World::new();
    let log = world.log.clone();
    type Ends = Pool<u32, Option<Actor<Fleet>>>;
    struct Fleet(Option<Actor<Ends>>);
    let worker =
        move |fleet: &mut Fleet, cx: &mut Cx<'_, Fleet>, _: Option<Actor<Fleet>>, job: Completion| {
            let pool = fleet.0.clone().unwrap();
            pool.call(|pool, cx| _ = pool.set_size(cx, 1).unwrap());
            _ = cx.door().stop(pool.actor_id());
            drop(job);
        };
    let pool: Rc<RefCell<Option<Actor<Ends>>>> = Rc::default();
    let of = pool.clone();
    let make = move |_| {
        let of = of.clone();
        Spec::new(move |_| Some(Fleet(of.borrow().clone())))
    };
    let spec = PoolSpec::new(make, worker)
        .settings(PoolSettings::new().size(2))
        .on_event(move |event| log.write(format!("{event:?}")));
    let started = spec.start(&mut world.runtime).unwrap();
    *pool.borrow_mut() = Some(started.clone());
    for worker in world.runtime.children(Some(started.actor_id())).unwrap() {
        let worker = Actor::<Fleet>::from_id(&world.runtime, worker.id).unwrap();
        let own = started.clone();
        worker.call(move |fleet, _| fleet.0 = Some(own));
    }
    for _ in 0..3 {
        call!([started], dispatch(Job::new(1, None)));
    }
    world.run();
    assert!(started.is_zombie());
    assert_eq!(world.runtime.actors(), 0);
}

#[test]
fn a_router_that_panics_fails_the_pool_which_says_what_becomes_of_all_jobs() {
    let mut world = World::new();
    let router = Router::custom(|key: &&str, _| if *key == "x" { panics("in a router") } else { 0 });
    let spec = world.pool(PoolSettings::new()).router(router);
    let pool = spec.spec().restart(Restart::Temporary).start(&mut world.runtime).unwrap();
    assert_eq!(world.run(), "Started");
    assert_eq!(world.jobs(&pool, "k/a k/b k/c"), "0:a");
    let told = world.submit(&pool, Job::new("x", "d"));
    assert_eq!(told, "x/d:Shutdown unanswered k/b:Shutdown k/c:Shutdown k/?:WorkerLost Stopped");
    assert!(pool.is_zombie());
}

/// Counts the copies that are alive; the second one cannot be made.
struct Fragile(Rc<Cell<u32>>);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        self.0.set(self.0.get() + 1);
        if self.0.get() == 2 {
            panics("in a clone");
        }
        Fragile(self.0.clone())
    }
}

#[test]
fn a_message_that_cannot_be_copied_is_told_as_not_done() {
    let mut world = World::new();
    let told = Rc::new(RefCell::new(Vec::new()));
    let keep = told.clone();
    let worker = |_: &mut (), _: &mut Cx<'_, ()>, _: Fragile, job: Completion| job.failed();
    let spec =
        PoolSpec::new(|_| Spec::new(|_| Some(())), worker).on_discard(move |job: Discarded<u32, Fragile>| {
            keep.borrow_mut().push((job.reason, job.message.is_some()))
        });
    let pool = spec.spec().restart(Restart::Temporary).start(&mut world.runtime).unwrap();
    call!([pool], dispatch(Job::new(1, Fragile(Rc::default())).retries(5)));
    call!([pool], dispatch(Job::new(2, Fragile(Rc::new(Cell::new(7))))));
    world.run();
    assert_eq!(told.take(), [(DiscardReason::Shutdown, true), (DiscardReason::Shutdown, true)]);
    assert!(pool.is_zombie());
}

/// A destructor that panics.
struct Bomb(&'static str, Log);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.1.write(self.0);
        if !std::thread::panicking() {
            panics("in a destructor");
        }
    }
}

#[test]
fn messages_whose_destructors_panic_disturb_nobody() {
    let mut world = World::new();
    let log = world.log.clone();
    let worker =
        |kept: &mut Vec<(Bomb, Completion)>, _: &mut Cx<'_, Vec<_>>, bomb, job| kept.push((bomb, job));
    let spec = PoolSpec::new(|_| Spec::new(|_| Some(Vec::new())), worker)
        .settings(PoolSettings::new().discard(Discard::newest(2)));
    let pool = spec.spec().restart(Restart::Temporary).start(&mut world.runtime).unwrap();
    for name in ["a", "b", "c", "d"] {
        call!([pool], dispatch(Job::new(name, Bomb(name, log.clone()))));
    }
    assert_eq!(raised(&mut world), "in a destructor");
    assert_eq!(world.run(), "d");
    _ = world.runtime.door().kill(pool.actor_id(), "by the test");
    for _ in 0..2 {
        _ = catch_unwind(AssertUnwindSafe(|| world.runtime.run(std::time::Instant::now(), false)));
    }
    assert_eq!(world.run(), "a b c");
    assert!(pool.is_zombie());
}

#[test]
fn a_runtime_that_is_dropped_midway_tells_of_all_jobs_that_were_accepted() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().size(2));
    let pool = world.begin(spec);
    world.jobs(&pool, "k/a k/b k/c");
    let workers = world.workers(&pool);
    let kept = workers[0].query(&mut world.runtime, |worker, _| worker.kept.pop()).flatten().unwrap();
    let World { runtime, log, .. } = world;
    drop(runtime);
    assert_eq!(log.take(), "k/c:Shutdown k/?:WorkerLost k/?:WorkerLost Stopped");
    kept.1.done();
    assert!(workers.iter().all(Actor::is_zombie));
}

#[test]
fn a_job_that_is_said_to_be_done_when_the_pool_ends_is_not_told_as_lost() {
    for (how, told) in [("last", ""), ("now", ""), ("drop", "k/?:WorkerLost ")] {
        let mut world = World::new();
        let spec = world.pool(PoolSettings::new()).spec().restart(Restart::Temporary);
        let pool = spec.start(&mut world.runtime).unwrap();
        world.run();
        let id = pool.actor_id();
        call!([pool], dispatch(Job::new("k", how)));
        let worker = world.workers(&pool).remove(0);
        // The pool is killed before it hears of the job.
        pool.call(move |_, _| worker.call(move |_, cx| _ = cx.door().kill(id, "by the test")));
        assert_eq!(world.run(), format!("0:{how} {told}Stopped"));
    }
}

#[test]
fn a_completion_outlives_its_pool_and_its_runtime() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    world.jobs(&pool, "k/a k/b");
    let worker = world.workers(&pool).remove(0);
    let (_, job) = worker.query(&mut world.runtime, |worker, _| worker.kept.pop()).flatten().unwrap();
    world.runtime.terminate_child(pool.actor_id(), Ret::nop()).unwrap();
    assert_eq!(world.run(), "k/b:Shutdown k/?:WorkerLost Stopped");
    job.alive(&world.runtime);
    drop(world);
    drop(job);
}

#[test]
fn a_worker_with_a_bounded_mailbox_gets_all_its_jobs() {
    let mut world = World::new();
    let log = world.log.clone();
    let make = move |slot| {
        let log = log.clone();
        Spec::new(move |_| Some(Worker { slot, log: log.clone(), kept: Vec::new() })).capacity(0)
    };
    let spec = PoolSpec::new(make, Worker::job).settings(PoolSettings::new().in_flight(3));
    let pool = spec.start(&mut world.runtime).unwrap();
    for message in ["a", "b", "now", "c"] {
        call!([pool], dispatch(Job::new("k", message)));
    }
    assert_eq!(world.run(), "0:a 0:b 0:now 0:c");
    // The pool's own bound keeps jobs away, but no completion.
    pool.set_capacity(0);
    assert!(pool.try_call(|_: &mut pool_support::Texts, _: &mut Cx<'_, _>| ()).is_err());
    assert_eq!(world.finish(&pool, "a"), "");
    assert_eq!(world.stats(&pool).done, 2);
}

#[test]
fn a_worker_that_is_ready_later_gets_its_jobs_then() {
    let mut world = World::new();
    let log = world.log.clone();
    let make = move |slot| {
        let log = log.clone();
        Spec::new(move |cx: &mut Cx<'_, Worker>| {
            let log = log.clone();
            let ready = move |_: &mut Cx<'_, Worker>| Some(Worker { slot, log, kept: Vec::new() });
            cx.this().call_at_prep(millis(10 + slot as u64), ready);
            None
        })
    };
    let spec = PoolSpec::new(make, Worker::job).settings(PoolSettings::new().size(2));
    let pool = spec.start(&mut world.runtime).unwrap();
    assert_eq!(world.jobs(&pool, "k/a k/b"), "");
    assert_eq!(world.stats(&pool).queued, 2);
    assert_eq!(world.at(10), "0:a");
    assert_eq!(world.at(11), "1:b");
}

#[test]
fn a_worker_with_children_and_a_long_goodbye_loses_nothing() {
    struct Slow(Log, Vec<Completion>);
    impl Lifecycle for Slow {
        fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
            cx.this().call_at(millis(10), |_, cx| cx.stopped());
            Stopping::Pending
        }
    }
    let mut world = World::new();
    let (log, told) = (world.log.clone(), world.log.clone());
    let make = move |_| {
        let log = log.clone();
        Spec::new(move |cx: &mut Cx<'_, Slow>| {
            Spec::new(|_| Some(0_u32)).start_child(cx).unwrap();
            Some(Slow(log.clone(), Vec::new()))
        })
        .hooks()
    };
    let job = |slow: &mut Slow, cx: &mut Cx<'_, Slow>, message: &'static str, job: Completion| {
        slow.0.write(message);
        match message {
            "stop" => cx.stop(),
            _ => slow.1.push(job),
        }
    };
    let spec = PoolSpec::new(make, job)
        .settings(PoolSettings::new().in_flight(2))
        .on_discard(move |job| told.write(format!("{}:{:?}", job.message.unwrap_or("?"), job.reason)));
    let pool = spec.start(&mut world.runtime).unwrap();
    for message in ["stop", "a", "b"] {
        call!([pool], dispatch(Job::new((), message)));
    }
    // What it had not begun goes on with the next incarnation.
    assert_eq!(world.run(), "stop ?:WorkerLost");
    assert_eq!(world.at(9), "");
    assert_eq!(world.at(10), "a b");
}

#[test]
fn a_worker_that_is_ended_for_good_by_somebody_else_is_replaced() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    assert_eq!(world.jobs(&pool, "k/a k/b"), "0:a");
    let worker = world.workers(&pool).remove(0);
    world.runtime.terminate_child(worker.actor_id(), Ret::nop()).unwrap();
    assert_eq!(world.run(), "k/?:WorkerLost 0:b");
    assert!(worker.is_zombie());
    assert_eq!(world.runtime.count_children(Some(pool.actor_id())).unwrap().entries, 1);
    // A drain of one is an end as any other.
    let worker = world.workers(&pool).remove(0);
    world.runtime.door().drain(worker.actor_id()).unwrap();
    assert_eq!(world.jobs(&pool, "k/c"), "k/?:WorkerLost 0:c");
}

#[test]
fn a_dynamic_limit_may_be_asked_for_while_the_pool_is_in_use() {
    let mut world = World::new();
    let dynamic = Discard::oldest(0).dynamic(millis(0), |stats| stats.running);
    let spec = world.pool(PoolSettings::new().size(1).in_flight(2).discard(dynamic));
    let pool = world.begin(spec);
    assert_eq!(world.jobs(&pool, "k/a k/b k/c k/d k/e"), "0:a 0:b k/c:LoadShed");
    assert_eq!(world.stats(&pool).queued, 2);
}
