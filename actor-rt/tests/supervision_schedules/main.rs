//! Random schedules of supervision: trees of actors that start, fail, stop, are killed, moved, watched, linked and asked, in random order
//! and over random times. Whatever happens, what the guide promises must hold; and everything must have happened.
//!
//! The seed of a schedule that breaks a promise is in the message; `SCHEDULES=seed,seed` runs those alone.

mod supervision_support;

use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::{Duration, Instant};
use supervision_support::Random;

/// Many, but a few in Miri, where each takes seconds, and fewer under a sanitizer.
const SCHEDULES: u64 = if cfg!(miri) {
    20
} else if cfg!(sanitized) {
    10_000
} else {
    100_000
};
const ACTS: u32 = 24;

/// How often something happened, over all schedules.
type Counts = BTreeMap<&'static str, u64>;

/// What all actors of a schedule share: how they decide, and what they have seen.
struct Shared {
    random: Random,
    counts: RefCell<Counts>,
    /// By actor: how many values of it live.
    alive: RefCell<BTreeMap<u64, u32>>,
    /// By actor: the incarnation that was made last.
    numbers: RefCell<BTreeMap<u64, u32>>,
    /// By actor: the incarnation of which nothing may run any more.
    condemned: RefCell<BTreeMap<u64, u32>>,
    /// By actor: its supervisor.
    parents: RefCell<BTreeMap<u64, u64>>,
    /// Told, by number of the monitor.
    downs: RefCell<BTreeMap<u32, u32>>,
    /// Asked and answered requests.
    asked: Cell<u32>,
    answered: Cell<u32>,
    problems: RefCell<Vec<String>>,
}

impl Shared {
    fn count(&self, what: &'static str) {
        *self.counts.borrow_mut().entry(what).or_default() += 1;
    }

    fn problem(&self, text: String) {
        self.problems.borrow_mut().push(text);
    }
}

/// An actor of a schedule.
struct Node {
    id: u64,
    incarnation: u32,
    shared: Rc<Shared>,
}

impl Node {
    fn new(cx: &Cx<'_, Node>, incarnation: u32, shared: &Rc<Shared>) -> Self {
        let id = cx.this().actor_id().0;
        let mut alive = shared.alive.borrow_mut();
        let lives = alive.entry(id).or_default();
        *lives += 1;
        if *lives > 1 {
            shared.problem(format!("two incarnations of {id:#x} are alive"));
        }
        drop(alive);
        shared.numbers.borrow_mut().insert(id, incarnation);
        Node { id, incarnation, shared: shared.clone() }
    }

    /// Something of the actor runs.
    fn runs(&self, what: &str) {
        let condemned = self.shared.condemned.borrow().get(&self.id).copied();
        if condemned == Some(self.incarnation) {
            self.shared.problem(format!("{what} of {:#x} runs after its kill", self.id));
        }
    }

    fn works(&mut self, cx: &mut Cx<'_, Self>) {
        self.runs("a handler");
        match self.shared.random.below(12) {
            0 => cx.fail_str("a fault"),
            1 => std::panic::resume_unwind(Box::new("a panic")),
            2 => cx.stop(),
            3 => {
                _ = cx
                    .this()
                    .call_at(Duration::from_millis(u64::from(self.shared.random.below(20))), Node::works)
            }
            4 => {
                let child = spec(&self.shared);
                if let Ok(child) = child.start_child(cx) {
                    self.shared.parents.borrow_mut().insert(child.actor_id().0, self.id);
                    self.shared.count("started in a handler");
                }
            }
            _ => {}
        }
    }

    fn answers(&mut self, _: &mut Cx<'_, Self>, reply: Ret<u32>) {
        self.runs("an answer");
        if self.shared.random.one_in(3) {
            drop(reply);
        } else {
            ret!([reply], 1);
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        *self.shared.alive.borrow_mut().entry(self.id).or_default() -= 1;
    }
}

impl Lifecycle for Node {
    fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
        self.runs("a hook");
        cx.trap_exits(self.shared.random.one_in(3));
        if self.shared.random.one_in(20) {
            self.shared.count("failed when started");
            cx.fail_str("started badly");
        }
    }

