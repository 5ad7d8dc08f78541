//! A key-value server with a protocol of lines, as a complete program on the native loop.
//!
//! ```text
//! cargo run --example line_server --features mio [-- ADDRESS]     default 127.0.0.1:7117; port 0 takes a free one
//! ```
//!
//! | request | answer | |
//! |---|---|---|
//! | `SET key value` | `OK` | the value goes to the end of the line |
//! | `GET key` | `VALUE value` or `NONE` | |
//! | `COUNT` | `COUNT number` | how many keys there are |
//! | `QUIT` | `BYE` | and the connection ends |
//! | anything else | `ERROR text` | |
//!
//! Answers come in the order of the requests; a client need not wait for one before it sends the next. `SIGINT` or `SIGTERM` ends the server
//! cleanly: it takes no more connections and no more requests, answers what it has taken, and exits with 0. The second
//! signal, or the lapse of [`PATIENCE`], ends it at once.
//!
//! Who is who:
//!
//! - [`Server`] owns the listener, the store and the sessions, and knows when it is time to go.
//! - [`Session`] owns one connection. It parses requests, passes them to the store and writes the answers.
//! - [`Store`] owns the data.
//!
//! Back-pressure: a session takes no requests while [`WINDOW`] of its answers are outstanding or while its client does not read. What
//! it does not take stays in the system's buffers, and then with the client. So a client costs limited memory whatever it does.

#![allow(clippy::print_stdout, reason = "it is a program")]

use actor_rt::drive::mio::{
    BufferedStream, EventLoop, Filled, Interest, LoopHandle, Priority, Ready, Registered, net, nonblocking,
};
use actor_rt::*;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::time::Duration;

/// How many requests of one session may wait for their answers.
const WINDOW: usize = 128;
/// Bytes of a line at the most.
const LONGEST_LINE: usize = 4096;
/// How long a connection may take to end once the server has said its last word, and the server altogether.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait before accepting again after the system refused: it may be out of descriptors.
const PAUSE: Duration = Duration::from_millis(100);

type Bytes = Vec<u8>;

fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:7117".to_owned());
    let listener = net::TcpListener::bind(address.parse()?)?;
    let address = listener.local_addr()?;

    let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    let rt = &mut runtime;
    let handle = event_loop.handle().clone();
    let server = actor!(rt, Server::init(handle, listener), ret_shutdown!(rt));
    #[cfg(unix)]
    let _signals = {
        use actor_rt::drive::mio::signal::{SIGINT, SIGTERM};
        event_loop.handle().on_signals(&[SIGINT, SIGTERM], fwd_to!([server], end() as (i32)))?
    };
    // Only now, so that whoever reads it may connect and send signals.
    println!("listening on {address}");
    let cause = event_loop.run(rt)?;
    drop(server);
    match cause {
        StopCause::Stopped => Ok(()),
        cause => Err(cause.to_string().into()),
    }
}

/// Accepts connections, and decides about the end.
struct Server {
    handle: LoopHandle,
    /// None when the server ends.
    listener: Option<Registered<net::TcpListener>>,
    sessions: ActorOwnSlab<Session>,
    store: ActorOwn<Store>,
    served: u64,
}

impl Server {
    fn init(cx: CX![], handle: LoopHandle, listener: net::TcpListener) -> Option<Self> {
        let ready = fwd_to!([cx], ready() as (Ready));
        // Those who are connected come before those who are not yet.
        let listener = match handle.add(listener, Interest::READABLE, Priority::LOW, ready) {
            Ok(listener) => Some(listener),
            Err(error) => {
                fail!(cx, error);
                return None;
            }
        };
        // Nothing works without the store: if it fails, so does the server.
        let failed = ret_some_to!([cx], |_this, cx, cause: StopCause| if cause.has_error() {
            fail!(cx, "the store: {}", cause);
        });
        let store = actor!(cx, Store::init(), failed);
        Some(Self { handle, listener, sessions: ActorOwnSlab::new(), store, served: 0 })
    }

