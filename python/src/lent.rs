//! Bytes of Python's as the payload of a message, without a copy where that is worth it. The unsafe code is what tells the kernel where they lie,
//! and how they are given back.
//!
//! A `bytes` is lent by every wheel. Other buffers are by those for one version of Python; the stable ABI of 3.10 has none, and they are copied.

use crate::errors;
use actor_rt::{Body, OwnedBytes};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::any::Any;
use std::ffi::c_void;

/// Up to here copying costs less than keeping account of who has the memory.
const COPIED: usize = 1024;

/// Calls `send` with the bytes of a `bytes`, or of what else has a buffer of them.
pub(crate) fn with_body<R>(data: &Bound<'_, PyAny>, send: impl FnOnce(Body<'_>) -> R) -> PyResult<R> {
    let Ok(bytes) = data.cast::<PyBytes>() else { return with_buffer(data, send) };
    let slice = bytes.as_bytes();
    if slice.len() <= COPIED {
        return Ok(send(Body::Copied(slice)));
    }
    // SAFETY: bytes never change, and are there as long as their object, which goes along.
    Ok(send(unsafe { lend(slice.as_ptr(), slice.len(), bytes.clone().unbind()) }))
}

#[cfg(not(feature = "abi3"))]
fn with_buffer<R>(data: &Bound<'_, PyAny>, send: impl FnOnce(Body<'_>) -> R) -> PyResult<R> {
    let buffer = pyo3::buffer::PyUntypedBuffer::get(data).map_err(|_| no_bytes(data))?;
    if !buffer.is_c_contiguous() {
        return Err(PyTypeError::new_err("the buffer has gaps: give bytes(buffer) instead"));
    }
    let (start, len) = (buffer.buf_ptr().cast_const().cast::<u8>(), buffer.len_bytes());
    if len == 0 {
        return Ok(send(Body::Copied(&[])));
    }
    if len <= COPIED {
        // SAFETY: what a buffer has is readable as long as that is there. Nothing of Python runs meanwhile, so it does not change.
        return Ok(send(Body::Copied(unsafe { std::slice::from_raw_parts(start, len) })));
    }
    // SAFETY: as above; it goes along. It may change: only from one turn of an actor to the next, unless another thread does what the
    // documentation asks not to do.
    Ok(send(unsafe { lend(start, len, buffer) }))
}

#[cfg(feature = "abi3")]
fn with_buffer<R>(data: &Bound<'_, PyAny>, send: impl FnOnce(Body<'_>) -> R) -> PyResult<R> {
    let view = data.py().import("builtins")?.getattr("memoryview")?;
    let view = view.call1((data,)).map_err(|_| no_bytes(data))?;
    with_body(&view.call_method0("tobytes")?, send)
}

/// # Safety
/// `len` bytes from `start` on must be readable as long as `owner` lives, on any thread.
unsafe fn lend(start: *const u8, len: usize, owner: impl Send + 'static) -> Body<'static> {
    let owner: Box<Box<dyn Any + Send>> = Box::new(Box::new(owner));
    let user = Box::into_raw(owner).cast();
    // SAFETY: by the caller; `give_back` takes the box back, and may run anywhere.
    Body::Owned(unsafe { OwnedBytes::from_raw(start.cast_mut().cast(), len, Some(give_back), user) })
}

/// # Safety
/// `user` must be the box that `lend` gave away.
unsafe extern "C-unwind" fn give_back(_: *mut c_void, _: usize, user: *mut c_void, _: u32) {
    // SAFETY: by the caller, once.
    let owner = unsafe { Box::from_raw(user.cast::<Box<dyn Any + Send>>()) };
    let mut owner = Some(owner);
    errors::in_destructor(|_| drop(owner.take()));
    // Once the interpreter is going away its objects are nobody's.
    std::mem::forget(owner);
}

fn no_bytes(data: &Bound<'_, PyAny>) -> PyErr {
    let kind = data.get_type();
    PyTypeError::new_err(format!(
        "a message's payload is a bytes, or what else has a buffer of bytes, not {kind}"
    ))
}
