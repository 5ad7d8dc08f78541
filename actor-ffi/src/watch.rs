//! Watches on behalf of an actor: news of something that happens again and again, as messages, until the watcher ends.

use std::cell::Cell;
use std::rc::Rc;

use actor_rt::registry::WatchId;
use actor_rt::{ActorId, Body, Door, Envelope};

/// Sends what a watch has to tell to its watcher, ahead of what waits there.
pub(crate) struct News {
    door: Door,
    to: ActorId,
    watch: Rc<Cell<Option<WatchId>>>,
}

impl News {
    pub(crate) fn send(&self, tag: u64, sender: u64, payload: &[u8]) {
        let envelope = Envelope { tag, sender, ..Envelope::default() };
        if self.door.send_ahead(self.to, &envelope, Body::Copied(payload)).is_err() {
            // The watcher is gone, and the watch goes with it.
            self.watch.get().map(|id| self.door.unwatch(id));
        }
    }
}

/// Begins a watch, which `begin` makes of what sends its news. It goes with its watcher.
pub(crate) fn watch<E>(
    door: &Door,
    to: ActorId,
    begin: impl FnOnce(News) -> Result<WatchId, E>,
) -> Result<(), E> {
    let own = Rc::new(Cell::new(None));
    let id = begin(News { door: door.clone(), to, watch: Rc::clone(&own) })?;
    own.set(Some(id));
    // So that a watch does not wait for its next news to go.
    let withdraw = door.clone();
    door.monitor(None, to, move |_| _ = withdraw.unwatch(id));
    Ok(())
}
