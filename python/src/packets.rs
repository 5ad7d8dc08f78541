//! Messages of other languages for Python's actors: tags and bytes, which are read as what is declared in `actor_rt.packed`. From there on they
//! are messages as values, and their answers go back as bytes.

use crate::bond::Bond;
use crate::bridge::Bridge;
use crate::errors;
use crate::failures::is_interrupt;
use crate::kernel_actor::PyActor;
use crate::lent;
use crate::messages;
use crate::reply::Reply;
use crate::store::{Call, Message};
use crate::watch::Kept;
use actor_rt::{Cx, Packet};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::rc::Rc;

impl PyActor {
    pub(crate) fn take_packet(&mut self, py: Python<'_>, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        let bridge = self.bridge();
        let Some(instance) = bridge.instance(py, self.key()) else { return };
        let (message, call) = match read(py, &instance, packet) {
            Ok(read) => read,
            Err(error) if is_interrupt(py, &error) => return bridge.raised(py, error, &instance),
            Err(error) => return bridge.misunderstood(py, error, &instance, packet),
        };
        let reply = match packet.reply_token() {
            0 => None,
            _ => match bridge.answer_packet(py, &instance, packet.keep_reply(), message) {
                Ok(reply) => Some(reply),
                Err(error) => return bridge.raised(py, error, &instance),
            },
        };
        self.deliver_call(py, cx, Message::new(call, reply));
    }
}

/// A packet as a value, and the call by which the actor receives that.
fn read<'py>(
    py: Python<'py>,
    instance: &Bound<'py, PyAny>,
    packet: &Packet<'_>,
) -> PyResult<(Bound<'py, PyAny>, Call)> {
    let data = PyBytes::new(py, packet.data());
    let message =
        errors::received(py)?.call1((instance, packet.tag(), data, packet.sender(), packet.status()))?;
    let call = messages::call(instance, message.clone())?;
    Ok((message, call))
}

impl Bridge {
    /// A packet means nothing to its actor. It is lost, and whoever asked is told so: what others send is no reason for an actor to fail.
    #[cold]
    fn misunderstood(&self, py: Python<'_>, error: PyErr, instance: &Bound<'_, PyAny>, packet: &Packet<'_>) {
        self.dead_letters.set(self.dead_letters.get() + 1);
        let told = errors::misunderstood(py)
            .and_then(|told| told.call1((instance, packet.tag(), packet.sender(), error)));
        if let Err(error) = told {
            self.raised(py, error, instance);
        }
    }

    /// Something was raised where a message of another language is read or answered: shown as what a handler raises, and an interrupt is for the
    /// program. The actor lives on.
    #[cold]
    fn raised(&self, py: Python<'_>, error: PyErr, instance: &Bound<'_, PyAny>) {
        self.failed(py, error, instance, "a message of another language", None);
    }

    /// A reply whose outcome is the answer to a packet's ask.
    fn answer_packet(
        self: &Rc<Self>,
        py: Python<'_>,
        instance: &Bound<'_, PyAny>,
        token: u64,
        message: Bound<'_, PyAny>,
    ) -> PyResult<Py<Reply>> {
        // Who asked cannot be told of an exception, but that there is no answer.
        let reply =
            Py::new(py, Reply::of(Bond::of(instance)?.get().runtime().clone_ref(py), 0, Vec::new(), false))?;
        reply.get().set_until(py, self.door.ask_deadline(token).unwrap_or(u64::MAX));
        let owner = Rc::downgrade(self);
        let asked = Kept::new(py, self, (instance, message).into_pyobject(py)?.into_any().unbind());
        self.await_reply(py, &reply, move |py, reply| {
            let Some(bridge) = owner.upgrade() else { return };
            let answered = bridge.pass_answer(py, token, &asked, reply);
            if !answered {
                // The asker may have gone meanwhile.
                let _ = bridge.door.reply_drop(token);
            }
            bridge.flush(py);
        });
        Ok(reply)
    }

    /// Answers an ask with what a handler returned. False if that is not what the message is to be answered with.
    fn pass_answer(&self, py: Python<'_>, token: u64, asked: &Kept, reply: &Py<Reply>) -> bool {
        let Some(Ok((actor, message))) =
            asked.get(py).map(|pair| pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>(py))
        else {
            return false;
        };
        // An exception was told where the handler raised it.
        let Ok(Ok(value)) = reply.get().take_result(py) else { return false };
        let data = errors::answer(py).and_then(|answer| answer.call1((message, value)));
        // Whoever asked may have gone meanwhile.
        let passed =
            data.and_then(|data| lent::with_body(&data, |body| drop(self.door.reply(token, 0, body))));
        match passed {
            Ok(()) => true,
            Err(error) => {
                self.raised(py, error, &actor);
                false
            }
        }
    }
}
