//! Rules that hold on both runtimes and that random programs cannot show: they need threads, panics, many hours, or two runtimes.
//!
//! One text, compiled against each; `same_story/rules.rs` names these tests.

#[macro_use]
mod both;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// How long a test waits for another thread. Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a10_a_run_inside_of_a_run_panics() {
    both! {
        pub fn panics() -> bool {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let inner = Rc::new(Cell::new(false));
            let told = inner.clone();
            stakker.defer(move |s| told.set(catch_unwind(AssertUnwindSafe(|| s.run(now, false))).is_err()));
            stakker.run(now, false);
            inner.get()
        }
    }
    assert!(theirs::panics());
    assert!(ours::panics());
}

#[test]
fn b7_a_timer_of_many_hours_fires_once_and_at_its_time() {
    both! {
        /// How late it fires, and how often: by steps to the next expiry, and by one jump.
        pub fn fires() -> ((Duration, u32), u32) {
            const HOURS_20: Duration = Duration::from_secs(20 * 3600);
            let start = Instant::now();
            let mut stakker = Stakker::new(start);
            let s = &mut stakker;
            let fired = Rc::new(Cell::new(0));
            let told = fired.clone();
            s.after(HOURS_20, move |_| told.set(told.get() + 1));
            let mut now = start;
            while let Some(next) = s.next_expiry() {
                assert!(next > now, "it does not go on");
                now = next;
                s.run(now, false);
                assert_eq!(fired.get(), u32::from(now >= start + HOURS_20));
            }
            let by_steps = (now - start - HOURS_20, fired.take());
            let told = fired.clone();
            s.after(HOURS_20, move |_| told.set(told.get() + 1));
            s.run(now + 2 * HOURS_20, false);
            s.run(now + 4 * HOURS_20, false);
            (by_steps, fired.get())
        }
    }
    let ((late, times), over_a_jump) = theirs::fires();
    assert_eq!((times, over_a_jump), (1, 1));
    assert!(late <= Duration::from_micros(17), "{late:?}");
    assert_eq!(ours::fires(), ((Duration::ZERO, 1), 1));
}

