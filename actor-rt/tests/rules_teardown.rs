//! The end of a runtime: every actor ends, every payload is dropped once, every `Ret` is answered, whatever destructors do.

use actor_rt::{
    Actor, ActorId, ActorOwn, Body, Budget, Cx, Deferrer, Door, Packet, Receive, Ret, Runtime, StopCause,
    actor, actor_new, ret_nop,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

struct Plain;

impl Plain {
    fn init(_: &mut Cx<'_, Self>) -> Option<Self> {
        Some(Plain)
    }
}

impl Receive for Plain {
    fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
}

type Log = Rc<RefCell<Vec<String>>>;

fn notify(log: &Log, name: impl Into<String>) -> Ret<StopCause> {
    let (log, name) = (Rc::clone(log), name.into());
    Ret::new(move |cause: Option<StopCause>| {
        let dropped = matches!(cause, Some(StopCause::Dropped));
        log.borrow_mut().push(if dropped { name } else { format!("{name}?") });
    })
}

#[test]
fn actors_end_youngest_first_and_hear_that_they_were_dropped() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let log = Log::default();
    let mut owners = Vec::new();
    for name in ["a", "b"] {
        owners.push(actor!(runtime, Plain::init(), notify(&log, name)));
    }
    runtime.run(now, false);
    // A slot used again does not make its actor old.
    drop(owners.remove(0));
    runtime.run(now, false);
    assert_eq!(log.take(), ["a"]);
    for name in ["c", "d"] {
        owners.push(actor!(runtime, Plain::init(), notify(&log, name)));
    }
    drop(runtime);
    assert_eq!(log.take(), ["d", "c", "b"]);
}

#[test]
fn every_ret_is_answered_wherever_it_waits() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let answered = Rc::new(Cell::new(0));
    let ret = || {
        let answered = Rc::clone(&answered);
        Ret::<u32>::new(move |answer| {
            assert_eq!(answer, None);
            answered.set(answered.get() + 1);
        })
    };
    let plain = actor!(runtime, Plain::init(), ret_nop!());
    let waiting = actor_new!(runtime, Plain, ret_nop!());
    plain.accept_packets();
    runtime.run(now, false);
    let (stashed, main, lazy, idle, timer, owned, host) = (ret(), ret(), ret(), ret(), ret(), ret(), ret());
    waiting.call(move |_, _| stashed.ret(1));
    runtime.run(now, false);
    plain.call(move |_, _| main.ret(1));
    plain.lazy(move |_, _| lazy.ret(1));
    runtime.idle(move |_| idle.ret(1));
    runtime.after(Duration::from_secs(1), move |_| timer.ret(1));
    plain.call_at(now + Duration::from_secs(1), move |_, _| owned.ret(1));
    runtime.host_call(move |_| host.ret(1));
    let waker_ret = RefCell::new(Some(ret()));
    let waker = runtime.waker(move |_, _| drop(waker_ret.take()));
    drop(runtime);
    assert_eq!(answered.get(), 8);
    drop(waker);
}

#[test]
fn remote_payloads_go_with_the_runtime_and_later_ones_come_back() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let plain = actor!(runtime, Plain::init(), ret_nop!());
    runtime.run(now, false);
    let remote = runtime.remote();
    let actor = plain.remote();
    let token = std::sync::Arc::new(());
    for _ in 0..100 {
        let (one, two) = (token.clone(), token.clone());
        remote.defer(move |_| drop(one)).expect("it is open");
        actor.call(move |_, _| drop(two)).expect("it is open");
    }
    drop(runtime);
    assert_eq!(std::sync::Arc::strong_count(&token), 1);
    assert!(remote.is_closed());
    let late = token.clone();
    assert!(remote.defer(move |_| drop(late)).is_err());
    assert_eq!(std::sync::Arc::strong_count(&token), 1);
}

/// Posts another of its kind when it is dropped, so many times.
struct Again {
    left: u32,
    deferrer: Deferrer,
    dropped: Rc<Cell<u32>>,
}

impl Drop for Again {
    fn drop(&mut self) {
        self.dropped.set(self.dropped.get() + 1);
        if self.left > 0 {
            let again = Again {
                left: self.left - 1,
                deferrer: self.deferrer.clone(),
                dropped: Rc::clone(&self.dropped),
            };
            self.deferrer.defer(move |_| drop(again));
        }
    }
}

/// Posts that a recursion would not survive; to Miri each is a millisecond.
const MANY: u32 = if cfg!(miri) { 300 } else { 200_000 };

