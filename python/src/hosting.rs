//! The host: the loop that runs the runtime, and what it is asked to call. What `actor_rt/_hosting.py` and the adapters use.
//!
//! A host is an object of Python's (`actor_rt/_pump.py`): `_wake()` arranges a step soon, `_create_task(awaitable)` runs a coroutine, unless it
//! is None, `_current_task()` is the one that runs, `_report(error, info)` shows an exception, `detach()` is called before the runtime closes.
//!
//! A host call waits in the kernel's queue, where it is counted and numbered, as a key of what to call. Run, it only tells its key: the
//! function is called when the kernel is back in its place, so that it may step the runtime, in a loop of its own.

use crate::bridge::Bridge;
use crate::errors::{ReentrantStepError, ReplyDropped, in_destructor};
use crate::failures::is_interrupt;
use crate::functions::{Runtime, add_functions};
use crate::owner_cell::Used;
use crate::reply::{Reply, Settle};
use crate::runtime::Progress;
use actor_ffi::Hosted;
use pyo3::PyTraverseError;
use pyo3::exceptions::PyTypeError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::rc::Rc;

impl Bridge {
    /// The host, if there is one.
    #[inline]
    pub(crate) fn host(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.store(py).hooks.borrow().host.as_ref().map(|host| host.clone_ref(py))
    }

    /// The host's function that runs coroutines, if it has one.
    pub(crate) fn create_task(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let Some(host) = self.host(py) else { return Ok(None) };
        let create = host.getattr(py, pyo3::intern!(py, "_create_task"))?;
        Ok((!create.is_none(py)).then_some(create))
    }
}

/// What the host is to call.
pub(crate) struct HostCall {
    function: Py<PyAny>,
    args: Py<PyTuple>,
    kwargs: Option<Py<PyDict>>,
    reply: Py<Reply>,
}

impl HostCall {
    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.function)?;
        visit.call(&self.args)?;
        visit.call(&self.kwargs)?;
        visit.call(&self.reply)
    }
}

/// A host call's key in the kernel's queue.
struct Queued {
    bridge: Rc<Bridge>,
    key: u64,
}

impl Queued {
    fn tell(mut self) {
        self.bridge.due_call.set(std::mem::take(&mut self.key));
    }
}

impl Drop for Queued {
    /// The runtime is closed, and nobody calls it any more.
    fn drop(&mut self) {
        if self.key == 0 {
            return;
        }
        in_destructor(|py| {
            let call = self.bridge.store(py).host_calls.borrow_mut().take(self.key);
            let Some(call) = call else { return };
            let error = ReplyDropped::new_err("the runtime was closed before the host call was made");
            call.reply.resolve(py, Err(error));
        });
    }
}

