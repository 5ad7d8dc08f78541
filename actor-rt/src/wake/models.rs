//! Models of cross-thread ingress: loom runs each with every interleaving and every value that the memory orders admit, up to
//! a bound on preemptions. They check the shipped code, with blocks of two and four records.
//!
//! ```text
//! RUSTFLAGS="--cfg loom" cargo test -p actor-rt --release --lib
//! ```
//!
//! A lost wake shows as a deadlock, an unordered access to a record's bytes or the wake target as a race, a block, node or
//! payload that is not freed as a leak.

use super::beacon::Beacon;
use super::inbox::{Drained, Inbox};
use super::remote::Remote;
use super::{WakeFlags, WakeTarget, Waker};
use crate::kernel::block::testing::message;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;
use std::sync::Arc as Untracked;
use std::sync::atomic::AtomicUsize as Tally;

/// Runs a model with at most so many preemptions, and `LOOM_MORE_PREEMPTIONS`.
fn check(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let more = std::env::var("LOOM_MORE_PREEMPTIONS").map_or(0, |more| more.parse().expect("a number"));
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions + more);
    builder.check(model);
}

/// A host that counts wakes and can wait for the next one.
struct Bell {
    rung: Mutex<usize>,
    changed: Condvar,
}

impl Bell {
    fn new() -> Arc<Bell> {
        Arc::new(Bell { rung: Mutex::new(0), changed: Condvar::new() })
    }

    fn target(bell: &Arc<Bell>) -> Option<Box<dyn WakeTarget>> {
        let bell = Arc::clone(bell);
        Some(Box::new(move |_: WakeFlags| {
            *bell.rung.lock().unwrap() += 1;
            bell.changed.notify_one();
        }))
    }

    fn count(&self) -> usize {
        *self.rung.lock().unwrap()
    }

    fn wait_beyond(&self, seen: usize) {
        let mut rung = self.rung.lock().unwrap();
        while *rung <= seen {
            rung = self.changed.wait(rung).unwrap();
        }
    }
}

