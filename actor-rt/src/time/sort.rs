//! Sorting a run of entries into the order of firing.
//!
//! A run comes from neighbouring buckets: its deadlines are near each other, and entries with the same deadline nearly always stand in the
//! order of their arming. So what decides fits one word: the time since the earliest deadline, and the place in the run below it. A word
//! is compared in one instruction and without a branch; an entry is two words, and what a comparison sort of those spends its time
//! on are branches that nobody can predict.

use super::entry::Entry;

/// Longer runs are sorted as they are.
const MOST: usize = 1 << PLACE_BITS;
const PLACE_BITS: u32 = 10;

/// Memory for sorting.
pub(super) struct Spare {
    words: Vec<u64>,
    run: Vec<Entry>,
}

impl Spare {
    pub(super) const fn new() -> Self {
        Spare { words: Vec::new(), run: Vec::new() }
    }
}

/// Sorts by (deadline, sequence).
pub(super) fn sort(run: &mut Vec<Entry>, spare: &mut Spare) {
    if run.len() > MOST || !sort_by_words(run, spare) {
        run.sort_unstable_by_key(|entry| entry.order());
    }
}

/// False if the deadlines are too far from each other, or if equal ones did not stand in the order of their arming.
fn sort_by_words(run: &mut Vec<Entry>, spare: &mut Spare) -> bool {
    let earliest = run.iter().map(|entry| entry.deadline()).min().unwrap_or(0);
    spare.words.clear();
    let mut widest = 0;
    spare.words.extend(run.iter().zip(0..).map(|(entry, place)| {
        let since = entry.deadline() - earliest;
        widest |= since;
        since << PLACE_BITS | place
    }));
    if widest >> (u64::BITS - PLACE_BITS) != 0 {
        return false;
    }
    spare.words.sort_unstable();
    spare.run.clear();
    spare.run.extend(spare.words.iter().map(|word| run[*word as usize % MOST]));
    std::mem::swap(run, &mut spare.run);
    run.is_sorted_by_key(|entry| entry.order())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(deadlines: impl Iterator<Item = u64>, reversed: bool) -> bool {
        let mut run: Vec<Entry> = deadlines.zip(1..).map(|(at, n)| Entry::new(at, n, 1000 - n)).collect();
        if reversed {
            run.reverse();
        }
        let mut expected = run.clone();
        expected.sort();
        sort(&mut run, &mut Spare::new());
        run == expected
    }

    #[test]
    fn a_run_is_sorted_by_deadline_and_arming_whatever_differs() {
        for count in [0, 1, 2, 63, 64, 65, 500] {
            for mask in [0, 3, 0xff, 0xff00, 0xff_ffff, u64::from(u32::MAX), u64::MAX] {
                let deadlines =
                    || (0..count).map(|n: u64| 77 ^ (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) & mask));
                assert!(sorted(deadlines(), false), "{count} with {mask:x}");
                assert!(sorted(deadlines(), true), "{count} with {mask:x}, armed in the other order");
            }
        }
    }
}
