//! `Reply`: what an ask returns. It gets exactly one outcome, and tells everybody who waits for it.

use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::driver;
use crate::errors::{self, AskCancelled, NotReady, WouldDeadlock, not_picklable};
use crate::owner_cell::{GilCell, Used};
use crate::reference::selector;
use crate::runtime::RuntimeBase;
use crate::waiting::{self, Waiter};
use pyo3::PyTraverseError;
use pyo3::exceptions::{PyBaseException, PyRuntimeError, PyStopIteration};
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::cell::RefCell;

enum Outcome {
    Pending,
    Value(Py<PyAny>),
    Error(Py<PyBaseException>),
}

struct State {
    outcome: Outcome,
    cancelled: bool,
    /// Tells of an exception that nobody looks at. Python's, so that the collector asks it before it takes the exception to pieces.
    unread: Option<Py<PyAny>>,
    waiters: Vec<Waiter>,
    /// Key of the timer of its deadline; 0 for none.
    deadline: u64,
    /// The deadline, in nanoseconds of the runtime's clock.
    until: u64,
}

/// The answer to an ask, now or later.
#[pyclass(frozen, weakref, generic, module = "actor_rt")]
pub struct Reply {
    runtime: Py<RuntimeBase>,
    target: u64,
    /// Keys of more actors, where several were asked whose answers are all needed.
    others: Vec<u64>,
    /// Whether somebody is going to see an exception in it.
    is_asked: bool,
    state: GilCell<RefCell<State>>,
}

impl Reply {
    /// A reply of this runtime's, and of the actor with the key `target`; 0 for no one's.
    pub(crate) fn new(py: Python<'_>, runtime: &Py<RuntimeBase>, target: u64) -> PyResult<Py<Self>> {
        Py::new(py, Reply::of(runtime.clone_ref(py), target, Vec::new(), true))
    }

    /// The same for several actors, and for a reply that nobody looks at.
    pub(crate) fn of(runtime: Py<RuntimeBase>, target: u64, others: Vec<u64>, is_asked: bool) -> Self {
        let state = State {
            outcome: Outcome::Pending,
            cancelled: false,
            unread: None,
            waiters: Vec::new(),
            deadline: 0,
            until: u64::MAX,
        };
        Reply { runtime, target, others, is_asked, state: GilCell::new(RefCell::new(state)) }
    }

