//! `FdSource`: any descriptor as a source.

use ::mio::unix::SourceFd;
use ::mio::{Interest, Registry, Token, event};
use std::io;
use std::ops::{Deref, DerefMut};
use std::os::fd::{AsFd, AsRawFd};

/// Whatever has a descriptor that can be polled: a pipe, a terminal, a device, a timerfd, a socket of another library. It owns it, so that
/// it is not closed while a loop watches it.
///
/// It should be in non-blocking mode, or reading it to the end blocks the loop. Regular files cannot be polled: they are
/// work for the feature `offload`.
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::{EventLoop, FdSource, Interest, Priority, nonblocking};
/// use actor_rt::*;
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
///
/// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
/// let (ours, mut theirs) = UnixStream::pair()?;
/// ours.set_nonblocking(true)?;
/// let source = FdSource::new(ours);
/// let mut source = event_loop.handle().add(source, Interest::READABLE, Priority::LOW, fwd_nop!())?;
///
/// theirs.write_all(b"hello")?;
/// event_loop.turn(&mut runtime, None)?;
/// let mut bytes = [0; 10];
/// assert_eq!(nonblocking(|| source.read(&mut bytes))?, Some(5));
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct FdSource<T: AsFd> {
    inner: T,
}

impl<T: AsFd> FdSource<T> {
    /// A source of the descriptor that `inner` has, and has for as long as it lives.
    ///
    /// # Examples
    ///
    /// See [`FdSource`].
    pub fn new(inner: T) -> Self {
        FdSource { inner }
    }

    /// Gives it back.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::FdSource;
    /// use std::os::unix::net::UnixStream;
    ///
    /// let (ours, theirs) = UnixStream::pair()?;
    /// let source = FdSource::new(ours);
    /// drop(theirs);
    /// let mut ours: UnixStream = source.into_inner();
    /// assert_eq!(std::io::Read::read(&mut ours, &mut [0; 10])?, 0, "still open, and at its end");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T: AsFd> Deref for FdSource<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: AsFd> DerefMut for FdSource<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T: AsFd> event::Source for FdSource<T> {
    fn register(&mut self, registry: &Registry, token: Token, interest: Interest) -> io::Result<()> {
        SourceFd(&self.inner.as_fd().as_raw_fd()).register(registry, token, interest)
    }

    fn reregister(&mut self, registry: &Registry, token: Token, interest: Interest) -> io::Result<()> {
        SourceFd(&self.inner.as_fd().as_raw_fd()).reregister(registry, token, interest)
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        SourceFd(&self.inner.as_fd().as_raw_fd()).deregister(registry)
    }
}
