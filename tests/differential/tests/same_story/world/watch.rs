//! What became of each message, and the rules of order that show in it.
//!
//! Each message has its facts: how, when and by whom it was posted. When it begins, and when it is dropped, they are compared with what has
//! happened meanwhile; where the situation of a rule has arisen and ended as the rule says, the rule is counted. Nothing here is asked of
//! the runtime but its time: what is counted is what the program could see.

use super::super::{api::*, rule};
use super::World;
use super::lives::Lives;
use crate::program::{Answer, Lane, WAKERS};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Instant;

/// The order of what happens: a number for each event.
pub(super) type Tick = u64;

/// A message that is being handled.
#[derive(Clone, Copy)]
pub(super) struct Cause {
    pub(super) began: Tick,
    pub(super) lane: Option<Lane>,
    /// Whose handler it is; 0 for the runtime's own.
    pub(super) actor: LogID,
    /// It is the destructor of an actor's value instead.
    pub(super) destructor: bool,
}

/// What is known of a message.
pub(super) struct Facts {
    /// `None` for what is not queued: wakers' handlers, queries, tasks.
    pub(super) lane: Option<Lane>,
    pub(super) prep: bool,
    /// 0 for the runtime itself.
    pub(super) target: LogID,
    pub(super) posted: Tick,
    posted_at: Instant,
    deadline: Option<Instant>,
    pub(super) cause: Option<Cause>,
    pub(super) began: Cell<Option<Tick>>,
    pub(super) dropped: Cell<bool>,
    /// Its timer was to be deleted when it had expired already.
    pub(super) too_late: Cell<bool>,
    /// The instants given for a moving timer, and whether the largest of them counts.
    pub(super) given: RefCell<Vec<Instant>>,
    pub(super) largest: bool,
}

/// A call of `run`.
#[derive(Clone, Copy)]
pub(super) struct Run {
    began: Tick,
    /// The time that the host gave, and the one before.
    asked: Instant,
    before: Instant,
    /// Whether nobody had asked for the end when it began.
    open: bool,
    handled: u64,
    idle_first: bool,
    /// What was queued before it has run; then what was due has.
    queued_ran: bool,
    due_ran: bool,
}

/// A message that has been handled.
#[derive(Clone, Copy)]
struct Past {
    posted: Tick,
    began: Tick,
    deadline: Option<Instant>,
}

/// What is known of a reply.
pub(super) struct Reply {
    pub(super) kind: Answer,
    pub(super) heard: u32,
    /// It was given while nobody heard of it yet.
    pub(super) given: bool,
    /// The message that carries it.
    pub(super) carrier: Option<Rc<Facts>>,
}

#[derive(Default)]
pub(super) struct Watch {
    clock: Cell<Tick>,
    pub(super) current: Cell<Option<Cause>>,
    pub(super) run: Cell<Option<Run>>,
    pub(super) runs: Cell<u64>,
    idle_waits: Cell<bool>,
    last_main: Cell<Option<Past>>,
    last_lazy: Cell<Option<Past>>,
    last_timer: Cell<Option<Past>>,
    /// The actor that was just made ready, and when its initialiser was posted.
    just_made: Cell<Option<(LogID, Tick)>>,
    /// A timer is being deleted.
    pub(super) deleting: Cell<bool>,
    pub(super) posted: RefCell<Vec<Rc<Facts>>>,
    pub(super) replies: RefCell<BTreeMap<u32, Reply>>,
    pub(super) forwarded: RefCell<BTreeMap<u32, u32>>,
    pub(super) lives: Lives,
    /// Wakes of each waker since its handler was last called.
    pub(super) wakes: [Cell<u32>; WAKERS],
    /// Records that the logger was given.
    pub(super) written: Rc<Cell<u64>>,
}

impl Watch {
    pub(super) fn new(written: Rc<Cell<u64>>) -> Self {
        Watch { written, ..Watch::default() }
    }

    pub(super) fn tick(&self) -> Tick {
        self.clock.set(self.clock.get() + 1);
        self.clock.get()
    }
}

impl World {
    /// The situation of a rule has arisen, and ended as it says. What happens while the runtime is dropped does not count.
    pub(super) fn rule(&self, id: &'static str) {
        if !self.over.get() {
            rule(id);
        }
    }