    /// Keys of the actors for which one who awaits it waits.
    pub(crate) fn targets(&self) -> impl Iterator<Item = u64> + '_ {
        std::iter::once(self.target).chain(self.others.iter().copied()).filter(|&key| key != 0)
    }

    pub(crate) fn runtime(&self) -> &Py<RuntimeBase> {
        &self.runtime
    }

    /// Whether it is a reply of this runtime.
    pub(crate) fn is_of(&self, bridge: &Bridge) -> bool {
        self.runtime.get().is(bridge)
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// Until when it may be answered, in nanoseconds of the runtime's clock.
    pub(crate) fn until(&self, py: Python<'_>) -> u64 {
        self.state.get(py).borrow().until
    }

    pub(crate) fn set_until(&self, py: Python<'_>, until: u64) {
        self.state.get(py).borrow_mut().until = until;
    }

    /// Takes a deadline and the key of its timer down. The key of the timer before; 0 for none.
    pub(crate) fn replace_deadline(&self, py: Python<'_>, timer: u64, until: u64) -> u64 {
        let mut state = self.state.get(py).borrow_mut();
        state.until = until;
        std::mem::replace(&mut state.deadline, timer)
    }

    /// Whether it has an answer, and no exception.
    pub(crate) fn is_answered(&self, py: Python<'_>) -> bool {
        matches!(self.state.get(py).borrow().outcome, Outcome::Value(_))
    }

    pub(crate) fn is_pending(&self, py: Python<'_>) -> bool {
        matches!(self.state.get(py).borrow().outcome, Outcome::Pending)
    }

    pub(crate) fn is_cancelled(&self, py: Python<'_>) -> bool {
        self.state.get(py).borrow().cancelled
    }

    /// The outcome; marks an error as seen. Err while there is none.
    pub(crate) fn take_result(&self, py: Python<'_>) -> PyResult<PyResult<Py<PyAny>>> {
        let mut state = self.state.get(py).borrow_mut();
        let result = match &state.outcome {
            Outcome::Pending => None,
            Outcome::Value(value) => Some(Ok(value.clone_ref(py))),
            Outcome::Error(error) => Some(Err(error.clone_ref(py))),
        };
        let unread = state.unread.take();
        drop(state);
        seen(py, unread);
        match result {
            None => Err(self.not_ready(py)),
            Some(Ok(value)) => Ok(Ok(value)),
            Some(Err(error)) => Ok(Err(PyErr::from_value(error.into_bound(py).into_any()))),
        }
    }

    /// Gives it its outcome. Who is to be told of it; None if it has one already.
    pub(crate) fn settle(&self, py: Python<'_>, result: PyResult<Py<PyAny>>) -> Option<Vec<Waiter>> {
        if !self.is_pending(py) {
            return None;
        }
        let (outcome, unread) = match result {
            Ok(value) => (Outcome::Value(value), None),
            Err(error) => {
                let error = error.into_value(py);
                let unread = unread(py, error.bind(py).as_any());
                (Outcome::Error(error), unread)
            }
        };
        let taken = {
            let mut state = self.state.get(py).borrow_mut();
            if matches!(state.outcome, Outcome::Pending) {
                state.outcome = outcome;
                state.unread = unread;
                Ok((std::mem::take(&mut state.waiters), std::mem::take(&mut state.deadline)))
            } else {
                // What was made for it was Python, which has given it another outcome.
                Err((outcome, unread))
            }
        };
        let (waiters, deadline) = match taken {
            Ok(taken) => taken,
            Err((_, unread)) => {
                seen(py, unread);
                return None;
            }
        };
        if deadline != 0 {
            if let Some(bridge) = self.runtime.get().living_bridge(py) {
                bridge.disarm(py, deadline);
            }
        }
        Some(waiters)
    }

    /// Takes the ask back. Who is to be told of it; None if there is an outcome.
    pub(crate) fn withdraw(&self, py: Python<'_>) -> Option<Vec<Waiter>> {
        {
            let mut state = self.state.get(py).borrow_mut();
            if !matches!(state.outcome, Outcome::Pending) {
                return None;
            }
            state.cancelled = true;
        }
        self.settle(py, Err(AskCancelled::new_err("the ask was withdrawn")))
    }

    #[cold]
    fn not_ready(&self, py: Python<'_>) -> PyErr {
        let bridge = self.runtime.get().living_bridge(py);
        let running = bridge.map(|bridge| (driver::running(py, &bridge), bridge));
        if let Some((key, bridge)) = running.filter(|(key, _)| *key != 0) {
            let who = bridge.instance(py, key);
            let who = who.map_or_else(String::new, |actor| format!(" {}", crate::actor::label(&actor)));
            return WouldDeadlock::new_err(format!(
                "the handler of{who} cannot get the answer before it returns: await the reply, or use Reply.then"
            ));
        }
        NotReady::new_err("the reply has no outcome yet: run the runtime, or await the reply")
    }
}

