//! Wakers: coalesced, ordered with what was written before, reported once when dropped.

use super::{MANY, drain_wakers, inbox_with_bell};
use crate::wake::Waker;
use crate::wake::inbox::{Drained, Inbox};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

#[test]
fn many_wakes_before_the_step_are_one_call_of_the_handler() {
    let (inbox, bell) = inbox_with_bell();
    let wakers: Vec<Waker> = (0..100).map(|key| Waker::new(inbox.clone(), key)).collect();
    assert!(inbox.sleep());
    for _ in 0..3 {
        wakers.iter().for_each(Waker::wake);
    }
    assert_eq!(bell.count(), 1);
    let expected: Vec<(u32, bool)> = (0..100).map(|key| (key, false)).collect();
    assert_eq!(drain_wakers(&inbox), expected);
    assert_eq!(drain_wakers(&inbox), []);
    wakers[4].wake();
    assert_eq!(drain_wakers(&inbox), [(4, false)]);
}

#[test]
fn a_wake_from_inside_the_handler_is_reported_again() {
    let inbox = Inbox::new(None);
    let waker = Waker::new(inbox.clone(), 4);
    waker.wake();
    inbox.drain(|_| waker.wake());
    assert_eq!(drain_wakers(&inbox), [(4, false)]);
}

#[test]
fn a_dropped_waker_is_reported_once_and_supersedes_its_wake() {
    let (inbox, _) = inbox_with_bell();
    let woken = Waker::new(inbox.clone(), 1);
    let silent = Waker::new(inbox.clone(), 2);
    woken.wake();
    thread::spawn(move || drop((woken, silent))).join().unwrap();
    assert_eq!(drain_wakers(&inbox), [(1, true), (2, true)]);
    assert!(inbox.sleep());
}

#[test]
fn a_waker_of_a_closed_runtime_does_nothing() {
    let (inbox, bell) = inbox_with_bell();
    let early = Waker::new(inbox.clone(), 1);
    let late = Waker::new(inbox.clone(), 2);
    early.wake();
    let mut reported = Vec::new();
    inbox.close(|drained| {
        if let Drained::Waker { key, deleted } = drained {
            reported.push((key, deleted));
        }
    });
    assert_eq!(reported, [(1, false)]);
    for waker in [&early, &late, &late] {
        waker.wake();
    }
    thread::spawn(move || drop((early, late))).join().unwrap();
    assert_eq!(bell.count(), 0);
    assert_eq!(Arc::strong_count(&inbox), 1);
}

#[test]
fn wakers_show_their_handlers_everything_written_before() {
    let (inbox, bell) = inbox_with_bell();
    let written = Arc::new(AtomicUsize::new(0));
    let waker = Waker::new(inbox.clone(), 9);
    let writer = {
        let written = written.clone();
        thread::spawn(move || {
            for number in 1..=MANY {
                // Relaxed: the waker alone makes it visible.
                written.store(number, Ordering::Relaxed);
                waker.wake();
            }
        })
    };
    let (mut seen, mut sleeps, mut ended) = (0, 0, 0);
    while ended == 0 {
        inbox.drain(|drained| {
            let Drained::Waker { key: 9, deleted } = drained else { panic!("only one waker is used") };
            let now = written.load(Ordering::Relaxed);
            assert!(now >= seen);
            seen = now;
            ended += usize::from(deleted);
        });
        if ended == 0 && inbox.sleep() {
            bell.wait_beyond(sleeps);
            sleeps += 1;
        }
    }
    assert_eq!((seen, ended), (MANY, 1));
    writer.join().unwrap();
    assert_eq!(bell.count(), sleeps);
}