    fn on_restart(&mut self, _: &mut Cx<'_, Self>, _: &StopCause) {
        self.runs("a hook");
        self.shared.count("restarted");
    }

    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, _: &StopCause) -> Stopping {
        self.runs("a hook");
        match self.shared.random.below(8) {
            0 => {
                self.shared.count("never stopped by itself");
                Stopping::Pending
            }
            1 => {
                self.shared.count("stopped later");
                cx.this().call_at(Duration::from_millis(3), |this, cx| {
                    this.runs("a timer");
                    cx.stopped();
                });
                Stopping::Pending
            }
            2 => {
                self.shared.count("failed to stop");
                cx.fail_str("cannot stop");
                Stopping::Done
            }
            _ => Stopping::Done,
        }
    }

    fn on_child(&mut self, _: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        self.runs("an event");
        match event {
            ChildEvent::Started { .. } => self.shared.count("event: started"),
            ChildEvent::Restarted { .. } => self.shared.count("event: restarted"),
            ChildEvent::Ended { .. } => self.shared.count("event: ended"),
            _ => {}
        }
    }

    fn child_escalated(&mut self, _: &mut Cx<'_, Self>, _: ActorId, _: &StopCause) -> Escalation {
        self.runs("an escalation");
        match self.shared.random.below(3) {
            0 => {
                self.shared.count("escalation: restart");
                Escalation::Restart
            }
            1 => {
                self.shared.count("escalation: stop");
                Escalation::Stop
            }
            _ => {
                self.shared.count("escalation: ignore");
                Escalation::Ignore
            }
        }
    }

    fn on_exit(&mut self, _: &mut Cx<'_, Self>, _: &Exit) {
        self.runs("news of a link");
        self.shared.count("trapped an exit");
    }
}

/// A random spec.
fn spec(shared: &Rc<Shared>) -> Spec<Node> {
    let random = &shared.random;
    let keep = shared.clone();
    let incarnations = Cell::new(0);
    let spec = Spec::new(move |cx: &mut Cx<'_, Node>| {
        incarnations.set(incarnations.get() + 1);
        match keep.random.below(12) {
            0 if incarnations.get() > 1 || keep.random.one_in(2) => {
                keep.count("failed to start");
                cx.fail_str("not today");
                None
            }
            1 => {
                keep.count("started later");
                let (shared, number) = (keep.clone(), incarnations.get());
                let made = move |cx: &mut Cx<'_, Node>| Some(Node::new(cx, number, &shared));
                cx.this().call_at_prep(Duration::from_millis(2), made);
                None
            }
            _ => Some(Node::new(cx, incarnations.get(), &keep)),
        }
    });
    let restart = match random.below(3) {
        0 => {
            shared.count("restart: permanent");
            Restart::Permanent
        }
        1 => {
            shared.count("restart: transient");
            Restart::Transient
        }
        _ => {
            shared.count("restart: temporary");
            Restart::Temporary
        }
    };
    let strategy = match random.below(3) {
        0 => {
            shared.count("strategy: one for one");
            Strategy::OneForOne
        }
        1 => {
            shared.count("strategy: one for all");
            Strategy::OneForAll
        }
        _ => {
            shared.count("strategy: rest for one");
            Strategy::RestForOne
        }
    };
    let shutdown = match random.below(3) {
        0 => Shutdown::Kill,
        1 => Shutdown::Infinite,
        _ => Shutdown::After(Duration::from_millis(u64::from(random.below(10)))),
    };
    let auto = match random.below(6) {
        0 => AutoShutdown::AnySignificant,
        1 => AutoShutdown::AllSignificant,
        _ => AutoShutdown::Never,
    };
    let window = if random.one_in(2) { Window::Sliding } else { Window::Anchored };
    let intensity = Intensity::new(random.below(4), Duration::from_millis(10)).window(window);
    let settings = Supervisor::new().strategy(strategy).intensity(intensity).auto_shutdown(auto);
    let mut spec = spec.restart(restart).shutdown(shutdown).supervises(settings).hooks();
    if random.one_in(3) {
        shared.count("back-off");
        spec = spec.backoff(Backoff::new(Duration::from_millis(1), Duration::from_millis(8)).jitter(0.5));
    }
    if random.one_in(4) {
        spec = spec.significant();
    }
    if random.one_in(4) {
        spec = spec.start_timeout(Duration::from_millis(1 + u64::from(random.below(3))));
    }
    if random.one_in(5) {
        spec = spec.capacity(2);
    }
    spec
}

