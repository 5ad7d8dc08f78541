//! The rules of a step: order, time, timers. Named after the semantics they come from (A: steps, B: time).

use actor_rt::{ActorOwn, Budget, Config, Core, Ret, Runtime, StopCause};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What ran, in order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn write(&self, entry: impl Into<String>) {
        self.0.borrow_mut().push(entry.into());
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.borrow_mut()).join(" ")
    }

    /// A job that writes its name.
    fn job(&self, name: &'static str) -> impl FnOnce(&mut Runtime) + 'static {
        let log = self.clone();
        move |_| log.write(name)
    }

    /// A job that writes its name and does something.
    fn then(
        &self,
        name: &'static str,
        work: impl FnOnce(&mut Runtime, Log) + 'static,
    ) -> impl FnOnce(&mut Runtime) + 'static {
        let log = self.clone();
        move |runtime| {
            log.write(name);
            work(runtime, log);
        }
    }
}

fn world() -> (Runtime, Instant, Log) {
    let now = Instant::now();
    (Runtime::new(now), now, Log::default())
}

const UNIT: Duration = Duration::from_millis(1);

#[test]
fn a1_queued_then_due_timers_then_remote_then_lazy_until_both_are_empty() {
    let (mut runtime, now, log) = world();
    runtime.run(now, false);
    let remote = runtime.remote();
    runtime.lazy(log.then("lazy", |runtime, log| runtime.defer(log.job("main-of-lazy"))));
    runtime.after(UNIT, log.job("timer"));
    runtime.defer(log.job("first"));
    let (sender, receiver) = std::sync::mpsc::channel();
    remote.defer(move |_| sender.send(()).expect("it is received")).expect("it is open");
    let remote_log = log.clone();
    runtime.defer(move |runtime| {
        remote_log.write("second");
        // Behind the timer and the remote work, which joined the lane when the step began.
        runtime.defer(move |_| {
            receiver.try_recv().expect("the remote work ran before");
            remote_log.write("third");
        });
    });
    runtime.run(now + UNIT, false);
    assert_eq!(log.take(), "first second timer third lazy main-of-lazy");
}

#[test]
fn a2_what_is_pushed_meanwhile_goes_behind() {
    let (mut runtime, now, log) = world();
    let deferrer = runtime.deferrer();
    let pushed = log.job("pushed");
    runtime.defer(log.then("one", move |runtime, log| {
        deferrer.defer(pushed);
        runtime.defer(log.job("pushed too"));
    }));
    runtime.defer(log.job("two"));
    runtime.run(now, false);
    assert_eq!(log.take(), "one two pushed pushed too");
}

#[test]
fn a3_a_lazy_batch_runs_to_its_end_before_main_is_looked_at() {
    let (mut runtime, now, log) = world();
    runtime.lazy(log.then("lazy1", |runtime, log| {
        runtime.lazy(log.job("lazy3"));
        runtime.defer(log.job("main"));
    }));
    runtime.lazy(log.job("lazy2"));
    runtime.run(now, false);
    assert_eq!(log.take(), "lazy1 lazy2 main lazy3");
}

#[test]
fn a3_a_lazy_batch_goes_on_in_the_next_step() {
    let (mut runtime, now, log) = world();
    runtime.lazy(log.then("lazy1", |runtime, log| runtime.defer(log.job("main"))));
    runtime.lazy(log.job("lazy2"));
    let one = Budget { messages: 1, time: None, idle: false };
    assert!(runtime.step(now, &one).more);
    assert!(runtime.step(now, &one).more);
    assert!(!runtime.step(now, &one).more);
    assert_eq!(log.take(), "lazy1 lazy2 main");
}

#[test]
fn a4_one_idle_record_runs_first_and_its_effects_in_the_same_run() {
    let (mut runtime, now, log) = world();
    runtime.idle(log.then("idle1", |runtime, log| runtime.defer(log.job("effect"))));
    runtime.idle(log.job("idle2"));
    runtime.defer(log.job("main"));
    assert!(runtime.run(now, true));
    assert_eq!(log.take(), "idle1 main effect");
    assert!(!runtime.run(now, true));
    assert_eq!(log.take(), "idle2");
    runtime.idle(log.job("idle3"));
    assert!(runtime.run(now, false));
    assert_eq!(log.take(), "");
}

#[test]
fn a5_the_idle_record_sees_the_old_time() {
    let (mut runtime, now, _) = world();
    runtime.run(now, false);
    let seen = Rc::new(Cell::new(None));
    let see = Rc::clone(&seen);
    runtime.idle(move |runtime| see.set(Some(runtime.now())));
    runtime.run(now + UNIT, true);
    assert_eq!(seen.get(), Some(now));
    assert_eq!(runtime.now(), now + UNIT);
}

