//! A job's way through a pool: admitted, queued, handed to a worker, settled.

use super::actor::{Asker, Pool};
use super::completion::{Completion, Handed, Progress};
use super::discard::DiscardReason;
use super::job::Job;
use super::router::Place;
use super::ticket::{Outcome, Running, Ticket};
use crate::supervision::Status;
use crate::{Core, Cx, Ret};
use std::hash::Hash;
use std::rc::Rc;

impl<K: Clone + Eq + Hash + 'static, M: 'static> Pool<K, M> {
    /// A job comes.
    pub(super) fn admit(&mut self, cx: &mut Cx<'_, Self>, job: Job<K, M>, asker: Option<Asker<K, M>>) {
        let now = cx.now_ns();
        let mut kept = false;
        if let Some(keeps) = &self.keeps {
            self.callbacks.contain(|| kept = keeps(&job));
        }
        let ticket = Ticket::new(job, self.number(), now, &self.callbacks);
        let ticket = if kept { ticket.keep() } else { ticket };
        if self.is_draining {
            return self.refuse(ticket, asker, DiscardReason::Shutdown);
        }
        if self.routing.is_over_rate(now) {
            return self.refuse(ticket, asker, DiscardReason::RateLimited);
        }
        let place = self.routing.route(ticket.key(), self.slots.size());
        let free = self.free(cx, place);
        let limit = if free.is_some() { None } else { self.limit(now) };
        if limit.is_some_and(|limit| self.has_no_room(place, limit, &ticket)) {
            return self.refuse(ticket, asker, DiscardReason::LoadShed);
        }
        self.routing.count(now);
        self.counts.accepted += 1;
        if let Some(asker) = asker {
            self.callbacks.contain(|| asker.ret(Ok(())));
        }
        if let Some(slot) = free {
            self.routing.attach(ticket.key(), slot);
            return self.hand(cx, slot, ticket);
        }
        self.push(place, ticket);
        if let Some(limit) = limit {
            self.shed(place, limit);
        }
    }

    /// How many jobs may wait in a queue now.
    fn limit(&mut self, now: u64) -> Option<usize> {
        let mut asked = std::mem::take(&mut self.asked);
        let limit = asked.limit(&self.settings.discard.limit, now, || self.stats());
        self.asked = asked;
        limit
    }

    /// How many jobs wait in a place.
    fn waiting(&self, place: Place) -> usize {
        match place {
            Place::Any => self.queue.len(),
            Place::Slot(slot) => self.slots.get(slot).map_or(0, |slot| slot.queue.len()),
        }
    }

    /// Whether a new job is the one that goes for want of room.
    fn has_no_room(&self, place: Place, limit: usize, ticket: &Ticket<K, M>) -> bool {
        if !ticket.may_go() || self.waiting(place) < limit {
            return false;
        }
        let (priority, _) = ticket.place();
        let has_victim = match place {
            Place::Any => self.queue.has_victim(priority),
            Place::Slot(slot) => self.slots.get(slot).is_some_and(|slot| slot.queue.has_victim(priority)),
        };
        limit == 0 || self.settings.discard.newest || !has_victim
    }

    /// Discards what is too much.
    fn shed(&mut self, place: Place, limit: usize) {
        while !self.settings.discard.newest && self.waiting(place) > limit {
            let victim = match place {
                Place::Any => self.queue.pop_victim(),
                Place::Slot(slot) => self.slots.pop(slot, true),
            };
            let Some(victim) = victim else { return };
            if let Place::Slot(slot) = place {
                self.routing.detach(victim.key(), slot);
            }
            self.discard(victim, DiscardReason::LoadShed);
        }
    }

    /// A worker with room, if there is one in this place.
    fn free(&mut self, core: &Core, place: Place) -> Option<usize> {
        match place {
            Place::Slot(slot) => self.has_room(core, slot).then_some(slot),
            Place::Any => {
                while let Some(slot) = self.slots.first_free() {
                    if self.has_room(core, slot) {
                        return Some(slot);
                    }
                }
                None
            }
        }
    }

    /// Whether a worker takes a job now. One that is found not to be there gets none until the tree says that it is back.
    fn has_room(&mut self, core: &Core, slot: usize) -> bool {
        if !self.slots.is_free(slot) {
            return false;
        }
        let lives = self.lives(core, slot);
        if !lives {
            self.slots.set_up(slot, false);
        }
        lives
    }

    /// Whether a slot's worker lives, and is not about to end.
    fn lives(&self, core: &Core, slot: usize) -> bool {
        self.slots.id(slot).is_none_or(|id| core.door().status(id) == Ok(Status::Running))
    }

    fn push(&mut self, place: Place, ticket: Ticket<K, M>) {
        match place {
            Place::Any => self.queue.push(ticket),
            Place::Slot(slot) => {
                self.routing.attach(ticket.key(), slot);
                self.slots.push(slot, ticket);
            }
        }
    }

