//! What an actor is told of its own life, of its children and of those that it is linked to: the hooks of its class.
//!
//! A class is looked through once, when it is made (`actor_rt/_actor.py`); what it has of hooks are bits from then on, and the kernel calls
//! none for an actor without. A hook is a turn besides the messages: it passes those that wait, and a coroutine that the actor waits for.

use crate::args::Args;
use crate::bridge::{self, Bridge};
use crate::driver;
use crate::errors;
use crate::kernel_actor::{PyActor, is_awaitable};
use crate::prepare;
use crate::reference::Ref;
use crate::spawn;
use crate::store::{Call, Cause, Message, Purpose};
use actor_rt::supervision::{
    ChildEvent, Escalation, Exit, ExitKind, Lifecycle, Phase, Reaction, Run, Stopping, SystemMessage,
};
use actor_rt::{ActorId, Cx, StopCause};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use std::time::Duration;

/// The hooks, by the numbers of their bits: in the order of `HOOKS` in `actor_rt/_actor.py`.
#[derive(Clone, Copy)]
pub(crate) enum Hook {
    Prepare,
    Started,
    Restart,
    /// An `on_stop` that is a coroutine: it may take several turns. The kernel calls any other one when the actor ends.
    Stop,
    Child,
    Escalated,
    System,
    Timer,
    Run,
    Exit,
}

impl Hook {
    fn name(self) -> &'static str {
        match self {
            Hook::Prepare => "on_prepare",
            Hook::Started => "on_started",
            Hook::Restart => "on_restart",
            Hook::Stop => "on_stop",
            Hook::Child => "on_child",
            Hook::Escalated => "child_escalated",
            Hook::System => "on_system",
            Hook::Timer => "on_timer",
            Hook::Run => "on_run",
            Hook::Exit => "on_exit",
        }
    }
}

/// The hooks that a class has.
#[derive(Clone, Copy, Default)]
pub(crate) struct HookSet(u32);

impl HookSet {
    /// Those of an instance's class.
    pub(crate) fn of(instance: &Bound<'_, PyAny>) -> PyResult<Self> {
        HookSet::of_class(&instance.get_type())
    }

    /// Those of a class.
    pub(crate) fn of_class(class: &Bound<'_, PyAny>) -> PyResult<Self> {
        class.getattr(pyo3::intern!(class.py(), "__actor_hooks__"))?.extract().map(HookSet)
    }

    pub(crate) fn has(self, hook: Hook) -> bool {
        self.0 & 1 << hook as u32 != 0
    }

    /// Whether there are any that the kernel calls.
    pub(crate) fn are_heard(self) -> bool {
        self.0 & !(1 << Hook::Prepare as u32) != 0
    }

    /// Whether the ends of others are heard of.
    pub(crate) fn hear_ends(self) -> bool {
        self.has(Hook::Child) || self.has(Hook::Escalated) || self.has(Hook::Exit)
    }

    /// Refuses what only this hook can serve.
    pub(crate) fn need(self, hook: Hook) -> PyResult<()> {
        if self.has(hook) {
            return Ok(());
        }
        let name = hook.name();
        Err(PyTypeError::new_err(format!(
            "the actor's class has no {name}, so that nobody would be told: define it"
        )))
    }
}

/// What the kernel calls a system message, for Python and from there.
pub(crate) const SYSTEM_MESSAGES: [(&str, SystemMessage); 6] = [
    ("start", SystemMessage::Start),
    ("pause", SystemMessage::Pause),
    ("resume", SystemMessage::Resume),
    ("execute", SystemMessage::Execute),
    ("ping", SystemMessage::Ping),
    ("terminate", SystemMessage::Terminate),
];

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Starting => "starting",
        Phase::Stopping => "stopping",
        _ => "running",
    }
}

/// `Exit(…)`.
pub(crate) fn exit<'py>(py: Python<'py>, bridge: &Bridge, exit: &Exit) -> PyResult<Bound<'py, PyAny>> {
    let kind = match exit.kind {
        ExitKind::Stopped => "stopped",
        ExitKind::Failed => "failed",
        ExitKind::Killed => "killed",
        ExitKind::Dropped => "dropped",
        ExitKind::NoActor => "no_actor",
        _ => "lost",
    };
    let actor = bridge.reference_of(py, exit.actor);
    errors::exit(py)?.call1((exit.actor.0, actor, kind, phase(exit.phase), exit.reason.as_deref()))
}

impl Bridge {
    /// The reference to an actor that lives, or has ended just now.
    pub(crate) fn reference_of(&self, py: Python<'_>, id: ActorId) -> Option<Ref> {
        let ended = {
            let ended = self.store(py).ended.borrow();
            ended.get(&id.0).map(|(instance, _)| instance.clone_ref(py))
        };
        ended.and_then(|actor| Ref::of(actor.bind(py)).ok()).or_else(|| self.reference(py, id))
    }

