//! `Forward`: one of an actor's methods as a plain callback.

use crate::actor::label;
use crate::args::Args;
use crate::errors::not_picklable;
use crate::held::Held;
use crate::store::{Call, Message};
use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// A method of an actor as a function.
#[pyclass(frozen, weakref, generic, module = "actor_rt")]
pub struct Forward {
    actor: Held,
    method: Py<PyAny>,
    /// How many arguments it takes by their places, besides the actor.
    most: usize,
}

/// How many arguments a method takes by their places, besides the actor; no bound where that is not known.
fn most_arguments(method: &Bound<'_, PyAny>) -> usize {
    const TAKES_MORE: u32 = 0x04;
    let mut method = method.clone();
    // What decorates a method takes anything, and hands it on.
    for _ in 0..16 {
        match method.getattr(pyo3::intern!(method.py(), "__wrapped__")) {
            Ok(inner) => method = inner,
            Err(_) => break,
        }
    }
    let known = || -> PyResult<(usize, u32)> {
        let code = method.getattr(pyo3::intern!(method.py(), "__code__"))?;
        Ok((code.getattr("co_argcount")?.extract()?, code.getattr("co_flags")?.extract()?))
    };
    match known() {
        Ok((count, flags)) if flags & TAKES_MORE == 0 => count.saturating_sub(1),
        _ => usize::MAX,
    }
}

impl Forward {
    pub(crate) fn new(actor: Held, method: Bound<'_, PyAny>) -> Self {
        let most = most_arguments(&method);
        Forward { actor, method: method.unbind(), most }
    }
}

#[pymethods]
impl Forward {
    #[pyo3(signature = (*args, **kwargs))]
    fn __call__(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let actor = self.actor.actor(py);
        let bond = self.actor.bond();
        let bridge = bond.bridge(py)?;
        let call = Call {
            method: self.method.clone_ref(py),
            args: Args::new(actor, args.iter().take(self.most))?,
            kwargs: kwargs.filter(|kwargs| !kwargs.is_empty()).map(|kwargs| kwargs.clone().unbind()),
        };
        // A callback has nobody to tell that there was no room: it is a message that is lost.
        bridge.post_or_lose(py, bond, Message::new(call, None));
        Ok(())
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Forward to {}>", label(self.actor.actor(py)))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Forward"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.actor.traverse(&visit)?;
        visit.call(&self.method)
    }
}
