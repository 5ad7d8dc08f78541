//! Output ports: an actor's values for whoever subscribes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::c_void;
use std::rc::Rc;

use actor_rt::services::{Backlog, OutputPort, SubscriptionId};
use actor_rt::{ActorId, Envelope, IdError, Packet};

use crate::buffer::{self, Reference};
use crate::context::Turn;
use crate::failure::{Failure, Outcome, invalid};
use crate::foreign::ForeignActor;
use crate::guard;
use crate::handle::{art_actor, art_buffer, art_port, art_runtime};
use crate::payload::{self, Handed};
use crate::runtime::Block;
use crate::status::*;

/// How an actor gets the values of a port.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_subscription {
    /// `sizeof(art_subscription)`.
    pub struct_size: u32,
    /// Zero.
    pub flags: u32,
    /// The tag of the messages that bring them.
    pub tag: u64,
    /// The most values that may wait for it; not 0. Its mailbox may have its own opinion.
    pub capacity: u32,
    /// What is lost if more come: ART_BACKLOG_...
    pub overflow: u32,
}

/// What a subscriber loses if more values come than may wait
/// =========================================================
///
/// The oldest that waits.
pub const ART_BACKLOG_DROP_OLDEST: u32 = 0;
/// The new one.
pub const ART_BACKLOG_DROP_NEWEST: u32 = 1;
/// The new one, and the subscriber fails, since it cannot keep up: for one that must not miss anything.
pub const ART_BACKLOG_FAIL: u32 = 2;

/// Makes a port without subscribers and writes it to `*out`, 0 on failure. It lives until `art_port_destroy` or the end of its runtime.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_port_create(rt: *mut art_runtime, out: *mut art_port) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::write_optional(out, 0);
        guard::owner(rt, |block| {
            guard::not_null(out, "out")?;
            let port = block.engine.services.ports.borrow_mut().insert(Rc::default());
            guard::write(out, port, "out")
        })
    }
}

/// Subscribes an actor to what is published from now on, or subscribes it anew: then what waits by its older subscription is gone. It gets each
/// value as a message, in the order of the subscriptions; the sender is the actor whose handler published it, `detail` how many values it lost
/// just before. Nobody waits for a slow one, and one that has ended is forgotten.
///
/// Thread: owner. May call: the drop of buffers that waited.
/// Returns ART_OK, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_UNSUPPORTED for an actor that
/// `art_spawn` did not make, ART_BUSY inside a drop of what this port holds, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `subscription` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_port_subscribe(
    rt: *mut art_runtime,
    port: art_port,
    actor: art_actor,
    subscription: *const art_subscription,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let given = guard::read_struct(subscription)?;
            if given.flags != 0 || given.capacity == 0 {
                return Err(invalid("subscription.flags is not zero, or its capacity is"));
            }
            let capacity = given.capacity as usize;
            let backlog = match given.overflow {
                ART_BACKLOG_DROP_OLDEST => Backlog::drop_oldest(capacity),
                ART_BACKLOG_DROP_NEWEST => Backlog::drop_newest(capacity),
                ART_BACKLOG_FAIL => Backlog::fail(capacity),
                _ => return Err(invalid("subscription.overflow is none of ART_BACKLOG_...")),
            };
            payload::check_tag(given.tag)?;
            let port = find(block, port)?;
            block.pinned(|| port.subscribe(block, ActorId(actor), backlog, given.tag))
        })
    }
}

/// Ends an actor's subscription; what waits is not delivered any more.
///
/// Thread: owner. May call: the drop of buffers that waited.
/// Returns ART_OK, ART_NOT_FOUND also for an actor that has not subscribed, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_BUSY inside a drop of what
/// this port holds, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_port_unsubscribe(
    rt: *mut art_runtime,
    port: art_port,
    actor: art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let port = find(block, port)?;
            block.pinned(|| port.unsubscribe(actor))
        })
    }
}

/// Queues a value for all who subscribed: a copy of `len` bytes at `data`, of which they share one. `*out_taken`, which may be NULL, gets how
/// many those were.
///
/// Thread: owner. May call: wake outside of a step; the drop of buffers that are lost for it.
/// Returns ART_OK, ART_NULL_POINTER, ART_TOO_LARGE, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_BUSY inside a drop of what this port
/// holds, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `data` readable for `len` bytes; `out_taken` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_port_publish(
    rt: *mut art_runtime,
    port: art_port,
    data: *const c_void,
    len: usize,
    out_taken: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let bytes = guard::bytes(data, len)?;
            let taken = find(block, port)?.publish(block, Reference::to_copy_of(bytes))?;
            guard::write_optional(out_taken, taken);
            Ok(())
        })
    }
}

