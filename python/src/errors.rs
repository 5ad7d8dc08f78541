//! The exceptions, which are defined in Python (`actor_rt/_errors.py`), and other names of the package that Rust needs.

use pyo3::import_exception;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

import_exception!(actor_rt._errors, ActorStopped);
import_exception!(actor_rt._errors, AskCancelled);
import_exception!(actor_rt._errors, AskTimeout);
import_exception!(actor_rt._errors, ClosedError);
import_exception!(actor_rt._errors, ForeignAwaitError);
import_exception!(actor_rt._errors, ForkedError);
import_exception!(actor_rt._errors, InternalError);
import_exception!(actor_rt._errors, JobDiscarded);
import_exception!(actor_rt._errors, MailboxFull);
import_exception!(actor_rt._errors, NameTaken);
import_exception!(actor_rt._errors, NoQuorum);
import_exception!(actor_rt._errors, NoRoom);
import_exception!(actor_rt._errors, NotKept);
import_exception!(actor_rt._errors, NotReady);
import_exception!(actor_rt._errors, NotSpawned);
import_exception!(actor_rt._errors, ReentrantStepError);
import_exception!(actor_rt._errors, Refused);
import_exception!(actor_rt._errors, ReplyDropped);
import_exception!(actor_rt._errors, TryAgain);
import_exception!(actor_rt._errors, WouldDeadlock);
import_exception!(actor_rt._errors, WrongThreadError);

macro_rules! names {
    ($($(#[$doc:meta])* $function:ident = $module:literal $name:literal;)*) => { $(
        $(#[$doc])*
        pub(crate) fn $function(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
            static NAME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
            NAME.import(py, $module, $name)
        }
    )* };
}

names! {
    /// `report(hook, host, error, actor, method, asked)`: what becomes of an exception.
    report = "actor_rt._failure" "report";
    /// `gave_up(why)`: an actor of the root's has failed too often.
    gave_up = "actor_rt._failure" "gave_up";
    /// `reraise(actor, error)`: as a handler, raises the error.
    reraise = "actor_rt._failure" "reraise";
    /// `unread(error)`: an exception that nobody looked at.
    unread = "actor_rt._failure" "unread";
    /// `Pulse(actor, cycles, latency, id)`.
    pulse = "actor_rt._watch" "Pulse";
    /// `Water(bytes, is_high, busiest, busiest_ids)`.
    water = "actor_rt._watch" "Water";
    /// `Busy(actor, since, number, method, id)`.
    busy = "actor_rt._watch" "Busy";
    /// `ChildEvent(kind, id, child, cause, phase, reason)`.
    child_event = "actor_rt._lifecycle" "ChildEvent";
    /// `Exit(id, actor, kind, phase, reason)`.
    exit = "actor_rt._lifecycle" "Exit";
    /// `ChildInfo(id, child, name, status, restart, significant, restarts)`.
    child_info = "actor_rt._lifecycle" "ChildInfo";
    /// `ChildCounts(entries, active, supervisors)`.
    child_counts = "actor_rt._lifecycle" "ChildCounts";
    /// `Who(id, name)`.
    who = "actor_rt._lifecycle" "Who";
    /// `StopCause(kind, error, reason)`.
    stop_cause = "actor_rt._cause" "StopCause";
    /// `wait(reply)`: the iterator of an await under a host's loop.
    host_wait = "actor_rt._awaiting" "wait";
    /// `settle(future, reply)`: hands a reply's outcome to a `concurrent.futures.Future`.
    settle_future = "actor_rt._threads" "settle";
    /// `slow(actor, method, seconds)`: a handler took long.
    slow = "actor_rt._inspect" "slow";
    /// `Trace(number, cause, actor, id, method, took)`.
    trace = "actor_rt._inspect" "Trace";
    /// `concurrent.futures.Future`.
    future = "concurrent.futures" "Future";
    /// `Job(key, method, args, priority, ttl)`.
    job = "actor_rt._pool" "Job";
    /// `Discarded(key, job, reason)`.
    discarded = "actor_rt._pool" "Discarded";
    /// `PoolEvent(kind, slot, worker, silence)`.
    pool_event = "actor_rt._pool" "PoolEvent";
    /// `PoolStats(...)`.
    pool_stats = "actor_rt._pool" "PoolStats";
    /// `GroupEvent(scope, group, actor, joined)`.
    group_event = "actor_rt._groups" "GroupEvent";
    /// `NameEvent(name, actor)`.
    name_event = "actor_rt._groups" "NameEvent";
    /// `RestartEvent(actor, restarts)`.
    restart_event = "actor_rt._groups" "RestartEvent";
    /// `Actor`, of which spawned classes are derived.
    actor_class = "actor_rt._actor" "Actor";
    /// `Askable`, the messages that have an answer.
    askable = "actor_rt._messages" "Askable";
    /// `receiver(class, type)`: the method for a message of a type.
    receiver = "actor_rt._messages" "receiver";
    /// `ActorLogger(class, label)`.
    actor_logger = "actor_rt._log" "ActorLogger";
    /// `signal.set_wakeup_fd`.
    set_wakeup_fd = "signal" "set_wakeup_fd";
    /// `time.monotonic_ns`.
    monotonic_ns = "time" "monotonic_ns";
}

/// The type of coroutines.
pub(crate) fn coroutine_type(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static NAME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    NAME.import(py, "types", "CoroutineType")
}

/// The type of functions that are written in Python.
pub(crate) fn function_type(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static NAME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    NAME.import(py, "types", "FunctionType")
}

/// The type of methods that are bound to an object.
pub(crate) fn method_type(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static NAME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    NAME.import(py, "types", "MethodType")
}

/// A `TypeError` for what cannot be pickled or copied: it belongs to a runtime of one process.
pub(crate) fn not_picklable(what: &str) -> PyErr {
    pyo3::exceptions::PyTypeError::new_err(format!(
        "actor_rt.{what} cannot be pickled or copied deeply: it belongs to a runtime of one process. Send a name or a number of your own instead."
    ))
}

/// Runs `f` in a destructor, on any thread. Python drops objects while an exception is on its way through their frame; it is put aside
/// meanwhile. Nothing runs once the interpreter is going away.
pub(crate) fn in_destructor(f: impl FnOnce(Python<'_>)) {
    Python::try_attach(|py| {
        let pending = PyErr::take(py);
        f(py);
        if let Some(pending) = pending {
            pending.restore(py);
        }
    });
}
