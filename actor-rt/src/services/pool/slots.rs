//! The slots of a pool: in each a worker, the jobs that it has, and those that wait for it. Which of them have room is kept up to date.

use super::completion::State;
use super::queue::JobQueue;
use super::ticket::{Running, Ticket};
use super::worker::Worker;
use crate::ActorId;
use std::collections::{BTreeMap, BTreeSet};

/// A worker's place.
pub(super) struct Slot<K: 'static, M: 'static> {
    pub(super) worker: Option<Worker<M>>,
    /// Whether it takes jobs, as far as the pool knows.
    is_up: bool,
    pub(super) queue: JobQueue<K, M>,
    /// What it has, by the numbers that the jobs got when they were handed over.
    pub(super) running: BTreeMap<u64, Running<K, M>>,
    /// With how many jobs it is on the list of those that have room.
    listed: Option<usize>,
    /// Its last sign of life but those of its jobs, in nanoseconds of the runtime's clock.
    sign: u64,
    /// Behind which sign of life it was silent when that was told.
    told: Option<u64>,
}

impl<K, M> Slot<K, M> {
    /// When it gave its last sign of life.
    pub(super) fn last_sign(&self) -> u64 {
        self.running.values().map(|job| job.progress.sign.get()).fold(self.sign, u64::max)
    }

    /// It is silent. Whether that is news.
    pub(super) fn tell_silent(&mut self) -> bool {
        let sign = Some(self.last_sign());
        std::mem::replace(&mut self.told, sign) != sign
    }
}

/// All slots. Those behind the pool's size have a worker that ends when it has done its jobs.
pub(super) struct Slots<K: 'static, M: 'static> {
    all: Vec<Slot<K, M>>,
    size: usize,
    in_flight: usize,
    /// Those with room: how many jobs they have, and which they are.
    free: BTreeSet<(usize, usize)>,
    ids: BTreeMap<ActorId, usize>,
    queued: usize,
    running: usize,
    active: usize,
}

