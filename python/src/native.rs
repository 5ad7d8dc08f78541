//! `NativeBase`: an actor in another language, by its id. A message for it is a tag and bytes; `actor_rt/_native.py` makes both of what is
//! declared in `actor_rt.packed`.

use crate::errors::{ActorStopped, AskCancelled, AskTimeout, MailboxFull, ReplyDropped, not_picklable};
use crate::functions::{Runtime, inside};
use crate::lent;
use crate::lifecycle;
use crate::reply::{Reply, Settle};
use crate::runtime::RuntimeBase;
use crate::sending::{answer, kept_reply};
use crate::watch;
use actor_rt::{ActorId, Answer, Body, Door, IdError, Outcome, PostError};
use pyo3::PyTraverseError;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::rc::Rc;

/// The base of `actor_rt.NativeRef`.
#[pyclass(frozen, subclass, weakref, name = "_NativeBase", module = "actor_rt._core")]
pub struct NativeBase {
    runtime: Py<RuntimeBase>,
    id: ActorId,
}

/// Why the kernel takes no message for an actor that is there.
fn refused(error: PostError) -> PyErr {
    match error {
        PostError::Full => MailboxFull::new_err("the actor's mailbox has no room"),
        PostError::Refused => PyTypeError::new_err(
            "the actor takes no messages of other languages: it is one of Rust's without a decoder",
        ),
        error => ActorStopped::new_err(error.to_string()),
    }
}

/// What is no actor of this runtime, and never was.
fn unknown(error: IdError) -> Option<PyErr> {
    match error {
        IdError::Stale => None,
        IdError::WrongRuntime => Some(PyValueError::new_err("the id is that of another runtime's actor")),
        error => Some(PyValueError::new_err(format!("that is no id of an actor: {error}"))),
    }
}

/// What is told of an ask.
fn told(py: Python<'_>, told: &Answer<'_>) -> PyResult<Py<PyAny>> {
    match told.outcome {
        Outcome::Reply => {
            let data = match &told.body {
                Body::Copied(data) => data,
                Body::Owned(owned) => owned.as_slice(),
            };
            Ok(PyBytes::new(py, data).into_any().unbind())
        }
        Outcome::Timeout => Err(AskTimeout::new_err("no answer within the time given")),
        Outcome::Closed => Err(ActorStopped::new_err("an actor was asked that has ended")),
        Outcome::Cancelled => Err(AskCancelled::new_err("the ask was withdrawn")),
        _ => Err(ReplyDropped::new_err("the actor took the message and gave no answer")),
    }
}

/// A tag that others may use.
fn checked(tag: u64) -> PyResult<u64> {
    if tag == 0 || tag >> 63 != 0 {
        return Err(PyValueError::new_err(
            "0 and tags from 2**63 on are the runtime's own: give the message's name, or packed.tag(name)",
        ));
    }
    Ok(tag)
}

impl NativeBase {
    /// Does something to the actor, if it lives.
    fn by_id(&self, py: Python<'_>, f: impl FnOnce(&Door, ActorId) -> Result<(), IdError>) -> PyResult<()> {
        let bridge = inside(self.runtime.bind(py))?;
        // It may have ended before.
        let _ = f(&bridge.door, self.id);
        bridge.flush(py);
        Ok(())
    }
}

#[pymethods]
impl NativeBase {
    #[new]
    fn new(runtime: Runtime<'_, '_>, id: u64) -> PyResult<Self> {
        let known = inside(runtime)?.door.is_alive(ActorId(id));
        match known.err().and_then(unknown) {
            Some(error) => Err(error),
            None => Ok(NativeBase { runtime: runtime.clone().unbind(), id: ActorId(id) }),
        }
    }

    /// The actor's id, by which every language knows it. Any thread.
    #[getter]
    fn id(&self) -> u64 {
        self.id.0
    }

    /// Whether the actor lives.
    #[getter]
    fn alive(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(inside(self.runtime.bind(py))?.door.is_alive(self.id).is_ok())
    }

    /// Sends a tag and bytes. Never blocks. For an actor that has ended it is a dead letter.
    fn _tell(&self, py: Python<'_>, tag: u64, data: &Bound<'_, PyAny>) -> PyResult<()> {
        let (bridge, tag) = (inside(self.runtime.bind(py))?, checked(tag)?);
        let posted =
            lent::with_body(data, |body| bridge.door.post(self.id, tag, body).map_err(|(error, _)| error))?;
        bridge.flush(py);
        match posted {
            Err(PostError::Id(_)) => {
                bridge.dead_letters.set(bridge.dead_letters.get() + 1);
                Ok(())
            }
            posted => posted.map_err(refused),
        }
    }

