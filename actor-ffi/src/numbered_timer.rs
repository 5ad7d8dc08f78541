//! Timers by number: an actor starts, replaces and stops each by a number of its own choice.

use std::time::Duration;

use actor_rt::supervision::{Interval, Missed};

use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::art_context;
use crate::payload;
use crate::status::*;

/// How often a timer ticks: `art_context_interval_start`. The ticks lie on a grid that begins with the first one: one that is late does not delay
/// those after it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_interval {
    /// `sizeof(art_interval)`.
    pub struct_size: u32,
    /// What becomes of ticks that come due at once, since the host or the actor was late: ART_MISSED_...
    pub missed: u32,
    /// The time between two ticks, in ns; not 0.
    pub period_ns: u64,
    /// When the first one comes, in ns from now; 0 for a period.
    pub first_ns: u64,
}

/// What becomes of late ticks
/// ==========================
///
/// One call, with their number.
pub const ART_MISSED_COALESCE: u32 = 0;
/// A call for each.
pub const ART_MISSED_BURST: u32 = 1;
/// One call, with the number one.
pub const ART_MISSED_SKIP: u32 = 2;

/// Starts a timer of the actor's that ticks once, after `after_ns`, under a number of its own choice: its `on_timer` is called. What had the
/// number before is stopped, and does not tick any more even if it was due. A tick takes no place in the mailbox. The timer ends with the
/// actor, or when that is restarted.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT, ART_UNSUPPORTED for an actor without an `on_timer`, ART_NOT_FOUND for one that was killed, and the codes of
/// every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_timer_start(
    context: *mut art_context,
    number: u64,
    after_ns: u64,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            let actor = block.engine.hooked(|hooks| hooks.on_timer.is_some(), "on_timer")?;
            let wait = Duration::from_nanos(after_ns);
            block.engine.door.start_timer(actor, number, wait).map_err(payload::unknown)
        })
    }
}

/// Starts a timer of the actor's that ticks again and again, else as `art_context_timer_start`.
///
/// Thread: owner. May call: nothing.
/// Returns as `art_context_timer_start`; ART_STRUCT_SIZE, ART_INVALID_ARGUMENT. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; `interval` must be NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_interval_start(
    context: *mut art_context,
    number: u64,
    interval: *const art_interval,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            let interval = checked(&guard::read_struct(interval)?)?;
            let actor = block.engine.hooked(|hooks| hooks.on_timer.is_some(), "on_timer")?;
            block.engine.door.start_interval(actor, number, interval).map_err(payload::unknown)
        })
    }
}

/// Stops the actor's timer of this number: after ART_OK it does not tick any more, even if it was due.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT, ART_NOT_FOUND if there is none, or it has ticked its only time, and the codes of every owner-thread
/// function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_timer_stop(context: *mut art_context, number: u64) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            let door = &block.engine.door;
            let actor = door.current().ok_or(ART_NO_CONTEXT)?;
            if door.stop_timer(actor, number).map_err(payload::unknown)? {
                return Ok(());
            }
            Err(Failure::new(ART_NOT_FOUND, "the actor has no timer of this number"))
        })
    }
}

fn checked(given: &art_interval) -> Outcome<Interval> {
    let missed = match given.missed {
        ART_MISSED_COALESCE => Missed::Coalesce,
        ART_MISSED_BURST => Missed::Burst,
        ART_MISSED_SKIP => Missed::Skip,
        _ => return Err(Failure::new(ART_INVALID_ARGUMENT, "interval.missed is none of ART_MISSED_...")),
    };
    if given.period_ns == 0 {
        return Err(Failure::new(ART_INVALID_ARGUMENT, "interval.period_ns is 0"));
    }
    let interval = Interval::new(Duration::from_nanos(given.period_ns)).missed(missed);
    Ok(match given.first_ns {
        0 => interval,
        first => interval.first(Duration::from_nanos(first)),
    })
}