    /// `StopCause(…)` for the end of an actor, or of an incarnation of it, that this is the kernel's cause of.
    pub(crate) fn explain<'py>(
        &self,
        py: Python<'py>,
        id: ActorId,
        cause: &StopCause,
    ) -> PyResult<Bound<'py, PyAny>> {
        let clone = |(kind, error): &Cause| (*kind, error.as_ref().map(|error| error.clone_ref(py)));
        let ended = self.store(py).ended.borrow().get(&id.0).map(|(_, cause)| clone(cause));
        let known = ended.or_else(|| {
            let key = self.key_of(id)?;
            let mut actors = self.store(py).actors.borrow_mut();
            actors.get(key)?.known()?.last_cause.as_ref().map(clone)
        });
        let known = known.unwrap_or((bridge::kind(cause), None));
        spawn::stop_cause(py, known, spawn::text(cause).as_deref())
    }

    /// `ChildEvent(…)` of a child that has ended.
    pub(crate) fn ended<'py>(
        &self,
        py: Python<'py>,
        child: ActorId,
        cause: &StopCause,
        (in_phase, reason): (Phase, Option<&str>),
    ) -> PyResult<Bound<'py, PyAny>> {
        let why = self.explain(py, child, cause)?;
        let actor = self.reference_of(py, child);
        errors::child_event(py)?.call1(("ended", child.0, actor, why, phase(in_phase), reason))
    }
}

impl PyActor {
    /// Calls a hook. None if it raised, or there is none.
    fn call_hook<'py>(
        &mut self,
        py: Python<'py>,
        cx: &mut Cx<'_, Self>,
        hook: Hook,
        argument: PyResult<Vec<Bound<'py, PyAny>>>,
    ) -> Option<(Call, Bound<'py, PyAny>)> {
        let bridge = self.bridge();
        let instance = bridge.instance(py, self.key())?;
        let call = argument.and_then(|arguments| {
            let args = Args::new(&instance, arguments.into_iter())?;
            Ok(Call { args, ..prepare::call(&instance, hook.name())? })
        });
        match call {
            Ok(call) => match self.invoke(py, &call) {
                Ok(value) => Some((call, value)),
                Err(error) => {
                    self.fail(py, cx, error, &call, None);
                    None
                }
            },
            Err(error) => {
                bridge.failed(py, error, &instance, hook.name(), None);
                None
            }
        }
    }

    /// Tells the actor something. A hook that is a coroutine holds nothing up.
    fn tell(
        &mut self,
        py: Python<'_>,
        cx: &mut Cx<'_, Self>,
        hook: Hook,
        argument: PyResult<Vec<Bound<'_, PyAny>>>,
    ) {
        if let Some((call, value)) = self.call_hook(py, cx, hook, argument) {
            if is_awaitable(&value) {
                self.start(py, cx, value, Message::new(call, None), (Purpose::Handler, false));
            }
        }
    }

    /// What a hook decides, by the name that it returns; None is the default. Any other value fails the actor.
    fn decide<T: Copy + Default>(
        &mut self,
        py: Python<'_>,
        cx: &mut Cx<'_, Self>,
        hook: Hook,
        argument: PyResult<Vec<Bound<'_, PyAny>>>,
        known: &[(&str, T)],
    ) -> T {
        let Some((call, value)) = self.call_hook(py, cx, hook, argument) else { return T::default() };
        if value.is_none() {
            return T::default();
        }
        let said = value.extract::<String>().unwrap_or_default();
        if let Some((_, decision)) = known.iter().find(|(name, _)| *name == said) {
            return *decision;
        }
        if is_awaitable(&value) {
            driver::close(&value);
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let error = format!("{} returns one of {} or None, not {value}", call.name(py), names.join(", "));
        self.fail(py, cx, PyValueError::new_err(error), &call, None);
        T::default()
    }

    /// The first turn of one that nobody supervises.
    pub(crate) fn begin(&mut self, py: Python<'_>, cx: &mut Cx<'_, Self>) {
        let held = {
            let bridge = self.bridge();
            let mut actors = bridge.store(py).actors.borrow_mut();
            actors.get(self.key()).and_then(|entry| entry.more().begins.take())
        };
        self.prepare(py, cx);
        drop(held);
    }

    fn prepare(&mut self, py: Python<'_>, cx: &mut Cx<'_, Self>) {
        if !self.hooks.has(Hook::Prepare) {
            return self.started(py, cx);
        }
        let Some((call, value)) = self.call_hook(py, cx, Hook::Prepare, Ok(Vec::new())) else { return };
        if is_awaitable(&value) {
            self.start(py, cx, value, Message::new(call, None), (Purpose::Begin, true));
        } else {
            self.started(py, cx);
        }
    }

    pub(crate) fn started(&mut self, py: Python<'_>, cx: &mut Cx<'_, Self>) {
        if self.hooks.has(Hook::Started) {
            self.tell(py, cx, Hook::Started, Ok(Vec::new()));
        }
    }
}

