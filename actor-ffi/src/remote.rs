//! Remotes: the way in from other threads. They outlive the runtime.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use actor_rt::{ActorId, Body, DropReason, OwnedBytes, Remote};

use crate::buffer;
use crate::callback::art_drop_fn;
use crate::failure::Outcome;
use crate::guard;
use crate::handle::{art_actor, art_buffer, art_remote, art_reply_token, art_runtime};
use crate::payload::{self, Handed};
use crate::status::*;

/// Makes a remote with one reference and writes it to `*out`, NULL on failure.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_create(rt: *mut art_runtime, out: *mut *mut art_remote) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, ptr::null_mut());
        guard::owner(rt, |block| {
            guard::not_null(out, "out")?;
            guard::write(out, into_raw(block.engine.door.remote()), "out")
        })
    }
}

/// Makes another remote of the same runtime, with an order of its own and one reference; NULL on failure.
///
/// Thread: any. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_CLOSED. Since 0.1.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_clone(remote: *mut art_remote, out: *mut *mut art_remote) -> art_status {
    guard::anywhere(|| {
        // SAFETY: the caller's promise, passed on.
        unsafe {
            guard::write(out, ptr::null_mut(), "out")?;
            let remote = open(remote)?;
            guard::write(out, into_raw(remote.clone()), "out")
        }
    })
}

/// Adds a reference and returns the remote; NULL for NULL.
///
/// Thread: any. May call: nothing. Since 0.1.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_ref(remote: *mut art_remote) -> *mut art_remote {
    if !remote.is_null() {
        // SAFETY: made by `into_raw`, and the caller's reference keeps it alive.
        unsafe { Arc::increment_strong_count(remote.cast::<Remote>()) };
    }
    remote
}

/// Gives up a reference; what was posted is still delivered. NULL is fine.
///
/// Thread: any. May call: nothing. Since 0.1.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_unref(remote: *mut art_remote) {
    if !remote.is_null() {
        guard::anywhere(|| {
            // SAFETY: made by `into_raw`; the caller gives up the reference this drops.
            drop(unsafe { Arc::from_raw(remote.cast::<Remote>()) });
            Ok(())
        });
    }
}

/// As `art_post`, from any thread. The receiver is looked up when the message arrives: an ended one drops it with
/// ART_DROP_NOT_FOUND, a full one with ART_DROP_FULL. The sender is 0.
///
/// Thread: any. May call: wake, as the last act.
/// Returns ART_OK, ART_NULL_POINTER, ART_CLOSED, ART_NOT_FOUND for an id of 0, ART_WRONG_KIND, ART_WRONG_RUNTIME,
/// ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag of the runtime's. Since 0.1.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference; `data` readable for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_post(
    remote: *mut art_remote,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    guard::anywhere(|| unsafe {
        let remote = open(remote)?;
        remote.check_actor(ActorId(to)).map_err(payload::unknown)?;
        payload::check_tag(tag)?;
        let body = payload::copied(data, len)?;
        remote.post(ActorId(to), tag, body).map_err(|_| ART_CLOSED.into())
    })
}

/// As `art_remote_post`, but hands the payload over by the rule of `art_post_owned`. `drop` runs on the owner thread, or
/// here, before the call returns, if the call fails.
///
/// Thread: any. May call: wake, as the last act; drop on failure.
/// Returns as `art_remote_post`. Since 0.1.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference; `data` must stay readable for `len` bytes
/// until `drop` runs, and may be used from the owner thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_post_owned(
    remote: *mut art_remote,
    to: art_actor,
    tag: u64,
    data: *mut c_void,
    len: usize,
    drop: art_drop_fn,
    drop_user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The payload is consumed from here on, also if the call is refused.
    let handed = unsafe { Handed::new(data, len, drop, drop_user) };
    // SAFETY: as above.
    guard::anywhere(move || unsafe { post_handed(remote, to, tag, handed) })
}

/// As `art_remote_post_owned` with a shared buffer: consumes one reference.
///
/// Thread: any. May call: wake, as the last act; the buffer's drop on failure.
/// Returns as `art_remote_post`. Since 0.1.
///
/// # Safety
/// `remote` and `buffer` must each be NULL or held by the caller with a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_post_buffer(
    remote: *mut art_remote,
    to: art_actor,
    tag: u64,
    buffer: *mut art_buffer,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The reference is consumed from here on, also if the call is refused.
    let handed = unsafe { buffer::reference(buffer) }.map(Handed::of);
    // SAFETY: as above.
    guard::anywhere(move || unsafe { post_handed(remote, to, tag, handed?) })
}

