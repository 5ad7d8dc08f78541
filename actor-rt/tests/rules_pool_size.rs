//! How many workers a pool has: changed, and controlled. The names begin with the sentence of the study that they prove (R: ractor).

mod pool_support;
mod supervision_support;

use actor_rt::services::pool::*;
use actor_rt::supervision::*;
use actor_rt::*;
use pool_support::*;
use std::cell::Cell;
use std::rc::Rc;
use supervision_support::*;

#[test]
fn r56_the_size_can_be_changed_and_none_is_ignored() {
    let mut world = World::new();
    let pool = world.routed(1, Router::first_idle());
    let size = |world: &mut World, size| {
        pool.query(&mut world.runtime, |pool, cx| pool.set_size(cx, size).unwrap()).unwrap()
    };
    assert_eq!(world.jobs(&pool, "k/a k/b k/c"), "0:a");
    assert_eq!(size(&mut world, 0), 1);
    assert_eq!(size(&mut world, 3), 3);
    assert_eq!(world.run(), "1:b 2:c");
    assert_eq!(PoolSettings::new().size(5).size(0).size, 5);
    assert_eq!(PoolSettings::new().size(usize::MAX).size, 1_000_000);
    let settings = world.pool(PoolSettings::new().size(0));
    let small = settings.start(&mut world.runtime).unwrap();
    assert_eq!(world.stats(&small).size, 1);
}

#[test]
fn r56_fewer_workers_do_what_they_have_begun_and_end() {
    let mut world = World::new();
    let pool = world.routed(3, Router::round_robin());
    assert_eq!(world.jobs(&pool, "k/a k/b k/c k/d k/e k/f"), "0:a 1:b 2:c");
    let workers = world.workers(&pool);
    pool.call(|pool, cx| _ = pool.set_size(cx, 1).unwrap());
    assert_eq!(world.run(), "", "all wait for the one now");
    assert!(!workers[1].is_zombie() && !workers[2].is_zombie());
    assert_eq!(world.finish(&pool, "c"), "");
    assert!(!workers[1].is_zombie() && workers[2].is_zombie());
    assert_eq!(world.finish(&pool, "b"), "");
    assert!(workers[1].is_zombie());
    for (now, next) in [("a", "0:d"), ("d", "0:e"), ("e", "0:f"), ("f", "")] {
        assert_eq!(world.finish(&pool, now), next);
    }
    assert_eq!(world.runtime.count_children(Some(pool.actor_id())).unwrap().entries, 1);
    assert_eq!(world.stats(&pool).done, 6);
}

#[test]
fn r56_a_worker_that_was_to_go_stays_if_it_is_wanted_again() {
    let mut world = World::new();
    let pool = world.routed(2, Router::round_robin());
    world.jobs(&pool, "k/a k/b");
    let workers = world.workers(&pool);
    pool.call(|pool, cx| _ = pool.set_size(cx, 1).unwrap());
    pool.call(|pool, cx| _ = pool.set_size(cx, 3).unwrap());
    world.run();
    assert_eq!(world.workers(&pool)[..2], workers);
    assert_eq!(world.finish(&pool, "b"), "");
    assert_eq!(world.stats(&pool).available, 2);
}

#[test]
fn r56_with_another_size_keys_are_spread_anew_and_what_waits_goes_with_them() {
    const KEYS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let mut world = World::new();
    let pool = world.routed(1, Router::key_persistent());
    world.jobs(&pool, "a/busy");
    for key in KEYS {
        call!([pool], dispatch(Job::new(key, "now")));
    }
    assert_eq!(world.run(), "");
    pool.call(|pool, cx| _ = pool.set_size(cx, 8).unwrap());
    let moved = world.run();
    assert!(moved.split(' ').count() >= 4 && !moved.contains("0:"), "{moved}");
    world.finish(&pool, "busy");
    assert_eq!(world.stats(&pool).done, 9);
    let before: Vec<_> = KEYS.map(|key| place(&mut world, &pool, key)).into();
    pool.call(|pool, cx| _ = pool.set_size(cx, 2).unwrap());
    world.run();
    let after: Vec<_> = KEYS.map(|key| place(&mut world, &pool, key)).into();
    assert!(before != after && after.iter().all(|place| place == "0:now" || place == "1:now"), "{after:?}");
}

fn place(world: &mut World, pool: &Actor<Texts>, key: &'static str) -> String {
    call!([pool], dispatch(Job::new(key, "now")));
    world.run()
}

#[test]
fn r56_a_worker_that_cannot_be_started_leaves_the_pool_with_those_it_has() {
    let mut world = World::new();
    let log = world.log.clone();
    let make = move |slot| {
        let log = log.clone();
        Spec::new(move |cx: &mut Cx<'_, Worker>| {
            if slot == 2 {
                cx.fail_str("no more");
                return None;
            }
            Some(Worker { slot, log: log.clone(), kept: Vec::new() })
        })
    };
    let pool = PoolSpec::new(make.clone(), Worker::job).start(&mut world.runtime).unwrap();
    world.jobs(&pool, "k/a k/b k/c");
    let size =
        pool.query(&mut world.runtime, |pool, cx| pool.set_size(cx, 5).map_err(|error| error.to_string()));
    assert_eq!(size, Some(Err("the actor failed to start: no more".into())));
    assert_eq!(world.run(), "1:b");
    let stats = world.stats(&pool);
    assert_eq!((stats.size, stats.queued), (2, 1));
    // At its start it is an error of that.
    let actors = world.runtime.actors();
    let spec = PoolSpec::<&str, _>::new(make, Worker::job).settings(PoolSettings::new().size(3));
    let error = spec.start(&mut world.runtime).unwrap_err();
    assert_eq!(error.to_string(), "the actor failed to start: the actor failed to start: no more");
    world.run();
    assert_eq!(world.runtime.actors(), actors);
}

#[test]
fn r56_a_controller_is_asked_again_and_again_until_the_pool_drains() {
    let mut world = World::new();
    let (wanted, asked) = (Rc::new(Cell::new(3)), Rc::new(Cell::new(0)));
    let (wants, counts) = (wanted.clone(), asked.clone());
    let spec = world.pool(PoolSettings::new()).controller(millis(10), move |stats| {
        counts.set(counts.get() + 1);
        assert_eq!(stats.size > 0, wants.get() != 13, "a bad day");
        wants.get()
    });
    let pool = spec.start(&mut world.runtime).unwrap();
    world.at(9);
    assert_eq!((world.stats(&pool).size, asked.get()), (1, 0));
    world.at(10);
    assert_eq!((world.stats(&pool).size, asked.get()), (3, 1));
    wanted.set(0);
    world.at(20);
    assert_eq!((world.stats(&pool).size, asked.get()), (3, 2), "nothing is asked for");
    wanted.set(2);
    world.at(30);
    assert_eq!((world.stats(&pool).size, asked.get()), (2, 3));
    // One that panics changes nothing, and is asked again.
    wanted.set(13);
    let step = std::panic::AssertUnwindSafe(|| world.at(40));
    assert!(std::panic::catch_unwind(step).is_err(), "it is raised: it belongs to no actor");
    assert_eq!((world.stats(&pool).size, asked.get()), (2, 4));
    wanted.set(4);
    world.at(50);
    assert_eq!(world.stats(&pool).size, 4);
    pool.pause();
    call!([pool], drain());
    world.at(60);
    pool.resume();
    world.at(100);
    assert_eq!((asked.get(), pool.is_zombie(), world.runtime.pending().timers), (5, true, 0));
}
