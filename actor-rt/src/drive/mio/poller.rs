//! `Poller`: the wait of a loop, without what the loop waits for.
//!
//! Owns the system's poller, the waker that ends its waits from other threads, and what the last wait reported. It knows neither runtimes nor
//! `Fwd`s, and nothing of it is bound to a thread: an [`EventLoop`](super::EventLoop) adds both, or a host that steps the runtime by
//! rules of its own.

use super::table::WAKER;
use crate::wake::{WakeFlags, WakeTarget};
use ::mio::{Events, Poll, Registry, Waker, event};
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Reports that a wait has room for at first.
const ROOM: usize = 256;

/// The waiting half of an [`EventLoop`](super::EventLoop), for hosts that step the runtime themselves: because a step of theirs is more than
/// [`turn`](super::EventLoop::turn) does, or because something has to be let go for as long as it waits.
///
/// Sources are registered with [`registry`](Poller::registry), under any token but `Token(usize::MAX)`, which is the waker's. They are told of
/// as by the loop: changes only.
///
/// Thread: one at a time; it may move (`Send`).
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::{Interest, Poller, Token, net, nonblocking};
/// use actor_rt::*;
/// use std::time::Instant;
///
/// const SOCKET: Token = Token(0);
/// let mut poller = Poller::new()?;
/// let mut socket = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
/// poller.registry().register(&mut socket, SOCKET, Interest::READABLE)?;
/// let address = socket.local_addr()?;
///
/// let mut runtime = Config::new().wake(poller.waker()).build(Instant::now());
/// let remote = runtime.remote();
/// let thread = std::thread::spawn(move || {
///     std::net::UdpSocket::bind("127.0.0.1:0")?.send_to(b"hello", address)?;
///     let _ = remote.defer(|rt| rt.shutdown(StopCause::Stopped));
///     std::io::Result::Ok(())
/// });
/// let mut received = 0;
/// let mut bytes = [0; 100];
/// while runtime.not_shutdown() || received == 0 {
///     // Zero while a step is owed. What must not be held while the thread sleeps is let go around this call alone.
///     poller.wait(runtime.next_timeout(Instant::now()))?;
///     for event in poller.events() {
///         assert_eq!(event.token(), SOCKET);
///         received += nonblocking(|| socket.recv(&mut bytes))?.unwrap_or(0);
///     }
///     runtime.step(Instant::now(), &Budget::default());
/// }
/// assert_eq!(received, 5);
/// thread.join().unwrap()?;
/// # std::io::Result::Ok(())
/// ```
pub struct Poller {
    poll: Poll,
    waker: Arc<Waker>,
    events: Events,
}

/// Ends the wait of a [`Poller`], from any thread: now, or the next one. As a wake target it does so for what other threads post; what the
/// poller's own thread posts it posts while it does not wait.
///
/// It may outlive its poller, and then does nothing. Cheap to clone.
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::{Poller, PollerWaker};
///
/// let mut poller = Poller::new()?;
/// let waker: PollerWaker = poller.waker();
/// let thread = std::thread::spawn(move || waker.wake());
/// poller.wait(None)?;
/// assert_eq!(poller.events().count(), 0, "it is no source");
/// thread.join().unwrap()?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone)]
pub struct PollerWaker(Arc<Waker>);

impl Poller {
    /// A poller without sources.
    ///
    /// # Errors
    /// If the system gives none.
    ///
    /// # Examples
    ///
    /// See [`Poller`].
    pub fn new() -> io::Result<Poller> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        Ok(Poller { poll, waker, events: Events::with_capacity(ROOM) })
    }

    /// By which other threads end the wait: the wake target of a runtime that this poller waits for.
    ///
    /// # Examples
    ///
    /// See [`Poller`].
    pub fn waker(&self) -> PollerWaker {
        PollerWaker(Arc::clone(&self.waker))
    }

    /// Where sources are registered.
    ///
    /// # Examples
    ///
    /// See [`Poller`].
    pub fn registry(&self) -> &Registry {
        self.poll.registry()
    }

    /// Waits until a source is ready, the waker is rung, or `limit` has passed: never less, since it is rounded up where the system counts in
    /// milliseconds. A signal may end it early. None is no limit.
    ///
    /// What is ready beyond the room of one wait is reported by the next ones.
    ///
    /// # Errors
    /// The system's, which no correct program sees.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::Poller;
    /// use std::time::{Duration, Instant};
    ///
    /// let mut poller = Poller::new()?;
    /// let (begun, limit) = (Instant::now(), Duration::from_millis(2));
    /// poller.wait(Some(limit))?;
    /// assert!(begun.elapsed() >= limit);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn wait(&mut self, limit: Option<Duration>) -> io::Result<()> {
        match self.poll.poll(&mut self.events, limit) {
            // A signal. What the wait before this one reported must not be told twice.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                self.events.clear();
                Ok(())
            }
            result => result,
        }
    }

    /// What the last [`wait`](Poller::wait) reported of sources, in the order of arrival.
    ///
    /// # Examples
    ///
    /// See [`Poller`].
    pub fn events(&self) -> impl Iterator<Item = &event::Event> {
        self.events.iter().filter(|event| event.token() != WAKER)
    }

    /// What no other poller has while this one, or a runtime that wakes it, is there.
    pub(super) fn address(&self) -> usize {
        Arc::as_ptr(&self.waker) as usize
    }

    /// From now on a wait has room for this many reports of sources.
    pub(super) fn make_room(&mut self, reports: usize) {
        // One more is the waker's.
        if reports >= self.events.capacity() {
            self.events = Events::with_capacity((reports + 1).next_power_of_two());
        }
    }
}

impl PollerWaker {
    /// Ends the wait.
    ///
    /// # Errors
    /// The system's, which no correct program sees.
    ///
    /// # Examples
    ///
    /// See [`PollerWaker`].
    pub fn wake(&self) -> io::Result<()> {
        self.0.wake()
    }
}

impl WakeTarget for PollerWaker {
    fn wake(&self, flags: WakeFlags) {
        if flags.contains(WakeFlags::REMOTE) {
            // It is a write to a descriptor of the poller's own. Should that fail, the runtime counts it and somebody is to hear of it.
            self.0.wake().expect("the poller can be woken");
        }
    }
}

impl fmt::Debug for Poller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poller").finish_non_exhaustive()
    }
}

impl fmt::Debug for PollerWaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PollerWaker")
    }
}
