//! Pools and their workers: replaced, added, let go, watched; a pool that drains, and what it says of itself.

mod pool_support;
mod supervision_support;

use actor_rt::introspection::ActorSnapshot;
use actor_rt::services::pool::*;
use actor_rt::supervision::*;
use actor_rt::*;
use pool_support::*;
use std::cell::Cell;
use std::rc::Rc;
use supervision_support::*;

#[test]
fn r55_a_worker_that_ends_is_replaced_in_place_and_what_waits_for_it_goes_on() {
    for end in ["fail", "panic", "stop", "kill"] {
        let mut world = World::new();
        let pool = world.routed(1, Router::key_persistent());
        let worker = world.workers(&pool).remove(0);
        for message in [end, "b", "c"] {
            call!([pool], dispatch(Job::new("k", message)));
        }
        assert_eq!(world.run(), format!("0:{end} k/?:WorkerLost 0:b"), "{end}");
        assert_eq!((worker.incarnation(), worker.is_zombie()), (1, false));
        assert_eq!(world.finish(&pool, "b"), "0:c");
        let stats = world.stats(&pool);
        assert_eq!((stats.done, stats.discarded(DiscardReason::WorkerLost)), (1, 1));
    }
}

#[test]
fn r55_a_job_that_was_kept_is_lost_with_its_worker_wherever_its_completion_is() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    world.jobs(&pool, "k/a");
    let worker = world.workers(&pool).remove(0);
    let elsewhere = worker.query(&mut world.runtime, |worker, _| worker.kept.pop()).flatten().unwrap().1;
    worker.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.jobs(&pool, "k/b"), "k/?:WorkerLost 0:b");
    elsewhere.done();
    assert_eq!(world.run(), "");
    let stats = world.stats(&pool);
    assert_eq!((stats.done, stats.running, stats.discarded(DiscardReason::WorkerLost)), (0, 1, 1));
}

#[test]
fn r55_a_job_that_was_done_is_not_lost_with_its_worker() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    assert_eq!(world.jobs(&pool, "k/last k/b"), "0:last 0:b");
    assert_eq!(world.stats(&pool).done, 1);
}

#[test]
fn r55_a_completion_that_is_dropped_is_that_of_a_job_done_if_the_worker_lives() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    assert_eq!(world.jobs(&pool, "k/drop k/b"), "0:drop 0:b");
    assert_eq!(world.stats(&pool).done, 1);
}

#[test]
fn r55_a_job_that_the_worker_has_not_begun_is_not_lost_with_it() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().in_flight(2));
    let pool = world.begin(spec);
    let worker = world.workers(&pool).remove(0);
    worker.pause();
    assert_eq!(world.jobs(&pool, "k/a k/b"), "");
    assert_eq!(world.stats(&pool).running, 2);
    _ = world.runtime.door().kill(worker.actor_id(), "by the test");
    assert_eq!(world.run(), "0:a 0:b", "the next incarnation begins with both, in their order");
    assert_eq!(world.stats(&pool).running, 2);
}

#[test]
fn r55_a_lost_job_is_tried_again_as_often_as_it_may_be() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    call!([pool], dispatch(Job::new("k", "fail").retries(2)));
    call!([pool], dispatch(Job::new("k", "b")));
    assert_eq!(world.run(), "0:fail 0:fail 0:fail k/?:WorkerLost 0:b");
    // It goes first, since it came first.
    call!([pool], dispatch(Job::new("k", "no").retries(1)));
    call!([pool], dispatch(Job::new("k", "c")));
    assert_eq!(world.finish(&pool, "b"), "0:no 0:no k/?:WorkerLost 0:c");
    let stats = world.stats(&pool);
    assert_eq!((stats.retried, stats.discarded(DiscardReason::WorkerLost)), (3, 2));
    assert_eq!(world.workers(&pool)[0].incarnation(), 3, "a job that failed is no end of a worker");
}

#[test]
fn r55_a_worker_that_waits_for_its_restart_gets_no_jobs_that_others_can_do() {
    let mut world = World::new();
    let log = world.log.clone();
    let make = move |slot| {
        let log = log.clone();
        Spec::new(move |_| Some(Worker { slot, log: log.clone(), kept: Vec::new() }))
            .backoff(Backoff::new(millis(100), millis(100)))
    };
    let spec = PoolSpec::new(make, Worker::job).settings(PoolSettings::new().size(2));
    let pool = spec.start(&mut world.runtime).unwrap();
    assert_eq!(world.jobs(&pool, "k/fail k/now-1 k/now-2"), "0:fail 1:now-1 1:now-2");
    assert_eq!(world.jobs(&pool, "k/a k/b"), "1:a");
    assert_eq!(world.at(99), "");
    assert_eq!(world.at(100), "0:b");
}

