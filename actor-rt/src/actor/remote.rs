//! Posting from other threads.

use super::call::Call;
use super::context::Cx;
use crate::engine::id::{self, ActorId, IdError, IdKind};
use crate::engine::shared::Shared;
use crate::engine::token::{Core, Door, Runtime};
use crate::kernel::handle::Actor;
use crate::kernel::owned_bytes::OwnedBytes;
use crate::kernel::packet::{Body, Envelope};
use crate::kernel::post;
use crate::kernel::record::ReadyCall;
use crate::wake::remote::Remote as Entrance;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// The runtime that a remote leads to is gone. What was to be sent was dropped.
///
/// # Examples
///
/// ```
/// use actor_rt::{Closed, Runtime};
/// use std::time::Instant;
///
/// let runtime = Runtime::new(Instant::now());
/// let remote = runtime.remote();
/// drop(runtime);
/// assert_eq!(remote.defer(|_| ()), Err(Closed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the runtime is closed")
    }
}

impl std::error::Error for Closed {}

/// The way into a runtime from any thread: posts packets and work, wakes, interrupts. Outlives the runtime.
///
/// Messages of one remote arrive in the order they were posted. A clone has an order of its own; one per thread is the fast way.
///
/// # Examples
///
/// ```
/// use actor_rt::{Remote, Runtime, StopCause};
/// use std::time::Instant;
///
/// let mut runtime = Runtime::new(Instant::now());
/// let remote: Remote = runtime.remote();
/// std::thread::spawn(move || remote.defer(|rt| rt.shutdown(StopCause::Stopped)).unwrap()).join().unwrap();
/// runtime.run(Instant::now(), false);
/// assert!(!runtime.not_shutdown());
/// ```
#[derive(Clone)]
pub struct Remote {
    entrance: Entrance,
    instance: u8,
}

/// In a packet's flags: it came from another thread.
///
/// # Examples
///
/// See [`Remote::post`].
pub const FLAG_REMOTE: u8 = 64;

/// A typed handle to an actor for other threads.
///
/// # Examples
///
/// See [`Actor::remote`].
pub struct RemoteActor<A: 'static> {
    remote: Remote,
    id: ActorId,
    actor: PhantomData<fn(A)>,
}

impl Core {
    /// A way into this runtime for other threads.
    ///
    /// # Examples
    ///
    /// See [`Remote`].
    pub fn remote(&self) -> Remote {
        Remote::of(self.shared())
    }
}

impl Door {
    /// A way into this runtime for other threads.
    ///
    /// # Examples
    ///
    /// See [`Remote`].
    pub fn remote(&self) -> Remote {
        Remote::of(self.shared())
    }
}

impl<A: 'static> Actor<A> {
    /// A handle to this actor for other threads.
    ///
    /// ```
    /// use actor_rt::{CX, Cx, RemoteActor, Runtime, actor, ret_nop};
    /// use std::time::Instant;
    ///
    /// struct Counter(u32);
    /// impl Counter {
    ///     fn init(_: CX![]) -> Option<Self> {
    ///         Some(Counter(0))
    ///     }
    ///     fn add(&mut self, _: CX![], n: u32) {
    ///         self.0 += n;
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let counter = actor!(runtime, Counter::init(), ret_nop!());
    /// let remote: RemoteActor<Counter> = counter.remote();
    /// std::thread::spawn(move || remote.call(|counter, cx| counter.add(cx, 2)).unwrap()).join().unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(counter.query(&mut runtime, |counter, _| counter.0), Some(2));
    /// ```
    pub fn remote(&self) -> RemoteActor<A> {
        RemoteActor { remote: Remote::of(Shared::of(self.header())), id: self.actor_id(), actor: PhantomData }
    }
}

impl Remote {
    /// Whether the calling thread is the runtime's.
    pub(super) fn is_owner_thread(&self) -> bool {
        self.entrance.is_owner_thread()
    }

    fn of(shared: &Shared) -> Self {
        Remote { entrance: Entrance::new(Arc::clone(&shared.inbox)), instance: shared.instance() }
    }

    /// Refuses a number that cannot name an actor of this runtime. Whether one of that id lives is known on its thread alone.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{ActorId, IdError, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// let remote = runtime.remote();
    /// assert_eq!(remote.check_actor(actor.actor_id()), Ok(()));
    /// assert_eq!(remote.check_actor(ActorId(0)), Err(IdError::Null));
    /// ```
    pub fn check_actor(&self, id: ActorId) -> Result<(), IdError> {
        self.check(id.0, IdKind::Actor)
    }

    /// Refuses a number that cannot be a reply token of this runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{IdError, Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// assert_eq!(runtime.remote().check_reply_token(actor.actor_id().0), Err(IdError::WrongKind));
    /// ```
    pub fn check_reply_token(&self, token: u64) -> Result<(), IdError> {
        self.check(token, IdKind::Reply)
    }

    fn check(&self, id: u64, kind: IdKind) -> Result<(), IdError> {
        match id::explain(id, kind, self.instance) {
            // All that the number itself can tell.
            IdError::Stale => Ok(()),
            error => Err(error),
        }
    }

    /// Queues work for the runtime.
    ///
    /// # Examples
    ///
    /// See [`Remote`].
    pub fn defer(&self, f: impl FnOnce(&mut Runtime) + Send + 'static) -> Result<(), Closed> {
        self.entrance.push(0, Shared::job_payload(f)).map_err(|_| Closed)
    }

