//! Mailboxes of actors' own, and posting with care: with a priority, with a time to live, when there is room.

use std::ffi::c_void;
use std::time::Duration;

use actor_rt::mailbox::{Mailbox, Overflow, Priority, Sending};
use actor_rt::{ActorId, Body, Envelope, PostError, Ret};

use crate::buffer;
use crate::callback::art_drop_fn;
use crate::exit::listener;
use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::{art_actor, art_buffer, art_runtime};
use crate::payload::{self, Handed};
use crate::post::{given_back, lost};
use crate::runtime::Block;
use crate::status::*;
use crate::tag::ART_TAG_ROOM;

/// How an actor keeps its messages: `mailbox` of art_actor_config, or set later. An actor that has one takes messages by their priority;
/// each costs a detour then.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_mailbox {
    /// `sizeof(art_mailbox)`.
    pub struct_size: u32,
    /// What happens to a message for which there is no room: ART_OVERFLOW_...
    pub overflow: u32,
    /// Most messages that may wait, 0 for no bound. Stops, kills, answers, timers and the runtime's own messages do not count.
    pub capacity: u32,
    /// Most messages that may come within `rate_ns`, 0 for no limit. What comes beyond is treated as if there were no room.
    pub rate_messages: u32,
    /// The time of `rate_messages`, in ns.
    pub rate_ns: u64,
    /// With ART_OVERFLOW_REDIRECT: who gets the messages for which there is no room. Else 0.
    pub redirect_to: art_actor,
}

/// What happens to a message for which there is no room
/// ====================================================
///
/// It is refused: the post answers ART_FULL.
pub const ART_OVERFLOW_REJECT: u32 = 0;
/// It is lost, and the post answers ART_OK.
pub const ART_OVERFLOW_DROP_NEWEST: u32 = 1;
/// The oldest of the least urgent messages is lost, and this one takes its place.
pub const ART_OVERFLOW_DROP_OLDEST: u32 = 2;
/// The actor fails, as it cannot keep up, and the message is refused.
pub const ART_OVERFLOW_FAIL: u32 = 3;
/// It goes to the actor `redirect_to`, if that takes such messages and has room in turn, and is refused if not. It goes on once only.
pub const ART_OVERFLOW_REDIRECT: u32 = 4;

/// How a message is posted: `art_post_with` and its siblings.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_sending {
    /// `sizeof(art_sending)`.
    pub struct_size: u32,
    /// How urgent it is to an actor with a mailbox of its own: ART_PRIORITY_... Others take all in their order.
    pub priority: u32,
    /// How long it is worth anything, in ns; 0 for ever. If its turn comes later, it is lost, and its payload dropped with
    /// ART_DROP_EXPIRED.
    pub time_to_live_ns: u64,
}

/// Priorities
/// ==========
///
/// As any post.
pub const ART_PRIORITY_NORMAL: u32 = 0;
/// Before all others.
pub const ART_PRIORITY_HIGH: u32 = 1;
/// When nothing else waits.
pub const ART_PRIORITY_LOW: u32 = 2;

/// Gives an actor a mailbox of its own, or changes it. What waits stays.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_INVALID_ARGUMENT, ART_STRUCT_SIZE, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `mailbox` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_set_mailbox(
    rt: *mut art_runtime,
    actor: art_actor,
    mailbox: *const art_mailbox,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let settings = settings(&guard::read_struct(mailbox)?)?;
            block.engine.door.set_mailbox(ActorId(actor), settings).map_err(payload::unknown)
        })
    }
}

/// As `art_post`, with a priority and a time to live.
///
/// Thread: owner. May call: wake outside of a step; the drop of a message that gives way.
/// Returns as `art_post`; ART_STRUCT_SIZE, ART_INVALID_ARGUMENT also for an unknown priority. Since 0.1.
///
/// # Safety
/// As for `art_post`; `sending` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_post_with(
    rt: *mut art_runtime,
    to: art_actor,
    sending: *const art_sending,
    tag: u64,
    data: *const c_void,
    len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let sending = way(&guard::read_struct(sending)?)?;
            payload::check_tag(tag)?;
            let body = payload::copied(data, len)?;
            let posted = block.engine.door.post_with(ActorId(to), sending, tag, body);
            posted.map_err(|(error, _)| lost(block, to, tag, error))
        })
    }
}

