//! Asking by id: each request has exactly one outcome.
//!
//! The token travels with the message. Whoever consumes the message without answering or keeping the token gives the asker
//! `NoReply`; so does the end of an actor that kept it. A deadline is a timer; the asker's end withdraws what it asked.

use super::holding;
use crate::engine::asks::{Answer, Ask, OnAnswer, Outcome, Side};
use crate::engine::gate::Raised;
use crate::engine::id::{ActorId, IdError};
use crate::engine::list::{Links, List};
use crate::engine::packets;
use crate::engine::post::{self, LaneName};
use crate::engine::post_error::PostError;
use crate::engine::shared::Shared;
use crate::engine::token::{Deferrer, Door, Runtime};
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::AnyActor;
use crate::kernel::packet::{Body, Envelope};
use std::cell::Cell;
use std::mem;
use std::rc::Rc;

/// In a packet's flags: it is the answer to a request, `reply_token` names the request and `status` its outcome.
///
/// # Examples
///
/// See [`Door::ask_from`].
pub const FLAG_ANSWER: u8 = 1;

impl Door {
    /// Sends a packet that wants an answer. `on_answer` runs exactly once, on this thread: with the answer, or with the reason
    /// that there is none. `deadline` is in nanoseconds of the runtime's clock; `u64::MAX` is none.
    ///
    /// If the target is gone, the outcome is `Closed`, at once, but for one that asks again in being told so: who hears in a turn of its own. Other
    /// errors mean that nothing was asked: the payload comes back and `on_answer` is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Outcome, Packet, Receive, Ret, Runtime};
    /// use std::{cell::RefCell, rc::Rc, time::Instant};
    ///
    /// /// Answers tag 1, and forgets the others.
    /// struct Oracle;
    ///
    /// impl Receive for Oracle {
    ///     fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         if packet.tag() == 1 {
    ///             cx.door().reply(packet.reply_token(), 0, Body::Copied(b"42")).unwrap();
    ///         }
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let oracle = runtime.door().spawn(Oracle, Ret::nop()).actor_id();
    /// let outcomes = Rc::new(RefCell::new(Vec::new()));
    /// for tag in [1, 2] {
    ///     let heard = outcomes.clone();
    ///     let on_answer = move |answer: actor_rt::Answer<'_>| heard.borrow_mut().push(answer.outcome);
    ///     runtime.door().ask(oracle, tag, Body::Copied(b""), u64::MAX, on_answer).unwrap();
    /// }
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(*outcomes.borrow(), [Outcome::Reply, Outcome::NoReply]);
    /// ```
    pub fn ask<'a>(
        &self,
        to: ActorId,
        tag: u64,
        body: Body<'a>,
        deadline: u64,
        on_answer: impl FnOnce(Answer<'_>) + 'static,
    ) -> Result<u64, (PostError, Body<'a>)> {
        ask(self.shared(), to, tag, body, deadline, 0, Box::new(on_answer))
    }

    /// Sends a packet that wants an answer, on behalf of the actor `asker`: as [`ask`](Door::ask), but the request belongs to that. If the asker
    /// ends, `on_answer` hears `Cancelled`; if it is restarted, `on_answer` is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Body, Cx, Outcome, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Silent;
    ///
    /// impl Receive for Silent {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         packet.keep_reply();
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let silent = runtime.door().spawn(Silent, Ret::nop()).actor_id();
    /// let asker = Spec::once(|_| Some(7_u32)).start(&mut runtime).unwrap().actor_id();
    /// let heard = |answer: actor_rt::Answer<'_>| assert_eq!(answer.outcome, Outcome::Cancelled);
    /// runtime.door().ask_for(asker, silent, 1, Body::Copied(b""), u64::MAX, heard).unwrap();
    /// runtime.door().stop(asker).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(runtime.door().open_asks(), 0);
    /// ```
    pub fn ask_for<'a>(
        &self,
        asker: ActorId,
        to: ActorId,
        tag: u64,
        body: Body<'a>,
        deadline: u64,
        on_answer: impl FnOnce(Answer<'_>) + 'static,
    ) -> Result<u64, (PostError, Body<'a>)> {
        match self.find_actor(asker) {
            Ok(_) => ask(self.shared(), to, tag, body, deadline, asker.0, Box::new(on_answer)),
            Err(error) => Err((PostError::Id(error), body)),
        }
    }

