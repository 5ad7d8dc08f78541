//! Asking several actors at once.

use std::ffi::c_void;
use std::mem::ManuallyDrop;

use actor_rt::ask::{AskError, Gather, PacketAnswer};
use actor_rt::{ActorId, Body, Envelope, OwnedBytes};

use crate::ask::*;
use crate::exit::listener;
use crate::failure::Failure;
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload;
use crate::status::*;
use crate::tag::ART_TAG_ANSWERS;

/// What became of a question to several actors: the payload of ART_TAG_ANSWERS. The answers follow it: `count` of art_answer, in the order in
/// which the actors were named, the first one at `(const char *)answers + answers->struct_size`, each next one `answer_size` bytes
/// further on. Borrowed as the message is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_answers {
    /// Size of this struct in bytes, set by the library: where the answers begin.
    pub struct_size: u32,
    /// How many bytes each of them takes.
    pub answer_size: u32,
    /// How many actors were asked.
    pub count: u32,
    /// How many of them have replied.
    pub replies: u32,
    /// The number that `art_ask_all` was given.
    pub number: u64,
}

/// The outcome of one actor of several that were asked.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_answer {
    /// Size of this struct in bytes, set by the library.
    pub struct_size: u32,
    /// ART_REPLY_OK or one of its siblings; ART_REPLY_CANCELLED if it was not waited for.
    pub status: i32,
    /// Who was asked.
    pub actor: art_actor,
    /// Of a reply: its tag. Else 0.
    pub tag: u64,
    /// The reply's bytes, aligned to 8; borrowed as the message is. NULL if there are none.
    pub data: *const c_void,
    /// Their number.
    pub len: usize,
}

/// How many replies are enough
/// ===========================
///
/// All outcomes are waited for.
pub const ART_GATHER_ALL: u32 = 0;
/// One. Any other number means so many.
pub const ART_GATHER_FIRST: u32 = 1;

/// Asks `count` actors at `to` the same on behalf of the actor `from`, within one time. Each gets a message as with `art_ask`. `from` gets
/// one message for all of them, with the tag ART_TAG_ANSWERS and an art_answers as its payload: when `enough` (ART_GATHER_...) have replied, or so many can no
/// more, or all have their outcome. Who was not waited for is withdrawn. None comes if `from` ends first, or is restarted. `number` is the
/// caller's, to know the answers by. `len` bytes at `data` are copied.
///
/// One that has ended (ART_REPLY_CLOSED), whose mailbox is full (ART_REPLY_FULL) or that takes no such messages (ART_REPLY_NO_REPLY) is an outcome
/// at its place, and no hindrance for the others.
///
/// Thread: owner. May call: wake outside of a step; the drop of a message that gives way.
/// Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND for `from` or an id of 0, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_INVALID_ARGUMENT for a tag of the
/// runtime's or an `enough` that is more than `count`, ART_TOO_LARGE, ART_UNSUPPORTED for a Rust actor as `from` that takes no such messages,
/// ART_CLOSED during destruction, and the codes of every owner-thread function; then nobody was asked. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `to` readable for `count` ids; `data` readable for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_ask_all(
    rt: *mut art_runtime,
    from: art_actor,
    to: *const art_actor,
    count: usize,
    enough: u32,
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
            let data = guard::bytes(data, len)?;
            let asker = listener(block, from)?;
            if u32::try_from(count).is_err() || enough as usize > count {
                return Err(Failure::new(
                    ART_INVALID_ARGUMENT,
                    "enough is more than count, or that is too many",
                ));
            }
            if count != 0 {
                guard::not_null(to, "to")?;
            }
            let targets: Vec<ActorId> = (0..count).map(|index| ActorId(to.add(index).read())).collect();
            let gather = match enough {
                ART_GATHER_ALL => Gather::All,
                ART_GATHER_FIRST => Gather::First,
                replies => Gather::Quorum(replies as usize),
            };
            let door = block.engine.door.clone();
            let asked = targets.clone();
            let done = move |outcomes: Vec<Result<PacketAnswer, AskError>>| {
                let envelope = Envelope { tag: ART_TAG_ANSWERS, ..Envelope::default() };
                // One that is gone need not know.
                _ = door.send(asker, &envelope, Body::Owned(told(&asked, &outcomes, number)));
            };
            let door = &block.engine.door;
            door.ask_all(asker, &targets, tag, data, deadline_ns, gather, done).map_err(payload::unknown)
        })
    }
}

const HEAD: usize = size_of::<art_answers>();
const EACH: usize = size_of::<art_answer>();
const _: () = assert!(HEAD % 8 == 0 && EACH % 8 == 0 && align_of::<art_answer>() <= 8);

/// The payload: in one piece, which does not move, since the answers point into it.
fn told(asked: &[ActorId], outcomes: &[Result<PacketAnswer, AskError>], number: u64) -> OwnedBytes {
    let texts = outcomes.iter().flatten().map(|answer| answer.bytes.as_slice().len().next_multiple_of(8));
    let len = HEAD + EACH * outcomes.len() + texts.sum::<usize>();
    let mut words = ManuallyDrop::new(vec![0_u64; len / 8].into_boxed_slice());
    let begin = words.as_mut_ptr().cast::<u8>();
    let replies = outcomes.iter().flatten().count();
    let head = art_answers {
        struct_size: HEAD as u32,
        answer_size: EACH as u32,
        count: outcomes.len() as u32,
        replies: replies as u32,
        number,
    };
    // SAFETY: the words have room for all of it, and are aligned for each part.
    unsafe {
        begin.cast::<art_answers>().write(head);
        let mut place = begin.add(HEAD).cast::<art_answer>();
        let mut behind = begin.add(HEAD + EACH * outcomes.len());
        for (actor, outcome) in asked.iter().zip(outcomes) {
            let mut answer = art_answer {
                struct_size: EACH as u32,
                status: ART_REPLY_OK,
                actor: actor.0,
                tag: 0,
                data: std::ptr::null(),
                len: 0,
            };
            match outcome {
                Ok(reply) => {
                    let bytes = reply.bytes.as_slice();
                    answer.tag = reply.tag;
                    answer.len = bytes.len();
                    if !bytes.is_empty() {
                        answer.data = behind.cast();
                    }
                    bytes.as_ptr().copy_to_nonoverlapping(behind, bytes.len());
                    behind = behind.add(bytes.len().next_multiple_of(8));
                }
                Err(error) => answer.status = outcome_of(*error),
            }
            place.write(answer);
            place = place.add(1);
        }
        OwnedBytes::from_raw(begin.cast(), len, Some(free_words), std::ptr::null_mut())
    }
}

/// # Safety
/// `data` and `len` are of a boxed slice of words that is given up.
unsafe extern "C-unwind" fn free_words(data: *mut c_void, len: usize, _: *mut c_void, _: u32) {
    // SAFETY: by the caller.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(data.cast::<u64>(), len / 8)) });
}

/// An outcome that is no reply, as C has it.
pub(crate) fn outcome_of(error: AskError) -> i32 {
    match error {
        AskError::Timeout => ART_REPLY_TIMEOUT,
        AskError::Closed => ART_REPLY_CLOSED,
        AskError::Cancelled => ART_REPLY_CANCELLED,
        AskError::Lost => ART_REPLY_LOST,
        AskError::Full => ART_REPLY_FULL,
        _ => ART_REPLY_NO_REPLY,
    }
}
