//! Who waits for a reply, and how each is told of its outcome.

use crate::actor::ActorBase;
use crate::bridge::{Bridge, arguments, is_interrupt};
use crate::driver;
use crate::errors;
use crate::gather;
use crate::reply::{Reply, Settle};
use crate::store::Call;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::rc::Rc;

/// Who waits for a reply.
pub(crate) enum Waiter {
    /// A function that gets the reply.
    Callback(Py<PyAny>),
    /// A coroutine on our own driver.
    Task { actor: u64, task: u64 },
    /// A method of an actor that gets the answer; the other one gets the exception.
    Then { actor: Py<ActorBase>, method: Py<PyAny>, otherwise: Option<Py<PyAny>> },
    /// Our own code, by its key: see [`Bridge::await_reply`].
    Native(u64),
    /// Another reply, which gets the same outcome.
    Pass(Py<Reply>),
    /// Another reply, which gets what the function makes of the answer.
    Map { by: Py<PyAny>, result: Py<Reply> },
    /// A function that gets the answer, or what another one makes of it.
    Forward { to: Py<PyAny>, by: Option<Py<PyAny>> },
    /// A reply of which nobody needs to know any more.
    Withdraw(Py<Reply>),
    /// Several asks with one reply, of which this is one.
    Gather(u64),
    /// The same, of which this is the reply.
    Gathered(u64),
}

impl Waiter {
    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Waiter::Callback(callback) => visit.call(callback)?,
            Waiter::Task { .. } | Waiter::Native(_) | Waiter::Gather(_) | Waiter::Gathered(_) => {}
            Waiter::Pass(other) | Waiter::Withdraw(other) => visit.call(other)?,
            Waiter::Map { by, result } => {
                visit.call(by)?;
                visit.call(result)?;
            }
            Waiter::Forward { to, by } => {
                visit.call(to)?;
                visit.call(by)?;
            }
            Waiter::Then { actor, method, otherwise } => {
                visit.call(actor)?;
                visit.call(method)?;
                visit.call(otherwise)?;
            }
        }
        Ok(())
    }
}

/// Tells one waiter. Once the runtime is closed, only callbacks are left to tell.
pub(crate) fn tell(py: Python<'_>, this: &Py<Reply>, waiter: Waiter) {
    let reply = this.get();
    let bridge = reply.runtime().get().living_bridge(py);
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
        Waiter::Native(key) => {
            let Some(bridge) = bridge else { return };
            let native = bridge.natives.borrow_mut().take(key);
            if let Some(native) = native {
                native(py, this);
            }
        }
        Waiter::Gather(key) => {
            if let Some(bridge) = bridge {
                gather::heard(py, &bridge, key, reply);
            }
        }
        Waiter::Gathered(key) => {
            if let Some(bridge) = bridge {
                gather::finish(py, &bridge, key);
            }
        }
        Waiter::Pass(other) => {
            if let Ok(result) = reply.take_result(py) {
                other.resolve(py, result);
            }
        }
        Waiter::Map { by, result } => {
            let Ok(answer) = reply.take_result(py) else { return };
            let made = match answer {
                Ok(answer) => by.call1(py, (answer,)),
                error => return result.resolve(py, error),
            };
            match (made, &bridge) {
                // Meant for the program, which is not to look for it in a reply.
                (Err(error), Some(bridge)) if is_interrupt(py, &error) => {
                    bridge.failed(py, error, by.bind(py), "what maps a reply", Some(&result));
                }
                (made, _) => result.resolve(py, made),
            }
        }
        Waiter::Forward { to, by } => {
            if !reply.is_answered(py) {
                // Nobody looks at the exception: it is shown when the reply goes.
                return;
            }
            let Ok(answer) = reply.take_result(py) else { return };
            let answer = answer.and_then(|answer| match by {
                Some(by) => by.call1(py, (answer,)),
                None => Ok(answer),
            });
            let Err(error) = answer.and_then(|answer| to.call1(py, (answer,))) else { return };
            match &bridge {
                Some(bridge) => {
                    bridge.failed(py, error, to.bind(py), "what a reply is forwarded to", None);
                }
                None => error.write_unraisable(py, Some(to.bind(py))),
            }
        }
        Waiter::Withdraw(other) => _ = other.cancel(py),
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
