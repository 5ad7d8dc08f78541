//! Time and timers.

use super::{Log, panics};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

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
fn within_a_tick_timers_fire_in_the_order_of_their_deadlines_here_and_of_their_arming_there() {
    both! {
        pub fn order() -> Vec<&'static str> {
            let start = Instant::now();
            let mut stakker = Stakker::new(start);
            let s = &mut stakker;
            let log = Log::default();
            // Stakker counts its ticks from the start, so both are rounded up to one.
            for (nanos, text) in [(1_000_000_200, "later, armed first"), (1_000_000_100, "earlier")] {
                let log = log.clone();
                s.timer_add(start + Duration::from_nanos(nanos), move |_| log.borrow_mut().push(text));
            }
            s.run(start + Duration::from_secs(2), false);
            log.take()
        }
    }
    assert_eq!(theirs::order(), ["later, armed first", "earlier"]);
    assert_eq!(ours::order(), ["earlier", "later, armed first"]);
}

#[test]
fn a_timer_that_is_due_when_it_is_armed_fires_here_as_soon_as_time_moves() {
    both! {
        pub fn fires_after(nanos: u64) -> bool {
            let start = Instant::now();
            let mut stakker = Stakker::new(start);
            let s = &mut stakker;
            let fired = Rc::new(Cell::new(false));
            let told = fired.clone();
            s.after(Duration::ZERO, move |_| told.set(true));
            s.run(start + Duration::from_nanos(nanos), false);
            fired.get()
        }
    }
    assert_eq!([0, 1, 17_000].map(theirs::fires_after), [false, false, true]);
    assert_eq!([0, 1, 17_000].map(ours::fires_after), [false, true, true]);
}

#[test]
fn a_timer_of_many_hours_wakes_nobody_before_its_time_here() {
    both! {
        pub fn next() -> Duration {
            let start = Instant::now();
            let mut stakker = Stakker::new(start);
            stakker.after(Duration::from_secs(20 * 3600), |_| ());
            stakker.next_expiry().unwrap() - start
        }
    }
    assert!(theirs::next() < Duration::from_secs(10 * 3600));
    assert_eq!(ours::next(), Duration::from_secs(20 * 3600));
}

#[test]
fn a_delay_that_no_instant_can_hold_panics_there_and_is_a_far_one_here() {
    both! {
        pub fn is_armed() -> bool {
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            !panics(|| s.after(Duration::MAX, |_| ())) && s.next_expiry().is_some()
        }
    }
    assert!(!theirs::is_armed());
    assert!(ours::is_armed());
}

#[test]
fn a_key_of_another_runtime_finds_nothing_here_and_anothers_timer_there() {
    both! {
        /// Whether it equals the other one's key, and deletes the other one's timer.
        pub fn outcome() -> (bool, bool) {
            let now = Instant::now();
            let (mut one, mut two) = (Stakker::new(now), Stakker::new(now));
            let key = one.after(Duration::from_secs(1), |_| ());
            let others = two.after(Duration::from_secs(1), |_| ());
            (key == others, two.timer_del(key))
        }
    }
    assert_eq!(theirs::outcome(), (true, true));
    assert_eq!(ours::outcome(), (false, false));
}
