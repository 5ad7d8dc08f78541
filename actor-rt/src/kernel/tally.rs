//! The books of a lane: how many records came in and how many left. Kept in debug builds, nothing otherwise.

/// Counts of one lane.
pub(crate) struct Tally {
    #[cfg(debug_assertions)]
    waiting: std::cell::Cell<usize>,
}

impl Tally {
    pub(crate) const fn new() -> Self {
        Tally {
            #[cfg(debug_assertions)]
            waiting: std::cell::Cell::new(0),
        }
    }

    /// A record came in.
    #[inline(always)]
    pub(crate) fn enter(&self) {
        #[cfg(debug_assertions)]
        self.waiting.set(self.waiting.get() + 1);
    }

    /// A record left.
    #[inline(always)]
    pub(crate) fn leave(&self) {
        #[cfg(debug_assertions)]
        self.waiting.set(self.waiting.get() - 1);
    }

    /// All of another lane's records came over.
    #[inline(always)]
    pub(crate) fn take_over(&self, other: &Tally) {
        #[cfg(debug_assertions)]
        self.waiting.set(self.waiting.get() + other.waiting.take());
        #[cfg(not(debug_assertions))]
        let _ = other;
    }

    /// Records that must be in the lane.
    #[cfg(debug_assertions)]
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.get()
    }
}
