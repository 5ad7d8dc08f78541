//! Random schedules of pools: jobs of all kinds come while workers are done with some, fail, pause, wait and end, the pool changes its size and
//! settings, is killed and drains, in random order and over random times. Whatever happens, each job is accepted or comes back, and what was
//! accepted is done, or told as discarded, once.
//!
//! The seed of a schedule that breaks a promise is in the message; `SCHEDULES=seed,seed` runs those alone.

mod supervision_support;

use actor_rt::services::pool::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::time::{Duration, Instant};
use supervision_support::Random;

/// Many, but fewer under a sanitizer, and a few in Miri, where each takes seconds.
const SCHEDULES: u32 = if cfg!(miri) {
    3
} else if cfg!(sanitized) {
    300
} else {
    3_000
};
const KEYS: u32 = 4;

/// A key that knows which job it is of, so that one can be told that is lost with its message.
#[derive(Clone, Copy)]
struct Key(u32, usize);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// How a worker treats a job.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Done,
    Dropped,
    Kept,
    Later(Duration),
    Elsewhere,
    Failed,
    Fails,
    Panics,
    Stops,
    Kills,
}

/// What a job brings: counted while it lives.
struct Task {
    number: usize,
    key: u32,
    act: Act,
    open: Rc<Cell<i32>>,
}

impl Task {
    fn new(number: usize, key: u32, act: Act, open: &Rc<Cell<i32>>) -> Self {
        open.set(open.get() + 1);
        Task { number, key, act, open: open.clone() }
    }
}

impl Clone for Task {
    fn clone(&self) -> Self {
        Task::new(self.number, self.key, self.act, &self.open)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.open.set(self.open.get() - 1);
    }
}

/// What is known of a job.
#[derive(Clone, Debug, Default)]
struct Fate {
    retries: u32,
    asked: bool,
    accepted: u32,
    back: u32,
    unanswered: u32,
    begun: u32,
    /// Said to be done by a worker that lived.
    done: u32,
    /// Given up by a worker without a word, or said to be done by somebody else.
    dropped: u32,
    discarded: Vec<DiscardReason>,
}

/// All that is known, by everybody.
#[derive(Default)]
struct Known {
    fates: RefCell<Vec<Fate>>,
    elsewhere: RefCell<Vec<(usize, Completion)>>,
    /// What the discard handler was told since the pool has started.
    told: RefCell<BTreeMap<DiscardReason, u64>>,
    events: RefCell<Vec<PoolEvent>>,
    /// The slot of each key, as long as the size is the same.
    slots: RefCell<BTreeMap<u32, usize>>,
    /// Slots that have jobs of a key.
    at: RefCell<BTreeSet<(u32, usize, usize)>>,
    router: Cell<&'static str>,
    /// Whether the size changes, or all begins anew: then keys move.
    resized: Cell<bool>,
    ended_early: Cell<bool>,
    counts: RefCell<BTreeMap<String, u32>>,
    faults: RefCell<Vec<&'static str>>,
}

impl Known {
    fn fate<R>(&self, number: usize, f: impl FnOnce(&mut Fate) -> R) -> R {
        f(&mut self.fates.borrow_mut()[number])
    }

    /// What is found in a handler, where a panic would be the worker's.
    fn fault(&self, is_one: bool, what: &'static str) {
        self.faults.borrow_mut().extend(is_one.then_some(what));
    }

    fn count(&self, what: impl Into<String>) {
        *self.counts.borrow_mut().entry(what.into()).or_default() += 1;
    }
}

/// That a worker has a job of a key, as long as it has.
struct At(Rc<Known>, (u32, usize, usize));

impl Drop for At {
    fn drop(&mut self) {
        self.0.at.borrow_mut().remove(&self.1);
    }
}

struct Worker {
    slot: usize,
    known: Rc<Known>,
    kept: Vec<(Task, Completion, At)>,
}

