//! Actors written in C: the vtable that makes one, its configuration, and the ends it can come to.

use std::error::Error;
use std::ffi::{c_char, c_void};
use std::rc::Rc;

use actor_rt::mailbox::Mailbox;
use actor_rt::supervision::{Restart, Spec, Supervisor};
use actor_rt::{ActorId, Cx, Ret};

use crate::callback::art_release_fn;
use crate::children;
use crate::failure::{Failure, Outcome};
use crate::foreign::{Exit, ForeignActor, Life, MessageFn};
use crate::guard;
use crate::handle::{art_actor, art_context, art_runtime};
use crate::hooks::art_actor_hooks;
use crate::mailbox::{self, art_mailbox};
use crate::message::{ART_NUL_TERMINATED, art_msg};
use crate::payload;
use crate::runtime::Block;
use crate::status::*;
use crate::supervision::{self, Treatment, art_supervision, art_supervisor};

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
/// There was no such actor when it was looked for: it had ended before. In art_exit only.
pub const ART_STOP_NO_ACTOR: u32 = 5;

/// Phases of an actor
/// ==================
///
/// Spawned; `create` has not run yet.
pub const ART_PHASE_SPAWNED: u32 = 0;
/// In `create`, or not ready yet: see `art_context_starting`.
pub const ART_PHASE_CREATE: u32 = 1;
/// Created, between two messages.
pub const ART_PHASE_READY: u32 = 2;
/// In `on_message`, or in one of its hooks.
pub const ART_PHASE_MESSAGE: u32 = 3;
/// Told to stop: in the turns that ART_ACTOR_HEARS_STOP gives it.
pub const ART_PHASE_STOP: u32 = 4;

/// Makes the state of an actor: the first thing that runs of it, inside a step. Write the state to `*state`. A negative
/// status means that there is none; the actor fails and `destroy` is not called. With ART_OK the actor is ready, unless
/// `art_context_starting` was called.
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
    /// Frees the state. Called exactly once for each state made, however the actor ends, unless `art_context_take_state` took it; may be NULL.
    pub destroy: art_release_fn,
}

/// How one actor is made. The struct is read during `art_spawn` and not kept.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_actor_config {
    /// `sizeof(art_actor_config)`.
    pub struct_size: u32,
    /// ART_ACTOR_... bits.
    pub flags: u32,
    /// Most messages that may wait for it; 0 for the runtime's `default_capacity`, ART_UNBOUNDED for no bound. Stops, kills and answers do not count.
    /// Zero with a `mailbox`.
    pub capacity: u32,
    /// Zero.
    pub reserved: u32,
    /// Its supervisor, 0 for none: an actor that is alive and not about to end. This actor ends before it does: it is stopped, and
    /// killed if that takes more than five seconds; if the supervisor is killed, so is this one. It is not restarted unless
    /// `supervision` says so.
    pub parent: art_actor,
    /// What it does; must not be NULL, and is not copied.
    pub vtable: *const art_actor_vtable,
    /// Argument of `create`, or the state itself if there is no `create`. Handed over.
    pub argument: *mut c_void,
    /// With a `create`: called once with `argument` when the actor has ended for good and cannot be started anew, or if `art_spawn` fails. Without
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
    /// How it keeps its messages; NULL for in their order, within `capacity`.
    pub mailbox: *const art_mailbox,
    /// Makes it a supervised actor, of its `parent` or, without one, of the runtime's root, and says how it is restarted and ended. NULL
    /// for an actor that is not restarted.
    pub supervision: *const art_supervision,
    /// How it supervises children of its own; NULL for one for one, with one restart in 5 seconds.
    pub supervisor: *const art_supervisor,
    /// What it decides and is told besides its messages; NULL for nothing. Such an actor is supervised, by the root if it has no parent.
    pub hooks: *const art_actor_hooks,
}

/// As a capacity: no bound.
pub const ART_UNBOUNDED: u32 = u32::MAX;

/// Flags of an actor
/// =================
///
/// Told to stop, it gets a message with the tag ART_TAG_STOP when its children have ended, and further turns until `art_stopped` is called:
/// its timers, the answers to its asks and the runtime's messages still come, others do not. Its supervisor waits as its `supervision` says,
/// `art_stop` for as long as it takes. Not if it fails or is killed. Such an actor is supervised, by the root if it has no parent.
pub const ART_ACTOR_HEARS_STOP: u32 = 1;
/// It gets messages with the tag ART_TAG_CHILD about its children, ahead of all that wait. Such an actor is supervised likewise.
pub const ART_ACTOR_HEARS_CHILDREN: u32 = 2;