    /// Sends a packet from the actor `asker` and has the answer sent to it as a packet with [`FLAG_ANSWER`]. Withdrawn if the asker
    /// ends.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, FLAG_ANSWER, Outcome, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// #[derive(Default)]
    /// struct Peer {
    ///     heard: Option<(u64, i32)>,
    /// }
    ///
    /// impl Receive for Peer {
    ///     fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         if packet.flags() & FLAG_ANSWER != 0 {
    ///             self.heard = Some((packet.tag(), packet.status()));
    ///         } else {
    ///             cx.door().reply(packet.reply_token(), 2, Body::Copied(b"")).unwrap();
    ///         }
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let asker = runtime.door().spawn(Peer::default(), Ret::nop());
    /// let asked = runtime.door().spawn(Peer::default(), Ret::nop());
    /// runtime.door().ask_from(asker.actor_id(), asked.actor_id(), 1, Body::Copied(b""), u64::MAX).unwrap();
    /// runtime.run(Instant::now(), false);
    /// let heard = asker.query(&mut runtime, |peer, _| peer.heard);
    /// assert_eq!(heard, Some(Some((2, Outcome::Reply as i32))));
    /// ```
    pub fn ask_from<'a>(
        &self,
        asker: ActorId,
        to: ActorId,
        tag: u64,
        body: Body<'a>,
        deadline: u64,
    ) -> Result<u64, (PostError, Body<'a>)> {
        let shared = self.shared();
        let actor = match self.find_actor(asker) {
            Ok(actor) => actor,
            Err(error) => return Err((PostError::Id(error), body)),
        };
        if actor.header().kind().receive.is_none() {
            return Err((PostError::Refused, body));
        }
        ask_back(shared, actor, to, tag, body, deadline, |_| ())
    }

    /// Answers a request.
    ///
    /// # Examples
    ///
    /// See [`ask`](Door::ask).
    pub fn reply<'a>(&self, token: u64, tag: u64, body: Body<'a>) -> Result<(), (IdError, Body<'a>)> {
        let shared = self.shared();
        let Some(ask) = take(shared, token) else {
            shared.counters.late_replies.set(shared.counters.late_replies.get() + 1);
            return Err((explain(shared, token), body));
        };
        let answer = Answer { outcome: Outcome::Reply, tag, sender: shared.current.get(), body };
        finish(shared, *ask, answer);
        Ok(())
    }

    /// Gives a kept token up unanswered: the asker gets `NoReply`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Outcome, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Refuser;
    ///
    /// impl Receive for Refuser {
    ///     fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         let token = packet.keep_reply(); // beyond this handler
    ///         cx.defer(move |rt| rt.door().reply_drop(token).unwrap());
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let refuser = runtime.door().spawn(Refuser, Ret::nop()).actor_id();
    /// let heard = |answer: actor_rt::Answer<'_>| assert_eq!(answer.outcome, Outcome::NoReply);
    /// runtime.door().ask(refuser, 1, Body::Copied(b""), u64::MAX, heard).unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.door().open_asks(), 0);
    /// ```
    pub fn reply_drop(&self, token: u64) -> Result<(), IdError> {
        let shared = self.shared();
        if settle(shared, token, Outcome::NoReply) {
            return Ok(());
        }
        Err(explain(shared, token))
    }

    /// Withdraws a request: its outcome is `Cancelled`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Outcome, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Silent;
    ///
    /// impl Receive for Silent {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         packet.keep_reply();
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let silent = runtime.door().spawn(Silent, Ret::nop()).actor_id();
    /// let heard = |answer: actor_rt::Answer<'_>| assert_eq!(answer.outcome, Outcome::Cancelled);
    /// let token = runtime.door().ask(silent, 1, Body::Copied(b""), u64::MAX, heard).unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.door().ask_cancel(token), Ok(()));
    /// assert!(runtime.door().ask_cancel(token).is_err(), "it has had its outcome");
    /// ```
    pub fn ask_cancel(&self, token: u64) -> Result<(), IdError> {
        let shared = self.shared();
        if settle(shared, token, Outcome::Cancelled) {
            return Ok(());
        }
        Err(explain(shared, token))
    }

    /// Makes the actor `holder` answerable for a token beyond its handler: if it ends, the asker gets `NoReply`. The handler of the
    /// request need not call [`keep_reply`](crate::Packet::keep_reply) besides; that alone makes its own actor answerable.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Outcome, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Silent;
    ///
    /// impl Receive for Silent {
    ///     fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         let (token, holder) = (packet.reply_token(), cx.this().actor_id());
    ///         cx.door().reply_keep(token, holder).unwrap();
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let silent = runtime.door().spawn(Silent, Ret::nop()).actor_id();
    /// let heard = |answer: actor_rt::Answer<'_>| assert_eq!(answer.outcome, Outcome::NoReply);
    /// runtime.door().ask(silent, 1, Body::Copied(b""), u64::MAX, heard).unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.door().open_asks(), 1);
    /// runtime.door().stop(silent).unwrap(); // its holder ends, and the asker hears of it
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.door().open_asks(), 0);
    /// ```
    pub fn reply_keep(&self, token: u64, holder: ActorId) -> Result<(), IdError> {
        let shared = self.shared();
        let actor = self.find_actor(holder)?;
        if keep(shared, actor.header(), token) {
            return Ok(());
        }
        Err(explain(shared, token))
    }

    /// Until when a request may be answered, in nanoseconds of the runtime's clock: `u64::MAX` if it has no deadline. An error if it has had
    /// its outcome: nobody waits any more.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Careful;
    ///
    /// impl Receive for Careful {
    ///     fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         let until = cx.door().ask_deadline(packet.reply_token()).unwrap();
    ///         assert_eq!(until, 1_000);
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let careful = runtime.door().spawn(Careful, Ret::nop()).actor_id();
    /// let token = runtime.door().ask(careful, 1, Body::Copied(b""), 1_000, |_| ()).unwrap();
    /// runtime.run(now, false);
    /// assert!(runtime.door().ask_deadline(token).is_err());
    /// ```
    pub fn ask_deadline(&self, token: u64) -> Result<u64, IdError> {
        let shared = self.shared();
        shared.asks.with(|asks| asks.get(token).map(|ask| ask.until)).ok_or_else(|| explain(shared, token))
    }

    /// Number of open requests.
    ///
    /// # Examples
    ///
    /// See [`reply_keep`](Door::reply_keep).
    pub fn open_asks(&self) -> usize {
        self.shared().asks.with(|asks| asks.len())
    }
}

