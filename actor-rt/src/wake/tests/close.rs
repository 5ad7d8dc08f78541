//! Closing: what was accepted is handed out, what was not goes back, and nothing is called afterwards.

use super::inbox_with_bell;
use crate::kernel::block::testing::message;
use crate::wake::inbox::{Drained, Inbox};
use crate::wake::remote::Remote;
use crate::wake::{WakeFlags, WakeTarget, Waker};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, Weak};
use std::thread;

#[test]
fn a_closed_inbox_hands_out_what_it_accepted_and_returns_what_it_did_not() {
    let (inbox, bell) = inbox_with_bell();
    let remote = Remote::new(inbox.clone());
    let payload = Arc::new(());
    for _ in 0..3 {
        assert!(remote.push(7, message(payload.clone())).is_ok());
    }
    let mut accepted = 0;
    inbox.close(|drained| {
        assert!(matches!(drained, Drained::Record(record) if record.target() == 7));
        accepted += 1;
    });
    assert_eq!((accepted, Arc::strong_count(&payload)), (3, 1));
    assert!(remote.is_closed());
    let returned = remote.push(7, message(payload.clone()));
    assert_eq!(Arc::strong_count(&payload), 2, "it is in our hands again");
    assert!(returned.is_err());
    drop(returned);
    assert_eq!(Arc::strong_count(&payload), 1);

    let large = remote.push(7, message(([0u8; 5000], payload.clone())));
    assert!(large.is_err());
    drop(large);
    assert_eq!(Arc::strong_count(&payload), 1);

    assert!(!remote.wake());
    inbox.close(|_| panic!("closed already"));
    assert_eq!(bell.count(), 0);
    assert_eq!(inbox.wakes(), 0);
}

#[test]
fn an_inbox_that_nobody_closed_drops_what_is_in_it() {
    let payload = Arc::new(());
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    let waker = Waker::new(inbox.clone(), 3);
    waker.wake();
    for _ in 0..50 {
        assert!(remote.push(1, message(payload.clone())).is_ok());
    }
    drop((inbox, waker));
    thread::spawn(move || drop(remote)).join().unwrap();
    assert_eq!(Arc::strong_count(&payload), 1);
}

/// Notes where it is dropped.
struct NotesDrop(Arc<Mutex<Vec<thread::ThreadId>>>);

impl Drop for NotesDrop {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(thread::current().id());
    }
}

#[test]
fn closing_drops_the_wake_target_once_on_the_owner_thread() {
    let drops = Arc::new(Mutex::new(Vec::new()));
    let note = NotesDrop(drops.clone());
    let inbox = Inbox::new(Some(Box::new(move |_: WakeFlags| {
        let _ = &note;
    })));
    let remote = Remote::new(inbox.clone());
    assert!(inbox.sleep());
    assert!(remote.wake());
    inbox.close(|_| ());
    assert_eq!(*drops.lock().unwrap(), [thread::current().id()]);
    inbox.close(|_| ());
    drop(inbox);
    thread::spawn(move || drop(remote)).join().unwrap();
    assert_eq!(drops.lock().unwrap().len(), 1);
}

#[test]
fn closing_waits_for_a_wake_call_in_flight() {
    let entered = Arc::new(Barrier::new(2));
    let returned = Arc::new(AtomicBool::new(false));
    let (in_wake, done) = (entered.clone(), returned.clone());
    let inbox = Inbox::new(Some(Box::new(move |_: WakeFlags| {
        in_wake.wait();
        for _ in 0..100 {
            thread::yield_now();
        }
        done.store(true, Ordering::Relaxed);
    })));
    assert!(inbox.sleep());
    let remote = Remote::new(inbox.clone());
    let poster = thread::spawn(move || remote.push(1, message(5u64)).is_ok());
    entered.wait();
    let mut accepted = 0;
    inbox.close(|_| accepted += 1);
    assert!(returned.load(Ordering::Relaxed));
    assert_eq!(accepted, 1);
    assert!(poster.join().unwrap());
}

#[test]
fn closing_from_inside_a_wake_call_drops_the_target_when_it_returns() {
    struct Closes(Mutex<Weak<Inbox>>, Arc<AtomicUsize>);
    impl WakeTarget for Arc<Closes> {
        fn wake(&self, _: WakeFlags) {
            self.0.lock().unwrap().upgrade().unwrap().close(|_| ());
            assert_eq!(self.1.load(Ordering::Relaxed), 0, "still in use");
        }
    }
    struct Target(Arc<Closes>);
    impl WakeTarget for Target {
        fn wake(&self, flags: WakeFlags) {
            self.0.wake(flags);
        }
    }
    impl Drop for Target {
        fn drop(&mut self) {
            self.0.1.fetch_add(1, Ordering::Relaxed);
        }
    }
    for through_remote in [false, true] {
        let drops = Arc::new(AtomicUsize::new(0));
        let closes = Arc::new(Closes(Mutex::default(), drops.clone()));
        let inbox = Inbox::new(Some(Box::new(Target(closes.clone()))));
        *closes.0.lock().unwrap() = Arc::downgrade(&inbox);
        assert!(inbox.sleep());
        if through_remote {
            Remote::new(inbox.clone()).wake();
        } else {
            assert!(inbox.claim_local());
            Inbox::wake_from_owner(inbox.clone(), WakeFlags::LOCAL);
        }
        assert_eq!((drops.load(Ordering::Relaxed), inbox.wake_panics()), (1, 0));
        assert!(inbox.is_closed());
    }
}

#[test]
fn every_payload_meets_one_end_when_closing_races_with_posting() {
    let rounds = if cfg!(miri) { 3 } else { 200 };
    for round in 0..rounds {
        let (inbox, bell) = inbox_with_bell();
        let remote = Arc::new(Remote::new(inbox.clone()));
        let payload = Arc::new(());
        let start = Arc::new(Barrier::new(4));
        let threads: Vec<_> = (0..3)
            .map(|producer| {
                let remote = if producer == 0 { Arc::new((*remote).clone()) } else { remote.clone() };
                let (payload, start) = (payload.clone(), start.clone());
                let waker = Waker::new(inbox.clone(), producer);
                thread::spawn(move || {
                    start.wait();
                    let mut accepted = 0;
                    // Bounded: a tool that runs one thread at a time may let the producers go on for minutes before it closes.
                    while accepted < 10_000 && remote.push(1, message(payload.clone())).is_ok() {
                        accepted += 1;
                        waker.wake();
                    }
                    accepted
                })
            })
            .collect();
        start.wait();
        let mut received = 0;
        for _ in 0..round % 7 {
            inbox.drain(|drained| received += usize::from(matches!(drained, Drained::Record(_))));
            let _ = inbox.sleep();
        }
        inbox.close(|drained| received += usize::from(matches!(drained, Drained::Record(_))));
        let wakes = bell.count();
        let accepted: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
        assert_eq!(received, accepted);
        assert_eq!(bell.count(), wakes, "no wake after close");
        assert_eq!(Arc::strong_count(&payload), 1);
        assert_eq!(Arc::strong_count(&bell), 1, "the target is gone");
    }
}
