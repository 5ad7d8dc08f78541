//! The rules of an actor's life (C), of replies and forwards (D), and of panics.

use actor_rt::{ActorOwn, Budget, Cx, Fwd, PanicError, Ret, Runtime, StopCause, actor, actor_new, ret_nop};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Instant;

#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn write(&self, entry: impl Into<String>) {
        self.0.borrow_mut().push(entry.into());
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.borrow_mut()).join(" ")
    }

    fn notify(&self, name: &'static str) -> Ret<StopCause> {
        let log = self.clone();
        Ret::new(move |cause: Option<StopCause>| {
            log.write(format!(
                "{name}:{}",
                match cause {
                    Some(StopCause::Stopped) => "stopped",
                    Some(StopCause::Failed(_)) => "failed",
                    Some(StopCause::Killed(_)) => "killed",
                    Some(StopCause::Dropped) => "dropped",
                    _ => "none",
                }
            ));
        })
    }

    fn reply(&self, name: &'static str) -> Ret<u32> {
        let log = self.clone();
        Ret::new(move |answer| log.write(format!("{name}:{answer:?}")))
    }
}

/// Writes when it is dropped.
struct Mark(Log, &'static str);

impl Drop for Mark {
    fn drop(&mut self) {
        self.0.write(self.1);
    }
}

struct Toy {
    log: Log,
    _child: Option<ActorOwn<Toy>>,
    _mark: Mark,
}

impl Toy {
    fn new(log: &Log) -> Self {
        Toy { log: log.clone(), _child: None, _mark: Mark(log.clone(), "drop") }
    }

    fn init(_: &mut Cx<'_, Self>, log: Log) -> Option<Self> {
        log.write("init");
        Some(Toy::new(&log))
    }

    fn say(&mut self, _: &mut Cx<'_, Self>, what: &'static str) {
        self.log.write(what);
    }
}

fn world() -> (Runtime, Instant, Log) {
    let now = Instant::now();
    (Runtime::new(now), now, Log::default())
}

fn ready(runtime: &mut Runtime, now: Instant, log: &Log) -> ActorOwn<Toy> {
    let toy = actor!(runtime, Toy::init(log.clone()), log.notify("end"));
    runtime.run(now, false);
    assert_eq!(log.take(), "init");
    toy
}

#[test]
fn c1_an_actor_goes_from_prep_to_ready_to_zombie_and_never_back() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    runtime.defer(|_| ());
    toy.kill_str(&mut runtime, "enough");
    assert!(toy.is_zombie());
    let again = log.clone();
    toy.call_prep(move |_| Some(Toy::new(&again)));
    runtime.run(now, false);
    assert!(toy.is_zombie());
    assert_eq!(log.take(), "drop end:killed");
}

#[test]
fn c2_what_waited_for_an_actor_runs_at_once_when_it_is_ready() {
    let (mut runtime, now, log) = world();
    let toy = actor_new!(runtime, Toy, ret_nop!());
    toy.call(|this, cx| this.say(cx, "p1"));
    runtime.run(now, false);
    toy.call(|this, cx| this.say(cx, "p2"));
    let (init, other) = (log.clone(), log.clone());
    toy.call_prep(move |cx| {
        cx.this().call(|this, cx| this.say(cx, "own"));
        Toy::init(cx, init)
    });
    runtime.defer(move |_| other.write("other"));
    runtime.run(now, false);
    assert_eq!(log.take(), "init p1 p2 other own");
}

#[test]
fn c3_a_prep_call_to_a_ready_actor_is_dropped_silently() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    let mark = Mark(log.clone(), "payload");
    toy.call_prep(move |_| {
        drop(mark);
        unreachable!("it is ready")
    });
    runtime.run(now, false);
    assert_eq!(log.take(), "payload");
    assert!(!toy.is_zombie());
}

#[test]
fn c4_a_constructor_that_stops_ends_first_and_drops_its_value_then() {
    let (mut runtime, now, log) = world();
    let toy = actor_new!(runtime, Toy, log.notify("end"));
    let made = log.clone();
    toy.call_prep(move |cx| {
        cx.stop();
        Some(Toy::new(&made))
    });
    runtime.run(now, false);
    assert_eq!(log.take(), "end:stopped drop");
}

