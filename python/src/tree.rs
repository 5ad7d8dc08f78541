//! The tree of supervised actors from outside: listed, changed, ended. What `actor_rt/_tree.py` puts on `Runtime`.

use crate::actor::label;
use crate::bridge::Bridge;
use crate::errors::{self, InternalError, ReplyDropped, in_destructor};
use crate::functions::{Runtime, add_functions, inside};
use crate::lifecycle::{self, SYSTEM_MESSAGES};
use crate::plan;
use crate::reference::Ref;
use crate::reply::{Reply, Settle};
use crate::spawn::{self, spawn_named};
use crate::store::Due;
use crate::supervised::{Settings, gone, seconds};
use crate::timers::Timer;
use crate::watch::Kept;
use actor_rt::supervision::{ChildStatus, Exit, Phase, Restart, SystemMessage};
use actor_rt::{ActorId, Ret};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

type Supervisor<'a, 'py> = Option<&'a Bound<'py, Ref>>;

/// The id of a supervisor, which must be alive; None is the root.
fn id_of(py: Python<'_>, bridge: &Rc<Bridge>, actor: Supervisor<'_, '_>) -> PyResult<Option<ActorId>> {
    actor.map(|actor| actor.get().id_of(bridge, py)).transpose()
}

/// The id of a child, by its reference or as it is: it may have ended.
fn child_id(child: &Bound<'_, PyAny>) -> PyResult<ActorId> {
    if let Ok(child) = child.cast::<Ref>() {
        return child.get().raw_id(child.py());
    }
    let id = child.extract::<u64>();
    id.map(ActorId).map_err(|_| PyTypeError::new_err("a child is named by its Ref or by its id"))
}

/// A reply, and what the kernel answers by it: `f` makes the answer.
fn reply<T: 'static>(
    runtime: Runtime<'_, '_>,
    bridge: &Rc<Bridge>,
    f: impl FnOnce(Python<'_>, &Rc<Bridge>, T) -> PyResult<Py<PyAny>> + 'static,
) -> PyResult<(Py<Reply>, Ret<T>)> {
    let py = runtime.py();
    let reply = Reply::new(py, runtime.as_unbound(), 0)?;
    let kept = Kept::new(py, bridge, reply.clone_ref(py).into_any());
    let ret = Ret::new(move |answer: Option<T>| {
        in_destructor(|py| {
            let Some(reply) = kept.get(py) else { return };
            let Ok(reply) = reply.into_bound(py).cast_into::<Reply>() else { return };
            let answer = match answer {
                Some(answer) => f(py, &kept.bridge, answer),
                None => Err(ReplyDropped::new_err("the runtime was closed before it was done")),
            };
            reply.unbind().resolve(py, answer);
        });
    });
    Ok((reply, ret))
}

// -- how is supervised ---------------------------------------------------------------------------------------------------

#[pyfunction]
#[pyo3(signature = (runtime, actor, settings, /))]
pub(crate) fn _set_supervisor(
    runtime: Runtime<'_, '_>,
    actor: Supervisor<'_, '_>,
    settings: Settings,
) -> PyResult<()> {
    let bridge = inside(runtime)?;
    let settings = settings.supervisor()?;
    match id_of(runtime.py(), &bridge, actor)? {
        Some(id) => bridge.door.set_supervisor(id, settings).map_err(gone)?,
        None => bridge.door.set_root_supervisor(settings),
    }
    bridge.flush(runtime.py());
    Ok(())
}

#[pyfunction]
#[pyo3(signature = (runtime, told, /))]
pub(crate) fn _on_root_escalation(runtime: Runtime<'_, '_>, told: Option<Py<PyAny>>) -> PyResult<()> {
    let py = runtime.py();
    let bridge = inside(runtime)?;
    let Some(told) = told else {
        bridge.door.on_root_escalation(|core, _, cause| core.shutdown(cause));
        return Ok(());
    };
    let told = Kept::new(py, &bridge, told);
    bridge.hears_ends.set(true);
    bridge.door.on_root_escalation(move |_, child, cause| {
        in_destructor(|py| {
            let event = told.bridge.ended(py, child, &cause, (Phase::Running, None));
            told.call(py, event, "what is told of escalations");
        });
    });
    Ok(())
}

