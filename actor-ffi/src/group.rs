//! Groups: actors that are known together, by a name within a scope.

use std::ffi::{c_char, c_void};

use actor_rt::registry::{DEFAULT_SCOPE, GroupEvent};
use actor_rt::{ActorId, Fwd};

use crate::exit::listener;
use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::message::ART_NUL_TERMINATED;
use crate::name::write_names;
use crate::payload;
use crate::status::*;
use crate::tag::{ART_TAG_JOINED, ART_TAG_LEFT, ART_TAG_MEMBER};
use crate::watch::{Watched, unwatch, watch};

/// Names a group: a name within a scope. Scopes are independent of each other. Both texts are borrowed for the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_group {
    /// `sizeof(art_group)`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Its name, UTF-8; must not be NULL.
    pub name: *const c_char,
    /// Its length; 0 or ART_NUL_TERMINATED for up to the NUL.
    pub name_len: usize,
    /// Its scope, UTF-8; NULL for the default one.
    pub scope: *const c_char,
    /// Its length; 0 or ART_NUL_TERMINATED for up to the NUL.
    pub scope_len: usize,
}

/// That an actor, the sender, has joined a group of a scope that is monitored, or left it: the payload of ART_TAG_MEMBER. The scope's name follows it
/// at `(const char *)membership + membership->struct_size`, then the group's, both UTF-8 without NUL. Borrowed as the message is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_membership {
    /// Size of this struct in bytes, set by the library: where the names begin.
    pub struct_size: u32,
    /// 1: it has joined. 0: it has left.
    pub joined: u32,
    /// Length of the scope's name; 0 for the default one.
    pub scope_len: u32,
    /// Length of the group's name.
    pub group_len: u32,
}

/// Lets an actor join a group, which is there from its first member on. It stays until it leaves or begins to end for good, also over
/// restarts. Joining twice is joining once.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_ALREADY_EXISTS if it is a member, ART_NOT_FOUND if there is no such actor or it is ending, ART_WRONG_KIND,
/// ART_WRONG_RUNTIME, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function.
/// Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `group` NULL or valid with its `struct_size` and its texts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_group_join(
    rt: *mut art_runtime,
    group: *const art_group,
    actor: art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let (scope, name) = texts(group)?;
            let joined = block.engine.door.join(scope, name, ActorId(actor)).map_err(payload::unknown)?;
            if joined {
                Ok(())
            } else {
                Err(Failure::new(ART_ALREADY_EXISTS, "the actor is a member already"))
            }
        })
    }
}

/// Lets an actor leave a group.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND if it is no member, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes
/// of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_group_join`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_group_leave(
    rt: *mut art_runtime,
    group: *const art_group,
    actor: art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let (scope, name) = texts(group)?;
            let left = block.engine.door.leave(scope, name, ActorId(actor));
            if left { Ok(()) } else { Err(Failure::new(ART_NOT_FOUND, "the actor is no member")) }
        })
    }
}

/// Writes the members of a group, in the order in which they joined, to `ids`, at most `capacity` of them, and how many there are to
/// `*out_count`. A group that nobody has joined has none. `ids` may be NULL if `capacity` is 0.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_group_join`; `ids` writable for `capacity` ids; `out_count` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_group_members(
    rt: *mut art_runtime,
    group: *const art_group,
    ids: *mut art_actor,
    capacity: usize,
    out_count: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let (scope, name) = texts(group)?;
            guard::write_ids(&block.engine.door.members(scope, name), ids, capacity, out_count)
        })
    }
}

/// Posts a copy of `len` bytes at `data` to each member of a group, in the order in which they joined, and writes how many took it to
/// `*out_count`, which may be NULL. For one that did not the message is lost, as with `art_post`.
///
/// Thread: owner. May call: wake outside of a step; the drop of a message that gives ways.
/// Returns ART_OK, ART_INVALID_ARGUMENT also for a tag of the runtime's, ART_TOO_LARGE, ART_STRUCT_SIZE, ART_INVALID_UTF8, ART_NULL_POINTER, and
/// the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_group_join`; `data` readable for `len` bytes; `out_count` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_group_post(
    rt: *mut art_runtime,
    group: *const art_group,
    tag: u64,
    data: *const c_void,
    len: usize,
    out_count: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let (scope, name) = texts(group)?;
            payload::check_tag(tag)?;
            let data = guard::bytes(data, len)?;
            guard::write_optional(out_count, block.engine.door.post_to_group(scope, name, tag, data));
            Ok(())
        })
    }
}

/// Tells the actor `watcher` of whoever joins a group or leaves it from now on: by messages with the tags ART_TAG_JOINED and ART_TAG_LEFT,
/// the member as their sender, and the group's name as their payload. It lasts until the watcher
/// ends, or `art_group_demonitor`.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust actor that takes no such messages,
/// ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_group_join`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_group_monitor(
    rt: *mut art_runtime,
    watcher: art_actor,
    group: *const art_group,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let (scope, name) = texts(group)?;
            let to = listener(block, watcher)?;
            let engine = &block.engine;
            watch(engine, to, Watched::Group(scope.into(), name.into()), |news| {
                let tell = Fwd::new(move |event: GroupEvent| {
                    let tag = if event.joined { ART_TAG_JOINED } else { ART_TAG_LEFT };
                    news.send(tag, event.actor.0, event.group.as_bytes());
                });
                Ok(engine.door.watch_group(scope, name, tell))
            })
        })
    }
}