    /// The facts of a message that is about to be posted.
    pub(super) fn facts(
        &self,
        lane: Option<Lane>,
        prep: bool,
        target: LogID,
        given: Vec<Instant>,
        largest: bool,
    ) -> Rc<Facts> {
        let facts = Rc::new(Facts {
            lane,
            prep,
            target,
            posted: self.watch.tick(),
            posted_at: self.time.get(),
            deadline: match lane {
                Some(Lane::Timer(windows, _)) => Some(self.instant(windows)),
                _ => None,
            },
            cause: self.watch.current.get(),
            began: Cell::new(None),
            dropped: Cell::new(false),
            too_late: Cell::new(false),
            given: RefCell::new(given),
            largest,
        });
        if lane.is_some() {
            self.watch.posted.borrow_mut().push(facts.clone());
        }
        facts
    }

    pub(super) fn run_begins(&self, asked: Instant, core: &Core) {
        self.watch.runs.set(self.watch.runs.get() + 1);
        self.watch.run.set(Some(Run {
            began: self.watch.tick(),
            asked,
            before: core.now(),
            open: core.not_shutdown(),
            handled: 0,
            idle_first: false,
            queued_ran: false,
            due_ran: false,
        }));
        self.watch.last_main.set(None);
        self.watch.last_lazy.set(None);
        self.watch.last_timer.set(None);
    }

    pub(super) fn run_ends(&self, idle_waits: bool) {
        self.watch.run.set(None);
        self.watch.idle_waits.set(idle_waits);
        self.watch.just_made.set(None);
    }

    /// A message begins, in the handler of an actor or, with 0, the runtime's own. What it returns is for `ends`.
    pub(super) fn begins(&self, facts: &Facts, core: &Core, actor: LogID) -> Option<Cause> {
        let began = self.watch.tick();
        self.lives_on(actor, facts);
        if facts.began.replace(Some(began)).is_none()
            && (facts.lane.is_some() || !facts.given.borrow().is_empty())
        {
            if let Some(run) = self.watch.run.get() {
                self.watch.run.set(Some(self.in_a_run(facts, core, run, began)));
            }
            self.for_an_actor(facts);
        }
        self.watch.current.replace(Some(Cause { began, lane: facts.lane, actor, destructor: false }))
    }

    pub(super) fn ends(&self, before: Option<Cause>) {
        self.watch.current.set(before);
    }

    /// The rules of steps and of timers.
    fn in_a_run(&self, facts: &Facts, core: &Core, mut run: Run, began: Tick) -> Run {
        let (now, watch) = (core.now(), &self.watch);
        let past = Past { posted: facts.posted, began, deadline: facts.deadline };
        let earlier = facts.posted < run.began;
        match facts.lane {
            Some(Lane::Main) => {
                if earlier && run.idle_first {
                    self.rule("A4");
                }
                if earlier && !run.due_ran {
                    run.queued_ran = true;
                }
                if let Some(cause) = facts.cause {
                    let between = |other: Past| other.posted < cause.began && other.began > cause.began;
                    if watch.last_main.get().is_some_and(between) {
                        self.rule("A2");
                    }
                    if cause.lane == Some(Lane::Lazy) && watch.last_lazy.get().is_some_and(between) {
                        self.rule("A3");
                    }
                }
                watch.last_main.set(Some(past));
            }
            Some(Lane::Lazy) => {
                if run.queued_ran && run.due_ran {
                    self.rule("A1");
                    run.queued_ran = false;
                }
                watch.last_lazy.set(Some(past));
            }
            Some(Lane::Idle) if run.handled == 0 => {
                run.idle_first = true;
                if watch.idle_waits.get() {
                    self.rule("A6");
                }
                if now < run.asked {
                    self.rule("A5");
                }
            }
            Some(Lane::Timer(..)) => {
                run.due_ran |= earlier && run.queued_ran;
                self.timer_fires(facts, now, past);
            }
            Some(Lane::Idle) | None => {}
        }
        self.moving_timer_fires(facts, now, &run);
        if run.asked < run.before && now == run.before {
            self.rule("A7");
            if run.asked < self.start {
                self.rule("B14");
            }
        }
        if run.open && !core.not_shutdown() {
            self.rule("A9");
        }
        run.handled += 1;
        run
    }

