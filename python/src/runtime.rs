//! `RuntimeBase`: the native half of `Runtime`, which adds the built-in loop and the context manager in Python.

use crate::bridge::Bridge;
use crate::clerk::Clerk;
use crate::errors::{
    self, ActorStopped, ClosedError, InternalError, ReentrantStepError, in_destructor, monotonic_ns,
    not_picklable,
};
use crate::gather;
use crate::owner_cell::{GilCell, Owner, OwnerCell, Used};
use crate::pool::PoolBase;
use crate::pool_plan::{self, PoolPlan};
use crate::reference::Ref;
use crate::reply::Reply;
use crate::spawn::{spawn, spawn_with};
use crate::store::{Foreign, Store};
use crate::supervised::{Options, seconds};
use crate::timers::nanoseconds;
use crate::wake::{Hub, Target};
use crate::watch::{self, Watchdog};
use actor_rt::{ActorId, Budget, Config, RemoteActor, StopCause};
use pyo3::PyTraverseError;
use pyo3::exceptions::PyValueError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The base of `actor_rt.Runtime`.
#[pyclass(frozen, subclass, weakref, module = "actor_rt._core")]
pub struct RuntimeBase {
    store: Arc<GilCell<Store>>,
    hub: Arc<Hub>,
    /// None once it is closed.
    bridge: OwnerCell<RefCell<Option<Rc<Bridge>>>>,
    remote: actor_rt::Remote,
    clerk: RemoteActor<Clerk>,
}

/// What a step did, and what it leaves.
#[pyclass(frozen, get_all, module = "actor_rt")]
pub struct Progress {
    /// Work is left: the host owes a step.
    more: bool,
    /// Messages handled.
    handled: u32,
    /// The step's number, from 1.
    number: u64,
    /// Host calls that wait: the host owes `Runtime.run_host_calls`.
    host_calls: usize,
    /// The program is asked to end: by `terminate`, or since a child of the root has failed too often.
    shutdown: bool,
}

#[pymethods]
impl Progress {
    fn __repr__(&self) -> String {
        let bool = |value: bool| if value { "True" } else { "False" };
        let Progress { more, handled, number, host_calls, shutdown } = *self;
        let (more, shutdown) = (bool(more), bool(shutdown));
        format!(
            "Progress(more={more}, handled={handled}, number={number}, host_calls={host_calls}, shutdown={shutdown})"
        )
    }
}

impl RuntimeBase {
    /// The inside, on the owner thread of an open runtime.
    #[inline]
    pub(crate) fn bridge(&self, py: Python<'_>) -> PyResult<Rc<Bridge>> {
        self.bridge_for(py, Used::Runtime)
    }

    /// The same for a part of it, which another thread is told another cure for.
    #[inline]
    pub(crate) fn bridge_for(&self, _py: Python<'_>, used: Used) -> PyResult<Rc<Bridge>> {
        match &*self.bridge.get(used)?.borrow() {
            Some(bridge) => Ok(Rc::clone(bridge)),
            None => Err(closed()),
        }
    }

    /// The inside, if there is one for this thread.
    pub(crate) fn living_bridge(&self, py: Python<'_>) -> Option<Rc<Bridge>> {
        if self.owner().is_here() { self.bridge(py).ok() } else { None }
    }

    /// Whether this is its inside.
    pub(crate) fn is(&self, bridge: &Bridge) -> bool {
        Arc::ptr_eq(&self.store, &bridge.store)
    }

    pub(crate) fn owner(&self) -> Owner {
        self.bridge.owner()
    }

    /// Hands something over to the owner thread. Any thread.
    pub(crate) fn send_foreign(&self, py: Python<'_>, foreign: Foreign) -> PyResult<()> {
        let refused = match &mut *self.store.get(py).foreign.borrow_mut() {
            Some(queue) => {
                queue.push_back(foreign);
                None
            }
            None => Some(foreign),
        };
        if refused.is_some() {
            return Err(closed());
        }
        self.clerk.call(|clerk, _| clerk.take_foreign()).map_err(|_| closed())
    }

    /// Ends an actor from another thread.
    pub(crate) fn kill_from_afar(&self, id: ActorId) {
        // Refused where the runtime is closed, and the actor ended with it.
        let _ = self.remote.defer(move |runtime| {
            let _ = runtime.door().kill(id, "nobody could reach it any more");
        });
    }

