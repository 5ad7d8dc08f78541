//! A schedule: a runtime, its time, what happens in it, and its end.

use crate::asks::Outcome;
use crate::names;
use crate::node::Node;
use crate::shared::Shared;
use actor_rt::ask::AskId;
use actor_rt::supervision::{Intensity, Supervisor};
use actor_rt::{Actor, ActorId, Budget, Config, Progress, Runtime};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

const ACTS: u32 = 30;

/// A schedule under way.
pub struct Schedule {
    pub runtime: Runtime,
    pub now: Instant,
    pub shared: Rc<Shared>,
    pub actors: Vec<Actor<Node>>,
    pub monitors: u32,
    /// Those from outside that were not withdrawn: they must tell, whatever happens.
    pub owed: BTreeSet<u32>,
    /// What was asked from outside, and what was heard of it.
    pub asked: Vec<(AskId, Outcome)>,
}

impl Schedule {
    pub fn new(shared: &Rc<Shared>) -> Self {
        let now = Instant::now();
        let mut runtime = Config::new().instance(1).build(now);
        let intensity = Intensity::new(3, Duration::from_millis(10));
        runtime.set_root_supervisor(Supervisor::new().intensity(intensity));
        names::watch(&mut runtime, shared);
        let (actors, owed) = (Vec::new(), BTreeSet::new());
        Schedule { runtime, now, shared: shared.clone(), actors, monitors: 0, owed, asked: Vec::new() }
    }

    pub fn run(mut self) {
        for _ in 0..ACTS {
            self.act();
        }
        let all_ended = self.shared.random.one_in(2) && self.end_all();
        self.shared.check_conservation(&self.runtime, all_ended);
        if all_ended {
            self.shared.check_nobody_registered(&self.runtime);
            self.shared.check_answers();
        }
        let Schedule { runtime, actors, monitors, owed, shared, .. } = self;
        drop(runtime);
        drop(actors);
        shared.closes_ports();
        shared.check_completions();
        shared.is_anybody_left();
        let downs = shared.downs.borrow();
        if let Some((number, times)) = downs.iter().find(|(_, times)| **times != 1) {
            shared.problem(format!("monitor {number} of {monitors} told {times} times"));
        }
        if let Some(number) = owed.iter().find(|number| !downs.contains_key(number)) {
            shared.problem(format!("monitor {number} of {monitors} never told"));
        }
    }

    /// Something happens.
    fn act(&mut self) {
        let Some(actor) = self.any() else { return self.start(None) };
        match self.shared.random.below(32) {
            0..=4 => {
                let parent = self.any_or_root();
                (0..=self.shared.random.below(3)).for_each(|_| self.start(parent));
            }
            5..=13 => self.message(&actor),
            14..=22 => self.supervise(&actor),
            23..=24 => self.tell(actor.actor_id()),
            25..=26 => self.register(actor.actor_id()),
            27 if self.shared.random.one_in(3) => self.shared.subscribes(&actor),
            27 => self.shared.publishes(&self.runtime),
            _ => self.pass(12),
        }
        if self.shared.random.one_in(2) {
            self.step();
        }
    }

    /// Any actor, rather one that lives.
    pub fn any(&self) -> Option<Actor<Node>> {
        let count = self.actors.len() as u32;
        let any = || self.actors[self.shared.random.below(count) as usize].clone();
        (count > 0).then(|| Some(any()).filter(|actor| !actor.is_zombie()).unwrap_or_else(any))
    }

    /// Any actor; now and then none, which stands for the root, or for nobody.
    pub fn any_or_root(&self) -> Option<ActorId> {
        self.any().filter(|_| !self.shared.random.one_in(4)).map(|actor| actor.actor_id())
    }

    /// Fewer than so many milliseconds pass.
    fn pass(&mut self, millis: u32) {
        let passed = self.shared.random.millis(millis);
        let deadline = Duration::from_nanos(self.runtime.next_deadline_ns());
        let deadline = self.runtime.start_instant().checked_add(deadline);
        self.now += match deadline.and_then(|deadline| deadline.checked_duration_since(self.now)) {
            // As a host that is woken by its timer.
            Some(until) if until < passed && self.shared.random.one_in(2) => until,
            _ => passed,
        };
        self.step();
    }

    fn step(&mut self) {
        let messages = 1 + self.shared.random.below(20);
        // Without a limit of time, which would be that of the machine: a seed means the same whenever it is run.
        let progress = self.step_by(&Budget { messages, ..Budget::UNBOUNDED });
        if !progress.more {
            let _shut_down = self.runtime.shutdown_reason();
            self.shared.check_registered(&self.runtime);
            self.shared.settles_ports(&self.runtime);
        }
    }

    fn step_by(&mut self, budget: &Budget) -> Progress {
        let passed = self.now - self.runtime.start_instant();
        self.shared.now.set(passed);
        let now = passed.as_nanos() as u64;
        let (progress, panic) = self.runtime.step_caught(now, budget);
        if let Some(panic) = panic {
            self.shared.problem(format!("a panic that is nobody's: {:?}", panic.downcast_ref::<&str>()));
        }
        progress
    }

    /// The whole tree ends, and time passes. True if nothing is left to happen.
    fn end_all(&mut self) -> bool {
        self.terminate();
        for _ in 0..40 {
            let progress = self.step_by(&Budget::UNBOUNDED);
            if !progress.more && self.runtime.actors() == 0 && self.is_idle() {
                return true;
            }
            self.now += Duration::from_millis(5);
        }
        self.shared.problem(format!("not all have ended: {:?}", self.runtime.pending()));
        false
    }

    /// Nothing will happen any more.
    fn is_idle(&self) -> bool {
        self.runtime.next_deadline_ns() == u64::MAX && self.runtime.door().open_asks() == 0
    }
}
