//! Supervised actors: the tree of the kernel keeps them, restarts them and ends them.
//!
//! An instance stays the same over restarts, as its references do: what it was is cleared, and `__init__` is called on it again with the
//! arguments of the spawn. While the tree has it, the runtime holds the instance, in the store as everything of Python's; the kernel's
//! plan has its key only.

use crate::actor::ActorBase;
use crate::bridge::{Bridge, kind};
use crate::errors::{self, in_destructor};
use crate::kernel_actor::PyActor;
use actor_rt::mailbox::{Mailbox, Overflow};
use actor_rt::supervision::{
    AutoShutdown, Backoff, Intensity, Restart, Shutdown, Spec, StartError, Strategy, Supervisor,
};
use actor_rt::{Actor, ActorId, Cx, Ret, StopCause};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::rc::Rc;
use std::time::Duration;

/// How an actor is supervised, as `actor_rt.Supervision` says it.
#[derive(FromPyObject)]
pub(crate) struct Options {
    restart: String,
    /// Seconds; None for as long as it takes.
    shutdown: Option<f64>,
    /// Restarts and seconds.
    intensity: Option<(u32, f64)>,
    /// First and longest wait in seconds, factor, and the random part.
    backoff: Option<(f64, f64, f64, f64)>,
    significant: bool,
    strategy: String,
    children: Option<(u32, f64)>,
    auto_shutdown: String,
}

/// Seconds as a time, of which there is no less than none.
pub(crate) fn seconds(name: &str, value: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(value)
        .map_err(|_| PyValueError::new_err(format!("{name} is a number of seconds, 0 or more")))
}

fn unknown(name: &str, value: &str, known: &str) -> PyErr {
    PyValueError::new_err(format!("{name} is one of {known}, not {value:?}"))
}

/// A mailbox of these settings.
pub(crate) fn mailbox(maxlen: Option<u32>, overflow: &str, rate: Option<(u32, f64)>) -> PyResult<Mailbox> {
    let overflow = match overflow {
        "reject" => Overflow::Reject,
        "drop_newest" => Overflow::DropNewest,
        "drop_oldest" => Overflow::DropOldest,
        "fail" => Overflow::Fail,
        other => return Err(unknown("overflow", other, "reject, drop_newest, drop_oldest, fail")),
    };
    let mut settings = Mailbox::new().overflow(overflow);
    if let Some(maxlen) = maxlen {
        settings = settings.capacity(maxlen);
    }
    if let Some((messages, within)) = rate {
        settings = settings.rate(messages, seconds("rate", within)?);
    }
    Ok(settings)
}

fn intensity(name: &str, (restarts, period): (u32, f64)) -> PyResult<Intensity> {
    Ok(Intensity::new(restarts, seconds(name, period)?))
}

impl Options {
    fn restart(&self) -> PyResult<Restart> {
        Ok(match &*self.restart {
            "transient" => Restart::Transient,
            "permanent" => Restart::Permanent,
            "temporary" => Restart::Temporary,
            other => return Err(unknown("restart", other, "transient, permanent, temporary")),
        })
    }

    fn shutdown(&self) -> PyResult<Shutdown> {
        Ok(match self.shutdown {
            None => Shutdown::Infinite,
            Some(0.0) => Shutdown::Kill,
            Some(within) => Shutdown::After(seconds("shutdown", within)?),
        })
    }

    fn backoff(&self) -> PyResult<Option<Backoff>> {
        let Some((first, most, factor, jitter)) = self.backoff else { return Ok(None) };
        if !(factor >= 1.0 && factor.is_finite() && (0.0..=1.0).contains(&jitter)) {
            return Err(PyValueError::new_err(
                "backoff is (first, longest, factor, jitter): a factor of at least 1, a jitter between 0 and 1",
            ));
        }
        let (first, most) = (seconds("backoff", first)?, seconds("backoff", most)?);
        Ok(Some(Backoff::new(first, most).factor(factor).jitter(jitter)))
    }

    fn supervisor(&self) -> PyResult<Supervisor> {
        let strategy = match &*self.strategy {
            "one_for_one" => Strategy::OneForOne,
            "one_for_all" => Strategy::OneForAll,
            "rest_for_one" => Strategy::RestForOne,
            other => return Err(unknown("strategy", other, "one_for_one, one_for_all, rest_for_one")),
        };
        let auto_shutdown = match &*self.auto_shutdown {
            "never" => AutoShutdown::Never,
            "any" => AutoShutdown::AnySignificant,
            "all" => AutoShutdown::AllSignificant,
            other => return Err(unknown("auto_shutdown", other, "never, any, all")),
        };
        let settings = Supervisor::new().strategy(strategy).auto_shutdown(auto_shutdown);
        match self.children {
            Some(children) => Ok(settings.intensity(intensity("children", children)?)),
            None => Ok(settings),
        }
    }

