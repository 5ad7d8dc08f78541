//! Work on other threads: its result comes back once, whatever becomes of the job, the pool, the asker and the runtime.

mod host_support;

use actor_rt::offload::{Full, Pool};
use actor_rt::*;
use host_support::{awaited, step_until};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Instant;

/// A runtime that can be waited for, and a pool of so many threads with room for so many jobs.
fn with_pool(threads: usize, queue: usize) -> (Runtime, mpsc::Receiver<()>, Pool) {
    let (mut runtime, wakes) = awaited();
    let pool = Pool::new(&mut runtime, threads, queue).unwrap();
    (runtime, wakes, pool)
}

type Answers<T> = Rc<RefCell<Vec<Option<T>>>>;

fn answer<T>(answers: &Answers<T>) -> Ret<T> {
    let answers = answers.clone();
    Ret::new(move |answer| answers.borrow_mut().push(answer))
}

#[test]
fn each_job_is_answered_once_on_the_runtimes_thread() {
    const MANY: usize = if cfg!(miri) { 20 } else { 1000 };
    let (mut runtime, wakes, pool) = with_pool(3, MANY);
    let answers = Answers::default();
    for number in 0..MANY {
        pool.run(move || number * 2, answer(&answers)).unwrap();
    }
    step_until(&mut runtime, &wakes, || answers.borrow().len() == MANY);
    let mut numbers: Vec<_> = answers.take().into_iter().flatten().collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq((0..MANY).map(|number| number * 2)));
    assert_eq!(pool.waiting(), 0);
}

/// Asks a pool that it does not own.
struct Asker {
    pool: Rc<Pool>,
    got: Rc<Cell<Option<Option<u32>>>>,
}

impl Asker {
    fn init(_: CX![], pool: Rc<Pool>, got: Rc<Cell<Option<Option<u32>>>>) -> Option<Self> {
        Some(Asker { pool, got })
    }
    fn ask(&mut self, cx: CX![], job: impl FnOnce() -> u32 + Send + 'static) {
        let pool = self.pool.clone();
        pool.call(cx, job, |this, _, got| this.got.set(Some(got))).unwrap();
    }
}

#[test]
fn a_job_that_panics_fails_its_asker_and_nobody_else() {
    let (mut runtime, wakes, pool) = with_pool(1, 10);
    let (pool, got, ended) = (Rc::new(pool), Rc::default(), Rc::new(RefCell::new(None)));
    let tell = ended.clone();
    let notify = ret_some_do!(move |cause: StopCause| _ = tell.replace(Some(cause.to_string())));
    let failing = actor!(runtime, Asker::init(pool.clone(), Rc::default()), notify);
    let other = actor!(runtime, Asker::init(pool.clone(), Rc::clone(&got)), ret_nop!());
    failing.call(|this, cx| this.ask(cx, || panic!("in job {}", 7)));
    other.call(|this, cx| this.ask(cx, || 8));
    let answers = Answers::<u32>::default();
    pool.run(|| panic!("in a job without an actor"), answer(&answers)).unwrap();
    step_until(&mut runtime, &wakes, || got.get().is_some() && !answers.borrow().is_empty());
    assert_eq!(ended.take().as_deref(), Some("Actor failed: panic: in job 7"));
    assert_eq!((got.get(), answers.take()), (Some(Some(8)), vec![None]));
    assert!(failing.is_zombie() && !other.is_zombie());
}

#[test]
fn a_full_queue_says_so_and_calls_nothing() {
    let (mut runtime, wakes, pool) = with_pool(1, 1);
    let pool = Rc::new(pool);
    let begun = Arc::new(Barrier::new(2));
    let go_on = Arc::new(Barrier::new(2));
    let answers = Answers::default();
    let (b, g) = (begun.clone(), go_on.clone());
    let wait = move || {
        b.wait();
        g.wait();
        1
    };
    pool.run(wait, answer(&answers)).unwrap();
    begun.wait();
    pool.run(|| 2, answer(&answers)).unwrap();
    assert_eq!((pool.run(|| 3, answer(&answers)), pool.waiting()), (Err(Full), 1));
    assert_eq!(answers.take(), [None], "its answer was dropped at once");

    let got = Rc::default();
    let asker = actor!(runtime, Asker::init(pool.clone(), Rc::clone(&got)), ret_nop!());
    runtime.run(Instant::now(), false);
    let refused = asker.query(&mut runtime, |this, cx| {
        let pool = this.pool.clone();
        pool.call(cx, || 4, |this, _, got| this.got.set(Some(got)))
    });
    assert_eq!(refused, Some(Err(Full)));
    go_on.wait();
    step_until(&mut runtime, &wakes, || answers.borrow().len() == 2);
    assert_eq!((answers.take(), got.get()), (vec![Some(1), Some(2)], None));
}

