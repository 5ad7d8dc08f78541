//! The step and what a host needs to know between two of them.

use std::time::Duration;

use actor_rt::Budget;

use crate::callback::ART_WAKE_LOCAL;
use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::art_runtime;
use crate::panic_log;
use crate::runtime::Block;
use crate::status::*;
use crate::wake;

/// As a time: read the configured clock.
pub const ART_NOW: u64 = u64::MAX;
/// As a time or a timeout: never.
pub const ART_NEVER: u64 = u64::MAX;
/// Budget flag: one idle message may run, before anything else. Pass it when the host itself has nothing to do.
pub const ART_STEP_IDLE: u32 = 1;

/// How much one step may do. A step runs at least one message if any is ready, and then as many as both limits allow.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_budget {
    /// `sizeof(art_budget)`.
    pub struct_size: u32,
    /// ART_STEP_... bits.
    pub flags: u32,
    /// Most messages; 0 takes the configured default, UINT32_MAX is no limit.
    pub max_messages: u32,
    /// Zero.
    pub reserved: u32,
    /// Longest time in ns, counted from the end of the first message; 0 takes the configured default, UINT64_MAX is no
    /// limit. The clock is read after 1, 2, 4, 8 and 16 messages, then after every 16. A handler is never interrupted.
    pub max_ns: u64,
}

/// What a step did and what it leaves to the host.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_step_result {
    /// `sizeof(art_step_result)`, set by the caller.
    pub struct_size: u32,
    /// 1: more is ready, the host owes a step, and `wake` will not be called for it. 0: the next event will call
    /// `wake` exactly once.
    pub more: u32,
    /// 1: idle messages wait for a step with ART_STEP_IDLE.
    pub idle: u32,
    /// Host calls that wait for `art_run_host_calls`. Re-arm the timer, and arrange the next step if `more`, before that.
    pub host_calls: u32,
    /// Messages handled in this step.
    pub handled: u64,
    /// Actors that failed in this step.
    pub failed: u64,
    /// The earliest deadline in ns of the host's clock, 0 if something is ready, ART_NEVER if there is none.
    pub next_deadline_ns: u64,
    /// Number of this step, from 1.
    pub step: u64,
    /// 1: somebody has asked the program to end: an actor panicked under ART_PANIC_SHUTDOWN, a child of the root failed too often and nobody
    /// hears of that (`art_on_escalation`), the tree has been ended (`art_terminate`), or Rust code did. It stays 1; whether the host ends is its
    /// own affair.
    pub shutdown: u32,
    /// Zero.
    pub reserved: u32,
}

/// How much waits in a runtime. All zero down to `asks` means that it is at rest.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_pending_info {
    /// `sizeof(art_pending_info)`, set by the caller.
    pub struct_size: u32,
    /// Host calls not yet run.
    pub host_calls: u32,
    /// Messages queued by the owner thread, stops and kills included.
    pub local: u64,
    /// 1 if something came from another thread that no step has taken yet.
    pub remote: u64,
    /// Idle messages.
    pub idle: u64,
    /// Armed timers, those of open asks included.
    pub timers: u64,
    /// Asks without an outcome.
    pub asks: u64,
    /// Living actors.
    pub actors: u64,
    /// Messages that no handler saw: their receiver had ended, its mailbox was full (not for `art_try_post`), or the
    /// runtime was closed. Since the start, as everything below.
    pub dead_letters: u64,
    /// Answers that came too late: the ask had had its outcome, by its deadline, its withdrawal or another answer, or the asker had been restarted.
    pub late_replies: u64,
    /// Panics of Rust destructors, and of notifiers and answers outside of any handler.
    pub drop_panics: u64,
    /// Steps whose time was smaller than an earlier one's.
    pub clamped_times: u64,
    /// What the queues take now, in bytes: see `art_byte_budget_set`.
    pub bytes: u64,
}

/// Runs what is due: due timers, what other threads have posted, then messages in the order in which they were posted.
/// Never blocks and always returns. `now_ns` is the host's monotonic time, the same for all handlers of the step; a
/// value smaller than the last is taken as the last. ART_NOW reads the clock. `budget` may be NULL for the defaults,
/// `result` may be NULL. A step with nothing to do is cheap and harmless.
///
/// Inside a handler the call does nothing but answer ART_BUSY; do not re-arm anything on it, the outer step reports.
///
/// Thread: owner. May call: handlers, on_stop, destroy, notify, told, the drop of what is handled or lost, argument_drop, user_drop, clock, log;
/// wake at its very end with ART_CONFIG_WAKE_ON_MORE.
/// Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT; ART_PANICKED if Rust code panicked and no actor failed by it,
/// with `*result` filled and the runtime usable; ART_UNSUPPORTED if another language is the host (actor_rt/python.h); and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `budget` and `result` NULL or valid structs with their `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_step(
    rt: *mut art_runtime,
    now_ns: u64,
    budget: *const art_budget,
    result: *mut art_step_result,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            if block.prelude.refuse_fork() {
                return Err(ART_FORKED.into());
            }
            let budget = if budget.is_null() {
                limits(block, 0, 0, 0)?
            } else {
                let asked = guard::read_struct(budget)?;
                if asked.reserved != 0 {
                    return Err(Failure::new(ART_INVALID_ARGUMENT, "budget.reserved is not zero"));
                }
                limits(block, asked.flags, asked.max_messages, asked.max_ns)?
            };
            if !result.is_null() {
                guard::output_size(result)?;
            }
            let (done, panic) = step(block, now_ns, &budget)?;
            if !result.is_null() {
                guard::write_struct(result, &done)?;
            }
            if done.more != 0 && block.engine.settings.wake_on_more {
                let engine = &block.engine;
                wake::call(&block.prelude, engine.settings.wake, engine.wake_user(), ART_WAKE_LOCAL);
            }
            panic.map_or(Ok(()), Err)
        })
    }
}

