//! Who waits for a reply, and how each is told of its outcome.
//!
//! Replies hang on each other: an ask that was passed on, a mapped one, a withdrawal. Such a chain may be of any length, so it is walked with
//! a stack of our own ([`tell_all`]), in the order in which calls would go.

use crate::actor::ActorBase;
use crate::bridge::{Bridge, arguments, is_interrupt};
use crate::driver;
use crate::errors;
use crate::gather;
use crate::reply::Reply;
use crate::store::Call;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::rc::Rc;
use std::vec;

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

/// A reply with an outcome, and who is still to be told of it.
struct Told {
    reply: Py<Reply>,
    waiters: vec::IntoIter<Waiter>,
}

/// Tells all who wait for a reply that has its outcome, and all who wait for the replies that get theirs by it: those of the first such reply
/// before the next waiter.
pub(crate) fn tell_all(py: Python<'_>, reply: Py<Reply>, waiters: Vec<Waiter>) {
    let mut stack = vec![Told { reply, waiters: waiters.into_iter() }];
    while let Some(told) = stack.last_mut() {
        let Some(waiter) = told.waiters.next() else {
            stack.pop();
            continue;
        };
        let this = told.reply.clone_ref(py);
        if let Some((reply, waiters)) = tell(py, &this, waiter) {
            stack.push(Told { reply, waiters: waiters.into_iter() });
        }
    }
}

/// A reply that has got its outcome by this, with who waits for that.
type Next = Option<(Py<Reply>, Vec<Waiter>)>;

/// Gives a reply its outcome, for [`tell_all`] to go on with.
fn settle(py: Python<'_>, reply: Py<Reply>, result: PyResult<Py<PyAny>>) -> Next {
    let waiters = reply.get().settle(py, result)?;
    Some((reply, waiters))
}

/// Tells one waiter. Once the runtime is closed, only callbacks are left to tell.
fn tell(py: Python<'_>, this: &Py<Reply>, waiter: Waiter) -> Next {
    let reply = this.get();
    let bridge = reply.runtime().get().living_bridge(py);
    match waiter {
        Waiter::Callback(callback) => {
            let Err(error) = callback.call1(py, (this.clone_ref(py),)) else { return None };
            match &bridge {
                Some(bridge) => {
                    bridge.failed(py, error, callback.bind(py), "the callback of a reply", None);
                }
                None => error.write_unraisable(py, Some(callback.bind(py))),
            }
        }
        Waiter::Task { actor, task } => {
            let bridge = bridge?;
            driver::turn(py, &bridge, actor, task, false);
        }
        Waiter::Native(key) => {
            let bridge = bridge?;
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
            let result = reply.take_result(py).ok()?;
            return settle(py, other, result);
        }
        Waiter::Map { by, result } => {
            let made = match reply.take_result(py).ok()? {
                Ok(answer) => by.call1(py, (answer,)),
                error => return settle(py, result, error),
            };
            match (made, &bridge) {
                // Meant for the program, which is not to look for it in a reply.
                (Err(error), Some(bridge)) if is_interrupt(py, &error) => {
                    bridge.failed(py, error, by.bind(py), "what maps a reply", Some(&result));
                }
                (made, _) => return settle(py, result, made),
            }
        }
        Waiter::Forward { to, by } => {
            if !reply.is_answered(py) {
                // Nobody looks at the exception: it is shown when the reply goes.
                return None;
            }
            let answer = reply.take_result(py).ok()?;
            let answer = answer.and_then(|answer| match by {
                Some(by) => by.call1(py, (answer,)),
                None => Ok(answer),
            });
            let Err(error) = answer.and_then(|answer| to.call1(py, (answer,))) else { return None };
            match &bridge {
                Some(bridge) => {
                    bridge.failed(py, error, to.bind(py), "what a reply is forwarded to", None);
                }
                None => error.write_unraisable(py, Some(to.bind(py))),
            }
        }
        Waiter::Withdraw(other) => {
            let waiters = other.get().withdraw(py)?;
            return Some((other, waiters));
        }
        Waiter::Then { actor, method, otherwise } => {
            let bridge = bridge?;
            if let Err(error) = call_then(py, reply, &bridge, actor.bind(py), method, otherwise) {
                error.write_unraisable(py, None);
            }
        }
    }
    None
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
