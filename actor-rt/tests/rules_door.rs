//! The services around actors by id: what callers without handles have must be the same as what handles have.

mod payload_support;

use actor_rt::mailbox::{Mailbox, Overflow, Priority, Sending};
use actor_rt::registry::DEFAULT_SCOPE;
use actor_rt::supervision::{
    ChildEvent, Exit, ExitKind, Interval, Lifecycle, Restart, Run, Spec, StartError, Status, Stopping,
};
use actor_rt::{
    ActorId, Body, Cx, DropReason, Envelope, ErrorCode, Fwd, IdError, Packet, PostError, Receive, Ret,
    Runtime, StopCause,
};
use payload_support::{owned, released};
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Keeps the tags of what it gets.
#[derive(Default)]
struct Tags(Vec<u64>);

impl Receive for Tags {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        assert_eq!((packet.flags(), packet.reply_token()), (0, 0), "an expiry is the runtime's own affair");
        self.0.push(packet.tag());
        if packet.tag() == FAIL {
            cx.fail(ErrorCode { code: -1007, phase: 3 });
        }
    }
}

const FAIL: u64 = 99;

fn tags(runtime: &mut Runtime, id: ActorId) -> Vec<u64> {
    let actor = actor_rt::Actor::<Tags>::from_id(runtime, id).unwrap();
    actor.query(runtime, |tags, _| tags.0.clone()).unwrap()
}

fn new() -> (Instant, Runtime) {
    let now = Instant::now();
    (now, Runtime::new(now))
}

/// What is too old when its turn comes is lost and not handled; its payload is released once, with the reason.
#[test]
fn a_packet_that_is_too_old_is_lost_and_its_payload_released_once() {
    let (now, mut runtime) = new();
    let door = runtime.door().clone();
    let id = door.spawn(Tags::default(), Ret::nop()).actor_id();
    let short = Sending::new().time_to_live(Duration::from_millis(10));
    released();
    door.post_with(id, short, 1, owned()).unwrap();
    runtime.run(now + Duration::from_millis(10), false);
    assert_eq!(tags(&mut runtime, id), [1], "just in time");
    door.post_with(id, short, 2, owned()).unwrap();
    door.post_with(id, short, 3, Body::Copied(b"x")).unwrap();
    runtime.run(now + Duration::from_millis(21), false);
    assert_eq!(tags(&mut runtime, id), [1]);
    assert_eq!(released(), [DropReason::Delivered as u32, DropReason::Expired as u32]);
    assert_eq!(runtime.dead_letters_of(DropReason::Expired), 2);
}

/// One that expires asks for no answer, whatever becomes of it: its receiver may end before.
#[test]
fn a_packet_with_an_expiry_may_be_lost_with_its_receiver() {
    let (now, mut runtime) = new();
    let door = runtime.door().clone();
    let id = door.spawn(Tags::default(), Ret::nop()).actor_id();
    released();
    door.post_with(id, Sending::new().time_to_live(Duration::from_secs(1)), 1, owned()).unwrap();
    door.kill(id, "enough").unwrap();
    runtime.run(now, false);
    assert_eq!(released(), [DropReason::Cancelled as u32]);
    // Traced records move another way.
    let id = door.spawn(Tags::default(), Ret::nop()).actor_id();
    door.set_mailbox(id, Mailbox::new().capacity(1).overflow(Overflow::DropOldest)).unwrap();
    door.post_with(id, Sending::new().time_to_live(Duration::from_secs(1)), 1, owned()).unwrap();
    door.post_with(id, Sending::new().time_to_live(Duration::from_secs(1)), 2, owned()).unwrap();
    runtime.run(now, false);
    assert_eq!(tags(&mut runtime, id), [2]);
}

/// Priorities count for packets as for calls; a full mailbox gives the payload back.
#[test]
fn packets_have_priorities_in_a_mailbox_of_ones_own() {
    let (now, mut runtime) = new();
    let door = runtime.door().clone();
    let id = door.spawn(Tags::default(), Ret::nop()).actor_id();
    door.set_mailbox(id, Mailbox::new().capacity(3)).unwrap();
    door.post(id, 1, Body::Copied(b"")).unwrap();
    door.post_with(id, Sending::new().priority(Priority::Low), 2, Body::Copied(b"")).unwrap();
    door.post_with(id, Sending::new().priority(Priority::High), 3, Body::Copied(b"")).unwrap();
    let full = door.post_with(id, Sending::new().priority(Priority::High), 4, Body::Copied(b"back"));
    assert!(matches!(full, Err((PostError::Full, Body::Copied(b"back")))));
    runtime.run(now, false);
    assert_eq!(tags(&mut runtime, id), [3, 1, 2]);
    // A plain actor takes all in their order.
    let plain = door.spawn(Tags::default(), Ret::nop()).actor_id();
    door.post(plain, 1, Body::Copied(b"")).unwrap();
    door.post_with(plain, Sending::new().priority(Priority::High), 2, Body::Copied(b"")).unwrap();
    runtime.run(now, false);
    assert_eq!(tags(&mut runtime, plain), [1, 2]);
}

