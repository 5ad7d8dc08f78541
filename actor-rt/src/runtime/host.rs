//! What a host asks of a runtime besides steps.

use super::Config;
use crate::engine::ingress::Ingress;
use crate::engine::token::Runtime;
use std::time::{Duration, Instant, SystemTime};

impl Runtime {
    /// A runtime without a wake target, for hosts that poll.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// assert_eq!(Runtime::new(now).now(), now);
    /// ```
    pub fn new(now: Instant) -> Self {
        Config::new().build(now)
    }

    /// When the next timer is due, exactly; None if none is armed.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// assert_eq!(runtime.next_expiry(), None);
    /// runtime.after(Duration::from_nanos(7), |_| ());
    /// assert_eq!(runtime.next_expiry(), Some(now + Duration::from_nanos(7)));
    /// ```
    pub fn next_expiry(&self) -> Option<Instant> {
        let next = self.shared().timers.with(|timers| timers.next())?;
        Some(self.shared().epoch.to_instant(next))
    }

    /// How long the host may wait: zero if anything is ready, None if nothing ever will be.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// assert_eq!(runtime.next_timeout(now), None);
    /// runtime.after(Duration::from_secs(3), |_| ());
    /// assert_eq!(runtime.next_timeout(now + Duration::from_secs(1)), Some(Duration::from_secs(2)));
    /// runtime.defer(|_| ());
    /// assert_eq!(runtime.next_timeout(now), Some(Duration::ZERO));
    /// ```
    pub fn next_timeout(&self, now: Instant) -> Option<Duration> {
        match self.next_deadline_ns() {
            u64::MAX => None,
            deadline => Some(Duration::from_nanos(deadline.saturating_sub(self.shared().epoch.to_ns(now)))),
        }
    }

    /// As Stakker's: time to the next timer.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// runtime.defer(|_| ()); // not asked for: run first
    /// runtime.after(Duration::from_secs(3), |_| ());
    /// assert_eq!(runtime.next_wait(now), Some(Duration::from_secs(3)));
    /// ```
    pub fn next_wait(&self, now: Instant) -> Option<Duration> {
        Some(self.next_expiry()?.saturating_duration_since(now))
    }

    /// As Stakker's: zero if `pending`, else the time to the next timer, but at most `maximum`.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let minute = Duration::from_secs(60);
    /// assert_eq!(runtime.next_wait_max(now, minute, false), minute);
    /// assert_eq!(runtime.next_wait_max(now, minute, true), Duration::ZERO);
    /// runtime.after(Duration::from_secs(3), |_| ());
    /// assert_eq!(runtime.next_wait_max(now, minute, false), Duration::from_secs(3));
    /// ```
    pub fn next_wait_max(&self, now: Instant, maximum: Duration, pending: bool) -> Duration {
        if pending {
            return Duration::ZERO;
        }
        self.next_wait(now).map_or(maximum, |wait| wait.min(maximum))
    }

    /// Says what the time of day is, for [`Core::systime`](crate::Core::systime); `None` asks the system again. For tests, and for
    /// hosts with virtual time.
    ///
    /// # Examples
    ///
    /// See [`Core::systime`](crate::Core::systime).
    pub fn set_systime(&mut self, systime: Option<SystemTime>) {
        self.shared().systime.set(systime);
    }

    /// When a step has something to do, in nanoseconds of the runtime's clock: 0 if that is now, `u64::MAX` if never.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// assert_eq!(runtime.next_deadline_ns(), u64::MAX);
    /// runtime.after(Duration::from_nanos(7), |_| ());
    /// assert_eq!(runtime.next_deadline_ns(), 7);
    /// runtime.defer(|_| ());
    /// assert_eq!(runtime.next_deadline_ns(), 0);
    /// ```
    pub fn next_deadline_ns(&self) -> u64 {
        self.shared().next_deadline_ns()
    }

    /// The time of the runtime's clock, in nanoseconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Config;
    /// use std::time::Instant;
    ///
    /// let runtime = Config::new().clock(|| 42).build(Instant::now());
    /// assert_eq!(runtime.clock_ns(), 42);
    /// ```
    pub fn clock_ns(&self) -> u64 {
        (self.shared().clock)()
    }

    /// Runs up to `maximum` host calls, with no frame of the runtime on the stack. Returns how many ran.
    ///
    /// # Panics
    /// With the panic of a call; those behind it stay queued.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.host_call(|rt| {
    ///     rt.defer(|rt| rt.shutdown(StopCause::Stopped));
    ///     rt.run(Instant::now(), false); // a dialog with a loop of its own
    /// });
    /// assert_eq!(runtime.run_host_calls(usize::MAX), 1);
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn run_host_calls(&mut self, maximum: usize) -> usize {
        let entered = self.token.address();
        let mut ran = 0;
        while ran < maximum && self.token.address() == entered {
            let shared = self.shared();
            if shared.is_busy() {
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
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Config, WakeFlags};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Config::new().wake(|_: WakeFlags| ()).build(Instant::now());
    /// runtime.defer(|_| ());
    /// runtime.defer(|_| ());
    /// assert_eq!(runtime.wakes(), 1);
    /// ```
    pub fn wakes(&self) -> u64 {
        self.shared().inbox.wakes()
    }

    /// Whether a step is running, or a wake target on this thread: then the runtime cannot be stepped.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Budget, Runtime};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// assert!(!runtime.is_busy());
    /// runtime.defer(|rt| {
    ///     assert!(rt.is_busy());
    ///     assert!(rt.step(Instant::now(), &Budget::default()).busy, "refused");
    /// });
    /// runtime.run(Instant::now(), false);
    /// ```
    pub fn is_busy(&self) -> bool {
        self.shared().is_busy()
    }

    /// How often the wake target panicked. The wake counts nevertheless.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Config, WakeFlags};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Config::new().wake(|_: WakeFlags| panic!("no loop")).build(Instant::now());
    /// runtime.defer(|_| ());
    /// assert_eq!((runtime.wakes(), runtime.wake_panics()), (1, 1));
    /// ```
    pub fn wake_panics(&self) -> u64 {
        self.shared().inbox.wake_panics()
    }

    /// Messages that were dropped instead of handled.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let owner = actor_new!(runtime, u32, ret_nop!());
    /// owner.kill_str(&mut runtime, "first");
    /// owner.call(|number, _| *number += 1);
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.dead_letters(), 1);
    /// ```
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
