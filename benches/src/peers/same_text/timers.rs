//! Timers: every one carries eight bytes and belongs to an actor.

use super::host;
use super::rt::{ActorOwn, CX, FixedTimerKey, Stakker, actor, after, at, call, query, ret_nop};
use super::support::{Counter, Numbers, check_sum, counters, runtime};
use crate::meter::{Meter, WARM_UP};
use std::time::Duration;

/// Deadlines spread over this many nanoseconds (one minute).
const SPAN: u64 = 60_000_000_000;

/// How many different delays there are: many more than fit one bucket of any timer queue, few enough to stay in cache.
const DELAYS: usize = 4096;

/// Delays without a pattern within the next minute, in nanoseconds; made beforehand, so that a timer row measures timers
/// and no random numbers.
struct Delays {
    all: Vec<Duration>,
    next: usize,
}

impl Delays {
    fn new() -> Self {
        let mut numbers = Numbers::new();
        let all = (0..DELAYS).map(|_| any_nanosecond(&mut numbers)).collect();
        Self { all, next: 0 }
    }

    fn next(&mut self) -> Duration {
        self.next = (self.next + 1) % DELAYS;
        self.all[self.next]
    }
}

fn any_nanosecond(numbers: &mut Numbers) -> Duration {
    Duration::from_nanos(numbers.below(SPAN / 1000) * 1000 + numbers.below(1000))
}

/// A timer for `owner` that is due after `delay`.
fn add(rt: &mut Stakker, owner: &ActorOwn<Counter>, delay: Duration) -> FixedTimerKey {
    after!(delay, [owner, rt], add(1))
}

/// `count` timers spread over the next minute.
fn add_many(rt: &mut Stakker, owner: &ActorOwn<Counter>, count: u64) -> Vec<FixedTimerKey> {
    let mut numbers = Numbers::new();
    (0..count).map(|_| add(rt, owner, any_nanosecond(&mut numbers))).collect()
}

/// One operation: a timer added and cancelled again, while `PENDING` others wait.
pub fn add_cancel<const PENDING: u64>(meter: &mut Meter) {
    let (mut rt, now) = runtime();
    let owners = counters(&mut rt, now, 1);
    add_many(&mut rt, &owners[0], PENDING);
    let delays = Delays::new();
    let owner = &owners[0];
    let mut cancelled = 0;
    let mut pairs = |ops: u64| {
        // A walk over a slice, so that the row measures timers and not its own loop.
        for delay in delays.all.iter().cycle().take(ops as usize) {
            let key = after!(*delay, [owner, rt], add(1));
            cancelled += u64::from(rt.timer_del(key));
        }
    };
    pairs(WARM_UP);
    let ops = meter.ops();
    meter.measure(|| pairs(ops));
    assert_eq!(cancelled, WARM_UP + ops, "every timer was there to be cancelled");
}

/// One operation: one of `PENDING` timers cancelled, whichever, and another added in its place.
pub fn cancel_random<const PENDING: u64>(meter: &mut Meter) {
    let (mut rt, now) = runtime();
    let owners = counters(&mut rt, now, 1);
    let mut keys = add_many(&mut rt, &owners[0], PENDING);
    let mut delays = Delays::new();
    let mut numbers = Numbers::new();
    let mut cancelled = 0;
    let mut pairs = |ops: u64| {
        for _ in 0..ops {
            let chosen = numbers.below(PENDING) as usize;
            cancelled += u64::from(rt.timer_del(keys[chosen]));
            keys[chosen] = add(&mut rt, &owners[0], delays.next());
        }
    };
    pairs(WARM_UP);
    let ops = meter.ops();
    meter.measure(|| pairs(ops));
    assert_eq!(cancelled, WARM_UP + ops, "every timer was there to be cancelled");
}

/// One operation: one of `PENDING` timers, whichever, moved to another deadline in place: the idle-timeouts of as many connections.
pub fn push_out<const PENDING: u64>(meter: &mut Meter) {
    let (mut rt, now) = runtime();
    let owners = counters(&mut rt, now, 1);
    let owner = &owners[0];
    let mut keys: Vec<host::Movable> = (0..PENDING).map(|_| Default::default()).collect();
    let mut numbers = Numbers::new();
    for key in &mut keys {
        host::push_out!(key, now + any_nanosecond(&mut numbers), [owner, rt], add(1));
    }
    let mut later = Duration::from_secs(60);
    let mut moves = |ops: u64| {
        for _ in 0..ops {
            let chosen = numbers.below(PENDING) as usize;
            later += Duration::from_micros(10);
            host::push_out!(&mut keys[chosen], now + later, [owner, rt], add(1));
        }
    };
    moves(WARM_UP);
    let ops = meter.ops();
    meter.measure(|| moves(ops));
    assert!(rt.next_expiry().is_some_and(|next| next > now), "they wait");
}

