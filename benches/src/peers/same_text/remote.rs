//! Messages from other threads.

use super::host;
use super::rt::query;
use super::support::{counters, runtime};
use crate::meter::{Meter, WARM_UP};
use std::sync::{Arc, Barrier};
use std::thread;

/// One operation: a message of 8 bytes from another thread to the one actor. As many threads as `PRODUCERS` send; the owner's
/// thread takes what has come, and parks until it is woken.
pub fn remote<const PRODUCERS: u64>(meter: &mut Meter) {
    let (mut rt, now) = runtime();
    let owner = thread::current();
    rt.set_poll_waker(move || owner.unpark());
    let counters = counters(&mut rt, now, 1);
    let counter = &counters[0];
    let (send, _open) = host::sender!([counter, rt], add);
    rt.run(now, false);

    let portions = [WARM_UP / PRODUCERS, meter.ops() / PRODUCERS];
    let start = Arc::new(Barrier::new(PRODUCERS as usize + 1));
    let producers: Vec<_> = (0..PRODUCERS)
        .map(|_| {
            let (start, send) = (start.clone(), send.clone());
            thread::spawn(move || {
                for portion in portions {
                    start.wait();
                    (0..portion).for_each(|_| send(1));
                }
            })
        })
        .collect();
    let mut expected = 0;
    let mut take = |portion: u64| {
        expected += portion * PRODUCERS;
        start.wait();
        while query!([counter, &mut rt], sum()) != Some(expected) {
            thread::park();
            rt.poll_wake();
            rt.run(now, false);
        }
    };
    take(portions[0]);
    meter.measure(|| take(portions[1]));
    for producer in producers {
        assert!(producer.join().is_ok(), "every message was accepted");
    }
}
