//! Who lives: starts, restarts and ends of all actors of the tree, for whoever keeps an eye on all of them.

use super::names::{tell_all, watch};
use super::{WatchId, tree};
use crate::engine::id::ActorId;
use crate::engine::kin::child::ChildState;
use crate::engine::kin::exit::Exit;
use crate::engine::kin::names::LifeEvent;
use crate::engine::kin::watches::{Subject, Told};
use crate::engine::ret::Fwd;
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Door};

impl Core {
    /// Calls `f` in a turn of its own whenever an actor of the tree has started, was restarted, or has ended for good. Those that nobody
    /// supervises, and those whose start has failed, are none of it. Those that are there already are in [`Core::snapshot`].
    ///
    /// As the lifecycle monitor of ractor's pid registry.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::LifeEvent;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::{cell::RefCell, rc::Rc, time::Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let events = Rc::new(RefCell::new(Vec::new()));
    /// let tells = events.clone();
    /// let watch = runtime.watch_actors(Fwd::new(move |event: LifeEvent| tells.borrow_mut().push(event)));
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// runtime.run(now, false);
    /// assert_eq!(events.take(), [LifeEvent::Started(actor.actor_id())]);
    /// actor.call(|_, cx| cx.stop());
    /// runtime.run(now, false);
    /// assert!(matches!(&events.take()[..], [LifeEvent::Ended(exit)] if exit.actor == actor.actor_id()));
    /// assert!(runtime.unwatch(watch));
    /// ```
    pub fn watch_actors(&mut self, f: Fwd<LifeEvent>) -> WatchId {
        self.door().watch_actors(f)
    }
}

impl Door {
    /// Calls `f` whenever an actor of the tree has started, was restarted, or has ended: as [`Core::watch_actors`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::registry::LifeEvent;
    /// use actor_rt::{Fwd, Runtime};
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// let watch = runtime.door().watch_actors(Fwd::new(|_: LifeEvent| ()));
    /// assert!(runtime.door().unwatch(watch));
    /// ```
    pub fn watch_actors(&self, f: Fwd<LifeEvent>) -> WatchId {
        watch(self.shared(), Subject::Actors, Told::Actors(f))
    }
}

/// An actor of the tree is ready.
pub(super) fn began(shared: &Shared, actor: ActorId, is_restart: bool) {
    tell(shared, if is_restart { LifeEvent::Restarted(actor) } else { LifeEvent::Started(actor) });
}

/// An actor is gone, and was in the tree by this entry.
pub(super) fn ended(shared: &Shared, entry: u64, exit: &Exit) {
    let has_started =
        tree::child(shared, entry, |child| !matches!(child.state, ChildState::Calling | ChildState::First));
    if has_started == Some(true) {
        tell(shared, LifeEvent::Ended(exit.clone()));
    }
}

fn tell(shared: &Shared, event: LifeEvent) {
    let told = |told: &Told| if let Told::Actors(f) = told { Some(f.clone()) } else { None };
    tell_all(shared, &[Subject::Actors], told, &event);
}
