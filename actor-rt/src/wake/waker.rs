//! Wakers: a signal to one handler of a runtime, from any thread, without data and without allocation.

use super::inbox::Inbox;
use crate::kernel::waker_node::WakerNode;
use std::fmt;
use std::sync::Arc;

/// Calls a handler on the runtime's thread, from any thread.
///
/// Made by the runtime together with the handler that it is to call. The handler runs in the next step after a
/// [`wake`](Waker::wake), once however often it was woken before; when the waker is dropped, it runs one last time with `deleted`
/// set, which supersedes a wake not yet handled. What a thread wrote before it called `wake` or dropped the waker is visible to the
/// handler's next run.
///
/// A waker is `Send` and `Sync` and outlives its runtime: afterwards it does nothing. There is one per handler; share it through
/// an [`Arc`](std::sync::Arc).
///
/// # Examples
///
/// See [`Core::waker`](crate::Core::waker).
pub struct Waker {
    inbox: Arc<Inbox>,
    node: WakerNode,
}

impl Waker {
    /// A waker that is reported under `key`, which must be below `u32::MAX`.
    pub(crate) fn new(inbox: Arc<Inbox>, key: u32) -> Waker {
        debug_assert!(key != u32::MAX);
        Waker { inbox, node: WakerNode::new(key) }
    }

    /// Has the handler called. Any thread.
    ///
    /// Costs one atomic operation if the handler is already due, two otherwise, and a call of the host's wake function if the
    /// runtime slept. Takes no lock and allocates nothing, so it may be called from a signal handler if the host's wake
    /// function may. (In a library that was loaded at run time, a thread's first call may initialise thread-local storage; make it
    /// outside the signal handler.)
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// let calls = Rc::new(Cell::new(0));
    /// let count = calls.clone();
    /// let mut runtime = Runtime::new(Instant::now());
    /// let waker = runtime.waker(move |_, _| count.set(count.get() + 1));
    /// waker.wake();
    /// waker.wake();
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(calls.get(), 1);
    /// ```
    pub fn wake(&self) {
        self.inbox.wake_node(&self.node);
    }

    /// Whether the runtime is gone, so that the handler will not be called any more. Any thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let waker = runtime.waker(|_, _| ());
    /// assert!(!waker.is_closed());
    /// drop(runtime);
    /// assert!(waker.is_closed());
    /// waker.wake(); // does nothing
    /// ```
    pub fn is_closed(&self) -> bool {
        self.inbox.is_closed()
    }
}

impl Drop for Waker {
    fn drop(&mut self) {
        self.inbox.delete_node(&mut self.node);
    }
}

impl fmt::Debug for Waker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waker").finish_non_exhaustive()
    }
}
