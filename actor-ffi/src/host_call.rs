//! Host calls: blocking code, such as a modal dialog, that an actor wants run while no step is on the stack.

use std::cell::Cell;
use std::ffi::c_void;
use std::panic::{self, AssertUnwindSafe};
use std::ptr;
use std::rc::Rc;

use actor_rt::{ActorId, Body, Envelope, OwnedBytes};

use crate::callback::art_release_fn;
use crate::engine::Engine;
use crate::failure::Failure;
use crate::guard;
use crate::handle::{art_context, art_runtime};
use crate::message::ART_MSG_HOST_CALL;
use crate::payload;
use crate::runtime::Block;
use crate::status::*;
use crate::tag::ART_TAG_HOST_CALL;

/// The work of a host call. May block, run a nested event loop, step the runtime, even destroy it. Its result travels to
/// the actor.
pub type art_host_call_fn =
    Option<unsafe extern "C-unwind" fn(rt: *mut art_runtime, user: *mut c_void) -> u64>;

/// Asks the host to run `call(rt, user)` after this step. When it has returned, the actor gets a message with `done_tag`
/// (0 for ART_TAG_HOST_CALL), the flag ART_MSG_HOST_CALL, the result in `detail`, and `user` as `data` with `len` 0.
/// `user_drop(user)`, if not NULL, runs exactly once: after that message was handled, or when the actor or the runtime
/// ends first; then `call` is not run if it has not begun. If this call fails it runs before the call returns.
///
/// Thread: owner. May call: user_drop on failure.
/// Returns ART_OK, ART_NO_CONTEXT, ART_NULL_POINTER, ART_INVALID_ARGUMENT for a tag of the runtime's, and the codes of
/// every owner-thread function. Since 0.1.
///
/// # Safety
/// `context` must be NULL or have been given to a handler by a runtime that still lives; `user` must stay valid until
/// `user_drop` runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_host_call(
    context: *mut art_context,
    call: art_host_call_fn,
    user: *mut c_void,
    user_drop: art_release_fn,
    done_tag: u64,
) -> art_status {
    let mut user = User::new(user, user_drop);
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, move |block, _, _| {
            user.block = block;
            let call = call.ok_or_else(|| Failure::new(ART_NULL_POINTER, "call is NULL"))?;
            let done_tag = payload::tag_or(done_tag, ART_TAG_HOST_CALL)?;
            let door = &block.engine.door;
            let actor = door.current().ok_or(ART_NO_CONTEXT)?;
            user.block = ptr::null();
            let call = HostCall { call, user, actor, done_tag };
            let block: *const Block = block;
            door.host_call(move |runtime| {
                if runtime.door().is_alive(call.actor).is_ok() {
                    // Not run here, where the runtime is borrowed: `call` may step it, and even destroy it.
                    // SAFETY: host calls are run by `art_run_host_calls` or the host of a `Hosted`, which have the block.
                    let engine: &Engine = &(*block).engine;
                    engine.host_call.set(Some(call));
                }
            });
            Ok(())
        })
    }
}

/// Runs host calls that wait, at most `max` (0 for all that wait now), in the order in which they were asked for, and
/// writes their number to `*out_ran`, which may be NULL. Call it when a step reports `host_calls`, after the timer is
/// re-armed and the next step arranged, and not from a timer's callback: the calls may run an event loop of their own.
///
/// A call may destroy the runtime: then this returns ART_CLOSED, and `rt` is gone.
///
/// Thread: owner. May call: the host calls, user_drop; wake.
/// Returns ART_OK, ART_CLOSED, ART_BUSY inside a step, ART_PANICKED, ART_UNSUPPORTED if another language is the host, and the codes of
/// every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out_ran` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_run_host_calls(rt: *mut art_runtime, max: u32, out_ran: *mut u32) -> art_status {
    let mut ran = 0;
    // SAFETY: the caller's promise, passed on.
    let status = unsafe { run_host_calls(rt, max, &mut ran) };
    // SAFETY: as above.
    unsafe { guard::write_optional(out_ran, ran) };
    status
}

/// A host call that waits.
pub(crate) struct HostCall {
    call: unsafe extern "C-unwind" fn(rt: *mut art_runtime, user: *mut c_void) -> u64,
    user: User,
    actor: ActorId,
    done_tag: u64,
}

