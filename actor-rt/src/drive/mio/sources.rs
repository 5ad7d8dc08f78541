//! What a loop, its handles and its sources share: the table and the poller's registry.
//!
//! Invariant: the table is borrowed only within the methods here, which run no user code meanwhile. What leaves the table is dropped after
//! the borrow ended. So whatever a handler, a destructor or a source's own code does, it finds the table free.

use super::ready::{Priority, Ready};
use super::table::{Entry, Table};
use crate::engine::ret::Fwd;
use crate::kernel::block::contain;
use ::mio::{Registry, Token};
use std::cell::{Cell, RefCell};
use std::io;

/// The sources of one loop.
pub(super) struct Sources {
    table: RefCell<Table>,
    /// A second one to the same poller, which lives as long as either. So sources can be deregistered when the loop is gone.
    registry: Registry,
    closed: Cell<bool>,
}

impl Sources {
    pub(super) fn new(registry: Registry) -> Self {
        Sources { table: RefCell::default(), registry, closed: Cell::new(false) }
    }

    /// The way to the poller.
    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// A token for a new source.
    ///
    /// # Errors
    /// If the loop is gone, or full.
    pub(super) fn insert(&self, fwd: Fwd<Ready>, priority: Priority) -> io::Result<Token> {
        if self.closed.get() {
            return Err(io::Error::new(io::ErrorKind::NotConnected, "the event loop is gone"));
        }
        let inserted = self.table.borrow_mut().insert(Entry { fwd, priority });
        inserted.map_err(|_| io::Error::other("the event loop has as many sources as it can tell apart"))
    }

    /// Forgets a source.
    pub(super) fn remove(&self, token: Token) {
        let removed = self.table.borrow_mut().remove(token);
        drop(removed);
    }

    /// Whom to call, if the source is still there.
    pub(super) fn fwd(&self, token: Token) -> Option<Fwd<Ready>> {
        self.table.borrow_mut().get(token).map(|entry| entry.fwd.clone())
    }

    /// How soon to call, if the source is still there.
    pub(super) fn priority(&self, token: Token) -> Option<Priority> {
        self.table.borrow_mut().get(token).map(|entry| entry.priority)
    }

    /// Changes how soon to call.
    pub(super) fn set_priority(&self, token: Token, priority: Priority) {
        if let Some(entry) = self.table.borrow_mut().get(token) {
            entry.priority = priority;
        }
    }

    /// How many sources there are.
    pub(super) fn len(&self) -> usize {
        self.table.borrow().len()
    }

    /// The loop is gone: nobody is called any more, nothing new is taken.
    pub(super) fn close(&self) {
        self.closed.set(true);
        let entries = self.table.borrow_mut().take_all();
        for entry in entries {
            // Called by a destructor: one that panics must not keep the others.
            contain(|| drop(entry));
        }
    }
}
