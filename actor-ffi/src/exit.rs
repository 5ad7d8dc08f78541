//! Ends, as others hear of them: monitors, links and callbacks.

use std::cell::Cell;
use std::error::Error;
use std::ffi::c_void;
use std::rc::Rc;

use actor_rt::supervision::{Exit, ExitKind, MonitorId, Phase};
use actor_rt::{ActorId, Body, Door, Envelope, ErrorCode, Fwd, IdError, PanicError, StopCause};

use crate::actor::*;
use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::{art_actor, art_monitor_id, art_runtime};
use crate::payload;
use crate::runtime::Block;
use crate::status::*;
use crate::tag::{ART_TAG_DOWN, ART_TAG_EXIT};

/// How an actor ended: the payload of ART_TAG_DOWN, ART_TAG_EXIT, ART_TAG_STOP and ART_TAG_CHILD, and what callbacks get. The reason's text
/// follows it: `text_len` bytes of UTF-8 without NUL at `(const char *)exit + exit->struct_size`. Borrowed as the message is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_exit {
    /// Size of this struct in bytes, set by the library: where the text begins.
    pub struct_size: u32,
    /// ART_STOP_STOPPED or one of its siblings. New ones may appear.
    pub kind: u32,
    /// Which monitor tells; 0 if none does.
    pub monitor: art_monitor_id,
    /// Who has ended.
    pub actor: art_actor,
    /// Exit reason, as in art_stop_cause; of a Rust actor's failure ART_FAILED, or ART_PANICKED.
    pub reason: art_status,
    /// What it was doing when it ended: ART_PHASE_...
    pub phase: u32,
    /// Length of the text.
    pub text_len: u32,
    /// Of ART_TAG_CHILD: what has become of the child, ART_CHILD_... Else 0.
    pub event: u32,
}

/// What has become of a child
/// ==========================
///
/// It has ended, and is not restarted.
pub const ART_CHILD_ENDED: u32 = 0;
/// It is ready for the first time. There is no end to speak of.
pub const ART_CHILD_STARTED: u32 = 1;
/// It was restarted, and is ready. The rest says how the actor before it ended.
pub const ART_CHILD_RESTARTED: u32 = 2;

/// Hears of an end, on the owner thread. `exit` is borrowed.
pub type art_exit_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void, exit: *const art_exit)>;

/// Has the actor `watcher` told of the end of the actor `target`: once, by a message with the tag ART_TAG_DOWN, an art_exit as its payload and
/// `target` as its sender, before any message that waits. Also if it has ended already: ART_STOP_NO_ACTOR. An actor that is restarted has
/// not ended. Several monitors of one actor tell each. A watcher that is paused hears when it goes on. A monitor ends with its watcher. `*out` gets its id, 0 on failure; it may be NULL.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NOT_FOUND for `watcher`, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust actor as the watcher that
/// takes no such messages, ART_CLOSED during destruction, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_monitor(
    rt: *mut art_runtime,
    watcher: art_actor,
    target: art_actor,
    out: *mut art_monitor_id,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, 0);
        guard::owner(rt, |block| {
            let to = listener(block, watcher)?;
            check_target(block, target)?;
            let down = |id: MonitorId, exit: &Exit| Told::new(exit, id.0, 0).as_bytes().to_vec();
            let monitor = block.engine.door.monitor_by_packet(to, ActorId(target), ART_TAG_DOWN, down);
            guard::write_optional(out, monitor.0);
            Ok(())
        })
    }
}

/// Calls `told(user, exit)` when the actor has ended, once: in a step, also if it has ended already, or by `art_destroy`. For those who
/// are no actors. Not called after ART_OK of `art_demonitor`. `*out` gets the monitor's id, 0 on failure; it may be NULL.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NULL_POINTER, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `user` must stay valid for `told` until that was called or the monitor withdrawn; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_on_exit(
    rt: *mut art_runtime,
    actor: art_actor,
    told: art_exit_fn,
    user: *mut c_void,
    out: *mut art_monitor_id,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, 0);
        guard::owner(rt, |block| {
            let told = told.ok_or_else(|| Failure::new(ART_NULL_POINTER, "told is NULL"))?;
            check_target(block, actor)?;
            let own = Rc::new(Cell::new(0));
            let id = Rc::clone(&own);
            let monitor = block.engine.door.monitor(None, ActorId(actor), move |exit| {
                let exit = Told::new(&exit, id.get(), 0);
                // SAFETY: the function came with this argument; what is told is borrowed for the call.
                told(user, exit.as_ptr());
            });
            own.set(monitor.0);
            guard::write_optional(out, monitor.0);
            Ok(())
        })
    }
}

