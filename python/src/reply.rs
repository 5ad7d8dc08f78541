//! `Reply`: what an ask returns. It gets exactly one outcome, and tells everybody who waits for it.

use crate::actor::ActorBase;
use crate::bridge::{Bridge, arguments};
use crate::driver;
use crate::errors::{self, AskCancelled, NotReady, WouldDeadlock, not_picklable};
use crate::owner_cell::{GilCell, Used};
use crate::runtime::RuntimeBase;
use crate::store::{Call, Due};
use pyo3::PyTraverseError;
use pyo3::exceptions::{PyBaseException, PyRuntimeError, PyStopIteration};
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::cell::RefCell;
use std::rc::Rc;

/// Who waits for a reply.
pub(crate) enum Waiter {
    /// A function that gets the reply.
    Callback(Py<PyAny>),
    /// A coroutine on our own driver.
    Task { actor: u64, task: u64 },
    /// A method of an actor that gets the answer; the other one gets the exception.
    Then { actor: Py<ActorBase>, method: Py<PyAny>, otherwise: Option<Py<PyAny>> },
}

enum Outcome {
    Pending,
    Value(Py<PyAny>),
    Error(Py<PyBaseException>),
}

struct State {
    outcome: Outcome,
    cancelled: bool,
    /// Whether anybody has looked at an error.
    read: bool,
    waiters: Vec<Waiter>,
    /// Key of the timer of its deadline; 0 for none.
    deadline: u64,
}

/// The answer to an ask, now or later.
#[pyclass(frozen, weakref, generic, module = "actor_rt")]
pub struct Reply {
    runtime: Py<RuntimeBase>,
    target: u64,
    state: GilCell<RefCell<State>>,
}

impl Reply {
    pub(crate) fn new(runtime: Py<RuntimeBase>, target: u64) -> Self {
        let state = State {
            outcome: Outcome::Pending,
            cancelled: false,
            read: false,
            waiters: Vec::new(),
            deadline: 0,
        };
        Reply { runtime, target, state: GilCell::new(RefCell::new(state)) }
    }

    /// Key of the actor that was asked; 0 for none.
    pub(crate) fn target(&self) -> u64 {
        self.target
    }

    pub(crate) fn is_pending(&self, py: Python<'_>) -> bool {
        matches!(self.state.get(py).borrow().outcome, Outcome::Pending)
    }

    pub(crate) fn is_cancelled(&self, py: Python<'_>) -> bool {
        self.state.get(py).borrow().cancelled
    }

    /// The outcome; marks an error as seen. Err while there is none.
    fn take_result(&self, py: Python<'_>) -> PyResult<PyResult<Py<PyAny>>> {
        let mut state = self.state.get(py).borrow_mut();
        let result = match &state.outcome {
            Outcome::Pending => None,
            Outcome::Value(value) => Some(Ok(value.clone_ref(py))),
            Outcome::Error(error) => Some(Err(error.clone_ref(py))),
        };
        state.read |= result.is_some();
        drop(state);
        match result {
            None => Err(self.not_ready(py)),
            Some(Ok(value)) => Ok(Ok(value)),
            Some(Err(error)) => Ok(Err(PyErr::from_value(error.into_bound(py).into_any()))),
        }
    }

    #[cold]
    fn not_ready(&self, py: Python<'_>) -> PyErr {
        let running = self.runtime.get().living_bridge(py).filter(|bridge| bridge.current.get() != 0);
        if let Some(bridge) = running {
            let who = bridge.instance(py, bridge.current.get());
            let who = who.map_or_else(String::new, |actor| format!(" {}", crate::actor::label(&actor)));
            return WouldDeadlock::new_err(format!(
                "the handler of{who} cannot get the answer before it returns: await the reply, or use Reply.then"
            ));
        }
        NotReady::new_err("the reply has no outcome yet: run the runtime, or await the reply")
    }
}