#[test]
fn c2_what_waited_for_an_actor_runs_inside_of_apply_prep() {
    both! {
        /// What an actor did, made outside of a run and inside of one, when two calls and a query of it were in turn.
        pub fn story() -> Vec<String> {
            type Log = Rc<RefCell<Vec<String>>>;
            struct Toy(Log);
            impl Toy {
                fn note(&mut self, cx: CX![], text: &'static str) {
                    self.0.borrow_mut().push(text.into());
                    call!([cx], later(text));
                }
                fn later(&mut self, _: CX![], text: &'static str) {
                    self.0.borrow_mut().push(format!("after {text}"));
                }
                fn end(&mut self, cx: CX![]) {
                    self.0.borrow_mut().push("end".into());
                    stop!(cx);
                }
                fn asked(&self, _: CX![]) {
                    self.0.borrow_mut().push("query".into());
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let log = Log::default();
            let prepare = |s: &mut Stakker, toy: &Actor<Toy>, log: &Log| {
                call!([toy], note("queued"));
                let value = Toy(log.clone());
                toy.apply_prep(s, move |_| Some(value));
                let answered = query!([toy, s], asked()).is_some();
                log.borrow_mut().push(format!("query {answered}"));
            };
            for ends in [false, true] {
                for inside in [false, true] {
                    let told = log.clone();
                    let notify = ret_some_do!(move |cause: StopCause| told.borrow_mut().push(cause.to_string()));
                    let own = actor_new!(s, Toy, notify);
                    call!([own], note("first"));
                    if ends {
                        call!([own], end());
                    }
                    call!([own], note("second"));
                    s.run(now, false);
                    if inside {
                        let (toy, told) = (own.clone(), log.clone());
                        s.defer(move |s| prepare(s, &toy, &told));
                        let told = log.clone();
                        s.defer(move |_| told.borrow_mut().push("next".into()));
                    } else {
                        prepare(s, &own, &log);
                    }
                    s.run(now, false);
                    drop(own);
                    s.run(now, false);
                }
            }
            log.take()
        }
    }
    let theirs = theirs::story();
    assert_eq!(theirs[..4], ["first", "second", "query", "query true"]);
    assert_eq!(ours::story(), theirs);
}

#[test]
fn the_cause_of_an_end_is_shown_to_people_and_to_programmers_alike() {
    both! {
        pub fn shown() -> Vec<[String; 3]> {
            let error = || -> Box<dyn std::error::Error> { "a fault".into() };
            let causes = [
                StopCause::Stopped,
                StopCause::Failed(error()),
                StopCause::Killed(error()),
                StopCause::Dropped,
                StopCause::Lost,
            ];
            causes.iter().map(|cause| [cause.to_string(), format!("{cause:?}"), format!("{cause:#?}")]).collect()
        }
    }
    let theirs = theirs::shown();
    assert_eq!(theirs[1], ["Actor failed: a fault"; 3]);
    assert_eq!(ours::shown(), theirs);
}

#[test]
fn c11_handles_of_an_ended_actor_stay_good() {
    both! {
        /// Whether the value was dropped, and the actor is a zombie: while it lives; then after its end, by one handle and by the last.
        pub fn dropped_and_zombie() -> [(bool, bool); 3] {
            struct Value(Rc<Cell<bool>>);
            impl Drop for Value {
                fn drop(&mut self) {
                    assert!(!self.0.replace(true), "it is dropped once");
                }
            }
            impl Value {
                fn init(_: CX![], dropped: Rc<Cell<bool>>) -> Option<Self> {
                    Some(Value(dropped))
                }
                fn call(&mut self, _: CX![]) {
                    unreachable!("it has ended");
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let dropped = Rc::new(Cell::new(false));
            let own = actor!(s, Value::init(dropped.clone()), ret_nop!());
            s.run(now, false);
            let (one, last) = (own.clone(), own.clone());
            let alive = (dropped.get(), own.is_zombie());
            drop(own);
            s.run(now, false);
            let ended = (dropped.get(), one.is_zombie());
            call!([one], call());
            drop(one);
            s.run(now, false);
            (0..100).for_each(|_| drop(actor_new!(s, Value, ret_nop!())));
            call!([last], call());
            s.run(now, false);
            [alive, ended, (dropped.get(), last.is_zombie())]
        }
    }
    let expected = [(false, false), (true, true), (true, true)];
    assert_eq!(theirs::dropped_and_zombie(), expected);
    assert_eq!(ours::dropped_and_zombie(), expected);
}

#[test]
fn d3_those_that_panic_do_so_when_used_and_not_when_dropped() {
    both! {
        pub fn panics() -> [bool; 4] {
            let panics = |f: &dyn Fn()| catch_unwind(AssertUnwindSafe(f)).is_err();
            let (fwd, ret) = (|| -> Fwd<u32> { fwd_panic!("used") }, || -> Ret<u32> { ret_panic!("used") });
            [
                panics(&|| fwd().fwd(1)),
                panics(&|| drop(fwd())),
                panics(&|| ret().ret(1)),
                panics(&|| drop(ret())),
            ]
        }
    }
    assert_eq!(theirs::panics(), [true, false, true, false]);
    assert_eq!(ours::panics(), [true, false, true, false]);
}

#[test]
fn e1_runtimes_on_one_thread_do_not_mix() {
    both! {
        /// What ran of two runtimes, of which one runs, then both, then one after the other's end.
        pub fn ran() -> Vec<&'static str> {
            let now = Instant::now();
            let (mut one, mut two) = (Stakker::new(now), Stakker::new(now));
            let log = Rc::new(RefCell::new(Vec::new()));
            let job = |text: &'static str| {
                let log = log.clone();
                move |_: &mut Stakker| log.borrow_mut().push(text)
            };
            one.deferrer().defer(job("one"));
            two.deferrer().defer(job("two"));
            one.after(Duration::from_secs(1), job("one's timer"));
            one.run(now, false);
            two.run(now + Duration::from_secs(2), false);
            one.run(now + Duration::from_secs(2), false);
            drop(one);
            two.defer(job("two, alone"));
            two.run(now, false);
            log.take()
        }
    }
    let expected = ["one", "two", "one's timer", "two, alone"];
    assert_eq!(theirs::ran(), expected);
    assert_eq!(ours::ran(), expected);
}

#[test]
fn e1_runtimes_run_in_each_others_handlers() {
    both! {
        pub fn ran() -> Vec<&'static str> {
            let now = Instant::now();
            let (mut outer, mut inner) = (Stakker::new(now), Stakker::new(now));
            let log = Rc::new(RefCell::new(Vec::new()));
            let job = |text: &'static str| {
                let log = log.clone();
                move |_: &mut Stakker| log.borrow_mut().push(text)
            };
            inner.defer(job("inner"));
            outer.defer(job("outer"));
            outer.defer(move |_| _ = inner.run(now, false));
            outer.defer(job("outer again"));
            outer.run(now, false);
            log.take()
        }
    }
    let expected = ["outer", "inner", "outer again"];
    assert_eq!(theirs::ran(), expected);
    assert_eq!(ours::ran(), expected);
}

