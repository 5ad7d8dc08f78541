//! The door: actors by their ids, for callers that have no handles. Other languages come in here.
//!
//! An id that names nobody, or nobody of the right kind, is an error and never another actor. What is refused comes back.

use super::call::Call;
use super::context::Cx;
use super::receive::Receive;
use super::{core, lifecycle, timer};
use crate::engine::id::{ActorId, IdError};
use crate::engine::mode::CLOSED;
use crate::engine::packets;
use crate::engine::pending::Pending;
use crate::engine::post::{self, LaneName};
use crate::engine::post_error::PostError;
use crate::engine::ret::Ret;
use crate::engine::shared::Shared;
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Door, Runtime};
use crate::kernel::handle::{Actor, AnyActor};
use crate::kernel::packet::{Body, Envelope};
use crate::kernel::record::{Description, DropReason};
use crate::wake::Waker;
use std::error::Error;

/// Actors by id.
impl Door {
    /// Queues a typed call to an actor by its id. If no living `A` of this runtime has the id, or its mailbox is full, `f` is dropped
    /// and the error says why.
    ///
    /// # Examples
    ///
    /// See [`Door`].
    #[inline(always)]
    pub fn call<A: 'static>(
        &self,
        to: ActorId,
        f: impl FnOnce(&mut A, &mut Cx<'_, A>) + 'static,
    ) -> Result<(), PostError> {
        post::call_by_id::<Call<A, _>>(self.shared(), to.0, Call::new(f))
    }

