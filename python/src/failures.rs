//! What becomes of exceptions, and which method the watchdogs are shown.

use crate::bridge::Bridge;
use crate::errors::{self, ReplyDropped};
use crate::reply::{Reply, Settle};
use pyo3::exceptions::{PyKeyboardInterrupt, PySystemExit};
use pyo3::prelude::*;

impl Bridge {
    /// What becomes of an exception of `call`. True if its actor fails.
    #[cold]
    pub(crate) fn failed(
        &self,
        py: Python<'_>,
        error: PyErr,
        actor: &Bound<'_, PyAny>,
        what: &str,
        reply: Option<&Py<Reply>>,
    ) -> bool {
        if is_interrupt(py, &error) {
            // Meant for the program, not for the actor: it leaves the step now, with the queue intact.
            self.raise(py, error);
            self.door.yield_step();
            if let Some(reply) = reply {
                reply.resolve(py, Err(ReplyDropped::new_err(format!("{what} was interrupted"))));
            }
            return false;
        }
        let refused = errors::Refused::is(py, &error);
        self.insight.failures.set(self.insight.failures.get() + u64::from(!refused));
        self.report(py, &error, actor, what, reply.is_some_and(|reply| reply.get().is_asked()));
        if let Some(reply) = reply {
            reply.resolve(py, Err(error));
        }
        !refused
    }

    /// Shows an exception to the error hook. What the hook raises, `step` raises.
    pub(crate) fn report(
        &self,
        py: Python<'_>,
        error: &PyErr,
        actor: &Bound<'_, PyAny>,
        what: &str,
        asked: bool,
    ) {
        let (hook, host) = {
            let hooks = self.store(py).hooks.borrow();
            let clone = |hook: &Option<Py<PyAny>>| hook.as_ref().map(|hook| hook.clone_ref(py));
            (clone(&hooks.on_error), clone(&hooks.host))
        };
        let reported = errors::report(py)
            .and_then(|report| report.call1((hook, host, error.value(py), actor, what, asked)));
        if let Err(error) = reported {
            self.raise(py, error);
        }
    }

    /// Has `step` raise an exception when it is done. The first counts; later ones are written to stderr.
    pub(crate) fn raise(&self, py: Python<'_>, error: PyErr) {
        if !self.stepping.get() && !self.calling.get() {
            return error.write_unraisable(py, None);
        }
        let mut value = Some(error.into_value(py).into_any());
        {
            let mut raise = self.store(py).raise.borrow_mut();
            if raise.is_none() {
                *raise = value.take();
            }
        }
        if let Some(value) = value {
            PyErr::from_value(value.into_bound(py)).write_unraisable(py, None);
        }
    }

    /// Shows the watchdogs which method runs. What is to be shown again afterwards; None if there are no watchdogs.
    #[inline]
    pub(crate) fn show(&self, py: Python<'_>, method: &Py<PyAny>) -> Option<Option<Py<PyAny>>> {
        let store = self.store(py);
        (store.watchdogs.get() > 0).then(|| store.running.replace(Some(method.clone_ref(py))))
    }

    /// The same for the method of a coroutine.
    pub(crate) fn show_task(&self, py: Python<'_>, task: u64) -> Option<Option<Py<PyAny>>> {
        let store = self.store(py);
        if store.watchdogs.get() == 0 {
            return None;
        }
        let method = store.tasks.borrow_mut().get(task).map(|task| task.call.method.clone_ref(py))?;
        self.show(py, &method)
    }

    #[cold]
    pub(crate) fn show_again(&self, py: Python<'_>, shown: Option<Py<PyAny>>) {
        let older = self.store(py).running.replace(shown);
        drop(older);
    }
}

/// Whether an exception is for the program and not for an actor.
pub(crate) fn is_interrupt(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyKeyboardInterrupt>(py) || error.is_instance_of::<PySystemExit>(py)
}
