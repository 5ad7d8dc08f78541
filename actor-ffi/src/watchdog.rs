//! The watchdog: what a runtime is busy with, for other threads to see.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use actor_rt::introspection::Watchdog;

use crate::guard;
use crate::handle::{art_actor, art_runtime, art_watchdog};
use crate::runtime::copy_text;
use crate::status::*;

/// The message that is being handled.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_busy {
    /// `sizeof(art_busy)`, set by the caller.
    pub struct_size: u32,
    /// 1; 0 if no message is being handled, or they change too quickly to see one: then nothing is stuck, and the rest is 0.
    pub is_busy: u32,
    /// Whose handler it is; 0 for work of the runtime itself.
    pub actor: art_actor,
    /// The message's tag; 0 for those of Rust's that have none.
    pub tag: u64,
    /// When the handler began, in ns of the runtime's clock.
    pub since_ns: u64,
    /// Tells one message from the next: if it is the same at two looks, so is the message.
    pub number: u64,
}

/// Makes a watchdog with one reference and writes it to `*out`, NULL on failure. From the next step on it shows which message is being
/// handled, and since when, to whatever thread looks: so a host finds a handler that does not return. While a runtime has a watchdog, it reads
/// its clock before each message; one that has none pays nothing.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_watchdog_create(
    rt: *mut art_runtime,
    out: *mut *mut art_watchdog,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, ptr::null_mut());
        guard::owner(rt, |block| {
            guard::not_null(out, "out")?;
            let watchdog = Arc::into_raw(Arc::new(block.engine.door.watchdog()));
            guard::write(out, watchdog.cast_mut().cast(), "out")
        })
    }
}

/// Fills `*out` with the message that is being handled now, and copies what Rust calls it into `method`, NUL-terminated and cut to `size` bytes;
/// its full length without the NUL goes to `*out_len` (which may be NULL, as may `method` if `size` is 0). The name is empty if there is
/// none. Never waits for the runtime; once that is destroyed nothing is handled.
///
/// Thread: any. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE. Since 0.1.
///
/// # Safety
/// `watchdog` must be NULL or a watchdog of which the caller holds a reference; `out` NULL or valid with its `struct_size`; `method` writable
/// for `size` bytes; `out_len` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_watchdog_busy(
    watchdog: *mut art_watchdog,
    out: *mut art_busy,
    method: *mut c_char,
    size: usize,
    out_len: *mut usize,
) -> art_status {
    guard::anywhere(|| {
        guard::not_null(watchdog, "watchdog")?;
        if size != 0 {
            guard::not_null(method, "method")?;
        }
        // SAFETY: made by `art_watchdog_create`, and the caller's reference keeps it alive.
        let busy = unsafe { &*watchdog.cast::<Watchdog>() }.busy();
        let name = busy.map_or("", |busy| busy.method);
        let shown = art_busy {
            struct_size: 0,
            is_busy: u32::from(busy.is_some()),
            actor: busy.and_then(|busy| busy.actor).map_or(0, |id| id.0),
            tag: busy.map_or(0, |busy| busy.tag),
            since_ns: busy.map_or(0, |busy| busy.since_ns),
            number: busy.map_or(0, |busy| busy.number),
        };
        // SAFETY: the caller's promise, passed on.
        unsafe {
            guard::write_struct(out, &shown)?;
            copy_text(name, method, size);
            guard::write_optional(out_len, name.len());
        }
        Ok(())
    })
}

/// Adds a reference and returns the watchdog; NULL for NULL.
///
/// Thread: any. May call: nothing. Since 0.1.
///
/// # Safety
/// As for `art_watchdog_busy`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_watchdog_ref(watchdog: *mut art_watchdog) -> *mut art_watchdog {
    if !watchdog.is_null() {
        // SAFETY: made by `art_watchdog_create`, and the caller's reference keeps it alive.
        unsafe { Arc::increment_strong_count(watchdog.cast::<Watchdog>()) };
    }
    watchdog
}

/// Gives up a reference. NULL is fine. With the last one of all its watchdogs a runtime is not watched any more.
///
/// Thread: any. May call: nothing. Since 0.1.
///
/// # Safety
/// `watchdog` must be NULL or a watchdog of which the caller holds a reference, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_watchdog_unref(watchdog: *mut art_watchdog) {
    if !watchdog.is_null() {
        guard::anywhere(|| {
            // SAFETY: made by `art_watchdog_create`; the caller gives up the reference this drops.
            drop(unsafe { Arc::from_raw(watchdog.cast::<Watchdog>()) });
            Ok(())
        });
    }
}
