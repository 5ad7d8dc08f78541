//! The untyped door for messages from other threads. Typed and foreign remotes are made on top of it.

use super::inbox::{Entry, Inbox};
use crate::kernel::block::{Cargo, Writer};
use crate::kernel::sync::BriefLock;
use std::sync::Arc;

/// Posts to the actors of one runtime, from any thread, in order.
///
/// Messages of one remote arrive in the order they were posted. A clone has an order, and a block, of its own: one remote per
/// thread is the fast way, since threads that share one take turns. It outlives its runtime.
///
/// The producer's end is behind a lock, because a foreign host may use one remote from several threads. It is held for one append:
/// the owner thread never takes it, and neither a wake call nor any other user code runs meanwhile.
pub(crate) struct Remote {
    inbox: Arc<Inbox>,
    writer: BriefLock<Writer>,
}

impl Remote {
    pub(crate) fn new(inbox: Arc<Inbox>) -> Remote {
        Remote { inbox, writer: BriefLock::new(Writer::new()) }
    }

    /// Posts to the actor with the id `target`; whether it exists turns out on the owner thread. Never blocks on the owner. If the
    /// runtime is gone, the cargo comes back.
    #[inline]
    pub(crate) fn push<C: Cargo>(&self, target: u64, cargo: C) -> Result<(), C> {
        let signal = self.writer.with(|writer| {
            writer.append(target, cargo, |batch| {
                self.inbox.push(Entry::Batch(batch)).map_err(|entry| match entry {
                    Entry::Batch(batch) => batch,
                    Entry::Waker(_) => unreachable!("the entry that was refused comes back"),
                })
            })
        });
        // Only now, with the lock released, the host hears of it.
        drop(signal?);
        Ok(())
    }

    /// Asks for a step that begins after this call, without a message. False if the runtime is gone.
    pub(crate) fn wake(&self) -> bool {
        self.inbox.nudge()
    }

    /// Asks the running step to end after its current message. Without effect between steps.
    pub(crate) fn interrupt(&self) {
        self.inbox.interrupt();
    }

    /// Whether the calling thread is the runtime's.
    pub(crate) fn is_owner_thread(&self) -> bool {
        self.inbox.is_owner_thread()
    }

    /// Whether the runtime is gone.
    pub(crate) fn is_closed(&self) -> bool {
        self.inbox.is_closed()
    }
}

impl Clone for Remote {
    fn clone(&self) -> Remote {
        Remote::new(Arc::clone(&self.inbox))
    }
}
