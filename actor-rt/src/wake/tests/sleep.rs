//! Exactly one wake per sleep, whoever ends it, and what the wake call may do.

use super::{MANY, drain_values, inbox_with_bell};
use crate::kernel::block::testing::message;
use crate::wake::inbox::{Drained, Inbox};
use crate::wake::remote::Remote;
use crate::wake::{WakeFlags, WakeTarget};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread;

#[test]
fn a_sleeping_owner_is_woken_once_for_many_posts() {
    let (inbox, bell) = inbox_with_bell();
    let remotes = [Remote::new(inbox.clone()), Remote::new(inbox.clone())];
    for expected in 1..4 {
        assert!(inbox.sleep());
        for value in 0..10u64 {
            for remote in &remotes {
                assert!(remote.push(value, message(value)).is_ok());
            }
        }
        assert_eq!(bell.count(), expected);
        assert_eq!(inbox.wakes(), expected as u64);
        assert_eq!(drain_values::<u64>(&inbox).len(), 20);
    }
}

#[test]
fn an_awake_owner_is_not_woken_and_cannot_fall_asleep_over_work() {
    let (inbox, bell) = inbox_with_bell();
    let remote = Remote::new(inbox.clone());
    assert!(remote.push(1, message(5u64)).is_ok());
    assert!(inbox.has_entries());
    assert!(!inbox.sleep());
    assert_eq!(drain_values::<u64>(&inbox), [(1, 5)]);
    assert!(!inbox.has_entries());
    assert!(inbox.sleep());
    assert_eq!(bell.count(), 0);
}

#[test]
fn a_drain_ends_the_sleep_without_a_wake() {
    let (inbox, bell) = inbox_with_bell();
    let remote = Remote::new(inbox.clone());
    assert!(inbox.sleep());
    inbox.drain(|_| panic!("nothing came"));
    assert!(remote.push(1, message(5u64)).is_ok());
    assert_eq!(bell.count(), 0);
}

#[test]
fn the_owners_own_claim_and_a_remote_post_wake_once_between_them() {
    let (inbox, bell) = inbox_with_bell();
    let remote = Remote::new(inbox.clone());
    assert!(!inbox.claim_local(), "awake: nothing to claim");
    assert!(inbox.sleep());
    assert!(inbox.claim_local());
    Inbox::wake_from_owner(inbox.clone(), WakeFlags::LOCAL);
    assert!(!inbox.claim_local());
    assert!(remote.push(1, message(5u64)).is_ok());
    assert_eq!(bell.count(), 1);

    assert_eq!(drain_values::<u64>(&inbox).len(), 1);
    assert!(inbox.sleep());
    assert!(remote.push(1, message(6u64)).is_ok());
    assert!(!inbox.claim_local());
    assert_eq!(bell.count(), 2);
}

#[test]
fn the_wake_call_says_why() {
    let reasons = Arc::new(Mutex::new(Vec::new()));
    let seen = reasons.clone();
    let inbox = Inbox::new(Some(Box::new(move |flags: WakeFlags| seen.lock().unwrap().push(flags))));
    let remote = Remote::new(inbox.clone());
    assert!(inbox.sleep());
    assert!(remote.wake());
    inbox.drain(|_| ());
    assert!(inbox.sleep() && inbox.claim_local());
    Inbox::wake_from_owner(inbox.clone(), WakeFlags::LOCAL | WakeFlags::DEADLINE);
    assert_eq!(*reasons.lock().unwrap(), [WakeFlags::REMOTE, WakeFlags::LOCAL | WakeFlags::DEADLINE]);
    assert_eq!(format!("{:?}", WakeFlags::LOCAL | WakeFlags::DEADLINE), r#"{"LOCAL", "DEADLINE"}"#);
}

#[test]
fn a_host_without_a_wake_function_polls() {
    let inbox = Inbox::new(None);
    assert!(inbox.sleep());
    assert!(Remote::new(inbox.clone()).push(1, message(5u64)).is_ok());
    assert_eq!(drain_values::<u64>(&inbox), [(1, 5)]);
    inbox.close(|_| ());
}

#[test]
fn a_nudge_during_a_step_makes_another_step() {
    let (inbox, bell) = inbox_with_bell();
    let remote = Remote::new(inbox.clone());
    inbox.drain(|_| ());
    assert!(remote.wake() && remote.wake());
    assert!(!inbox.sleep(), "it came after the drain");
    let mut nudges = 0;
    inbox.drain(|drained| nudges += usize::from(matches!(drained, Drained::Nudge)));
    assert_eq!(nudges, 1);
    assert!(inbox.sleep());
    assert!(remote.wake());
    assert_eq!(bell.count(), 1);
}

#[test]
fn an_interrupt_stands_until_it_is_cleared() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    assert!(!inbox.is_interrupted());
    thread::spawn(move || remote.interrupt()).join().unwrap();
    assert!(inbox.is_interrupted());
    assert!(inbox.take_interrupt());
    assert!(!inbox.is_interrupted());
}

