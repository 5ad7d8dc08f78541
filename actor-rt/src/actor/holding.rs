//! Asking and waiting: until the outcome comes, the actor handles nothing else.

use super::context::Cx;
use super::lifecycle;
use super::reply::{AskError, AskId, Reply};
use super::request::ask_as;
use crate::engine::id::ActorId;
use crate::engine::post_error::PostError;
use crate::engine::shared::Shared;
use crate::kernel::cell::{CellHeader, State};
use crate::kernel::handle::Actor;
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
        header.set_state(State::Held);
        Ok(asked)
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