impl<K, M> Slots<K, M> {
    pub(super) fn new(in_flight: usize) -> Self {
        Slots {
            all: Vec::new(),
            size: 0,
            in_flight: in_flight.max(1),
            free: BTreeSet::new(),
            ids: BTreeMap::new(),
            queued: 0,
            running: 0,
            active: 0,
        }
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Jobs that wait for a certain worker.
    pub(super) fn queued(&self) -> usize {
        self.queued
    }

    pub(super) fn running(&self) -> usize {
        self.running
    }

    /// Workers that have jobs.
    pub(super) fn active(&self) -> usize {
        self.active
    }

    /// How many jobs more the workers could have.
    pub(super) fn available(&self) -> usize {
        self.free.iter().map(|(jobs, _)| self.in_flight - jobs).sum()
    }

    pub(super) fn get(&self, slot: usize) -> Option<&Slot<K, M>> {
        self.all.get(slot)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut Slot<K, M>)> {
        self.all.iter_mut().enumerate()
    }

    /// The id of a slot's worker: None for one that is no actor.
    pub(super) fn id(&self, slot: usize) -> Option<ActorId> {
        self.all.get(slot)?.worker.as_ref()?.id
    }

    /// The slot of a worker.
    pub(super) fn of(&self, worker: ActorId) -> Option<usize> {
        self.ids.get(&worker).copied()
    }

    /// Whether a slot's worker has room.
    pub(super) fn is_free(&self, slot: usize) -> bool {
        self.all.get(slot).is_some_and(|slot| slot.listed.is_some())
    }

    /// The slot that has least to do, of those the first.
    pub(super) fn first_free(&self) -> Option<usize> {
        self.free.first().map(|(_, slot)| *slot)
    }

    /// Whether the first slot behind the pool's size still has a worker.
    pub(super) fn has_next(&self) -> bool {
        self.all.get(self.size).is_some_and(|slot| slot.worker.is_some())
    }

    /// One slot more. With this worker, if it has none.
    pub(super) fn grow(&mut self, worker: Option<Worker<M>>, now: u64) {
        let slot = self.size;
        self.size += 1;
        if self.all.len() == slot {
            self.all.push(Slot {
                worker: None,
                is_up: false,
                queue: JobQueue::new(),
                running: BTreeMap::new(),
                listed: None,
                sign: now,
                told: None,
            });
        }
        match worker {
            Some(worker) => self.put(slot, worker),
            None => self.list(slot),
        }
    }

    /// One slot less. Whoever is there may have jobs.
    pub(super) fn shrink(&mut self) -> usize {
        self.size -= 1;
        self.list(self.size);
        self.size
    }

    /// A slot gets a worker.
    pub(super) fn put(&mut self, slot: usize, worker: Worker<M>) {
        self.ids.extend(worker.id.map(|id| (id, slot)));
        self.all[slot].worker = Some(worker);
        self.set_up(slot, true);
    }

    /// A slot has no worker any more.
    pub(super) fn take_worker(&mut self, slot: usize) -> Option<Worker<M>> {
        let worker = self.all[slot].worker.take()?;
        if let Some(id) = worker.id {
            self.ids.remove(&id);
        }
        self.list(slot);
        Some(worker)
    }

    /// Forgets the last slots that nobody needs any more.
    pub(super) fn trim(&mut self) {
        while self.all.len() > self.size && self.all.last().is_some_and(|slot| slot.worker.is_none()) {
            self.all.pop();
        }
    }

    /// Whether a slot's worker takes jobs has changed.
    pub(super) fn set_up(&mut self, slot: usize, is_up: bool) {
        self.all[slot].is_up = is_up;
        self.list(slot);
    }

    pub(super) fn set_in_flight(&mut self, jobs: usize) {
        self.in_flight = jobs.max(1);
        for slot in 0..self.size {
            self.list(slot);
        }
    }

    /// Puts a slot on the list of those that have room, or takes it away.
    fn list(&mut self, slot: usize) {
        let entry = &mut self.all[slot];
        let jobs = entry.running.len();
        let has_room = slot < self.size && entry.is_up && entry.worker.is_some() && jobs < self.in_flight;
        let now = has_room.then_some(jobs);
        let before = std::mem::replace(&mut entry.listed, now);
        if before != now {
            if let Some(jobs) = before {
                self.free.remove(&(jobs, slot));
            }
            self.free.extend(now.map(|jobs| (jobs, slot)));
        }
    }

    pub(super) fn push(&mut self, slot: usize, ticket: Ticket<K, M>) {
        self.all[slot].queue.push(ticket);
        self.queued += 1;
    }

    /// Takes a job that waits for a slot's worker: the next one, or the one that is discarded first.
    pub(super) fn pop(&mut self, slot: usize, victim: bool) -> Option<Ticket<K, M>> {
        let queue = &mut self.all[slot].queue;
        let ticket = if victim { queue.pop_victim() } else { queue.pop() }?;
        self.queued -= 1;
        Some(ticket)
    }

    /// A slot's worker gets a job.
    pub(super) fn run(&mut self, slot: usize, number: u64, job: Running<K, M>) {
        let running = &mut self.all[slot].running;
        self.active += usize::from(running.is_empty());
        running.insert(number, job);
        self.running += 1;
        self.list(slot);
    }

    /// A slot's worker has a job no more. None if that was known.
    pub(super) fn end(&mut self, slot: usize, number: u64, now: u64) -> Option<Running<K, M>> {
        let entry = self.all.get_mut(slot)?;
        let job = entry.running.remove(&number)?;
        entry.sign = now;
        self.active -= usize::from(entry.running.is_empty());
        self.running -= 1;
        self.list(slot);
        Some(job)
    }

    /// The jobs that were begun by an incarnation that is no more; with `all` also those that were not begun.
    pub(super) fn orphans(&self, slot: usize, all: bool) -> Vec<u64> {
        let Some(slot) = self.all.get(slot) else { return Vec::new() };
        let is_orphan = |job: &Running<K, M>| {
            job.progress.is_orphaned() || all && job.progress.state.get() == State::Waiting
        };
        slot.running.iter().filter(|(_, job)| is_orphan(job)).map(|(number, _)| *number).collect()
    }
}
