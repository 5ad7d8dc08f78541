//! Acting on an actor from outside. `apply_prep` makes its value at once, and what waited for it runs with that (C2); `apply` waits
//! where messages do.

use actor_rt::{
    Actor, ActorOwn, Budget, Delivery, Ingress, Observer, Ret, Runtime, StopCause, actor_new, ret_nop,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Instant;

/// What an actor noted of the calls that waited for it, and how many did so.
struct Notes(Vec<&'static str>);

/// A preparing actor for which calls of these names wait.
fn waited_for(runtime: &mut Runtime, now: Instant, names: &[&'static str]) -> ActorOwn<Notes> {
    let actor = actor_new!(runtime, Notes, ret_nop!());
    for name in names.iter().copied() {
        actor.call(move |this, cx| {
            this.0.push(name);
            match name {
                "panic" => panic!("a fault"),
                "yield" => cx.yield_step(),
                "stop by id" => drop(cx.door().stop(cx.this().actor_id())),
                _ => {}
            }
        });
    }
    runtime.run(now, false);
    assert_eq!(actor.pending(), names.len() as u32);
    actor
}

fn noted(runtime: &mut Runtime, actor: &Actor<Notes>) -> Option<Vec<&'static str>> {
    actor.query(runtime, |this, _| this.0.clone())
}

#[test]
fn c2_what_waited_for_an_actor_runs_inside_of_apply_prep() {
    // It waited for the next step, so that a query of the caller's overtook it.
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let actor = waited_for(&mut runtime, now, &["one", "two"]);
    actor.apply_prep(&mut runtime, |_| Some(Notes(vec!["made"])));
    assert_eq!(actor.pending(), 0);
    assert_eq!(noted(&mut runtime, &actor).unwrap(), ["made", "one", "two"]);
    assert_eq!(runtime.pending().messages, 0);
    // Inside of a step it is a part of the closure that called.
    let actor = waited_for(&mut runtime, now, &["one", "two"]);
    let after = Rc::new(Cell::new(0));
    let (inside, count) = (actor.clone(), after.clone());
    runtime.defer(move |rt| {
        rt.defer(move |_| count.set(count.get() + 1));
        inside.apply_prep(rt, |_| Some(Notes(vec![])));
        assert_eq!(noted(rt, &inside).unwrap(), ["one", "two"]);
    });
    for budget in [1, 1] {
        assert_eq!(after.get(), 0);
        let progress = runtime.step(now, &Budget { messages: budget, ..Budget::UNBOUNDED });
        assert_eq!(progress.handled, 1);
    }
    assert_eq!(after.get(), 1);
}

#[test]
fn c2_a_panic_in_what_waited_fails_the_actor_and_not_the_caller_of_apply_prep() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let actor = waited_for(&mut runtime, now, &["one", "panic", "lost"]);
    actor.apply_prep(&mut runtime, |_| Some(Notes(vec![])));
    assert!(actor.is_zombie());
    assert_eq!((actor.pending(), runtime.dead_letters()), (0, 1));
    runtime.run(now, false);
}

#[test]
fn c2_what_is_urgent_overtakes_the_rest_of_what_waited() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let actor = waited_for(&mut runtime, now, &["one", "stop by id", "lost"]);
    actor.apply_prep(&mut runtime, |_| Some(Notes(vec![])));
    runtime.run(now, false);
    assert!(actor.is_zombie());
    assert_eq!((actor.pending(), runtime.dead_letters()), (0, 1));
    // A handler that yields leaves the rest to the next step, where it comes before all others.
    let actor = waited_for(&mut runtime, now, &["one", "yield", "two"]);
    let inside = actor.clone();
    runtime.defer(move |rt| inside.apply_prep(rt, |_| Some(Notes(vec![]))));
    actor.call(|this, _| this.0.push("posted"));
    assert!(runtime.step(now, &Budget::UNBOUNDED).more);
    assert_eq!(noted(&mut runtime, &actor).unwrap(), ["one", "yield"]);
    assert!(!runtime.step(now, &Budget::UNBOUNDED).more);
    assert_eq!(noted(&mut runtime, &actor).unwrap(), ["one", "yield", "two", "posted"]);
}

#[test]
fn c2_an_observer_sees_what_waited_as_messages_of_their_own() {
    #[derive(Clone, Default)]
    struct Causes(Rc<RefCell<Vec<(bool, u64)>>>);
    impl Observer for Causes {
        fn ingress(&mut self, _: u64, _: Ingress) {}
        fn delivering(&mut self, delivery: &Delivery) {
            self.0.borrow_mut().push((delivery.target != 0, delivery.cause));
        }
        fn delivered(&mut self) {}
    }
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let actor = waited_for(&mut runtime, now, &["one"]);
    let causes = Causes::default();
    runtime.set_observer(Some(Box::new(causes.clone())));
    let inside = actor.clone();
    runtime.defer(move |rt| {
        inside.apply_prep(rt, |_| Some(Notes(vec![])));
        rt.defer(|_| ());
    });
    runtime.run(now, false);
    let seen = causes.0.take();
    let [(false, 0), (true, 0), (false, closure)] = seen[..] else { panic!("{seen:?}") };
    assert_ne!(closure, 0, "what the closure posts afterwards has it as its cause still");
}

/// Makes an actor in one of the ways in which that goes.
fn prepared(how: u8) -> (Option<u64>, Vec<String>) {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let ends = Rc::new(RefCell::new(Vec::new()));
    let told = ends.clone();
    let notify = Ret::new(move |cause: Option<StopCause>| told.borrow_mut().push(cause.unwrap().to_string()));
    let actor = ActorOwn::<u64>::new(&mut runtime, notify, 0);
    actor.call(|number, _| *number += 1);
    let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        actor.apply_prep(&mut runtime, move |cx| match how {
            0 => Some(7),
            1 => None,
            2 => {
                cx.stop();
                Some(7)
            }
            _ => panic!("no value"),
        });
    }));
    assert_eq!(made.is_err(), how == 3, "the panic goes on to the caller");
    runtime.run(now, false);
    let value = actor.query(&mut runtime, |number, _| *number);
    drop(runtime);
    (value, ends.take())
}

#[test]
fn apply_prep_makes_the_value_at_once_or_ends_the_actor() {
    assert_eq!(prepared(0), (Some(8), vec!["Actor was dropped".into()]));
    assert_eq!(prepared(1), (None, vec!["Actor was dropped".into()]));
    assert_eq!(prepared(2), (None, vec!["Actor stopped".into()]));
    assert_eq!(prepared(3), (None, vec!["Actor failed: panic: no value".into()]));
}

#[test]
fn what_is_applied_to_a_paused_actor_waits_with_its_messages() {
    // It was dropped, as if the actor had ended.
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let actor = actor_new!(runtime, Notes, ret_nop!());
    actor.apply_prep(&mut runtime, |_| Some(Notes(vec![])));
    assert!(actor.pause());
    actor.call(|this, _| this.0.push("called"));
    runtime.run(now, false);
    actor.apply(&mut runtime, |this, _| this.0.push("applied"));
    assert_eq!((actor.pending(), noted(&mut runtime, &actor)), (2, None));
    assert!(actor.resume());
    runtime.run(now, false);
    assert_eq!(noted(&mut runtime, &actor).unwrap(), ["called", "applied"]);
}