impl Worker {
    fn job(&mut self, cx: &mut Cx<'_, Self>, task: Task, job: Completion) {
        let (number, key, known) = (task.number, task.key, self.known.clone());
        known.fate(number, |fate| fate.begun += 1);
        match known.router.get() {
            "key-persistent" if !known.resized.get() => {
                let at = *known.slots.borrow_mut().entry(key).or_insert(self.slot);
                known.fault(at != self.slot, "a key has two workers");
            }
            "sticky" if !known.resized.get() => {
                let is_with_another = known.at.borrow().iter().any(|at| at.0 == key && at.1 != self.slot);
                known.fault(is_with_another, "a key is with two workers at once");
            }
            _ => {}
        }
        let place = (key, self.slot, number);
        known.at.borrow_mut().insert(place);
        let at = At(known.clone(), place);
        match task.act {
            Act::Done => self.done(number, job),
            Act::Dropped => {
                known.fate(number, |fate| fate.dropped += 1);
                drop(job);
            }
            Act::Kept => self.kept.push((task, job, at)),
            Act::Later(wait) => {
                cx.this().call_at(wait, move |this, _| {
                    this.done(number, job);
                    drop(at);
                });
            }
            Act::Elsewhere => known.elsewhere.borrow_mut().push((number, job)),
            Act::Failed => job.failed(),
            Act::Fails => cx.fail_str("a fault"),
            Act::Panics => std::panic::resume_unwind(Box::new("a panic")),
            Act::Stops => cx.stop(),
            Act::Kills => {
                let id = cx.this().actor_id();
                _ = cx.door().kill(id, "by itself");
            }
        }
    }

    fn done(&self, number: usize, job: Completion) {
        self.known.fate(number, |fate| fate.done += 1);
        job.done();
    }
}

type Jobs = Pool<Key, Task>;

struct World {
    runtime: Runtime,
    random: Random,
    start: Instant,
    time: Duration,
    open: Rc<Cell<i32>>,
    known: Rc<Known>,
    pool: Actor<Jobs>,
}

/// How a worker is made: some take their time, and wait for their restarts.
fn make(known: &Rc<Known>, slow: bool, slot: usize) -> Spec<Worker> {
    let known = known.clone();
    let spec = Spec::new(move |cx: &mut Cx<'_, Worker>| {
        let worker = Worker { slot, known: known.clone(), kept: Vec::new() };
        if slow && slot % 2 == 1 {
            cx.this().call_at_prep(Duration::from_millis(1), move |_| Some(worker));
            return None;
        }
        Some(worker)
    });
    match slow {
        true => spec.backoff(Backoff::new(Duration::from_millis(2), Duration::from_millis(2))),
        false => spec,
    }
}

fn settings(random: &Random, known: &Known) -> PoolSettings {
    let limit = random.below(5) as usize;
    let (discard, name) = match random.below(6) {
        0 | 1 => (Discard::none(), "no limit"),
        2 => (Discard::newest(limit), "newest"),
        3 => (Discard::oldest(limit), "oldest"),
        4 => (Discard::newest(0).dynamic(Duration::from_millis(2), |stats| stats.size), "newest, dynamic"),
        _ => (Discard::oldest(0).dynamic(Duration::ZERO, |stats| stats.running), "oldest, dynamic"),
    };
    known.count(format!("policy: {name}"));
    let settings = PoolSettings::new()
        .size(random.below(4) as usize + 1)
        .in_flight(random.below(3) as usize + 1)
        .discard(discard);
    match random.below(4) {
        0 => settings.dead_mans_switch(DeadMansSwitch::new(Duration::from_millis(3))),
        1 => settings.dead_mans_switch(DeadMansSwitch::new(Duration::from_millis(4)).kill()),
        _ => settings,
    }
}

impl World {
    fn new(seed: u32, counts: &mut BTreeMap<String, u32>) -> Self {
        let start = Instant::now();
        let mut runtime = Runtime::new(start);
        let endless = Intensity::new(1_000_000, Duration::from_secs(1));
        runtime.set_root_supervisor(Supervisor::new().intensity(endless));
        let random = Random::new(u64::from(seed));
        let known = Rc::new(Known::default());
        known.counts.replace(std::mem::take(counts));
        let (router, name) = match random.below(5) {
            0 => (Router::first_idle(), "first idle"),
            1 => (Router::key_persistent(), "key-persistent"),
            2 => (Router::sticky(), "sticky"),
            3 => (Router::round_robin(), "round robin"),
            _ => (Router::custom(|key: &Key, size| key.0 as usize + size), "custom"),
        };
        known.router.set(name);
        known.resized.set(random.one_in(2));
        known.count(format!("router: {name}"));
        let router = if random.one_in(3) { router.rate(6, Duration::from_millis(3)) } else { router };
        let (slow, of) = (random.one_in(3), known.clone());
        let (told, heard) = (known.clone(), known.clone());
        let spec = PoolSpec::new(move |slot| make(&of, slow, slot), Worker::job)
            .settings(settings(&random, &known))
            .router(router)
            .intensity(endless)
            .never_discard(|job| job.key.0 == 3 && job.priority == Priority::Highest)
            .on_discard(move |job| {
                let is_lost = job.reason == DiscardReason::WorkerLost;
                told.fault(job.message.is_none() != is_lost, "a message is gone, or was not lost");
                told.count(format!("told: {:?}", job.reason));
                *told.told.borrow_mut().entry(job.reason).or_default() += 1;
                told.fate(job.key.1, |fate| fate.discarded.push(job.reason));
            })
            .on_event(move |event| {
                if event == PoolEvent::Started {
                    heard.told.borrow_mut().clear();
                }
                heard.count(match event {
                    PoolEvent::Silent { .. } => "silent".into(),
                    ref event => format!("{event:?}"),
                });
                if !matches!(event, PoolEvent::Silent { .. }) {
                    heard.events.borrow_mut().push(event);
                }
            });
        let pool = spec.spec().start(&mut runtime).unwrap();
        let time = Duration::ZERO;
        World { runtime, random, start, time, open: Rc::default(), known, pool }
    }