    /// Sends a packet to an actor. Whether it lives turns out on its thread. If the runtime is closed, the payload comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, FLAG_REMOTE, Packet, Receive, Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// struct Inbox(Vec<u8>);
    ///
    /// impl Receive for Inbox {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         assert_eq!((packet.tag(), packet.flags()), (5, FLAG_REMOTE));
    ///         self.0.extend(packet.data());
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let inbox = runtime.door().spawn(Inbox(Vec::new()), Ret::nop());
    /// let (remote, id) = (runtime.remote(), inbox.actor_id());
    /// std::thread::spawn(move || remote.post(id, 5, Body::Copied(b"hello")).unwrap()).join().unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(inbox.query(&mut runtime, |inbox, _| inbox.0.clone()).unwrap(), b"hello");
    /// ```
    pub fn post<'a>(&self, to: ActorId, tag: u64, body: Body<'a>) -> Result<(), Body<'a>> {
        let envelope = Envelope { tag, flags: FLAG_REMOTE, ..Envelope::default() };
        post::push_remote(|cargo| self.entrance.push(to.0, cargo), envelope, body)
    }

    /// Answers a request that came to an actor of the runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Body, Cx, Outcome, OwnedBytes, Packet, Receive, Ret, Runtime};
    /// use std::sync::mpsc;
    /// use std::time::Instant;
    ///
    /// /// Has its requests answered by another thread.
    /// struct Clerk(mpsc::Sender<u64>);
    ///
    /// impl Receive for Clerk {
    ///     fn receive(&mut self, _: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
    ///         self.0.send(packet.keep_reply()).unwrap();
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let (requests, tokens) = mpsc::channel();
    /// let clerk = runtime.door().spawn(Clerk(requests), Ret::nop()).actor_id();
    /// let remote = runtime.remote();
    /// runtime
    ///     .door()
    ///     .ask(clerk, 1, Body::Copied(b""), u64::MAX, |answer| assert_eq!(answer.outcome, Outcome::Reply))
    ///     .unwrap();
    /// runtime.run(Instant::now(), false);
    /// let other = move || remote.reply(tokens.recv().unwrap(), 2, OwnedBytes::copy_of(b"42")).unwrap();
    /// std::thread::spawn(other).join().unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.door().open_asks(), 0);
    /// ```
    pub fn reply(&self, token: u64, tag: u64, body: OwnedBytes) -> Result<(), Closed> {
        self.defer(move |runtime| drop(runtime.door().reply(token, tag, Body::Owned(body))))
    }

    /// Asks for a step that begins after this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Config, WakeFlags};
    /// use std::time::Instant;
    ///
    /// let runtime = Config::new().wake(|_: WakeFlags| ()).build(Instant::now());
    /// let remote = runtime.remote();
    /// std::thread::spawn(move || remote.wake().unwrap()).join().unwrap();
    /// assert_eq!(runtime.wakes(), 1);
    /// ```
    pub fn wake(&self) -> Result<(), Closed> {
        if self.entrance.wake() { Ok(()) } else { Err(Closed) }
    }

    /// Asks the running step, if there is one, to end soon: within 16 messages, or 256 if its time is not bounded. Void between steps.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Budget, Runtime};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let remote = runtime.remote();
    /// runtime.defer(move |_| remote.interrupt()); // or on another thread
    /// for _ in 0..1_000 {
    ///     runtime.defer(|_| ());
    /// }
    /// let progress = runtime.step(Instant::now(), &Budget::UNBOUNDED);
    /// assert!(progress.more && progress.handled <= 256);
    /// ```
    pub fn interrupt(&self) {
        self.entrance.interrupt();
    }

    /// Whether the runtime is gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// let remote = runtime.remote();
    /// assert!(!remote.is_closed());
    /// drop(runtime);
    /// assert!(remote.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.entrance.is_closed()
    }
}

impl<A: 'static> RemoteActor<A> {
    /// Queues a call. If the actor has ended when it arrives, the call is dropped there.
    ///
    /// # Examples
    ///
    /// See [`Actor::remote`].
    pub fn call(&self, f: impl FnOnce(&mut A, &mut Cx<'_, A>) + Send + 'static) -> Result<(), Closed> {
        self.remote.entrance.push(self.id.0, ReadyCall(Call::new(f))).map_err(|_| Closed)
    }

    /// The actor's id.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// let remote = actor.remote();
    /// assert_eq!(remote.actor_id(), actor.actor_id());
    /// assert!(!remote.runtime().is_closed());
    /// ```
    pub fn actor_id(&self) -> ActorId {
        self.id
    }

    /// The way into its runtime.
    ///
    /// # Examples
    ///
    /// See [`actor_id`](RemoteActor::actor_id).
    pub fn runtime(&self) -> &Remote {
        &self.remote
    }
}

impl<A: 'static> Clone for RemoteActor<A> {
    fn clone(&self) -> Self {
        RemoteActor { remote: self.remote.clone(), id: self.id, actor: PhantomData }
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}

impl<A: 'static> fmt::Debug for RemoteActor<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemoteActor<{}>#{}", std::any::type_name::<A>(), self.id.0 as u32)
    }
}
