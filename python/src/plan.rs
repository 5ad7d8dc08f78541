//! Plans: what the tree makes a supervised actor of, as often as it is needed, and what it makes another one of when a child that has ended
//! is started anew.
//!
//! A plan is kept by the closures of its spec, so it goes when the tree forgets the child. Class and arguments lie in the store, as all values
//! of Python's.

use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::errors::NotKept;
use crate::kernel_actor::PyActor;
use crate::lifecycle::HookSet;
use crate::reference::Ref;
use crate::runtime::RuntimeBase;
use crate::supervised::not_started;
use crate::watch::Kept;
use actor_rt::ActorId;
use actor_rt::supervision::StartError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyWeakrefReference};
use std::cell::Cell;
use std::rc::{Rc, Weak};

/// What a spec's closures share.
pub(crate) struct Plan {
    bridge: Rc<Bridge>,
    /// `(cls, args, kwargs)`; the last one may be None.
    origin: Kept,
    pub key: Cell<u64>,
    pub hooks: HookSet,
    /// The next incarnation is an actor's first: whoever starts it calls `__init__`.
    pub fresh: Cell<bool>,
    id: Cell<ActorId>,
}

/// What an instance is made of.
pub(crate) struct Origin<'py> {
    pub class: Bound<'py, PyAny>,
    pub args: Bound<'py, PyTuple>,
    pub kwargs: Option<Bound<'py, PyDict>>,
}

impl Plan {
    pub(crate) fn new(
        py: Python<'_>,
        bridge: &Rc<Bridge>,
        origin: &Origin<'_>,
        key: u64,
        hooks: HookSet,
    ) -> PyResult<Rc<Self>> {
        let all = (&origin.class, &origin.args, origin.kwargs.as_ref()).into_pyobject(py)?;
        let origin = Kept::new(py, bridge, all.into_any().unbind());
        let bridge = Rc::clone(bridge);
        let (key, fresh, id) = (Cell::new(key), Cell::new(true), Cell::new(ActorId(0)));
        Ok(Rc::new(Plan { bridge, origin, key, hooks, fresh, id }))
    }

    pub(crate) fn bridge(&self) -> &Rc<Bridge> {
        &self.bridge
    }

    /// What instances are made of; None once the runtime has let go of everything.
    pub(crate) fn origin<'py>(&self, py: Python<'py>) -> Option<Origin<'py>> {
        let all = self.origin.get(py)?.into_bound(py);
        let (class, args, kwargs) = all.extract().ok()?;
        Some(Origin { class, args, kwargs })
    }

    /// The plan is that of this actor from now on.
    pub(crate) fn is_of(self: &Rc<Self>, id: ActorId) {
        let former = self.id.replace(id);
        let mut plans = self.bridge.plans.borrow_mut();
        plans.remove(&former);
        plans.insert(id, Rc::downgrade(self));
    }
}

impl Drop for Plan {
    fn drop(&mut self) {
        self.bridge.plans.borrow_mut().remove(&self.id.get());
    }
}

/// Starts a child anew whose entry was kept: another actor, made of the same class and arguments. `__init__` runs at once; what it raises,
/// this raises.
pub(crate) fn restart(
    runtime: &Bound<'_, RuntimeBase>,
    supervisor: Option<ActorId>,
    child: ActorId,
) -> PyResult<Ref> {
    let py = runtime.py();
    let bridge = runtime.get().bridge(py)?;
    let plan = bridge.plans.borrow().get(&child).and_then(Weak::upgrade);
    let has_ended = |plan: &Rc<Plan>| bridge.store(py).actors.borrow_mut().get(plan.key.get()).is_none();
    let plan = plan.filter(has_ended).ok_or_else(not_kept)?;
    let Origin { class, args, kwargs } = plan.origin(py).ok_or_else(not_kept)?;
    let instance = new(&class, &all(&class, &args)?, kwargs.as_ref())?;
    let key = bridge.enter(py, &instance, plan.hooks)?;
    let former = plan.key.replace(key);
    plan.fresh.set(true);
    let started = bridge.door.restart_child(supervisor, child).and_then(|id| {
        let actor = bridge.door.actor::<PyActor>(id).map_err(StartError::NoSupervisor)?;
        Ok((id, actor))
    });
    let (id, actor) = match started {
        Ok(started) => started,
        Err(error) => {
            plan.key.set(former);
            let entry = bridge.store(py).actors.borrow_mut().take(key);
            drop(entry);
            return Err(match error {
                StartError::NoChild => not_kept(),
                error => not_started(error),
            });
        }
    };
    plan.is_of(id);
    bridge.hold(py, key, &instance);
    bridge.bind(runtime, &instance, key, actor)?;
    initialise(&bridge, &instance, &args, kwargs.as_ref())?;
    Ref::of(&instance)
}

/// What `__new__` gets: `(class, *args)`.
pub(crate) fn all<'py>(
    class: &Bound<'py, PyAny>,
    args: &Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyTuple>> {
    let all = std::iter::once(class.clone()).chain(args.iter());
    PyTuple::new(class.py(), all.collect::<Vec<_>>())
}

/// A new instance of an actor class by `(cls, *args), kwargs`, without `__init__`.
pub(crate) fn new<'py>(
    class: &Bound<'py, PyAny>,
    all: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let instance = class.call_method(pyo3::intern!(py, "__new__"), all, kwargs)?;
    if Bond::find(&instance).is_some() {
        return Err(pyo3::exceptions::PyTypeError::new_err(
            "__new__ of an actor class must make a new object",
        ));
    }
    Ok(instance)
}

/// Calls `__init__`. If it raises, so does this, and the actor is no more.
pub(crate) fn initialise(
    bridge: &Bridge,
    instance: &Bound<'_, PyAny>,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    let py = instance.py();
    let result = instance.getattr(pyo3::intern!(py, "__init__"))?.call(args, kwargs);
    if result.is_err() {
        let _ = bridge.door.kill(Bond::of(instance)?.get().id(), "__init__ failed");
    }
    bridge.flush(py);
    result.map(|_| ())
}

/// A weak reference to an instance.
pub(crate) fn weak(instance: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    Ok(PyWeakrefReference::new(instance)?.into_any().unbind())
}

pub(crate) fn not_kept() -> PyErr {
    NotKept::new_err(
        "no entry of such a child is kept: it lives, or was supervised without keep=True and not ended by terminate_child",
    )
}