/// Why a token was not found.
fn explain(shared: &Shared, token: u64) -> IdError {
    shared.asks.with(|asks| asks.explain(token))
}

/// Asks for an actor that takes packets, and has the answer sent to it as one. `made` gets the token before anything can be answered.
pub(super) fn ask_back<'a>(
    shared: &Shared,
    asker: AnyActor,
    to: ActorId,
    tag: u64,
    body: Body<'a>,
    deadline: u64,
    made: impl FnOnce(u64),
) -> Result<u64, (PostError, Body<'a>)> {
    let token = Rc::new(Cell::new(0));
    let (answered, from) = (Rc::clone(&token), asker.header().id());
    let on_answer: OnAnswer = Box::new(move |answer| {
        let shared = Shared::of(asker.header());
        holding::on_its_way(shared, asker.header(), answered.get());
        let envelope = Envelope {
            tag: answer.tag,
            sender: answer.sender,
            reply: answered.get(),
            status: answer_status(answer.outcome, super::handle::incarnation(&asker)),
            flags: FLAG_ANSWER,
        };
        // An asker that has ended gets nothing; the payload goes with the error.
        drop(packets::send_unbounded(shared, &asker, LaneName::Main, &envelope, answer.body));
    });
    ask_with(shared, to, tag, body, deadline, from, on_answer, |open| {
        token.set(open);
        made(open);
    })
}

