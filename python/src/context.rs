//! `Context`: what an actor may do besides computing. And `Timer`.

use crate::actor::label;
use crate::bridge::Bridge;
use crate::driver;
use crate::errors::{self, not_picklable};
use crate::given::Collected;
use crate::held::Held;
use crate::hosting;
use crate::lifecycle::Hook;
use crate::owner_cell::Used;
use crate::reference::{self, Ref};
use crate::reply::Reply;
use crate::runtime::RuntimeBase;
use crate::spawn::{spawn, spawn_with};
use crate::store::Due;
use crate::supervised::{Options, gone, seconds};
use crate::timers::Timer;
use crate::timers::nanoseconds;
use actor_rt::ActorId;
use actor_rt::supervision::{Interval, Missed};
use pyo3::PyTraverseError;
use pyo3::exceptions::PyValueError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::rc::Rc;

/// The surroundings of an actor: `self.ctx`.
#[pyclass(frozen, generic, module = "actor_rt")]
pub struct Context {
    actor: Held,
}

impl Context {
    pub(crate) fn new(actor: Held) -> Self {
        Context { actor }
    }

    fn bridge(&self, py: Python<'_>) -> PyResult<Rc<Bridge>> {
        self.actor.bond().bridge_for(py, Used::Context)
    }

    /// The runtime's inside and the actor's id, if its class has this hook.
    fn hooked(&self, py: Python<'_>, hook: Hook) -> PyResult<(Rc<Bridge>, ActorId)> {
        let bridge = self.bridge(py)?;
        let bond = self.actor.bond();
        let hooks = bridge.store(py).actors.borrow_mut().get(bond.raw_key()).map(|entry| entry.hooks);
        hooks.ok_or_else(|| errors::ActorStopped::new_err("the actor has ended"))?.need(hook)?;
        Ok((bridge, bond.id()))
    }

    /// Until when the ask may be answered whose handler runs, on our own driver or as a task of the host's.
    fn until(&self, py: Python<'_>) -> PyResult<u64> {
        let bridge = self.bridge(py)?;
        let key = self.actor.bond().raw_key();
        if bridge.current.get() == key {
            Ok(bridge.until.get())
        } else {
            Ok(driver::host_until(py, &bridge, key))
        }
    }

    fn arm(
        &self,
        py: Python<'_>,
        deadline: u64,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Timer> {
        let call = reference::call(&self.actor, &Collected(args, kwargs))?;
        self.arm_due(py, Due::Tell(call), deadline)
    }

    fn arm_due(&self, py: Python<'_>, due: Due, deadline: u64) -> PyResult<Timer> {
        let bond = self.actor.bond();
        let key = self.bridge(py)?.arm(py, bond.raw_key(), due, deadline)?;
        Ok(Timer::new(bond.runtime().clone_ref(py), key))
    }
}

#[pymethods]
impl Context {
    /// The actor's own reference, to give away.
    #[getter]
    fn r#ref(&self, py: Python<'_>) -> PyResult<Ref> {
        self.bridge(py)?;
        Ok(Ref::new(self.actor.clone_ref(py)))
    }

    /// The runtime.
    #[getter]
    fn runtime(&self, py: Python<'_>) -> PyResult<Py<RuntimeBase>> {
        self.bridge(py)?;
        Ok(self.actor.bond().runtime().clone_ref(py))
    }

    /// The time in seconds of the runtime's clock. All handlers of a step see the same.
    #[getter]
    fn now(&self, py: Python<'_>) -> PyResult<f64> {
        Ok(self.bridge(py)?.now_ns(py)? as f64 / 1e9)
    }

    /// Until when the ask may be answered whose handler runs, in seconds of the runtime's clock. None if it is no ask, or one without a deadline.
    #[getter]
    fn deadline(&self, py: Python<'_>) -> PyResult<Option<f64>> {
        let until = self.until(py)?;
        Ok((until != u64::MAX).then_some(until as f64 / 1e9))
    }