#[test]
fn r55_what_a_lost_worker_had_goes_to_all_that_have_room() {
    let mut world = World::new();
    let (log, made) = (world.log.clone(), Cell::new(0));
    let make = move |slot| {
        made.set(made.get() + 1);
        let (log, is_ready) = (log.clone(), made.get() <= 3);
        Spec::new(move |_| is_ready.then(|| Worker { slot, log: log.clone(), kept: Vec::new() }))
    };
    let spec = PoolSpec::new(make, Worker::job).settings(PoolSettings::new().size(3).in_flight(2));
    let pool = spec.start(&mut world.runtime).unwrap();
    let workers = world.workers(&pool);
    workers[0].pause();
    assert_eq!(world.jobs(&pool, "k/a k/b k/c k/d k/e k/f"), "1:b 2:c 1:e 2:f");
    for job in ["b", "c", "e", "f"] {
        world.finish(&pool, job);
    }
    world.runtime.terminate_child(workers[0].actor_id(), Ret::nop()).unwrap();
    assert_eq!(world.run(), "1:a 2:d");
}

#[test]
fn r55_a_worker_that_can_be_made_once_only_is_replaced_by_a_new_one() {
    let mut world = World::new();
    let log = world.log.clone();
    let make = move |slot| {
        let log = log.clone();
        Spec::once(move |_| Some(Worker { slot, log, kept: Vec::new() }))
    };
    let discarded = world.log.clone();
    let spec = PoolSpec::new(make, Worker::job)
        .router(Router::key_persistent())
        .on_discard(move |job| discarded.write(format!("{:?}", job.reason)));
    let pool = spec.start(&mut world.runtime).unwrap();
    let first = world.workers(&pool).remove(0);
    for message in ["fail", "b"] {
        call!([pool], dispatch(Job::new("k", message)));
    }
    assert_eq!(world.run(), "0:fail WorkerLost 0:b");
    assert!(first.is_zombie());
    assert_eq!(world.runtime.count_children(Some(pool.actor_id())).unwrap().entries, 1);
}

#[test]
fn r55_workers_that_cannot_live_end_the_pool_which_says_what_becomes_of_its_jobs() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new()).intensity(Intensity::new(1, millis(1_000)));
    let pool = spec.spec().restart(Restart::Temporary).start(&mut world.runtime).unwrap();
    for message in ["fail", "panic", "a", "b"] {
        call!([pool], dispatch(Job::new("k", message)));
    }
    let told = world.run();
    assert_eq!(
        told,
        "Started 0:fail k/?:WorkerLost 0:panic k/a:Shutdown k/b:Shutdown k/?:WorkerLost Stopped"
    );
    assert!(pool.is_zombie());
}

#[test]
fn r57_a_pool_that_drains_takes_nothing_more_and_ends_with_its_last_job() {
    let mut world = World::new();
    let pool = world.routed(2, Router::key_persistent());
    let workers = world.workers(&pool);
    world.jobs(&pool, "k/a k/b");
    call!([pool], drain());
    call!([pool], drain());
    assert_eq!(world.jobs(&pool, "k/c"), "Draining k/c:Shutdown");
    assert_eq!(pool.query(&mut world.runtime, |pool, _| pool.is_draining()), Some(true));
    let next = world.finish(&pool, "a");
    assert!(next.ends_with(":b"), "{next}");
    assert_eq!(world.finish(&pool, "b"), "Stopped");
    assert!(pool.is_zombie() && workers.iter().all(Actor::is_zombie));
}

#[test]
fn r57_a_pool_that_drains_tries_lost_jobs_again_and_ends_when_the_last_is_lost_or_expired() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    call!([pool], dispatch(Job::new("k", "fail").retries(1)));
    call!([pool], dispatch(Job::new("k", "a")));
    call!([pool], dispatch(Job::new("k", "b").time_to_live(millis(5))));
    call!([pool], drain());
    assert_eq!(world.run(), "Draining 0:fail 0:fail k/?:WorkerLost 0:a");
    world.at(6);
    assert_eq!(world.finish(&pool, "a"), "k/b:Expired Stopped");
    let idle = world.routed(1, Router::first_idle());
    call!([idle], drain());
    assert_eq!(world.run(), "Draining Stopped");
}