    fn ready(&mut self, cx: CX![], _: Ready) {
        self.accept(cx);
    }

    /// Takes all who wait: the poller tells of the next only when there is nobody left.
    fn accept(&mut self, cx: CX![]) {
        while let Some(listener) = &self.listener {
            match nonblocking(|| listener.accept()) {
                Ok(None) => return,
                Ok(Some((stream, address))) => {
                    self.served += 1;
                    let ended = ret_to!([cx], session_ended(address) as (StopCause));
                    let store = self.store.clone();
                    actor_in_slab!(
                        self.sessions,
                        cx,
                        Session::init(self.handle.clone(), stream, store),
                        ended
                    );
                }
                // That one has gone already.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    println!("accepting: {error}");
                    // Nobody would tell us when there are descriptors again.
                    after!(PAUSE, [cx], accept());
                    return;
                }
            }
        }
    }

    fn session_ended(&mut self, cx: CX![], address: SocketAddr, cause: Option<StopCause>) {
        if let Some(StopCause::Failed(error)) = cause {
            println!("{address}: {error}");
        }
        self.leave_if_done(cx);
    }

    /// A signal asks the server to end.
    fn end(&mut self, cx: CX![], signal: i32) {
        if self.listener.take().is_none() {
            fail!(cx, "ended at once by a second signal");
            return;
        }
        println!("signal {signal}: ending {} sessions", self.sessions.len());
        for session in self.sessions.iter() {
            call!([session], end());
        }
        after!(PATIENCE, [cx], |_, cx| fail!(cx, "clients kept the server from ending"));
        self.leave_if_done(cx);
    }

    fn leave_if_done(&mut self, cx: CX![]) {
        if self.listener.is_none() && self.sessions.is_empty() {
            println!("served {} sessions", self.served);
            stop!(cx);
        }
    }
}

/// The data.
struct Store {
    values: BTreeMap<Bytes, Bytes>,
}

impl Store {
    fn init(_: CX![]) -> Option<Self> {
        Some(Self { values: BTreeMap::new() })
    }

    fn answer(&mut self, _: CX![], request: Request, answer: Ret<Bytes>) {
        let text = match request {
            Request::Set(key, value) => {
                self.values.insert(key, value);
                b"OK".to_vec()
            }
            Request::Get(key) => match self.values.get(&key) {
                Some(value) => [b"VALUE ", &value[..]].concat(),
                None => b"NONE".to_vec(),
            },
            Request::Count => format!("COUNT {}", self.values.len()).into_bytes(),
            Request::Nonsense(what) => format!("ERROR {what}").into_bytes(),
        };
        ret!([answer], text);
    }
}

/// What the store is asked. Nonsense goes the same way, so that its answer has its place among the others.
#[derive(Debug, PartialEq)]
enum Request {
    Set(Bytes, Bytes),
    Get(Bytes),
    Count,
    Nonsense(&'static str),
}

impl Request {
    fn parse(line: &[u8]) -> Request {
        let mut words = line.splitn(3, |byte| *byte == b' ').map(<[u8]>::to_vec);
        let verb = words.next().unwrap_or_default();
        match (&verb[..], words.next(), words.next()) {
            (b"SET", Some(key), Some(value)) => Request::Set(key, value),
            (b"SET", ..) => Request::Nonsense("SET needs a key and a value"),
            (b"GET", Some(key), None) => Request::Get(key),
            (b"GET", ..) => Request::Nonsense("GET needs a key and nothing else"),
            (b"COUNT", None, None) => Request::Count,
            _ => Request::Nonsense("not one of SET, GET, COUNT, QUIT"),
        }
    }
}

/// One connection.
struct Session {
    stream: BufferedStream,
    store: Actor<Store>,
    /// How many answers are outstanding.
    waiting: usize,
    /// No more requests are taken, and these are the last words.
    farewell: Option<&'static [u8]>,
    flush_queued: bool,
}

impl Session {
    fn init(cx: CX![], handle: LoopHandle, stream: net::TcpStream, store: Actor<Store>) -> Option<Self> {
        // Small answers are to go out at once. If the system refuses, they go out a little later.
        let _ = stream.set_nodelay(true);
        let ready = fwd_to!([cx], ready() as (Ready));
        match BufferedStream::new(&handle, stream, Priority::NORMAL, ready) {
            Ok(mut stream) => {
                stream.set_limits(LONGEST_LINE, 16 * LONGEST_LINE);
                Some(Self { stream, store, waiting: 0, farewell: None, flush_queued: false })
            }
            Err(error) => {
                fail!(cx, error);
                None
            }
        }
    }

