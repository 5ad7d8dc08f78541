//! A load client for `line_server`: many connections at once, every answer checked.
//!
//! ```text
//! cargo run --example line_load --features mio -- ADDRESS [CONNECTIONS [ROUNDS]]     default 50 connections, 200 rounds
//! ```
//!
//! In each round a connection sets a key of its own, reads it back, and asks for one that nobody sets. It keeps [`WINDOW`] requests
//! under way. The last line of the output is the summary; the exit code is 0 if every answer came and was right. After
//! [`LIMIT`] the client gives up.

#![allow(clippy::print_stdout, reason = "it is a program")]

use actor_rt::drive::mio::{BufferedStream, EventLoop, Filled, LoopHandle, Priority, Ready, net};
use actor_rt::*;
use std::collections::VecDeque;
use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How many requests of a connection are under way.
const WINDOW: usize = 32;
/// How long all of it may take.
const LIMIT: Duration = Duration::from_secs(60);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or("usage: line_load ADDRESS [CONNECTIONS [ROUNDS]]")?.parse()?;
    let mut number = |default: usize| arguments.next().map_or(Ok(default), |text| text.parse());
    let plan = Plan { address, connections: number(50)?, rounds: number(200)? };

    let (mut runtime, mut event_loop) = EventLoop::with_runtime()?;
    let rt = &mut runtime;
    let handle = event_loop.handle().clone();
    let _load = actor!(rt, Load::init(handle, plan), ret_shutdown!(rt));
    match event_loop.run(rt)? {
        StopCause::Stopped => Ok(()),
        cause => Err(cause.to_string().into()),
    }
}

/// What is to be done.
#[derive(Clone, Copy)]
struct Plan {
    address: SocketAddr,
    connections: usize,
    rounds: usize,
}

/// Starts the connections and adds up.
struct Load {
    connections: ActorOwnSlab<Connection>,
    begun: Instant,
    complete: usize,
    failed: usize,
    answers: u64,
}

impl Load {
    fn init(cx: CX![], handle: LoopHandle, plan: Plan) -> Option<Self> {
        let mut this = Self {
            connections: ActorOwnSlab::new(),
            begun: Instant::now(),
            complete: 0,
            failed: 0,
            answers: 0,
        };
        for number in 0..plan.connections {
            let ended = ret_to!([cx], ended(number) as (StopCause));
            let checked = fwd_to!([cx], checked() as (u64));
            actor_in_slab!(
                this.connections,
                cx,
                Connection::init(handle.clone(), plan, number, checked),
                ended
            );
        }
        after!(LIMIT, [cx], give_up());
        if plan.connections == 0 {
            this.sum_up(cx);
        }
        Some(this)
    }

    /// A connection has had all its answers.
    fn checked(&mut self, _: CX![], answers: u64) {
        self.answers += answers;
        self.complete += 1;
    }

    fn ended(&mut self, cx: CX![], number: usize, cause: Option<StopCause>) {
        match cause {
            Some(StopCause::Stopped) => {}
            Some(StopCause::Failed(error)) => self.note_failure(number, &error.to_string()),
            _ => self.note_failure(number, "was dropped"),
        }
        if self.connections.is_empty() {
            self.sum_up(cx);
        }
    }

    fn note_failure(&mut self, number: usize, text: &str) {
        self.failed += 1;
        println!("connection {number}: {text}");
    }

    fn give_up(&mut self, cx: CX![]) {
        println!("{} connections are not done after {LIMIT:?}", self.connections.len());
        self.failed += self.connections.len();
        self.sum_up(cx);
    }

    fn sum_up(&mut self, cx: CX![]) {
        println!(
            "{} connections complete, {} failed, {} right answers, {} ms",
            self.complete,
            self.failed,
            self.answers,
            self.begun.elapsed().as_millis()
        );
        if self.failed == 0 {
            stop!(cx);
        } else {
            fail!(cx, "not every answer was right");
        }
    }
}

/// One connection and what it expects.
struct Connection {
    stream: BufferedStream,
    number: usize,
    rounds: usize,
    /// The round that is next to be asked.
    round: usize,
    /// Answers that are due, oldest first.
    expected: VecDeque<String>,
    quit: bool,
    answers: u64,
    checked: Fwd<u64>,
}

impl Connection {
    fn init(cx: CX![], handle: LoopHandle, plan: Plan, number: usize, checked: Fwd<u64>) -> Option<Self> {
        let ready = fwd_to!([cx], ready() as (Ready));
        let stream = net::TcpStream::connect(plan.address)
            .and_then(|stream| BufferedStream::new(&handle, stream, Priority::NORMAL, ready));
        match stream {
            Ok(stream) => Some(Self {
                stream,
                number,
                rounds: plan.rounds,
                round: 0,
                expected: VecDeque::new(),
                quit: false,
                answers: 0,
                checked,
            }),
            Err(error) => {
                fail!(cx, error);
                None
            }
        }
    }

    fn ready(&mut self, cx: CX![], _: Ready) {
        match self.go_on() {
            Ok(false) => {}
            Ok(true) => {
                fwd!([self.checked], self.answers);
                stop!(cx);
            }
            Err(error) => fail!(cx, error),
        }
    }

    /// Sends and checks as far as it can. True when all is done.
    fn go_on(&mut self) -> io::Result<bool> {
        loop {
            self.ask()?;
            self.stream.flush()?;
            let filled = self.stream.fill()?;
            while let Some(line) = self.stream.next_line() {
                self.check(&line)?;
            }
            match filled {
                Filled::End if self.quit && self.expected.is_empty() => return Ok(true),
                Filled::End => return Err(self.error("the server ended before its last answer")),
                Filled::Blocked if !self.may_ask() => return Ok(false),
                // Answers came, or may come: there is room for more requests.
                Filled::Blocked | Filled::Full => {}
            }
        }
    }

    fn may_ask(&self) -> bool {
        !self.quit && self.expected.len() < WINDOW
    }

    /// Keeps the window full, and says goodbye at the end.
    fn ask(&mut self) -> io::Result<()> {
        while self.may_ask() {
            if self.round == self.rounds {
                self.quit = true;
                self.send("QUIT", "BYE".to_owned())?;
                return self.stream.end_output();
            }
            let (number, round) = (self.number, self.round);
            self.round += 1;
            let (key, value) = (format!("key-{number}-{}", round % 7), format!("{number} in round {round}"));
            self.send(&format!("SET {key} {value}"), "OK".to_owned())?;
            self.send(&format!("GET {key}"), format!("VALUE {value}"))?;
            self.send("GET nothing", "NONE".to_owned())?;
        }
        Ok(())
    }

    fn send(&mut self, request: &str, answer: String) -> io::Result<()> {
        self.expected.push_back(answer);
        writeln!(self.stream, "{request}")
    }

    fn check(&mut self, line: &[u8]) -> io::Result<()> {
        let expected = self.expected.pop_front().ok_or_else(|| self.error("an answer too many"))?;
        if line != expected.as_bytes() {
            let text = format!("expected {expected:?}, got {:?}", String::from_utf8_lossy(line));
            return Err(self.error(&text));
        }
        self.answers += 1;
        Ok(())
    }

    fn error(&self, text: &str) -> io::Error {
        io::Error::other(format!("after {} right answers: {text}", self.answers))
    }
}
