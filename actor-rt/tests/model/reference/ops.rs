//! What one line of a program does, wherever it stands.

use super::{Entry, Level, Panicked, Phase, Reference, State, Turn, Work};
use crate::program::{Event, Op};

impl Reference {
    pub(super) fn ops(&mut self, ops: &[Op], level: Level, turn: &mut Turn) -> Result<(), Panicked> {
        ops.iter().try_for_each(|op| self.op(op, level, turn))
    }

    pub fn host(&mut self, op: &Op) {
        let _ = self.op(op, Level::Runtime, &mut Turn::default());
        self.log.push(Event::Did(self.wakes, self.waiting(), self.dead_letters));
    }

    pub(super) fn op(&mut self, op: &Op, level: Level, turn: &mut Turn) -> Result<(), Panicked> {
        let has_core = level != Level::Nothing;
        match op {
            Op::Call(actor, script) => {
                let message = self.message(script);
                return self.send(*actor, message, |this| &mut this.main);
            }
            Op::Lazy(actor, script) => {
                let message = self.message(script);
                return self.send(*actor, message, |this| &mut this.lazy);
            }
            Op::Idle(actor, script) => {
                let message = self.message(script);
                return self.send(*actor, message, |this| &mut this.idle);
            }
            Op::Prep(slot, makes, script) => {
                let (to, message) = (self.slots[*slot], self.message(script));
                self.actors[to].pending += 1;
                self.push(|this| &mut this.main, Entry { to: Some(to), work: Work::Prep(message, *makes) });
            }
            Op::Job(script) => {
                let work = Work::Plain(self.message(script));
                self.push(|this| &mut this.main, Entry { to: None, work });
            }
            Op::LazyJob(script) if has_core => {
                let work = Work::Plain(self.message(script));
                self.push(|this| &mut this.lazy, Entry { to: None, work });
            }
            Op::IdleJob(script) if has_core => {
                let work = Work::Plain(self.message(script));
                self.push(|this| &mut this.idle, Entry { to: None, work });
            }
            Op::Post(slot, script) => {
                let message = self.message(script);
                if self.post(*slot, &message, None).is_err() {
                    let _ = self.drop_message(&message, true);
                }
            }
            Op::Ask(slot, delay, script) => self.ask(*slot, *delay, script),
            Op::Remote(slot, script) => {
                let (to, message) = (self.slots[*slot], self.message(script));
                if matches!(self.phase, Phase::Closing | Phase::Closed) {
                    return self.drop_message(&message, false);
                }
                self.inbox.push_back(Entry { to: Some(to), work: Work::Plain(message) });
                self.wake();
            }
            Op::Timer(key, delay, actor, script) if has_core => {
                let message = self.message(script);
                let owner = actor.map(|slot| self.slots[slot]);
                let deadline = (self.now + delay).max(self.now + 1);
                let listed = owner.filter(|&actor| self.actors[actor].state != State::Zombie);
                let entry = Entry { to: owner, work: Work::Plain(message) };
                self.keys[*key] = self.arm(deadline, listed, entry);
            }
            Op::TimerDelete(key) if has_core => {
                if let Some(entry) = self.cancel(self.keys[*key]) {
                    return self.drop_work(entry.work, false);
                }
            }
            Op::TimerReset(key, delay) if has_core => {
                let deadline = (self.now + delay).max(self.now + 1);
                let key = self.keys[*key];
                let at = self.timers.iter().find(|(_, timer)| timer.key == key).map(|(at, _)| *at);
                if let Some(timer) = at.and_then(|at| self.timers.remove(&at)) {
                    self.sequence += 1;
                    self.timers.insert((deadline, self.sequence), timer);
                    self.deadline_moved(deadline);
                }
            }
            Op::Stop => _ = turn.end.get_or_insert("stopped"),
            Op::Fail => _ = turn.end.get_or_insert("failed"),
            Op::Panic if has_core => return Err(Panicked),
            Op::KillById(slot) => self.end_soon(self.slots[*slot], "killed"),
            Op::StopById(slot) => {
                let actor = self.slots[*slot];
                if !matches!(self.actors[actor].state, State::Ending | State::Zombie) {
                    self.push(|this| &mut this.urgent, Entry { to: None, work: Work::End(actor, "stopped") });
                }
            }
            Op::KillNow(slot) if level == Level::Runtime && self.owned[*slot] => {
                let is_later = self.phase != Phase::Outside || self.raised;
                self.end(self.slots[*slot], "killed");
                if !is_later && std::mem::take(&mut self.raised) {
                    return Err(Panicked);
                }
            }
            Op::KillNow(_) if level == Level::Runtime => {}
            Op::DropOwner(slot) if self.owned[*slot] => {
                self.owned[*slot] = false;
                self.owner_dropped(self.slots[*slot]);
            }
            Op::DropOwner(_) => {}
            Op::Spawn(slot) if has_core => self.spawn(*slot),
            Op::Capacity(slot, limit) => {
                let actor = &mut self.actors[self.slots[*slot]];
                if !matches!(actor.state, State::Ending | State::Zombie) {
                    actor.limit = *limit;
                }
            }
            Op::Pause(slot) => {
                let actor = &mut self.actors[self.slots[*slot]];
                if actor.state == State::Ready {
                    actor.state = State::Paused;
                }
            }
            Op::Resume(slot) => {
                let actor = self.slots[*slot];
                if self.actors[actor].state == State::Paused {
                    self.actors[actor].state = State::Ready;
                    self.release_stash(actor);
                }
            }
            Op::Answer => {
                if let Some(token) = turn.token {
                    self.settle(token, "reply");
                }
            }
            Op::Keep => {
                if let Some(token) = turn.token {
                    turn.kept = true;
                    self.kept.push_back(token);
                }
            }
            Op::AnswerKept => {
                if let Some(token) = self.kept.pop_front() {
                    self.settle(token, "reply");
                }
            }
            Op::DropKept => {
                if let Some(token) = self.kept.pop_front() {
                    self.settle(token, "no reply");
                }
            }
            Op::Yield if has_core => self.yielding = self.phase == Phase::Stepping,
            _ => {}
        }
        Ok(())
    }
}