/// Takes the reason for which the program was asked to end: `StopCause`, or None.
#[pyfunction]
#[pyo3(signature = (runtime, /))]
pub(crate) fn _take_shutdown<'py>(runtime: Runtime<'_, 'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let bridge = inside(runtime)?;
    let cause = bridge.kernel.borrow_mut().as_mut().and_then(|kernel| kernel.shutdown_reason());
    let Some(cause) = cause else { return Ok(None) };
    // The next one is shown again.
    bridge.gave_up.set(false);
    let text = spawn::text(&cause);
    spawn::stop_cause(runtime.py(), (crate::bridge::kind(&cause), None), text.as_deref()).map(Some)
}

// -- what is said to all -------------------------------------------------------------------------------------------------

fn system_message(name: &str) -> PyResult<SystemMessage> {
    let known = SYSTEM_MESSAGES.iter().find(|(known, _)| *known == name);
    known.map(|(_, message)| *message).ok_or_else(|| {
        let names: Vec<&str> = SYSTEM_MESSAGES.iter().map(|(name, _)| *name).collect();
        PyValueError::new_err(format!("a system message is one of {}, not {name:?}", names.join(", ")))
    })
}

#[pyfunction]
#[pyo3(signature = (runtime, actor, message, /))]
pub(crate) fn _send_system(runtime: Runtime<'_, '_>, actor: &Bound<'_, Ref>, message: &str) -> PyResult<()> {
    let bridge = inside(runtime)?;
    let message = system_message(message)?;
    let id = actor.get().id_of(&bridge, runtime.py())?;
    bridge.door.send_system(id, message).map_err(gone)?;
    bridge.flush(runtime.py());
    Ok(())
}

#[pyfunction]
#[pyo3(signature = (runtime, message, /))]
pub(crate) fn _send_system_all(runtime: Runtime<'_, '_>, message: &str) -> PyResult<usize> {
    let bridge = inside(runtime)?;
    let count = bridge.door.send_system_all(system_message(message)?);
    bridge.flush(runtime.py());
    Ok(count)
}

/// The names of living actors, by their ids.
fn names(py: Python<'_>, bridge: &Bridge) -> BTreeMap<u64, String> {
    let ids = bridge.ids();
    let labels = ids.into_iter().filter_map(|(id, key)| Some((id.0, label(&bridge.instance(py, key)?))));
    labels.collect()
}

/// `[Who(id, name), …]`. One that has no name among these gets one of its id.
fn who(py: Python<'_>, ids: &[ActorId], names: &BTreeMap<u64, String>) -> PyResult<Py<PyAny>> {
    let class = errors::who(py)?;
    let all = ids.iter().map(|id| {
        let name = names.get(&id.0).cloned().unwrap_or_else(|| format!("actor {:#x}", id.0));
        class.call1((id.0, name))
    });
    Ok(all.collect::<PyResult<Vec<_>>>()?.into_pyobject(py)?.unbind())
}

#[pyfunction]
#[pyo3(signature = (runtime, deadline, /))]
pub(crate) fn _terminate(runtime: Runtime<'_, '_>, deadline: Option<f64>) -> PyResult<Py<Reply>> {
    let bridge = inside(runtime)?;
    let deadline = deadline.map(|deadline| seconds("deadline", deadline)).transpose()?;
    let names = names(runtime.py(), &bridge);
    let (reply, done) = reply(runtime, &bridge, move |py, _, killed: Vec<ActorId>| who(py, &killed, &names))?;
    bridge.door.terminate(deadline, done);
    bridge.flush(runtime.py());
    Ok(reply)
}

#[pyfunction]
#[pyo3(signature = (runtime, within, /))]
pub(crate) fn _start_all(runtime: Runtime<'_, '_>, within: f64) -> PyResult<Py<Reply>> {
    let bridge = inside(runtime)?;
    let within = seconds("within", within)?;
    let names = names(runtime.py(), &bridge);
    let (reply, late) = reply(runtime, &bridge, move |py, _, late: Vec<ActorId>| who(py, &late, &names))?;
    bridge.door.start_all(within, late);
    bridge.flush(runtime.py());
    Ok(reply)
}

