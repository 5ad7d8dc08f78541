//! What the tests of the native loop share: a loop with its runtime, sources that are ready at will, and waits with a bound.

#![allow(dead_code, reason = "each test program uses its own part")]

use actor_rt::drive::mio::{EventLoop, Interest, LoopHandle, Priority, Ready, Registered, Turn, net};
use actor_rt::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Longer than anything takes here, so that a test that hangs fails.
pub const LONG: Duration = Duration::from_secs(20);

pub struct World {
    pub runtime: Runtime,
    pub event_loop: EventLoop,
}

impl World {
    pub fn new() -> Self {
        let (runtime, mut event_loop) = EventLoop::with_runtime().expect("a poller");
        // No limit of time, or a turn ends early where the machine is slow.
        event_loop.set_budget(Budget::default().messages, None);
        World { runtime, event_loop }
    }

    pub fn handle(&self) -> LoopHandle {
        self.event_loop.handle().clone()
    }

    /// One turn that does not wait.
    pub fn turn(&mut self) -> Turn {
        self.event_loop.turn(&mut self.runtime, Some(Duration::ZERO)).expect("a turn")
    }

    /// Turns until something holds. Waits as a program does.
    pub fn turn_until(&mut self, done: impl Fn() -> bool) {
        let begun = Instant::now();
        while !done() {
            assert!(begun.elapsed() < LONG, "it never happens");
            self.event_loop.turn(&mut self.runtime, Some(LONG)).expect("a turn");
        }
    }
}

/// What ran, in order.
#[derive(Clone, Default)]
pub struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    pub fn write(&self, entry: impl Into<String>) {
        self.0.borrow_mut().push(entry.into());
    }

    /// The entries since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.borrow_mut())
    }

    /// A `Fwd` that writes, at once.
    pub fn fwd<M: 'static>(&self, entry: &str) -> Fwd<M> {
        let (log, entry) = (self.clone(), entry.to_owned());
        fwd_do!(move |_| log.write(&entry))
    }
}

pub type Socket = Registered<net::UdpSocket>;

/// A source that can be made readable by [`ring`].
pub fn socket(handle: &LoopHandle, priority: Priority, fwd: Fwd<Ready>) -> Socket {
    let socket = net::UdpSocket::bind("127.0.0.1:0".parse().unwrap()).expect("a socket");
    handle.add(socket, Interest::READABLE, priority, fwd).expect("a source")
}

/// Makes a socket readable.
pub fn ring(socket: &Socket) {
    socket.send_to(b"!", socket.local_addr().expect("its address")).expect("a packet to itself");
}
