//! Asking and replying: every ask has exactly one outcome.

use std::ffi::c_void;

use actor_rt::{ActorId, Answer, Body, Outcome};

use crate::callback::art_drop_fn;
use crate::exit::check_target;
use crate::guard;
use crate::handle::{art_actor, art_reply_token, art_runtime};
use crate::payload::{self, Handed};
use crate::post::lost;
use crate::runtime::Block;
use crate::status::*;

/// Outcomes of an ask
/// ==================
///
/// There is a reply; the payload is it.
pub const ART_REPLY_OK: i32 = 0;
/// The deadline passed first.
pub const ART_REPLY_TIMEOUT: i32 = 1;
/// The receiver took the message and gave no reply: the token was dropped, or its holder ended.
pub const ART_REPLY_NO_REPLY: i32 = 2;
/// The receiver or the runtime was gone when it was asked.
pub const ART_REPLY_CLOSED: i32 = 3;
/// The asker withdrew.
pub const ART_REPLY_CANCELLED: i32 = 4;
/// Reserved: the connection to the receiver was lost.
pub const ART_REPLY_LOST: i32 = 5;
/// The receiver's mailbox was full: it was not asked. Of `art_ask_all` only; `art_ask` itself answers ART_FULL.
pub const ART_REPLY_FULL: i32 = 6;

/// Asks the actor `to` on behalf of the actor `from`. `to` gets an ordinary message with the flag ART_MSG_ASK and the token
/// in `reply`. `from` gets exactly one message with the tag ART_TAG_REPLY, the same token in `reply`, the outcome in
/// `status`, and the reply's own tag in `detail`; none comes if `from` ends first, as it does when the runtime is
/// destroyed. `deadline_ns` is in the host's clock,
/// ART_NEVER for none. `len` bytes at `data` are copied. `*out_token` gets the token, 0 on failure; it may be NULL.
///
/// An unknown or ended receiver is an outcome (ART_REPLY_CLOSED) and not an error, so that there is one place to handle it.
///
/// Thread: owner. May call: wake outside of a step; the drop of a message that gives way.
/// Returns ART_OK, ART_NOT_FOUND for `from`, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_FULL, ART_TOO_LARGE,
/// ART_INVALID_ARGUMENT for a tag of the runtime's, ART_UNSUPPORTED for a Rust actor on either side that takes no such
/// messages, ART_CLOSED during destruction, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` readable for `len` bytes; `out_token` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_ask(
    rt: *mut art_runtime,
    from: art_actor,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
    deadline_ns: u64,
    out_token: *mut art_reply_token,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out_token, 0);
        guard::owner(rt, |block| {
            payload::check_tag(tag)?;
            let body = payload::copied(data, len)?;
            let asked = block.engine.door.ask_from(ActorId(from), ActorId(to), tag, body, deadline_ns);
            guard::write_optional(out_token, asked.map_err(|(error, _)| payload::refused(error))?);
            Ok(())
        })
    }
}

/// Asks the actor `to` on behalf of the actor `from`, and has the reply posted to the actor `receiver`, as an ordinary message with the tag
/// `forward_tag`: the reply's bytes are its payload, the one who replied is its sender. If there is no reply nobody hears, and if the receiver
/// has no room for it, it is lost as any post is. `from`, who hears nothing of it, can withdraw it (`art_ask_cancel`), and does so by its end.
///
/// Thread: owner. May call: wake outside of a step; the drop of a message that gives way.
/// Returns as `art_ask`; ART_INVALID_ARGUMENT also for a `forward_tag` of the runtime's, ART_WRONG_KIND and ART_WRONG_RUNTIME also for `receiver`. Since
/// 0.1.
///
/// # Safety
/// As for `art_ask`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_ask_forward(
    rt: *mut art_runtime,
    from: art_actor,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
    deadline_ns: u64,
    receiver: art_actor,
    forward_tag: u64,
    out_token: *mut art_reply_token,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out_token, 0);
        guard::owner(rt, |block| {
            payload::check_tag(tag)?;
            payload::check_tag(forward_tag)?;
            check_target(block, receiver)?;
            let body = payload::copied(data, len)?;
            let place = std::ptr::from_ref(block);
            let forward = move |answer: Answer<'_>| {
                // SAFETY: asks have their outcome, or are dropped, before their runtime's block is freed.
                let block = &*place;
                if answer.outcome == Outcome::Reply {
                    let posted = block.engine.door.post(ActorId(receiver), forward_tag, answer.body);
                    if let Err((error, body)) = posted {
                        payload::give_up(block, lost(block, receiver, forward_tag, error), body);
                    }
                }
            };
            let door = &block.engine.door;
            let asked = door.ask_for(ActorId(from), ActorId(to), tag, body, deadline_ns, forward);
            guard::write_optional(out_token, asked.map_err(|(error, _)| payload::refused(error))?);
            Ok(())
        })
    }
}

