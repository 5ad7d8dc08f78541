//! Actors known by a trait: `Actor<dyn Trait>`, made by `upcast!`.
#![forbid(unsafe_code)]

use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

type Log = Rc<RefCell<Vec<String>>>;

/// What both kinds of actor are known by.
trait Counting {
    fn count(&mut self, cx: CX![dyn Counting], n: u64);
    fn total(&self, cx: CX![dyn Counting]) -> u64;
    fn done(&mut self, cx: CX![dyn Counting]);
    fn again_after(&mut self, cx: CX![dyn Counting], wait: Duration, n: u64);
    fn big(&mut self, cx: CX![dyn Counting], numbers: [u64; 400]);
}

/// An actor with a value that must lie at a multiple of 64, so that the trait's idea of where it lies counts.
#[repr(align(64))]
struct Wide {
    total: u64,
    log: Log,
}

impl Wide {
    fn init(_: CX![], log: Log) -> Option<Self> {
        Some(Wide { total: 0, log })
    }

    fn count_typed(&mut self, _: CX![], n: u64) {
        self.total += n;
        self.log.borrow_mut().push(format!("typed {n}"));
    }
}

impl Counting for Wide {
    fn count(&mut self, _: CX![dyn Counting], n: u64) {
        assert_eq!(std::ptr::from_ref(self) as usize % 64, 0);
        self.total += n;
        self.log.borrow_mut().push(format!("seen {n}"));
    }

    fn total(&self, _: CX![dyn Counting]) -> u64 {
        self.total
    }

    fn done(&mut self, cx: CX![dyn Counting]) {
        stop!(cx);
    }

    fn again_after(&mut self, cx: CX![dyn Counting], wait: Duration, n: u64) {
        after!(wait, [cx], count(n));
        call!([cx], |this, cx| this.count(cx, n));
    }

    fn big(&mut self, _: CX![dyn Counting], numbers: [u64; 400]) {
        self.total += numbers.iter().sum::<u64>();
    }
}

impl Drop for Wide {
    fn drop(&mut self) {
        self.log.borrow_mut().push("dropped".into());
    }
}

/// An actor without a value to speak of.
struct Nothing;

impl Nothing {
    fn init(_: CX![]) -> Option<Self> {
        Some(Nothing)
    }
}

impl Counting for Nothing {
    fn count(&mut self, _: CX![dyn Counting], n: u64) {
        panic!("nothing was asked for {n}");
    }

    fn total(&self, _: CX![dyn Counting]) -> u64 {
        0
    }

    fn done(&mut self, cx: CX![dyn Counting]) {
        fail!(cx, "nothing is ever done");
    }

    fn again_after(&mut self, _: CX![dyn Counting], _: Duration, _: u64) {}

    fn big(&mut self, _: CX![dyn Counting], _: [u64; 400]) {}
}

fn lines(log: &Log) -> Vec<String> {
    log.take()
}

#[test]
fn both_views_of_an_actor_share_its_mailbox() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (rt, log) = (&mut runtime, Log::default());
    let typed = actor!(rt, Wide::init(log.clone()), ret_nop!());
    let seen = upcast!(&typed => dyn Counting);
    for n in 0..3 {
        call!([typed], count_typed(2 * n));
        call!([seen], count(2 * n + 1));
    }
    assert_eq!(seen.pending(), 7, "with the call that makes the value");
    rt.run(now, false);
    assert_eq!(lines(&log), ["typed 0", "seen 1", "typed 2", "seen 3", "typed 4", "seen 5"]);
    assert_eq!(query!([seen, rt], total()), Some(15));
    assert_eq!(seen.actor_id(), typed.actor_id());
    assert_eq!(format!("{seen:?}"), format!("{:?}", Actor::clone(&typed)), "named by its own type");
}

#[test]
fn an_actor_without_a_value_can_be_seen_as_a_trait() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (rt, log) = (&mut runtime, Log::default());
    let typed = actor_new!(rt, Wide, ret_nop!());
    let seen = upcast!(typed.clone() => dyn Counting);
    call!([seen], count(1));
    seen.apply(rt, |this, cx| this.count(cx, 2));
    rt.run(now, false);
    assert_eq!(lines(&log), [""; 0], "it waits");
    call!([typed], Wide::init(log.clone()));
    rt.run(now, false);
    assert_eq!(lines(&log), ["seen 2", "seen 1"], "what was applied waited already");
}

#[test]
fn every_lane_and_timer_takes_calls_by_a_trait() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (rt, log) = (&mut runtime, Log::default());
    let typed = actor!(rt, Wide::init(log.clone()), ret_nop!());
    let seen = upcast!(&typed => dyn Counting);
    rt.run(now, false);
    idle!([seen, rt], count(3));
    lazy!([seen, rt], count(2));
    call!([seen], count(1));
    after!(Duration::from_secs(1), [seen, rt], count(4));
    at!(now + Duration::from_secs(2), [seen, rt], count(5));
    let (mut latest, mut earliest) = (MaxTimerKey::default(), MinTimerKey::default());
    for seconds in [4, 3] {
        timer_max!(&mut latest, now + Duration::from_secs(seconds), [seen, rt], count(7));
        timer_min!(&mut earliest, now + Duration::from_secs(seconds), [seen, rt], count(6));
    }
    rt.run(now, false);
    assert_eq!(lines(&log), ["seen 1", "seen 2"]);
    rt.run(now, true);
    assert_eq!(lines(&log), ["seen 3"]);
    rt.run(now + Duration::from_secs(9), false);
    assert_eq!(lines(&log), ["seen 4", "seen 5", "seen 6", "seen 7"]);
}

