//! The contract with the host: exactly one wake per sleep, never inside a step; deadlines; host calls; many runtimes.

use actor_rt::{
    ActorOwn, Body, Budget, Config, Cx, FLAG_TIMER, OwnedBytes, Packet, Receive, Ret, Runtime, StopCause,
    WakeFlags, actor, ret_nop,
};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const UNIT: Duration = Duration::from_millis(1);

struct Plain(u32);

impl Plain {
    fn init(_: &mut Cx<'_, Self>) -> Option<Self> {
        Some(Plain(0))
    }
}

impl Receive for Plain {
    fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        self.0 += packet.data().len() as u32;
    }
}

/// A runtime that counts its wakes, asleep.
fn asleep() -> (Runtime, Instant, Arc<AtomicU32>, ActorOwn<Plain>) {
    let now = Instant::now();
    let wakes = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&wakes);
    let mut runtime = Config::new()
        .wake(move |_: WakeFlags| {
            count.fetch_add(1, Ordering::Relaxed);
        })
        .build(now);
    let plain = actor!(runtime, Plain::init(), ret_nop!());
    plain.accept_packets();
    assert!(!runtime.step(now, &Budget::UNBOUNDED).more);
    wakes.store(0, Ordering::Relaxed);
    (runtime, now, wakes, plain)
}

fn count(wakes: &AtomicU32) -> u32 {
    wakes.load(Ordering::Relaxed)
}

/// Keeps the bytes of its packets.
struct Keeper(Vec<Vec<u8>>);

impl Receive for Keeper {
    fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        assert_eq!((packet.reply_token(), packet.flags()), (0, FLAG_TIMER));
        self.0.push(packet.data().to_vec());
    }
}

#[test]
fn the_bytes_of_a_timer_arrive_whatever_their_number_and_none_leak_that_do_not() {
    let mut runtime = Runtime::new(Instant::now());
    let keeper = runtime.door().spawn(Keeper(Vec::new()), Ret::nop());
    let sizes = [0usize, 1, 7, 8, 9, 100, 5000];
    for (deadline, &size) in (1..).zip(&sizes) {
        let bytes = vec![size as u8; size];
        let arm = |body| runtime.door().timer_post(keeper.actor_id(), 1, body, deadline).unwrap();
        arm(Body::Copied(&bytes));
        arm(Body::Owned(OwnedBytes::copy_of(&bytes)));
        runtime.door().timer_cancel(arm(Body::Copied(&bytes))).unwrap();
    }
    // The last two sizes never come due: theirs go with the runtime, and a leak is found under Miri and AddressSanitizer.
    runtime.step_ns(5, &Budget::UNBOUNDED);
    let expected: Vec<_> =
        sizes[..5].iter().flat_map(|&size| [vec![size as u8; size], vec![size as u8; size]]).collect();
    assert_eq!(keeper.query(&mut runtime, |keeper, _| keeper.0.clone()), Some(expected));
}

#[test]
fn making_a_runtime_never_calls_back() {
    let wakes = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&wakes);
    let mut runtime =
        Config::new().wake(move |_| _ = seen.fetch_add(1, Ordering::Relaxed)).build(Instant::now());
    assert_eq!(count(&wakes), 0);
    runtime.defer(|_| ());
    assert_eq!(count(&wakes), 1, "the first post asks for the first step");
}

