//! What a host asks of a runtime besides steps.

use super::Config;
use crate::engine::ingress::Ingress;
use crate::engine::token::Runtime;
use std::time::{Duration, Instant, SystemTime};

impl Runtime {
    /// A runtime without a wake target, for hosts that poll.
    pub fn new(now: Instant) -> Self {
        Config::new().build(now)
    }

    /// When the next timer is due, exactly; None if none is armed.
    pub fn next_expiry(&self) -> Option<Instant> {
        let next = self.shared().timers.with(|timers| timers.next())?;
        Some(self.shared().epoch.to_instant(next))
    }

    /// How long the host may wait: zero if anything is ready, None if nothing ever will be.
    pub fn next_timeout(&self, now: Instant) -> Option<Duration> {
        match self.next_deadline_ns() {
            u64::MAX => None,
            deadline => Some(Duration::from_nanos(deadline.saturating_sub(self.shared().epoch.to_ns(now)))),
        }
    }

    /// As Stakker's: time to the next timer.
    pub fn next_wait(&self, now: Instant) -> Option<Duration> {
        Some(self.next_expiry()?.saturating_duration_since(now))
    }

    /// As Stakker's: zero if `pending`, else the time to the next timer, but at most `maximum`.
    pub fn next_wait_max(&self, now: Instant, maximum: Duration, pending: bool) -> Duration {
        if pending {
            return Duration::ZERO;
        }
        self.next_wait(now).map_or(maximum, |wait| wait.min(maximum))
    }

    /// Says what the time of day is, for [`Core::systime`](crate::Core::systime); `None` asks the system again. For tests, and for
    /// hosts with virtual time.
    pub fn set_systime(&mut self, systime: Option<SystemTime>) {
        self.shared().systime.set(systime);
    }

    /// When a step has something to do, in nanoseconds of the runtime's clock: 0 if that is now, `u64::MAX` if never.
    pub fn next_deadline_ns(&self) -> u64 {
        self.shared().next_deadline_ns()
    }

    /// The time of the runtime's clock, in nanoseconds.
    pub fn clock_ns(&self) -> u64 {
        (self.shared().clock)()
    }

    /// Runs up to `maximum` host calls, with no frame of the runtime on the stack. Returns how many ran. A panic in one goes on
    /// to the caller; the others stay queued.
    pub fn run_host_calls(&mut self, maximum: usize) -> usize {
        let entered = self.token.address();
        let mut ran = 0;
        while ran < maximum && self.token.address() == entered {
            let shared = self.shared();
            if !shared.mode.is_outside() {
                break;
            }
            let Some(call) = shared.host_calls.with(|calls| calls.pop_front()) else { break };
            shared.number(Ingress::HostCall);
            call(self);
            ran += 1;
        }
        ran
    }

    /// How often the host was woken.
    pub fn wakes(&self) -> u64 {
        self.shared().inbox.wakes()
    }

    /// Whether a step is running, or a wake target on this thread: then the runtime cannot be stepped.
    pub fn is_busy(&self) -> bool {
        self.shared().is_busy()
    }

    /// How often the wake target panicked. The wake counts nevertheless.
    pub fn wake_panics(&self) -> u64 {
        self.shared().inbox.wake_panics()
    }

    /// Messages that were dropped instead of handled; by reason: [`dead_letters_of`](crate::Core::dead_letters_of).
    pub fn dead_letters(&self) -> u64 {
        self.shared().dead_letters.total()
    }

    /// Makes the calling thread the owner. Sound only when called by whoever moved the runtime here, which safe code cannot do.
    #[doc(hidden)]
    pub fn adopt_thread(&mut self) {
        self.shared().inbox.adopt();
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").field("actors", &self.actors()).finish_non_exhaustive()
    }
}