/// Queues `args[0](*args[1:], **kwargs)` for the host.
pub(crate) fn queue(
    runtime: Runtime<'_, '_>,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<Py<Reply>> {
    let py = runtime.py();
    let bridge = runtime.get().bridge(py)?;
    let function = args.get_item(0).ok().filter(|function| function.is_callable());
    let Some(function) = function else {
        return Err(PyTypeError::new_err("host_call takes a function, and its arguments"));
    };
    // It waits for the host, not for an actor.
    let reply = Reply::new(py, runtime.as_unbound(), 0)?;
    let call = HostCall {
        function: function.unbind(),
        args: args.get_slice(1, args.len()).unbind(),
        kwargs: kwargs.map(|kwargs| kwargs.clone().unbind()),
        reply: reply.clone_ref(py),
    };
    let key = bridge.store(py).host_calls.borrow_mut().insert(call);
    let queued = Queued { bridge: Rc::clone(&bridge), key };
    bridge.door.host_call(move |_| queued.tell());
    bridge.flush(py);
    Ok(reply)
}

/// Makes the host calls that wait now, and returns how many that were. An interrupt ends it, and leaves the rest.
fn run(runtime: Runtime<'_, '_>) -> PyResult<usize> {
    let py = runtime.py();
    let mut bridge = runtime.get().bridge(py)?;
    if bridge.stepping.get() {
        return Err(ReentrantStepError::new_err(
            "the runtime is stepping: host calls are made when the step is done, by the host",
        ));
    }
    let waiting = bridge.door.host_calls();
    let mut made = 0;
    while made < waiting {
        let Some(mut kernel) = bridge.kernel.borrow_mut().take() else { break };
        let ran = kernel.run_host_calls(1);
        bridge.kernel.borrow_mut().replace(kernel);
        if ran == 0 {
            break;
        }
        made += 1;
        let call = bridge.store(py).host_calls.borrow_mut().take(bridge.due_call.take());
        let before = bridge.calling.replace(true);
        let result = match call {
            Some(call) => make(py, &bridge, call),
            None => make_native(py, &bridge),
        };
        bridge.calling.set(before);
        if result? {
            // What interrupted whoever was told of the outcome.
            let raise = bridge.store(py).raise.borrow_mut().take();
            if let Some(error) = raise {
                return Err(PyErr::from_value(error.into_bound(py)));
            }
        }
        // It may have closed the runtime.
        match runtime.get().bridge(py) {
            Ok(open) => bridge = open,
            Err(_) => break,
        }
    }
    Ok(made)
}

/// Makes the host call of another language that is due, if that is what was due. Whether it was.
fn make_native(py: Python<'_>, bridge: &Rc<Bridge>) -> PyResult<bool> {
    let made = bridge.hosted.get().is_some_and(Hosted::make_host_call);
    bridge.flush(py);
    Ok(made)
}

/// Makes a host call of Python's. Whether it was wanted still.
fn make(py: Python<'_>, bridge: &Rc<Bridge>, call: HostCall) -> PyResult<bool> {
    if !call.reply.get().is_pending(py) {
        // Withdrawn before it was made.
        return Ok(false);
    }
    let kwargs = call.kwargs.as_ref().map(|kwargs| kwargs.bind(py));
    let result = call.function.bind(py).call(call.args.bind(py), kwargs);
    match result {
        Err(error) if is_interrupt(py, &error) => {
            call.reply.resolve(py, Err(ReplyDropped::new_err("the host call was interrupted")));
            Err(error)
        }
        result => {
            call.reply.resolve(py, result.map(Bound::unbind));
            bridge.flush(py);
            Ok(true)
        }
    }
}

/// A callback for a loop that interrupts cannot pass. Native, since Python calls a signal's handler wherever its code begins: in a callback of
/// Python's that is before any `try`.
#[pyclass(frozen, name = "_Guard", module = "actor_rt._core")]
pub struct Guard {
    function: Py<PyAny>,
    interrupted: Py<PyAny>,
    result: bool,
}

#[pymethods]
impl Guard {
    #[new]
    fn new(function: Py<PyAny>, interrupted: Py<PyAny>, result: bool) -> Self {
        Guard { function, interrupted, result }
    }

    /// Hears of signals, calls the function, and tells of an interrupt. Whatever the loop gives, and always the same result.
    #[pyo3(signature = (*_args))]
    fn __call__(&self, py: Python<'_>, _args: &Bound<'_, PyTuple>) -> bool {
        // PySide6 calls a slot even if an interrupt came while it made the arguments, which is Python too.
        let pending = PyErr::take(py).map_or(Ok(()), Err);
        let result = pending.and_then(|()| py.check_signals()).and_then(|()| self.function.call0(py));
        let result = match result {
            Err(error) if is_interrupt(py, &error) => self.interrupted.call1(py, (error.value(py),)),
            result => result,
        };
        if let Err(error) = result {
            error.write_unraisable(py, Some(self.function.bind(py)));
        }
        self.result
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.function)?;
        visit.call(&self.interrupted)
    }
}

// -- what Python calls ---------------------------------------------------------------------------------------------------

#[pyfunction]
#[pyo3(signature = (runtime, /, *args, **kwargs))]
pub(crate) fn _host_call(
    runtime: Runtime<'_, '_>,
    args: &Bound<'_, PyTuple>,
    kwargs: Option<&Bound<'_, PyDict>>,
) -> PyResult<Py<Reply>> {
    queue(runtime, args, kwargs)
}

#[pyfunction]
#[pyo3(signature = (runtime, /))]
pub(crate) fn _run_host_calls(runtime: Runtime<'_, '_>) -> PyResult<usize> {
    run(runtime)
}

/// Takes a host, or leaves it.
#[pyfunction]
#[pyo3(signature = (runtime, host, /))]
pub(crate) fn _set_host(runtime: Runtime<'_, '_>, host: Option<Py<PyAny>>) -> PyResult<()> {
    let py = runtime.py();
    let bridge = runtime.get().bridge(py)?;
    let older = std::mem::replace(&mut bridge.store(py).hooks.borrow_mut().host, host);
    drop(older);
    Ok(())
}

/// The host, if there is one. Refuses other threads, and closed runtimes.
#[pyfunction]
#[pyo3(signature = (runtime, /))]
pub(crate) fn _host(runtime: Runtime<'_, '_>) -> PyResult<Option<Py<PyAny>>> {
    Ok(runtime.get().bridge(runtime.py())?.host(runtime.py()))
}

/// A step of the host.
#[pyfunction]
#[pyo3(signature = (runtime, max_messages, max_seconds, /))]
pub(crate) fn _host_step(
    runtime: Runtime<'_, '_>,
    max_messages: u32,
    max_seconds: Option<f64>,
) -> PyResult<Progress> {
    let bridge = runtime.get().bridge(runtime.py())?;
    runtime.get().step_at(runtime.py(), &bridge, None, max_messages, max_seconds)
}

/// Whether it is stepping; if so, the doorbell is silenced, so that a nested loop that watches it does not spin. For the host.
#[pyfunction]
#[pyo3(signature = (runtime, /))]
pub(crate) fn _is_stepping(runtime: Runtime<'_, '_>) -> PyResult<bool> {
    let bridge = runtime.get().bridge_for(runtime.py(), Used::Runtime)?;
    if bridge.stepping.get() {
        bridge.hub.silence();
    }
    Ok(bridge.stepping.get())
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Guard>()?;
    add_functions!(module, _host_call _run_host_calls _set_host _host _host_step _is_stepping);
    Ok(())
}
