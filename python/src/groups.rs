//! Names and groups, and watching them and restarts: what `actor_rt/_registry.py` puts on `Runtime`. Whom a watch tells lies in the store, as all that a closure of the kernel calls.

use crate::bridge::Bridge;
use crate::errors::{self, ActorStopped, in_destructor, not_picklable};
use crate::functions::{Runtime, add_functions, inside};
use crate::reference::Ref;
use crate::runtime::RuntimeBase;
use crate::spawn::name_taken;
use crate::watch::Kept;
use actor_rt::Fwd;
use actor_rt::registry::{GroupEvent, NameError, NameEvent, RestartEvent, WatchId};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A watch of the kernel's, until it is cancelled or the runtime is closed.
#[pyclass(frozen, weakref, module = "actor_rt")]
pub struct Watch {
    runtime: Py<RuntimeBase>,
    id: WatchId,
}

#[pymethods]
impl Watch {
    /// Ends the watch: nobody is told of anything any more. False if it has ended.
    fn cancel(&self, py: Python<'_>) -> PyResult<bool> {
        let bridge = self.runtime.get().bridge(py)?;
        Ok(bridge.door.unwatch(self.id))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Watch"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)
    }
}

/// Tells a function of events, each made into an object by `make`.
fn tell<E: 'static>(
    py: Python<'_>,
    bridge: &Rc<Bridge>,
    told: Py<PyAny>,
    make: impl for<'py> Fn(Python<'py>, &Bridge, E) -> PyResult<Bound<'py, PyAny>> + 'static,
) -> Fwd<E> {
    let owner = Rc::clone(bridge);
    let told = Kept::new(py, bridge, told);
    Fwd::new(move |event: E| {
        in_destructor(|py| told.call(py, make(py, &owner, event), "what a watch tells"));
    })
}

fn watch(runtime: Runtime<'_, '_>, id: WatchId) -> PyResult<Watch> {
    inside(runtime)?.flush(runtime.py());
    Ok(Watch { runtime: runtime.clone().unbind(), id })
}

fn group_event<'py>(py: Python<'py>, bridge: &Bridge, event: GroupEvent) -> PyResult<Bound<'py, PyAny>> {
    let actor = bridge.reference(py, event.actor);
    errors::group_event(py)?.call1((&*event.scope, &*event.group, actor, event.joined))
}

/// Tells of one group's members.
#[pyfunction]
#[pyo3(signature = (runtime, scope, group, told, /))]
fn _watch_group(runtime: Runtime<'_, '_>, scope: &str, group: &str, told: Py<PyAny>) -> PyResult<Watch> {
    let (py, bridge) = (runtime.py(), inside(runtime)?);
    let id = bridge.door.watch_group(scope, group, tell(py, &bridge, told, group_event));
    watch(runtime, id)
}

/// Tells of the members of all groups of a scope; of all scopes for None.
#[pyfunction]
#[pyo3(signature = (runtime, scope, told, /))]
fn _watch_scope(runtime: Runtime<'_, '_>, scope: Option<&str>, told: Py<PyAny>) -> PyResult<Watch> {
    let (py, bridge) = (runtime.py(), inside(runtime)?);
    let id = bridge.door.watch_scope(scope, tell(py, &bridge, told, group_event));
    watch(runtime, id)
}

/// Tells who has a name: now, and whenever that changes.
#[pyfunction]
#[pyo3(signature = (runtime, name, told, /))]
fn _watch_name(runtime: Runtime<'_, '_>, name: &str, told: Py<PyAny>) -> PyResult<Watch> {
    let (py, bridge) = (runtime.py(), inside(runtime)?);
    let tells = tell(py, &bridge, told, |py, bridge, event: NameEvent| {
        let actor = event.actor.and_then(|actor| bridge.reference(py, actor));
        errors::name_event(py)?.call1((&*event.name, actor))
    });
    let id = bridge.door.watch_name(name, tells);
    watch(runtime, id)
}

/// Tells of the restarts of a supervised actor.
#[pyfunction]
#[pyo3(signature = (runtime, actor, told, /))]
fn _watch_restarts(runtime: Runtime<'_, '_>, actor: &Bound<'_, Ref>, told: Py<PyAny>) -> PyResult<Watch> {
    let (py, bridge) = (runtime.py(), inside(runtime)?);
    let actor = actor.get().id_of(&bridge, py)?;
    let tells = tell(py, &bridge, told, |py, bridge, event: RestartEvent| {
        errors::restart_event(py)?.call1((bridge.reference(py, event.actor), event.restarts))
    });
    let id = bridge.door.watch_restarts(actor, tells);
    watch(runtime, id.map_err(|error| ActorStopped::new_err(error.to_string()))?)
}

