//! `Ref`: how everybody but the actor itself sees an actor.

use crate::actor::label;
use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::errors::{self, ActorStopped, not_picklable};
use crate::fast_call::{self, Arguments, Method};
use crate::forward::Forward;
use crate::given::Given;
use crate::held::Held;
use crate::messages;
use crate::remote::Remote;
use crate::reply::{Reply, Settle};
use crate::runtime::children;
use crate::sending::{self, Sending};
use crate::store::{self, Call, Message};
use crate::supervised::{Pace, mailbox};
use crate::watch;
use actor_rt::{ActorId, Door, IdError, Ret};
use pyo3::PyTraverseError;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::ffi::CStr;
use std::rc::Rc;

/// Refuses what names no method: what cannot be called, and what has its object already.
#[inline]
pub(crate) fn check_selector(method: &Bound<'_, PyAny>) -> PyResult<()> {
    // Nearly always.
    if method.get_type_ptr() == errors::function_type(method.py())?.as_type_ptr() {
        return Ok(());
    }
    check_other_selector(method)
}

#[cold]
fn check_other_selector(method: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = method.py();
    if !method.is_callable() {
        return Err(PyTypeError::new_err(format!(
            "a method of the actor's class is wanted, such as Counter.add, not {}",
            method.get_type()
        )));
    }
    if method.get_type().is(errors::method_type(py)?) {
        let name = store::name_of(method).unwrap_or_default();
        return Err(PyTypeError::new_err(format!(
            "{name} is bound to an object: name the method by its class, as in ref.tell({name}, ...)"
        )));
    }
    Ok(())
}

/// The method that `method` names in an actor of this class.
#[inline]
pub(crate) fn selector<'py>(bond: &Bond, method: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    check_selector(&method)?;
    bond.resolve(method)
}

/// Makes a call of `(method, *args), kwargs`.
#[inline]
pub(crate) fn call<'py>(actor: &Held, given: &impl Given<'py>) -> PyResult<Call> {
    let Some((method, _)) = given.first() else {
        return Err(PyTypeError::new_err("the first argument is a method of the actor's class"));
    };
    let method = selector(actor.bond(), method.to_owned())?;
    Ok(Call {
        method: method.unbind(),
        args: given.for_actor(actor.actor(given.py()))?,
        kwargs: given.named()?.map(Bound::unbind),
    })
}

/// The same, or a message as a value that has an answer.
#[inline]
pub(crate) fn asked<'py>(actor: &Held, given: &impl Given<'py>) -> PyResult<Call> {
    match given.first() {
        Some((first, true)) if !first.is_callable() && messages::is_askable(&first)? => {
            messages::call(actor.actor(given.py()), first.to_owned())
        }
        _ => call(actor, given),
    }
}

/// A message that asks the actor, and the reply to it.
pub(crate) fn question<'py>(
    actor: &Held,
    bridge: &Bridge,
    given: &impl Given<'py>,
) -> PyResult<(Message, Py<Reply>)> {
    let (py, bond) = (given.py(), actor.bond());
    let call = asked(actor, given)?;
    let reply = Reply::new(py, bond.runtime(), bond.raw_key())?;
    bridge.limit(py, &reply);
    Ok((Message::new(call, Some(reply.clone_ref(py))), reply))
}

struct Tell;

impl Method for Tell {
    type Class = Ref;

    const NAME: &CStr = c"tell";
    const DOC: &CStr = c"tell($self, method, /, *args, **kwargs)\n--\n\n\
Sends a message: `method(*args, **kwargs)` runs later, in the actor. Never blocks. For an actor that has ended, nothing\n\
happens. `MailboxFull` if its mailbox has no room, and refuses what comes beyond.";

    fn call<'py>(this: &Bound<'py, Ref>, given: &Arguments<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
        let (py, this) = (this.py(), this.get());
        let bond = this.actor.bond();
        let bridge = bond.bridge(py)?;
        let call = call(&this.actor, given)?;
        bridge.post(py, bond, Message::new(call, None))?;
        Ok(py.None().into_bound(py))
    }
}

