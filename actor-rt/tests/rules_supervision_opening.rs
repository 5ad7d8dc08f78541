//! A start of several turns: an actor that has its value and says itself when it is ready.

use actor_rt::ask::Reply;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

const MILLISECOND: Duration = Duration::from_millis(1);

/// Says what happens to it.
struct Opens {
    log: Rc<RefCell<Vec<&'static str>>>,
}

impl Lifecycle for Opens {
    fn on_started(&mut self, _: &mut Cx<'_, Self>) {
        self.log.borrow_mut().push("started");
    }
    fn on_stop(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
        self.log.borrow_mut().push("stop");
        Stopping::Done
    }
    fn on_system(&mut self, _: &mut Cx<'_, Self>, _: SystemMessage) -> Reaction {
        self.log.borrow_mut().push("system");
        Reaction::Usual
    }
    fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        if let ChildEvent::Started { .. } = event {
            self.log.borrow_mut().push("child");
        }
    }
    fn on_exit(&mut self, _: &mut Cx<'_, Self>, _: &Exit) {
        self.log.borrow_mut().push("exit");
    }
    fn on_timer(&mut self, cx: &mut Cx<'_, Self>, number: u64, _: u32) {
        self.log.borrow_mut().push("timer");
        if number == 2 {
            cx.started();
        }
    }
}

struct World {
    now: Instant,
    runtime: Runtime,
    log: Rc<RefCell<Vec<&'static str>>>,
    /// Whether the next ones are starting when they have their value.
    opens: Rc<Cell<bool>>,
}

impl World {
    fn new() -> Self {
        let now = Instant::now();
        World { now, runtime: Runtime::new(now), log: Rc::default(), opens: Rc::new(Cell::new(true)) }
    }

    fn spec(&self) -> Spec<Opens> {
        let (log, opens) = (self.log.clone(), self.opens.clone());
        let factory = move |cx: &mut Cx<'_, Opens>| {
            if opens.get() {
                cx.starting();
            }
            Some(Opens { log: log.clone() })
        };
        Spec::new(factory).hooks()
    }

    fn plain(&self) -> Spec<Opens> {
        let log = self.log.clone();
        Spec::new(move |_| Some(Opens { log: log.clone() })).hooks()
    }

    /// A millisecond later.
    fn run(&mut self) -> String {
        self.now += MILLISECOND;
        self.runtime.run(self.now, false);
        self.log.take().join(" ")
    }

    fn status(&self, actor: &Actor<Opens>) -> Status {
        self.runtime.door().status(actor.actor_id()).unwrap()
    }
}

#[test]
fn one_that_is_starting_gets_what_is_its_own_and_others_wait() {
    let mut world = World::new();
    let actor = world.spec().start(&mut world.runtime).unwrap();
    let other = Spec::new(|_| Some(7_u32)).start(&mut world.runtime).unwrap();
    let door = world.runtime.door().clone();
    door.start_timer(actor.actor_id(), 1, MILLISECOND).unwrap();
    actor.call(|this, _| this.log.borrow_mut().push("message"));
    world.runtime.send_system_all(SystemMessage::Start);
    assert_eq!(world.run(), "timer");
    assert_eq!(
        (world.status(&actor), door.locate(actor.actor_id()).unwrap().life),
        (Status::Starting, Life::Preparing)
    );
    assert!(!actor.pause() && !actor.resume(), "it is not ready");
    // Answers to its own requests are its own, too.
    let asking = actor.clone();
    let answer = Ret::to_actor(actor.clone(), |this: &mut Opens, _, _: Option<u32>| {
        this.log.borrow_mut().push("answer")
    });
    other.call(move |number, _| {
        assert!(!asking.is_zombie());
        answer.ret(*number);
    });
    assert_eq!(world.run(), "answer");
    assert_eq!(door.started(actor.actor_id()), Ok(true));
    assert_eq!(world.run(), "started system message");
    assert_eq!(world.status(&actor), Status::Running);
    assert_eq!(door.started(actor.actor_id()), Ok(false));
}

