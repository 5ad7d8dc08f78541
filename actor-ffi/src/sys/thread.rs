//! Which thread is this? One number, unequal for any two threads that live at the same time, read without a call.
//!
//! A thread-local variable of a shared library is reached through a call of `__tls_get_addr`, which would cost more than
//! all other checks of a post together. The thread pointer itself is such a number, and one instruction. Where we do
//! not know how to read it, the address of a thread-local without destructor serves; with a destructor, unloading the
//! library would end in a crash at the thread's exit, which is also why `std::thread::current()` is not used.

/// The identity of the calling thread, never 0.
#[inline(always)]
pub(crate) fn identity() -> usize {
    identity_plus(0)
}

/// The sum of a number and the identity of the calling thread; where it can be, no dearer than the latter alone.
#[inline(always)]
pub(crate) fn identity_plus(number: usize) -> usize {
    imp::identity_plus(number)
}

#[cfg(all(target_os = "linux", target_arch = "x86_64", target_pointer_width = "64", not(miri)))]
mod imp {
    #[inline(always)]
    pub(super) fn identity_plus(number: usize) -> usize {
        let sum: usize;
        // SAFETY: the ABI of x86-64 ELF puts the address of the thread control block into its first word, at fs:0, for
        // as long as the thread runs. The read changes no memory. It is not `pure`: a coroutine may be resumed on another
        // thread between two calls.
        unsafe {
            core::arch::asm!("add {}, fs:[0]", inout(reg) number => sum, options(nostack, readonly));
        }
        sum
    }
}

#[cfg(all(target_os = "linux", target_arch = "aarch64", not(miri)))]
mod imp {
    #[inline(always)]
    pub(super) fn identity_plus(number: usize) -> usize {
        let pointer: usize;
        // SAFETY: TPIDR_EL0 is readable in user mode and holds the thread pointer on Linux. The read has no effect.
        unsafe {
            core::arch::asm!("mrs {}, tpidr_el0", out(reg) pointer, options(nostack, preserves_flags, nomem));
        }
        number.wrapping_add(pointer)
    }
}

#[cfg(not(all(
    target_os = "linux",
    any(all(target_arch = "x86_64", target_pointer_width = "64"), target_arch = "aarch64"),
    not(miri)
)))]
mod imp {
    use std::cell::Cell;

    thread_local! {
        static HERE: Cell<u8> = const { Cell::new(0) };
    }

    #[inline]
    pub(super) fn identity_plus(number: usize) -> usize {
        number.wrapping_add(HERE.with(|here| core::ptr::from_ref(here).addr()))
    }
}

#[cfg(test)]
mod tests {
    use super::identity;

    #[test]
    fn two_living_threads_never_share_an_identity() {
        let here = identity();
        assert_ne!(here, 0);
        assert_eq!(here, identity());
        let there = std::thread::spawn(identity).join().unwrap();
        assert_ne!(here, there);
    }
}