#[test]
fn a5_what_an_idle_record_makes_ready_runs_with_it_at_the_old_time() {
    // Random programs found that it ran at the new one, unlike in Stakker.
    let (mut runtime, now, _) = world();
    runtime.run(now, false);
    let seen = Rc::new(RefCell::new(Vec::new()));
    let actor = ActorOwn::<Vec<Instant>>::new(&mut runtime, Ret::nop(), 0);
    for _ in 0..3 {
        let see = Rc::clone(&seen);
        actor.call(move |_, cx| see.borrow_mut().push(cx.now()));
    }
    runtime.run(now, false);
    actor.idle_prep(|_| Some(Vec::new()));
    let see = Rc::clone(&seen);
    runtime.after(UNIT, move |runtime| see.borrow_mut().push(runtime.now()));
    let progress = runtime.step(now + UNIT, &Budget { messages: 3, time: None, idle: true });
    assert_eq!((progress.handled, progress.more), (3, true), "they count");
    assert_eq!(*seen.borrow(), [now, now]);
    runtime.run(now + UNIT, false);
    assert_eq!(seen.borrow()[2..], [now + UNIT, now + UNIT], "what the budget left comes before the timer");
}

#[test]
fn a6_the_result_says_whether_idle_work_waits() {
    let (mut runtime, now, log) = world();
    assert!(!runtime.run(now, false));
    runtime.defer(log.then("main", |runtime, log| runtime.idle(log.job("idle"))));
    assert!(runtime.run(now, false));
    assert!(!runtime.run(now, true));
}

#[test]
fn a7_time_never_goes_backwards_but_queues_run() {
    let (mut runtime, now, log) = world();
    runtime.run(now + 5 * UNIT, false);
    runtime.after(UNIT, log.job("timer"));
    runtime.defer(log.job("main"));
    runtime.run(now + 2 * UNIT, false);
    assert_eq!(log.take(), "main");
    assert_eq!(runtime.now(), now + 5 * UNIT);
    runtime.run(now + 6 * UNIT, false);
    assert_eq!(log.take(), "timer");
}

#[test]
fn a8_a_run_has_no_bound_and_a_chain_of_a_million_posts_is_flat() {
    fn again(runtime: &mut Runtime, left: u32, done: Rc<Cell<bool>>) {
        if left == 0 {
            return done.set(true);
        }
        runtime.defer(move |runtime| again(runtime, left - 1, done));
    }
    let (mut runtime, now, _) = world();
    let done = Rc::new(Cell::new(false));
    again(&mut runtime, if cfg!(miri) { 1_000 } else { 1_000_000 }, Rc::clone(&done));
    runtime.run(now, false);
    assert!(done.get());
}

#[test]
fn a8_a_step_has_the_bound_it_was_given() {
    let (mut runtime, now, _) = world();
    let count = Rc::new(Cell::new(0));
    for _ in 0..1000 {
        let count = Rc::clone(&count);
        runtime.defer(move |_| count.set(count.get() + 1));
    }
    let mut steps = 0;
    while runtime.step(now, &Budget { messages: 100, time: None, idle: false }).more {
        steps += 1;
        assert_eq!(count.get(), steps * 100);
    }
    assert_eq!(count.get(), 1000);
    // Zero still makes progress.
    runtime.defer(|_| ());
    assert_eq!(runtime.step(now, &Budget { messages: 0, time: None, idle: false }).handled, 1);
}

#[test]
fn a8_a_time_budget_is_read_from_the_configured_clock() {
    let now = Instant::now();
    let ticks = Rc::new(Cell::new(0));
    let clock = Rc::clone(&ticks);
    let mut runtime = Config::new()
        .clock(move || {
            clock.set(clock.get() + 1);
            clock.get()
        })
        .build(now);
    for _ in 0..1_000 {
        runtime.defer(|_| ());
    }
    let budget = Budget { messages: u32::MAX, time: Some(Duration::from_nanos(3)), idle: false };
    let progress = runtime.step(now, &budget);
    assert_eq!(
        (progress.more, progress.handled, ticks.get()),
        (true, 8, 4),
        "looks after 1, 2, 4 and 8 messages"
    );
    while runtime.step(now, &budget).more {}
}