    /// Closes it. What is to be raised for that.
    fn finish_close(&self, py: Python<'_>, bridge: Rc<Bridge>) -> Option<PyErr> {
        bridge.closing.set(true);
        let kernel = bridge.kernel.borrow_mut().take();
        // Ends every actor: hooks run, payloads are dropped, askers are told.
        match (bridge.hosted.get(), kernel) {
            (Some(hosted), Some(kernel)) => hosted.close(|| drop(kernel)),
            (_, kernel) => drop(kernel),
        }
        // What is left of our own refers to the bridge.
        drop((bridge.natives.take(), bridge.pools.take(), bridge.ports.take()));
        let clerk = bridge.clerk.borrow_mut().take();
        drop(clerk);
        let store = bridge.store(py);
        bridge.drop_offloaded(py);
        let told = store.hooks.borrow_mut().closed.take();
        if let Some(Err(error)) = told.map(|told| told.call0(py)) {
            error.write_unraisable(py, None);
        }
        let foreign = store.foreign.borrow_mut().take();
        for foreign in foreign.into_iter().flatten() {
            if let Foreign::Call { future: Some(future), .. } = foreign {
                let error = closed().into_value(py);
                if let Err(error) = future.call_method1(py, "set_exception", (error,)) {
                    error.write_unraisable(py, None);
                }
            }
        }
        if let Ok(slot) = self.bridge.get(Used::Runtime) {
            let older = slot.borrow_mut().take();
            drop(older);
        }
        let raise = bridge.store(py).raise.borrow_mut().take();
        drop(bridge);
        self.store.get(py).clear();
        raise.map(|error| PyErr::from_value(error.into_bound(py)))
    }
}

/// The program is asked to end. If that is since an actor has failed too often, it is shown: nobody need ask for it.
#[cold]
fn tell_why(py: Python<'_>, kernel: &mut actor_rt::Runtime) {
    let Some(cause) = kernel.shutdown_reason() else { return };
    if matches!(cause, StopCause::Failed(_)) {
        let told = errors::gave_up(py).and_then(|told| told.call1((cause.to_string(),)));
        if let Err(error) = told {
            error.write_unraisable(py, None);
        }
    }
    // It was taken out to be looked at.
    kernel.shutdown(cause);
}

#[cold]
fn closed() -> PyErr {
    ClosedError::new_err("the runtime is closed")
}

/// A supervisor's children; the root's for None.
pub(crate) fn children(py: Python<'_>, bridge: &Bridge, supervisor: Option<ActorId>) -> PyResult<Vec<Ref>> {
    let children = bridge.door.children(supervisor);
    let children = children.map_err(|error| ActorStopped::new_err(error.to_string()))?;
    Ok(children.into_iter().filter_map(|child| bridge.reference(py, child.id)).collect())
}

#[pymethods]
impl RuntimeBase {
    #[new]
    #[pyo3(signature = (*, clock=None, on_error=None, ask_within=None, maxlen=None, **_rest))]
    fn new(
        py: Python<'_>,
        clock: Option<Bound<'_, PyAny>>,
        on_error: Option<Py<PyAny>>,
        ask_within: Option<f64>,
        maxlen: Option<u32>,
        // What `Runtime.__init__` sees to, and checks.
        _rest: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let ask_within = ask_within.map(|within| seconds("ask_within", within)).transpose()?;
        if ask_within.is_some_and(|within| within.is_zero()) {
            return Err(PyValueError::new_err("ask_within is a number of seconds, more than 0"));
        }
        let hub = Arc::new(Hub::default());
        let store = Store::new();
        let config = Config::new().wake(Target(Arc::clone(&hub)));
        let manual = Rc::new(Cell::new(0));
        let config = match maxlen {
            Some(maxlen) => config.capacity(maxlen),
            None => config,
        };
        let config = match &clock {
            // A clock of the user's is read at the entry of a step: inside of it time stands still.
            Some(clock) => {
                let now = nanoseconds(clock.call0()?.extract()?)?;
                manual.set(now);
                let manual = Rc::clone(&manual);
                config.now_ns(now).clock(move || manual.get())
            }
            // The kernel's own clock, with the readings of time.monotonic.
            None => config.now_ns(monotonic_ns(py)?.call0()?.extract()?),
        };
        {
            let mut hooks = store.hooks.borrow_mut();
            hooks.clock = clock.map(Bound::unbind);
            hooks.on_error = on_error;
        }
        let store = Arc::new(GilCell::new(store));
        let kernel = config.build(Instant::now());
        let remote = kernel.remote();
        let bridge = Bridge::new(kernel, Arc::clone(&store), Arc::clone(&hub), manual, maxlen.is_some());
        if let Some(within) = ask_within {
            bridge.ask_within.set(u64::try_from(within.as_nanos()).unwrap_or(u64::MAX));
        }
        let clerk = bridge.clerk.borrow().as_ref().map(|clerk| clerk.remote());
        let clerk = clerk.ok_or_else(|| InternalError::new_err("the runtime has no clerk"))?;
        hub.take_local();
        Ok(RuntimeBase { store, hub, bridge: OwnerCell::new(RefCell::new(Some(bridge))), remote, clerk })
    }

