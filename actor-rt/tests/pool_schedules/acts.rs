//! What happens in a schedule: jobs come, workers are done with some, fail, pause and end, the pool changes.

use crate::job::{Act, Key, Task};
use crate::known::Fate;
use crate::worker::Worker;
use crate::world::{World, settings};
use actor_rt::services::pool::*;
use actor_rt::*;

const KEYS: u32 = 4;

const PRIORITIES: [Priority; 5] =
    [Priority::Highest, Priority::High, Priority::Important, Priority::Normal, Priority::BestEffort];

impl World {
    /// Something happens. What it was.
    pub fn act(&mut self) -> &'static str {
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
}
