//! Programs for Miri: level-0 closures get `&mut Runtime`, and safe code may exchange what lies behind it.

use actor_rt::{ActorOwn, Budget, Cx, Ret, Runtime, actor, ret_nop};
use std::cell::{Cell, RefCell};
use std::mem;
use std::rc::Rc;
use std::time::{Duration, Instant};

struct Plain(u32);

impl Plain {
    fn init(_: &mut Cx<'_, Self>) -> Option<Self> {
        Some(Plain(0))
    }
}

fn with_actor(now: Instant) -> (Runtime, ActorOwn<Plain>) {
    let mut runtime = Runtime::new(now);
    let plain = actor!(runtime, Plain::init(), ret_nop!());
    (runtime, plain)
}

#[test]
fn a_runtime_swapped_away_and_dropped_dispatches_nothing_more() {
    let now = Instant::now();
    let (mut runtime, plain) = with_actor(now);
    let ran = Rc::new(Cell::new(0));
    let (before, after) = (Rc::clone(&ran), Rc::clone(&ran));
    runtime.defer(move |runtime| {
        before.set(before.get() + 1);
        let mut other = Runtime::new(now);
        mem::swap(runtime, &mut other);
        drop(other);
        runtime.defer(|_| ());
    });
    runtime.defer(move |_| after.set(after.get() + 10));
    plain.call(|this, _| this.0 += 1);
    runtime.run(now, false);
    assert_eq!(ran.get(), 1);
    assert!(plain.is_zombie());
    runtime.run(now, false);
    drop(plain);
}

#[test]
fn a_runtime_swapped_away_and_parked_goes_on_when_it_is_stepped() {
    let now = Instant::now();
    let (mut runtime, plain) = with_actor(now);
    let parked: Rc<RefCell<Option<Runtime>>> = Rc::default();
    let place = Rc::clone(&parked);
    let handle = plain.clone();
    runtime.defer(move |runtime| {
        let mut other = Runtime::new(now);
        mem::swap(runtime, &mut other);
        *place.borrow_mut() = Some(other);
        // The runtime in whose step this runs may still be asked.
        if let Some(parked) = place.borrow_mut().as_mut() {
            assert!(parked.step(now, &Budget::default()).busy);
            assert_eq!(handle.query(parked, |this, _| this.0), Some(0));
        }
    });
    let inside = Rc::clone(&parked);
    let handle = plain.clone();
    plain.call(move |this, _| {
        this.0 += 1;
        // The parked runtime is the one that runs this handler: it is out of reach.
        assert!(inside.try_borrow_mut().is_err());
        this.0 += 1;
        drop(handle);
    });
    runtime.run(now, false);
    let mut again = parked.borrow_mut();
    let parked = again.as_mut().expect("it was parked");
    assert_eq!(plain.query(parked, |this, _| this.0), Some(0), "nothing more was dispatched");
    parked.run(now, false);
    assert_eq!(plain.query(parked, |this, _| this.0), Some(2));
}

#[test]
fn a_runtime_replaced_in_a_timer_ends_there() {
    let now = Instant::now();
    let (mut runtime, plain) = with_actor(now);
    runtime.after(Duration::from_secs(1), move |runtime| drop(mem::replace(runtime, Runtime::new(now))));
    runtime.after(Duration::from_secs(1), |_| unreachable!("its runtime was replaced"));
    runtime.run(now, false);
    runtime.run(now + Duration::from_secs(2), false);
    assert!(plain.is_zombie());
    assert_eq!(runtime.next_expiry(), None);
}

#[test]
fn a_runtime_assigned_in_an_idle_closure_ends_there() {
    let now = Instant::now();
    let (mut runtime, plain) = with_actor(now);
    runtime.idle(move |runtime| *runtime = Runtime::new(now));
    runtime.run(now, true);
    assert!(plain.is_zombie());
}

