//! The heartbeat (O-14 of the study: ODIN's, and with restarts ractor's dead-man's switch), and the watchdog for what it cannot see.

mod supervision_support;

use actor_rt::services::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use supervision_support::*;

const SECOND: Duration = Duration::from_secs(1);

type Reports = Rc<RefCell<Vec<Pulse>>>;

fn start(world: &mut World, beat: Heartbeat) -> (Actor<Heart>, Reports) {
    let reports = Reports::default();
    let told = reports.clone();
    let report = Fwd::new(move |pulse| told.borrow_mut().push(pulse));
    (beat.start(&mut world.runtime, report).unwrap(), reports)
}

#[test]
fn o14_who_has_not_answered_by_the_next_cycle_is_reported_once_and_again_when_it_answers() {
    let mut world = World::new();
    let (well, ill) = (world.start("well"), world.start("ill"));
    let (heart, reports) = start(&mut world, Heartbeat::new(SECOND));
    world.at(5000);
    assert!(reports.borrow().is_empty());
    ill.pause();
    world.at(6999);
    assert!(reports.borrow().is_empty(), "it is pinged at 6, and has until 7");
    world.at(9000);
    assert_eq!(*reports.borrow(), [Pulse::Unresponsive { actor: ill.actor_id(), cycles: 1 }]);
    assert!(!ill.is_zombie(), "a report, no more");
    ill.resume();
    world.run();
    let second = reports.borrow()[1];
    assert!(matches!(second, Pulse::Recovered { actor, .. } if actor == ill.actor_id()));
    world.at(12000);
    assert_eq!(reports.borrow().len(), 2);
    let latencies = heart.query(&mut world.runtime, |heart, _| {
        [well.actor_id(), ill.actor_id()].map(|actor| heart.latency(actor).is_some())
    });
    assert_eq!(latencies, Some([true, true]));
}

#[test]
fn o14_who_refuses_to_answer_is_not_well_and_who_has_ended_is_forgotten() {
    struct Ill;
    impl Lifecycle for Ill {
        fn on_system(&mut self, _: &mut Cx<'_, Self>, message: SystemMessage) -> Reaction {
            if message == SystemMessage::Ping { Reaction::Handled } else { Reaction::Usual }
        }
    }
    let mut world = World::new();
    let ill = Spec::new(|_| Some(Ill)).hooks().start(&mut world.runtime).unwrap();
    let gone = world.start("gone");
    let (heart, reports) = start(&mut world, Heartbeat::new(SECOND).patience(3));
    world.run();
    assert!(heart.query(&mut world.runtime, |heart, _| heart.latency(gone.actor_id())).flatten().is_some());
    gone.pause();
    world.at(1500);
    world.runtime.terminate_child(gone.actor_id(), Ret::nop()).unwrap();
    world.at(10000);
    assert_eq!(*reports.borrow(), [Pulse::Unresponsive { actor: ill.actor_id(), cycles: 3 }]);
    assert!(heart.query(&mut world.runtime, |heart, _| heart.latency(gone.actor_id())).flatten().is_none());
}

#[test]
fn o14_one_that_is_never_ready_is_reported_and_made_anew_if_it_is_to_be() {
    let mut world = World::new();
    let conduct = Conduct::default();
    conduct.starts_waiting.set(1);
    let slow = world.spec_of("slow", conduct).start(&mut world.runtime).unwrap();
    let (_, reports) = start(&mut world, Heartbeat::new(SECOND).restarting());
    assert_eq!(world.at(999), "slow:wait");
    assert!(world.at(1000).contains("slow:init2"));
    let told = reports.borrow();
    assert_eq!(told[0], Pulse::Unresponsive { actor: slow.actor_id(), cycles: 1 });
    assert!(matches!(told[1], Pulse::Recovered { .. }));
}

/// Says that it is well when it is.
struct Peer {
    is_well: Rc<Cell<bool>>,
}

