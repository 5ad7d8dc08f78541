//! The handlers of a runtime's wakers, by the key that their wakers report.

use super::token::Runtime;

/// What runs on the owner thread when a waker was used: `(runtime, deleted)`.
pub(crate) type WakerHandler = Box<dyn FnMut(&mut Runtime, bool)>;

/// Handlers by key. A handler is taken out while it runs, so that it may make and drop wakers itself.
#[derive(Default)]
pub(crate) struct WakerTable {
    entries: Vec<Option<WakerHandler>>,
    free: Vec<u32>,
}

impl WakerTable {
    /// A key for a new handler.
    pub(crate) fn insert(&mut self, handler: WakerHandler) -> u32 {
        if let Some(key) = self.free.pop() {
            self.entries[key as usize] = Some(handler);
            return key;
        }
        self.entries.push(Some(handler));
        self.entries.len() as u32 - 1
    }

    /// Takes a handler out to run it.
    pub(crate) fn take(&mut self, key: u32) -> Option<WakerHandler> {
        self.entries.get_mut(key as usize)?.take()
    }

    /// Puts it back.
    pub(crate) fn put_back(&mut self, key: u32, handler: WakerHandler) {
        self.entries[key as usize] = Some(handler);
    }

    /// Its waker is gone: the key may be used again.
    pub(crate) fn remove(&mut self, key: u32) -> Option<WakerHandler> {
        self.free.push(key);
        self.take(key)
    }

    /// All handlers, for taking them down.
    pub(crate) fn drain(&mut self) -> Vec<WakerHandler> {
        self.entries.iter_mut().filter_map(Option::take).collect()
    }
}
