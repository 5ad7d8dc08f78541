//! Hashes that are the same in every run and on every machine: by them a worker is chosen, which is seen from outside.

use std::hash::{BuildHasherDefault, Hash, Hasher};

/// Builds hashers without a random seed.
pub(super) type Fixed = BuildHasherDefault<Fnv>;

/// FNV-1a over the little-endian bytes, mixed at the end, since short keys leave its upper bits alike.
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    // The default ones take the bytes in the machine's own order and width.
    fn write_u16(&mut self, n: u16) {
        self.write(&n.to_le_bytes());
    }

    fn write_u32(&mut self, n: u32) {
        self.write(&n.to_le_bytes());
    }

    fn write_u64(&mut self, n: u64) {
        self.write(&n.to_le_bytes());
    }

    fn write_u128(&mut self, n: u128) {
        self.write(&n.to_le_bytes());
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn finish(&self) -> u64 {
        // The end of splitmix64.
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }
}

/// The slot of a key among so many: Lamping and Veach's jump hash. With one more slot only those keys move that go there.
pub(super) fn slot_of<K: Hash>(key: &K, slots: usize) -> usize {
    let mut hasher = Fnv::default();
    key.hash(&mut hasher);
    let mut state = hasher.finish();
    let (mut slot, mut next) = (0, 0);
    while next < slots {
        slot = next;
        state = state.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        let part = (1_u64 << 31) as f64 / ((state >> 33) + 1) as f64;
        next = ((slot + 1) as f64 * part) as usize;
    }
    slot
}

#[cfg(test)]
mod tests {
    use super::slot_of;

    #[test]
    fn the_slot_of_a_key_is_the_same_for_ever() {
        let slots: Vec<_> = (0..12_u32).map(|key| slot_of(&key, 5)).collect();
        assert_eq!(slots, [1, 0, 1, 0, 0, 4, 0, 4, 1, 1, 4, 3]);
        assert_eq!(["a", "b", "c", "ada"].map(|key| slot_of(&key, 5)), [3, 2, 3, 0]);
    }

    #[test]
    fn keys_are_spread_evenly_and_few_of_them_move() {
        let mut counts = [0; 8];
        let mut moved = 0;
        for key in 0..8_000_u64 {
            counts[slot_of(&key, 8)] += 1;
            let next = slot_of(&key, 9);
            assert!(next == slot_of(&key, 8) || next == 8);
            moved += u32::from(next == 8);
        }
        assert!(counts.iter().all(|count| (900..1_100).contains(count)), "{counts:?}");
        assert!((780..1_000).contains(&moved), "{moved}");
    }
}
