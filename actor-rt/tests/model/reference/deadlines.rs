//! Timers, and requests with their outcomes.

use super::{Ask, Entry, Reference, Timer, Work};
use crate::program::{Event, Script};

impl Reference {
    pub(super) fn arm(&mut self, deadline: u64, owner: Option<usize>, entry: Entry) -> u64 {
        self.sequence += 1;
        let key = self.sequence;
        if let Some(owner) = owner {
            self.actors[owner].timers.push(key);
        }
        self.timers.insert((deadline, key), Timer { key, owner, entry });
        self.deadline_moved(deadline);
        key
    }

    pub(super) fn cancel(&mut self, key: u64) -> Option<Entry> {
        let at = self.timers.iter().find(|(_, timer)| timer.key == key).map(|(at, _)| *at)?;
        let timer = self.timers.remove(&at)?;
        if let Some(owner) = timer.owner {
            self.actors[owner].timers.retain(|&other| other != key);
        }
        Some(timer.entry)
    }

    pub(super) fn ask(&mut self, slot: usize, delay: u64, script: &Script) {
        let message = self.message(script);
        let number = message.number;
        self.sequence += 1;
        let token = self.sequence;
        let ask = Some(Ask { number, token, timer: None, holder: None });
        match self.free_asks.pop() {
            Some(at) => self.asks[at] = ask,
            None => self.asks.push(ask),
        }
        match self.post(slot, &message, Some(token)) {
            Ok(()) => {}
            Err(why) => {
                if why == "gone" {
                    self.settle(token, "closed");
                } else {
                    self.take_ask(token);
                }
                let _ = self.drop_message(&message, true);
                return;
            }
        }
        if delay != 0 {
            let deadline = self.now + delay;
            let timer = self.arm(deadline, None, Entry { to: None, work: Work::Timeout(token) });
            if let Some(ask) = self.find_ask(token) {
                ask.timer = Some(timer);
            }
        }
    }

    pub(super) fn find_ask(&mut self, token: u64) -> Option<&mut Ask> {
        self.asks.iter_mut().flatten().find(|ask| ask.token == token)
    }

    pub(super) fn take_ask(&mut self, token: u64) -> Option<Ask> {
        let at = self.asks.iter().position(|ask| ask.as_ref().is_some_and(|ask| ask.token == token))?;
        self.free_asks.push(at);
        let ask = self.asks[at].take()?;
        if let Some(holder) = ask.holder {
            let kept = &mut self.actors[holder].kept;
            if let Some(at) = kept.iter().position(|&other| other == token) {
                kept.swap_remove(at);
            }
        }
        Some(ask)
    }

    pub(super) fn settle(&mut self, token: u64, outcome: &'static str) -> bool {
        let Some(ask) = self.take_ask(token) else { return false };
        if let Some(timer) = ask.timer {
            self.cancel(timer);
        }
        self.log.push(Event::Outcome(ask.number, outcome));
        true
    }
}
