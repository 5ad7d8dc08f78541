//! Supervised actors: the tree of the kernel keeps them, restarts them and ends them.
//!
//! An instance stays the same over restarts, as its references do: what it was is cleared, and `__init__` is called on it again with the
//! arguments of the spawn. While the tree has it, the runtime holds the instance, in the store as everything of Python's; the kernel's
//! plan has its key only.

use crate::bond::Bond;
use crate::bridge::{Bridge, kind};
use crate::errors::{self, in_destructor};
use crate::kernel_actor::PyActor;
use crate::lifecycle::Hook;
use crate::plan::{Origin, Plan};
use crate::prepare;
use crate::spawn;
use crate::store::Stage;
use actor_rt::mailbox::{Mailbox, Overflow};
use actor_rt::supervision::{
    AutoShutdown, Backoff, Intensity, Restart, Shutdown, Spec, StartError, Strategy, Supervisor, Window,
};
use actor_rt::{Actor, ActorId, Cx, IdError, Ret, StopCause};
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
    intensity: Option<Allowed>,
    backoff: Option<Waits>,
    significant: bool,
    strategy: String,
    children: Option<Allowed>,
    auto_shutdown: String,
    keep: bool,
    name: Option<String>,
    /// Seconds; None for as long as it takes.
    start_timeout: Option<f64>,
}

/// How many restarts are allowed, as `actor_rt.Intensity` says it.
#[derive(FromPyObject)]
pub(crate) struct Allowed {
    restarts: u32,
    /// Seconds.
    period: f64,
    anchored: bool,
}

/// How much may come in a time, as `actor_rt.Rate` says it.
#[derive(FromPyObject)]
pub(crate) struct Pace {
    pub count: u32,
    period: f64,
}

impl Pace {
    pub(crate) fn period(&self) -> PyResult<Duration> {
        seconds("period", self.period)
    }
}

/// How long restarts wait, as `actor_rt.Backoff` says it. In seconds.
#[derive(FromPyObject)]
pub(crate) struct Waits {
    first: f64,
    longest: f64,
    factor: f64,
    jitter: f64,
    /// None for the longest wait.
    reset: Option<f64>,
}

/// How children are supervised, as `actor_rt.Supervisor` says it.
#[derive(FromPyObject)]
pub(crate) struct Settings {
    strategy: String,
    children: Option<Allowed>,
    auto_shutdown: String,
}

/// Seconds as a time, of which there is no less than none.
pub(crate) fn seconds(name: &str, value: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(value)
        .map_err(|_| PyValueError::new_err(format!("{name} is a number of seconds, 0 or more")))
}

pub(crate) fn unknown(name: &str, value: &str, known: &str) -> PyErr {
    PyValueError::new_err(format!("{name} is one of {known}, not {value:?}"))
}

/// A mailbox of these settings.
pub(crate) fn mailbox(maxlen: Option<u32>, overflow: &str, rate: Option<Pace>) -> PyResult<Mailbox> {
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
    if let Some(rate) = rate {
        settings = settings.rate(rate.count, rate.period()?);
    }
    Ok(settings)
}

impl Allowed {
    pub(crate) fn intensity(&self) -> PyResult<Intensity> {
        let window = if self.anchored { Window::Anchored } else { Window::Sliding };
        Ok(Intensity::new(self.restarts, seconds("period", self.period)?).window(window))
    }
}

impl Waits {
    fn backoff(&self) -> PyResult<Backoff> {
        if !(self.factor >= 1.0 && self.factor.is_finite()) {
            return Err(PyValueError::new_err("factor is a number, 1.0 or more"));
        }
        if !(0.0..=1.0).contains(&self.jitter) {
            return Err(PyValueError::new_err("jitter is a number between 0.0 and 1.0"));
        }
        let backoff = Backoff::new(seconds("first", self.first)?, seconds("longest", self.longest)?);
        let backoff = backoff.factor(self.factor).jitter(self.jitter);
        match self.reset {
            Some(reset) => Ok(backoff.reset(seconds("reset", reset)?)),
            None => Ok(backoff),
        }
    }
}

impl Settings {
    pub(crate) fn supervisor(&self) -> PyResult<Supervisor> {
        supervisor(&self.strategy, self.children.as_ref(), &self.auto_shutdown)
    }
}

