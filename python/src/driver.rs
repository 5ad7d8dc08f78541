//! The coroutine driver: runs `async def` handlers in turns of their actor, under any host loop or none.
//!
//! A coroutine that awaits a reply yields the `Reply`; the driver leaves the coroutine's key with it, and the reply's outcome
//! queues a turn that goes on. Nothing polls. Where the host's loop runs coroutines itself (asyncio), it does so as its own tasks,
//! and only the end comes here.

use crate::bridge::Bridge;
use crate::errors::{ForeignAwaitError, ReplyDropped, WouldDeadlock};
use crate::failures::is_interrupt;
use crate::kernel_actor;
use crate::reply::{Reply, Settle};
use crate::runtime::RuntimeBase;
use crate::store::{Due, Stage, Task};
use crate::waiting::Waiter;
use pyo3::exceptions::{PyException, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyIterator;
use pyo3::types::iterator::PySendResult;
use std::collections::HashSet;
use std::fmt;
use std::rc::Rc;

/// Runs a coroutine up to its next wait; its result if it is done.
pub(crate) fn drive(
    py: Python<'_>,
    bridge: &Bridge,
    actor: u64,
    task: u64,
    mut input: Option<PyErr>,
) -> Option<PyResult<Py<PyAny>>> {
    let store = bridge.store(py);
    let coroutine = {
        let mut tasks = store.tasks.borrow_mut();
        let entry = tasks.get(task)?;
        entry.waits_for.clear();
        entry.coroutine.clone_ref(py)
    };
    let coroutine = coroutine.bind(py);
    let mut thrown = false;
    loop {
        let before = bridge.driving.replace(true);
        let result = match input.take() {
            None => advance(coroutine),
            Some(error) => throw(coroutine, error),
        };
        bridge.driving.set(before);
        let yielded = match result {
            Ok(PySendResult::Next(yielded)) => yielded,
            Ok(PySendResult::Return(value)) => return Some(Ok(value.unbind())),
            Err(error) => return Some(Err(explain(py, error))),
        };
        match yielded.cast::<Reply>() {
            Ok(reply) if !reply.get().is_of(bridge) => {
                input = Some(refuse(format_args!("knows no reply of another runtime")));
            }
            Ok(reply) if reply.get().is_pending(py) => {
                let Some(circle) = circle(py, bridge, actor, reply.get()) else {
                    if let Some(entry) = store.tasks.borrow_mut().get(task) {
                        entry.waits_for = reply.get().targets().collect();
                    }
                    reply.clone().unbind().add_waiter(py, Waiter::Task { actor, task });
                    return None;
                };
                reply.clone().unbind().cancel(py);
                input = Some(WouldDeadlock::new_err(circle));
            }
            Ok(_) => {}
            Err(_) if thrown => {
                close(coroutine);
                return Some(Err(foreign(&yielded)));
            }
            Err(_) => {
                thrown = true;
                input = Some(foreign(&yielded));
            }
        }
    }
}

/// What our own driver runs of an awaitable.
pub(crate) fn iterator<'py>(bridge: &Bridge, awaitable: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    // Of ours it may ask a reply for its iterator right away.
    let before = bridge.driving.replace(true);
    let iterator = awaitable.call_method0(pyo3::intern!(awaitable.py(), "__await__"));
    bridge.driving.set(before);
    iterator
}

/// `coroutine.send(None)` without a method call, on the iterator that `__await__` gives.
fn advance<'py>(coroutine: &Bound<'py, PyAny>) -> PyResult<PySendResult<'py>> {
    let coroutine = coroutine.cast::<PyIterator>()?;
    coroutine.send(&coroutine.py().None().into_bound(coroutine.py()))
}

fn throw<'py>(coroutine: &Bound<'py, PyAny>, error: PyErr) -> PyResult<PySendResult<'py>> {
    let py = coroutine.py();
    match coroutine.call_method1(pyo3::intern!(py, "throw"), (error.into_value(py),)) {
        Ok(yielded) => Ok(PySendResult::Next(yielded)),
        Err(error) if error.is_instance_of::<pyo3::exceptions::PyStopIteration>(py) => {
            Ok(PySendResult::Return(error.value(py).getattr(pyo3::intern!(py, "value"))?))
        }
        Err(error) => Err(error),
    }
}

#[cold]
fn foreign(yielded: &Bound<'_, PyAny>) -> PyErr {
    refuse(format_args!("cannot wait for {}", yielded.get_type()))
}

fn refuse(why: fmt::Arguments<'_>) -> PyErr {
    ForeignAwaitError::new_err(format!(
        "this handler runs on the built-in driver, which {why}: attach the runtime to the loop with actor_rt.aio.attach(rt), or wait for replies and Context.sleep only"
    ))
}

/// Most of asyncio's functions look for its loop before they give us anything to refuse, and fail with an error that names no cure.
#[cold]
fn explain(py: Python<'_>, error: PyErr) -> PyErr {
    if !error.get_type(py).is(py.get_type::<PyRuntimeError>())
        || error.value(py).to_string() != "no running event loop"
    {
        return error;
    }
    let explained = refuse(format_args!("is no event loop of asyncio's"));
    explained.set_cause(py, Some(error));
    explained
}

