//! Parsers: they take lines apart and hand the words to the shards.
//!
//! A parser is the part that trips over bad input: it fails on a poison line. The hub supervises it, so it is made anew in the same
//! place: what else waits for it is parsed by the next one, and only the piece that failed is gone.
//! Invariant: words reach the shards only when their whole piece was parsed. A session whose piece was not acknowledged may
//! therefore send its lines again without counting any word twice.

use crate::hub::Hub;
use crate::lines::{self, Lines, POISON};
use crate::shard::Shard;
use crate::words::{Words, hash_of, words_of};
use actor_rt::supervision::Lifecycle;
use actor_rt::{Actor, CX, Cx, Ret, StopCause, call, fail, ret};
use std::ops::Range;
use std::rc::Rc;

/// Some complete lines of one connection. The buffer is shared by the pieces that it is split into after a failure.
#[derive(Clone)]
pub struct Piece {
    buffer: Rc<[u8]>,
    range: Range<usize>,
}

impl Piece {
    /// All lines of a buffer.
    pub fn new(buffer: Vec<u8>) -> Self {
        let range = 0..buffer.len();
        Piece { buffer: buffer.into(), range }
    }

    /// The lines.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.range.clone()]
    }

    /// Two pieces of half the lines each, to be tried anew; None if this is one line.
    pub fn halves(&self) -> Option<[Piece; 2]> {
        let (first, second) = lines::halves(&self.buffer, self.range.clone())?;
        Some([first, second].map(|range| Piece { buffer: self.buffer.clone(), range }))
    }
}

/// Takes lines apart.
pub struct Parser {
    hub: Actor<Hub>,
    place: usize,
    shards: Vec<Actor<Shard>>,
}

impl Parser {
    pub fn new(hub: Actor<Hub>, place: usize, shards: Vec<Actor<Shard>>) -> Self {
        Parser { hub, place, shards }
    }

    /// Sends the words of a piece to their shards and answers with the number of its lines. Fails on a poison line; then
    /// `parsed` is dropped and nothing of the piece was counted.
    pub fn parse(&mut self, cx: CX![], piece: Piece, parsed: Ret<u64>) {
        let mut batches: Vec<Words> = self.shards.iter().map(|_| Words::default()).collect();
        let mut lines = 0;
        for line in Lines::new(piece.bytes()) {
            if line == POISON {
                fail!(cx, "poison line");
                return;
            }
            for word in words_of(line) {
                let shard = hash_of(word) % self.shards.len() as u64;
                batches[shard as usize].push(word);
            }
            lines += 1;
        }
        for (shard, words) in self.shards.iter().zip(batches) {
            if !words.is_empty() {
                call!([shard], add(words));
            }
        }
        ret!([parsed], lines);
    }
}

impl Lifecycle for Parser {
    fn on_restart(&mut self, _: &mut Cx<'_, Self>, cause: &StopCause) {
        call!([self.hub], parser_restarted(self.place, cause.to_string()));
    }
}