/// News comes ahead of the messages and past the bound, and waits for a value as they do.
#[test]
fn what_is_sent_ahead_waits_for_a_value_only() {
    let (now, mut runtime) = new();
    let door = runtime.door().clone();
    let actor = door.spawn_later(|_| Some(Tags::default()), Ret::nop());
    actor.set_capacity(2); // the making of the value has a place, too
    let id = actor.actor_id();
    door.post(id, 1, Body::Copied(b"")).unwrap();
    door.send_ahead(id, &Envelope { tag: 2, ..Envelope::default() }, Body::Copied(b"")).unwrap();
    runtime.run(now, false);
    door.post(id, 3, Body::Copied(b"")).unwrap();
    door.send_ahead(id, &Envelope { tag: 4, ..Envelope::default() }, Body::Copied(b"")).unwrap();
    runtime.run(now, false);
    let seen = tags(&mut runtime, id);
    assert_eq!(seen[2..], [4, 3]);
    assert!(seen[..2].contains(&1) && seen[..2].contains(&2), "{seen:?}");
}

/// A code reaches monitors, links and supervisors, whoever has the error itself.
#[test]
fn an_errors_code_reaches_all_who_hear_of_the_end() {
    #[derive(Default)]
    struct Boss(Option<ErrorCode>);

    impl Lifecycle for Boss {
        fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
            if let ChildEvent::Ended { cause: StopCause::Failed(error), .. } = event {
                assert_eq!(error.to_string(), "code -1007");
                self.0 = error.source().and_then(|source| source.downcast_ref()).copied();
            }
        }
    }

    let (now, mut runtime) = new();
    let boss = Spec::new(|_| Some(Boss::default())).hooks().start(&mut runtime).unwrap();
    let notified = Rc::new(Cell::new(0));
    let notifies = notified.clone();
    let child = Spec::new(|_| Some(Tags::default()))
        .restart(Restart::Temporary)
        .accept_packets()
        .notify(move |_| {
            let notifies = notifies.clone();
            Ret::new(move |_| notifies.set(notifies.get() + 1))
        })
        .spawn_through(runtime.door(), Some(boss.actor_id()), Ret::nop())
        .unwrap()
        .actor_id();
    let door = runtime.door().clone();
    let linked = door.spawn(Tags::default(), Ret::nop()).actor_id();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = heard.clone();
    door.monitor(None, child, move |exit: Exit| hears.borrow_mut().push(exit.code));
    let hears = heard.clone();
    door.trap_exits(linked, Some(Fwd::new(move |exit: Exit| hears.borrow_mut().push(exit.code)))).unwrap();
    door.link(linked, child).unwrap();
    runtime.run(now, false);
    door.post(child, FAIL, Body::Copied(b"")).unwrap();
    runtime.run(now, false);
    let code = Some(ErrorCode { code: -1007, phase: 3 });
    assert_eq!(*heard.borrow(), [code; 2]);
    assert_eq!(boss.query(&mut runtime, |boss, _| boss.0), Some(code));
    assert_eq!(notified.get(), 1);
    assert!(door.is_alive(linked).is_ok());
}

/// The code of a stop holds for one incarnation.
#[test]
fn the_code_of_a_stop_is_told_with_it() {
    let (now, mut runtime) = new();
    let door = runtime.door().clone();
    let actor = Spec::new(|_| Some(0_u32)).restart(Restart::Permanent).start(&mut runtime).unwrap();
    let id = actor.actor_id();
    let heard = Rc::new(Cell::new(None));
    let hears = heard.clone();
    door.monitor(None, id, move |exit: Exit| hears.set(Some((exit.kind, exit.code))));
    door.set_exit_code(id, ErrorCode { code: 5, phase: 0 }).unwrap();
    door.stop(id).unwrap();
    runtime.run(now, false);
    assert_eq!(heard.get(), None, "restarted");
    door.terminate_child(id, Ret::nop()).unwrap();
    runtime.run(now, false);
    assert_eq!(heard.take(), Some((ExitKind::Stopped, None)));

    let id = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap().actor_id();
    let hears = heard.clone();
    door.monitor(None, id, move |exit: Exit| hears.set(Some((exit.kind, exit.code))));
    let code = ErrorCode { code: 5, phase: 0 };
    door.set_exit_code(id, code).unwrap();
    door.stop(id).unwrap();
    runtime.run(now, false);
    assert_eq!(heard.take(), Some((ExitKind::Stopped, Some(code))));
    assert_eq!(door.set_exit_code(id, code), Err(IdError::Stale));
}