#[test]
fn c5_stop_takes_effect_when_the_method_returns_and_the_first_cause_wins() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    toy.call(|this, cx| {
        cx.this().call(|_, _| unreachable!("queued before the stop, dropped after it"));
        cx.stop();
        cx.fail_str("too late");
        this.log.write("rest");
    });
    toy.call(|_, _| unreachable!("it has ended"));
    runtime.run(now, false);
    assert_eq!(log.take(), "rest drop end:stopped");
    assert_eq!(runtime.dead_letters(), 2);
}

#[test]
fn c6_the_value_goes_before_the_end_is_told_and_it_is_a_zombie_by_then() {
    let (mut runtime, now, log) = world();
    let toy = actor_new!(runtime, Toy, {
        let log = log.clone();
        Ret::new(move |_: Option<StopCause>| log.write("told"))
    });
    let handle = toy.clone();
    let (made, seen) = (log.clone(), log.clone());
    struct Look(actor_rt::Actor<Toy>, Log);
    impl Drop for Look {
        fn drop(&mut self) {
            self.1.write(format!("zombie={}", self.0.is_zombie()));
        }
    }
    let look = Look(handle, seen);
    toy.call_prep(move |_| Some(Toy::new(&made)));
    let keeper = actor_new!(runtime, Option<Look>, ret_nop!());
    keeper.call_prep(move |_| Some(Some(look)));
    toy.call(|_, cx| cx.stop());
    runtime.run(now, false);
    assert_eq!(log.take(), "drop told");
    drop(keeper);
    runtime.run(now, false);
    assert_eq!(log.take(), "zombie=true");
}

#[test]
fn c7_a_child_owned_by_the_value_ends_after_its_parent_was_told() {
    let (mut runtime, now, log) = world();
    let parent = actor_new!(runtime, Toy, log.notify("parent"));
    let inner = log.clone();
    parent.call_prep(move |cx| {
        let child = actor!(cx, Toy::init(inner.clone()), inner.notify("child"));
        Some(Toy { _child: Some(child), _mark: Mark(inner.clone(), "drop-parent"), log: inner })
    });
    runtime.run(now, false);
    assert_eq!(log.take(), "init");
    drop(parent);
    runtime.run(now, false);
    assert_eq!(log.take(), "drop-parent parent:dropped drop child:dropped");
}

#[test]
fn c8_an_end_is_told_once() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    toy.kill_str(&mut runtime, "first");
    toy.kill_str(&mut runtime, "second");
    actor_rt::kill!(toy, "third");
    _ = runtime.door().kill(toy.actor_id(), "fourth");
    drop(toy);
    runtime.run(now, false);
    assert_eq!(log.take(), "drop end:killed");
}

#[test]
fn c9_the_last_owners_drop_is_queued_behind_what_was_posted_before() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    let second = toy.owned();
    let handle = toy.clone();
    drop(toy);
    runtime.run(now, false);
    assert!(!handle.is_zombie(), "there is another owner");
    handle.call(|this, cx| this.say(cx, "before"));
    drop(second);
    assert!(!handle.is_zombie());
    let mark = Mark(log.clone(), "after-dropped");
    handle.call(move |_, _| {
        drop(mark);
        unreachable!("it has ended")
    });
    runtime.run(now, false);
    assert_eq!(log.take(), "before drop end:dropped after-dropped");
}

#[test]
fn c9_an_actor_that_drops_its_own_last_owner_finishes_its_method() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    let handle = toy.clone();
    handle.call(move |this, _| {
        drop(toy);
        this.log.write("finished");
    });
    runtime.run(now, false);
    assert_eq!(log.take(), "finished drop end:dropped");
}

#[test]
fn c10_kill_is_at_once_and_the_macro_is_queued() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    actor_rt::kill!(toy, "later");
    assert_eq!(log.take(), "");
    runtime.run(now, false);
    assert_eq!(log.take(), "drop end:killed");
    let toy = ready(&mut runtime, now, &log);
    toy.kill_string(&mut runtime, String::from("now"));
    assert_eq!(log.take(), "drop end:killed");
}

#[test]
fn c11_a_zombies_header_lives_as_long_as_somebody_refers_to_it() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    let handle = toy.clone();
    drop(toy);
    runtime.run(now, false);
    log.take();
    let id = handle.actor_id();
    let others: Vec<_> = (0..20).map(|_| ready(&mut runtime, now, &log)).collect();
    assert!(others.iter().all(|other| other.actor_id() != id && **other != handle));
    assert!(handle.is_zombie());
}