    /// How many seconds are left until then; 0.0 if none are. For what the handler asks in turn: `other.ask(...).within(self.ctx.remaining)`.
    ///
    /// >>> class Careful(art.Actor):
    /// ...     def left(self) -> float | None:
    /// ...         return self.ctx.remaining
    /// >>> reply = rt.spawn(Careful).ask(Careful.left).within(5.0)
    /// >>> clock.advance(2.0)
    /// >>> rt.run_until(reply)
    /// 3.0
    #[getter]
    fn remaining(&self, py: Python<'_>) -> PyResult<Option<f64>> {
        let until = self.until(py)?;
        let left = until.saturating_sub(self.bridge(py)?.now_ns(py)?);
        Ok((until != u64::MAX).then_some(left as f64 / 1e9))
    }

    /// The actor's logger: that of its class, `actor_rt.Counter`, with `Counter#7` in front of what it says and as `actor` in the record.
    #[getter]
    fn log<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let actor = self.actor.actor(py);
        errors::actor_logger(py)?.call1((actor.get_type().name()?, label(actor)))
    }

    /// Sends a message to the actor itself in `delay` seconds. It is withdrawn if the actor ends.
    #[pyo3(signature = (delay, /, *args, **kwargs), text_signature = "($self, delay, method, /, *args, **kwargs)")]
    fn after(
        &self,
        py: Python<'_>,
        delay: f64,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Timer> {
        let deadline = self.bridge(py)?.deadline(py, delay)?;
        self.arm(py, deadline, args, kwargs)
    }

    /// Sends a message to the actor itself at a time of the runtime's clock.
    #[pyo3(signature = (when, /, *args, **kwargs), text_signature = "($self, when, method, /, *args, **kwargs)")]
    fn at(
        &self,
        py: Python<'_>,
        when: f64,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Timer> {
        self.bridge(py)?;
        self.arm(py, nanoseconds(when)?, args, kwargs)
    }

    /// Sends a message to the actor itself every `period` seconds, the first one in a period, until the timer is cancelled or the actor ends.
    /// They lie on a grid: one that is late delays no other, and while one waits no other comes.
    ///
    /// >>> class Pulse(art.Actor):
    /// ...     def __init__(self) -> None:
    /// ...         self.timer = self.ctx.every(1.0, Pulse.beat)
    /// ...     def beat(self) -> None:
    /// ...         print(self.ctx.now)
    /// >>> pulse = rt.spawn(Pulse)
    /// >>> for seconds in (1.0, 1.25, 0.75):
    /// ...     clock.advance(seconds)
    /// ...     _ = rt.run_until_idle()
    /// 1.0
    /// 2.25
    /// 3.0
    #[pyo3(signature = (period, /, *args, **kwargs), text_signature = "($self, period, method, /, *args, **kwargs)")]
    fn every(
        &self,
        py: Python<'_>,
        period: f64,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Timer> {
        let next = self.bridge(py)?.deadline(py, period)?;
        // One that is shorter is none: it would never be done.
        let period = next.saturating_sub(self.bridge(py)?.now_ns(py)?);
        if period == 0 {
            return Err(PyValueError::new_err("period is a number of seconds, more than 0"));
        }
        let call = reference::call(&self.actor, &Collected(args, kwargs))?;
        self.arm_due(py, Due::Every { call, period, next, waits: false }, next)
    }

    /// Has another thread call `function(*args, **kwargs)`: what blocks without a loop of its own, or computes for long. See `Runtime.offload`.
    #[pyo3(signature = (*args, **kwargs), text_signature = "($self, function, /, *args, **kwargs)")]
    fn offload(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        self.bridge(py)?;
        let runtime = self.actor.bond().runtime().bind(py);
        Ok(runtime.getattr(pyo3::intern!(py, "offload"))?.call(args, kwargs)?.unbind())
    }

    /// A reply that comes in `delay` seconds, for `await`.
    fn sleep(&self, py: Python<'_>, delay: f64) -> PyResult<Py<Reply>> {
        let bridge = self.bridge(py)?;
        let deadline = bridge.deadline(py, delay)?;
        let reply = Reply::new(py, self.actor.bond().runtime(), 0)?;
        bridge.arm(py, 0, Due::Wake(reply.clone_ref(py)), deadline)?;
        Ok(reply)
    }

    /// Starts a timer that ticks once in `delay` seconds, under a number of the actor's choice: its `on_timer` is told. What had the number
    /// before is stopped, also if it was due.
    ///
    /// >>> import actor_rt as art
    /// >>> class Line(art.Actor):
    /// ...     def heard(self) -> None:
    /// ...         self.ctx.start_timer(1, 1.0)
    /// ...
    /// ...     def on_timer(self, number: int, ticks: int) -> None:
    /// ...         print("quiet for a second")
    /// >>> clock = art.ManualClock()
    /// >>> with art.Runtime(clock=clock) as rt:
    /// ...     line = rt.spawn(Line)
    /// ...     for wait in (0.9, 0.9, 1.0):
    /// ...         line.tell(Line.heard)
    /// ...         handled = rt.run_until_idle()
    /// ...         clock.advance(wait)
    /// ...     handled = rt.run_until_idle()
    /// quiet for a second
    fn start_timer(&self, py: Python<'_>, number: u64, delay: f64) -> PyResult<()> {
        let (bridge, id) = self.hooked(py, Hook::Timer)?;
        bridge.door.start_timer(id, number, seconds("delay", delay)?).map_err(gone)?;
        bridge.flush(py);
        Ok(())
    }

    /// Starts a timer that ticks every `period` seconds, the first time after `first` seconds or one period, under a number of the actor's
    /// choice. The ticks lie on a grid: one that is late delays no other. Late ones are told together ("coalesce"), one by one ("burst"), or
    /// once ("skip").
    ///
    /// >>> import actor_rt as art
    /// >>> class Clock(art.Actor):
    /// ...     def on_started(self) -> None:
    /// ...         self.ctx.start_interval(1, 1.0)
    /// ...
    /// ...     def on_timer(self, number: int, ticks: int) -> None:
    /// ...         print(ticks)
    /// >>> clock = art.ManualClock()
    /// >>> with art.Runtime(clock=clock) as rt:
    /// ...     actor = rt.spawn(Clock)
    /// ...     for wait in (3.5, 0.5):
    /// ...         handled = rt.run_until_idle()
    /// ...         clock.advance(wait)
    /// ...     handled = rt.run_until_idle()
    /// 3
    /// 1
    #[pyo3(signature = (number, period, *, first = None, missed = "coalesce"))]
    fn start_interval(
        &self,
        py: Python<'_>,
        number: u64,
        period: f64,
        first: Option<f64>,
        missed: &str,
    ) -> PyResult<()> {
        let (bridge, id) = self.hooked(py, Hook::Timer)?;
        let missed = match missed {
            "coalesce" => Missed::Coalesce,
            "burst" => Missed::Burst,
            "skip" => Missed::Skip,
            other => {
                return Err(PyValueError::new_err(format!(
                    "missed is one of coalesce, burst, skip, not {other:?}"
                )));
            }
        };
        let period = seconds("period", period)?;
        if period.is_zero() {
            return Err(PyValueError::new_err("period is a number of seconds, more than 0"));
        }
        let mut interval = Interval::new(period).missed(missed);
        if let Some(first) = first {
            interval = interval.first(seconds("first", first)?);
        }
        bridge.door.start_interval(id, number, interval).map_err(gone)?;
        bridge.flush(py);
        Ok(())
    }

    /// Stops the timer of this number: it does not tick any more, even if it was due. False if there is none, or it has ticked its only time.
    ///
    /// >>> import actor_rt as art
    /// >>> class Cook(art.Actor):
    /// ...     def on_timer(self, number: int, ticks: int) -> None: ...
    /// ...
    /// ...     def cook(self) -> tuple[bool, bool]:
    /// ...         self.ctx.start_timer(7, 60.0)
    /// ...         return self.ctx.stop_timer(7), self.ctx.stop_timer(7)
    /// >>> with art.Runtime(clock=art.ManualClock()) as rt:
    /// ...     rt.run_until(rt.spawn(Cook).ask(Cook.cook))
    /// (True, False)
    fn stop_timer(&self, py: Python<'_>, number: u64) -> PyResult<bool> {
        let bridge = self.bridge(py)?;
        bridge.door.stop_timer(self.actor.bond().id(), number).map_err(gone)
    }

    /// Calls `on_run` from now on, as often as that says: when no message waits for the actor and all other work of the step is done.
    ///
    /// >>> import actor_rt as art
    /// >>> class Tidy(art.Actor):
    /// ...     def on_started(self) -> None:
    /// ...         self.ctx.keep_running()
    /// ...
    /// ...     def on_run(self) -> float | None:
    /// ...         print("tidy")
    /// ...         return None
    /// >>> with art.Runtime(clock=art.ManualClock()) as rt:
    /// ...     actor = rt.spawn(Tidy)
    /// ...     handled = rt.run_until_idle()
    /// tidy
    fn keep_running(&self, py: Python<'_>) -> PyResult<()> {
        let (bridge, id) = self.hooked(py, Hook::Run)?;
        bridge.door.keep_running(id).map_err(gone)?;
        bridge.flush(py);
        Ok(())
    }

    /// Whether `on_exit` is told of the ends of those that the actor is linked to (that is so from the start, if its class has one), or it
    /// fails with them.
    ///
    /// >>> import actor_rt as art
    /// >>> class Survivor(art.Actor):
    /// ...     def on_exit(self, exit: art.Exit) -> None:
    /// ...         print(exit.kind)
    /// ...         self.ctx.trap_exits(False)
    /// >>> with art.Runtime(clock=art.ManualClock()) as rt:
    /// ...     survivor, one, two = rt.spawn(Survivor), rt.spawn(art.Actor), rt.spawn(art.Actor)
    /// ...     for other in (one, two):
    /// ...         survivor.link(other)
    /// ...         other.kill()
    /// ...         handled = rt.run_until_idle()
    /// ...         print(survivor.alive)
    /// killed
    /// True
    /// False
    #[pyo3(signature = (traps = true))]
    fn trap_exits(&self, py: Python<'_>, traps: bool) -> PyResult<()> {
        let (bridge, id) = self.hooked(py, Hook::Exit)?;
        bridge.door.trap_by_hook(id, traps).map_err(gone)
    }

    /// Makes an actor that this one supervises: `Runtime.supervise_under` with itself.
    ///
    /// >>> import actor_rt as art
    /// >>> class Boss(art.Actor):
    /// ...     def hire(self) -> None:
    /// ...         self.worker = self.ctx.supervise(art.Supervision(), art.Actor)
    /// >>> with art.Runtime(clock=art.ManualClock()) as rt:
    /// ...     boss = rt.spawn(Boss)
    /// ...     rt.run_until(boss.ask(Boss.hire))
    /// ...     len(boss.children())
    /// 1
    #[pyo3(
        signature = (supervision, /, *args, **kwargs),
        text_signature = "($self, supervision, cls, /, *args, **kwargs)"
    )]
    fn supervise(
        &self,
        py: Python<'_>,
        supervision: Options,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Ref> {
        self.bridge(py)?;
        let bond = self.actor.bond();
        spawn_with(bond.runtime().bind(py), args, kwargs, Some((&supervision, Some(bond.id()))))
    }

    /// Has the host call `function(*args, **kwargs)`, when the step is done: what blocks in a loop of its own, as a modal dialog does. The reply
    /// gets what it returns, or raises.
    ///
    /// >>> class Form(art.Actor):
    /// ...     async def save(self) -> None:
    /// ...         print("saved as", await self.ctx.host_call(dialog, "name?"))
    /// >>> def dialog(question: str) -> str:
    /// ...     return "report"
    /// >>> form = rt.spawn(Form)
    /// >>> rt.run_until(form.ask(Form.save))
    /// saved as report
    #[pyo3(signature = (*args, **kwargs), text_signature = "($self, function, /, *args, **kwargs)")]
    fn host_call(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<Reply>> {
        self.bridge(py)?;
        hosting::queue(self.actor.bond().runtime().bind(py), args, kwargs)
    }

    /// Ends the actor when the running handler is done. Messages that wait for it are not going to be handled.
    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        let bond = self.actor.bond();
        let bridge = self.bridge(py)?;
        if bond.is_alive() {
            let _ = bridge.door.stop(bond.id());
            bridge.flush(py);
        }
        Ok(())
    }

    /// Makes another actor in the same runtime.
    #[pyo3(signature = (*args, **kwargs), text_signature = "($self, cls, /, *args, **kwargs)")]
    fn spawn(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Ref> {
        self.bridge(py)?;
        spawn(self.actor.bond().runtime().bind(py), args, kwargs)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Context of {}>", label(self.actor.actor(py)))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Context"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.actor.traverse(&visit)
    }
}