    /// Makes an actor: `cls(*args, **kwargs)` at once, on this thread.
    #[pyo3(signature = (*args, **kwargs), text_signature = "($self, cls, /, *args, **kwargs)")]
    fn spawn(
        slf: &Bound<'_, Self>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Ref> {
        spawn(slf, args, kwargs)
    }

    /// Makes a supervised actor, for `Runtime.supervise`.
    #[pyo3(
        signature = (options, parent, /, *args, **kwargs),
        text_signature = "($self, options, parent, cls, /, *args, **kwargs)"
    )]
    fn _supervise(
        slf: &Bound<'_, Self>,
        options: Options,
        parent: Option<&Bound<'_, Ref>>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Ref> {
        let bridge = slf.get().bridge(slf.py())?;
        let parent = parent.map(|parent| parent.get().id_of(&bridge, slf.py())).transpose()?;
        spawn_with(slf, args, kwargs, Some((&options, parent)))
    }

    /// One reply for several, for `Runtime.ask_all` and the like.
    fn _gather(slf: &Bound<'_, Self>, replies: Vec<Py<Reply>>, wanted: i64) -> PyResult<Py<Reply>> {
        gather::gather(slf.py(), slf, replies, wanted)
    }

    /// Starts a pool, for `Runtime.pool`.
    #[pyo3(
        signature = (spec, cls, /, *args, **kwargs),
        text_signature = "($self, spec, cls, /, *args, **kwargs)"
    )]
    fn _pool(
        slf: &Bound<'_, Self>,
        spec: PoolPlan,
        cls: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PoolBase> {
        pool_plan::start(slf, spec, cls, args, kwargs)
    }

    /// The supervised actors that have no other supervisor, in the order in which they were started.
    fn children(&self, py: Python<'_>) -> PyResult<Vec<Ref>> {
        children(py, &*self.bridge(py)?, None)
    }

    /// Starts a heartbeat, for `Runtime.heartbeat`; its id.
    fn _heartbeat(
        &self,
        py: Python<'_>,
        cycle: f64,
        patience: u32,
        restart: bool,
        report: Option<Py<PyAny>>,
    ) -> PyResult<u64> {
        let bridge = self.bridge(py)?;
        watch::heartbeat(py, &bridge, cycle, (patience, restart), report).map(|id| id.0)
    }

    /// Ends an actor that has no reference.
    fn _stop_by_id(&self, py: Python<'_>, id: u64) -> PyResult<()> {
        let bridge = self.bridge(py)?;
        // It may have ended before.
        let _ = bridge.door.stop(ActorId(id));
        bridge.flush(py);
        Ok(())
    }

    /// Calls `told(Water)` when the queues take more than `high` bytes, and when they take no more than `low` again: to stop reading from where
    /// the messages come. It counts the queues of the native half, not the objects that messages refer to. None ends it.
    fn set_byte_budget(
        &self,
        py: Python<'_>,
        low: usize,
        high: usize,
        told: Option<Py<PyAny>>,
    ) -> PyResult<()> {
        watch::set_byte_budget(py, &self.bridge(py)?, (low, high), told)
    }

    /// Shows other threads which actor's handler runs, and since when: so one finds a handler that does not return. As long as it exists the
    /// clock is read before each message.
    fn watchdog(&self, py: Python<'_>) -> PyResult<Watchdog> {
        Ok(Watchdog::new(py, &*self.bridge(py)?))
    }

    /// All actors, what waits for them and what was lost, as JSON.
    fn _snapshot(&self, py: Python<'_>) -> PyResult<String> {
        let bridge = self.bridge(py)?;
        bridge.name_all(py);
        Ok(bridge.door.snapshot().to_json())
    }

    /// Runs what is due now (or at `now`, seconds of the runtime's clock), at most `max_messages` messages and about `max_seconds`.
    #[pyo3(
        signature = (now=None, *, max_messages=1024, max_seconds=Some(0.002)),
        text_signature = "($self, now=None, *, max_messages=1024, max_seconds=0.002)"
    )]
    fn step(
        &self,
        py: Python<'_>,
        now: Option<f64>,
        max_messages: u32,
        max_seconds: Option<f64>,
    ) -> PyResult<Progress> {
        let bridge = self.bridge(py)?;
        if bridge.host(py).is_some() {
            // The loop would not hear of what this step leaves.
            return Err(ReentrantStepError::new_err("a host's loop runs this runtime: detach it first"));
        }
        self.step_at(py, &bridge, now, max_messages, max_seconds)
    }

    /// Seconds until a step has something to do, from now (or from `now`): 0.0 if something is ready, None if nothing ever will be.
    #[pyo3(signature = (now=None))]
    fn next_timeout(&self, py: Python<'_>, now: Option<f64>) -> PyResult<Option<f64>> {
        let bridge = self.bridge(py)?;
        let deadline = bridge.door.next_deadline_ns();
        if deadline == u64::MAX {
            return Ok(None);
        }
        let now = match now {
            Some(now) => nanoseconds(now)?,
            None => bridge.clock_ns(py)?,
        };
        Ok(Some(deadline.saturating_sub(now) as f64 / 1e9))
    }

    /// Ends every actor, answers every ask, frees everything. Inside of a handler it happens when the handler is done. Calling it
    /// again does nothing.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let Some(bridge) = self.bridge.get(Used::Runtime)?.borrow().clone() else { return Ok(()) };
        if bridge.stepping.get() {
            bridge.close_requested.set(true);
            bridge.door.yield_step();
            return Ok(());
        }
        if bridge.is_held() {
            return Err(ReentrantStepError::new_err(
                "a call of another language is under way that needs the runtime: close it afterwards",
            ));
        }
        let host = bridge.store(py).hooks.borrow_mut().host.take();
        let detached = host.map(|host| host.call_method0(py, pyo3::intern!(py, "detach")));
        // In time, so that what the hooks do at the end counts as of inside.
        bridge.stepping.set(true);
        let raised = self.finish_close(py, bridge);
        match (raised, detached) {
            (Some(error), _) | (None, Some(Err(error))) => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether it is closed. Any thread.
    #[getter]
    fn closed(&self) -> bool {
        self.remote.is_closed()
    }

    /// The time in seconds of the runtime's clock; inside of a handler, of the step.
    #[getter]
    fn now(&self, py: Python<'_>) -> PyResult<f64> {
        Ok(self.bridge(py)?.now_ns(py)? as f64 / 1e9)
    }

    /// How many actors live.
    #[getter]
    fn actors(&self, py: Python<'_>) -> PyResult<usize> {
        let bridge = self.bridge(py)?;
        let actors = bridge.store(py).actors.borrow().len();
        Ok(actors)
    }

    /// How many messages were dropped instead of handled.
    #[getter]
    fn dead_letters(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.bridge(py)?.dead_letters.get())
    }

    /// `on_error(error, info)` is called for every exception that leaves a handler. None: it is logged.
    #[getter]
    fn get_on_error(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let bridge = self.bridge(py)?;
        let hook = bridge.store(py).hooks.borrow().on_error.as_ref().map(|hook| hook.clone_ref(py));
        Ok(hook)
    }

    #[setter]
    fn set_on_error(&self, py: Python<'_>, hook: Option<Py<PyAny>>) -> PyResult<()> {
        let bridge = self.bridge(py)?;
        let older = std::mem::replace(&mut bridge.store(py).hooks.borrow_mut().on_error, hook);
        drop(older);
        Ok(())
    }

    /// A descriptor that is readable when another thread has sent something. Watch it, and step; never read from it.
    fn fileno(&self, py: Python<'_>) -> PyResult<i64> {
        self.bridge(py)?;
        Ok(self.hub.fileno()?)
    }

    /// Whether the calling thread is the one that made it.
    #[getter]
    fn _is_owner(&self) -> bool {
        self.owner().is_here()
    }

    /// Refuses every thread but the one that made it; also when it is closed.
    fn _check_owner(&self) -> PyResult<()> {
        self.owner().check(Used::Runtime)
    }

    /// The user's clock, if time is not the system's.
    #[getter]
    fn _clock(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let bridge = self.bridge(py)?;
        let clock = bridge.store(py).hooks.borrow().clock.as_ref().map(|clock| clock.clone_ref(py));
        Ok(clock)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        if self.closed() {
            return "<Runtime closed>".to_owned();
        }
        let store = self.store.get(py);
        let actors = store.actors.try_borrow().map_or(0, |actors| actors.len());
        let queued = store.messages.try_borrow().map_or(0, |messages| messages.len());
        format!("<Runtime actors={actors} queued={queued}>")
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Runtime"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.store.visit(&visit).traverse(&visit)
    }

    fn __clear__(slf: &Bound<'_, Self>) {
        slf.get().abandon(slf.py());
    }
}

