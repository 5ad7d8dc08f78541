//! `Key`: by what a pool chooses a worker. Values of the kernel's own, so that it may hash and compare them at any time, and does so alike in
//! every run: Python's own hashes of text are not.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt, PyString};
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    None,
    Int(i64),
    /// An integer beyond that, in decimal digits.
    Big(Rc<str>),
    Text(Rc<str>),
    Bytes(Rc<[u8]>),
}

impl Key {
    pub(crate) fn of(value: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let Some(value) = value else { return Ok(Key::None) };
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(Key::Text(text.to_cow()?.into()));
        }
        if value.is_instance_of::<PyInt>() {
            return Ok(match value.extract::<i64>() {
                Ok(number) => Key::Int(number),
                Err(_) => Key::Big(value.str()?.to_cow()?.into()),
            });
        }
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Ok(Key::Bytes(bytes.as_bytes().into()));
        }
        let what = value.get_type();
        Err(PyTypeError::new_err(format!(
            "the key of a job is a str, an int, bytes or None, which have the same hash in every run, not {what}"
        )))
    }

    pub(crate) fn to_object<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match self {
            Key::None => py.None().into_bound(py),
            Key::Int(number) => number.into_pyobject(py)?.into_any(),
            Key::Big(digits) => py.get_type::<PyInt>().call1((&**digits,))?,
            Key::Text(text) => PyString::new(py, text).into_any(),
            Key::Bytes(bytes) => PyBytes::new(py, bytes).into_any(),
        })
    }
}
