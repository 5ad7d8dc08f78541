//! Sending with care: as soon as there is room, with a priority, with a time to live; and hearing of room.

use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::errors::{ActorStopped, NoRoom, in_destructor, not_picklable};
use crate::fast_call::{self, Arguments, Method};
use crate::given::Collected;
use crate::held::Held;
use crate::messages;
use crate::posting::Loss;
use crate::reference::{self, Ref};
use crate::reply::{Reply, Settle};
use crate::store::Message;
use crate::supervised::{seconds, unknown};
use crate::watch::Kept;
use actor_rt::Ret;
use actor_rt::mailbox::{Overflow, ParkError, Priority, Sending as How};
use pyo3::PyTraverseError;
use pyo3::exceptions::PyTypeError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::ffi::CStr;
use std::rc::Rc;
use std::time::Duration;

/// A reply that `answer` is to be given by the kernel: the closure has its key only.
pub(crate) fn kept_reply(py: Python<'_>, bridge: &Rc<Bridge>, reply: &Py<Reply>) -> Kept {
    Kept::new(py, bridge, reply.clone_ref(py).into_any())
}

/// Resolves a reply that the kernel had the key of. In a turn, or in a destructor.
pub(crate) fn answer(kept: &Kept, result: impl FnOnce(Python<'_>) -> PyResult<Py<PyAny>>) {
    in_destructor(|py| {
        let Some(reply) = kept.get(py) else { return };
        if let Ok(reply) = reply.into_bound(py).cast_into::<Reply>() {
            reply.unbind().resolve(py, result(py));
        }
    });
}

/// Sends a message as soon as there is room. The reply is told.
pub(crate) fn offer(
    actor: &Held,
    args: &Bound<'_, PyTuple>,
    (within, time_to_live): (Option<f64>, Option<f64>),
) -> PyResult<Py<Reply>> {
    let (py, bond) = (args.py(), actor.bond());
    let bridge = bond.bridge(py)?;
    let within = within.map_or(Ok(Duration::MAX), |within| seconds("within", within))?;
    let until = deadline(py, &bridge, time_to_live)?;
    let call = reference::call(actor, &Collected(args, None))?;
    // It waits for room, which the actor makes by its work: no circle of waiting for answers closes through it.
    let reply = Reply::new(py, bond.runtime(), 0)?;
    let Some(handle) = bond.key().and_then(|key| bridge.handle(key)) else {
        reply.resolve(py, Err(ended()));
        return Ok(reply);
    };
    let ticket = bridge.ticket(py, Message { until, ..Message::new(call, None) });
    let key = ticket.key();
    // If it is withdrawn, the message finds nothing when it is taken.
    let owner = Rc::downgrade(&bridge);
    bridge.await_reply(py, &reply, move |py, reply| {
        let Some(bridge) = owner.upgrade().filter(|_| !reply.get().is_answered(py)) else { return };
        let message = bridge.store(py).messages.borrow_mut().take(key);
        drop(message);
    });
    let kept = kept_reply(py, &bridge, &reply);
    let outcome = Ret::new(move |sent: Option<Result<(), ParkError>>| {
        answer(&kept, |py| match sent {
            Some(Ok(())) => Ok(py.None()),
            Some(Err(ParkError::Timeout)) => {
                Err(NoRoom::new_err("there was no room in the actor's mailbox within the time given"))
            }
            Some(Err(_)) | None => Err(ended()),
        });
    });
    bridge.door.call_parked(&handle, within, move |actor, cx| actor.deliver(cx, ticket), outcome);
    bridge.flush(py);
    Ok(reply)
}

fn ended() -> PyErr {
    ActorStopped::new_err("the actor has ended, or takes no more messages")
}

/// A reply that comes when no more than `most` messages wait for the actor.
pub(crate) fn room(py: Python<'_>, bond: &Bond, most: u32) -> PyResult<Py<Reply>> {
    let bridge = bond.bridge(py)?;
    let reply = Reply::new(py, bond.runtime(), 0)?;
    let kept = kept_reply(py, &bridge, &reply);
    let told = Ret::new(move |room: Option<()>| {
        answer(&kept, |py| match room {
            Some(()) => Ok(py.None()),
            None => Err(ended()),
        });
    });
    // If there is no such actor any more, what is dropped says so.
    let _ = bridge.door.on_room(bond.id(), most, told);
    bridge.flush(py);
    Ok(reply)
}

/// The time until which a message may wait.
fn deadline(py: Python<'_>, bridge: &Bridge, time_to_live: Option<f64>) -> PyResult<u64> {
    time_to_live.map_or(Ok(u64::MAX), |time| bridge.deadline(py, time))
}

/// An actor, and how it is sent to: `Ref.sending`.
#[pyclass(frozen, weakref, generic, module = "actor_rt")]
pub struct Sending {
    actor: Held,
    priority: Priority,
    time_to_live: Option<f64>,
}

impl Sending {
    pub(crate) fn new(actor: Held, priority: &str, time_to_live: Option<f64>) -> PyResult<Self> {
        let priority = match priority {
            "high" => Priority::High,
            "normal" => Priority::Normal,
            "low" => Priority::Low,
            other => return Err(unknown("priority", other, "high, normal, low")),
        };
        time_to_live.map(|time| seconds("ttl", time)).transpose()?;
        Ok(Sending { actor, priority, time_to_live })
    }

    fn post(&self, py: Python<'_>, bridge: &Rc<Bridge>, message: Message) -> PyResult<()> {
        let until = deadline(py, bridge, self.time_to_live)?;
        let Some(handle) = self.actor.bond().key().and_then(|key| bridge.handle(key)) else {
            bridge.lose(py, message, Loss::Ended);
            return Ok(());
        };
        let how = How::new().priority(self.priority);
        let back = bridge.queue(py, Message { until, ..message }, |ticket| {
            handle.try_call_with(how, move |actor, cx| actor.deliver(cx, ticket))
        });
        back.map_or(Ok(()), |message| bridge.refused(py, message))
    }
}

struct Tell;

impl Method for Tell {
    type Class = Sending;

    const NAME: &CStr = c"tell";
    const DOC: &CStr = c"tell($self, method, /, *args, **kwargs)\n--\n\nSends a message, as `Ref.tell`.";

    fn call<'py>(this: &Bound<'py, Sending>, given: &Arguments<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
        let (py, this) = (this.py(), this.get());
        let bridge = this.actor.bond().bridge(py)?;
        this.post(py, &bridge, Message::new(reference::call(&this.actor, given)?, None))?;
        Ok(py.None().into_bound(py))
    }
}

