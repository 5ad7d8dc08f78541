//! Asking and waiting: until the outcome comes, the actor handles nothing else.

use super::context::Cx;
use super::reply::{AskError, AskId, Reply};
use super::request::ask_as;
use super::{ask, lifecycle};
use crate::engine::id::ActorId;
use crate::engine::post_error::PostError;
use crate::engine::shared::Shared;
use crate::engine::token::Door;
use crate::kernel::cell::{CellHeader, State};
use crate::kernel::handle::Actor;
use crate::kernel::packet::Body;
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Why an actor cannot wait for another one.
///
/// # Examples
///
/// See [`Cx::ask_holding`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HoldError {
    /// The mailbox is full, or the actor takes no messages.
    Post(PostError),
    /// They would wait for each other for ever: each of these for the next, the last one for the first.
    Cycle(Vec<ActorId>),
    /// The actor waits for something already, or is paused, or ending.
    Held,
}

impl fmt::Display for HoldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HoldError::Post(error) => error.fmt(f),
            HoldError::Cycle(path) => {
                f.write_str("these actors would wait for each other for ever: ")?;
                for id in path {
                    write!(f, "{:#x} -> ", id.0)?;
                }
                let first = path.first().map_or(0, |id| id.0);
                write!(f, "{first:#x}; use request(), which does not wait, in one of them")
            }
            HoldError::Held => f.write_str("the actor waits already, is paused or ending"),
        }
    }
}

impl Error for HoldError {}