#[test]
fn only_what_is_being_made_begins_so_and_only_what_began_so_is_started() {
    let mut world = World::new();
    let answers = Rc::new(RefCell::new(Vec::new()));
    let (its, log) = (answers.clone(), world.log.clone());
    let factory = move |cx: &mut Cx<'_, Opens>| {
        let (door, own) = (cx.door().clone(), cx.this().actor_id());
        its.borrow_mut().extend([
            door.started(own).unwrap(),
            door.starting(own).unwrap(),
            door.started(own).unwrap(),
            door.started(own).unwrap(),
        ]);
        Some(Opens { log: log.clone() })
    };
    let actor = Spec::new(factory).hooks().start(&mut world.runtime).unwrap();
    assert_eq!(answers.take(), [false, true, true, false]);
    assert_eq!((world.run().as_str(), world.status(&actor)), ("started", Status::Running));
    assert_eq!(world.runtime.door().starting(actor.actor_id()), Ok(false), "it is ready");
    actor.call(|this, _| this.log.borrow_mut().push("message"));
    assert_eq!(world.run(), "message");
    // One that waits for an answer is no such one either.
    let silent = Spec::new(|_| Some(Vec::new())).start(&mut world.runtime).unwrap();
    actor.call(move |_, cx| {
        let message = |kept: &mut Vec<Reply<u32>>, _: &mut Cx<'_, Vec<Reply<u32>>>, reply| kept.push(reply);
        cx.ask_holding(&silent, 9 * MILLISECOND, message, |this, _, _| this.log.borrow_mut().push("answer"))
            .unwrap();
    });
    actor.call(|this, _| this.log.borrow_mut().push("message"));
    assert_eq!(world.run(), "");
    assert_eq!(world.runtime.door().started(actor.actor_id()), Ok(false));
    assert_eq!(world.run(), "", "it waits");
    world.now += 9 * MILLISECOND;
    assert_eq!(world.run(), "answer message");
}

#[test]
fn whoever_waits_for_its_start_hears_when_it_is_ready() {
    let mut world = World::new();
    let parent = world.plain().start(&mut world.runtime).unwrap();
    world.run();
    let ready = Rc::new(Cell::new(false));
    let told = ready.clone();
    let outcome = Ret::new(move |outcome| told.set(matches!(outcome, Some(Ok(_)))));
    let child = world.spec().spawn_under(&mut world.runtime, parent.actor_id(), outcome).unwrap();
    assert_eq!(world.run(), "");
    assert!(!ready.get());
    world.runtime.door().start_timer(child.actor_id(), 2, MILLISECOND).unwrap();
    assert_eq!(world.run(), "timer started child");
    assert!(ready.get());
}

#[test]
fn an_end_while_starting_is_that_of_a_start() {
    let mut world = World::new();
    for kills in [false, true] {
        let failed = Rc::new(RefCell::new(None));
        let told = failed.clone();
        let outcome =
            Ret::new(move |outcome: Option<Result<_, _>>| *told.borrow_mut() = outcome.unwrap().err());
        let actor = world.spec().spawn(&mut world.runtime, outcome).unwrap();
        world.run();
        let phase = Rc::new(Cell::new(None));
        let seen = phase.clone();
        let on_exit = Ret::new(move |exit: Option<Exit>| seen.set(exit.map(|exit| exit.phase)));
        world.runtime.on_exit(actor.actor_id(), on_exit);
        if kills {
            world.runtime.door().kill(actor.actor_id(), "enough").unwrap();
        } else {
            world.runtime.door().stop(actor.actor_id()).unwrap();
        }
        assert_eq!(
            world.runtime.door().started(actor.actor_id()),
            if kills { Err(IdError::Stale) } else { Ok(true) }
        );
        let said = world.run();
        if kills {
            assert_eq!(said, "");
            assert_eq!(phase.get(), Some(Phase::Starting));
            assert!(matches!(failed.take(), Some(StartError::Killed(_))));
        } else {
            // It became ready before the stop came.
            assert_eq!(phase.get(), Some(Phase::Running));
        }
        assert!(actor.is_zombie());
    }
    let stopped = world.spec().start(&mut world.runtime).unwrap();
    world.runtime.door().stop(stopped.actor_id()).unwrap();
    assert_eq!(world.run(), "", "no hook of one that never was ready");
    assert!(stopped.is_zombie());
}

