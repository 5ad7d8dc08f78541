//! A file descriptor for hosts that wait with `poll`, `epoll` or `kqueue`. A helper: the runtime itself knows only `wake`.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use crate::config::art_config;
use crate::failure::Failure;
use crate::guard;
use crate::handle::art_poll;
use crate::status::*;
use crate::sys::doorbell::Doorbell;

/// Makes a descriptor (an eventfd on Linux, a pipe on other Unix systems) with one reference and writes it to `*out`,
/// NULL on failure. Make one for each runtime.
///
/// Thread: any. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_SYSTEM, ART_UNSUPPORTED where there is no such descriptor. Since 0.1.
///
/// # Safety
/// `out` must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_poll_create(out: *mut *mut art_poll) -> art_status {
    guard::anywhere(|| {
        guard::not_null(out, "out")?;
        // SAFETY: not null, and writable by the caller's promise.
        unsafe { out.write(ptr::null_mut()) };
        let bell = Doorbell::new().map_err(|error| match error.kind() {
            std::io::ErrorKind::Unsupported => Failure::from(ART_UNSUPPORTED),
            _ => Failure::new(ART_SYSTEM, error.to_string()),
        })?;
        // SAFETY: as above.
        unsafe { out.write(Arc::into_raw(Arc::new(bell)).cast_mut().cast()) };
        Ok(())
    })
}

/// Sets `wake`, `wake_user` and `wake_drop` of a configuration to this descriptor; `wake_user` takes a reference of its
/// own, which `wake_drop` gives up. So each attached configuration must be passed to `art_create` exactly once.
///
/// Thread: any. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE. Since 0.1.
///
/// # Safety
/// `poll` must be NULL or held by the caller with a reference; `config` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_poll_attach(poll: *mut art_poll, config: *mut art_config) -> art_status {
    guard::anywhere(|| {
        guard::not_null(poll, "poll")?;
        // SAFETY: the caller's promises, passed on; the size that is checked covers the three fields.
        unsafe {
            guard::output_size(config)?;
            Arc::increment_strong_count(poll.cast::<Doorbell>());
            (&raw mut (*config).wake).write(Some(ring));
            (&raw mut (*config).wake_user).write(poll.cast());
            (&raw mut (*config).wake_drop).write(Some(release));
        }
        Ok(())
    })
}

/// The `wake` of an attached configuration.
unsafe extern "C-unwind" fn ring(user: *mut c_void, _flags: u32) {
    // SAFETY: `attach` took a reference for this pointer, and `wake` is not called after `wake_drop`.
    unsafe { (*user.cast::<Doorbell>()).ring() };
}

/// The `wake_drop` of an attached configuration.
unsafe extern "C-unwind" fn release(user: *mut c_void) {
    // SAFETY: gives up the reference that `attach` took, once.
    unsafe { art_poll_unref(user.cast()) };
}

/// Returns the descriptor to watch for reading, -1 for NULL. It stays the library's: do not read or close it.
///
/// Thread: any. May call: nothing. Since 0.1.
///
/// # Safety
/// `poll` must be NULL or held by the caller with a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_poll_fd(poll: *const art_poll) -> i32 {
    if poll.is_null() {
        return -1;
    }
    // SAFETY: the caller's reference keeps it alive.
    unsafe { (*poll.cast::<Doorbell>()).fd() }
}

/// Makes the descriptor unreadable until the next `wake`. Call it before the step that answers to it, never after: a wake
/// in between would be lost.
///
/// Thread: any. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER. Since 0.1.
///
/// # Safety
/// `poll` must be NULL or held by the caller with a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_poll_clear(poll: *mut art_poll) -> art_status {
    guard::anywhere(|| {
        guard::not_null(poll, "poll")?;
        // SAFETY: the caller's reference keeps it alive.
        unsafe { (*poll.cast::<Doorbell>()).clear() };
        Ok(())
    })
}

/// Gives up a reference; the last one closes the descriptor. NULL is fine. Remove the descriptor from the host's loop
/// first.
///
/// Thread: any. May call: nothing. Since 0.1.
///
/// # Safety
/// `poll` must be NULL or held by the caller with a reference, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_poll_unref(poll: *mut art_poll) {
    if !poll.is_null() {
        // SAFETY: made by `art_poll_create`; the caller gives up the reference this drops.
        drop(unsafe { Arc::from_raw(poll.cast::<Doorbell>()) });
    }
}