#[test]
fn a_handler_seen_as_a_trait_calls_itself_and_sets_timers() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (rt, log) = (&mut runtime, Log::default());
    let typed = actor!(rt, Wide::init(log.clone()), ret_nop!());
    let seen = upcast!(&typed => dyn Counting);
    call!([seen], again_after(Duration::from_millis(5), 8));
    rt.run(now, false);
    assert_eq!(lines(&log), ["seen 8"]);
    rt.run(now + Duration::from_millis(5), false);
    assert_eq!(lines(&log), ["seen 8"]);
}

#[test]
fn replies_and_forwards_reach_an_actor_by_a_trait() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (rt, log) = (&mut runtime, Log::default());
    let typed = actor!(rt, Wide::init(log.clone()), ret_nop!());
    let seen = upcast!(&typed => dyn Counting);
    let forward: Fwd<u64> = fwd_to!([seen], count() as (u64));
    let reply: Ret<u64> = ret_some_to!([seen], count() as (u64));
    let other: Ret<u64> = Ret::to_actor(seen.clone(), |this, cx, n| this.count(cx, n.unwrap_or(9)));
    fwd!([forward], 1);
    fwd!([forward], 2);
    ret!([reply], 3);
    drop(other);
    rt.run(now, false);
    assert_eq!(lines(&log), ["seen 1", "seen 2", "seen 3", "seen 9"]);
}

#[test]
fn an_owner_seen_as_a_trait_owns() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (rt, log) = (&mut runtime, Log::default());
    let owner: ActorOwn<dyn Counting> =
        upcast!(actor!(rt, Wide::init(log.clone()), ret_shutdown!(rt)) => dyn Counting);
    let second = owner.owned();
    rt.run(now, false);
    drop(owner);
    rt.run(now, false);
    assert!(!second.is_zombie(), "one owner is left");
    drop(second.anon());
    rt.run(now, false);
    assert!(matches!(rt.shutdown_reason(), Some(StopCause::Dropped)));
    assert_eq!(lines(&log), ["dropped"]);
}

#[test]
fn an_actor_seen_as_a_trait_stops_fails_and_is_killed() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let rt = &mut runtime;
    let ends: Rc<RefCell<Vec<String>>> = Rc::default();
    let told = |ends: &Log| {
        let ends = ends.clone();
        ret_some_do!(move |cause: StopCause| ends.borrow_mut().push(cause.to_string()))
    };
    let stopped = upcast!(actor!(rt, Wide::init(Log::default()), told(&ends)) => dyn Counting);
    let failed = upcast!(actor!(rt, Nothing::init(), told(&ends)) => dyn Counting);
    let panicked = upcast!(actor!(rt, Nothing::init(), told(&ends)) => dyn Counting);
    let killed = upcast!(actor!(rt, Nothing::init(), told(&ends)) => dyn Counting);
    let queried = upcast!(actor!(rt, Nothing::init(), told(&ends)) => dyn Counting);
    call!([stopped], done());
    call!([stopped], count(1));
    call!([failed], done());
    call!([panicked], count(7));
    rt.run(now, false);
    killed.kill_str(rt, "no more");
    query!([queried, rt], done());
    let expected = [
        "Actor stopped",
        "Actor failed: nothing is ever done",
        "Actor failed: nothing was asked for 7",
        "Actor was killed: no more",
        "Actor failed: nothing is ever done",
    ];
    let ends: Vec<String> =
        ends.take().into_iter().map(|end| end.replace("Actor failed: panic: ", "Actor failed: ")).collect();
    assert_eq!(ends, expected);
    assert!(stopped.is_zombie() && query!([failed, rt], total()).is_none());
}

#[test]
fn large_and_waiting_calls_by_a_trait_are_moved_whole() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let (rt, log) = (&mut runtime, Log::default());
    let typed = actor!(rt, Wide::init(log.clone()), ret_nop!());
    let seen = upcast!(&typed => dyn Counting);
    rt.run(now, false);
    typed.pause();
    call!([seen], big([1; 400]));
    call!([seen], count(5));
    after!(Duration::from_secs(1), [seen, rt], big([2; 400]));
    rt.run(now + Duration::from_secs(1), false);
    assert_eq!(query!([seen, rt], total()), None, "paused");
    typed.resume();
    rt.run(now + Duration::from_secs(1), false);
    assert_eq!(query!([seen, rt], total()), Some(1205));
}

#[test]
fn calls_by_a_trait_that_are_never_run_are_dropped() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let rt = &mut runtime;
    let typed = actor!(rt, Nothing::init(), ret_nop!());
    let seen = upcast!(&typed => dyn Counting);
    let witness = Rc::new(());
    let held = witness.clone();
    seen.call(move |_, _| drop(held));
    let held = witness.clone();
    seen.call_at(Duration::from_secs(1), move |_, _| drop(held));
    let held = witness.clone();
    seen.set_capacity(0);
    seen.call(move |_, _| drop(held));
    assert_eq!(Rc::strong_count(&witness), 3, "the third had no place");
    drop(runtime);
    assert_eq!(Rc::strong_count(&witness), 1);
    let held = witness.clone();
    seen.call(move |_, _| drop(held));
    assert_eq!(Rc::strong_count(&witness), 1);
}

#[test]
fn a_slice_is_a_view_of_an_array() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let rt = &mut runtime;
    let array = ActorOwn::<[u32; 3]>::new(rt, Ret::nop(), 0);
    array.call_prep(|_| Some([1, 2, 3]));
    let slice = upcast!(&array => [u32]);
    slice.call(|numbers, _| numbers.reverse());
    rt.run(now, false);
    assert_eq!(slice.query(rt, |numbers, _| numbers.to_vec()), Some(vec![3, 2, 1]));
}
