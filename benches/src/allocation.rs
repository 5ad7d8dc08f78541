//! Counts what a program takes from the allocator.
//!
//! Bytes are counted as the allocator spends them, not as they were asked for: a block of glibc's carries 8 bytes of
//! bookkeeping, is rounded to 16 and is never below 32. A runtime that allocates per actor would otherwise look smaller
//! than it is beside one that allocates in pages.
//!
//! The counters stay at zero unless a program installs [`Counting`] as its global allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static LIVE_BYTES: AtomicI64 = AtomicI64::new(0);

/// The counters at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Calls that obtained or moved a block, since the program started.
    pub allocations: u64,
    /// Bytes in use now, with the allocator's own overhead.
    pub live_bytes: i64,
}

/// Reads the counters.
pub fn snapshot() -> Snapshot {
    Snapshot { allocations: ALLOCATIONS.load(Relaxed), live_bytes: LIVE_BYTES.load(Relaxed) }
}

/// What a block of `layout` costs in glibc's allocator: 8 bytes of header, multiples of 16, at least 32; from
/// 128 KiB on the block is mapped in whole pages behind a 16-byte header.
fn footprint(layout: Layout) -> i64 {
    const MAPPED_FROM: usize = 128 * 1024;
    let padding = layout.align().saturating_sub(16);
    let wanted = layout.size() + padding;
    let spent = if wanted >= MAPPED_FROM {
        (wanted + 16).next_multiple_of(4096)
    } else {
        (wanted + 8).next_multiple_of(16).max(32)
    };
    spent as i64
}

/// The system's allocator, counted.
pub struct Counting;

// SAFETY: every method hands its arguments unchanged to `System`, which fulfils the contract of `GlobalAlloc`; the
// counters are atomics and never allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        LIVE_BYTES.fetch_add(footprint(layout), Relaxed);
        // SAFETY: the caller's promises about `layout` are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE_BYTES.fetch_sub(footprint(layout), Relaxed);
        // SAFETY: `block` came from `System` with this `layout`, because every allocation above did.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        // The caller promises that `new_size`, rounded up to the alignment, does not overflow: a valid layout.
        if let Ok(new_layout) = Layout::from_size_align(new_size, layout.align()) {
            LIVE_BYTES.fetch_add(footprint(new_layout) - footprint(layout), Relaxed);
        }
        // SAFETY: `block` came from `System` with this `layout`; the promises about `new_size` are passed on.
        unsafe { System.realloc(block, layout, new_size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_block_costs_the_allocators_minimum() {
        assert_eq!(footprint(Layout::new::<u64>()), 32);
    }

    #[test]
    fn a_block_pays_its_header_and_is_rounded_to_sixteen() {
        assert_eq!(footprint(Layout::new::<[u64; 7]>()), 64);
        assert_eq!(footprint(Layout::new::<[u64; 8]>()), 80);
    }

    #[test]
    fn a_large_block_costs_whole_pages() {
        assert_eq!(footprint(Layout::new::<[u8; 128 * 1024]>()), 128 * 1024 + 4096);
    }
}
