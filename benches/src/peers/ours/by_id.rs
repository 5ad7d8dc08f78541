//! Posting to typed actors by their ids.

use crate::meter::{Meter, WARM_UP};
use actor_rt::{ActorId, CX, Door, Runtime, actor, ret_nop};
use std::time::Instant;

const BURST: u64 = 1000;

struct Sum(u64);

impl Sum {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self(0))
    }

    fn add(&mut self, _: CX![], amount: u64) {
        self.0 += amount;
    }
}

/// One operation: a message of 8 bytes, posted by id and dispatched; a thousand are posted, then a step drains them.
pub fn post_by_id(meter: &mut Meter) {
    fn rounds(rt: &mut Runtime, door: &Door, now: Instant, ids: &[ActorId], ops: u64) {
        for _ in 0..ops / BURST {
            for (id, amount) in ids.iter().zip(0u64..) {
                assert!(door.call::<Sum>(*id, move |sum, cx| sum.add(cx, amount)).is_ok());
            }
            rt.run(now, false);
        }
    }
    let now = Instant::now();
    let mut rt = Runtime::new(now);
    let door = rt.door().clone();
    let owners: Vec<_> = (0..BURST).map(|_| actor!(rt, Sum::init(), ret_nop!())).collect();
    rt.run(now, false);
    let ids: Vec<_> = owners.iter().map(|owner| owner.actor_id()).collect();
    rounds(&mut rt, &door, now, &ids, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| rounds(&mut rt, &door, now, &ids, ops));
    let sum = owners[2].query(&mut rt, |sum, _| sum.0);
    assert_eq!(sum, Some((WARM_UP / BURST + ops / BURST) * 2));
}
