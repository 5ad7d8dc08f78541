//! Observers: every message has a number and a cause, every input a number; without one nothing is traced.

use actor_rt::{
    Body, Config, Cx, Delivery, Ingress, Observer, Packet, Receive, Ret, Runtime, actor_new, ret_nop,
};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    Input(u64, Ingress),
    Message { message: u64, cause: u64, job: bool, tag: u64 },
    Done,
}

struct Watch(Rc<RefCell<Vec<Seen>>>);

impl Observer for Watch {
    fn ingress(&mut self, number: u64, input: Ingress) {
        self.0.borrow_mut().push(Seen::Input(number, input));
    }

    fn delivering(&mut self, delivery: &Delivery) {
        self.0.borrow_mut().push(Seen::Message {
            message: delivery.message,
            cause: delivery.cause,
            job: delivery.target == 0,
            tag: delivery.tag,
        });
    }

    fn delivered(&mut self) {
        self.0.borrow_mut().push(Seen::Done);
    }
}

struct Echo;

impl Receive for Echo {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        if packet.tag() == 9 {
            cx.defer(|_| ());
        }
    }
}

fn messages(seen: &Rc<RefCell<Vec<Seen>>>) -> Vec<(u64, u64)> {
    let pairs = seen.take().into_iter().filter_map(|seen| match seen {
        Seen::Message { message, cause, .. } => Some((message, cause)),
        _ => None,
    });
    pairs.collect()
}

#[test]
fn a_message_knows_which_message_caused_it() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let seen = Rc::default();
    runtime.set_observer(Some(Box::new(Watch(Rc::clone(&seen)))));
    let echo = runtime.door().spawn(Echo, Ret::nop());
    runtime.door().post(echo.actor_id(), 9, Body::Copied(b"x")).expect("it lives");
    echo.call(|_, cx| cx.this().clone().call(|_, _| ()));
    runtime.run(now, false);
    assert_eq!(messages(&seen), [(1, 0), (2, 0), (3, 1), (4, 2)]);
}

/// Of what was posted after the first step nothing was told before it ran, and it had no number, unless a host was to be woken by it.
#[test]
fn what_is_posted_between_steps_has_a_number_whether_anybody_is_to_be_woken_or_not() {
    for config in [Config::new(), Config::new().wake(|_| ())] {
        let now = Instant::now();
        let mut runtime = config.build(now);
        let seen = Rc::default();
        runtime.set_observer(Some(Box::new(Watch(Rc::clone(&seen)))));
        for step in 1..4 {
            runtime.defer(|_| ());
            let input = Seen::Input(2 * step - 1, Ingress::Posted);
            assert_eq!(*seen.borrow(), [input], "told when it is posted");
            runtime.run(now, false);
            assert_eq!(messages(&seen), [(step, 0)]);
        }
    }
}

#[test]
fn timers_remote_messages_wakers_and_what_they_cause_are_traced_too() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let seen = Rc::default();
    runtime.set_observer(Some(Box::new(Watch(Rc::clone(&seen)))));
    let unit = Duration::from_millis(1);
    runtime.after(unit, |runtime| runtime.defer(|_| ()));
    runtime.run(now + unit, false);
    assert_eq!(messages(&seen), [(1, 0), (2, 1)]);
    runtime.remote().defer(|runtime| runtime.defer(|_| ())).expect("it is open");
    runtime.run(now + unit, false);
    assert_eq!(messages(&seen), [(3, 0), (4, 3)]);
    let waker = runtime.waker(|runtime, _| runtime.defer(|_| ()));
    waker.wake();
    runtime.run(now + unit, false);
    assert_eq!(messages(&seen), [(5, 0), (6, 5)]);
    let echo = runtime.door().spawn(Echo, Ret::nop());
    assert!(runtime.remote().post(echo.actor_id(), 9, Body::Copied(b"1234567")).is_ok());
    runtime.run(now + unit, false);
    assert_eq!(messages(&seen), [(7, 0), (8, 7)]);
}

#[test]
fn a_message_that_waited_keeps_its_number() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let seen = Rc::default();
    runtime.set_observer(Some(Box::new(Watch(Rc::clone(&seen)))));
    let late = actor_new!(runtime, Echo, ret_nop!());
    late.call(|_, _| ());
    late.call_prep(|_| Some(Echo));
    runtime.run(now, false);
    assert_eq!(messages(&seen), [(1, 0), (2, 0), (1, 0)], "looked at, made, delivered");
}

#[test]
fn inputs_are_numbered_whether_somebody_looks_or_not() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    runtime.run(now, false);
    let before = runtime.ingress();
    let seen = Rc::default();
    runtime.set_observer(Some(Box::new(Watch(Rc::clone(&seen)))));
    runtime.defer(|_| ());
    runtime.defer(|_| ());
    runtime.remote().defer(|_| ()).expect("it is open");
    runtime.run(now, false);
    let inputs: Vec<_> = seen
        .take()
        .into_iter()
        .filter_map(|seen| match seen {
            Seen::Input(number, input) => Some((number - before, input)),
            _ => None,
        })
        .collect();
    let step = Ingress::Step { now: 0, messages: u32::MAX };
    assert_eq!(inputs, [(1, Ingress::Posted), (2, step), (3, Ingress::Remote)]);
    assert_eq!(runtime.ingress(), before + 3);
}

#[test]
fn every_delivery_ends_also_by_a_panic() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let seen: Rc<RefCell<Vec<Seen>>> = Rc::default();
    runtime.set_observer(Some(Box::new(Watch(Rc::clone(&seen)))));
    let echo = runtime.door().spawn(Echo, Ret::nop());
    echo.call(|_, _| std::panic::resume_unwind(Box::new("asked to")));
    echo.call(|_, _| ());
    runtime.defer(|_| std::panic::resume_unwind(Box::new("asked to")));
    let (_, panic) = runtime.step_caught(0, &actor_rt::Budget::UNBOUNDED);
    assert!(panic.is_some());
    let seen = seen.take();
    let begun = seen.iter().filter(|seen| matches!(seen, Seen::Message { .. })).count();
    let ended = seen.iter().filter(|seen| **seen == Seen::Done).count();
    assert_eq!((begun, ended), (3, 3));
}

#[test]
fn an_observer_that_panics_is_contained_and_its_panic_is_raised_at_the_end() {
    struct Bad;
    impl Observer for Bad {
        fn ingress(&mut self, _: u64, _: Ingress) {}
        fn delivering(&mut self, _: &Delivery) {
            std::panic::resume_unwind(Box::new("the observer"));
        }
        fn delivered(&mut self) {}
    }
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let ran = Rc::new(std::cell::Cell::new(0));
    let count = Rc::clone(&ran);
    runtime.set_observer(Some(Box::new(Bad)));
    runtime.defer(move |_| count.set(count.get() + 1));
    let (_, panic) = runtime.step_caught(0, &actor_rt::Budget::UNBOUNDED);
    assert!(panic.is_some());
    assert_eq!(ran.get(), 1);
    runtime.set_observer(None);
    runtime.run(now, false);
}