#[test]
fn every_way_in_wakes_exactly_once_per_sleep() {
    type Way = Box<dyn Fn(&mut Runtime, &ActorOwn<Plain>)>;
    let ways: Vec<(&str, Way)> = vec![
        ("call", Box::new(|_, plain| plain.call(|_, _| ()))),
        ("lazy", Box::new(|_, plain| plain.lazy(|_, _| ()))),
        ("idle", Box::new(|_, plain| plain.idle(|_, _| ()))),
        ("prep", Box::new(|_, plain| plain.call_prep(|_| None))),
        ("defer", Box::new(|runtime, _| runtime.defer(|_| ()))),
        ("deferrer", Box::new(|runtime, _| runtime.deferrer().defer(|_| ()))),
        (
            "packet",
            Box::new(|runtime, plain| {
                runtime.door().post(plain.actor_id(), 1, Body::Copied(b"1234")).expect("it lives");
            }),
        ),
        ("remote", Box::new(|runtime, _| runtime.remote().defer(|_| ()).expect("it is open"))),
        ("remote call", Box::new(|_, plain| plain.remote().call(|_, _| ()).expect("it is open"))),
        ("nudge", Box::new(|runtime, _| runtime.remote().wake().expect("it is open"))),
        ("timer", Box::new(|runtime, _| _ = runtime.after(UNIT, |_| ()))),
        ("host call", Box::new(|runtime, _| runtime.host_call(|_| ()))),
        (
            "stop by id",
            Box::new(|runtime, plain| {
                runtime.door().stop(plain.actor_id()).expect("it lives");
            }),
        ),
        (
            "install",
            Box::new(|runtime, _| {
                let waiting = ActorOwn::<Plain>::new(runtime, Ret::nop(), 0);
                waiting.apply(runtime, |this, _| this.0 = 1);
                assert!(waiting.install(Plain(0)).is_ok());
                runtime.idle(move |_| drop(waiting));
            }),
        ),
    ];
    for (name, way) in ways {
        let (mut runtime, now, wakes, plain) = asleep();
        way(&mut runtime, &plain);
        assert_eq!(count(&wakes), 1, "{name}");
        way(&mut runtime, &plain);
        plain.call(|_, _| ());
        assert_eq!(count(&wakes), 1, "{name}, again before the step");
        while runtime.step(now + 2 * UNIT, &Budget { idle: true, ..Budget::UNBOUNDED }).more {}
        assert_eq!(count(&wakes), 1, "{name}, in the step");
        runtime.run(now + 2 * UNIT, true);
        runtime.run(now + 2 * UNIT, true);
        runtime.defer(|_| ());
        assert_eq!(count(&wakes), 2, "{name}, after the next sleep");
    }
}

#[test]
fn nothing_in_a_step_wakes() {
    let (mut runtime, now, wakes, plain) = asleep();
    let remote = runtime.remote();
    let handle = plain.clone();
    runtime.run(now, false);
    runtime.idle(move |runtime| {
        remote.defer(|_| ()).expect("it is open");
        handle.call(|_, cx| {
            cx.after(UNIT, |_| ());
            cx.defer(|_| ());
        });
        runtime.defer(|_| ());
    });
    let before = count(&wakes);
    runtime.step(now, &Budget { idle: true, ..Budget::UNBOUNDED });
    assert_eq!(count(&wakes), before);
    // The same with a step that nobody asked for.
    while runtime.step(now, &Budget::UNBOUNDED).more {}
    let remote = runtime.remote();
    runtime.after(UNIT, move |_| remote.defer(|_| ()).expect("it is open"));
    let before = count(&wakes);
    assert!(runtime.step(now + 5 * UNIT, &Budget::UNBOUNDED).more, "the remote work came after the snapshot");
    assert_eq!(count(&wakes), before);
}

#[test]
fn a_step_that_leaves_work_is_owed_and_no_wake_follows() {
    let (mut runtime, now, wakes, plain) = asleep();
    for _ in 0..3 {
        plain.call(|this, _| this.0 += 1);
    }
    assert_eq!(count(&wakes), 1);
    assert!(runtime.step(now, &Budget { messages: 1, time: None, idle: false }).more);
    plain.call(|this, _| this.0 += 1);
    assert_eq!(count(&wakes), 1);
    assert!(!runtime.step(now, &Budget::UNBOUNDED).more);
    assert_eq!(plain.query(&mut runtime, |this, _| this.0), Some(4));
}

