//! `Buffer`: bytes that come in at one end and go out at the other.

/// A queue of bytes in one piece.
///
/// Memory beyond the bytes is initialised, so that a source can read into it; it stays from one use to the next.
#[derive(Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The bytes, oldest first.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Room for so many more, to be filled and then claimed with [`grow`](Buffer::grow).
    pub(super) fn room(&mut self, wanted: usize) -> &mut [u8] {
        if self.bytes.len() - self.end < wanted {
            // What has gone out makes room first.
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            if self.bytes.len() - self.end < wanted {
                self.bytes.resize((self.end + wanted).next_power_of_two(), 0);
            }
        }
        &mut self.bytes[self.end..self.end + wanted]
    }

    /// So many bytes were put into the room.
    pub(super) fn grow(&mut self, count: usize) {
        assert!(count <= self.bytes.len() - self.end, "no more than there was room for");
        self.end += count;
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
        self.grow(bytes.len());
    }

    /// So many of the oldest bytes go.
    pub(super) fn consume(&mut self, count: usize) {
        assert!(count <= self.len(), "no more than there are");
        self.start += count;
        if self.is_empty() {
            (self.start, self.end) = (0, 0);
        }
    }

    /// All bytes go, with their memory.
    pub(super) fn clear(&mut self) {
        *self = Buffer::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_as_they_went_in() {
        let mut buffer = Buffer::default();
        let (mut written, mut read) = (0_u8, 0_u8);
        // Counts that share no factor, so that every alignment of the two ends comes up.
        for round in 0..2000_usize {
            let bytes: Vec<u8> = (0..round % 13).map(|i| written.wrapping_add(i as u8)).collect();
            written = written.wrapping_add(bytes.len() as u8);
            buffer.push(&bytes);
            let count = buffer.len().min(round % 11);
            for byte in &buffer.bytes()[..count] {
                assert_eq!(*byte, read);
                read = read.wrapping_add(1);
            }
            buffer.consume(count);
        }
        assert_eq!(buffer.len() % 256, written.wrapping_sub(read) as usize);
    }

    #[test]
    fn memory_is_used_again_and_not_grown() {
        let mut buffer = Buffer::default();
        buffer.push(&[1; 60]);
        for _ in 0..100 {
            buffer.push(&[2; 4]);
            buffer.consume(4);
        }
        assert_eq!((buffer.len(), buffer.bytes.len()), (60, 64));
    }

    #[test]
    #[should_panic(expected = "no more than there are")]
    fn more_than_there_is_cannot_go() {
        let mut buffer = Buffer::default();
        buffer.push(b"abc");
        buffer.consume(4);
    }
}