#[test]
fn r58_a_silent_worker_is_told_of_once() {
    let mut world = World::new();
    let switch = DeadMansSwitch::new(millis(100));
    let spec = world.pool(PoolSettings::new().size(2).dead_mans_switch(switch));
    let pool = world.begin(spec);
    assert_eq!(world.at(500), "", "nobody is silent who has nothing to do");
    world.jobs(&pool, "k/a");
    world.at(550);
    world.jobs(&pool, "k/b");
    assert_eq!(world.at(599), "");
    assert_eq!(world.at(600), "silent0:100");
    assert_eq!(world.at(649), "");
    assert_eq!(world.finish(&pool, "b"), "");
    world.jobs(&pool, "k/c");
    assert_eq!(world.at(748), "");
    assert_eq!(world.at(749), "silent1:100");
    assert_eq!(world.at(5_000), "");
    for job in ["a", "c"] {
        assert_eq!(world.finish(&pool, job), "");
    }
    world.jobs(&pool, "k/d");
    assert_eq!(world.at(6_000), "silent0:100", "it was heard of meanwhile");
    assert_eq!(world.finish(&pool, "d"), "");
    world.at(7_000);
    assert_eq!(world.runtime.pending().timers, 0);
}

#[test]
fn r58_a_worker_that_says_that_it_is_alive_is_not_silent() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().dead_mans_switch(DeadMansSwitch::new(millis(100))));
    let pool = world.begin(spec);
    world.jobs(&pool, "k/a");
    let worker = world.workers(&pool).remove(0);
    for time in [60, 120, 180] {
        assert_eq!(world.at(time), "");
        worker.call(|worker, cx| worker.kept[0].1.alive(cx));
    }
    assert_eq!(world.at(279), "");
    assert_eq!(world.at(280), "silent0:100");
    worker.call(|worker, cx| worker.kept[0].1.alive(cx));
    assert_eq!(world.at(379), "");
    assert_eq!(world.at(380), "silent0:100");
}

#[test]
fn r58_a_silent_worker_is_killed_and_replaced_if_that_is_wanted() {
    let mut world = World::new();
    let switch = DeadMansSwitch::new(millis(100)).kill();
    let spec = world.pool(PoolSettings::new().dead_mans_switch(switch));
    let pool = world.begin(spec);
    call!([pool], dispatch(Job::new("k", "a").retries(1)));
    call!([pool], dispatch(Job::new("k", "now")));
    assert_eq!(world.at(99), "0:a");
    assert_eq!(world.at(100), "silent0:100 0:a");
    assert_eq!(world.at(200), "silent0:100 k/?:WorkerLost 0:now");
    assert_eq!(world.workers(&pool)[0].incarnation(), 2);
}

#[test]
fn r58_the_switch_can_be_set_while_jobs_are_done() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    world.jobs(&pool, "k/a");
    world.at(50);
    let set = |world: &mut World, settings: PoolSettings| {
        _ = pool.query(&mut world.runtime, |pool, cx| pool.set_settings(cx, settings)).unwrap();
    };
    set(&mut world, PoolSettings::new().dead_mans_switch(DeadMansSwitch::new(millis(100))));
    assert_eq!(world.at(150), "silent0:150");
    set(&mut world, PoolSettings::new());
    assert_eq!(world.at(1_000), "");
    assert_eq!(world.runtime.pending().timers, 0);
}

#[test]
fn r60_depth_capacity_and_active_workers_can_be_read_at_any_time() {
    let mut world = World::new();
    for router in [Router::first_idle(), Router::round_robin()] {
        let spec = world.pool(PoolSettings::new().size(2).in_flight(2)).router(router);
        let pool = world.begin(spec);
        let stats = world.stats(&pool);
        assert_eq!((stats.size, stats.available, stats.active, stats.queued), (2, 4, 0, 0));
        world.jobs(&pool, "k/a");
        let stats = world.stats(&pool);
        assert_eq!((stats.available, stats.active, stats.running), (3, 1, 1));
        world.jobs(&pool, "k/b k/c k/d k/e k/f k/g");
        let stats = world.stats(&pool);
        assert_eq!((stats.available, stats.active, stats.running, stats.queued), (0, 2, 4, 3));
        world.finish(&pool, "a");
        assert_eq!(world.stats(&pool).done, 1);
    }
}

