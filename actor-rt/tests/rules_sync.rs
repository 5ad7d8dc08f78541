//! Values between threads, on real threads: channels, piped threads, and main loops with a poll waker.

mod host_support;

use actor_rt::sync::{Channel, PipedThread};
use actor_rt::*;
use host_support::{awaited, step_until};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Instant;

/// What arrived, told by `Fwd`s.
#[derive(Clone)]
struct Seen<T: 'static>(Rc<RefCell<Vec<T>>>);

impl<T> Seen<T> {
    fn new() -> Self {
        Seen(Rc::default())
    }
    fn fwd(&self) -> Fwd<T> {
        let seen = self.0.clone();
        Fwd::new(move |message| seen.borrow_mut().push(message))
    }
    fn take(&self) -> Vec<T> {
        self.0.take()
    }
}

#[test]
fn f8_a_channels_values_arrive_in_order_and_wake_the_host() {
    const MANY: u32 = if cfg!(miri) { 50 } else { 10_000 };
    let (mut runtime, wakes) = awaited();
    let seen = Seen::new();
    let (channel, _guard) = Channel::new(&mut runtime, seen.fwd());
    let threads: Vec<_> = (0..3)
        .map(|thread| {
            let channel = channel.clone();
            thread::spawn(move || (0..MANY).all(|number| channel.send((thread, number))))
        })
        .collect();
    step_until(&mut runtime, &wakes, || seen.0.borrow().len() == 3 * MANY as usize);
    for thread in threads {
        assert!(thread.join().unwrap());
    }
    let values = seen.take();
    for thread in 0..3 {
        let numbers: Vec<_> = values.iter().filter(|value| value.0 == thread).map(|value| value.1).collect();
        assert!(numbers.iter().copied().eq(0..MANY));
    }
}

#[test]
fn a_send_that_happens_before_another_threads_arrives_before_it() {
    let (mut runtime, _wakes) = awaited();
    let seen = Seen::new();
    let (channel, _guard) = Channel::new(&mut runtime, seen.fwd());
    let others = channel.clone();
    for round in 0..20 {
        assert!(channel.send(2 * round));
        let other = others.clone();
        thread::spawn(move || other.send(2 * round + 1)).join().unwrap();
    }
    runtime.run(Instant::now(), false);
    assert!(seen.take().into_iter().eq(0..40));
}

#[test]
fn f8_a_dropped_guard_closes_the_channel_and_drops_what_waits() {
    let mut runtime = Runtime::new(Instant::now());
    let seen = Seen::new();
    let (channel, guard) = Channel::new(&mut runtime, seen.fwd());
    let value = Arc::new(());
    assert!(channel.send(value.clone()) && !channel.is_closed());
    runtime.run(Instant::now(), false);
    assert!(channel.send(value.clone()));
    drop(guard);
    assert!(channel.is_closed() && !channel.send(value.clone()));
    runtime.run(Instant::now(), false);
    assert_eq!(seen.take().len(), 1);
    assert_eq!(Arc::strong_count(&value), 1);
    assert_eq!(runtime.actors(), 0);
}

#[test]
fn a_guard_may_be_dropped_by_what_it_guards() {
    let mut runtime = Runtime::new(Instant::now());
    let guards = Rc::new(RefCell::new(None));
    let (held, count) = (guards.clone(), Rc::new(Cell::new(0)));
    let counted = count.clone();
    let (channel, guard) = Channel::new(
        &mut runtime,
        Fwd::new(move |()| {
            counted.set(counted.get() + 1);
            drop(held.take());
        }),
    );
    *guards.borrow_mut() = Some(guard);
    assert!(channel.send(()) && channel.send(()));
    runtime.run(Instant::now(), false);
    assert_eq!((count.get(), channel.is_closed()), (1, true));
}

#[test]
fn a_channel_whose_callback_panics_says_that_it_is_closed() {
    let mut runtime = Runtime::new(Instant::now());
    let (channel, _guard) = Channel::new(&mut runtime, fwd_panic!("in the callback"));
    assert!(channel.send(1));
    let progress = runtime.step(Instant::now(), &Budget::default());
    assert_eq!(progress.failed, 1);
    assert!(channel.is_closed() && !channel.send(2));
}

#[test]
fn a_channel_outlives_the_runtime_closed() {
    let mut runtime = Runtime::new(Instant::now());
    let (channel, guard) = Channel::new(&mut runtime, Seen::<Arc<()>>::new().fwd());
    let value = Arc::new(());
    assert!(channel.send(value.clone()));
    drop(runtime);
    assert_eq!(Arc::strong_count(&value), 1);
    assert!(channel.is_closed() && !channel.send(value));
    drop(guard);
}