    fn run(&mut self) {
        self.runtime.run(self.start + self.time, false);
        self.balance();
    }

    /// The pool's own account, and that of whoever was told.
    fn balance(&mut self) {
        let Some(stats) = self.pool.query(&mut self.runtime, |pool, _| pool.stats()) else { return };
        let discarded: u64 = REASONS.iter().map(|reason| stats.discarded(*reason)).sum();
        let now = (stats.queued + stats.running) as u64;
        assert_eq!(stats.accepted + stats.refused, stats.done + discarded + now, "{stats:?}");
        let is_lazy = self.known.router.get() == "first idle" && stats.queued > 0 && stats.available > 0;
        assert!(!is_lazy, "a job waits, and a worker has room: {stats:?}");
        let told = self.known.told.borrow();
        for reason in REASONS {
            let told = told.get(&reason).copied().unwrap_or(0);
            assert!(told <= stats.discarded(reason), "{reason:?}: {told} {stats:?}");
        }
        let lost = told.get(&DiscardReason::WorkerLost).copied().unwrap_or(0);
        assert_eq!(lost, stats.discarded(DiscardReason::WorkerLost));
    }

    fn submit(&mut self) {
        let random = &self.random;
        let act = match random.below(24) {
            0..=4 => Act::Done,
            5 | 6 => Act::Dropped,
            7..=13 => Act::Kept,
            14..=16 => Act::Later(random.millis(6)),
            17 => Act::Elsewhere,
            18 => Act::Failed,
            19 | 20 => Act::Fails,
            21 => Act::Panics,
            22 => Act::Stops,
            _ => Act::Kills,
        };
        let (number, key) = (self.known.fates.borrow().len(), random.below(KEYS));
        let retries = if random.one_in(3) { random.below(3) } else { 0 };
        let asked = random.one_in(2);
        self.known.fates.borrow_mut().push(Fate { retries, asked, ..Fate::default() });
        let priority = PRIORITIES[random.below(5) as usize];
        let job = Job::new(Key(key, number), Task::new(number, key, act, &self.open))
            .priority(priority)
            .retries(retries);
        let job = if random.one_in(4) { job.time_to_live(random.millis(4)) } else { job };
        if !asked {
            return call!([self.pool], dispatch(job));
        }
        let known = self.known.clone();
        let answer = Ret::new(move |answer: Option<Result<(), Rejected<Key, Task>>>| {
            known.fate(number, |fate| match answer {
                Some(Ok(())) => fate.accepted += 1,
                Some(Err(refused)) => {
                    assert_eq!(refused.job.message.number, number);
                    fate.back += 1;
                }
                None => fate.unanswered += 1,
            });
        });
        call!([self.pool], submit(job, answer));
    }

    fn worker(&self) -> Option<Actor<Worker>> {
        let workers = self.runtime.children(Some(self.pool.actor_id())).ok()?;
        let alive: Vec<_> =
            workers.iter().filter_map(|child| Actor::from_id(&self.runtime, child.id).ok()).collect();
        let at = self.random.below(alive.len().max(1) as u32) as usize;
        alive.get(at).cloned()
    }

