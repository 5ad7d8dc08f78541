//! The step: due timers and the inbox join the main lane, then messages run within the budget.
//!
//! Order, which is Stakker's: the idle record if allowed, at the old time; what was queued; due timers; what came from other
//! threads; then main until it is empty, then one batch of lazy work, and so on. Control traffic overtakes all of it.

use super::budget::{Budget, Progress};
use super::lanes::Lanes;
use super::teardown;
use crate::engine::ingress::Ingress;
use crate::engine::mode::{BUDGETED, DROPPED, LAZY, OBSERVED, SPAN, STEPPING};
use crate::engine::shared::{Listener, Shared};
use crate::engine::token::{Runtime, Token};
use crate::kernel::dispatch::Pause;
use crate::wake::WakeFlags;
use std::any::Any;
use std::panic;
use std::time::{Duration, Instant};

/// Messages that run before anything else is looked at: at least one. If the step's time is bounded no more than that, since
/// they may be slow ones.
#[inline(always)]
fn first_chunk(budget: &Budget) -> u32 {
    if budget.time.is_some() { 1 } else { budget.messages.clamp(1, 256) }
}

/// Messages until the next look at interrupts, and at the clock if the step's time is bounded: as many as have run by now, up to
/// 16. So the first slow ones are noticed at once, and the many quick ones pay little.
#[inline(always)]
fn next_chunk(budget: &Budget, handled: u32) -> u32 {
    if budget.time.is_some() { handled.clamp(1, 16) } else { 256 }
}

impl Runtime {
    /// Runs what is due at `now`, within the budget. The result says whether and when to step again.
    ///
    /// Called from inside a step, or from the wake target on this thread, it does nothing and says `busy`.
    ///
    /// # Panics
    /// With the first panic that fails no actor, when the step is completed: of a closure, a notifier, a [`Ret`](crate::Ret) that no
    /// handler answers, a destructor of what is dropped undelivered or with its actor. The runtime stays usable.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Budget, Runtime, StopCause};
    /// use std::time::{Duration, Instant};
    ///
    /// let mut now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// runtime.after(Duration::from_secs(1), |rt| rt.shutdown(StopCause::Stopped));
    /// while runtime.not_shutdown() {
    ///     let progress = runtime.step(now, &Budget::default());
    ///     if !progress.more {
    ///         now += runtime.next_timeout(now).unwrap_or_default(); // here: wait
    ///     }
    /// }
    /// ```
    pub fn step(&mut self, now: Instant, budget: &Budget) -> Progress {
        let now = self.shared().instant_ns(now);
        self.step_ns(now, budget)
    }

    /// As [`step`](Runtime::step), with the time in nanoseconds of the runtime's clock.
    ///
    /// # Panics
    /// With the first panic that fails no actor, when the step is completed: of a closure, a notifier, a [`Ret`](crate::Ret) that no
    /// handler answers, a destructor of what is dropped undelivered or with its actor. The runtime stays usable.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Budget, Runtime, StopCause};
    /// use std::time::{Duration, Instant};
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.after(Duration::from_nanos(50), |rt| rt.shutdown(StopCause::Stopped));
    /// assert_eq!(runtime.step_ns(49, &Budget::default()).handled, 0);
    /// assert_eq!(runtime.step_ns(50, &Budget::default()).handled, 1);
    /// ```
    pub fn step_ns(&mut self, now: u64, budget: &Budget) -> Progress {
        let (progress, panic) = self.step_caught(now, budget);
        if let Some(panic) = panic {
            panic::resume_unwind(panic);
        }
        progress
    }