#[test]
fn a_runtime_swapped_in_a_wakers_handler() {
    let now = Instant::now();
    let (mut runtime, plain) = with_actor(now);
    let parked: Rc<RefCell<Option<Runtime>>> = Rc::default();
    let place = Rc::clone(&parked);
    let waker = runtime.waker(move |runtime, deleted| {
        if !deleted {
            *place.borrow_mut() = Some(mem::replace(runtime, Runtime::new(now)));
        }
    });
    runtime.run(now, false);
    waker.wake();
    runtime.run(now, false);
    assert!(parked.borrow().is_some());
    let mut first = parked.take().expect("it was parked");
    assert_eq!(plain.query(&mut first, |this, _| this.0), Some(0));
    waker.wake();
    first.run(now, false);
    // Which holds the handler, which holds the place: a circle, unless it is taken out.
    drop(parked.take().expect("the waker lives on, and it was parked again"));
    drop(first);
    drop(waker);
}

#[test]
fn a_panic_after_the_swap_does_not_hide_it() {
    let now = Instant::now();
    let (mut runtime, plain) = with_actor(now);
    runtime.defer(move |runtime| {
        drop(mem::replace(runtime, Runtime::new(now)));
        panic!("after the swap");
    });
    plain.call(|_, _| unreachable!("its runtime was replaced"));
    let (_, panic) = runtime.step_caught(0, &Budget::UNBOUNDED);
    assert!(panic.is_some());
    assert!(plain.is_zombie());
    runtime.run(now, false);
}

#[test]
fn a_runtime_swapped_and_swapped_back_goes_on() {
    let now = Instant::now();
    let (mut runtime, plain) = with_actor(now);
    runtime.defer(move |runtime| {
        let mut other = Runtime::new(now);
        mem::swap(runtime, &mut other);
        runtime.run(now, false);
        mem::swap(runtime, &mut other);
    });
    plain.call(|this, _| this.0 += 1);
    runtime.run(now, false);
    assert_eq!(plain.query(&mut runtime, |this, _| this.0), Some(1));
}

#[test]
fn a_host_call_may_replace_the_runtime() {
    let now = Instant::now();
    let (mut runtime, plain) = with_actor(now);
    runtime.run(now, false);
    runtime.host_call(move |runtime| *runtime = Runtime::new(now));
    runtime.host_call(|_| unreachable!("its runtime was replaced"));
    assert_eq!(runtime.run_host_calls(9), 1);
    assert!(plain.is_zombie());
}

#[test]
fn runtimes_nest_in_each_others_handlers() {
    struct Outer {
        inner: Runtime,
        plain: ActorOwn<Plain>,
    }
    let now = Instant::now();
    let mut outer = Runtime::new(now);
    let (inner, plain) = with_actor(now);
    let own = ActorOwn::<Outer>::new(&mut outer, Ret::nop(), 0);
    own.call_prep(move |_| Some(Outer { inner, plain }));
    let me = own.clone();
    own.call(move |this, cx| {
        let door = cx.door().clone();
        let id = me.actor_id();
        // A handler of the inner runtime kills the actor in whose handler it runs: that is finished first.
        this.plain.call(move |plain, _| {
            door.kill(id, "from inside").expect("it lives");
            plain.0 += 1;
        });
        this.inner.run(now, false);
        assert_eq!(this.plain.query(&mut this.inner, |plain, _| plain.0), Some(1));
    });
    outer.run(now, false);
    assert!(own.is_zombie());
    assert_eq!(outer.actors(), 0);
}

#[test]
fn many_runtimes_take_turns_on_one_thread() {
    let now = Instant::now();
    let mut all: Vec<_> = (0..4).map(|_| with_actor(now)).collect();
    for round in 0..3 {
        for (runtime, plain) in &mut all {
            plain.call(|this, _| this.0 += 1);
            runtime.run(now, false);
            assert_eq!(plain.query(runtime, |this, _| this.0), Some(round + 1));
        }
    }
    // Owners and runtimes part in any order.
    let (runtimes, owners): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    drop(runtimes);
    drop(owners);
}
