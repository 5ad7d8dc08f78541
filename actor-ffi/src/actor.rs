//! Actors written in C: the vtable that makes one, its configuration, and the ends it can come to.

use std::error::Error;
use std::ffi::{c_char, c_void};
use std::rc::Rc;

use actor_rt::{ActorId, Ret};

use crate::callback::art_release_fn;
use crate::failure::{Failure, Outcome};
use crate::foreign::{Exit, Life};
use crate::guard;
use crate::handle::{art_actor, art_context, art_runtime};
use crate::message::{ART_NUL_TERMINATED, art_msg};
use crate::payload;
use crate::runtime::Block;
use crate::status::*;

/// Why an actor ended.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_stop_cause {
    /// Size of this struct in bytes, set by the library.
    pub struct_size: u32,
    /// ART_STOP_STOPPED or one of its siblings. New ones may appear.
    pub kind: u32,
    /// Exit reason: the status it failed with, or that was given to `art_stop` or `art_kill`.
    pub reason: art_status,
    /// What it was doing when it ended: ART_PHASE_...
    pub phase: u32,
    /// The text that goes with the reason, UTF-8 without NUL, borrowed; NULL if there is none.
    pub text: *const c_char,
    /// Its length.
    pub text_len: usize,
}

/// Kinds of end
/// ============
///
/// It was stopped, or stopped itself.
pub const ART_STOP_STOPPED: u32 = 0;
/// Its handler returned an error, called `art_context_fail`, or panicked.
pub const ART_STOP_FAILED: u32 = 1;
/// It was killed.
pub const ART_STOP_KILLED: u32 = 2;
/// Its owner or its runtime went away.
pub const ART_STOP_DROPPED: u32 = 3;
/// Reserved: the connection to it was lost.
pub const ART_STOP_LOST: u32 = 4;

/// Phases of an actor
/// ==================
///
/// Spawned; `create` has not run yet.
pub const ART_PHASE_SPAWNED: u32 = 0;
/// In `create`.
pub const ART_PHASE_CREATE: u32 = 1;
/// Created, between two messages.
pub const ART_PHASE_READY: u32 = 2;
/// In `on_message`.
pub const ART_PHASE_MESSAGE: u32 = 3;
/// In `on_stop`. Reserved: so far nothing fails there.
pub const ART_PHASE_STOP: u32 = 4;

/// Makes the state of an actor: the first thing that runs of it, inside a step. Write the state to `*state`. A negative
/// status means that there is none; the actor fails and `destroy` is not called.
pub type art_create_fn = Option<
    unsafe extern "C-unwind" fn(
        context: *mut art_context,
        argument: *mut c_void,
        state: *mut *mut c_void,
    ) -> art_status,
>;

/// Handles one message. A negative status fails the actor, as does `art_context_fail`. Posting, asking, arming timers,
/// spawning and ending actors are all allowed; they take effect after the handler has returned.
pub type art_message_fn = Option<
    unsafe extern "C-unwind" fn(
        state: *mut c_void,
        context: *mut art_context,
        message: *const art_msg,
    ) -> art_status,
>;

/// Says goodbye: the last thing that runs of an actor which was stopped. Not called for one that failed or was killed.
/// `cause` is borrowed.
pub type art_stop_fn = Option<
    unsafe extern "C-unwind" fn(state: *mut c_void, context: *mut art_context, cause: *const art_stop_cause),
>;

/// Hears that an actor has ended, after its `destroy`. Called exactly once, on the owner thread. `cause` is borrowed.
pub type art_notify_fn =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, actor: art_actor, cause: *const art_stop_cause)>;

/// What an actor does. One constant for all actors of a kind; it must stay where it is until the last of them has ended.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_actor_vtable {
    /// `sizeof(art_actor_vtable)`.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// Makes the state; NULL takes `argument` itself as the state.
    pub create: art_create_fn,
    /// Handles a message; must not be NULL.
    pub on_message: art_message_fn,
    /// Called when the actor is stopped; may be NULL.
    pub on_stop: art_stop_fn,
    /// Frees the state. Called exactly once for each state made, however the actor ends; may be NULL.
    pub destroy: art_release_fn,
}

/// How one actor is made. The struct is read during `art_spawn` and not kept.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_actor_config {
    /// `sizeof(art_actor_config)`.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// Most messages that may wait for it, 0 for no bound. Stops, kills and answers do not count.
    pub capacity: u32,
    /// Zero.
    pub reserved: u32,
    /// Its supervisor, 0 for none: an actor that is alive and not about to end. This actor ends before it does: it is stopped, and
    /// killed if that takes more than five seconds; if the supervisor is killed, so is this one.
    pub parent: art_actor,
    /// What it does; must not be NULL, and is not copied.
    pub vtable: *const art_actor_vtable,
    /// Argument of `create`, or the state itself if there is no `create`. Handed over.
    pub argument: *mut c_void,
    /// With a `create`: called once with `argument` when the actor has ended for good, or if `art_spawn` fails. Without
    /// one: only if `art_spawn` fails, as `destroy` frees the state. May be NULL.
    pub argument_drop: art_release_fn,
    /// Name for logs and traces, UTF-8, copied; may be NULL.
    pub name: *const c_char,
    /// Its length; 0 or ART_NUL_TERMINATED for up to the NUL.
    pub name_len: usize,
    /// Reserved for reading messages of another encoding: NULL.
    pub decoder: *const c_void,
    /// Hears of its end; may be NULL.
    pub notify: art_notify_fn,
    /// Argument of `notify`; must stay valid until `notify` was called.
    pub notify_user: *mut c_void,
}

