//! `EventLoop`: waits, delivers, steps.
//!
//! Owns the order of a turn (the module's documentation states it), and the [`Poller`] that waits. What is to be done is read from the runtime
//! at the beginning of each turn and not remembered from the last one, so that the host may also step the runtime itself in between.
//!
//! Waking: only what other threads do needs the poller's waker. What the owner posts outside of a step is posted while the loop
//! does not wait, and it asks before it does.

use super::handle::LoopHandle;
use super::poller::Poller;
use super::ready::{Priority, Ready};
use super::sources::Sources;
use crate::engine::losses::keep_first;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::Runtime;
use crate::runtime::{Budget, Config};
use ::mio::Token;
use std::any::Any;
use std::cell::Cell;
use std::cmp::Reverse;
use std::fmt;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::time::{Duration, Instant};

const ANOTHER_LOOPS: &str = "the runtime does not wake this event loop: build it by the `config()` of this loop, without another wake target, \
     or take both from `EventLoop::with_runtime()`";

type Panic = Box<dyn Any + Send>;

/// A main loop: runs a runtime and tells its actors of sources that are ready.
///
/// The rules of a turn are in the [module's documentation](super).
///
/// Thread: the runtime's (`!Send`). One runtime at a time: a turn waits for the one that it is given and for no other.
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::EventLoop;
/// use actor_rt::*;
/// use std::time::Duration;
///
/// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
/// runtime.after(Duration::from_millis(5), |rt| rt.shutdown(StopCause::Stopped));
/// let cause = event_loop.run(&mut runtime)?;
/// assert!(matches!(cause, StopCause::Stopped));
/// # std::io::Result::Ok(())
/// ```
pub struct EventLoop {
    poller: Poller,
    /// What the last poll reported, in the order in which it is told. Empty between turns.
    batch: Vec<(Priority, Token, Ready)>,
    handle: LoopHandle,
    budget: Budget,
}

/// What a turn did, and what it leaves.
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::{EventLoop, Turn};
/// use std::time::Duration;
///
/// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
/// runtime.defer(|runtime| runtime.defer(|_| ()));
/// let turn: Turn = event_loop.turn(&mut runtime, Some(Duration::ZERO))?;
/// assert_eq!((turn.events, turn.handled, turn.more), (0, 2, false));
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Turn {
    /// Calls of sources' `Fwd`s.
    pub events: usize,
    /// Messages handled.
    pub handled: u64,
    /// Whether the next turn has something to do and will not wait.
    pub more: bool,
}

/// Lies on the main lane behind what a turn has to handle. Gone when that is done, or will never be.
struct Fence(Rc<Cell<bool>>);

impl Drop for Fence {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

impl EventLoop {
    /// A loop without a runtime yet: see [`config`](EventLoop::config).
    ///
    /// # Errors
    /// If the system gives no poller.
    ///
    /// # Examples
    ///
    /// See [`config`](EventLoop::config).
    pub fn new() -> io::Result<EventLoop> {
        let poller = Poller::new()?;
        let sources = Rc::new(Sources::new(poller.registry().try_clone()?));
        Ok(EventLoop {
            poller,
            batch: Vec::new(),
            handle: LoopHandle::new(sources),
            budget: Budget::default(),
        })
    }

    /// A loop, and a runtime for it with the default settings.
    ///
    /// # Errors
    /// If the system gives no poller.
    ///
    /// # Examples
    ///
    /// See [`EventLoop`].
    pub fn with_runtime() -> io::Result<(Runtime, EventLoop)> {
        let event_loop = EventLoop::new()?;
        let runtime = event_loop.config().build(Instant::now());
        Ok((runtime, event_loop))
    }

    /// Settings for a runtime that this loop is to run: with its wake target, which is to stay (it takes no other runtime). The loop
    /// tells the time by the runtime's clock, whichever that is.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::EventLoop;
    /// use std::time::{Duration, Instant};
    ///
    /// let mut event_loop = EventLoop::new()?;
    /// let mut runtime = event_loop.config().instance(7).build(Instant::now());
    /// let remote = runtime.remote();
    /// std::thread::spawn(move || remote.defer(|_| println!("from another thread")));
    /// while event_loop.turn(&mut runtime, None)?.handled == 0 {}
    /// # std::io::Result::Ok(())
    /// ```
    pub fn config(&self) -> Config {
        Config::new().wake_event_loop(self.poller.waker(), self.poller.address())
    }

    /// By which actors add sources.
    ///
    /// # Examples
    ///
    /// See [`LoopHandle::add`].
    pub fn handle(&self) -> &LoopHandle {
        &self.handle
    }

    /// How much one step may do; the default is that of [`Budget`]. A turn with events makes as many steps as they need, one without makes
    /// one, and then the poller is asked again.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::EventLoop;
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// event_loop.set_budget(1, None);
    /// runtime.defer(|_| ());
    /// runtime.defer(|_| ());
    /// let turn = event_loop.turn(&mut runtime, None)?;
    /// assert_eq!((turn.handled, turn.more), (1, true));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_budget(&mut self, messages: u32, time: Option<Duration>) {
        self.budget = Budget { messages, time, idle: false };
    }

    /// Turns until the runtime is asked to [shut down](crate::Core::shutdown), and takes the reason. The turn in which that happens is
    /// completed. Without anything to wait for it waits for other threads.
    ///
    /// # Errors
    /// [`InvalidInput`](io::ErrorKind::InvalidInput), before anything is done, if the runtime does not wake this loop: other threads
    /// could not end its waits. One that does comes from this loop's [`config`](EventLoop::config), with the wake target that is in
    /// there, or from [`with_runtime`](EventLoop::with_runtime). Else the poller's errors, which no correct program sees.
    ///
    /// # Panics
    /// Inside of a step. A panic of work that belongs to no actor goes on from here; the loop and the runtime can be run
    /// again.
    ///
    /// # Examples
    ///
    /// See [`EventLoop`].
    pub fn run(&mut self, runtime: &mut Runtime) -> io::Result<StopCause> {
        loop {
            if let Some(cause) = runtime.shutdown_reason() {
                return Ok(cause);
            }
            self.turn(runtime, None)?;
        }
    }