/// As `art_try_post`, with a priority and a time to live.
///
/// Thread: owner. May call: wake outside of a step; the drop of a message that gives way. Returns as `art_post_with`. Since 0.1.
///
/// # Safety
/// As for `art_post_with`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_try_post_with(
    rt: *mut art_runtime,
    to: art_actor,
    sending: *const art_sending,
    tag: u64,
    data: *const c_void,
    len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let sending = way(&guard::read_struct(sending)?)?;
            payload::check_tag(tag)?;
            let body = payload::copied(data, len)?;
            let posted = block.engine.door.post_with(ActorId(to), sending, tag, body);
            posted.map_err(|(error, _)| match error {
                PostError::Full => payload::refused(error),
                error => lost(block, to, tag, error),
            })
        })
    }
}

/// As `art_post_owned`, with a priority and a time to live.
///
/// Thread: owner. May call: wake outside of a step; drop on failure, or if it is lost in a full mailbox; the drop of a message that gives way.
/// Returns as `art_post_with`. Since 0.1.
///
/// # Safety
/// As for `art_post_owned`; `sending` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_post_owned_with(
    rt: *mut art_runtime,
    to: art_actor,
    sending: *const art_sending,
    tag: u64,
    data: *mut c_void,
    len: usize,
    drop: art_drop_fn,
    drop_user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The payload is consumed from here on, also if the call is refused.
    let handed = unsafe { Handed::new(data, len, drop, drop_user) };
    // SAFETY: as above.
    let body = |block: &Block, handed: &mut Handed| unsafe { post_handed(block, to, sending, tag, handed) };
    // SAFETY: as above.
    unsafe { payload::consuming(rt, handed, body) }
}

/// As `art_try_post_owned`, with a priority and a time to live: on ART_FULL, and only then, the payload stays the caller's.
///
/// Thread: owner. May call: wake outside of a step; drop on failures other than ART_FULL, or if it is lost in a full mailbox; the drop of a
/// message that gives way. Returns as `art_post_with`. Since 0.1.
///
/// # Safety
/// As for `art_post_owned_with`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_try_post_owned_with(
    rt: *mut art_runtime,
    to: art_actor,
    sending: *const art_sending,
    tag: u64,
    data: *mut c_void,
    len: usize,
    drop: art_drop_fn,
    drop_user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The payload is consumed from here on, but for ART_FULL.
    let handed = unsafe { Handed::new(data, len, drop, drop_user) };
    let body = |block: &Block, handed: &mut Handed| {
        // SAFETY: as above.
        let sending = way(&unsafe { guard::read_struct(sending) }?)?;
        payload::check_tag(tag)?;
        let posted = block.engine.door.post_with(ActorId(to), sending, tag, Body::Owned(handed.take()?));
        posted.map_err(|(error, body)| given_back(block, to, tag, error, body))
    };
    // SAFETY: as above.
    unsafe { payload::consuming(rt, handed, body) }
}

/// As `art_post_buffer`, with a priority and a time to live.
///
/// Thread: owner. May call: wake outside of a step; the buffer's drop on failure, or if it is lost in a full mailbox; the drop of a message that
/// gives way. Returns as `art_post_with`. Since 0.1.
///
/// # Safety
/// As for `art_post_buffer`; `sending` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_post_buffer_with(
    rt: *mut art_runtime,
    to: art_actor,
    sending: *const art_sending,
    tag: u64,
    buffer: *mut art_buffer,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The reference is consumed from here on, also if the call is refused.
    match unsafe { buffer::reference(buffer) } {
        Ok(bytes) => {
            // SAFETY: as above.
            let body =
                |block: &Block, handed: &mut Handed| unsafe { post_handed(block, to, sending, tag, handed) };
            // SAFETY: as above.
            unsafe { payload::consuming(rt, Handed::of(bytes), body) }
        }
        // SAFETY: as above.
        Err(failure) => unsafe { guard::owner(rt, |_| Err(failure)) },
    }
}

/// Lets the messages of an actor wait until `art_resume`: they are kept, within its bound. Stops and kills still come.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_WRONG_STATE if it is not ready or is paused already, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pause(rt: *mut art_runtime, actor: art_actor) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let paused = block.engine.door.pause(ActorId(actor)).map_err(payload::unknown)?;
            if paused {
                Ok(())
            } else {
                Err(Failure::new(ART_WRONG_STATE, "the actor is not ready, or paused already"))
            }
        })
    }
}

