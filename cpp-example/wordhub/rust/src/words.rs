//! What a word is, batches of them, and their hash.
//!
//! A word is a longest run of ASCII letters and digits and of bytes above 127 (so that UTF-8 letters count), with ASCII letters
//! in lower case.

use std::hash::{BuildHasherDefault, Hasher};

fn is_part_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// A list of words in one piece of memory: what a parser sends to a shard.
#[derive(Default)]
pub struct Words {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Words {
    /// Appends a word, in lower case.
    pub fn push(&mut self, word: &[u8]) {
        self.bytes.extend(word.iter().map(u8::to_ascii_lowercase));
        self.ends.push(self.bytes.len() as u32);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The words in their order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut from = 0;
        self.ends.iter().map(move |&end| {
            let word = &self.bytes[from..end as usize];
            from = end as usize;
            word
        })
    }
}

/// The words of a line, as they stand there.
pub fn words_of(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| !is_part_of_word(byte)).filter(|word| !word.is_empty())
}

/// FNV-1a of a word in lower case. Fixed, so that every run puts the same words into the same shards.
pub fn hash_of(word: &[u8]) -> u64 {
    let mut hasher = WordHasher::default();
    for byte in word {
        hasher.add(byte.to_ascii_lowercase());
    }
    hasher.finish()
}

/// FNV-1a as a hasher of maps.
pub struct WordHasher(u64);

/// Makes maps of words.
pub type BuildWordHasher = BuildHasherDefault<WordHasher>;

impl WordHasher {
    fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
}

impl Default for WordHasher {
    fn default() -> Self {
        WordHasher(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.add(byte);
        }
    }

    fn finish(&self) -> u64 {
        // FNV's low bits are good, its high ones, which the map uses as well, are not.
        self.0 ^ self.0.rotate_left(25)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_digits_and_high_bytes() {
        let words: Vec<_> = words_of("GPL-3, l'été 42!".as_bytes()).collect();
        assert_eq!(words, ["GPL".as_bytes(), b"3", b"l", "été".as_bytes(), b"42"]);
    }

    #[test]
    fn a_batch_holds_its_words_in_lower_case_and_in_order() {
        let mut batch = Words::default();
        assert!(batch.is_empty());
        batch.push(b"The");
        batch.push("ÉTÉ".as_bytes());
        assert_eq!(batch.iter().collect::<Vec<_>>(), [b"the".as_slice(), "ÉtÉ".as_bytes()]);
    }

    #[test]
    fn the_hash_does_not_depend_on_the_case() {
        assert_eq!(hash_of(b"Licence"), hash_of(b"licence"));
        assert_ne!(hash_of(b"licence"), hash_of(b"license"));
    }
}