#[test]
fn a_start_has_its_time_each_time() {
    let mut world = World::new();
    let second = Duration::from_secs(1);
    let actor = world.spec().start_timeout(second).start(&mut world.runtime).unwrap();
    assert_eq!(world.run(), "");
    world.runtime.door().started(actor.actor_id()).unwrap();
    actor.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.run(), "started");
    assert_eq!(world.status(&actor), Status::Starting);
    // The next one needs no such start, and what was said of the one before does not hold for it.
    world.opens.set(false);
    world.runtime.set_root_supervisor(Supervisor::new().intensity(Intensity::new(9, second)));
    world.now += second;
    assert_eq!(world.run(), "started");
    assert_eq!((world.status(&actor), actor.incarnation()), (Status::Running, 2));
    world.now += second;
    world.run();
    assert_eq!(actor.incarnation(), 2);
}

#[test]
fn children_that_are_restarted_together_wait_for_it() {
    let mut world = World::new();
    let all = Supervisor::new().strategy(Strategy::OneForAll);
    let parent = world.plain().supervises(all).start(&mut world.runtime).unwrap();
    let first = world.spec().start_under(&mut world.runtime, parent.actor_id()).unwrap();
    let second = world.plain().start_under(&mut world.runtime, parent.actor_id()).unwrap();
    world.runtime.door().started(first.actor_id()).unwrap();
    world.run();
    second.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.run(), "stop", "the first is asked to end, and is starting again");
    assert_eq!((world.status(&first), first.incarnation(), second.incarnation()), (Status::Starting, 1, 1));
    world.runtime.door().started(first.actor_id()).unwrap();
    assert_eq!(world.run(), "started started");
}

#[test]
fn it_drains_when_it_is_ready_and_can_be_asked_for_then() {
    let mut world = World::new();
    let actor = world.spec().start(&mut world.runtime).unwrap();
    let heard = Ret::new(|answer| assert_eq!(answer, Some(Ok(7))));
    let message = |_: &mut Opens, _: &mut Cx<'_, Opens>, reply: Reply<u32>| _ = reply.reply(7);
    world.runtime.ask(&actor, Duration::from_secs(1), message, heard).unwrap();
    world.runtime.door().drain(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "");
    assert!(!actor.is_zombie());
    world.runtime.door().started(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "started stop");
    assert!(actor.is_zombie());
}

#[test]
fn news_of_those_it_is_linked_to_wait_for_it() {
    let mut world = World::new();
    let other = Spec::once(|_| Some(7_u32)).start(&mut world.runtime).unwrap();
    let log = world.log.clone();
    let actor = Spec::new(move |cx: &mut Cx<'_, Opens>| {
        cx.trap_exits(true);
        cx.starting();
        Some(Opens { log: log.clone() })
    });
    let actor = actor.hooks().start(&mut world.runtime).unwrap();
    world.runtime.link(actor.actor_id(), other.actor_id()).unwrap();
    other.call(|_, cx| cx.fail_str("a fault"));
    assert_eq!(world.run(), "");
    world.runtime.door().started(actor.actor_id()).unwrap();
    assert_eq!(world.run(), "started exit");
}

#[test]
fn it_is_not_asked_whether_it_minds_the_end_of_all() {
    let mut world = World::new();
    let actor = world.spec().start(&mut world.runtime).unwrap();
    let ended = Ret::new(|killed: Option<Vec<ActorId>>| assert_eq!(killed, Some(Vec::new())));
    world.runtime.door().terminate(Some(Duration::from_secs(1)), ended);
    assert_eq!(world.run(), "", "it says nothing to that");
    assert!(actor.is_zombie());
}