#[pyfunction]
#[pyo3(signature = (runtime, name, actor, /))]
pub(crate) fn _register(runtime: Runtime<'_, '_>, name: &str, actor: &Bound<'_, Ref>) -> PyResult<()> {
    let bridge = inside(runtime)?;
    let id = actor.get().id_of(&bridge, runtime.py())?;
    bridge.door.register(name, id).map_err(|error| match error {
        NameError::Taken(_) => name_taken(name),
        error => ActorStopped::new_err(error.to_string()),
    })
}

#[pyfunction]
#[pyo3(signature = (runtime, name, /))]
pub(crate) fn _lookup(runtime: Runtime<'_, '_>, name: &str) -> PyResult<Option<Ref>> {
    let bridge = inside(runtime)?;
    Ok(bridge.door.whereis(name).and_then(|id| bridge.reference(runtime.py(), id)))
}

/// The id of whoever has a name, whatever language it is in; 0 for nobody.
#[pyfunction]
#[pyo3(signature = (runtime, name, /))]
pub(crate) fn _whereis(runtime: Runtime<'_, '_>, name: &str) -> PyResult<u64> {
    Ok(inside(runtime)?.door.whereis(name).map_or(0, |id| id.0))
}

#[pyfunction]
#[pyo3(signature = (runtime, name, /))]
pub(crate) fn _unregister(runtime: Runtime<'_, '_>, name: &str) -> PyResult<bool> {
    Ok(inside(runtime)?.door.unregister(name).is_some())
}

#[pyfunction]
#[pyo3(signature = (runtime, /))]
pub(crate) fn _names(runtime: Runtime<'_, '_>) -> PyResult<BTreeMap<String, Ref>> {
    let bridge = inside(runtime)?;
    let names = bridge.door.registered().into_iter();
    let named = names.filter_map(|(name, id)| Some((name.to_string(), bridge.reference(runtime.py(), id)?)));
    Ok(named.collect())
}

#[pyfunction]
#[pyo3(signature = (runtime, scope, group, actor, /))]
pub(crate) fn _join_group(
    runtime: Runtime<'_, '_>,
    scope: &str,
    group: &str,
    actor: &Bound<'_, Ref>,
) -> PyResult<bool> {
    let bridge = inside(runtime)?;
    let id = actor.get().id_of(&bridge, runtime.py())?;
    let joined = bridge.door.join(scope, group, id);
    joined.map_err(|error| ActorStopped::new_err(error.to_string()))
}

#[pyfunction]
#[pyo3(signature = (runtime, scope, group, actor, /))]
pub(crate) fn _leave_group(
    runtime: Runtime<'_, '_>,
    scope: &str,
    group: &str,
    actor: &Bound<'_, Ref>,
) -> PyResult<bool> {
    let bridge = inside(runtime)?;
    let id = actor.get().raw_id(runtime.py())?;
    Ok(bridge.door.leave(scope, group, id))
}

#[pyfunction]
#[pyo3(signature = (runtime, scope, group, /))]
pub(crate) fn _members(runtime: Runtime<'_, '_>, scope: &str, group: &str) -> PyResult<Vec<Ref>> {
    let bridge = inside(runtime)?;
    let ids = bridge.door.members(scope, group);
    Ok(ids.into_iter().filter_map(|id| bridge.reference(runtime.py(), id)).collect())
}

#[pyfunction]
#[pyo3(signature = (runtime, scope, /))]
pub(crate) fn _groups(runtime: Runtime<'_, '_>, scope: &str) -> PyResult<Vec<String>> {
    Ok(inside(runtime)?.door.groups(scope).iter().map(|group| group.to_string()).collect())
}

#[pyfunction]
#[pyo3(signature = (runtime, /))]
pub(crate) fn _scopes(runtime: Runtime<'_, '_>) -> PyResult<Vec<String>> {
    Ok(inside(runtime)?.door.scopes().iter().map(|scope| scope.to_string()).collect())
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add_functions!(module, _register _lookup _whereis _unregister _names _join_group _leave_group _members _groups _scopes);
    add_functions!(module, _watch_name _watch_restarts _watch_group _watch_scope);
    Ok(())
}
