//! A step: due timers, then the inbox, then the lanes in their order.

use super::{Entry, Level, Message, Panicked, Phase, Reference, State, Turn, Work};
use crate::program::Event;
use std::collections::VecDeque;

impl Reference {
    pub fn step(&mut self, later: u64, budget: u32, idle: bool) {
        self.phase = Phase::Stepping;
        self.asleep = false;
        self.yielding = false;
        let mut handled = 0;
        if idle {
            if let Some(entry) = self.idle.pop_front() {
                self.run(entry);
                handled = 1;
            }
        }
        let most = budget.max(1 + handled);
        // What it made ready belongs to it, and sees the same time.
        while handled != 0 && handled < most && self.urgent.is_empty() && !self.yielding {
            let Some(entry) = self.replay.pop_front() else { break };
            self.run(entry);
            handled += 1;
        }
        self.now += later;
        while let Some(first) = self.timers.first_entry() {
            if first.key().0 > self.now {
                break;
            }
            let timer = first.remove();
            if let Some(owner) = timer.owner {
                self.actors[owner].timers.retain(|&other| other != timer.key);
            }
            if let Some(to) = timer.entry.to {
                self.actors[to].pending += 1;
            }
            self.main.push_back(timer.entry);
        }
        for entry in std::mem::take(&mut self.inbox) {
            let to = entry.to.expect("remote calls are for actors");
            let actor = &mut self.actors[to];
            if actor.state == State::Zombie || actor.pending >= actor.limit {
                self.dead_letters += 1;
                self.drop_contained(entry.work);
                continue;
            }
            actor.pending += 1;
            self.main.push_back(entry);
        }
        let mut left = most - handled;
        let begins = left != 0;
        while begins && !self.yielding {
            if self.urgent.is_empty()
                && self.replay.is_empty()
                && self.batch.is_empty()
                && self.main.is_empty()
            {
                self.batch = std::mem::take(&mut self.lazy);
            }
            if left == 0 {
                break;
            }
            let lanes = [&mut self.urgent, &mut self.replay, &mut self.batch, &mut self.main];
            let Some(entry) = lanes.into_iter().find_map(VecDeque::pop_front) else { break };
            self.run(entry);
            left -= 1;
            handled += 1;
        }
        self.yielding = false;
        self.current = None;
        self.phase = Phase::Outside;
        let queued = self.waiting() != 0;
        let next = self.timers.first_key_value().map_or(u64::MAX, |(at, _)| at.0);
        self.reported = next;
        let more = queued || !self.inbox.is_empty();
        self.asleep |= !more;
        let raised = std::mem::replace(&mut self.raised, false);
        self.log.push(Event::Step(more, !self.idle.is_empty(), handled, raised, next, self.wakes));
    }

    pub(super) fn run(&mut self, entry: Entry) {
        let Some(to) = entry.to else {
            self.current = None;
            let outcome = match entry.work {
                Work::End(actor, cause) => {
                    // A kill meanwhile is what counts.
                    if cause != "stopped" || self.actors[actor].state != State::Ending {
                        self.end(actor, cause);
                    }
                    Ok(())
                }
                Work::Timeout(token) => {
                    self.settle(token, "timeout");
                    Ok(())
                }
                Work::Plain(message) => self.handle(&message, None, Level::Runtime, &mut Turn::default()),
                Work::Prep(..) | Work::Packet(..) => unreachable!("these are for actors"),
            };
            self.raised |= outcome.is_err();
            return;
        };
        self.actors[to].pending -= 1;
        if let Work::End(actor, cause) = entry.work {
            self.current = None;
            return self.end(actor, cause);
        }
        self.current = Some(to);
        match (self.actors[to].state, entry.work) {
            (State::Prep, Work::Prep(message, makes)) => self.make(to, &message, makes),
            (State::Prep | State::Paused, work) if !matches!(work, Work::Prep(..)) => {
                self.actors[to].pending += 1;
                self.actors[to].stash.push_back(Entry { to: Some(to), work });
            }
            (State::Ready | State::Paused, Work::Prep(message, _)) => {
                if self.drop_message(&message, false).is_err() {
                    self.failed(to);
                }
            }
            (State::Ready, Work::Plain(message)) => {
                let mut turn = Turn::default();
                let outcome = self.handle(&message, Some(to), Level::Core, &mut turn);
                self.leave(to, outcome, turn.end);
            }
            (State::Ready, Work::Packet(message, token)) => {
                let mut turn = Turn { token, ..Turn::default() };
                self.log.push(Event::Run(message.number, Some(to)));
                let outcome = self.ops(&message.script.body, Level::Core, &mut turn);
                let _ = self.drop_message(&message, true);
                match token {
                    Some(token) if turn.kept => {
                        if let Some(ask) = self.find_ask(token) {
                            ask.holder = Some(to);
                            self.actors[to].kept.push(token);
                        }
                    }
                    Some(token) => _ = self.settle(token, "no reply"),
                    None => {}
                }
                self.leave(to, outcome, turn.end);
            }
            (State::Ending | State::Zombie, work) => {
                self.dead_letters += 1;
                self.drop_contained(work);
            }
            (State::Prep | State::Paused, _) => unreachable!("these wait, as said above"),
            (_, Work::End(..) | Work::Timeout(_)) => unreachable!("these are jobs"),
        }
    }

    /// Runs a message's body and drops its payload.
    pub(super) fn handle(
        &mut self,
        message: &Message,
        by: Option<usize>,
        level: Level,
        turn: &mut Turn,
    ) -> Result<(), Panicked> {
        self.log.push(Event::Run(message.number, by));
        let outcome = self.ops(&message.script.body, level, turn);
        let dropped = self.drop_message(message, outcome.is_err());
        outcome.and(dropped)
    }
}
