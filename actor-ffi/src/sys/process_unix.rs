//! Which process is this? A child made by `fork` must not step its parent's runtime.

/// The identity of the calling process.
pub(crate) fn identity() -> u32 {
    std::process::id()
}