/// One operation: a timer added, from none on. The queue grows with the operations: this row is for time only.
pub fn add_to_none(meter: &mut Meter) {
    let (mut rt, start) = runtime();
    let owners = counters(&mut rt, start, 1);
    let delays = Delays::new();
    let owner = &owners[0];
    let ops = meter.ops();
    meter.measure(|| {
        for delay in delays.all.iter().cycle().take(ops as usize) {
            after!(*delay, [owner, rt], add(1));
        }
    });
    rt.run(start + Duration::from_secs(61), false);
    check_sum(&mut rt, owner, ops);
}

/// An actor that sets a timer whenever one fires.
struct Restless {
    delays: Delays,
    fired: u64,
}

impl Restless {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self { delays: Delays::new(), fired: 0 })
    }

    fn set(&mut self, cx: CX![], timers: u64) {
        for _ in 0..timers {
            after!(self.delays.next(), [cx], fire());
        }
    }

    fn fire(&mut self, cx: CX![]) {
        self.fired += 1;
        after!(self.delays.next(), [cx], fire());
    }

    fn fired(&self, _: CX![]) -> u64 {
        self.fired
    }
}

/// One operation: a timer fires and sets itself anew, while `PENDING` wait; time goes on so that a step finds about ten due.
pub fn fire_and_add<const PENDING: u64>(meter: &mut Meter) {
    let (mut rt, mut now) = runtime();
    let actor = actor!(rt, Restless::init(), ret_nop!());
    call!([actor], set(PENDING));
    rt.run(now, false);
    // The mean delay is half a minute.
    let step = Duration::from_nanos(SPAN / 2 / PENDING * 10);
    let mut steps = |rt: &mut Stakker, ops: u64| {
        let until = query!([actor, rt], fired()).unwrap_or(0) + ops;
        while query!([actor, rt], fired()).is_some_and(|fired| fired < until) {
            now += step;
            rt.run(now, false);
        }
    };
    steps(&mut rt, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| steps(&mut rt, ops));
    assert!(query!([actor, &mut rt], fired()).is_some_and(|fired| fired >= WARM_UP + ops));
}

/// One operation: a timer that fires, deadlines on whole milliseconds. Adding is set-up, and grows with the operations:
/// this row is for time only.
pub fn fire_ms_grid(meter: &mut Meter) {
    fire(meter, |numbers| Duration::from_millis(numbers.below(SPAN / 1_000_000)));
}

/// As [`fire_ms_grid`], deadlines at any nanosecond.
pub fn fire_ns_random(meter: &mut Meter) {
    fire(meter, any_nanosecond);
}

fn fire(meter: &mut Meter, mut next: impl FnMut(&mut Numbers) -> Duration) {
    const STEPS: u64 = 1000;
    let (mut rt, start) = runtime();
    let owners = counters(&mut rt, start, 1);
    let mut numbers = Numbers::new();
    for _ in 0..meter.ops() {
        at!(start + next(&mut numbers), [&owners[0], rt], add(1));
    }
    meter.measure(|| {
        for step in 1..=STEPS {
            rt.run(start + Duration::from_nanos(SPAN / STEPS * step), false);
        }
    });
    check_sum(&mut rt, &owners[0], meter.ops());
}

/// One operation: time moves by a millisecond; an idle-timeout is pushed out in place; a time-out is cancelled and set
/// anew; a periodic timer fires and is set for the next period.
pub fn rearm(meter: &mut Meter) {
    let (mut rt, mut now) = runtime();
    let owners = counters(&mut rt, now, 1);
    let owner = &owners[0];
    let tick = Duration::from_millis(1);
    let mut idle_timeout = Default::default();
    let mut time_out = FixedTimerKey::default();
    let mut ticks = |ops: u64| {
        for _ in 0..ops {
            host::push_out!(&mut idle_timeout, now + 50 * tick, [owner, rt], add(1_000_000_000));
            rt.timer_del(time_out);
            time_out = after!(20 * tick, [owner, rt], add(1_000_000_000));
            after!(tick, [owner, rt], add(1));
            now += tick;
            rt.run(now, false);
        }
    };
    ticks(WARM_UP);
    let ops = meter.ops();
    meter.measure(|| ticks(ops));
    check_sum(&mut rt, owner, WARM_UP + ops);
}
