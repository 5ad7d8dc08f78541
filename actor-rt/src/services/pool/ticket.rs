//! A job inside of a pool: as a ticket while it waits, as a running one while a worker has it. Neither goes silently: one that is dropped,
//! with its pool or by a panic in the user's code, tells the user.

use super::callbacks::Callbacks;
use super::completion::Progress;
use super::discard::{DiscardReason, Discarded};
use super::job::{Job, Priority, Retry};
use super::queue;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// All of a job but its message.
pub(super) struct Entry<K, M> {
    key: K,
    priority: Priority,
    time_to_live: Option<Duration>,
    retry: Retry<M>,
    /// How many jobs there were before.
    sequence: u64,
    /// How long it may wait, in nanoseconds of the runtime's clock.
    until: u64,
    /// Whether it may be discarded for others.
    may_go: bool,
    callbacks: Rc<Callbacks<K, M>>,
}

impl<K, M> Entry<K, M> {
    fn discard(self, message: Option<M>, reason: DiscardReason) {
        let callbacks = self.callbacks;
        callbacks.discarded(Discarded { key: self.key, message, reason });
    }
}

/// A job that waits.
pub(super) struct Ticket<K: 'static, M: 'static>(Option<(Entry<K, M>, M)>);

impl<K, M> Ticket<K, M> {
    pub(super) fn new(job: Job<K, M>, sequence: u64, now: u64, callbacks: &Rc<Callbacks<K, M>>) -> Self {
        let Job { key, message, priority, time_to_live, retry } = job;
        let time = time_to_live.map_or(u64::MAX, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        let until = now.saturating_add(time);
        let callbacks = Rc::clone(callbacks);
        let entry = Entry { key, priority, time_to_live, retry, sequence, until, may_go: true, callbacks };
        Ticket(Some((entry, message)))
    }

    fn entry(&self) -> &Entry<K, M> {
        let (entry, _) = self.0.as_ref().expect("it is emptied only when it goes");
        entry
    }

    pub(super) fn key(&self) -> &K {
        &self.entry().key
    }

    pub(super) fn place(&self) -> queue::Place {
        (self.entry().priority, self.entry().sequence)
    }

    pub(super) fn may_go(&self) -> bool {
        self.entry().may_go
    }

    /// It is never discarded for others.
    pub(super) fn keep(mut self) -> Self {
        if let Some((entry, _)) = &mut self.0 {
            entry.may_go = false;
        }
        self
    }

    pub(super) fn is_late(&self, now: u64) -> bool {
        now > self.entry().until
    }

    pub(super) fn into_job(mut self) -> Option<Job<K, M>> {
        let (Entry { key, priority, time_to_live, retry, .. }, message) = self.0.take()?;
        Some(Job { key, message, priority, time_to_live, retry })
    }

    /// It is not done.
    pub(super) fn discard(mut self, reason: DiscardReason) {
        if let Some((entry, message)) = self.0.take() {
            entry.discard(Some(message), reason);
        }
    }

    /// A worker gets it.
    pub(super) fn run(mut self, progress: Rc<Progress>) -> Running<K, M> {
        // The user's code, which may panic: until then it is a ticket.
        let spare = self.0.as_ref().and_then(|(entry, message)| entry.retry.spare(message));
        let (entry, message) =
            self.0.take().map_or((None, None), |(entry, message)| (Some(entry), Some(message)));
        Running { entry, spare, message: Rc::new(Cell::new(message)), progress }
    }
}

impl<K, M> Drop for Ticket<K, M> {
    fn drop(&mut self) {
        if let Some((entry, message)) = self.0.take() {
            entry.discard(Some(message), DiscardReason::Shutdown);
        }
    }
}

/// A job that a worker has.
pub(super) struct Running<K: 'static, M: 'static> {
    entry: Option<Entry<K, M>>,
    /// A copy for the next try.
    spare: Option<M>,
    /// The message, until the worker begins.
    pub(super) message: Rc<Cell<Option<M>>>,
    pub(super) progress: Rc<Progress>,
}

/// What became of a job that a worker had.
pub(super) enum Outcome<K: 'static, M: 'static> {
    Done,
    /// The worker never saw it.
    Untouched(Ticket<K, M>),
    /// It is to be tried again.
    Again(Ticket<K, M>),
    /// It is lost: to be told.
    Lost(Lost<K, M>),
}

/// A job that its worker lost.
pub(super) struct Lost<K, M>(Entry<K, M>);

impl<K, M> Lost<K, M> {
    pub(super) fn discard(self) {
        self.0.discard(None, DiscardReason::WorkerLost);
    }
}

impl<K, M> Running<K, M> {
    pub(super) fn key(&self) -> &K {
        &self.entry.as_ref().expect("it is emptied only when it goes").key
    }

    /// What became of it. A dropped completion counts if its worker lives.
    pub(super) fn outcome(mut self, worker_lives: bool) -> Outcome<K, M> {
        let Some(mut entry) = self.entry.take() else { return Outcome::Done };
        if let Some(message) = self.message.take() {
            return Outcome::Untouched(Ticket(Some((entry, message))));
        }
        match self.spare.take() {
            _ if self.progress.is_done(worker_lives) => Outcome::Done,
            Some(message) => {
                entry.retry.left -= 1;
                Outcome::Again(Ticket(Some((entry, message))))
            }
            None => Outcome::Lost(Lost(entry)),
        }
    }
}

impl<K, M> Drop for Running<K, M> {
    /// Its pool ends. What would be tried again is not.
    fn drop(&mut self) {
        let Some(entry) = self.entry.take() else { return };
        let (message, spare) = (self.message.take(), self.spare.take());
        if message.is_none() && self.progress.is_done(true) {
            return entry.callbacks.contain(|| drop(spare));
        }
        match message.or(spare) {
            Some(message) => entry.discard(Some(message), DiscardReason::Shutdown),
            None => entry.discard(None, DiscardReason::WorkerLost),
        }
    }
}