#[test]
fn f1_a_poll_waker_hears_of_wakes_only() {
    both! {
        /// How often it was told: after the owner's own work, after wakes of two wakers, after one more when they had been polled.
        pub fn told() -> [u32; 3] {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let count = Arc::new(AtomicU32::new(0));
            let told = count.clone();
            s.set_poll_waker(move || _ = told.fetch_add(1, Ordering::SeqCst));
            let (one, two) = (s.waker(|_, _| ()), s.waker(|_, _| ()));
            s.deferrer().defer(|s| s.lazy(|_| ()));
            s.after(Duration::from_secs(1), |_| ());
            s.run(now, false);
            let own = count.load(Ordering::SeqCst);
            [&one, &two, &one].into_iter().for_each(sync::Waker::wake);
            let woken = count.load(Ordering::SeqCst);
            s.poll_wake();
            two.wake();
            [own, woken, count.load(Ordering::SeqCst)]
        }
    }
    assert_eq!(theirs::told(), [0, 1, 2]);
    assert_eq!(ours::told(), [0, 1, 2]);
}

#[test]
fn f4_a_wake_beside_a_poll_is_not_lost() {
    both! {
        /// What the handler saw last, of a number that another thread counts up and wakes for.
        pub fn seen(until: u32) -> u32 {
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            let (sender, poll) = mpsc::channel();
            s.set_poll_waker(move || _ = sender.send(()));
            let (number, seen) = (Arc::new(AtomicU32::new(0)), Rc::new(Cell::new(0)));
            let (read, tell) = (number.clone(), seen.clone());
            let waker = s.waker(move |_, _| tell.set(read.load(Ordering::SeqCst)));
            std::thread::scope(|scope| {
                let (waker, number) = (&waker, &number);
                scope.spawn(move || {
                    for next in 1..=until {
                        number.store(next, Ordering::SeqCst);
                        waker.wake();
                    }
                });
                while seen.get() < until && poll.recv_timeout(PATIENCE).is_ok() {
                    s.poll_wake();
                    s.run(Instant::now(), false);
                }
            });
            seen.get()
        }
    }
    assert_eq!(theirs::seen(20_000), 20_000);
    assert_eq!(ours::seen(20_000), 20_000);
}

#[test]
fn f5_a_poll_waker_is_set_once() {
    both! {
        pub fn refused_the_second_time() -> (bool, bool) {
            let mut stakker = Stakker::new(Instant::now());
            let mut set = || catch_unwind(AssertUnwindSafe(|| stakker.set_poll_waker(|| ()))).is_err();
            (set(), set())
        }
    }
    assert_eq!(theirs::refused_the_second_time(), (false, true));
    assert_eq!(ours::refused_the_second_time(), (false, true));
}

