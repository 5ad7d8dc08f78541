//! The native loop as a host: what ends its waits, the order of a turn, budgets, idle work, host calls, panics, the end.

#![cfg(not(miri))]

mod drive_support;

use actor_rt::drive::mio::{EventLoop, Priority, Ready};
use actor_rt::*;
use drive_support::{LONG, Log, World, ring, socket};
use std::cell::{Cell, RefCell};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn a_timer_ends_the_wait_and_is_not_waited_for_in_small_steps() {
    let World { mut runtime, mut event_loop } = World::new();
    // What `after` counts from: the runtime is older than this line.
    let begun = runtime.now();
    let length = Duration::from_micros(7_300);
    runtime.after(length, |rt| rt.shutdown(StopCause::Stopped));
    let mut turns = 0;
    while runtime.not_shutdown() {
        event_loop.turn(&mut runtime, None).unwrap();
        turns += 1;
    }
    assert!(begun.elapsed() >= length);
    // The first finds the post that armed it, or waits at once; a wait that is rounded down would need many.
    assert!(turns <= 2, "{turns} turns");
}

#[test]
fn the_callers_limit_ends_the_wait() {
    let mut world = World::new();
    let begun = Instant::now();
    let turn = world.event_loop.turn(&mut world.runtime, Some(Duration::from_millis(3))).unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(3));
    assert_eq!((turn.events, turn.handled, turn.more), (0, 0, false));
}

#[test]
fn posts_of_other_threads_end_the_wait_each_time() {
    const ROUNDS: u32 = 500;
    let World { mut runtime, mut event_loop } = World::new();
    let (ask, asked) = mpsc::channel::<u32>();
    let remote = runtime.remote();
    let thread = thread::spawn(move || {
        for round in asked {
            let last = round == ROUNDS;
            let answer = move |rt: &mut Runtime| {
                if last {
                    rt.shutdown(StopCause::Stopped);
                } else {
                    rt.anymap_set(round);
                }
            };
            remote.defer(answer).unwrap();
        }
    });
    for round in 1..=ROUNDS {
        // Now it waits, or is just about to: both have to work.
        ask.send(round).unwrap();
        while runtime.not_shutdown() && runtime.anymap_try_get::<u32>() != Some(round) {
            event_loop.turn(&mut runtime, Some(LONG)).unwrap();
        }
    }
    assert!(!runtime.not_shutdown());
    drop(ask);
    thread.join().unwrap();
}

#[test]
fn what_the_owner_posts_between_turns_is_found_without_a_wake() {
    let mut world = World::new();
    let log = Log::default();
    for round in 0..3 {
        let write = log.clone();
        world.runtime.defer(move |_| write.write(format!("{round}")));
        // Without a limit: it would wait for ever if it had not looked.
        world.event_loop.turn(&mut world.runtime, None).unwrap();
    }
    assert_eq!(log.take(), ["0", "1", "2"]);
    world.runtime.step(Instant::now(), &Budget::default());
    let write = log.clone();
    world.runtime.host_call(move |_| write.write("host call"));
    world.event_loop.turn(&mut world.runtime, None).unwrap();
    assert_eq!(log.take(), ["host call"]);
}

#[test]
fn events_come_before_the_step_and_their_calls_behind_what_was_queued() {
    let mut world = World::new();
    let log = Log::default();
    let (at_once, queued, deferrer) = (log.clone(), log.clone(), world.runtime.deferrer());
    let fwd = fwd_do!(move |_| {
        at_once.write("told");
        let write = queued.clone();
        deferrer.defer(move |_| write.write("its call"));
    });
    let source = socket(&world.handle(), Priority::NORMAL, fwd);
    ring(&source);
    let write = log.clone();
    world.runtime.defer(move |_| write.write("queued before"));
    let turn = world.turn();
    assert_eq!(log.take(), ["told", "queued before", "its call"]);
    assert_eq!((turn.events, turn.handled), (1, 2), "what the loop queues for itself is not counted");
    // What is posted between the poll and the step leaves no wake behind that would cut the next wait short.
    ring(&source);
    assert_eq!(world.turn().handled, 1);
    let (begun, limit) = (Instant::now(), Duration::from_millis(3));
    world.event_loop.turn(&mut world.runtime, Some(limit)).unwrap();
    assert!(begun.elapsed() >= limit);
}

#[test]
fn idle_work_runs_when_nothing_else_does_one_piece_at_a_time() {
    let mut world = World::new();
    let log = Log::default();
    for number in 0..2 {
        let write = log.clone();
        world.runtime.idle(move |_| write.write(format!("idle {number}")));
    }
    let source = socket(&world.handle(), Priority::NORMAL, log.fwd("event"));
    ring(&source);
    let turn = |world: &mut World| world.event_loop.turn(&mut world.runtime, None).unwrap();
    assert!(turn(&mut world).more, "idle work waits");
    assert_eq!(log.take(), ["event"]);
    let write = log.clone();
    world.runtime.defer(move |_| write.write("message"));
    turn(&mut world);
    assert_eq!(log.take(), ["message"]);
    assert!(turn(&mut world).more);
    assert_eq!(log.take(), ["idle 0"]);
    assert!(!turn(&mut world).more);
    assert_eq!(log.take(), ["idle 1"]);
}

