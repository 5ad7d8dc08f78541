//! Wakers whose handlers run the runtime themselves, as those may that `poll_wake` calls: no wake and no end is lost meanwhile.

use actor_rt::sync::Waker;
use actor_rt::{Delivery, Ingress, Observer, Runtime};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

type Log = Rc<RefCell<Vec<(&'static str, bool)>>>;

/// Where a handler finds its own waker.
type Place = Rc<RefCell<Option<Waker>>>;

fn world() -> (Instant, Runtime, Log, Place) {
    let now = Instant::now();
    (now, Runtime::new(now), Log::default(), Place::default())
}

#[test]
fn a_waker_used_while_its_handler_runs_the_runtime_is_heard_of_again() {
    // The step found the handler away, and the wake was lost.
    let (now, mut runtime, log, place) = world();
    let (told, own) = (log.clone(), place.clone());
    let waker = runtime.waker(move |rt, deleted| {
        told.borrow_mut().push(("call", deleted));
        if told.borrow().len() == 1 {
            own.borrow().as_ref().unwrap().wake();
            rt.run(now, false);
            own.borrow().as_ref().unwrap().wake();
            rt.run(now, false);
            told.borrow_mut().push(("return", false));
        }
    });
    waker.wake();
    *place.borrow_mut() = Some(waker);
    runtime.poll_wake();
    runtime.run(now, false);
    assert_eq!(
        log.take(),
        [("call", false), ("return", false), ("call", false)],
        "once, and after it returned"
    );
}

#[test]
fn a_waker_dropped_while_its_handler_runs_the_runtime_says_so_and_gives_its_place_up_once() {
    // Its place was free at once: a waker made meanwhile got it, and lost its handler to the older one when that returned.
    let (now, mut runtime, log, place) = world();
    let (told, own) = (log.clone(), place.clone());
    let waker = runtime.waker(move |rt, deleted| {
        told.borrow_mut().push(("first", deleted));
        if deleted {
            return;
        }
        drop(own.take());
        rt.run(now, false);
        let told = told.clone();
        let second = rt.waker(move |_, deleted| told.borrow_mut().push(("second", deleted)));
        second.wake();
        *own.borrow_mut() = Some(second);
    });
    waker.wake();
    *place.borrow_mut() = Some(waker);
    runtime.poll_wake();
    runtime.run(now, false);
    assert_eq!(log.take(), [("first", false), ("first", true), ("second", false)]);
    drop(place.take());
    runtime.run(now, false);
    assert_eq!(log.take(), [("second", true)]);
}

#[test]
fn a_runtime_put_elsewhere_by_a_wakers_handler_keeps_that_waker() {
    // The handler went with the call: the waker woke nobody from then on.
    let (now, mut runtime, _, _) = world();
    let (parked, calls) = (Rc::new(RefCell::new(None)), Rc::new(Cell::new(0)));
    let (place, count) = (parked.clone(), calls.clone());
    let waker = runtime.waker(move |runtime, deleted| {
        count.set(count.get() + 1);
        if !deleted && count.get() == 1 {
            *place.borrow_mut() = Some(std::mem::replace(runtime, Runtime::new(now)));
        }
    });
    waker.wake();
    runtime.poll_wake();
    let mut original: Runtime = parked.take().unwrap();
    waker.wake();
    original.run(now, false);
    assert_eq!(calls.get(), 2);
    drop(waker);
    original.run(now, false);
    assert_eq!(calls.get(), 3);
}

#[test]
fn a_runtime_dropped_by_a_wakers_handler_drops_the_handler() {
    let now = Instant::now();
    for by_poll in [false, true] {
        let mut runtime = Runtime::new(now);
        let kept = Rc::new(());
        // What it has keeps the runtime's block, too.
        let (held, deferrer) = (kept.clone(), runtime.deferrer());
        let waker = runtime.waker(move |runtime, _| {
            let _ = (&held, &deferrer);
            drop(std::mem::replace(runtime, Runtime::new(now)));
        });
        waker.wake();
        if by_poll {
            runtime.poll_wake();
        } else {
            runtime.run(now, false);
        }
        assert_eq!(Rc::strong_count(&kept), 1);
    }
}

#[test]
fn a_last_call_of_a_handler_that_panics_and_whose_destructor_does_too_is_survived() {
    // The handler was dropped while its own panic was on its way, which ended the process.
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in the destructor");
        }
    }
    let (now, mut runtime, ..) = world();
    let bomb = Bomb;
    let waker = runtime.waker(move |_, deleted| {
        let _ = &bomb;
        assert!(!deleted, "in the handler");
    });
    drop(waker);
    let ran = catch_unwind(AssertUnwindSafe(|| runtime.run(now, false)));
    assert_eq!(ran.unwrap_err().downcast_ref(), Some(&"in the handler"));
    assert_eq!(runtime.pending().drop_panics, 1);
}

/// Notes each input, and uses a waker at the first.
struct WakesOnce(Rc<RefCell<Option<Waker>>>);

impl Observer for WakesOnce {
    fn ingress(&mut self, _: u64, _: Ingress) {
        if let Some(waker) = self.0.take() {
            waker.wake();
        }
    }
    fn delivering(&mut self, _: &Delivery) {}
    fn delivered(&mut self) {}
}

#[test]
fn a_waker_used_at_the_beginning_of_a_step_calls_nobody_and_interrupts_nothing() {
    // The idle message, and an observer, run before the inbox is emptied, when the sleep was still announced.
    const MANY: u32 = 2000;
    for by_idle in [true, false] {
        let (now, mut runtime, _, place) = world();
        let (calls, woken, ran) = (Arc::new(AtomicU32::new(0)), Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let (count, told) = (calls.clone(), woken.clone());
        runtime.set_poll_waker(move || _ = count.fetch_add(1, Ordering::Relaxed));
        let waker = runtime.waker(move |_, deleted| told.set(told.get() + u32::from(!deleted)));
        runtime.run(now, false);
        *place.borrow_mut() = Some(waker);
        for _ in 0..MANY {
            let ran = ran.clone();
            runtime.defer(move |_| ran.set(ran.get() + 1));
        }
        if by_idle {
            let place = place.clone();
            runtime.idle(move |_| place.borrow().as_ref().unwrap().wake());
        } else {
            runtime.set_observer(Some(Box::new(WakesOnce(place.clone()))));
        }
        runtime.run(now, by_idle);
        assert_eq!((calls.load(Ordering::Relaxed), ran.get()), (0, MANY), "by_idle: {by_idle}");
        assert_eq!(woken.get(), u32::from(by_idle), "the other is dropped by now");
    }
}
