//! The other thread of the rows that measure a round: it signals, and parks until the owner's thread has answered.

use crate::meter::{Meter, WARM_UP};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

/// Answers of the owner's thread.
#[derive(Clone)]
pub struct Answers {
    given: Arc<AtomicU64>,
    other: thread::Thread,
}

impl Answers {
    /// Lets the other thread go on.
    pub fn give(&self) {
        self.given.fetch_add(1, Ordering::Release);
        self.other.unpark();
    }

    fn given(&self) -> u64 {
        self.given.load(Ordering::Acquire)
    }
}

/// One operation: a round. `prepare` gets the answers to give and makes the signal, which the other thread calls; `wait` waits for signals
/// and answers at least one.
pub fn rounds<S: FnMut() + Send + 'static>(
    meter: &mut Meter,
    prepare: impl FnOnce(Answers) -> (S, Box<dyn FnMut()>),
) {
    let portions = [WARM_UP, meter.ops()];
    let start = Arc::new(Barrier::new(2));
    let given = Arc::new(AtomicU64::new(0));
    let (hand_over, signals) = std::sync::mpsc::channel::<S>();
    let other = thread::spawn({
        let (start, given) = (start.clone(), given.clone());
        move || {
            let Ok(mut signal) = signals.recv() else { return };
            let mut sent = 0;
            for portion in portions {
                start.wait();
                for _ in 0..portion {
                    signal();
                    sent += 1;
                    while given.load(Ordering::Acquire) < sent {
                        thread::park();
                    }
                }
            }
        }
    });
    let answers = Answers { given, other: other.thread().clone() };
    let (signal, mut wait) = prepare(answers.clone());
    assert!(hand_over.send(signal).is_ok(), "the other thread waits for it");
    let mut expected = 0;
    let mut take = |portion: u64| {
        expected += portion;
        start.wait();
        while answers.given() < expected {
            wait();
        }
    };
    take(portions[0]);
    meter.measure(|| take(portions[1]));
    assert!(other.join().is_ok(), "every signal was answered");
}
