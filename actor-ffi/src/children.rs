//! A supervisor's children from outside: listed, counted, ended, started anew, forgotten.

use std::ffi::{c_char, c_void};

use actor_rt::supervision::{ChildInfo, ChildStatus, Restart, StartError};
use actor_rt::{ActorId, Ret};

use crate::failure::Failure;
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload;
use crate::runtime::copy_text;
use crate::status::*;
use crate::supervision::{ART_RESTART_PERMANENT, ART_RESTART_TEMPORARY, ART_RESTART_TRANSIENT};

/// How many children a supervisor has.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_child_counts {
    /// `sizeof(art_child_counts)`, set by the caller.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Entries, those of children that have ended and are kept included.
    pub entries: u64,
    /// Those that have not ended.
    pub active: u64,
    /// Those that have children themselves.
    pub supervisors: u64,
}

/// A child, as its supervisor knows it: `art_child_describe`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_child_info {
    /// `sizeof(art_child_info)`, set by the caller.
    pub struct_size: u32,
    /// Where it is: ART_CHILD_STATUS_...
    pub status: u32,
    /// Its id; that of the last one, if it has ended.
    pub actor: art_actor,
    /// Whether it is started again when it has ended by itself: ART_RESTART_...
    pub restart: u32,
    /// ART_CHILD_IS_... bits.
    pub flags: u32,
    /// How often it was restarted so far; 0 if it has ended.
    pub restarts: u32,
    /// Zero.
    pub reserved: u32,
}

/// Where a child is
/// ================
///
/// Its `create` has not run, or it is not ready yet.
pub const ART_CHILD_STATUS_STARTING: u32 = 0;
/// It is ready.
pub const ART_CHILD_STATUS_RUNNING: u32 = 1;
/// It waits for its next start.
pub const ART_CHILD_STATUS_WAITING: u32 = 2;
/// It has ended for good, and its entry is kept.
pub const ART_CHILD_STATUS_ENDED: u32 = 3;

/// What kind of child it is
/// ========================
///
/// It was spawned with ART_SUPERVISION_SIGNIFICANT.
pub const ART_CHILD_IS_SIGNIFICANT: u32 = 1;
/// It has children itself.
pub const ART_CHILD_IS_SUPERVISOR: u32 = 2;

/// Hears that what was asked for is done. Called once, on the owner thread.
pub type art_done_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void)>;

/// Writes the ids of a supervisor's children, in the order in which they were started, to `ids`, at most `capacity` of them, and how many
/// there are to `*out_count`. 0 is the root: those that were spawned with a `supervision` and no parent. `ids` may be NULL if `capacity`
/// is 0.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `ids` writable for `capacity` ids; `out_count` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_children(
    rt: *mut art_runtime,
    supervisor: art_actor,
    ids: *mut art_actor,
    capacity: usize,
    out_count: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let children = block.engine.door.children(known(supervisor)).map_err(payload::unknown)?;
            let all: Vec<_> = children.iter().map(|child| child.id).collect();
            guard::write_ids(&all, ids, capacity, out_count)
        })
    }
}

/// Fills `*out` with how many children a supervisor has; 0 is the root.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread
/// function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_count_children(
    rt: *mut art_runtime,
    supervisor: art_actor,
    out: *mut art_child_counts,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            guard::output_size(out)?;
            let counts = block.engine.door.count_children(known(supervisor)).map_err(payload::unknown)?;
            let counts = art_child_counts {
                struct_size: 0,
                reserved: 0,
                entries: counts.entries as u64,
                active: counts.active as u64,
                supervisors: counts.supervisors as u64,
            };
            guard::write_struct(out, &counts)
        })
    }
}

/// Writes the supervisor of an actor to `*out`: 0 if nobody supervises it, or the root does.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_supervisor_of(
    rt: *mut art_runtime,
    actor: art_actor,
    out: *mut art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            guard::not_null(out, "out")?;
            let supervisor = block.engine.door.supervisor(ActorId(actor)).map_err(payload::unknown)?;
            guard::write(out, supervisor.map_or(0, |id| id.0), "out")
        })
    }
}

/// Ends a child as its supervisor would: it is stopped within the time of its `supervision`, with its children. It is not restarted; its entry
/// is kept for `art_child_restart`, and with it its `argument`, unless it is temporary: `art_child_forget` lets go of that. A monitor tells when it
/// has ended.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND also for an actor that nobody supervises, ART_WRONG_RUNTIME, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_child_terminate(rt: *mut art_runtime, child: art_actor) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            block.engine.door.terminate_child(ActorId(child), Ret::nop()).map_err(payload::unknown)
        })
    }
}

/// Starts a child anew that has ended and whose entry was kept: `child` is the id of the one that has ended, and `*out` gets the id of the
/// new actor, 0 on failure. `create` runs in the next step, with the `argument` of the spawn; `notify` hears of this one's end, too. It is
/// the youngest child then. `supervisor` 0 is the root.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND if no entry of such a child is kept or the supervisor is ending, ART_WRONG_KIND,
/// ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_child_restart(
    rt: *mut art_runtime,
    supervisor: art_actor,
    child: art_actor,
    out: *mut art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, 0);
        guard::owner(rt, |block| {
            guard::not_null(out, "out")?;
            let door = &block.engine.door;
            let started = door.restart_child(known(supervisor), ActorId(child)).map_err(not_started)?;
            guard::write(out, started.0, "out")
        })
    }
}

