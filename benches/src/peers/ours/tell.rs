//! Messages that are values of an enum.

use crate::meter::{Meter, WARM_UP};
use actor_rt::{ActorOwn, CX, Runtime, actor, messages, ret_nop};
use std::time::Instant;

const BURST: u64 = 1000;

struct Sum(u64);

messages! {
    /// What a sum is told. More than one, so that there is something to tell apart.
    enum Change for Sum {
        Add(amount: u64) => add,
        Clear => clear,
    }
}

impl Sum {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self(0))
    }

    fn add(&mut self, _: CX![], amount: u64) {
        self.0 += amount;
    }

    fn clear(&mut self, _: CX![]) {
        self.0 = 0;
    }
}

/// One operation: a message of 8 bytes, told as a value and dispatched; a thousand are told, then a step drains them.
pub fn tell(meter: &mut Meter) {
    fn rounds(rt: &mut Runtime, now: Instant, sums: &[ActorOwn<Sum>], ops: u64) {
        for _ in 0..ops / BURST {
            for (sum, amount) in sums.iter().zip(0u64..) {
                sum.tell(Change::Add(amount));
            }
            rt.run(now, false);
        }
    }
    let now = Instant::now();
    let mut rt = Runtime::new(now);
    let sums: Vec<_> = (0..BURST).map(|_| actor!(rt, Sum::init(), ret_nop!())).collect();
    sums.iter().for_each(|sum| sum.tell(Change::Clear));
    rt.run(now, false);
    rounds(&mut rt, now, &sums, WARM_UP);
    let ops = meter.ops();
    meter.measure(|| rounds(&mut rt, now, &sums, ops));
    let sum = sums[2].query(&mut rt, |sum, _| sum.0);
    assert_eq!(sum, Some((WARM_UP / BURST + ops / BURST) * 2));
}