// -- children ------------------------------------------------------------------------------------------------------------

#[pyfunction]
#[pyo3(signature = (runtime, supervisor, /))]
pub(crate) fn _child_list<'py>(
    runtime: Runtime<'_, 'py>,
    supervisor: Supervisor<'_, '_>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = runtime.py();
    let bridge = inside(runtime)?;
    let children = bridge.door.children(id_of(py, &bridge, supervisor)?).map_err(gone)?;
    let class = errors::child_info(py)?;
    let infos = children.into_iter().map(|child| {
        let status = match child.status {
            ChildStatus::Starting => "starting",
            ChildStatus::Waiting => "waiting",
            ChildStatus::Ended => "ended",
            _ => "running",
        };
        let restart = match child.restart {
            Restart::Permanent => "permanent",
            Restart::Transient => "transient",
            Restart::Temporary => "temporary",
        };
        let restarts = bridge.key_of(child.id).and_then(|key| bridge.handle(key));
        let restarts = restarts.map(|handle| handle.incarnation());
        let actor = bridge.reference(py, child.id);
        class.call1((child.id.0, actor, child.name.as_deref(), status, restart, child.significant, restarts))
    });
    infos.collect()
}

#[pyfunction]
#[pyo3(signature = (runtime, supervisor, /))]
pub(crate) fn _count_children<'py>(
    runtime: Runtime<'_, 'py>,
    supervisor: Supervisor<'_, '_>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = runtime.py();
    let bridge = inside(runtime)?;
    let counts = bridge.door.count_children(id_of(py, &bridge, supervisor)?).map_err(gone)?;
    errors::child_counts(py)?.call1((counts.entries, counts.active, counts.supervisors))
}

#[pyfunction]
#[pyo3(signature = (runtime, actor, /))]
pub(crate) fn _supervisor_of(runtime: Runtime<'_, '_>, actor: &Bound<'_, Ref>) -> PyResult<Option<Ref>> {
    let py = runtime.py();
    let bridge = inside(runtime)?;
    let supervisor = bridge.door.supervisor(actor.get().id_of(&bridge, py)?).map_err(gone)?;
    Ok(supervisor.and_then(|id| bridge.reference(py, id)))
}

#[pyfunction]
#[pyo3(signature = (runtime, actor, supervisor, /))]
pub(crate) fn _adopt(
    runtime: Runtime<'_, '_>,
    actor: &Bound<'_, Ref>,
    supervisor: Supervisor<'_, '_>,
) -> PyResult<()> {
    let py = runtime.py();
    let bridge = inside(runtime)?;
    let (to, id) = (id_of(py, &bridge, supervisor)?, actor.get().id_of(&bridge, py)?);
    bridge.door.adopt(to, id).map_err(|error| match error {
        actor_rt::IdError::WrongKind => PyValueError::new_err("an actor cannot come to be below itself"),
        error => gone(error),
    })?;
    // The tree keeps it from now on.
    let instance = bridge.key_of(id).and_then(|key| Some((key, bridge.instance(py, key)?)));
    if let Some((key, instance)) = instance {
        bridge.hold(py, key, &instance);
    }
    bridge.flush(py);
    Ok(())
}

#[pyfunction]
#[pyo3(signature = (runtime, supervisor, drain, /))]
pub(crate) fn _end_children(
    runtime: Runtime<'_, '_>,
    supervisor: Supervisor<'_, '_>,
    drain: bool,
) -> PyResult<Py<Reply>> {
    let py = runtime.py();
    let bridge = inside(runtime)?;
    let supervisor = id_of(py, &bridge, supervisor)?;
    let (reply, done) = reply(runtime, &bridge, |py, _, ()| Ok(py.None()))?;
    let clerk = bridge.clerk.borrow().clone();
    let clerk = clerk.ok_or_else(|| InternalError::new_err("the runtime has no clerk"))?;
    clerk.defer(move |runtime| {
        // Without its supervisor it has no children either; the reply is told that nobody answers.
        let _ = match drain {
            true => runtime.drain_children(supervisor, done),
            false => runtime.stop_children(supervisor, done),
        };
    });
    bridge.flush(py);
    Ok(reply)
}

