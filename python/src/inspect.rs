//! Looking inside: counts, the last messages that were lost, a trace of each, handlers that take long. What `actor_rt/_inspect.py` uses.

use crate::actor::label;
use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::errors;
use crate::functions::{Runtime, add_functions};
use crate::reference::Ref;
use crate::store::Call;
use crate::supervised::{gone, seconds, unknown};
use crate::watch::Kept;
use actor_rt::{ActorId, Counting, Delivery, Ingress, Observer};
use pyo3::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How many lost messages are remembered.
const REMEMBERED: usize = 64;

/// A message that was lost.
struct Letter {
    actor: String,
    id: u64,
    method: String,
    reason: String,
}

/// What a runtime knows of itself besides its actors.
#[derive(Default)]
pub(crate) struct Insight {
    letters: RefCell<VecDeque<Letter>>,
    pub handled: Cell<u64>,
    pub failures: Cell<u64>,
    /// From how many nanoseconds on a handler takes long; 0 if nobody asks.
    slow: Cell<u64>,
    /// Whether each message is told of, and the method of the one that runs.
    traces: Cell<bool>,
    method: RefCell<Option<String>>,
}

impl Insight {
    /// Remembers a message that was lost.
    pub(crate) fn lost(&self, py: Python<'_>, call: &Call, reason: &str) {
        let Ok(actor) = call.actor(py) else { return };
        let id = Bond::find(&actor).map_or(0, |bond| bond.get().id().0);
        let letter = Letter { actor: label(&actor), id, method: call.name(py), reason: reason.to_owned() };
        let mut letters = self.letters.borrow_mut();
        if letters.len() == REMEMBERED {
            letters.pop_front();
        }
        letters.push_back(letter);
    }

    /// A method is about to run. When it began, if anybody wants to know how long it takes.
    #[inline(always)]
    pub(crate) fn begins(&self, name: impl FnOnce() -> String) -> Option<Instant> {
        if self.traces.get() {
            self.method.replace(Some(name()));
        }
        (self.slow.get() != 0).then(Instant::now)
    }
}

impl Bridge {
    /// A method is done, which began then.
    #[cold]
    pub(crate) fn took(&self, py: Python<'_>, began: Instant, key: u64, name: impl FnOnce() -> String) {
        let took = began.elapsed();
        if took < Duration::from_nanos(self.insight.slow.get()) {
            return;
        }
        let actor = self.instance(py, key);
        let told = errors::slow(py).and_then(|slow| slow.call1((actor, name(), took.as_secs_f64())));
        if let Err(error) = told {
            error.write_unraisable(py, None);
        }
    }
}

/// Tells a function of Python's of each message.
struct Trace {
    told: Kept,
    current: Option<(Delivery, Instant)>,
}

impl Observer for Trace {
    fn ingress(&mut self, _: u64, _: Ingress) {}

    fn delivering(&mut self, delivery: &Delivery) {
        self.told.bridge.insight.method.replace(None);
        self.current = Some((*delivery, Instant::now()));
    }

    fn delivered(&mut self) {
        let Some((delivery, began)) = self.current.take() else { return };
        let took = began.elapsed().as_secs_f64();
        let bridge: &Rc<Bridge> = &self.told.bridge;
        // What has none is work of the runtime itself.
        let Some(method) = bridge.insight.method.take() else { return };
        Python::attach(|py| {
            let id = ActorId(delivery.target);
            let actor = bridge.key_of(id).and_then(|key| bridge.instance(py, key));
            let actor = actor.map(|actor| label(&actor));
            let trace = errors::trace(py).and_then(|class| {
                class.call1((delivery.message, delivery.cause, actor, delivery.target, method, took))
            });
            self.told.call(py, trace, "what traces messages");
        });
    }
}

/// Has each message told of from here on; None ends that.
#[pyfunction]
#[pyo3(signature = (runtime, told, /))]
pub(crate) fn _trace(runtime: Runtime<'_, '_>, told: Option<Py<PyAny>>) -> PyResult<()> {
    let py = runtime.py();
    let bridge = runtime.get().bridge(py)?;
    bridge.insight.traces.set(told.is_some());
    let observer = told.map(|told| {
        let trace = Trace { told: Kept::new(py, &bridge, told), current: None };
        Box::new(trace) as Box<dyn Observer>
    });
    bridge.door.set_observer(observer);
    Ok(())
}

/// From how many seconds on a handler takes long; None if nobody asks.
#[pyfunction]
#[pyo3(signature = (runtime, limit, /))]
pub(crate) fn _set_slow(runtime: Runtime<'_, '_>, limit: Option<f64>) -> PyResult<()> {
    let bridge = runtime.get().bridge(runtime.py())?;
    let limit = match limit {
        None => Duration::ZERO,
        // 0 is for nobody: a handler that takes no time at all does not exist.
        Some(limit) => seconds("slow_handler", limit)?.max(Duration::from_nanos(1)),
    };
    bridge.insight.slow.set(u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX));
    Ok(())
}

/// Counts what actors do, or not.
#[pyfunction]
#[pyo3(signature = (runtime, what, /))]
pub(crate) fn _set_counting(runtime: Runtime<'_, '_>, what: &str) -> PyResult<()> {
    let bridge = runtime.get().bridge(runtime.py())?;
    bridge.door.set_counting(match what {
        "off" => Counting::Off,
        "messages" => Counting::Messages,
        "time" => Counting::BusyTime,
        other => return Err(unknown("what", other, "off, messages, time")),
    });
    Ok(())
}

/// What an actor has done: messages, the most that waited, seconds that its handlers took, and the longest of them.
#[pyfunction]
#[pyo3(signature = (runtime, actor, /))]
pub(crate) fn _counts(runtime: Runtime<'_, '_>, actor: &Bound<'_, Ref>) -> PyResult<(u64, u32, f64, f64)> {
    let py = runtime.py();
    let bridge = runtime.get().bridge(py)?;
    let counts = bridge.door.counts(actor.get().id_of(&bridge, py)?).map_err(gone)?;
    Ok((counts.messages, counts.most_pending, counts.busy.as_secs_f64(), counts.longest.as_secs_f64()))
}

/// Steps, messages handled, actors, messages that wait, timers, failures, dead letters.
#[pyfunction]
#[pyo3(signature = (runtime, /))]
pub(crate) fn _stats(runtime: Runtime<'_, '_>) -> PyResult<(u64, u64, usize, usize, usize, u64, u64)> {
    let py = runtime.py();
    let bridge = runtime.get().bridge(py)?;
    let store = bridge.store(py);
    let (actors, messages, timers) =
        (store.actors.borrow().len(), store.messages.borrow().len(), store.timers.borrow().len());
    let insight = &bridge.insight;
    Ok((
        bridge.steps.get(),
        insight.handled.get(),
        actors,
        messages,
        timers,
        insight.failures.get(),
        bridge.dead_letters.get(),
    ))
}

/// The last messages that were lost, the oldest first: actor, id, method, reason.
#[pyfunction]
#[pyo3(signature = (runtime, /))]
pub(crate) fn _recent_dead_letters(runtime: Runtime<'_, '_>) -> PyResult<Vec<(String, u64, String, String)>> {
    let bridge = runtime.get().bridge(runtime.py())?;
    let letters = bridge.insight.letters.borrow();
    let told = letters
        .iter()
        .map(|letter| (letter.actor.clone(), letter.id, letter.method.clone(), letter.reason.clone()));
    Ok(told.collect())
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add_functions!(module, _trace _set_slow _set_counting _counts _stats _recent_dead_letters);
    Ok(())
}