#[test]
fn a_wake_function_that_panics_is_contained_and_counted() {
    let inbox = Inbox::new(Some(Box::new(|_: WakeFlags| panic!("in the wake function"))));
    let remote = Remote::new(inbox.clone());
    assert!(inbox.sleep());
    assert!(remote.push(1, message(5u64)).is_ok());
    assert_eq!((inbox.wakes(), inbox.wake_panics()), (1, 1));
    assert!(!inbox.is_owner_waking());
    assert_eq!(drain_values::<u64>(&inbox), [(1, 5)]);
    inbox.close(|_| ());
}

/// A target that looks at its inbox while it is called.
struct Observer {
    inbox: Mutex<Weak<Inbox>>,
    saw_owner_waking: AtomicBool,
}

impl WakeTarget for Arc<Observer> {
    fn wake(&self, _: WakeFlags) {
        let inbox = self.inbox.lock().unwrap().upgrade().unwrap();
        // What an API call on this thread would ask.
        let refused = inbox.is_owner_thread() && inbox.is_owner_waking();
        self.saw_owner_waking.store(refused, Ordering::Relaxed);
    }
}

#[test]
fn calls_from_inside_a_wake_on_the_owner_thread_can_be_refused() {
    let observer = Arc::new(Observer { inbox: Mutex::default(), saw_owner_waking: AtomicBool::new(false) });
    let inbox = Inbox::new(Some(Box::new(observer.clone())));
    *observer.inbox.lock().unwrap() = Arc::downgrade(&inbox);
    let remote = Remote::new(inbox.clone());

    assert!(inbox.sleep() && inbox.claim_local());
    Inbox::wake_from_owner(inbox.clone(), WakeFlags::LOCAL);
    assert!(observer.saw_owner_waking.swap(false, Ordering::Relaxed));

    assert!(inbox.sleep() && remote.wake());
    assert!(observer.saw_owner_waking.swap(false, Ordering::Relaxed), "also through a remote");

    inbox.drain(|_| ());
    assert!(inbox.sleep());
    thread::spawn(move || remote.wake()).join().unwrap();
    assert!(!observer.saw_owner_waking.load(Ordering::Relaxed));
    assert_eq!(inbox.wakes(), 3);
    assert!(!inbox.is_owner_waking());
}

#[test]
fn the_owner_is_the_thread_that_made_or_adopted_it() {
    let inbox = Inbox::new(None);
    assert!(inbox.is_owner_thread());
    let shared = inbox.clone();
    thread::spawn(move || {
        assert!(!shared.is_owner_thread());
        shared.adopt();
        assert!(shared.is_owner_thread());
    })
    .join()
    .unwrap();
    inbox.adopt();
    assert!(inbox.is_owner_thread());
}

#[test]
fn a_sleep_gets_exactly_one_wake_and_order_holds_among_many_threads() {
    const PRODUCERS: usize = 4;
    let (inbox, bell) = inbox_with_bell();
    let shared = Arc::new(Remote::new(inbox.clone()));
    let threads: Vec<_> = (0..PRODUCERS)
        .map(|producer| {
            // Two threads with a remote each, two that share one.
            let remote = if producer < 2 { Arc::new((*shared).clone()) } else { shared.clone() };
            thread::spawn(move || {
                for number in 0..MANY {
                    assert!(remote.push(producer as u64, message(number)).is_ok());
                }
            })
        })
        .collect();
    let mut next: HashMap<u64, usize> = HashMap::new();
    let (mut received, mut sleeps) = (0, 0);
    while received < PRODUCERS * MANY {
        inbox.drain(|drained| {
            let Drained::Record(record) = drained else { panic!("only messages were sent") };
            let expected = next.entry(record.target()).or_default();
            assert_eq!(record.open::<usize>(), *expected);
            *expected += 1;
            received += 1;
        });
        if received < PRODUCERS * MANY && inbox.sleep() {
            bell.wait_beyond(sleeps);
            sleeps += 1;
        }
    }
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(bell.count(), sleeps);
    inbox.close(|_| panic!("all were received"));
}
