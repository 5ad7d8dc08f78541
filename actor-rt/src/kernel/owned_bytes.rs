//! Bytes with the function that releases them: the payload of a message whose memory is somebody else's.
//!
//! Invariant: the function runs exactly once, with a reason, whatever becomes of the message.

use super::record::DropReason;
use std::ffi::c_void;
use std::mem;
use std::ptr;
use std::slice;

/// Releases the bytes of a message. `reason` is a [`DropReason`] as a number.
///
/// # Examples
///
/// See [`OwnedBytes::from_raw`].
pub type DropFn =
    unsafe extern "C-unwind" fn(data: *mut c_void, length: usize, user: *mut c_void, reason: u32);

/// Bytes with the function that releases them.
///
/// # Examples
///
/// ```
/// let bytes = actor_rt::OwnedBytes::copy_of(b"hello");
/// assert_eq!(bytes.as_slice(), b"hello");
/// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{DropFn, DropReason, OwnedBytes};
    /// use std::ffi::c_void;
    ///
    /// unsafe extern "C-unwind" fn free(data: *mut c_void, length: usize, _user: *mut c_void, reason: u32) {
    ///     assert_eq!((length, reason), (2, DropReason::Delivered as u32));
    ///     // SAFETY: it is the array that was given up below, and this is called once.
    ///     drop(unsafe { Box::from_raw(data.cast::<[u8; 2]>()) });
    /// }
    ///
    /// let data = Box::into_raw(Box::new([1_u8, 2]));
    /// let release: DropFn = free;
    /// // SAFETY: the array is readable until `free` is called, and both may be used on any thread.
    /// let bytes = unsafe { OwnedBytes::from_raw(data.cast(), 2, Some(release), std::ptr::null_mut()) };
    /// assert_eq!(bytes.as_slice(), [1, 2]);
    /// bytes.release(DropReason::Delivered);
    /// ```
    pub unsafe fn from_raw(
        data: *mut c_void,
        length: usize,
        release: Option<DropFn>,
        user: *mut c_void,
    ) -> Self {
        OwnedBytes { data, length, release, user }
    }

    /// Copies `bytes` to the heap.
    ///
    /// # Examples
    ///
    /// See [`OwnedBytes`].
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
    ///
    /// # Examples
    ///
    /// See [`OwnedBytes`].
    pub fn as_slice(&self) -> &[u8] {
        if self.length == 0 {
            return &[];
        }
        // SAFETY: readable until released (`from_raw`).
        unsafe { slice::from_raw_parts(self.data.cast(), self.length) }
    }

    /// How many bytes these are, or were: the word is there, also when somebody took the rest.
    ///
    /// # Safety
    /// An `OwnedBytes` lies at `this`, or lay there last.
    pub(super) unsafe fn length_at(this: *const OwnedBytes) -> usize {
        // SAFETY: by the caller.
        unsafe { (&raw const (*this).length).read() }
    }

    /// Address of the bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// let bytes = actor_rt::OwnedBytes::copy_of(b"hello");
    /// assert_eq!(bytes.as_ptr(), bytes.as_slice().as_ptr().cast());
    /// ```
    pub fn as_ptr(&self) -> *const c_void {
        self.data
    }

    /// Releases them with a reason.
    ///
    /// # Examples
    ///
    /// See [`from_raw`](OwnedBytes::from_raw).
    pub fn release(self, reason: DropReason) {
        let bytes = mem::ManuallyDrop::new(self);
        if let Some(release) = bytes.release {
            // SAFETY: called once, since `bytes` is not dropped; arguments as registered.
            unsafe { release(bytes.data, bytes.length, bytes.user, reason as u32) }
        }
    }

    /// Gives up the parts: the caller has to call the function, once.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::OwnedBytes;
    ///
    /// let (data, length, release, user) = OwnedBytes::copy_of(b"hello").into_raw();
    /// // SAFETY: the parts of an `OwnedBytes`, unchanged.
    /// let again = unsafe { OwnedBytes::from_raw(data, length, release, user) };
    /// assert_eq!(again.as_slice(), b"hello");
    /// ```
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
