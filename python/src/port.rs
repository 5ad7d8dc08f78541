//! `OutputPort`: an actor's values for whoever subscribes, over the service of the same name.
//!
//! The port owns what it was given, methods and functions, and the collector finds them there. The service gets a ticket for each subscriber, whose
//! message lies in the store; no function of Python's runs inside of it.

use crate::args::Args;
use crate::bridge::Bridge;
use crate::errors::{ActorStopped, in_destructor, not_picklable};
use crate::kernel_actor::PyActor;
use crate::owner_cell::GilCell;
use crate::posting::Ticket;
use crate::reference::{Ref, selector};
use crate::runtime::RuntimeBase;
use crate::store::{Call, Foreign, Message};
use crate::supervised::unknown;
use actor_rt::services::{Backlog, OutputPort as Service, SubscriptionId};
use actor_rt::{Actor, Cx};
use pyo3::PyTraverseError;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The kernel's half of a port. None while it publishes.
pub(crate) type Port = Option<Service<Published>>;

/// What was published: a message for each subscription that wants it.
pub(crate) struct Published(RefCell<HashMap<u64, Ticket>>);

impl Bridge {
    /// Nobody knows a port any more.
    pub(crate) fn drop_port(&self, port: u64) {
        let port = self.ports.borrow_mut().take(port);
        drop(port);
    }
}

struct Subscription {
    number: u64,
    id: SubscriptionId,
    actor: u64,
    method: Py<PyAny>,
    convert: Option<Py<PyAny>>,
}

/// The base of `actor_rt.OutputPort`.
#[pyclass(frozen, subclass, weakref, module = "actor_rt._core")]
pub struct PortBase {
    runtime: Py<RuntimeBase>,
    key: u64,
    subscriptions: GilCell<RefCell<(u64, Vec<Subscription>)>>,
}

/// In a turn of a subscriber: the method gets the value, and how many were lost before it.
fn deliver(actor: &mut PyActor, cx: &mut Cx<'_, PyActor>, ticket: Ticket, lost: u64) {
    Python::attach(|py| {
        let key = ticket.redeem();
        let bridge = actor.bridge();
        let messages = &bridge.store(py).messages;
        let args = messages.borrow_mut().get(key).map(|message| message.call.args.clone_ref(py));
        let Some(args) = args else { return };
        let lost = lost.into_pyobject(py).map(Bound::into_any);
        let Ok(args) = lost.map_err(PyErr::from).and_then(|lost| args.and(lost)) else { return };
        let older =
            messages.borrow_mut().get(key).map(|message| std::mem::replace(&mut message.call.args, args));
        drop(older);
        actor.deliver_key(py, cx, key);
    });
}

impl PortBase {
    fn bridge(&self, py: Python<'_>) -> PyResult<Rc<Bridge>> {
        self.runtime.get().bridge(py)
    }

    /// Does something with the service, in which nothing of Python's runs but destructors.
    fn with<R>(&self, bridge: &Bridge, f: impl FnOnce(&mut Service<Published>) -> R) -> PyResult<R> {
        let service = bridge.ports.borrow_mut().get(self.key).and_then(Option::take);
        let Some(mut service) = service else {
            return Err(PyRuntimeError::new_err(
                "the port is publishing already, and this is a destructor of a value that it lost: send a message whose handler uses the port",
            ));
        };
        let result = f(&mut service);
        if let Some(port) = bridge.ports.borrow_mut().get(self.key) {
            *port = Some(service);
        }
        Ok(result)
    }

    /// The messages that make up a value for all who want it.
    fn messages(
        &self,
        py: Python<'_>,
        bridge: &Rc<Bridge>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<HashMap<u64, Ticket>> {
        let subscribers: Vec<_> = {
            let subscriptions = self.subscriptions.get(py).borrow();
            let all = subscriptions.1.iter().map(|one| {
                let convert = one.convert.as_ref().map(|convert| convert.clone_ref(py));
                (one.number, one.actor, one.method.clone_ref(py), convert)
            });
            all.collect()
        };
        let mut messages = HashMap::new();
        for (number, actor, method, convert) in subscribers {
            let Some(instance) = bridge.instance(py, actor) else { continue };
            let value = match convert {
                None => value.clone(),
                Some(convert) => match convert.bind(py).call1((value,)) {
                    Ok(value) if value.is_none() => continue,
                    Ok(value) => value,
                    Err(error) => {
                        bridge.failed(py, error, convert.bind(py), "the conversion for a subscriber", None);
                        continue;
                    }
                },
            };
            let args = Args::new(&instance, [value].into_iter())?;
            let call = Call { method, args, kwargs: None };
            messages.insert(number, bridge.ticket(py, Message::new(call, None)));
        }
        Ok(messages)
    }
}

#[pymethods]
impl PortBase {
    #[new]
    fn new(py: Python<'_>, runtime: &Bound<'_, RuntimeBase>) -> PyResult<Self> {
        let key = runtime.get().bridge(py)?.ports.borrow_mut().insert(Some(Service::new()));
        let subscriptions = GilCell::new(RefCell::new((0, Vec::new())));
        Ok(PortBase { runtime: runtime.clone().unbind(), key, subscriptions })
    }

