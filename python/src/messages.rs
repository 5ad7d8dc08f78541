//! Messages as values: which method of an actor's class one is for. The table of a class is made in Python (`actor_rt/_messages.py`).

use crate::args::Args;
use crate::errors;
use crate::store::Call;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Whether a value is a message that has an answer.
pub(crate) fn is_askable(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    value.is_instance(errors::askable(value.py())?)
}

/// The call by which an actor receives a value. A `TypeError` if its class has nothing for it.
pub(crate) fn call(actor: &Bound<'_, PyAny>, message: Bound<'_, PyAny>) -> PyResult<Call> {
    let py = actor.py();
    let (class, kind) = (actor.get_type(), message.get_type());
    let known = class.getattr(pyo3::intern!(py, "__actor_receives__"))?.cast_into::<PyDict>()?;
    let method = match known.get_item(&kind)? {
        Some(method) => method,
        // Found once for each type.
        None => errors::receiver(py)?.call1((class, kind))?,
    };
    Ok(Call { method: method.unbind(), args: Args::new(actor, [message].into_iter())?, kwargs: None })
}
