//! Sorting a run of entries into the order of firing.
//!
//! A run comes from neighbouring buckets: its deadlines are near each other and seldom in heaps, and entries with the same deadline nearly
//! always stand in the order of their arming. So dealing them out by the leading bits of their deadlines, which takes no comparison,
//! leaves little to do: most entries stand where they belong, the others a place or two away. What a comparison sort spends its time on
//! are branches that nobody can predict; here hardly any are left.
//!
//! Where deadlines do lie in heaps, what is left is work without end for an insertion sort. It gives up in time, and the standard library's
//! sort takes over.

use super::entry::Entry;

/// Piles to deal out into: about as many as a run has entries.
const PILES: usize = 512;

/// Shorter runs are not dealt out.
const FEW: usize = 16;

/// Nor are longer ones: they are of one instant, and in order as they are.
const MANY: usize = 2048;

/// Places that an insertion may move entries by in all, for each entry of the run.
const MOVES_EACH: usize = 4;

/// Memory for sorting.
pub(super) struct Spare {
    run: Vec<Entry>,
}

impl Spare {
    pub(super) const fn new() -> Self {
        Spare { run: Vec::new() }
    }
}

/// Sorts by (deadline, sequence).
pub(super) fn sort(run: &mut Vec<Entry>, spare: &mut Spare) {
    if (FEW..=MANY).contains(&run.len()) {
        deal(run, &mut spare.run);
        std::mem::swap(run, &mut spare.run);
    }
    if !insert(run) {
        run.sort_unstable_by_key(|entry| entry.order());
    }
}

/// Deals the entries of a run out into piles by their deadlines, and lays the piles one behind the other. Within a pile the order stays.
fn deal(run: &[Entry], out: &mut Vec<Entry>) {
    let (mut earliest, mut latest) = (u64::MAX, 0);
    for entry in run {
        earliest = earliest.min(entry.deadline());
        latest = latest.max(entry.deadline());
    }
    // The fewest bits to leave out so that what remains numbers a pile.
    let shift = (u64::BITS - (latest - earliest).leading_zeros()).saturating_sub(PILES.ilog2());
    let pile = |entry: &Entry| ((entry.deadline() - earliest) >> shift) as usize % PILES;
    let mut places = [0u32; PILES];
    for entry in run {
        places[pile(entry)] += 1;
    }
    // From the size of each pile to the place of its first entry.
    let mut below = 0;
    for place in &mut places {
        below += std::mem::replace(place, below);
    }
    // Any entries: each place is written once.
    out.clear();
    out.extend_from_slice(run);
    for &entry in run {
        let place = &mut places[pile(&entry)];
        out[*place as usize] = entry;
        *place += 1;
    }
}

/// Sorts what is nearly sorted. False if it was not, and is not.
fn insert(run: &mut [Entry]) -> bool {
    let mut moves_left = run.len() * MOVES_EACH;
    for next in 1..run.len() {
        let entry = run[next];
        let mut place = next;
        while place > 0 && entry < run[place - 1] {
            run[place] = run[place - 1];
            place -= 1;
        }
        if place != next {
            run[place] = entry;
            let Some(left) = moves_left.checked_sub(next - place) else { return false };
            moves_left = left;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(deadlines: impl Iterator<Item = u64>, reversed: bool) -> bool {
        let mut run: Vec<Entry> = deadlines.zip(1..).map(|(at, n)| Entry::new(at, n, 5000 - n)).collect();
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
        let counts = [0, 1, 2, 15, 16, 63, 64, 65, 500, 2048, 2049];
        // The last ones take Miri eight minutes.
        for count in counts.into_iter().take(if cfg!(miri) { 9 } else { 11 }) {
            for mask in [0, 3, 0xff, 0xff00, 0xff_ffff, u64::from(u32::MAX), u64::MAX] {
                let deadlines =
                    || (0..count).map(|n: u64| 77 ^ (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) & mask));
                assert!(sorted(deadlines(), false), "{count} with {mask:x}");
                assert!(sorted(deadlines(), true), "{count} with {mask:x}, armed in the other order");
            }
        }
    }

    #[test]
    fn a_heap_of_deadlines_beside_a_far_one_is_sorted() {
        let heap = || (0..500).map(|n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54);
        assert!(sorted(heap().chain([u64::MAX]), false));
        let mut all: Vec<Entry> =
            heap().chain([u64::MAX]).zip(1..).map(|(at, n)| Entry::new(at, n, n)).collect();
        deal(&all.clone(), &mut all);
        assert!(!insert(&mut all), "such a run is what the other sort is there for");
    }
}
