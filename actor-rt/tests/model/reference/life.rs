//! An actor's life: made, released, ended, each for its reason.

use super::{Actor, Entry, Level, Message, Panicked, Phase, Reference, State, Turn, Work};
use crate::program::Event;
use std::collections::VecDeque;

impl Reference {
    pub(super) fn spawn(&mut self, slot: usize) {
        // The new owner is made before the old one is dropped.
        self.actors.push(Actor {
            state: State::Prep,
            has_value: false,
            pending: 0,
            limit: u32::MAX,
            stash: VecDeque::new(),
            kept: Vec::new(),
            timers: Vec::new(),
        });
        let old = std::mem::replace(&mut self.slots[slot], self.actors.len() - 1);
        if std::mem::replace(&mut self.owned[slot], true) {
            self.owner_dropped(old);
        }
    }

    pub(super) fn make(&mut self, actor: usize, message: &Message, makes: bool) {
        let mut turn = Turn::default();
        let outcome = self.handle(message, Some(actor), Level::Core, &mut turn);
        if outcome.is_err() {
            return self.failed(actor);
        }
        self.current = None;
        if let Some(cause) = turn.end {
            self.finish_turn(actor, cause);
            if makes {
                self.log.push(Event::Value(actor));
            }
        } else if makes && self.actors[actor].state != State::Prep {
            self.log.push(Event::Value(actor));
        } else if makes {
            self.actors[actor].state = State::Ready;
            self.actors[actor].has_value = true;
            self.release_stash(actor);
        }
    }

    /// What waited for an actor comes before everything else.
    pub(super) fn release_stash(&mut self, actor: usize) {
        let stash = std::mem::take(&mut self.actors[actor].stash);
        if stash.is_empty() {
            return;
        }
        for entry in stash.into_iter().rev() {
            self.replay.push_front(entry);
        }
        self.posted();
    }

    pub(super) fn failed(&mut self, actor: usize) {
        self.current = None;
        self.end(actor, "failed");
    }

    pub(super) fn leave(&mut self, actor: usize, outcome: Result<(), Panicked>, end: Option<&'static str>) {
        match (outcome, end) {
            (Err(Panicked), _) => self.failed(actor),
            (Ok(()), Some(cause)) => self.finish_turn(actor, cause),
            (Ok(()), None) => {}
        }
    }

    /// A handler had asked to end.
    fn finish_turn(&mut self, actor: usize, cause: &'static str) {
        self.current = None;
        // One that was killed meanwhile ends by that.
        if self.actors[actor].state != State::Ending {
            self.end(actor, cause);
        }
    }

    pub(super) fn owner_dropped(&mut self, actor: usize) {
        if !matches!(self.actors[actor].state, State::Ending | State::Zombie) {
            // It is a message to the actor, so it takes a place; what is posted later would be dropped anyway.
            self.actors[actor].pending += 1;
            self.push(|this| &mut this.main, Entry { to: Some(actor), work: Work::End(actor, "dropped") });
        }
    }

    pub(super) fn end_soon(&mut self, actor: usize, cause: &'static str) {
        if matches!(self.actors[actor].state, State::Ending | State::Zombie) {
            return;
        }
        self.actors[actor].state = State::Ending;
        self.actors[actor].limit = 0;
        self.push(|this| &mut this.urgent, Entry { to: None, work: Work::End(actor, cause) });
    }

    pub(super) fn end(&mut self, actor: usize, cause: &'static str) {
        if self.actors[actor].state == State::Zombie {
            return;
        }
        if self.current == Some(actor) {
            return self.end_soon(actor, cause);
        }
        let has_hook = matches!(self.actors[actor].state, State::Ready | State::Paused);
        if has_hook && cause != "killed" && self.phase != Phase::Closed {
            self.log.push(Event::Hook(actor));
        }
        self.actors[actor].state = State::Zombie;
        if std::mem::replace(&mut self.actors[actor].has_value, false) {
            self.log.push(Event::Value(actor));
        }
        while let Some(entry) = self.actors[actor].stash.pop_front() {
            self.discard(entry);
        }
        while let Some(key) = self.actors[actor].timers.last().copied() {
            if let Some(entry) = self.cancel(key) {
                self.drop_contained(entry.work);
            }
        }
        for token in std::mem::take(&mut self.actors[actor].kept) {
            self.settle(token, "no reply");
        }
        self.log.push(Event::Notified(actor, cause));
    }
}