    /// Waits until there is something to do, `max_wait` at the most, and does it. A signal may end the wait early.
    ///
    /// # Errors
    /// As for [`run`](EventLoop::run).
    ///
    /// # Panics
    /// As for [`run`](EventLoop::run).
    ///
    /// # Examples
    ///
    /// A loop of one's own:
    ///
    /// ```
    /// use actor_rt::drive::mio::EventLoop;
    /// use actor_rt::StopCause;
    /// use std::time::Duration;
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// runtime.defer(|rt| rt.shutdown(StopCause::Stopped));
    /// while runtime.not_shutdown() {
    ///     event_loop.turn(&mut runtime, Some(Duration::from_millis(16)))?;
    ///     // What else is to be done at least every 16 ms.
    /// }
    /// # std::io::Result::Ok(())
    /// ```
    pub fn turn(&mut self, runtime: &mut Runtime, max_wait: Option<Duration>) -> io::Result<Turn> {
        assert!(!runtime.is_busy(), "the event loop was run inside of a step");
        if runtime.shared().event_loop != self.poller.address() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, ANOTHER_LOOPS));
        }
        let wait = match (time_to_work(runtime), max_wait) {
            (Some(work), Some(most)) => Some(work.min(most)),
            (work, most) => work.or(most),
        };
        self.wait(wait)?;
        let idle = self.batch.is_empty() && !is_due(runtime);
        let mut first = None;
        let events = runtime.shared().tell(|| self.deliver(&mut first));
        let handled = self.step(runtime, events != 0, idle, &mut first);
        if let Some(panic) = first {
            panic::resume_unwind(panic);
        }
        // As many as there are by now: a call may ask for the next.
        let calls = runtime.shared().host_calls.with(|calls| calls.len());
        runtime.run_host_calls(calls);
        Ok(Turn { events, handled, more: time_to_work(runtime) == Some(Duration::ZERO) })
    }

    /// Waits, and makes the batch of what is to be told.
    fn wait(&mut self, limit: Option<Duration>) -> io::Result<()> {
        // Room for all, or what is ready but not reported would stand behind lower priorities that are. On some systems a source has two
        // reports, one for each direction.
        self.poller.make_room(2 * self.handle.sources());
        self.poller.wait(limit)?;
        for event in self.poller.events() {
            // The priority is that of the beginning of the turn.
            if let Some(priority) = self.handle.shared().priority(event.token()) {
                self.batch.push((priority, event.token(), Ready::of(event)));
            }
        }
        // Stable: equal ones stay in the order of arrival.
        self.batch.sort_by_key(|(priority, ..)| Reverse(*priority));
        Ok(())
    }

    /// Calls the `Fwd`s of the batch, each change once; all of them, also if some panic. Returns how many there were.
    fn deliver(&mut self, first: &mut Option<Panic>) -> usize {
        let mut called = 0;
        for (_, token, ready) in self.batch.drain(..) {
            // None if an earlier one has dropped the source. The clone keeps the `Fwd` alive if it drops its own source.
            let Some(fwd) = self.handle.shared().fwd(token) else { continue };
            keep_first(first, panic::catch_unwind(AssertUnwindSafe(|| fwd.fwd(ready))));
            keep_first(first, panic::catch_unwind(AssertUnwindSafe(|| drop(fwd))));
            called += 1;
        }
        called
    }

    /// Steps until all is handled that is queued now if there were events (`fenced`), else once. Returns how many messages ran.
    fn step(&self, runtime: &mut Runtime, fenced: bool, idle: bool, first: &mut Option<Panic>) -> u64 {
        let entered = runtime.token.address();
        let done = Rc::new(Cell::new(!fenced));
        if fenced {
            let fence = Fence(Rc::clone(&done));
            runtime.defer(move |_| drop(fence));
        }
        let mut budget = Budget { idle, ..self.budget };
        let mut handled = 0;
        loop {
            let now = runtime.clock_ns();
            let (progress, panic) = runtime.step_caught(now, &budget);
            keep_first(first, panic.map_or(Ok(()), Err));
            handled += u64::from(progress.handled);
            budget.idle = false;
            // A handler at level 0 may have put another runtime in this one's place.
            if done.get() || !progress.more || runtime.token.address() != entered {
                return handled.saturating_sub(u64::from(fenced));
            }
        }
    }
}

/// How long the loop may wait for sources: None for ever.
fn time_to_work(runtime: &Runtime) -> Option<Duration> {
    let shared = runtime.shared();
    if !shared.idle.is_empty() || shared.host_calls.with(|calls| !calls.is_empty()) {
        return Some(Duration::ZERO);
    }
    match runtime.next_deadline_ns() {
        u64::MAX => None,
        0 => Some(Duration::ZERO),
        deadline => Some(Duration::from_nanos(deadline.saturating_sub(runtime.clock_ns()))),
    }
}

/// Whether a step would find more than idle work.
fn is_due(runtime: &Runtime) -> bool {
    let deadline = runtime.next_deadline_ns();
    deadline == 0 || deadline <= runtime.clock_ns()
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        self.handle.shared().close();
    }
}

impl fmt::Debug for EventLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventLoop").field("sources", &self.handle.sources()).finish_non_exhaustive()
    }
}