#[test]
fn c12_a_call_to_a_zombie_is_dropped_when_its_turn_comes_and_answers_its_ret_then() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    let ret = log.reply("late");
    toy.call(move |_, _| ret.ret(1));
    toy.kill_str(&mut runtime, "gone");
    assert_eq!(log.take(), "drop end:killed");
    runtime.run(now, false);
    assert_eq!(log.take(), "late:None");
}

#[test]
fn c12_what_waited_for_a_killed_preparing_actor_is_answered_before_its_end() {
    let (mut runtime, now, log) = world();
    let toy = actor_new!(runtime, Toy, log.notify("end"));
    let ret = log.reply("waiting");
    toy.call(move |_, _| ret.ret(1));
    runtime.run(now, false);
    toy.kill_str(&mut runtime, "gone");
    assert_eq!(log.take(), "waiting:None end:killed");
}

#[test]
fn c13_destructors_of_values_may_post() {
    struct Poster(ActorOwn<Toy>);
    impl Drop for Poster {
        fn drop(&mut self) {
            self.0.call(|this, cx| this.say(cx, "from drop"));
            let log = Log::default();
            self.0.defer(move |_| log.write("also"));
        }
    }
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    let poster = actor_new!(runtime, Poster, ret_nop!());
    poster.call_prep(move |_| Some(Poster(toy)));
    runtime.run(now, false);
    drop(poster);
    runtime.run(now, false);
    assert_eq!(log.take(), "from drop drop end:dropped");
}

#[test]
fn c14_query_answers_for_a_ready_actor_only_and_honours_stop() {
    let (mut runtime, now, log) = world();
    let toy = actor!(runtime, Toy::init(log.clone()), log.notify("end"));
    assert_eq!(toy.query(&mut runtime, |_, _| 1), None);
    runtime.run(now, false);
    assert_eq!(
        toy.query(&mut runtime, |_, cx| {
            cx.stop();
            2
        }),
        Some(2)
    );
    assert_eq!(toy.query(&mut runtime, |_, _| 3), None);
    assert_eq!(log.take(), "init drop end:stopped");
}

#[test]
fn d1_a_ret_is_answered_once_and_holds_no_owner() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    let answered = Ret::to_actor(toy.clone(), |this: &mut Toy, _, answer: Option<u32>| {
        this.log.write(format!("{answer:?}"));
    });
    let dropped = Ret::to_actor(toy.clone(), |this: &mut Toy, _, answer: Option<u32>| {
        this.log.write(format!("{answer:?}"));
    });
    let late = Ret::to_actor(toy.clone(), |_: &mut Toy, _, _: Option<u32>| unreachable!("it has ended"));
    answered.ret(5);
    drop(dropped);
    runtime.run(now, false);
    assert_eq!(log.take(), "Some(5) None");
    drop(toy);
    runtime.run(now, false);
    assert_eq!(log.take(), "drop end:dropped");
    late.ret(1);
    runtime.run(now, false);
}

#[test]
fn d2_do_closures_run_at_the_call_and_to_variants_queue_one_call() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    let direct = {
        let log = log.clone();
        Fwd::new(move |n: u32| log.write(format!("do{n}")))
    };
    let queued = Fwd::to_actor(toy.clone(), |this: &mut Toy, _, n: u32| this.log.write(format!("to{n}")));
    queued.fwd(1);
    direct.fwd(2);
    queued.clone().fwd(3);
    assert_eq!(log.take(), "do2");
    assert_eq!(runtime.door().pending().messages, 2);
    runtime.run(now, false);
    assert_eq!(log.take(), "to1 to3");
}

#[test]
fn d3_the_panicking_ones_panic_when_called_and_a_ret_may_be_dropped() {
    let fwd = Fwd::<u32>::panic("not expected");
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| fwd.fwd(1))).is_err());
    drop(Ret::<u32>::panic("not expected"));
    let ret = Ret::<u32>::panic("not expected");
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| ret.ret(1))).is_err());
}

