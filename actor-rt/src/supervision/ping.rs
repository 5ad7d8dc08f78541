//! Pings: whether and how soon an actor comes to a message.

use super::{system, tree};
use crate::actor::behind::behind;
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::hooks::{Reaction, SystemMessage};
use crate::engine::ret::Ret;
use crate::engine::token::{Core, Door};
use std::time::Duration;

impl Core {
    /// Asks an actor, of whatever type, whether it is well. The answer comes when it has handled what was sent to it before, and says how
    /// long that took by the runtime's clock. A ping takes no place in the mailbox and is stopped by no bound.
    ///
    /// The answer is `None` if the actor ends before, or [does not want to answer](super::Lifecycle::on_system). A paused actor answers when it goes
    /// on. A handler that does not return is seen by nobody on this thread: see [`Core::watchdog`].
    ///
    /// # Errors
    /// As [`Actor::from_id`](crate::Actor::from_id): an id that is stale, of another kind or of another runtime. The answer is `None`, too.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::{Duration, Instant};
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).capacity(1).start(&mut runtime).unwrap();
    /// let latency = Rc::new(Cell::new(None));
    /// let heard = latency.clone();
    /// runtime.ping(actor.actor_id(), Ret::new(move |pong: Option<Duration>| heard.set(pong))).unwrap();
    /// assert!(actor.try_call(|_, _| ()).is_ok(), "the ping takes no place");
    /// runtime.run(now, false);
    /// assert!(latency.get().is_some());
    /// ```
    pub fn ping(&mut self, actor: ActorId, pong: Ret<Duration>) -> Result<(), IdError> {
        self.door().ping(actor, pong)
    }
}

impl Door {
    /// Asks an actor whether it is well: as [`Core::ping`].
    ///
    /// # Errors
    /// As [`Core::ping`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Ret, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let id = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap().actor_id();
    /// let door = runtime.door().clone();
    /// let heard = Rc::new(Cell::new(false));
    /// let hears = heard.clone();
    /// door.ping(id, Ret::new(move |pong| hears.set(pong.is_some()))).unwrap();
    /// runtime.run(now, false);
    /// assert!(heard.get());
    /// ```
    pub fn ping(&self, actor: ActorId, pong: Ret<Duration>) -> Result<(), IdError> {
        let shared = self.shared();
        let actor = self.find_actor(actor)?;
        shared.number_call();
        let sent = shared.read_clock();
        behind(shared, actor, move |shared, actor| {
            let reaction = match tree::hooks(shared, actor.header()) {
                Some(_) => system::ask(shared, actor, SystemMessage::Ping),
                None => Reaction::Usual,
            };
            if reaction == Reaction::Handled || actor.header().has_ended() {
                return shared.contain(|| drop(pong));
            }
            let took = sent.zip(shared.read_clock()).map_or(0, |(sent, now)| now.saturating_sub(sent));
            shared.contain(|| pong.ret(Duration::from_nanos(took)));
        });
        Ok(())
    }
}
