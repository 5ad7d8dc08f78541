//! The clerk: the runtime's own actor. It takes what other threads send, and the timers that belong to no actor.

use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::errors::{self, AskTimeout};
use crate::prepare;
use crate::reply::{Reply, Settle};
use crate::store::{Due, Foreign, Message};
use crate::timers;
use actor_rt::{ActorId, Cx, Packet, Receive};
use pyo3::prelude::*;
use std::rc::Rc;

pub(crate) struct Clerk {
    bridge: Rc<Bridge>,
}

impl Clerk {
    pub(crate) fn new(bridge: &Rc<Bridge>) -> Self {
        Clerk { bridge: Rc::clone(bridge) }
    }

    /// One thing came from another thread: one is taken. They arrive in the order they were sent in.
    pub(crate) fn take_foreign(&mut self) {
        Python::attach(|py| {
            let store = self.bridge.store(py);
            let foreign = store.foreign.borrow_mut().as_mut().and_then(|foreign| foreign.pop_front());
            match foreign {
                Some(Foreign::Call { call, future }) => {
                    if let Ok(bond) = call.actor(py).and_then(|actor| Bond::of(&actor)) {
                        let bond = bond.get();
                        let reply = future.map(|future| reply_to_future(py, bond, future)).transpose();
                        match reply {
                            Ok(reply) => {
                                if let Some(reply) = &reply {
                                    self.bridge.limit(py, reply);
                                }
                                self.bridge.post_or_lose(py, bond, Message::new(call, reply));
                            }
                            Err(error) => error.write_unraisable(py, None),
                        }
                    }
                }
                Some(Foreign::Abandoned(actor)) => crate::actor::abandon(py, &self.bridge, actor.bind(py)),
                Some(Foreign::Done { key, result, is_error }) => {
                    self.bridge.offloaded(py, key, result, is_error)
                }
                Some(Foreign::Port(port)) => self.bridge.drop_port(port),
                None => {}
            }
        });
    }
}

impl Clerk {
    /// All have been told of the end of an actor.
    pub(crate) fn forget(&mut self, id: ActorId) {
        Python::attach(|py| {
            let ended = self.bridge.store(py).ended.borrow_mut().remove(&id.0);
            drop(ended);
        });
    }

    /// Gives a preparing actor's coroutine a turn.
    pub(crate) fn prepare(&mut self, key: u64, task: u64, is_host_done: bool) {
        Python::attach(|py| prepare::go_on(py, &self.bridge, key, task, is_host_done));
    }

    /// An actor's time is up.
    fn end(&self, id: ActorId, kill: bool, reason: &str) {
        let door = &self.bridge.door;
        // It may have ended before.
        let _ = if kill { door.kill(id, reason) } else { door.stop_because(id, reason) };
    }
}

/// A reply whose outcome goes to a `concurrent.futures.Future`.
fn reply_to_future(py: Python<'_>, bond: &Bond, future: Py<PyAny>) -> PyResult<Py<Reply>> {
    let reply = Reply::new(py, bond.runtime(), bond.raw_key())?;
    let partial = py.import("functools")?.getattr("partial")?.call1((errors::settle_future(py)?, future))?;
    reply.add_callback(py, partial.unbind());
    Ok(reply)
}

impl Receive for Clerk {
    fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        let Some(key) = timers::key_of(packet) else { return };
        Python::attach(|py| match self.bridge.take_timer(py, key).map(|timer| timer.due) {
            Some(Due::Deadline(reply)) => {
                reply.resolve(py, Err(AskTimeout::new_err("no answer within the time given")));
            }
            Some(Due::Wake(reply)) => reply.resolve(py, Ok(py.None())),
            Some(Due::End { id, kill, reason }) => self.end(id, kill, &reason),
            Some(Due::Tell(_) | Due::Every { .. } | Due::Resume(_) | Due::HostDone(_)) | None => {}
        });
    }
}