#[test]
fn an_earlier_deadline_wakes_and_a_later_one_does_not() {
    let (mut runtime, now, wakes, _plain) = asleep();
    let key = runtime.after(10 * UNIT, |_| ());
    assert_eq!(count(&wakes), 1);
    let progress = runtime.step(now, &Budget::UNBOUNDED);
    assert_eq!(progress.next_deadline, 10_000_000);
    runtime.after(20 * UNIT, |_| ());
    assert!(runtime.timer_reset(key, now + 15 * UNIT));
    assert_eq!(count(&wakes), 1);
    assert!(runtime.timer_reset(key, now + 5 * UNIT));
    assert_eq!(count(&wakes), 2);
    runtime.after(UNIT, |_| ());
    assert_eq!(count(&wakes), 2, "the host is awake already");
}

#[test]
fn a_spurious_step_does_nothing_and_its_timeout_tells_the_truth() {
    let (mut runtime, now, wakes, plain) = asleep();
    let progress = runtime.step(now, &Budget::UNBOUNDED);
    assert_eq!((progress.handled, progress.more, progress.next_deadline), (0, false, u64::MAX));
    assert_eq!(runtime.next_timeout(now), None);
    plain.call(|_, _| ());
    assert_eq!(runtime.next_timeout(now), Some(Duration::ZERO));
    runtime.run(now, false);
    runtime.after(3 * UNIT, |_| ());
    assert_eq!(runtime.next_timeout(now + UNIT), Some(2 * UNIT));
    assert_eq!(runtime.next_timeout(now + 9 * UNIT), Some(Duration::ZERO));
    assert_eq!(runtime.wakes(), u64::from(count(&wakes)) + 1, "one woke for the actor's making");
}

thread_local! {
    static HERE: RefCell<Option<Runtime>> = const { RefCell::new(None) };
    static REFUSED: Cell<u32> = const { Cell::new(0) };
}

#[test]
fn calling_in_from_the_wake_target_is_refused() {
    let now = Instant::now();
    let runtime = Config::new()
        .wake(move |_| {
            HERE.with_borrow_mut(|here| {
                if let Some(runtime) = here {
                    assert!(runtime.is_busy());
                    let progress = runtime.step(now, &Budget::UNBOUNDED);
                    assert!(progress.busy);
                    assert_eq!(runtime.run_host_calls(1), 0);
                    REFUSED.set(REFUSED.get() + 1);
                }
            });
        })
        .build(now);
    let deferrer = runtime.deferrer();
    HERE.set(Some(runtime));
    let ran = Rc::new(Cell::new(false));
    let run = Rc::clone(&ran);
    deferrer.defer(move |_| run.set(true));
    assert_eq!(REFUSED.get(), 1);
    assert!(!ran.get());
    let mut runtime = HERE.take().expect("it is there");
    assert!(!runtime.is_busy());
    runtime.run(now, false);
    assert!(ran.get());
}

/// Makes what wakes by the owner's hand, but not by a post of its own.
type MakeWaking = fn(&mut Runtime) -> Box<dyn FnOnce()>;

fn by_a_remote(runtime: &mut Runtime) -> Box<dyn FnOnce()> {
    let remote = runtime.remote();
    // It may find the runtime gone when the call has returned.
    Box::new(move || _ = remote.wake())
}

fn by_a_waker(runtime: &mut Runtime) -> Box<dyn FnOnce()> {
    let waker = runtime.waker(|_, _| ());
    Box::new(move || waker.wake())
}

fn by_a_dropped_waker(runtime: &mut Runtime) -> Box<dyn FnOnce()> {
    let waker = runtime.waker(|_, _| ());
    Box::new(move || drop(waker))
}

