//! A pool's jobs. A job's values lie in the store; what goes through the kernel is an [`Errand`], which has their key.
//!
//! The last errand of a job takes the job's values along: whoever waits for the answer then has it, or hears why there is none.

use crate::args::Args;
use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::errors::{self, JobDiscarded, Refused, ReplyDropped, TryAgain, in_destructor};
use crate::kernel_actor::PyActor;
use crate::reply::{Reply, Settle};
use crate::runtime::RuntimeBase;
use crate::store::{Call, Message};
use actor_rt::Cx;
use actor_rt::services::pool::{Completion, DiscardReason};
use pyo3::PyTraverseError;
use pyo3::exceptions::PyBaseException;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::rc::Rc;

/// The values of a job.
pub(crate) struct JobEntry {
    pub runtime: Py<RuntimeBase>,
    pub method: Py<PyAny>,
    /// Without the worker.
    pub args: Py<PyTuple>,
    pub reply: Option<Py<Reply>>,
    /// How often it may be tried again.
    pub retries: u32,
    /// Why its last try failed, or why there is none.
    pub error: Option<Py<PyBaseException>>,
}

impl JobEntry {
    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)?;
        visit.call(&self.method)?;
        visit.call(&self.args)?;
        visit.call(&self.reply)?;
        visit.call(&self.error)
    }
}

/// A job in the kernel. A clone is the same job.
#[derive(Clone)]
pub(crate) struct Errand(Rc<Held>);

struct Held {
    bridge: Rc<Bridge>,
    key: u64,
}

/// What a reason is called.
pub(crate) fn reason_name(reason: DiscardReason) -> &'static str {
    match reason {
        DiscardReason::Expired => "expired",
        DiscardReason::LoadShed => "load_shed",
        DiscardReason::Shutdown => "shutdown",
        DiscardReason::RateLimited => "rate_limited",
        _ => "worker_lost",
    }
}

fn discarded(reason: DiscardReason) -> PyErr {
    JobDiscarded::new_err((format!("the pool did not do the job: {reason}"), reason_name(reason)))
}

impl Errand {
    pub(crate) fn new(py: Python<'_>, bridge: &Rc<Bridge>, entry: JobEntry) -> Self {
        let key = bridge.store(py).jobs.borrow_mut().insert(entry);
        Errand(Rc::new(Held { bridge: Rc::clone(bridge), key }))
    }

    /// Looks at its values, with nothing of Python run meanwhile.
    pub(crate) fn with<R>(&self, py: Python<'_>, look: impl FnOnce(&mut JobEntry) -> R) -> Option<R> {
        self.0.bridge.store(py).jobs.borrow_mut().get(self.0.key).map(look)
    }

    fn set_error(&self, py: Python<'_>, error: PyErr) {
        let value = error.into_value(py);
        let older = self.with(py, |entry| entry.error.replace(value));
        drop(older);
    }

    /// The pool discards it.
    pub(crate) fn set_reason(&self, py: Python<'_>, reason: DiscardReason) {
        let known = self.with(py, |entry| entry.error.is_some());
        if known == Some(false) || reason != DiscardReason::WorkerLost {
            self.set_error(py, discarded(reason));
        }
    }

    /// A worker's turn: the method runs in it, as the handler of any message.
    pub(crate) fn begin(self, actor: &mut PyActor, cx: &mut Cx<'_, PyActor>, completion: Completion) {
        Python::attach(|py| match self.message(py, actor) {
            Ok(Some((message, inner))) => {
                let bridge = actor.bridge();
                bridge.await_reply(py, &inner, move |py, inner| self.settle(py, completion, inner));
                let key = bridge.store(py).messages.borrow_mut().insert(message);
                actor.deliver_key(py, cx, key);
            }
            // Withdrawn.
            Ok(None) => completion.done(),
            Err(error) => {
                self.set_error(py, error);
                completion.failed();
            }
        });
    }

    /// The message of a try, with the reply to it. None if nobody wants the answer any more.
    fn message(&self, py: Python<'_>, actor: &PyActor) -> PyResult<Option<(Message, Py<Reply>)>> {
        let bridge = actor.bridge();
        let values = self.with(py, |entry| {
            (
                entry.runtime.clone_ref(py),
                entry.method.clone_ref(py),
                entry.args.clone_ref(py),
                entry.reply.as_ref().map(|reply| reply.clone_ref(py)),
                entry.retries,
            )
        });
        let Some((runtime, method, args, outer, retries)) = values else { return Ok(None) };
        if outer.as_ref().is_some_and(|outer| outer.get().is_cancelled(py)) {
            return Ok(None);
        }
        let worker = bridge.instance(py, actor.key());
        let worker = worker.ok_or_else(|| discarded(DiscardReason::WorkerLost))?;
        let method = Bond::of(&worker)?.get().resolve(method.into_bound(py))?.unbind();
        let call = Call { method, args: Args::new(&worker, args.bind(py).iter())?, kwargs: None };
        // What is to be tried again, nobody sees but the error hook.
        let is_asked = outer.is_some() && retries == 0;
        let inner = Py::new(py, Reply::of(runtime, actor.key(), Vec::new(), is_asked))?;
        if let Some(outer) = &outer {
            inner.get().set_until(py, outer.get().until(py));
        }
        let message = Message { bound: true, ..Message::new(call, Some(inner.clone_ref(py))) };
        Ok(Some((message, inner)))
    }

    /// A try has its outcome.
    fn settle(self, py: Python<'_>, completion: Completion, inner: &Py<Reply>) {
        let Ok(result) = inner.get().take_result(py) else { return };
        let error = match result {
            Ok(answer) => {
                self.answer(py, Ok(answer));
                return completion.done();
            }
            Err(error) => error,
        };
        if Refused::is(py, &error) && !TryAgain::is(py, &error) {
            // An answer, too.
            self.answer(py, Err(error));
            return completion.done();
        }
        let error = match ReplyDropped::is(py, &error) {
            true => discarded(DiscardReason::WorkerLost),
            false => error,
        };
        self.set_error(py, error);
        self.with(py, |entry| entry.retries = entry.retries.saturating_sub(1));
        completion.failed();
    }

    fn answer(&self, py: Python<'_>, result: PyResult<Py<PyAny>>) {
        let reply = self.with(py, |entry| entry.reply.as_ref().map(|reply| reply.clone_ref(py)));
        if let Some(reply) = reply.flatten() {
            reply.resolve(py, result);
        }
    }

    /// What users see of it.
    pub(crate) fn describe<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        (priority, time_to_live): (&str, Option<f64>),
    ) -> PyResult<Bound<'py, PyAny>> {
        let values = self.with(py, |entry| (entry.method.clone_ref(py), entry.args.clone_ref(py)));
        let Some((method, args)) = values else { return Ok(py.None().into_bound(py)) };
        errors::job(py)?.call1((key, method, args, priority, time_to_live))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        in_destructor(|py| {
            let entry = self.bridge.store(py).jobs.borrow_mut().take(self.key);
            let Some(JobEntry { reply: Some(reply), error, .. }) = entry else { return };
            if reply.get().is_pending(py) {
                let error = match error {
                    Some(error) => PyErr::from_value(error.into_bound(py).into_any()),
                    None => discarded(DiscardReason::Shutdown),
                };
                reply.resolve(py, Err(error));
            }
        });
    }
}
