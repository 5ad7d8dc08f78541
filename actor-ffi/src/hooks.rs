//! Hooks: what an actor decides, and is told, besides its messages.

use std::ffi::c_void;

use actor_rt::supervision::{Escalation, Reaction, SystemMessage};

use crate::exit::art_exit;
use crate::failure::{Failure, Outcome};
use crate::handle::art_context;
use crate::status::*;

/// Something is said to the actor that is said to any (ART_SYSTEM_...): what is to follow? Returns ART_REACTION_..., or a negative status,
/// which fails the actor.
pub type art_system_fn =
    Option<unsafe extern "C-unwind" fn(state: *mut c_void, context: *mut art_context, message: u32) -> i32>;

/// A timer that the actor has started under this number has ticked, and so often. A negative status fails the actor.
pub type art_tick_fn = Option<
    unsafe extern "C-unwind" fn(
        state: *mut c_void,
        context: *mut art_context,
        number: u64,
        ticks: u32,
    ) -> art_status,
>;

/// No message waits for the actor, and all other ordinary work of the step is done. `*wait_ns` is ART_NEVER: set to another number, it is
/// called again after that many ns, but not within the same step; as it is, not before `art_context_run`. A negative status fails the actor.
pub type art_run_fn = Option<
    unsafe extern "C-unwind" fn(
        state: *mut c_void,
        context: *mut art_context,
        wait_ns: *mut u64,
    ) -> art_status,
>;

/// A child of the actor has failed more often than is allowed, and is gone: what is to become of the actor? Returns ART_ESCALATION_..., or
/// a negative status, which fails the actor. `exit` says who, and how it ended the last time; it is borrowed.
pub type art_escalation_fn = Option<
    unsafe extern "C-unwind" fn(state: *mut c_void, context: *mut art_context, exit: *const art_exit) -> i32,
>;

/// The actor is ready: before its first message, and supervised from here on. Called for each state that `create` makes. A negative status
/// fails the actor.
pub type art_start_fn =
    Option<unsafe extern "C-unwind" fn(state: *mut c_void, context: *mut art_context) -> art_status>;

/// The actor takes the place of one that ended as `exit` says, which is borrowed; before its `on_started`. A negative status fails the actor.
pub type art_restart_fn = Option<
    unsafe extern "C-unwind" fn(
        state: *mut c_void,
        context: *mut art_context,
        exit: *const art_exit,
    ) -> art_status,
>;

/// What is called of an actor besides its art_actor_vtable: `hooks` of art_actor_config. Copied during `art_spawn`. Each function may be NULL.
/// It may do what `on_message` may, and is called when that could be, on a turn of its own.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_actor_hooks {
    /// `sizeof(art_actor_hooks)`.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// Decides about system messages; NULL for what follows if nothing is said.
    pub on_system: art_system_fn,
    /// Hears the ticks of `art_context_timer_start` and `art_context_interval_start`, which need it.
    pub on_timer: art_tick_fn,
    /// Runs when no message waits, after `art_context_run`, which needs it.
    pub on_run: art_run_fn,
    /// Decides about children that fail too often; NULL for ART_ESCALATION_RESTART.
    pub on_escalation: art_escalation_fn,
    /// Called when the actor is ready, after `create` or `art_started`.
    pub on_started: art_start_fn,
    /// Called before that, if the actor was restarted.
    pub on_restart: art_restart_fn,
}

/// What is to follow a system message
/// ==================================
///
/// What follows if nothing is said.
pub const ART_REACTION_USUAL: i32 = 0;
/// Nothing: the actor has done what it wants to do about it. A ping has no answer then, and who is to terminate lives on.
pub const ART_REACTION_HANDLED: i32 = 1;

/// What is to become of an actor whose child fails too often
/// =========================================================
///
/// It fails itself: its own supervisor restarts it with all its children, and counts that.
pub const ART_ESCALATION_RESTART: i32 = 0;
/// It stops.
pub const ART_ESCALATION_STOP: i32 = 1;
/// Nothing: the child stays dead.
pub const ART_ESCALATION_IGNORE: i32 = 2;

/// Has the actor's `on_run` called when no message waits for it. What was under way before is replaced.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT, ART_UNSUPPORTED for an actor without an `on_run`, ART_NOT_FOUND for one that was killed, and the codes of
/// every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_run(context: *mut art_context) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        crate::guard::handler(context, |block, _, _| {
            let actor = block.engine.hooked(|hooks| hooks.on_run.is_some(), "on_run")?;
            block.engine.door.keep_running(actor).map_err(crate::payload::unknown)
        })
    }
}

impl art_actor_hooks {
    /// Refuses what this version of the library does not have.
    pub(crate) fn check(&self) -> Outcome {
        if self.flags == 0 {
            return Ok(());
        }
        Err(Failure::new(ART_INVALID_ARGUMENT, "hooks.flags is not zero"))
    }
}

/// What a hook has said about a system message; None for a number that means nothing.
pub(crate) fn reaction(said: i32) -> Option<Reaction> {
    match said {
        ART_REACTION_USUAL => Some(Reaction::Usual),
        ART_REACTION_HANDLED => Some(Reaction::Handled),
        _ => None,
    }
}

/// What a hook has said about a child; None for a number that means nothing.
pub(crate) fn escalation(said: i32) -> Option<Escalation> {
    match said {
        ART_ESCALATION_RESTART => Some(Escalation::Restart),
        ART_ESCALATION_STOP => Some(Escalation::Stop),
        ART_ESCALATION_IGNORE => Some(Escalation::Ignore),
        _ => None,
    }
}

/// The number of a system message; None for one that came later than this library.
pub(crate) fn number_of(message: SystemMessage) -> Option<u32> {
    crate::system::NUMBERS.iter().find(|(_, known)| *known == message).map(|(number, _)| *number)
}
