//! Keeping watch: pings, the heartbeat, the byte budget; and the watchdog, which other threads read.
//!
//! What a closure of the kernel calls lies in the store, as all values of Python's; the closure has its key, and with the closure it goes.

use crate::actor::label;
use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::errors::{self, ReplyDropped, in_destructor, not_picklable};
use crate::owner_cell::GilCell;
use crate::reply::{Reply, Settle};
use crate::store::Store;
use crate::supervised::{not_started, seconds};
use actor_rt::mailbox::{ByteBudget, Water};
use actor_rt::services::{Heartbeat, Pulse};
use actor_rt::{ActorId, Fwd, IdError, Ret, introspection};
use pyo3::call::PyCallArgs;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::rc::Rc;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// A value of Python's that a closure of the kernel keeps.
pub(crate) struct Kept {
    pub bridge: Rc<Bridge>,
    key: u64,
}

impl Kept {
    pub(crate) fn new(py: Python<'_>, bridge: &Rc<Bridge>, value: Py<PyAny>) -> Self {
        let key = bridge.store(py).kept.borrow_mut().insert(value);
        Kept { bridge: Rc::clone(bridge), key }
    }

    /// None once the runtime has let go of everything.
    pub(crate) fn get(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.bridge.store(py).kept.borrow_mut().get(self.key).map(|value| value.clone_ref(py))
    }

    /// Calls it, if it is a function. What it raises goes where the exceptions of handlers go.
    pub(crate) fn call(&self, py: Python<'_>, argument: PyResult<Bound<'_, PyAny>>, what: &str) {
        self.call_with(py, argument.map(|argument| (argument,)), what);
    }

    /// The same for what it returns; None if it raised something.
    pub(crate) fn call_with<'py>(
        &self,
        py: Python<'py>,
        args: PyResult<impl PyCallArgs<'py>>,
        what: &str,
    ) -> Option<Bound<'py, PyAny>> {
        let function = self.get(py)?.into_bound(py);
        match args.and_then(|args| function.call1(args)) {
            Ok(result) => Some(result),
            Err(error) => {
                self.bridge.failed(py, error, &function, what, None);
                None
            }
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        in_destructor(|py| {
            let value = self.bridge.store(py).kept.borrow_mut().take(self.key);
            drop(value);
        });
    }
}

/// Asks an actor whether it is well; the reply gets how many seconds that took.
pub(crate) fn ping(
    py: Python<'_>,
    bridge: &Rc<Bridge>,
    actor: ActorId,
    reply: &Py<Reply>,
) -> Result<(), IdError> {
    let kept = Kept::new(py, bridge, reply.clone_ref(py).into_any());
    let pong = Ret::new(move |took: Option<Duration>| {
        in_destructor(|py| {
            let Some(reply) = kept.get(py) else { return };
            let Ok(reply) = reply.into_bound(py).cast_into::<Reply>() else { return };
            let answer = match took {
                Some(took) => Ok(took.as_secs_f64()),
                None => Err(ReplyDropped::new_err("the actor ended before it answered the ping")),
            };
            let answer = answer.and_then(|took| Ok(took.into_pyobject(py)?.into_any().unbind()));
            reply.unbind().resolve(py, answer);
        });
    });
    bridge.door.ping(actor, pong)?;
    bridge.flush(py);
    Ok(())
}

/// Starts a heartbeat, whose reports `report` gets.
pub(crate) fn heartbeat(
    py: Python<'_>,
    bridge: &Rc<Bridge>,
    cycle: f64,
    (patience, restart): (u32, bool),
    report: Option<Py<PyAny>>,
) -> PyResult<ActorId> {
    let cycle = seconds("cycle", cycle)?;
    if cycle.is_zero() {
        return Err(PyValueError::new_err("cycle is a number of seconds, more than 0"));
    }
    let mut beat = Heartbeat::new(cycle).patience(patience);
    if restart {
        beat = beat.restarting();
    }
    let told = report.map(|report| Kept::new(py, bridge, report));
    let report = Fwd::new(move |pulse: Pulse| {
        let (Some(told), Some((actor, cycles, latency))) = (&told, parts(pulse)) else { return };
        in_destructor(|py| {
            let id = actor.0;
            let actor = told.bridge.reference(py, actor);
            let pulse = errors::pulse(py).and_then(|class| class.call1((actor, cycles, latency, id)));
            told.call(py, pulse, "the report of a heartbeat");
        });
    });
    let heart = beat.spawn_through(&bridge.door, report).map_err(not_started)?;
    bridge.flush(py);
    Ok(heart.actor_id())
}