/// Spawns an actor and writes its id to `*out`. `create` runs in a later step; what is posted meanwhile waits for it in
/// order. The actor lives until it stops, fails, is killed or its runtime is destroyed.
///
/// `argument` is consumed whether or not the call succeeds, see `argument_drop`. `*out` is 0 on failure.
///
/// Thread: owner. May call: wake outside of a step; argument_drop on failure.
/// Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8, ART_NOT_FOUND if there is no such parent or it is ending,
/// ART_WRONG_KIND and ART_WRONG_RUNTIME for it, ART_UNSUPPORTED for a decoder, ART_CLOSED during destruction, and the codes of every
/// owner-thread function. Since 0.1.
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
            engine.give_reason(actor, reason);
            Ok(())
        })
    }
}

/// As `art_stop`, with a text that goes with the reason to the actor's supervisor and to those who monitor it. It is copied; a `text_len` of
/// ART_NUL_TERMINATED means up to the NUL.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns as `art_stop`; ART_INVALID_UTF8, ART_NULL_POINTER. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `text` readable as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_stop_because(
    rt: *mut art_runtime,
    actor: art_actor,
    reason: art_status,
    text: *const c_char,
    text_len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let text = guard::text(text, text_len, "text")?;
            let engine = &block.engine;
            engine.door.stop_because(ActorId(actor), text).map_err(payload::unknown)?;
            engine.give_reason(actor, reason);
            Ok(())
        })
    }
}

/// Stops an actor when it has handled all that was sent to it before. From now on nothing more can be sent to it: posts answer
/// ART_NOT_FOUND; answers to its own asks and its timers still come. A stop or a kill meanwhile comes first.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns as `art_stop`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_drain(rt: *mut art_runtime, actor: art_actor) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::owner(rt, |block| block.engine.door.drain(ActorId(actor)).map_err(payload::unknown)) }
}

/// Kills an actor and its children: from the moment this returns no handler of them starts, `on_stop` included. A handler that is running
/// (the caller's own) runs to its end. `destroy` and the drops of its messages still run. To its supervisor that is a failure: one that is restarted after such
/// comes back; `art_child_terminate` ends one for good. `text` is copied and may be
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
            let exit: Box<dyn Error> = Box::new(Exit::new(reason, phase, text));
            door.kill(actor, exit).map_err(payload::unknown)
        })
    }
}

/// # Safety
/// The configuration must be valid, and `life` made of it.
unsafe fn spawn(block: &Block, config: &art_actor_config, life: Rc<Life>) -> Outcome<art_actor> {
    // SAFETY: the caller's promise.
    let definition = unsafe { Definition::read(config, &life) }?;
    let Definition { settings, on_message, create, .. } = &definition;
    let door = &block.engine.door;
    let parent = (config.parent != 0).then_some(ActorId(config.parent));
    if parent.is_some() || settings.treatment.is_some() {
        door.admits(parent).map_err(payload::unknown)?;
    }
    if let Some(treatment) = &settings.treatment {
        if create.is_none() && treatment.restart != Restart::Temporary {
            return Err(Failure::new(
                ART_INVALID_ARGUMENT,
                "an actor without create cannot be made again: set supervision.restart to ART_RESTART_TEMPORARY",
            ));
        }
        let spec = definition.spec(&life);
        return Ok(spec.spawn_through(door, parent, Ret::nop()).map_err(children::not_started)?.actor_id().0);
    }
    let notify = life.listener();
    let actor = match *create {
        None => door.spawn(life.with_argument(*on_message), notify),
        Some(create) => {
            let (life, on_message) = (Rc::clone(&life), *on_message);
            door.spawn_later(move |cx| life.create(cx, create, on_message), notify)
        }
    };
    let id = actor.actor_id();
    life.actor.set(id.0);
    if config.capacity != 0 {
        actor.set_capacity(config.capacity);
    }
    if let Some(mailbox) = settings.mailbox {
        actor.set_mailbox(mailbox);
    }
    if !life.name().is_empty() {
        actor.set_name(life.name());
    }
    if let Some(supervisor) = settings.supervisor {
        door.set_supervisor(id, supervisor).map_err(payload::unknown)?;
    }
    if parent.is_some() {
        door.adopt(parent, id).map_err(payload::unknown)?;
    }
    Ok(id.0)
}

/// What the structs say that a configuration points to, checked.
struct Settings {
    mailbox: Option<Mailbox>,
    supervisor: Option<Supervisor>,
    /// None for an actor that is nobody's to restart, and has no part in the tree by itself.
    treatment: Option<Treatment>,
    hooks: Option<art_actor_hooks>,
}

