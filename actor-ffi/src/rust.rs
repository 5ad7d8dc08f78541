//! The way from the C ABI into the runtime for Rust: for crates that say `pub use actor_ffi::*` and have Rust actors of their own.

use actor_rt::Door;

use crate::api_table::{TABLE, art_api_table};
use crate::guard;
use crate::handle::art_runtime;
use crate::status::{self, art_status};
use crate::tag::tag_of;

/// The tag of a message's name: the same number as `art_tag` in C, as a constant for `match`.
///
/// ```
/// const HELLO: u64 = actor_ffi::tag("greeter.hello");
/// assert_eq!(HELLO >> 63, 0);
/// ```
pub const fn tag(name: &str) -> u64 {
    tag_of(name.as_bytes())
}

/// The runtime behind a C handle, for spawning and reaching actors from Rust: `door.spawn(value, notify)`.
///
/// The door may be kept: it outlives the runtime, and then finds nobody. Thread: the runtime's owner.
///
/// # Errors
/// The codes of every owner-thread function: `ART_NULL_POINTER`, `ART_WRONG_THREAD`, `ART_BUSY`, `ART_POISONED`, `ART_FORKED`,
/// `ART_VERSION_MISMATCH`.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
pub unsafe fn door(rt: *mut art_runtime) -> Result<Door, art_status> {
    let mut found = None;
    // SAFETY: the caller's promise, passed on.
    let status = unsafe {
        guard::owner(rt, |block| {
            found = Some(block.engine.door.clone());
            Ok(())
        })
    };
    found.ok_or(status)
}

/// The table of all functions, which `art_api` gives C.
pub fn api_table() -> &'static art_api_table {
    &TABLE
}

/// What a status means: its name in C, and a sentence.
pub fn status_text(status: art_status) -> &'static str {
    status::text(status)
}