/// As `art_port_publish` with a shared buffer: consumes one reference.
///
/// Thread: owner. May call: wake outside of a step; the buffer's drop on failure, or if nobody has subscribed; the drop of buffers that are lost
/// for it. Returns as `art_port_publish`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `buffer` must be NULL or a buffer of which the caller holds a reference; `out_taken` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_port_publish_buffer(
    rt: *mut art_runtime,
    port: art_port,
    buffer: *mut art_buffer,
    out_taken: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The reference is consumed from here on, also if the call is refused.
    unsafe {
        let bytes = match buffer::reference(buffer) {
            Ok(bytes) => bytes,
            Err(failure) => return guard::owner(rt, |_| Err(failure)),
        };
        let body = |block: &Block, handed: &mut Handed| {
            let taken = find(block, port)?.publish(block, Reference::one_more(buffer))?;
            guard::write_optional(out_taken, taken);
            // The subscribers have references of their own.
            let own = handed.take()?;
            block.pinned(|| drop(own));
            Ok(())
        };
        payload::consuming(rt, Handed::of(bytes), body)
    }
}

/// Writes how many have subscribed, and were alive when something was published last, to `*out_count`.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, ART_BUSY inside a drop of what this port holds, and
/// the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out_count` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_port_subscribers(
    rt: *mut art_runtime,
    port: art_port,
    out_count: *mut usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let port = find(block, port)?;
            let count = port.0.try_borrow().map_err(|_| busy())?.output.subscribers();
            guard::write(out_count, count, "out_count")
        })
    }
}

/// Destroys a port. What waits with its subscribers is not delivered any more.
///
/// Thread: owner. May call: the drop of buffers that waited.
/// Returns ART_OK, ART_NOT_FOUND, ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_port_destroy(rt: *mut art_runtime, port: art_port) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let port = block.engine.services.ports.borrow_mut().remove(port).map_err(payload::unknown)?;
            block.pinned(|| drop(port));
            Ok(())
        })
    }
}

/// A port of C's. Borrowed while it works, so that a drop function of the host's, which may run then, finds it busy.
#[derive(Default)]
pub(crate) struct Port(RefCell<Subscriptions>);

#[derive(Default)]
struct Subscriptions {
    output: OutputPort<Published>,
    ids: HashMap<art_actor, SubscriptionId>,
}

/// What waits is not delivered any more.
impl Drop for Port {
    fn drop(&mut self) {
        let Subscriptions { output, ids } = self.0.get_mut();
        for id in std::mem::take(ids).into_values() {
            output.unsubscribe(id);
        }
    }
}

/// A value, and who published it.
#[derive(Clone)]
struct Published {
    sender: art_actor,
    bytes: Reference,
}

impl Port {
    fn subscribe(&self, block: &Block, actor: ActorId, backlog: Backlog, tag: u64) -> Outcome {
        let door = &block.engine.door;
        let subscriber = door.actor::<ForeignActor>(actor).map_err(|error| match error {
            IdError::WrongKind if door.is_alive(actor).is_ok() => {
                Failure::new(ART_UNSUPPORTED, "the actor was not made by art_spawn")
            }
            error => payload::unknown(error),
        })?;
        let mut port = self.0.try_borrow_mut().map_err(|_| busy())?;
        let port = &mut *port;
        if let Some(older) = port.ids.remove(&actor.0) {
            port.output.unsubscribe(older);
        }
        // Whoever has ended is forgotten here, too.
        if port.ids.len() > 2 * port.output.subscribers() + 8 {
            port.ids.retain(|id, _| door.is_alive(ActorId(*id)).is_ok());
        }
        let id = port.output.subscribe(
            &subscriber,
            backlog,
            |value| Some(value.clone()),
            move |this: &mut ForeignActor, cx, value: Published, lost| {
                let envelope = Envelope { tag, sender: value.sender, ..Envelope::default() };
                Packet::lend(&envelope, value.bytes.into_payload(), |packet| {
                    let mut turn = Turn::of(packet);
                    turn.be_value(lost);
                    this.take_in(cx, &turn);
                });
            },
        );
        port.ids.insert(actor.0, id);
        Ok(())
    }

    fn unsubscribe(&self, actor: art_actor) -> Outcome {
        let mut port = self.0.try_borrow_mut().map_err(|_| busy())?;
        let known = port.ids.remove(&actor).is_some_and(|id| port.output.unsubscribe(id));
        if known {
            Ok(())
        } else {
            Err(Failure::new(ART_NOT_FOUND, "the actor has not subscribed to this port"))
        }
    }

    fn publish(&self, block: &Block, bytes: Reference) -> Outcome<usize> {
        let sender = block.engine.door.current().map_or(0, |id| id.0);
        block.pinned(|| {
            let mut port = self.0.try_borrow_mut().map_err(|_| busy())?;
            let value = Published { sender, bytes };
            Ok(port.output.publish(&value))
        })
    }
}

fn find(block: &Block, port: art_port) -> Outcome<Rc<Port>> {
    block.engine.services.ports.borrow_mut().get(port).map(|port| Rc::clone(port)).map_err(payload::unknown)
}

#[cold]
fn busy() -> Failure {
    Failure::new(ART_BUSY, "a drop function runs that this port calls")
}
