//! Messages: what a handler sees, and the payload it may take over.

use std::ffi::c_void;

use crate::callback::art_drop_fn;
use crate::handle::{art_actor, art_reply_token};

/// One message, as a handler sees it. Everything in it is borrowed until the handler returns; `art_context_take`
/// keeps the payload longer. Later versions append fields: `struct_size` tells how many bytes there are.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_msg {
    /// Size of this struct in bytes, set by the library.
    pub struct_size: u32,
    /// ART_MSG_... bits.
    pub flags: u32,
    /// What the message is: `art_tag("name")`, or one of ART_TAG_...
    pub tag: u64,
    /// The payload, aligned to 8 bytes if it was copied; NULL if and only if `len` is 0 and it was copied.
    pub data: *const c_void,
    /// Length of the payload in bytes.
    pub len: usize,
    /// The actor whose handler posted this, 0 if it came from the host or another thread. Of the runtime's own messages: see ART_TAG_...
    pub sender: art_actor,
    /// If this is an ask: the token to answer with. If it is the answer to one: the token that `art_ask` gave. Else 0.
    pub reply: art_reply_token,
    /// Of an answer (ART_MSG_REPLY): its outcome, ART_REPLY_OK or one of its siblings. Of ART_TAG_ROOM: a status. Of ART_TAG_JOB:
    /// ART_JOB_... Else 0.
    pub status: i32,
    /// Zero.
    pub reserved: u32,
    /// Of an answer: the tag the replier chose. Of a timer: its id. Of a host call: its result. Of a job: its token. Of a value from a
    /// port: how many were lost before it. Else 0.
    pub detail: u64,
}

/// Message flags
/// =============
///
/// Somebody waits for an answer: `reply` holds the token.
pub const ART_MSG_ASK: u32 = 1;
/// This is the answer to an ask of this actor.
pub const ART_MSG_REPLY: u32 = 2;
/// A timer has come due.
pub const ART_MSG_TIMER: u32 = 4;
/// A waker was rung.
pub const ART_MSG_WAKE: u32 = 8;
/// The last reference to that waker is gone; this is its last message.
pub const ART_MSG_LAST: u32 = 16;
/// A host call has returned.
pub const ART_MSG_HOST_CALL: u32 = 32;
/// The message came from another thread.
pub const ART_MSG_REMOTE: u32 = 64;
/// A pool gives this worker a job: `detail` holds its token.
pub const ART_MSG_JOB: u32 = 128;

/// Sizes
/// =====
///
/// As a text's length: the text ends at its NUL.
pub const ART_NUL_TERMINATED: usize = usize::MAX;
/// As a payload size of `art_tag_register`: it varies.
pub const ART_ANY_SIZE: usize = usize::MAX;

/// A payload that its holder owns: call `drop(data, len, drop_user, reason)` exactly once, or hand it on with
/// `art_post_owned` or one of its siblings.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_payload {
    /// Set it to `sizeof(art_payload)` before the call that fills the struct.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The bytes.
    pub data: *mut c_void,
    /// Their number.
    pub len: usize,
    /// What frees them; NULL if nothing needs to be done.
    pub drop: art_drop_fn,
    /// Argument of `drop`.
    pub drop_user: *mut c_void,
}
