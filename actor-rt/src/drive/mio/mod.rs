//! The native loop: timers, sockets, descriptors and signals for programs that are Rust alone.
//!
//! An [`EventLoop`] waits in the system's poller (epoll, kqueue, IOCP, by the crate `mio`) until the runtime has something to do or a
//! source is ready. Actors hold a [`LoopHandle`], by which they add sources: sockets, listeners, anything that is an
//! [`event::Source`]. What they get is a [`Registered`], the source and its registration in one; what they hear is a
//! [`Ready`], through a [`Fwd`](crate::Fwd).
//!
//! # The rules of a turn
//!
//! 1. The loop waits until a source is ready, another thread posts, a timer is due, or the caller's limit is reached. It does not
//!    wait while anything is left to do.
//! 2. Everything that the poll reported is delivered: the higher [`Priority`] first, then in the order of arrival. Sources that were dropped
//!    meanwhile, by an earlier handler of the same turn say, are passed over.
//! 3. The runtime is stepped: until all that was queued by then has been handled if there were events, else once within its
//!    budget. If nothing at all was to be done, one piece of idle work runs.
//! 4. Host calls run, with no handler on the stack.
//!
//! From 2 and 3 follows that no priority can starve another: what is ready at the beginning of a turn is handled in that turn, and
//! a higher priority decides about the order within it and nothing else. Nor can actors that keep posting to each other keep the loop from
//! its sources, or busy sources keep it from the actors: a turn handles one generation of messages, and when the poller is asked again no
//! [`Ready`] waits, unless for an actor that is paused or in the making.
//!
//! A poll has room for the reports of all sources, so that what is ready is served by priority however much it is.
//!
//! A host that steps the runtime by rules of its own takes the waiting half alone: [`Poller`].
//!
//! # Readiness
//!
//! The poller tells of changes only (it is edge-triggered). After a `Ready` read, accept or write until the source answers
//! [`WouldBlock`](std::io::ErrorKind::WouldBlock), which [`nonblocking`] turns into `None`; or call yourself again later. A `Ready` may also
//! come without need. [`BufferedStream`] and [`UdpQueue`] keep these rules.
//!
//! # Handlers
//!
//! A `Fwd` usually queues a call of an actor (`fwd_to!`). One that runs at once (`fwd_do!`) may add and drop sources as well, its own
//! too: nothing of the loop is borrowed while it runs. If one panics, the others are still called and the step is made, then the first
//! panic goes on to whoever called the loop, which can be used further.
//!
//! # Order of the end
//!
//! The loop, the runtime and the sources may be dropped in any order. Sources without their loop hear nothing any more, and
//! new ones are refused. A runtime without its loop can be run by hand. A loop without its runtime delivers to nobody.
//!
//! # Examples
//!
//! A server that sends back what it gets, met by a client:
//!
//! ```
//! use actor_rt::drive::mio::{BufferedStream, EventLoop, Filled, Interest, LoopHandle, Priority, Ready, Registered};
//! use actor_rt::drive::mio::{net, nonblocking};
//! use actor_rt::*;
//! use std::io::{self, Read, Write};
//!
//! struct Server {
//!     handle: LoopHandle,
//!     listener: Registered<net::TcpListener>,
//!     sessions: ActorOwnSlab<Session>,
//! }
//!
//! impl Server {
//!     fn init(cx: CX![], handle: LoopHandle, listener: net::TcpListener) -> Option<Self> {
//!         let ready = fwd_to!([cx], ready() as (Ready));
//!         let listener = handle.add(listener, Interest::READABLE, Priority::NORMAL, ready).expect("a listener");
//!         Some(Self { handle, listener, sessions: ActorOwnSlab::new() })
//!     }
//!     fn ready(&mut self, cx: CX![], _: Ready) {
//!         while let Ok(Some((stream, _))) = nonblocking(|| self.listener.accept()) {
//!             actor_in_slab!(self.sessions, cx, Session::init(self.handle.clone(), stream));
//!         }
//!     }
//! }
//!
//! struct Session {
//!     stream: BufferedStream,
//! }
//!
//! impl Session {
//!     fn init(cx: CX![], handle: LoopHandle, stream: net::TcpStream) -> Option<Self> {
//!         let ready = fwd_to!([cx], ready() as (Ready));
//!         let stream = BufferedStream::new(&handle, stream, Priority::NORMAL, ready).expect("a stream");
//!         Some(Self { stream })
//!     }
//!     fn ready(&mut self, cx: CX![], _: Ready) {
//!         match self.echo() {
//!             Ok(Filled::End) => stop!(cx),
//!             Ok(_) => {}
//!             Err(error) => fail!(cx, error),
//!         }
//!     }
//!     fn echo(&mut self) -> io::Result<Filled> {
//!         loop {
//!             let filled = self.stream.fill()?;
//!             let bytes = self.stream.take_input();
//!             self.stream.write_all(&bytes)?;
//!             self.stream.flush()?;
//!             if filled != Filled::Full {
//!                 return Ok(filled);
//!             }
//!         }
//!     }
//! }
//!
//! let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
//! let rt = &mut runtime;
//! let listener = net::TcpListener::bind("127.0.0.1:0".parse().unwrap())?;
//! let address = listener.local_addr()?;
//! let _server = actor!(rt, Server::init(event_loop.handle().clone(), listener), ret_nop!());
//!
//! let remote = rt.remote();
//! let client = std::thread::spawn(move || {
//!     let mut stream = std::net::TcpStream::connect(address)?;
//!     stream.write_all(b"hello")?;
//!     let mut answer = [0; 5];
//!     stream.read_exact(&mut answer)?;
//!     let _ = remote.defer(|rt| rt.shutdown(StopCause::Stopped));
//!     io::Result::Ok(answer)
//! });
//! event_loop.run(rt)?;
//! assert_eq!(&client.join().unwrap()?, b"hello");
//! # io::Result::Ok(())
//! ```

mod buffer;
mod event_loop;
mod handle;
mod poller;
mod ready;
mod registered;
mod sources;
mod stream;
mod sys;
mod table;
mod udp_queue;

pub use ::mio::{Interest, Registry, Token, event, net};
pub use event_loop::{EventLoop, Turn};
pub use handle::LoopHandle;
pub use poller::{Poller, PollerWaker};
pub use ready::{Priority, Ready};
pub use registered::Registered;
pub use stream::{BufferedStream, Duplex, Filled};
#[cfg(unix)]
pub use sys::{FdSource, Signals, signal};
pub use udp_queue::UdpQueue;

use std::io;

/// Makes a call that does not block: `None` if it would have to, and again if a signal interrupted it.
///
/// # Errors
/// Those of the call.
///
/// # Examples
///
/// ```
/// use actor_rt::drive::mio::{net, nonblocking};
///
/// let listener = net::TcpListener::bind("127.0.0.1:0".parse().unwrap())?;
/// assert!(nonblocking(|| listener.accept())?.is_none(), "nobody has come yet");
/// # std::io::Result::Ok(())
/// ```
pub fn nonblocking<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<Option<T>> {
    loop {
        return match call() {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
    }
}