struct Ask;

impl Method for Ask {
    type Class = Ref;

    const NAME: &CStr = c"ask";
    const DOC: &CStr = c"ask($self, method, /, *args, **kwargs)\n--\n\n\
Sends a message and returns the reply: what the method returns, or raises. Instead of a method and its arguments it may be a message\n\
that has an answer, an `Askable`.";

    fn call<'py>(this: &Bound<'py, Ref>, given: &Arguments<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
        let (py, this) = (this.py(), this.get());
        let bond = this.actor.bond();
        let bridge = bond.bridge(py)?;
        let (message, reply) = question(&this.actor, &bridge, given)?;
        bridge.post(py, bond, message)?;
        Ok(reply.into_bound(py).into_any())
    }
}

pub(crate) fn add_methods(py: Python<'_>) -> PyResult<()> {
    fast_call::add::<Tell>(py)?;
    fast_call::add::<Ask>(py)
}

/// What becomes of too many messages.
#[derive(FromPyObject)]
enum Overflow<'py> {
    To(Bound<'py, Ref>),
    Named(String),
}

/// A reference to an actor. Keeps it alive.
#[pyclass(frozen, weakref, generic, module = "actor_rt")]
pub struct Ref {
    actor: Held,
}

impl Ref {
    pub(crate) fn new(actor: Held) -> Self {
        Ref { actor }
    }

    /// A reference to an instance that was spawned.
    pub(crate) fn of(actor: &Bound<'_, PyAny>) -> PyResult<Self> {
        Held::of(actor).map(Ref::new)
    }

    pub(crate) fn bond(&self) -> &Bond {
        self.actor.bond()
    }

    /// The id of the actor, which must be of this runtime and alive.
    pub(crate) fn id_of(&self, bridge: &Rc<Bridge>, py: Python<'_>) -> PyResult<ActorId> {
        let bond = self.actor.bond();
        if !Rc::ptr_eq(&bond.bridge(py)?, bridge) {
            return Err(PyValueError::new_err("the actor belongs to another runtime"));
        }
        if !bond.is_alive() {
            return Err(ActorStopped::new_err("the actor has ended"));
        }
        Ok(bond.id())
    }

    /// The id of the actor, also after its end.
    pub(crate) fn raw_id(&self, py: Python<'_>) -> PyResult<ActorId> {
        let bond = self.actor.bond();
        bond.bridge(py)?;
        Ok(bond.id())
    }

    /// An actor whose messages wait for a coroutine is paused when that is done, and one that a test holds back when it does so no more. Whether
    /// this changes anything; None if it is neither.
    fn set_pauses(&self, py: Python<'_>, pauses: bool) -> PyResult<Option<bool>> {
        let bond = self.actor.bond();
        let bridge = bond.bridge(py)?;
        let mut actors = bridge.store(py).actors.borrow_mut();
        let Some(entry) = actors.get(bond.raw_key()) else { return Ok(None) };
        Ok(match &mut entry.held_back {
            Some(paused) => Some(std::mem::replace(paused, pauses) != pauses),
            None if entry.busy => Some(std::mem::replace(&mut entry.pauses, pauses) != pauses),
            None => None,
        })
    }

    pub(crate) fn actor<'py>(&self, py: Python<'py>) -> &Bound<'py, PyAny> {
        self.actor.actor(py)
    }

    /// Does something to the actor by its id, if it lives.
    fn by_id<R: Default>(
        &self,
        py: Python<'_>,
        f: impl FnOnce(&Door, ActorId) -> Result<R, IdError>,
    ) -> PyResult<R> {
        let bond = self.actor.bond();
        let bridge = bond.bridge(py)?;
        if !bond.is_alive() {
            return Ok(R::default());
        }
        let result = f(&bridge.door, bond.id()).unwrap_or_default();
        bridge.flush(py);
        Ok(result)
    }
}