/// A schedule under way.
struct Schedule {
    runtime: Runtime,
    now: Instant,
    shared: Rc<Shared>,
    actors: Vec<Actor<Node>>,
    monitors: u32,
    /// Those from outside that were not withdrawn: they must tell, whatever happens.
    owed: BTreeSet<u32>,
}

impl Schedule {
    fn any(&self) -> Option<Actor<Node>> {
        let count = self.actors.len() as u32;
        (count > 0).then(|| self.actors[self.shared.random.below(count) as usize].clone())
    }

    fn start(&mut self) {
        let parent = self.any().filter(|_| !self.shared.random.one_in(4));
        let (spec, shared) = (spec(&self.shared), self.shared.clone());
        let rt = &mut self.runtime;
        let by_call = shared.random.one_in(2);
        let told = shared.clone();
        shared.asked.set(shared.asked.get() + u32::from(!by_call));
        let outcome = move || {
            Ret::new(move |_: Option<Result<ActorId, StartError>>| told.answered.set(told.answered.get() + 1))
        };
        let started = match (&parent, by_call) {
            (Some(parent), true) => spec.start_under(rt, parent.actor_id()),
            (Some(parent), false) => spec.spawn_under(rt, parent.actor_id(), outcome()),
            (None, true) => spec.start(rt),
            (None, false) => spec.spawn(rt, outcome()),
        };
        if let Ok(actor) = started {
            shared
                .parents
                .borrow_mut()
                .insert(actor.actor_id().0, parent.map_or(0, |parent| parent.actor_id().0));
            self.actors.push(actor);
        }
    }

    fn monitor(&mut self, target: ActorId) {
        let number = self.monitors;
        self.monitors += 1;
        let shared = self.shared.clone();
        let watcher = self.any().filter(|_| shared.random.one_in(2)).map(|actor| actor.actor_id());
        let target_id = target.0;
        let told = Told { number, shared: shared.clone() };
        let monitor = self.runtime.door().monitor(watcher, target, move |exit| {
            told.heard(&exit);
            if exit.kind != ExitKind::NoActor {
                no_child_lives(&told.shared, target_id);
            }
        });
        if shared.random.one_in(5) {
            shared.count("withdrawn monitor");
            self.runtime.demonitor(monitor);
        } else if watcher.is_none() {
            self.owed.insert(number);
        }
    }

