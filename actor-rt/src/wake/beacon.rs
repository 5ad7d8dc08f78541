//! A few words that the owner shows and other threads read: all of one moment, or none. Neither waits for the other.
//!
//! ```text
//! turn   odd while the owner writes; even: what is there belongs together
//! words  the owner alone writes them
//! ```
//!
//! A reader takes the words between two looks at the turn, and tries again if that was odd or has moved (a sequence lock). All of it is
//! atomic: what a reader throws away is old, never torn.

use crate::kernel::sync::{AtomicU64, Ordering, fence};

/// How often a reader tries: a writer that is in its way each time shows that the owner is anything but stuck.
const TRIES: usize = if cfg!(loom) { 1 } else { 64 };

/// What the owner shows: so many words.
pub(crate) struct Beacon<const WORDS: usize> {
    turn: AtomicU64,
    words: [AtomicU64; WORDS],
}

impl<const WORDS: usize> Beacon<WORDS> {
    pub(crate) fn new() -> Self {
        Beacon { turn: AtomicU64::new(0), words: std::array::from_fn(|_| AtomicU64::new(0)) }
    }

    /// Shows other words. Of the owner thread only.
    pub(crate) fn show(&self, words: [u64; WORDS]) {
        let turn = self.turn.load(Ordering::Relaxed);
        self.turn.store(turn + 1, Ordering::Relaxed);
        // Whoever reads one of the words below reads the odd turn, too, when it looks again.
        fence(Ordering::Release);
        for (place, word) in self.words.iter().zip(words) {
            place.store(word, Ordering::Relaxed);
        }
        self.turn.store(turn + 2, Ordering::Release);
    }

    /// What is shown, and its number. None if it changed all the time.
    pub(crate) fn look(&self) -> Option<(u64, [u64; WORDS])> {
        for _ in 0..TRIES {
            let before = self.turn.load(Ordering::Acquire);
            let words = std::array::from_fn(|index| self.words[index].load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            if before % 2 == 0 && before == self.turn.load(Ordering::Relaxed) {
                return Some((before / 2, words));
            }
        }
        None
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::Beacon;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn what_is_shown_is_read_with_its_number() {
        let beacon = Beacon::new();
        assert_eq!(beacon.look(), Some((0, [0; 4])));
        beacon.show([1, 2, 3, 4]);
        assert_eq!(beacon.look(), Some((1, [1, 2, 3, 4])));
    }

    #[test]
    fn a_reader_on_another_thread_never_sees_words_of_two_moments() {
        let (beacon, is_over) = (Beacon::<4>::new(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut last = 0;
                while !is_over.load(Ordering::Relaxed) {
                    if let Some((number, words)) = beacon.look() {
                        assert!(number >= last && words == [number; 4]);
                        last = number;
                    }
                }
            });
            for number in 1..=if cfg!(miri) { 50 } else { 100_000 } {
                beacon.show([number; 4]);
            }
            is_over.store(true, Ordering::Relaxed);
            reader.join().unwrap();
        });
    }
}
