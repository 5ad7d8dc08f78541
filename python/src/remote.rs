//! `Remote`: an actor as other threads see it.

use crate::actor::label;
use crate::errors::{self, not_picklable};
use crate::fast_call::{self, Arguments, Method};
use crate::held::Held;
use crate::messages;
use crate::reference;
use crate::store::{Call, Foreign};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::ffi::CStr;

/// A reference to an actor that works on every thread. Messages from one thread arrive in the order they were sent in.
#[pyclass(frozen, weakref, generic, module = "actor_rt")]
pub struct Remote {
    actor: Held,
}

impl Remote {
    pub(crate) fn new(actor: Held) -> Self {
        Remote { actor }
    }

    fn post(&self, py: Python<'_>, call: Call, future: Option<Py<PyAny>>) -> PyResult<()> {
        self.actor.bond().runtime().get().send_foreign(py, Foreign::Call { call, future })
    }
}

struct Tell;

impl Method for Tell {
    type Class = Remote;

    const NAME: &CStr = c"tell";
    const DOC: &CStr =
        c"tell($self, method, /, *args, **kwargs)\n--\n\nSends a message. `ClosedError` if the runtime is closed.";

    fn call<'py>(this: &Bound<'py, Remote>, given: &Arguments<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
        let (py, this) = (this.py(), this.get());
        this.post(py, reference::call(&this.actor, given)?, None)?;
        Ok(py.None().into_bound(py))
    }
}

struct Ask;

impl Method for Ask {
    type Class = Remote;

    const NAME: &CStr = c"ask";
    const DOC: &CStr = c"ask($self, method, /, *args, **kwargs)\n--\n\n\
Sends a message and returns a `concurrent.futures.Future` of the answer, to wait for on this thread. Waiting on the runtime's own\n\
thread would wait for ever.";

    fn call<'py>(this: &Bound<'py, Remote>, given: &Arguments<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
        let (py, this) = (this.py(), this.get());
        let call = reference::asked(&this.actor, given)?;
        let future = errors::future(py)?.call0()?;
        this.post(py, call, Some(future.clone().unbind()))?;
        Ok(future)
    }
}

pub(crate) fn add_methods(py: Python<'_>) -> PyResult<()> {
    fast_call::add::<Tell>(py)?;
    fast_call::add::<Ask>(py)
}

#[pymethods]
impl Remote {
    /// Sends a message as a value, as `Ref.send`.
    #[pyo3(signature = (message, /))]
    fn send(&self, py: Python<'_>, message: Bound<'_, PyAny>) -> PyResult<()> {
        self.post(py, messages::call(self.actor.actor(py), message)?, None)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Remote {}>", label(self.actor.actor(py)))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Remote"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.actor.traverse(&visit)
    }
}
