//! Telling the processor what is going to be read.

/// Starts loading a place, or its first cache line, and does not wait for it. Does nothing where the language has no such instruction.
///
/// Reading it early is no substitute: a processor goes on past a read that misses only as far as its window reaches.
#[inline(always)]
pub(crate) fn prefetch<T>(place: &T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: only a hint is given: it reads nothing as far as the program can tell. All of these processors have it.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(place).cast()) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = place;
}
