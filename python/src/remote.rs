//! `Remote`: an actor as other threads see it.

use crate::actor::{ActorBase, label};
use crate::errors::{self, not_picklable};
use crate::held::Held;
use crate::messages;
use crate::reference;
use crate::store::{Call, Foreign};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// A reference to an actor that works on every thread. Messages from one thread arrive in the order they were sent in.
#[pyclass(frozen, weakref, generic, module = "actor_rt")]
pub struct Remote {
    actor: Held,
}

impl Remote {
    pub(crate) fn new(actor: Py<ActorBase>) -> Self {
        Remote { actor: Held::new(actor) }
    }

    fn post(&self, py: Python<'_>, call: Call, future: Option<Py<PyAny>>) -> PyResult<()> {
        let actor = self.actor.bind(py);
        actor.get().runtime(py)?.get().send_foreign(py, Foreign::Call { call, future })
    }
}

#[pymethods]
impl Remote {
    /// Sends a message. `ClosedError` if the runtime is closed.
    #[pyo3(signature = (*args, **kwargs), text_signature = "($self, method, /, *args, **kwargs)")]
    fn tell(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        self.post(py, reference::call(self.actor.bind(py), args, kwargs)?, None)
    }

    /// Sends a message as a value, as `Ref.send`.
    #[pyo3(signature = (message, /))]
    fn send(&self, py: Python<'_>, message: Bound<'_, PyAny>) -> PyResult<()> {
        self.post(py, messages::call(self.actor.bind(py), message)?, None)
    }

    /// Sends a message and returns a `concurrent.futures.Future` of the answer, to wait for on this thread. Waiting on the runtime's own
    /// thread would wait for ever.
    #[pyo3(signature = (*args, **kwargs), text_signature = "($self, method, /, *args, **kwargs)")]
    fn ask<'py>(
        &self,
        py: Python<'py>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let call = reference::asked(self.actor.bind(py), args, kwargs)?;
        let future = errors::future(py)?.call0()?;
        self.post(py, call, Some(future.clone().unbind()))?;
        Ok(future)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Remote {}>", label(self.actor.bind(py)))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Remote"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&*self.actor)
    }
}
