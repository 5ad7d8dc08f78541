//! Requests: what is heard of them, and by whom; and those that wait for one answer together.

use crate::messages::{Message, Own, increment, refused};
use crate::node::Node;
use crate::shared::Shared;
use actor_rt::ask::{AskError, Reply};
use actor_rt::services::Coalesce;
use actor_rt::{Actor, Cx};
use std::cell::Cell;
use std::rc::Rc;

/// What was heard of a request, if anything was.
pub type Outcome = Rc<Cell<Option<Result<u32, AskError>>>>;

pub fn count_outcome(shared: &Shared, outcome: Option<Result<u32, AskError>>) {
    shared.count(match outcome {
        Some(Ok(_)) => "ask: answered",
        Some(Err(AskError::Timeout)) => "ask: timeout",
        Some(Err(AskError::NoReply)) => "ask: no reply",
        Some(Err(AskError::Closed)) => "ask: closed",
        Some(Err(AskError::Cancelled)) => "ask: cancelled",
        Some(Err(_)) => "ask: another outcome",
        None => "ask: not asked",
    });
}

/// Hears of an actor's own request.
struct Asking {
    own: Own,
    ran: Rc<Cell<bool>>,
    was_asked: Rc<Cell<bool>>,
}

impl Asking {
    fn hears(mut self, outcome: Result<u32, AskError>) {
        let shared = self.own.shared.clone();
        self.own.came = true;
        count_outcome(&shared, Some(outcome));
        if outcome == Err(AskError::Closed) {
            refused(&shared);
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if !self.own.came && self.was_asked.get() {
            let shared = &self.own.shared;
            shared.count("ask: its asker ended");
            if Rc::strong_count(&self.ran) == 1 && !self.ran.get() {
                increment(&shared.tally.withdrawn);
            }
        }
    }
}

/// Requests that wait for the same answer.
#[derive(Default)]
pub struct Together {
    waiting: Coalesce<usize, u32>,
    // Goes after those that wait.
    rounds: Rounds,
}

/// The same requests, as their askers know them.
#[derive(Default)]
struct Rounds([Vec<Outcome>; 2]);

impl Drop for Rounds {
    fn drop(&mut self) {
        // Whoever waited has heard that nobody answers.
        let all = self.0.iter().flatten();
        assert!(
            all.into_iter().all(|outcome| outcome.get().is_some()),
            "one that waited for an answer never hears"
        );
    }
}

impl Node {
    /// Asks another one.
    pub fn requests(&self, cx: &mut Cx<'_, Self>) {
        let Ok(to) = Actor::<Node>::from_id(cx, self.shared.any()) else { return };
        let (message, ran) = Message::seen(&self.shared, to.actor_id().0);
        let was_asked = Rc::new(Cell::new(false));
        let asking = Asking { own: Own::new(&self.shared), ran, was_asked: was_asked.clone() };
        let asks = move |node: &mut Node, cx: &mut Cx<'_, Node>, reply: Reply<u32>| {
            message.arrives(node);
            node.is_asked(cx, reply, None);
        };
        let asked = cx.request(&to, self.shared.random.millis(9), asks, move |this, _, outcome| {
            this.runs("an answer");
            asking.hears(outcome);
        });
        match asked {
            Ok(_) => was_asked.set(true),
            Err(_) => refused(&self.shared),
        }
    }

    /// One more waits for an answer; if it is the first, the answer is found out.
    pub fn lets_wait(&mut self, cx: &mut Cx<'_, Self>, reply: Reply<u32>, outcome: Outcome) {
        let key = self.shared.random.below(2) as usize;
        let round = &mut self.together.rounds.0[key];
        let is_first = round.is_empty();
        round.push(outcome);
        if self.together.waiting.join(key, reply) != is_first {
            self.shared.problem(format!("the first who asks {:#x} for {key}: {is_first}", self.id));
        }
        if is_first {
            let (wait, own) = (self.shared.random.millis(5), Own::new(&self.shared));
            _ = cx.this().call_at(wait, move |this, _| {
                own.comes();
                this.runs("a timer");
                this.finds_out(key);
            });
        }
    }

    /// All who wait for an answer hear it, each once.
    fn finds_out(&mut self, key: usize) {
        let Together { waiting, rounds } = &mut self.together;
        let round = std::mem::take(&mut rounds.0[key]);
        let before: Vec<_> = round.iter().map(|outcome| outcome.get()).collect();
        let late = before.iter().flatten().count();
        if waiting.is_abandoned(&key) != (late == round.len()) {
            self.shared.problem(format!("of {} that wait for {key} {late} wait no more", round.len()));
        }
        let answer =
            if self.shared.random.one_in(4) { Err(AskError::NoReply) } else { Ok(self.shared.stamp()) };
        let (heard, due) = match answer {
            Ok(value) => (waiting.answer(&key, value), round.len() - late),
            Err(_) => (waiting.fail(&key), round.len()),
        };
        let exact =
            round.iter().zip(&before).all(|(now, before)| now.get() == Some(before.unwrap_or(answer)));
        if heard != due || !exact {
            self.shared.problem(format!("{heard} of {due} heard {answer:?}, each as it was to: {exact}"));
        }
        self.shared.count(match answer {
            Err(_) => "coalesced: given up",
            Ok(_) if due > 1 => "coalesced: answered together",
            Ok(_) if due == 1 => "coalesced: answered alone",
            Ok(_) => "coalesced: nobody waited any more",
        });
        if late > 0 {
            self.shared.count("coalesced: one had waited too long");
        }
    }

    /// The answers are not to be had any more.
    pub fn counts_who_waits(&self) {
        if self.together.rounds.0.iter().any(|round| !round.is_empty()) {
            self.shared.count("coalesced: whoever was to answer ended");
        }
    }
}
