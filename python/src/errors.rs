//! The exceptions, which are defined in Python (`actor_rt/_errors.py`), and other names of the package that Rust needs.

use pyo3::exceptions::{PyImportError, PyKeyboardInterrupt};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use pyo3::{PyErrArguments, PyTypeCheck};

/// The package that this module is the native half of: "actor_rt", or where a wheel has a copy of its own.
static PACKAGE: PyOnceLock<String> = PyOnceLock::new();

/// Takes the package down.
pub(crate) fn set_package(py: Python<'_>, package: &str) -> PyResult<()> {
    let known = PACKAGE.get_or_init(py, || package.to_owned());
    if known == package {
        return Ok(());
    }
    let text =
        format!("this library is the native half of {known} already: it cannot be that of {package}, too");
    Err(PyImportError::new_err(text))
}

/// A name of a module, of one of the package's if that begins with a dot.
fn find<'py, T: PyTypeCheck>(
    py: Python<'py>,
    known: &'static PyOnceLock<Py<T>>,
    (module, name): (&str, &str),
) -> PyResult<&'py Bound<'py, T>> {
    if let Some(found) = known.get(py) {
        return Ok(found.bind(py));
    }
    let package = PACKAGE.get(py).map_or("actor_rt", String::as_str);
    let package = if module.starts_with('.') { package } else { "" };
    known.import(py, &format!("{package}{module}"), name)
}

macro_rules! exceptions {
    ($($name:ident)*) => { $(
        pub(crate) struct $name;

        #[allow(dead_code, reason = "most are made only, some are looked for only")]
        impl $name {
            fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
                static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
                find(py, &CLASS, ("._errors", stringify!($name)))
            }

            #[cold]
            pub(crate) fn new_err(args: impl PyErrArguments + 'static) -> PyErr {
                Python::attach(|py| match Self::class(py) {
                    Ok(class) => PyErr::from_type(class.clone(), args),
                    Err(error) => error,
                })
            }

            /// Whether an exception is one of these.
            pub(crate) fn is(py: Python<'_>, error: &PyErr) -> bool {
                Self::class(py).is_ok_and(|class| error.is_instance(py, class))
            }
        }
    )* };
}

exceptions! {
    ActorStopped AskCancelled AskTimeout ClosedError ForeignAwaitError
    ForkedError InternalError JobDiscarded MailboxFull NameTaken
    NoQuorum NoRoom NotKept NotReady NotSpawned
    ReentrantStepError Refused ReplyDropped TryAgain WouldDeadlock
    WrongThreadError
}

macro_rules! names {
    ($($(#[$doc:meta])* $function:ident = $module:literal $name:literal;)*) => { $(
        $(#[$doc])*
        pub(crate) fn $function(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
            static NAME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
            find(py, &NAME, ($module, $name))
        }
    )* };
}

names! {
    /// `report(hook, host, error, actor, method, asked)`: what becomes of an exception.
    report = "._failure" "report";
    /// `gave_up(why)`: an actor of the root's has failed too often.
    gave_up = "._failure" "gave_up";
    /// `reraise(actor, error)`: as a handler, raises the error.
    reraise = "._failure" "reraise";
    /// `Unread()`: tells of the exception in its `error` at its end.
    unread = "._failure" "Unread";
    /// `Pulse(actor, cycles, latency, id)`.
    pulse = "._watch" "Pulse";
    /// `Water(bytes, is_high, busiest, busiest_ids)`.
    water = "._watch" "Water";
    /// `Busy(actor, since, number, method, id)`.
    busy = "._watch" "Busy";
    /// `ChildEvent(kind, id, child, cause, phase, reason)`.
    child_event = "._lifecycle" "ChildEvent";
    /// `Exit(id, actor, kind, phase, reason)`.
    exit = "._lifecycle" "Exit";
    /// `ChildInfo(id, child, name, status, restart, significant, restarts)`.
    child_info = "._lifecycle" "ChildInfo";
    /// `ChildCounts(entries, active, supervisors)`.
    child_counts = "._lifecycle" "ChildCounts";
    /// `Who(id, name)`.
    who = "._lifecycle" "Who";
    /// `StopCause(kind, error, reason)`.
    stop_cause = "._cause" "StopCause";
    /// `wait(reply)`: the iterator of an await under a host's loop.
    host_wait = "._awaiting" "wait";
    /// `settle(future, reply)`: hands a reply's outcome to a `concurrent.futures.Future`.
    settle_future = "._threads" "settle";
    /// `slow(actor, method, seconds)`: a handler took long.
    slow = "._inspect" "slow";
    /// `Trace(number, cause, actor, id, method, took)`.
    trace = "._inspect" "Trace";
    /// `concurrent.futures.Future`.
    future = "concurrent.futures" "Future";
    /// `Job(key, method, args, priority, ttl)`.
    job = "._pool" "Job";
    /// `Discarded(key, job, reason)`.
    discarded = "._pool" "Discarded";
    /// `PoolEvent(kind, slot, worker, silence)`.
    pool_event = "._pool" "PoolEvent";
    /// `PoolStats(...)`.
    pool_stats = "._pool" "PoolStats";
    /// `GroupEvent(scope, group, actor, joined)`.
    group_event = "._groups" "GroupEvent";
    /// `NameEvent(name, actor)`.
    name_event = "._groups" "NameEvent";
    /// `RestartEvent(actor, restarts)`.
    restart_event = "._groups" "RestartEvent";
    /// `Actor`, of which spawned classes are derived.
    actor_class = "._actor" "Actor";
    /// `Askable`, the messages that have an answer.
    askable = "._messages" "Askable";
    /// `receiver(class, type)`: the method for a message of a type.
    receiver = "._messages" "receiver";
    /// `ActorLogger(class, label)`.
    actor_logger = "._log" "ActorLogger";
    /// `signal.set_wakeup_fd`.
    set_wakeup_fd = "signal" "set_wakeup_fd";
    /// `received(actor, tag, data, sender, status)`: a message of another language as a value.
    received = "._native" "received";
    /// `misunderstood(actor, tag, sender, error)`: one that means nothing to its actor.
    misunderstood = "._native" "misunderstood";
    /// `answer(message, value)`: the bytes of an answer to another language.
    answer = "._native" "answer";
    /// `said(level, text)`: what C's host would find in its log.
    native_said = "._native" "said";
    /// `time.monotonic_ns`.
    monotonic_ns = "time" "monotonic_ns";
}

/// The type of coroutines.
pub(crate) fn coroutine_type(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static NAME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    find(py, &NAME, ("types", "CoroutineType"))
}

/// The type of functions that are written in Python.
pub(crate) fn function_type(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static NAME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    find(py, &NAME, ("types", "FunctionType"))
}

/// The type of methods that are bound to an object.
pub(crate) fn method_type(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static NAME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    find(py, &NAME, ("types", "MethodType"))
}

/// A `TypeError` for what cannot be pickled or copied: it belongs to a runtime of one process.
pub(crate) fn not_picklable(what: &str) -> PyErr {
    pyo3::exceptions::PyTypeError::new_err(format!(
        "actor_rt.{what} cannot be pickled or copied deeply: it belongs to a runtime of one process. Send a name or a number of your own instead."
    ))
}

/// Deals with an exception that nobody here can raise: an interrupt comes again, where the program can hear of it.
pub(crate) fn put_off(py: Python<'_>, error: PyErr) {
    let again = error.is_instance_of::<PyKeyboardInterrupt>(py)
        && py.import("_thread").and_then(|thread| thread.call_method0("interrupt_main")).is_ok();
    if !again {
        error.write_unraisable(py, None);
    }
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
