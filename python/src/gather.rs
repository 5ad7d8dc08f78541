//! Several asks with one reply: all answers, the first one, or so many of them.
//!
//! The replies lie in the store; each tells its gathering by a key when it has its outcome.

use crate::bridge::Bridge;
use crate::errors::NoQuorum;
use crate::reply::{Reply, Settle};
use crate::runtime::RuntimeBase;
use crate::waiting::{Telling, Waiter};
use pyo3::PyTraverseError;
use pyo3::exceptions::PyValueError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyList;

/// How many answers are enough.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    First,
    Quorum(usize),
}

/// Asks whose outcomes go into one reply.
pub(crate) struct GatherEntry {
    replies: Vec<Py<Reply>>,
    result: Py<Reply>,
    wanted: Wanted,
    answers: usize,
    open: usize,
}

impl GatherEntry {
    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        for reply in &self.replies {
            visit.call(reply)?;
        }
        visit.call(&self.result)
    }

    /// Whether the outcomes to come change nothing any more.
    fn is_over(&self) -> bool {
        self.open == 0
            || match self.wanted {
                Wanted::All => false,
                Wanted::First => self.answers > 0,
                Wanted::Quorum(answers) => self.answers >= answers || self.answers + self.open < answers,
            }
    }
}

/// A reply for several: `wanted` is 0 for all of them, -1 for the first answer, else how many are needed.
pub(crate) fn gather(
    py: Python<'_>,
    runtime: &Bound<'_, RuntimeBase>,
    replies: Vec<Py<Reply>>,
    wanted: i64,
) -> PyResult<Py<Reply>> {
    let bridge = runtime.get().bridge(py)?;
    if !replies.iter().all(|reply| reply.get().is_of(&bridge)) {
        for reply in &replies {
            reply.cancel(py);
        }
        return Err(PyValueError::new_err("an actor belongs to another runtime: ask it through that one"));
    }
    let wanted = match usize::try_from(wanted) {
        Ok(0) => Wanted::All,
        Ok(answers) => Wanted::Quorum(answers),
        Err(_) => Wanted::First,
    };
    let mut targets: Vec<u64> = Vec::new();
    if wanted == Wanted::All {
        // Who awaits all of them waits for each.
        targets.extend(replies.iter().flat_map(|reply| reply.get().targets()));
    }
    let result = Py::new(py, Reply::of(runtime.clone().unbind(), 0, targets, true))?;
    let each: Vec<_> = replies.iter().map(|reply| reply.clone_ref(py)).collect();
    let open = replies.len();
    let entry = GatherEntry { replies, result: result.clone_ref(py), wanted, answers: 0, open };
    let is_over = entry.is_over();
    let key = bridge.store(py).gathers.borrow_mut().insert(entry);
    if is_over {
        let mut telling = Telling::default();
        finish(py, &bridge, key, &mut telling);
        telling.go_on(py);
    }
    for reply in each {
        reply.add_waiter(py, Waiter::Gather(key));
    }
    // Withdrawn, or too late: so are those that it is made of.
    result.add_waiter(py, Waiter::Gathered(key));
    Ok(result)
}

/// One of them has its outcome.
pub(crate) fn heard(py: Python<'_>, bridge: &Bridge, key: u64, reply: &Reply, telling: &mut Telling) {
    let answered = reply.is_answered(py);
    let is_over = {
        let mut gathers = bridge.store(py).gathers.borrow_mut();
        let Some(entry) = gathers.get(key) else { return };
        entry.answers += usize::from(answered);
        entry.open -= 1;
        entry.is_over()
    };
    if is_over {
        finish(py, bridge, key, telling);
    }
}

/// Enough is known: the others are withdrawn, and the reply gets what there is.
pub(crate) fn finish(py: Python<'_>, bridge: &Bridge, key: u64, telling: &mut Telling) {
    let Some(entry) = bridge.store(py).gathers.borrow_mut().take(key) else { return };
    let mut withdrawn = Telling::default();
    for reply in &entry.replies {
        withdrawn.withdraw(py, reply.clone_ref(py));
    }
    if entry.result.get().is_pending(py) {
        let result = outcome(py, &entry);
        telling.settle(py, entry.result, result);
    } else {
        // Nobody is going to see them there.
        for reply in &entry.replies {
            let _ = reply.get().take_result(py);
        }
    }
    // Those that were withdrawn are told first.
    telling.append(withdrawn);
}

fn outcome(py: Python<'_>, entry: &GatherEntry) -> PyResult<Py<PyAny>> {
    let mut first = None;
    let mut outcomes = Vec::with_capacity(entry.replies.len());
    for reply in &entry.replies {
        let is_answer = reply.get().is_answered(py);
        let outcome = match reply.get().take_result(py)? {
            Ok(value) => value,
            Err(error) => error.into_value(py).into_any(),
        };
        if is_answer && first.is_none() {
            first = Some(outcome.clone_ref(py));
        }
        outcomes.push(outcome);
    }
    let needed = match entry.wanted {
        Wanted::All => 0,
        Wanted::First => 1,
        Wanted::Quorum(answers) => answers,
    };
    let outcomes = PyList::new(py, outcomes)?;
    if entry.answers < needed {
        let why =
            format!("{} of {} answered, {needed} would have been enough", entry.answers, outcomes.len());
        return Err(NoQuorum::new_err((why, outcomes.unbind())));
    }
    match (entry.wanted, first) {
        (Wanted::First, Some(answer)) => Ok(answer),
        _ => Ok(outcomes.into_any().unbind()),
    }
}