/// What changes a reply needs the object itself, for its callbacks.
pub(crate) trait Settle {
    /// Gives it its outcome, if it has none yet.
    fn resolve(&self, py: Python<'_>, result: PyResult<Py<PyAny>>);
    /// Withdraws it, if it has no outcome yet.
    fn cancel(&self, py: Python<'_>) -> bool;
    fn add_waiter(&self, py: Python<'_>, waiter: Waiter);
    fn add_callback(&self, py: Python<'_>, callback: Py<PyAny>);
}

impl Settle for Py<Reply> {
    fn resolve(&self, py: Python<'_>, result: PyResult<Py<PyAny>>) {
        if let Some(waiters) = self.get().settle(py, result) {
            waiting::tell_all(py, self.clone_ref(py), waiters);
        }
    }

    fn cancel(&self, py: Python<'_>) -> bool {
        let waiters = self.get().withdraw(py);
        let is_withdrawn = waiters.is_some();
        if let Some(waiters) = waiters {
            waiting::tell_all(py, self.clone_ref(py), waiters);
        }
        is_withdrawn
    }

    fn add_waiter(&self, py: Python<'_>, waiter: Waiter) {
        {
            let mut state = self.get().state.get(py).borrow_mut();
            if matches!(state.outcome, Outcome::Pending) {
                state.waiters.push(waiter);
                return;
            }
        }
        waiting::tell_all(py, self.clone_ref(py), vec![waiter]);
    }

    fn add_callback(&self, py: Python<'_>, callback: Py<PyAny>) {
        self.add_waiter(py, Waiter::Callback(callback));
    }
}

#[pymethods]
impl Reply {
    /// Whether it has its outcome.
    fn done(&self, py: Python<'_>) -> PyResult<bool> {
        self.check()?;
        Ok(!self.is_pending(py))
    }

    /// Whether it was withdrawn.
    fn cancelled(&self, py: Python<'_>) -> PyResult<bool> {
        self.check()?;
        Ok(self.is_cancelled(py))
    }

    /// The answer. Raises the exception if there is one, `NotReady` if there is no outcome yet. Never blocks.
    fn result(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.check()?;
        self.take_result(py)?
    }

    /// The exception; None if there is an answer. `NotReady` if there is no outcome yet.
    fn exception(&self, py: Python<'_>) -> PyResult<Option<Py<PyBaseException>>> {
        self.check()?;
        Ok(self.take_result(py)?.err().map(|error| error.into_value(py)))
    }

    /// Calls `callback(reply)` when there is an outcome; at once if there is one.
    fn add_done_callback(slf: &Bound<'_, Self>, callback: Py<PyAny>) -> PyResult<()> {
        slf.get().check()?;
        slf.clone().unbind().add_callback(slf.py(), callback);
        Ok(())
    }

    /// Sends the answer to `method` of the actor whose handler runs, and an exception to `otherwise`. Without `otherwise` an
    /// exception fails that actor.
    #[pyo3(signature = (method, otherwise=None))]
    fn then<'py>(
        slf: &Bound<'py, Self>,
        method: Bound<'py, PyAny>,
        otherwise: Option<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let py = slf.py();
        let bridge = slf.get().runtime.get().bridge_for(py, Used::Reply)?;
        let actor = bridge.instance(py, driver::running(py, &bridge)).ok_or_else(|| {
            PyRuntimeError::new_err(
                "Reply.then works inside of a handler: outside use Reply.add_done_callback",
            )
        })?;
        let bond = Bond::of(&actor)?;
        let bond = bond.get();
        let method = selector(bond, method)?.unbind();
        let otherwise = otherwise.map(|otherwise| selector(bond, otherwise)).transpose()?.map(Bound::unbind);
        slf.clone().unbind().add_waiter(py, Waiter::Then { actor: actor.unbind(), method, otherwise });
        Ok(())
    }

    /// Gives it `delay` seconds at the most, instead of what was said before; then its outcome is `AskTimeout`. None changes nothing,
    /// `math.inf` is no limit. Returns the reply.
    fn within<'py>(slf: &Bound<'py, Self>, delay: Option<f64>) -> PyResult<Bound<'py, Self>> {
        let py = slf.py();
        let bridge = slf.get().runtime.get().bridge_for(py, Used::Reply)?;
        if let Some(delay) = delay {
            let deadline = bridge.deadline(py, delay)?;
            bridge.set_deadline(py, slf.as_unbound(), deadline)?;
        }
        Ok(slf.clone())
    }

    /// A reply that gets what `by` makes of the answer. Withdrawing that withdraws this one.
    ///
    /// >>> counter = rt.spawn(Counter, 5)
    /// >>> rt.run_until(counter.ask(Counter.add, 1).map(lambda total: f"{total} in all"))
    /// '6 in all'
    fn map<'py>(slf: &Bound<'py, Self>, by: Py<PyAny>) -> PyResult<Bound<'py, Self>> {
        let py = slf.py();
        slf.get().check()?;
        let (runtime, others) = (slf.get().runtime.clone_ref(py), slf.get().others.clone());
        let result = Bound::new(py, Reply::of(runtime, slf.get().target, others, true))?;
        let made = result.clone().unbind();
        made.add_waiter(py, Waiter::Withdraw(slf.clone().unbind()));
        slf.clone().unbind().add_waiter(py, Waiter::Map { by, result: made });
        Ok(result)
    }

    /// A reply that gets the same outcome. Withdrawing that withdraws nothing else.
    fn _copy<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        let py = slf.py();
        slf.get().check()?;
        let (runtime, others) = (slf.get().runtime.clone_ref(py), slf.get().others.clone());
        let copy = Bound::new(py, Reply::of(runtime, slf.get().target, others, true))?;
        slf.clone().unbind().add_waiter(py, Waiter::Pass(copy.clone().unbind()));
        Ok(copy)
    }

    /// Calls `to` with the answer, or with what `by` makes of it: for `other.fwd(Method)`, so that the answer goes on to another actor. Who
    /// looks at an exception is nobody: it is logged.
    ///
    /// >>> heard = []
    /// >>> counter, recorder = rt.spawn(Counter, 5), rt.spawn(Recorder, heard)
    /// >>> counter.ask(Counter.add, 1).forward(recorder.fwd(Recorder.hear), str)
    /// >>> _ = rt.run_until_idle()
    /// >>> heard
    /// ['6']
    #[pyo3(signature = (to, by=None))]
    fn forward(slf: &Bound<'_, Self>, to: Py<PyAny>, by: Option<Py<PyAny>>) -> PyResult<()> {
        slf.get().check()?;
        slf.clone().unbind().add_waiter(slf.py(), Waiter::Forward { to, by });
        Ok(())
    }

    /// For `await` under a host's loop: its task `host` is about to wait for this. `WouldDeadlock` if that would last for ever.
    fn _wait_begins(slf: &Bound<'_, Self>, host: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        let Some(bridge) = slf.get().runtime.get().living_bridge(py) else { return Ok(()) };
        driver::begin_wait(py, &bridge, slf, host)
    }

    /// It waits no longer.
    fn _wait_ends(&self, py: Python<'_>, host: &Bound<'_, PyAny>) {
        if let Some(bridge) = self.runtime.get().living_bridge(py) {
            driver::end_wait(py, &bridge, host);
        }
    }

    /// Withdraws the ask: a message that was not delivered yet is not going to be, a later answer is discarded. False if there is an
    /// outcome already.
    #[pyo3(name = "cancel")]
    fn cancel_py(slf: &Bound<'_, Self>) -> PyResult<bool> {
        slf.get().check()?;
        Ok(slf.clone().unbind().cancel(slf.py()))
    }

    fn __await__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        slf.get().check()?;
        let bridge = slf.get().runtime.get().living_bridge(py);
        let driven = bridge.as_ref().is_some_and(|bridge| bridge.driving.get());
        if let (Some(bridge), false, true) = (bridge, driven, slf.get().is_pending(py)) {
            bridge.step_early(py)?;
        }
        if driven || !slf.get().is_pending(py) {
            return Ok(Bound::new(py, ReplyWait { reply: slf.clone().unbind() })?.into_any());
        }
        errors::host_wait(py)?.call1((slf,))
    }

    fn __repr__(&self, py: Python<'_>) -> &'static str {
        let state = self.state.get(py).borrow();
        match &state.outcome {
            Outcome::Pending => "<Reply pending>",
            Outcome::Value(_) => "<Reply answered>",
            Outcome::Error(_) if state.cancelled => "<Reply cancelled>",
            Outcome::Error(_) => "<Reply failed>",
        }
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Reply"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)?;
        let Ok(state) = self.state.visit(&visit).try_borrow() else { return Ok(()) };
        match &state.outcome {
            Outcome::Pending => {}
            Outcome::Value(value) => visit.call(value)?,
            Outcome::Error(error) => visit.call(error)?,
        }
        visit.call(&state.unread)?;
        for waiter in &state.waiters {
            waiter.traverse(&visit)?;
        }
        Ok(())
    }

    fn __clear__(slf: &Bound<'_, Self>) {
        let taken = slf.get().state.get(slf.py()).try_borrow_mut().map(|mut state| {
            let outcome = std::mem::replace(&mut state.outcome, Outcome::Pending);
            (outcome, state.unread.take(), std::mem::take(&mut state.waiters))
        });
        drop(taken);
    }
}