/// Whoever knows the id may say that an actor needs no further turns to stop.
#[test]
fn an_actor_that_waits_in_its_end_is_let_go_by_id() {
    struct Waits;
    impl Lifecycle for Waits {
        fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
            Stopping::Pending
        }
    }
    let (now, mut runtime) = new();
    let door = runtime.door().clone();
    let id = Spec::new(|_| Some(Waits)).hooks().start(&mut runtime).unwrap().actor_id();
    door.stop(id).unwrap();
    runtime.run(now, false);
    assert_eq!(door.status(id), Ok(Status::Stopping));
    door.stopped(id).unwrap();
    runtime.run(now, false);
    assert_eq!(door.status(id), Ok(Status::Stopped));
    assert_eq!(door.stopped(id), Err(IdError::Stale));
}

/// A trap is withdrawn by whoever set it last, and what it held is dropped outside of the runtime's own state.
#[test]
fn a_trap_may_be_changed_from_within_itself() {
    struct Calls(actor_rt::Door, ActorId);
    impl Drop for Calls {
        fn drop(&mut self) {
            _ = self.0.trap_exits(self.1, None);
        }
    }
    let (now, mut runtime) = new();
    let door = runtime.door().clone();
    let id = door.spawn(Tags::default(), Ret::nop()).actor_id();
    let held = Calls(door.clone(), id);
    let told = Rc::new(Cell::new(0));
    let tells = told.clone();
    let trap = Fwd::new(move |_: Exit| {
        tells.set(tells.get() + 1);
        held.0.trap_exits(held.1, None).unwrap();
    });
    door.trap_exits(id, Some(trap)).unwrap();
    for _ in 0..2 {
        let other = door.spawn(Tags::default(), Ret::nop()).actor_id();
        door.link(id, other).unwrap();
        door.kill(other, "enough").unwrap();
        runtime.run(now, false);
    }
    assert_eq!(told.get(), 1);
    assert!(door.is_alive(id).is_err(), "the second one took it along");
}

/// A factory that runs in the call would run with whatever the caller has borrowed; by id it runs in a turn of its own.
#[test]
fn a_child_is_started_anew_in_a_turn_of_its_own() {
    let (now, mut runtime) = new();
    let made = Rc::new(Cell::new(0));
    let makes = made.clone();
    let spec = Spec::new(move |_| {
        makes.set(makes.get() + 1);
        Some(Tags::default())
    });
    let first = spec.accept_packets().start(&mut runtime).unwrap().actor_id();
    let door = runtime.door().clone();
    assert!(matches!(door.restart_child(None, first), Err(StartError::NoChild)), "it lives");
    door.terminate_child(first, Ret::nop()).unwrap();
    runtime.run(now, false);
    let second = door.restart_child(None, first).unwrap();
    assert_eq!(made.get(), 1);
    assert!(
        matches!(door.restart_child(None, first), Err(StartError::NoChild)),
        "its entry is the new one's"
    );
    door.post(second, 7, Body::Copied(b"")).unwrap();
    runtime.run(now, false);
    assert_eq!((made.get(), tags(&mut runtime, second)), (2, vec![7]));
}

/// Of a group all members get a message, in their order; one that cannot take it is no reason to leave out the others.
#[test]
fn a_group_is_told_member_by_member() {
    let (now, mut runtime) = new();
    let door = runtime.door().clone();
    let ids = [(); 3].map(|()| door.spawn(Tags::default(), Ret::nop()).actor_id());
    for id in ids {
        assert_eq!(door.join(DEFAULT_SCOPE, "all", id), Ok(true));
    }
    door.set_mailbox(ids[1], Mailbox::new().capacity(0)).unwrap();
    assert_eq!(door.post_to_group(DEFAULT_SCOPE, "all", 4, b"news"), 2);
    assert_eq!(runtime.dead_letters_of(DropReason::Full), 1);
    runtime.run(now, false);
    assert_eq!((tags(&mut runtime, ids[0]), tags(&mut runtime, ids[2])), (vec![4], vec![4]));
    assert_eq!(door.post_to_group("elsewhere", "all", 4, b"news"), 0);
}

/// Counts the ticks and the runs that it is told of.
#[derive(Default)]
struct Told {
    ticks: Vec<(u64, u32)>,
    runs: u32,
}

impl Lifecycle for Told {
    fn on_timer(&mut self, _: &mut Cx<'_, Self>, number: u64, ticks: u32) {
        self.ticks.push((number, ticks));
    }
    fn on_run(&mut self, _: &mut Cx<'_, Self>) -> Run {
        self.runs += 1;
        Run::Done
    }
}

