//! A file descriptor that becomes readable when rung: an eventfd on Linux, a pipe elsewhere.
//!
//! Ringing is async-signal-safe and never blocks. Both ends are closed when the doorbell is dropped, and both are
//! non-blocking and closed on exec.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// The two ends; of an eventfd they are one.
pub(crate) struct Doorbell {
    read: OwnedFd,
    write: Option<OwnedFd>,
}

impl Doorbell {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) fn new() -> io::Result<Self> {
        // SAFETY: no pointer is passed.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call above made this descriptor, and nobody else knows it.
        Ok(Self { read: unsafe { OwnedFd::from_raw_fd(fd) }, write: None })
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(crate) fn new() -> io::Result<Self> {
        let mut ends = [0; 2];
        // SAFETY: `ends` has room for the two descriptors.
        if unsafe { libc::pipe(ends.as_mut_ptr()) } < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call above made both descriptors, and nobody else knows them.
        let (read, write) = unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) };
        // `pipe2` is missing on macOS, so the flags are set afterwards.
        for end in [&read, &write] {
            // SAFETY: the descriptor is open, and the commands take an integer.
            let failed = unsafe {
                libc::fcntl(end.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC) < 0
                    || libc::fcntl(end.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) < 0
            };
            if failed {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(Self { read, write: Some(write) })
    }

    /// The descriptor to watch for reading.
    pub(crate) fn fd(&self) -> RawFd {
        self.read.as_raw_fd()
    }

    /// Makes the descriptor readable. A full pipe or counter is readable already, so a refused write is success.
    pub(crate) fn ring(&self) {
        let end = self.write.as_ref().unwrap_or(&self.read);
        // An eventfd takes exactly eight bytes; a pipe does not mind.
        let one = 1u64.to_ne_bytes();
        loop {
            // SAFETY: the descriptor is open and the buffer has its eight bytes.
            let written = unsafe { libc::write(end.as_raw_fd(), one.as_ptr().cast(), one.len()) };
            if written >= 0 || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
                return;
            }
        }
    }

    /// Makes the descriptor unreadable until it is rung again.
    pub(crate) fn clear(&self) {
        let mut rings = [0u8; 256];
        loop {
            // SAFETY: the descriptor is open and the buffer as long as said.
            let read = unsafe { libc::read(self.read.as_raw_fd(), rings.as_mut_ptr().cast(), rings.len()) };
            let interrupted = read < 0 && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted;
            // One read empties an eventfd; a pipe is empty when less than the buffer came.
            if !interrupted && read < rings.len() as isize {
                return;
            }
        }
    }
}

#[cfg(all(test, not(miri)))] // It needs a poller.
mod tests {
    use super::*;

    fn readable(bell: &Doorbell) -> bool {
        let mut watched = libc::pollfd { fd: bell.fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one entry is passed, and it lives through the call.
        unsafe { libc::poll(&raw mut watched, 1, 0) == 1 }
    }

    #[test]
    fn a_doorbell_is_readable_from_ring_to_clear() {
        let bell = Doorbell::new().unwrap();
        assert!(!readable(&bell));
        bell.ring();
        bell.ring();
        assert!(readable(&bell));
        bell.clear();
        assert!(!readable(&bell));
        bell.clear();
        bell.ring();
        assert!(readable(&bell));
    }
}