    #[pyo3(signature = (actor, method, convert, capacity, overflow))]
    fn _subscribe(
        &self,
        py: Python<'_>,
        actor: &Bound<'_, Ref>,
        method: Bound<'_, PyAny>,
        convert: Option<Py<PyAny>>,
        capacity: usize,
        overflow: &str,
    ) -> PyResult<u64> {
        let bridge = self.bridge(py)?;
        actor.get().id_of(&bridge, py)?;
        if capacity == 0 {
            return Err(PyValueError::new_err(
                "capacity is 1 or more: a subscriber must have room for a value",
            ));
        }
        let backlog = match overflow {
            "drop_oldest" => Backlog::drop_oldest(capacity),
            "drop_newest" => Backlog::drop_newest(capacity),
            "fail" => Backlog::fail(capacity),
            other => return Err(unknown("overflow", other, "drop_oldest, drop_newest, fail")),
        };
        let bond = actor.get().bond();
        let method = selector(bond, method)?.unbind();
        let key = bond.raw_key();
        let handle: Option<Actor<PyActor>> = bridge.handle(key);
        let handle = handle.ok_or_else(|| ActorStopped::new_err("the actor has ended"))?;
        let number = {
            let mut subscriptions = self.subscriptions.get(py).borrow_mut();
            subscriptions.0 += 1;
            subscriptions.0
        };
        let own = move |published: &Published| published.0.borrow_mut().remove(&number);
        let id = self.with(&bridge, |service| service.subscribe(&handle, backlog, own, deliver))?;
        let subscription = Subscription { number, id, actor: key, method, convert };
        self.subscriptions.get(py).borrow_mut().1.push(subscription);
        Ok(number)
    }

    fn _unsubscribe(&self, py: Python<'_>, number: u64) -> PyResult<bool> {
        let bridge = self.bridge(py)?;
        let taken = {
            let mut subscriptions = self.subscriptions.get(py).borrow_mut();
            let place = subscriptions.1.iter().position(|one| one.number == number);
            place.map(|place| subscriptions.1.remove(place))
        };
        let Some(taken) = taken else { return Ok(false) };
        self.with(&bridge, |service| service.unsubscribe(taken.id))
    }

    fn _publish(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<usize> {
        let bridge = self.bridge(py)?;
        let published = Published(RefCell::new(self.messages(py, &bridge, value)?));
        let taken = self.with(&bridge, |service| service.publish(&published))?;
        let gone: Vec<_> = {
            let mut subscriptions = self.subscriptions.get(py).borrow_mut();
            let all = std::mem::take(&mut subscriptions.1).into_iter();
            let (living, gone) = all.partition(|one| bridge.handle(one.actor).is_some());
            subscriptions.1 = living;
            gone
        };
        drop(gone);
        bridge.flush(py);
        Ok(taken)
    }

    /// How many have subscribed and were alive when something was published last.
    #[getter]
    fn subscribers(&self, py: Python<'_>) -> PyResult<usize> {
        self.bridge(py)?;
        Ok(self.subscriptions.get(py).borrow().1.len())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(not_picklable("OutputPort"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.runtime)?;
        let Ok(subscriptions) = self.subscriptions.visit(&visit).try_borrow() else { return Ok(()) };
        for one in &subscriptions.1 {
            visit.call(&one.method)?;
            visit.call(&one.convert)?;
        }
        Ok(())
    }

    fn __clear__(slf: &Bound<'_, Self>) {
        let taken = slf.get().subscriptions.get(slf.py()).try_borrow_mut();
        let taken = taken.map(|mut subscriptions| std::mem::take(&mut subscriptions.1));
        drop(taken);
    }
}

impl Drop for PortBase {
    /// On any thread.
    fn drop(&mut self) {
        in_destructor(|py| match self.runtime.get().living_bridge(py) {
            Some(bridge) => bridge.drop_port(self.key),
            // Refused where the runtime is closed, and the port went with it.
            None => _ = self.runtime.get().send_foreign(py, Foreign::Port(self.key)),
        });
    }
}
