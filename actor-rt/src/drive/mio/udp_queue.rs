//! `UdpQueue`: a UDP socket that keeps what the system does not take yet.

use super::handle::LoopHandle;
use super::nonblocking;
use super::ready::{Priority, Ready};
use super::registered::Registered;
use crate::engine::ret::Fwd;
use ::mio::Interest;
use ::mio::net::UdpSocket;
use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;

/// A UDP socket in a loop, with a queue for packets that would have blocked. They go out in order, when the socket can be written.
///
/// On every [`Ready`], [`flush`](UdpQueue::flush) and then [`receive`](UdpQueue::receive) until it answers `None`. The queue has no bound of
/// its own: who sends a lot looks at [`waiting`](UdpQueue::waiting). Whether a packet arrives is up to the network, as ever.
///
/// Thread: the loop's own (`!Send`).
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::{EventLoop, Priority, UdpQueue, net};
/// use actor_rt::*;
///
/// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
/// let any = "127.0.0.1:0".parse().unwrap();
/// let receiver = net::UdpSocket::bind(any)?;
/// let mut receiver = UdpQueue::new(event_loop.handle(), receiver, Priority::NORMAL, fwd_nop!())?;
/// let sender = net::UdpSocket::bind(any)?;
/// let mut sender = UdpQueue::new(event_loop.handle(), sender, Priority::NORMAL, fwd_nop!())?;
///
/// sender.send_to(b"hello", receiver.socket().local_addr()?)?;
/// let mut bytes = [0; 1500];
/// let (length, from) = loop {
///     match receiver.receive(&mut bytes)? {
///         Some(received) => break received,
///         None => _ = event_loop.turn(&mut runtime, None)?,
///     }
/// };
/// assert_eq!((&bytes[..length], from), (&b"hello"[..], sender.socket().local_addr()?));
/// # std::io::Result::Ok(())
/// ```
pub struct UdpQueue {
    socket: Registered<UdpSocket>,
    queue: Queue,
}

impl UdpQueue {
    /// Adds a socket to a loop. `fwd` is called when it can be read or written.
    ///
    /// # Errors
    /// As for [`LoopHandle::add`].
    ///
    /// # Examples
    ///
    /// See [`UdpQueue`].
    pub fn new(
        handle: &LoopHandle,
        socket: UdpSocket,
        priority: Priority,
        fwd: Fwd<Ready>,
    ) -> io::Result<Self> {
        let socket = handle.add(socket, Interest::READABLE | Interest::WRITABLE, priority, fwd)?;
        Ok(UdpQueue { socket, queue: Queue::default() })
    }

    /// The socket itself.
    ///
    /// # Examples
    ///
    /// See [`UdpQueue`].
    pub fn socket(&mut self) -> &mut Registered<UdpSocket> {
        &mut self.socket
    }

    /// Sends a packet: at once, or as soon as those before it have gone and the socket takes it.
    ///
    /// # Errors
    /// The system's, for this packet or for those that waited before it. It has been dropped if it was met itself: too long, no way to its
    /// destination.
    ///
    /// # Examples
    ///
    /// See [`UdpQueue`].
    pub fn send_to(&mut self, packet: &[u8], destination: SocketAddr) -> io::Result<()> {
        let socket = &self.socket;
        self.queue.send(packet, Some(destination), |bytes, to| transmit(socket, bytes, to))
    }

    /// As [`send_to`](UdpQueue::send_to), to whom the socket is connected.
    ///
    /// # Errors
    /// As for [`send_to`](UdpQueue::send_to).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::{EventLoop, Priority, UdpQueue, net};
    /// use actor_rt::*;
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// let receiver = std::net::UdpSocket::bind("127.0.0.1:0")?;
    /// let sender = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap())?;
    /// sender.connect(receiver.local_addr()?)?;
    /// let mut sender = UdpQueue::new(event_loop.handle(), sender, Priority::NORMAL, fwd_nop!())?;
    /// sender.send(b"hello")?;
    /// while sender.waiting() != 0 {
    ///     event_loop.turn(&mut runtime, None)?;
    ///     sender.flush()?;
    /// }
    /// let mut bytes = [0; 1500];
    /// assert_eq!(receiver.recv(&mut bytes)?, 5);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn send(&mut self, packet: &[u8]) -> io::Result<()> {
        let socket = &self.socket;
        self.queue.send(packet, None, |bytes, to| transmit(socket, bytes, to))
    }

    /// Sends what waits, as far as the socket takes it.
    ///
    /// # Errors
    /// The first of those that the packets met. A packet that meets one is dropped, and the next has its turn.
    ///
    /// # Examples
    ///
    /// See [`send`](UdpQueue::send).
    pub fn flush(&mut self) -> io::Result<()> {
        let socket = &self.socket;
        self.queue.flush(|bytes, to| transmit(socket, bytes, to))
    }

    /// Takes a packet that has come: its length and its sender. Of one longer than `bytes` the rest is lost. None if there is none: the
    /// `Fwd` is called when one comes.
    ///
    /// # Errors
    /// The system's; on some it is news of a packet sent earlier. There may be more to receive.
    ///
    /// # Examples
    ///
    /// See [`UdpQueue`].
    pub fn receive(&mut self, bytes: &mut [u8]) -> io::Result<Option<(usize, SocketAddr)>> {
        nonblocking(|| self.socket.recv_from(bytes))
    }

    /// How many packets wait.
    ///
    /// # Examples
    ///
    /// See [`send`](UdpQueue::send).
    pub fn waiting(&self) -> usize {
        self.queue.packets.len()
    }
}