    /// Sends a tag and bytes, and returns the reply, which gets bytes.
    fn _ask(
        &self,
        py: Python<'_>,
        tag: u64,
        data: &Bound<'_, PyAny>,
        within: Option<f64>,
    ) -> PyResult<Py<Reply>> {
        let (bridge, tag) = (inside(self.runtime.bind(py))?, checked(tag)?);
        let deadline = match within {
            Some(within) => bridge.deadline(py, within)?,
            None => match bridge.ask_within.get() {
                0 => u64::MAX,
                within => bridge.now_ns(py)?.saturating_add(within),
            },
        };
        // If it is one of Python's, a circle of waiting may close through it; through others nobody sees.
        let target = bridge.key_of(self.id).unwrap_or(0);
        let reply = Reply::new(py, &self.runtime, target)?;
        let kept = kept_reply(py, &bridge, &reply);
        let heard = move |outcome: Answer<'_>| answer(&kept, |py| told(py, &outcome));
        let asked = lent::with_body(data, |body| {
            bridge.door.ask(self.id, tag, body, deadline, heard).map_err(|(error, _)| error)
        })?;
        let token = match asked {
            Ok(token) => token,
            Err(PostError::Full) => {
                reply.resolve(py, Err(refused(PostError::Full)));
                return Ok(reply);
            }
            Err(error) => return Err(refused(error)),
        };
        let owner = Rc::downgrade(&bridge);
        bridge.await_reply(py, &reply, move |py, reply| {
            if let Some(bridge) = owner.upgrade().filter(|_| !reply.get().is_answered(py)) {
                // Nobody waits any more. If that is the ask's own outcome, it is over already.
                let _ = bridge.door.ask_cancel(token);
            }
        });
        bridge.flush(py);
        Ok(reply)
    }

    /// Ends the actor before it gets to the messages that wait for it.
    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        self.by_id(py, Door::stop)
    }

    /// Ends the actor when it has handled what was sent to it before. What is sent from now on is lost.
    fn drain(&self, py: Python<'_>) -> PyResult<()> {
        self.by_id(py, Door::drain)
    }

    /// Ends the actor without its last turn. From here on no handler of it starts.
    fn kill(&self, py: Python<'_>) -> PyResult<()> {
        self.by_id(py, |door, id| door.kill(id, "killed"))
    }

    /// Asks whether the actor is well: as `Ref.ping`.
    fn ping(&self, py: Python<'_>) -> PyResult<Py<Reply>> {
        let bridge = inside(self.runtime.bind(py))?;
        let reply = Reply::new(py, &self.runtime, 0)?;
        if !self.alive(py)? || watch::ping(py, &bridge, self.id, &reply).is_err() {
            reply.resolve(py, Err(ActorStopped::new_err("an actor was pinged that has ended")));
        }
        Ok(reply)
    }

    /// A reply that gets the `Exit` when the actor has ended.
    fn ended(&self, py: Python<'_>) -> PyResult<Py<Reply>> {
        let bridge = inside(self.runtime.bind(py))?;
        let reply = Reply::new(py, &self.runtime, 0)?;
        let kept = kept_reply(py, &bridge, &reply);
        let owner = Rc::downgrade(&bridge);
        bridge.door.monitor(None, self.id, move |exit| {
            answer(&kept, |py| match owner.upgrade() {
                Some(bridge) => lifecycle::exit(py, &bridge, &exit).map(Bound::unbind),
                None => Err(ActorStopped::new_err("the runtime is closed")),
            });
        });
        bridge.flush(py);
        Ok(reply)
    }

    fn __eq__(&self, other: &Bound<'_, NativeBase>) -> bool {
        let other = other.get();
        self.id == other.id && self.runtime.is(&other.runtime)
    }

    fn __hash__(&self) -> u64 {
        self.id.0
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let state = match self.alive(py) {
            Ok(true) => " alive",
            Ok(false) => " ended",
            // Of another thread, or closed.
            Err(_) => "",
        };
        format!("<NativeRef {:#018x}{state}>", self.id.0)
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("NativeRef"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)
    }
}
