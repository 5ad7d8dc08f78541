//! The floor of the Python table: a queue of `(function, arguments)`, and nothing else. No ids, no order between threads, no failures, no timers.

#![forbid(unsafe_code)]

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::cell::RefCell;
use std::collections::VecDeque;

/// A queue of calls.
#[pyclass(unsendable)]
struct Queue {
    calls: RefCell<VecDeque<(Py<PyAny>, Py<PyTuple>)>>,
}

#[pymethods]
impl Queue {
    #[new]
    fn new() -> Self {
        Queue { calls: RefCell::default() }
    }

    /// Queues `function(*arguments)`.
    #[pyo3(signature = (function, *arguments))]
    fn push(&self, function: Py<PyAny>, arguments: Py<PyTuple>) {
        self.calls.borrow_mut().push_back((function, arguments));
    }

    /// Calls all that is queued.
    fn run(&self, py: Python<'_>) -> PyResult<usize> {
        let mut ran = 0;
        loop {
            let next = self.calls.borrow_mut().pop_front();
            let Some((function, arguments)) = next else { return Ok(ran) };
            function.bind(py).call1(arguments.bind(py))?;
            ran += 1;
        }
    }
}

#[pymodule(gil_used = true)]
fn actor_rt_floor(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Queue>()
}
