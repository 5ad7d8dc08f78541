//! Asks that wait for the same answer.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ffi::c_void;

use actor_rt::Body;

use crate::engine::take_out;
use crate::guard;
use crate::handle::{art_actor, art_context};
use crate::status::*;

/// Lets the ask that is being handled wait for the answer to `key`, which is copied: as `art_context_reply_keep`, and the actor need not remember the
/// token. `*out_first` is 1 if it is the first: then the actor is to find the answer, and to give it by `art_context_coalesced_reply`.
/// Those who ask meanwhile wait for the same: 0.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_NO_CONTEXT if nobody asked, ART_ALREADY_REPLIED, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; `key` readable for `key_len` bytes; `out_first` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_coalesce(
    context: *mut art_context,
    key: *const c_void,
    key_len: usize,
    out_first: *mut u32,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, turn| {
            guard::not_null(out_first, "out_first")?;
            let key = guard::bytes(key, key_len)?;
            let token = turn.keep(block)?;
            let holder = block.engine.door.current().ok_or(ART_NO_CONTEXT)?;
            let first = block.engine.coalesced.join(holder.0, key, token);
            guard::write(out_first, u32::from(first), "out_first")
        })
    }
}

/// Answers all asks of the handler's actor that wait for the answer to `key`, in the order in which they came, each with a copy of `len` bytes at
/// `data`, and writes to `*out_count`, which may be NULL, for how many somebody still waited.
///
/// Thread: owner. May call: told, if the host has asked.
/// Returns ART_OK also if there are none, ART_NULL_POINTER, ART_NO_CONTEXT, ART_TOO_LARGE, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; `key` readable for `key_len` bytes, `data` for `len`; `out_count` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_coalesced_reply(
    context: *mut art_context,
    key: *const c_void,
    key_len: usize,
    tag: u64,
    data: *const c_void,
    len: usize,
    out_count: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            let data = guard::bytes(data, len)?;
            let door = &block.engine.door;
            let holder = door.current().ok_or(ART_NO_CONTEXT)?;
            let tokens = block.engine.coalesced.take(holder.0, guard::bytes(key, key_len)?);
            // An answer to one whose time is over is no late one: nobody waited for it.
            let open = tokens.into_iter().filter(|token| door.ask_deadline(*token).is_ok());
            let count = open.filter(|token| door.reply(*token, tag, Body::Copied(data)).is_ok()).count();
            guard::write_optional(out_count, count);
            Ok(())
        })
    }
}

/// Gives up all asks that wait for the answer to `key`: each asker gets the outcome ART_REPLY_NO_REPLY. `*out_count`, which may be NULL, gets the
/// number of those who still waited.
///
/// Thread: owner. May call: told, if the host has asked.
/// Returns ART_OK also if there are none, ART_NULL_POINTER, ART_NO_CONTEXT, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; `key` readable for `key_len` bytes; `out_count` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_coalesced_drop(
    context: *mut art_context,
    key: *const c_void,
    key_len: usize,
    out_count: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            let door = &block.engine.door;
            let holder = door.current().ok_or(ART_NO_CONTEXT)?;
            let tokens = block.engine.coalesced.take(holder.0, guard::bytes(key, key_len)?);
            let count = tokens.into_iter().filter(|token| door.reply_drop(*token).is_ok()).count();
            guard::write_optional(out_count, count);
            Ok(())
        })
    }
}

/// Writes how many still wait for the answer to `key` to `*out_count`. If nobody does, looking for it may be given up:
/// `art_context_coalesced_drop` then lets the next who asks be the first again.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_NO_CONTEXT, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_coalesced_drop`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_coalesced_count(
    context: *mut art_context,
    key: *const c_void,
    key_len: usize,
    out_count: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            guard::not_null(out_count, "out_count")?;
            let door = &block.engine.door;
            let holder = door.current().ok_or(ART_NO_CONTEXT)?;
            let tokens = block.engine.coalesced.waiting(holder.0, guard::bytes(key, key_len)?);
            let count = tokens.into_iter().filter(|token| door.ask_deadline(*token).is_ok()).count();
            guard::write(out_count, count, "out_count")
        })
    }
}

/// The tokens that wait for the same answers, by who keeps them and what is asked. They are of one incarnation: when that ends, they are
/// settled, and forgotten here.
#[derive(Default)]
pub(crate) struct Coalesced(RefCell<HashMap<art_actor, Waiting>>);

/// Tokens by what is asked.
type Waiting = BTreeMap<Box<[u8]>, Vec<u64>>;

impl Coalesced {
    /// True if it is the first.
    fn join(&self, holder: art_actor, key: &[u8], token: u64) -> bool {
        let mut all = self.0.borrow_mut();
        let own = all.entry(holder).or_default();
        match own.get_mut(key) {
            Some(waiting) => {
                waiting.push(token);
                false
            }
            None => {
                own.insert(key.into(), vec![token]);
                true
            }
        }
    }

    fn take(&self, holder: art_actor, key: &[u8]) -> Vec<u64> {
        let mut all = self.0.borrow_mut();
        all.get_mut(&holder).and_then(|own| own.remove(key)).unwrap_or_default()
    }

    fn waiting(&self, holder: art_actor, key: &[u8]) -> Vec<u64> {
        let all = self.0.borrow();
        all.get(&holder).and_then(|own| own.get(key)).cloned().unwrap_or_default()
    }

    /// An actor has ended, or is made anew.
    pub(crate) fn forget(&self, holder: art_actor) {
        drop(take_out(&self.0, holder));
    }
}