    /// Something happens. What it was.
    fn act(&mut self) -> &'static str {
        let worker = self.worker();
        match (self.random.below(30), worker) {
            (0..=9, _) => {
                for _ in 0..=self.random.below(4) {
                    self.submit();
                }
                "submit"
            }
            (10..=14, Some(worker)) => {
                worker.call(|worker, _| {
                    if let Some((task, job, at)) = worker.kept.pop() {
                        worker.done(task.number, job);
                        drop(at);
                    }
                });
                "done"
            }
            (15, Some(worker)) => {
                worker.call(|worker, _| {
                    if let Some((task, job, _)) = worker.kept.pop() {
                        worker.known.fate(task.number, |fate| fate.dropped += 1);
                        drop(job);
                    }
                });
                "dropped"
            }
            (16, Some(worker)) => {
                worker.call(|worker, _| {
                    if let Some((_, job, _)) = worker.kept.pop() {
                        job.failed();
                    }
                });
                "failed"
            }
            (17, _) => {
                let job = self.known.elsewhere.borrow_mut().pop();
                if let Some((number, job)) = job {
                    self.known.fate(number, |fate| fate.dropped += 1);
                    job.done();
                }
                "done elsewhere"
            }
            (18, Some(worker)) => {
                worker.call(|_, cx| cx.fail_str("a fault"));
                "fault"
            }
            (19, Some(worker)) => {
                _ = self.runtime.door().kill(worker.actor_id(), "a kill");
                "kill"
            }
            (20, Some(worker)) => {
                _ = self.runtime.door().stop(worker.actor_id());
                "stop"
            }
            (21, Some(worker)) => {
                _ = self.runtime.terminate_child(worker.actor_id(), Ret::nop());
                "ended for good"
            }
            (22, Some(worker)) => {
                worker.pause();
                "pause"
            }
            (23, Some(worker)) => {
                worker.resume();
                "resume"
            }
            (24, _) if self.known.resized.get() => {
                let size = self.random.below(5) as usize;
                self.pool.call(move |pool, cx| _ = pool.set_size(cx, size).unwrap());
                "size"
            }
            (25, _) => {
                let settings = settings(&self.random, &self.known);
                let resizes = self.known.resized.get();
                self.pool.call(move |pool, cx| {
                    let size = if resizes { settings.size } else { pool.settings().size };
                    _ = pool.set_settings(cx, settings.size(size)).unwrap();
                });
                "settings"
            }
            (26, _) if self.known.resized.get() && self.random.one_in(6) => {
                _ = self.runtime.door().kill(self.pool.actor_id(), "a kill");
                "pool killed"
            }
            (27, _) if self.known.resized.get() && self.random.one_in(6) => {
                self.pool.call(|_, cx| cx.fail_str("a fault"));
                "pool failed"
            }
            (28, _) if self.random.one_in(8) => {
                self.known.ended_early.set(true);
                call!([self.pool], drain());
                "drain"
            }
            _ => "nothing",
        }
    }

    /// Time passes, or a part of the work is done.
    fn steps(&mut self) {
        match self.random.below(4) {
            0 => {
                let budget = Budget { messages: self.random.below(4) + 1, ..Budget::default() };
                _ = self.runtime.step(self.start + self.time, &budget);
            }
            1 => {
                self.time += self.random.millis(3);
                self.run();
            }
            2 => self.run(),
            _ => {}
        }
    }

    /// All workers do what they have, until there is nothing left; then the pool drains.
    fn finish(&mut self) {
        for round in 0.. {
            let has_ended = self.runtime.door().status(self.pool.actor_id()) == Ok(Status::Stopped);
            assert!(has_ended || round < 500, "it does not come to its end: {:?}", self.runtime.snapshot());
            if has_ended {
                return;
            }
            if round > 0 {
                call!([self.pool], drain());
            }
            for child in self.runtime.children(Some(self.pool.actor_id())).unwrap_or_default() {
                let Ok(worker) = Actor::<Worker>::from_id(&self.runtime, child.id) else { continue };
                worker.resume();
                worker.call(|worker, _| {
                    for (task, job, _) in std::mem::take(&mut worker.kept) {
                        worker.done(task.number, job);
                    }
                });
            }
            for (number, job) in self.known.elsewhere.take() {
                self.known.fate(number, |fate| fate.dropped += 1);
                job.done();
            }
            self.time += Duration::from_millis(2);
            self.run();
        }
    }

    fn check(mut self) -> BTreeMap<String, u32> {
        self.finish();
        self.run();
        assert_eq!(self.known.faults.take(), [""; 0]);
        let events = self.known.events.take();
        for (at, event) in events.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| &events[at]);
            let expected = match event {
                PoolEvent::Started => matches!(before, None | Some(PoolEvent::Stopped)),
                PoolEvent::Draining => matches!(before, Some(PoolEvent::Started)),
                _ => matches!(before, Some(PoolEvent::Started | PoolEvent::Draining)),
            };
            assert!(expected, "{events:?}");
        }
        assert_eq!(events.last(), Some(&PoolEvent::Stopped));
        for (number, fate) in self.known.fates.borrow().iter().enumerate() {
            fate.check(number, self.known.ended_early.get());
        }
        let pending = self.runtime.pending();
        assert_eq!((pending.messages, pending.timers), (0, 0), "{pending:?}");
        let Known { counts, .. } = &*self.known;
        let counts = counts.take();
        let open = self.open.clone();
        drop(self);
        assert_eq!(open.get(), 0, "a message is still there");
        counts
    }
}

