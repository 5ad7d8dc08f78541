//! Pools whose workers are threads: the same routers, queues, limits and counts.

mod host_support;

use actor_rt::offload;
use actor_rt::services::pool::*;
use actor_rt::*;
use host_support::{awaited, step_until};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

/// A job of the tests: it says where it has begun, and goes on when it is told.
type Task = (Sender<ThreadId>, Receiver<&'static str>);

type Told = Rc<RefCell<Vec<(u32, DiscardReason)>>>;

/// A pool of so many threads, and what it discards.
fn threads(
    settings: PoolSettings,
    router: Router<u32>,
) -> (Runtime, Receiver<()>, Actor<Pool<u32, Task>>, Told) {
    let (mut runtime, wakes) = awaited();
    let told = Told::default();
    let keep = told.clone();
    let work = |(begun, go_on): Task| {
        begun.send(std::thread::current().id()).unwrap();
        if go_on.recv() == Ok("panic") {
            std::panic::resume_unwind(Box::new("in a job"));
        }
    };
    let spec = offload::threads(work).settings(settings).router(router);
    let spec = spec.on_discard(move |job| keep.borrow_mut().push((job.key, job.reason)));
    let pool = spec.start(&mut runtime).unwrap();
    (runtime, wakes, pool, told)
}

/// A job, how to hear that it has begun, and how to let it go on.
fn task(key: u32) -> (Job<u32, Task>, Receiver<ThreadId>, Sender<&'static str>) {
    let (begun, begins) = channel();
    let (go_on, told) = channel();
    (Job::new(key, (begun, told)), begins, go_on)
}

fn give(pool: &Actor<Pool<u32, Task>>, key: u32) -> (Receiver<ThreadId>, Sender<&'static str>) {
    let (job, begins, go_on) = task(key);
    call!([pool], dispatch(job));
    (begins, go_on)
}

fn run(runtime: &mut Runtime) {
    runtime.run(Instant::now(), false);
}

fn stats(runtime: &mut Runtime, pool: &Actor<Pool<u32, Task>>) -> PoolStats {
    pool.query(runtime, |pool, _| pool.stats()).unwrap()
}

#[test]
fn jobs_are_done_by_threads_each_once() {
    const MANY: u64 = if cfg!(miri) { 20 } else { 1_000 };
    let routers: [fn() -> Router<u64>; 5] =
        [Router::first_idle, Router::key_persistent, Router::sticky, Router::round_robin, || {
            Router::custom(|key, _| *key as usize)
        }];
    for router in routers {
        let (mut runtime, wakes) = awaited();
        let (sum, count) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (add, one) = (sum.clone(), count.clone());
        let work = move |number| {
            add.fetch_add(number, Ordering::Relaxed);
            one.fetch_add(1, Ordering::Relaxed);
        };
        let spec = offload::threads(work).settings(PoolSettings::new().size(3).in_flight(2)).router(router());
        let pool = spec.start(&mut runtime).unwrap();
        for number in 0..MANY {
            call!([pool], dispatch(Job::new(number % 7, number)));
        }
        call!([pool], drain());
        step_until(&mut runtime, &wakes, || pool.is_zombie());
        assert_eq!(
            (count.load(Ordering::Relaxed), sum.load(Ordering::Relaxed)),
            (MANY, MANY * (MANY - 1) / 2)
        );
    }
}

#[test]
fn each_worker_is_a_thread_of_its_own() {
    let (mut runtime, wakes, pool, _) = threads(PoolSettings::new().size(3), Router::key_persistent());
    let jobs: Vec<_> = (0..30).map(|key| give(&pool, key % 10)).collect();
    // They go on by themselves.
    let begins: Vec<_> = jobs.into_iter().map(|(begins, _)| begins).collect();
    call!([pool], drain());
    step_until(&mut runtime, &wakes, || pool.is_zombie());
    let ids: Vec<_> = begins.iter().map(|begins| begins.recv().unwrap()).collect();
    for key in 0..10 {
        assert!(ids[key] == ids[key + 10] && ids[key] == ids[key + 20], "{key}");
    }
    let mut all: Vec<_> = ids.iter().map(|id| format!("{id:?}")).collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 3);
}

#[test]
fn what_finds_no_idle_thread_waits_by_the_same_rules() {
    let settings = PoolSettings::new().size(1).discard(Discard::oldest(1));
    let (mut runtime, wakes, pool, told) = threads(settings, Router::first_idle());
    let first = give(&pool, 1);
    run(&mut runtime);
    first.0.recv().unwrap();
    let second = give(&pool, 2);
    let (job, begins, go_on) = task(3);
    call!([pool], dispatch(job.priority(Priority::High)));
    run(&mut runtime);
    assert_eq!(told.take(), [(2, DiscardReason::LoadShed)]);
    let stats = stats(&mut runtime, &pool);
    assert_eq!((stats.queued, stats.running, stats.available), (1, 1, 0));
    drop((first, second, go_on));
    call!([pool], drain());
    step_until(&mut runtime, &wakes, || pool.is_zombie());
    begins.recv().unwrap();
}

