//! The runtime as other languages in the process have it: a capsule with the C runtime and the table of its functions
//! (`include/actor_rt/python.h`).

use crate::bridge::Bridge;
use crate::errors::{self, ClosedError};
use crate::functions::{Runtime, add_functions, inside};
use actor_ffi::{ART_ABI_VERSION, Hosted, HostedHandle, api_table};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::ffi::CStr;
use std::ptr;

/// `ART_PYTHON_CAPSULE` of the header.
const NAME: &CStr = c"actor_rt.Runtime";

/// `art_python` of the header, and what keeps its pointer valid: a call that comes when the runtime is closed is refused.
#[repr(C)]
struct Shared {
    struct_size: u32,
    abi_version: u32,
    /// Addresses, as pointers belong to a thread.
    api: usize,
    runtime: usize,
    _memory: HostedHandle,
}

const SIZE: usize = std::mem::offset_of!(Shared, _memory);
const _: () = assert!(SIZE == 8 + 2 * size_of::<usize>());

impl Bridge {
    /// The runtime's C side, made when it is wanted. From then on other languages may post on the owner thread at any time, and nobody of ours is
    /// there to tell the host: the doorbell does.
    pub(crate) fn hosted(&self) -> &Hosted {
        self.hosted.get_or_init(|| {
            self.hub.ring_for_local();
            Hosted::new(&self.door, Box::new(say))
        })
    }

    /// Whether a call of another language is on the stack that needs the runtime to stay as it is.
    pub(crate) fn is_held(&self) -> bool {
        !self.stepping.get() && self.hosted.get().is_some_and(Hosted::is_busy)
    }
}

/// What C's host would find in its log.
fn say(level: u32, text: &str) {
    errors::in_destructor(|py| {
        let said = errors::native_said(py).and_then(|said| said.call1((level, text)));
        if let Err(error) = said {
            errors::put_off(py, error);
        }
    });
}

fn shared(runtime: Runtime<'_, '_>) -> PyResult<Shared> {
    let bridge = inside(runtime)?;
    if bridge.closing.get() && bridge.hosted.get().is_none() {
        return Err(ClosedError::new_err("the runtime is being closed"));
    }
    let memory = bridge.hosted().handle();
    Ok(Shared {
        struct_size: SIZE as u32,
        abi_version: ART_ABI_VERSION,
        api: ptr::from_ref(api_table()).addr(),
        runtime: memory.as_ptr().addr(),
        _memory: memory,
    })
}

#[pyfunction]
#[pyo3(signature = (runtime, /))]
fn _capsule<'py>(runtime: Runtime<'_, 'py>) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(runtime.py(), shared(runtime)?, NAME)
}

/// The addresses of the table and of the runtime, for `ctypes`.
#[pyfunction]
#[pyo3(signature = (runtime, /))]
fn _addresses(runtime: Runtime<'_, '_>) -> PyResult<(usize, usize)> {
    let shared = shared(runtime)?;
    Ok((shared.api, shared.runtime))
}

/// What a status of C's means.
#[pyfunction]
#[pyo3(signature = (status, /))]
fn _status_text(status: i32) -> &'static str {
    actor_ffi::status_text(status)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let table = PyCapsule::new_with_value(module.py(), *api_table(), c"actor_rt._core._C_API")?;
    module.add("_C_API", table)?;
    add_functions!(module, _capsule _addresses _status_text);
    Ok(())
}