/// Withdraws a monitor of `art_monitor` or `art_on_exit`. After ART_OK it tells nothing, even if the news was on its
/// way.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND if it has told, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_demonitor(rt: *mut art_runtime, monitor: art_monitor_id) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| block.engine.door.demonitor(MonitorId(monitor)).map_err(payload::unknown))
    }
}

/// Links two actors: if one of them fails, is killed, or was not there, the other one fails, too; or is told, see `art_trap_exits`. An
/// orderly end of one means nothing to the other, and a restart is no end. Linking twice is linking once.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NOT_FOUND for `one`, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_link(rt: *mut art_runtime, one: art_actor, other: art_actor) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            check_target(block, other)?;
            block.engine.door.link(ActorId(one), ActorId(other)).map_err(payload::unknown)
        })
    }
}

/// Takes a link away. From here on the end of one means nothing to the other. There need not be one.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_unlink(rt: *mut art_runtime, one: art_actor, other: art_actor) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            block.engine.door.unlink(ActorId(one), ActorId(other));
            Ok(())
        })
    }
}

/// Whether an actor is told of the ends of those that it is linked to (`trap` is 1) instead of ending with them (0): by a message with the
/// tag ART_TAG_EXIT, an art_exit as its payload and the one that has ended as its sender. Orderly ends are told, too. It holds over restarts.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_INVALID_ARGUMENT for another `trap`, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust
/// actor that takes no such messages, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_trap_exits(rt: *mut art_runtime, actor: art_actor, trap: u32) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let to = listener(block, actor)?;
            let door = block.engine.door.clone();
            let told = match trap {
                0 => None,
                1 => Some(Fwd::new(move |exit: Exit| {
                    send(&door, to, ART_TAG_EXIT, &Told::new(&exit, 0, 0));
                })),
                _ => return Err(Failure::new(ART_INVALID_ARGUMENT, "trap is neither 0 nor 1")),
            };
            block.engine.door.trap_exits(to, told).map_err(payload::unknown)
        })
    }
}

/// The actor that is to get the runtime's messages, if it takes such.
pub(crate) fn listener(block: &Block, actor: art_actor) -> Outcome<ActorId> {
    let actor = ActorId(actor);
    if !block.engine.door.takes_packets(actor).map_err(payload::unknown)? {
        return Err(Failure::new(ART_UNSUPPORTED, "the actor takes no foreign messages: it has no decoder"));
    }
    Ok(actor)
}

/// One that was there may be gone; something else, or of another runtime, is a mistake.
pub(crate) fn check_target(block: &Block, actor: art_actor) -> Outcome {
    match block.engine.door.is_alive(ActorId(actor)) {
        Err(error @ (IdError::WrongKind | IdError::WrongRuntime)) => Err(payload::unknown(error)),
        _ => Ok(()),
    }
}

/// Sends news to an actor, ahead of what waits there. One that is gone needs none.
fn send(door: &Door, to: ActorId, tag: u64, told: &Told) {
    let envelope = Envelope { tag, sender: told.actor(), ..Envelope::default() };
    _ = door.send_ahead(to, &envelope, Body::Copied(told.as_bytes()));
}

/// An `art_exit` with its text behind it, aligned as a payload is.
pub(crate) struct Told {
    words: Vec<u64>,
    len: usize,
}

const EXIT: usize = size_of::<art_exit>();
const _: () = assert!(EXIT % 8 == 0);