#[test]
fn a8_a_step_counts_every_actor_that_failed_in_it_by_its_own_word_or_by_a_panic() {
    let (mut runtime, _, _) = world();
    let actors: Vec<_> = (0..4)
        .map(|_| {
            let actor = ActorOwn::<u8>::new(&mut runtime, Ret::nop(), 0);
            actor.call_prep(|_| Some(0));
            actor
        })
        .collect();
    actors[0].call(|_, cx| cx.fail_str("by its own word"));
    actors[1].call(|_, _| panic!("by a panic"));
    actors[2].call(|_, cx| cx.stop());
    actors[3].call(|_, _| ());
    assert_eq!(runtime.step_ns(0, &Budget::UNBOUNDED).failed, 2);
    assert_eq!(runtime.step_ns(0, &Budget::UNBOUNDED).failed, 0);
}

/// Handles messages of which those from the `first` on take 10 ms each, in steps of at most 2 ms. What the first step handled.
fn handled_with_slow_messages(first: u32) -> u32 {
    let time = Rc::new(Cell::new(0));
    let clock = Rc::clone(&time);
    let mut runtime = Config::new().clock(move || clock.get()).build(Instant::now());
    for message in 1..=1000 {
        let time = Rc::clone(&time);
        runtime.defer(move |_| time.set(time.get() + if message < first { 0 } else { 10_000_000 }));
    }
    let budget = Budget { time: Some(Duration::from_millis(2)), ..Budget::default() };
    runtime.step_ns(0, &budget).handled
}

#[test]
fn a8_slow_messages_end_a_step_at_the_next_look_which_is_never_far() {
    assert_eq!(handled_with_slow_messages(1), 2, "the time counts from the end of the first message");
    assert_eq!(handled_with_slow_messages(3), 4);
    assert_eq!(handled_with_slow_messages(100), 112, "later every 16 messages");
}

#[test]
fn a8_a_clock_that_panics_ends_the_step_and_nothing_else() {
    let now = Instant::now();
    let mut runtime = Config::new().clock(|| panic!("no time")).build(now);
    for _ in 0..1000 {
        runtime.defer(|_| ());
    }
    let budget = Budget { messages: u32::MAX, time: Some(UNIT), idle: false };
    let (progress, panic) = runtime.step_caught(0, &budget);
    assert!(progress.more && panic.is_some());
    runtime.run(now, false);
    assert_eq!(runtime.door().pending().messages, 0);
}

#[test]
fn a9_shutdown_does_not_end_the_run() {
    let (mut runtime, now, log) = world();
    runtime.defer(log.then("shutdown", |runtime, _| runtime.shutdown(StopCause::Stopped)));
    runtime.defer(log.job("after"));
    assert!(runtime.not_shutdown());
    runtime.run(now, false);
    assert_eq!(log.take(), "shutdown after");
    assert!(!runtime.not_shutdown());
    assert!(matches!(runtime.shutdown_reason(), Some(StopCause::Stopped)));
    assert!(runtime.shutdown_reason().is_none());
}

#[test]
fn a10_a_nested_step_is_refused_and_a_panic_leaves_the_queue_intact() {
    let (mut runtime, now, log) = world();
    runtime.defer(log.then("nested", move |runtime, log| {
        let progress = runtime.step(now, &Budget::UNBOUNDED);
        log.write(format!("busy={}", progress.busy));
        runtime.run(now, false);
    }));
    runtime.defer(log.job("after"));
    let (_, panic) = runtime.step_caught(0, &Budget::UNBOUNDED);
    assert!(panic.is_some(), "run() inside of a step panics");
    assert_eq!(log.take(), "nested busy=true after");
    runtime.defer(log.job("still"));
    runtime.run(now, false);
    assert_eq!(log.take(), "still", "the runtime stays usable");
}

#[test]
fn a10_of_several_panics_the_first_is_raised() {
    let (mut runtime, _, _) = world();
    runtime.defer(|_| std::panic::resume_unwind(Box::new(1)));
    runtime.defer(|_| std::panic::resume_unwind(Box::new(2)));
    let (_, panic) = runtime.step_caught(0, &Budget::UNBOUNDED);
    assert_eq!(panic.and_then(|panic| panic.downcast::<i32>().ok()), Some(Box::new(1)));
    let (_, panic) = runtime.step_caught(0, &Budget::UNBOUNDED);
    assert!(panic.is_none(), "it is raised once");
}

#[test]
fn a_yield_ends_the_step_and_an_interrupt_does_soon() {
    let (mut runtime, now, log) = world();
    runtime.defer(log.then("one", |runtime, _| runtime.yield_step()));
    runtime.defer(log.job("two"));
    assert!(runtime.step(now, &Budget::UNBOUNDED).more);
    assert_eq!(log.take(), "one");
    runtime.run(now, false);
    assert_eq!(log.take(), "two");

    let remote = runtime.remote();
    runtime.defer(move |_| remote.interrupt());
    for _ in 0..1_000 {
        runtime.defer(|_| ());
    }
    assert_eq!(runtime.step(now, &Budget::UNBOUNDED).handled, 256);
    runtime.run(now, false);
}