/// Runs a piped thread to its end and says how it ended.
fn ended(
    run: impl FnOnce(&mut sync::PipedLink<u32, u32>) + Send + 'static,
    use_it: impl FnOnce(&mut Runtime, PipedThread<u32, u32>),
) -> (Vec<u32>, Option<String>) {
    let (mut runtime, wakes) = awaited();
    let (received, end) = (Seen::new(), Seen::new());
    let thread = PipedThread::spawn(received.fwd(), end.fwd(), &mut runtime, run);
    use_it(&mut runtime, thread);
    step_until(&mut runtime, &wakes, || !end.0.borrow().is_empty());
    let ends = end.take();
    assert_eq!(ends.len(), 1, "told once");
    assert_eq!(runtime.actors(), 0);
    (received.take(), ends.into_iter().next().unwrap())
}

#[test]
fn f7_a_piped_threads_values_come_before_its_end() {
    let (kept, keep) = mpsc::channel();
    let (values, end) = ended(
        |link| {
            while let Some(number) = link.recv() {
                if number == 0 || !link.send(number * 2) {
                    return;
                }
            }
        },
        move |_, mut thread| {
            for number in [3, 2, 1, 0, 9] {
                thread.send(number);
            }
            kept.send(thread).unwrap_or(());
        },
    );
    assert_eq!((values, end), (vec![6, 4, 2], None));
    drop(keep);
}

#[test]
fn the_end_of_a_piped_thread_is_told_to_an_actor_whose_mailbox_is_full() {
    // By its own end, and since its receiver panicked.
    for panics in [false, true] {
        let (mut runtime, wakes) = awaited();
        let rt = &mut runtime;
        let (actor, end) = (actor_new!(rt, u32, ret_nop!()), Seen::new());
        actor.call_prep(|_| Some(0));
        actor.set_capacity(0);
        let told = end.clone();
        let ended = Fwd::to_actor(actor.clone(), move |_, _, text: Option<String>| {
            told.0.borrow_mut().push(text.is_some());
        });
        let received = fwd_do!(move |()| assert!(!panics));
        let _thread = PipedThread::<(), ()>::spawn(received, ended, rt, |link| {
            let _ = link.send(());
        });
        step_until(rt, &wakes, || !end.0.borrow().is_empty());
        assert_eq!((end.take(), rt.dead_letters_of(DropReason::Full)), (vec![panics], 0));
    }
}

#[test]
fn f7_a_cancelled_thread_hears_of_it_before_what_waits() {
    let (begin, began) = mpsc::channel::<()>();
    let (values, end) = ended(
        move |link| {
            // Cancelled already or not, it is delivered.
            link.send(1);
            // The PipedThread is gone when this returns. By a message: that a channel has ended orders nothing before it.
            began.recv().unwrap();
            assert!(link.cancel());
            assert_eq!(link.recv(), None);
            assert!(!link.send(2));
        },
        |_, mut thread| {
            thread.send(7);
            drop(thread);
            begin.send(()).unwrap();
        },
    );
    assert_eq!((values, end), (vec![1, 2], None));
}

#[test]
fn a_piped_thread_that_panics_says_so_once() {
    let quiet = |text: &'static str| ended(move |_| std::panic::panic_any(text), |_, thread| drop(thread)).1;
    assert_eq!(quiet("in the thread").as_deref(), Some("in the thread"));
    let formatted = ended(|_| panic!("{} in the thread", 2), |_, thread| drop(thread)).1;
    assert_eq!(formatted.as_deref(), Some("2 in the thread"));
    let other = ended(|_| std::panic::panic_any(5_u8), |_, thread| drop(thread)).1;
    assert!(other.unwrap().starts_with("Panic with unknown type: TypeId"));
}

#[test]
fn a_piped_thread_whose_panics_payload_panics_when_dropped_says_so_too() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            // Nobody drops what this one carries, so it carries nothing.
            std::panic::resume_unwind(Box::new(()));
        }
    }
    let end = ended(|_| std::panic::resume_unwind(Box::new(Bomb)), |_, thread| drop(thread)).1;
    assert!(end.unwrap().starts_with("Panic with unknown type: TypeId"));
}

#[test]
fn a_receiver_that_panics_cancels_the_thread_and_says_so() {
    let (mut runtime, wakes) = awaited();
    let end = Seen::new();
    let (done, is_done) = mpsc::channel();
    let mut thread =
        PipedThread::<u32, u32>::spawn(fwd_panic!("in the receiver"), end.fwd(), &mut runtime, move |link| {
            assert!(link.recv().is_some());
            link.send(1);
            while !link.cancel() {
                thread::yield_now();
            }
            done.send(()).unwrap();
        });
    thread.send(1);
    step_until(&mut runtime, &wakes, || !end.0.borrow().is_empty());
    is_done.recv().unwrap();
    assert_eq!(end.take(), [Some("panic: in the receiver".to_owned())]);
}

#[test]
fn a_piped_thread_ends_when_the_runtime_does() {
    let mut runtime = Runtime::new(Instant::now());
    let (ended, has_ended) = mpsc::channel();
    let thread = PipedThread::<u32, u32>::spawn(fwd_nop!(), fwd_nop!(), &mut runtime, move |link| {
        while link.send(1) {
            thread::yield_now();
        }
        ended.send(link.cancel()).unwrap();
    });
    drop(runtime);
    assert!(has_ended.recv().unwrap());
    drop(thread);
}

