//! Posting from the owner thread. This is the hot path of the ABI.

use std::ffi::c_void;

use actor_rt::{ActorId, Body, PostError};

use crate::buffer;
use crate::callback::art_drop_fn;
use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::{art_actor, art_buffer, art_runtime};
use crate::payload::{self, Handed};
use crate::runtime::Block;
use crate::status::*;

/// Queues a message for an actor; it is handled in a later step, or later in this one. `len` bytes at `data` are
/// copied; `data` may be NULL if `len` is 0. Never blocks. Messages from one sender to one receiver keep their order.
/// Inside a handler the sender is the handler's actor.
///
/// Thread: owner. May call: wake outside of a step; the drop of a message that gives way.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_FULL, ART_TOO_LARGE, ART_INVALID_ARGUMENT for a
/// tag of the runtime's, ART_UNSUPPORTED for a Rust actor that takes no such messages, ART_CLOSED during destruction, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` readable for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_post(
    rt: *mut art_runtime,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
) -> art_status {
    // One word, the commonest payload, is posted right here by a leaf function that cannot fail half-way; everything else goes
    // the way of all calls.
    if len != 8 {
        // SAFETY: the caller's promise, passed on.
        return unsafe { post(rt, to, tag, data, len) };
    }
    if (tag as i64) > 0 && !data.is_null() {
        // SAFETY: the caller's promise, passed on: `data` is not null and readable for 8 bytes.
        unsafe {
            if let Some(block) = guard::admitted(rt) {
                if block.engine.door.post_word(ActorId(to), tag, data.cast::<[u8; 8]>().read()) {
                    return ART_OK;
                }
            }
        }
    }
    // SAFETY: as above.
    unsafe { post_word(rt, to, tag, data) }
}

/// As `art_post`, but hands the payload over instead of copying it: **it is consumed whether or not the call
/// succeeds**, and `drop(data, len, drop_user, reason)` runs exactly once: after the handler (unless it took the
/// payload), or when the message cannot be delivered; before this call returns if the call fails. `drop` may be NULL.
///
/// Thread: owner. May call: wake outside of a step; drop on failure, or if it is lost in a full mailbox; the drop of a message that gives way.
/// Returns as `art_post`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` must stay readable for `len` bytes until `drop` runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_post_owned(
    rt: *mut art_runtime,
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
    unsafe { payload::consuming(rt, handed, |block, handed| post_handed(block, to, tag, handed)) }
}

/// As `art_post_owned` with a shared buffer: consumes one reference. For one payload to many receivers.
///
/// Thread: owner. May call: wake outside of a step; the buffer's drop on failure, or if it is lost in a full mailbox; the drop of a message that
/// gives way.
/// Returns as `art_post`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `buffer` must be NULL or a buffer of which the caller holds a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_post_buffer(
    rt: *mut art_runtime,
    to: art_actor,
    tag: u64,
    buffer: *mut art_buffer,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The reference is consumed from here on, also if the call is refused.
    match unsafe { buffer::reference(buffer) } {
        // SAFETY: as above.
        Ok(bytes) => unsafe {
            payload::consuming(rt, Handed::of(bytes), |block, handed| post_handed(block, to, tag, handed))
        },
        // SAFETY: as above.
        Err(failure) => unsafe { guard::owner(rt, |_| Err(failure)) },
    }
}

/// As `art_post`, for callers who expect a full mailbox: ART_FULL is not counted as a lost message.
///
/// Thread: owner. May call: wake outside of a step; the drop of a message that gives way. Returns as `art_post`. Since 0.1.
///
/// # Safety
/// As for `art_post`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_try_post(
    rt: *mut art_runtime,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
) -> art_status {
    let expects_full = |block: &Block, error| match error {
        PostError::Full => payload::refused(error),
        error => lost(block, to, tag, error),
    };
    // SAFETY: the caller's promise, passed on.
    unsafe { post_copied(rt, to, tag, data, len, expects_full) }
}

/// As `art_post_owned`, with the one exception to its rule: on ART_FULL, and only then, the payload stays the caller's
/// and `drop` is not called, so that the post can be tried again.
///
/// Thread: owner. May call: wake outside of a step; drop on failures other than ART_FULL, or if it is lost in a full mailbox; the drop of a
/// message that gives way.
/// Returns as `art_post`. Since 0.1.
///
/// # Safety
/// As for `art_post_owned`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_try_post_owned(
    rt: *mut art_runtime,
    to: art_actor,
    tag: u64,
    data: *mut c_void,
    len: usize,
    drop: art_drop_fn,
    drop_user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The payload is consumed from here on, but for ART_FULL.
    let handed = unsafe { Handed::new(data, len, drop, drop_user) };
    let body = |block: &Block, handed: &mut Handed| {
        payload::check_tag(tag)?;
        let bytes = handed.take()?;
        let posted = block.engine.door.post(ActorId(to), tag, Body::Owned(bytes));
        posted.map_err(|(error, body)| given_back(block, to, tag, error, body))
    };
    // SAFETY: as above.
    unsafe { payload::consuming(rt, handed, body) }
}

/// The general way to post bytes.
///
/// # Safety
/// As for `art_post`.
// `extern "C"`, so that the fast path can jump here instead of calling.
#[inline(never)]
unsafe extern "C" fn post(
    rt: *mut art_runtime,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { post_copied(rt, to, tag, data, len, |block, error| lost(block, to, tag, error)) }
}

/// Copies bytes into a message; `refusal` says what a post that is refused counts as.
///
/// # Safety
/// As for `art_post`.
#[inline(always)]
unsafe fn post_copied(
    rt: *mut art_runtime,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
    refusal: impl Fn(&Block, PostError) -> Failure,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            payload::check_tag(tag)?;
            let body = payload::copied(data, len)?;
            block.engine.door.post(ActorId(to), tag, body).map_err(|(error, _)| refusal(block, error))
        })
    }
}

/// Why a message was refused, which stays the caller's if there was no room, and is lost else.
#[cold]
pub(crate) fn given_back(
    block: &Block,
    to: art_actor,
    tag: u64,
    error: PostError,
    body: Body<'_>,
) -> Failure {
    match (error, body) {
        (PostError::Full, Body::Owned(bytes)) => {
            // He has its parts.
            let _parts = bytes.into_raw();
            payload::refused(error)
        }
        (error, body) => payload::give_up(block, lost(block, to, tag, error), body),
    }
}

/// Why a message was refused, which is lost now.
#[cold]
pub(crate) fn lost(block: &Block, to: art_actor, tag: u64, error: PostError) -> Failure {
    block.engine.door.lose(ActorId(to), tag, error);
    payload::refused(error)
}

/// The general way for a word. A function of its own, so that the fast path need not keep the length.
///
/// # Safety
/// As for `art_post` with a length of 8.
#[cold]
#[inline(never)]
unsafe extern "C" fn post_word(
    rt: *mut art_runtime,
    to: art_actor,
    tag: u64,
    data: *const c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { post(rt, to, tag, data, 8) }
}

fn post_handed(block: &Block, to: art_actor, tag: u64, handed: &mut Handed) -> Outcome {
    payload::check_tag(tag)?;
    let body = Body::Owned(handed.take()?);
    let posted = block.engine.door.post(ActorId(to), tag, body);
    posted.map_err(|(error, body)| payload::give_up(block, lost(block, to, tag, error), body))
}