#[pyfunction]
#[pyo3(signature = (runtime, child, /))]
pub(crate) fn _terminate_child(runtime: Runtime<'_, '_>, child: &Bound<'_, Ref>) -> PyResult<Py<Reply>> {
    let py = runtime.py();
    let bridge = inside(runtime)?;
    let id = child.get().id_of(&bridge, py)?;
    let (reply, done) = reply(runtime, &bridge, |py, bridge, exit: Exit| {
        lifecycle::exit(py, bridge, &exit).map(Bound::unbind)
    })?;
    bridge.door.terminate_child(id, done).map_err(|error| match error {
        actor_rt::IdError::WrongKind => PyValueError::new_err("nobody supervises the actor: use Ref.stop"),
        error => gone(error),
    })?;
    bridge.flush(py);
    Ok(reply)
}

#[pyfunction]
#[pyo3(signature = (runtime, child, supervisor, /))]
pub(crate) fn _restart_child(
    runtime: Runtime<'_, '_>,
    child: &Bound<'_, PyAny>,
    supervisor: Supervisor<'_, '_>,
) -> PyResult<Ref> {
    let bridge = inside(runtime)?;
    let supervisor = id_of(runtime.py(), &bridge, supervisor)?;
    plan::restart(runtime, supervisor, child_id(child)?)
}

#[pyfunction]
#[pyo3(signature = (runtime, child, supervisor, /))]
pub(crate) fn _delete_child(
    runtime: Runtime<'_, '_>,
    child: &Bound<'_, PyAny>,
    supervisor: Supervisor<'_, '_>,
) -> PyResult<bool> {
    let bridge = inside(runtime)?;
    let supervisor = id_of(runtime.py(), &bridge, supervisor)?;
    Ok(bridge.door.delete_child(supervisor, child_id(child)?))
}

// -- ends after a time, names, ids ---------------------------------------------------------------------------------------

#[pyfunction]
#[pyo3(signature = (runtime, actor, delay, kill, /))]
pub(crate) fn _end_after(
    runtime: Runtime<'_, '_>,
    actor: &Bound<'_, Ref>,
    delay: f64,
    kill: bool,
) -> PyResult<Timer> {
    let py = runtime.py();
    let bridge = inside(runtime)?;
    let id = actor.get().id_of(&bridge, py)?;
    let deadline = bridge.deadline(py, delay)?;
    let what = if kill { "Kill" } else { "Exit" };
    let wait = Duration::try_from_secs_f64(delay).unwrap_or(Duration::MAX);
    let reason = format!("{what} after {}ms", wait.as_millis());
    let key = bridge.arm(py, 0, Due::End { id, kill, reason }, deadline)?;
    Ok(Timer::new(runtime.clone().unbind(), key))
}

#[pyfunction]
#[pyo3(
    signature = (runtime, name, /, *args, **kwargs),
    text_signature = "(runtime, name, cls, /, *args, **kwargs)"
)]
pub(crate) fn _spawn_named(
    runtime: Runtime<'_, '_>,
    name: &str,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<Ref> {
    spawn_named(runtime, name, args, kwargs)
}

#[pyfunction]
#[pyo3(signature = (runtime, id, /))]
pub(crate) fn _ref(runtime: Runtime<'_, '_>, id: u64) -> PyResult<Option<Ref>> {
    let bridge = inside(runtime)?;
    Ok(bridge.reference(runtime.py(), ActorId(id)))
}

/// Adds the functions to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add_functions!(module, _set_supervisor _on_root_escalation _take_shutdown _send_system _send_system_all _terminate);
    add_functions!(module, _start_all _child_list _count_children _supervisor_of _adopt _end_children _terminate_child);
    add_functions!(module, _restart_child _delete_child _end_after _spawn_named _ref);
    Ok(())
}
