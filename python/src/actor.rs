//! What of `Actor` is native: its context, its name, and its end where nobody can reach it. The instance is the actor's state; references hold
//! it, the runtime does not.
//!
//! So CPython's own rules say how long an actor lives: as long as anybody can reach it. A reference, a queued message, an armed timer
//! and a running coroutine reach it, and circles between actors are collected. Then it ends, with the cause `dropped`.

use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::context::Context;
use crate::errors;
use crate::functions::add_functions;
use crate::held::Held;
use crate::store::Foreign;
use pyo3::prelude::*;
use pyo3::types::PyType;

/// Whether a class is one of actors.
pub(crate) fn is_actor_class(class: &Bound<'_, PyAny>) -> PyResult<bool> {
    let actor = errors::actor_class(class.py())?;
    Ok(class.cast::<PyType>().is_ok_and(|class| class.is_subclass(actor).unwrap_or(false)))
}

/// How people call an actor: `Counter#7`. Any thread.
pub(crate) fn label(actor: &Bound<'_, PyAny>) -> String {
    let class = actor.get_type();
    let class = class.name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    format!("{class}#{}", Bond::find(actor).map_or(0, |bond| bond.get().number()))
}

/// Ends an actor that nobody can reach any more, with its hook. On the owner thread.
pub(crate) fn abandon(py: Python<'_>, bridge: &Bridge, actor: &Bound<'_, PyAny>) {
    let Some(bond) = Bond::find(actor).filter(|bond| bond.get().is_alive()) else { return };
    let bond = bond.get();
    {
        let mut actors = bridge.store(py).actors.borrow_mut();
        let Some(entry) = actors.get(bond.raw_key()) else { return };
        entry.held = Some(actor.clone().unbind());
        entry.more().cause.get_or_insert(("dropped", None));
    }
    let _ = bridge.door.stop(bond.id());
    bridge.flush(py);
}

/// `Actor.ctx`.
#[pyfunction]
fn _context(actor: &Bound<'_, PyAny>) -> PyResult<Context> {
    Ok(Context::new(Held::of(actor)?))
}

/// `Actor.__repr__`.
#[pyfunction]
fn _describe(actor: &Bound<'_, PyAny>) -> String {
    match Bond::find(actor) {
        Some(_) => format!("<Actor {}>", label(actor)),
        None => format!("<Actor {}, not spawned>", label(actor)),
    }
}

/// `Actor.__reduce__`.
#[pyfunction]
fn _refuse_to_pickle(_actor: &Bound<'_, PyAny>) -> PyResult<()> {
    Err(errors::not_picklable("Actor"))
}

/// The finalizer of classes with an `on_stop`: nobody can reach the actor any more, and its hook is still to run.
#[pyfunction]
fn _abandon(actor: &Bound<'_, PyAny>) {
    let py = actor.py();
    let Some(bond) = Bond::find(actor).filter(|bond| bond.get().is_alive()) else { return };
    match bond.get().bridge(py) {
        Ok(bridge) => abandon(py, &bridge, actor),
        Err(_) => {
            let runtime = bond.get().runtime().get();
            let _ = runtime.send_foreign(py, Foreign::Abandoned(actor.clone().unbind()));
        }
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Bond>()?;
    add_functions!(module, _context _describe _refuse_to_pickle _abandon);
    Ok(())
}