/// An owner that steps and sleeps until `sink` says that it has seen enough. Returns how often it slept.
fn serve(inbox: &Inbox, bell: &Bell, mut sink: impl FnMut(Drained<'_>) -> bool) -> usize {
    let (mut sleeps, mut done) = (0, false);
    loop {
        inbox.drain(|drained| done |= sink(drained));
        if done {
            return sleeps;
        }
        if inbox.sleep() {
            bell.wait_beyond(sleeps);
            sleeps += 1;
        }
    }
}

fn open(drained: Drained<'_>) -> (u64, usize) {
    let Drained::Record(record) = drained else { panic!("only messages were sent") };
    (record.target(), record.open::<usize>())
}

/// A payload that counts its end, whichever it is.
struct Counted(Untracked<Tally>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn two_producers_make_one_wake_per_sleep() {
    check(3, || {
        let bell = Bell::new();
        let inbox = Inbox::new(Bell::target(&bell));
        let threads = [1, 2].map(|producer| {
            let remote = Remote::new(inbox.clone());
            thread::spawn(move || assert!(remote.push(producer, message(0usize)).is_ok()))
        });
        let mut received = 0;
        let sleeps = serve(&inbox, &bell, |drained| {
            received += open(drained).0;
            received == 3
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(bell.count(), sleeps);
        inbox.close(|_| panic!("both were received"));
    });
}

#[test]
fn a_remote_keeps_its_order_from_block_to_block_and_wakes_once_per_sleep() {
    check(3, || {
        let bell = Bell::new();
        let inbox = Inbox::new(Bell::target(&bell));
        let remote = Remote::new(inbox.clone());
        let thread = thread::spawn(move || {
            // A block holds two of them.
            for number in 0..4usize {
                assert!(remote.push(1, message(number)).is_ok());
            }
        });
        let mut next = 0;
        let sleeps = serve(&inbox, &bell, |drained| {
            assert_eq!(open(drained), (1, next));
            next += 1;
            next == 4
        });
        thread.join().unwrap();
        assert_eq!(bell.count(), sleeps);
        inbox.close(|_| panic!("nothing comes twice"));
    });
}

#[test]
fn threads_that_share_a_remote_keep_their_own_order() {
    check(3, || {
        let inbox = Inbox::new(None);
        let remote = Arc::new(Remote::new(inbox.clone()));
        let threads = [1, 2].map(|producer| {
            let remote = remote.clone();
            thread::spawn(move || {
                for number in 0..2usize {
                    assert!(remote.push(producer, message(number)).is_ok());
                }
            })
        });
        let mut next = [0, 0, 0];
        let mut check = |drained: Drained<'_>| {
            let (producer, number) = open(drained);
            assert_eq!(number, next[producer as usize]);
            next[producer as usize] += 1;
        };
        inbox.drain(&mut check);
        for thread in threads {
            thread.join().unwrap();
        }
        inbox.close(&mut check);
        assert_eq!(next, [0, 2, 2]);
    });
}

#[test]
fn a_remote_dropped_while_the_owner_takes_its_block_loses_and_leaks_nothing() {
    check(4, || {
        let inbox = Inbox::new(None);
        let remote = Remote::new(inbox.clone());
        let ends = Untracked::new(Tally::new(0));
        let payloads = [Counted(ends.clone()), Counted(ends.clone()), Counted(ends.clone())];
        let thread = thread::spawn(move || {
            for payload in payloads {
                assert!(remote.push(1, message(payload)).is_ok());
            }
            drop(remote);
        });
        inbox.drain(drop_all);
        inbox.drain(drop_all);
        thread.join().unwrap();
        inbox.close(drop_all);
        assert_eq!(ends.load(Ordering::Relaxed), 3);
    });
}

fn drop_all(drained: Drained<'_>) {
    drop(drained);
}

#[test]
fn the_owners_claim_and_a_remote_post_make_one_wake_between_them() {
    check(4, || {
        let bell = Bell::new();
        let inbox = Inbox::new(Bell::target(&bell));
        assert!(inbox.sleep());
        let remote = Remote::new(inbox.clone());
        let thread = thread::spawn(move || assert!(remote.push(1, message(7usize)).is_ok()));
        if inbox.claim_local() {
            Inbox::wake_from_owner(inbox.clone(), WakeFlags::LOCAL);
        }
        thread.join().unwrap();
        assert_eq!(bell.count(), 1);
        assert!(!inbox.sleep());
        inbox.drain(|drained| assert_eq!(open(drained), (1, 7)));
        assert!(inbox.sleep());
        inbox.close(drop_all);
    });
}

#[test]
fn a_nudge_after_the_drain_makes_another_step() {
    check(4, || {
        let bell = Bell::new();
        let inbox = Inbox::new(Bell::target(&bell));
        let flag = Arc::new(AtomicBool::new(false));
        let remote = Remote::new(inbox.clone());
        let set = flag.clone();
        let thread = thread::spawn(move || {
            set.store(true, Ordering::Relaxed);
            assert!(remote.wake());
        });
        serve(&inbox, &bell, |drained| {
            assert!(matches!(drained, Drained::Nudge));
            flag.load(Ordering::Relaxed)
        });
        thread.join().unwrap();
        inbox.close(drop_all);
    });
}

/// A target that knows whether it is in use when it goes.
struct Guarded {
    running: Untracked<Tally>,
    gone: Untracked<Tally>,
}

impl WakeTarget for Guarded {
    fn wake(&self, _: WakeFlags) {
        assert_eq!(self.gone.load(Ordering::Relaxed), 0);
        self.running.fetch_add(1, Ordering::Relaxed);
        thread::yield_now();
        self.running.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        assert_eq!(self.running.load(Ordering::Relaxed), 0);
        self.gone.fetch_add(1, Ordering::Relaxed);
    }
}

fn guarded_inbox() -> (Untracked<Inbox>, Untracked<Tally>) {
    let gone = Untracked::new(Tally::new(0));
    let running = Untracked::new(Tally::new(0));
    (Inbox::new(Some(Box::new(Guarded { running, gone: gone.clone() }))), gone)
}

#[test]
fn closing_returns_or_hands_out_every_payload_once_and_waits_for_the_wake() {
    check(4, || {
        let (inbox, gone) = guarded_inbox();
        assert!(inbox.sleep());
        let ends = Untracked::new(Tally::new(0));
        let accepted = Untracked::new(Tally::new(0));
        let remote = Remote::new(inbox.clone());
        let thread = {
            let (accepted, payloads) = (accepted.clone(), [Counted(ends.clone()), Counted(ends.clone())]);
            thread::spawn(move || {
                for payload in payloads {
                    match remote.push(1, message(payload)) {
                        Ok(()) => drop(accepted.fetch_add(1, Ordering::Relaxed)),
                        Err(returned) => drop(returned),
                    }
                }
            })
        };
        let mut received = 0;
        inbox.close(|drained| {
            received += 1;
            drop(drained);
        });
        assert_eq!(gone.load(Ordering::Relaxed), 1);
        thread.join().unwrap();
        assert_eq!(inbox.wake_panics(), 0);
        assert_eq!(accepted.load(Ordering::Relaxed), received);
        assert_eq!(ends.load(Ordering::Relaxed), 2);
    });
}

#[test]
fn closing_against_two_producers_leaves_no_wake_in_flight() {
    check(3, || {
        let (inbox, gone) = guarded_inbox();
        assert!(inbox.sleep());
        let waker = Waker::new(inbox.clone(), 1);
        let remote = Remote::new(inbox.clone());
        let threads = [
            thread::spawn(move || waker.wake()),
            thread::spawn(move || drop(remote.push(1, message(7usize)))),
        ];
        inbox.close(drop_all);
        assert_eq!(gone.load(Ordering::Relaxed), 1);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(inbox.wake_panics(), 0);
        assert!(inbox.wakes() <= 1);
    });
}

#[test]
fn a_dropped_waker_is_reported_once_and_last() {
    check(4, || {
        let bell = Bell::new();
        let inbox = Inbox::new(Bell::target(&bell));
        let waker = Waker::new(inbox.clone(), 5);
        let thread = thread::spawn(move || {
            waker.wake();
            drop(waker);
        });
        let mut ended = false;
        let sleeps = serve(&inbox, &bell, |drained| {
            let Drained::Waker { key: 5, deleted } = drained else { panic!("there is one waker") };
            assert!(!ended, "nothing comes after the end");
            ended = deleted;
            deleted
        });
        thread.join().unwrap();
        assert_eq!(bell.count(), sleeps);
        inbox.close(|_| panic!("nothing comes after the end"));
    });
}

#[test]
fn a_waker_dropped_while_the_runtime_closes_leaks_nothing() {
    check(4, || {
        let (inbox, gone) = guarded_inbox();
        assert!(inbox.sleep());
        let waker = Waker::new(inbox.clone(), 5);
        let thread = thread::spawn(move || {
            waker.wake();
            drop(waker);
        });
        let mut ends = 0;
        inbox.close(|drained| ends += usize::from(matches!(drained, Drained::Waker { deleted: true, .. })));
        assert!(ends <= 1);
        assert_eq!(gone.load(Ordering::Relaxed), 1);
        thread.join().unwrap();
        assert_eq!(inbox.wake_panics(), 0);
    });
}

#[test]
fn a_coalesced_wake_shows_the_handler_what_was_written_before_it() {
    check(3, || {
        let bell = Bell::new();
        let inbox = Inbox::new(Bell::target(&bell));
        let waker = Arc::new(Waker::new(inbox.clone(), 5));
        let written = Arc::new(AtomicUsize::new(0));
        let threads = [1, 2].map(|bit| {
            let (waker, written) = (waker.clone(), written.clone());
            thread::spawn(move || {
                // Relaxed: the waker alone makes it visible.
                written.fetch_add(bit, Ordering::Relaxed);
                waker.wake();
            })
        });
        let sleeps = serve(&inbox, &bell, |drained| {
            assert!(matches!(drained, Drained::Waker { key: 5, deleted: false }));
            written.load(Ordering::Relaxed) == 3
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(bell.count(), sleeps);
        drop(waker);
        inbox.close(drop_all);
    });
}

#[test]
fn what_the_owner_shows_is_read_whole_or_not_at_all() {
    check(2, || {
        let beacon = Arc::new(Beacon::<2>::new());
        let reader = thread::spawn({
            let beacon = beacon.clone();
            move || {
                if let Some((number, words)) = beacon.look() {
                    assert_eq!(words, [number; 2], "words of two moments");
                }
            }
        });
        beacon.show([1; 2]);
        beacon.show([2; 2]);
        reader.join().unwrap();
        assert_eq!(beacon.look(), Some((2, [2; 2])));
    });
}
