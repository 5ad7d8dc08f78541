//! `PoolBase`: a pool of Python actors, over the service of the same name.
//!
//! Its jobs are errands (`jobs`); its workers are supervised actors that the pool starts, each made of the class and the arguments that lie in the
//! store. What is asked of the pool comes as a reply, since it is an actor: nothing of it can be reached from inside of a handler.

use crate::bridge::Bridge;
use crate::errors::{self, ActorStopped, in_destructor, not_picklable};
use crate::jobs::{Errand, JobEntry, reason_name};
use crate::pool_key::Key;
use crate::pool_plan::Settings;
use crate::reference::{Ref, check_selector};
use crate::reply::{Reply, Settle};
use crate::runtime::{RuntimeBase, children};
use crate::sending::{answer, kept_reply};
use crate::supervised::{not_started, seconds, unknown};
use crate::watch::Kept;
use actor_rt::services::pool::{DiscardReason, Discarded, Job, Pool, PoolEvent, PoolStats, Priority};
use actor_rt::supervision::StartError;
use actor_rt::{Actor, ActorId, Cx, Ret};
use pyo3::PyTraverseError;
use pyo3::exceptions::PyValueError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::rc::Rc;

/// A pool as the kernel sees it.
pub(crate) type PyPool = Pool<Key, Errand>;

const PRIORITIES: [(&str, Priority); 5] = [
    ("highest", Priority::Highest),
    ("high", Priority::High),
    ("important", Priority::Important),
    ("normal", Priority::Normal),
    ("best_effort", Priority::BestEffort),
];

fn priority_name(priority: Priority) -> &'static str {
    PRIORITIES.iter().find(|(_, known)| *known == priority).map_or("normal", |(name, _)| name)
}

pub(crate) fn stats_object<'py>(py: Python<'py>, stats: &PoolStats) -> PyResult<Bound<'py, PyAny>> {
    let discarded = PyDict::new(py);
    for reason in [
        DiscardReason::Expired,
        DiscardReason::LoadShed,
        DiscardReason::Shutdown,
        DiscardReason::RateLimited,
        DiscardReason::WorkerLost,
    ] {
        discarded.set_item(reason_name(reason), stats.discarded(reason))?;
    }
    errors::pool_stats(py)?.call1((
        stats.size,
        stats.active,
        stats.queued,
        stats.running,
        stats.available,
        stats.accepted,
        stats.refused,
        stats.done,
        stats.retried,
        discarded,
    ))
}

/// A job is not done: whoever waits for it hears why when the last of it goes.
pub(crate) fn discarded(job: Discarded<Key, Errand>, told: Option<&Kept>) {
    in_destructor(|py| {
        if let Some(errand) = &job.message {
            errand.set_reason(py, job.reason);
        }
        let Some(told) = told else { return };
        let event = job.key.to_object(py).and_then(|key| {
            let described = match &job.message {
                Some(errand) => Some(errand.describe(py, &key, ("normal", None))?),
                None => None,
            };
            errors::discarded(py)?.call1((key, described, reason_name(job.reason)))
        });
        told.call(py, event, "what a pool tells of a discarded job");
    });
}

pub(crate) fn is_kept(keeps: &Kept, job: &Job<Key, Errand>) -> bool {
    Python::attach(|py| {
        let time_to_live = job.time_to_live.map(|time| time.as_secs_f64());
        let described = job
            .key
            .to_object(py)
            .and_then(|key| job.message.describe(py, &key, (priority_name(job.priority), time_to_live)));
        let kept = keeps.call_with(py, described.map(|job| (job,)), "what a pool never discards");
        kept.and_then(|kept| kept.is_truthy().ok()).unwrap_or(false)
    })
}

pub(crate) fn tell_event(py: Python<'_>, bridge: &Bridge, told: &Kept, event: PoolEvent) {
    let (kind, slot, worker, silence) = match event {
        PoolEvent::Started => ("started", None, None, None),
        PoolEvent::Draining => ("draining", None, None, None),
        PoolEvent::Stopped => ("stopped", None, None, None),
        PoolEvent::Silent { slot, worker, silence } => {
            let worker = worker.and_then(|worker| bridge.reference(py, worker));
            ("silent", Some(slot), worker, Some(silence.as_secs_f64()))
        }
        _ => return,
    };
    let event = errors::pool_event(py).and_then(|class| class.call1((kind, slot, worker, silence)));
    told.call(py, event, "what a pool tells of itself");
}

/// The base of `actor_rt.Pool`.
#[pyclass(frozen, weakref, module = "actor_rt._core", name = "_Pool")]
pub struct PoolBase {
    runtime: Py<RuntimeBase>,
    key: u64,
    id: ActorId,
}

impl PoolBase {
    pub(crate) fn new(runtime: Py<RuntimeBase>, key: u64, id: ActorId) -> Self {
        PoolBase { runtime, key, id }
    }

    fn bridge(&self, py: Python<'_>) -> PyResult<Rc<Bridge>> {
        self.runtime.get().bridge(py)
    }

    fn pool(&self, bridge: &Bridge) -> Option<Actor<PyPool>> {
        bridge.pools.borrow_mut().get(self.key).cloned()
    }

