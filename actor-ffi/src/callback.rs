//! Callbacks. The types that more than one struct uses. They are `extern "C-unwind"`, so that a C++ exception that slips
//! through meets a defined end (the process is aborted with a message) instead of undefined behaviour.

use std::ffi::{c_char, c_void};

/// "Arrange that `art_step` is called soon, on the owner thread." Called on any thread, at most once between two
/// steps, never inside a step, and without a lock held. `flags` (ART_WAKE_...) is a hint; the meaning is always the
/// same. What may be called inside it stands under "Callbacks" at the top of this file.
pub type art_wake_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void, flags: u32)>;

/// Frees `user`. Called exactly once.
pub type art_release_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void)>;

/// Frees a payload that was handed over. Called exactly once, with the reason (ART_DROP_...). On the owner thread, or,
/// if the call that handed it over failed, on the calling thread before that call returns. From inside it, posting is
/// allowed; `art_step` and `art_destroy` answer ART_BUSY.
pub type art_drop_fn =
    Option<unsafe extern "C-unwind" fn(data: *mut c_void, len: usize, user: *mut c_void, reason: u32)>;

/// Returns monotonic nanoseconds. Called on the owner thread; must not call the library.
pub type art_clock_fn = Option<unsafe extern "C-unwind" fn(user: *mut c_void) -> u64>;

/// Takes a text that is nobody's return value: a slow handler, the failure of an actor that `art_spawn` made, a child of the root that
/// failed too often while nobody listens (`art_on_escalation`). `text` is UTF-8, ends without NUL or newline, and is borrowed for the call; `level` is ART_LOG_... Called on the owner thread;
/// must not call the library.
pub type art_log_fn =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, level: u32, text: *const c_char, len: usize)>;

/// Wake flags
/// ==========
///
/// The owner thread queued something outside of a step.
pub const ART_WAKE_LOCAL: u32 = 1;
/// Another thread queued something or rang.
pub const ART_WAKE_REMOTE: u32 = 2;
/// The earliest deadline is now earlier than the one last reported.
pub const ART_WAKE_DEADLINE: u32 = 4;

/// Reasons of a drop
/// =================
///
/// The handler has seen the message and returned.
pub const ART_DROP_DELIVERED: u32 = 0;
/// The receiver ended before it came to the message, or what was asked for was withdrawn.
pub const ART_DROP_CANCELLED: u32 = 1;
/// The runtime was destroyed, or had been.
pub const ART_DROP_CLOSED: u32 = 2;
/// There was no such receiver when the message was posted.
pub const ART_DROP_NOT_FOUND: u32 = 3;
/// The receiver's mailbox was full.
pub const ART_DROP_FULL: u32 = 4;
/// The call that handed it over was refused for another reason; its status says why.
pub const ART_DROP_REFUSED: u32 = 5;
/// Its turn came when its time to live was over.
pub const ART_DROP_EXPIRED: u32 = 6;

/// Log levels
/// ==========
///
/// Something failed.
pub const ART_LOG_ERROR: u32 = 1;
/// Something will fail, or is slow.
pub const ART_LOG_WARNING: u32 = 2;
/// Worth knowing.
pub const ART_LOG_INFO: u32 = 3;
