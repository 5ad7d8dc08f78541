//! Parsers: they take lines apart and hand the words to the shards.
//!
//! A parser is the part that trips over bad input: it fails on a poison line, and whatever else waits for it is lost with it.
//! Invariant: words reach the shards only when their whole piece was parsed. A session whose piece was not acknowledged may
//! therefore send its lines again without counting any word twice.

use crate::lines::{self, Lines, POISON};
use crate::shard::Shard;
use crate::words::{Words, hash_of, words_of};
use actor_rt::{Actor, CX, Ret, call, fail, ret};
use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

/// Some complete lines of one connection. The buffer is shared by the pieces that it is split into after a failure.
#[derive(Clone)]
pub struct Piece {
    buffer: Rc<[u8]>,
    range: Range<usize>,
    begun: Rc<Cell<bool>>,
}

impl Piece {
    /// All lines of a buffer.
    pub fn new(buffer: Vec<u8>) -> Self {
        let range = 0..buffer.len();
        Piece { buffer: buffer.into(), range, begun: Rc::default() }
    }

    /// The lines.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.range.clone()]
    }

    /// Whether a parser has begun with it. A piece that was lost before that lay behind somebody else's.
    pub fn has_begun(&self) -> bool {
        self.begun.get()
    }

    /// Two pieces of half the lines each, to be tried anew; None if this is one line.
    pub fn halves(&self) -> Option<[Piece; 2]> {
        let (first, second) = lines::halves(&self.buffer, self.range.clone())?;
        Some([first, second].map(|range| Piece { buffer: self.buffer.clone(), range, begun: Rc::default() }))
    }
}

/// Takes lines apart.
pub struct Parser {
    shards: Vec<Actor<Shard>>,
}

impl Parser {
    pub fn init(_: CX![], shards: Vec<Actor<Shard>>) -> Option<Self> {
        Some(Parser { shards })
    }

    /// Sends the words of a piece to their shards and answers with the number of its lines. Fails on a poison line; then, as for
    /// a piece that was still waiting, `parsed` is dropped and nothing of the piece was counted.
    pub fn parse(&mut self, cx: CX![], piece: Piece, parsed: Ret<u64>) {
        piece.begun.set(true);
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
