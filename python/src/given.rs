//! `Given`: the arguments of a call as they came, before they are those of a message: `(method, *args), kwargs`.

use crate::args::Args;
use pyo3::Borrowed;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

pub(crate) trait Given<'py> {
    fn py(&self) -> Python<'py>;

    /// The first one, and whether it is alone.
    fn first(&self) -> Option<(Borrowed<'_, 'py, PyAny>, bool)>;

    /// Those without names, with the actor in the place of the first.
    fn for_actor(&self, actor: &Bound<'py, PyAny>) -> PyResult<Args>;

    /// Those with names, if there are any.
    fn named(&self) -> PyResult<Option<Bound<'py, PyDict>>>;
}

/// As PyO3 gives them.
pub(crate) struct Collected<'a, 'py>(pub &'a Bound<'py, PyTuple>, pub Option<&'a Bound<'py, PyDict>>);

impl<'py> Given<'py> for Collected<'_, 'py> {
    fn py(&self) -> Python<'py> {
        self.0.py()
    }

    fn first(&self) -> Option<(Borrowed<'_, 'py, PyAny>, bool)> {
        let is_alone = self.0.len() == 1 && self.1.is_none_or(|named| named.is_empty());
        Some((self.0.get_borrowed_item(0).ok()?, is_alone))
    }

    fn for_actor(&self, actor: &Bound<'py, PyAny>) -> PyResult<Args> {
        Args::new(actor, self.0.iter().skip(1))
    }

    fn named(&self) -> PyResult<Option<Bound<'py, PyDict>>> {
        Ok(self.1.filter(|named| !named.is_empty()).cloned())
    }
}
