//! Names: one actor each, kept over restarts, free when the actor begins to end.

use std::ffi::c_char;

use actor_rt::registry::{NameError, NameEvent, RestartEvent};
use actor_rt::{ActorId, Fwd};

use crate::exit::listener;
use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload;
use crate::status::*;
use crate::tag::{ART_TAG_NAME, ART_TAG_RESTARTED};
use crate::watch::{Watched, unwatch, watch};

/// Gives an actor a name by which it is found. It has that until it begins to end for good, also over restarts; it may have several. A
/// `name_len` of ART_NUL_TERMINATED means up to the NUL. Called right after `art_spawn` it holds before `create` runs.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, also if it has the name already; ART_ALREADY_EXISTS if another actor has it, ART_NOT_FOUND if there is no such actor or
/// it is ending, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `name` readable as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_name_register(
    rt: *mut art_runtime,
    name: *const c_char,
    name_len: usize,
    actor: art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let name = guard::text(name, name_len, "name")?;
            block.engine.door.register(name, ActorId(actor)).map_err(|error| match error {
                NameError::NoActor(error) => payload::unknown(error),
                taken => Failure::new(ART_ALREADY_EXISTS, format!("{name:?}: {taken}")),
            })
        })
    }
}

/// Writes the actor that has a name to `*out`; 0 on failure.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND if nobody has it, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `name` readable as said; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_name_lookup(
    rt: *mut art_runtime,
    name: *const c_char,
    name_len: usize,
    out: *mut art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, 0);
        guard::owner(rt, |block| {
            let name = guard::text(name, name_len, "name")?;
            let actor = block.engine.door.whereis(name).ok_or_else(|| nobody(name))?;
            guard::write(out, actor.0, "out")
        })
    }
}

/// Takes a name away and writes who had it to `*out`, which may be NULL; 0 on failure.
///
/// Thread: owner. May call: nothing.
/// Returns as `art_name_lookup`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `name` readable as said; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_name_unregister(
    rt: *mut art_runtime,
    name: *const c_char,
    name_len: usize,
    out: *mut art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, 0);
        guard::owner(rt, |block| {
            let name = guard::text(name, name_len, "name")?;
            let actor = block.engine.door.unregister(name).ok_or_else(|| nobody(name))?;
            guard::write_optional(out, actor.0);
            Ok(())
        })
    }
}

/// Copies all names, in their order and each with a NUL behind it, into `buffer`, as many as fit into `size` bytes, and writes how many
/// bytes all of them take to `*out_len`. `buffer` may be NULL if `size` is 0.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `buffer` writable for `size` bytes; `out_len` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_name_list(
    rt: *mut art_runtime,
    buffer: *mut c_char,
    size: usize,
    out_len: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let names = block.engine.door.registered();
            write_names(names.iter().map(|(name, _)| &**name), buffer, size, out_len)
        })
    }
}

fn nobody(name: &str) -> Failure {
    Failure::new(ART_NOT_FOUND, format!("nobody has the name {name:?}"))
}

/// Has the actor `watcher` told of who has a name: now, and whenever that changes, by a message with the tag ART_TAG_NAME, the holder as its
/// sender (0 for nobody) and the name as its payload, before any message that waits. It lasts until the watcher ends, or `art_name_demonitor`.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust actor that takes no such messages,
/// ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_name_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_name_monitor(
    rt: *mut art_runtime,
    watcher: art_actor,
    name: *const c_char,
    name_len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let name = guard::text(name, name_len, "name")?;
            let to = listener(block, watcher)?;
            let engine = &block.engine;
            watch(engine, to, Watched::Name(name.into()), |news| {
                let tell = Fwd::new(move |event: NameEvent| {
                    news.send(ART_TAG_NAME, event.actor.map_or(0, |id| id.0), event.name.as_bytes());
                });
                Ok(engine.door.watch_name(name, tell))
            })
        })
    }
}

/// Withdraws the monitors of a name that `watcher` has by `art_name_monitor`. After ART_OK they tell nothing, even if news was on its way; a message
/// that is in the watcher's mailbox already still comes.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND if there is none, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_name_register`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_name_demonitor(
    rt: *mut art_runtime,
    watcher: art_actor,
    name: *const c_char,
    name_len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let name = guard::text(name, name_len, "name")?;
            unwatch(&block.engine, watcher, Watched::Name(name.into()))
        })
    }
}

/// Has the actor `watcher` told whenever `actor` was restarted and is ready, of which no monitor tells: by a message with the tag
/// ART_TAG_RESTARTED, `actor` as its sender and a uint64_t as its payload, how often that was by now, before any message that waits. It lasts
/// until either of them ends.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust actor that takes no such messages, and the codes
/// of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_restarts_monitor(
    rt: *mut art_runtime,
    watcher: art_actor,
    actor: art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let to = listener(block, watcher)?;
            let engine = &block.engine;
            watch(engine, to, Watched::Restarts(actor), |news| {
                let tell = Fwd::new(move |event: RestartEvent| {
                    news.send(ART_TAG_RESTARTED, event.actor.0, &u64::from(event.restarts).to_ne_bytes());
                });
                engine.door.watch_restarts(ActorId(actor), tell).map_err(payload::unknown)
            })
        })
    }
}

/// Withdraws the monitors of an actor's restarts that `watcher` has by `art_restarts_monitor`, as `art_name_demonitor` does those of a name.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND if there is none, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_restarts_demonitor(
    rt: *mut art_runtime,
    watcher: art_actor,
    actor: art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::owner(rt, |block| unwatch(&block.engine, watcher, Watched::Restarts(actor))) }
}

/// Copies names as `art_name_list` says.
///
/// # Safety
/// `buffer` must be NULL or writable for `size` bytes; `out_len` NULL or writable.
pub(crate) unsafe fn write_names<'a>(
    names: impl IntoIterator<Item = &'a str>,
    buffer: *mut c_char,
    size: usize,
    out_len: *mut usize,
) -> Outcome {
    guard::not_null(out_len, "out_len")?;
    if size != 0 {
        guard::not_null(buffer, "buffer")?;
    }
    let mut all = 0;
    for name in names {
        let len = name.len() + 1;
        // What did not fit leaves no place for those behind it either.
        if all + len <= size {
            // SAFETY: there is room by the caller's promise.
            unsafe {
                let to = buffer.add(all).cast::<u8>();
                name.as_ptr().copy_to_nonoverlapping(to, name.len());
                to.add(name.len()).write(0);
            }
        }
        all += len;
    }
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::write(out_len, all, "out_len") }
}
