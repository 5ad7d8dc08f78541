//! What the tests of pools share: workers that do as their jobs say, and a log of what they and the pool did.

#![allow(dead_code, reason = "each program of tests uses its part")]

use crate::supervision_support::*;
use actor_rt::services::pool::*;
use actor_rt::supervision::*;
use actor_rt::*;

/// A pool of the tests: keys and messages are texts.
pub type Texts = Pool<&'static str, &'static str>;

/// Does as its jobs say: `now…` is done at once, `fail…`, `panic…`, `stop…`, `kill…` end the worker, `no…` fails the job, `drop…` is left,
/// and all others are kept until the test ends them.
pub struct Worker {
    pub slot: usize,
    pub log: Log,
    pub kept: Vec<(&'static str, Completion)>,
}

impl Worker {
    pub fn job(&mut self, cx: &mut Cx<'_, Self>, message: &'static str, job: Completion) {
        self.log.write(format!("{}:{message}", self.slot));
        match message.split_once('-').map_or(message, |(what, _)| what) {
            "now" => job.done(),
            "drop" => drop(job),
            "no" => job.failed(),
            "fail" => cx.fail_str("a fault"),
            "panic" => std::panic::resume_unwind(Box::new("a panic")),
            "stop" => cx.stop(),
            "kill" => {
                let id = cx.this().actor_id();
                _ = cx.door().kill(id, "by itself");
            }
            // Done, and then the worker fails.
            "last" => {
                job.done();
                cx.fail_str("a fault");
            }
            _ => self.kept.push((message, job)),
        }
    }
}

impl World {
    /// A pool of these workers that tells the log of what it discards and of its life.
    pub fn pool(&self, settings: PoolSettings) -> PoolSpec<&'static str, &'static str> {
        let log = self.log.clone();
        let make = move |slot| {
            let log = log.clone();
            Spec::new(move |_| Some(Worker { slot, log: log.clone(), kept: Vec::new() }))
        };
        let (discarded, told) = (self.log.clone(), self.log.clone());
        PoolSpec::new(make, Worker::job)
            .settings(settings)
            .on_discard(move |job| {
                discarded.write(format!("{}/{}:{:?}", job.key, job.message.unwrap_or("?"), job.reason));
            })
            .on_event(move |event| match event {
                PoolEvent::Silent { slot, silence, .. } => {
                    told.write(format!("silent{slot}:{}", silence.as_millis()));
                }
                event => told.write(format!("{event:?}")),
            })
    }

    /// The same with this router, started.
    pub fn routed(&mut self, size: usize, router: Router<&'static str>) -> Actor<Texts> {
        let spec = self.pool(PoolSettings::new().size(size)).router(router);
        self.begin(spec)
    }

    pub fn begin(&mut self, spec: PoolSpec<&'static str, &'static str>) -> Actor<Texts> {
        let pool = spec.start(&mut self.runtime).unwrap();
        assert_eq!(self.run(), "Started");
        pool
    }

    /// The workers of a pool that live, in the order of their start.
    pub fn workers(&mut self, pool: &Actor<Texts>) -> Vec<Actor<Worker>> {
        let children = self.runtime.children(Some(pool.actor_id())).unwrap();
        children.iter().map(|child| Actor::from_id(&self.runtime, child.id).unwrap()).collect()
    }

    /// A worker is done with a job that it kept. What happened.
    pub fn finish(&mut self, pool: &Actor<Texts>, message: &'static str) -> String {
        let mut found = None;
        for worker in self.workers(pool) {
            let kept = worker.query(&mut self.runtime, |worker, _| {
                let place = worker.kept.iter().position(|(kept, _)| *kept == message)?;
                Some(worker.kept.remove(place).1)
            });
            found = found.or(kept.flatten());
        }
        found.unwrap_or_else(|| panic!("no worker has {message}")).done();
        self.run()
    }

    pub fn stats(&mut self, pool: &Actor<Texts>) -> PoolStats {
        let stats = pool.query(&mut self.runtime, |pool, _| pool.stats()).unwrap();
        assert_balanced(&stats);
        stats
    }

    /// Gives a pool a job and tells the log whether it was accepted.
    pub fn submit(&mut self, pool: &Actor<Texts>, job: Job<&'static str, &'static str>) -> String {
        let log = self.log.clone();
        let heard = Ret::new(move |answer: Option<Result<(), Rejected<&str, &str>>>| match answer {
            Some(Ok(())) => log.write("accepted"),
            Some(Err(refused)) => {
                let Job { key, message, .. } = refused.job;
                log.write(format!("back:{key}/{message}:{:?}", refused.reason));
            }
            None => log.write("unanswered"),
        });
        pool.call(move |pool, cx| pool.submit(cx, job, heard));
        self.run()
    }

    /// Gives a pool these jobs, one after the other: key and message, separated by a slash.
    pub fn jobs(&mut self, pool: &Actor<Texts>, jobs: &'static str) -> String {
        let mut log = Vec::new();
        for job in jobs.split(' ') {
            let (key, message) = job.split_once('/').unwrap();
            call!([pool], dispatch(Job::new(key, message)));
            log.push(self.run());
        }
        log.retain(|entry| !entry.is_empty());
        log.join(" ")
    }
}

/// Nothing is lost: each job is somewhere, or has ended.
pub fn assert_balanced(stats: &PoolStats) {
    let discarded: u64 = REASONS.iter().map(|reason| stats.discarded(*reason)).sum();
    let now = (stats.queued + stats.running) as u64;
    assert_eq!(stats.accepted + stats.refused, stats.done + discarded + now, "{stats:?}");
}

pub const REASONS: [DiscardReason; 5] = [
    DiscardReason::Expired,
    DiscardReason::LoadShed,
    DiscardReason::Shutdown,
    DiscardReason::RateLimited,
    DiscardReason::WorkerLost,
];
