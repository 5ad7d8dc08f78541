//! How a message gets into the kernel's queue, as a key of what lies in the store, and what becomes of one that nobody handles.

use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::errors::{self, ActorStopped, MailboxFull, ReplyDropped};
use crate::kernel_actor::{self, PyActor, is_reentrant};
use crate::reply::{Reply, Settle};
use crate::store::{Call, Due, Message, Stage};
use actor_rt::Actor;
use actor_rt::mailbox::Refused;
use pyo3::prelude::*;
use std::rc::Rc;

/// Why nobody handles a message.
#[derive(Clone, Copy)]
pub(crate) enum Loss {
    /// The actor had ended when it was sent.
    Ended,
    /// It waited when the actor ended, or its mailbox dropped it.
    Dropped,
    /// There was no room for it.
    NoRoom,
    /// It waited longer than it may.
    Expired,
}

impl Loss {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Loss::Ended => "the actor had ended",
            Loss::Dropped => "the actor ended before it was handled, or its mailbox dropped it",
            Loss::NoRoom => "the mailbox had no room",
            Loss::Expired => "it waited longer than it may",
        }
    }
}

/// A message's key in a record of the kernel: whatever becomes of the record, the message is delivered or dropped once.
pub(crate) struct Ticket {
    bridge: Rc<Bridge>,
    key: u64,
}

impl Ticket {
    /// The message's key.
    pub(crate) fn key(&self) -> u64 {
        self.key
    }

    /// Takes the key over.
    pub(crate) fn redeem(mut self) -> u64 {
        std::mem::take(&mut self.key)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.key != 0 {
            errors::in_destructor(|py| self.bridge.discard(py, self.key));
        }
    }
}

impl Bridge {
    /// Queues a message. Never blocks; for an actor that has ended it is a dead letter, and a request is refused. One that has no room
    /// refuses: whoever asked is told, and whoever told gets an exception.
    #[inline]
    pub(crate) fn post(self: &Rc<Self>, py: Python<'_>, bond: &Bond, message: Message) -> PyResult<()> {
        match self.try_post(py, bond, message) {
            None => Ok(()),
            Some(message) => self.refused(py, message),
        }
    }

    /// The same for senders that nobody can tell.
    pub(crate) fn post_or_lose(self: &Rc<Self>, py: Python<'_>, bond: &Bond, message: Message) {
        match self.try_post(py, bond, message) {
            Some(message) if message.reply.is_some() => _ = self.refused(py, message),
            Some(message) => self.lose(py, message, Loss::NoRoom),
            None => {}
        }
    }

    /// Queues a message; it comes back if there is no room.
    #[inline]
    fn try_post(self: &Rc<Self>, py: Python<'_>, bond: &Bond, message: Message) -> Option<Message> {
        let Some(handle) = bond.key().and_then(|key| self.handle(key)) else {
            self.lose(py, message, Loss::Ended);
            return None;
        };
        if bond.is_partly_reentrant() && is_reentrant(message.call.method.bind(py)) {
            self.owe(py, &handle, message);
            return None;
        }
        self.queue(py, message, |ticket| handle.try_call(move |actor, cx| actor.deliver(cx, ticket)))
    }

    /// Has a message queued by `send`; it comes back if there is no room.
    #[inline]
    pub(crate) fn queue<T>(
        self: &Rc<Self>,
        py: Python<'_>,
        message: Message,
        send: impl FnOnce(Ticket) -> Result<(), Refused<T>>,
    ) -> Option<Message> {
        let ticket = self.ticket(py, message);
        let (key, mut back) = (ticket.key(), None);
        // With any other refusal goes whoever waits for the answer: he is told.
        if let Err(Refused::Full(sent)) = send(ticket) {
            // Taken before its ticket goes, which would count it as lost.
            back = self.store(py).messages.borrow_mut().take(key);
            drop(sent);
        }
        self.flush(py);
        back
    }

    /// Queues a message that the actor is owed: a full mailbox is no reason to lose it.
    fn owe(self: &Rc<Self>, py: Python<'_>, handle: &Actor<PyActor>, message: Message) {
        let ticket = self.ticket(py, message);
        kernel_actor::owe(handle, move |actor, cx| actor.deliver(cx, ticket));
        self.flush(py);
    }

    /// A mailbox had no room for a message.
    #[cold]
    pub(crate) fn refused(&self, py: Python<'_>, message: Message) -> PyResult<()> {
        let error =
            MailboxFull::new_err(format!("the actor's mailbox has no room for {}", message.call.name(py)));
        match message.reply {
            Some(reply) => {
                reply.resolve(py, Err(error));
                Ok(())
            }
            None => Err(error),
        }
    }

    /// Queues what an actor has asked for: it comes also to one that is stopping.
    pub(crate) fn answer(self: &Rc<Self>, py: Python<'_>, bond: &Bond, call: Call) {
        let stage = self.store(py).actors.borrow_mut().get(bond.raw_key()).map(|entry| entry.stage);
        if stage != Some(Stage::Stopping) {
            let message = Message::new(call, None);
            return match bond.key().and_then(|key| self.handle(key)) {
                Some(handle) => self.owe(py, &handle, message),
                None => self.lose(py, message, Loss::Ended),
            };
        }
        // It has ended meanwhile, if not.
        let _ = self.arm(py, bond.raw_key(), Due::Tell(call), self.door.now_ns());
    }

    /// Puts a message into the store.
    pub(crate) fn ticket(self: &Rc<Self>, py: Python<'_>, message: Message) -> Ticket {
        let key = self.store(py).messages.borrow_mut().insert(message);
        Ticket { bridge: Rc::clone(self), key }
    }

    /// Gives an ask its deadline, if there is one for all of them.
    pub(crate) fn limit(&self, py: Python<'_>, reply: &Py<Reply>) {
        let within = self.ask_within.get();
        if within == 0 {
            return;
        }
        let limited = self
            .now_ns(py)
            .and_then(|now| self.set_deadline(py, reply, now.saturating_add(within).min(u64::MAX - 1)));
        if let Err(error) = limited {
            error.write_unraisable(py, None);
        }
    }

    /// Gives a reply a deadline, instead of the one that it has.
    pub(crate) fn set_deadline(&self, py: Python<'_>, reply: &Py<Reply>, deadline: u64) -> PyResult<()> {
        if !reply.get().is_pending(py) {
            return Ok(());
        }
        let timer = self.arm(py, 0, Due::Deadline(reply.clone_ref(py)), deadline)?;
        let older = reply.get().replace_deadline(py, timer, deadline);
        if older != 0 {
            self.disarm(py, older);
        }
        Ok(())
    }

    /// Drops a message that is not going to be handled.
    pub(crate) fn discard(&self, py: Python<'_>, key: u64) {
        let Some(message) = self.store(py).messages.borrow_mut().take(key) else { return };
        self.lose(py, message, Loss::Dropped);
    }

    /// A message is not handled, for this reason.
    #[cold]
    pub(crate) fn lose(&self, py: Python<'_>, message: Message, why: Loss) {
        self.dead_letters.set(self.dead_letters.get() + 1);
        self.insight.lost(py, &message.call, why.reason());
        let Some(reply) = &message.reply else { return };
        let name = message.call.name(py);
        let error = match why {
            Loss::Ended => ActorStopped::new_err(format!("{name} was asked of an actor that has ended")),
            why => ReplyDropped::new_err(format!("{name} was not handled: {}", why.reason())),
        };
        reply.resolve(py, Err(error));
    }
}
