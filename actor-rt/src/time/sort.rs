//! Sorting a run of entries into the order of firing.
//!
//! A run comes from one bucket: its deadlines agree in the upper bytes, and entries with the same deadline nearly always stand in the
//! order of their arming. So a stable radix sort over the bytes in which the deadlines differ does it without a branch that depends on the
//! data, which is what a comparison sort of deadlines without a pattern spends its time on.

use super::entry::Entry;

/// Below so many entries comparing is cheaper than counting.
const FEW: usize = 64;
/// With more bytes that differ, too.
const MOST_BYTES: u32 = 4;

/// Sorts by (deadline, sequence). `spare` is memory to work with; what is in it is lost.
pub(super) fn sort(run: &mut Vec<Entry>, spare: &mut Vec<Entry>) {
    if run.len() < FEW || !sort_by_bytes(run, spare) {
        run.sort_unstable_by_key(|entry| entry.order());
    }
}

/// The radix sort. False if it is not worth it, or if there were equal deadlines that did not stand in the order of their arming.
#[inline(never)]
fn sort_by_bytes(run: &mut Vec<Entry>, spare: &mut Vec<Entry>) -> bool {
    let [first, ..] = run[..] else { return true };
    let differing = run.iter().fold(0, |bits, entry| bits | (entry.deadline() ^ first.deadline()));
    let bytes = (u64::BITS - differing.leading_zeros()).div_ceil(8);
    if bytes > MOST_BYTES {
        return false;
    }
    for byte in 0..bytes {
        spare.clear();
        spare.resize(run.len(), Entry::default());
        distribute(run, spare, byte * 8);
        std::mem::swap(run, spare);
    }
    run.is_sorted_by_key(|entry| entry.order())
}

/// Moves entries to `to` in the order of one byte of their deadlines, equal ones in the order in which they stand.
fn distribute(from: &[Entry], to: &mut [Entry], shift: u32) {
    let digit = |entry: &Entry| usize::from((entry.deadline() >> shift) as u8);
    let mut places = [0_u32; 256];
    for entry in from {
        places[digit(entry)] += 1;
    }
    let mut before = 0;
    for place in &mut places {
        before += std::mem::replace(place, before);
    }
    for entry in from {
        let place = &mut places[digit(entry)];
        to[*place as usize] = *entry;
        *place += 1;
    }
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
        sort(&mut run, &mut Vec::new());
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
