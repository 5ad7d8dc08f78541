//! Work for other threads: replies that these answer. The threads are Python's (`actor_rt/_offload.py`).

use crate::bridge::Bridge;
use crate::errors::ReplyDropped;
use crate::functions::{Runtime, add_functions};
use crate::reply::{Reply, Settle};
use crate::store::Foreign;
use pyo3::prelude::*;

impl Bridge {
    /// Another thread is done.
    pub(crate) fn offloaded(&self, py: Python<'_>, key: u64, result: Py<PyAny>, is_error: bool) {
        let reply = self.store(py).offloaded.borrow_mut().take(key);
        let Some(reply) = reply else { return };
        let result = if is_error { Err(PyErr::from_value(result.into_bound(py))) } else { Ok(result) };
        reply.resolve(py, result);
    }

    /// The runtime is closed: whoever waits for other threads is told, and their work is not waited for.
    pub(crate) fn drop_offloaded(&self, py: Python<'_>) {
        let all = std::mem::take(&mut *self.store(py).offloaded.borrow_mut());
        for reply in all.iter() {
            let error = ReplyDropped::new_err("the runtime was closed before another thread was done");
            reply.resolve(py, Err(error));
        }
    }
}

/// A reply that another thread answers, and its key.
#[pyfunction]
#[pyo3(signature = (runtime, /))]
pub(crate) fn _open_reply(runtime: Runtime<'_, '_>) -> PyResult<(Py<Reply>, u64)> {
    let py = runtime.py();
    let bridge = runtime.get().bridge(py)?;
    // It waits for a thread, not for an actor.
    let reply = Reply::new(py, runtime.as_unbound(), 0)?;
    let key = bridge.store(py).offloaded.borrow_mut().insert(reply.clone_ref(py));
    Ok((reply, key))
}

/// Answers it. Any thread; nothing happens where the runtime is closed, and the reply was answered with it.
#[pyfunction]
#[pyo3(signature = (runtime, key, result, is_error, /))]
pub(crate) fn _settle_reply(runtime: Runtime<'_, '_>, key: u64, result: Py<PyAny>, is_error: bool) {
    let _ = runtime.get().send_foreign(runtime.py(), Foreign::Done { key, result, is_error });
}

/// Has `told()` called when the runtime has been closed.
#[pyfunction]
#[pyo3(signature = (runtime, told, /))]
pub(crate) fn _when_closed(runtime: Runtime<'_, '_>, told: Py<PyAny>) -> PyResult<()> {
    let bridge = runtime.get().bridge(runtime.py())?;
    let older = bridge.store(runtime.py()).hooks.borrow_mut().closed.replace(told);
    drop(older);
    Ok(())
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add_functions!(module, _open_reply _settle_reply _when_closed);
    Ok(())
}
