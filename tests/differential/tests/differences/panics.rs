//! Panics: there they end the instance, here what they happened in.

use super::{Log, Tells, panics};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Instant;

#[test]
fn a_panic_ends_stakker_and_here_one_actor() {
    both! {
        pub fn outcome() -> (bool, bool, bool) {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
                fn panic(&mut self, _: CX![]) {
                    panic!("in a handler");
                }
                fn run(&mut self, _: CX![], ran: Rc<Cell<bool>>) {
                    ran.set(true);
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let (a, b) = (actor!(s, Plain::init(), ret_nop!()), actor!(s, Plain::init(), ret_nop!()));
            let ran = Rc::new(Cell::new(false));
            call!([a], panic());
            call!([b], run(ran.clone()));
            let first = catch_unwind(AssertUnwindSafe(|| s.run(now, false))).is_ok();
            let again = catch_unwind(AssertUnwindSafe(|| s.run(now, false))).is_ok();
            (first, again, ran.get())
        }
    }
    assert_eq!(theirs::outcome(), (false, false, false));
    assert_eq!(ours::outcome(), (true, true, true));
}

#[test]
fn a_panic_of_a_closure_is_raised_here_when_all_else_has_run() {
    both! {
        /// Whether the run panicked, what ran in it, and whether the next one panics.
        pub fn outcome() -> (bool, Vec<&'static str>, bool) {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let log = Log::default();
            let (main, lazy) = (log.clone(), log.clone());
            s.defer(|_| panic!("in a closure"));
            s.defer(move |_| main.borrow_mut().push("queued behind"));
            s.lazy(move |_| lazy.borrow_mut().push("lazy"));
            let raised = panics(|| s.run(now, false));
            let ran = log.take();
            (raised, ran, panics(|| s.run(now, false)))
        }
    }
    assert_eq!(theirs::outcome(), (true, vec![], true));
    assert_eq!(ours::outcome(), (true, vec!["queued behind", "lazy"], false));
}

#[test]
fn an_actor_that_panics_in_a_query_or_an_apply_fails_here_and_goes_on_there() {
    both! {
        /// Whether the caller saw the panic, and whether the actor has ended: for a query, and for an apply.
        pub fn outcome() -> [(bool, bool); 2] {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let (a, b) = (actor!(s, Plain::init(), ret_nop!()), actor!(s, Plain::init(), ret_nop!()));
            s.run(now, false);
            let asked = panics(|| a.query(s, |_, _| -> u32 { panic!("in a query") }));
            let applied = panics(|| b.apply(s, |_, _| panic!("in an apply")));
            [(asked, a.is_zombie()), (applied, b.is_zombie())]
        }
    }
    assert_eq!(theirs::outcome(), [(true, false), (true, false)]);
    assert_eq!(ours::outcome(), [(true, true), (true, true)]);
}

#[test]
fn the_panic_of_a_values_destructor_leaves_kill_here_when_the_end_is_told() {
    both! {
        /// Whether the kill panicked, and whether the notifier heard of it.
        pub fn outcome() -> (bool, bool) {
            struct Panics;
            impl Drop for Panics {
                fn drop(&mut self) {
                    panic!("in a destructor");
                }
            }
            impl Panics {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Panics)
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let told = Rc::new(Cell::new(false));
            let tell = told.clone();
            let actor = actor!(s, Panics::init(), ret_some_do!(move |_: StopCause| tell.set(true)));
            s.run(now, false);
            (panics(|| actor.kill_str(s, "on purpose")), told.get())
        }
    }
    assert_eq!(theirs::outcome(), (true, false));
    assert_eq!(ours::outcome(), (true, true));
}

#[test]
fn the_panic_of_a_messages_destructor_is_raised_here_when_all_else_has_run() {
    both! {
        /// Whether the run panicked, whether the next message ran, and whether the next run panics.
        pub fn outcome() -> (bool, bool, bool) {
            struct Panics;
            impl Drop for Panics {
                fn drop(&mut self) {
                    panic!("in a destructor");
                }
            }
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
                fn take(&mut self, _: CX![], _: Panics) {
                    unreachable!("it has ended");
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let actor = actor!(s, Plain::init(), ret_nop!());
            s.run(now, false);
            actor.kill_str(s, "so that it takes nothing");
            call!([actor], take(Panics));
            let ran = Rc::new(Cell::new(false));
            let run = ran.clone();
            s.defer(move |_| run.set(true));
            (panics(|| s.run(now, false)), ran.get(), panics(|| s.run(now, false)))
        }
    }
    assert_eq!(theirs::outcome(), (true, false, true));
    assert_eq!(ours::outcome(), (true, true, false));
}

#[test]
fn the_panic_of_a_notifier_is_raised_here_when_all_else_has_run() {
    both! {
        /// Whether the run panicked in which an actor's end was told, whether the next message ran, and whether the next run panics.
        pub fn outcome() -> (bool, bool, bool) {
            struct Brief;
            impl Brief {
                fn init(cx: CX![]) -> Option<Self> {
                    stop!(cx);
                    None
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let _actor = actor!(s, Brief::init(), ret_some_do!(|_: StopCause| panic!("in a notifier")));
            let ran = Rc::new(Cell::new(false));
            let run = ran.clone();
            s.defer(move |_| run.set(true));
            (panics(|| s.run(now, false)), ran.get(), panics(|| s.run(now, false)))
        }
    }
    assert_eq!(theirs::outcome(), (true, false, true));
    assert_eq!(ours::outcome(), (true, true, false));
}

#[test]
fn a_waker_whose_handler_panics_takes_no_other_along_here() {
    both! {
        /// Whether the poll panicked, and whether the handler behind was called, then or by the next poll.
        pub fn outcome() -> (bool, bool) {
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            s.set_poll_waker(|| ());
            let called = Rc::new(Cell::new(false));
            let call = called.clone();
            let first = s.waker(|_, _| panic!("in a handler"));
            let second = s.waker(move |_, _| call.set(true));
            first.wake();
            second.wake();
            let raised = panics(|| s.poll_wake());
            s.poll_wake();
            std::mem::forget((first, second));
            (raised, called.get())
        }
    }
    assert_eq!(theirs::outcome(), (true, false));
    assert_eq!(ours::outcome(), (true, true));
}

#[test]
fn a_poll_waker_that_panics_does_not_reach_whoever_wakes_here() {
    both! {
        pub fn wake_panics() -> bool {
            let mut stakker = Stakker::new(Instant::now());
            stakker.set_poll_waker(|| panic!("in the poll waker"));
            let waker = stakker.waker(|_, _| ());
            let raised = panics(|| waker.wake());
            std::mem::forget(waker);
            raised
        }
    }
    assert!(theirs::wake_panics());
    assert!(!ours::wake_panics());
}

#[test]
fn a_logger_that_panics_is_gone_in_stakker_and_stays_here() {
    both! {
        /// Whether each of two records made it panic.
        pub fn panicked() -> [bool; 2] {
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            s.set_logger(LogFilter::from(LogLevel::Info), |_, _| panic!("in the logger"));
            [(), ()].map(|()| panics(|| s.log(0, LogLevel::Info, "", format_args!("a record"), |_| ())))
        }
    }
    assert_eq!(theirs::panicked(), [true, false]);
    assert_eq!(ours::panicked(), [true, true]);
}

#[test]
fn a_task_that_panicked_is_no_longer_the_present_one_here() {
    both! {
        pub fn is_still_the_present_one() -> bool {
            struct Panics(#[allow(dead_code, reason = "it is dropped")] Tells);
            impl task::TaskTrait for Panics {
                fn resume(self: std::pin::Pin<&mut Self>, _: &mut Core) {
                    panic!("in a task");
                }
            }
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            let mut task = task::Task::new(s, Panics(Tells("dropped", Log::default())));
            assert!(panics(|| task.resume(s)));
            task::Task::from_context(&s.deferrer()).is_some()
        }
    }
    assert!(theirs::is_still_the_present_one());
    assert!(!ours::is_still_the_present_one());
}
