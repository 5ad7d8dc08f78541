//! Tags: the 64-bit numbers that say what a message is, made from names. The lower half of the range (top bit clear,
//! and not zero) belongs to the application, the rest to the runtime.

use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::art_runtime;
use crate::runtime::Block;
use crate::status::*;

/// Tags of the runtime: the top bit is set
/// ===================
///
/// The answer to an ask: `status` holds the outcome, `reply` the token of the ask, `detail` the tag of the reply.
pub const ART_TAG_REPLY: u64 = 0x8000000000000001;
/// A timer that was armed with tag 0 has come due; `detail` holds its id.
pub const ART_TAG_TIMER: u64 = 0x8000000000000002;
/// A waker that was made with tag 0 was rung.
pub const ART_TAG_WAKE: u64 = 0x8000000000000003;
/// To an actor with ART_ACTOR_HEARS_STOP: it is to stop, its children have; `art_stopped` when it is done. The payload is an art_exit.
pub const ART_TAG_STOP: u64 = 0x8000000000000004;
/// An actor that this one monitors has ended: the sender. The payload is an art_exit.
pub const ART_TAG_DOWN: u64 = 0x8000000000000005;
/// A host call that was made with tag 0 has returned; `detail` holds its result.
pub const ART_TAG_HOST_CALL: u64 = 0x8000000000000006;
/// An actor that this one is linked to has ended, the sender, and this one traps that. The payload is an art_exit.
pub const ART_TAG_EXIT: u64 = 0x8000000000000007;
/// To an actor with ART_ACTOR_HEARS_CHILDREN: a child has started, was restarted or has ended for good. The payload is an art_exit.
pub const ART_TAG_CHILD: u64 = 0x8000000000000008;
/// There is room with the actor that `art_on_room` named: the sender; or it is gone, then `status` is ART_NOT_FOUND.
pub const ART_TAG_ROOM: u64 = 0x8000000000000009;
/// An actor, the sender, has joined a group that this one monitors. The payload is the group's name.
pub const ART_TAG_JOINED: u64 = 0x800000000000000a;
/// An actor, the sender, has left a group that this one monitors. The payload is the group's name.
pub const ART_TAG_LEFT: u64 = 0x800000000000000b;
/// The answer of an actor, the sender, that `art_ping` asked on behalf of this one. The payload is an art_pong.
pub const ART_TAG_PONG: u64 = 0x800000000000000c;
/// A name that this actor monitors has another holder: the sender, 0 for nobody. The payload is the name.
pub const ART_TAG_NAME: u64 = 0x800000000000000d;
/// An actor, the sender, whose restarts this one monitors was restarted. The payload is a uint64_t: how often by now.
pub const ART_TAG_RESTARTED: u64 = 0x800000000000000e;
/// Whether a pool, the sender, has accepted a job, which this actor wanted to know: `status` is ART_JOB_ACCEPTED, or says why not; then the
/// payload is that of the job, which comes back. Jobs may name another tag for it.
pub const ART_TAG_JOB: u64 = 0x800000000000000f;
/// What a pool, the sender, has to do, which this actor asked for. The payload is an art_pool_counts.
pub const ART_TAG_POOL: u64 = 0x8000000000000010;
/// What became of a question to several actors: `art_ask_all`. The payload is an art_answers.
pub const ART_TAG_ANSWERS: u64 = 0x8000000000000020;
/// What became of a post that could wait for room: `art_post_parked`. Its receiver is the sender, the payload is an art_sent.
pub const ART_TAG_SENT: u64 = 0x8000000000000021;
/// An actor, the sender, has joined a group or left it, in a scope that this one monitors. The payload is an art_membership.
pub const ART_TAG_MEMBER: u64 = 0x8000000000000022;

/// FNV-1a over the bytes of the name, in 64 bits, with the top bit cleared. The empty name and the few that hash to 0
/// are for the registration to refuse.
pub(crate) const fn tag_of(name: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < name.len() {
        hash ^= name[at] as u64;
        hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash & (u64::MAX >> 1)
}

/// Writes the tag of a name into `*out`: the same number as the inline `art_tag`, for languages that cannot call that.
/// `name` is borrowed for the call and must be UTF-8; a `name_len` of `ART_NUL_TERMINATED` means up to the NUL.
///
/// Thread: any. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_INVALID_UTF8. Since 0.1.
///
/// # Safety
/// `name` must be readable for `name_len` bytes (or up to a NUL), `out` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_tag_from_name(
    name: *const std::ffi::c_char,
    name_len: usize,
    out: *mut u64,
) -> art_status {
    guard::anywhere(|| {
        // SAFETY: the caller's promise, passed on.
        let name = unsafe { guard::text(name, name_len, "name") }?;
        // SAFETY: the caller's promise, passed on.
        unsafe { guard::write(out, tag_of(name.as_bytes()), "out") }
    })
}

/// Tells the runtime the name of a tag, and how long its payload is, for diagnostics: traces show the name, and a
/// debug build refuses a post whose payload has another length. `payload_size` is in bytes, `ART_ANY_SIZE` if it varies.
/// Registering the same again does nothing. `name` is copied; a `name_len` of `ART_NUL_TERMINATED` means up to the NUL.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_INVALID_ARGUMENT if `tag` is not the tag of `name`, ART_ALREADY_EXISTS if another name has this
/// tag or the size differs, ART_INVALID_UTF8, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `name` readable as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_tag_register(
    rt: *mut art_runtime,
    tag: u64,
    name: *const std::ffi::c_char,
    name_len: usize,
    payload_size: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |rt| {
            let name = guard::text(name, name_len, "name")?;
            register(rt, tag, name, payload_size)
        })
    }
}

fn register(rt: &Block, tag: u64, name: &str, payload_size: usize) -> Outcome {
    if tag == 0 || tag != tag_of(name.as_bytes()) {
        return Err(Failure::new(ART_INVALID_ARGUMENT, format!("tag {tag:#x} is not the tag of {name:?}")));
    }
    let mut names = rt.tags.borrow_mut();
    match names.get(&tag) {
        None => {
            names.insert(tag, TagName { name: name.into(), payload_size });
            Ok(())
        }
        Some(known) if &*known.name != name => {
            Err(Failure::new(ART_ALREADY_EXISTS, format!("{name:?} and {:?} have the same tag", known.name)))
        }
        Some(known) if known.payload_size != payload_size => Err(Failure::new(
            ART_ALREADY_EXISTS,
            format!("{name:?} is registered with a payload of {} bytes", known.payload_size),
        )),
        Some(_) => Ok(()),
    }
}

/// What the runtime knows about a registered tag.
pub(crate) struct TagName {
    pub(crate) name: Box<str>,
    pub(crate) payload_size: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_fnv1a_with_the_top_bit_cleared() {
        // The published vectors of FNV-1a, 64 bits.
        assert_eq!(tag_of(b""), 0xcbf29ce484222325 & !(1 << 63));
        assert_eq!(tag_of(b"a"), 0xaf63dc4c8601ec8c & !(1 << 63));
        assert_eq!(tag_of(b"foobar"), 0x85944171f73967e8 & !(1 << 63));
    }
}