/// What tells of an exception that nobody looks at. No code of Python's runs here, which an interrupt would end.
fn unread(py: Python<'_>, error: &Bound<'_, PyAny>) -> Option<Py<PyAny>> {
    // When the interpreter goes away nothing can be imported any more, nor shown.
    let unread = errors::unread(py).ok()?.call0().ok()?;
    unread.setattr(pyo3::intern!(py, "error"), error).ok()?;
    Some(unread.unbind())
}

/// Somebody has looked at an exception.
fn seen(py: Python<'_>, unread: Option<Py<PyAny>>) {
    let Some(unread) = unread else { return };
    if let Err(error) = unread.setattr(py, pyo3::intern!(py, "error"), py.None()) {
        error.write_unraisable(py, None);
    }
}

impl Reply {
    fn check(&self) -> PyResult<()> {
        self.runtime.get().owner().check(Used::Reply)
    }
}

/// The iterator of an await: yields the reply to our own driver until there is an outcome.
#[pyclass(frozen, module = "actor_rt._core")]
pub(crate) struct ReplyWait {
    reply: Py<Reply>,
}

#[pymethods]
impl ReplyWait {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Py<Reply>> {
        let reply = self.reply.get();
        if reply.is_pending(py) {
            return Ok(self.reply.clone_ref(py));
        }
        match reply.take_result(py)? {
            Ok(value) => Err(PyStopIteration::new_err((value,))),
            // It would end the wait as if it were the answer: as in a generator it is another exception (PEP 479).
            Err(error) if error.is_instance_of::<PyStopIteration>(py) => {
                let raised = PyRuntimeError::new_err("the answer to an ask is a StopIteration");
                raised.set_cause(py, Some(error));
                Err(raised)
            }
            Err(error) => Err(error),
        }
    }

    /// The coroutine is closed where it waits: nobody is left to hear the answer.
    fn close(&self, py: Python<'_>) {
        // The collector may do that on any thread; there the reply is left alone.
        if self.reply.get().runtime.get().living_bridge(py).is_some() {
            self.reply.cancel(py);
        }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.reply)
    }
}