    /// As [`step_ns`](Runtime::step_ns), but a panic that fails no actor comes back beside the result.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Budget, Runtime};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.defer(|_| panic!("a fault of the program"));
    /// runtime.defer(|_| ());
    /// let (progress, panic) = runtime.step_caught(0, &Budget::default());
    /// assert_eq!(progress.handled, 2);
    /// assert_eq!(panic.unwrap().downcast_ref(), Some(&"a fault of the program"));
    /// ```
    pub fn step_caught(&mut self, now: u64, budget: &Budget) -> (Progress, Option<Box<dyn Any + Send>>) {
        let token = self.token;
        let shared = token.shared();
        let failed = shared.counters.failed.get();
        let ran = match run_ordinary(self, token, now, budget) {
            Ordinary::Done { handled } => {
                Ran { handled, more: shared.finish_ordinary(Reports::More), unusual: false }
            }
            Ordinary::Paused { pause } => go_on(Lanes::<false>::new(shared, self), Some(pause), budget),
            Ordinary::Not => match run_unusual(self, token, now, budget) {
                Some(ran) => ran,
                None => return (Progress { busy: true, more: true, ..Progress::default() }, None),
            },
        };
        let progress = Progress {
            more: ran.more,
            idle: !shared.idle.is_empty(),
            busy: false,
            next_deadline: shared.next_timer(),
            host_calls: shared.host_calls.with(|calls| calls.len()),
            handled: ran.handled,
            failed: (shared.counters.failed.get() - failed) as u32,
            number: shared.counters.steps.get(),
        };
        (progress, if ran.unusual { leave(token) } else { None })
    }

    /// As Stakker's: runs until nothing is left to do at `now`, or until a handler yields or somebody interrupts. With `idle`, one piece
    /// of idle work runs first. True if idle work waits.
    ///
    /// What other threads do meanwhile may be left: then a wake target is called, as for what comes later.
    ///
    /// # Panics
    /// Inside of a step, or of the wake target on this thread; and as [`step`](Runtime::step).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.defer(|rt| rt.defer(|rt| rt.defer(|rt| rt.shutdown(StopCause::Stopped))));
    /// assert!(!runtime.run(Instant::now(), false), "no idle work waits");
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn run(&mut self, now: Instant, idle: bool) -> bool {
        let token = self.token;
        let shared = token.shared();
        let now = shared.instant_ns(now);
        if idle {
            return self.run_all(token, now, None, true);
        }
        match run_ordinary(self, token, now, &Budget::UNBOUNDED) {
            Ordinary::Done { .. } => {
                shared.finish_ordinary(Reports::Nothing);
                !shared.idle.is_empty()
            }
            Ordinary::Paused { pause } => self.run_all(token, now, Some(pause), false),
            Ordinary::Not => self.run_all(token, now, None, false),
        }
    }

    /// Runs until nothing is left; goes on if an ordinary step paused. By now the runtime's token may be another than `token`.
    #[cold]
    #[inline(never)]
    fn run_all(&mut self, token: Token, now: u64, paused: Option<Pause>, idle: bool) -> bool {
        let shared = token.shared();
        let budget = Budget { idle, ..Budget::UNBOUNDED };
        let ran = match paused {
            Some(pause) => Some(go_on(Lanes::<false>::new(shared, self), Some(pause), &budget)),
            None => run_unusual(self, token, now, &budget),
        };
        let Some(ran) = ran else {
            panic!(
                "run() was called inside of a step or of a wake target: defer the work, or use host_call()"
            )
        };
        if ran.more && !shared.mode.has(DROPPED) {
            shared.ask_for_step();
        }
        let idle = !shared.idle.is_empty();
        if let Some(panic) = leave(token) {
            panic::resume_unwind(panic);
        }
        idle
    }
}

/// What the inner part of a step reports.
struct Ran {
    handled: u32,
    more: bool,
    /// Something may have panicked, or the runtime may have been dropped.
    unusual: bool,
}

/// What the caller of a step is told of work that is left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reports {
    /// That there is more.
    More,
    /// Nothing: `run` has no such result.
    Nothing,
}

/// How an ordinary step went.
enum Ordinary {
    /// All is run; the step is still to be left.
    Done { handled: u32 },
    /// There is more to it: the first chunk of the budget is used up, or something special came up.
    Paused { pause: Pause },
    /// Something special waits, so nothing was begun.
    Not,
}

/// The ordinary step: nothing but messages on the main lane. In line, since most steps of most hosts are like that.
#[inline(always)]
fn run_ordinary(host: &mut Runtime, token: Token, now: u64, budget: &Budget) -> Ordinary {
    let shared = token.shared();
    if shared.mode.get() & !SPAN != 0 || budget.idle || shared.inbox.is_interrupted() {
        return Ordinary::Not;
    }
    shared.begin_step();
    // First: what is refused in the inbox may bring control traffic, and that takes the fuel away.
    let chunk = first_chunk(budget);
    shared.fuel.fill(chunk);
    shared.advance(now);
    if !shared.inbox.is_quiet() {
        shared.drain_inbox();
    }
    let pause = Shared::drain(&shared.main, Lanes::<false>::new(shared, host));
    if pause != Pause::Empty || shared.mode.get() != STEPPING {
        return Ordinary::Paused { pause };
    }
    Ordinary::Done { handled: chunk - shared.fuel.rest() }
}