    /// Sends a packet. The sender is the actor whose handler runs, if one does. On an error the payload comes back.
    ///
    /// # Examples
    ///
    /// See [`Receive`].
    #[inline(always)]
    pub fn post<'a>(&self, to: ActorId, tag: u64, body: Body<'a>) -> Result<(), (PostError, Body<'a>)> {
        let shared = self.shared();
        let envelope = Envelope { tag, sender: shared.current.get(), ..Envelope::default() };
        packets::send(shared, to.0, &envelope, body)
    }

    /// Ends an actor before it gets to its queued messages. Its stop hook runs.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause, actor_new, ret_shutdown};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_shutdown!(runtime));
    /// actor.call_prep(|_| unreachable!("overtaken"));
    /// runtime.door().stop(actor.actor_id()).unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert!(matches!(runtime.shutdown_reason(), Some(StopCause::Stopped)));
    /// ```
    pub fn stop(&self, id: ActorId) -> Result<(), IdError> {
        let actor = self.find_actor(id)?;
        post::job(self.shared(), LaneName::Urgent, move |_: &mut Runtime| {
            // A kill meanwhile is what counts.
            if !actor.header().has_ended() {
                lifecycle::end(&actor, StopCause::Stopped);
            }
        });
        Ok(())
    }

    /// Ends an actor: from here on no handler or hook of it starts, nor of any child below it.
    ///
    /// To its supervisor that is a failure: a child that is restarted after one comes back, as a new incarnation.
    /// [`Core::terminate_child`](crate::Core::terminate_child) ends one for good.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{IdError, Runtime, actor_new, ret_shutdown};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_shutdown!(runtime));
    /// let id = actor.actor_id();
    /// runtime.door().kill(id, "no longer needed").unwrap();
    /// assert_eq!(runtime.door().is_alive(id), Err(IdError::Stale));
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.shutdown_reason().unwrap().to_string(), "Actor was killed: no longer needed");
    /// ```
    pub fn kill(&self, id: ActorId, reason: impl Into<Box<dyn Error>>) -> Result<(), IdError> {
        let actor = self.find_actor(id)?;
        lifecycle::end_soon(&actor, StopCause::Killed(reason.into()));
        Ok(())
    }

    /// Whether an actor of this id lives.
    ///
    /// # Examples
    ///
    /// See [`kill`](Door::kill).
    pub fn is_alive(&self, id: ActorId) -> Result<(), IdError> {
        self.find_actor(id).map(drop)
    }

    /// As [`post`](Door::post) with eight bytes, but only if that takes no more than writing them to their place: otherwise nothing
    /// happened, and the answer is false. A leaf function, for callers that count instructions.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Cx, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Sum(u64);
    ///
    /// impl Receive for Sum {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         self.0 += u64::from_ne_bytes(packet.data().try_into().unwrap());
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let sum = runtime.door().spawn(Sum(0), Ret::nop());
    /// for number in 1..=3_u64 {
    ///     let word = number.to_ne_bytes();
    ///     if !runtime.door().post_word(sum.actor_id(), 1, word) {
    ///         let body = actor_rt::Body::Copied(&word);
    ///         runtime.door().post(sum.actor_id(), 1, body).unwrap();
    ///     }
    /// }
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(sum.query(&mut runtime, |sum, _| sum.0), Some(6));
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn post_word(&self, to: ActorId, tag: u64, word: [u8; 8]) -> bool {
        packets::send_word(self.shared(), to.0, tag, word)
    }

    /// Sends a packet of the layer above: with an envelope of its making, and past the mailbox bound, as an answer or a ring must
    /// never be lost for lack of room. On an error the payload comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Envelope, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Count(u32);
    ///
    /// impl Receive for Count {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         assert_eq!(packet.status(), 7);
    ///         self.0 += 1;
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let count = runtime.door().spawn(Count(0), Ret::nop());
    /// count.set_capacity(0);
    /// let envelope = Envelope { tag: 1, status: 7, ..Envelope::default() };
    /// runtime.door().send(count.actor_id(), &envelope, Body::Copied(b"")).unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(count.query(&mut runtime, |count, _| count.0), Some(1));
    /// ```
    pub fn send<'a>(
        &self,
        to: ActorId,
        envelope: &Envelope,
        body: Body<'a>,
    ) -> Result<(), (PostError, Body<'a>)> {
        self.send_on(LaneName::Main, to, envelope, body)
    }

    /// As [`send`](Door::send), but ahead of the messages that wait: for news of an actor's relations, which come before any message.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Envelope, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Tags(Vec<u64>);
    ///
    /// impl Receive for Tags {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         self.0.push(packet.tag());
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let tags = runtime.door().spawn(Tags(Vec::new()), Ret::nop());
    /// runtime.door().post(tags.actor_id(), 1, Body::Copied(b"")).unwrap();
    /// let news = Envelope { tag: 2, ..Envelope::default() };
    /// runtime.door().send_ahead(tags.actor_id(), &news, Body::Copied(b"")).unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(tags.query(&mut runtime, |tags, _| tags.0.clone()), Some(vec![2, 1]));
    /// ```
    pub fn send_ahead<'a>(
        &self,
        to: ActorId,
        envelope: &Envelope,
        body: Body<'a>,
    ) -> Result<(), (PostError, Body<'a>)> {
        self.send_on(LaneName::Urgent, to, envelope, body)
    }

    /// Whether the actor of this id takes packets.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// assert_eq!(runtime.door().takes_packets(actor.actor_id()), Ok(false));
    /// ```
    pub fn takes_packets(&self, id: ActorId) -> Result<bool, IdError> {
        self.find_actor(id).map(|actor| actor.header().kind().receive.is_some())
    }

    /// Whether the actor of this id has a value of this type.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// assert_eq!(runtime.door().is_of_type::<u32>(actor.actor_id()), Ok(true));
    /// assert_eq!(runtime.door().is_of_type::<u64>(actor.actor_id()), Ok(false));
    /// ```
    pub fn is_of_type<A: 'static>(&self, id: ActorId) -> Result<bool, IdError> {
        self.find_actor(id).map(|actor| actor.downcast::<A>().is_some())
    }

    /// Arms a timer that sends `to` a packet with this tag, [`FLAG_TIMER`](crate::FLAG_TIMER) and this payload at `deadline`
    /// (nanoseconds of the runtime's clock). The packet's sender is the timer's own number, which is also the result. The timer ends
    /// with the actor's incarnation.
    ///
    /// # Panics
    /// If there is no room for another timer: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{ActorId, Body, Cx, FLAG_TIMER, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Alarm(Option<u64>);
    ///
    /// impl Receive for Alarm {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         assert_eq!((packet.tag(), packet.flags()), (9, FLAG_TIMER));
    ///         self.0 = Some(packet.sender());
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let alarm = runtime.door().spawn(Alarm(None), Ret::nop());
    /// let first = runtime.door().timer_post(alarm.actor_id(), 9, Body::Copied(b""), 100).unwrap();
    /// let second = runtime.door().timer_post(alarm.actor_id(), 9, Body::Copied(b""), 200).unwrap();
    /// runtime.door().timer_cancel(first).unwrap();
    /// runtime.door().timer_reset(second, 50).unwrap();
    /// assert_eq!(runtime.next_deadline_ns(), 50);
    /// runtime.step_ns(50, &actor_rt::Budget::default());
    /// assert_eq!(alarm.query(&mut runtime, |alarm, _| alarm.0), Some(Some(second)));
    /// ```
    pub fn timer_post(&self, to: ActorId, tag: u64, body: Body<'_>, deadline: u64) -> Result<u64, PostError> {
        let shared = self.shared();
        let actor = self.find_actor(to).map_err(PostError::Id)?;
        let envelope = Envelope { tag, ..Envelope::default() };
        timer::arm_packet(shared, actor, deadline, &envelope, body).ok_or(PostError::Refused)
    }

    /// Notes that a message with this tag is lost: it was refused for this reason, and its sender gives it up.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{DropReason, PostError, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// runtime.door().lose(actor.actor_id(), 7, PostError::Full);
    /// assert_eq!(runtime.dead_letters_of(DropReason::Full), 1);
    /// ```
    pub fn lose(&self, to: ActorId, tag: u64, refusal: PostError) {
        let shared = self.shared();
        let reason = match refusal {
            PostError::Id(_) => DropReason::NotFound,
            PostError::Full => DropReason::Full,
            PostError::Refused => DropReason::Refused,
            PostError::Closed => DropReason::Closed,
        };
        let origin = shared.origin();
        shared.lose(to.0, reason, Description { type_name: "packet", tag, origin });
    }

    /// Disarms a timer by its number.
    ///
    /// # Examples
    ///
    /// See [`timer_post`](Door::timer_post).
    pub fn timer_cancel(&self, timer: u64) -> Result<(), IdError> {
        timer::timer_cancel(self.shared(), timer)
    }

    /// Moves a timer, by its number, to another deadline.
    ///
    /// # Examples
    ///
    /// See [`timer_post`](Door::timer_post).
    pub fn timer_reset(&self, timer: u64, deadline: u64) -> Result<(), IdError> {
        timer::timer_reset(self.shared(), timer, deadline)
    }

    /// The handle of a living actor that is an `A`: as [`Actor::from_id`].
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Cx, IdError, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Deaf;
    ///
    /// impl Receive for Deaf {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {}
    /// }
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// let deaf = runtime.door().spawn(Deaf, Ret::nop());
    /// assert!(runtime.door().actor::<Deaf>(deaf.actor_id()).is_ok_and(|same| same == deaf));
    /// assert_eq!(runtime.door().actor::<u32>(deaf.actor_id()).unwrap_err(), IdError::WrongKind);
    /// ```
    pub fn actor<A: 'static>(&self, id: ActorId) -> Result<Actor<A>, IdError> {
        self.find_actor(id)?.downcast().ok_or(IdError::WrongKind)
    }

    /// Id of the actor whose handler runs; None outside of handlers.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// actor.call_prep(|_| Some(7));
    /// actor.call(|_, cx| assert_eq!(cx.door().current(), Some(cx.this().actor_id())));
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.door().current(), None);
    /// ```
    pub fn current(&self) -> Option<ActorId> {
        Some(ActorId(self.shared().current.get())).filter(|id| id.0 != 0)
    }

    /// Sends a packet on this lane, past the mailbox bound.
    fn send_on<'a>(
        &self,
        lane: LaneName,
        to: ActorId,
        envelope: &Envelope,
        body: Body<'a>,
    ) -> Result<(), (PostError, Body<'a>)> {
        // One that was killed and comes back finds it when it is there again, as it does all that waits.
        let shared = self.shared();
        match shared.find(to.0).filter(|found| !found.header().is_gone()) {
            Some(found) => packets::send_unbounded(shared, &found.counted(), lane, envelope, body),
            None => Err((PostError::Id(shared.explain_actor(to.0)), body)),
        }
    }

    pub(crate) fn find_actor(&self, id: ActorId) -> Result<AnyActor, IdError> {
        let shared = self.shared();
        let found = shared.find(id.0).ok_or_else(|| shared.explain_actor(id.0))?;
        if found.header().has_ended() {
            return Err(IdError::Stale);
        }
        Ok(found.counted())
    }

    /// A new actor of a value that takes packets, ready at once. It is owned by the runtime: it ends by its own doing, by id, or
    /// with the runtime. `notify` gets the cause of its end.
    ///
    /// # Panics
    /// If there is no room for another actor: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Once;
    ///
    /// impl Receive for Once {
    ///     fn receive(&mut self, cx: &mut Cx<'_, Self>, _: &mut Packet<'_>) {
    ///         cx.stop();
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let once = runtime.door().spawn(Once, Ret::nop()); // lives without an owner
    /// runtime.run(Instant::now(), false);
    /// assert!(!once.is_zombie());
    /// runtime.door().post(once.actor_id(), 1, Body::Copied(b"")).unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert!(once.is_zombie());
    /// ```
    pub fn spawn<A: Receive>(&self, value: A, notify: Ret<StopCause>) -> Actor<A> {
        let shared = self.shared();
        shared.number_call();
        let actor = shared.spawn::<A>(0);
        if shared.mode.has(CLOSED) {
            return stillborn(shared, actor, (value, notify));
        }
        if !notify.is_nop() {
            shared.cold.with(|cold| cold.of(actor.header()).notifier = Some(notify));
        }
        actor.accept_packets();
        if let Err(value) = actor.install(value) {
            drop(value);
        }
        actor
    }

    /// A new actor that takes packets and whose value `make` makes, in a later step. What is sent to it meanwhile waits, in order.
    /// It is owned by the runtime, as with [`spawn`](Door::spawn). If `make` gives no value, it has to say why by `cx.fail…`.
    ///
    /// # Panics
    /// If there is no room for another actor: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Count(u32);
    ///
    /// impl Receive for Count {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, _: &mut Packet<'_>) {
    ///         self.0 += 1;
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let count = runtime.door().spawn_later(|_| Some(Count(10)), Ret::nop());
    /// runtime.door().post(count.actor_id(), 1, Body::Copied(b"")).unwrap(); // waits for the value
    /// assert_eq!(count.query(&mut runtime, |count, _| count.0), None);
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(count.query(&mut runtime, |count, _| count.0), Some(11));
    /// ```
    pub fn spawn_later<A: Receive>(
        &self,
        make: impl FnOnce(&mut Cx<'_, A>) -> Option<A> + 'static,
        notify: Ret<StopCause>,
    ) -> Actor<A> {
        let shared = self.shared();
        shared.number_call();
        let actor = shared.spawn::<A>(0);
        if shared.mode.has(CLOSED) {
            return stillborn(shared, actor, (make, notify));
        }
        if !notify.is_nop() {
            shared.cold.with(|cold| cold.of(actor.header()).notifier = Some(notify));
        }
        actor.accept_packets();
        actor.call_prep(make);
        actor
    }

    /// Makes a waker, as [`Core::waker`](crate::Core::waker).
    ///
    /// # Examples
    ///
    /// See [`Core::waker`](crate::Core::waker).
    pub fn waker(&self, handler: impl FnMut(&mut Runtime, bool) + 'static) -> Waker {
        core::waker(self.shared(), Box::new(handler))
    }

    /// Queues blocking work for the host, as [`Core::host_call`](crate::Core::host_call).
    ///
    /// # Examples
    ///
    /// See [`Core::host_call`](crate::Core::host_call).
    pub fn host_call(&self, work: impl FnOnce(&mut Runtime) + 'static) {
        super::core::host_call(self.shared(), Box::new(work));
    }

    /// How many host calls wait.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.door().host_call(|_| ());
    /// assert_eq!(runtime.door().host_calls(), 1);
    /// runtime.run_host_calls(1);
    /// assert_eq!(runtime.door().host_calls(), 0);
    /// ```
    pub fn host_calls(&self) -> usize {
        self.shared().host_calls.with(|calls| calls.len())
    }

    /// Ends the running step after the current message.
    ///
    /// # Examples
    ///
    /// See [`Core::yield_step`](crate::Core::yield_step).
    pub fn yield_step(&self) {
        self.shared().yield_step();
    }

    /// The time of this step in nanoseconds of the runtime's clock.
    ///
    /// # Examples
    ///
    /// See [`Core::now_ns`](crate::Core::now_ns).
    #[inline]
    pub fn now_ns(&self) -> u64 {
        self.shared().now.get()
    }

    /// The time of the runtime's clock, in nanoseconds.
    ///
    /// # Examples
    ///
    /// See [`Runtime::clock_ns`].
    pub fn clock_ns(&self) -> u64 {
        (self.shared().clock)()
    }

    /// When a step has something to do, in nanoseconds of the runtime's clock: 0 if that is now, `u64::MAX` if never.
    ///
    /// # Examples
    ///
    /// See [`Runtime::next_deadline_ns`].
    pub fn next_deadline_ns(&self) -> u64 {
        self.shared().next_deadline_ns()
    }

    /// Whether a step is running, or a wake target on this thread: then the runtime cannot be stepped.
    ///
    /// # Examples
    ///
    /// See [`Runtime::is_busy`].
    pub fn is_busy(&self) -> bool {
        self.shared().is_busy()
    }

    /// What waits in the runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.defer(|_| ());
    /// runtime.after(Duration::from_secs(1), |_| ());
    /// let pending = runtime.door().pending();
    /// assert_eq!((pending.messages, pending.timers, pending.actors), (1, 1, 0));
    /// ```
    pub fn pending(&self) -> Pending {
        self.shared().pending()
    }
}

/// An actor of a runtime that is closed for good: it has ended before it began. What it was to be made of goes the way of what
/// is posted there, in the flat loop: making the next one from a destructor does not recurse.
#[cold]
fn stillborn<A: 'static>(shared: &Shared, actor: Actor<A>, parts: impl Sized + 'static) -> Actor<A> {
    lifecycle::end(&AnyActor::from(&actor), StopCause::Dropped);
    post::job(shared, LaneName::Main, move |_: &mut Runtime| drop(parts));
    actor
}