#[test]
fn destructors_that_post_again_are_served_in_rounds_and_then_in_a_flat_loop() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let dropped = Rc::new(Cell::new(0));
    let first = Again { left: MANY, deferrer: runtime.deferrer(), dropped: Rc::clone(&dropped) };
    runtime.defer(move |_| drop(first));
    drop(runtime);
    assert_eq!(dropped.get(), MANY + 1);
}

#[test]
fn what_is_posted_to_a_closed_runtime_is_dropped_at_once_and_flat() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let plain = actor!(runtime, Plain::init(), ret_nop!());
    runtime.run(now, false);
    let deferrer = runtime.deferrer();
    drop(runtime);
    let dropped = Rc::new(Cell::new(0));
    let first = Again { left: MANY, deferrer: deferrer.clone(), dropped: Rc::clone(&dropped) };
    plain.call(move |_, _| drop(first));
    assert_eq!(dropped.get(), MANY + 1);
    for _ in 0..3 {
        let one = Again { left: 0, deferrer: deferrer.clone(), dropped: Rc::clone(&dropped) };
        deferrer.defer(move |_| drop(one));
    }
    assert_eq!(dropped.get(), MANY + 4);
}

thread_local! {
    /// What those below reach, so that the one that is leaked in the end holds nothing.
    static HOME: RefCell<Option<(Deferrer, Actor<Plain>)>> = const { RefCell::new(None) };
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// Posts another of its kind whenever it is dropped.
struct Endless;

impl Drop for Endless {
    fn drop(&mut self) {
        COUNT.set(COUNT.get() + 1);
        let next = Endless;
        HOME.with_borrow(|home| home.as_ref().unwrap().0.defer(move |_| drop(next)));
    }
}

/// Asks again whenever there is no answer.
fn ask_again() {
    COUNT.set(COUNT.get() + 1);
    let reply = Ret::new(|answer: Option<u32>| {
        if answer.is_none() {
            ask_again();
        }
    });
    HOME.with_borrow(|home| home.as_ref().unwrap().1.call(move |_, _| reply.ret(1)));
}

#[test]
fn who_posts_without_end_when_the_runtime_ends_comes_to_one() {
    // The runtime's end never returned, and no post after it did.
    for post in [|| drop(Endless), ask_again] {
        let now = Instant::now();
        let mut runtime = Runtime::new(now);
        let plain = actor!(runtime, Plain::init(), ret_nop!());
        runtime.run(now, false);
        HOME.set(Some((runtime.deferrer(), plain.clone())));
        post();
        drop(runtime);
        assert!(COUNT.replace(0) > MANY);
        post();
        assert!(COUNT.replace(0) > MANY);
        HOME.set(None);
    }
}

/// Makes another of its kind when it ends.
fn respawn(door: Door, made: Rc<Cell<u32>>, dropped: Rc<Cell<u32>>) {
    struct Undead(Rc<Cell<u32>>);
    impl Receive for Undead {
        fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
    }
    impl Drop for Undead {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    made.set(made.get() + 1);
    let value = Undead(Rc::clone(&dropped));
    let maker = door.clone();
    door.spawn(
        value,
        Ret::new(move |_: Option<StopCause>| {
            if made.get() < 1000 {
                respawn(maker, made, dropped);
            }
        }),
    );
}

#[test]
fn actors_that_respawn_when_they_end_are_ended_for_good() {
    let runtime = Runtime::new(Instant::now());
    let (made, dropped) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    respawn(runtime.door().clone(), Rc::clone(&made), Rc::clone(&dropped));
    drop(runtime);
    assert_eq!((made.get(), dropped.get()), (1000, 1000));
}

#[test]
fn host_calls_and_asks_made_by_destructors_come_to_an_end() {
    /// More than the rounds of an end, and less than what it gives up at (fewer in Miri, as everything).
    const TURNS: u32 = if cfg!(miri) { 300 } else { 1000 };
    struct Calls(Door, Rc<Cell<u32>>);
    impl Drop for Calls {
        fn drop(&mut self) {
            self.1.set(self.1.get() + 1);
            if self.1.get() < TURNS {
                let again = Calls(self.0.clone(), Rc::clone(&self.1));
                self.0.host_call(move |_| drop(again));
            }
        }
    }
    fn ask_again(door: &Door, count: &Rc<Cell<u32>>) {
        count.set(count.get() + 1);
        if count.get() < TURNS {
            let target = door.spawn(Plain, Ret::nop());
            let (next, count) = (door.clone(), Rc::clone(count));
            let asked = door.ask(target.actor_id(), 1, Body::Copied(&[]), u64::MAX, move |_| {
                ask_again(&next, &count);
            });
            drop(asked);
        }
    }
    let mut runtime = Runtime::new(Instant::now());
    let (calls, asks) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let first = Calls(runtime.door().clone(), Rc::clone(&calls));
    runtime.host_call(move |_| drop(first));
    ask_again(runtime.door(), &asks);
    drop(runtime);
    assert_eq!((calls.get(), asks.get()), (TURNS, TURNS));
}

#[test]
fn destructors_that_panic_do_not_stop_the_end() {
    struct Bomb(Rc<Cell<u32>>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
            std::panic::resume_unwind(Box::new("in drop"));
        }
    }
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let count = Rc::new(Cell::new(0));
    let bomb = || Bomb(Rc::clone(&count));
    let owner = actor_new!(runtime, Bomb, ret_nop!());
    let value = bomb();
    owner.call_prep(move |_| Some(value));
    runtime.run(now, false);
    let (main, lazy, idle, timer, host) = (bomb(), bomb(), bomb(), bomb(), bomb());
    runtime.defer(move |_| drop(main));
    runtime.lazy(move |_| drop(lazy));
    runtime.idle(move |_| drop(idle));
    runtime.after(Duration::from_secs(1), move |_| drop(timer));
    runtime.host_call(move |_| drop(host));
    drop(runtime);
    assert_eq!(count.get(), 6);
}

#[test]
fn dropping_a_runtime_inside_its_own_step_ends_it_after_the_closure() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let log = Log::default();
    let plain = actor!(runtime, Plain::init(), notify(&log, "end"));
    runtime.run(now, false);
    let write = Rc::clone(&log);
    runtime.defer(move |runtime| {
        drop(std::mem::replace(runtime, Runtime::new(now)));
        write.borrow_mut().push("closure".into());
    });
    runtime.run(now, false);
    assert_eq!(log.take(), ["closure", "end"]);
    assert!(plain.is_zombie());
}

