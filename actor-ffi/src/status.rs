//! Status codes. Zero is success and negative numbers are errors; a number once given keeps its meaning for ever.

use std::ffi::c_char;

/// What a call returns: `ART_OK`, or one of the negative codes below. New codes may appear in later versions.
/// A handler of yours may return codes of its own at or below `ART_USER_ERROR`; they travel unchanged.
pub type art_status = i32;

/// Success.
pub const ART_OK: i32 = 0;
/// An argument is out of its range; unknown flag bits count as that.
pub const ART_INVALID_ARGUMENT: i32 = -1;
/// A pointer that must not be NULL is NULL.
pub const ART_NULL_POINTER: i32 = -2;
/// `struct_size` is smaller than the first released form of the struct or is the size of none, or the struct is larger
/// than this library knows and asks for something it does not have.
pub const ART_STRUCT_SIZE: i32 = -3;
/// A text is not UTF-8.
pub const ART_INVALID_UTF8: i32 = -4;
/// The function belongs to the owner thread of the runtime and was called on another one. Nothing was touched.
pub const ART_WRONG_THREAD: i32 = -5;
/// The call is not possible from where it was made: `art_step` inside a handler, any call inside `wake`,
/// `art_destroy` inside a handler. Harmless: nothing was changed.
pub const ART_BUSY: i32 = -6;
/// The id names something that is no longer there: an actor that has ended, a timer that has fired.
pub const ART_NOT_FOUND: i32 = -7;
/// The id names something of another kind, such as a timer where an actor is wanted.
pub const ART_WRONG_KIND: i32 = -8;
/// The id was given out by another runtime of this process.
pub const ART_WRONG_RUNTIME: i32 = -9;
/// The runtime behind a remote or a waker has been destroyed, or is just being destroyed.
pub const ART_CLOSED: i32 = -10;
/// The receiver's mailbox is at its capacity.
pub const ART_FULL: i32 = -11;
/// The context is not in its handler, or there is no message to reply to or to take a payload from.
pub const ART_NO_CONTEXT: i32 = -12;
/// The ask has had its one outcome, or the job is over.
pub const ART_ALREADY_REPLIED: i32 = -13;
/// A panic was caught in Rust code that belongs to no actor. The runtime stays usable. As an exit reason: a Rust actor panicked.
pub const ART_PANICKED: i32 = -14;
/// A panic was caught inside the runtime itself. Only `art_destroy` and `art_last_message` still work.
pub const ART_POISONED: i32 = -15;
/// The process is a fork of the one that created the runtime. `art_destroy` runs no callback here, and frees nothing.
pub const ART_FORKED: i32 = -16;
/// The library is too old for the caller, or the pointer comes from another copy of the library in this process.
pub const ART_VERSION_MISMATCH: i32 = -17;
/// The platform or this version has no such thing.
pub const ART_UNSUPPORTED: i32 = -18;
/// Memory could not be had. Reserved: so far that ends the process.
pub const ART_NO_MEMORY: i32 = -19;
/// The name or the tag is taken by something else.
pub const ART_ALREADY_EXISTS: i32 = -20;
/// The payload, or a text, is longer than an object can be.
pub const ART_TOO_LARGE: i32 = -21;
/// The operating system refused; `errno` says more.
pub const ART_SYSTEM: i32 = -22;
/// An actor failed without giving a code of its own.
pub const ART_FAILED: i32 = -23;
/// The actor is not in the state that the call needs: one that is paused already, or was never.
pub const ART_WRONG_STATE: i32 = -24;
/// Actors would wait for each other for ever: `art_last_message` says which.
pub const ART_WOULD_DEADLOCK: i32 = -25;
/// Codes of your own handlers lie at or below this number; the library uses none of them.
pub const ART_USER_ERROR: i32 = -1000;

