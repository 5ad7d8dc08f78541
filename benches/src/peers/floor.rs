//! The floor: a ring of `(function pointer, object, u64)`.
//!
//! No runtime that defers a call can do less than write these three words, read them back and call. Objects are shared
//! references to cells, so that this stays safe code; the instructions are those of raw pointers.

use super::{Row, Rows, round};
use crate::meter::{Meter, WARM_UP};
use std::cell::Cell;

/// Slots; a power of two above the burst, so that the index is a mask and never a bound check.
const SLOTS: usize = 2048;
const BURST: u64 = 1000;

#[derive(Clone, Copy)]
struct Entry<'a> {
    run: fn(&Ring<'a>, &'a Object<'a>, u64),
    object: &'a Object<'a>,
    value: u64,
}

struct Ring<'a> {
    entries: Box<[Cell<Entry<'a>>; SLOTS]>,
    head: Cell<usize>,
    tail: Cell<usize>,
}

#[derive(Default)]
struct Object<'a> {
    sum: Cell<u64>,
    other: Cell<Option<&'a Object<'a>>>,
}

impl<'a> Object<'a> {
    fn add(_: &Ring<'a>, this: &'a Self, amount: u64) {
        this.sum.set(this.sum.get().wrapping_add(amount));
    }

    fn ball(ring: &Ring<'a>, this: &'a Self, left: u64) {
        this.sum.set(this.sum.get().wrapping_add(1));
        if left > 0 {
            if let Some(object) = this.other.get() {
                ring.post(Entry { run: Self::ball, object, value: left - 1 });
            }
        }
    }
}

impl<'a> Ring<'a> {
    fn new(any: &'a Object<'a>) -> Self {
        let empty = Entry { run: Object::add, object: any, value: 0 };
        Self {
            entries: Box::new(std::array::from_fn(|_| Cell::new(empty))),
            head: Cell::new(0),
            tail: Cell::new(0),
        }
    }

    fn post(&self, entry: Entry<'a>) {
        let tail = self.tail.get();
        assert!(tail.wrapping_sub(self.head.get()) < SLOTS, "the ring never overruns");
        self.entries[tail % SLOTS].set(entry);
        self.tail.set(tail.wrapping_add(1));
    }

    fn run(&self) {
        while self.head.get() != self.tail.get() {
            let head = self.head.get();
            let entry = self.entries[head % SLOTS].get();
            self.head.set(head.wrapping_add(1));
            (entry.run)(self, entry.object, entry.value);
        }
    }
}

fn objects<'a>() -> Vec<Object<'a>> {
    (0..BURST).map(|_| Object::default()).collect()
}

fn burst(meter: &mut Meter) {
    let objects = objects();
    let ring = Ring::new(&objects[0]);
    let rounds = |ops: u64| {
        for _ in 0..ops / BURST {
            for (object, value) in objects.iter().zip(0..) {
                ring.post(Entry { run: Object::add, object, value });
            }
            ring.run();
        }
    };
    rounds(WARM_UP);
    let ops = meter.ops();
    meter.measure(|| rounds(ops));
    assert_eq!(objects[2].sum.get(), (WARM_UP / BURST + ops / BURST) * 2);
}

fn ping(meter: &mut Meter) {
    let objects = objects();
    let (left, right) = (&objects[0], &objects[1]);
    left.other.set(Some(right));
    right.other.set(Some(left));
    let ring = Ring::new(left);
    let hops = |hops: u64| {
        ring.post(Entry { run: Object::ball, object: left, value: hops - 1 });
        ring.run();
    };
    hops(WARM_UP);
    let ops = meter.ops();
    meter.measure(|| hops(ops));
    assert_eq!(left.sum.get() + right.sum.get(), WARM_UP + ops);
}

fn post_one_step_once(meter: &mut Meter) {
    let objects = objects();
    let object = &objects[0];
    let ring = Ring::new(object);
    let steps = |ops: u64| {
        for _ in 0..ops {
            ring.post(Entry { run: Object::add, object, value: 1 });
            ring.run();
        }
    };
    steps(WARM_UP);
    let ops = meter.ops();
    meter.measure(|| steps(ops));
    assert_eq!(object.sum.get(), WARM_UP + ops);
}

/// One operation: a signal through an eventfd (or what the system has in its place) to a thread that polls it, and no runtime.
fn wake_round(meter: &mut Meter) {
    round::rounds(meter, |answers| {
        let mut poll = mio::Poll::new().expect("the system has a poller");
        let waker = mio::Waker::new(poll.registry(), mio::Token(0)).expect("the poller has wakers");
        let mut events = mio::Events::with_capacity(1);
        let signal = move || waker.wake().expect("the poller can be woken");
        let wait = move || {
            poll.poll(&mut events, None).expect("the poller can be polled");
            events.iter().for_each(|_| answers.give());
        };
        (signal, Box::new(wait))
    });
}

pub fn rows() -> Rows {
    vec![
        ("burst", burst as Row),
        ("ping", ping),
        ("post_one_step_once", post_one_step_once),
        ("wake_round", wake_round),
    ]
}
