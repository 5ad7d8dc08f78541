//! Making and ending actors, and what a living one costs.

use super::rt::{ActorOwn, Stakker, actor, ret_nop};
use super::support::{Counter, runtime};
use crate::meter::{Meter, WARM_UP};
use std::time::Instant;

const BATCH: u64 = 1000;

/// One operation: an actor made with its first message, ready, and dropped by its owner, with the messages all of that
/// takes; a thousand at a time.
pub fn spawn_drop_batch(meter: &mut Meter) {
    fn rounds(rt: &mut Stakker, now: Instant, owners: &mut Vec<ActorOwn<Counter>>, ops: u64) {
        for _ in 0..ops / BATCH {
            for _ in 0..BATCH {
                owners.push(actor!(rt, Counter::init(), ret_nop!()));
            }
            rt.run(now, false);
            owners.clear();
            rt.run(now, false);
        }
    }
    let (mut rt, now) = runtime();
    let mut owners = Vec::with_capacity(BATCH as usize);
    rounds(&mut rt, now, &mut owners, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| rounds(&mut rt, now, &mut owners, ops));
    assert!(owners.is_empty());
}

/// As [`spawn_drop_batch`], one at a time, with a step after each of the two halves: a host that makes an actor for a request.
pub fn spawn_drop(meter: &mut Meter) {
    fn lives(rt: &mut Stakker, now: Instant, ops: u64) {
        for _ in 0..ops {
            let owner = actor!(rt, Counter::init(), ret_nop!());
            rt.run(now, false);
            drop(owner);
            rt.run(now, false);
        }
    }
    let (mut rt, now) = runtime();
    lives(&mut rt, now, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| lives(&mut rt, now, ops));
}

/// One operation: an actor that stays, ready, with eight bytes of state; of interest is the growth of memory. The
/// handles' own array is made beforehand: it is the program's, not the runtime's.
pub fn actor_memory(meter: &mut Meter) {
    let (mut rt, now) = runtime();
    let mut owners = Vec::with_capacity(meter.ops() as usize);
    let ops = meter.ops();
    meter.measure(|| {
        for _ in 0..ops / BATCH {
            for _ in 0..BATCH {
                owners.push(actor!(rt, Counter::init(), ret_nop!()));
            }
            rt.run(now, false);
        }
    });
    assert!(owners.iter().all(|owner| !owner.is_zombie()));
    assert_eq!(owners.len() as u64, ops);
}