/// A step with an observer, with idle, lazy or urgent work, or one that was interrupted before it began; or one that is refused.
#[cold]
#[inline(never)]
fn run_unusual(host: &mut Runtime, token: Token, now: u64, budget: &Budget) -> Option<Ran> {
    let shared = token.shared();
    if shared.is_busy() {
        return None;
    }
    // What was asked for while no step ran is void.
    shared.inbox.take_interrupt();
    // The observer and the idle record run before the inbox is emptied: nobody is to be woken by what comes meanwhile.
    let _was_asleep = shared.inbox.claim_local();
    shared.begin_step();
    if shared.mode.has(OBSERVED) {
        shared.observe_ingress(Ingress::Step { now, messages: budget.messages });
        return Some(execute_all(Lanes::<true>::new(shared, host), now, budget));
    }
    Some(execute_all(Lanes::<false>::new(shared, host), now, budget))
}

fn execute_all<const OBSERVED: bool>(lanes: Lanes<'_, OBSERVED>, now: u64, budget: &Budget) -> Ran {
    let shared = lanes.shared();
    let mut idle = 0;
    let mut left = budget.idle && lanes.run_idle(&mut idle) == Pause::Left;
    // One ordinary message runs even if the idle one has used the budget up.
    let most = budget.messages.max(1 + idle);
    if idle != 0 && !left {
        left = lanes.run_released(&mut idle, most) == Pause::Left;
    }
    if left {
        return Ran { handled: idle, more: shared.finish_unusual(Pause::Left), unusual: true };
    }
    shared.advance(now);
    shared.drain_inbox();
    if idle == most {
        shared.yielding.set(false);
        return Ran { handled: idle, more: shared.finish_unusual(Pause::Fuel), unusual: true };
    }
    let budget = &Budget { messages: most - idle, ..*budget };
    shared.fuel.fill(first_chunk(budget));
    let mut ran = go_on(lanes, None, budget);
    ran.handled += idle;
    ran
}

/// Goes on where the first chunk paused, or begins it, until nothing is left or the budget is used up.
#[inline(never)]
fn go_on<const OBSERVED: bool>(lanes: Lanes<'_, OBSERVED>, paused: Option<Pause>, budget: &Budget) -> Ran {
    let shared = lanes.shared();
    let messages = budget.messages.max(1);
    let mut left = messages;
    let mut fuel = first_chunk(budget);
    let mut until = 0;
    // If control traffic came up, the first chunk is not over yet.
    let mut paused = paused.filter(|pause| !lanes.is_unfinished(*pause));
    let pause = loop {
        let pause = match paused.take() {
            Some(pause) => pause,
            None => lanes.run_chunk(),
        };
        left -= fuel - shared.fuel.rest();
        let told = shared.mode.has(BUDGETED) && pause != Pause::Left && shared.look_at_water();
        let pause = if told { Pause::Fuel } else { pause };
        if pause != Pause::Fuel || left == 0 || shared.must_return(&mut until, budget) {
            break pause;
        }
        fuel = left.min(next_chunk(budget, messages - left));
        shared.fuel.fill(fuel);
    };
    Ran { handled: messages - left, more: shared.finish_unusual(pause), unusual: true }
}

/// The end of an unusual step: returns what panicked, and ends the runtime if it was dropped inside.
#[cold]
#[inline(never)]
fn leave(token: Token) -> Option<Box<dyn Any + Send>> {
    let shared = token.shared();
    let panic = shared.take_panic();
    if shared.mode.has(DROPPED) {
        // The runtime was dropped inside its own step: this frame is the last to use it.
        teardown::teardown(token);
    }
    panic
}

impl Shared {
    /// Numbers what the owner posted since the last step, if the post path has not, and then the step itself.
    #[inline(always)]
    fn begin_step(&self) {
        if self.listener.get() != Listener::Host {
            self.count_silent_posts();
        }
        self.mode.begin_step();
        self.counters.steps.set(self.counters.steps.get() + 1);
        self.count_ingress();
    }

    /// Without anybody to wake and to tell, the post path lets the owner's posts pass uncounted.
    #[inline(always)]
    fn count_silent_posts(&self) {
        if self.main.has_grown() && !self.mode.has(SPAN) {
            self.count_ingress();
        }
    }

