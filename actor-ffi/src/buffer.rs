//! Shared buffers: immutable bytes with a reference count, for one payload to many receivers and across threads.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use actor_rt::OwnedBytes;

use crate::callback::{ART_DROP_DELIVERED, ART_DROP_REFUSED, art_drop_fn};
use crate::failure::Outcome;
use crate::guard;
use crate::handle::art_buffer;
use crate::status::*;

/// What lies behind an `art_buffer`, inside an `Arc` whose raw pointer C holds.
pub(crate) enum Buffer {
    /// Bytes of our own.
    Copied(Box<[u8]>),
    /// Bytes of somebody else's, freed by their own function.
    Foreign { data: *mut c_void, len: usize, drop: art_drop_fn, drop_user: *mut c_void },
}

// SAFETY: the bytes are never written to. Whoever hands over foreign bytes is told in the header that the last
// reference may be given up, and so `drop` be called, on any thread.
unsafe impl Send for Buffer {}
// SAFETY: as above.
unsafe impl Sync for Buffer {}

impl Buffer {
    fn parts(&self) -> (*const c_void, usize) {
        match self {
            Self::Copied(bytes) => (bytes.as_ptr().cast(), bytes.len()),
            Self::Foreign { data, len, .. } => (data.cast_const(), *len),
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Self::Foreign { data, len, drop: Some(release), drop_user } = *self {
            // SAFETY: the pointers came with this function, and this is the only place that calls it.
            unsafe { release(data, len, drop_user, ART_DROP_DELIVERED) };
        }
    }
}

fn into_raw(buffer: Buffer) -> *mut art_buffer {
    Arc::into_raw(Arc::new(buffer)).cast_mut().cast()
}

/// A buffer of bytes that somebody owned, with one reference.
pub(crate) fn of(bytes: OwnedBytes) -> *mut art_buffer {
    let (data, len, drop, drop_user) = bytes.into_raw();
    into_raw(Buffer::Foreign { data, len, drop, drop_user })
}

/// Makes a buffer with a copy of `len` bytes and one reference, and writes it to `*out`.
///
/// Thread: any. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_TOO_LARGE. Since 0.1.
///
/// # Safety
/// `data` must be readable for `len` bytes; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_buffer_create(
    data: *const c_void,
    len: usize,
    out: *mut *mut art_buffer,
) -> art_status {
    guard::anywhere(|| {
        guard::not_null(out, "out")?;
        // SAFETY: the caller's promise, passed on.
        unsafe {
            out.write(ptr::null_mut());
            let bytes = guard::bytes(data, len)?;
            guard::write(out, into_raw(Buffer::Copied(bytes.into())), "out")
        }
    })
}

/// Makes a buffer of bytes that are handed over, with one reference. `drop(data, len, drop_user, reason)` runs exactly
/// once, when the last reference is given up, on whatever thread that happens; before this call returns, with
/// ART_DROP_REFUSED, if it fails. `drop` may be NULL for bytes that live for ever.
///
/// Thread: any. May call: drop on failure.
/// Returns ART_OK, ART_NULL_POINTER, ART_TOO_LARGE. Since 0.1.
///
/// # Safety
/// `data` must stay readable and unchanged for `len` bytes until `drop` runs; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_buffer_wrap(
    data: *mut c_void,
    len: usize,
    drop: art_drop_fn,
    drop_user: *mut c_void,
    out: *mut *mut art_buffer,
) -> art_status {
    guard::anywhere(|| {
        let checked = (|| -> Outcome {
            guard::not_null(out, "out")?;
            // SAFETY: not null, and writable by the caller's promise; the bytes are only looked at.
            unsafe {
                out.write(ptr::null_mut());
                guard::bytes(data, len).map(|_| ())
            }
        })();
        match checked {
            // SAFETY: the caller's promise, passed on.
            Ok(()) => unsafe {
                guard::write(out, into_raw(Buffer::Foreign { data, len, drop, drop_user }), "out")
            },
            Err(failure) => {
                if let Some(release) = drop {
                    // SAFETY: the pointers came with this function, and no buffer was made that would call it again.
                    unsafe { release(data, len, drop_user, ART_DROP_REFUSED) };
                }
                Err(failure)
            }
        }
    })
}

