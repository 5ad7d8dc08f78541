//! `Bond`: what ties an instance to its actor: an attribute of the instance, which has nothing native in it otherwise. From CPython 3.13 on only
//! objects that begin where plain ones do have attributes as fast as those, and handlers do little else than read and write attributes.
//!
//! Whoever refers to an actor has its bond at hand, and does not look for it in the instance. The bond goes when nobody can reach the instance
//! any more, and with it the kernel's part of the actor.

use crate::bridge::Bridge;
use crate::errors::{NotSpawned, in_destructor};
use crate::owner_cell::Used;
use crate::runtime::RuntimeBase;
use actor_rt::ActorId;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What an instance gets when it is spawned.
#[pyclass(frozen, module = "actor_rt._core")]
pub struct Bond {
    runtime: Py<RuntimeBase>,
    key: u64,
    id: ActorId,
    number: u64,
    /// `{method of a base class: method that overrides it}`.
    overrides: Option<Py<PyDict>>,
    /// Whether some of its methods overtake.
    is_partly_reentrant: bool,
    ended: AtomicBool,
}

fn attribute(py: Python<'_>) -> &Bound<'_, PyString> {
    pyo3::intern!(py, "_actor_bond")
}

impl Bond {
    /// Ties an instance to the actor of this key, id and number. An instance is spawned once.
    pub(crate) fn tie(
        instance: &Bound<'_, PyAny>,
        runtime: &Bound<'_, RuntimeBase>,
        (key, id, number): (u64, ActorId, u64),
    ) -> PyResult<()> {
        let (py, class) = (instance.py(), instance.get_type());
        let overrides = class.getattr(pyo3::intern!(py, "__actor_overrides__"))?.cast_into::<PyDict>()?;
        let bond = Bond {
            runtime: runtime.clone().unbind(),
            key,
            id,
            number,
            overrides: if overrides.is_empty() { None } else { Some(overrides.unbind()) },
            is_partly_reentrant: class.getattr(pyo3::intern!(py, "__actor_has_reentrant__"))?.is_truthy()?,
            ended: AtomicBool::new(false),
        };
        Bond::put(instance, &Bound::new(py, bond)?)
    }

    /// Makes it the instance's, past a `__setattr__` of the class's own.
    pub(crate) fn put(instance: &Bound<'_, PyAny>, bond: &Bound<'_, Bond>) -> PyResult<()> {
        let py = instance.py();
        let object = py.get_type::<PyAny>();
        object.call_method1(pyo3::intern!(py, "__setattr__"), (instance, attribute(py), bond))?;
        Ok(())
    }

    /// The bond of an instance, if it was spawned.
    pub(crate) fn find<'py>(instance: &Bound<'py, PyAny>) -> Option<Bound<'py, Bond>> {
        instance.getattr(attribute(instance.py())).ok()?.cast_into().ok()
    }

    /// The bond of an instance that must have been spawned.
    pub(crate) fn of<'py>(instance: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Bond>> {
        Bond::find(instance).ok_or_else(not_spawned)
    }

    /// The runtime of an instance that must have been spawned.
    pub(crate) fn runtime_of<'py>(instance: &Bound<'py, PyAny>) -> PyResult<Bound<'py, RuntimeBase>> {
        Ok(Bond::of(instance)?.get().runtime.bind(instance.py()).clone())
    }

    pub(crate) fn runtime(&self) -> &Py<RuntimeBase> {
        &self.runtime
    }

    /// The runtime's inside, on its own thread.
    #[inline]
    pub(crate) fn bridge(&self, py: Python<'_>) -> PyResult<Rc<Bridge>> {
        self.bridge_for(py, Used::Ref)
    }

    #[inline]
    pub(crate) fn bridge_for(&self, py: Python<'_>, used: Used) -> PyResult<Rc<Bridge>> {
        self.runtime.get().bridge_for(py, used)
    }

    /// The actor's key while it lives.
    #[inline]
    pub(crate) fn key(&self) -> Option<u64> {
        if self.is_alive() { Some(self.key) } else { None }
    }

    /// The actor's key, also after its end.
    pub(crate) fn raw_key(&self) -> u64 {
        self.key
    }

    pub(crate) fn id(&self) -> ActorId {
        self.id
    }

    /// Its number in its runtime, for people.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    #[inline]
    pub(crate) fn is_alive(&self) -> bool {
        !self.ended.load(Ordering::Relaxed)
    }

    pub(crate) fn ended(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// Whether some of its methods overtake.
    #[inline]
    pub(crate) fn is_partly_reentrant(&self) -> bool {
        self.is_partly_reentrant
    }

    /// The method that `selector` stands for in an actor of this class.
    #[inline]
    pub(crate) fn resolve<'py>(&self, selector: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let Some(overrides) = &self.overrides else { return Ok(selector) };
        Ok(overrides.bind(selector.py()).get_item(&selector)?.unwrap_or(selector))
    }
}

#[cold]
fn not_spawned() -> PyErr {
    NotSpawned::new_err("this object is no actor yet: actors are made by Runtime.spawn or Context.spawn")
}

#[pymethods]
impl Bond {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)?;
        visit.call(&self.overrides)
    }
}

impl Drop for Bond {
    /// Nobody can reach the actor any more: the kernel's part of it ends too. On any thread.
    fn drop(&mut self) {
        if !self.is_alive() {
            return;
        }
        in_destructor(|py| match self.bridge(py) {
            Ok(bridge) => {
                if let Some(entry) = bridge.store(py).actors.borrow_mut().get(self.key) {
                    entry.more().cause.get_or_insert(("dropped", None));
                }
                let _ = bridge.door.kill(self.id, "nobody could reach it any more");
                bridge.flush(py);
            }
            Err(_) => self.runtime.get().kill_from_afar(self.id),
        });
    }
}