    /// Sets the time, never backwards, and queues the timers that are due.
    #[inline(always)]
    fn advance(&self, now: u64) {
        if now >= self.now.get() {
            self.now.set(now);
            if now < self.due.get() {
                return;
            }
        }
        self.advance_slowly(now);
    }

    #[cold]
    #[inline(never)]
    fn advance_slowly(&self, now: u64) {
        if now < self.now.get() {
            self.counters.clamped.set(self.counters.clamped.get() + 1);
        }
        self.queue_due(self.now.get());
        self.due.set(self.next_timer());
    }

    /// Whether a step must return after a chunk: somebody interrupted it, or its time is up. The time counts from the first look
    /// at the clock, after the first message, so that a step of one message needs none.
    #[inline(always)] // Asked within the drain loop.
    fn must_return(&self, until: &mut u64, budget: &Budget) -> bool {
        if self.inbox.take_interrupt() {
            return true;
        }
        let Some(time) = budget.time else { return false };
        // A clock that panics ends the step.
        let Some(now) = self.read_clock() else { return true };
        now >= *until && !begins(until, now, time)
    }

    #[cold]
    fn queue_due(&self, now: u64) {
        let mut lost = Vec::new();
        self.timers.with(|timers| timers.drain_due(now, |place| self.queue_timer(place, &mut lost)));
        for parcel in lost {
            self.contain(|| drop(parcel));
        }
        self.close_if_tracing();
    }

    /// Leaves an ordinary step, in which everything was run: closes the lane, announces the sleep. True if work came meanwhile.
    #[inline(always)]
    fn finish_ordinary(&self, reports: Reports) -> bool {
        self.current.set(0);
        self.main.rewind_often(&self.pool);
        self.mode.clear(STEPPING);
        self.leave_lane(false, reports)
    }

    /// Leaves any step. True if work is left: what was urgent is so in the next one.
    #[inline(never)]
    fn finish_unusual(&self, pause: Pause) -> bool {
        let mut more = false;
        if pause != Pause::Empty {
            more = self.has_queued();
            if !self.urgent.is_empty() || !self.replay.is_empty() {
                self.alert();
            }
            if !self.lazy_batch.is_empty() || !self.lazy.is_empty() {
                self.mode.set(LAZY);
            }
        }
        self.current.set(0);
        self.main.rewind(&self.pool);
        self.mode.clear(STEPPING);
        let more = self.leave_lane(more, Reports::More);
        // What is posted until the next step is to be told, too, whether anybody is to be woken by it or not.
        self.close_if_tracing();
        more
    }

    /// Leaves the main lane so that the next step, or a post before it, finds out what came. True if work is left.
    #[inline(always)]
    fn leave_lane(&self, more: bool, reports: Reports) -> bool {
        #[cfg(debug_assertions)]
        self.check_conservation();
        self.main.mark();
        match self.listener.get() {
            // Nobody is to be woken, and nobody asks.
            Listener::Nobody if reports == Reports::Nothing => more,
            Listener::Nobody => more || self.inbox.has_entries(),
            _ => self.fall_asleep(more, reports),
        }
    }

    /// Announces the sleep, unless there is work. True if there is.
    #[inline(never)]
    fn fall_asleep(&self, more: bool, reports: Reports) -> bool {
        if self.listener.get() == Listener::Host {
            self.main.close();
            self.reported.set(self.next_timer());
        }
        let more = more || !self.inbox.sleep();
        if more && self.listener.get() == Listener::Poller {
            self.call_poll_waker();
        }
        if more && reports == Reports::Nothing {
            self.ask_for_step();
        }
        more
    }

    /// Work is left, and whoever drives the runtime is not told so by a result: a host with a wake target is woken.
    #[cold]
    #[inline(never)]
    fn ask_for_step(&self) {
        if self.listener.get() == Listener::Host {
            self.wake(WakeFlags::REMOTE);
        }
    }
}

/// Whether the time of a step only begins to count; 0 says so.
#[cold]
fn begins(until: &mut u64, now: u64, time: Duration) -> bool {
    let first = *until == 0;
    *until = now.saturating_add(nanoseconds(time)).max(1);
    first && *until > now
}

/// A duration in nanoseconds; the longest if it is longer.
fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