#[pymethods]
impl Ref {
    /// Sends a message as a value: to the method that the actor's class has for its type (`actor_rt.on`), or to its `receive`.
    ///
    /// >>> class Printer(art.Actor):
    /// ...     def receive(self, message: str) -> None:
    /// ...         print(message)
    /// >>> printer = rt.spawn(Printer)
    /// >>> printer.send("hello")
    /// >>> _ = rt.run_until_idle()
    /// hello
    #[pyo3(signature = (message, /))]
    fn send(&self, py: Python<'_>, message: Bound<'_, PyAny>) -> PyResult<()> {
        let bond = self.actor.bond();
        let bridge = bond.bridge(py)?;
        let call = messages::call(self.actor.actor(py), message)?;
        bridge.post(py, bond, Message::new(call, None))
    }

    /// Sends a message as soon as there is room in the mailbox, within so many seconds. The reply is answered, with None, when it has been taken:
    /// before that it is not handled, after any other outcome it will not be. `NoRoom` if there was none in time, `ActorStopped` if the actor
    /// ended, `AskCancelled` if the reply was withdrawn. `ttl` is how many seconds it may wait in the mailbox after that. The method's
    /// arguments are given by their places.
    ///
    /// >>> counter = rt.spawn(Counter)
    /// >>> counter.set_mailbox(1)
    /// >>> offers = [counter.offer(Counter.add, 1, within=2.0) for _ in range(3)]
    /// >>> _ = rt.run_until_idle()
    /// >>> [offer.result() for offer in offers], rt.run_until(counter.ask(Counter.add, 0))
    /// ([None, None, None], 3)
    #[pyo3(
        signature = (*args, within=None, ttl=None),
        text_signature = "($self, method, /, *args, within=None, ttl=None)"
    )]
    fn offer(&self, args: &Bound<'_, PyTuple>, within: Option<f64>, ttl: Option<f64>) -> PyResult<Py<Reply>> {
        sending::offer(&self.actor, args, (within, ttl))
    }

    /// How messages are sent to the actor by what this returns: with a priority, and with a time to live in seconds, after which nobody handles
    /// them any more.
    ///
    /// >>> heard = []
    /// >>> recorder = rt.spawn(Recorder, heard)
    /// >>> recorder.set_mailbox(16)
    /// >>> recorder.tell(Recorder.hear, "usual")
    /// >>> recorder.sending(priority="high", ttl=5.0).tell(Recorder.hear, "urgent")
    /// >>> _ = rt.run_until_idle()
    /// >>> heard
    /// ['urgent', 'usual']
    #[pyo3(signature = (*, priority="normal", ttl=None))]
    fn sending(&self, py: Python<'_>, priority: &str, ttl: Option<f64>) -> PyResult<Sending> {
        self.actor.bond().bridge(py)?;
        Sending::new(self.actor.clone_ref(py), priority, ttl)
    }

    /// A reply that is answered when no more than `most` messages wait for the actor: for senders that hold theirs back. `ActorStopped` if it
    /// ends before.
    ///
    /// >>> counter = rt.spawn(Counter)
    /// >>> for n in range(8):
    /// ...     counter.tell(Counter.add, n)
    /// >>> room = counter.room(2)
    /// >>> room.done(), rt.run_until(room)
    /// (False, None)
    #[pyo3(signature = (most=0))]
    fn room(&self, py: Python<'_>, most: u32) -> PyResult<Py<Reply>> {
        sending::room(py, self.actor.bond(), most)
    }

    /// A function that sends `method` with the arguments it gets: for the callbacks of other libraries. It may get more than the method has, as a
    /// slot of Qt's: those behind are left out.
    ///
    /// >>> counter = rt.spawn(Counter)
    /// >>> clicked = counter.fwd(Counter.add)
    /// >>> clicked(3, "something that add does not have")
    /// >>> rt.run_until(counter.ask(Counter.add, 0))
    /// 3
    #[pyo3(signature = (method, /))]
    fn fwd(&self, py: Python<'_>, method: Bound<'_, PyAny>) -> PyResult<Forward> {
        let bond = self.actor.bond();
        bond.bridge(py)?;
        Ok(Forward::new(self.actor.clone_ref(py), selector(bond, method)?))
    }

    /// Ends the actor before it gets to the messages that wait for it.
    fn stop(&self, py: Python<'_>) -> PyResult<()> {
        let bond = self.actor.bond();
        let bridge = bond.bridge(py)?;
        if bond.is_alive() {
            let _ = bridge.door.stop(bond.id());
            bridge.flush(py);
        }
        Ok(())
    }

    /// Ends the actor without its `on_stop`. From here on no handler of it starts.
    fn kill(&self, py: Python<'_>) -> PyResult<()> {
        let bond = self.actor.bond();
        let bridge = bond.bridge(py)?;
        if bond.is_alive() {
            let _ = bridge.door.kill(bond.id(), "killed");
            let key = bond.raw_key();
            if let Some(entry) = bridge.store(py).actors.borrow_mut().get(key) {
                entry.more().cause.get_or_insert(("killed", None));
            }
            bridge.flush(py);
        }
        Ok(())
    }

    /// Ends the actor when it has handled what was sent to it before. What is sent from now on is lost.
    fn drain(&self, py: Python<'_>) -> PyResult<()> {
        self.by_id(py, |door, id| door.drain(id))
    }

    /// Lets the actor's messages wait until `resume`. False if it is paused already, or not ready.
    fn pause(&self, py: Python<'_>) -> PyResult<bool> {
        match self.set_pauses(py, true)? {
            Some(changed) => Ok(changed),
            None => self.by_id(py, |door, id| door.pause(id)),
        }
    }

    /// Lets a paused actor go on. False if it is not paused.
    fn resume(&self, py: Python<'_>) -> PyResult<bool> {
        match self.set_pauses(py, false)? {
            Some(changed) => Ok(changed),
            None => self.by_id(py, |door, id| door.resume(id)),
        }
    }

    /// Gives the actor a mailbox of its own, or changes it: at most `maxlen` messages wait; what comes beyond is refused
    /// ("reject": `MailboxFull`), lost ("drop_newest"), takes the place of the oldest ("drop_oldest"), fails the actor ("fail") or goes to another actor of the same class,
    /// if that has room (`overflow` is its reference). With a `rate` what comes faster is treated likewise. A lost message
    /// counts in `Runtime.dead_letters`; a lost ask is answered.
    ///
    /// >>> counter, helper = rt.spawn(Counter), rt.spawn(Counter)
    /// >>> counter.set_mailbox(1, overflow=helper)
    /// >>> for n in (1, 2, 3):
    /// ...     counter.tell(Counter.add, n)
    /// >>> rt.run_until(helper.ask(Counter.add, 0))
    /// 5
    #[pyo3(signature = (maxlen = None, *, overflow = None, rate = None), text_signature = "($self, maxlen=None, *, overflow='reject', rate=None)")]
    fn set_mailbox(
        &self,
        py: Python<'_>,
        maxlen: Option<u32>,
        overflow: Option<Overflow<'_>>,
        rate: Option<Pace>,
    ) -> PyResult<()> {
        let settings = match overflow {
            None => mailbox(maxlen, "reject", rate)?,
            Some(Overflow::Named(name)) => mailbox(maxlen, &name, rate)?,
            Some(Overflow::To(other)) => {
                mailbox(maxlen, "reject", rate)?.overflow(sending::redirect(py, self, &other)?)
            }
        };
        self.by_id(py, |door, id| door.set_mailbox(id, settings))
    }

    /// Links two actors: if one of them fails or is killed, the other one fails, too. An orderly end or a restart of one means nothing to the
    /// other.
    fn link(&self, py: Python<'_>, other: &Bound<'_, Ref>) -> PyResult<()> {
        let bridge = self.actor.bond().bridge(py)?;
        let (one, other) = (self.id_of(&bridge, py)?, other.get().id_of(&bridge, py)?);
        bridge.door.link(one, other).map_err(|error| ActorStopped::new_err(error.to_string()))
    }

    /// Takes a link away. There need not be one.
    fn unlink(&self, py: Python<'_>, other: &Bound<'_, Ref>) -> PyResult<()> {
        let bridge = self.actor.bond().bridge(py)?;
        bridge.door.unlink(self.raw_id(py)?, other.get().raw_id(py)?);
        Ok(())
    }

    /// The supervised actors whose supervisor it is, in the order in which they were started.
    fn children(&self, py: Python<'_>) -> PyResult<Vec<Ref>> {
        let bridge = self.actor.bond().bridge(py)?;
        let id = self.id_of(&bridge, py)?;
        children(py, &bridge, Some(id))
    }

    /// Ends a supervised actor for good, within the time of its supervision: other ends may be followed by a restart. False if nobody
    /// supervises it.
    fn terminate(&self, py: Python<'_>) -> PyResult<bool> {
        self.by_id(py, |door, id| {
            let supervisor = door.supervisor(id)?;
            let kept = door.clone();
            // Nobody starts it anew: its entry goes when it has ended.
            let done = Ret::new(move |_| _ = kept.delete_child(supervisor, id));
            door.terminate_child(id, done).map(|()| true)
        })
    }

    /// A reply that gets the `StopCause` when the actor has ended. In a handler `ref.ended().then(Method)` sends that to the actor.
    fn ended(&self, py: Python<'_>) -> PyResult<Py<Reply>> {
        let bond = self.actor.bond();
        let bridge = bond.bridge(py)?;
        // It waits for an end, not for an answer: no circle of waiting can close through it.
        let reply = Reply::new(py, bond.runtime(), 0)?;
        {
            let mut actors = bridge.store(py).actors.borrow_mut();
            if let Some(entry) = actors.get(bond.raw_key()) {
                entry.more().enders.push(reply.clone_ref(py));
                return Ok(reply);
            }
        }
        let cause = errors::stop_cause(py)?.call1(("stopped", py.None()))?;
        reply.resolve(py, Ok(cause.unbind()));
        Ok(reply)
    }

    /// Asks whether the actor is well: a reply that gets, when the actor has handled what was sent to it before, how many seconds that took.
    /// A ping takes no place in the mailbox and passes a coroutine that the actor waits for. A paused actor answers when it goes on.
    fn ping(&self, py: Python<'_>) -> PyResult<Py<Reply>> {
        let bond = self.actor.bond();
        let bridge = bond.bridge(py)?;
        // No handler is waited for: no circle of waiting can close through it.
        let reply = Reply::new(py, bond.runtime(), 0)?;
        if !bond.is_alive() || watch::ping(py, &bridge, bond.id(), &reply).is_err() {
            reply.resolve(py, Err(ActorStopped::new_err("an actor was pinged that has ended")));
        }
        Ok(reply)
    }

    /// The actor's id, by which `Runtime.ref` finds it and other languages know it; in a snapshot it stands as 16 hexadecimal digits. It
    /// stays over restarts, and is never another actor's. Any thread.
    #[getter]
    fn id(&self) -> u64 {
        self.actor.bond().id().0
    }

    /// Whether the actor lives. An end may be queued already. Any thread.
    #[getter]
    fn alive(&self) -> bool {
        self.actor.bond().is_alive()
    }

    /// A handle for other threads.
    fn remote(&self, py: Python<'_>) -> PyResult<Remote> {
        self.actor.bond().bridge(py)?;
        Ok(Remote::new(self.actor.clone_ref(py)))
    }

    /// With anything but a reference: NotImplemented, so that the other side is asked.
    fn __eq__(&self, other: &Bound<'_, Ref>) -> bool {
        other.get().actor.is(&self.actor)
    }

    fn __hash__(&self) -> isize {
        // As the address of an object, whose low bits say nothing.
        (self.actor.address() >> 4) as isize
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let name = label(self.actor.actor(py));
        let bond = self.actor.bond();
        if !bond.is_alive() {
            return format!("<Ref {name} ended>");
        }
        let handle = bond.bridge(py).ok().and_then(|bridge| bridge.handle(bond.raw_key()));
        handle.map_or_else(
            || format!("<Ref {name} alive>"),
            |handle| format!("<Ref {name} alive mailbox={}>", handle.pending()),
        )
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("Ref"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.actor.traverse(&visit)
    }
}