/// The circle that would close if `actor` waited for a reply: every actor in it would wait for the next for ever.
fn circle(py: Python<'_>, bridge: &Bridge, actor: u64, reply: &Reply) -> Option<String> {
    let store = bridge.store(py);
    // Only if the first one is busy itself: a reentrant handler may well wait for its own actor.
    if !store.actors.borrow_mut().get(actor).is_some_and(|entry| entry.busy) {
        return None;
    }
    // Who is waited for, and from which place in the list.
    let mut waited: Vec<(u64, usize)> = reply.targets().map(|target| (target, usize::MAX)).collect();
    let mut known = HashSet::new();
    let mut place = 0;
    while let Some(&(next, _)) = waited.get(place) {
        if next == actor {
            return Some(describe(py, bridge, actor, &waited, place));
        }
        if known.insert(next) {
            let mut actors = store.actors.borrow_mut();
            let mut tasks = store.tasks.borrow_mut();
            if let Some(entry) = actors.get(next).filter(|entry| entry.busy) {
                for task in &entry.more().tasks {
                    let Some(task) = tasks.get(*task).filter(|task| task.exclusive) else { continue };
                    waited.extend(task.waits_for.iter().map(|&target| (target, place)));
                }
            }
        }
        place += 1;
    }
    None
}

/// Names the circle that ends at a place.
#[cold]
fn describe(py: Python<'_>, bridge: &Bridge, actor: u64, waited: &[(u64, usize)], end: usize) -> String {
    let mut path = Vec::new();
    let mut place = end;
    while let Some(&(key, from)) = waited.get(place) {
        path.push(name(py, bridge, key));
        place = from;
    }
    path.push(name(py, bridge, actor));
    path.reverse();
    format!("the answer would never come: {}", path.join(" waits for "))
}

/// A task of the host's is about to wait for a reply. An error if that would close a circle; the ask is withdrawn then.
pub(crate) fn begin_wait(
    py: Python<'_>,
    bridge: &Bridge,
    reply: &Bound<'_, Reply>,
    host: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let known = bridge.hosts.borrow().get(&(host.as_ptr() as usize)).copied();
    let Some((actor, task)) = known else { return Ok(()) };
    if let Some(circle) = circle(py, bridge, actor, reply.get()) {
        reply.clone().unbind().cancel(py);
        return Err(WouldDeadlock::new_err(circle));
    }
    if let Some(entry) = bridge.store(py).tasks.borrow_mut().get(task) {
        entry.waits_for = reply.get().targets().collect();
    }
    Ok(())
}

/// It waits no longer.
pub(crate) fn end_wait(py: Python<'_>, bridge: &Bridge, host: &Bound<'_, PyAny>) {
    let known = bridge.hosts.borrow().get(&(host.as_ptr() as usize)).copied();
    let Some((_, task)) = known else { return };
    if let Some(entry) = bridge.store(py).tasks.borrow_mut().get(task) {
        entry.waits_for.clear();
    }
}

/// Until when the ask may be answered whose coroutine the host's running task is, if it is one of an actor.
pub(crate) fn host_until(py: Python<'_>, bridge: &Bridge, actor: u64) -> u64 {
    let reply = match host_turn(py, bridge) {
        Some((owner, task)) if owner == actor => {
            let mut tasks = bridge.store(py).tasks.borrow_mut();
            tasks.get(task).and_then(|task| task.reply.as_ref().map(|reply| reply.clone_ref(py)))
        }
        _ => None,
    };
    reply.map_or(u64::MAX, |reply| reply.get().until(py))
}

/// The actor whose coroutine the host's running task is, and the coroutine.
fn host_turn(py: Python<'_>, bridge: &Bridge) -> Option<(u64, u64)> {
    if bridge.hosts.borrow().is_empty() {
        return None;
    }
    // An error where no loop of its runs.
    let host = bridge.host(py)?.call_method0(py, pyo3::intern!(py, "_current_task")).ok()?;
    bridge.hosts.borrow().get(&(host.as_ptr() as usize)).copied()
}

/// Key of the actor whose handler runs, in a step or as a task of the host's; 0 for none.
pub(crate) fn running(py: Python<'_>, bridge: &Bridge) -> u64 {
    match bridge.current.get() {
        0 => host_turn(py, bridge).map_or(0, |(actor, _)| actor),
        actor => actor,
    }
}

fn name(py: Python<'_>, bridge: &Bridge, key: u64) -> String {
    let actor = bridge.instance(py, key);
    actor.map_or_else(|| "an actor that has ended".to_owned(), |actor| crate::actor::label(&actor))
}

/// Starts a coroutine as a task of the host's loop.
pub(crate) fn start_on_host(
    py: Python<'_>,
    runtime: &Bound<'_, RuntimeBase>,
    create: &Py<PyAny>,
    coroutine: Bound<'_, PyAny>,
    actor: u64,
    task: u64,
) -> PyResult<()> {
    let host = create.bind(py).call1((coroutine,))?;
    let bridge = runtime.get().bridge(py)?;
    if let Some(entry) = bridge.store(py).tasks.borrow_mut().get(task) {
        entry.host = Some(host.clone().unbind());
        bridge.hosts.borrow_mut().insert(host.as_ptr() as usize, (actor, task));
    }
    let done = TaskDone { runtime: runtime.clone().unbind(), actor, task };
    host.call_method1("add_done_callback", (done,))?;
    Ok(())
}