#[test]
fn f7_a_piped_threads_values_precede_its_end() {
    both! {
        /// What arrives of a thread that doubles values, and of one that is cancelled with a value on its way to it.
        pub fn arrived() -> Vec<String> {
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            let (sender, poll) = mpsc::channel();
            s.set_poll_waker(move || _ = sender.send(()));
            let log = Rc::new(RefCell::new(Vec::new()));
            let ends = Rc::new(Cell::new(0));
            let told = || {
                let (values, end, ended) = (log.clone(), log.clone(), ends.clone());
                let got: Fwd<u32> = fwd_do!(move |value: u32| values.borrow_mut().push(value.to_string()));
                let term: Fwd<Option<String>> = fwd_do!(move |error: Option<String>| {
                    end.borrow_mut().push(format!("end {error:?}"));
                    ended.set(ended.get() + 1);
                });
                (got, term)
            };
            let until_its_end = |s: &mut Stakker, end: u32| {
                while ends.get() < end && poll.recv_timeout(PATIENCE).is_ok() {
                    s.poll_wake();
                    s.run(Instant::now(), false);
                }
            };

            let (got, term) = told();
            let mut thread = sync::PipedThread::spawn(got, term, s, |link: &mut sync::PipedLink<u32, u32>| {
                while let Some(value @ 1..) = link.recv() {
                    link.send(2 * value);
                }
            });
            [1, 2, 3, 0].into_iter().for_each(|value| thread.send(value));
            until_its_end(s, 1);

            let (got, term) = told();
            let (dropped, wait) = mpsc::channel::<()>();
            let mut thread =
                sync::PipedThread::spawn(got, term, s, move |link: &mut sync::PipedLink<u32, u32>| {
                    assert!(wait.recv().is_err());
                    assert!(link.cancel());
                    assert!(link.recv().is_none(), "the cancel overtakes the value");
                    assert!(!link.send(7), "it arrives all the same");
                });
            thread.send(1);
            drop(thread);
            drop(dropped);
            until_its_end(s, 2);
            log.take()
        }
    }
    let expected = ["2", "4", "6", "end None", "7", "end None"];
    assert_eq!(theirs::arrived(), expected);
    assert_eq!(ours::arrived(), expected);
}

#[test]
fn h1_two_borrows_of_one_value_panic() {
    both! {
        pub fn panics() -> [bool; 4] {
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            let (one, two, three) = (Share::new(s, 1), Share::new(s, 2), Share::new(s, 3));
            let again = one.clone();
            let mut panics = |f: &dyn Fn(&mut Stakker)| catch_unwind(AssertUnwindSafe(|| f(s))).is_err();
            [
                panics(&|s| _ = s.share_rw2(&one, &two)),
                panics(&|s| _ = s.share_rw2(&one, &again)),
                panics(&|s| _ = s.share_rw3(&one, &two, &three)),
                panics(&|s| _ = s.share_rw3(&one, &two, &again)),
            ]
        }
    }
    assert_eq!(theirs::panics(), [false, true, false, true]);
    assert_eq!(ours::panics(), [false, true, false, true]);
}

#[test]
fn e_another_runtime_does_not_resume_a_task() {
    both! {
        /// Whether it panicked, and whether the task ran.
        pub fn outcome() -> (bool, bool) {
            struct Errand(Rc<Cell<bool>>);
            impl task::TaskTrait for Errand {
                fn resume(self: std::pin::Pin<&mut Self>, _: &mut Core) {
                    self.0.set(true);
                }
            }
            let now = Instant::now();
            let (mut stakker, mut other) = (Stakker::new(now), Stakker::new(now));
            let ran = Rc::new(Cell::new(false));
            let mut task = task::Task::new(&mut stakker, Errand(ran.clone()));
            (catch_unwind(AssertUnwindSafe(|| task.resume(&mut other))).is_err(), ran.get())
        }
    }
    assert_eq!(theirs::outcome(), (true, false));
    assert_eq!(ours::outcome(), (true, false));
}
