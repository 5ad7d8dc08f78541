//! Posts that wait for room.

use std::cell::Cell;
use std::ffi::c_void;
use std::rc::Rc;

use actor_rt::mailbox::ParkError;
use actor_rt::{ActorId, Body, Envelope, Ret};

use crate::callback::art_drop_fn;
use crate::exit::listener;
use crate::failure::Outcome;
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload::{self, Handed};
use crate::runtime::Block;
use crate::status::*;
use crate::tag::ART_TAG_SENT;

/// What became of a post that could wait for room: the payload of ART_TAG_SENT, and what callbacks get. Borrowed as the message is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_sent {
    /// Size of this struct in bytes, set by the library.
    pub struct_size: u32,
    /// ART_SENT_... New ones may appear.
    pub outcome: u32,
    /// Whom it was for.
    pub to: art_actor,
    /// The number that the post was given.
    pub number: u64,
}

/// Outcomes of a post that could wait for room
/// ===========================================
///
/// The message is in the receiver's mailbox.
pub const ART_SENT_TAKEN: u32 = 0;
/// There was no room in time. The message is gone, and will not be delivered.
pub const ART_SENT_TIMEOUT: u32 = 1;
/// The receiver has ended, or takes no more messages.
pub const ART_SENT_CLOSED: u32 = 2;
/// The sender has 16 messages waiting for room already. This one is gone.
pub const ART_SENT_TOO_MANY: u32 = 3;

/// Hears what became of a post, on the owner thread. `sent` is borrowed.
pub type art_sent_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void, sent: *const art_sent)>;

/// Posts a copy of `len` bytes at `data` on behalf of the actor `from`, now or as soon as there is room, until `deadline_ns` of the host's clock
/// (ART_NEVER for no such time). What waits like this for an actor is taken in its order, before anything that is posted later. `from`
/// is told exactly once what became of it: by a message with the tag ART_TAG_SENT, `to` as its sender and an art_sent as its
/// payload, in which `number` is the caller's. If `from` ends or is restarted before the message was taken, that is gone, and nobody is told.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK also for a receiver that has ended, which is an outcome; ART_NOT_FOUND for `from` or an id of 0, ART_WRONG_KIND, ART_WRONG_RUNTIME,
/// ART_TOO_LARGE, ART_INVALID_ARGUMENT for a tag of the runtime's, ART_UNSUPPORTED for a Rust actor on either side that takes no such messages,
/// and the codes of every owner-thread function; then nothing was posted, and nobody is told. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` readable for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_post_parked(
    rt: *mut art_runtime,
    from: art_actor,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
    deadline_ns: u64,
    number: u64,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            payload::check_tag(tag)?;
            let body = payload::copied(data, len)?;
            let (from, told) = teller(block, from, to, number)?;
            park(block, Some(from), to, tag, body, deadline_ns, told)
        })
    }
}

/// As `art_post_parked`, but hands the payload over by the rule of `art_post_owned`. If the message is not taken, `drop` gets ART_DROP_FULL, or
/// ART_DROP_NOT_FOUND or ART_DROP_CANCELLED for a receiver that had ended or has.
///
/// Thread: owner. May call: wake outside of a step; drop on failure, and if the outcome is known at once.
/// Returns as `art_post_parked`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` must stay readable for `len` bytes until `drop` runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_post_parked_owned(
    rt: *mut art_runtime,
    from: art_actor,
    to: art_actor,
    tag: u64,
    data: *mut c_void,
    len: usize,
    drop: art_drop_fn,
    drop_user: *mut c_void,
    deadline_ns: u64,
    number: u64,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The payload is consumed from here on, also if the call is refused.
    let handed = unsafe { Handed::new(data, len, drop, drop_user) };
    let body = |block: &Block, handed: &mut Handed| {
        payload::check_tag(tag)?;
        let (from, told) = teller(block, from, to, number)?;
        let body = Body::Owned(handed.take()?);
        park(block, Some(from), to, tag, body, deadline_ns, told)
    };
    // SAFETY: as above.
    unsafe { payload::consuming(rt, handed, body) }
}

/// As `art_post_parked`, for those who are no actors: calls `told(user, sent)`, which may be NULL, once: in a step, or by `art_destroy`. The message is nobody's: no end of a sender takes it back, and any number may wait. Inside a handler its sender is
/// the handler's actor, else 0.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns as `art_post_parked`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` readable for `len` bytes; `user` must stay valid for `told` until that was called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_post_parked_then(
    rt: *mut art_runtime,
    to: art_actor,
    tag: u64,
    data: *const c_void,
    len: usize,
    deadline_ns: u64,
    told: art_sent_fn,
    user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            payload::check_tag(tag)?;
            let body = payload::copied(data, len)?;
            // Without an outcome the call was refused, or else the runtime has ended before it could be told.
            let admitted = Rc::new(Cell::new(false));
            let asked = admitted.clone();
            let told = Ret::new(move |sent: Option<Result<(), ParkError>>| {
                let sent = sent.or_else(|| asked.get().then_some(Err(ParkError::Closed)));
                if let (Some(told), Some(sent)) = (told, sent) {
                    let sent = art_sent::of(sent, to, 0);
                    // SAFETY: the function came with this argument; what is told is borrowed for the call.
                    told(user, &raw const sent);
                }
            });
            park(block, None, to, tag, body, deadline_ns, told)?;
            admitted.set(true);
            Ok(())
        })
    }
}

type Told = Ret<Result<(), ParkError>>;

/// The actor that sends, and what tells it the outcome.
fn teller(block: &Block, from: art_actor, to: art_actor, number: u64) -> Outcome<(ActorId, Told)> {
    let from = listener(block, from)?;
    let door = block.engine.door.clone();
    let told = Ret::new(move |sent: Option<Result<(), ParkError>>| {
        let Some(sent) = sent else { return };
        let sent = art_sent::of(sent, to, number);
        let envelope = Envelope { tag: ART_TAG_SENT, sender: to, ..Envelope::default() };
        // One that is gone need not know.
        _ = door.send(from, &envelope, Body::Copied(sent.as_bytes()));
    });
    Ok((from, told))
}

fn park(
    block: &Block,
    from: Option<ActorId>,
    to: art_actor,
    tag: u64,
    body: Body<'_>,
    deadline_ns: u64,
    told: Told,
) -> Outcome {
    let door = &block.engine.door;
    // The payload may be released in it, and a drop function must not pull away what this stands in.
    let posted = block.pinned(|| door.post_parked(from, ActorId(to), tag, body, deadline_ns, told));
    posted.map_err(|(error, body)| payload::give_up(block, payload::refused(error), body))
}

impl art_sent {
    fn of(sent: Result<(), ParkError>, to: art_actor, number: u64) -> Self {
        let outcome = match sent {
            Ok(()) => ART_SENT_TAKEN,
            Err(ParkError::Timeout) => ART_SENT_TIMEOUT,
            Err(ParkError::TooMany) => ART_SENT_TOO_MANY,
            Err(_) => ART_SENT_CLOSED,
        };
        Self { struct_size: size_of::<Self>() as u32, outcome, to, number }
    }

    fn as_bytes(&self) -> &[u8] {
        // SAFETY: a struct of integers without padding, as the layout says.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).cast(), size_of::<Self>()) }
    }
}
