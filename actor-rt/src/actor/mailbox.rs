//! Mailboxes of actors' own, and sending with care: without waiting, with a priority, with a time to live.

use super::call::Call;
use super::context::Cx;
use super::{lifecycle, parked};
use crate::engine::id::{ActorId, IdError};
use crate::engine::mailbox::{Mailbox, Priority};
use crate::engine::own_mailbox::{OwnMailbox, Room};
use crate::engine::packets;
use crate::engine::post::{self, LaneName};
use crate::engine::post_error::PostError;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Door, Runtime};
use crate::kernel::cell::CellHeader;
use crate::kernel::handle::{Actor, AnyActor};
use crate::kernel::packet::{Body, Envelope, FLAG_EXPIRES};
use crate::kernel::record::{Description, DropReason};
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// How a message is sent: [`Actor::try_call_with`].
///
/// # Examples
///
/// See [`Mailbox`] and [`time_to_live`](Sending::time_to_live).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sending {
    /// How urgent it is. An actor without a [`Mailbox`] takes all in their order.
    pub priority: Priority,
    /// How long it is worth anything.
    pub time_to_live: Option<Duration>,
}

impl Sending {
    /// As a call.
    ///
    /// # Examples
    ///
    /// See [`Mailbox`].
    pub const fn new() -> Self {
        Sending { priority: Priority::Normal, time_to_live: None }
    }

    /// How urgent it is.
    ///
    /// # Examples
    ///
    /// See [`Mailbox`].
    #[must_use]
    pub const fn priority(self, priority: Priority) -> Self {
        Sending { priority, ..self }
    }

    /// How long it is worth anything: if its turn comes later, it is lost ([`DropReason::Expired`]) instead of handled. That
    /// is a turn of the actor all the same, and counted as one.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::Sending;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, DropReason, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let short = Sending::new().time_to_live(Duration::from_millis(10));
    /// actor.try_call_with(short, |_: &mut u32, _: &mut Cx<'_, u32>| unreachable!("too old")).unwrap();
    /// runtime.run(now + Duration::from_millis(11), false);
    /// assert_eq!(runtime.dead_letters_of(DropReason::Expired), 1);
    /// ```
    #[must_use]
    pub const fn time_to_live(self, time: Duration) -> Self {
        Sending { time_to_live: Some(time), ..self }
    }
}

/// A message that was not sent.
///
/// # Examples
///
/// See [`Actor::try_call`].
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused<M> {
    /// There is no room: here it is again.
    Full(M),
    /// The actor has ended, or takes no more messages: here it is again.
    Closed(M),
}

impl<M> Refused<M> {
    /// The message.
    ///
    /// # Examples
    ///
    /// See [`Actor::try_call`].
    pub fn into_message(self) -> M {
        match self {
            Refused::Full(message) | Refused::Closed(message) => message,
        }
    }

    /// Whether the same message may be taken a moment later.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::Refused;
    ///
    /// assert!(Refused::Full("a message").is_retryable());
    /// assert!(!Refused::Closed("a message").is_retryable());
    /// ```
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Refused::Full(_))
    }
}

impl<M> fmt::Display for Refused<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refused::Full(_) => "the actor's mailbox is full: wait for room, or drop the message",
            Refused::Closed(_) => "the actor has ended, or takes no more messages",
        })
    }
}

impl<M> fmt::Debug for Refused<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Refused::Full(_)) { "Full(…)" } else { "Closed(…)" })
    }
}

impl<M> Error for Refused<M> {}

impl<A: ?Sized + 'static> Actor<A> {
    /// Gives the actor a mailbox of its own, or changes it. What waits stays. Each message costs a detour then, about as much as two
    /// without it.
    ///
    /// # Examples
    ///
    /// See [`Mailbox`].
    pub fn set_mailbox(&self, settings: Mailbox) {
        set_mailbox(Shared::of(self.header()), self.header(), settings, false);
    }

    /// Calls the actor if there is room; else the message comes back. Nothing waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::Refused;
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::{Cx, Runtime};
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).capacity(1).start(&mut runtime).unwrap();
    /// let add = |n: &mut u32, _: &mut Cx<'_, u32>| *n += 1;
    /// assert!(actor.try_call(add).is_ok());
    /// let refused = actor.try_call(add).unwrap_err();
    /// assert!(matches!(refused, Refused::Full(_)));
    /// runtime.run(now, false);
    /// assert!(actor.try_call(refused.into_message()).is_ok());
    /// ```
    pub fn try_call<F>(&self, f: F) -> Result<(), Refused<F>>
    where
        F: FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
    {
        check(self.header(), f).map(|f| post::call(self, Call::new(f)))
    }

    /// The same, with a priority and a time to live.
    ///
    /// # Examples
    ///
    /// See [`Mailbox`] and [`Sending::time_to_live`].
    pub fn try_call_with<F>(&self, sending: Sending, f: F) -> Result<(), Refused<F>>
    where
        F: FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
    {
        let f = check(self.header(), f)?;
        let Some(time) = sending.time_to_live else {
            post::call_with(self, Call::new(f), sending.priority);
            return Ok(());
        };
        let until = Shared::of(self.header())
            .now
            .get()
            .saturating_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        let origin = Shared::of(self.header()).origin();
        let alive = move |this: &mut A, cx: &mut Cx<'_, A>| {
            if cx.now_ns() <= until {
                return f(this, cx);
            }
            let what = Description { type_name: std::any::type_name::<F>(), tag: 0, origin };
            cx.shared().lose(cx.this().header().id(), DropReason::Expired, what);
        };
        post::call_with(self, Call::new(alive), sending.priority);
        Ok(())
    }
}

