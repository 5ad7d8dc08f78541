//! `on_prepare`: what it takes until an actor is ready, in one turn or in several.
//!
//! As long as it takes, a supervised actor has no value in the kernel, so that its messages wait there, its supervisor waits for it, and its
//! time to start counts. It cannot have turns then; its coroutine runs in those of the clerk.

use crate::args::Args;
use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::driver;
use crate::kernel_actor::{PyActor, is_awaitable};
use crate::store::{Call, Purpose, Stage, Task};
use actor_rt::Cx;
use pyo3::prelude::*;
use std::rc::Rc;

/// The call of an instance's hook.
pub(crate) fn call(instance: &Bound<'_, PyAny>, name: &str) -> PyResult<Call> {
    let method = instance.get_type().getattr(name)?.unbind();
    Ok(Call { method, args: Args::new(instance, std::iter::empty())?, kwargs: None })
}

/// Begins to prepare an actor. None if it takes further turns, or failed.
pub(crate) fn begin(py: Python<'_>, cx: &mut Cx<'_, PyActor>, bridge: &Rc<Bridge>, key: u64) -> Option<()> {
    let instance = bridge.instance(py, key)?;
    match start(py, bridge, key, &instance, cx.this().incarnation()) {
        Ok(true) => Some(()),
        Ok(false) => None,
        Err(error) => {
            cx.fail_string(bridge.failed_to_start(py, error, &instance, "on_prepare"));
            None
        }
    }
}

/// Runs it up to its first wait; whether it is done.
fn start(
    py: Python<'_>,
    bridge: &Rc<Bridge>,
    key: u64,
    instance: &Bound<'_, PyAny>,
    incarnation: u32,
) -> PyResult<bool> {
    let call = call(instance, "on_prepare")?;
    let before = bridge.current.replace(key);
    let value = call.invoke(py);
    bridge.current.set(before);
    let value = value?;
    if !is_awaitable(&value) {
        return Ok(true);
    }
    let runtime = Bond::runtime_of(instance)?;
    let store = bridge.store(py);
    let create = bridge.create_task(py)?;
    let coroutine = match create {
        Some(_) => value.clone(),
        None => driver::iterator(bridge, &value)?,
    };
    let task = Task {
        coroutine: coroutine.unbind(),
        call,
        reply: None,
        host: None,
        // Its messages wait, so that nobody may wait for it in a circle.
        exclusive: true,
        waits_for: Vec::new(),
        purpose: Purpose::Prepare(incarnation),
    };
    let task = store.tasks.borrow_mut().insert(task);
    if let Some(entry) = store.actors.borrow_mut().get(key) {
        entry.stage = Stage::Preparing;
        entry.busy = true;
        entry.more().tasks.push(task);
    }
    let result = match create {
        Some(create) => match driver::start_on_host(py, &runtime, &create, value, key, task) {
            Ok(()) => None,
            Err(error) => Some(Err(error)),
        },
        None => advance(py, bridge, key, task),
    };
    let Some(result) = result else { return Ok(false) };
    end(py, bridge, key, task);
    result.map(|_| true)
}

fn advance(py: Python<'_>, bridge: &Rc<Bridge>, key: u64, task: u64) -> Option<PyResult<Py<PyAny>>> {
    let before = bridge.current.replace(key);
    let result = driver::drive(py, bridge, key, task, None);
    bridge.current.set(before);
    result
}

/// The coroutine is done.
fn end(py: Python<'_>, bridge: &Bridge, key: u64, task: u64) -> Option<Task> {
    let store = bridge.store(py);
    if let Some(entry) = store.actors.borrow_mut().get(key) {
        entry.stage = Stage::Usual;
        entry.busy = false;
        entry.more().tasks.retain(|&other| other != task);
    }
    store.tasks.borrow_mut().take(task)
}

/// A preparing actor's coroutine has a turn, or its host's task is done.
pub(crate) fn go_on(py: Python<'_>, bridge: &Rc<Bridge>, key: u64, task: u64, is_host_done: bool) {
    let Some(Purpose::Prepare(incarnation)) = bridge.purpose(py, task) else { return };
    let Some(actor) = bridge.handle(key) else { return };
    if actor.incarnation() != incarnation {
        // It was killed meanwhile; the next one begins by letting go of this.
        return;
    }
    let result =
        if is_host_done { driver::host_result(py, bridge, task) } else { advance(py, bridge, key, task) };
    let Some(result) = result else { return };
    let finished = end(py, bridge, key, task);
    let Some(instance) = bridge.instance(py, key) else { return };
    let hooks = instance_hooks(py, bridge, key);
    match result {
        Ok(_) => {
            let bridge = Rc::clone(bridge);
            actor.call_prep(move |_| Some(PyActor::supervised(&bridge, key, hooks)));
        }
        Err(error) => {
            let text = bridge.failed_to_start(py, error, &instance, "on_prepare");
            actor.call_prep(|cx| {
                cx.fail_string(text);
                None
            });
        }
    }
    drop(finished);
    bridge.flush(py);
}

fn instance_hooks(py: Python<'_>, bridge: &Bridge, key: u64) -> crate::lifecycle::HookSet {
    let mut actors = bridge.store(py).actors.borrow_mut();
    actors.get(key).map(|entry| entry.hooks).unwrap_or_default()
}
