//! What is sent: messages in every way, requests, system messages; names and groups.

use crate::asks::{Outcome, count_outcome};
use crate::messages::{Message, increment, refused, sent, told};
use crate::names::{GROUPS, NAMES, SCOPES};
use crate::node::Node;
use crate::schedule::Schedule;
use crate::specs::mailbox;
use actor_rt::ask::{AskError, Reply};
use actor_rt::mailbox::{ByteBudget, ParkError, Priority, Refused, Sending, Water};
use actor_rt::registry::NameError;
use actor_rt::supervision::SystemMessage;
use actor_rt::{Actor, ActorId, Body, Core, Cx, DropReason, Fwd, Ret};
use std::cell::Cell;
use std::time::Duration;

impl Schedule {
    /// A message that works when it is handled.
    fn work(&self, to: &Actor<Node>) -> impl FnOnce(&mut Node, &mut Cx<'_, Node>) + use<> {
        let message = Message::new(&self.shared, to.actor_id().0);
        move |node, cx| {
            message.arrives(node);
            node.works(cx);
        }
    }

    pub fn message(&mut self, actor: &Actor<Node>) {
        let lost = self.runtime.dead_letters_of(DropReason::Full);
        match self.shared.random.below(15) {
            0..=4 => (0..=self.shared.random.below(3)).for_each(|_| actor.call(self.work(actor))),
            5 => actor.lazy(self.work(actor)),
            6 => self.try_call(actor),
            7 => self.call_parked(actor),
            8 => self.execute(actor.actor_id()),
            9 => match self.runtime.door().post(actor.actor_id(), 7, Body::Copied(b"a packet")) {
                Ok(()) => increment(&self.shared.tally.packets),
                Err((_, back)) => {
                    if !matches!(back, Body::Copied(b"a packet")) {
                        self.shared.problem(format!("{back:?} came back instead of the packet"));
                    }
                    self.shared.count("K12: a packet came back");
                }
            },
            10 => {
                let reply = told(&self.shared, |_, _: Option<u32>| ());
                let message = Message::new(&self.shared, actor.actor_id().0);
                actor.call(move |node, _| {
                    message.arrives(node);
                    node.answers(reply);
                });
            }
            11 if self.shared.random.one_in(3) => self.withdraw_ask(),
            11 if self.shared.random.one_in(3) => (0..3).for_each(|_| self.ask(actor)),
            11 => self.ask(actor),
            12 => self.ping(actor),
            13 => {
                let (mailbox, when_full) = mailbox(&self.shared);
                actor.set_mailbox(mailbox);
                self.shared.note(actor.actor_id().0, |notes| notes.when_full = when_full);
            }
            _ => self.watch_water(actor),
        }
        if self.runtime.dead_letters_of(DropReason::Full) > lost {
            let when_full = self.shared.note(actor.actor_id().0, |notes| notes.when_full);
            self.shared.count(if when_full.is_empty() {
                "no room before the first start"
            } else {
                when_full
            });
        }
    }

    fn execute(&self, id: ActorId) {
        let message = Message::new(&self.shared, id.0);
        let work = move |core: &mut Core| {
            let (shared, current) = (message.shared.clone(), core.door().current().expect("it is a turn"));
            message.arrives_at(current.0, 0);
            shared.count("K12: a closure was run");
            if shared.random.one_in(6) {
                shared.note(current.0, |notes| notes.over = notes.made);
                std::panic::resume_unwind(Box::new("a panic"));
            }
        };
        if self.runtime.door().execute(id, work).is_err() {
            refused(&self.shared);
        }
    }

    fn try_call(&self, actor: &Actor<Node>) {
        let random = &self.shared.random;
        let mut sending = Sending::new()
            .priority([Priority::High, Priority::Normal, Priority::Low][random.below(3) as usize]);
        if random.one_in(2) {
            sending = sending.time_to_live(random.millis(5));
        }
        let back = match actor.try_call_with(sending, self.work(actor)) {
            Ok(()) => return self.shared.count("try: sent"),
            Err(back) => back,
        };
        self.shared.count(match back {
            Refused::Full(_) => "K5: a message came back full",
            _ => "try: closed",
        });
        refused(&self.shared);
    }

