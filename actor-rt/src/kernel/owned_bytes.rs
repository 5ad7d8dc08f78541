//! Bytes with the function that releases them: the payload of a message whose memory is somebody else's.
//!
//! Invariant: the function runs exactly once, with a reason, whatever becomes of the message.

use super::record::DropReason;
use std::ffi::c_void;
use std::mem;
use std::ptr;
use std::slice;

/// Releases the bytes of a message. `reason` is a [`DropReason`] as a number.
pub type DropFn =
    unsafe extern "C-unwind" fn(data: *mut c_void, length: usize, user: *mut c_void, reason: u32);

/// Bytes with the function that releases them.
#[repr(C)]
pub struct OwnedBytes {
    data: *mut c_void,
    length: usize,
    release: Option<DropFn>,
    user: *mut c_void,
}

// SAFETY: `from_raw` requires that the bytes and the drop function may be used on any thread.
unsafe impl Send for OwnedBytes {}

impl OwnedBytes {
    /// Takes ownership of foreign bytes. `release` (if any) is called exactly once, when they are no longer needed.
    ///
    /// # Safety
    /// `data` is valid for reads of `length` bytes until `release` is called (it may be null if `length` is 0). Both may be
    /// used from any thread, if the bytes are sent to another one.
    pub unsafe fn from_raw(
        data: *mut c_void,
        length: usize,
        release: Option<DropFn>,
        user: *mut c_void,
    ) -> Self {
        OwnedBytes { data, length, release, user }
    }

    /// Copies `bytes` to the heap.
    pub fn copy_of(bytes: &[u8]) -> Self {
        let boxed: Box<[u8]> = bytes.into();
        let length = boxed.len();
        OwnedBytes {
            data: Box::into_raw(boxed).cast(),
            length,
            release: Some(free_boxed),
            user: ptr::null_mut(),
        }
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        if self.length == 0 {
            return &[];
        }
        // SAFETY: readable until released (`from_raw`).
        unsafe { slice::from_raw_parts(self.data.cast(), self.length) }
    }

    /// Address of the bytes.
    pub fn as_ptr(&self) -> *const c_void {
        self.data
    }

    /// Releases them with a reason.
    pub fn release(self, reason: DropReason) {
        let bytes = mem::ManuallyDrop::new(self);
        if let Some(release) = bytes.release {
            // SAFETY: called once, since `bytes` is not dropped; arguments as registered.
            unsafe { release(bytes.data, bytes.length, bytes.user, reason as u32) }
        }
    }

    /// Gives up the parts: the caller has to call the function, once.
    pub fn into_raw(self) -> (*mut c_void, usize, Option<DropFn>, *mut c_void) {
        let bytes = mem::ManuallyDrop::new(self);
        (bytes.data, bytes.length, bytes.release, bytes.user)
    }
}

impl Drop for OwnedBytes {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            // SAFETY: called once, since `release` is now None; arguments as registered.
            unsafe { release(self.data, self.length, self.user, DropReason::Cancelled as u32) }
        }
    }
}

impl std::fmt::Debug for OwnedBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnedBytes").field("length", &self.length).finish_non_exhaustive()
    }
}

/// # Safety
/// `data` and `length` are of a boxed slice that is given up.
unsafe extern "C-unwind" fn free_boxed(data: *mut c_void, length: usize, _user: *mut c_void, _reason: u32) {
    // SAFETY: by the caller.
    drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(data.cast::<u8>(), length)) });
}