fn supervisor(strategy: &str, children: Option<&Allowed>, auto_shutdown: &str) -> PyResult<Supervisor> {
    let strategy = match strategy {
        "one_for_one" => Strategy::OneForOne,
        "one_for_all" => Strategy::OneForAll,
        "rest_for_one" => Strategy::RestForOne,
        other => return Err(unknown("strategy", other, "one_for_one, one_for_all, rest_for_one")),
    };
    let auto_shutdown = match auto_shutdown {
        "never" => AutoShutdown::Never,
        "any" => AutoShutdown::AnySignificant,
        "all" => AutoShutdown::AllSignificant,
        other => return Err(unknown("auto_shutdown", other, "never, any, all")),
    };
    let settings = Supervisor::new().strategy(strategy).auto_shutdown(auto_shutdown);
    match children {
        Some(children) => Ok(settings.intensity(children.intensity()?)),
        None => Ok(settings),
    }
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

    pub(crate) fn supervisor(&self) -> PyResult<Supervisor> {
        supervisor(&self.strategy, self.children.as_ref(), &self.auto_shutdown)
    }

    /// An actor that is restarted and ended as this says.
    pub(crate) fn treat<A: 'static>(&self, spec: Spec<A>) -> PyResult<Spec<A>> {
        let mut spec = spec.restart(self.restart()?).shutdown(self.shutdown()?);
        if self.significant {
            spec = spec.significant();
        }
        if let Some(timeout) = self.start_timeout {
            spec = spec.start_timeout(seconds("start_timeout", timeout)?);
        }
        if let Some(own) = &self.intensity {
            spec = spec.intensity(own.intensity()?);
        }
        if let Some(waits) = &self.backoff {
            spec = spec.backoff(waits.backoff()?);
        }
        Ok(spec)
    }

    /// The spec of a plan, whose incarnations `make` makes.
    pub(crate) fn spec(
        &self,
        plan: &Rc<Plan>,
        make: impl FnMut(&mut Cx<'_, PyActor>) -> Option<PyActor> + 'static,
    ) -> PyResult<Spec<PyActor>> {
        let mut spec = self.treat(Spec::new(make).accept_packets())?.supervises(self.supervisor()?);
        if plan.hooks.are_heard() {
            spec = spec.hooks();
        }
        let told = Rc::clone(plan);
        Ok(spec.notify(move |_| {
            // Another one that is started anew has another key.
            let (told, key) = (Rc::clone(told.bridge()), told.key.get());
            Ret::new(move |cause: Option<StopCause>| {
                let text = cause.as_ref().and_then(spawn::text);
                let cause = cause.as_ref().map_or("dropped", kind);
                in_destructor(|py| told.gone(py, key, cause, text.as_deref()));
            })
        }))
    }

    /// The kernel's actor of a plan.
    pub(crate) fn start(&self, plan: &Rc<Plan>, parent: Option<ActorId>) -> PyResult<Actor<PyActor>> {
        let maker = Rc::clone(plan);
        let mut spec = self.spec(plan, move |cx| Python::attach(|py| make(py, cx, &maker)))?;
        if self.keep {
            spec = spec.keep();
        }
        if let Some(name) = &self.name {
            spec = spec.register(name);
        }
        let door = &plan.bridge().door;
        let actor = spec.spawn_through(door, parent, Ret::nop()).map_err(not_started)?;
        if plan.hooks.has(Hook::Exit) {
            door.trap_by_hook(actor.actor_id(), true).map_err(gone)?;
        }
        Ok(actor)
    }
}

/// Makes an incarnation's value. None if that failed, or takes further turns.
pub(crate) fn make(py: Python<'_>, cx: &mut Cx<'_, PyActor>, plan: &Rc<Plan>) -> Option<PyActor> {
    let (bridge, key) = (plan.bridge(), plan.key.get());
    if !plan.fresh.replace(false) {
        bridge.begin_anew(py, cx, plan)?;
    }
    if plan.hooks.has(Hook::Prepare) {
        prepare::begin(py, cx, bridge, key)?;
    }
    Some(PyActor::supervised(bridge, key, plan.hooks))
}

/// That of an id that is none of a living actor's.
pub(crate) fn gone(error: IdError) -> PyErr {
    errors::ActorStopped::new_err(error.to_string())
}

/// Why nothing was started, as an exception.
pub(crate) fn not_started(error: StartError) -> PyErr {
    match error {
        StartError::NoSupervisor(_) | StartError::SupervisorEnding => {
            errors::ActorStopped::new_err("the supervisor has ended, or is about to")
        }
        StartError::NameTaken(_) => errors::NameTaken::new_err("another actor has the name"),
        error => errors::InternalError::new_err(error.to_string()),
    }
}

impl Bridge {
    /// An incarnation of a supervised actor has ended, and another one begins: its instance is made anew. None if that failed.
    fn begin_anew(self: &Rc<Self>, py: Python<'_>, cx: &mut Cx<'_, PyActor>, plan: &Plan) -> Option<()> {
        let key = plan.key.get();
        // One that was killed before it had a value has left its coroutine.
        self.incarnation_ended(py, key);
        self.pass_cause_on(py, key);
        let instance = {
            let mut actors = self.store(py).actors.borrow_mut();
            actors.get(key)?.held.as_ref()?.clone_ref(py)
        };
        let instance = instance.into_bound(py);
        let before = self.current.replace(key);
        let result = anew(&instance, plan.origin(py));
        self.current.set(before);
        if let Err(error) = result {
            cx.fail_string(self.failed_to_start(py, error, &instance, "__init__"));
            return None;
        }
        // What waited for a coroutine of the one before.
        cx.this().call(|actor, cx| Python::attach(|py| actor.next_waiting(py, cx)));
        Some(())
    }