/// Posts to itself for ever.
struct Busy {
    rounds: Rc<Cell<u64>>,
}

impl Busy {
    fn init(cx: CX![], rounds: Rc<Cell<u64>>) -> Option<Self> {
        call!([cx], again());
        Some(Self { rounds })
    }
    fn again(&mut self, cx: CX![]) {
        self.rounds.set(self.rounds.get() + 1);
        call!([cx], again());
    }
}

#[test]
fn actors_that_never_rest_keep_the_loop_neither_from_sources_nor_from_timers() {
    let mut world = World::new();
    let (rounds, log) = (Rc::new(Cell::new(0)), Log::default());
    let rt = &mut world.runtime;
    let _busy = actor!(rt, Busy::init(rounds.clone()), ret_nop!());
    let source = socket(&world.handle(), Priority(0), log.fwd("event"));
    let write = log.clone();
    world.runtime.after(Duration::ZERO, move |_| write.write("timer"));
    ring(&source);
    let turn = world.event_loop.turn(&mut world.runtime, None).unwrap();
    assert_eq!(log.take(), ["event", "timer"]);
    assert!(turn.more && rounds.get() > 0);
    for _ in 0..10 {
        let before = rounds.get();
        ring(&source);
        assert_eq!(world.turn().events, 1);
        assert!(rounds.get() > before, "nor do sources keep it from actors");
    }
}

/// Hears of sources, by queued calls.
struct Hearer {
    heard: Rc<Cell<usize>>,
}

impl Hearer {
    fn init(_: CX![], heard: Rc<Cell<usize>>) -> Option<Self> {
        Some(Self { heard })
    }
    fn hear(&mut self, _: CX![], _: Ready) {
        self.heard.set(self.heard.get() + 1);
    }
}

#[test]
fn a_turn_handles_all_of_its_events_whatever_the_budget_of_a_step() {
    const MANY: usize = 50;
    let mut world = World::new();
    world.event_loop.set_budget(1, None);
    let heard = Rc::new(Cell::new(0));
    let rt = &mut world.runtime;
    let hearer = actor!(rt, Hearer::init(heard.clone()), ret_nop!());
    let sources: Vec<_> = (0..MANY)
        .map(|_| socket(&world.handle(), Priority::NORMAL, fwd_to!([hearer], hear() as (Ready))))
        .collect();
    for turn in 1..=3 {
        sources.iter().for_each(ring);
        assert_eq!(world.turn().events, MANY);
        assert_eq!(heard.get(), turn * MANY, "none waits when the poller is asked again");
    }
    // Without events one step is a turn.
    for _ in 0..3 {
        world.runtime.defer(|_| ());
    }
    assert_eq!(world.turn().handled, 1);
}

#[test]
fn host_calls_run_at_the_end_of_a_turn_and_may_step() {
    let mut world = World::new();
    let log = Log::default();
    let write = log.clone();
    world.runtime.host_call(move |rt| {
        let inner = write.clone();
        rt.defer(move |_| inner.write("a step of its own"));
        rt.run(Instant::now(), false);
        let next = write.clone();
        rt.host_call(move |_| next.write("next"));
        write.write("call");
    });
    assert!(world.turn().more);
    assert_eq!(log.take(), ["a step of its own", "call"]);
    assert!(!world.turn().more);
    assert_eq!(log.take(), ["next"]);
}

#[test]
fn run_ends_with_the_reason_after_the_turn_in_which_it_was_given() {
    let World { mut runtime, mut event_loop } = World::new();
    let log = Log::default();
    let write = log.clone();
    runtime.defer(|rt| rt.shutdown(StopCause::Lost));
    runtime.defer(move |_| write.write("still"));
    assert!(matches!(event_loop.run(&mut runtime).unwrap(), StopCause::Lost));
    assert_eq!(log.take(), ["still"]);
    runtime.defer(|rt| rt.shutdown(StopCause::Stopped));
    assert!(matches!(event_loop.run(&mut runtime).unwrap(), StopCause::Stopped), "it can be run again");
}

/// The text of a panic in a turn.
fn panic_of(world: &mut World) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| world.turn())).expect_err("it panics");
    (*panic.downcast_ref::<&str>().expect("a text")).to_owned()
}

#[test]
fn a_panic_in_a_handler_goes_on_after_the_turn_and_disturbs_nobody() {
    let mut world = World::new();
    let log = Log::default();
    let bad = socket(&world.handle(), Priority::HIGH, fwd_do!(|_| panic!("first")));
    let worse = socket(&world.handle(), Priority::NORMAL, fwd_do!(|_| panic!("second")));
    let good = socket(&world.handle(), Priority::LOW, log.fwd("good"));
    for round in 0..2 {
        [&bad, &worse, &good].into_iter().for_each(ring);
        let write = log.clone();
        world.runtime.defer(move |_| write.write("message"));
        world.runtime.defer(|_| panic!("third"));
        assert_eq!(panic_of(&mut world), "first", "round {round}");
        assert_eq!(log.take(), ["good", "message"]);
    }
    world.runtime.defer(|_| panic!("alone"));
    assert_eq!(panic_of(&mut world), "alone");
    assert_eq!(world.handle().sources(), 3);
    drop((bad, worse));
    ring(&good);
    assert_eq!(world.turn().events, 1);
    assert_eq!(log.take(), ["good"]);
}

