//! How a runtime is made.

use crate::engine::id;
use crate::engine::shared::{Clock, Parts, Shared};
use crate::engine::token::Runtime;
use crate::time::Epoch;
use crate::wake::inbox::Inbox;
use crate::wake::{PollWaker, WakeTarget};
use std::sync::Arc;
use std::time::Instant;

/// Settings of a new runtime. The default has no wake target (the host polls) and std's monotonic clock.
#[derive(Default)]
pub struct Config {
    wake: Option<Box<dyn WakeTarget>>,
    clock: Option<Clock>,
    now_ns: Option<u64>,
    instance: Option<u8>,
}

impl Config {
    /// The default settings.
    pub fn new() -> Self {
        Config::default()
    }

    /// Calls `target` when there is work: see [`WakeTarget`].
    pub fn wake(mut self, target: impl WakeTarget) -> Self {
        self.wake = Some(Box::new(target));
        self
    }

    /// Reads the time from `clock`, in nanoseconds that never go backwards. Read for time budgets and where the host does not
    /// give the time itself.
    pub fn clock(mut self, clock: impl Fn() -> u64 + 'static) -> Self {
        self.clock = Some(Box::new(clock));
        self
    }

    /// The time of the beginning in nanoseconds of the host's clock; default 0.
    pub fn now_ns(mut self, now: u64) -> Self {
        self.now_ns = Some(now);
        self
    }

    /// A number that tells this runtime's ids from those of others; by default a process-wide counter gives one.
    pub fn instance(mut self, instance: u8) -> Self {
        self.instance = Some(instance);
        self
    }

    /// Makes the runtime. `now` is the instant that corresponds to `now_ns`. Never calls the wake target.
    pub fn build(self, now: Instant) -> Runtime {
        let ns = self.now_ns.unwrap_or(0);
        let epoch = Epoch { instant: now, ns };
        let poll_waker = self.wake.is_none().then(Arc::<PollWaker>::default);
        let target = self.wake.or_else(|| Some(Box::new(poll_waker.clone()?)));
        let inbox = Inbox::new(target);
        if poll_waker.is_none() {
            // A new runtime has nothing to do: the first event wakes the host.
            let _asleep = inbox.sleep();
        }
        let clock = self.clock.unwrap_or_else(|| Box::new(move || epoch.to_ns(Instant::now())));
        let token = Shared::create(Parts {
            now: ns,
            epoch,
            instance: self.instance.unwrap_or_else(id::next_instance),
            clock,
            inbox,
            poll_waker,
        });
        Runtime { token }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("instance", &self.instance).finish_non_exhaustive()
    }
}
