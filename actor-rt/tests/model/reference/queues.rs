//! Lanes, stash and mailbox bounds: how a message is queued, and consumed undelivered.

use super::{Entry, Level, Message, Panicked, Phase, Reference, State, Turn, Work};
use crate::program::Event;
use std::collections::VecDeque;

impl Reference {
    pub(super) fn wake(&mut self) {
        if std::mem::replace(&mut self.asleep, false) {
            self.wakes += 1;
        }
    }

    pub(super) fn posted(&mut self) {
        if self.phase == Phase::Outside {
            self.wake();
        }
    }

    pub(super) fn deadline_moved(&mut self, deadline: u64) {
        if self.phase == Phase::Outside && deadline < self.reported {
            self.reported = deadline;
            self.wake();
        }
    }

    pub(super) fn push(&mut self, lane: fn(&mut Self) -> &mut VecDeque<Entry>, entry: Entry) {
        if self.phase == Phase::Closed {
            self.main.push_back(entry);
            self.consume_closed();
            return;
        }
        lane(self).push_back(entry);
        self.posted();
    }

    pub(super) fn consume_closed(&mut self) {
        if std::mem::replace(&mut self.consuming, true) {
            return;
        }
        while let Some(entry) = self.main.pop_front() {
            self.discard(entry);
        }
        self.consuming = false;
    }

    /// Consumes an entry undelivered, under a catch.
    pub(super) fn discard(&mut self, entry: Entry) {
        if let Some(to) = entry.to {
            self.actors[to].pending -= 1;
        }
        if entry.to.is_some() && !matches!(entry.work, Work::End(..)) {
            self.dead_letters += 1;
        }
        self.drop_contained(entry.work);
    }

    /// Drops what no handler saw. A panic in it is raised when the step ends; in the end of the runtime there is none.
    pub(super) fn drop_contained(&mut self, work: Work) {
        let outcome = self.drop_work(work, false);
        self.raised |= outcome.is_err() && !matches!(self.phase, Phase::Closing | Phase::Closed);
    }

    pub(super) fn drop_work(&mut self, work: Work, unwinding: bool) -> Result<(), Panicked> {
        match work {
            Work::Plain(message) | Work::Prep(message, _) => self.drop_message(&message, unwinding),
            Work::Packet(message, token) => {
                let _ = self.drop_message(&message, true);
                if let Some(token) = token {
                    self.settle(token, "no reply");
                }
                Ok(())
            }
            Work::End(..) | Work::Timeout(_) => Ok(()),
        }
    }

    pub(super) fn drop_message(&mut self, message: &Message, unwinding: bool) -> Result<(), Panicked> {
        self.log.push(Event::Dropped(message.number));
        for op in message.script.on_drop.iter() {
            let _ = self.op(op, Level::Nothing, &mut Turn::default());
        }
        if message.script.explodes && !unwinding { Err(Panicked) } else { Ok(()) }
    }

    pub(super) fn send(
        &mut self,
        slot: usize,
        message: Message,
        lane: fn(&mut Self) -> &mut VecDeque<Entry>,
    ) -> Result<(), Panicked> {
        let to = self.slots[slot];
        if self.actors[to].pending >= self.actors[to].limit {
            self.dead_letters += 1;
            return self.drop_message(&message, false);
        }
        self.actors[to].pending += 1;
        self.push(lane, Entry { to: Some(to), work: Work::Plain(message) });
        Ok(())
    }

    /// A packet by id; true if it was taken.
    pub(super) fn post(
        &mut self,
        slot: usize,
        message: &Message,
        token: Option<u64>,
    ) -> Result<(), &'static str> {
        let to = self.slots[slot];
        match self.actors[to].state {
            State::Ending | State::Zombie => return Err("gone"),
            _ if self.actors[to].pending >= self.actors[to].limit => return Err("full"),
            _ => {}
        }
        self.actors[to].pending += 1;
        self.push(|this| &mut this.main, Entry { to: Some(to), work: Work::Packet(message.clone(), token) });
        Ok(())
    }
}
