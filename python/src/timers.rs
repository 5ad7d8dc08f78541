//! Time: the clock, deadlines, and timers, whose entries lie in the store. And `Timer`, by which Python knows one.

use crate::bridge::Bridge;
use crate::errors::{ActorStopped, not_picklable};
use crate::runtime::RuntimeBase;
use crate::store::{Due, Tick, TimerEntry};
use actor_rt::{Body, FLAG_TIMER, Packet};
use pyo3::PyTraverseError;
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::time::Duration;

/// Marks the tags of our own timers' packets, which are the timers' keys: no other language can make such tags.
const OURS: u64 = 1 << 63;

/// The key of the timer that is due, if the packet is that of one of ours.
pub(crate) fn key_of(packet: &Packet<'_>) -> Option<u64> {
    let is_ours = packet.flags() & FLAG_TIMER != 0 && packet.tag() & OURS != 0;
    is_ours.then(|| packet.tag() & !OURS)
}

impl Bridge {
    /// The clock's time in nanoseconds; within a step the time of the step.
    pub(crate) fn now_ns(&self, py: Python<'_>) -> PyResult<u64> {
        if self.stepping.get() { Ok(self.door.now_ns()) } else { self.clock_ns(py) }
    }

    pub(crate) fn clock_ns(&self, py: Python<'_>) -> PyResult<u64> {
        let clock = self.store(py).hooks.borrow().clock.as_ref().map(|clock| clock.clone_ref(py));
        let Some(clock) = clock else { return Ok(self.door.clock_ns()) };
        let now = nanoseconds(clock.call0(py)?.extract(py)?)?;
        self.manual.set(now);
        Ok(now)
    }

    /// How long the host may wait before a step: None for ever.
    pub(crate) fn time_to_step(&self, py: Python<'_>) -> PyResult<Option<Duration>> {
        match self.door.next_deadline_ns() {
            u64::MAX => Ok(None),
            deadline => Ok(Some(Duration::from_nanos(deadline.saturating_sub(self.clock_ns(py)?)))),
        }
    }

    /// The deadline `delay` seconds from now, to the nanosecond.
    pub(crate) fn deadline(&self, py: Python<'_>, delay: f64) -> PyResult<u64> {
        if delay.is_nan() || delay < 0.0 {
            return Err(PyValueError::new_err("a delay is a number of seconds, 0 or more"));
        }
        // A float above the range saturates.
        Ok(self.now_ns(py)?.saturating_add((delay * 1e9).round() as u64).min(u64::MAX - 1))
    }

    /// Arms a timer that is due at `deadline`. `actor` is 0 for one of the runtime itself.
    pub(crate) fn arm(&self, py: Python<'_>, actor: u64, due: Due, deadline: u64) -> PyResult<u64> {
        let store = self.store(py);
        let target = match actor {
            0 => self.clerk.borrow().as_ref().map(|clerk| clerk.actor_id()),
            key => self.handle(key).map(|handle| handle.actor_id()),
        };
        let Some(target) = target else {
            return Err(ActorStopped::new_err("the actor has ended: it has no timers any more"));
        };
        let key = store.timers.borrow_mut().insert(TimerEntry { due, kernel: 0, actor });
        match self.door.timer_post(target, key | OURS, Body::Copied(&[]), deadline) {
            Ok(kernel) => {
                if let Some(entry) = store.timers.borrow_mut().get(key) {
                    entry.kernel = kernel;
                }
                if actor != 0 {
                    if let Some(entry) = store.actors.borrow_mut().get(actor) {
                        entry.more().timers.insert(key);
                    }
                }
                self.flush(py);
                Ok(key)
            }
            Err(error) => {
                let entry = store.timers.borrow_mut().take(key);
                drop(entry);
                Err(ActorStopped::new_err(error.to_string()))
            }
        }
    }

    /// Arms a timer that fires again and again for the next time. Those that have gone by meanwhile are left out.
    pub(crate) fn tick(&self, py: Python<'_>, key: u64) -> Tick {
        let (tick, deadline, actor) = {
            let mut timers = self.store(py).timers.borrow_mut();
            let Some(entry) = timers.get(key) else { return Tick::Once };
            let Due::Every { call, period, next, waits } = &mut entry.due else { return Tick::Once };
            let late = self.door.now_ns().saturating_sub(*next) / *period;
            *next = next.saturating_add((late + 1).saturating_mul(*period)).min(u64::MAX - 1);
            let tick =
                if std::mem::replace(waits, true) { Tick::Waits } else { Tick::Again(call.clone_ref(py)) };
            (tick, *next, entry.actor)
        };
        let armed = self
            .handle(actor)
            .map(|handle| self.door.timer_post(handle.actor_id(), key | OURS, Body::Copied(&[]), deadline));
        if let (Some(Ok(kernel)), Some(entry)) = (armed, self.store(py).timers.borrow_mut().get(key)) {
            entry.kernel = kernel;
        }
        tick
    }

    /// What a repeated timer called gets its turn: the next time it is called again.
    pub(crate) fn ticked(&self, py: Python<'_>, key: u64) {
        if let Some(TimerEntry { due: Due::Every { waits, .. }, .. }) =
            self.store(py).timers.borrow_mut().get(key)
        {
            *waits = false;
        }
    }

    /// Takes a timer's entry out: it fires, or is disarmed.
    pub(crate) fn take_timer(&self, py: Python<'_>, key: u64) -> Option<TimerEntry> {
        let store = self.store(py);
        let entry = store.timers.borrow_mut().take(key)?;
        if entry.actor != 0 {
            if let Some(actor) = store.actors.borrow_mut().get(entry.actor) {
                actor.more().timers.remove(&key);
            }
        }
        Some(entry)
    }

    /// Disarms a timer. False if it has fired or was disarmed.
    pub(crate) fn disarm(&self, py: Python<'_>, key: u64) -> bool {
        let Some(entry) = self.take_timer(py, key) else { return false };
        let known = self.door.timer_cancel(entry.kernel).is_ok();
        self.flush(py);
        known
    }
}

/// Seconds of a clock as the kernel's time.
pub(crate) fn nanoseconds(seconds: f64) -> PyResult<u64> {
    if seconds.is_nan() || seconds < 0.0 {
        return Err(PyValueError::new_err("a time is a number of seconds, 0 or more"));
    }
    if seconds > 1.8e10 {
        return Err(PyOverflowError::new_err("times end at 1.8e10 seconds"));
    }
    Ok((seconds * 1e9).round() as u64)
}

/// An armed timer. Dropping it changes nothing.
#[pyclass(frozen, weakref, module = "actor_rt")]
pub struct Timer {
    runtime: Py<RuntimeBase>,
    key: u64,
}

impl Timer {
    pub(crate) fn new(runtime: Py<RuntimeBase>, key: u64) -> Self {
        Timer { runtime, key }
    }
}

#[pymethods]
impl Timer {
    /// Disarms it. False if it has fired, was disarmed, or its actor has ended.
    fn cancel(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.runtime.get().bridge(py)?.disarm(py, self.key))
    }

    /// Whether it is going to fire.
    #[getter]
    fn active(&self, py: Python<'_>) -> PyResult<bool> {
        let bridge = self.runtime.get().bridge(py)?;
        let active = bridge.store(py).timers.borrow_mut().get(self.key).is_some();
        Ok(active)
    }

    fn __repr__(&self) -> String {
        format!("<Timer {}>", self.key as u32)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Timer"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)
    }
}