#[test]
fn r60_settings_can_be_read_and_changed_at_run_time() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    world.jobs(&pool, "k/a k/b k/c k/d");
    let mut set = |change: fn(PoolSettings) -> PoolSettings| {
        pool.query(&mut world.runtime, |pool, cx| {
            let settings = change(pool.settings().clone());
            _ = pool.set_settings(cx, settings).unwrap();
            (pool.settings().size, pool.settings().in_flight)
        })
    };
    assert_eq!(set(|settings| settings.in_flight(2)), Some((1, 2)));
    assert_eq!(set(|settings| settings.discard(Discard::newest(1))), Some((1, 2)));
    assert_eq!(world.run(), "0:b");
    assert_eq!(world.jobs(&pool, "k/e"), "k/e:LoadShed", "what waits already is not discarded");
    let set = pool.query(&mut world.runtime, |pool, cx| {
        pool.set_settings(cx, PoolSettings::new().size(2).discard(Discard::oldest(1))).unwrap()
    });
    assert_eq!(set, Some(2));
    assert_eq!(world.run(), "1:c");
    assert_eq!(world.jobs(&pool, "k/f k/g"), "k/d:LoadShed k/f:LoadShed");
    assert_eq!(world.finish(&pool, "a"), "", "one at a time again");
    assert_eq!(world.finish(&pool, "b"), "0:g");
}

#[test]
fn r60_a_pool_tells_once_and_in_order_that_it_has_started_drains_and_has_stopped() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    world.jobs(&pool, "k/a");
    call!([pool], drain());
    call!([pool], drain());
    assert_eq!(world.run(), "Draining");
    assert_eq!(world.finish(&pool, "a"), "Stopped");
    // Without a drain, and by a kill.
    for stop in [true, false] {
        let pool = world.routed(1, Router::first_idle());
        world.jobs(&pool, "k/a");
        call!([pool], dispatch(Job::new("k", "b")));
        world.run();
        let id = pool.actor_id();
        if stop {
            world.runtime.terminate_child(id, Ret::nop()).unwrap();
        } else {
            let temporary = world.runtime.door().kill(id, "by the test");
            temporary.unwrap();
        }
        let told = world.run();
        let again = if stop { "" } else { " Started" };
        assert_eq!(told, format!("k/b:Shutdown k/?:WorkerLost Stopped{again}"));
    }
}

/// A pool is an actor among others.
#[test]
fn a_pool_and_its_workers_are_seen_by_their_ids() {
    let mut world = World::new();
    let spec = world.pool(PoolSettings::new().size(2)).spec().register("pool");
    let pool = spec.start(&mut world.runtime).unwrap();
    let snapshot = world.runtime.snapshot();
    let id = world.runtime.whereis("pool").unwrap();
    assert_eq!(id, pool.actor_id());
    let below: Vec<&ActorSnapshot> =
        snapshot.actors.iter().filter(|actor| actor.supervisor == Some(id)).collect();
    assert_eq!(below.len(), 2);
    assert!(below.iter().all(|actor| actor.type_name.ends_with("Worker")));
    let same = Actor::<Texts>::from_id(&world.runtime, id).unwrap();
    call!([same], dispatch(Job::new("k", "a")));
    assert!(world.run().ends_with("0:a"));
    assert!(world.runtime.locate(id).is_ok());
}

/// A pool that fails is made anew, with its workers, by what was said at its start.
#[test]
fn a_pool_that_is_restarted_begins_anew() {
    let mut world = World::new();
    let routed = Rc::new(Cell::new(0));
    let count = routed.clone();
    let custom = Router::custom(move |key: &&str, _| {
        count.set(count.get() + 1);
        assert!(*key != "poison", "a key that the router cannot bear");
        count.get()
    });
    let spec = world.pool(PoolSettings::new().size(2)).router(custom);
    let pool = world.begin(spec);
    assert_eq!(world.jobs(&pool, "k/a k/b k/c"), "1:a 0:b");
    assert_eq!(pool.query(&mut world.runtime, |pool, cx| pool.set_size(cx, 5).unwrap()), Some(5));
    let told = world.jobs(&pool, "poison/d");
    assert!(told.starts_with("4:c poison/d:Shutdown"), "{told}");
    assert!(told.ends_with("Stopped Started"), "{told}");
    assert_eq!(told.matches("WorkerLost").count(), 3, "{told}");
    let stats = world.stats(&pool);
    assert_eq!((stats.size, stats.accepted), (2, 0));
    assert!(world.jobs(&pool, "k/now").ends_with(":now"));
}
