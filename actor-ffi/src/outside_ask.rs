//! Asks of those who are no actors: of the host, and of other threads.

use std::ffi::c_void;
use std::ptr;
use std::time::Duration;

use actor_rt::ask::{AskError, PacketAnswer};
use actor_rt::{ActorId, Answer, Body, Outcome as AskOutcome, OwnedBytes, Remote};

use crate::ask::*;
use crate::buffer;
use crate::failure::{Failure, Outcome};
use crate::gather::outcome_of;
use crate::guard;
use crate::handle::{art_actor, art_buffer, art_remote, art_reply_token, art_runtime};
use crate::message::{ART_MSG_REPLY, art_msg};
use crate::payload;
use crate::remote::open;
use crate::status::*;
use crate::tag::ART_TAG_REPLY;

/// Asks from outside of actors
/// ===========================
///
/// Hears the one outcome of an ask, as an actor would by a message with the tag ART_TAG_REPLY: the outcome is in `status`, the reply's own tag in
/// `detail`. `answer` is borrowed.
pub type art_answered_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void, answer: *const art_msg)>;

/// As `art_ask`, for the host: calls `told(user, answer)` once: in a step, at once if the receiver is gone, in the call that answers, gives up or
/// withdraws it, or by `art_destroy`.
///
/// Thread: owner. May call: wake outside of a step; told; the drop of a message that gives way.
/// Returns ART_OK; ART_NULL_POINTER, ART_NOT_FOUND for an id of 0, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_FULL, ART_TOO_LARGE,
/// ART_INVALID_ARGUMENT for a tag of the runtime's, ART_UNSUPPORTED for a Rust actor that takes no messages, ART_CLOSED during destruction, and
/// the codes of every owner-thread function: then nothing was asked, and `told` is not called. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` readable for `len` bytes; `user` must stay valid for `told` until that was called; `out_token`
/// NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_ask_then(
    rt: *mut art_runtime,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
    deadline_ns: u64,
    told: art_answered_fn,
    user: *mut c_void,
    out_token: *mut art_reply_token,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out_token, 0);
        guard::owner(rt, |block| {
            let told = told.ok_or_else(|| Failure::new(ART_NULL_POINTER, "told is NULL"))?;
            payload::check_tag(tag)?;
            let body = payload::copied(data, len)?;
            let heard = move |answer: Answer<'_>| {
                let (data, len) = match &answer.body {
                    _ if answer.outcome != AskOutcome::Reply => (ptr::null(), 0),
                    Body::Copied(bytes) => parts(bytes),
                    Body::Owned(bytes) => parts(bytes.as_slice()),
                };
                let message = reply(answer.outcome as i32, answer.tag, answer.sender, data, len);
                // SAFETY: the function came with this argument; the message is borrowed for the call.
                told(user, &raw const message);
            };
            let asked = block.engine.door.ask(ActorId(to), tag, body, deadline_ns, heard);
            guard::write_optional(out_token, asked.map_err(|(error, _)| payload::refused(error))?);
            Ok(())
        })
    }
}

/// As `art_ask_then`, from any thread. `told` is called on the owner thread; if the runtime ends before it gets to the ask, on the thread on which
/// that shows, which may be this one. `timeout_ns` is counted from when the runtime gets to it; ART_NEVER for none. Whatever becomes of the ask
/// is an outcome: a mailbox that is full is ART_REPLY_FULL, a receiver that takes no messages ART_REPLY_NO_REPLY.
///
/// Thread: any. May call: wake, as the last act; told.
/// Returns ART_OK; ART_NULL_POINTER, ART_CLOSED, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag of the
/// runtime's: then nothing was asked, and `told` is not called. Since 0.1.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference; `data` readable for `len` bytes; `user` must stay valid for `told`, on the
/// threads named, until that was called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_ask(
    remote: *mut art_remote,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
    timeout_ns: u64,
    told: art_answered_fn,
    user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    guard::anywhere(|| unsafe {
        let told = told.ok_or(ART_NULL_POINTER)?;
        let (remote, body) = question(remote, to, tag, data, len)?;
        let heard = Heard { told, user };
        remote
            .ask(ActorId(to), tag, body, Duration::from_nanos(timeout_ns), move |answer| heard.hear(answer));
        Ok(())
    })
}

