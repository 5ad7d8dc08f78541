//! Looking into a runtime: all of it as a text, its losses, and where one actor is.

use std::ffi::c_char;

use actor_rt::{ActorId, Counting, DeadLetter, DropReason, Life};

use crate::failure::Failure;
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload;
use crate::ping::nanoseconds;
use crate::runtime::copy_text;
use crate::status::*;

/// Messages that no handler saw, by reason, since the start.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_dead_letter_counts {
    /// `sizeof(art_dead_letter_counts)`, set by the caller.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// ART_DROP_CANCELLED: the receiver ended before.
    pub cancelled: u64,
    /// ART_DROP_CLOSED: the runtime was destroyed.
    pub closed: u64,
    /// ART_DROP_NOT_FOUND: there was no such receiver.
    pub not_found: u64,
    /// ART_DROP_FULL: the receiver's mailbox was full.
    pub full: u64,
    /// ART_DROP_REFUSED: the receiver takes no such messages.
    pub refused: u64,
    /// ART_DROP_EXPIRED: they were too old.
    pub expired: u64,
}

/// What an actor has done while its runtime counted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_actor_counts {
    /// `sizeof(art_actor_counts)`, set by the caller.
    pub struct_size: u32,
    /// The most messages that ever waited for it at once.
    pub most_pending: u32,
    /// Messages that its handlers had.
    pub messages: u64,
    /// How long its handlers ran, in ns; 0 if that is not counted.
    pub busy_ns: u64,
    /// How long the longest of them ran, in ns: everybody else waited for so long.
    pub longest_ns: u64,
}

/// A message that no handler saw.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_dead_letter {
    /// `sizeof(art_dead_letter)`, set by the caller.
    pub struct_size: u32,
    /// ART_DROP_...
    pub reason: u32,
    /// The actor it was for.
    pub receiver: art_actor,
    /// The actor that sent it, 0 if none did. If that has ended and its place was taken again, the one that has it now.
    pub sender: art_actor,
    /// Its tag; 0 for messages between Rust actors.
    pub tag: u64,
    /// The number of the step in which it was lost, or of the last one before.
    pub step: u64,
    /// What the message is in Rust, UTF-8 without NUL. The text stays as long as the library is loaded.
    pub type_name: *const c_char,
    /// Its length.
    pub type_name_len: usize,
}

/// Where an actor is, and what waits for it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_located {
    /// `sizeof(art_located)`, set by the caller.
    pub struct_size: u32,
    /// ART_LIFE_...
    pub life: u32,
    /// Messages that wait until it is ready or resumed.
    pub waiting: u64,
    /// Messages that waited and run next.
    pub released: u64,
    /// Messages on the main lane.
    pub queued: u64,
    /// Idle and lazy messages.
    pub idle: u64,
    /// Armed timers that are for it.
    pub timers: u64,
    /// Asks that it made and that have no outcome.
    pub asks: u64,
    /// Asks that it is to answer.
    pub kept: u64,
}

/// Where an actor is in its life
/// =============================
///
/// `create` has not run yet, or it waits to be restarted.
pub const ART_LIFE_PREPARING: u32 = 0;
/// It takes messages.
pub const ART_LIFE_READY: u32 = 1;
/// Its messages wait for `art_resume`.
pub const ART_LIFE_PAUSED: u32 = 2;
/// It was told to stop and takes its last turns, or waits for an answer: its other messages wait.
pub const ART_LIFE_HELD: u32 = 3;
/// It is about to end.
pub const ART_LIFE_ENDING: u32 = 4;

/// What `art_set_counting` counts
/// ==============================
///
/// Nothing, which costs nothing.
pub const ART_COUNT_NOTHING: u32 = 0;
/// Messages.
pub const ART_COUNT_MESSAGES: u32 = 1;
/// Messages, and how long the handlers run: the clock is read twice for each.
pub const ART_COUNT_BUSY_TIME: u32 = 2;

/// Copies a text that shows all of the runtime between two messages into `buffer`, NUL-terminated and cut to `size` bytes, and writes its full
/// length without the NUL to `*out_len` (which may be NULL, as may `buffer` if `size` is 0). It is JSON: an object with `steps`, `now_ns`,
/// `pending`, `actors` and `dead_letters`; ids are strings of 16 hexadecimal digits. It looks at each message, timer and actor once.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `buffer` writable for `size` bytes; `out_len` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_snapshot_json(
    rt: *mut art_runtime,
    buffer: *mut c_char,
    size: usize,
    out_len: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { snapshot(rt, actor_rt::introspection::Snapshot::to_json, buffer, size, out_len) }
}