/// Spawns an actor and writes its id to `*out`. `create` runs in a later step; what is posted meanwhile waits for it in
/// order. The actor lives until it stops, fails, is killed or its runtime is destroyed.
///
/// `argument` is consumed whether or not the call succeeds, see `argument_drop`. `*out` is 0 on failure.
///
/// Thread: owner. May call: wake outside of a step; argument_drop on failure.
/// Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_UTF8, ART_NOT_FOUND if there is no such parent or it is ending, ART_UNSUPPORTED for a
/// decoder, ART_CLOSED during destruction, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `config` NULL or valid with its `struct_size`, and what it points to as
/// described; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_spawn(
    rt: *mut art_runtime,
    config: *const art_actor_config,
    out: *mut art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The argument is consumed from here on, also if the call is refused.
    unsafe {
        if let Some(out) = out.as_mut() {
            // Also if nobody is let in.
            *out = 0;
        }
        let config = guard::read_struct(config);
        let life = config.as_ref().ok().map(Life::new);
        guard::owner(rt, move |block| {
            if let Some(life) = &life {
                // First: whatever refuses the call from here on, the argument is released with the runtime pinned.
                life.block.set(block);
            }
            guard::not_null(out, "out")?;
            let config = config?;
            let life = life.ok_or(ART_INVALID_ARGUMENT)?;
            guard::write(out, spawn(block, &config, life)?, "out")
        })
    }
}

/// Stops an actor: overtakes what waits in its mailbox, ends its children, runs `on_stop`, then `destroy`. Messages that still wait for it
/// are dropped with ART_DROP_CANCELLED. `reason` is the exit reason; 0 is the usual one.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function.
/// Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_stop(rt: *mut art_runtime, actor: art_actor, reason: art_status) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let engine = &block.engine;
            engine.door.stop(ActorId(actor)).map_err(payload::unknown)?;
            if reason != 0 {
                engine.stop_reasons.borrow_mut().insert(actor, reason);
            }
            Ok(())
        })
    }
}

/// Kills an actor and its children: from the moment this returns no handler of them starts, `on_stop` included. A handler that is running
/// (the caller's own) runs to its end. `destroy` and the drops of its messages still run. `text` is copied and may be
/// NULL; a `text_len` of ART_NUL_TERMINATED means up to the NUL.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_INVALID_UTF8, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `text` readable as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_kill(
    rt: *mut art_runtime,
    actor: art_actor,
    reason: art_status,
    text: *const c_char,
    text_len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let text = if text.is_null() { "" } else { guard::text(text, text_len, "text")? };
            let door = &block.engine.door;
            let actor = ActorId(actor);
            let phase = (door.current() == Some(actor)).then_some(ART_PHASE_MESSAGE);
            let exit: Box<dyn Error> = Box::new(Exit { reason, phase, text: text.to_owned() });
            door.kill(actor, exit).map_err(payload::unknown)
        })
    }
}

/// # Safety
/// The configuration must be valid, and `life` made of it.
unsafe fn spawn(block: &Block, config: &art_actor_config, life: Rc<Life>) -> Outcome<art_actor> {
    // SAFETY: the caller's promise.
    let vtable = unsafe { guard::read_struct(config.vtable) }?;
    let on_message = vtable.on_message.ok_or_else(|| Failure::new(ART_NULL_POINTER, "on_message is NULL"))?;
    if config.flags != 0 || config.reserved != 0 || vtable.flags != 0 {
        return Err(Failure::new(
            ART_INVALID_ARGUMENT,
            "a reserved field of the actor's configuration is not zero",
        ));
    }
    if !config.decoder.is_null() {
        return Err(Failure::new(ART_UNSUPPORTED, "decoders are reserved"));
    }
    let door = &block.engine.door;
    if config.parent != 0 {
        door.admits(Some(ActorId(config.parent))).map_err(payload::unknown)?;
    }
    let name = if config.name.is_null() {
        ""
    } else {
        // Who names a text and leaves its length alone means all of it.
        let len = if config.name_len == 0 { ART_NUL_TERMINATED } else { config.name_len };
        // SAFETY: the caller's promise.
        unsafe { guard::text(config.name, len, "name") }?
    };
    *life.name.borrow_mut() = name.into();
    life.set_vtable(vtable);
    let told = Rc::clone(&life);
    let notify = Ret::new(move |cause| {
        if let Some(cause) = cause {
            told.ended(&cause);
        }
    });
    let actor = match vtable.create {
        None => door.spawn(life.with_argument(on_message), notify),
        Some(create) => {
            let life = Rc::clone(&life);
            door.spawn_later(move |cx| life.create(cx, create, on_message), notify)
        }
    };
    life.actor.set(actor.actor_id().0);
    if config.capacity != 0 {
        actor.set_capacity(config.capacity);
    }
    if !name.is_empty() {
        actor.set_name(name);
    }
    if config.parent != 0 {
        door.adopt(Some(ActorId(config.parent)), actor.actor_id()).map_err(payload::unknown)?;
    }
    Ok(actor.actor_id().0)
}