impl Lifecycle for PyActor {
    fn on_started(&mut self, cx: &mut Cx<'_, Self>) {
        Python::attach(|py| self.started(py, cx));
    }

    fn on_restart(&mut self, cx: &mut Cx<'_, Self>, cause: &StopCause) {
        if !self.hooks.has(Hook::Restart) {
            return;
        }
        Python::attach(|py| {
            let cause = self.bridge().explain(py, cx.this().actor_id(), cause);
            self.tell(py, cx, Hook::Restart, cause.map(|cause| vec![cause]));
        });
    }

    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, cause: &StopCause) -> Stopping {
        if !self.hooks.has(Hook::Stop) || self.bridge().abandoned.get() {
            return Stopping::Done;
        }
        Python::attach(|py| {
            let cause = self.own_cause(py, cause).map(|cause| vec![cause]);
            self.begin_to_stop(py);
            match self.call_hook(py, cx, Hook::Stop, cause) {
                Some((call, value)) if is_awaitable(&value) => {
                    self.start(py, cx, value, Message::new(call, None), (Purpose::Stop, false));
                    Stopping::Pending
                }
                _ => Stopping::Done,
            }
        })
    }

    fn on_child(&mut self, cx: &mut Cx<'_, Self>, event: &mut ChildEvent) {
        if !self.hooks.has(Hook::Child) {
            return;
        }
        Python::attach(|py| {
            let bridge = self.bridge();
            let told = match event {
                ChildEvent::Started { child } => errors::child_event(py)
                    .and_then(|class| class.call1(("started", child.0, bridge.reference_of(py, *child)))),
                ChildEvent::Restarted { child, cause } => errors::child_event(py).and_then(|class| {
                    let why = bridge.explain(py, *child, cause)?;
                    class.call1(("restarted", child.0, bridge.reference_of(py, *child), why))
                }),
                ChildEvent::Ended { child, phase, cause, reason, .. } => {
                    bridge.ended(py, *child, cause, (*phase, reason.as_deref()))
                }
                _ => return,
            };
            self.tell(py, cx, Hook::Child, told.map(|told| vec![told]));
        });
    }

    fn child_escalated(&mut self, cx: &mut Cx<'_, Self>, child: ActorId, cause: &StopCause) -> Escalation {
        if !self.hooks.has(Hook::Escalated) {
            return Escalation::default();
        }
        Python::attach(|py| {
            let told = self.bridge().ended(py, child, cause, (Phase::Running, None));
            let known = [
                ("restart", Escalation::Restart),
                ("stop", Escalation::Stop),
                ("ignore", Escalation::Ignore),
            ];
            self.decide(py, cx, Hook::Escalated, told.map(|told| vec![told]), &known)
        })
    }

    fn on_system(&mut self, cx: &mut Cx<'_, Self>, message: SystemMessage) -> Reaction {
        let name = SYSTEM_MESSAGES.iter().find(|(_, known)| *known == message);
        let (true, Some((name, _))) = (self.hooks.has(Hook::System), name) else { return Reaction::Usual };
        Python::attach(|py| {
            let name = name.into_pyobject(py).map(|name| vec![name.into_any()]).map_err(PyErr::from);
            let known = [("usual", Reaction::Usual), ("handled", Reaction::Handled)];
            self.decide(py, cx, Hook::System, name, &known)
        })
    }

    fn on_timer(&mut self, cx: &mut Cx<'_, Self>, number: u64, ticks: u32) {
        Python::attach(|py| {
            let told = (number, ticks).into_pyobject(py).map(|told| told.iter().collect());
            self.tell(py, cx, Hook::Timer, told);
        });
    }

    fn on_run(&mut self, cx: &mut Cx<'_, Self>) -> Run {
        Python::attach(|py| {
            let Some((call, value)) = self.call_hook(py, cx, Hook::Run, Ok(Vec::new())) else {
                return Run::Done;
            };
            if value.is_none() {
                return Run::Done;
            }
            let wait = value.extract::<f64>().ok().and_then(|wait| Duration::try_from_secs_f64(wait).ok());
            match wait {
                Some(Duration::ZERO) => Run::Again,
                Some(wait) => Run::After(wait),
                None => {
                    if is_awaitable(&value) {
                        driver::close(&value);
                    }
                    let name = call.name(py);
                    let error = format!("{name} returns None or a number of seconds, 0 or more, not {value}");
                    self.fail(py, cx, PyValueError::new_err(error), &call, None);
                    Run::Done
                }
            }
        })
    }

    fn on_exit(&mut self, cx: &mut Cx<'_, Self>, told: &Exit) {
        if !self.hooks.has(Hook::Exit) {
            return;
        }
        Python::attach(|py| {
            let told = exit(py, &self.bridge(), told);
            self.tell(py, cx, Hook::Exit, told.map(|told| vec![told]));
        });
    }
}