impl Lifecycle for Peer {
    fn on_system(&mut self, _: &mut Cx<'_, Self>, message: SystemMessage) -> Reaction {
        if message == SystemMessage::Ping && !self.is_well.get() {
            Reaction::Handled
        } else {
            Reaction::Usual
        }
    }
}

/// Whoever had refused to answer was never pinged again, and not well for ever.
#[test]
fn o14_who_has_refused_to_answer_is_asked_again() {
    let mut world = World::new();
    let is_well = Rc::new(Cell::new(false));
    let sees = is_well.clone();
    let spec = Spec::new(move |_| Some(Peer { is_well: sees.clone() })).hooks();
    let actor = spec.start(&mut world.runtime).unwrap().actor_id();
    let (_, reports) = start(&mut world, Heartbeat::new(SECOND).patience(2));
    world.at(500);
    is_well.set(true);
    world.at(4500);
    is_well.set(false);
    assert!(reports.borrow().is_empty(), "it was late once");
    world.at(9500);
    assert_eq!(reports.take(), [Pulse::Unresponsive { actor, cycles: 2 }]);
    is_well.set(true);
    world.at(11_000);
    assert!(matches!(reports.take()[..], [Pulse::Recovered { .. }]));
}

/// Whoever took the place of one that was killed was not looked after any more.
#[test]
fn o14_who_is_made_anew_and_refuses_again_is_made_anew_again() {
    let mut world = World::new();
    let made = Rc::new(Cell::new(0));
    let makes = made.clone();
    let factory = move |_: &mut Cx<'_, Peer>| {
        makes.set(makes.get() + 1);
        Some(Peer { is_well: Rc::new(Cell::new(makes.get() == 3)) })
    };
    Spec::new(factory).hooks().start(&mut world.runtime).unwrap();
    let (_, reports) = start(&mut world, Heartbeat::new(SECOND).restarting());
    world.at(9500);
    assert_eq!(made.get(), 3);
    let told = reports.take();
    assert!(matches!(
        told[..],
        [Pulse::Unresponsive { .. }, Pulse::Unresponsive { .. }, Pulse::Recovered { .. }]
    ));
}

#[test]
fn another_thread_sees_which_handler_is_stuck_and_that_it_goes_on() {
    let now = Instant::now();
    let mut runtime = Runtime::new(now);
    let watchdog = runtime.watchdog();
    let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    let id = actor.actor_id();
    let (begun, begins) = mpsc::channel();
    let (free, freed) = mpsc::channel::<()>();
    actor.call(move |_, _| {
        begun.send(()).unwrap();
        freed.recv().unwrap();
        std::panic::resume_unwind(Box::new("a panic"));
    });
    let guard = watchdog.clone();
    let seen = thread::spawn(move || {
        begins.recv().unwrap();
        let looks = [guard.busy().unwrap(), guard.busy().unwrap()];
        free.send(()).unwrap();
        looks
    });
    runtime.run(now, false);
    let [first, second] = seen.join().unwrap();
    assert_eq!((first.actor, first.tag, first), (Some(id), 0, second), "the same message at two looks");
    assert!(first.method.contains("another_thread_sees"), "{}", first.method);
    assert!(first.since >= now && first.since <= Instant::now());
    assert_eq!(watchdog.busy(), None, "also after a panic nothing is running any more");
    // Work of the runtime itself, and messages from other languages.
    let looks = Rc::new(RefCell::new(Vec::new()));
    let (look, dog) = (looks.clone(), watchdog.clone());
    runtime.defer(move |_| look.borrow_mut().push(dog.busy().unwrap()));
    runtime.run(now, false);
    let busy = looks.borrow()[0];
    assert!(busy.actor.is_none() && busy.number > first.number);
    // Without anybody to look, it is over.
    drop((watchdog, looks));
    runtime.defer(|_| ());
    runtime.run(now, false);
    let again = runtime.watchdog();
    assert_eq!(again.busy(), None);
}