#[test]
fn calling_in_from_the_wake_of_the_owners_own_remote_is_refused() {
    // Only the wakes of the post path were marked in the mode: in others the wake target could step.
    for make in [by_a_remote as MakeWaking, by_a_waker, by_a_dropped_waker] {
        let now = Instant::now();
        let mut runtime = Config::new()
            .wake(move |_| {
                HERE.with_borrow_mut(|here| {
                    let Some(runtime) = here else { return };
                    assert!(runtime.is_busy());
                    for idle in [false, true] {
                        assert!(runtime.step(now, &Budget { idle, ..Budget::UNBOUNDED }).busy);
                        assert!(catch_unwind(AssertUnwindSafe(|| runtime.run(now, idle))).is_err());
                    }
                    runtime.poll_wake();
                    assert_eq!(runtime.run_host_calls(1), 0);
                    REFUSED.set(REFUSED.get() + 1);
                });
            })
            .build(now);
        let wakes = make(&mut runtime);
        runtime.host_call(|_| ());
        assert!(!runtime.step(now, &Budget::UNBOUNDED).more);
        HERE.set(Some(runtime));
        REFUSED.set(0);
        wakes();
        let mut runtime = HERE.take().expect("it is there");
        assert_eq!((REFUSED.get(), runtime.wake_panics()), (1, 0));
        assert!(!runtime.is_busy());
        assert!(!runtime.step(now, &Budget::UNBOUNDED).busy);
        assert_eq!(runtime.run_host_calls(2), 1);
    }
}

#[test]
fn calling_in_from_a_poll_waker_is_refused() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    runtime.set_poll_waker(move || {
        HERE.with_borrow_mut(|here| {
            let runtime = here.as_mut().unwrap();
            assert!(runtime.step(now, &Budget::UNBOUNDED).busy);
            runtime.poll_wake();
            REFUSED.set(REFUSED.get() + 1);
        });
    });
    let woken = Rc::new(Cell::new(0));
    let told = Rc::clone(&woken);
    let waker = runtime.waker(move |_, _| told.set(told.get() + 1));
    runtime.run(now, false);
    HERE.set(Some(runtime));
    REFUSED.set(0);
    waker.wake();
    assert_eq!((REFUSED.get(), woken.get()), (1, 0));
    let mut runtime = HERE.take().unwrap();
    assert_eq!(runtime.wake_panics(), 0);
    runtime.poll_wake();
    assert_eq!(woken.get(), 1);
}

#[test]
fn a_wake_target_may_drop_the_runtime() {
    let now = Instant::now();
    let runtime = Config::new().wake(|_| drop(HERE.take())).build(now);
    let deferrer = runtime.deferrer();
    HERE.set(Some(runtime));
    let token = Rc::new(());
    let held = Rc::clone(&token);
    deferrer.defer(move |_| drop(held));
    assert_eq!(Rc::strong_count(&token), 1, "the payload was dropped with the runtime");
    assert!(HERE.take().is_none());
    for make in [by_a_remote as MakeWaking, by_a_waker, by_a_dropped_waker] {
        let mut runtime = Config::new().wake(|_| drop(HERE.take())).build(now);
        let wakes = make(&mut runtime);
        assert!(!runtime.step(now, &Budget::UNBOUNDED).more);
        HERE.set(Some(runtime));
        wakes();
        assert!(HERE.take().is_none());
    }
}

#[test]
fn host_calls_run_outside_of_steps_and_may_step() {
    let (mut runtime, now, _, plain) = asleep();
    let order = Rc::new(RefCell::new(Vec::new()));
    let write = Rc::clone(&order);
    plain.call(move |_, cx| {
        let inner = Rc::clone(&write);
        cx.host_call(move |runtime| {
            runtime.defer(|_| ());
            assert!(!runtime.step(now, &Budget::UNBOUNDED).busy);
            inner.borrow_mut().push("call");
        });
        write.borrow_mut().push("handler");
    });
    let progress = runtime.step(now, &Budget::UNBOUNDED);
    assert_eq!(progress.host_calls, 1);
    assert_eq!(runtime.run_host_calls(usize::MAX), 1);
    assert_eq!(*order.borrow(), ["handler", "call"]);
    assert_eq!(runtime.run_host_calls(usize::MAX), 0);
}

