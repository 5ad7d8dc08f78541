//! `LoopHandle`: how actors reach the loop.

use super::ready::{Priority, Ready};
use super::registered::Registered;
use super::sources::Sources;
use crate::engine::ret::Fwd;
use ::mio::{Interest, event};
use std::fmt;
use std::io;
use std::rc::Rc;

/// Adds sources to a loop. Cheap to clone; actors that make sources keep one. It outlives its loop: then it refuses.
///
/// Thread: the loop's own (`!Send`).
///
/// # Examples
///
/// See [`add`](LoopHandle::add).
#[derive(Clone)]
pub struct LoopHandle {
    sources: Rc<Sources>,
}

impl LoopHandle {
    pub(super) fn new(sources: Rc<Sources>) -> Self {
        LoopHandle { sources }
    }

    pub(super) fn shared(&self) -> &Sources {
        &self.sources
    }

    /// Watches `source` for `interest`, until the result is dropped. `fwd` is called when it is ready: see the
    /// [module](super) for when, and in what order.
    ///
    /// # Errors
    /// The system's, or that the loop is gone. The source is dropped then.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::{EventLoop, Interest, LoopHandle, Priority, net, nonblocking};
    /// use actor_rt::*;
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// let handle: LoopHandle = event_loop.handle().clone(); // for an actor, say
    /// let socket = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
    /// let calls = Rc::new(Cell::new(0));
    /// let count = Rc::clone(&calls);
    /// let fwd = fwd_do!(move |ready| {
    ///     println!("{ready:?}");
    ///     count.set(count.get() + 1);
    /// });
    /// let socket = handle.add(socket, Interest::READABLE, Priority::NORMAL, fwd)?;
    ///
    /// std::net::UdpSocket::bind("127.0.0.1:0")?.send_to(b"hello", socket.local_addr()?)?;
    /// while calls.get() == 0 {
    ///     event_loop.turn(&mut runtime, None)?;
    /// }
    /// let mut bytes = [0; 100];
    /// assert_eq!(nonblocking(|| socket.recv(&mut bytes))?, Some(5));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn add<S: event::Source>(
        &self,
        mut source: S,
        interest: Interest,
        priority: Priority,
        fwd: Fwd<Ready>,
    ) -> io::Result<Registered<S>> {
        let token = self.sources.insert(fwd, priority)?;
        if let Err(error) = self.sources.registry().register(&mut source, token, interest) {
            self.sources.remove(token);
            return Err(error);
        }
        Ok(Registered::new(source, Rc::clone(&self.sources), token, interest))
    }

    /// How many sources the loop watches.
    ///
    /// # Examples
    ///
    /// See [`Registered`].
    pub fn sources(&self) -> usize {
        self.sources.len()
    }
}

impl fmt::Debug for LoopHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopHandle").field("sources", &self.sources()).finish()
    }
}