/// As `art_reply`, from any thread, for a token that its handler kept. A token whose ask is settled drops the reply when
/// it arrives.
///
/// Thread: any. May call: wake, as the last act.
/// Returns as `art_remote_post`. Since 0.1.
///
/// # Safety
/// As for `art_remote_post`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_reply(
    remote: *mut art_remote,
    token: art_reply_token,
    tag: u64,
    data: *const c_void,
    len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    guard::anywhere(|| unsafe {
        let body = OwnedBytes::copy_of(guard::bytes(data, len)?);
        reply_handed(remote, token, tag, Handed::of(body))
    })
}

/// As `art_remote_reply`, but hands the payload over by the rule of `art_post_owned`.
///
/// Thread: any. May call: wake, as the last act; drop on failure.
/// Returns as `art_remote_post`. Since 0.1.
///
/// # Safety
/// As for `art_remote_post_owned`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_reply_owned(
    remote: *mut art_remote,
    token: art_reply_token,
    tag: u64,
    data: *mut c_void,
    len: usize,
    drop: art_drop_fn,
    drop_user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The payload is consumed from here on, also if the call is refused.
    let handed = unsafe { Handed::new(data, len, drop, drop_user) };
    // SAFETY: as above.
    guard::anywhere(move || unsafe { reply_handed(remote, token, tag, handed) })
}

/// Makes the runtime call `wake`, unless a call is outstanding already. Allocates nothing.
///
/// Thread: any, and async-signal-safe if the host's `wake` is. May call: wake.
/// Returns ART_OK, ART_NULL_POINTER, ART_CLOSED. Since 0.1.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_wake(remote: *mut art_remote) -> art_status {
    // SAFETY: the caller's promise, passed on.
    guard::anywhere(|| unsafe { open(remote) }?.wake().map_err(|_| ART_CLOSED.into()))
}

/// Lets a running step end soon, with `more` set: within 16 messages, or 256 if its time is not bounded. Does nothing while no
/// step runs. (A handler that wants the step to end after itself calls `art_context_yield`.)
///
/// Thread: any, async-signal-safe. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_CLOSED. Since 0.1.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_interrupt(remote: *mut art_remote) -> art_status {
    guard::anywhere(|| {
        // SAFETY: the caller's promise, passed on.
        unsafe { open(remote) }?.interrupt();
        Ok(())
    })
}

fn into_raw(remote: Remote) -> *mut art_remote {
    Arc::into_raw(Arc::new(remote)).cast_mut().cast()
}

/// The remote behind a pointer, if its runtime still lives.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference for the lifetime chosen.
pub(crate) unsafe fn open<'a>(remote: *const art_remote) -> Outcome<&'a Remote> {
    guard::not_null(remote, "remote")?;
    // SAFETY: made by `into_raw`, and the caller's reference keeps it alive.
    let remote = unsafe { &*remote.cast::<Remote>() };
    if remote.is_closed() { Err(ART_CLOSED.into()) } else { Ok(remote) }
}

/// # Safety
/// As for `open`.
unsafe fn post_handed(remote: *const art_remote, to: art_actor, tag: u64, mut handed: Handed) -> Outcome {
    // SAFETY: the caller's promise, passed on.
    let remote = match unsafe { open(remote) } {
        Ok(remote) => remote,
        Err(failure) => return Err(handed.give_up(failure)),
    };
    remote.check_actor(ActorId(to)).map_err(payload::unknown)?;
    payload::check_tag(tag)?;
    remote.post(ActorId(to), tag, Body::Owned(handed.take()?)).map_err(|body| {
        if let Body::Owned(bytes) = body {
            bytes.release(DropReason::Closed);
        }
        ART_CLOSED.into()
    })
}

/// # Safety
/// As for `open`.
unsafe fn reply_handed(
    remote: *const art_remote,
    token: art_reply_token,
    tag: u64,
    mut handed: Handed,
) -> Outcome {
    // SAFETY: the caller's promise, passed on.
    let remote = match unsafe { open(remote) } {
        Ok(remote) => remote,
        Err(failure) => return Err(handed.give_up(failure)),
    };
    remote.check_reply_token(token).map_err(payload::unknown)?;
    remote.reply(token, tag, handed.take()?).map_err(|_| ART_CLOSED.into())
}
