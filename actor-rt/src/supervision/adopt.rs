//! New supervisors for actors that are there already.

use super::spec::Given;
use super::tree::{self, soon};
use super::{group, restart, settle, start};
use crate::actor::timer;
use crate::engine::id::{ActorId, IdError};
use crate::engine::kin::child::{ChildState, ROOT};
use crate::engine::list::Links;
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Door};

impl Core {
    /// Puts an actor, with all below it, under a supervisor; under the root for `None`. It becomes the youngest child there, and a
    /// supervisor that it had hears no more of it. One that nobody has supervised so far becomes a [temporary](crate::supervision::Restart::Temporary)
    /// child, whoever owns it besides.
    ///
    /// # Errors
    /// If an id is none of a living actor, if the supervisor is ending (`Stale`), or if the actor would come to be below itself
    /// (`WrongKind`).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{IdError, Runtime};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let old = Spec::new(|_| Some(())).start(&mut runtime).unwrap().actor_id();
    /// let new = Spec::new(|_| Some(())).start(&mut runtime).unwrap().actor_id();
    /// let child = Spec::new(|_| Some(0_u32)).start_under(&mut runtime, old).unwrap().actor_id();
    /// runtime.adopt(Some(new), child).unwrap();
    /// assert_eq!(runtime.supervisor(child), Ok(Some(new)));
    /// assert_eq!(runtime.adopt(Some(child), new), Err(IdError::WrongKind), "not below itself");
    /// ```
    pub fn adopt(&mut self, supervisor: Option<ActorId>, actor: ActorId) -> Result<(), IdError> {
        self.door().adopt(supervisor, actor)
    }
}

impl Door {
    /// Whether an actor can have new children, or the root for `None`: an error if it has ended, or is about to.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{IdError, Runtime};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let parent = Spec::new(|_| Some(())).start(&mut runtime).unwrap().actor_id();
    /// assert_eq!(runtime.door().admits(Some(parent)), Ok(()));
    /// runtime.door().drain(parent).unwrap();
    /// assert_eq!(runtime.door().admits(Some(parent)), Err(IdError::Stale));
    /// ```
    pub fn admits(&self, supervisor: Option<ActorId>) -> Result<(), IdError> {
        let shared = self.shared();
        let id = match supervisor {
            Some(id) => self.find_actor(id)?.header().id(),
            None => ROOT,
        };
        match start::admit(shared, id) {
            Ok(()) => Ok(()),
            Err(_) => Err(IdError::Stale),
        }
    }

    /// Puts an actor under a supervisor: as [`Core::adopt`].
    ///
    /// # Errors
    /// As [`Core::adopt`].
    ///
    /// # Examples
    ///
    /// See [`Core::adopt`].
    pub fn adopt(&self, supervisor: Option<ActorId>, actor: ActorId) -> Result<(), IdError> {
        let shared = self.shared();
        shared.number_call();
        let actor = self.find_actor(actor)?;
        let to = match supervisor {
            Some(id) => self.find_actor(id)?.header().id(),
            None => ROOT,
        };
        if is_below(shared, to, actor.header().id()) {
            return Err(IdError::WrongKind);
        }
        self.admits(supervisor)?;
        let entry = tree::entry_of(shared, actor.header());
        let Some(former) = tree::child(shared, entry, |child| child.supervisor) else {
            timer::own_timers(shared, actor.header());
            let starting = tree::is_starting(shared, actor.header());
            let state = if starting { ChildState::Starting } else { ChildState::Running };
            start::enter(shared, &actor, Given::plan(), to, state);
            return Ok(());
        };
        tree::unlist(shared, entry);
        tree::child(shared, entry, |child| {
            child.supervisor = to;
            child.links = Links::default();
            // One that its group is ending comes back when it has ended, if not with others then by itself.
            child.grouped &= child.leaving && child.state != ChildState::Waiting;
            child.awaited = false;
        });
        tree::append(shared, to, entry);
        if tree::child(shared, entry, |child| child.state == ChildState::Waiting && child.timer.is_none())
            == Some(true)
        {
            soon(shared, move |shared| restart::start_again(shared, entry));
        }
        group::rewind(shared, former);
        settle::child_gone(shared, former);
        Ok(())
    }
}

/// Whether an actor is `top`, or below it.
fn is_below(shared: &Shared, mut actor: u64, top: u64) -> bool {
    while actor != ROOT {
        if actor == top {
            return true;
        }
        let Some(found) = shared.find(actor) else { return false };
        let entry = tree::entry_of(shared, found.header());
        actor = tree::child(shared, entry, |child| child.supervisor).unwrap_or(ROOT);
    }
    false
}
