//! How the runtime asks its host for a step.
//!
//! The wake target calls no Python: the owner thread waits in `close` for wake calls in flight while it holds the GIL, and posts
//! from inside of a wake call are refused, which a garbage collection in it could cause. So a wake
//!
//! - of the owner thread only sets a flag; whoever called into the kernel calls the host afterwards (`Bridge::flush`). When other languages
//!   post there, too, that is nobody: then it rings as well;
//! - of any other thread rings the built-in loop's poller while that waits, else the doorbell: it writes one byte to a socket pair whose
//!   other end the host watches. That works for threads that Python knows nothing of, and costs one system call per sleep, since
//!   the kernel wakes once per sleep.

use actor_rt::drive::mio::PollerWaker;
use actor_rt::{WakeFlags, WakeTarget};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[cfg(windows)]
pub(crate) use std::net::TcpStream as Stream;
#[cfg(unix)]
pub(crate) use std::os::unix::net::UnixStream as Stream;

/// What other threads ring.
#[derive(Default)]
struct Bells {
    /// Ear and knob of the doorbell. Made when a host asks for it.
    door: Option<(Stream, Stream)>,
    /// The built-in loop's, for as long as it waits.
    poller: Option<PollerWaker>,
}

impl Bells {
    fn ring(&self) {
        match self {
            Bells { poller: Some(waker), .. } => WakeTarget::wake(waker, WakeFlags::REMOTE),
            Bells { door: Some((_, knob)), .. } => {
                let mut knob: &Stream = knob;
                // A full buffer means that the bell is ringing already.
                let _ = knob.write(&[1]);
            }
            // Nobody listens yet; who begins to looks at `remote`.
            _ => {}
        }
    }
}

/// Shared by the kernel's wake target and the runtime object.
#[derive(Default)]
pub(crate) struct Hub {
    /// The owner thread posted outside of a step.
    local: AtomicBool,
    /// Another thread posted since the last step began. Set with the bells locked, and after the ring: a step that sees it finds the byte, one
    /// that does not sees it later.
    remote: AtomicBool,
    /// Whether the owner thread posts where nobody of ours calls the host afterwards: in another language.
    rings_for_local: AtomicBool,
    /// Locked for moments, in which nothing waits and nothing of Python runs.
    bells: Mutex<Bells>,
}

/// The kernel's side of a [`Hub`].
pub(crate) struct Target(pub(crate) Arc<Hub>);

impl WakeTarget for Target {
    fn wake(&self, flags: WakeFlags) {
        if !flags.contains(WakeFlags::REMOTE) {
            self.0.local.store(true, Ordering::Relaxed);
            if !self.0.rings_for_local.load(Ordering::Relaxed) {
                return;
            }
        }
        self.0.ring();
    }
}

impl Hub {
    fn bells(&self) -> MutexGuard<'_, Bells> {
        self.bells.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        let bells = self.bells();
        bells.ring();
        self.remote.store(true, Ordering::SeqCst);
    }

    /// From now on the owner thread posts in other languages, too.
    pub(crate) fn ring_for_local(&self) {
        self.rings_for_local.store(true, Ordering::Relaxed);
    }

    /// Whether the owner thread has to call its host. Resets it.
    #[inline(always)]
    pub(crate) fn take_local(&self) -> bool {
        self.local.load(Ordering::Relaxed) && self.local.swap(false, Ordering::Relaxed)
    }

    /// At the entry of a step: wakes up to here are served by it.
    pub(crate) fn silence(&self) {
        self.local.store(false, Ordering::Relaxed);
        if !self.remote.swap(false, Ordering::SeqCst) {
            return;
        }
        if let Some((ear, _)) = &mut self.bells().door {
            let mut bytes = [0; 16];
            while matches!(ear.read(&mut bytes), Ok(16)) {}
        }
    }

    /// The owner is about to wait where `waker` wakes it. False if it has been woken already: a step is due, and it must not wait.
    pub(crate) fn begin_wait(&self, waker: &PollerWaker) -> bool {
        let mut bells = self.bells();
        let waits = !self.remote.load(Ordering::SeqCst);
        bells.poller = waits.then(|| waker.clone());
        waits
    }

    /// It waits no more.
    pub(crate) fn end_wait(&self) {
        let mut bells = self.bells();
        bells.poller = None;
        if self.remote.load(Ordering::SeqCst) {
            // So that whoever watches the descriptor hears of it, should no step of the built-in loop follow.
            bells.ring();
        }
    }

    /// The descriptor for the host to watch. Made at the first call.
    pub(crate) fn fileno(&self) -> io::Result<i64> {
        let mut bells = self.bells();
        if let Some((ear, _)) = &bells.door {
            return Ok(number(ear));
        }
        let door = pair()?;
        let descriptor = number(&door.0);
        bells.door = Some(door);
        if self.remote.load(Ordering::SeqCst) {
            bells.ring();
        }
        Ok(descriptor)
    }
}

/// Two ends that do not block: what is written to the second can be read from the first.
pub(crate) fn pair() -> io::Result<(Stream, Stream)> {
    let (ear, knob) = connected()?;
    ear.set_nonblocking(true)?;
    knob.set_nonblocking(true)?;
    Ok((ear, knob))
}

/// The number by which Python knows an end.
#[cfg(unix)]
pub(crate) fn number(stream: &Stream) -> i64 {
    use std::os::fd::AsRawFd;
    i64::from(stream.as_raw_fd())
}

/// The number by which Python knows an end.
#[cfg(windows)]
pub(crate) fn number(stream: &Stream) -> i64 {
    use std::os::windows::io::AsRawSocket;
    stream.as_raw_socket() as i64
}

#[cfg(unix)]
fn connected() -> io::Result<(Stream, Stream)> {
    Stream::pair()
}

/// Windows has no socket pairs: a listener that accepts exactly the peer that we made.
#[cfg(windows)]
fn connected() -> io::Result<(Stream, Stream)> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let knob = Stream::connect(listener.local_addr()?)?;
    loop {
        let (ear, peer) = listener.accept()?;
        if peer == knob.local_addr()? {
            return Ok((ear, knob));
        }
    }
}
