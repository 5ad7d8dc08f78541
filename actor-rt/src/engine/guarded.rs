//! `Guarded`: interior mutability for the parts of the shared block.
//!
//! The rule it stands for: the closure given to `with` touches only the part it was given, and runs no user code. Then two
//! accesses can never overlap, since the block stays on one thread. Debug builds check that.

#[cfg(debug_assertions)]
use std::cell::Cell;
use std::cell::UnsafeCell;

/// One part of the shared block.
pub(crate) struct Guarded<T> {
    value: UnsafeCell<T>,
    #[cfg(debug_assertions)]
    entered: Cell<bool>,
}

impl<T> Guarded<T> {
    pub(crate) const fn new(value: T) -> Self {
        Guarded {
            value: UnsafeCell::new(value),
            #[cfg(debug_assertions)]
            entered: Cell::new(false),
        }
    }

    /// Access for the time of `f`, which must neither run user code nor reach this part again.
    #[inline(always)]
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        #[cfg(debug_assertions)]
        let _entered = {
            assert!(!self.entered.replace(true), "a part of the shared block was entered twice");
            Entered(&self.entered)
        };
        // SAFETY: the block never leaves its thread, and `f` does not come back here (the rule above; checked in debug builds).
        f(unsafe { &mut *self.value.get() })
    }
}

#[cfg(debug_assertions)]
struct Entered<'a>(&'a Cell<bool>);

#[cfg(debug_assertions)]
impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