#[test]
fn the_pools_end_delivers_what_it_waited_for_and_tells_all_whose_jobs_were_not_begun() {
    let (mut runtime, _wakes, pool) = with_pool(1, 10);
    let answers = Answers::default();
    let begun = Arc::new(Barrier::new(2));
    let (told, tell) = mpsc::channel();
    let (b, ending) = (begun.clone(), pool.ending());
    let running = move || {
        b.wait();
        // Until then the other one waits behind it, and not any longer.
        while !ending.has_begun() {
            thread::yield_now();
        }
        told.send("ran to its end").unwrap();
        1
    };
    pool.run(running, answer(&answers)).unwrap();
    begun.wait();
    let started = Arc::new(());
    let queued = started.clone();
    pool.run(move || Arc::strong_count(&queued), answer(&answers)).map_err(drop).unwrap();
    drop(pool);
    assert_eq!(tell.try_recv(), Ok("ran to its end"));
    assert_eq!(Arc::strong_count(&started), 1, "the job that was queued is gone");
    runtime.run(Instant::now(), false);
    assert_eq!(answers.take(), [Some(1), None]);
    assert_eq!(runtime.actors(), 0);
}

/// Owns its pool.
struct Owner {
    pool: Option<Pool>,
    got: Rc<RefCell<Vec<Option<u32>>>>,
}

impl Owner {
    fn init(cx: CX![], got: Rc<RefCell<Vec<Option<u32>>>>) -> Option<Self> {
        let pool = Pool::new(cx, 1, 10).ok();
        Some(Owner { pool, got })
    }
    fn ask_and_end_the_pool(&mut self, cx: CX![]) {
        let pool = self.pool.take().expect("it has one");
        let (tell, begun) = mpsc::channel();
        let running = move || {
            tell.send(()).unwrap();
            1
        };
        pool.call(cx, running, |this, _, got| this.got.borrow_mut().push(got)).unwrap();
        begun.recv().unwrap();
    }
}

#[test]
fn a_handler_that_ends_its_pool_hears_of_what_was_running() {
    let (mut runtime, wakes) = awaited();
    let got = Rc::default();
    let owner = actor!(runtime, Owner::init(Rc::clone(&got)), ret_nop!());
    call!([owner], ask_and_end_the_pool());
    step_until(&mut runtime, &wakes, || !got.borrow().is_empty());
    assert_eq!(got.take(), [Some(1)]);
    runtime.run(Instant::now(), false);
    assert_eq!(runtime.actors(), 1, "nothing is left of the pool");
}

#[test]
fn a_pool_that_goes_with_its_runtime_tells_none_to_all_who_wait() {
    let (mut runtime, _wakes) = awaited();
    let got = Rc::default();
    let owner = actor!(runtime, Owner::init(Rc::clone(&got)), ret_nop!());
    runtime.run(Instant::now(), false);
    let answers = Answers::default();
    let begun = Arc::new(Barrier::new(2));
    let b = begun.clone();
    let told = answer(&answers);
    owner.query(&mut runtime, |this, _| this.pool.as_ref().unwrap().run(move || b.wait().is_leader(), told));
    begun.wait();
    drop(runtime);
    assert_eq!(answers.take(), [None]);
    drop(owner);
}

#[test]
fn the_runtimes_end_tells_all_who_wait_and_leaves_the_pool_harmless() {
    let (runtime, _wakes, pool) = with_pool(2, 10);
    let answers = Answers::default();
    for number in 0..5 {
        pool.run(move || number, answer(&answers)).unwrap();
    }
    drop(runtime);
    assert_eq!(answers.take(), [None; 5]);
    let _ = pool.run(|| 7, answer(&answers));
    assert_eq!(answers.take(), [None]);
    drop(pool);
}

