//! Sessions: one for each connection. A session puts lines together out of what is read, and has them parsed.
//!
//! Invariants:
//! * One piece of a session is with a parser at a time. A piece with which the parser failed is split in two and tried again, down
//!   to the one line that cannot be parsed: that one is counted as poison and left out. The parser's handle is good for the one that
//!   takes its place, too.
//! * Every byte that was received is given back to the server as credit once, when its lines are worked off or while it waits for
//!   the rest of its line. So what a session holds is bounded by the server's window and one line.
//! * The idle timer is armed with the first bytes, and re-armed with all others.

use crate::hub::Hub;
use crate::lines;
use crate::parser::{Parser, Piece};
use crate::wire::{self, Reason};
use actor_rt::{
    Actor, ActorId, CX, Cx, FixedTimerKey, Packet, Receive, StopCause, after, call, fail, ret_to, stop,
};
use std::collections::VecDeque;
use std::time::Duration;

/// What a session is told at its beginning.
pub struct Peer {
    /// The server's number for the connection.
    pub connection: u64,
    /// The C++ actor that reads from the socket.
    pub server: ActorId,
    /// Silence that ends the session.
    pub idle: Duration,
}

/// What is to be done, in order.
enum Work {
    /// Lines.
    Lines(Piece),
    /// The lines before this came with so many bytes.
    Credit(u64),
}

/// What goes on with the work.
enum Turn {
    /// Nothing.
    Mine,
    /// The parser has a piece.
    Parsing(Piece),
}

/// One connection.
pub struct Session {
    peer: Peer,
    hub: Actor<Hub>,
    parser: Actor<Parser>,
    /// The beginning of a line whose end has not come.
    carry: Vec<u8>,
    work: VecDeque<Work>,
    turn: Turn,
    ended: bool,
    timer: Option<FixedTimerKey>,
    idle: bool,
}

impl Session {
    pub fn init(_: CX![], peer: Peer, hub: Actor<Hub>, parser: Actor<Parser>) -> Option<Self> {
        Some(Session {
            peer,
            hub,
            parser,
            carry: Vec::new(),
            work: VecDeque::new(),
            turn: Turn::Mine,
            ended: false,
            timer: None,
            idle: false,
        })
    }

    fn bytes(&mut self, cx: CX![], bytes: &[u8]) {
        self.rearm(cx);
        self.carry.extend_from_slice(bytes);
        let complete = lines::complete(&self.carry);
        if complete > 0 {
            let rest = self.carry.split_off(complete);
            self.queue_lines(rest);
        }
        self.work.push_back(Work::Credit(bytes.len() as u64));
        self.go_on(cx);
    }

    /// No more bytes come: what is left is a line without a newline.
    fn end(&mut self, cx: CX![]) {
        self.ended = true;
        if !self.carry.is_empty() {
            self.queue_lines(Vec::new());
        }
        self.go_on(cx);
    }

    /// Queues the lines that were put together; `rest` is what is left of the next one.
    fn queue_lines(&mut self, rest: Vec<u8>) {
        let lines = std::mem::replace(&mut self.carry, rest);
        self.work.push_back(Work::Lines(Piece::new(lines)));
    }

    /// Does what is next, up to the next piece for the parser.
    fn go_on(&mut self, cx: CX![]) {
        while let Turn::Mine = self.turn {
            match self.work.pop_front() {
                Some(Work::Lines(piece)) => {
                    self.turn = Turn::Parsing(piece.clone());
                    call!([self.parser], parse(piece, ret_to!([cx], parsed() as (u64))));
                }
                Some(Work::Credit(bytes)) => {
                    wire::send(cx, self.peer.server, wire::CREDIT, &[self.peer.connection, bytes]);
                }
                None => {
                    if self.ended {
                        stop!(cx);
                    }
                    return;
                }
            }
        }
    }

    /// The parser's answer: the number of lines, or nothing if it failed.
    fn parsed(&mut self, cx: CX![], lines: Option<u64>) {
        let Turn::Parsing(piece) = std::mem::replace(&mut self.turn, Turn::Mine) else { return };
        let length = piece.bytes().len() as u64;
        if let Some(lines) = lines {
            call!([self.hub], worked_off(length, lines, 0));
        } else if let Some([first, second]) = piece.halves() {
            self.work.push_front(Work::Lines(second));
            self.work.push_front(Work::Lines(first));
        } else {
            call!([self.hub], worked_off(length, 0, 1));
        }
        self.go_on(cx);
    }

    fn rearm(&mut self, cx: CX![]) {
        let until = cx.now() + self.peer.idle;
        if self.timer.is_none_or(|timer| !cx.timer_reset(timer, until)) {
            self.timer = Some(after!(self.peer.idle, [cx], silent()));
        }
    }

    /// The peer has sent nothing for too long: what it sent is still counted.
    fn silent(&mut self, cx: CX![]) {
        if !self.ended {
            self.idle = true;
            self.end(cx);
        }
    }

    /// Why it is ending, seen from the outside.
    fn reason(&self, cause: &StopCause) -> Reason {
        match cause {
            StopCause::Stopped if self.idle => Reason::Idle,
            StopCause::Stopped => Reason::Finished,
            _ => Reason::Failed,
        }
    }
}

impl Receive for Session {
    fn receive(&mut self, cx: &mut Cx<'_, Self>, packet: &mut Packet<'_>) {
        match packet.tag() {
            // Bytes that were under way when the silence was over come too late.
            wire::BYTES if self.ended => {}
            wire::BYTES => self.bytes(cx, packet.data()),
            wire::END => self.end(cx),
            tag => fail!(cx, "a session does not know the tag {tag:#x}",),
        }
    }

    fn on_stop(&mut self, cx: &mut Cx<'_, Self>, cause: &StopCause) {
        let reason = self.reason(cause);
        wire::send(cx, self.peer.server, wire::CLOSED, &[self.peer.connection, reason as u64]);
    }
}