/// The status of an answer's packet on its way: the outcome, and the incarnation that asked, which alone is to have it.
fn answer_status(outcome: Outcome, incarnation: u32) -> i32 {
    (incarnation << 8) as i32 | outcome as i32
}

/// Whether such a status is for this incarnation, and the outcome in it.
pub(super) fn read_answer_status(status: i32, incarnation: u32) -> (bool, i32) {
    (status as u32 >> 8 == incarnation & 0x00ff_ffff, status & 0xff)
}

pub(super) fn ask<'a>(
    shared: &Shared,
    to: ActorId,
    tag: u64,
    body: Body<'a>,
    deadline: u64,
    asker: u64,
    on_answer: OnAnswer,
) -> Result<u64, (PostError, Body<'a>)> {
    ask_with(shared, to, tag, body, deadline, asker, on_answer, |_| ())
}

#[expect(clippy::too_many_arguments, reason = "a request has that many parts; both callers are above")]
fn ask_with<'a>(
    shared: &Shared,
    to: ActorId,
    tag: u64,
    body: Body<'a>,
    deadline: u64,
    asker: u64,
    on_answer: OnAnswer,
    made: impl FnOnce(u64),
) -> Result<u64, (PostError, Body<'a>)> {
    let token = open(shared, asker, to.0, on_answer);
    made(token);
    let sender = if asker != 0 { asker } else { shared.current.get() };
    let envelope = Envelope { tag, sender, reply: token, ..Envelope::default() };
    match packets::send(shared, to.0, &envelope, body) {
        Ok(()) => {}
        Err((PostError::Id(IdError::Stale) | PostError::Closed, body)) => {
            settle_closed(shared, token);
            drop(body);
            return Ok(token);
        }
        Err(refused) => {
            drop(take(shared, token));
            return Err(refused);
        }
    }
    set_deadline(shared, token, deadline);
    Ok(token)
}

/// Registers a request of an actor, or of the outside world.
pub(super) fn open(shared: &Shared, asker: u64, target: u64, on_answer: OnAnswer) -> u64 {
    let asking = shared.actor(asker);
    let incarnation = asking.as_ref().map_or(0, super::handle::incarnation);
    let token = shared.asks.with(|asks| asks.insert(Ask::new(on_answer, asker, incarnation, target)));
    if let Some(asking) = &asking {
        enlist(shared, asking.header(), token, Side::Asker);
    }
    token
}

/// Sets the deadline of a request, if it is open and that is one.
pub(super) fn set_deadline(shared: &Shared, token: u64, deadline: u64) {
    if deadline == u64::MAX || shared.asks.with(|asks| asks.get(token).is_none()) {
        return;
    }
    let parcel = Shared::job_parcel(move |runtime: &mut Runtime| {
        settle(runtime.shared(), token, Outcome::Timeout);
    });
    let key = shared.timers.with(|timers| timers.arm(deadline, parcel, None));
    shared.asks.with(|asks| {
        if let Some(ask) = asks.get(token) {
            ask.deadline = Some(key);
            ask.until = deadline;
        }
    });
    shared.deadline_moved(deadline);
}

/// Tells the asker that the target is gone: at once, but for one that asks in being told so, who hears in a turn of its own, or in the end
/// of the runtime in another round. Else each of many requests would stand on the one before it.
pub(super) fn settle_closed(shared: &Shared, token: u64) {
    let closed = Closed { owner: shared.deferrer().clone(), token };
    if shared.telling_closed.get() {
        // Until then it can be withdrawn as any other.
        shared.asks.with(|asks| {
            if let Some(ask) = asks.get(token) {
                ask.is_closed = true;
            }
        });
        post::job(shared, LaneName::Main, move |_: &mut Runtime| drop(closed));
    }
}

/// Tells that a target was gone when it is dropped, however that comes about.
struct Closed {
    owner: Deferrer,
    token: u64,
}

impl Drop for Closed {
    fn drop(&mut self) {
        let shared = self.owner.shared();
        let _until_told = Raised::new(&shared.telling_closed);
        settle(shared, self.token, Outcome::Closed);
    }
}

