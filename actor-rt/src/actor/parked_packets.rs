//! Packets that wait for room.

use super::{handle, parked};
use crate::engine::id::{ActorId, IdError};
use crate::engine::mailbox::ParkError;
use crate::engine::packets;
use crate::engine::post_error::PostError;
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::token::Door;
use crate::kernel::handle::AnyActor;
use crate::kernel::owned_bytes::OwnedBytes;
use crate::kernel::packet::{Body, Envelope};
use crate::kernel::record::DropReason;

impl Door {
    /// Sends a packet, now or as soon as there is room: as [`Core::call_parked`](crate::Core::call_parked), until `deadline` in nanoseconds of the
    /// runtime's clock; `u64::MAX` is none. `outcome` is answered once: when the packet has been taken, or why it was not. After that it will
    /// not be. With `from` the packet is that actor's, as with [`Cx::send_parked`](crate::Cx::send_parked): if it ends, or is restarted,
    /// before the packet was taken, that is gone, and `outcome` is not answered.
    ///
    /// # Errors
    /// If an id is wrong, or the receiver takes no packets; then the payload comes back, and `outcome` is not answered. A receiver that has
    /// ended is an outcome.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::ParkError;
    /// use actor_rt::{Body, Cx, Packet, Receive, Ret, Runtime};
    /// use std::{cell::RefCell, rc::Rc, time::Instant};
    ///
    /// struct Count(u32);
    ///
    /// impl Receive for Count {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {
    ///         self.0 += 1;
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let door = runtime.door().clone();
    /// let count = door.spawn(Count(0), Ret::nop());
    /// count.set_capacity(1);
    /// let outcomes = Rc::new(RefCell::new(Vec::new()));
    /// for _ in 0..3 {
    ///     let keep = outcomes.clone();
    ///     let outcome = Ret::new(move |sent: Option<Result<(), ParkError>>| keep.borrow_mut().push(sent.unwrap()));
    ///     door.post_parked(None, count.actor_id(), 1, Body::Copied(b""), u64::MAX, outcome).unwrap();
    /// }
    /// runtime.run(now, false);
    /// assert_eq!(*outcomes.borrow(), [Ok(()); 3]);
    /// assert_eq!(count.query(&mut runtime, |count, _| count.0), Some(3));
    /// ```
    pub fn post_parked<'a>(
        &self,
        from: Option<ActorId>,
        to: ActorId,
        tag: u64,
        body: Body<'a>,
        deadline: u64,
        outcome: Ret<Result<(), ParkError>>,
    ) -> Result<(), (PostError, Body<'a>)> {
        let shared = self.shared();
        let from = match from.map(|id| self.find_actor(id)).transpose() {
            Ok(from) => from,
            Err(error) => return Err((PostError::Id(error), body)),
        };
        let sender = from.as_ref().map_or(0, |actor| actor.header().id());
        let heard = tells(from, outcome);
        let receiver = match self.find_actor(to) {
            Ok(actor) => actor,
            Err(IdError::Stale) => {
                refuse(shared, body, DropReason::NotFound, ParkError::Closed, heard);
                return Ok(());
            }
            Err(error) => return Err((PostError::Id(error), body)),
        };
        let header = receiver.header();
        if header.kind().receive.is_none() {
            return Err((PostError::Refused, body));
        }
        if header.is_closed() {
            refuse(shared, body, DropReason::NotFound, ParkError::Closed, heard);
            return Ok(());
        }
        let asked_by = if sender == 0 { shared.current.get() } else { sender };
        let envelope = Envelope { tag, sender: asked_by, ..Envelope::default() };
        if parked::has_room(shared, header) {
            match packets::send(shared, to.0, &envelope, body) {
                Ok(()) => shared.tell_soon(move || heard(Ok(()))),
                Err((_, body)) => refuse(shared, body, DropReason::Closed, ParkError::Closed, heard),
            }
            return Ok(());
        }
        if parked::waits_too_much(shared, sender) {
            refuse(shared, body, DropReason::Full, ParkError::TooMany, heard);
            return Ok(());
        }
        let bytes = match body {
            Body::Copied(bytes) => OwnedBytes::copy_of(bytes),
            Body::Owned(bytes) => bytes,
        };
        let target = receiver.clone();
        let post = move |sent| match sent {
            Ok(()) => {
                packets::send_admitted(Shared::of(target.header()), &target, &envelope, Body::Owned(bytes));
            }
            Err(ParkError::Closed) => bytes.release(DropReason::Cancelled),
            Err(_) => bytes.release(DropReason::Full),
        };
        parked::wait_for_room(shared, sender, header, deadline, Box::new(post), heard);
        Ok(())
    }
}

type Heard = Box<dyn FnOnce(Result<(), ParkError>)>;

/// Answers for the sender's incarnation, if it is an actor; else for the outside world.
fn tells(from: Option<AnyActor>, outcome: Ret<Result<(), ParkError>>) -> Heard {
    let from = from.map(|actor| (handle::incarnation(&actor), actor));
    Box::new(move |sent| {
        if from.is_none_or(|(incarnation, actor)| handle::is_still(&actor, incarnation)) {
            outcome.ret(sent);
        }
    })
}

/// A packet is not sent, and does not wait.
fn refuse(shared: &Shared, body: Body<'_>, reason: DropReason, error: ParkError, heard: Heard) {
    if let Body::Owned(bytes) = body {
        shared.contain(|| bytes.release(reason));
    }
    shared.tell_soon(move || heard(Err(error)));
}