/// Where the outcome of an ask goes for which a thread waits.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_waited {
    /// `sizeof(art_waited)`, set by the caller.
    pub struct_size: u32,
    /// The outcome: ART_REPLY_OK or one of its siblings.
    pub outcome: i32,
    /// The reply's own tag.
    pub tag: u64,
    /// The actor that replied; 0 if it was none.
    pub sender: art_actor,
    /// The reply's bytes, a reference that is the caller's; NULL without a reply.
    pub answer: *mut art_buffer,
    /// How many.
    pub len: usize,
}

/// As `art_remote_ask`, and waits for the outcome, which it writes to `*out`: for threads that have nothing else to do meanwhile. `timeout_ns` is counted
/// twice: by this thread from now on, and by the runtime from when it gets to the ask. An ask that the runtime has not got to when this thread gives
/// up (ART_REPLY_TIMEOUT) is never made.
///
/// Thread: any but the owner. May call: wake.
/// Returns ART_OK if there is an outcome; ART_WOULD_DEADLOCK on the owner thread, which would wait for itself; ART_NULL_POINTER, ART_STRUCT_SIZE,
/// ART_CLOSED, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag of the runtime's. Since 0.1.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference; `data` readable for `len` bytes; `out` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_remote_ask_wait(
    remote: *mut art_remote,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
    timeout_ns: u64,
    out: *mut art_waited,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    guard::anywhere(|| unsafe {
        guard::output_size(out)?;
        let (remote, body) = question(remote, to, tag, data, len)?;
        let waited = match remote.ask_blocking(ActorId(to), tag, body, Duration::from_nanos(timeout_ns)) {
            Ok(PacketAnswer { tag, sender, bytes, .. }) => {
                let len = bytes.as_slice().len();
                let answer = buffer::of(bytes);
                art_waited { struct_size: 0, outcome: ART_REPLY_OK, tag, sender, answer, len }
            }
            Err(AskError::WouldDeadlock) => return Err(ART_WOULD_DEADLOCK.into()),
            Err(error) => {
                let (outcome, answer) = (outcome_of(error), ptr::null_mut());
                art_waited { struct_size: 0, outcome, tag: 0, sender: 0, answer, len: 0 }
            }
        };
        guard::write_struct(out, &waited)
    })
}

/// Whom a thread asks through, and what it asks, if that makes sense.
///
/// # Safety
/// `remote` must be NULL or a remote of which the caller holds a reference for the lifetime chosen; `data` readable for `len` bytes.
unsafe fn question<'a>(
    remote: *const art_remote,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
) -> Outcome<(&'a Remote, OwnedBytes)> {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        let remote = open(remote)?;
        remote.check_actor(ActorId(to)).map_err(payload::unknown)?;
        payload::check_tag(tag)?;
        Ok((remote, OwnedBytes::copy_of(guard::bytes(data, len)?)))
    }
}

/// Who is to hear on another thread.
struct Heard {
    told: unsafe extern "C-unwind" fn(*mut c_void, *const art_msg),
    user: *mut c_void,
}

// SAFETY: whoever gave the argument promised that it may be used on the threads that the header names.
unsafe impl Send for Heard {}

impl Heard {
    fn hear(self, heard: Result<PacketAnswer, AskError>) {
        let message = match &heard {
            Ok(answer) => {
                let (data, len) = parts(answer.bytes.as_slice());
                reply(ART_REPLY_OK, answer.tag, answer.sender, data, len)
            }
            Err(error) => reply(outcome_of(*error), 0, 0, ptr::null(), 0),
        };
        // SAFETY: the function came with this argument; the message is borrowed for the call.
        unsafe { (self.told)(self.user, &raw const message) }
    }
}

fn parts(bytes: &[u8]) -> (*const c_void, usize) {
    (if bytes.is_empty() { ptr::null() } else { bytes.as_ptr().cast() }, bytes.len())
}

fn reply(outcome: i32, tag: u64, sender: art_actor, data: *const c_void, len: usize) -> art_msg {
    art_msg {
        struct_size: size_of::<art_msg>() as u32,
        flags: ART_MSG_REPLY,
        tag: ART_TAG_REPLY,
        data,
        len,
        sender,
        reply: 0,
        status: outcome,
        reserved: 0,
        detail: tag,
    }
}