/// The argument of a host call with the function that frees it.
struct User {
    user: *mut c_void,
    drop: art_release_fn,
    /// The block that a refused call is pinned to; null otherwise.
    block: *const Block,
}

impl User {
    fn new(user: *mut c_void, drop: art_release_fn) -> Self {
        Self { user, drop, block: ptr::null() }
    }

    /// As the payload of the message that tells the result.
    fn into_payload(self) -> OwnedBytes {
        let user = self.user;
        let this = Box::into_raw(Box::new(self)).cast();
        // SAFETY: there are no bytes; `release_user` takes the box back. It stays on this thread.
        unsafe { OwnedBytes::from_raw(user, 0, Some(release_user), this) }
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let Some(release) = self.drop else { return };
        // SAFETY: the function came with this argument, and this is its only call.
        let release = || unsafe { release(self.user) };
        // SAFETY: set while the call that was refused holds the block.
        match unsafe { self.block.as_ref() } {
            Some(block) => block.pinned(release),
            None => release(),
        }
    }
}

/// # Safety
/// `user` must be what `into_payload` gave away.
unsafe extern "C-unwind" fn release_user(_: *mut c_void, _: usize, user: *mut c_void, _: u32) {
    // SAFETY: by the caller.
    drop(unsafe { Box::from_raw(user.cast::<User>()) });
}

/// # Safety
/// As for `art_run_host_calls`.
unsafe fn run_host_calls(rt: *mut art_runtime, max: u32, ran: &mut u32) -> art_status {
    let mut left = max;
    let mut gone = None;
    // SAFETY: the caller's promise, passed on.
    let status = unsafe {
        guard::owner(rt, |block| {
            block.check_idle()?;
            block.check_not_hosted()?;
            if block.prelude.refuse_fork() {
                // They are the parent's to run.
                return Err(ART_FORKED.into());
            }
            let waiting = u32::try_from(block.engine.door.host_calls()).unwrap_or(u32::MAX);
            left = if max == 0 { waiting } else { max.min(waiting) };
            gone = Some(Rc::clone(&block.engine.gone));
            Ok(())
        })
    };
    let Some(gone) = gone else { return status };
    while left > 0 {
        left -= 1;
        let mut next = None;
        // SAFETY: as above; the runtime is not gone, which is looked at after each call.
        let status = unsafe {
            guard::owner(rt, |block| {
                let taken = block.with_runtime(|runtime| {
                    let run = panic::catch_unwind(AssertUnwindSafe(|| runtime.run_host_calls(1)));
                    run.map_err(|payload| {
                        let text = format!("panic in a host call: {}", guard::panic_text(&*payload));
                        guard::discard(payload);
                        Failure::new(ART_PANICKED, text)
                    })
                })?;
                next = block.engine.host_call.take();
                *ran += u32::from(next.is_some() || taken.is_err());
                taken.map(drop)
            })
        };
        if status != ART_OK {
            return status;
        }
        let Some(next) = next else { continue };
        // SAFETY: as above; nothing of the runtime is borrowed here.
        let status = unsafe { make(rt, next, &gone) };
        if status != ART_OK {
            return status;
        }
    }
    ART_OK
}

/// Makes a host call and tells its actor the result. ART_CLOSED if the call has destroyed the runtime.
///
/// # Safety
/// `rt` must be a living runtime of which nothing is borrowed, and `gone` its engine's.
pub(crate) unsafe fn make(rt: *mut art_runtime, call: HostCall, gone: &Cell<bool>) -> art_status {
    let HostCall { call, user, actor, done_tag } = call;
    // SAFETY: the function with its argument.
    let result = unsafe { call(rt, user.user) };
    if gone.get() {
        return ART_CLOSED;
    }
    // SAFETY: as above; the runtime is not gone.
    unsafe {
        guard::owner(rt, |block| {
            let flags = ART_MSG_HOST_CALL as u8;
            let envelope = Envelope { tag: done_tag, sender: result, flags, ..Envelope::default() };
            let sent = block.engine.door.send(actor, &envelope, Body::Owned(user.into_payload()));
            // An actor that has ended meanwhile hears nothing; the payload goes with the error.
            block.pinned(|| drop(sent));
            Ok(())
        })
    }
}
