//! The handlers of a runtime's wakers, by the key that their wakers report.

use super::token::Runtime;

/// What runs on the owner thread when a waker was used: `(runtime, deleted)`.
pub(crate) type WakerHandler = Box<dyn FnMut(&mut Runtime, bool)>;

/// Handlers by key. A handler is taken out while it runs, so that it may make and drop wakers itself, and run the runtime where
/// that is allowed.
#[derive(Default)]
pub(crate) struct WakerTable {
    entries: Vec<Entry>,
    free: Vec<u32>,
}

enum Entry {
    Free,
    Waits(WakerHandler),
    Runs(Meanwhile),
}

/// What was heard of a waker while its handler ran.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meanwhile {
    Nothing,
    /// It was used.
    Used,
    /// It was dropped.
    Deleted,
}

impl WakerTable {
    /// A key for a new handler.
    pub(crate) fn insert(&mut self, handler: WakerHandler) -> u32 {
        if let Some(key) = self.free.pop() {
            self.entries[key as usize] = Entry::Waits(handler);
            return key;
        }
        self.entries.push(Entry::Waits(handler));
        self.entries.len() as u32 - 1
    }

    /// Takes a handler out to run it; the last time if its waker is gone. If it runs already, that is kept for its return.
    pub(crate) fn take(&mut self, key: u32, deleted: bool) -> Option<WakerHandler> {
        let entry = self.entries.get_mut(key as usize)?;
        match entry {
            Entry::Waits(_) => {}
            Entry::Runs(meanwhile) => {
                *meanwhile = if deleted { Meanwhile::Deleted } else { Meanwhile::Used };
                return None;
            }
            Entry::Free => return None,
        }
        let left = if deleted { Entry::Free } else { Entry::Runs(Meanwhile::Nothing) };
        let Entry::Waits(handler) = std::mem::replace(entry, left) else { return None };
        if deleted {
            self.free.push(key);
        }
        Some(handler)
    }

    /// Puts it back. Says what was heard of its waker meanwhile.
    pub(crate) fn put_back(&mut self, key: u32, handler: WakerHandler) -> Meanwhile {
        match std::mem::replace(&mut self.entries[key as usize], Entry::Waits(handler)) {
            Entry::Runs(meanwhile) => meanwhile,
            Entry::Free | Entry::Waits(_) => unreachable!("the place of a handler that runs is its own"),
        }
    }

    /// All handlers, for taking them down.
    pub(crate) fn drain(&mut self) -> Vec<WakerHandler> {
        self.free.clear();
        let handlers = self.entries.drain(..).filter_map(|entry| match entry {
            Entry::Waits(handler) => Some(handler),
            Entry::Free | Entry::Runs(_) => None,
        });
        handlers.collect()
    }
}
