//! A panic that fails no actor: whoever steps the runtime sees it, when everything else has run, and it is counted.
//!
//! Panics of notifiers, of answers and of destructors were counted only, so that an assertion in one of them could not fail a test.

use actor_rt::supervision::Spec;
use actor_rt::{
    Actor, ActorOwn, Budget, Config, DropReason, PanicPolicy, Progress, Ret, Runtime, StopCause, actor_new,
    after, ret_do, ret_nop, ret_panic, ret_some_do,
};
use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Panics with a text when it is dropped, without the panic hook's output.
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        explode(self.0);
    }
}

fn explode(text: &'static str) {
    resume_unwind(Box::new(text));
}

fn text(panic: Box<dyn Any + Send>) -> &'static str {
    panic.downcast_ref::<&'static str>().copied().expect("a text")
}

/// The panic of a call of the host.
fn raised<R>(call: impl FnOnce() -> R) -> Option<&'static str> {
    catch_unwind(AssertUnwindSafe(call)).err().map(text)
}

/// A step, with the panic at its end.
fn step(runtime: &mut Runtime) -> (Progress, Option<&'static str>) {
    let (progress, panic) = runtime.step_caught(0, &Budget::UNBOUNDED);
    (progress, panic.map(text))
}

fn runtime() -> Runtime {
    Runtime::new(Instant::now())
}

fn ready<A: 'static>(runtime: &mut Runtime, value: A, notify: Ret<StopCause>) -> ActorOwn<A> {
    let actor = actor_new!(runtime, A, notify);
    actor.apply_prep(runtime, |_| Some(value));
    actor
}

fn notifier(text: &'static str) -> Ret<StopCause> {
    ret_some_do!(move |_: StopCause| explode(text))
}

#[test]
fn run_raises_the_panic_of_a_notifier_when_everything_else_has_run() {
    let (mut runtime, now) = (runtime(), Instant::now());
    let ran = Rc::new(Cell::new(false));
    let run = ran.clone();
    drop(ready(&mut runtime, 1, notifier("ended")));
    runtime.lazy(move |_| run.set(true));
    assert_eq!(raised(|| runtime.run(now, false)), Some("ended"));
    assert!(ran.get());
    assert_eq!((runtime.actors(), runtime.pending().drop_panics), (0, 1));
    assert_eq!(raised(|| runtime.run(now, false)), None, "once");
}

#[test]
#[should_panic(expected = "must not end")]
fn an_end_that_ret_panic_forbids_fails_the_run() {
    let (mut runtime, now) = (runtime(), Instant::now());
    drop(ready(&mut runtime, 1, ret_panic!("must not end")));
    runtime.run(now, false);
}

#[test]
fn of_several_panics_the_first_is_raised_and_all_are_counted() {
    let mut runtime = runtime();
    for text in ["first", "second", "third"] {
        drop(ready(&mut runtime, 1, notifier(text)));
    }
    assert_eq!(step(&mut runtime).1, Some("first"));
    assert_eq!(runtime.pending().drop_panics, 3);
}

#[test]
fn a_step_raises_the_panic_of_an_answer_that_is_none_since_the_message_was_dropped() {
    let mut runtime = runtime();
    let actor = ready(&mut runtime, 1, ret_nop!());
    let ret: Ret<u32> = ret_do!(|answer: Option<u32>| {
        if answer != Some(7) {
            explode("not answered");
        }
    });
    actor.call(move |_, _| ret.ret(7));
    actor.kill_str(&mut runtime, "before that");
    assert_eq!(step(&mut runtime).1, Some("not answered"));
    assert_eq!(runtime.dead_letters_of(DropReason::Cancelled), 1);
}

#[test]
fn a_panic_in_a_handler_fails_its_actor_and_no_step() {
    let mut runtime = runtime();
    let actor = ready(&mut runtime, 1, ret_nop!());
    let ret: Ret<u32> = ret_do!(|_| explode("in the answer"));
    actor.call(move |_, _| ret.ret(7));
    let (progress, panic) = step(&mut runtime);
    assert_eq!((progress.failed, panic), (1, None));
}

