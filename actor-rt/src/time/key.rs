//! The name of one armed timer.
//!
//! Invariant: a key the slab hands out never becomes valid again once its timer has fired or was cancelled; see `slots.rs` for how a slot
//! retires instead of repeating a generation.

/// Names one armed timer of one [`Timers`](super::Timers): slot and generation.
///
/// A key stays valid until its timer fires, is cancelled or is taken; afterwards every use of it is refused. Re-arming keeps the key.
/// A key of another instance may by chance name a timer here; whoever publishes keys adds the instance (see [`TimerKey::to_bits`]).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct TimerKey(u64);

impl TimerKey {
    /// Width of a generation. The public ids have 20 bits for it.
    pub(crate) const GENERATION_BITS: u32 = 20;

    const GENERATION_MASK: u32 = (1 << Self::GENERATION_BITS) - 1;

    /// The largest generation; a slot that has used it up retires. Miri, to which a million turns are hours, sees it retire early.
    pub(super) const MAX_GENERATION: u32 = if cfg!(miri) { 500 } else { Self::GENERATION_MASK };

    #[inline(always)]
    pub(super) fn new(generation: u32, slot: u32) -> Self {
        debug_assert!((1..=Self::MAX_GENERATION).contains(&generation));
        TimerKey(u64::from(generation) << 32 | u64::from(slot))
    }

    /// The key as a number, for packing into a public id: generation (20 bits, never 0) above the slot (32 bits).
    #[inline(always)]
    pub(crate) fn to_bits(self) -> u64 {
        self.0
    }

    /// The key of a number; what is above the generation is ignored. Any value is accepted: one that names no armed timer gives a key
    /// that every operation refuses.
    #[inline(always)]
    pub(crate) fn from_bits(bits: u64) -> Self {
        // Cut to the width of a generation, so that no forged value can equal the slab's mark for a vacant slot.
        TimerKey(bits & (u64::from(Self::GENERATION_MASK) << 32 | u64::from(u32::MAX)))
    }

    #[inline(always)]
    pub(super) fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[inline(always)]
    pub(super) fn slot(self) -> u32 {
        self.0 as u32
    }
}
