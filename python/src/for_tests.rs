//! What `actor_rt.testing` needs of the native half, and nobody else: all living actors, and messages held back for a moment.

use crate::functions::{Runtime, add_functions, inside};
use crate::reference::Ref;
use pyo3::prelude::*;

/// All living actors of Python's, in the order in which they were made.
#[pyfunction]
#[pyo3(signature = (runtime, /))]
fn _living(runtime: Runtime<'_, '_>) -> PyResult<Vec<Ref>> {
    let (py, bridge) = (runtime.py(), inside(runtime)?);
    let mut ids = bridge.ids();
    ids.sort_unstable_by_key(|(id, _)| id.0);
    Ok(ids.into_iter().filter_map(|(id, _)| bridge.reference(py, id)).collect())
}

/// For a moment an actor's messages wait, besides what pauses it. False if they do already.
#[pyfunction]
#[pyo3(signature = (runtime, actor, /))]
fn _hold_back(runtime: Runtime<'_, '_>, actor: &Bound<'_, Ref>) -> PyResult<bool> {
    let (py, bridge) = (runtime.py(), inside(runtime)?);
    let id = actor.get().id_of(&bridge, py)?;
    let key = bridge.key_of(id).unwrap_or_default();
    let mut actors = bridge.store(py).actors.borrow_mut();
    let Some(entry) = actors.get(key).filter(|entry| !entry.busy && entry.held_back.is_none()) else {
        return Ok(false);
    };
    // It only marks the actor: nothing of Python runs.
    let held = bridge.door.pause(id).unwrap_or(false);
    entry.held_back = held.then_some(false);
    Ok(held)
}

/// They go on, unless it was paused meanwhile.
#[pyfunction]
#[pyo3(signature = (runtime, actor, /))]
fn _let_go(runtime: Runtime<'_, '_>, actor: &Bound<'_, Ref>) -> PyResult<()> {
    let (py, bridge) = (runtime.py(), inside(runtime)?);
    // It may have ended meanwhile.
    let Ok(id) = actor.get().id_of(&bridge, py) else { return Ok(()) };
    let key = bridge.key_of(id).unwrap_or_default();
    let paused = bridge.store(py).actors.borrow_mut().get(key).and_then(|entry| entry.held_back.take());
    if paused == Some(false) {
        let _ = bridge.door.resume(id);
        bridge.flush(py);
    }
    Ok(())
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add_functions!(module, _living _hold_back _let_go);
    Ok(())
}