/// Gives an open request an outcome without an answer. False if it has had one.
pub(crate) fn settle(shared: &Shared, token: u64, outcome: Outcome) -> bool {
    let Some(ask) = take(shared, token) else { return false };
    // The end of the runtime does not change why there is no reply.
    let outcome = if ask.is_closed && outcome == Outcome::NoReply { Outcome::Closed } else { outcome };
    finish(shared, *ask, Answer { outcome, tag: 0, sender: 0, body: Body::Copied(&[]) });
    true
}

/// Makes an actor answerable for an open request, instead of whoever was. False if the request has had its outcome.
fn keep(shared: &Shared, holder: &CellHeader, token: u64) -> bool {
    let id = holder.id();
    let former = shared.asks.with(|asks| {
        let ask = asks.get(token)?;
        ask.named |= ask.holder == 0;
        Some((mem::replace(&mut ask.holder, id), ask.links[Side::Holder as usize]))
    });
    let Some((former, links)) = former else { return false };
    if former != id {
        delist(shared, former, links, Side::Holder);
        enlist(shared, holder, token, Side::Holder);
    }
    true
}

/// A handler kept the token of its message: its actor is answerable, unless the handler has named another.
pub(super) fn keep_unless_held(shared: &Shared, holder: &CellHeader, token: u64) {
    if shared.asks.with(|asks| asks.get(token).is_some_and(|ask| ask.holder == 0)) {
        keep(shared, holder, token);
    }
    handed_over(shared, token);
}

/// A handler did not keep the token of its message: nobody is going to answer, unless the handler has named a holder.
pub(super) fn settle_unless_named(shared: &Shared, token: u64) {
    if !handed_over(shared, token) {
        settle(shared, token, Outcome::NoReply);
    }
}

/// A message is out of its handler's hands. Whether a holder was named before that: from here on the token is out of theirs, too.
fn handed_over(shared: &Shared, token: u64) -> bool {
    shared.asks.with(|asks| asks.get(token).is_some_and(|ask| mem::take(&mut ask.named)))
}

/// Takes a request out of the table and of the lists of its asker and its holder.
pub(super) fn take(shared: &Shared, token: u64) -> Option<Box<Ask>> {
    let ask = shared.asks.with(|asks| asks.take(token))?;
    delist(shared, ask.asker, ask.links[Side::Asker as usize], Side::Asker);
    delist(shared, ask.holder, ask.links[Side::Holder as usize], Side::Holder);
    Some(ask)
}

/// Puts a request on its asker's list, or on its holder's.
fn enlist(shared: &Shared, actor: &CellHeader, token: u64, side: Side) {
    let before = shared.cold.with(|cold| cold.of(actor).requests(side).push(token));
    shared.asks.with(|asks| asks.link(before, token, side));
}

/// Takes a request that stood between `links` off the list of the actor `id`.
fn delist(shared: &Shared, id: u64, links: Links, side: Side) {
    if id == 0 {
        return;
    }
    // Also if the actor is gone: it settles one after the other.
    shared.asks.with(|asks| asks.join(links, side));
    let Some(actor) = shared.find(id) else { return };
    shared.cold.with(|cold| {
        if let Some(cold) = cold.get(actor.header()) {
            cold.requests(side).remove(links);
        }
    });
}

/// The tokens on a list of an actor that ends, oldest first.
pub(super) fn tokens(shared: &Shared, list: &List, side: Side) -> Vec<u64> {
    shared.asks.with(|asks| asks.list(list.first(), side))
}

/// Forgets a request whose asker's incarnation has ended: there is nobody to tell.
pub(super) fn forget(shared: &Shared, token: u64) {
    if let Some(ask) = take(shared, token) {
        shared.disarm(ask.deadline);
    }
}

/// Tells the asker, unless it was restarted since.
fn finish(shared: &Shared, ask: Ask, answer: Answer<'_>) {
    shared.disarm(ask.deadline);
    let asker = shared.actor(ask.asker);
    if asker.as_ref().is_some_and(|asker: &AnyActor| super::handle::incarnation(asker) != ask.incarnation) {
        shared.counters.late_replies.set(shared.counters.late_replies.get() + 1);
        return;
    }
    (ask.on_answer)(answer);
}