/// Withdraws the monitors of a group that `watcher` has by `art_group_monitor`, as `art_name_demonitor` does those of a name.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND if there is none, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes
/// of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_group_join`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_group_demonitor(
    rt: *mut art_runtime,
    watcher: art_actor,
    group: *const art_group,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let (scope, name) = texts(group)?;
            unwatch(&block.engine, watcher, Watched::Group(scope.into(), name.into()))
        })
    }
}

/// Copies the names of all groups of a scope that have members, as `art_name_list` does. `scope` NULL is the default one; a `scope_len` of
/// ART_NUL_TERMINATED means up to the NUL.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_INVALID_UTF8, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `scope` NULL or readable as said; `buffer` writable for `size` bytes; `out_len` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_group_list(
    rt: *mut art_runtime,
    scope: *const c_char,
    scope_len: usize,
    buffer: *mut c_char,
    size: usize,
    out_len: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let groups = block.engine.door.groups(optional(scope, scope_len)?.unwrap_or(DEFAULT_SCOPE));
            write_names(groups.iter().map(|group| &**group), buffer, size, out_len)
        })
    }
}

/// Copies the names of all scopes that have groups, as `art_name_list` does. The default one has the empty name.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `buffer` writable for `size` bytes; `out_len` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_scope_list(
    rt: *mut art_runtime,
    buffer: *mut c_char,
    size: usize,
    out_len: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let scopes = block.engine.door.scopes();
            write_names(scopes.iter().map(|scope| &**scope), buffer, size, out_len)
        })
    }
}

/// Tells the actor `watcher` of whoever joins or leaves any group of a scope from now on, of all scopes if `scope` is NULL: by messages with the tag
/// ART_TAG_MEMBER, the member as their sender, and an art_membership as their payload. The default scope is the empty text. It lasts until the
/// watcher ends, or `art_scope_demonitor`. A `scope_len` of ART_NUL_TERMINATED means up to the NUL.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust actor that takes no such messages, ART_INVALID_UTF8,
/// and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `scope` NULL or readable as said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_scope_monitor(
    rt: *mut art_runtime,
    watcher: art_actor,
    scope: *const c_char,
    scope_len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let scope = optional(scope, scope_len)?;
            let to = listener(block, watcher)?;
            let engine = &block.engine;
            watch(engine, to, Watched::Scope(scope.map(Into::into)), |news| {
                let tell = Fwd::new(move |event: GroupEvent| {
                    news.send(ART_TAG_MEMBER, event.actor.0, &membership(&event));
                });
                Ok(engine.door.watch_scope(scope, tell))
            })
        })
    }
}

/// Withdraws the monitors of a scope, or of all of them for NULL, that `watcher` has by `art_scope_monitor`, as `art_name_demonitor` does those of
/// a name.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NOT_FOUND if there is none, ART_INVALID_UTF8, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_scope_monitor`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_scope_demonitor(
    rt: *mut art_runtime,
    watcher: art_actor,
    scope: *const c_char,
    scope_len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let scope = optional(scope, scope_len)?;
            unwatch(&block.engine, watcher, Watched::Scope(scope.map(Into::into)))
        })
    }
}

/// The payload that tells of a member.
fn membership(event: &GroupEvent) -> Vec<u8> {
    let head = art_membership {
        struct_size: size_of::<art_membership>() as u32,
        joined: u32::from(event.joined),
        scope_len: event.scope.len() as u32,
        group_len: event.group.len() as u32,
    };
    // SAFETY: a struct of integers without padding, as the layout says.
    let head =
        unsafe { std::slice::from_raw_parts((&raw const head).cast::<u8>(), size_of::<art_membership>()) };
    [head, event.scope.as_bytes(), event.group.as_bytes()].concat()
}

/// A text that may be left out.
///
/// # Safety
/// `text` must be NULL or readable for `len` bytes, or up to its NUL, for the lifetime chosen.
unsafe fn optional<'a>(text: *const c_char, len: usize) -> Outcome<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::text(text, len, "scope") }.map(Some)
}

/// The scope and the name of a group.
///
/// # Safety
/// The group must be NULL or valid with its `struct_size`, its texts for the lifetime chosen.
unsafe fn texts<'a>(group: *const art_group) -> Outcome<(&'a str, &'a str)> {
    // SAFETY: the caller's promise, passed on.
    let group = unsafe { guard::read_struct(group) }?;
    if group.reserved != 0 {
        return Err(Failure::new(ART_INVALID_ARGUMENT, "group.reserved is not zero"));
    }
    // Who names a text and leaves its length alone means all of it.
    let len = |len| if len == 0 { ART_NUL_TERMINATED } else { len };
    // SAFETY: as above.
    unsafe {
        let name = guard::text(group.name, len(group.name_len), "group.name")?;
        if group.scope.is_null() {
            return Ok((DEFAULT_SCOPE, name));
        }
        Ok((guard::text(group.scope, len(group.scope_len), "group.scope")?, name))
    }
}