#[test]
fn a_job_that_panics_is_lost_or_tried_again_and_its_thread_goes_on() {
    let (mut runtime, wakes, pool, told) = threads(PoolSettings::new(), Router::first_idle());
    let (first, second) = (give(&pool, 1), give(&pool, 2));
    first.1.send("panic").unwrap();
    step_until(&mut runtime, &wakes, || !told.borrow().is_empty());
    assert_eq!(told.take(), [(1, DiscardReason::WorkerLost)]);
    drop(second.1);
    call!([pool], drain());
    step_until(&mut runtime, &wakes, || pool.is_zombie());
    assert_eq!(first.0.recv(), second.0.recv());

    let (mut runtime, wakes) = awaited();
    let tries = Arc::new(AtomicU64::new(0));
    let work = |tries: Arc<AtomicU64>| {
        if tries.fetch_add(1, Ordering::Relaxed) < 2 {
            std::panic::resume_unwind(Box::new("in a job"));
        }
    };
    let pool = offload::threads(work).start(&mut runtime).unwrap();
    call!([pool], dispatch(Job::new((), tries.clone()).retries(5)));
    call!([pool], drain());
    step_until(&mut runtime, &wakes, || pool.is_zombie());
    assert_eq!(tries.load(Ordering::Relaxed), 3);
}

#[test]
fn fewer_threads_finish_what_they_have() {
    let (mut runtime, wakes, pool, told) = threads(PoolSettings::new().size(2), Router::round_robin());
    let jobs: Vec<_> = (0..4).map(|key| give(&pool, key)).collect();
    run(&mut runtime);
    let first = jobs[0].0.recv().unwrap();
    jobs[1].0.recv().unwrap();
    pool.call(|pool, cx| _ = pool.set_size(cx, 1).unwrap());
    run(&mut runtime);
    let now = stats(&mut runtime, &pool);
    assert_eq!((now.size, now.running, now.queued), (1, 2, 2));
    for (_, go_on) in &jobs {
        go_on.send("on").unwrap();
    }
    call!([pool], drain());
    step_until(&mut runtime, &wakes, || pool.is_zombie());
    assert_eq!([jobs[2].0.recv(), jobs[3].0.recv()], [Ok(first), Ok(first)]);
    assert!(told.take().is_empty());
}

#[test]
fn a_thread_that_is_silent_is_told_of_and_not_killed() {
    let (mut runtime, wakes) = awaited();
    let silent = Rc::new(RefCell::new(Vec::new()));
    let keep = silent.clone();
    let pool = offload::threads(|go_on: Receiver<()>| _ = go_on.recv())
        .settings(PoolSettings::new().dead_mans_switch(DeadMansSwitch::new(Duration::from_secs(9)).kill()))
        .on_event(move |event| keep.borrow_mut().push(event))
        .start(&mut runtime)
        .unwrap();
    let (go_on, told) = channel();
    call!([pool], dispatch(Job::new((), told)));
    let now = Instant::now();
    runtime.run(now, false);
    runtime.run(now + Duration::from_secs(9), false);
    assert!(matches!(
        silent.take()[..],
        [PoolEvent::Started, PoolEvent::Silent { slot: 0, worker: None, .. }]
    ));
    drop(go_on);
    call!([pool], drain());
    step_until(&mut runtime, &wakes, || pool.is_zombie());
    assert_eq!(silent.take(), [PoolEvent::Draining, PoolEvent::Stopped]);
}

#[test]
fn the_end_of_a_pool_or_runtime_waits_for_its_threads_and_tells_of_all_jobs() {
    for kill in [true, false] {
        let (mut runtime, _wakes, pool, told) = threads(PoolSettings::new(), Router::first_idle());
        let jobs: Vec<_> = (0..3).map(|key| give(&pool, key)).collect();
        run(&mut runtime);
        jobs[0].0.recv().unwrap();
        jobs[0].1.send("on").unwrap();
        if kill {
            runtime.terminate_child(pool.actor_id(), Ret::nop()).unwrap();
            run(&mut runtime);
            run(&mut runtime);
            assert_eq!(runtime.actors(), 0);
        } else {
            drop(runtime);
        }
        let told = told.take();
        assert_eq!(told[..2], [(1, DiscardReason::Shutdown), (2, DiscardReason::Shutdown)]);
        // What the thread had is told as lost, unless the pool heard before that it was done.
        assert!(told.len() <= 3 && told[2..].iter().all(|lost| *lost == (0, DiscardReason::WorkerLost)));
    }
}
