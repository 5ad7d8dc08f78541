//! A library of an application's own that also offers the C functions to the rest of its process.

// Without this line the linker drops them.
pub use actor_ffi::*;

/// Something of the application's own.
#[unsafe(no_mangle)]
pub extern "C" fn application_answer() -> i32 {
    42
}