impl Fate {
    /// It ended once. A pool that has ended early takes nothing.
    fn check(&self, number: usize, ended_early: bool) {
        let Fate { retries, asked, accepted, back, unanswered, begun, done, dropped, discarded } = self;
        let is = format!("job {number}: {self:?}");
        assert!(*begun <= retries + 1, "{is}");
        assert!(*done <= 1 && discarded.len() <= 1, "{is}");
        if *asked {
            assert_eq!(accepted + back + unanswered, 1, "{is}");
        }
        if *back > 0 {
            assert!(*begun == 0 && discarded.is_empty(), "{is}");
        } else if *begun == 0 && discarded.is_empty() {
            // Nobody was there to take it.
            assert!(ended_early && *accepted == 0, "{is}");
        } else if *done > 0 {
            assert!(discarded.is_empty(), "{is}");
        } else {
            assert!(!discarded.is_empty() || *dropped > 0, "{is}");
        }
        if discarded.contains(&DiscardReason::WorkerLost) {
            assert!(*begun == retries + 1, "{is}");
        } else if !discarded.is_empty() {
            assert!(*begun <= *retries, "a worker had it last: {is}");
        }
    }
}

const PRIORITIES: [Priority; 5] =
    [Priority::Highest, Priority::High, Priority::Important, Priority::Normal, Priority::BestEffort];

const REASONS: [DiscardReason; 5] = [
    DiscardReason::Expired,
    DiscardReason::LoadShed,
    DiscardReason::Shutdown,
    DiscardReason::RateLimited,
    DiscardReason::WorkerLost,
];

/// What has to happen, or the run says nothing.
const EXPECTED: [&str; 34] = [
    "Draining",
    "Started",
    "Stopped",
    "done",
    "done elsewhere",
    "drain",
    "dropped",
    "ended for good",
    "failed",
    "fault",
    "kill",
    "pause",
    "policy: newest",
    "policy: newest, dynamic",
    "policy: no limit",
    "policy: oldest",
    "policy: oldest, dynamic",
    "pool failed",
    "pool killed",
    "resume",
    "router: custom",
    "router: first idle",
    "router: key-persistent",
    "router: round robin",
    "router: sticky",
    "settings",
    "silent",
    "size",
    "stop",
    "submit",
    "told: Expired",
    "told: LoadShed",
    "told: RateLimited",
    "told: WorkerLost",
];

#[test]
#[expect(clippy::print_stdout, reason = "a run says what happened in it, and the seed of what broke")]
fn each_job_ends_once_in_any_schedule() {
    let mut counts = BTreeMap::new();
    let seeds: Vec<u32> = match std::env::var("SCHEDULES") {
        Ok(list) => list.split(',').map(|seed| seed.parse().expect("a number")).collect(),
        Err(_) => (0..SCHEDULES).collect(),
    };
    for seed in &seeds {
        println!("schedule {seed}");
        let mut world = World::new(*seed, &mut counts);
        for _ in 0..world.random.below(120) + 20 {
            let what = world.act();
            world.known.count(what);
            world.steps();
        }
        counts = world.check();
    }
    println!("{} schedules: {counts:#?}", seeds.len());
    if seeds.len() > 1_000 {
        for what in EXPECTED {
            assert!(counts.contains_key(what), "it never happened: {what}");
        }
        assert!(counts.contains_key("told: Shutdown"), "it never happened: told: Shutdown");
    }
}
