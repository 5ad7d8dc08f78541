//! Packets between the C++ program and the Rust actors: their tags and the layout of their payloads.
//!
//! `include/wordhub_actors.h` says the same in C. Numbers are 64 bits in the machine's byte order, since both sides are one
//! process.

use crate::counts::Counts;
use actor_ffi::tag;
use actor_rt::{ActorId, Body, Core, OwnedBytes};

/// To the hub: make a session. `connection`, `idle_ns`.
pub const OPEN: u64 = tag("wordhub.open");
/// To a session: what was read from its peer.
pub const BYTES: u64 = tag("wordhub.bytes");
/// To a session: the peer has sent everything.
pub const END: u64 = tag("wordhub.end");
/// To the hub, as a request: all counts. The answer is a [`report`].
pub const REPORT: u64 = tag("wordhub.report");

/// To the server: a session was made. `connection`, `session`.
pub const OPENED: u64 = tag("wordhub.opened");
/// To the server: so many bytes were worked off. `connection`, `bytes`.
pub const CREDIT: u64 = tag("wordhub.credit");
/// To the server: a session has ended. `connection`, `reason`.
pub const CLOSED: u64 = tag("wordhub.closed");
/// To the console: how far we are. See [`Progress`].
pub const PROGRESS: u64 = tag("wordhub.progress");
/// To the console: a line of text about the words so far.
pub const SUMMARY: u64 = tag("wordhub.summary");
/// To the console: a line of text about an actor that failed.
pub const FAILURE: u64 = tag("wordhub.failure");

/// Why a session ended: the second number of [`CLOSED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Everything that the peer sent was counted.
    Finished = 0,
    /// The peer was silent for too long.
    Idle = 1,
    /// The session failed.
    Failed = 2,
}

/// What the hub has seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of all worked-off lines, newlines and poison lines included.
    pub bytes: u64,
    /// Lines but for poison lines.
    pub lines: u64,
    /// Poison lines.
    pub poison: u64,
    /// Sessions that live.
    pub sessions: u64,
    /// Parsers that were made anew.
    pub restarts: u64,
    /// Summaries that the worker thread has sent.
    pub summaries: u64,
    /// How often the runtime has woken its host.
    pub wakes: u64,
}

impl Progress {
    fn numbers(&self) -> [u64; 7] {
        [self.bytes, self.lines, self.poison, self.sessions, self.restarts, self.summaries, self.wakes]
    }
}

/// Sends numbers to a C++ actor. One that is gone needs none.
pub fn send(core: &Core, to: ActorId, tag: u64, numbers: &[u64]) {
    drop(core.door().post(to, tag, Body::Copied(&bytes_of(numbers))));
}

/// Sends a text to a C++ actor.
pub fn send_text(core: &Core, to: ActorId, tag: u64, text: &str) {
    drop(core.door().post(to, tag, Body::Copied(text.as_bytes())));
}

/// Sends the progress to the console.
pub fn send_progress(core: &Core, to: ActorId, progress: &Progress) {
    send(core, to, PROGRESS, &progress.numbers());
}

/// The numbers of a payload, if it has exactly `N`.
pub fn numbers<const N: usize>(payload: &[u8]) -> Option<[u64; N]> {
    if payload.len() != N * 8 {
        return None;
    }
    let mut numbers = [0; N];
    for (number, bytes) in numbers.iter_mut().zip(payload.chunks_exact(8)) {
        *number = u64::from_ne_bytes(bytes.try_into().ok()?);
    }
    Some(numbers)
}

/// All that was counted: the numbers of [`Progress`], how many words there are, and for each how often it came, its length and its
/// bytes.
pub fn report(progress: &Progress, counts: &Counts) -> OwnedBytes {
    let mut bytes = bytes_of(&progress.numbers());
    bytes.extend(bytes_of(&[counts.len() as u64]));
    for (word, number) in counts {
        bytes.extend(bytes_of(&[*number, word.len() as u64]));
        bytes.extend_from_slice(word);
    }
    OwnedBytes::copy_of(&bytes)
}

fn bytes_of(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_ne_bytes()).collect()
}
