//! `Args`: the arguments of a call, the actor first; as a tuple, which is how the stable ABI of 3.10 calls. See `args_array.rs`.

use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

pub(crate) struct Args(Py<PyTuple>);

impl Args {
    /// The arguments of a call to an actor, or to a class.
    pub(crate) fn new<'py>(
        actor: &Bound<'py, PyAny>,
        mut rest: impl ExactSizeIterator<Item = Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let all = (0..rest.len() + 1).map(|place| match place {
            0 => actor.clone(),
            _ => rest.next().expect("there are so many"),
        });
        Ok(Args(PyTuple::new(actor.py(), all)?.unbind()))
    }

    /// The same with one more behind them.
    pub(crate) fn and(&self, last: Bound<'_, PyAny>) -> PyResult<Self> {
        let py = last.py();
        let all = self.0.bind(py).iter().chain([last]);
        Ok(Args(PyTuple::new(py, all.collect::<Vec<_>>())?.unbind()))
    }

    /// The same for another actor.
    pub(crate) fn with_actor(&self, actor: &Bound<'_, PyAny>) -> PyResult<Self> {
        Args::new(actor, self.0.bind(actor.py()).iter().skip(1))
    }

    pub(crate) fn actor<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.bind(py).get_item(0)
    }

    /// Calls a function with them.
    pub(crate) fn call<'py>(
        &self,
        function: &Bound<'py, PyAny>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        function.call(self.0.bind(function.py()), kwargs)
    }

    pub(crate) fn clone_ref(&self, py: Python<'_>) -> Self {
        Args(self.0.clone_ref(py))
    }

    /// Lets go of them, without a look at whether the thread may.
    pub(crate) fn forget(self, py: Python<'_>) {
        self.0.drop_ref(py);
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.0)
    }
}