/// Whom a report is about, how many cycles it did not answer, and how many seconds its answer took.
fn parts(pulse: Pulse) -> Option<(ActorId, u32, Option<f64>)> {
    match pulse {
        Pulse::Unresponsive { actor, cycles } => Some((actor, cycles, None)),
        Pulse::Recovered { actor, latency } => Some((actor, 0, Some(latency.as_secs_f64()))),
        _ => None,
    }
}

/// Has `told` called when the queues pass a mark; None for nobody.
pub(crate) fn set_byte_budget(
    py: Python<'_>,
    bridge: &Rc<Bridge>,
    (low, high): (usize, usize),
    told: Option<Py<PyAny>>,
) -> PyResult<()> {
    if low >= high {
        return Err(PyValueError::new_err("low must be below high"));
    }
    let watch = told.map(|told| {
        let told = Kept::new(py, bridge, told);
        let tell = Fwd::new(move |water: Water| {
            in_destructor(|py| {
                let (bytes, busiest) = match water {
                    Water::High { bytes, busiest } => (bytes, Some(busiest)),
                    Water::Low { bytes } => (bytes, None),
                    _ => return,
                };
                let is_high = busiest.is_some();
                let busiest = busiest.into_iter().flatten().collect::<Vec<_>>();
                let ids = busiest.iter().map(|(id, waits)| (id.0, *waits)).collect::<Vec<_>>();
                let named = busiest.into_iter();
                let named = named.filter_map(|(id, waits)| Some((told.bridge.reference(py, id)?, waits)));
                let named = named.map(|(actor, waits)| (actor, waits).into_pyobject(py));
                let water = named.collect::<PyResult<Vec<_>>>().and_then(|named| {
                    errors::water(py)?.call1((
                        bytes,
                        is_high,
                        PyTuple::new(py, named)?,
                        PyTuple::new(py, ids)?,
                    ))
                });
                told.call(py, water, "what a byte budget tells");
            });
        });
        (ByteBudget::new(low, high), tell)
    });
    bridge.door.set_byte_budget(watch);
    bridge.flush(py);
    Ok(())
}

/// Shows any thread which actor's handler runs, and since when.
#[pyclass(frozen, weakref, module = "actor_rt")]
pub struct Watchdog {
    watchdog: introspection::Watchdog,
    store: Weak<GilCell<Store>>,
}

impl Watchdog {
    pub(crate) fn new(py: Python<'_>, bridge: &Bridge) -> Self {
        let watchdogs = &bridge.store(py).watchdogs;
        watchdogs.set(watchdogs.get() + 1);
        Watchdog { watchdog: bridge.door.watchdog(), store: Arc::downgrade(&bridge.store) }
    }

    /// The method that runs, for people.
    fn method(&self, py: Python<'_>) -> Option<String> {
        let store = self.store.upgrade()?;
        let method = store.get(py).running.try_borrow().ok()?.as_ref()?.clone_ref(py);
        crate::store::name_of(method.bind(py))
    }

    /// How people call the actor of an id; None if it is none of Python's, or is gone.
    fn label(&self, py: Python<'_>, id: ActorId) -> Option<String> {
        let store = self.store.upgrade()?;
        // Called with nothing borrowed: it is Python.
        let all: Vec<Py<PyAny>> = {
            let actors = store.get(py).actors.try_borrow().ok()?;
            actors.iter().map(|entry| entry.instance.clone_ref(py)).collect()
        };
        let mut living =
            all.into_iter().filter_map(|weak| weak.bind(py).call0().ok().filter(|actor| !actor.is_none()));
        let found = living.find(|actor| Bond::find(actor).is_some_and(|bond| bond.get().id() == id))?;
        Some(label(&found))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        in_destructor(|py| {
            let Some(store) = self.store.upgrade() else { return };
            let store = store.get(py);
            store.watchdogs.set(store.watchdogs.get().saturating_sub(1));
        });
    }
}

#[pymethods]
impl Watchdog {
    /// The message that is being handled now, or None. Any thread.
    fn busy<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(busy) = self.watchdog.busy() else { return Ok(None) };
        let actor = busy.actor.and_then(|id| self.label(py, id));
        let since = busy.since_ns as f64 / 1e9;
        let id = busy.actor.map(|id| id.0);
        errors::busy(py)?.call1((actor, since, busy.number, self.method(py), id)).map(Some)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(match self.busy(py)? {
            Some(busy) => format!("<Watchdog {}>", busy.repr()?),
            None => "<Watchdog: nothing runs>".to_owned(),
        })
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Watchdog"))
    }
}
