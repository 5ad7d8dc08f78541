//! What comes from other threads: messages, and calls of wakers' handlers.

use crate::engine::ingress::Ingress;
use crate::engine::mode::CLOSED;
use crate::engine::post::{self, LaneName};
use crate::engine::shared::{Listener, Shared};
use crate::engine::token::Runtime;
use crate::engine::wakers::Meanwhile;
use crate::kernel::block::Incoming;
use crate::kernel::record::DropReason;
use crate::wake::WakeFlags;
use crate::wake::inbox::Drained;
use std::panic;

impl Shared {
    #[cold]
    #[inline(never)]
    pub(super) fn drain_inbox(&self) {
        self.inbox.drain(|drained| self.accept(drained));
    }

    /// Queues what came from another thread.
    #[inline(always)]
    fn accept(&self, drained: Drained<'_>) {
        match drained {
            Drained::Record(incoming) => {
                self.number(Ingress::Remote);
                if let Err((incoming, reason)) = self.queue_incoming(incoming) {
                    self.refuse_incoming(incoming, reason);
                }
            }
            Drained::Waker { key, deleted } => self.queue_waker(key, deleted),
            Drained::Nudge => {}
        }
    }

    /// Queues the call of a waker's handler.
    #[inline(never)]
    fn queue_waker(&self, key: u32, deleted: bool) {
        self.number(Ingress::Waker);
        self.queue_job(move |runtime| call_waker(runtime, key, deleted));
    }

    #[cold]
    #[inline(never)]
    fn refuse_incoming(&self, incoming: Incoming<'_>, reason: DropReason) {
        self.lose(incoming.target(), reason, incoming.describe());
        if let Some(panic) = incoming.discard(reason) {
            self.keep_drop_panic(panic);
        }
    }

    /// Tells the poll waker of what came while nobody slept: the loop does not ask whether a step is due.
    #[cold]
    pub(super) fn call_poll_waker(&self) {
        if self.inbox.has_entries() {
            self.wake(WakeFlags::REMOTE);
        }
    }
}

impl Runtime {
    /// For main loops in Stakker's manner, which are not told of the owner's own work but run whenever they have done something:
    /// `waker` is called on any thread, once for all that other threads do until the next step. The loop then calls
    /// [`poll_wake`](Runtime::poll_wake) or [`run`](Runtime::run). Where a wake target was configured there is nothing to set.
    ///
    /// # Panics
    /// On a second call, or with a wake target.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::sync::mpsc;
    /// use std::thread;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let (sender, receiver) = mpsc::channel();
    /// runtime.set_poll_waker(move || drop(sender.send(())));
    /// let waker = runtime.waker(|rt, deleted| println!("woken: {}", !deleted));
    /// runtime.run(Instant::now(), false);
    ///
    /// thread::spawn(move || waker.wake());
    /// receiver.recv().unwrap();
    /// runtime.poll_wake();
    /// ```
    pub fn set_poll_waker(&mut self, waker: impl Fn() + Send + Sync + 'static) {
        let shared = self.shared();
        let Some(poll_waker) = &shared.poll_waker else {
            panic!("the runtime was configured with a wake target, which is told of everything")
        };
        assert!(poll_waker.set(Box::new(waker)), "the poll waker is set already: it can be set once");
        shared.listener.set(Listener::Poller);
        if shared.mode.is_outside() && !shared.inbox.sleep() {
            shared.call_poll_waker();
        }
    }

    /// Runs the handlers of the wakers that were used or dropped, at once, in the order of the wakes; messages of other threads
    /// are queued. A step does the same for itself. Inside of a step, or of the poll waker, it does nothing.
    ///
    /// # Panics
    /// With the first panic of a handler or of a destructor, when the others have run.
    ///
    /// # Examples
    ///
    /// See [`set_poll_waker`](Runtime::set_poll_waker).
    pub fn poll_wake(&mut self) {
        if self.shared().is_busy() {
            return;
        }
        let home = self.deferrer();
        home.shared().raising(|| self.take_in(home.shared()));
    }

    fn take_in(&mut self, shared: &Shared) {
        let mut wakers = Vec::new();
        shared.inbox.drain(|drained| match drained {
            Drained::Waker { key, deleted } => {
                shared.number(Ingress::Waker);
                wakers.push((key, deleted));
            }
            other => shared.accept(other),
        });
        // What comes from here on is told again.
        if shared.listener.get() == Listener::Poller && !shared.inbox.sleep() {
            shared.call_poll_waker();
        }
        for (key, deleted) in wakers {
            if self.is(shared) {
                call_waker(self, key, deleted);
            } else {
                // A handler has put another runtime in this one's place.
                post::job(shared, LaneName::Main, move |runtime| call_waker(runtime, key, deleted));
            }
        }
    }

    /// Whether this is the runtime of a block.
    fn is(&self, shared: &Shared) -> bool {
        std::ptr::eq(self.shared(), shared)
    }
}

/// Calls a waker's handler, which is out of the table meanwhile. Its panic is kept.
fn call_waker(runtime: &mut Runtime, key: u32, deleted: bool) {
    // The handler may put another runtime in this one's place.
    let home = runtime.deferrer();
    let shared = home.shared();
    let Some(mut handler) = shared.wakers.with(|wakers| wakers.take(key, deleted)) else { return };
    let called = panic::AssertUnwindSafe(|| handler(runtime, deleted));
    if let Err(panic) = panic::catch_unwind(called) {
        shared.keep_panic(panic);
    }
    if deleted || shared.mode.has(CLOSED) {
        shared.contain(|| drop(handler));
    } else {
        // Also when it panicked: its waker lives on.
        let meanwhile = shared.wakers.with(|wakers| wakers.put_back(key, handler));
        if meanwhile != Meanwhile::Nothing {
            let deleted = meanwhile == Meanwhile::Deleted;
            post::job(shared, LaneName::Main, move |runtime| call_waker(runtime, key, deleted));
        }
    }
}
