//! `Registered`: a source together with its registration.

use super::ready::Priority;
use super::sources::Sources;
use ::mio::{Interest, Token, event};
use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

/// A source that a loop watches: made by [`LoopHandle::add`](super::LoopHandle::add), used like the source itself.
///
/// Dropping it takes the source from the loop and then drops the source. From then on its `Fwd` is not called, not even for what
/// the poller has reported already. It may be dropped anywhere, also in the handler of its own readiness, and after its loop.
///
/// Thread: the loop's own (`!Send`).
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::{EventLoop, Interest, Priority, Registered, net};
/// use actor_rt::*;
///
/// let (_runtime, event_loop) = EventLoop::with_runtime()?;
/// let socket = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
/// let socket: Registered<net::UdpSocket> =
///     event_loop.handle().add(socket, Interest::READABLE, Priority::NORMAL, fwd_nop!())?;
/// println!("listening on {}", socket.local_addr()?);
/// assert_eq!(event_loop.handle().sources(), 1);
///
/// let _unwatched: net::UdpSocket = socket.into_inner();
/// assert_eq!(event_loop.handle().sources(), 0);
/// # std::io::Result::Ok(())
/// ```
#[must_use = "dropping it takes the source from the loop"]
pub struct Registered<S: event::Source> {
    /// None only while it is taken apart.
    source: Option<S>,
    sources: Rc<Sources>,
    token: Token,
    interest: Interest,
}

impl<S: event::Source> Registered<S> {
    /// `source` was registered under `token`.
    pub(super) fn new(source: S, sources: Rc<Sources>, token: Token, interest: Interest) -> Self {
        Registered { source: Some(source), sources, token, interest }
    }

    /// What the loop watches for.
    ///
    /// # Examples
    ///
    /// See [`set_interest`](Registered::set_interest).
    pub fn interest(&self) -> Interest {
        self.interest
    }

    /// Has the loop watch for something else. What was reported by then is delivered nevertheless.
    ///
    /// # Errors
    /// The system's.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::{EventLoop, Interest, Priority, net};
    /// use actor_rt::*;
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// let socket = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
    /// let writable = Rc::new(Cell::new(false));
    /// let seen = Rc::clone(&writable);
    /// let fwd = fwd_do!(move |ready: actor_rt::drive::mio::Ready| seen.set(ready.is_writable()));
    /// let mut socket = event_loop.handle().add(socket, Interest::READABLE, Priority::NORMAL, fwd)?;
    /// assert_eq!(socket.interest(), Interest::READABLE);
    /// socket.set_interest(Interest::WRITABLE)?; // which it is at once
    /// while !writable.get() {
    ///     event_loop.turn(&mut runtime, None)?;
    /// }
    /// assert_eq!(socket.interest(), Interest::WRITABLE);
    /// # std::io::Result::Ok(())
    /// ```
    #[expect(clippy::missing_panics_doc, reason = "it is whole: see `WHOLE`")]
    pub fn set_interest(&mut self, interest: Interest) -> io::Result<()> {
        let (registry, token) = (self.sources.registry(), self.token);
        let source = self.source.as_mut().expect(WHOLE);
        registry.reregister(source, token, interest)?;
        self.interest = interest;
        Ok(())
    }

    /// Changes how soon the source is served, from the next turn on.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::{EventLoop, Interest, Priority, net};
    /// use actor_rt::*;
    /// use std::cell::RefCell;
    /// use std::rc::Rc;
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// let order = Rc::new(RefCell::new(Vec::new()));
    /// let source = |name: &'static str| {
    ///     let socket = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
    ///     socket.send_to(b"!", socket.local_addr()?)?;
    ///     let seen = Rc::clone(&order);
    ///     let fwd = fwd_do!(move |_| seen.borrow_mut().push(name));
    ///     event_loop.handle().add(socket, Interest::READABLE, Priority::NORMAL, fwd)
    /// };
    /// let (_first, mut second) = (source("first")?, source("second")?);
    /// second.set_priority(Priority::HIGH);
    /// while order.borrow().len() < 2 {
    ///     event_loop.turn(&mut runtime, None)?;
    /// }
    /// assert_eq!(*order.borrow(), ["second", "first"]);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_priority(&mut self, priority: Priority) {
        self.sources.set_priority(self.token, priority);
    }

    /// Takes the source from the loop and gives it back.
    ///
    /// # Examples
    ///
    /// See [`Registered`].
    #[expect(clippy::missing_panics_doc, reason = "it is whole: see `WHOLE`")]
    pub fn into_inner(mut self) -> S {
        self.deregister().expect(WHOLE)
    }

    fn deregister(&mut self) -> Option<S> {
        let mut source = self.source.take()?;
        // It fails only if the descriptor was closed behind our back, and then there is nothing to take away.
        let _ = self.sources.registry().deregister(&mut source);
        self.sources.remove(self.token);
        Some(source)
    }
}

const WHOLE: &str = "only its end takes the source away";

impl<S: event::Source> Drop for Registered<S> {
    fn drop(&mut self) {
        drop(self.deregister());
    }
}

impl<S: event::Source> Deref for Registered<S> {
    type Target = S;
    fn deref(&self) -> &S {
        self.source.as_ref().expect(WHOLE)
    }
}

impl<S: event::Source> DerefMut for Registered<S> {
    fn deref_mut(&mut self) -> &mut S {
        self.source.as_mut().expect(WHOLE)
    }
}

impl<S: event::Source + fmt::Debug> fmt::Debug for Registered<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registered")
            .field("source", &**self)
            .field("interest", &self.interest)
            .finish_non_exhaustive()
    }
}
