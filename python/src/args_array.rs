//! `Args`: the arguments of a call, the actor first; side by side, as the interpreter takes them. The unsafe code is that call, which the stable
//! ABI of 3.10 does not have: there `args_tuple.rs` stands for this file.

use pyo3::PyTraverseError;
use pyo3::ffi;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use smallvec::SmallVec;

/// In an allocation of their own from the fourth on.
pub(crate) struct Args(SmallVec<[Py<PyAny>; 3]>);

impl Args {
    /// The arguments of a call to an actor, or to a class.
    pub(crate) fn new<'py>(
        actor: &Bound<'py, PyAny>,
        rest: impl ExactSizeIterator<Item = Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let mut all = SmallVec::with_capacity(rest.len() + 1);
        all.push(actor.clone().unbind());
        all.extend(rest.map(Bound::unbind));
        Ok(Args(all))
    }

    /// The same with one more behind them.
    pub(crate) fn and(&self, last: Bound<'_, PyAny>) -> PyResult<Self> {
        let mut args = self.clone_ref(last.py());
        args.0.push(last.unbind());
        Ok(args)
    }

    /// The same for another actor.
    pub(crate) fn with_actor(&self, actor: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut args = self.clone_ref(actor.py());
        args.0[0] = actor.clone().unbind();
        Ok(args)
    }

    pub(crate) fn actor<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.0[0].bind(py).clone())
    }

    /// Calls a function with them.
    pub(crate) fn call<'py>(
        &self,
        function: &Bound<'py, PyAny>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = function.py();
        if kwargs.is_some() {
            return function.call(PyTuple::new(py, &self.0)?, kwargs);
        }
        // SAFETY: a function and so many arguments, alive for the call; `Py` is a pointer and nothing else.
        unsafe {
            let result = ffi::PyObject_Vectorcall(
                function.as_ptr(),
                self.0.as_ptr().cast(),
                self.0.len(),
                std::ptr::null_mut(),
            );
            Bound::from_owned_ptr_or_err(py, result)
        }
    }

    pub(crate) fn clone_ref(&self, py: Python<'_>) -> Self {
        Args(self.0.iter().map(|one| one.clone_ref(py)).collect())
    }

    /// Lets go of them, without a look at whether the thread may.
    pub(crate) fn forget(self, py: Python<'_>) {
        for one in self.0 {
            one.drop_ref(py);
        }
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.iter().try_for_each(|one| visit.call(one))
    }
}