    /// The kernel's actor for the instance of this key.
    pub(crate) fn start(
        &self,
        bridge: &Rc<Bridge>,
        key: u64,
        parent: Option<ActorId>,
    ) -> PyResult<Actor<PyActor>> {
        let maker = Rc::clone(bridge);
        let mut first = true;
        let mut spec = Spec::new(move |cx: &mut Cx<'_, PyActor>| {
            if !std::mem::take(&mut first) {
                Python::attach(|py| maker.begin_anew(py, cx, key))?;
            }
            Some(PyActor::supervised(&maker, key))
        });
        spec = spec.accept_packets().restart(self.restart()?).shutdown(self.shutdown()?);
        spec = spec.supervises(self.supervisor()?);
        if self.significant {
            spec = spec.significant();
        }
        if let Some(own) = self.intensity {
            spec = spec.intensity(intensity("intensity", own)?);
        }
        if let Some(backoff) = self.backoff()? {
            spec = spec.backoff(backoff);
        }
        let told = Rc::clone(bridge);
        let spec = spec.notify(move |_| {
            let told = Rc::clone(&told);
            Ret::new(move |cause: Option<StopCause>| {
                let cause = cause.as_ref().map_or("dropped", kind);
                in_destructor(|py| told.gone(py, key, cause));
            })
        });
        spec.spawn_through(&bridge.door, parent, Ret::nop()).map_err(not_started)
    }
}

/// Why nothing was started, as an exception.
pub(crate) fn not_started(error: StartError) -> PyErr {
    match error {
        StartError::NoSupervisor(_) | StartError::SupervisorEnding => {
            errors::ActorStopped::new_err("the supervisor has ended, or is about to")
        }
        error => errors::InternalError::new_err(error.to_string()),
    }
}

impl Bridge {
    /// An incarnation of a supervised actor has ended, and another one begins: its instance is made anew. None if that failed.
    fn begin_anew(self: &Rc<Self>, py: Python<'_>, cx: &mut Cx<'_, PyActor>, key: u64) -> Option<()> {
        let (instance, origin) = {
            let mut actors = self.store(py).actors.borrow_mut();
            let entry = actors.get(key)?;
            (entry.held.as_ref()?.clone_ref(py), entry.origin.as_ref().map(|origin| origin.clone_ref(py)))
        };
        self.forget_cause(py, key);
        let instance = instance.into_bound(py);
        let before = self.current.replace(key);
        let result = anew(&instance, origin);
        self.current.set(before);
        if let Err(error) = result {
            let value = error.value(py).clone().into_any().unbind();
            self.failed(py, error, instance.as_any(), "__init__", None);
            if let Some(entry) = self.store(py).actors.borrow_mut().get(key) {
                entry.cause.get_or_insert(("failed", Some(value)));
            }
            cx.fail_string("__init__".to_owned());
            return None;
        }
        // What waited for a coroutine of the one before.
        cx.this().call(|actor, cx| Python::attach(|py| actor.next_waiting(py, cx)));
        Some(())
    }

    fn forget_cause(&self, py: Python<'_>, key: u64) {
        let cause = self.store(py).actors.borrow_mut().get(key).and_then(|entry| entry.cause.take());
        drop(cause);
    }

    /// The value of a supervised actor is dropped: its timers and coroutines go with it. The rest stays until it has ended for good.
    pub(crate) fn incarnation_ended(&self, py: Python<'_>, key: u64) {
        let store = self.store(py);
        let (timers, tasks) = {
            let mut actors = store.actors.borrow_mut();
            let Some(entry) = actors.get(key) else { return };
            entry.busy = false;
            (std::mem::take(&mut entry.timers), std::mem::take(&mut entry.tasks))
        };
        for timer in timers {
            let timer = store.timers.borrow_mut().take(timer);
            drop(timer);
        }
        for task in tasks {
            let Some(task) = store.tasks.borrow_mut().take(task) else { continue };
            crate::driver::abandon(py, task);
        }
    }
}

/// What an instance is made of, again and again.
pub(crate) struct Origin {
    pub args: Py<pyo3::types::PyTuple>,
    pub kwargs: Option<Py<pyo3::types::PyDict>>,
}

impl Origin {
    fn clone_ref(&self, py: Python<'_>) -> Origin {
        Origin {
            args: self.args.clone_ref(py),
            kwargs: self.kwargs.as_ref().map(|kwargs| kwargs.clone_ref(py)),
        }
    }
}

/// Clears an instance and initialises it again.
fn anew(instance: &Bound<'_, ActorBase>, origin: Option<Origin>) -> PyResult<()> {
    let py = instance.py();
    if let Ok(attributes) = instance.getattr(pyo3::intern!(py, "__dict__")) {
        attributes.call_method0(pyo3::intern!(py, "clear"))?;
    }
    let Some(Origin { args, kwargs }) = origin else { return Ok(()) };
    let kwargs = kwargs.map(|kwargs| kwargs.into_bound(py));
    instance.getattr(pyo3::intern!(py, "__init__"))?.call(args.bind(py), kwargs.as_ref())?;
    Ok(())
}