    /// What becomes of an exception that left no value behind; what the kernel is told of it.
    pub(crate) fn failed_to_start(
        &self,
        py: Python<'_>,
        error: PyErr,
        instance: &Bound<'_, PyAny>,
        what: &str,
    ) -> String {
        let text = format!("{what} raised {error}");
        let value = error.value(py).clone().into_any().unbind();
        self.failed(py, error, instance, what, None);
        if let Some(bond) = Bond::find(instance) {
            self.note_failure(py, bond.get().raw_key(), value);
        }
        text
    }

    /// Notes what an actor has failed with, if it does not end for another reason already.
    pub(crate) fn note_failure(&self, py: Python<'_>, key: u64, value: Py<PyAny>) {
        let mut late = Some(value);
        {
            let mut actors = self.store(py).actors.borrow_mut();
            if let Some(entry) =
                actors.get(key).filter(|entry| entry.known().is_none_or(|more| more.cause.is_none()))
            {
                entry.more().cause = Some(("failed", late.take()));
            }
        }
        // With an exception go its frames, and what these hold: not while anything is borrowed.
        drop(late);
    }

    /// Why an incarnation ended is what the next one is told.
    fn pass_cause_on(&self, py: Python<'_>, key: u64) {
        let older = {
            let mut actors = self.store(py).actors.borrow_mut();
            actors.get(key).map(|entry| {
                let more = entry.more();
                let cause = more.cause.take();
                std::mem::replace(&mut more.last_cause, cause)
            })
        };
        drop(older);
    }

    /// An incarnation is to stop in further turns: it takes no messages any more, and its coroutines are over.
    pub(crate) fn incarnation_stops(&self, py: Python<'_>, key: u64) {
        let tasks = {
            let mut actors = self.store(py).actors.borrow_mut();
            let Some(entry) = actors.get(key) else { return };
            entry.busy = false;
            entry.stage = Stage::Stopping;
            std::mem::take(&mut entry.more().tasks)
        };
        self.abandon_tasks(py, tasks);
    }

    fn abandon_tasks(&self, py: Python<'_>, tasks: Vec<u64>) {
        for task in tasks {
            let Some(task) = self.store(py).tasks.borrow_mut().take(task) else { continue };
            crate::driver::abandon(py, self, task);
        }
    }

    /// What was for this incarnation only is gone with it.
    fn discard_bound(&self, py: Python<'_>, key: u64) {
        let stash = match self.store(py).actors.borrow_mut().get(key) {
            Some(entry) => std::mem::take(&mut entry.more().stash),
            None => return,
        };
        let is_bound = |&message: &u64| {
            let mut messages = self.store(py).messages.borrow_mut();
            messages.get(message).is_some_and(|message| message.bound)
        };
        let (bound, rest): (Vec<u64>, Vec<u64>) = stash.into_iter().partition(is_bound);
        if let Some(entry) = self.store(py).actors.borrow_mut().get(key) {
            entry.more().stash.extend(rest);
        }
        for message in bound {
            self.discard(py, message);
        }
    }

    /// The value of a supervised actor is dropped: its timers and coroutines go with it. The rest stays until it has ended for good.
    pub(crate) fn incarnation_ended(&self, py: Python<'_>, key: u64) {
        let store = self.store(py);
        let (timers, tasks) = {
            let mut actors = store.actors.borrow_mut();
            let Some(entry) = actors.get(key) else { return };
            entry.busy = false;
            entry.stage = Stage::Usual;
            (std::mem::take(&mut entry.more().timers), std::mem::take(&mut entry.more().tasks))
        };
        self.discard_bound(py, key);
        for timer in timers {
            let timer = store.timers.borrow_mut().take(timer);
            drop(timer);
        }
        self.abandon_tasks(py, tasks);
    }
}

/// Clears an instance, but for its bond, and initialises it again.
fn anew(instance: &Bound<'_, PyAny>, origin: Option<Origin<'_>>) -> PyResult<()> {
    let py = instance.py();
    if let Ok(attributes) = instance.getattr(pyo3::intern!(py, "__dict__")) {
        let bond = Bond::of(instance)?;
        attributes.call_method0(pyo3::intern!(py, "clear"))?;
        Bond::put(instance, &bond)?;
    }
    let Some(Origin { args, kwargs, .. }) = origin else { return Ok(()) };
    instance.getattr(pyo3::intern!(py, "__init__"))?.call(args, kwargs.as_ref())?;
    Ok(())
}
