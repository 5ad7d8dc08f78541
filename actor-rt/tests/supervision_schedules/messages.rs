//! What becomes of what is sent: each message is handled once or not at all, each asker hears once, and nothing is lost without its
//! being counted.

use crate::node::Node;
use crate::shared::Shared;
use actor_rt::mailbox::ParkError;
use actor_rt::{DropReason, Ret, Runtime};
use std::cell::Cell;
use std::rc::Rc;

/// Counts of what was sent, and what became of it.
#[derive(Default)]
pub struct Tally {
    sent: Cell<u32>,
    handled: Cell<u32>,
    /// Gone without having been handled.
    unhandled: Cell<u32>,
    /// Those of which the sender was told that they are not handled.
    refused: Cell<u32>,
    /// Those that may have gone with their sender, of which nobody is told.
    pub withdrawn: Cell<u32>,
    /// Timers and outcomes that may have come too late for their actor.
    late: Cell<u32>,
    pub packets: Cell<u32>,
    pub received: Cell<u32>,
    asked: Cell<u32>,
    answered: Cell<u32>,
}

pub fn increment(count: &Cell<u32>) {
    count.set(count.get() + 1);
}

/// Goes along with a message, and sees what becomes of it.
pub struct Message {
    pub shared: Rc<Shared>,
    to: u64,
    ran: Option<Rc<Cell<bool>>>,
    is_handled: bool,
}

impl Message {
    pub fn new(shared: &Rc<Shared>, to: u64) -> Self {
        increment(&shared.tally.sent);
        Message { shared: shared.clone(), to, ran: None, is_handled: false }
    }

    /// The same, and whoever holds the other end sees whether it still is on its way, and whether it was handled.
    pub fn seen(shared: &Rc<Shared>, to: u64) -> (Self, Rc<Cell<bool>>) {
        let ran = Rc::new(Cell::new(false));
        let mut message = Message::new(shared, to);
        message.ran = Some(ran.clone());
        (message, ran)
    }

    /// A handler has it.
    pub fn arrives(self, at: &Node) {
        self.arrives_at(at.id, at.incarnation);
    }

    pub fn arrives_at(mut self, id: u64, incarnation: u32) {
        self.is_handled = true;
        if let Some(ran) = &self.ran {
            ran.set(true);
        }
        if id != self.to {
            self.shared.count("K5: an overflow was sent on to another actor");
        }
        self.shared.handles(id, incarnation, "a message");
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        let tally = &self.shared.tally;
        increment(if self.is_handled { &tally.handled } else { &tally.unhandled });
    }
}

/// A message came back, or its sender was told that it is gone.
pub fn refused(shared: &Shared) {
    increment(&shared.tally.refused);
}

/// Somebody who is to hear once.
pub fn told<T: 'static>(shared: &Rc<Shared>, f: impl FnOnce(&Shared, Option<T>) + 'static) -> Ret<T> {
    increment(&shared.tally.asked);
    let shared = shared.clone();
    Ret::new(move |answer| {
        increment(&shared.tally.answered);
        f(&shared, answer);
    })
}

/// The outcome of a send that may have waited for room.
pub fn sent(shared: &Shared, outcome: Result<(), ParkError>, ran: &Rc<Cell<bool>>) {
    let Err(error) = outcome else { return shared.count("K5: a send waited for room, or had it") };
    if ran.get() || Rc::strong_count(ran) > 1 {
        shared.problem(format!("what was not sent ({error:?}) is handled or still there"));
    }
    refused(shared);
    shared.count(match error {
        ParkError::Timeout => "K5: a send waited for room in vain",
        ParkError::Closed => "parked send: closed",
        _ => "parked send: too many",
    });
}

/// Something of an actor's own, a timer or an outcome, that goes with it if it ends before.
pub struct Own {
    pub shared: Rc<Shared>,
    pub came: bool,
}

impl Own {
    pub fn new(shared: &Rc<Shared>) -> Self {
        Own { shared: shared.clone(), came: false }
    }

    pub fn comes(mut self) {
        self.came = true;
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if !self.came {
            increment(&self.shared.tally.late);
        }
    }
}

/// Hears of an actor's own send that waited for room.
pub struct Waiting {
    own: Own,
    ran: Rc<Cell<bool>>,
}

impl Waiting {
    pub fn new(shared: &Rc<Shared>, ran: Rc<Cell<bool>>) -> Self {
        Waiting { own: Own::new(shared), ran }
    }

    pub fn hears(mut self, outcome: Result<(), ParkError>) {
        self.own.came = true;
        sent(&self.own.shared, outcome, &self.ran);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.own.came {
            self.own.shared.count("parked send: its sender ended");
            if Rc::strong_count(&self.ran) == 1 && !self.ran.get() {
                increment(&self.own.shared.tally.withdrawn);
            }
        }
    }
}

impl Shared {
    /// The conservation law from outside: sent = handled + told to the sender + dead letters + pending. When all actors have ended
    /// nothing is pending; before, some are on the way to be told.
    pub fn check_conservation(&self, runtime: &Runtime, all_ended: bool) {
        let tally = &self.tally;
        // What is lost of packets is seen by the runtime only.
        let gone = tally.unhandled.get() + tally.packets.get() - tally.received.get();
        let reasons = [
            DropReason::Cancelled,
            DropReason::Closed,
            DropReason::NotFound,
            DropReason::Full,
            DropReason::Refused,
            DropReason::Expired,
        ];
        let lost: u64 = reasons.iter().map(|reason| runtime.dead_letters_of(*reason)).sum();
        let told = tally.refused.get() + lost as u32;
        let (late, withdrawn) = (tally.late.get() + self.values_missing(), tally.withdrawn.get());
        if told > gone + late {
            self.problem(format!("{told} are lost, of {gone} that are gone and {late} late ones"));
        }
        if !all_ended {
            return;
        }
        if gone > told + withdrawn {
            self.problem(format!("{gone} are gone, of which {told} are told and {withdrawn} withdrawn"));
        }
        if tally.sent.get() != tally.handled.get() + tally.unhandled.get() {
            self.problem("messages are still there when all have ended".into());
        }
        let exact = late == 0 && withdrawn == 0;
        self.count(if exact { "conservation: exact" } else { "conservation: within what nobody is told" });
    }

    /// The runtime is gone: each message was handled or dropped, and whoever asked has heard.
    pub fn check_completions(&self) {
        let tally = &self.tally;
        let gone = tally.handled.get() + tally.unhandled.get();
        if tally.sent.get() != gone {
            self.problem(format!("{} were sent, {gone} are gone", tally.sent.get()));
        }
        self.check_answers();
    }

    pub fn check_answers(&self) {
        let (asked, answered) = (self.tally.asked.get(), self.tally.answered.get());
        if asked != answered {
            self.problem(format!("{asked} were asked, {answered} answered"));
        }
    }
}