#[test]
fn stop_hooks_run_when_the_runtime_is_dropped_and_may_make_actors() {
    struct Hooked(Log, Option<ActorOwn<Hooked>>);
    impl Receive for Hooked {
        fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
        fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) {
            self.0.borrow_mut().push("hook".into());
            let child = ActorOwn::<Hooked>::new(cx, notify(&self.0, "child"), 0);
            self.1 = Some(child);
        }
    }
    let now = Instant::now();
    let runtime = Runtime::new(now);
    let log = Log::default();
    let actor: Actor<Hooked> = runtime.door().spawn(Hooked(Rc::clone(&log), None), notify(&log, "end"));
    drop(runtime);
    assert_eq!(log.take(), ["hook", "end", "child"]);
    assert!(actor.is_zombie());
}

#[test]
fn a_panicked_runtime_is_taken_down_like_any_other() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let log = Log::default();
    let _plain = actor!(runtime, Plain::init(), notify(&log, "end"));
    runtime.defer(|_| std::panic::resume_unwind(Box::new("a job")));
    let (_, panic) = runtime.step_caught(0, &Budget::UNBOUNDED);
    assert!(panic.is_some());
    drop(runtime);
    assert_eq!(log.take(), ["end"]);
}

/// Each answer asked again before the one before it had returned: when the runtime ended, the stack did not suffice.
#[test]
fn who_asks_again_whenever_it_is_told_of_the_end_does_not_recurse() {
    struct Deaf;
    impl Receive for Deaf {
        fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
            packet.keep_reply();
        }
    }
    fn again(door: &Door, to: ActorId, left: &Rc<Cell<u32>>) {
        if left.get() > 0 {
            left.set(left.get() - 1);
            let (next, left) = (door.clone(), Rc::clone(left));
            _ = door.ask(to, 1, Body::Copied(b""), u64::MAX, move |_| again(&next, to, &left));
        }
    }
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let deaf = runtime.door().spawn(Deaf, Ret::nop()).actor_id();
    let left = Rc::new(Cell::new(MANY));
    again(runtime.door(), deaf, &left);
    runtime.run(now, false);
    assert_eq!(left.get(), MANY - 1, "it is kept");
    drop(runtime);
    assert_eq!(left.get(), 0);
    // While the runtime lives, too: the first is told at once, each other one in a turn of its own.
    let mut runtime = Runtime::new(now);
    let deaf = runtime.door().spawn(Deaf, Ret::nop()).actor_id();
    runtime.door().kill(deaf, "enough").unwrap();
    runtime.run(now, false);
    left.set(MANY);
    again(runtime.door(), deaf, &left);
    assert_eq!(left.get(), MANY - 2);
    runtime.run(now, false);
    assert_eq!(left.get(), 0);
}