#[test]
fn b1_a_timer_fires_exactly_at_next_expiry_and_not_before() {
    let (mut runtime, now, log) = world();
    let odd = Duration::from_nanos(1_234_567);
    runtime.after(odd, log.job("timer"));
    assert_eq!(runtime.next_expiry(), Some(now + odd));
    assert_eq!(runtime.next_timeout(now), Some(odd));
    runtime.run(now + odd - Duration::from_nanos(1), false);
    assert_eq!(log.take(), "");
    runtime.run(now + odd, false);
    assert_eq!(log.take(), "timer");
    assert_eq!(runtime.next_expiry(), None);
}

#[test]
fn b2_a_timer_never_fires_in_the_instant_it_was_set_in() {
    let (mut runtime, now, log) = world();
    runtime.run(now + UNIT, false);
    runtime.after(Duration::ZERO, log.job("zero"));
    runtime.timer_add(now, log.job("past"));
    runtime.run(now + UNIT, false);
    assert_eq!(log.take(), "");
    runtime.run(now + UNIT + Duration::from_nanos(1), false);
    assert_eq!(log.take(), "zero past");
}

#[test]
fn b3_equal_deadlines_fire_in_the_order_of_arming_and_b5_others_by_deadline_across_a_jump() {
    let (mut runtime, now, log) = world();
    runtime.timer_add(now + 3 * UNIT, log.job("c1"));
    runtime.timer_add(now + UNIT, log.job("a"));
    let moved = runtime.timer_add(now + UNIT, log.job("c3"));
    runtime.timer_add(now + 3 * UNIT, log.job("c2"));
    runtime.timer_add(now + 2 * UNIT, log.job("b"));
    assert!(runtime.timer_reset(moved, now + 3 * UNIT));
    runtime.run(now + Duration::from_secs(1_000_000), false);
    assert_eq!(log.take(), "a b c1 c2 c3");
}

#[test]
fn b6_an_expired_timer_is_queued_and_can_no_longer_be_deleted() {
    let (mut runtime, now, log) = world();
    let key = Rc::new(Cell::new(actor_rt::FixedTimerKey::default()));
    let look = Rc::clone(&key);
    runtime.defer(log.then("first", move |runtime, log| {
        assert!(!runtime.timer_del(look.get()));
        log.write("refused");
    }));
    key.set(runtime.after(UNIT, log.job("timer")));
    runtime.run(now + UNIT, false);
    assert_eq!(log.take(), "first refused timer");
}

#[test]
fn b10_b13_deleting_drops_the_closure_at_once_and_stale_keys_find_nothing() {
    let (mut runtime, now, _) = world();
    let token = Rc::new(());
    let held = Rc::clone(&token);
    let key = runtime.after(UNIT, move |_| drop(held));
    assert!(runtime.timer_active(key));
    assert!(runtime.timer_del(key));
    assert_eq!(Rc::strong_count(&token), 1);
    assert!(!runtime.timer_active(key));
    assert!(!runtime.timer_del(key));
    assert!(!runtime.timer_reset(key, now + UNIT));
    let none = actor_rt::FixedTimerKey::default();
    assert!(!runtime.timer_active(none) && !runtime.timer_del(none));
    let again = runtime.after(UNIT, |_| ());
    assert_ne!(key, again);
    assert!(!runtime.timer_del(key), "the slot's new timer has another key");
    assert!(runtime.timer_active(again));
}

#[test]
fn b14_instants_before_the_start_and_far_ahead_saturate() {
    let now = Instant::now() + Duration::from_secs(10);
    let mut runtime = Runtime::new(now);
    runtime.run(now - Duration::from_secs(5), false);
    assert_eq!(runtime.now(), now);
    runtime.after(Duration::MAX, |_| unreachable!("it is for ever"));
    runtime.run(now + Duration::from_secs(86_400 * 365), false);
    assert_eq!(runtime.door().pending().timers, 1);
}

#[test]
fn all_handlers_of_a_step_see_the_same_time() {
    fn see(seen: &Rc<RefCell<Vec<Instant>>>) -> impl FnOnce(&mut Runtime) + use<> {
        let seen = Rc::clone(seen);
        move |runtime| {
            let core: &mut Core = runtime;
            seen.borrow_mut().push(core.now());
        }
    }
    let (mut runtime, now, _) = world();
    let seen = Rc::default();
    runtime.defer(see(&seen));
    runtime.after(UNIT, see(&seen));
    runtime.lazy(see(&seen));
    runtime.run(now + 7 * UNIT, false);
    assert_eq!(*seen.borrow(), vec![now + 7 * UNIT; 3]);
}
