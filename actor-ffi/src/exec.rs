//! Functions that run in an actor's turn, whoever that is.

use std::ffi::c_void;

use actor_rt::supervision::Status;
use actor_rt::{ActorId, Body, Cx, DropReason, OwnedBytes};

use crate::callback::art_drop_fn;
use crate::carried::{Carried, carry};
use crate::context::Turn;
use crate::failure::Failure;
use crate::foreign::ForeignActor;
use crate::handle::{art_actor, art_context, art_runtime};
use crate::payload::{self, Handed};
use crate::post::lost;
use crate::runtime::Block;
use crate::status::*;

/// Runs in the turn of an actor, as its handlers do: with its state and a context, and with the data of `art_exec`. A negative status fails the
/// actor. If that was not made by `art_spawn`, `state` is NULL, and what the function returns, or asks for by `art_context_fail` and
/// `art_context_stop`, has no effect.
pub type art_exec_fn = Option<
    unsafe extern "C-unwind" fn(
        state: *mut c_void,
        context: *mut art_context,
        data: *mut c_void,
        len: usize,
    ) -> art_status,
>;

/// Runs a function in a turn of an actor's, after the messages that wait for it; nothing else of it runs meanwhile. It takes a place in the mailbox
/// as a message does. An actor may decide otherwise, by its `on_system` about ART_SYSTEM_EXECUTE: then it is not run.
///
/// `data` is handed over by the rule of `art_post_owned`: `drop` runs exactly once, after the function, or when that cannot be run.
///
/// Thread: owner. May call: wake outside of a step; drop on failure, or if it is lost in a full mailbox; the drop of a message that gives way.
/// Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_FULL, ART_TOO_LARGE, ART_CLOSED during
/// destruction, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` must stay valid for `run` until `drop` runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_exec(
    rt: *mut art_runtime,
    actor: art_actor,
    run: art_exec_fn,
    data: *mut c_void,
    len: usize,
    drop: art_drop_fn,
    drop_user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The data are consumed from here on, also if the call is refused.
    let handed = unsafe { Handed::new(data, len, drop, drop_user) };
    let body = |block: &Block, handed: &mut Handed| {
        if run.is_none() {
            return Err(Failure::new(ART_NULL_POINTER, "run is NULL"));
        }
        let to = ActorId(actor);
        let door = &block.engine.door;
        let is_ours = match door.actor::<ForeignActor>(to) {
            Ok(_) => true,
            Err(actor_rt::IdError::WrongKind) if door.is_alive(to).is_ok() => false,
            Err(error) => return Err(payload::unknown(error)),
        };
        let work = Work { run, bytes: Some(handed.take()?) };
        let host: *const Block = block;
        let sent = carry(work, |work: Carried<Work>| {
            if is_ours {
                door.call(to, move |actor: &mut ForeignActor, cx: &mut Cx<'_, ForeignActor>| {
                    work.take().into_iter().for_each(|work| work.run_in(actor, cx));
                })
            } else {
                door.execute(to, move |_| {
                    // SAFETY: the block outlives its runtime, whose turn this is.
                    work.take().into_iter().for_each(|work| work.run_beside(unsafe { &*host }));
                })
            }
        });
        sent.map_err(|(error, work)| {
            let bytes = work.and_then(|mut work| work.bytes.take());
            let body = bytes.map_or(Body::Copied(b""), Body::Owned);
            payload::give_up(block, lost(block, actor, 0, error), body)
        })
    };
    // SAFETY: as above.
    unsafe { payload::consuming(rt, handed, body) }
}

/// A function on its way to its turn. Its data are released with it if it never comes to that.
struct Work {
    run: art_exec_fn,
    bytes: Option<OwnedBytes>,
}

impl Work {
    /// In the turn of an actor of C's.
    fn run_in(mut self, actor: &mut ForeignActor, cx: &mut Cx<'_, ForeignActor>) {
        // It may be about to end, killed in its hook.
        let id = cx.this().actor_id();
        if actor.lets_run(cx) && cx.door().status(id) == Ok(Status::Running) {
            actor.run(cx, |state, context| self.call(state, context));
        } else if let Some(bytes) = self.bytes.take() {
            bytes.release(DropReason::Refused);
        }
    }

    /// In the turn of another one.
    fn run_beside(mut self, block: &Block) {
        _ = Turn::without_message().run(block, |context| self.call(std::ptr::null_mut(), context));
        drop(block.context.take_end());
    }

    fn call(&mut self, state: *mut c_void, context: *mut art_context) -> art_status {
        let (Some(run), Some(bytes)) = (self.run, self.bytes.take()) else { return ART_OK };
        let (data, len) = (bytes.as_ptr().cast_mut(), bytes.as_slice().len());
        // SAFETY: the function came with these data; the state is that of the actor whose turn it is.
        let status = unsafe { run(state, context, data, len) };
        bytes.release(DropReason::Delivered);
        status
    }
}
