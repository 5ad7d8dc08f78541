//! The workers, which do with a job what it says.

use crate::job::{Act, Task};
use crate::known::Known;
use actor_rt::services::pool::*;
use actor_rt::supervision::*;
use actor_rt::*;
use std::rc::Rc;
use std::time::Duration;

/// That a worker has a job of a key, as long as it has.
pub struct At(pub Rc<Known>, pub (u32, usize, usize));

impl Drop for At {
    fn drop(&mut self) {
        self.0.at.borrow_mut().remove(&self.1);
    }
}

pub struct Worker {
    pub slot: usize,
    pub known: Rc<Known>,
    pub kept: Vec<(Task, Completion, At)>,
}

impl Worker {
    pub fn job(&mut self, cx: &mut Cx<'_, Self>, task: Task, job: Completion) {
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

    pub fn done(&self, number: usize, job: Completion) {
        self.known.fate(number, |fate| fate.done += 1);
        job.done();
    }
}

/// How a worker is made: some take their time, and wait for their restarts.
pub fn make(known: &Rc<Known>, slow: bool, slot: usize) -> Spec<Worker> {
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
