//! For wheels with Rust actors of their own: what a crate that has this one as an rlib calls. See `python-example/tally`.

use crate::bridge::Bridge;
use crate::errors::ReplyDropped;
use crate::owner_cell::{OwnerCell, Used};
use crate::reply::Reply;
use crate::runtime::RuntimeBase;
use crate::sending::{answer, kept_reply};
use actor_rt::{ActorId, Door, Ret};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use std::rc::Rc;

/// A `Runtime` of this module's, which may come from another copy of it.
fn base<'a, 'py>(runtime: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, RuntimeBase>> {
    runtime.cast::<RuntimeBase>().map_err(|_| {
        let kind = runtime.get_type();
        PyTypeError::new_err(format!("a Runtime of this module's own copy of actor_rt is wanted, not {kind}"))
    })
}

fn inside(runtime: &Bound<'_, PyAny>) -> PyResult<Rc<Bridge>> {
    let bridge = base(runtime)?.get().bridge(runtime.py())?;
    // What is posted by the door, nobody of ours tells the host of.
    bridge.hub.ring_for_local();
    Ok(bridge)
}

/// The runtime behind an `actor_rt.Runtime`, for spawning and reaching actors from Rust: `door.spawn(value, notify)`, `door.actor(id)`.
///
/// The door may be kept: it outlives the runtime, and then finds nobody. Thread: the runtime's.
///
/// # Errors
/// `TypeError` for another object, `WrongThreadError`, `ForkedError`, `ClosedError`.
pub fn door(runtime: &Bound<'_, PyAny>) -> PyResult<Door> {
    Ok(inside(runtime)?.door.clone())
}

/// The `NativeRef` of an actor, for Python to send to it by tag and bytes.
///
/// # Errors
/// As for [`door`], and `ValueError` if that is no actor of this runtime.
pub fn native_ref<'py>(runtime: &Bound<'py, PyAny>, actor: ActorId) -> PyResult<Bound<'py, PyAny>> {
    base(runtime)?;
    runtime.call_method1("native_ref", (actor.0,))
}

/// A reply for Python to wait for, and the `Ret` by which Rust answers it: with a value, or with `ReplyDropped` if it is dropped instead.
///
/// # Errors
/// As for [`door`].
pub fn reply<'py, T>(runtime: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, Reply>, Ret<T>)>
where
    T: for<'a> IntoPyObject<'a> + 'static,
{
    let py = runtime.py();
    let bridge = inside(runtime)?;
    let reply = Reply::new(py, base(runtime)?.as_unbound(), 0)?;
    let kept = kept_reply(py, &bridge, &reply);
    let ret = Ret::new(move |value: Option<T>| {
        answer(&kept, |py| match value {
            Some(value) => value.into_py_any(py),
            None => Err(ReplyDropped::new_err("the actor took the message and gave no answer")),
        });
    });
    Ok((reply.into_bound(py), ret))
}

/// A value that belongs to the thread that makes it, in an object of Python's, which may come to any: handles of actors, doors. Elsewhere
/// it is refused, and dropped elsewhere it is left alone.
pub struct OnItsThread<T>(OwnerCell<T>);

impl<T> OnItsThread<T> {
    /// A value of the calling thread's.
    pub fn new(value: T) -> Self {
        OnItsThread(OwnerCell::new(value))
    }

    /// The value.
    ///
    /// # Errors
    /// `WrongThreadError` on another thread, `ForkedError` in a child process.
    pub fn get(&self) -> PyResult<&T> {
        self.0.get(Used::Own)
    }
}

/// The tag of a message's name: what Python's `packed.tag` and C's `art_tag` make of it.
pub const fn tag(name: &str) -> u64 {
    actor_ffi::tag(name)
}
