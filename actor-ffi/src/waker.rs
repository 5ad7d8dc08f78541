//! Wakers: a doorbell of one actor. Ringing never allocates and never fails for lack of room.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use actor_rt::{ActorId, Body, Door, Envelope, OwnedBytes, Waker};

use crate::guard;
use crate::handle::{art_actor, art_runtime, art_waker};
use crate::message::{ART_MSG_LAST, ART_MSG_WAKE};
use crate::payload;
use crate::status::*;
use crate::tag::ART_TAG_WAKE;

/// Makes a waker with one reference and writes it to `*out`, NULL on failure. Rung, it sends the actor a message with
/// `tag` (0 for ART_TAG_WAKE) and the flag ART_MSG_WAKE; when its last reference is given up, one with ART_MSG_LAST too.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_INVALID_ARGUMENT for a tag of the
/// runtime's, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_waker_create(
    rt: *mut art_runtime,
    actor: art_actor,
    tag: u64,
    out: *mut *mut art_waker,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, ptr::null_mut());
        guard::owner(rt, |block| {
            guard::not_null(out, "out")?;
            let tag = payload::tag_or(tag, ART_TAG_WAKE)?;
            let door = &block.engine.door;
            door.is_alive(ActorId(actor)).map_err(payload::unknown)?;
            let ringing = Rc::new(Cell::new(false));
            let waker =
                door.waker(move |runtime, last| ring(runtime.door(), ActorId(actor), tag, &ringing, last));
            guard::write(out, Arc::into_raw(Arc::new(waker)).cast_mut().cast(), "out")
        })
    }
}

/// Rings. Allocates nothing.
///
/// Thread: any, and async-signal-safe if the host's `wake` is. May call: wake, as the last act.
/// Returns ART_OK, ART_NULL_POINTER, ART_CLOSED. Since 0.1.
///
/// # Safety
/// `waker` must be NULL or a waker of which the caller holds a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_waker_wake(waker: *mut art_waker) -> art_status {
    guard::anywhere(|| {
        guard::not_null(waker, "waker")?;
        // SAFETY: made by `art_waker_create`, and the caller's reference keeps it alive.
        let waker = unsafe { &*waker.cast::<Waker>() };
        waker.wake();
        if waker.is_closed() { Err(ART_CLOSED.into()) } else { Ok(()) }
    })
}

/// Adds a reference and returns the waker; NULL for NULL.
///
/// Thread: any. May call: nothing. Since 0.1.
///
/// # Safety
/// As for `art_waker_wake`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_waker_ref(waker: *mut art_waker) -> *mut art_waker {
    if !waker.is_null() {
        // SAFETY: made by `art_waker_create`, and the caller's reference keeps it alive.
        unsafe { Arc::increment_strong_count(waker.cast::<Waker>()) };
    }
    waker
}

/// Gives up a reference. NULL is fine.
///
/// Thread: any. May call: wake, as the last act. Since 0.1.
///
/// # Safety
/// `waker` must be NULL or a waker of which the caller holds a reference, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_waker_unref(waker: *mut art_waker) {
    if !waker.is_null() {
        guard::anywhere(|| {
            // SAFETY: made by `art_waker_create`; the caller gives up the reference this drops.
            drop(unsafe { Arc::from_raw(waker.cast::<Waker>()) });
            Ok(())
        });
    }
}

/// The waker was rung, or given up: sends the message, unless the actor has one of this waker before it.
fn ring(door: &Door, actor: ActorId, tag: u64, ringing: &Rc<Cell<bool>>, last: bool) {
    if ringing.replace(true) && !last {
        return;
    }
    let flags = if last { ART_MSG_WAKE | ART_MSG_LAST } else { ART_MSG_WAKE };
    let envelope = Envelope { tag, flags: flags as u8, ..Envelope::default() };
    let marker = Rc::into_raw(Rc::clone(ringing)).cast_mut().cast();
    // SAFETY: there are no bytes; `heard` takes back the reference that it is given. Marker and message stay on this thread.
    let marker = unsafe { OwnedBytes::from_raw(ptr::null_mut(), 0, Some(heard), marker) };
    // If the actor has ended, the marker goes with the error.
    drop(door.send(actor, &envelope, Body::Owned(marker)));
}

/// The release of a ring's message: the next ring sends another.
///
/// # Safety
/// `user` must be the reference that `ring` gave away.
unsafe extern "C-unwind" fn heard(_: *mut c_void, _: usize, user: *mut c_void, _: u32) {
    // SAFETY: by the caller.
    unsafe { Rc::from_raw(user.cast::<Cell<bool>>()) }.set(false);
}