#[test]
fn a_step_raises_the_panic_of_a_destructor() {
    /// Puts a bomb where a step will drop it.
    type Arrange = fn(&ActorOwn<Option<Bomb>>, Bomb);
    let cases: [(&'static str, Arrange); 4] = [
        ("a value", |actor, bomb| actor.call(move |value, _| *value = Some(bomb))),
        ("a message", |actor, bomb| {
            actor.defer(stop(actor));
            actor.call(move |_, _| _ = &bomb);
        }),
        ("a message that waited", |actor, bomb| {
            actor.call(|this, cx| _ = (this, cx.this().pause()));
            actor.call(move |_, _| _ = &bomb);
        }),
        ("a message of another thread", |actor, bomb| {
            actor.remote().call(move |_, _| _ = &bomb).unwrap();
            actor.set_capacity(0);
        }),
    ];
    for (what, arrange) in cases {
        let mut runtime = runtime();
        let actor = ready(&mut runtime, None, ret_nop!());
        arrange(&actor, Bomb(what));
        drop(actor);
        assert_eq!(step(&mut runtime).1, Some(what));
        assert_eq!((runtime.actors(), runtime.pending().drop_panics), (0, 1), "{what}");
        assert_eq!(step(&mut runtime).1, None, "{what}");
    }
}

#[test]
fn a_step_raises_the_panic_of_a_destructor_of_a_timer_that_is_due_too_late() {
    let mut runtime = runtime();
    let actor = ready(&mut runtime, 1, ret_nop!());
    let bomb = Bomb("a timer");
    actor.call(move |_, cx| _ = after!(Duration::from_secs(1), [cx], |_, _| _ = &bomb));
    assert_eq!(step(&mut runtime).1, None);
    actor.kill_str(&mut runtime, "before");
    let (_, panic) = runtime.step_caught(1_000_000_000, &Budget::UNBOUNDED);
    assert_eq!(panic.map(text), Some("a timer"));
}

/// Work that ends an actor.
fn stop<A: 'static>(actor: &ActorOwn<A>) -> impl FnOnce(&mut Runtime) + use<A> {
    let owner = actor.owned();
    move |rt| owner.kill_str(rt, "on purpose")
}

#[test]
fn what_the_host_calls_raises_what_panics_in_it_and_leaves_nothing_to_the_step() {
    let mut runtime = runtime();
    let rt = &mut runtime;
    let [killed, asked, applied] = ["kill", "query", "apply"].map(|text| ready(rt, 1, notifier(text)));
    assert_eq!(raised(|| killed.kill_str(rt, "on purpose")), Some("kill"));
    // A result whose destructor panics, too, does not end the process.
    assert_eq!(raised(|| asked.query(rt, |_, cx| (cx.stop(), Bomb("the result")))), Some("query"));
    assert_eq!(raised(|| applied.apply(rt, |_, cx| cx.stop())), Some("apply"));
    assert_eq!((rt.actors(), rt.pending().drop_panics), (0, 4));

    let waited = actor_new!(rt, u32, notifier("apply_prep"));
    waited.apply(rt, |_, cx| cx.stop());
    assert_eq!(raised(|| waited.apply_prep(rt, |_| Some(1))), Some("apply_prep"));
    let waker = rt.waker({
        let bomb = Bomb("poll_wake");
        move |_, _| _ = &bomb
    });
    drop(waker);
    assert_eq!(raised(|| rt.poll_wake()), Some("poll_wake"));
    assert_eq!(step(rt).1, None);
}

#[test]
fn inside_of_a_step_the_same_calls_leave_it_to_the_end_of_the_step() {
    let mut runtime = runtime();
    let victim = ready(&mut runtime, 1, notifier("killed"));
    let went_on = Rc::new(Cell::new(false));
    let goes_on = went_on.clone();
    runtime.defer(move |rt| {
        victim.kill_str(rt, "on purpose");
        goes_on.set(true);
    });
    assert_eq!(step(&mut runtime).1, Some("killed"));
    assert!(went_on.get());
}

#[test]
fn a_query_that_panics_says_so_and_what_it_caused_is_raised_by_the_step() {
    let mut runtime = runtime();
    let actor = ready(&mut runtime, 1, notifier("failed"));
    let other = ready(&mut runtime, 2, ret_nop!());
    assert_eq!(raised(|| actor.query(&mut runtime, |_, _| explode("in the query"))), Some("in the query"));
    assert_eq!(other.query(&mut runtime, |number, _| *number), Some(2), "another query has its answer");
    assert_eq!(step(&mut runtime).1, Some("failed"));
}