/// Writes until when an ask may be answered to `*out_deadline_ns`, in the host's clock: ART_NEVER if it has no deadline. For whoever has to answer it, to
/// give up in time, or to ask others within what is left.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_ALREADY_REPLIED if it has had its outcome: nobody waits any more; ART_NOT_FOUND, ART_WRONG_KIND,
/// ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out_deadline_ns` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_ask_deadline(
    rt: *mut art_runtime,
    token: art_reply_token,
    out_deadline_ns: *mut u64,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            guard::not_null(out_deadline_ns, "out_deadline_ns")?;
            let deadline = block.engine.door.ask_deadline(token).map_err(payload::settled)?;
            guard::write(out_deadline_ns, deadline, "out_deadline_ns")
        })
    }
}

/// Withdraws an ask. Its asker gets the outcome ART_REPLY_CANCELLED, and a late reply is dropped.
///
/// Thread: owner. May call: wake outside of a step; told, if the host has asked.
/// Returns ART_OK, ART_ALREADY_REPLIED, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_ask_cancel(rt: *mut art_runtime, token: art_reply_token) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::owner(rt, |block| block.engine.door.ask_cancel(token).map_err(payload::settled)) }
}

/// Answers an ask with a tag (0 is allowed here) and a copy of `len` bytes at `data`.
///
/// Thread: owner. May call: wake outside of a step; told, if the host has asked.
/// Returns ART_OK, ART_ALREADY_REPLIED if it has had its outcome, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME,
/// ART_TOO_LARGE, ART_CLOSED during destruction, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` readable for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_reply(
    rt: *mut art_runtime,
    token: art_reply_token,
    tag: u64,
    data: *const c_void,
    len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let body = payload::copied(data, len)?;
            block.engine.door.reply(token, tag, body).map_err(|(error, _)| payload::settled(error))
        })
    }
}

/// As `art_reply`, but hands the payload over by the rule of `art_post_owned`.
///
/// Thread: owner. May call: wake outside of a step; drop on failure, or if the host has asked; told, if the host has asked.
/// Returns as `art_reply`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` must stay readable for `len` bytes until `drop` runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_reply_owned(
    rt: *mut art_runtime,
    token: art_reply_token,
    tag: u64,
    data: *mut c_void,
    len: usize,
    drop: art_drop_fn,
    drop_user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The payload is consumed from here on, also if the call is refused.
    let handed = unsafe { Handed::new(data, len, drop, drop_user) };
    let body = |block: &Block, handed: &mut Handed| {
        let body = Body::Owned(handed.take()?);
        let replied = block.engine.door.reply(token, tag, body);
        replied.map_err(|(error, body)| payload::unanswerable(block, error, body))
    };
    // SAFETY: as above.
    unsafe { payload::consuming(rt, handed, body) }
}

/// Gives up a token without an answer: the asker gets the outcome ART_REPLY_NO_REPLY.
///
/// Thread: owner. May call: wake outside of a step; told, if the host has asked.
/// Returns as `art_reply`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_reply_drop(rt: *mut art_runtime, token: art_reply_token) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::owner(rt, |block| block.engine.door.reply_drop(token).map_err(payload::settled)) }
}
