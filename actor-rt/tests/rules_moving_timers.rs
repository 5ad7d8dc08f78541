//! Max and min timers: the latest, or the earliest, of the times they were given.

use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

type Log = Rc<RefCell<Vec<&'static str>>>;

fn at(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

/// What a timer runs.
fn note(log: &Log, text: &'static str) -> impl FnOnce(&mut Runtime) + 'static {
    let log = log.clone();
    move |_| log.borrow_mut().push(text)
}

#[test]
fn b8_a_max_timer_fires_at_the_greatest_expiry_and_no_sooner() {
    let (start, log) = (Instant::now(), Log::default());
    let mut runtime = Runtime::new(start);
    let key = runtime.timer_max_add(at(start, 5), note(&log, "max"));
    for seconds in [8, 6, 2] {
        assert!(runtime.timer_max_upd(key, at(start, seconds)));
    }
    assert_eq!(runtime.next_expiry(), Some(at(start, 8)), "there is nothing to do before");
    runtime.run(at(start, 7), false);
    assert!(log.borrow().is_empty());
    runtime.run(at(start, 8), false);
    assert_eq!(log.take(), ["max"]);
}

#[test]
fn b9_a_min_timer_fires_at_the_smallest_expiry_and_no_later() {
    let (start, log) = (Instant::now(), Log::default());
    let mut runtime = Runtime::new(start);
    let key = runtime.timer_min_add(at(start, 8), note(&log, "min"));
    for seconds in [9, 5, 6] {
        assert!(runtime.timer_min_upd(key, at(start, seconds)));
    }
    assert_eq!(runtime.next_expiry(), Some(at(start, 5)), "there is nothing to do before");
    runtime.run(at(start, 5), false);
    assert_eq!(log.take(), ["min"]);
}

#[test]
fn b5_timers_fire_in_the_order_of_their_deadlines_over_a_jump() {
    // Stakker's example: there the max timer would come first, by the time it was added with.
    let (start, log) = (Instant::now(), Log::default());
    let mut runtime = Runtime::new(start);
    let max = runtime.timer_max_add(at(start, 5), note(&log, "max, 8 s"));
    runtime.timer_max_upd(max, at(start, 8));
    runtime.timer_add(at(start, 6), note(&log, "fixed, 6 s"));
    let min = runtime.timer_min_add(at(start, 60), note(&log, "min, 7 s"));
    runtime.timer_min_upd(min, at(start, 7));
    runtime.run(at(start, 10), false);
    assert_eq!(log.take(), ["fixed, 6 s", "min, 7 s", "max, 8 s"]);
}

#[test]
fn b10_keys_of_timers_that_are_not_armed_answer_false() {
    let (start, log) = (Instant::now(), Log::default());
    let mut runtime = Runtime::new(start);
    let (max, min) =
        (runtime.timer_max_add(start, note(&log, "max")), runtime.timer_min_add(start, note(&log, "min")));
    assert!(runtime.timer_max_active(max) && runtime.timer_min_active(min));
    runtime.run(at(start, 1), false);
    assert_eq!(log.take(), ["max", "min"]);
    let deleted = runtime.timer_max_add(start, note(&log, "deleted"));
    assert!(runtime.timer_max_del(deleted) && !runtime.timer_max_del(deleted));
    for key in [max, deleted, MaxTimerKey::default()] {
        assert!(!runtime.timer_max_active(key));
        assert!(!runtime.timer_max_upd(key, at(start, 9)) && !runtime.timer_max_del(key));
    }
    let deleted = runtime.timer_min_add(start, note(&log, "deleted"));
    assert!(runtime.timer_min_del(deleted) && !runtime.timer_min_del(deleted));
    for key in [min, deleted, MinTimerKey::default()] {
        assert!(!runtime.timer_min_active(key));
        assert!(!runtime.timer_min_upd(key, at(start, 9)) && !runtime.timer_min_del(key));
    }
    runtime.run(at(start, 10), false);
    assert!(log.borrow().is_empty());
}

#[test]
fn b12_a_min_timer_moved_into_the_past_fires_in_the_next_instant() {
    // In Stakker a debug build panics here, and a release build sleeps for 18 hours.
    let (start, log) = (Instant::now(), Log::default());
    let mut runtime = Runtime::new(start);
    let key = runtime.timer_min_add(at(start, 60), note(&log, "min"));
    runtime.run(at(start, 30), false);
    for seconds in [30, 29, 0] {
        assert!(runtime.timer_min_upd(key, at(start, seconds)));
        let next = runtime.next_expiry().unwrap();
        assert!(next > at(start, 30) && next <= at(start, 30) + Duration::from_micros(1));
    }
    runtime.run(at(start, 30), false);
    assert!(log.borrow().is_empty(), "not in the instant in which it was moved");
    runtime.run(at(start, 30) + Duration::from_micros(1), false);
    assert_eq!(log.take(), ["min"]);
}

#[test]
fn b13_deleting_drops_the_closure_inside_the_call() {
    let start = Instant::now();
    let mut runtime = Runtime::new(start);
    let held = Rc::new(());
    let (a, b) = (held.clone(), held.clone());
    let max = runtime.timer_max_add(at(start, 1), move |_| drop(a));
    let min = runtime.timer_min_add(at(start, 1), move |_| drop(b));
    runtime.timer_max_del(max);
    assert_eq!(Rc::strong_count(&held), 2);
    runtime.timer_min_del(min);
    assert_eq!(Rc::strong_count(&held), 1);
}

/// Uses the macros in each of their forms.
#[derive(Default)]
struct Timed {
    max: MaxTimerKey,
    min: MinTimerKey,
    log: Log,
}

impl Timed {
    fn init(cx: CX![], log: Log) -> Option<Self> {
        let mut this = Timed { log, ..Timed::default() };
        this.again(cx, 5);
        Some(this)
    }
    fn again(&mut self, cx: CX![], seconds: u64) {
        let when = cx.now() + Duration::from_secs(seconds);
        timer_max!(&mut self.max, when, [cx], hear("max"));
        timer_min!(&mut self.min, when, [cx], |this, cx| {
            let min = if cx.now_ns() > 0 { "min" } else { "too early" };
            this.hear(cx, min);
        });
    }
    fn hear(&mut self, _cx: CX![], what: &'static str) {
        self.log.borrow_mut().push(what);
    }
}

#[test]
fn the_macros_arm_once_and_move_then() {
    let (start, log) = (Instant::now(), Log::default());
    let mut runtime = Runtime::new(start);
    let rt = &mut runtime;
    let timed = actor!(rt, Timed::init(log.clone()), ret_nop!());
    rt.run(start, false);
    call!([timed], again(9));
    call!([timed], again(2));
    rt.run(start, false);
    rt.run(at(start, 2), false);
    assert_eq!(log.take(), ["min"]);
    rt.run(at(start, 8), false);
    assert!(log.borrow().is_empty());
    rt.run(at(start, 9), false);
    assert_eq!(log.take(), ["max"]);
    call!([timed], again(1));
    rt.run(at(start, 9), false);
    rt.run(at(start, 10), false);
    assert_eq!(log.take(), ["max", "min"], "what has fired is armed anew");
}

#[test]
fn the_macros_take_an_actor_with_a_core_and_the_runtime_and_an_initialiser() {
    let (start, log) = (Instant::now(), Log::default());
    let mut runtime = Runtime::new(start);
    let rt = &mut runtime;
    let timed = actor!(rt, <Timed>::init(log.clone()), ret_nop!());
    let (mut max, mut min) = (MaxTimerKey::default(), MinTimerKey::default());
    timer_max!(&mut max, at(start, 1), [timed, rt], hear("max"));
    timer_min!(&mut min, at(start, 1), [timed, rt], hear("min"));
    let (mut max_job, mut min_job) = (MaxTimerKey::default(), MinTimerKey::default());
    let (a, b) = (log.clone(), log.clone());
    timer_max!(&mut max_job, at(start, 1), [rt], |_rt| a.borrow_mut().push("max job"));
    timer_min!(&mut min_job, at(start, 1), [rt], |_rt| b.borrow_mut().push("min job"));
    rt.run(at(start, 1), false);
    assert_eq!(log.take(), ["max", "min", "max job", "min job"]);

    let late = actor_new!(rt, Timed, ret_nop!());
    let (mut max, mut min) = (MaxTimerKey::default(), MinTimerKey::default());
    timer_max!(&mut max, at(start, 2), [late, rt], Timed::init(log.clone()));
    rt.run(at(start, 2), false);
    assert!(late.query(rt, |_, _| ()).is_some());
    let later = actor_new!(rt, Timed, ret_nop!());
    timer_min!(&mut min, at(start, 3), [later, rt], <Timed>::init(log.clone()));
    rt.run(at(start, 3), false);
    assert!(later.query(rt, |_, _| ()).is_some());
}

#[test]
fn moving_a_timer_evaluates_each_expression_once() {
    let start = Instant::now();
    let mut runtime = Runtime::new(start);
    let rt = &mut runtime;
    let timed = actor!(rt, Timed::init(Log::default()), ret_nop!());
    let evaluated = Cell::new(0);
    let one = |step: u32| {
        assert_eq!(evaluated.replace(step), step - 1, "in this order");
    };
    let mut key = MaxTimerKey::default();
    timer_max!(
        {
            one(5);
            &mut key
        },
        {
            one(1);
            start
        },
        [
            {
                one(4);
                &timed
            },
            {
                one(3);
                &mut *rt
            }
        ],
        hear({
            one(2);
            "max"
        })
    );
    assert_eq!(evaluated.get(), 5);
}