/// A message is let through, or comes back.
fn check<F>(header: &CellHeader, f: F) -> Result<F, Refused<F>> {
    let shared = Shared::of(header);
    if header.has_place() {
        return Ok(f);
    }
    match shared.room(header) {
        Some(Room::Free | Room::Contested(_)) => Ok(f),
        Some(Room::Closed) => Err(Refused::Closed(f)),
        Some(Room::Full) | None => Err(Refused::Full(f)),
    }
}

/// Gives an actor a mailbox of its own, if it has not ended.
pub(crate) fn set_mailbox(shared: &Shared, header: &CellHeader, settings: Mailbox, is_passing: bool) {
    if header.has_ended() {
        return;
    }
    let known = shared.mailbox(header, |own| {
        own.settings = settings;
        own.is_passing &= is_passing;
        own.parked.len() > 0
    });
    if known == Some(true) {
        // There may be room now.
        parked::look(shared, header);
    }
    if known.is_none() {
        let own = OwnMailbox::new(settings, is_passing);
        shared.cold.with(|cold| cold.of(header).mailbox = Some(Box::new(own)));
        // All posts take the slow road from here on.
        header.set_limit(0);
    }
}

/// An actor that is to fail when it cannot keep up has got one message too many.
pub(crate) fn overflowed(shared: &Shared, actor: &AnyActor) {
    fail_soon(shared, actor, "its mailbox is full, and it is to fail then");
}

/// Lets an actor fail before its next message.
pub(crate) fn fail_soon(shared: &Shared, actor: &AnyActor, why: &'static str) {
    let actor = actor.clone();
    let incarnation = super::handle::incarnation(&actor);
    post::job(shared, LaneName::Urgent, move |_: &mut Runtime| {
        if incarnation != super::handle::incarnation(&actor) {
            // Another one is there now.
            return;
        }
        if !actor.header().has_value() {
            // It waits to be made, or made anew, and has done nothing wrong.
            return;
        }
        let cause = StopCause::Failed(why.into());
        lifecycle::end(&actor, cause);
    });
}

impl Door {
    /// Gives an actor a mailbox of its own: as [`Actor::set_mailbox`], by its id.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::{Mailbox, Overflow};
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// runtime.door().set_mailbox(actor.actor_id(), Mailbox::new().overflow(Overflow::DropOldest)).unwrap();
    /// ```
    pub fn set_mailbox(&self, actor: ActorId, settings: Mailbox) -> Result<(), IdError> {
        let actor = self.find_actor(actor)?;
        set_mailbox(self.shared(), actor.header(), settings, false);
        Ok(())
    }

    /// Sends a packet with a priority and a time to live: as [`Actor::try_call_with`]. The sender is the actor whose handler runs, if one
    /// does. On an error the payload comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::mailbox::{Mailbox, Priority, Sending};
    /// use actor_rt::{Body, Cx, DropReason, Packet, Receive, Ret, Runtime};
    /// use std::time::{Duration, Instant};
    ///
    /// struct Tags(Vec<u64>);
    ///
    /// impl Receive for Tags {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         self.0.push(packet.tag());
    ///     }
    /// }
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let door = runtime.door().clone();
    /// let tags = door.spawn(Tags(Vec::new()), Ret::nop());
    /// door.set_mailbox(tags.actor_id(), Mailbox::new()).unwrap();
    /// door.post(tags.actor_id(), 1, Body::Copied(b"")).unwrap();
    /// let short = Sending::new().time_to_live(Duration::from_millis(1));
    /// door.post_with(tags.actor_id(), short, 2, Body::Copied(b"")).unwrap();
    /// door.post_with(tags.actor_id(), Sending::new().priority(Priority::High), 3, Body::Copied(b"")).unwrap();
    /// runtime.run(now + Duration::from_secs(1), false);
    /// assert_eq!(tags.query(&mut runtime, |tags, _| tags.0.clone()), Some(vec![3, 1]));
    /// assert_eq!(runtime.dead_letters_of(DropReason::Expired), 1);
    /// ```
    pub fn post_with<'a>(
        &self,
        to: ActorId,
        sending: Sending,
        tag: u64,
        body: Body<'a>,
    ) -> Result<(), (PostError, Body<'a>)> {
        let shared = self.shared();
        let mut envelope = Envelope { tag, sender: shared.current.get(), ..Envelope::default() };
        if let Some(time) = sending.time_to_live {
            let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
            envelope.flags = FLAG_EXPIRES;
            envelope.reply = shared.now.get().saturating_add(time);
        }
        packets::send_with(shared, to.0, sending.priority, &envelope, body)
    }

    /// Lets the messages of a ready actor wait: as [`Actor::pause`]. False if it is not ready.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::supervision::Spec;
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let now = Instant::now();
    /// let mut runtime = Runtime::new(now);
    /// let actor = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let door = runtime.door().clone();
    /// assert_eq!(door.pause(actor.actor_id()), Ok(true));
    /// actor.call(|n, _| *n += 1);
    /// runtime.run(now, false);
    /// assert_eq!(door.resume(actor.actor_id()), Ok(true));
    /// runtime.run(now, false);
    /// assert_eq!(actor.query(&mut runtime, |n, _| *n), Some(1));
    /// ```
    pub fn pause(&self, actor: ActorId) -> Result<bool, IdError> {
        Ok(lifecycle::pause(self.find_actor(actor)?.header()))
    }

    /// Lets a paused actor go on: as [`Actor::resume`]. False if it is not paused.
    ///
    /// # Examples
    ///
    /// See [`pause`](Door::pause).
    pub fn resume(&self, actor: ActorId) -> Result<bool, IdError> {
        Ok(lifecycle::resume(self.find_actor(actor)?.header()))
    }
}
