//! Timers: one message to one actor at one time.

use std::ffi::c_void;
use std::time::Duration;

use actor_rt::{ActorId, FixedTimerKey, IdError};

use crate::failure::Outcome;
use crate::guard;
use crate::handle::{art_actor, art_runtime, art_timer};
use crate::payload;
use crate::status::*;
use crate::tag::ART_TAG_TIMER;

/// Arms a timer: at `deadline_ns` of the host's clock the actor gets a message with `tag` (0 for ART_TAG_TIMER), a copy
/// of `len` bytes at `data`, the flag ART_MSG_TIMER, and the timer's id in `detail`. A deadline that has passed is due in
/// the next step. Timers come due in the order of their deadlines, those with equal deadlines in the order in which they
/// were armed. The timer ends with its actor. `out` may be NULL; it gets 0 on failure.
///
/// Thread: owner. May call: wake, outside of a step and if this is now the earliest deadline.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag of the
/// runtime's, ART_UNSUPPORTED for a Rust actor that takes no such messages, ART_CLOSED during destruction, and the codes
/// of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` readable for `len` bytes; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_timer_at(
    rt: *mut art_runtime,
    to: art_actor,
    tag: u64,
    deadline_ns: u64,
    data: *const c_void,
    len: usize,
    out: *mut art_timer,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, 0);
        guard::owner(rt, |block| {
            let tag = payload::tag_or(tag, ART_TAG_TIMER)?;
            let body = payload::copied(data, len)?;
            let door = &block.engine.door;
            let timer = door.timer_post(ActorId(to), tag, body, deadline_ns);
            guard::write_optional(out, timer.map_err(payload::refused)?);
            Ok(())
        })
    }
}

/// Gives an armed timer another deadline; its payload and its id stay.
///
/// Thread: owner. May call: wake, as `art_timer_at`.
/// Returns ART_OK, ART_NOT_FOUND if it is due already, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_timer_reset(
    rt: *mut art_runtime,
    timer: art_timer,
    deadline_ns: u64,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| block.engine.door.timer_reset(timer, deadline_ns).map_err(payload::unknown))
    }
}

/// Takes back an armed timer. After ART_OK its message does not come.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND if it is due already, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_timer_cancel(rt: *mut art_runtime, timer: art_timer) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::owner(rt, |block| block.engine.door.timer_cancel(timer).map_err(payload::unknown)) }
}

/// Stops an actor after `after_ns`: as `art_stop_because` with the text "Exit after ...ms". `*out` gets the timer, which `art_timer_cancel`
/// takes back and `art_timer_reset` moves, 0 on failure; it may be NULL.
///
/// Thread: owner. May call: wake, as `art_timer_at`.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_exit_after(
    rt: *mut art_runtime,
    actor: art_actor,
    after_ns: u64,
    out: *mut art_timer,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, 0);
        guard::owner(rt, |block| {
            let wait = Duration::from_nanos(after_ns);
            write_timer(block.engine.door.exit_after(ActorId(actor), wait), out)
        })
    }
}

/// Kills an actor after `after_ns`: as `art_kill` with the text "Kill after ...ms"; else as `art_exit_after`.
///
/// Thread: owner. May call: wake, as `art_timer_at`.
/// Returns as `art_exit_after`. Since 0.1.
///
/// # Safety
/// As for `art_exit_after`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_kill_after(
    rt: *mut art_runtime,
    actor: art_actor,
    after_ns: u64,
    out: *mut art_timer,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, 0);
        guard::owner(rt, |block| {
            let wait = Duration::from_nanos(after_ns);
            write_timer(block.engine.door.kill_after(ActorId(actor), wait), out)
        })
    }
}

/// # Safety
/// `out` must be NULL or writable.
unsafe fn write_timer(timer: Result<FixedTimerKey, IdError>, out: *mut art_timer) -> Outcome {
    let timer = timer.map_err(payload::unknown)?;
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::write_optional(out, timer.to_bits()) };
    Ok(())
}