    fn call_parked(&mut self, actor: &Actor<Node>) {
        let (message, ran) = Message::seen(&self.shared, actor.actor_id().0);
        let outcome = told(&self.shared, move |shared, outcome: Option<Result<(), ParkError>>| {
            if let Some(outcome) = outcome {
                sent(shared, outcome, &ran);
            }
        });
        let within = self.shared.random.millis(6);
        let handle = move |node: &mut Node, cx: &mut Cx<'_, Node>| {
            message.arrives(node);
            node.works(cx);
        };
        self.runtime.call_parked(actor, within, handle, outcome);
    }

    fn ask(&mut self, actor: &Actor<Node>) {
        let message = Message::new(&self.shared, actor.actor_id().0);
        let outcome = Outcome::default();
        let (hears, known) = (outcome.clone(), outcome.clone());
        let heard = told(&self.shared, move |shared, outcome: Option<Result<u32, AskError>>| {
            if outcome == Some(Err(AskError::Closed)) {
                refused(shared);
            }
            count_outcome(shared, outcome);
            hears.set(outcome);
        });
        let asks = move |node: &mut Node, cx: &mut Cx<'_, Node>, reply: Reply<u32>| {
            message.arrives(node);
            node.is_asked(cx, reply, Some(known));
        };
        match self.runtime.ask(actor, self.shared.random.millis(9), asks, heard) {
            Ok(asked) => self.asked.push((asked, outcome)),
            Err(_) => refused(&self.shared),
        }
    }

    /// Withdraws a request, if it still waits.
    fn withdraw_ask(&mut self) {
        let count = self.asked.len() as u32;
        if count == 0 {
            return;
        }
        let (asked, outcome) = self.asked.swap_remove(self.shared.random.below(count) as usize);
        let before = outcome.get();
        let withdrawn = self.runtime.cancel_ask(asked);
        let hears = if withdrawn { Some(Err(AskError::Cancelled)) } else { before };
        if withdrawn != before.is_none() || outcome.get() != hears {
            let heard = outcome.get();
            self.shared.problem(format!(
                "withdrawn: {withdrawn}, which heard {before:?} before, and then {heard:?}"
            ));
        }
    }

    fn ping(&mut self, actor: &Actor<Node>) {
        let is_full = actor.pending() > 0 && actor.pending() >= actor.capacity();
        let pong: Ret<Duration> = told(&self.shared, move |shared, pong| {
            shared.count(match pong {
                Some(_) if is_full => "K8: a ping was answered past a full mailbox",
                Some(_) => "ping: answered",
                None => "ping: not answered",
            });
        });
        _ = self.runtime.ping(actor.actor_id(), pong);
    }

    /// Tells when the queues grow, and lets them.
    fn watch_water(&mut self, actor: &Actor<Node>) {
        let few = self.runtime.pending().bytes;
        let (shared, is_high) = (self.shared.clone(), Cell::new(false));
        let tell = Fwd::new(move |water: Water| {
            let high = matches!(water, Water::High { .. });
            if is_high.replace(high) == high {
                shared.problem(format!("told twice: {water:?}"));
            }
            shared.count(if high { "K5: the byte budget is high" } else { "K5: the byte budget is low" });
        });
        self.runtime.set_byte_budget(Some((ByteBudget::new(few, few + 1), tell)));
        if self.shared.random.one_in(20) {
            for _ in 0..200 {
                let message = Message::new(&self.shared, actor.actor_id().0);
                actor.call(move |node, _| message.arrives(node));
            }
        }
    }

    /// Says something that is said to any actor.
    pub fn tell(&mut self, id: ActorId) {
        if self.shared.random.one_in(8) {
            let late = told(&self.shared, |shared, late: Option<Vec<ActorId>>| {
                shared.count(match late {
                    Some(late) if late.is_empty() => "start all: nobody was late",
                    Some(_) => "start all: some were late",
                    None => "start all: not answered",
                });
            });
            return self.runtime.start_all(self.shared.random.millis(6), late);
        }
        let message = [
            SystemMessage::Start,
            SystemMessage::Pause,
            SystemMessage::Resume,
            SystemMessage::Resume,
            SystemMessage::Ping,
            SystemMessage::Terminate,
        ][self.shared.random.below(6) as usize];
        self.shared.is_told(self.runtime.door(), id, message);
    }

    pub fn register(&mut self, id: ActorId) {
        let random = &self.shared.random;
        let name = NAMES[random.below(3) as usize];
        let (scope, group) = (SCOPES[random.below(2) as usize], GROUPS[random.below(2) as usize]);
        match random.below(6) {
            0 | 1 => {
                if let Err(NameError::Taken(holder)) = self.runtime.register(name, id) {
                    self.shared.count("name: refused");
                    if self.runtime.whereis(name) != Some(holder) {
                        self.shared.problem(format!("{name} is that of {:#x}, and is not", holder.0));
                    }
                }
            }
            2 => _ = self.runtime.unregister(name),
            3 => _ = self.runtime.leave(scope, group, id),
            _ => _ = self.runtime.join(scope, group, id),
        }
    }
}
