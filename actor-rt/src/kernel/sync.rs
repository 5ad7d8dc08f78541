//! The primitives that cross-thread code is built from, in two editions.
//!
//! Ordinary builds get those of `std`. Model builds (`--cfg loom`, unit tests only) get those of loom, which runs every
//! interleaving and every value a weak memory order may show. `kernel::block` and the folder `wake` take all atomics,
//! counted pointers, raw memory and the thread's identity from here, so that the models check the very code that ships. The one
//! lock of this crate, [`BriefLock`], is built on them.

#[cfg(not(all(test, loom)))]
mod edition {
    pub(crate) use std::alloc::{alloc, dealloc};
    pub(crate) use std::sync::Arc as TrackedArc;
    pub(crate) use std::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };

    /// `std`'s cell with loom's interface: access ends with the closure.
    pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) fn new(value: T) -> Self {
            UnsafeCell(std::cell::UnsafeCell::new(value))
        }

        pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
            read(self.0.get())
        }

        pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
            write(self.0.get())
        }
    }

    /// Tells the model checker who touches which bytes of a raw allocation; nothing in ordinary builds.
    pub(crate) struct Witness;

    impl Witness {
        #[inline(always)]
        pub(crate) fn new(_bytes: usize) -> Self {
            Witness
        }

        /// Exclusive access to what begins at `offset`.
        #[inline(always)]
        pub(crate) fn touch(&self, _offset: usize) {}
    }

    /// Waits a little for another thread; `round` counts the calls.
    pub(crate) fn relax(round: usize) {
        // Spinning covers a peer that runs on another core; one that was preempted needs this one. Sleeping is for real-time
        // threads, whose yielding lets no lower priority run.
        match round {
            0..64 => std::hint::spin_loop(),
            64..256 => std::thread::yield_now(),
            _ => std::thread::sleep(std::time::Duration::from_micros(50)),
        }
    }

    thread_local! {
        // Constant and without destructor: no lazy initialisation and nothing left to run when the thread or the library goes.
        static TOKEN: u8 = const { 0 };
    }

    /// The running thread as a number that no other living thread has. A thread that ended may pass its number on.
    #[inline]
    pub(crate) fn thread_token() -> usize {
        TOKEN.with(|token| std::ptr::from_ref(token).addr())
    }
}

#[cfg(all(test, loom))]
mod edition {
    pub(crate) use loom::alloc::{alloc, dealloc};
    pub(crate) use loom::cell::UnsafeCell;
    pub(crate) use loom::sync::Arc as TrackedArc;
    pub(crate) use loom::sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
    };

    /// One loom cell per 8 bytes: unordered accesses to the same record are found as a race.
    pub(crate) struct Witness(Vec<UnsafeCell<()>>);

    impl Witness {
        pub(crate) fn new(bytes: usize) -> Self {
            Witness((0..bytes.div_ceil(8)).map(|_| UnsafeCell::new(())).collect())
        }

        pub(crate) fn touch(&self, offset: usize) {
            self.0[offset / 8].with_mut(|_| ());
        }
    }

    pub(crate) fn relax(_round: usize) {
        loom::thread::yield_now();
    }

    loom::thread_local! {
        // A box, since loom moves the values of its thread-locals.
        static TOKEN: Box<u8> = Box::new(0);
    }

    pub(crate) fn thread_token() -> usize {
        TOKEN.with(|token| std::ptr::from_ref::<u8>(token).addr())
    }
}

pub(crate) use edition::*;

/// A lock for a few instructions that hardly ever contend.
///
/// Half the price of a `std` mutex, whose release is a read-modify-write too, and in need of no thread identity. Who finds it
/// taken waits by [`relax`].
pub(crate) struct BriefLock<T> {
    taken: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: `with` gives access to one thread at a time, so sharing the lock is sending the value to and fro.
unsafe impl<T: Send> Sync for BriefLock<T> {}

impl<T> BriefLock<T> {
    pub(crate) fn new(value: T) -> Self {
        BriefLock { taken: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// Runs `work` with exclusive access to the value. It must not lock this lock again.
    #[inline]
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        struct Release<'a>(&'a AtomicBool);
        impl Drop for Release<'_> {
            #[inline]
            fn drop(&mut self) {
                self.0.store(false, Ordering::Release);
            }
        }
        if !self.try_take() {
            self.wait();
        }
        let _release = Release(&self.taken);
        // SAFETY: we set `taken`, and until `_release` is dropped nobody else finds it clear.
        self.value.with_mut(|value| work(unsafe { &mut *value }))
    }

    #[inline]
    fn try_take(&self) -> bool {
        // Acquire pairs with the store that releases: what the last holder did lies before.
        self.taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    #[cold]
    fn wait(&self) {
        let mut round = 0;
        loop {
            relax(round);
            round += 1;
            if self.try_take() {
                return;
            }
        }
    }
}
