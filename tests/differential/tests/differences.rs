//! What differs from Stakker on purpose: for each difference what Stakker does, and what this runtime does.
//!
//! `docs/semantics.md` lists them.

#[macro_use]
mod both;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

type Log = Rc<RefCell<Vec<&'static str>>>;

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
fn a_min_timer_moved_into_the_past_is_lost_in_stakker_and_here_fires() {
    both! {
        pub fn fires() -> bool {
            let start = Instant::now();
            let mut stakker = Stakker::new(start);
            let s = &mut stakker;
            let fired = Rc::new(Cell::new(false));
            let told = fired.clone();
            let key = s.timer_min_add(start + Duration::from_secs(60), move |_| told.set(true));
            s.run(start + Duration::from_secs(30), false);
            let moved = catch_unwind(AssertUnwindSafe(|| s.timer_min_upd(key, start)));
            if moved.is_err() {
                // A debug build of Stakker.
                return false;
            }
            let next = s.next_expiry().unwrap();
            s.run(next, false);
            fired.get() && next < start + Duration::from_secs(31)
        }
    }
    assert!(!theirs::fires());
    assert!(ours::fires());
}

#[test]
fn over_a_jump_in_time_timers_fire_here_in_the_order_of_their_deadlines() {
    both! {
        pub fn order() -> Vec<&'static str> {
            let start = Instant::now();
            let at = |seconds| start + Duration::from_secs(seconds);
            let mut stakker = Stakker::new(start);
            let s = &mut stakker;
            let log = Log::default();
            let (a, b) = (log.clone(), log.clone());
            let max = s.timer_max_add(at(5), move |_| a.borrow_mut().push("8 s"));
            s.timer_max_upd(max, at(8));
            s.timer_add(at(6), move |_| b.borrow_mut().push("6 s"));
            s.run(at(10), false);
            s.run(at(20), false);
            log.take()
        }
    }
    assert_eq!(theirs::order(), ["8 s", "6 s"]);
    assert_eq!(ours::order(), ["6 s", "8 s"]);
}

#[test]
fn at_one_time_moving_timers_fire_first_there_and_as_armed_here() {
    both! {
        pub fn order() -> Vec<&'static str> {
            let start = Instant::now();
            let at = start + Duration::from_secs(1);
            let mut stakker = Stakker::new(start);
            let s = &mut stakker;
            let log = Log::default();
            let (a, b) = (log.clone(), log.clone());
            s.timer_add(at, move |_| a.borrow_mut().push("fixed"));
            s.timer_max_add(at, move |_| b.borrow_mut().push("max"));
            s.run(at + Duration::from_millis(1), false);
            log.take()
        }
    }
    assert_eq!(theirs::order(), ["max", "fixed"]);
    assert_eq!(ours::order(), ["fixed", "max"]);
}

#[test]
fn timers_are_exact_here_and_late_by_up_to_a_tick_there() {
    both! {
        pub fn fires_at_its_time() -> bool {
            let start = Instant::now();
            let mut stakker = Stakker::new(start);
            let s = &mut stakker;
            let fired = Rc::new(Cell::new(false));
            let told = fired.clone();
            s.after(Duration::from_nanos(1_000_001), move |_| told.set(true));
            s.run(start + Duration::from_nanos(1_000_001), false);
            fired.get()
        }
    }
    assert!(!theirs::fires_at_its_time());
    assert!(ours::fires_at_its_time());
}

#[test]
fn a_min_timer_wakes_nobody_before_its_time_here() {
    both! {
        pub fn next() -> Duration {
            let start = Instant::now();
            let mut stakker = Stakker::new(start);
            stakker.timer_min_add(start + Duration::from_secs(60), |_| ());
            stakker.next_expiry().unwrap() - start
        }
    }
    assert!(theirs::next() < Duration::from_secs(50));
    assert_eq!(ours::next(), Duration::from_secs(60));
}

#[test]
fn a_slab_in_anothers_place_is_disturbed_there_and_not_here() {
    both! {
        pub fn survives() -> bool {
            struct Parent {
                children: ActorOwnSlab<Child>,
            }
            struct Child;
            impl Child {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Child)
                }
            }
            impl Parent {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Parent { children: ActorOwnSlab::new() })
                }
                fn add(&mut self, cx: CX![]) {
                    actor_in_slab!(self.children, cx, Child::init());
                }
                fn replace(&mut self, _: CX![]) {
                    self.children = ActorOwnSlab::new();
                }
                fn len(&self, _: CX![]) -> usize {
                    self.children.len()
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let parent = actor!(s, Parent::init(), ret_nop!());
            call!([parent], add());
            s.run(now, false);
            call!([parent], replace());
            call!([parent], add());
            let ran = catch_unwind(AssertUnwindSafe(|| s.run(now, false))).is_ok();
            let kept = ran && query!([parent, s], len()) == Some(1);
            std::mem::forget(stakker);
            kept
        }
    }
    assert!(!theirs::survives());
    assert!(ours::survives());
}

