//! A runtime with one pool: how it is made, how its time passes, and what must hold then and at its end.

use crate::job::{Key, Task};
use crate::known::Known;
use crate::supervision_support::Random;
use crate::worker::{Worker, make};
use actor_rt::services::pool::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

pub type Jobs = Pool<Key, Task>;

pub const REASONS: [DiscardReason; 5] = [
    DiscardReason::Expired,
    DiscardReason::LoadShed,
    DiscardReason::Shutdown,
    DiscardReason::RateLimited,
    DiscardReason::WorkerLost,
];

pub struct World {
    pub runtime: Runtime,
    pub random: Random,
    pub start: Instant,
    pub time: Duration,
    pub open: Rc<Cell<i32>>,
    pub known: Rc<Known>,
    pub pool: Actor<Jobs>,
}

pub fn settings(random: &Random, known: &Known) -> PoolSettings {
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
    pub fn new(seed: u32, counts: &mut BTreeMap<String, u32>) -> Self {
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

    pub fn run(&mut self) {
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

    /// Time passes, or a part of the work is done.
    pub fn steps(&mut self) {
        match self.random.below(4) {
            0 => {
                let budget = Budget { messages: self.random.below(4) + 1, ..Budget::UNBOUNDED };
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

    pub fn check(mut self) -> BTreeMap<String, u32> {
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