/// Writes the time from `now_ns` to the next thing to do to `*out_ns`: 0 if something is ready, ART_NEVER if nothing
/// is. O(1).
///
/// Thread: owner; allowed inside `wake` with a `now_ns` other than ART_NOW. May call: clock with ART_NOW.
/// Returns ART_OK and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out_ns` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_next_timeout(rt: *mut art_runtime, now_ns: u64, out_ns: *mut u64) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::owner_or_waking(rt, |block| guard::write(out_ns, timeout(block, now_ns), "out_ns")) }
}

/// Writes the earliest deadline in ns of the host's clock to `*out_ns`: 0 if something is ready, ART_NEVER if there is
/// none. O(1).
///
/// Thread: owner; allowed inside `wake`. May call: nothing.
/// Returns ART_OK and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out_ns` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_next_deadline(rt: *mut art_runtime, out_ns: *mut u64) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner_or_waking(rt, |block| {
            guard::write(out_ns, block.engine.door.next_deadline_ns(), "out_ns")
        })
    }
}

/// `art_next_timeout` in the form that `poll` and `epoll_wait` take: milliseconds, rounded up, at most INT32_MAX, and -1
/// if nothing is ever due.
///
/// Thread: owner. May call: clock with ART_NOW.
/// Returns ART_OK and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out_ms` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_timeout_ms(rt: *mut art_runtime, now_ns: u64, out_ms: *mut i32) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let milliseconds = match timeout(block, now_ns) {
                ART_NEVER => -1,
                wait => i32::try_from(wait.div_ceil(1_000_000)).unwrap_or(i32::MAX),
            };
            guard::write(out_ms, milliseconds, "out_ms")
        })
    }
}

/// Fills `*out` with what waits in the runtime.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_STRUCT_SIZE and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pending(rt: *mut art_runtime, out: *mut art_pending_info) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            guard::output_size(out)?;
            let pending = block.engine.door.pending();
            let counts = art_pending_info {
                struct_size: 0,
                host_calls: count(pending.host_calls),
                local: pending.messages as u64,
                remote: u64::from(pending.remote),
                idle: pending.idle as u64,
                timers: pending.timers as u64,
                asks: pending.asks as u64,
                actors: pending.actors as u64,
                dead_letters: pending.dead_letters,
                late_replies: pending.late_replies,
                drop_panics: pending.drop_panics,
                clamped_times: pending.clamped_times,
                bytes: pending.bytes as u64,
            };
            guard::write_struct(out, &counts)
        })
    }
}

/// A number that nobody reaches, as far as its field goes.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Time from `now_ns` to the next thing to do.
fn timeout(block: &Block, now_ns: u64) -> u64 {
    match block.engine.door.next_deadline_ns() {
        ART_NEVER => ART_NEVER,
        0 => 0,
        deadline => deadline.saturating_sub(block.engine.time(now_ns)),
    }
}

/// A budget with the configured defaults in place of what is 0.
fn limits(block: &Block, flags: u32, messages: u32, ns: u64) -> Outcome<Budget> {
    if flags & !ART_STEP_IDLE != 0 {
        return Err(Failure::new(ART_INVALID_ARGUMENT, "budget.flags has unknown bits"));
    }
    let settings = &block.engine.settings;
    let ns = if ns == 0 { settings.max_ns } else { ns };
    Ok(Budget {
        messages: if messages == 0 { settings.max_messages } else { messages },
        time: (ns != u64::MAX).then(|| Duration::from_nanos(ns)),
        idle: flags & ART_STEP_IDLE != 0,
    })
}

/// One step, and the failure to report of a panic that belongs to no actor.
fn step(block: &Block, now_ns: u64, budget: &Budget) -> Outcome<(art_step_result, Option<Failure>)> {
    let engine = &block.engine;
    let now = engine.time(now_ns);
    let ((progress, panic), shutdown) = block.with_runtime(|runtime| {
        let done = panic_log::listening(engine, || runtime.step_caught(now, budget));
        (done, !runtime.not_shutdown())
    })?;
    if progress.busy {
        return Err(ART_BUSY.into());
    }
    let done = art_step_result {
        struct_size: 0,
        more: u32::from(progress.more),
        idle: u32::from(progress.idle),
        host_calls: count(progress.host_calls),
        handled: u64::from(progress.handled),
        failed: u64::from(progress.failed),
        next_deadline_ns: if progress.more { 0 } else { progress.next_deadline },
        step: progress.number,
        shutdown: u32::from(shutdown),
        reserved: 0,
    };
    let panic = panic.map(|payload| {
        let failure = Failure::new(
            ART_PANICKED,
            format!("panic outside of any actor: {}", guard::panic_text(&*payload)),
        );
        guard::discard(payload);
        failure
    });
    Ok((done, panic))
}
