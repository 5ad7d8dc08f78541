//! `BufferedStream`: a stream with a buffer for each direction.
//!
//! Owns the order of reads, writes, ends and errors of one stream. Invariants: a direction that has ended is not touched any more;
//! an error is returned once, by the call that met it; a reader that got `Blocked` and a writer with output left are called again,
//! because the system said `WouldBlock`.

use super::buffer::Buffer;
use super::handle::LoopHandle;
use super::ready::{Priority, Ready};
use super::registered::Registered;
use crate::engine::ret::Fwd;
use ::mio::net::TcpStream;
use ::mio::{Interest, event};
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;

/// What one read may bring at the most.
const CHUNK: usize = 16 * 1024;
/// The bound of each buffer, unless told otherwise.
const LIMIT: usize = 64 * 1024;

/// A non-blocking stream of bytes whose two directions end separately: a TCP or Unix connection.
///
/// # Examples
///
/// A function for all of them:
///
/// ```
/// use actor_rt::drive::mio::{BufferedStream, Duplex, EventLoop, Priority, net};
/// use actor_rt::fwd_nop;
/// use std::io::{self, Write};
///
/// fn say_goodbye<S: Duplex>(stream: &mut BufferedStream<S>) -> io::Result<()> {
///     stream.write_all(b"bye")?;
///     stream.end_output()
/// }
///
/// let (_runtime, event_loop) = EventLoop::with_runtime()?;
/// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// let stream = std::net::TcpStream::connect(listener.local_addr()?)?;
/// stream.set_nonblocking(true)?;
/// let stream = net::TcpStream::from_std(stream);
/// let mut stream = BufferedStream::new(event_loop.handle(), stream, Priority::NORMAL, fwd_nop!())?;
/// say_goodbye(&mut stream)?;
/// assert_eq!(io::read_to_string(listener.accept()?.0)?, "bye");
/// # io::Result::Ok(())
/// ```
pub trait Duplex: Read + Write + event::Source {
    /// Whether it is connected. An attempt that is under way is not to be disturbed.
    fn is_connected(&self) -> bool;

    /// Ends the direction that is written to: the other side reads to the end.
    ///
    /// # Errors
    /// The system's.
    fn end_writing(&mut self) -> io::Result<()>;
}

impl Duplex for TcpStream {
    fn is_connected(&self) -> bool {
        self.peer_addr().is_ok()
    }