#[test]
fn a_panic_in_a_host_call_leaves_the_others_for_the_next_turn() {
    let mut world = World::new();
    let log = Log::default();
    let write = log.clone();
    world.runtime.host_call(|_| panic!("in a host call"));
    world.runtime.host_call(move |_| write.write("the next"));
    assert_eq!(panic_of(&mut world), "in a host call");
    // Without a limit: it is not waited for.
    world.event_loop.turn(&mut world.runtime, None).unwrap();
    assert_eq!(log.take(), ["the next"]);
}

#[test]
fn a_runtime_replaced_in_a_turn_ends_the_turn() {
    let mut world = World::new();
    let log = Log::default();
    let parked = Rc::new(RefCell::new(None));
    let (park, write) = (parked.clone(), log.clone());
    let next = world.event_loop.config().build(Instant::now());
    let source = socket(&world.handle(), Priority::NORMAL, log.fwd("event"));
    ring(&source);
    world.runtime.defer(move |rt| {
        let mut next = next;
        // So that the new one always has more to do.
        let rounds = Rc::new(Cell::new(0));
        let busy = actor!(&mut next, Busy::init(rounds), ret_nop!());
        next.anymap_set(Rc::new(busy));
        *park.borrow_mut() = Some(std::mem::replace(rt, next));
    });
    world.runtime.defer(move |_| write.write("never in this turn"));
    assert!(world.turn().more);
    assert_eq!(log.take(), ["event"]);
    ring(&source);
    assert_eq!(world.turn().events, 1);
    drop(parked.take());
}

/// It was run, and hung without a word: a remote's post woke the other loop, or nobody.
#[test]
fn a_runtime_that_does_not_wake_the_loop_is_refused_with_the_cure() {
    let mut event_loop = EventLoop::new().unwrap();
    let (of_another_loop, _another_loop) = EventLoop::with_runtime().unwrap();
    let now = Instant::now();
    let mut with_a_poll_waker = Runtime::new(now);
    with_a_poll_waker.set_poll_waker(|| ());
    let runtimes = [
        of_another_loop,
        Config::new().wake(|_: WakeFlags| ()).build(now),
        event_loop.config().wake(|_: WakeFlags| ()).build(now),
        with_a_poll_waker,
        Runtime::new(now),
    ];
    for mut runtime in runtimes {
        let log = Log::default();
        let write = log.clone();
        runtime.defer(move |_| write.write("handled"));
        let error = event_loop.run(&mut runtime).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("build it by the `config()` of this loop"), "{error}");
        assert!(event_loop.turn(&mut runtime, None).is_err() && log.take().is_empty());
    }
    let mut runtime = event_loop.config().instance(7).build(now);
    runtime.defer(|rt| rt.shutdown(StopCause::Stopped));
    assert!(event_loop.run(&mut runtime).is_ok());
}

#[test]
fn a_loop_cannot_be_turned_inside_of_a_step() {
    let World { mut runtime, event_loop } = World::new();
    let slot = Rc::new(RefCell::new(Some(event_loop)));
    let inside = slot.clone();
    runtime.defer(move |rt| {
        let mut event_loop = inside.take().expect("it is there");
        let turn = catch_unwind(AssertUnwindSafe(|| event_loop.turn(rt, None).map(drop)));
        assert!(turn.is_err());
        *inside.borrow_mut() = Some(event_loop);
    });
    runtime.run(Instant::now(), false);
    let mut event_loop: EventLoop = slot.take().expect("it was put back");
    runtime.defer(|rt| rt.shutdown(StopCause::Stopped));
    assert!(event_loop.run(&mut runtime).is_ok());
}

#[test]
fn the_loop_tells_the_time_by_the_runtimes_clock() {
    let mut event_loop = EventLoop::new().unwrap();
    let clock = Rc::new(Cell::new(1_000_u64));
    let read = clock.clone();
    let config = event_loop.config().clock(move || read.get()).now_ns(1_000);
    let mut runtime = config.build(Instant::now());
    let log = Log::default();
    let write = log.clone();
    // An hour, of which no real second passes.
    runtime.after(Duration::from_secs(3600), move |rt| write.write(format!("at {}", rt.now_ns())));
    event_loop.turn(&mut runtime, Some(Duration::ZERO)).unwrap();
    assert!(log.take().is_empty());
    clock.set(1_000 + 3_600_000_000_000);
    event_loop.turn(&mut runtime, None).unwrap();
    assert_eq!(log.take(), ["at 3600000001000"]);
}