#[test]
fn an_asker_that_panics_disturbs_neither_the_pool_nor_the_others() {
    let (mut runtime, wakes, pool) = with_pool(1, 10);
    let (answers, raised) = (Answers::default(), Cell::new(false));
    pool.run(|| 1, ret_panic!("in an asker")).unwrap();
    pool.run(|| 2, answer(&answers)).unwrap();
    while answers.borrow().is_empty() {
        match catch_unwind(AssertUnwindSafe(|| runtime.step(Instant::now(), &Budget::default()))) {
            Ok(progress) if progress.more || !answers.borrow().is_empty() => {}
            Ok(_) => wakes.recv().unwrap(),
            Err(_) => raised.set(true),
        }
    }
    assert_eq!((answers.take(), raised.get()), (vec![Some(2)], true));
    pool.run(|| 3, answer(&answers)).unwrap();
    step_until(&mut runtime, &wakes, || !answers.borrow().is_empty());
    assert_eq!(answers.take(), [Some(3)]);
}

#[test]
fn a_job_of_an_actor_that_has_ended_calls_nobody() {
    let (mut runtime, wakes, pool) = with_pool(1, 10);
    let (pool, got) = (Rc::new(pool), Rc::default());
    let asker = actor!(runtime, Asker::init(pool.clone(), Rc::clone(&got)), ret_nop!());
    asker.call(|this, cx| this.ask(cx, || 1));
    runtime.run(Instant::now(), false);
    asker.kill_str(&mut runtime, "by the test");
    let answers = Answers::default();
    pool.run(|| 2, answer(&answers)).unwrap();
    step_until(&mut runtime, &wakes, || !answers.borrow().is_empty());
    assert_eq!(got.get(), None);
}

#[test]
fn a_result_reaches_an_asker_whose_mailbox_is_full() {
    let (mut runtime, wakes, pool) = with_pool(1, 10);
    let (pool, got) = (Rc::new(pool), Rc::default());
    let asker = actor!(runtime, Asker::init(pool, Rc::clone(&got)), ret_nop!());
    asker.call(|this, cx| this.ask(cx, || 7));
    runtime.run(Instant::now(), false);
    asker.set_capacity(0);
    step_until(&mut runtime, &wakes, || got.get().is_some());
    assert_eq!(got.get(), Some(Some(7)));
}

#[test]
fn room_for_many_jobs_takes_no_memory_before_they_come() {
    // It was allocated at once: room for all there may be panicked, and room for a trillion ended the process.
    for room in [1 << 40, usize::MAX] {
        let (mut runtime, wakes, pool) = with_pool(1, room);
        let answers = Answers::default();
        for number in 0..100 {
            pool.run(move || number, answer(&answers)).unwrap();
        }
        step_until(&mut runtime, &wakes, || answers.borrow().len() == 100);
        assert!(answers.take().into_iter().flatten().eq(0..100));
    }
}

#[test]
fn a_pool_without_room_takes_a_job_only_if_a_thread_is_free() {
    let (mut runtime, wakes, pool) = with_pool(1, 0);
    let (answers, begun) = (Answers::default(), Arc::new(Barrier::new(2)));
    let go_on = Arc::new(Barrier::new(2));
    loop {
        let (b, g) = (begun.clone(), go_on.clone());
        let job = move || {
            b.wait();
            g.wait();
            1
        };
        // The thread may not have come to its queue yet.
        if pool.run(job, answer(&answers)).is_ok() {
            break;
        }
        std::thread::yield_now();
    }
    begun.wait();
    answers.take();
    assert_eq!(pool.run(|| 2, answer(&answers)), Err(Full));
    assert_eq!(answers.take(), [None]);
    go_on.wait();
    step_until(&mut runtime, &wakes, || !answers.borrow().is_empty());
    assert_eq!(answers.take(), [Some(1)]);
}

#[test]
fn a_pool_needs_a_thread() {
    let mut runtime = Runtime::new(Instant::now());
    assert!(catch_unwind(AssertUnwindSafe(|| Pool::new(&mut runtime, 0, 1))).is_err());
}