    /// Queues a job that was accepted before, whatever the limit. A worker that alone may do it is due.
    pub(super) fn enqueue(&mut self, ticket: Ticket<K, M>, due: &mut Vec<usize>) {
        let place = self.routing.route(ticket.key(), self.slots.size());
        self.push(place, ticket);
        if let Place::Slot(slot) = place {
            due.push(slot);
        }
    }

    /// Gives work to all workers that have room.
    pub(super) fn serve_all(&mut self, cx: &mut Cx<'_, Self>) {
        let all = (0..self.slots.size()).rev().filter(|slot| self.slots.is_free(*slot)).collect();
        self.serve(cx, all);
    }

    /// Gives work to these workers, the last one first, and to all that have room while jobs wait for any of them.
    pub(super) fn serve(&mut self, cx: &mut Cx<'_, Self>, mut due: Vec<usize>) {
        loop {
            if let Some(slot) = due.pop() {
                while let Some(ticket) = self.next(cx, slot, &mut due) {
                    self.hand(cx, slot, ticket);
                }
                continue;
            }
            let free = if self.queue.is_empty() { None } else { self.free(cx, Place::Any) };
            let Some(slot) = free else { break };
            // One each, so that the next one goes to whoever has least to do then.
            if let Some(ticket) = self.next(cx, slot, &mut due) {
                self.hand(cx, slot, ticket);
            }
        }
        self.end_if_drained(cx);
    }

    /// The next job for a worker, if it has room. What belongs to another one goes there, which is due then.
    fn next(&mut self, core: &Core, slot: usize, due: &mut Vec<usize>) -> Option<Ticket<K, M>> {
        while self.has_room(core, slot) {
            let own = self.slots.get(slot)?.queue.first();
            let is_own = own.is_some_and(|own| self.queue.first().is_none_or(|common| own < common));
            let ticket = if is_own { self.slots.pop(slot, false) } else { self.queue.pop() }?;
            if is_own {
                self.routing.detach(ticket.key(), slot);
            }
            if ticket.is_late(core.now_ns()) {
                self.discard(ticket, DiscardReason::Expired);
                continue;
            }
            let sticks = self.routing.slot_of(ticket.key(), self.slots.size()).filter(|other| *other != slot);
            if let Some(other) = sticks {
                self.push(Place::Slot(other), ticket);
                due.push(other);
                continue;
            }
            self.routing.attach(ticket.key(), slot);
            return Some(ticket);
        }
        None
    }

    /// A worker gets a job.
    fn hand(&mut self, cx: &mut Cx<'_, Self>, slot: usize, ticket: Ticket<K, M>) {
        let Some(worker) = self.slots.get(slot).and_then(|slot| slot.worker.as_ref()) else {
            return self.enqueue(ticket, &mut Vec::new());
        };
        let progress = Progress::new(cx.now_ns(), Rc::clone(&worker.life));
        let running = ticket.run(Rc::clone(&progress));
        let message = Rc::clone(&running.message);
        let number = self.number();
        let settled =
            move |pool: &mut Self, cx: &mut Cx<'_, Self>, _: Option<()>| pool.settled(cx, slot, number);
        let completion = Completion::new(progress, Ret::to_actor(cx.this().clone(), settled));
        self.slots.run(slot, number, running);
        if let Some(worker) = self.slots.get(slot).and_then(|slot| slot.worker.as_ref()) {
            (worker.hand)(cx, Handed::new(message, completion));
        }
        self.watch(cx);
    }

    /// A worker is done with a job, or has lost it.
    fn settled(&mut self, cx: &mut Cx<'_, Self>, slot: usize, number: u64) {
        let lives = self.lives(cx, slot);
        let mut due = vec![slot];
        if let Some(running) = self.slots.end(slot, number, cx.now_ns()) {
            self.conclude(slot, running, lives, &mut due);
        }
        self.dismiss_if_idle(cx, slot);
        self.serve(cx, due);
    }

    /// Jobs of a worker that has ended are lost, or go back; with `all` also those that its next incarnation would begin.
    pub(super) fn orphaned(&mut self, now: u64, slot: usize, all: bool, due: &mut Vec<usize>) {
        for number in self.slots.orphans(slot, all) {
            if let Some(running) = self.slots.end(slot, number, now) {
                self.conclude(slot, running, false, due);
            }
        }
    }

    /// What becomes of a job that a worker had.
    fn conclude(&mut self, slot: usize, running: Running<K, M>, lives: bool, due: &mut Vec<usize>) {
        self.routing.detach(running.key(), slot);
        match running.outcome(lives) {
            Outcome::Done => self.counts.done += 1,
            Outcome::Untouched(ticket) => self.enqueue(ticket, due),
            Outcome::Again(ticket) => {
                self.counts.retried += 1;
                self.enqueue(ticket, due);
            }
            Outcome::Lost(lost) => {
                self.counts.discard(DiscardReason::WorkerLost);
                lost.discard();
            }
        }
    }

    /// Ends a pool that drains and has nothing more to do.
    pub(super) fn end_if_drained(&mut self, cx: &mut Cx<'_, Self>) {
        let left = self.queue.len() + self.slots.queued() + self.slots.running();
        if self.is_draining && left == 0 {
            cx.stop();
        }
    }
}