/// By an id a timer of another actor is started and stopped as by itself; one that could not be told of it is refused, and not a panic.
#[test]
fn timers_and_runs_by_id_are_those_of_the_actor_and_refused_where_nobody_would_be_told() {
    let (now, mut runtime) = new();
    let door = runtime.door().clone();
    let actor = Spec::new(|_| Some(Told::default())).hooks().start(&mut runtime).unwrap();
    let silent = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap().actor_id();
    let (id, second) = (actor.actor_id(), Duration::from_secs(1));
    door.start_timer(id, 1, second).unwrap();
    door.start_timer(id, 1, second * 2).unwrap();
    door.start_interval(id, 2, Interval::new(second)).unwrap();
    door.keep_running(id).unwrap();
    runtime.run(now + second, false);
    let seen =
        |runtime: &mut Runtime| actor.query(runtime, |told, _| (told.ticks.clone(), told.runs)).unwrap();
    assert_eq!(seen(&mut runtime), (vec![(2, 1)], 1));
    assert_eq!((door.stop_timer(id, 2), door.stop_timer(id, 2)), (Ok(true), Ok(false)));
    runtime.run(now + second * 3, false);
    assert_eq!(seen(&mut runtime), (vec![(2, 1), (1, 1)], 1));

    assert_eq!(door.start_timer(silent, 1, second), Err(IdError::WrongKind));
    assert_eq!(door.start_interval(silent, 1, Interval::new(second)), Err(IdError::WrongKind));
    assert_eq!(door.keep_running(silent), Err(IdError::WrongKind));
    assert_eq!(door.stop_timer(silent, 1), Ok(false));
    door.stop(id).unwrap();
    runtime.run(now + second * 3, false);
    assert_eq!(door.start_timer(id, 1, second), Err(IdError::Stale));
    assert_eq!(door.keep_running(id), Err(IdError::Stale));
    assert_eq!(door.exit_after(id, second).unwrap_err(), IdError::Stale);
    assert_eq!(door.ping(id, Ret::nop()), Err(IdError::Stale));
}

/// Who hears of an end hears whether it was a panic.
#[test]
fn an_exit_tells_a_panic_from_a_failure() {
    let (now, mut runtime) = new();
    let panicked = Rc::new(RefCell::new(Vec::new()));
    for panics in [true, false] {
        let actor = Spec::once(|_| Some(0_u32)).start(&mut runtime).unwrap();
        let seen = panicked.clone();
        let told = Ret::new(move |exit: Option<Exit>| seen.borrow_mut().push(exit.unwrap().panicked));
        runtime.on_exit(actor.actor_id(), told);
        actor.call(move |_, cx| if panics { panic!("a fault") } else { cx.fail_str("a fault") });
    }
    runtime.run(now, false);
    assert_eq!(*panicked.borrow(), [true, false]);
}

/// A notifier was asked for before its actor was in the tree: a panic left the actor to nobody, a kill by the id was lost.
#[test]
fn whoever_is_asked_for_a_notifier_may_panic_and_end_the_actor() {
    let (now, mut runtime) = new();
    let spec = Spec::new(|_| Some(0_u32)).notify(|_| panic::resume_unwind(Box::new("a fault")));
    let actor = spec.start(&mut runtime).unwrap();
    assert_eq!(runtime.supervised(), [actor.actor_id()]);
    let raised = panic::catch_unwind(AssertUnwindSafe(|| runtime.run(now, false)));
    assert!(raised.is_err(), "raised by the next step, as what belongs to no actor");
    assert!(!actor.is_zombie());

    for restart in [Restart::Temporary, Restart::Permanent] {
        let told = Rc::new(RefCell::new(Vec::new()));
        let (tells, door) = (told.clone(), runtime.door().clone());
        let spec = Spec::new(|_| Some(0_u32)).restart(restart).notify(move |id| {
            door.kill(id, "not this one").unwrap();
            let tells = tells.clone();
            Ret::new(move |cause: Option<StopCause>| tells.borrow_mut().push(cause.unwrap().to_string()))
        });
        let started = spec.start(&mut runtime);
        runtime.run(now, false);
        if restart == Restart::Permanent {
            let actor = started.unwrap();
            assert_eq!((actor.is_zombie(), told.take()), (false, vec![]), "it was made anew");
            runtime.terminate_child(actor.actor_id(), Ret::nop()).unwrap();
            runtime.run(now, false);
            assert_eq!(told.take(), ["Actor stopped"]);
        } else {
            assert_eq!(told.take(), ["Actor was killed: not this one"]);
        }
    }
    assert_eq!(runtime.actors(), 1);
}