/// What changes a reply needs the object itself, for its callbacks.
pub(crate) trait Settle {
    /// Gives it its outcome, if it has none yet.
    fn resolve(&self, py: Python<'_>, result: PyResult<Py<PyAny>>);
    /// Withdraws it, if it has no outcome yet.
    fn cancel(&self, py: Python<'_>) -> bool;
    fn add_waiter(&self, py: Python<'_>, waiter: Waiter);
    fn add_callback(&self, py: Python<'_>, callback: Py<PyAny>);
}

impl Settle for Py<Reply> {
    fn resolve(&self, py: Python<'_>, result: PyResult<Py<PyAny>>) {
        let outcome = match result {
            Ok(value) => Outcome::Value(value),
            Err(error) => Outcome::Error(error.into_value(py)),
        };
        let reply = self.get();
        let taken = {
            let mut state = reply.state.get(py).borrow_mut();
            if matches!(state.outcome, Outcome::Pending) {
                let pending = std::mem::replace(&mut state.outcome, outcome);
                Ok((pending, std::mem::take(&mut state.waiters), std::mem::take(&mut state.deadline)))
            } else {
                Err(outcome)
            }
        };
        // A second outcome is dropped here, with nothing borrowed.
        let Ok((_, waiters, deadline)) = taken else { return };
        if deadline != 0 {
            if let Some(bridge) = reply.runtime.get().living_bridge(py) {
                bridge.disarm(py, deadline);
            }
        }
        for waiter in waiters {
            tell(py, self, waiter);
        }
    }

    fn cancel(&self, py: Python<'_>) -> bool {
        {
            let mut state = self.get().state.get(py).borrow_mut();
            if !matches!(state.outcome, Outcome::Pending) {
                return false;
            }
            state.cancelled = true;
        }
        self.resolve(py, Err(AskCancelled::new_err("the ask was withdrawn")));
        true
    }

    fn add_waiter(&self, py: Python<'_>, waiter: Waiter) {
        {
            let mut state = self.get().state.get(py).borrow_mut();
            if matches!(state.outcome, Outcome::Pending) {
                state.waiters.push(waiter);
                return;
            }
        }
        tell(py, self, waiter);
    }

    fn add_callback(&self, py: Python<'_>, callback: Py<PyAny>) {
        self.add_waiter(py, Waiter::Callback(callback));
    }
}

/// Tells one waiter. Once the runtime is closed, only callbacks are left to tell.
fn tell(py: Python<'_>, this: &Py<Reply>, waiter: Waiter) {
    let reply = this.get();
    let bridge = reply.runtime.get().living_bridge(py);
    match waiter {
        Waiter::Callback(callback) => {
            let Err(error) = callback.call1(py, (this.clone_ref(py),)) else { return };
            match &bridge {
                Some(bridge) => {
                    bridge.failed(py, error, callback.bind(py), "the callback of a reply", None);
                }
                None => error.write_unraisable(py, Some(callback.bind(py))),
            }
        }
        Waiter::Task { actor, task } => {
            let Some(bridge) = bridge else { return };
            driver::turn(py, &bridge, actor, task, false);
        }
        Waiter::Then { actor, method, otherwise } => {
            let Some(bridge) = bridge else { return };
            if let Err(error) = call_then(py, reply, &bridge, actor.bind(py), method, otherwise) {
                error.write_unraisable(py, None);
            }
        }
    }
}

/// Sends the outcome to the actor that asked.
fn call_then(
    py: Python<'_>,
    reply: &Reply,
    bridge: &Rc<Bridge>,
    actor: &Bound<'_, ActorBase>,
    method: Py<PyAny>,
    otherwise: Option<Py<PyAny>>,
) -> PyResult<()> {
    let (method, argument) = match reply.take_result(py)? {
        Ok(value) => (method, value),
        Err(error) => match otherwise {
            Some(otherwise) => (otherwise, error.into_value(py).into_any()),
            // As an exception that leaves a coroutine: the asking actor fails with it.
            None => (errors::reraise(py)?.clone().unbind(), error.into_value(py).into_any()),
        },
    };
    let args = PyTuple::new(py, [method.bind(py), argument.bind(py)])?;
    let call = Call { method, args: arguments(actor, &args)?.unbind(), kwargs: None };
    bridge.answer(py, actor.get(), call);
    Ok(())
}

impl Drop for Reply {
    /// An exception that nobody looked at is not lost.
    fn drop(&mut self) {
        errors::in_destructor(|py| {
            let error = {
                let state = self.state.get(py).borrow();
                match &state.outcome {
                    Outcome::Error(error) if !state.read => error.clone_ref(py),
                    _ => return,
                }
            };
            let reported = errors::unread(py).and_then(|unread| unread.call1((error,)));
            if let Err(error) = reported {
                error.write_unraisable(py, None);
            }
        });
    }
}

#[pymethods]
impl Reply {
    /// Whether it has its outcome.
    fn done(&self, py: Python<'_>) -> PyResult<bool> {
        self.check()?;
        Ok(!self.is_pending(py))
    }

    /// Whether it was withdrawn.
    fn cancelled(&self, py: Python<'_>) -> PyResult<bool> {
        self.check()?;
        Ok(self.is_cancelled(py))
    }

    /// The answer. Raises the exception if there is one, `NotReady` if there is no outcome yet. Never blocks.
    fn result(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.check()?;
        self.take_result(py)?
    }

    /// The exception; None if there is an answer. `NotReady` if there is no outcome yet.
    fn exception(&self, py: Python<'_>) -> PyResult<Option<Py<PyBaseException>>> {
        self.check()?;
        Ok(self.take_result(py)?.err().map(|error| error.into_value(py)))
    }

    /// Calls `callback(reply)` when there is an outcome; at once if there is one.
    fn add_done_callback(slf: &Bound<'_, Self>, callback: Py<PyAny>) -> PyResult<()> {
        slf.get().check()?;
        slf.clone().unbind().add_callback(slf.py(), callback);
        Ok(())
    }

    /// Sends the answer to `method` of the actor whose handler runs, and an exception to `otherwise`. Without `otherwise` an
    /// exception fails that actor.
    #[pyo3(signature = (method, otherwise=None))]
    fn then(slf: &Bound<'_, Self>, method: Py<PyAny>, otherwise: Option<Py<PyAny>>) -> PyResult<()> {
        let py = slf.py();
        let bridge = slf.get().runtime.get().bridge_for(py, Used::Reply)?;
        let actor = bridge.instance(py, bridge.current.get()).ok_or_else(|| {
            PyRuntimeError::new_err(
                "Reply.then works inside of a handler: outside use Reply.add_done_callback",
            )
        })?;
        slf.clone().unbind().add_waiter(py, Waiter::Then { actor: actor.unbind(), method, otherwise });
        Ok(())
    }

    /// Gives it `delay` seconds at the most; then its outcome is `AskTimeout`. Returns the reply.
    fn within<'py>(slf: &Bound<'py, Self>, delay: f64) -> PyResult<Bound<'py, Self>> {
        let py = slf.py();
        let bridge = slf.get().runtime.get().bridge_for(py, Used::Reply)?;
        let deadline = bridge.deadline(py, delay)?;
        if slf.get().is_pending(py) {
            let timer = bridge.arm(py, 0, Due::Deadline(slf.clone().unbind()), deadline)?;
            let older = {
                let mut state = slf.get().state.get(py).borrow_mut();
                std::mem::replace(&mut state.deadline, timer)
            };
            if older != 0 {
                bridge.disarm(py, older);
            }
        }
        Ok(slf.clone())
    }

    /// Withdraws the ask: a message that was not delivered yet is not going to be, a later answer is discarded. False if there is an
    /// outcome already.
    #[pyo3(name = "cancel")]
    fn cancel_py(slf: &Bound<'_, Self>) -> PyResult<bool> {
        slf.get().check()?;
        Ok(slf.clone().unbind().cancel(slf.py()))
    }

    fn __await__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        slf.get().check()?;
        let driven = slf.get().runtime.get().living_bridge(py).is_some_and(|bridge| bridge.driving.get());
        if driven || !slf.get().is_pending(py) {
            return Ok(Bound::new(py, ReplyWait { reply: slf.clone().unbind() })?.into_any());
        }
        errors::host_wait(py)?.call1((slf,))
    }

    fn __repr__(&self, py: Python<'_>) -> &'static str {
        let state = self.state.get(py).borrow();
        match &state.outcome {
            Outcome::Pending => "<Reply pending>",
            Outcome::Value(_) => "<Reply answered>",
            Outcome::Error(_) if state.cancelled => "<Reply cancelled>",
            Outcome::Error(_) => "<Reply failed>",
        }
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Reply"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)?;
        let Ok(state) = self.state.visit(&visit).try_borrow() else { return Ok(()) };
        match &state.outcome {
            Outcome::Pending => {}
            Outcome::Value(value) => visit.call(value)?,
            Outcome::Error(error) => visit.call(error)?,
        }
        for waiter in &state.waiters {
            match waiter {
                Waiter::Callback(callback) => visit.call(callback)?,
                Waiter::Task { .. } => {}
                Waiter::Then { actor, method, otherwise } => {
                    visit.call(actor)?;
                    visit.call(method)?;
                    visit.call(otherwise)?;
                }
            }
        }
        Ok(())
    }

    fn __clear__(slf: &Bound<'_, Self>) {
        let taken = slf.get().state.get(slf.py()).try_borrow_mut().map(|mut state| {
            let outcome = std::mem::replace(&mut state.outcome, Outcome::Pending);
            (outcome, std::mem::take(&mut state.waiters))
        });
        drop(taken);
    }
}

impl Reply {
    fn check(&self) -> PyResult<()> {
        self.runtime.get().owner().check(Used::Reply)
    }
}

/// The iterator of an await: yields the reply to our own driver until there is an outcome.
#[pyclass(frozen, module = "actor_rt._core")]
pub(crate) struct ReplyWait {
    reply: Py<Reply>,
}

#[pymethods]
impl ReplyWait {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Py<Reply>> {
        let reply = self.reply.get();
        if reply.is_pending(py) {
            return Ok(self.reply.clone_ref(py));
        }
        Err(PyStopIteration::new_err((reply.take_result(py)??,)))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.reply)
    }
}
