//! Posting and dispatching.

use super::rt::{Actor, ActorOwn, CX, Stakker, actor, call, query, ret_nop};
use super::support::{Counter, check_sum, counters, runtime};
use crate::meter::{Meter, WARM_UP};
use std::time::Instant;

/// Messages per step, one for each of as many actors.
const BURST: u64 = 1000;

/// One operation: a message of 8 bytes, posted and dispatched; a thousand are posted, then a step drains them.
pub fn burst(meter: &mut Meter) {
    fn rounds(rt: &mut Stakker, now: Instant, counters: &[ActorOwn<Counter>], ops: u64) {
        for _ in 0..ops / BURST {
            for (counter, amount) in counters.iter().zip(0u64..) {
                call!([counter], add(amount));
            }
            rt.run(now, false);
        }
    }
    let (mut rt, now) = runtime();
    let counters = counters(&mut rt, now, BURST);
    rounds(&mut rt, now, &counters, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| rounds(&mut rt, now, &counters, ops));
    check_sum(&mut rt, &counters[2], (WARM_UP / BURST + ops / BURST) * 2);
}

/// As [`burst`], with 64 bytes in each message.
pub fn burst_64(meter: &mut Meter) {
    fn rounds(rt: &mut Stakker, now: Instant, counters: &[ActorOwn<Counter>], ops: u64) {
        for _ in 0..ops / BURST {
            for (counter, amount) in counters.iter().zip(0u64..) {
                call!([counter], add_eight([amount; 8]));
            }
            rt.run(now, false);
        }
    }
    let (mut rt, now) = runtime();
    let counters = counters(&mut rt, now, BURST);
    rounds(&mut rt, now, &counters, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| rounds(&mut rt, now, &counters, ops));
    check_sum(&mut rt, &counters[2], (WARM_UP / BURST + ops / BURST) * 16);
}

struct Player {
    other: Option<Actor<Player>>,
    hops: u64,
}

impl Player {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self { other: None, hops: 0 })
    }

    fn meet(&mut self, _: CX![], other: Actor<Player>) {
        self.other = Some(other);
    }

    fn ball(&mut self, _: CX![], left: u64) {
        self.hops += 1;
        if left > 0 {
            if let Some(other) = &self.other {
                call!([other], ball(left - 1));
            }
        }
    }

    fn hops(&self, _: CX![]) -> u64 {
        self.hops
    }
}

/// One operation: one hop of a counter between two actors, one message in flight, all hops within one step.
pub fn ping(meter: &mut Meter) {
    let (mut rt, now) = runtime();
    let left = actor!(rt, Player::init(), ret_nop!());
    let right = actor!(rt, Player::init(), ret_nop!());
    call!([left], meet(right.clone()));
    call!([right], meet(left.clone()));
    rt.run(now, false);
    let hops = |rt: &mut Stakker, hops: u64| {
        call!([left], ball(hops - 1));
        rt.run(now, false);
    };
    hops(&mut rt, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| hops(&mut rt, ops));
    let arrived = [&left, &right].map(|player| query!([player, &mut rt], hops()).unwrap_or(0));
    assert_eq!(arrived[0] + arrived[1], WARM_UP + ops, "every hop arrived");
}

/// One operation: a message posted from outside, and one step for it; the step's time does not move.
pub fn post_one_step_once(meter: &mut Meter) {
    fn steps(rt: &mut Stakker, now: Instant, counter: &ActorOwn<Counter>, ops: u64) {
        for _ in 0..ops {
            call!([counter], add(1));
            rt.run(now, false);
        }
    }
    let (mut rt, now) = runtime();
    let counters = counters(&mut rt, now, 1);
    steps(&mut rt, now, &counters[0], WARM_UP);
    let ops = meter.ops();
    meter.measure(|| steps(&mut rt, now, &counters[0], ops));
    check_sum(&mut rt, &counters[0], WARM_UP + ops);
}
