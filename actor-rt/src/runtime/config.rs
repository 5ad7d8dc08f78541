//! How a runtime is made.

use crate::engine::dead_letters::USUALLY_KEPT;
use crate::engine::id;
use crate::engine::shared::{Clock, Parts, Shared};
use crate::engine::stop_cause::PanicPolicy;
use crate::engine::token::Runtime;
use crate::supervision;
use crate::time::Epoch;
use crate::wake::inbox::Inbox;
use crate::wake::{PollWaker, WakeTarget};
use std::sync::Arc;
use std::time::Instant;

/// Settings of a new runtime. The default has no wake target (the host polls) and std's monotonic clock.
///
/// # Examples
///
/// ```
/// use actor_rt::{Config, WakeFlags};
/// use std::sync::mpsc;
/// use std::time::Instant;
///
/// let (event, events) = mpsc::channel();
/// let mut runtime = Config::new()
///     .wake(move |flags: WakeFlags| drop(event.send(flags)))
///     .now_ns(5_000)
///     .build(Instant::now());
/// runtime.defer(|_| ());
/// assert_eq!(events.try_recv(), Ok(WakeFlags::LOCAL));
/// assert_eq!(runtime.now_ns(), 5_000);
/// ```
#[derive(Default)]
pub struct Config {
    wake: Option<Box<dyn WakeTarget>>,
    /// The native loop that `wake` is of, as in `Shared`.
    event_loop: usize,
    clock: Option<Clock>,
    now_ns: Option<u64>,
    instance: Option<u8>,
    capacity: Option<u32>,
    dead_letters: Option<usize>,
    panic_policy: PanicPolicy,
}

impl Config {
    /// The default settings.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Config;
    /// use std::time::Instant;
    ///
    /// let runtime = Config::new().build(Instant::now()); // as `Runtime::new`
    /// assert_eq!(runtime.now_ns(), 0);
    /// ```
    pub fn new() -> Self {
        Config::default()
    }

    /// Calls `target` when there is work: see [`WakeTarget`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Config, WakeFlags};
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicBool, Ordering};
    /// use std::time::Instant;
    ///
    /// let due = Arc::new(AtomicBool::new(false));
    /// let flag = due.clone();
    /// let mut runtime =
    ///     Config::new().wake(move |_: WakeFlags| flag.store(true, Ordering::Release)).build(Instant::now());
    /// assert!(!due.load(Ordering::Acquire));
    /// let remote = runtime.remote();
    /// std::thread::spawn(move || remote.defer(|_| ()).unwrap()).join().unwrap();
    /// assert!(due.swap(false, Ordering::Acquire));
    /// runtime.run(Instant::now(), false);
    /// ```
    pub fn wake(mut self, target: impl WakeTarget) -> Self {
        self.wake = Some(Box::new(target));
        self.event_loop = 0;
        self
    }

    /// As [`wake`](Config::wake), for a target of the native loop that has its waker at `address`.
    #[cfg(feature = "mio")]
    pub(crate) fn wake_event_loop(self, target: impl WakeTarget, address: usize) -> Self {
        Config { event_loop: address, ..self.wake(target) }
    }

    /// Reads the time from `clock`, in nanoseconds that never go backwards. Read for time budgets and where the host does not
    /// give the time itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Budget, Config};
    /// use std::time::{Duration, Instant};
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// let clock = Rc::new(Cell::new(0));
    /// let read = clock.clone();
    /// let start = Instant::now();
    /// let mut runtime = Config::new().clock(move || read.get()).build(start);
    /// for _ in 0..5 {
    ///     let clock = clock.clone();
    ///     runtime.defer(move |_| clock.set(clock.get() + 1_000_000)); // a handler of a millisecond
    /// }
    /// let budget = Budget { time: Some(Duration::from_millis(1)), ..Budget::default() };
    /// assert!(runtime.step(start, &budget).more);
    /// assert_eq!(clock.get(), 2_000_000);
    /// ```
    pub fn clock(mut self, clock: impl Fn() -> u64 + 'static) -> Self {
        self.clock = Some(Box::new(clock));
        self
    }

    /// The time of the beginning in nanoseconds of the host's clock; default 0.
    ///
    /// # Examples
    ///
    /// See [`Core::now_ns`](crate::Core::now_ns).
    pub fn now_ns(mut self, now: u64) -> Self {
        self.now_ns = Some(now);
        self
    }

    /// A number that tells this runtime's ids and timer keys from those of others; by default a process-wide counter gives one.
    ///
    /// There are 256 of them, and the counter begins anew: after as many runtimes, or with the same number, an id of one runtime may find
    /// something in the other. It is a guard against mixing up runtimes that live side by side, not an identity.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Config, IdError, Actor, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut one = Config::new().instance(1).build(Instant::now());
    /// let two = Config::new().instance(2).build(Instant::now());
    /// let actor = actor_new!(one, u32, ret_nop!());
    /// assert_eq!(Actor::<u32>::from_id(&two, actor.actor_id()).unwrap_err(), IdError::WrongRuntime);
    /// ```
    pub fn instance(mut self, instance: u8) -> Self {
        self.instance = Some(instance);
        self
    }

    /// How many of the messages that no handler saw are kept for whoever looks for one
    /// ([`Core::recent_dead_letters`](crate::Core::recent_dead_letters)). Without this 32; they are counted in any case.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Config, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Config::new().dead_letters(1_000).build(Instant::now());
    /// let full = actor_new!(runtime, u32, ret_nop!());
    /// full.set_capacity(0);
    /// (0..100).for_each(|_| full.call(|_, _| ()));
    /// assert_eq!(runtime.recent_dead_letters().len(), 100);
    /// ```
    pub fn dead_letters(mut self, kept: usize) -> Self {
        self.dead_letters = Some(kept);
        self
    }

    /// How many messages may wait for an actor of which nothing else is said ([`Actor::set_capacity`](crate::Actor::set_capacity)). Without
    /// it there is no bound.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Config, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Config::new().capacity(32).build(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// assert_eq!(actor.capacity(), 32);
    /// ```
    pub fn capacity(mut self, messages: u32) -> Self {
        self.capacity = Some(messages);
        self
    }

    /// What a panic in an actor's handler leads to; by default the actor fails, and its supervisor or owner decides.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Config, PanicPolicy};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Config::new().on_panic(PanicPolicy::StopRuntime).build(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// actor.call(|_, _| panic!("a fault of the program"));
    /// runtime.run(now, false);
    /// assert!(runtime.shutdown_reason().unwrap().to_string().contains("a fault of the program"));
    /// ```
    pub fn on_panic(mut self, policy: PanicPolicy) -> Self {
        self.panic_policy = policy;
        self
    }

    /// Makes the runtime. `now` is the instant that corresponds to `now_ns`. Never calls the wake target.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Config;
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Config::new().now_ns(2_000_000_000).build(now); // the host's clock says two seconds
    /// runtime.after(Duration::from_secs(1), |_| ());
    /// assert_eq!(runtime.next_deadline_ns(), 3_000_000_000);
    /// assert_eq!(runtime.next_expiry(), Some(now + Duration::from_secs(1)));
    /// ```
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
            capacity: self.capacity.unwrap_or(u32::MAX),
            dead_letters: self.dead_letters.unwrap_or(USUALLY_KEPT),
            panic_policy: self.panic_policy,
            clock,
            inbox,
            poll_waker,
            event_loop: self.event_loop,
            overseer: &supervision::OVERSEER,
        });
        Runtime { token }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("instance", &self.instance).finish_non_exhaustive()
    }
}
