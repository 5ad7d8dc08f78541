//! Pings: whether an actor is well, and how soon it comes to a message.

use std::ffi::c_void;
use std::time::Duration;

use actor_rt::{ActorId, Body, Envelope, Ret};

use crate::exit::listener;
use crate::failure::Failure;
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload;
use crate::status::*;
use crate::tag::ART_TAG_PONG;

/// The answer to a ping: the payload of ART_TAG_PONG, and what callbacks get. Borrowed as the message is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_pong {
    /// Size of this struct in bytes, set by the library.
    pub struct_size: u32,
    /// 1; 0 if there is no answer: the actor has ended before, or its `on_system` wanted none.
    pub answered: u32,
    /// Who was asked.
    pub actor: art_actor,
    /// How long the answer took by the runtime's clock, in ns.
    pub latency_ns: u64,
}

/// Hears the answer to a ping, on the owner thread. `pong` is borrowed.
pub type art_pong_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void, pong: *const art_pong)>;

/// Asks an actor, whatever it is, whether it is well, on behalf of the actor `asker`: that is told once, by a message with the tag
/// ART_TAG_PONG, an art_pong as its payload and `actor` as its sender, before any message that waits. The answer comes when what was sent to
/// the actor before has been handled, and says how long that took. A ping takes no place in the mailbox and no bound stops it. A paused actor
/// answers when it goes on. A handler that does not return is seen by nobody on this thread: see `art_watchdog_create`.
///
/// Thread: owner. May call: wake outside of a step; clock.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust actor as the asker that takes no such
/// messages, ART_CLOSED during destruction, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_ping(rt: *mut art_runtime, asker: art_actor, actor: art_actor) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let to = listener(block, asker)?;
            let door = &block.engine.door;
            // Before there is anybody to tell.
            door.is_alive(ActorId(actor)).map_err(payload::unknown)?;
            let tell = door.clone();
            let answer = Ret::new(move |took: Option<Duration>| {
                let envelope = Envelope { tag: ART_TAG_PONG, sender: actor, ..Envelope::default() };
                // One that is gone need not know.
                _ = tell.send_ahead(to, &envelope, Body::Copied(pong(actor, took).as_bytes()));
            });
            door.ping(ActorId(actor), answer).map_err(payload::unknown)
        })
    }
}

/// As `art_ping`, for those who are no actors: calls `told(user, pong)` once, in a step, or by `art_destroy`.
///
/// Thread: owner. May call: wake outside of a step; clock.
/// Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function.
/// Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `user` must stay valid for `told` until that was called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_on_pong(
    rt: *mut art_runtime,
    actor: art_actor,
    told: art_pong_fn,
    user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let told = told.ok_or_else(|| Failure::new(ART_NULL_POINTER, "told is NULL"))?;
            let door = &block.engine.door;
            // Before there is anybody to tell.
            door.is_alive(ActorId(actor)).map_err(payload::unknown)?;
            let answer = Ret::new(move |took: Option<Duration>| {
                let pong = pong(actor, took);
                // SAFETY: the function came with this argument; the answer is borrowed for the call.
                told(user, &raw const pong);
            });
            door.ping(ActorId(actor), answer).map_err(payload::unknown)
        })
    }
}

fn pong(actor: art_actor, took: Option<Duration>) -> art_pong {
    art_pong {
        struct_size: size_of::<art_pong>() as u32,
        answered: u32::from(took.is_some()),
        actor,
        latency_ns: took.map_or(0, nanoseconds),
    }
}

/// A time as C has it.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl art_pong {
    fn as_bytes(&self) -> &[u8] {
        const { assert!(size_of::<Self>() == 24, "there is no padding") };
        // SAFETY: integers without padding.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).cast(), size_of::<Self>()) }
    }
}
