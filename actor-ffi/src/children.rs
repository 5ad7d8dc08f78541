//! A supervisor's children from outside: listed, counted, ended, started anew, forgotten.

use actor_rt::supervision::StartError;
use actor_rt::{ActorId, Ret};

use crate::failure::Failure;
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload;
use crate::status::*;

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