/// The texts of the library's codes in one place: the code, its C name and what it means, as one NUL-terminated line.
const TEXTS: &[(art_status, &str)] = &[
    (ART_OK, "ART_OK: success\0"),
    (
        ART_INVALID_ARGUMENT,
        "ART_INVALID_ARGUMENT: an argument is out of its range, or the runtime pointer is not one; art_last_message says which\0",
    ),
    (
        ART_NULL_POINTER,
        "ART_NULL_POINTER: a pointer that must not be NULL is NULL; was the runtime created, and not yet destroyed?\0",
    ),
    (
        ART_STRUCT_SIZE,
        "ART_STRUCT_SIZE: struct_size does not fit this library; begin with the struct's ..._INIT macro\0",
    ),
    (ART_INVALID_UTF8, "ART_INVALID_UTF8: a text is not UTF-8; convert it first\0"),
    (
        ART_WRONG_THREAD,
        "ART_WRONG_THREAD: the runtime belongs to another thread; from here use an art_remote or an art_waker made there\0",
    ),
    (
        ART_BUSY,
        "ART_BUSY: the call is not possible inside a handler or inside wake; make it from the loop, or as a host call\0",
    ),
    (ART_NOT_FOUND, "ART_NOT_FOUND: what the id named is gone; the actor has ended, the timer has fired\0"),
    (
        ART_WRONG_KIND,
        "ART_WRONG_KIND: the id names something of another kind; actors, timers and reply tokens are told apart\0",
    ),
    (
        ART_WRONG_RUNTIME,
        "ART_WRONG_RUNTIME: the id belongs to another runtime; use it with the one that gave it out\0",
    ),
    (ART_CLOSED, "ART_CLOSED: the runtime has been destroyed, or is just being\0"),
    (
        ART_FULL,
        "ART_FULL: the receiver's mailbox is at its capacity; step first, post later or raise the capacity\0",
    ),
    (
        ART_NO_CONTEXT,
        "ART_NO_CONTEXT: the context is not in its handler, or the message has no such thing to reply to or to take\0",
    ),
    (ART_ALREADY_REPLIED, "ART_ALREADY_REPLIED: the ask has had its outcome, or the job is over\0"),
    (ART_PANICKED, "ART_PANICKED: a panic outside of any actor was caught; the runtime stays usable\0"),
    (ART_POISONED, "ART_POISONED: the runtime is unusable after a panic inside it; destroy it\0"),
    (ART_FORKED, "ART_FORKED: the runtime belongs to the parent process; create another one after fork\0"),
    (
        ART_VERSION_MISMATCH,
        "ART_VERSION_MISMATCH: the library is too old, or the pointer belongs to another copy of it in this process\0",
    ),
    (
        ART_UNSUPPORTED,
        "ART_UNSUPPORTED: not available on this platform, in this version or for this receiver; or the host's alone, which is another language\0",
    ),
    (ART_NO_MEMORY, "ART_NO_MEMORY: out of memory\0"),
    (ART_ALREADY_EXISTS, "ART_ALREADY_EXISTS: the name or tag is taken\0"),
    (ART_TOO_LARGE, "ART_TOO_LARGE: the payload is longer than an object can be; is the length right?\0"),
    (ART_SYSTEM, "ART_SYSTEM: the operating system refused; errno says why\0"),
    (ART_FAILED, "ART_FAILED: an actor failed without giving a code of its own\0"),
    (
        ART_WRONG_STATE,
        "ART_WRONG_STATE: the actor is not in the state that the call needs; ask art_locate where it is\0",
    ),
    (
        ART_WOULD_DEADLOCK,
        "ART_WOULD_DEADLOCK: actors would wait for each other for ever; use art_ask, which does not wait, in one of them\0",
    ),
];

/// The text of a code with its terminating NUL.
fn line(status: art_status) -> &'static str {
    match TEXTS.iter().find(|(code, _)| *code == status) {
        Some((_, line)) => line,
        None if status <= ART_USER_ERROR => "a code of the application's own\0",
        None => "a status this library does not know\0",
    }
}

/// The text of a code without its terminating NUL.
pub(crate) fn text(status: art_status) -> &'static str {
    let line = line(status);
    &line[..line.len() - 1]
}

/// Returns one line of English for a status code, of the form `ART_BUSY: what it means`. Never NULL; the text is
/// static and NUL-terminated.
///
/// Thread: any. May call: nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn art_status_text(status: art_status) -> *const c_char {
    line(status).as_ptr().cast()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    #[test]
    fn every_code_has_a_text_of_its_own_that_ends_in_one_nul() {
        for (index, (code, line)) in TEXTS.iter().enumerate() {
            assert_eq!(*code, -(index as i32), "codes are dense, so that a new one cannot be forgotten");
            assert_eq!(line.find('\0'), Some(line.len() - 1));
            // SAFETY: the assertion above shows that the text ends in a NUL; it is static.
            let seen = unsafe { CStr::from_ptr(art_status_text(*code)) };
            assert_eq!(seen.to_str(), Ok(text(*code)));
        }
    }

    #[test]
    fn unknown_codes_have_a_text_too() {
        assert!(text(ART_USER_ERROR - 7).contains("application"));
        assert!(text(-999).contains("does not know"));
        assert!(text(5).contains("does not know"));
    }
}