    fn timer_fires(&self, facts: &Facts, now: Instant, past: Past) {
        if facts.deadline.is_some_and(|deadline| deadline <= facts.posted_at) && now > facts.posted_at {
            self.rule("B2");
        }
        if let Some(last) = self.watch.last_timer.get() {
            if last.deadline == facts.deadline && last.posted < facts.posted {
                self.rule("B3");
            }
        }
        if facts.too_late.get() {
            self.rule("B6");
        }
        self.watch.last_timer.set(Some(past));
    }

    /// A moving timer fires for the instant that counts, and has not for the others.
    fn moving_timer_fires(&self, facts: &Facts, now: Instant, run: &Run) {
        let given = facts.given.borrow();
        if let (Some(&first), Some(&last)) = (given.iter().min(), given.iter().max()) {
            if facts.largest && first <= run.before && run.before < last && last <= now {
                self.rule("B8");
            }
            if !facts.largest && first != last && run.before < first && first <= now {
                self.rule("B9");
            }
        }
    }

    /// The rules of an actor's life that show in a message that it handles.
    fn for_an_actor(&self, facts: &Facts) {
        if let Some((actor, initialiser)) = self.watch.just_made.get() {
            match facts.lane == Some(Lane::Main) && facts.target == actor && facts.posted < initialiser {
                true => self.rule("C2"),
                false => self.watch.just_made.set(None),
            }
        }
        if facts.cause.is_some_and(|cause| cause.destructor) {
            self.rule("C13");
        }
        if facts.lane == Some(Lane::Main) && self.outlives_its_owner(facts) {
            self.rule("C9/queued");
        }
    }

    /// An initialiser has made its value.
    pub(super) fn made_ready(&self, actor: LogID, facts: Option<&Facts>) {
        let posted = facts.filter(|facts| facts.lane == Some(Lane::Main)).map(|facts| (actor, facts.posted));
        self.watch.just_made.set(posted);
    }

    /// A message is dropped; handled or not.
    pub(super) fn message_drops(&self, facts: &Facts) {
        facts.dropped.set(true);
        if facts.began.get().is_some() || self.watch.run.get().is_none() || self.watch.deleting.get() {
            return;
        }
        if facts.prep && self.is_ready(facts.target) {
            self.rule("C3");
        }
        if let (Some(Lane::Main), Some(cause)) = (facts.lane, facts.cause) {
            if cause.actor == facts.target && self.ended_by_itself_in(facts.target, cause.began) {
                self.rule("C5");
            }
        }
    }

    /// A reply, or the end of an actor, is heard of.
    pub(super) fn heard_of(&self, number: u32, answered: bool) {
        self.told(number);
        let mut replies = self.watch.replies.borrow_mut();
        let Some(reply) = replies.get_mut(&number) else { return };
        reply.heard += 1;
        assert!(reply.heard == 1, "reply {number} was heard of twice");
        if !answered {
            self.rule("D1/reply");
        }
        if reply.given {
            self.rule("D2/queued");
        }
        if let Some(carrier) = &reply.carrier {
            if carrier.began.get().is_none() && !answered {
                match self.has_ended(carrier.target) {
                    true => self.rule("C12/ended"),
                    false => self.answered_while_waiting(carrier.target),
                }
            }
        }
    }

    /// A message carries a reply.
    pub(super) fn carries(&self, number: u32, carrier: &Rc<Facts>) {
        if let Some(reply) = self.watch.replies.borrow_mut().get_mut(&number) {
            reply.carrier = Some(carrier.clone());
        }
    }

    /// Something forwarded has arrived: any number of times it may.
    pub(super) fn forwarded(&self, number: u32) {
        let mut forwarded = self.watch.forwarded.borrow_mut();
        let times = forwarded.entry(number).or_default();
        *times += 1;
        if *times > 1 {
            self.rule("D1/forward");
        }
    }

    /// Whether a reply was heard of, and its kind.
    pub(super) fn reply_state(&self, number: u32) -> Option<(Answer, bool)> {
        self.watch.replies.borrow().get(&number).map(|reply| (reply.kind, reply.heard > 0))
    }

    /// A reply has been given, by a call that has returned.
    pub(super) fn reply_given(&self, number: u32) {
        match self.reply_state(number) {
            Some((Answer::Do | Answer::SomeDo, true)) => self.rule("D2/at once"),
            Some((Answer::Do | Answer::SomeDo, false) | (_, true)) | None => {}
            Some((_, false)) => {
                if let Some(reply) = self.watch.replies.borrow_mut().get_mut(&number) {
                    reply.given = true;
                }
            }
        }
    }
}
