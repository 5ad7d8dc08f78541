//! Packets that are no ordinary messages.

use actor_rt::{FLAG_ANSWER, FLAG_REMOTE, FLAG_TIMER};

use crate::message::*;
use crate::tag::ART_TAG_REPLY;

/// Completes the message of a packet that is not an ordinary one: an answer, a timer, a ring, something from another thread.
#[cold]
#[inline(never)]
pub(crate) fn complete(message: &mut art_msg, flags: u8) {
    if flags & FLAG_ANSWER != 0 {
        message.flags = ART_MSG_REPLY;
        message.detail = message.tag;
        message.tag = ART_TAG_REPLY;
        return;
    }
    message.flags |= u32::from(flags);
    if message.flags & (ART_MSG_TIMER | ART_MSG_HOST_CALL) != 0 {
        // These have no sender; what they have instead travels in its place.
        message.detail = message.sender;
        message.sender = 0;
        message.status = 0;
    }
}

// A packet's flags are the bits of ART_MSG_... but for two: an ask is known by its token, so that its bit can stand for an answer.
const _: () = assert!(
    FLAG_ANSWER as u32 == ART_MSG_ASK
        && FLAG_REMOTE as u32 == ART_MSG_REMOTE
        && FLAG_TIMER as u32 == ART_MSG_TIMER
);
