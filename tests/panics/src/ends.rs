//! What ends the process, as Rust has no way back from it.

use std::hint::black_box;

/// A destructor that panics while a panic unwinds.
pub(crate) fn panic_while_unwinding() {
    struct Merciless;
    impl Drop for Merciless {
        fn drop(&mut self) {
            panic!("the second panic");
        }
    }
    let _merciless = Merciless;
    panic!("the first panic");
}

/// Calls itself until the stack is used up.
pub(crate) fn overflow_the_stack() {
    black_box(deeper(u64::MAX));
}

fn deeper(left: u64) -> u64 {
    let frame = black_box([left; 512]);
    if left == 0 {
        return 0;
    }
    // The sum keeps it from being a loop.
    deeper(left - 1) + frame[0]
}

/// Asks for more than any allocator has.
pub(crate) fn exhaust_the_memory() {
    black_box(Vec::<u8>::with_capacity(isize::MAX as usize));
}
