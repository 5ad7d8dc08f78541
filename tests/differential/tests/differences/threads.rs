//! What comes from other threads.

use super::{Log, PATIENCE};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Instant;

#[test]
fn wakers_are_called_here_in_the_order_of_the_wakes() {
    both! {
        pub fn order() -> Vec<&'static str> {
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            s.set_poll_waker(|| ());
            let log = Log::default();
            let (a, b) = (log.clone(), log.clone());
            let first = s.waker(move |_, deleted| if !deleted { a.borrow_mut().push("made first") });
            let second = s.waker(move |_, deleted| if !deleted { b.borrow_mut().push("made second") });
            second.wake();
            first.wake();
            s.poll_wake();
            log.take()
        }
    }
    assert_eq!(theirs::order(), ["made first", "made second"]);
    assert_eq!(ours::order(), ["made second", "made first"]);
}

#[test]
fn a_closed_channel_says_so_here_when_the_runtime_has_ended() {
    both! {
        pub fn sends_after_the_end() -> bool {
            let mut stakker = Stakker::new(Instant::now());
            stakker.set_poll_waker(|| ());
            let (channel, guard) = sync::Channel::new(&mut stakker, Fwd::new(|_: u8| ()));
            drop(stakker);
            let sent = channel.send(1);
            drop(guard);
            sent
        }
    }
    assert!(theirs::sends_after_the_end());
    assert!(!ours::sends_after_the_end());
}

#[test]
fn what_a_channel_carries_joins_the_main_lane_here() {
    both! {
        pub fn order() -> Vec<&'static str> {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            s.set_poll_waker(|| ());
            let log = Log::default();
            let (a, b) = (log.clone(), log.clone());
            let (channel, _guard) = sync::Channel::new(s, Fwd::new(move |text| a.borrow_mut().push(text)));
            s.defer(move |_| b.borrow_mut().push("queued before"));
            channel.send("sent");
            s.poll_wake();
            s.run(now, false);
            log.take()
        }
    }
    assert_eq!(theirs::order(), ["sent", "queued before"]);
    assert_eq!(ours::order(), ["queued before", "sent"]);
}

#[test]
fn a_panic_in_a_channels_callback_leaves_poll_wake_there_and_closes_the_channel_here() {
    both! {
        pub fn outcome() -> (bool, bool) {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            s.set_poll_waker(|| ());
            let (channel, guard) = sync::Channel::new(s, Fwd::new(|_: u8| panic!("in the callback")));
            channel.send(1);
            let raised = catch_unwind(AssertUnwindSafe(|| {
                s.poll_wake();
                s.run(now, false);
            }));
            let outcome = (raised.is_err(), channel.is_closed());
            std::mem::forget((guard, stakker));
            outcome
        }
    }
    assert_eq!(theirs::outcome(), (true, false));
    assert_eq!(ours::outcome(), (false, true));
}

#[test]
fn a_waker_needs_no_poll_waker_here() {
    both! {
        pub fn made() -> bool {
            let mut stakker = Stakker::new(Instant::now());
            catch_unwind(AssertUnwindSafe(|| drop(stakker.waker(|_, _| ())))).is_ok()
        }
    }
    assert!(!theirs::made());
    assert!(ours::made());
}

#[test]
fn a_run_calls_wakers_here_and_a_poll_alone_does_there() {
    both! {
        pub fn order() -> Vec<&'static str> {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            s.set_poll_waker(|| ());
            let log = Log::default();
            let (called, later) = (log.clone(), log.clone());
            let waker = s.waker(move |_, deleted| if !deleted { called.borrow_mut().push("woken") });
            waker.wake();
            s.run(now, false);
            later.borrow_mut().push("ran");
            s.poll_wake();
            later.borrow_mut().push("polled");
            log.take()
        }
    }
    assert_eq!(theirs::order(), ["ran", "woken", "polled"]);
    assert_eq!(ours::order(), ["woken", "ran", "polled"]);
}

#[test]
fn what_a_piped_thread_sends_joins_the_main_lane_here() {
    both! {
        pub fn order() -> Vec<&'static str> {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            let (sender, poll) = mpsc::channel();
            s.set_poll_waker(move || _ = sender.send(()));
            let log = Log::default();
            let (a, b, c) = (log.clone(), log.clone(), log.clone());
            let ended = Rc::new(Cell::new(false));
            let end = ended.clone();
            let (arrives, ends) = (
                Fwd::new(move |text: &'static str| a.borrow_mut().push(text)),
                Fwd::new(move |_: Option<String>| end.set(true)),
            );
            let thread = sync::PipedThread::spawn(arrives, ends, s, |link: &mut sync::PipedLink<(), _>| {
                assert!(link.send("sent"));
                // Until the other end goes: so there is one value to tell of, and the end later.
                assert!(link.recv().is_none());
            });
            poll.recv_timeout(PATIENCE).expect("the thread sends");
            s.defer(move |_| b.borrow_mut().push("queued before the poll"));
            s.poll_wake();
            s.run(now, false);
            drop(thread);
            while !ended.get() {
                poll.recv_timeout(PATIENCE).expect("the thread ends");
                s.poll_wake();
                s.run(now, false);
            }
            c.take()
        }
    }
    assert_eq!(theirs::order(), ["sent", "queued before the poll"]);
    assert_eq!(ours::order(), ["queued before the poll", "sent"]);
}

#[test]
fn a_guard_that_goes_between_poll_and_run_discards_what_was_sent_here() {
    both! {
        pub fn arrives() -> bool {
            let now = Instant::now();
            let mut stakker = Stakker::new(now);
            let s = &mut stakker;
            s.set_poll_waker(|| ());
            let arrived = Rc::new(Cell::new(false));
            let tell = arrived.clone();
            let (channel, guard) = sync::Channel::new(s, Fwd::new(move |_: u8| tell.set(true)));
            assert!(channel.send(1));
            s.poll_wake();
            drop(guard);
            s.run(now, false);
            arrived.get()
        }
    }
    assert!(theirs::arrives());
    assert!(!ours::arrives());
}