    /// Has something done in a turn of the pool. The reply gets what comes of it.
    fn ask<R: 'static>(
        &self,
        py: Python<'_>,
        f: impl FnOnce(&mut PyPool, &mut Cx<'_, PyPool>) -> R + 'static,
        make: impl FnOnce(Python<'_>, R) -> PyResult<Py<PyAny>> + 'static,
    ) -> PyResult<Py<Reply>> {
        let bridge = self.bridge(py)?;
        let reply = Reply::new(py, &self.runtime, 0)?;
        let kept = kept_reply(py, &bridge, &reply);
        let done = Ret::new(move |result: Option<R>| {
            answer(&kept, |py| match result {
                Some(result) => make(py, result),
                None => Err(ended()),
            });
        });
        if let Some(pool) = self.pool(&bridge) {
            pool.call(move |pool, cx| {
                let result = f(pool, cx);
                done.ret(result);
            });
        }
        bridge.flush(py);
        Ok(reply)
    }
}

fn ended() -> PyErr {
    ActorStopped::new_err("the pool has ended")
}

fn size(py: Python<'_>, size: Result<usize, StartError>) -> PyResult<Py<PyAny>> {
    Ok(size.map_err(not_started)?.into_pyobject(py)?.into_any().unbind())
}

#[pymethods]
impl PoolBase {
    /// Gives the pool a job. The reply gets what the method returns, if `asks`.
    #[pyo3(signature = (method, args, key, priority, ttl, retries, asks))]
    #[expect(clippy::too_many_arguments, reason = "a job has that many parts, and Python names them")]
    fn submit(
        &self,
        py: Python<'_>,
        method: Bound<'_, PyAny>,
        args: Py<PyTuple>,
        key: Option<&Bound<'_, PyAny>>,
        priority: &str,
        ttl: Option<f64>,
        retries: u32,
        asks: bool,
    ) -> PyResult<Option<Py<Reply>>> {
        let bridge = self.bridge(py)?;
        check_selector(&method)?;
        let key = Key::of(key)?;
        let known = PRIORITIES.iter().find(|(name, _)| *name == priority);
        let Some((_, priority)) = known else {
            return Err(unknown("priority", priority, "highest, high, important, normal, best_effort"));
        };
        let time_to_live = ttl.map(|ttl| seconds("ttl", ttl)).transpose()?;
        let reply = match asks {
            true => Some(Reply::new(py, &self.runtime, 0)?),
            false => None,
        };
        if let Some(reply) = &reply {
            bridge.limit(py, reply);
        }
        let Some(pool) = self.pool(&bridge) else {
            match &reply {
                Some(reply) => reply.resolve(py, Err(ended())),
                None => bridge.dead_letters.set(bridge.dead_letters.get() + 1),
            }
            return Ok(reply);
        };
        let entry = JobEntry {
            runtime: self.runtime.clone_ref(py),
            method: method.unbind(),
            args,
            reply: reply.as_ref().map(|reply| reply.clone_ref(py)),
            retries,
            error: None,
        };
        let mut job = Job::new(key, Errand::new(py, &bridge, entry)).priority(*priority);
        if let Some(time) = time_to_live {
            job = job.time_to_live(time);
        }
        if retries > 0 {
            job = job.retries(retries);
        }
        pool.call(move |pool, cx| pool.dispatch(cx, job));
        bridge.flush(py);
        Ok(reply)
    }

    fn stats(&self, py: Python<'_>) -> PyResult<Py<Reply>> {
        self.ask(py, |pool, _| pool.stats(), |py, stats| stats_object(py, &stats).map(Bound::unbind))
    }

    fn set_size(&self, py: Python<'_>, workers: usize) -> PyResult<Py<Reply>> {
        if workers == 0 {
            return Err(PyValueError::new_err("a pool has 1 worker at least"));
        }
        self.ask(py, move |pool, cx| pool.set_size(cx, workers), size)
    }

    fn set_settings(&self, py: Python<'_>, settings: Settings) -> PyResult<Py<Reply>> {
        let settings = settings.build(py, &self.bridge(py)?)?;
        self.ask(py, move |pool, cx| pool.set_settings(cx, settings), size)
    }

    fn drain(&self, py: Python<'_>) -> PyResult<()> {
        let bridge = self.bridge(py)?;
        if let Some(pool) = self.pool(&bridge) {
            pool.call(|pool, cx| pool.drain(cx));
            bridge.flush(py);
        }
        Ok(())
    }

    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        let bridge = self.bridge(py)?;
        // It may have ended before.
        let _ = bridge.door.stop(self.id);
        bridge.flush(py);
        Ok(())
    }

    fn kill(&self, py: Python<'_>) -> PyResult<()> {
        let bridge = self.bridge(py)?;
        let _ = bridge.door.kill(self.id, "killed");
        bridge.flush(py);
        Ok(())
    }

    fn ended(&self, py: Python<'_>) -> PyResult<Py<Reply>> {
        let bridge = self.bridge(py)?;
        let reply = Reply::new(py, &self.runtime, 0)?;
        let kept = kept_reply(py, &bridge, &reply);
        bridge.door.monitor(None, self.id, move |_| answer(&kept, |py| Ok(py.None())));
        bridge.flush(py);
        Ok(reply)
    }

    fn workers(&self, py: Python<'_>) -> PyResult<Vec<Ref>> {
        let bridge = self.bridge(py)?;
        if self.pool(&bridge).is_none() {
            return Ok(Vec::new());
        }
        children(py, &bridge, Some(self.id))
    }

    #[getter]
    fn alive(&self, py: Python<'_>) -> PyResult<bool> {
        let bridge = self.bridge(py)?;
        Ok(self.pool(&bridge).is_some())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Pool"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)
    }
}