struct Ask;

impl Method for Ask {
    type Class = Sending;

    const NAME: &CStr = c"ask";
    const DOC: &CStr =
        c"ask($self, method, /, *args, **kwargs)\n--\n\nSends a message and returns the reply, as `Ref.ask`.";

    fn call<'py>(this: &Bound<'py, Sending>, given: &Arguments<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
        let (py, this) = (this.py(), this.get());
        let bridge = this.actor.bond().bridge(py)?;
        let (message, reply) = reference::question(&this.actor, &bridge, given)?;
        this.post(py, &bridge, message)?;
        Ok(reply.into_bound(py).into_any())
    }
}

pub(crate) fn add_methods(py: Python<'_>) -> PyResult<()> {
    fast_call::add::<Tell>(py)?;
    fast_call::add::<Ask>(py)
}

#[pymethods]
impl Sending {
    /// Sends a message as a value, as `Ref.send`.
    #[pyo3(signature = (message, /))]
    fn send(&self, py: Python<'_>, message: Bound<'_, PyAny>) -> PyResult<()> {
        let bridge = self.actor.bond().bridge(py)?;
        self.post(py, &bridge, Message::new(messages::call(self.actor.actor(py), message)?, None))
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<Sending to {}>", crate::actor::label(self.actor.actor(py)))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Sending"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.actor.traverse(&visit)
    }
}

/// The policy of a mailbox that sends what it has no room for to another actor, which must have the methods of this one.
pub(crate) fn redirect(py: Python<'_>, from: &Ref, to: &Bound<'_, Ref>) -> PyResult<Overflow> {
    let bridge = from.bond().bridge(py)?;
    let id = to.get().id_of(&bridge, py)?;
    let class = from.actor(py).get_type();
    let other = to.get().actor(py).get_type();
    if !other.is_subclass(&class)? {
        return Err(PyTypeError::new_err(format!(
            "messages for a {} go to another actor of that class, not to a {}",
            class.name()?,
            other.name()?
        )));
    }
    bridge.redirects.set(true);
    Ok(Overflow::Redirect(id))
}