#[test]
fn a_panic_fails_its_actor_and_nothing_else() {
    let (mut runtime, now, log) = world();
    let told = Rc::new(RefCell::new(None));
    let tell = Rc::clone(&told);
    let notify = Ret::new(move |cause: Option<StopCause>| *tell.borrow_mut() = cause);
    let bad = actor!(runtime, Toy::init(log.clone()), notify);
    let good = actor!(runtime, Toy::init(log.clone()), ret_nop!());
    let ret = log.reply("asked");
    bad.call(move |_, _| {
        let _unanswered = ret;
        panic!("broken {}", 7);
    });
    bad.call(|_, _| unreachable!("it failed"));
    good.call(|this, cx| this.say(cx, "good"));
    let progress = runtime.step(now, &Budget::UNBOUNDED);
    assert_eq!(progress.failed, 1);
    assert_eq!(log.take(), "init init asked:None drop good");
    let Some(StopCause::Failed(error)) = told.take() else { unreachable!("it failed") };
    assert_eq!(error.downcast_ref::<PanicError>().map(PanicError::message), Some("broken 7"));
}

#[test]
fn a_panic_in_a_query_fails_the_actor_and_goes_on_to_the_caller() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    let query = std::panic::AssertUnwindSafe(|| {
        toy.query(&mut runtime, |_, _| std::panic::resume_unwind(Box::new("asked for it")))
    });
    assert!(std::panic::catch_unwind(query).is_err());
    assert_eq!(log.take(), "drop end:failed");
    runtime.run(now, false);
}

#[test]
fn destructors_that_panic_at_an_actors_end_stop_nothing() {
    /// Goes off when it is dropped, unless it was disarmed.
    struct Bomb(Rc<Cell<u32>>, bool);
    impl Drop for Bomb {
        fn drop(&mut self) {
            if self.1 {
                self.0.set(self.0.get() + 1);
                std::panic::resume_unwind(Box::new("in drop"));
            }
        }
    }
    let (mut runtime, _, log) = world();
    let count = Rc::new(Cell::new(0));
    let toy = actor_new!(runtime, Bomb, log.notify("end"));
    let value = Bomb(Rc::clone(&count), true);
    toy.call_prep(move |_| Some(value));
    for _ in 0..3 {
        let mut payload = Bomb(Rc::clone(&count), true);
        toy.call(move |_, cx| {
            cx.stop();
            let whole = &mut payload;
            whole.1 = false;
        });
    }
    let (_, panic) = runtime.step_caught(0, &Budget::UNBOUNDED);
    assert_eq!(panic.unwrap().downcast_ref(), Some(&"in drop"));
    assert_eq!(log.take(), "end:stopped");
    assert_eq!(count.get(), 3, "the value and the payloads of two dead letters");
}

#[test]
fn a_bounded_mailbox_refuses_what_is_over_its_bound() {
    let (mut runtime, now, log) = world();
    let toy = ready(&mut runtime, now, &log);
    toy.set_capacity(2);
    for _ in 0..2 {
        toy.call(|this, cx| this.say(cx, "in"));
    }
    let mark = Mark(log.clone(), "refused");
    toy.call(move |_, _| drop(mark));
    assert_eq!(log.take(), "refused");
    assert_eq!((toy.pending(), toy.capacity(), runtime.dead_letters()), (2, 2, 1));
    // Ends are exempt.
    drop(toy);
    runtime.run(now, false);
    assert_eq!(log.take(), "in in drop end:dropped");
}

/// A constructor that asked for an end and was killed meanwhile ended by what it had asked for; a handler ended by the kill.
#[test]
fn a_kill_by_id_inside_of_a_turn_wins_over_the_end_that_the_turn_asked_for() {
    let now = Instant::now();
    for makes in [false, true] {
        let mut runtime = Runtime::new(now);
        let ended = Rc::new(RefCell::new(String::new()));
        let tells = ended.clone();
        let notify =
            Ret::new(move |cause: Option<StopCause>| *tells.borrow_mut() = cause.unwrap().to_string());
        let actor = actor_new!(runtime, u32, notify);
        let id = actor.actor_id();
        if makes {
            actor.call_prep(move |cx| {
                cx.stop();
                cx.door().kill(id, "killed meanwhile").unwrap();
                Some(1)
            });
        } else {
            actor.call_prep(|_| Some(1));
            actor.call(move |_, cx| {
                cx.stop();
                cx.door().kill(id, "killed meanwhile").unwrap();
            });
        }
        runtime.run(now, false);
        assert_eq!(*ended.borrow(), "Actor was killed: killed meanwhile");
    }
}
