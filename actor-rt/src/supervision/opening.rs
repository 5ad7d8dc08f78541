//! A start of several turns: an actor that has its value, and says itself when it is ready.

use super::{start, tree};
use crate::actor::{Cx, lifecycle};
use crate::engine::id::{ActorId, IdError};
use crate::engine::shared::Shared;
use crate::engine::token::Door;
use crate::kernel::cell::{CellHeader, State};
use crate::kernel::handle::AnyActor;

impl<A: 'static> Cx<'_, A> {
    /// Called where an actor's value is made, in a factory: with the value its start is not over. It has turns then, but is not ready until
    /// it calls [`started`](Cx::started): its timers, the answers to its requests and what the tree has to say reach it, other messages
    /// wait. An end before that is that of a start which failed. How long it may take is up to
    /// [`start_timeout`](crate::supervision::Spec::start_timeout). At any other time it does nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, Status};
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let socket = Spec::new(|cx| {
    ///     cx.starting();
    ///     // The peer may have to accept it first.
    ///     cx.this().call_at(Duration::from_millis(100), |_, cx| cx.started());
    ///     Some(Vec::new())
    /// })
    /// .start(&mut runtime)
    /// .unwrap();
    /// socket.call(|log, _| log.push("a message"));
    /// runtime.run(now, false);
    /// assert_eq!(runtime.door().status(socket.actor_id()), Ok(Status::Starting));
    /// runtime.run(now + Duration::from_millis(100), false);
    /// assert_eq!(socket.query(&mut runtime, |log, _| log.clone()), Some(vec!["a message"]));
    /// ```
    pub fn starting(&mut self) {
        let this = AnyActor::from(self.this());
        begin(self.shared(), this.header());
    }

    /// The start of an actor that has called [`starting`](Cx::starting) is over: it is ready. At any other time it does nothing.
    ///
    /// # Examples
    ///
    /// See [`starting`](Cx::starting).
    pub fn started(&mut self) {
        let this = AnyActor::from(self.this());
        end(self.shared(), &this);
    }
}

impl Door {
    /// The start of an actor is not over when it has its value: as [`Cx::starting`]. False if it has one already.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::{Spec, Status};
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let factory = |cx: &mut actor_rt::Cx<'_, u32>| {
    ///     assert_eq!(cx.door().starting(cx.this().actor_id()), Ok(true));
    ///     Some(7)
    /// };
    /// let number = Spec::new(factory).start(&mut runtime).unwrap().actor_id();
    /// assert_eq!(runtime.door().starting(number), Ok(false));
    /// assert_eq!(runtime.door().status(number), Ok(Status::Starting));
    /// assert_eq!(runtime.door().started(number), Ok(true));
    /// assert_eq!(runtime.door().started(number), Ok(false), "it is ready");
    /// assert_eq!(runtime.door().status(number), Ok(Status::Running));
    /// ```
    pub fn starting(&self, id: ActorId) -> Result<bool, IdError> {
        Ok(begin(self.shared(), self.find_actor(id)?.header()))
    }

    /// The start of an actor is over: as [`Cx::started`]. False if it is ready already, or has no value yet.
    ///
    /// # Examples
    ///
    /// See [`starting`](Door::starting).
    pub fn started(&self, id: ActorId) -> Result<bool, IdError> {
        let actor = self.find_actor(id)?;
        self.shared().number_call();
        Ok(end(self.shared(), &actor))
    }
}

fn begin(shared: &Shared, header: &CellHeader) -> bool {
    let begins = header.is_preparing() && !tree::is_ending(shared, header);
    if begins {
        shared.kin(header, |kin| kin.opening = true);
    }
    begins
}

fn end(shared: &Shared, actor: &AnyActor) -> bool {
    let header = actor.header();
    if header.is_preparing() {
        // Said in its factory: then it is ready with its value, as any other.
        return shared.kin_of(header, |kin| std::mem::take(&mut kin.opening)) == Some(true);
    }
    // One that is ending is paused, or was killed.
    if header.state() != State::Held || !lifecycle::is_opening(shared, header) {
        return false;
    }
    shared.kin(header, |kin| kin.opening = false);
    header.set_state(State::Ready);
    start::ready(shared, actor);
    lifecycle::release_stash(shared, header);
    true
}