    fn end_writing(&mut self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

#[cfg(unix)]
impl Duplex for ::mio::net::UnixStream {
    fn is_connected(&self) -> bool {
        self.peer_addr().is_ok()
    }

    fn end_writing(&mut self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

/// How a [`fill`](BufferedStream::fill) ended.
///
/// # Examples
///
/// See [`BufferedStream`] and [`set_limits`](BufferedStream::set_limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// All that has come so far is in the buffer. The `Fwd` is called when there is more.
    Blocked,
    /// The buffer is full, and there may be more. Nobody calls: take input, then fill again.
    Full,
    /// The other side has ended its direction, or the stream has failed: what is in the buffer is all.
    End,
}

/// What becomes of what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    Open,
    /// No more is taken; the direction ends when the buffer is empty.
    Closing,
    Closed,
    Failed,
}

/// A stream with a buffer for each direction, in a loop.
///
/// On every [`Ready`], whatever it says, [`flush`](BufferedStream::flush) and [`fill`](BufferedStream::fill), until that answers
/// something other than [`Filled::Full`]. Both are cheap if there is nothing to do.
///
/// *Input* is limited: what is not taken stays with the sender. *Output* is not limited, so that an answer can always be written. But
/// beyond its bound the stream is [congested](BufferedStream::is_congested), until half of that is left: a program that then takes no
/// more requests, from this stream or whoever causes the output, needs limited memory for however slow a reader.
///
/// *Ends.* The other side's end shows as [`Filled::End`]; writing goes on. [`end_output`](BufferedStream::end_output) ends this side
/// when all is written; reading goes on. Dropping the stream closes both and drops what was not written.
///
/// *Errors* are returned once. One of reading ends both directions, one of writing its own only: there may be a last word to read.
/// After that `fill` answers `End`, `flush` does nothing, and writing is refused with
/// [`BrokenPipe`](std::io::ErrorKind::BrokenPipe).
///
/// A stream that is just being connected may be written to: it goes out when it can, and an attempt that fails shows as an error.
///
/// Thread: the loop's own (`!Send`).
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::{BufferedStream, EventLoop, Filled, Priority, net};
/// use actor_rt::*;
/// use std::io::Write;
///
/// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
/// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// let stream = net::TcpStream::connect(listener.local_addr()?)?;
/// let mut stream = BufferedStream::new(event_loop.handle(), stream, Priority::NORMAL, fwd_nop!())?;
///
/// let (mut peer, _) = listener.accept()?;
/// peer.write_all(b"one\r\ntwo\nthr")?;
/// drop(peer);
/// while stream.fill()? != Filled::End {
///     event_loop.turn(&mut runtime, None)?;
/// }
/// assert_eq!(stream.next_line().as_deref(), Some(&b"one"[..]));
/// assert_eq!(stream.next_line().as_deref(), Some(&b"two"[..]));
/// assert_eq!(stream.next_line(), None);
/// assert_eq!(stream.input(), b"thr");
/// # std::io::Result::Ok(())
/// ```
pub struct BufferedStream<S: Duplex = TcpStream> {
    stream: Registered<S>,
    input: Buffer,
    /// How much of the input is known to have no end of a line in it.
    searched: usize,
    input_limit: usize,
    input_ended: bool,
    output: Buffer,
    output_limit: usize,
    output_state: Output,
    congested: bool,
    /// Bytes went either way: from here on `NotConnected` is an error.
    connected: bool,
}

impl<S: Duplex> BufferedStream<S> {
    /// Adds a stream to a loop. `fwd` is called when it can be read or written.
    ///
    /// # Errors
    /// As for [`LoopHandle::add`].
    ///
    /// # Examples
    ///
    /// See [`BufferedStream`].
    pub fn new(handle: &LoopHandle, stream: S, priority: Priority, fwd: Fwd<Ready>) -> io::Result<Self> {
        // Both for good: the poller tells of changes, so a stream that stays writable costs nothing.
        let stream = handle.add(stream, Interest::READABLE | Interest::WRITABLE, priority, fwd)?;
        Ok(BufferedStream {
            stream,
            input: Buffer::default(),
            searched: 0,
            input_limit: LIMIT,
            input_ended: false,
            output: Buffer::default(),
            output_limit: LIMIT,
            output_state: Output::Open,
            congested: false,
            connected: false,
        })
    }

    /// Sets the bounds of the two buffers, in bytes: how much input waits at the most, and how much output makes the stream congested.
    /// At first each is 64 KiB.
    ///
    /// # Panics
    /// If the input's is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::{BufferedStream, EventLoop, Filled, Priority, net};
    /// use actor_rt::*;
    /// use std::io::Write;
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let stream = net::TcpStream::connect(listener.local_addr()?)?;
    /// let mut stream = BufferedStream::new(event_loop.handle(), stream, Priority::NORMAL, fwd_nop!())?;
    /// let (mut peer, _) = listener.accept()?;
    /// stream.set_limits(4, 64 * 1024);
    /// peer.write_all(b"hello")?;
    /// while stream.fill()? != Filled::Full {
    ///     event_loop.turn(&mut runtime, None)?;
    /// }
    /// assert_eq!(stream.input(), b"hell"); // the rest stays with the sender
    /// # std::io::Result::Ok(())
    /// ```
    pub fn set_limits(&mut self, input: usize, output: usize) {
        assert!(input != 0, "a stream without room for input would never end");
        (self.input_limit, self.output_limit) = (input, output);
        self.update_congestion();
    }

    /// The stream itself. What is read or written past the buffers is missing in them.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::{BufferedStream, EventLoop, Priority, net};
    /// use actor_rt::*;
    ///
    /// let (_runtime, event_loop) = EventLoop::with_runtime()?;
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let stream = net::TcpStream::connect(listener.local_addr()?)?;
    /// let mut stream = BufferedStream::new(event_loop.handle(), stream, Priority::NORMAL, fwd_nop!())?;
    /// let (peer, _) = listener.accept()?;
    /// stream.stream().set_nodelay(true)?;
    /// assert_eq!(stream.stream().local_addr()?, peer.peer_addr()?);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn stream(&mut self) -> &mut Registered<S> {
        &mut self.stream
    }

    /// Reads what has come, as far as there is room.
    ///
    /// # Errors
    /// The stream's, once: it has failed in both directions then. What is in the buffer stays.
    ///
    /// # Examples
    ///
    /// See [`BufferedStream`].
    pub fn fill(&mut self) -> io::Result<Filled> {
        while !self.input_ended {
            let room = self.input_limit.saturating_sub(self.input.len()).min(CHUNK);
            if room == 0 {
                return Ok(Filled::Full);
            }
            match self.stream.read(self.input.room(room)) {
                Ok(0) => self.input_ended = true,
                Ok(count) => {
                    self.connected = true;
                    self.input.grow(count);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if self.is_blocked(&error) => return Ok(Filled::Blocked),
                Err(error) => {
                    self.input_ended = true;
                    self.give_up_output();
                    return Err(error);
                }
            }
        }
        Ok(Filled::End)
    }

    /// What has been read and not taken yet.
    ///
    /// # Examples
    ///
    /// See [`BufferedStream`].
    pub fn input(&self) -> &[u8] {
        self.input.bytes()
    }

    /// Drops the first `count` bytes of the input.
    ///
    /// # Panics
    /// If there are fewer.
    ///
    /// # Examples
    ///
    /// See [`take_input`](BufferedStream::take_input).
    pub fn consume(&mut self, count: usize) {
        self.input.consume(count);
        self.searched = 0;
    }

    /// Takes all input.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::{BufferedStream, EventLoop, Filled, Priority, net};
    /// use actor_rt::*;
    /// use std::io::Write;
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let stream = net::TcpStream::connect(listener.local_addr()?)?;
    /// let mut stream = BufferedStream::new(event_loop.handle(), stream, Priority::NORMAL, fwd_nop!())?;
    /// let (mut peer, _) = listener.accept()?;
    /// peer.write_all(b"hello")?;
    /// drop(peer);
    /// while stream.fill()? != Filled::End {
    ///     event_loop.turn(&mut runtime, None)?;
    /// }
    /// stream.consume(2);
    /// assert_eq!(stream.take_input(), b"llo");
    /// assert!(stream.input().is_empty() && stream.is_input_ended());
    /// # std::io::Result::Ok(())
    /// ```
    pub fn take_input(&mut self) -> Vec<u8> {
        let bytes = self.input().to_vec();
        self.consume(bytes.len());
        bytes
    }

    /// Takes the next complete line of the input, without its `\n` or `\r\n`. None if there is none, which for good happens at the end and
    /// if a line is longer than the buffer ([`Filled::Full`]).
    ///
    /// # Examples
    ///
    /// See [`BufferedStream`].
    pub fn next_line(&mut self) -> Option<Vec<u8>> {
        let input = self.input.bytes();
        let Some(found) = input[self.searched..].iter().position(|byte| *byte == b'\n') else {
            // Not to be searched again when the rest comes in small pieces.
            self.searched = input.len();
            return None;
        };
        let end = self.searched + found;
        let line = input[..end].strip_suffix(b"\r").unwrap_or(&input[..end]).to_vec();
        self.consume(end + 1);
        Some(line)
    }

    /// Writes what waits, as far as the stream takes it; then, if asked for, ends the direction. The `Fwd` is called when it can go on.
    ///
    /// # Errors
    /// The stream's, once: what waited was dropped then.
    ///
    /// # Examples
    ///
    /// See [`end_output`](BufferedStream::end_output).
    pub fn flush(&mut self) -> io::Result<()> {
        let result = self.write_out();
        if result.is_err() {
            self.give_up_output();
        }
        self.update_congestion();
        result
    }

    fn write_out(&mut self) -> io::Result<()> {
        while !self.output.is_empty() {
            match self.stream.write(self.output.bytes()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.connected = true;
                    self.output.consume(count);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if self.is_blocked(&error) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        // On Linux the end of a direction ends an attempt to connect.
        if self.output_state == Output::Closing && (self.connected || self.stream.is_connected()) {
            self.stream.end_writing()?;
            self.output_state = Output::Closed;
        }
        Ok(())
    }

    /// Takes no more output, writes what waits, then ends the direction: the other side reads to the end. As a `flush` otherwise.
    ///
    /// # Errors
    /// As for [`flush`](BufferedStream::flush).
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::{BufferedStream, EventLoop, Priority, net};
    /// use actor_rt::*;
    /// use std::io::{Read, Write};
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let stream = net::TcpStream::connect(listener.local_addr()?)?;
    /// let mut stream = BufferedStream::new(event_loop.handle(), stream, Priority::NORMAL, fwd_nop!())?;
    /// let (mut peer, _) = listener.accept()?;
    /// stream.write_all(b"bye")?;
    /// stream.end_output()?;
    /// while !stream.is_output_ended() {
    ///     event_loop.turn(&mut runtime, None)?;
    ///     stream.flush()?;
    /// }
    /// let mut heard = String::new();
    /// peer.read_to_string(&mut heard)?;
    /// assert_eq!(heard, "bye");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn end_output(&mut self) -> io::Result<()> {
        if self.output_state == Output::Open {
            self.output_state = Output::Closing;
        }
        self.flush()
    }

    /// How many bytes of output wait.
    ///
    /// # Examples
    ///
    /// See [`is_congested`](BufferedStream::is_congested).
    pub fn pending_output(&self) -> usize {
        self.output.len()
    }

    /// Whether the other side reads too slowly: more output than its bound has waited, and not yet half of that has gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::drive::mio::{BufferedStream, EventLoop, Priority, net};
    /// use actor_rt::*;
    /// use std::io::{Read, Write};
    ///
    /// let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let stream = net::TcpStream::connect(listener.local_addr()?)?;
    /// let mut stream = BufferedStream::new(event_loop.handle(), stream, Priority::NORMAL, fwd_nop!())?;
    /// let (mut peer, _) = listener.accept()?;
    /// stream.set_limits(64 * 1024, 4);
    /// stream.write_all(b"hello")?;
    /// assert_eq!((stream.pending_output(), stream.is_congested()), (5, true));
    /// while stream.pending_output() != 0 {
    ///     event_loop.turn(&mut runtime, None)?;
    ///     stream.flush()?;
    /// }
    /// assert!(!stream.is_congested());
    /// let mut heard = [0; 5];
    /// peer.read_exact(&mut heard)?;
    /// assert_eq!(&heard, b"hello");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn is_congested(&self) -> bool {
        self.congested
    }

    /// Whether the other side has ended its direction, or the stream has failed.
    ///
    /// # Examples
    ///
    /// See [`take_input`](BufferedStream::take_input).
    pub fn is_input_ended(&self) -> bool {
        self.input_ended
    }

    /// Whether this side's direction has ended: all that was written has gone out, or the stream has failed.
    ///
    /// # Examples
    ///
    /// See [`end_output`](BufferedStream::end_output).
    pub fn is_output_ended(&self) -> bool {
        matches!(self.output_state, Output::Closed | Output::Failed)
    }

    /// Whether a call is to be made again later. On some systems that is also said of a connection that is not made yet.
    fn is_blocked(&self, error: &io::Error) -> bool {
        match error.kind() {
            ErrorKind::WouldBlock => true,
            ErrorKind::NotConnected => !self.connected,
            _ => false,
        }
    }

    fn give_up_output(&mut self) {
        if self.output_state != Output::Closed {
            self.output_state = Output::Failed;
        }
        self.output.clear();
        self.update_congestion();
    }

    fn update_congestion(&mut self) {
        let bound = if self.congested { self.output_limit / 2 } else { self.output_limit };
        self.congested = self.output.len() > bound;
    }
}

/// Writing puts bytes into the buffer, all of them; flushing is [`BufferedStream::flush`].
impl<S: Duplex> Write for BufferedStream<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.output_state != Output::Open {
            return Err(ErrorKind::BrokenPipe.into());
        }
        self.output.push(bytes);
        self.update_congestion();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        BufferedStream::flush(self)
    }
}

impl<S: Duplex> fmt::Debug for BufferedStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BufferedStream")
            .field("input", &self.input.len())
            .field("input_ended", &self.input_ended)
            .field("output", &self.output.len())
            .field("output_state", &self.output_state)
            .finish_non_exhaustive()
    }
}
