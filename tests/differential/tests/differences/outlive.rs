//! What other threads hold when its end has come: the runtime's, or a channel's.

use super::PATIENCE;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Instant;

#[test]
fn a_waker_tells_nobody_here_when_the_runtime_has_ended() {
    both! {
        /// How often the poll waker was called after the end, and whether it was still there then.
        pub fn outcome() -> (u32, bool) {
            let mut stakker = Stakker::new(Instant::now());
            let calls = Arc::new(AtomicU32::new(0));
            let called = calls.clone();
            stakker.set_poll_waker(move || _ = called.fetch_add(1, Ordering::SeqCst));
            let waker = stakker.waker(|_, _| ());
            drop(stakker);
            let is_kept = Arc::strong_count(&calls) > 1;
            waker.wake();
            (calls.load(Ordering::SeqCst), is_kept)
        }
    }
    assert_eq!(theirs::outcome(), (1, true));
    assert_eq!(ours::outcome(), (0, false));
}

#[test]
fn a_piped_threads_link_is_cancelled_here_when_the_runtime_ends() {
    both! {
        /// What the link says of the end, and what it receives that was sent after it.
        pub fn outcome() -> (bool, Option<u32>) {
            let mut stakker = Stakker::new(Instant::now());
            stakker.set_poll_waker(|| ());
            let (ended, wait) = mpsc::channel::<()>();
            let (tell, told) = mpsc::channel();
            let (arrives, ends) = (Fwd::new(|_: u32| ()), Fwd::new(|_: Option<String>| ()));
            let run = move |link: &mut sync::PipedLink<u32, u32>| {
                assert!(wait.recv().is_err());
                tell.send((link.cancel(), link.recv())).expect("the test waits");
            };
            let mut thread = sync::PipedThread::spawn(arrives, ends, &mut stakker, run);
            drop(stakker);
            thread.send(5);
            drop(ended);
            told.recv_timeout(PATIENCE).expect("the thread ends")
        }
    }
    assert_eq!(theirs::outcome(), (false, Some(5)));
    assert_eq!(ours::outcome(), (true, None));
}

#[test]
fn what_a_closed_channel_carried_is_dropped_there_with_the_guard_and_here_at_the_next_poll() {
    both! {
        /// Whether a value that has not arrived is dropped by the guard, and whether it is by the next poll.
        pub fn dropped() -> [bool; 2] {
            struct Value(Arc<AtomicBool>);
            impl Drop for Value {
                fn drop(&mut self) {
                    self.0.store(true, Ordering::SeqCst);
                }
            }
            let mut stakker = Stakker::new(Instant::now());
            let s = &mut stakker;
            s.set_poll_waker(|| ());
            let dropped = Arc::new(AtomicBool::new(false));
            let (channel, guard) = sync::Channel::new(s, Fwd::new(|_: Value| unreachable!("it is closed")));
            assert!(channel.send(Value(dropped.clone())));
            drop(guard);
            let by_the_guard = dropped.load(Ordering::SeqCst);
            s.poll_wake();
            [by_the_guard, dropped.load(Ordering::SeqCst)]
        }
    }
    assert_eq!(theirs::dropped(), [true, true]);
    assert_eq!(ours::dropped(), [false, true]);
}