    fn act(&mut self) {
        let shared = self.shared.clone();
        let Some(actor) = self.any() else { return self.start() };
        let id = actor.actor_id();
        let door = self.runtime.door().clone();
        match shared.random.below(22) {
            0..=3 => self.start(),
            4..=8 => {
                for _ in 0..=shared.random.below(3) {
                    call!([actor], works());
                }
            }
            9 => {
                if door.stop(id).is_ok() {
                    shared.count("stop");
                }
            }
            10 => {
                if door.kill(id, "a kill").is_ok() {
                    shared.count("kill");
                    condemn(&shared, &actor);
                }
            }
            11 => {
                if door.drain(id).is_ok() {
                    shared.count("drain");
                }
            }
            12 => self.monitor(id),
            13 => {
                if let Some(other) = self.any() {
                    if door.link(id, other.actor_id()).is_ok() {
                        shared.count("link");
                    }
                }
            }
            14 => {
                shared.asked.set(shared.asked.get() + 1);
                let told = shared.clone();
                let reply = Ret::new(move |_: Option<u32>| told.answered.set(told.answered.get() + 1));
                call!([actor], answers(reply));
            }
            15 => {
                let to = self.any().filter(|_| !shared.random.one_in(4)).map(|actor| actor.actor_id());
                if door.adopt(to, id).is_ok() {
                    shared.count("adopt");
                    shared.parents.borrow_mut().insert(id.0, to.map_or(0, |to| to.0));
                }
            }
            16 => {
                shared.asked.set(shared.asked.get() + 1);
                let told = shared.clone();
                let done = Ret::new(move |_: Option<Exit>| told.answered.set(told.answered.get() + 1));
                if self.runtime.terminate_child(id, done).is_ok() {
                    shared.count("terminate child");
                }
            }
            17 => {
                let of = self.runtime.supervisor(id).ok().flatten();
                if let Ok(again) = self.runtime.restart_child(of, id) {
                    shared.count("restart child");
                    shared.parents.borrow_mut().insert(again.0, of.map_or(0, |of| of.0));
                    self.actors.push(Actor::from_id(&self.runtime, again).unwrap());
                }
            }
            18 => {
                if actor.pause() {
                    shared.count("pause");
                }
            }
            19 => _ = actor.resume(),
            20 if shared.random.one_in(6) => {
                shared.count("terminate");
                shared.asked.set(shared.asked.get() + 1);
                let told = shared.clone();
                let done =
                    Ret::new(move |_: Option<Vec<ActorId>>| told.answered.set(told.answered.get() + 1));
                self.runtime.terminate(Some(Duration::from_millis(5)), done);
            }
            20 => {
                shared.asked.set(shared.asked.get() + 1);
                let told = shared.clone();
                let done = Ret::new(move |_: Option<()>| told.answered.set(told.answered.get() + 1));
                if self.runtime.stop_children(Some(id), done).is_ok() {
                    shared.count("stop children");
                }
            }
            _ => {
                self.now += Duration::from_millis(u64::from(shared.random.below(12)));
                self.step();
            }
        }
        if shared.random.one_in(2) {
            self.step();
        }
    }

    fn step(&mut self) {
        let budget = Budget { messages: 1 + self.shared.random.below(20), ..Budget::default() };
        let (progress, panic) =
            self.runtime.step_caught((self.now - self.runtime.start_instant()).as_nanos() as u64, &budget);
        if let Some(panic) = panic {
            self.shared.problem(format!("a panic that is nobody's: {:?}", panic.downcast_ref::<&str>()));
        }
        if !progress.more {
            let _shut_down = self.runtime.shutdown_reason();
        }
    }
}

/// What a monitor has told.
struct Told {
    number: u32,
    shared: Rc<Shared>,
}

impl Told {
    fn heard(&self, exit: &Exit) {
        *self.shared.downs.borrow_mut().entry(self.number).or_default() += 1;
        self.shared.count(match exit.kind {
            ExitKind::Stopped => "down: stopped",
            ExitKind::Failed => "down: failed",
            ExitKind::Killed => "down: killed",
            ExitKind::NoActor => "down: no actor",
            _ => "down: dropped",
        });
    }
}

/// A supervisor is gone: its children went before.
fn no_child_lives(shared: &Rc<Shared>, id: u64) {
    let parents = shared.parents.borrow();
    let alive = shared.alive.borrow();
    for (child, parent) in parents.iter() {
        if *parent == id && alive.get(child).copied().unwrap_or(0) > 0 {
            shared.problem(format!("{child:#x} lives longer than its supervisor {id:#x}"));
        }
    }
}

/// An actor was killed, and all below it: nothing of these incarnations may run from here on.
fn condemn(shared: &Rc<Shared>, actor: &Actor<Node>) {
    let parents = shared.parents.borrow();
    let mut below = BTreeSet::from([actor.actor_id().0]);
    loop {
        let more: Vec<u64> = parents
            .iter()
            .filter(|(child, parent)| below.contains(parent) && !below.contains(child))
            .map(|(child, _)| *child)
            .collect();
        if more.is_empty() {
            break;
        }
        below.extend(more);
    }
    drop(parents);
    for id in below {
        if let Some(&number) = shared.numbers.borrow().get(&id) {
            shared.condemned.borrow_mut().insert(id, number);
        }
    }
}

