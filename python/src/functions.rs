//! What the functions of the module have in common: each stands behind a method of `actor_rt.Runtime`, and takes the runtime first.

use crate::bridge::Bridge;
use crate::runtime::RuntimeBase;
use pyo3::prelude::*;
use std::rc::Rc;

pub(crate) type Runtime<'a, 'py> = &'a Bound<'py, RuntimeBase>;

/// The runtime's inside, on its own thread.
pub(crate) fn inside(runtime: Runtime<'_, '_>) -> PyResult<Rc<Bridge>> {
    runtime.get().bridge(runtime.py())
}

/// Adds functions to a module.
macro_rules! add_functions {
    ($module:expr, $($function:ident)*) => {
        $( $module.add_function(pyo3::wrap_pyfunction!($function, $module)?)?; )*
    };
}
pub(crate) use add_functions;
