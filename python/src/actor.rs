//! `ActorBase`: the native half of `Actor`. The instance is the actor's state; references hold it, the runtime does not.
//!
//! So CPython's own rules say how long an actor lives: as long as anybody can reach it. A reference, a queued message, an armed timer
//! and a running coroutine reach it, and circles between actors are collected. Then it ends, with the cause `dropped`.

use crate::bridge::Bridge;
use crate::context::Context;
use crate::errors::{NotSpawned, in_destructor, not_picklable};
use crate::owner_cell::Used;
use crate::runtime::RuntimeBase;
use crate::store::Foreign;
use actor_rt::ActorId;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::rc::Rc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What an instance gets when it is spawned.
struct Bond {
    runtime: Py<RuntimeBase>,
    key: u64,
    id: ActorId,
    number: u64,
    /// `{method of a base class: method that overrides it}`.
    overrides: Option<Py<PyDict>>,
    /// Whether some of its methods overtake.
    is_partly_reentrant: bool,
}

/// The base of `actor_rt.Actor`.
#[pyclass(frozen, subclass, weakref, module = "actor_rt._core")]
pub struct ActorBase {
    bond: OnceLock<Bond>,
    ended: AtomicBool,
}

impl ActorBase {
    /// Ties an instance to its actor. An instance is spawned once.
    pub(crate) fn bind(
        this: &Bound<'_, Self>,
        runtime: &Bound<'_, RuntimeBase>,
        key: u64,
        id: ActorId,
        number: u64,
    ) -> PyResult<()> {
        let overrides = this.get_type().getattr(pyo3::intern!(this.py(), "__actor_overrides__"))?;
        let overrides = overrides.cast_into::<PyDict>()?;
        let overrides = if overrides.is_empty() { None } else { Some(overrides.unbind()) };
        let is_partly_reentrant =
            this.get_type().getattr(pyo3::intern!(this.py(), "__actor_has_reentrant__"))?.is_truthy()?;
        let runtime = runtime.clone().unbind();
        let _ = this.get().bond.set(Bond { runtime, key, id, number, overrides, is_partly_reentrant });
        Ok(())
    }

    /// Whether some of its methods overtake.
    #[inline]
    pub(crate) fn is_partly_reentrant(&self) -> bool {
        self.bond.get().is_some_and(|bond| bond.is_partly_reentrant)
    }

    pub(crate) fn is_bound(&self) -> bool {
        self.bond.get().is_some()
    }

    fn bond(&self) -> PyResult<&Bond> {
        self.bond.get().ok_or_else(|| {
            NotSpawned::new_err(
                "this object is no actor yet: actors are made by Runtime.spawn or Context.spawn",
            )
        })
    }

    pub(crate) fn runtime<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, RuntimeBase>> {
        Ok(self.bond()?.runtime.bind(py).clone())
    }

    /// The runtime's inside, on its own thread.
    #[inline]
    pub(crate) fn bridge(&self, py: Python<'_>) -> PyResult<Rc<Bridge>> {
        self.bridge_for(py, Used::Ref)
    }

    #[inline]
    pub(crate) fn bridge_for(&self, py: Python<'_>, used: Used) -> PyResult<Rc<Bridge>> {
        self.bond()?.runtime.get().bridge_for(py, used)
    }

    /// The actor's key while it lives.
    #[inline]
    pub(crate) fn key(&self) -> Option<u64> {
        if self.ended.load(Ordering::Relaxed) { None } else { self.bond.get().map(|bond| bond.key) }
    }

    /// The actor's key, also after its end.
    pub(crate) fn raw_key(&self) -> u64 {
        self.bond.get().map_or(0, |bond| bond.key)
    }

    pub(crate) fn id(&self) -> PyResult<ActorId> {
        Ok(self.bond()?.id)
    }

    pub(crate) fn ended(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.is_bound() && !self.ended.load(Ordering::Relaxed)
    }

    /// The method that `selector` stands for in an actor of this class.
    #[inline]
    pub(crate) fn resolve<'py>(
        this: &Bound<'py, Self>,
        selector: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let overrides = this.get().bond.get().and_then(|bond| bond.overrides.as_ref());
        let Some(overrides) = overrides else { return Ok(selector) };
        Ok(overrides.bind(this.py()).get_item(&selector)?.unwrap_or(selector))
    }
}

/// How people call an actor: `Counter#7`. Any thread.
pub(crate) fn label(actor: &Bound<'_, ActorBase>) -> String {
    let class = actor.get_type();
    let class = class.name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    format!("{class}#{}", actor.get().bond.get().map_or(0, |bond| bond.number))
}

/// Ends an actor that nobody can reach any more, with its hook. On the owner thread.
pub(crate) fn abandon(py: Python<'_>, bridge: &Bridge, actor: &Bound<'_, ActorBase>) {
    let Some(key) = actor.get().key() else { return };
    {
        let mut actors = bridge.store(py).actors.borrow_mut();
        let Some(entry) = actors.get(key) else { return };
        entry.held = Some(actor.clone().unbind());
        entry.cause.get_or_insert(("dropped", None));
    }
    if let Ok(id) = actor.get().id() {
        let _ = bridge.door.stop(id);
    }
    bridge.flush(py);
}

#[pymethods]
impl ActorBase {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        ActorBase { bond: OnceLock::new(), ended: AtomicBool::new(false) }
    }

    /// What the actor may do: timers, its own reference, its runtime.
    #[getter]
    fn ctx(slf: &Bound<'_, Self>) -> PyResult<Context> {
        slf.get().bond()?;
        Ok(Context::new(slf.clone().unbind()))
    }

    /// The finalizer of classes with an `on_stop`: nobody can reach the actor any more, and its hook is still to run.
    fn _abandon(slf: &Bound<'_, Self>) {
        let py = slf.py();
        let Some(bond) = slf.get().bond.get() else { return };
        if !slf.get().is_alive() {
            return;
        }
        let runtime = bond.runtime.get();
        match runtime.bridge(py) {
            Ok(bridge) => abandon(py, &bridge, slf),
            Err(_) => {
                let _ = runtime.send_foreign(py, Foreign::Abandoned(slf.clone().unbind()));
            }
        }
    }

    fn __repr__(slf: &Bound<'_, Self>) -> String {
        let what = if slf.get().is_bound() { label(slf) } else { format!("{}, not spawned", label(slf)) };
        format!("<Actor {what}>")
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Actor"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Some(bond) = self.bond.get() {
            visit.call(&bond.runtime)?;
            visit.call(&bond.overrides)?;
        }
        Ok(())
    }
}

impl Drop for ActorBase {
    /// Nobody can reach the actor any more: the kernel's part of it ends too. On any thread.
    fn drop(&mut self) {
        if !self.is_alive() {
            return;
        }
        let Some(bond) = self.bond.get() else { return };
        in_destructor(|py| {
            let runtime = bond.runtime.get();
            match runtime.bridge(py) {
                Ok(bridge) => {
                    mark_dropped(py, &bridge, bond.key);
                    let _ = bridge.door.kill(bond.id, "nobody could reach it any more");
                    bridge.flush(py);
                }
                Err(_) => runtime.kill_from_afar(bond.id),
            }
        });
    }
}

fn mark_dropped(py: Python<'_>, bridge: &Bridge, key: u64) {
    if let Some(entry) = bridge.store(py).actors.borrow_mut().get(key) {
        entry.cause.get_or_insert(("dropped", None));
    }
}