/// Forgets the entry of a child that has ended and was kept. `supervisor` 0 is the root.
///
/// Thread: owner. May call: argument_drop of its spawn.
/// Returns ART_OK, ART_NOT_FOUND if there is no such entry, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_child_forget(
    rt: *mut art_runtime,
    supervisor: art_actor,
    child: art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            // What the entry held is dropped, by functions of the host.
            let known = block.pinned(|| block.engine.door.delete_child(known(supervisor), ActorId(child)));
            if known { Ok(()) } else { Err(not_kept()) }
        })
    }
}

/// Puts an actor, with all below it, under a supervisor; 0 is the root. It becomes the youngest child there, and is treated as its own
/// `supervision` says; a supervisor that it had hears no more of it. One that nobody has supervised so far is temporary.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NOT_FOUND also if the supervisor is ending, ART_WRONG_KIND also if the actor would come to be below itself,
/// ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_adopt(
    rt: *mut art_runtime,
    supervisor: art_actor,
    actor: art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let door = &block.engine.door;
            let is_actor = door.is_alive(ActorId(actor)).and(door.admits(known(supervisor)));
            is_actor.map_err(payload::unknown)?;
            let below = |_| Failure::new(ART_WRONG_KIND, "the actor would come to be below itself");
            door.adopt(known(supervisor), ActorId(actor)).map_err(below)
        })
    }
}

/// Ends all children that a supervisor has now, the youngest first, each within the time of its `supervision`; 0 is the root. They are not
/// restarted, and the supervisor lives on. `done(user)`, which may be NULL, is called once when they have ended.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `user` must stay valid for `done` until that was called or the runtime is destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_stop_children(
    rt: *mut art_runtime,
    supervisor: art_actor,
    done: art_done_fn,
    user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let door = &block.engine.door;
            door.stop_children(known(supervisor), completion(done, user)).map_err(payload::unknown)
        })
    }
}

/// As `art_stop_children`, but each child handles what was sent to it before, as `art_drain` says; for that it has as long as it takes.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns as `art_stop_children`. Since 0.1.
///
/// # Safety
/// As for `art_stop_children`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_drain_children(
    rt: *mut art_runtime,
    supervisor: art_actor,
    done: art_done_fn,
    user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let door = &block.engine.door;
            door.drain_children(known(supervisor), completion(done, user)).map_err(payload::unknown)
        })
    }
}

/// Fills `*out` with what a supervisor knows of a child, and copies the name that its spawn gave it into `name`, NUL-terminated and cut to
/// `size` bytes; its full length without the NUL goes to `*out_len` (which may be NULL, as may `name` if `size` is 0). Also of one that has
/// ended and whose entry is kept. `supervisor` 0 is the root.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_NOT_FOUND also if the actor is none of its children, ART_WRONG_KIND, ART_WRONG_RUNTIME,
/// and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`; `name` writable for `size` bytes; `out_len` NULL or
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_child_describe(
    rt: *mut art_runtime,
    supervisor: art_actor,
    child: art_actor,
    out: *mut art_child_info,
    name: *mut c_char,
    size: usize,
    out_len: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            guard::output_size(out)?;
            if size != 0 {
                guard::not_null(name, "name")?;
            }
            let door = &block.engine.door;
            let child = door.child(known(supervisor), ActorId(child)).map_err(payload::unknown)?;
            guard::write_struct(out, &art_child_info::of(&child))?;
            let text = child.name.as_deref().unwrap_or("");
            copy_text(text, name, size);
            guard::write_optional(out_len, text.len());
            Ok(())
        })
    }
}

impl art_child_info {
    fn of(child: &ChildInfo) -> Self {
        let flag = |set, bit| if set { bit } else { 0 };
        Self {
            struct_size: 0,
            status: match child.status {
                ChildStatus::Starting => ART_CHILD_STATUS_STARTING,
                ChildStatus::Running => ART_CHILD_STATUS_RUNNING,
                ChildStatus::Waiting => ART_CHILD_STATUS_WAITING,
                _ => ART_CHILD_STATUS_ENDED,
            },
            actor: child.id.0,
            restart: match child.restart {
                Restart::Permanent => ART_RESTART_PERMANENT,
                Restart::Transient => ART_RESTART_TRANSIENT,
                Restart::Temporary => ART_RESTART_TEMPORARY,
            },
            flags: flag(child.significant, ART_CHILD_IS_SIGNIFICANT)
                | flag(child.is_supervisor, ART_CHILD_IS_SUPERVISOR),
            restarts: child.restarts,
            reserved: 0,
        }
    }
}

/// Who is told that children have ended; nobody if the runtime is destroyed meanwhile.
fn completion(done: art_done_fn, user: *mut c_void) -> Ret<()> {
    Ret::new(move |ended: Option<()>| {
        if let (Some(done), Some(())) = (done, ended) {
            // SAFETY: the function came with this argument.
            unsafe { done(user) };
        }
    })
}

/// A supervisor; the root for 0.
fn known(supervisor: art_actor) -> Option<ActorId> {
    (supervisor != 0).then_some(ActorId(supervisor))
}

fn not_kept() -> Failure {
    Failure::new(
        ART_NOT_FOUND,
        "no entry of such a child is kept: it lives, or was spawned without ART_SUPERVISION_KEEP",
    )
}

/// Why a child was not started, as a status.
pub(crate) fn not_started(error: StartError) -> Failure {
    match error {
        StartError::NoSupervisor(error) => payload::unknown(error),
        StartError::SupervisorEnding => Failure::new(ART_NOT_FOUND, "the supervisor is ending"),
        StartError::NoChild => not_kept(),
        StartError::NameTaken(_) => ART_ALREADY_EXISTS.into(),
        StartError::Closed => ART_CLOSED.into(),
        error => Failure::new(ART_FAILED, error.to_string()),
    }
}