fn run(seed: u64, counts: &mut Counts) -> Vec<String> {
    let shared = Rc::new(Shared {
        random: Random::new(seed),
        counts: RefCell::new(std::mem::take(counts)),
        alive: RefCell::default(),
        numbers: RefCell::default(),
        condemned: RefCell::default(),
        parents: RefCell::default(),
        downs: RefCell::default(),
        asked: Cell::new(0),
        answered: Cell::new(0),
        problems: RefCell::default(),
    });
    let now = Instant::now();
    let mut runtime = Config::new().instance(1).build(now);
    runtime.set_root_supervisor(Supervisor::new().intensity(Intensity::new(3, Duration::from_millis(10))));
    let mut schedule = Schedule {
        runtime,
        now,
        shared: shared.clone(),
        actors: Vec::new(),
        monitors: 0,
        owed: BTreeSet::new(),
    };
    for _ in 0..ACTS {
        schedule.act();
    }
    let Schedule { runtime, actors, monitors, owed, shared: own, .. } = schedule;
    drop(own);
    drop(runtime);
    drop(actors);
    if let Some((id, _)) = shared.alive.borrow().iter().find(|(_, lives)| **lives != 0) {
        shared.problem(format!("{id:#x} is left"));
    }
    if Rc::strong_count(&shared) != 1 {
        shared.problem(format!("{} closures are left", Rc::strong_count(&shared) - 1));
    }
    if shared.asked != shared.answered {
        shared.problem(format!("{:?} were asked, {:?} answered", shared.asked, shared.answered));
    }
    if let Some((number, times)) = shared.downs.borrow().iter().find(|(_, times)| **times != 1) {
        shared.problem(format!("monitor {number} of {monitors} told {times} times"));
    }
    if let Some(number) = owed.iter().find(|number| !shared.downs.borrow().contains_key(number)) {
        shared.problem(format!("monitor {number} of {monitors} never told"));
    }
    *counts = shared.counts.take();
    shared.problems.take()
}

/// All that must have happened, so that the promises were put to the test.
const EXPECTED: [&str; 37] = [
    "adopt",
    "back-off",
    "down: dropped",
    "down: failed",
    "down: killed",
    "down: no actor",
    "down: stopped",
    "drain",
    "escalation: ignore",
    "escalation: restart",
    "escalation: stop",
    "event: ended",
    "event: restarted",
    "event: started",
    "failed to start",
    "failed to stop",
    "failed when started",
    "kill",
    "link",
    "never stopped by itself",
    "pause",
    "restart child",
    "restart: permanent",
    "restart: temporary",
    "restart: transient",
    "restarted",
    "started in a handler",
    "started later",
    "stop",
    "stop children",
    "stopped later",
    "strategy: one for all",
    "strategy: one for one",
    "strategy: rest for one",
    "terminate",
    "terminate child",
    "trapped an exit",
];

#[test]
#[expect(clippy::print_stdout, reason = "a run says what happened in it")]
fn what_is_promised_holds_in_every_schedule_and_everything_happens() {
    let mut counts = Counts::new();
    let seeds: Vec<u64> = match std::env::var("SCHEDULES") {
        Ok(list) => list.split(',').map(|seed| seed.parse().expect("a number")).collect(),
        Err(_) => (0..SCHEDULES).collect(),
    };
    for seed in &seeds {
        let problems = run(*seed, &mut counts);
        assert!(problems.is_empty(), "schedule {seed}: {problems:#?}");
    }
    println!("{} schedules: {counts:#?}", seeds.len());
    if seeds.len() > 1_000 {
        for what in EXPECTED {
            assert!(counts.contains_key(what), "it never happened: {what}");
        }
    }
}
