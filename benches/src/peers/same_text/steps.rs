//! Steps with little or nothing to do.

use super::host;
use super::rt::Stakker;
use super::rt::after;
use super::support::{counters, runtime};
use crate::meter::{Meter, WARM_UP};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// One operation: a step, its time a microsecond later than the last one's, with nothing due, while `PENDING` actors and
/// as many timers wait.
pub fn idle_step<const PENDING: u64>(meter: &mut Meter) {
    fn steps(rt: &mut Stakker, now: &mut Instant, ops: u64) {
        for _ in 0..ops {
            *now += Duration::from_micros(1);
            rt.run(*now, false);
        }
    }
    let (mut rt, mut now) = runtime();
    let owners = counters(&mut rt, now, PENDING);
    for (owner, number) in owners.iter().zip(0u64..) {
        after!(Duration::from_secs(3600) + Duration::from_micros(number * 7), [owner, rt], add(number));
    }
    steps(&mut rt, &mut now, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| steps(&mut rt, &mut now, ops));
    assert!(rt.next_expiry().is_some() == (PENDING > 0), "nothing was due");
}

/// One operation: a wake from outside (here from the same thread: the cost of the kernel is not in question), told to the
/// host, and taken by the runtime.
pub fn wake(meter: &mut Meter) {
    let now = Instant::now();
    let told = Arc::new(AtomicU64::new(0));
    let taken = Rc::new(Cell::new(0));
    let mut rt = host::told_of_wakes(now, {
        let told = told.clone();
        move || {
            told.fetch_add(1, Relaxed);
        }
    });
    rt.run(now, false);
    let waker = rt.waker({
        let taken = taken.clone();
        move |_, deleted| taken.set(taken.get() + u64::from(!deleted))
    });
    let mut wakes = |ops: u64| {
        for _ in 0..ops {
            waker.wake();
            host::take_wakes(&mut rt);
            rt.run(now, false);
        }
    };
    wakes(WARM_UP);
    let ops = meter.ops();
    meter.measure(|| wakes(ops));
    assert_eq!(taken.get(), WARM_UP + ops, "every wake was taken");
    assert_eq!(told.load(Relaxed), WARM_UP + ops, "one call to the host for each wake");
}