impl Settings {
    /// # Safety
    /// What the configuration points to must be valid.
    unsafe fn read(config: &art_actor_config) -> Outcome<Self> {
        // SAFETY: the caller's promise.
        let (mailbox, supervision, supervisor, hooks) = unsafe {
            (
                optional(config.mailbox)?,
                optional(config.supervision)?,
                optional(config.supervisor)?,
                optional(config.hooks)?,
            )
        };
        hooks.as_ref().map_or(Ok(()), art_actor_hooks::check)?;
        if mailbox.is_some() && config.capacity != 0 {
            return Err(Failure::new(
                ART_INVALID_ARGUMENT,
                "capacity is not zero: it is the mailbox's to say",
            ));
        }
        let treatment = match supervision {
            Some(given) => Some(Treatment::check(&given)?),
            None => (config.flags != 0 || hooks.is_some()).then(Treatment::temporary),
        };
        Ok(Self {
            mailbox: mailbox.map(|given| mailbox::settings(&given)).transpose()?,
            supervisor: supervisor.map(|given| supervision::supervisor_settings(&given)).transpose()?,
            treatment,
            hooks,
        })
    }
}

/// # Safety
/// As for [`guard::read_struct`].
pub(crate) unsafe fn optional<T: guard::Prefixed>(from: *const T) -> Outcome<Option<T>> {
    if from.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { guard::read_struct(from) }.map(Some)
}

/// All that actors are made of, checked.
pub(crate) struct Definition {
    on_message: MessageFn,
    pub(crate) create: art_create_fn,
    settings: Settings,
    capacity: u32,
}

impl Definition {
    /// Reads a configuration, and tells `life`, which is made of it, what it has to know.
    ///
    /// # Safety
    /// The configuration must be valid.
    pub(crate) unsafe fn read(config: &art_actor_config, life: &Life) -> Outcome<Self> {
        // SAFETY: the caller's promise.
        let vtable = unsafe { guard::read_struct(config.vtable) }?;
        let on_message =
            vtable.on_message.ok_or_else(|| Failure::new(ART_NULL_POINTER, "on_message is NULL"))?;
        let known = ART_ACTOR_HEARS_STOP | ART_ACTOR_HEARS_CHILDREN;
        if config.flags & !known != 0 || config.reserved != 0 || vtable.flags != 0 {
            return Err(Failure::new(
                ART_INVALID_ARGUMENT,
                "a flag of the actor's configuration is unknown, or a reserved field is not zero",
            ));
        }
        if !config.decoder.is_null() {
            return Err(Failure::new(ART_UNSUPPORTED, "decoders are reserved"));
        }
        // SAFETY: the caller's promise.
        let settings = unsafe { Settings::read(config) }?;
        let name = if config.name.is_null() {
            ""
        } else {
            // Who names a text and leaves its length alone means all of it.
            let len = if config.name_len == 0 { ART_NUL_TERMINATED } else { config.name_len };
            // SAFETY: the caller's promise.
            unsafe { guard::text(config.name, len, "name") }?
        };
        life.define(config.vtable, settings.hooks, name);
        let (create, capacity) = (vtable.create, config.capacity);
        Ok(Self { on_message, create, settings, capacity })
    }

    /// The spec of such an actor whose life this is.
    pub(crate) fn spec(&self, life: &Rc<Life>) -> Spec<ForeignActor> {
        let on_message = self.on_message;
        let spec = match self.create {
            Some(create) => {
                let life = Rc::clone(life);
                Spec::new(move |cx: &mut Cx<'_, ForeignActor>| life.create(cx, create, on_message))
            }
            None => {
                let value = life.with_argument(on_message);
                Spec::once(move |_| Some(value))
            }
        };
        let told = Rc::clone(life);
        let mut spec = spec.accept_packets().hooks().notify(move |id| {
            told.begins(id.0);
            told.told_of_end()
        });
        if let Some(treatment) = &self.settings.treatment {
            spec = treatment.apply(spec);
        }
        if let Some(supervisor) = self.settings.supervisor {
            spec = spec.supervises(supervisor);
        }
        if let Some(mailbox) = self.settings.mailbox {
            spec = spec.mailbox(mailbox);
        }
        if self.capacity != 0 {
            spec = spec.capacity(self.capacity);
        }
        if !life.name().is_empty() {
            spec = spec.name(life.name());
        }
        spec
    }
}