/// Lets a paused actor go on: what waited comes before everything else, in its order.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_WRONG_STATE if it is not paused, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread
/// function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_resume(rt: *mut art_runtime, actor: art_actor) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let resumed = block.engine.door.resume(ActorId(actor)).map_err(payload::unknown)?;
            if resumed { Ok(()) } else { Err(Failure::new(ART_WRONG_STATE, "the actor is not paused")) }
        })
    }
}

/// Tells the actor `waiter` once when no more than `most` messages wait for the actor `of`: by a message with the tag ART_TAG_ROOM and `of` as
/// its sender. Its `status` is ART_OK, or ART_NOT_FOUND if `of` ends before, or takes no more messages. For senders that hold their messages back
/// themselves after ART_FULL.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust actor as the waiter that takes no such messages,
/// and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_on_room(
    rt: *mut art_runtime,
    waiter: art_actor,
    of: art_actor,
    most: u32,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let to = listener(block, waiter)?;
            // Before there is anybody to tell.
            block.engine.door.is_alive(ActorId(of)).map_err(payload::unknown)?;
            let door = block.engine.door.clone();
            let room = Ret::new(move |room: Option<()>| {
                let status = if room.is_some() { ART_OK } else { ART_NOT_FOUND };
                let envelope = Envelope { tag: ART_TAG_ROOM, sender: of, status, ..Envelope::default() };
                // One that is gone need not know.
                _ = door.send(to, &envelope, Body::Copied(b""));
            });
            block.engine.door.on_room(ActorId(of), most, room).map_err(payload::unknown)
        })
    }
}

/// # Safety
/// `sending` must be NULL or valid with its `struct_size`.
unsafe fn post_handed(
    block: &Block,
    to: art_actor,
    sending: *const art_sending,
    tag: u64,
    handed: &mut Handed,
) -> Outcome {
    // SAFETY: the caller's promise.
    let sending = way(&unsafe { guard::read_struct(sending) }?)?;
    payload::check_tag(tag)?;
    let posted = block.engine.door.post_with(ActorId(to), sending, tag, Body::Owned(handed.take()?));
    posted.map_err(|(error, body)| payload::give_up(block, lost(block, to, tag, error), body))
}

/// What an `art_sending` says, checked.
fn way(given: &art_sending) -> Outcome<Sending> {
    let priority = match given.priority {
        ART_PRIORITY_NORMAL => Priority::Normal,
        ART_PRIORITY_HIGH => Priority::High,
        ART_PRIORITY_LOW => Priority::Low,
        _ => {
            return Err(Failure::new(ART_INVALID_ARGUMENT, "sending.priority is none of ART_PRIORITY_..."));
        }
    };
    let sending = Sending::new().priority(priority);
    Ok(match given.time_to_live_ns {
        0 => sending,
        time => sending.time_to_live(Duration::from_nanos(time)),
    })
}

/// What an `art_mailbox` says, checked.
pub(crate) fn settings(given: &art_mailbox) -> Outcome<Mailbox> {
    let overflow = match given.overflow {
        ART_OVERFLOW_REJECT => Overflow::Reject,
        ART_OVERFLOW_DROP_NEWEST => Overflow::DropNewest,
        ART_OVERFLOW_DROP_OLDEST => Overflow::DropOldest,
        ART_OVERFLOW_FAIL => Overflow::Fail,
        ART_OVERFLOW_REDIRECT => Overflow::Redirect(ActorId(given.redirect_to)),
        _ => return Err(Failure::new(ART_INVALID_ARGUMENT, "mailbox.overflow is none of ART_OVERFLOW_...")),
    };
    if (given.overflow == ART_OVERFLOW_REDIRECT) != (given.redirect_to != 0) {
        return Err(Failure::new(
            ART_INVALID_ARGUMENT,
            "mailbox.redirect_to goes with ART_OVERFLOW_REDIRECT, which needs it",
        ));
    }
    let mut settings = Mailbox::new().overflow(overflow);
    if given.capacity != 0 {
        settings = settings.capacity(given.capacity);
    }
    if given.rate_messages != 0 {
        settings = settings.rate(given.rate_messages, Duration::from_nanos(given.rate_ns));
    } else if given.rate_ns != 0 {
        return Err(Failure::new(ART_INVALID_ARGUMENT, "mailbox.rate_ns needs rate_messages"));
    }
    Ok(settings)
}