#[test]
fn f1_a_poll_waker_is_called_once_for_many_wakes() {
    let mut runtime = Runtime::new(Instant::now());
    let (calls, woken) = (Arc::new(AtomicUsize::new(0)), Rc::new(RefCell::new(Vec::new())));
    let counted = calls.clone();
    runtime.set_poll_waker(move || _ = counted.fetch_add(1, Ordering::SeqCst));
    let wakers: Vec<_> = (0..100)
        .map(|number| {
            let woken = woken.clone();
            runtime.waker(move |_, deleted| woken.borrow_mut().push((number, deleted)))
        })
        .collect();
    for round in 1..4 {
        let wakers = &wakers;
        thread::scope(|scope| {
            _ = scope.spawn(|| (0..3).for_each(|_| wakers.iter().for_each(sync::Waker::wake)))
        });
        assert_eq!(calls.load(Ordering::SeqCst), round);
        assert!(woken.borrow().is_empty());
        runtime.poll_wake();
        assert!(woken.take().into_iter().eq((0..100).map(|number| (number, false))));
        runtime.run(Instant::now(), false);
    }
    drop(wakers);
    runtime.run(Instant::now(), false);
    assert_eq!(woken.take().len(), 100, "a step does the same for itself");
}

#[test]
fn a_poll_waker_hears_nothing_of_the_owners_own_work() {
    let mut runtime = Runtime::new(Instant::now());
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    runtime.set_poll_waker(move || _ = counted.fetch_add(1, Ordering::SeqCst));
    for _ in 0..3 {
        runtime.defer(|_| ());
        runtime.after(std::time::Duration::from_secs(1), |_| ());
        runtime.run(Instant::now(), false);
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    let remote = runtime.remote();
    remote.defer(|_| ()).unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn what_comes_while_nobody_sleeps_is_told_to_the_poll_waker_afterwards() {
    // A loop in Stakker's manner does not ask whether a step is due: it would have slept over these.
    let mut runtime = Runtime::new(Instant::now());
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    runtime.set_poll_waker(move || _ = counted.fetch_add(1, Ordering::SeqCst));
    let remote = runtime.remote();
    let during = remote.clone();
    runtime.defer(move |_| during.defer(|_| ()).unwrap());
    runtime.run(Instant::now(), false);
    assert_eq!(calls.load(Ordering::SeqCst), 1, "during a run");
    runtime.poll_wake();
    remote.defer(|_| ()).unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2, "after a poll");
    runtime.run(Instant::now(), false);
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[test]
fn f5_a_poll_waker_is_set_once_and_not_beside_a_wake_target() {
    let mut runtime = Runtime::new(Instant::now());
    runtime.set_poll_waker(|| ());
    let (mut awaited, _wakes) = awaited();
    for runtime in [&mut runtime, &mut awaited] {
        assert!(catch_unwind(AssertUnwindSafe(|| runtime.set_poll_waker(|| ()))).is_err());
    }
}

#[test]
fn what_came_before_the_poll_waker_was_set_is_told_to_it() {
    let mut runtime = Runtime::new(Instant::now());
    runtime.remote().defer(|_| ()).unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    runtime.set_poll_waker(move || _ = counted.fetch_add(1, Ordering::SeqCst));
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn a_wakers_handler_that_panics_stops_no_other_one() {
    let mut runtime = Runtime::new(Instant::now());
    runtime.set_poll_waker(|| ());
    let ran = Rc::new(Cell::new(0));
    let wakers: Vec<_> = (0..3)
        .map(|number| {
            let ran = ran.clone();
            runtime.waker(move |_, _| {
                ran.set(ran.get() + 1);
                assert!(number != 1, "in a handler");
            })
        })
        .collect();
    wakers.iter().for_each(sync::Waker::wake);
    assert!(catch_unwind(AssertUnwindSafe(|| runtime.poll_wake())).is_err());
    assert_eq!(ran.get(), 3);
    wakers[1].wake();
    assert!(catch_unwind(AssertUnwindSafe(|| runtime.poll_wake())).is_err());
    assert_eq!(ran.get(), 4, "it is called again");
}

#[test]
fn a_runtime_put_elsewhere_by_a_wakers_handler_keeps_the_other_wakes() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let parked = Rc::new(RefCell::new(None));
    let place = parked.clone();
    let first = runtime.waker(move |runtime, deleted| {
        if !deleted {
            *place.borrow_mut() = Some(std::mem::replace(runtime, Runtime::new(now)));
        }
    });
    let ran = Rc::new(Cell::new(0));
    let count = ran.clone();
    let second = runtime.waker(move |_, _| count.set(count.get() + 1));
    first.wake();
    second.wake();
    runtime.poll_wake();
    assert_eq!(ran.get(), 0);
    let mut original: Runtime = parked.take().unwrap();
    original.run(now, false);
    assert_eq!(ran.get(), 1);
}
