//! Asking and waiting for the answer.

use std::ffi::c_void;
use std::fmt::Write;

use actor_rt::ActorId;
use actor_rt::ask::HoldError;

use crate::failure::Failure;
use crate::guard;
use crate::handle::{art_actor, art_context, art_reply_token};
use crate::payload;
use crate::status::*;

/// Asks an actor and waits, as `art_ask` on behalf of the handler's actor: from when the handler returns until the answer comes to it, whatever
/// that is, the actor handles no other messages; they wait in their order, within its bound. Answers to its other asks, its timers, stops,
/// kills and the runtime's messages still reach it. It goes on with the handling of the answer, in which it may ask like this again.
///
/// Actors that wait like this can wait for each other. That is refused with ART_WOULD_DEADLOCK at the call that would close the circle, and
/// `art_last_message` has the path; asking itself is such a circle. One that runs over an actor which kept its token instead of waiting is not
/// seen: it ends with the deadline.
///
/// Thread: owner. May call: the drop of a message that gives way.
/// Returns ART_OK, ART_NO_CONTEXT, ART_WOULD_DEADLOCK, ART_WRONG_STATE if the actor waits already or is not ready, and as `art_ask`; then nothing
/// was asked, and nothing waits. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; `data` readable for `len` bytes; `out_token` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_ask_holding(
    context: *mut art_context,
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
        guard::handler(context, |block, _, _| {
            payload::check_tag(tag)?;
            let body = payload::copied(data, len)?;
            let door = &block.engine.door;
            let asker = door.current().ok_or(ART_NO_CONTEXT)?;
            let asked = door.ask_holding(asker, ActorId(to), tag, body, deadline_ns);
            guard::write_optional(out_token, asked.map_err(|(error, _)| not_held(error))?);
            Ok(())
        })
    }
}

#[cold]
fn not_held(error: HoldError) -> Failure {
    match error {
        HoldError::Post(error) => payload::refused(error),
        HoldError::Cycle(path) => {
            let mut text = String::from("these actors would wait for each other for ever: ");
            for id in &path {
                _ = write!(text, "{:#x} -> ", id.0);
            }
            _ = write!(
                text,
                "{:#x}; use art_ask, which does not wait, in one of them",
                path.first().map_or(0, |id| id.0)
            );
            Failure::new(ART_WOULD_DEADLOCK, text)
        }
        _ => Failure::new(ART_WRONG_STATE, "the actor waits already, is paused, not ready or ending"),
    }
}