impl RuntimeBase {
    pub(crate) fn step_at(
        &self,
        py: Python<'_>,
        bridge: &Bridge,
        now: Option<f64>,
        max_messages: u32,
        max_seconds: Option<f64>,
    ) -> PyResult<Progress> {
        if bridge.stepping.get() {
            return Err(ReentrantStepError::new_err(
                "the runtime is stepping already: a handler cannot run it; await, or send a message instead",
            ));
        }
        let now = match now {
            Some(now) => nanoseconds(now)?,
            None => bridge.clock_ns(py)?,
        };
        let time = max_seconds.map(Duration::try_from_secs_f64).transpose();
        let time =
            time.map_err(|_| PyValueError::new_err("max_seconds is a number of seconds, 0 or more"))?;
        let Some(mut kernel) = bridge.kernel.borrow_mut().take() else { return Err(closed()) };
        self.hub.silence();
        bridge.stepping.set(true);
        let budget = Budget { messages: max_messages, time, idle: false };
        let (progress, panic) = kernel.step_caught(now, &budget);
        bridge.stepping.set(false);
        let shutdown = !kernel.not_shutdown();
        if shutdown && !bridge.gave_up.replace(true) {
            tell_why(py, &mut kernel);
        }
        let kernel = bridge.kernel.borrow_mut().replace(kernel);
        debug_assert!(kernel.is_none());
        let raise = bridge.store(py).raise.borrow_mut().take();
        if bridge.close_requested.get() {
            self.close(py)?;
        }
        if let Some(error) = raise {
            return Err(PyErr::from_value(error.into_bound(py)));
        }
        if panic.is_some() {
            return Err(InternalError::new_err("a part of the runtime panicked; its message is on stderr"));
        }
        let actor_rt::Progress { more, handled, number, host_calls, .. } = progress;
        bridge.steps.set(number);
        bridge.insight.handled.set(bridge.insight.handled.get() + u64::from(handled));
        Ok(Progress { more, handled, number, host_calls, shutdown })
    }

    /// Nobody can reach the runtime any more, and nobody closed it. On the owner thread the kernel goes too; elsewhere its empty
    /// shell is left behind (see `OwnerCell`).
    fn abandon(&self, py: Python<'_>) {
        if let Some(bridge) = self.living_bridge(py).filter(|bridge| !bridge.is_held()) {
            bridge.abandoned.set(true);
            bridge.stepping.set(true);
            if let Some(error) = self.finish_close(py, bridge) {
                error.write_unraisable(py, None);
            }
        }
        self.store.get(py).clear();
    }
}

impl Drop for RuntimeBase {
    fn drop(&mut self) {
        in_destructor(|py| self.abandon(py));
    }
}