impl<A: 'static> Cx<'_, A> {
    /// Asks an actor and waits: until `then` is called with the outcome, this actor handles no other messages; they wait in their order,
    /// within its bound. Answers to its other requests, its timers, stops, kills and what the tree has to say still reach it.
    ///
    /// Several that wait like this can wait for each other. That is an error here, with the path, at the call that would close the
    /// circle; asking itself is such a circle. One that runs over an actor which passed its [`Reply`] on instead of waiting is not seen;
    /// it ends when the time is over.
    ///
    /// # Errors
    /// As [`HoldError`] says: nothing was asked, and `then` is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::ask::{HoldError, Reply};
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let store = Spec::new(|_| Some(7_u32)).start(&mut runtime).unwrap();
    /// let user = Spec::new(|_| Some(Vec::new())).start(&mut runtime).unwrap();
    /// let read = |number: &mut u32, _: &mut Cx<'_, u32>, reply: Reply<u32>| _ = reply.reply(*number);
    /// user.call(move |_: &mut Vec<u32>, cx| {
    ///     cx.ask_holding(&store, Duration::from_secs(1), read, |seen, _, outcome| seen.push(outcome.unwrap())).unwrap();
    /// });
    /// user.call(|seen, _| seen.push(8)); // waits for the answer
    /// user.call(|_, cx| {
    ///     let this = cx.this().clone();
    ///     let never = |_: &mut Vec<u32>, _: &mut Cx<'_, Vec<u32>>, _: Reply<u32>| ();
    ///     let error = cx.ask_holding(&this, Duration::from_secs(1), never, |_, _, _| ()).unwrap_err();
    ///     assert_eq!(error, HoldError::Cycle(vec![this.actor_id()]));
    /// });
    /// runtime.run(now, false);
    /// assert_eq!(user.query(&mut runtime, |seen, _| seen.clone()), Some(vec![7, 8]));
    /// ```
    pub fn ask_holding<B: ?Sized + 'static, T: 'static>(
        &mut self,
        to: &Actor<B>,
        within: Duration,
        message: impl FnOnce(&mut B, &mut Cx<'_, B>, Reply<T>) + 'static,
        then: impl FnOnce(&mut A, &mut Cx<'_, A>, Result<T, AskError>) + 'static,
    ) -> Result<AskId, HoldError> {
        let this = self.this().clone();
        let header = this.header();
        let shared = self.shared();
        if header.state() != State::Ready {
            return Err(HoldError::Held);
        }
        if let Some(path) = cycle(shared, header.id(), to.header()) {
            return Err(HoldError::Cycle(path));
        }
        let (asker, incarnation) = (header.id(), this.incarnation());
        let held = this.clone();
        // Before it asks: it may have its answer at once.
        shared.kin(header, |kin| kin.awaits = to.header().id());
        let asked = ask_as(shared, asker, to, within, message, move |outcome| {
            // From here on it waits for nobody: its answer is on its way.
            let at = held.header();
            if held.incarnation() == incarnation {
                Shared::of(at).kin_of(at, |kin| kin.awaits = 0);
            }
            held.answer(incarnation, move |this, cx| {
                release(cx.this().header());
                then(this, cx, outcome);
            });
        })
        .map_err(|error| {
            shared.kin_of(header, |kin| kin.awaits = 0);
            HoldError::Post(error)
        })?;
        hold(header);
        Ok(asked)
    }
}

impl Door {
    /// Sends a packet from the actor `asker`, as [`ask_from`](Door::ask_from), and has it wait: until the answer is sent to it, whatever that is,
    /// it handles no other messages; as [`Cx::ask_holding`]. It goes on with the answer's turn, in which it may ask like this again.
    ///
    /// # Errors
    /// As [`HoldError`] says; then nothing was asked, and the payload comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::ask::HoldError;
    /// use actor_rt::{Body, Cx, FLAG_ANSWER, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// #[derive(Default)]
    /// struct Peer(Vec<&'static str>);
    ///
    /// impl Receive for Peer {
    ///     fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         if packet.flags() & FLAG_ANSWER != 0 {
    ///             self.0.push("answer");
    ///         } else if packet.reply_token() != 0 {
    ///             cx.door().reply(packet.reply_token(), 0, Body::Copied(b"")).unwrap();
    ///         } else {
    ///             self.0.push("message");
    ///         }
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let door = runtime.door().clone();
    /// let (one, other) = (door.spawn(Peer::default(), Ret::nop()), door.spawn(Peer::default(), Ret::nop()));
    /// door.ask_holding(one.actor_id(), other.actor_id(), 1, Body::Copied(b""), u64::MAX).unwrap();
    /// door.post(one.actor_id(), 1, Body::Copied(b"")).unwrap(); // waits for the answer
    /// let circle = door.ask_holding(other.actor_id(), one.actor_id(), 1, Body::Copied(b""), u64::MAX);
    /// assert!(matches!(circle, Err((HoldError::Cycle(path), _)) if path.len() == 2));
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(one.query(&mut runtime, |peer, _| peer.0.clone()), Some(vec!["answer", "message"]));
    /// ```
    pub fn ask_holding<'a>(
        &self,
        asker: ActorId,
        to: ActorId,
        tag: u64,
        body: Body<'a>,
        deadline: u64,
    ) -> Result<u64, (HoldError, Body<'a>)> {
        let shared = self.shared();
        let actor = match self.find_actor(asker) {
            Ok(actor) => actor,
            Err(error) => return Err((HoldError::Post(PostError::Id(error)), body)),
        };
        let header = actor.header();
        if header.kind().receive.is_none() {
            return Err((HoldError::Post(PostError::Refused), body));
        }
        if header.state() != State::Ready {
            return Err((HoldError::Held, body));
        }
        if let Some(path) = shared.find(to.0).and_then(|found| cycle(shared, asker.0, found.header())) {
            return Err((HoldError::Cycle(path), body));
        }
        let asks = |token| {
            shared.kin(header, |kin| {
                kin.awaits = to.0;
                kin.held_for = token;
            });
        };
        match ask::ask_back(shared, actor.clone(), to, tag, body, deadline, asks) {
            Ok(token) => {
                hold(header);
                Ok(token)
            }
            Err((error, body)) => {
                shared.kin(header, |kin| {
                    kin.awaits = 0;
                    kin.held_for = 0;
                });
                Err((HoldError::Post(error), body))
            }
        }
    }
}

/// The answer to a request of this actor's is on its way: from here on it waits for nobody.
pub(super) fn on_its_way(shared: &Shared, header: &CellHeader, token: u64) {
    shared.kin_of(header, |kin| {
        if kin.held_for == token {
            kin.awaits = 0;
        }
    });
}

/// An actor has a packet that answers this request: if it waits for that, it goes on.
pub(super) fn answered(shared: &Shared, header: &CellHeader, token: u64) {
    let waits = shared.kin_of(header, |kin| {
        let waits = kin.held_for == token && token != 0;
        kin.held_for = if waits { 0 } else { kin.held_for };
        waits
    });
    if waits == Some(true) {
        release(header);
    }
}

/// The actor waits from here on, unless it was paused or killed in asking: by what sees a message, or is lost to make room for it.
fn hold(header: &CellHeader) {
    if header.state() == State::Ready {
        header.set_state(State::Held);
    }
}

/// The outcome is here: the actor goes on, and what waited comes next.
fn release(header: &CellHeader) {
    let shared = Shared::of(header);
    shared.kin_of(header, |kin| kin.awaits = 0);
    let ending = shared.kin_of(header, |kin| kin.ending.is_some());
    if header.state() == State::Held && ending != Some(true) {
        header.set_state(State::Ready);
        lifecycle::release_stash(shared, header);
    }
}

/// The actors that would wait for each other if `asker` waited for `target`.
fn cycle(shared: &Shared, asker: u64, target: &CellHeader) -> Option<Vec<ActorId>> {
    let mut path = vec![ActorId(asker)];
    let mut at = target.id();
    while at != asker {
        path.push(ActorId(at));
        let found = shared.find(at)?;
        at = shared.kin_of(found.header(), |kin| kin.awaits).filter(|&id| id != 0)?;
    }
    Some(path)
}
