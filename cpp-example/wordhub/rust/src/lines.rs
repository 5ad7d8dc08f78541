//! What a line is.
//!
//! A line ends at a newline, which is not part of it, or after [`LONGEST`] bytes, whichever comes first: so a peer that never
//! sends a newline cannot make anybody buffer without bound. The bytes after a cut begin the next line.

use std::ops::Range;

/// Bytes that a line has at the most.
pub const LONGEST: usize = 64 * 1024;

/// The line that a peer sends to make a parser fail.
pub const POISON: &[u8] = b"\0POISON";

/// The lines of a piece that ends with its last line.
pub struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    /// Lines of `bytes`, whose beginning is the beginning of a line.
    pub fn new(bytes: &'a [u8]) -> Self {
        Lines { bytes, at: 0 }
    }

    /// Where the next line begins.
    pub fn position(&self) -> usize {
        self.at
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return None;
        }
        let window = &rest[..rest.len().min(LONGEST + 1)];
        let (length, next) = match window.iter().position(|&byte| byte == b'\n') {
            Some(newline) => (newline, newline + 1),
            None => (window.len().min(LONGEST), window.len().min(LONGEST)),
        };
        self.at += next;
        Some(&rest[..length])
    }
}

/// How many of the bytes, which begin with a line's beginning, are complete lines.
pub fn complete(bytes: &[u8]) -> usize {
    let mut end = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    // One byte more than a line can have: only then is it known that no newline follows right behind the longest one.
    while bytes.len() - end > LONGEST {
        end += LONGEST;
    }
    end
}

/// Splits a range of complete lines into two at a line's beginning near the middle; None if it is one line.
pub fn halves(bytes: &[u8], range: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let count = Lines::new(&bytes[range.clone()]).count();
    if count < 2 {
        return None;
    }
    let mut lines = Lines::new(&bytes[range.clone()]);
    lines.nth(count / 2 - 1);
    let middle = range.start + lines.position();
    Some((range.start..middle, middle..range.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(bytes: &[u8]) -> Vec<usize> {
        Lines::new(bytes).map(<[u8]>::len).collect()
    }

    #[test]
    fn a_line_ends_at_a_newline_or_at_the_end() {
        assert_eq!(lengths(b""), [0; 0]);
        assert_eq!(lengths(b"\n"), [0]);
        assert_eq!(lengths(b"ab\n\ncde"), [2, 0, 3]);
    }

    #[test]
    fn a_line_of_the_greatest_length_may_be_followed_by_its_newline() {
        let mut text = vec![b'x'; LONGEST];
        text.push(b'\n');
        assert_eq!(complete(&text), LONGEST + 1);
        assert_eq!(lengths(&text), [LONGEST]);
        assert_eq!(complete(&text[..LONGEST]), 0);
    }

    #[test]
    fn a_longer_line_is_cut() {
        let mut text = vec![b'x'; 2 * LONGEST + 5];
        assert_eq!(complete(&text), 2 * LONGEST);
        text.push(b'\n');
        assert_eq!(complete(&text), text.len());
        assert_eq!(lengths(&text), [LONGEST, LONGEST, 5]);
    }

    #[test]
    fn halves_meet_at_a_line_and_one_line_has_none() {
        let text = b"a\nbb\nccc\n";
        assert_eq!(halves(text, 0..9), Some((0..2, 2..9)));
        assert_eq!(halves(text, 2..9), Some((2..5, 5..9)));
        assert_eq!(halves(text, 5..9), None);
    }
}