impl Told {
    pub(crate) fn new(exit: &Exit, monitor: art_monitor_id, event: u32) -> Self {
        let code = exit.code.unwrap_or(ErrorCode { code: ART_OK, phase: 0 });
        let kind = match exit.kind {
            ExitKind::Stopped => ART_STOP_STOPPED,
            ExitKind::Failed => ART_STOP_FAILED,
            ExitKind::Killed => ART_STOP_KILLED,
            ExitKind::Dropped => ART_STOP_DROPPED,
            ExitKind::NoActor => ART_STOP_NO_ACTOR,
            _ => ART_STOP_LOST,
        };
        let phase = match exit.phase {
            _ if code.phase != 0 => code.phase,
            Phase::Starting => ART_PHASE_CREATE,
            Phase::Stopping => ART_PHASE_STOP,
            _ => ART_PHASE_READY,
        };
        let reason = match kind {
            ART_STOP_FAILED if exit.panicked => ART_PANICKED,
            ART_STOP_FAILED if exit.code.is_none() => ART_FAILED,
            _ => code.code,
        };
        let exit_struct = art_exit {
            struct_size: EXIT as u32,
            kind,
            monitor,
            actor: exit.actor.0,
            reason,
            phase,
            text_len: 0,
            event,
        };
        Self::of(exit_struct, exit.reason.as_deref().unwrap_or(""))
    }

    fn of(mut exit: art_exit, text: &str) -> Self {
        exit.text_len = u32::try_from(text.len()).unwrap_or(0);
        let text = &text.as_bytes()[..exit.text_len as usize];
        let mut words = vec![0_u64; EXIT / 8 + text.len().div_ceil(8)];
        // SAFETY: the words have room for the struct and the text behind it, and are aligned for both.
        unsafe {
            words.as_mut_ptr().cast::<art_exit>().write(exit);
            let to = words.as_mut_ptr().cast::<u8>().add(EXIT);
            text.as_ptr().copy_to_nonoverlapping(to, text.len());
        }
        Self { words, len: EXIT + text.len() }
    }

    /// Whose end it is.
    pub(crate) fn actor(&self) -> art_actor {
        // SAFETY: `of` wrote one there.
        unsafe { (*self.as_ptr()).actor }
    }

    pub(crate) fn as_ptr(&self) -> *const art_exit {
        self.words.as_ptr().cast()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        // SAFETY: so many bytes were written, padding there is none.
        unsafe { std::slice::from_raw_parts(self.words.as_ptr().cast(), self.len) }
    }
}

/// A cause in C's words, with the error that it carries.
pub(crate) fn parts_of(cause: &StopCause) -> (u32, Option<&(dyn Error + 'static)>) {
    match cause {
        StopCause::Stopped => (ART_STOP_STOPPED, None),
        StopCause::Failed(error) => (ART_STOP_FAILED, Some(&**error)),
        StopCause::Killed(error) => (ART_STOP_KILLED, Some(&**error)),
        StopCause::Dropped => (ART_STOP_DROPPED, None),
        StopCause::Lost => (ART_STOP_LOST, None),
    }
}

/// What is told of an end whose cause is at hand.
pub(crate) fn of_cause(actor: ActorId, phase: Option<Phase>, cause: &StopCause, event: u32) -> Told {
    let (kind, error) = parts_of(cause);
    let code = error.and_then(|error| {
        let source = error.source().and_then(|source| source.downcast_ref::<ErrorCode>());
        source.or_else(|| error.downcast_ref())
    });
    let reason = match (kind, code, error) {
        (_, Some(code), _) => code.code,
        (ART_STOP_FAILED, _, Some(error)) if error.is::<PanicError>() => ART_PANICKED,
        (ART_STOP_FAILED, ..) => ART_FAILED,
        _ => ART_OK,
    };
    let phase = match (code, phase) {
        (Some(code), _) if code.phase != 0 => code.phase,
        (_, Some(Phase::Starting)) => ART_PHASE_CREATE,
        (_, Some(Phase::Stopping)) => ART_PHASE_STOP,
        _ => ART_PHASE_READY,
    };
    let text = error.map(ToString::to_string).unwrap_or_default();
    let struct_size = EXIT as u32;
    Told::of(
        art_exit { struct_size, kind, monitor: 0, actor: actor.0, reason, phase, text_len: 0, event },
        &text,
    )
}

/// What is told of a child that has not ended.
pub(crate) fn started(actor: ActorId) -> Told {
    let exit = art_exit {
        struct_size: EXIT as u32,
        kind: ART_STOP_STOPPED,
        monitor: 0,
        actor: actor.0,
        reason: ART_OK,
        phase: ART_PHASE_READY,
        text_len: 0,
        event: ART_CHILD_STARTED,
    };
    Told::of(exit, "")
}
