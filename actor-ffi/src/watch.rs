//! Watches on behalf of an actor: news of something that happens again and again, as messages, until the watcher ends or withdraws them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use actor_rt::registry::WatchId;
use actor_rt::supervision::MonitorId;
use actor_rt::{ActorId, Body, Door, Envelope};

use crate::engine::Engine;
use crate::failure::{Failure, Outcome};
use crate::handle::art_actor;
use crate::status::*;

/// What is watched.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Watched {
    Name(Box<str>),
    /// The restarts of an actor.
    Restarts(art_actor),
    /// A group: its scope and its name.
    Group(Box<str>, Box<str>),
    /// A scope; None for all of them.
    Scope(Option<Box<str>>),
}

/// The watches of all watchers.
#[derive(Default)]
pub(crate) struct Watches(RefCell<BTreeMap<(art_actor, Watched), Vec<WatchId>>>);

/// Sends what a watch has to tell to its watcher, ahead of what waits there. It goes with the watch.
pub(crate) struct News {
    door: Door,
    to: ActorId,
    watched: Watched,
    all: Rc<Watches>,
    /// The watch, and the monitor of the watcher.
    own: Rc<Cell<Option<(WatchId, MonitorId)>>>,
}

impl News {
    pub(crate) fn send(&self, tag: u64, sender: u64, payload: &[u8]) {
        let envelope = Envelope { tag, sender, ..Envelope::default() };
        // A watcher that is gone needs none.
        _ = self.door.send_ahead(self.to, &envelope, Body::Copied(payload));
    }
}

impl Drop for News {
    fn drop(&mut self) {
        // The watch may go before its watcher: with what it is of, or since it is withdrawn.
        if let Some((watch, monitor)) = self.own.take() {
            self.all.remove(self.to, &self.watched, watch);
            _ = self.door.demonitor(monitor);
        }
    }
}

/// Begins a watch, which `begin` makes of what sends its news. It goes with its watcher.
pub(crate) fn watch<E>(
    engine: &Engine,
    to: ActorId,
    watched: Watched,
    begin: impl FnOnce(News) -> Result<WatchId, E>,
) -> Result<(), E> {
    let (door, all) = (engine.door.clone(), Rc::clone(&engine.watches));
    let own = Rc::new(Cell::new(None));
    let news = News { door, to, watched: watched.clone(), all, own: Rc::clone(&own) };
    let watch = begin(news)?;
    let withdraw = engine.door.clone();
    let monitor = engine.door.monitor(None, to, move |_| _ = withdraw.unwatch(watch));
    own.set(Some((watch, monitor)));
    engine.watches.0.borrow_mut().entry((to.0, watched)).or_default().push(watch);
    Ok(())
}

/// Withdraws the watches of a watcher for this.
pub(crate) fn unwatch(engine: &Engine, to: art_actor, watched: Watched) -> Outcome {
    let all = engine.watches.0.borrow_mut().remove(&(to, watched)).unwrap_or_default();
    if all.is_empty() {
        return Err(Failure::new(ART_NOT_FOUND, "the watcher has no such monitor"));
    }
    for watch in all {
        engine.door.unwatch(watch);
    }
    Ok(())
}

impl Watches {
    /// A watch is over.
    fn remove(&self, to: ActorId, watched: &Watched, watch: WatchId) {
        let mut all = self.0.borrow_mut();
        let key = (to.0, watched.clone());
        if let Some(own) = all.get_mut(&key) {
            own.retain(|id| *id != watch);
            if own.is_empty() {
                all.remove(&key);
            }
        }
    }
}