#[test]
fn wakers_coalesce_and_tell_of_their_end_also_after_a_panic() {
    let (mut runtime, now, wakes, _plain) = asleep();
    let log = Rc::new(RefCell::new(Vec::new()));
    let write = Rc::clone(&log);
    let waker = runtime.waker(move |_, deleted| {
        write.borrow_mut().push(deleted);
        if write.borrow().len() == 1 {
            std::panic::resume_unwind(Box::new("the first time"));
        }
    });
    waker.wake();
    waker.wake();
    assert_eq!(count(&wakes), 1);
    let (_, panic) = runtime.step_caught(0, &Budget::UNBOUNDED);
    assert!(panic.is_some());
    waker.wake();
    runtime.run(now, false);
    drop(waker);
    runtime.run(now, false);
    assert_eq!(*log.borrow(), [false, false, true]);
}

#[test]
fn runtimes_on_one_thread_do_not_mix() {
    let (mut one, now, wakes_one, plain_one) = asleep();
    let (mut two, _, wakes_two, plain_two) = asleep();
    let across = plain_two.clone();
    plain_one.call(move |this, _| {
        this.0 += 1;
        // From inside a step of one, outside of any of two's.
        across.call(|this, _| this.0 += 1);
    });
    assert_eq!((count(&wakes_one), count(&wakes_two)), (1, 0));
    one.run(now, false);
    assert_eq!((count(&wakes_one), count(&wakes_two)), (1, 1));
    two.run(now, false);
    assert_eq!(plain_two.query(&mut two, |this, _| this.0), Some(1));
    let foreign = std::panic::AssertUnwindSafe(|| plain_two.query(&mut one, |_, _| ()));
    assert!(std::panic::catch_unwind(foreign).is_err(), "an actor is asked through its own runtime");
}

#[test]
fn an_owner_is_refused_the_runtime_of_another_actor() {
    let (mut one, now, ..) = asleep();
    let (mut two, .., plain_two) = asleep();
    let foreign = std::panic::AssertUnwindSafe(|| plain_two.kill_str(&mut one, "not of this one"));
    assert!(std::panic::catch_unwind(foreign).is_err());
    assert!(!plain_two.is_zombie());
    plain_two.kill_str(&mut two, "of this one");
    assert!(plain_two.is_zombie());
    two.run(now, false);
}

/// A host that sleeps after `run` slept for ever over what another thread had posted while it ran: `run` does not say that there is more.
#[test]
fn what_comes_while_run_runs_wakes_the_host_afterwards() {
    for (name, idle) in [("ordinary", false), ("with idle work", true)] {
        let (mut runtime, now, wakes, _plain) = asleep();
        let done = Rc::new(Cell::new(false));
        let (remote, told) = (runtime.remote(), done.clone());
        runtime.defer(move |_| {
            // As another thread would, behind the look into the inbox.
            std::thread::spawn(move || remote.defer(|rt| rt.shutdown(StopCause::Stopped)))
                .join()
                .unwrap()
                .unwrap();
            told.set(true);
        });
        assert_eq!(count(&wakes), 1);
        runtime.run(now, idle);
        assert!(done.get() && runtime.not_shutdown(), "{name}");
        assert_eq!(count(&wakes), 2, "{name}: woken once more");
        runtime.run(now, idle);
        assert!(!runtime.not_shutdown());
        assert_eq!(count(&wakes), 2, "{name}: and no more");
    }
}

#[test]
fn a_run_that_a_handler_ends_wakes_the_host_for_the_rest() {
    let (mut runtime, now, wakes, _plain) = asleep();
    runtime.defer(|rt| rt.yield_step());
    runtime.defer(|rt| rt.shutdown(StopCause::Stopped));
    runtime.run(now, false);
    assert!(runtime.not_shutdown());
    assert_eq!(count(&wakes), 2);
    runtime.run(now, false);
    assert!(!runtime.not_shutdown());
    assert_eq!(count(&wakes), 2);
}
