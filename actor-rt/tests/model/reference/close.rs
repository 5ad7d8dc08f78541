//! The runtime's end: everything is consumed, in rounds.

use super::{Entry, Level, Phase, Reference, State, Turn};
use crate::program::{ACTORS, Op};
use std::collections::VecDeque;

impl Reference {
    pub fn close(&mut self) {
        self.phase = Phase::Closing;
        self.asleep = false;
        for entry in std::mem::take(&mut self.inbox) {
            let _ = self.drop_work(entry.work, false);
        }
        while self.round() {}
        self.phase = Phase::Closed;
        self.round();
        self.consume_closed();
        // What the host still holds.
        for slot in 0..ACTORS {
            let _ = self.op(&Op::DropOwner(slot), Level::Nothing, &mut Turn::default());
        }
    }

    pub(super) fn round(&mut self) -> bool {
        let mut busy = false;
        for actor in (0..self.actors.len()).rev() {
            if self.actors[actor].state != State::Zombie {
                busy = true;
                self.end(actor, "dropped");
            }
        }
        let tokens: Vec<u64> = self.asks.iter().flatten().map(|ask| ask.token).collect();
        for token in tokens {
            busy = true;
            self.settle(token, "no reply");
        }
        let lanes: [fn(&mut Self) -> &mut VecDeque<Entry>; 6] = [
            |this| &mut this.urgent,
            |this| &mut this.replay,
            |this| &mut this.main,
            |this| &mut this.batch,
            |this| &mut this.lazy,
            |this| &mut this.idle,
        ];
        for lane in lanes {
            for entry in std::mem::take(lane(self)) {
                busy = true;
                self.discard(entry);
            }
        }
        for _ in 0..self.timers.len() {
            let Some((_, timer)) = self.timers.pop_first() else { break };
            busy = true;
            let _ = self.drop_work(timer.entry.work, false);
        }
        busy
    }
}