    fn ready(&mut self, cx: CX![], _: Ready) {
        self.go_on(cx);
    }

    /// Does what can be done now. Called whenever something has changed.
    fn go_on(&mut self, cx: CX![]) {
        if let Err(error) = self.try_to_go_on(cx) {
            fail!(cx, error);
        } else if self.stream.is_output_ended() && self.stream.is_input_ended() {
            stop!(cx);
        }
    }

    fn try_to_go_on(&mut self, cx: CX![]) -> io::Result<()> {
        self.stream.flush()?;
        if self.farewell.is_none() {
            self.take_requests(cx)?;
        }
        if self.farewell.is_some() && self.waiting == 0 {
            self.part(cx)?;
        }
        Ok(())
    }

    fn take_requests(&mut self, cx: CX![]) -> io::Result<()> {
        let mut filled = Filled::Full;
        loop {
            let mut taken = 0;
            while self.waiting < WINDOW && !self.stream.is_congested() {
                let Some(line) = self.stream.next_line() else { break };
                taken += 1;
                if line == b"QUIT" {
                    self.farewell = Some(b"BYE\n");
                    return Ok(());
                }
                self.request(cx, Request::parse(&line));
            }
            if self.waiting == WINDOW || self.stream.is_congested() {
                // The answers, or the client that reads some, bring us back here.
                return Ok(());
            }
            match filled {
                Filled::Blocked => return Ok(()),
                Filled::End => {
                    self.farewell = Some(b"");
                    return Ok(());
                }
                Filled::Full if taken == 0 && self.stream.input().len() == LONGEST_LINE => {
                    self.farewell = Some(b"ERROR the line is too long\n");
                    return Ok(());
                }
                Filled::Full => filled = self.stream.fill()?,
            }
        }
    }

    fn request(&mut self, cx: CX![], request: Request) {
        self.waiting += 1;
        call!([self.store], answer(request, ret_some_to!([cx], answered() as (Bytes))));
    }

    fn answered(&mut self, cx: CX![], text: Bytes) {
        self.waiting -= 1;
        // It fails if the stream has, which was told then.
        let _ = self.stream.write_all(&text).and_then(|()| self.stream.write_all(b"\n"));
        // The answers to all that came together go out together.
        if !self.flush_queued {
            self.flush_queued = true;
            lazy!([cx], answers_written());
        }
    }

    fn answers_written(&mut self, cx: CX![]) {
        self.flush_queued = false;
        self.go_on(cx);
    }

    /// The server ends.
    fn end(&mut self, cx: CX![]) {
        if self.farewell.is_none() {
            self.farewell = Some(b"");
            self.go_on(cx);
        }
    }

    /// Ends this side after the last words, and reads what the client still says: a connection that is closed with input unread is reset,
    /// and then the last words may be lost.
    fn part(&mut self, cx: CX![]) -> io::Result<()> {
        if let Some(words @ [_, ..]) = self.farewell.replace(b"") {
            self.stream.write_all(words)?;
        }
        if !self.stream.is_output_ended() {
            self.stream.end_output()?;
            if self.stream.is_output_ended() {
                after!(PATIENCE, [cx], |_, cx| fail!(cx, "the client does not end its side"));
            }
        }
        while self.stream.fill()? == Filled::Full {
            self.stream.take_input();
        }
        Ok(())
    }
}
