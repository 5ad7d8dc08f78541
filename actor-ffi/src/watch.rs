//! Watches on behalf of an actor: news of something that happens again and again, as messages, until the watcher ends.

use std::cell::Cell;
use std::rc::Rc;

use actor_rt::registry::WatchId;
use actor_rt::supervision::MonitorId;
use actor_rt::{ActorId, Body, Door, Envelope};

/// Sends what a watch has to tell to its watcher, ahead of what waits there. It goes with the watch.
pub(crate) struct News {
    door: Door,
    to: ActorId,
    /// Of the watcher.
    monitor: Rc<Cell<Option<MonitorId>>>,
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
        // The watch may go before its watcher: with what it is of.
        self.monitor.take().map(|monitor| self.door.demonitor(monitor));
    }
}

/// Begins a watch, which `begin` makes of what sends its news. It goes with its watcher.
pub(crate) fn watch<E>(
    door: &Door,
    to: ActorId,
    begin: impl FnOnce(News) -> Result<WatchId, E>,
) -> Result<(), E> {
    let monitor = Rc::new(Cell::new(None));
    let watch = begin(News { door: door.clone(), to, monitor: Rc::clone(&monitor) })?;
    let withdraw = door.clone();
    monitor.set(Some(door.monitor(None, to, move |_| _ = withdraw.unwatch(watch))));
    Ok(())
}