/// Gives a packet to the system. False if that would block.
fn transmit(socket: &UdpSocket, packet: &[u8], destination: Option<SocketAddr>) -> io::Result<bool> {
    let sent = nonblocking(|| match destination {
        Some(destination) => socket.send_to(packet, destination),
        None => socket.send(packet),
    });
    Ok(sent?.is_some())
}

impl fmt::Debug for UdpQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UdpQueue").field("socket", &self.socket).field("waiting", &self.waiting()).finish()
    }
}

/// The packets that wait, oldest first. `transmit` answers whether a packet was taken.
#[derive(Default)]
struct Queue {
    packets: VecDeque<(Box<[u8]>, Option<SocketAddr>)>,
}

impl Queue {
    fn send(
        &mut self,
        packet: &[u8],
        destination: Option<SocketAddr>,
        mut transmit: impl FnMut(&[u8], Option<SocketAddr>) -> io::Result<bool>,
    ) -> io::Result<()> {
        // Those before it go first. Their error does not concern this one.
        let earlier = self.flush(&mut transmit);
        if !self.packets.is_empty() || !transmit(packet, destination)? {
            self.packets.push_back((packet.into(), destination));
        }
        earlier
    }

    fn flush(
        &mut self,
        mut transmit: impl FnMut(&[u8], Option<SocketAddr>) -> io::Result<bool>,
    ) -> io::Result<()> {
        let mut result = Ok(());
        while let Some((packet, destination)) = self.packets.front() {
            match transmit(packet, *destination) {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => result = result.and(Err(error)),
            }
            self.packets.pop_front();
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A system that takes `room` packets, and refuses those that say so.
    struct System {
        room: usize,
        taken: Vec<Vec<u8>>,
    }

    impl System {
        fn transmit(&mut self, packet: &[u8]) -> io::Result<bool> {
            if packet == b"refused" {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            if self.room == 0 {
                return Ok(false);
            }
            self.room -= 1;
            self.taken.push(packet.to_vec());
            Ok(true)
        }
    }

    #[test]
    fn a_packet_that_would_block_is_kept_and_order_is_too() {
        let mut queue = Queue::default();
        let mut system = System { room: 1, taken: Vec::new() };
        for packet in [b"1", b"2", b"3"] {
            queue.send(packet, None, |bytes, _| system.transmit(bytes)).unwrap();
        }
        assert_eq!((queue.packets.len(), system.taken.len()), (2, 1));
        system.room = 2;
        queue.send(b"4", None, |bytes, _| system.transmit(bytes)).unwrap();
        assert_eq!((queue.packets.len(), system.taken.len()), (1, 3));
        system.room = 9;
        queue.flush(|bytes, _| system.transmit(bytes)).unwrap();
        assert_eq!(system.taken, [b"1", b"2", b"3", b"4"]);
    }

    #[test]
    fn a_packet_that_is_refused_does_not_hold_up_those_behind_it() {
        let mut queue = Queue::default();
        let mut system = System { room: 0, taken: Vec::new() };
        queue.send(b"1", None, |bytes, _| system.transmit(bytes)).unwrap();
        for packet in [&b"refused"[..], b"2"] {
            // Not looked at while the first one waits.
            queue.send(packet, None, |bytes, _| system.transmit(bytes)).unwrap();
        }
        system.room = 9;
        let result = queue.flush(|bytes, _| system.transmit(bytes));
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!((queue.packets.len(), system.taken), (0, vec![b"1".to_vec(), b"2".to_vec()]));
    }
}