/// Gives an actor a turn in which its coroutine goes on, or is found done by the host: by a message, if it takes any.
pub(crate) fn turn(py: Python<'_>, bridge: &Rc<Bridge>, actor: u64, task: u64, is_host_done: bool) {
    let stage = bridge.store(py).actors.borrow_mut().get(actor).map(|entry| entry.stage);
    match stage {
        None => {}
        Some(Stage::Usual) => {
            if let Some(handle) = bridge.handle(actor) {
                kernel_actor::owe(&handle, move |actor, cx| {
                    Python::attach(|py| actor.go_on(py, cx, task, is_host_done));
                });
            }
        }
        Some(Stage::Preparing) => {
            if let Some(clerk) = &*bridge.clerk.borrow() {
                clerk.call(move |clerk, _| clerk.prepare(actor, task, is_host_done));
            }
        }
        Some(Stage::Stopping) => {
            let due = if is_host_done { Due::HostDone(task) } else { Due::Resume(task) };
            // It has ended meanwhile, if not.
            let _ = bridge.arm(py, actor, due, bridge.door.now_ns());
        }
    }
    bridge.flush(py);
}

/// The result of the host's task for a coroutine.
pub(crate) fn host_result(py: Python<'_>, bridge: &Bridge, task: u64) -> Option<PyResult<Py<PyAny>>> {
    let host = {
        let mut tasks = bridge.store(py).tasks.borrow_mut();
        tasks.get(task).and_then(|task| task.host.as_ref().map(|host| host.clone_ref(py)))
    };
    let result = host?.call_method0(py, "result");
    Some(result.map_err(|error| {
        if error.is_instance_of::<PyException>(py) || is_interrupt(py, &error) {
            return error;
        }
        // Of a task that was cancelled, which whoever awaits the answer was not.
        let dropped = ReplyDropped::new_err("the task that ran the handler was cancelled");
        dropped.set_cause(py, Some(error));
        dropped
    }))
}

/// Runs a coroutine as far as it gets without waiting. It is closed where it waits: nobody is left to go on with it.
pub(crate) fn run_now(bridge: &Bridge, coroutine: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = coroutine.py();
    let iterator = iterator(bridge, coroutine)?;
    loop {
        let before = bridge.driving.replace(true);
        let result = advance(&iterator);
        bridge.driving.set(before);
        match result? {
            PySendResult::Return(_) => return Ok(()),
            PySendResult::Next(yielded) => {
                let goes_on = yielded.cast::<Reply>().is_ok_and(|reply| !reply.get().is_pending(py));
                if !goes_on {
                    close(coroutine);
                    return Ok(());
                }
            }
        }
    }
}

/// Told by the host's task that it is done.
#[pyclass(frozen, module = "actor_rt._core")]
pub(crate) struct TaskDone {
    runtime: Py<RuntimeBase>,
    actor: u64,
    task: u64,
}

#[pymethods]
impl TaskDone {
    fn __call__(&self, py: Python<'_>, host: Py<PyAny>) -> PyResult<()> {
        let Ok(bridge) = self.runtime.get().bridge(py) else {
            // The runtime was closed meanwhile: look at the result, or asyncio complains that nobody did.
            let _ = host.call_method0(py, "exception");
            return Ok(());
        };
        if bridge.handle(self.actor).is_none() {
            let _ = host.call_method0(py, "exception");
            return Ok(());
        }
        turn(py, &bridge, self.actor, self.task, true);
        Ok(())
    }

    fn __traverse__(&self, visit: pyo3::gc::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        visit.call(&self.runtime)
    }
}

/// The actor of a coroutine ended before it.
pub(crate) fn abandon(py: Python<'_>, bridge: &Bridge, task: Task) {
    if let Some(host) = &task.host {
        bridge.hosts.borrow_mut().remove(&(host.as_ptr() as usize));
    }
    match &task.host {
        Some(host) => {
            if host.call_method0(py, "cancel").is_err() {
                // The loop was closed before its tasks were done: nobody runs it any more.
                close(task.coroutine.bind(py));
            }
        }
        None => close(task.coroutine.bind(py)),
    }
    if let Some(reply) = &task.reply {
        let message = format!("the actor ended while {} waited", task.call.name(py));
        reply.resolve(py, Err(crate::errors::ReplyDropped::new_err(message)));
    }
}

/// Closes a coroutine; an awaitable of another kind need not have that.
pub(crate) fn close(coroutine: &Bound<'_, PyAny>) {
    let name = pyo3::intern!(coroutine.py(), "close");
    if !coroutine.hasattr(name).unwrap_or(true) {
        return;
    }
    if let Err(error) = coroutine.call_method0(name) {
        error.write_unraisable(coroutine.py(), Some(coroutine));
    }
}