#[test]
fn wakers_are_called_here_in_the_order_of_the_wakes() {
    both! {
        pub fn order() -> Vec<&'static str> {
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            s.set_poll_waker(|| ());
            let log = Log::default();
            let (a, b) = (log.clone(), log.clone());
            let first = s.waker(move |_, deleted| if !deleted { a.borrow_mut().push("made first") });
            let second = s.waker(move |_, deleted| if !deleted { b.borrow_mut().push("made second") });
            second.wake();
            first.wake();
            s.poll_wake();
            log.take()
        }
    }
    assert_eq!(theirs::order(), ["made first", "made second"]);
    assert_eq!(ours::order(), ["made second", "made first"]);
}

#[test]
fn a_reply_that_waits_when_the_runtime_ends_is_answered_here() {
    both! {
        /// A panic in a queued closure, with a reply queued behind it.
        pub fn answered() -> bool {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let told = Rc::new(Cell::new(false));
            let tell = told.clone();
            let ret: Ret<()> = ret_do!(move |answer: Option<()>| tell.set(answer.is_none()));
            s.defer(|_| panic!("in a closure"));
            s.defer(move |_| drop(ret));
            let _ = catch_unwind(AssertUnwindSafe(|| s.run(now, false)));
            drop(stakker);
            told.get()
        }
    }
    assert!(!theirs::answered());
    assert!(ours::answered());
}

#[test]
fn an_actor_whose_owner_goes_after_the_runtime_is_told_of_its_end_here() {
    both! {
        pub fn told() -> bool {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
            }
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let told = Rc::new(Cell::new(false));
            let tell = told.clone();
            let actor = actor!(s, Plain::init(), ret_do!(move |_: Option<StopCause>| tell.set(true)));
            s.run(now, false);
            drop(stakker);
            drop(actor);
            told.get()
        }
    }
    assert!(!theirs::told());
    assert!(ours::told());
}

#[test]
fn a_closed_channel_says_so_here_when_the_runtime_has_ended() {
    both! {
        pub fn sends_after_the_end() -> bool {
            let mut stakker = Stakker::new(Instant::now());
            stakker.set_poll_waker(|| ());
            let (channel, guard) = sync::Channel::new(&mut stakker, Fwd::new(|_: u8| ()));
            drop(stakker);
            let sent = channel.send(1);
            drop(guard);
            sent
        }
    }
    assert!(theirs::sends_after_the_end());
    assert!(!ours::sends_after_the_end());
}

#[test]
fn what_a_channel_carries_joins_the_main_lane_here() {
    both! {
        pub fn order() -> Vec<&'static str> {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            s.set_poll_waker(|| ());
            let log = Log::default();
            let (a, b) = (log.clone(), log.clone());
            let (channel, _guard) = sync::Channel::new(s, Fwd::new(move |text| a.borrow_mut().push(text)));
            s.defer(move |_| b.borrow_mut().push("queued before"));
            channel.send("sent");
            s.poll_wake();
            s.run(now, false);
            log.take()
        }
    }
    assert_eq!(theirs::order(), ["sent", "queued before"]);
    assert_eq!(ours::order(), ["queued before", "sent"]);
}

#[test]
fn a_panic_in_a_channels_callback_leaves_poll_wake_there_and_closes_the_channel_here() {
    both! {
        pub fn outcome() -> (bool, bool) {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            s.set_poll_waker(|| ());
            let (channel, guard) = sync::Channel::new(s, Fwd::new(|_: u8| panic!("in the callback")));
            channel.send(1);
            let raised = catch_unwind(AssertUnwindSafe(|| {
                s.poll_wake();
                s.run(now, false);
            }));
            let outcome = (raised.is_err(), channel.is_closed());
            std::mem::forget((guard, stakker));
            outcome
        }
    }
    assert_eq!(theirs::outcome(), (true, false));
    assert_eq!(ours::outcome(), (false, true));
}

#[test]
fn a_waker_needs_no_poll_waker_here() {
    both! {
        pub fn made() -> bool {
            let mut stakker = Stakker::new(Instant::now());
            catch_unwind(AssertUnwindSafe(|| drop(stakker.waker(|_, _| ())))).is_ok()
        }
    }
    assert!(!theirs::made());
    assert!(ours::made());
}

#[test]
fn log_ids_begin_here_with_the_logger() {
    both! {
        pub fn id_without_a_logger() -> u64 {
            struct Plain;
            impl Plain {
                fn init(_: CX![]) -> Option<Self> {
                    Some(Plain)
                }
            }
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            let actor = actor!(s, Plain::init(), ret_nop!());
            actor.id()
        }
    }
    assert_eq!(theirs::id_without_a_logger(), 1);
    assert_eq!(ours::id_without_a_logger(), 0);
}
