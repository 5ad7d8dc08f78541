//! System messages: what is said to any actor, and what follows if it says nothing to it.

use std::ffi::c_void;
use std::time::Duration;

use actor_rt::supervision::SystemMessage;
use actor_rt::{ActorId, Ret};

use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload;
use crate::status::*;

/// System messages
/// ===============
///
/// The program is complete: begin. By default nothing follows.
pub const ART_SYSTEM_START: u32 = 1;
/// Let messages wait. By default the actor is paused, as by `art_pause`.
pub const ART_SYSTEM_PAUSE: u32 = 2;
/// Go on. By default the actor is resumed.
pub const ART_SYSTEM_RESUME: u32 = 3;
/// Run a closure of Rust's. By default it is run.
pub const ART_SYSTEM_EXECUTE: u32 = 4;
/// Are you well? By default the answer is yes. `art_ping` asks and tells the answer; sent by `art_system`, nobody hears it.
pub const ART_SYSTEM_PING: u32 = 5;
/// Come to an end. By default the actor stops; one that refuses that when the whole tree is to end lives on until its time is over.
pub const ART_SYSTEM_TERMINATE: u32 = 6;

/// Hears that the start is over: `count` actors at `late` were not ready for it in time. Called once, on the owner thread; the ids are
/// borrowed.
pub type art_started_fn =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, late: *const art_actor, count: usize)>;

/// Says something (ART_SYSTEM_...) to an actor, whatever it is: it overtakes the messages that wait. What follows is the message's default,
/// unless the actor's `on_system` decides otherwise. A supervised actor that is not ready yet hears it as soon as it is, another one does not.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_INVALID_ARGUMENT for another message, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_system(rt: *mut art_runtime, actor: art_actor, message: u32) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let message = known(message)?;
            block.engine.door.send_system(ActorId(actor), message).map_err(payload::unknown)
        })
    }
}

/// Says the same to all supervised actors, the oldest first, and writes how many those are to `*out_count`, which may be NULL.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_INVALID_ARGUMENT, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out_count` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_system_all(
    rt: *mut art_runtime,
    message: u32,
    out_count: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let message = known(message)?;
            guard::write_optional(out_count, block.engine.door.send_system_all(message));
            Ok(())
        })
    }
}

/// Says ART_SYSTEM_START to all supervised actors, the oldest first. `done`, which may be NULL, is called when all have heard it, or at
/// `deadline_ns` of the host's clock (ART_NEVER for no such time), with those that were not ready by then or have ended before.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `user` must stay valid for `done` until that was called or the runtime is destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_start_all(
    rt: *mut art_runtime,
    deadline_ns: u64,
    done: art_started_fn,
    user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let door = &block.engine.door;
            let within = Duration::from_nanos(deadline_ns.saturating_sub(door.now_ns()));
            let done = Ret::new(move |late: Option<Vec<ActorId>>| {
                if let (Some(done), Some(late)) = (done, late) {
                    let late: Vec<art_actor> = late.into_iter().map(|id| id.0).collect();
                    // SAFETY: the function came with this argument; the ids are borrowed for the call.
                    done(user, late.as_ptr(), late.len());
                }
            });
            door.start_all(within, done);
            Ok(())
        })
    }
}

/// The messages by their numbers.
pub(crate) const NUMBERS: [(u32, SystemMessage); 6] = [
    (ART_SYSTEM_START, SystemMessage::Start),
    (ART_SYSTEM_PAUSE, SystemMessage::Pause),
    (ART_SYSTEM_RESUME, SystemMessage::Resume),
    (ART_SYSTEM_EXECUTE, SystemMessage::Execute),
    (ART_SYSTEM_PING, SystemMessage::Ping),
    (ART_SYSTEM_TERMINATE, SystemMessage::Terminate),
];

fn known(number: u32) -> Outcome<SystemMessage> {
    let found = NUMBERS.iter().find(|(known, _)| *known == number).map(|(_, message)| *message);
    found.ok_or_else(|| Failure::new(ART_INVALID_ARGUMENT, "message is none of ART_SYSTEM_..."))
}
