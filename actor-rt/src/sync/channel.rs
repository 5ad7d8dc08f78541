//! `Channel`: values from any thread to a `Fwd`.

use crate::actor::{ActorOwn, ActorOwnAnon, RemoteActor};
use crate::engine::id::ActorId;
use crate::engine::ret::{Fwd, Ret};
use crate::engine::token::{Core, Deferrer};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Sends values from any thread to a [`Fwd`] on the runtime's. Cloning it is cheap.
///
/// The values of a channel arrive in the order they were sent, also by several threads: a send that happens before another one is
/// the earlier one. Sending never blocks. The channel is closed when its [`ChannelGuard`] is dropped, when the runtime ends, and when the
/// `Fwd` panics.
///
/// # Examples
///
/// ```
/// use actor_rt::sync::{Channel, ChannelGuard};
/// use actor_rt::*;
/// use std::thread;
/// use std::time::Instant;
///
/// struct Log {
///     lines: Vec<String>,
/// }
///
/// impl Log {
///     fn init(_cx: CX![]) -> Option<Self> {
///         Some(Self { lines: Vec::new() })
///     }
///     fn line(&mut self, _cx: CX![], line: String) {
///         self.lines.push(line);
///     }
///     fn lines(&self, _cx: CX![]) -> Vec<String> {
///         self.lines.clone()
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Runtime::new(now);
/// let rt = &mut runtime;
/// let log = actor!(rt, Log::init(), ret_nop!());
/// let (channel, guard): (Channel<String>, ChannelGuard) = Channel::new(rt, fwd_to!([log], line() as (String)));
/// let sender = channel.clone();
/// thread::spawn(move || assert!(sender.send("hello".to_owned()))).join().unwrap();
/// rt.run(now, false);
/// assert_eq!(query!([log, rt], lines()).unwrap(), ["hello"]);
///
/// drop(guard);
/// assert!(channel.is_closed() && !channel.send("too late".to_owned()));
/// ```
pub struct Channel<M: 'static> {
    line: Arc<Line<M>>,
}

/// Keeps a [`Channel`] open. Dropping it closes the channel: what was sent and has not arrived never will, and is dropped by the next step.
///
/// # Examples
///
/// See [`Channel`].
pub struct ChannelGuard {
    closed: Arc<AtomicBool>,
    receiver: ActorId,
    deferrer: Deferrer,
    _owner: ActorOwnAnon,
}

/// What the clones share: one entrance, so that there is one order.
struct Line<M: 'static> {
    receiver: RemoteActor<Receiver<M>>,
    closed: Arc<AtomicBool>,
}

/// Stands for the channel on the runtime's thread.
struct Receiver<M: 'static> {
    fwd: Fwd<M>,
}

impl<M: Send + 'static> Channel<M> {
    /// A channel to `fwd`, and what keeps it open.
    ///
    /// # Panics
    /// If there is no room for another actor: a runtime has 2³² - 1 places.
    ///
    /// # Examples
    ///
    /// See [`Channel`].
    pub fn new(core: &mut Core, fwd: Fwd<M>) -> (Channel<M>, ChannelGuard) {
        let closed = Arc::new(AtomicBool::new(false));
        let close = Arc::clone(&closed);
        let ended = Ret::new(move |_| close.store(true, Ordering::Release));
        let owner = ActorOwn::with_value(core, ended, Receiver { fwd });
        let receiver = owner.remote();
        let guard = ChannelGuard {
            closed: Arc::clone(&closed),
            receiver: owner.actor_id(),
            deferrer: core.deferrer(),
            _owner: owner.anon(),
        };
        (Channel { line: Arc::new(Line { receiver, closed }) }, guard)
    }

    /// Sends a value. False if the channel is closed: then the value was dropped.
    ///
    /// # Examples
    ///
    /// See [`Channel`].
    pub fn send(&self, message: M) -> bool {
        !self.is_closed() && self.line.receiver.call(move |this, _| this.fwd.fwd(message)).is_ok()
    }

    /// Whether the channel is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, fwd_nop, sync::Channel};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let (channel, _guard) = Channel::<u32>::new(&mut runtime, fwd_nop!());
    /// assert!(!channel.is_closed());
    /// drop(runtime);
    /// assert!(channel.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.line.closed.load(Ordering::Acquire) || self.line.receiver.runtime().is_closed()
    }
}

impl<M: 'static> Clone for Channel<M> {
    fn clone(&self) -> Self {
        Channel { line: Arc::clone(&self.line) }
    }
}

impl Drop for ChannelGuard {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Release);
        // At once: what waits is not to be delivered any more. It may have ended with the runtime.
        let _ = self.deferrer.core().door().kill(self.receiver, "the channel was closed");
    }
}

impl<M: 'static> fmt::Debug for Channel<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Channel<{}>", std::any::type_name::<M>())
    }
}

impl fmt::Debug for ChannelGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelGuard").finish_non_exhaustive()
    }
}