/// Returns the bytes of a buffer and writes their number to `*out_len`, which may be NULL. They live as long as the
/// caller's reference. NULL and 0 for a NULL buffer.
///
/// Thread: any. May call: nothing. Since 0.1.
///
/// # Safety
/// `buffer` must be NULL or a buffer of which the caller holds a reference; `out_len` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_buffer_data(buffer: *const art_buffer, out_len: *mut usize) -> *const c_void {
    let (data, len) = if buffer.is_null() {
        (ptr::null(), 0)
    } else {
        // SAFETY: the caller's reference keeps it alive, and buffers are only made by `into_raw`.
        unsafe { (*buffer.cast::<Buffer>()).parts() }
    };
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::write_optional(out_len, len) };
    data
}

/// Adds a reference and returns the buffer; NULL for NULL.
///
/// Thread: any. May call: nothing. Since 0.1.
///
/// # Safety
/// As for `art_buffer_data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_buffer_ref(buffer: *mut art_buffer) -> *mut art_buffer {
    if !buffer.is_null() {
        // SAFETY: made by `into_raw`, and the caller's reference keeps it alive.
        unsafe { Arc::increment_strong_count(buffer.cast::<Buffer>()) };
    }
    buffer
}

/// Gives up a reference. NULL is fine.
///
/// Thread: any. May call: the buffer's drop. Since 0.1.
///
/// # Safety
/// `buffer` must be NULL or a buffer of which the caller holds a reference, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_buffer_unref(buffer: *mut art_buffer) {
    if !buffer.is_null() {
        guard::anywhere(|| {
            // SAFETY: made by `into_raw`; the caller gives up the reference this drops.
            drop(unsafe { Arc::from_raw(buffer.cast::<Buffer>()) });
            Ok(())
        });
    }
}

/// A reference of the caller's as a payload that gives it up when it is released.
///
/// # Safety
/// `buffer` must be NULL or a buffer of which the caller holds a reference, which passes to the result.
pub(crate) unsafe fn reference(buffer: *mut art_buffer) -> Outcome<OwnedBytes> {
    guard::not_null(buffer, "buffer")?;
    // SAFETY: the caller's reference keeps it alive, and its bytes live until the release gives that up.
    unsafe {
        let (data, len) = (*buffer.cast::<Buffer>()).parts();
        Ok(OwnedBytes::from_raw(data.cast_mut(), len, Some(give_up_reference), buffer.cast()))
    }
}

/// A reference of ours.
#[derive(Clone)]
pub(crate) struct Reference(Arc<Buffer>);

impl Reference {
    /// To a copy of bytes.
    pub(crate) fn to_copy_of(bytes: &[u8]) -> Self {
        Self(Arc::new(Buffer::Copied(bytes.into())))
    }

    /// One more to a buffer.
    ///
    /// # Safety
    /// `buffer` must be a buffer of which somebody holds a reference.
    pub(crate) unsafe fn one_more(buffer: *mut art_buffer) -> Self {
        // SAFETY: made by `into_raw`, and kept alive by the caller's promise; the new reference is ours.
        unsafe {
            Arc::increment_strong_count(buffer.cast::<Buffer>());
            Self(Arc::from_raw(buffer.cast::<Buffer>()))
        }
    }

    /// A payload that gives it up when it is released.
    pub(crate) fn into_payload(self) -> OwnedBytes {
        let (data, len) = self.0.parts();
        let buffer = Arc::into_raw(self.0).cast_mut();
        // SAFETY: the bytes live until the release gives the reference up.
        unsafe { OwnedBytes::from_raw(data.cast_mut(), len, Some(give_up_reference), buffer.cast()) }
    }
}

/// The release of a payload that is a reference to a buffer.
///
/// # Safety
/// `user` must be a buffer of which a reference passes to this call.
unsafe extern "C-unwind" fn give_up_reference(_: *mut c_void, _: usize, user: *mut c_void, _: u32) {
    // SAFETY: made by `into_raw`; the reference is the one that `reference` took over.
    drop(unsafe { Arc::from_raw(user.cast::<Buffer>()) });
}
