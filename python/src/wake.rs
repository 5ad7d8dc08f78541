//! How the runtime asks its host for a step.
//!
//! The wake target calls no Python: the owner thread waits in `close` for wake calls in flight while it holds the GIL, and posts
//! from inside of a wake call are refused, which a garbage collection in it could cause. So a wake
//!
//! - of the owner thread only sets a flag; whoever called into the kernel calls the host afterwards (`Bridge::flush`);
//! - of any other thread writes one byte to the doorbell, a socket pair whose other end the host watches. That works for threads
//!   that Python knows nothing of, and costs one system call per sleep, since the kernel wakes once per sleep.

use actor_rt::{WakeFlags, WakeTarget};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

#[cfg(windows)]
use std::net::TcpStream as Stream;
#[cfg(unix)]
use std::os::unix::net::UnixStream as Stream;

struct Bell {
    ear: Stream,
    knob: Stream,
}

/// Shared by the kernel's wake target and the runtime object.
#[derive(Default)]
pub(crate) struct Hub {
    /// The owner thread posted outside of a step.
    local: AtomicBool,
    /// Another thread posted, and the bell may have rung.
    remote: AtomicBool,
    bell: OnceLock<Bell>,
}

/// The kernel's side of a [`Hub`].
pub(crate) struct Target(pub(crate) Arc<Hub>);

impl WakeTarget for Target {
    fn wake(&self, flags: WakeFlags) {
        if !flags.contains(WakeFlags::REMOTE) {
            self.0.local.store(true, Ordering::Relaxed);
            return;
        }
        self.0.ring();
    }
}

impl Hub {
    fn ring(&self) {
        if let Some(bell) = self.bell.get() {
            // A full buffer means that the bell is ringing already.
            let _ = (&bell.knob).write(&[1]);
        }
        // After the byte: a step that sees the flag finds the byte, one that does not sees it later.
        self.remote.store(true, Ordering::SeqCst);
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
        if let Some(bell) = self.bell.get() {
            let mut bytes = [0; 16];
            while matches!((&bell.ear).read(&mut bytes), Ok(16)) {}
        }
    }

    /// The descriptor for the host to watch. Made at the first call.
    pub(crate) fn fileno(&self) -> io::Result<i64> {
        if self.bell.get().is_none() {
            let (ear, knob) = pair()?;
            ear.set_nonblocking(true)?;
            knob.set_nonblocking(true)?;
            let _ = self.bell.set(Bell { ear, knob });
            if self.remote.load(Ordering::SeqCst) {
                self.ring();
            }
        }
        self.bell.get().map(|bell| number(&bell.ear)).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

#[cfg(unix)]
fn pair() -> io::Result<(Stream, Stream)> {
    Stream::pair()
}

#[cfg(unix)]
fn number(stream: &Stream) -> i64 {
    use std::os::fd::AsRawFd;
    i64::from(stream.as_raw_fd())
}

/// Windows has no socket pairs: a listener that accepts exactly the peer that we made.
#[cfg(windows)]
fn pair() -> io::Result<(Stream, Stream)> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let knob = Stream::connect(listener.local_addr()?)?;
    loop {
        let (ear, peer) = listener.accept()?;
        if peer == knob.local_addr()? {
            return Ok((ear, knob));
        }
    }
}

#[cfg(windows)]
fn number(stream: &Stream) -> i64 {
    use std::os::windows::io::AsRawSocket;
    stream.as_raw_socket() as i64
}