/// As `art_snapshot_json`, as a picture of the supervision tree for Graphviz: a directed graph of boxes, one for each actor, with what waits for it.
///
/// Thread: owner. May call: nothing. Returns as `art_snapshot_json`. Since 0.1.
///
/// # Safety
/// As for `art_snapshot_json`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_snapshot_dot(
    rt: *mut art_runtime,
    buffer: *mut c_char,
    size: usize,
    out_len: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { snapshot(rt, actor_rt::introspection::Snapshot::to_dot, buffer, size, out_len) }
}

/// # Safety
/// As for `art_snapshot_json`.
unsafe fn snapshot(
    rt: *mut art_runtime,
    form: fn(&actor_rt::introspection::Snapshot) -> String,
    buffer: *mut c_char,
    size: usize,
    out_len: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            if size != 0 {
                guard::not_null(buffer, "buffer")?;
            }
            let text = form(&block.engine.door.snapshot());
            copy_text(&text, buffer, size);
            guard::write_optional(out_len, text.len());
            Ok(())
        })
    }
}

/// Fills `*out` with how many messages were lost, and why.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_dead_letters(
    rt: *mut art_runtime,
    out: *mut art_dead_letter_counts,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let of = |reason| block.engine.door.dead_letters_of(reason);
            let counts = art_dead_letter_counts {
                struct_size: 0,
                reserved: 0,
                cancelled: of(DropReason::Cancelled),
                closed: of(DropReason::Closed),
                not_found: of(DropReason::NotFound),
                full: of(DropReason::Full),
                refused: of(DropReason::Refused),
                expired: of(DropReason::Expired),
            };
            guard::write_struct(out, &counts)
        })
    }
}

/// Fills `*out` with one of the last messages that were lost, of which 32 are kept: that at 0 is the last one, that at 1 the one before.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_NOT_FOUND if no more are kept, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_dead_letter_at(
    rt: *mut art_runtime,
    index: usize,
    out: *mut art_dead_letter,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            guard::output_size(out)?;
            let kept = block.engine.door.recent_dead_letters();
            let letter = kept.iter().rev().nth(index).ok_or_else(|| {
                Failure::new(ART_NOT_FOUND, "no more messages were lost, or no more are kept")
            })?;
            guard::write_struct(out, &letter_of(letter))
        })
    }
}

/// Says what is counted of each actor from the next step on: ART_COUNT_...
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_INVALID_ARGUMENT, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_set_counting(rt: *mut art_runtime, what: u32) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let counting = match what {
                ART_COUNT_NOTHING => Counting::Off,
                ART_COUNT_MESSAGES => Counting::Messages,
                ART_COUNT_BUSY_TIME => Counting::BusyTime,
                _ => return Err(Failure::new(ART_INVALID_ARGUMENT, "what is none of ART_COUNT_...")),
            };
            block.engine.door.set_counting(counting);
            Ok(())
        })
    }
}

/// Fills `*out` with what a living actor has done while its runtime counted; all zero if it did not.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread
/// function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_counts(
    rt: *mut art_runtime,
    actor: art_actor,
    out: *mut art_actor_counts,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            guard::output_size(out)?;
            let counts = block.engine.door.counts(ActorId(actor)).map_err(payload::unknown)?;
            let counts = art_actor_counts {
                struct_size: 0,
                most_pending: counts.most_pending,
                messages: counts.messages,
                busy_ns: nanoseconds(counts.busy),
                longest_ns: nanoseconds(counts.longest),
            };
            guard::write_struct(out, &counts)
        })
    }
}

/// Fills `*out` with where an actor is and what waits for it. Walks the queues and the timers: for diagnostics.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread
/// function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_locate(
    rt: *mut art_runtime,
    actor: art_actor,
    out: *mut art_located,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            guard::output_size(out)?;
            let found = block.engine.door.locate(ActorId(actor)).map_err(payload::unknown)?;
            let located = art_located {
                struct_size: 0,
                life: match found.life {
                    Life::Preparing => ART_LIFE_PREPARING,
                    Life::Ready => ART_LIFE_READY,
                    Life::Paused => ART_LIFE_PAUSED,
                    Life::Held => ART_LIFE_HELD,
                    _ => ART_LIFE_ENDING,
                },
                waiting: found.waiting as u64,
                released: found.released as u64,
                queued: found.main as u64,
                idle: (found.lazy + found.idle) as u64,
                timers: found.timers as u64,
                asks: found.asks as u64,
                kept: found.kept as u64,
            };
            guard::write_struct(out, &located)
        })
    }
}

/// A lost message as C has it.
pub(crate) fn letter_of(letter: &DeadLetter) -> art_dead_letter {
    art_dead_letter {
        struct_size: size_of::<art_dead_letter>() as u32,
        reason: letter.reason as u32,
        receiver: letter.target.0,
        sender: letter.from.map_or(0, |id| id.0),
        tag: letter.tag,
        step: letter.step,
        type_name: letter.type_name.as_ptr().cast(),
        type_name_len: letter.type_name.len(),
    }
}
