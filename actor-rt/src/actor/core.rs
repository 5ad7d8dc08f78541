//! `Core`: time and queueing, for the owner of a runtime and for every handler.

use crate::engine::log::LogID;
use crate::engine::mode::{CLOSED, TRACING};
use crate::engine::observe::Observer;
use crate::engine::post::{self, LaneName};
use crate::engine::shared::{HostCall, Shared};
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Core, Deferrer, Door, Runtime};
use crate::engine::wakers::WakerHandler;
use crate::wake::Waker;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

impl Core {
    /// The time of this step. All handlers of a step see the same.
    pub fn now(&self) -> Instant {
        self.shared().epoch.to_instant(self.shared().now.get())
    }

    /// The time of this step in nanoseconds of the runtime's clock.
    pub fn now_ns(&self) -> u64 {
        self.shared().now.get()
    }

    /// The time that the runtime was made with.
    pub fn start_instant(&self) -> Instant {
        self.shared().epoch.to_instant(self.shared().start)
    }

    /// The time of day: what the host said last ([`Runtime::set_systime`]), else the system's.
    pub fn systime(&self) -> SystemTime {
        self.shared().systime.get().unwrap_or_else(SystemTime::now)
    }

    /// Queues work behind everything that waits on the main lane.
    #[inline]
    pub fn defer(&mut self, f: impl FnOnce(&mut Runtime) + 'static) {
        post::job(self.shared(), LaneName::Main, f);
    }

    /// Queues work for when the main lane is empty.
    pub fn lazy(&mut self, f: impl FnOnce(&mut Runtime) + 'static) {
        post::job(self.shared(), LaneName::Lazy, f);
    }

    /// Queues work for when the host has nothing else to do: one piece per step that allows it.
    pub fn idle(&mut self, f: impl FnOnce(&mut Runtime) + 'static) {
        post::job(self.shared(), LaneName::Idle, f);
    }

    /// A handle by which to queue work where neither `Core` nor an actor is at hand.
    pub fn deferrer(&self) -> Deferrer {
        self.shared().deferrer().clone()
    }

    /// The runtime by ids.
    pub fn door(&self) -> &Door {
        self.shared().door()
    }

    /// Makes a waker: other threads call `handler` on this one by it. `handler` gets `true` once, when the waker was dropped.
    pub fn waker(&mut self, handler: impl FnMut(&mut Runtime, bool) + 'static) -> Waker {
        waker(self.shared(), Box::new(handler))
    }

    /// Asks the main loop to end, with a reason. The last call counts. Running work goes on.
    pub fn shutdown(&mut self, cause: StopCause) {
        let older = self.shared().shutdown.with(|slot| slot.replace(cause));
        drop(older);
    }

    /// Whether nobody has asked the main loop to end.
    pub fn not_shutdown(&self) -> bool {
        self.shared().shutdown.with(|slot| slot.is_none())
    }

    /// Takes the reason for the end.
    pub fn shutdown_reason(&mut self) -> Option<StopCause> {
        self.shared().shutdown.with(Option::take)
    }

    /// Ends the running step after the current message, so that the host gets to its other work. Between steps it does
    /// nothing.
    pub fn yield_step(&mut self) {
        self.shared().yield_step();
    }

    /// Queues blocking work (a modal dialog) for the host, to be run when no handler is on the stack: see
    /// [`Runtime::run_host_calls`]. `work` may step the runtime.
    pub fn host_call(&mut self, work: impl FnOnce(&mut Runtime) + 'static) {
        host_call(self.shared(), Box::new(work));
    }

    /// Shows every message and every external input to `observer` from now on; `None` ends that.
    pub fn set_observer(&mut self, observer: Option<Box<dyn Observer>>) {
        let shared = self.shared();
        if observer.is_some() {
            shared.mode.set(TRACING);
        } else {
            shared.mode.clear(TRACING);
        }
        if observer.is_some() {
            shared.main.close();
        }
        let older = shared.observer.with(|slot| std::mem::replace(slot, observer));
        drop(older);
    }

    /// How many actors live.
    pub fn actors(&self) -> usize {
        self.shared().directory.with(|directory| directory.living()) as usize
    }

    /// The last ingress number: how many external inputs the runtime has had.
    pub fn ingress(&self) -> u64 {
        self.shared().ingress()
    }

    #[doc(hidden)]
    pub fn access_core(&mut self) -> &mut Core {
        self
    }

    #[doc(hidden)]
    pub fn access_deferrer(&self) -> &Deferrer {
        self.shared().deferrer()
    }

    #[doc(hidden)]
    pub fn access_log_id(&self) -> LogID {
        0
    }
}

/// Makes a waker. On a closed runtime its handler is dropped and it does nothing.
pub(super) fn waker(shared: &Shared, handler: WakerHandler) -> Waker {
    if shared.mode.has(CLOSED) {
        post::job(shared, LaneName::Main, move |_: &mut Runtime| drop(handler));
        return Waker::new(Arc::clone(&shared.inbox), 0);
    }
    let key = shared.wakers.with(|wakers| wakers.insert(handler));
    Waker::new(Arc::clone(&shared.inbox), key)
}

/// Queues work for the host. On a closed runtime it is dropped.
pub(super) fn host_call(shared: &Shared, work: HostCall) {
    if shared.mode.has(CLOSED) {
        return post::job(shared, LaneName::Main, move |_: &mut Runtime| drop(work));
    }
    shared.host_calls.with(|calls| calls.push_back(work));
    shared.queued_aside();
}

impl Deferrer {
    /// Queues work behind everything that waits on the main lane. If the runtime is gone, the closure is dropped.
    #[inline]
    pub fn defer(&self, f: impl FnOnce(&mut Runtime) + 'static) {
        post::job(self.shared(), LaneName::Main, f);
    }
}