#[test]
fn a_kill_while_a_panic_unwinds_leaves_its_own_to_the_step() {
    struct Kills<'a>(&'a mut Runtime, ActorOwn<u32>);
    impl Drop for Kills<'_> {
        fn drop(&mut self) {
            self.1.kill_str(self.0, "on the way out");
        }
    }
    let mut runtime = runtime();
    let actor = ready(&mut runtime, 1, notifier("killed"));
    let unwinds = || {
        let _kills = Kills(&mut runtime, actor);
        explode("the host's");
    };
    assert_eq!(raised(unwinds), Some("the host's"));
    assert_eq!(step(&mut runtime).1, Some("killed"));
}

#[test]
fn a_step_in_which_the_runtime_is_dropped_raises_what_came_before() {
    let mut runtime = runtime();
    let actor = ready(&mut runtime, 1, notifier("before"));
    let _left = ready(&mut runtime, 1, notifier("in the end of the runtime"));
    runtime.defer(move |rt| {
        actor.kill_str(rt, "on purpose");
        drop(std::mem::replace(rt, Runtime::new(Instant::now())));
    });
    assert_eq!(step(&mut runtime).1, Some("before"));
    assert_eq!(step(&mut runtime).1, None);
}

#[test]
fn in_the_end_of_the_runtime_panics_are_counted_only() {
    let mut runtime = runtime();
    let door = runtime.door().clone();
    let actor = ready(&mut runtime, Bomb("value"), notifier("notifier"));
    actor.call(|_, _| ());
    let bomb = Bomb("message");
    runtime.defer(move |_| _ = &bomb);
    drop(runtime);
    assert_eq!(door.pending().drop_panics, 3);
    // What is sent to a closed runtime is dropped at once.
    let bomb = Bomb("sent too late");
    actor.call(move |_, _| _ = &bomb);
    assert_eq!(door.pending().drop_panics, 4);
}

/// A supervised actor whose handler panics, under this policy.
fn panic_under(policy: PanicPolicy) -> (Runtime, Actor<u32>) {
    let now = Instant::now();
    let mut runtime = Config::new().on_panic(policy).build(now);
    let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    actor.call(|_, _| explode("a fault"));
    actor.call(|number, _| *number += 1);
    runtime.run(now, false);
    (runtime, actor)
}

#[test]
fn k6_a_panic_is_caught_in_each_setting_but_that_which_ends_the_process() {
    let (mut runtime, actor) = panic_under(PanicPolicy::FailActor);
    assert!(runtime.not_shutdown());
    assert_eq!(
        actor.query(&mut runtime, |number, _| *number),
        Some(1),
        "restarted, and nothing else was lost"
    );
    let (mut runtime, actor) = panic_under(PanicPolicy::StopRuntime);
    assert_eq!(actor.query(&mut runtime, |number, _| *number), Some(1), "it goes on until the host ends it");
    assert!(runtime.shutdown_reason().unwrap().to_string().contains("a fault"));
    // Also in hooks, constructors and calls from outside.
    let mut runtime = Config::new().on_panic(PanicPolicy::StopRuntime).build(Instant::now());
    assert!(
        Spec::<u32>::once(|_| -> Option<u32> { resume_unwind(Box::new("a fault of the factory")) })
            .start(&mut runtime)
            .is_err()
    );
    assert!(runtime.shutdown_reason().unwrap().to_string().contains("a fault of the factory"));
}

/// A child process, since none survives it.
#[cfg(not(miri))]
#[test]
fn k6_a_panic_ends_the_process_if_that_is_the_setting() {
    const CHILD: &str = "ACTOR_RT_TEST_ABORTS";
    if std::env::var_os(CHILD).is_some() {
        _ = panic_under(PanicPolicy::Abort);
        return;
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "--nocapture", "k6_a_panic_ends_the_process_if_that_is_the_setting"]);
    let output = child.env(CHILD, "1").output().unwrap();
    assert!(!output.status.success(), "it went on");
    #[cfg(unix)]
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&output.status), Some(6), "by an abort");
}
