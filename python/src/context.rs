//! `Context`: what an actor may do besides computing. And `Timer`.

use crate::actor::{ActorBase, label};
use crate::bridge::{Bridge, nanoseconds};
use crate::errors::{self, not_picklable};
use crate::owner_cell::Used;
use crate::reference::{self, Ref};
use crate::reply::Reply;
use crate::runtime::{RuntimeBase, spawn};
use crate::store::Due;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::rc::Rc;

/// The surroundings of an actor: `self.ctx`.
#[pyclass(frozen, generic, module = "actor_rt")]
pub struct Context {
    actor: Py<ActorBase>,
}

impl Context {
    pub(crate) fn new(actor: Py<ActorBase>) -> Self {
        Context { actor }
    }

    fn bridge(&self, py: Python<'_>) -> PyResult<Rc<Bridge>> {
        self.actor.get().bridge_for(py, Used::Context)
    }

    fn arm(
        &self,
        py: Python<'_>,
        deadline: u64,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Timer> {
        let actor = self.actor.bind(py);
        let call = reference::call(actor, args, kwargs)?;
        let key = self.bridge(py)?.arm(py, actor.get().raw_key(), Due::Tell(call), deadline)?;
        Ok(Timer { runtime: actor.get().runtime(py)?.unbind(), key })
    }
}

#[pymethods]
impl Context {
    /// The actor's own reference, to give away.
    #[getter]
    fn r#ref(&self, py: Python<'_>) -> PyResult<Ref> {
        self.bridge(py)?;
        Ok(Ref::new(self.actor.clone_ref(py)))
    }

    /// The runtime.
    #[getter]
    fn runtime(&self, py: Python<'_>) -> PyResult<Py<RuntimeBase>> {
        self.bridge(py)?;
        Ok(self.actor.get().runtime(py)?.unbind())
    }

    /// The time in seconds of the runtime's clock. All handlers of a step see the same.
    #[getter]
    fn now(&self, py: Python<'_>) -> PyResult<f64> {
        Ok(self.bridge(py)?.now_ns(py)? as f64 / 1e9)
    }

    /// The actor's logger: `actor_rt.Counter.7`.
    #[getter]
    fn log<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let name = format!("actor_rt.{}", label(self.actor.bind(py)).replace('#', "."));
        errors::get_logger(py)?.call1((name,))
    }

    /// Sends a message to the actor itself in `delay` seconds. It is withdrawn if the actor ends.
    #[pyo3(signature = (delay, /, *args, **kwargs), text_signature = "($self, delay, method, /, *args, **kwargs)")]
    fn after(
        &self,
        py: Python<'_>,
        delay: f64,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Timer> {
        let deadline = self.bridge(py)?.deadline(py, delay)?;
        self.arm(py, deadline, args, kwargs)
    }

    /// Sends a message to the actor itself at a time of the runtime's clock.
    #[pyo3(signature = (when, /, *args, **kwargs), text_signature = "($self, when, method, /, *args, **kwargs)")]
    fn at(
        &self,
        py: Python<'_>,
        when: f64,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Timer> {
        self.bridge(py)?;
        self.arm(py, nanoseconds(when)?, args, kwargs)
    }

    /// A reply that comes in `delay` seconds, for `await`.
    fn sleep(&self, py: Python<'_>, delay: f64) -> PyResult<Py<Reply>> {
        let actor = self.actor.get();
        let bridge = self.bridge(py)?;
        let deadline = bridge.deadline(py, delay)?;
        let reply = Py::new(py, Reply::new(actor.runtime(py)?.unbind(), 0))?;
        bridge.arm(py, 0, Due::Wake(reply.clone_ref(py)), deadline)?;
        Ok(reply)
    }

    /// Ends the actor when the running handler is done. Messages that wait for it are not going to be handled.
    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        let actor = self.actor.get();
        let bridge = self.bridge(py)?;
        if actor.is_alive() {
            let _ = bridge.door.stop(actor.id()?);
            bridge.flush(py);
        }
        Ok(())
    }

    /// Makes another actor in the same runtime.
    #[pyo3(signature = (*args, **kwargs), text_signature = "($self, cls, /, *args, **kwargs)")]
    fn spawn(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Ref> {
        self.bridge(py)?;
        spawn(&self.actor.get().runtime(py)?, args, kwargs)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Context of {}>", label(self.actor.bind(py)))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Context"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.actor)
    }
}

/// An armed timer. Dropping it changes nothing.
#[pyclass(frozen, weakref, module = "actor_rt")]
pub struct Timer {
    runtime: Py<RuntimeBase>,
    key: u64,
}

#[pymethods]
impl Timer {
    /// Disarms it. False if it has fired, was disarmed, or its actor has ended.
    fn cancel(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.runtime.get().bridge(py)?.disarm(py, self.key))
    }

    /// Whether it is going to fire.
    #[getter]
    fn active(&self, py: Python<'_>) -> PyResult<bool> {
        let bridge = self.runtime.get().bridge(py)?;
        let active = bridge.store(py).timers.borrow_mut().get(self.key).is_some();
        Ok(active)
    }

    fn __repr__(&self) -> String {
        format!("<Timer {}>", self.key as u32)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Timer"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)
    }
}
