//! Payloads that tell when they are released, and with which reason.

use actor_rt::{Body, OwnedBytes};
use std::cell::RefCell;
use std::ffi::c_void;

thread_local! {
    static RELEASED: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

unsafe extern "C-unwind" fn release(_: *mut c_void, _: usize, _: *mut c_void, reason: u32) {
    RELEASED.with_borrow_mut(|all| all.push(reason));
}

/// A payload of three bytes.
pub fn owned() -> Body<'static> {
    static BYTES: [u8; 3] = *b"abc";
    // SAFETY: static bytes, and a function that frees nothing.
    Body::Owned(unsafe {
        OwnedBytes::from_raw(BYTES.as_ptr().cast_mut().cast(), 3, Some(release), std::ptr::null_mut())
    })
}

/// The reasons with which payloads were released on this thread since it was asked last, in their order.
pub fn released() -> Vec<u32> {
    RELEASED.take()
}
