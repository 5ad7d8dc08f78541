//! Who waits for a reply, and how each is told of its outcome.
//!
//! Replies hang on each other: an ask that was passed on, a mapped one, a withdrawal. Such a chain may be of any length, so it is walked with
//! a stack of our own ([`Telling`]), in the order in which calls would go.

use crate::args::Args;
use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::driver;
use crate::errors;
use crate::failures::is_interrupt;
use crate::gather;
use crate::reply::Reply;
use crate::store::Call;
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::rc::Rc;
use std::vec;

/// Who waits for a reply.
pub(crate) enum Waiter {
    /// A function that gets the reply.
    Callback(Py<PyAny>),
    /// A coroutine on our own driver.
    Task { actor: u64, task: u64 },
    /// A method of an actor that gets the answer; the other one gets the exception.
    Then { actor: Py<PyAny>, method: Py<PyAny>, otherwise: Option<Py<PyAny>> },
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

/// The replies that have got their outcomes, of which somebody is still to be told: those of the last one first.
#[derive(Default)]
pub(crate) struct Telling(Vec<Told>);

impl Telling {
    /// Gives a reply its outcome.
    pub(crate) fn settle(&mut self, py: Python<'_>, reply: Py<Reply>, result: PyResult<Py<PyAny>>) {
        if let Some(waiters) = reply.get().settle(py, result) {
            self.add(reply, waiters);
        }
    }

    /// Takes an ask back.
    pub(crate) fn withdraw(&mut self, py: Python<'_>, reply: Py<Reply>) {
        if let Some(waiters) = reply.get().withdraw(py) {
            self.add(reply, waiters);
        }
    }

    fn add(&mut self, reply: Py<Reply>, waiters: Vec<Waiter>) {
        if !waiters.is_empty() {
            self.0.push(Told { reply, waiters: waiters.into_iter() });
        }
    }

    /// Has these told before the others.
    pub(crate) fn append(&mut self, mut first: Telling) {
        self.0.append(&mut first.0);
    }

    /// Tells everybody, and everybody who waits for the replies that get their outcomes by that.
    pub(crate) fn go_on(mut self, py: Python<'_>) {
        while let Some(told) = self.0.last_mut() {
            let Some(waiter) = told.waiters.next() else {
                self.0.pop();
                continue;
            };
            let this = told.reply.clone_ref(py);
            tell(py, &this, waiter, &mut self);
        }
    }
}

/// Tells all who wait for a reply that has its outcome, and all who wait for the replies that get theirs by it: those of the first such reply
/// before the next waiter.
pub(crate) fn tell_all(py: Python<'_>, reply: Py<Reply>, waiters: Vec<Waiter>) {
    let mut telling = Telling::default();
    telling.add(reply, waiters);
    telling.go_on(py);
}

/// Tells one waiter. Once the runtime is closed, only callbacks are left to tell.
fn tell(py: Python<'_>, this: &Py<Reply>, waiter: Waiter, telling: &mut Telling) {
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
                gather::heard(py, &bridge, key, reply, telling);
            }
        }
        Waiter::Gathered(key) => {
            if let Some(bridge) = bridge {
                gather::finish(py, &bridge, key, telling);
            }
        }
        Waiter::Pass(other) => {
            let Ok(result) = reply.take_result(py) else { return };
            telling.settle(py, other, result);
        }
        Waiter::Map { by, result } => {
            let Ok(answer) = reply.take_result(py) else { return };
            let made = match answer {
                Ok(answer) => by.call1(py, (answer,)),
                error => return telling.settle(py, result, error),
            };
            match (made, &bridge) {
                // Meant for the program, which is not to look for it in a reply.
                (Err(error), Some(bridge)) if is_interrupt(py, &error) => {
                    bridge.failed(py, error, by.bind(py), "what maps a reply", Some(&result));
                }
                (made, _) => telling.settle(py, result, made),
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
        Waiter::Withdraw(other) => telling.withdraw(py, other),
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
    actor: &Bound<'_, PyAny>,
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
    let args = Args::new(actor, [argument.into_bound(py)].into_iter())?;
    let call = Call { method, args, kwargs: None };
    bridge.answer(py, Bond::of(actor)?.get(), call);
    Ok(())
}
