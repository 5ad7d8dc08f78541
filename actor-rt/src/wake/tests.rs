//! The rules of cross-thread ingress, on real threads. `models` checks the same code in every interleaving.

use super::inbox::{Drained, Inbox};
use super::remote::Remote;
use super::{WakeFlags, WakeTarget, Waker};
use crate::kernel::block::testing::message;
use crate::kernel::record::DropReason;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex, Weak};
use std::thread;

/// Rounds of a stress test; Miri interprets, a hundredfold slower.
const MANY: usize = if cfg!(miri) { 60 } else { 20_000 };

/// A host that counts wakes and can wait for the next one.
#[derive(Default)]
struct Bell {
    rung: Mutex<usize>,
    changed: Condvar,
}

impl Bell {
    fn target(self: &Arc<Bell>) -> Option<Box<dyn WakeTarget>> {
        let bell = Arc::clone(self);
        Some(Box::new(move |_: WakeFlags| {
            *bell.rung.lock().unwrap() += 1;
            bell.changed.notify_all();
        }))
    }

    fn count(&self) -> usize {
        *self.rung.lock().unwrap()
    }

    fn wait_beyond(&self, seen: usize) {
        let rung = self.rung.lock().unwrap();
        drop(self.changed.wait_while(rung, |rung| *rung <= seen).unwrap());
    }
}

fn inbox_with_bell() -> (Arc<Inbox>, Arc<Bell>) {
    let bell = Arc::new(Bell::default());
    (Inbox::new(bell.target()), bell)
}

fn drain_values<T: 'static>(inbox: &Inbox) -> Vec<(u64, T)> {
    let mut values = Vec::new();
    inbox.drain(|drained| {
        if let Drained::Record(record) = drained {
            let target = record.target();
            values.push((target, record.open::<T>()));
        }
    });
    values
}

fn drain_wakers(inbox: &Inbox) -> Vec<(u32, bool)> {
    let mut wakers = Vec::new();
    inbox.drain(|drained| {
        if let Drained::Waker { key, deleted } = drained {
            wakers.push((key, deleted));
        }
    });
    wakers
}

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
    assert_eq!(inbox.wakes(), 0);
    assert_eq!(drain_values::<u64>(&inbox), [(1, 5)]);
    inbox.close(|_| ());
}

#[test]
fn messages_of_one_remote_arrive_in_order_through_growing_blocks() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    for value in 0..MANY {
        assert!(remote.push(value as u64, message(value)).is_ok());
    }
    let values = drain_values::<usize>(&inbox);
    assert_eq!(values.len(), MANY);
    assert!(values.iter().enumerate().all(|(index, value)| *value == (index as u64, index)));
}

#[test]
fn ids_use_all_64_bits() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    for target in [0, 1, u64::MAX, 0x8000_0001_0000_0002] {
        assert!(remote.push(target, message(())).is_ok());
    }
    let targets: Vec<u64> = drain_values::<()>(&inbox).into_iter().map(|(target, ())| target).collect();
    assert_eq!(targets, [0, 1, u64::MAX, 0x8000_0001_0000_0002]);
}

#[test]
fn payloads_of_every_size_and_alignment_travel() {
    #[derive(Clone, Copy, PartialEq, Debug)]
    #[repr(align(64))]
    struct Aligned(u8);

    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    for round in 0..3u8 {
        assert!(remote.push(1, message([round; 2000])).is_ok());
        assert!(remote.push(2, message([round; 9000])).is_ok());
        assert!(remote.push(3, message(Aligned(round))).is_ok());
        assert!(remote.push(4, message(())).is_ok());
        let mut count = 0;
        inbox.drain(|drained| {
            let Drained::Record(record) = drained else { panic!("only messages were sent") };
            count += 1;
            match record.target() {
                1 => assert_eq!(record.open::<[u8; 2000]>(), [round; 2000]),
                2 => assert_eq!(record.open::<[u8; 9000]>(), [round; 9000]),
                3 => assert_eq!(record.open::<Aligned>(), Aligned(round)),
                _ => record.open::<()>(),
            }
        });
        assert_eq!(count, 4);
    }
}

#[test]
fn a_producer_and_an_owner_that_keep_pace_pass_one_block_to_and_fro() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    let mut places = Vec::new();
    for value in 0..10u64 {
        assert!(remote.push(1, message(value)).is_ok());
        inbox.drain(|drained| {
            let Drained::Record(record) = drained else { panic!("only messages were sent") };
            places.push(record.address());
            assert_eq!(record.open::<u64>(), value);
        });
    }
    places.dedup();
    assert_eq!(places.len(), 1);
}

#[test]
fn what_the_owner_does_not_want_is_dropped_once() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    let payload = Arc::new(());
    for _ in 0..100 {
        assert!(remote.push(1, message(payload.clone())).is_ok());
    }
    let mut count = 0;
    inbox.drain(|drained| {
        let Drained::Record(record) = drained else { panic!("only messages were sent") };
        count += 1;
        if count % 2 == 0 { record.discard(DropReason::NotFound) } else { drop(record) }
    });
    assert_eq!((count, Arc::strong_count(&payload)), (100, 1));
}

#[test]
fn a_drain_that_unwinds_drops_the_rest_once() {
    let (inbox, _) = inbox_with_bell();
    let remotes = [Remote::new(inbox.clone()), Remote::new(inbox.clone())];
    let payload = Arc::new(());
    for remote in remotes.iter().cycle().take(20) {
        assert!(remote.push(1, message(payload.clone())).is_ok());
    }
    let mut count = 0;
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        inbox.drain(|_| {
            count += 1;
            assert!(count < 4, "enough");
        });
    }));
    assert!(outcome.is_err());
    assert_eq!(Arc::strong_count(&payload), 1);
}

#[test]
fn a_destructor_that_panics_costs_no_other_payload_its_own() {
    struct Bomb(#[expect(dead_code, reason = "it is there to be counted")] Arc<()>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in a payload's destructor");
        }
    }
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    let payload = Arc::new(());
    for _ in 0..3 {
        assert!(remote.push(1, message(Bomb(payload.clone()))).is_ok());
        assert!(remote.push(1, message(payload.clone())).is_ok());
    }
    inbox.close(|_| ());
    assert_eq!(Arc::strong_count(&payload), 1);
}

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

#[test]
fn a_remote_dropped_before_the_drain_loses_nothing() {
    let inbox = Inbox::new(None);
    let remote = Remote::new(inbox.clone());
    thread::spawn(move || (0..100u64).all(|value| remote.push(1, message(value)).is_ok())).join().unwrap();
    assert_eq!(drain_values::<u64>(&inbox).len(), 100);
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
                    while remote.push(1, message(payload.clone())).is_ok() {
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
