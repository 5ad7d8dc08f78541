//! The host's `wake`, as the target that the runtime calls.
//!
//! Invariants: while `wake` runs on the owner thread the door is shut, so that nothing of the runtime can be entered from
//! inside it. `wake_drop` runs when `WakeDrop` is dropped: once, on the owner thread, and after every other callback.

use std::ffi::c_void;

use actor_rt::{WakeFlags, WakeTarget};

use crate::callback::{ART_WAKE_DEADLINE, ART_WAKE_LOCAL, ART_WAKE_REMOTE, art_release_fn, art_wake_fn};
use crate::config::art_config;
use crate::runtime::{Block, Prelude};

/// `wake` with its argument, and the block whose door is to be shut meanwhile.
pub(crate) struct HostWake {
    block: *const Block,
    wake: art_wake_fn,
    user: *mut c_void,
}

/// `wake_drop` with its argument: called when this is dropped.
pub(crate) struct WakeDrop {
    drop: art_release_fn,
    user: *mut c_void,
}

// SAFETY: the header says that `wake` is called on any thread. Of the block only the prelude is touched, which consists of atomics and
// constants, and which lives until the target is dropped: `art_destroy` drops the runtime first, which waits for calls of `wake`
// under way.
unsafe impl Send for HostWake {}
// SAFETY: as above.
unsafe impl Sync for HostWake {}

const _: () = {
    assert!(WakeFlags::LOCAL.bits() == ART_WAKE_LOCAL);
    assert!(WakeFlags::REMOTE.bits() == ART_WAKE_REMOTE);
    assert!(WakeFlags::DEADLINE.bits() == ART_WAKE_DEADLINE);
};

impl HostWake {
    /// The target, if the configuration has one. The block must outlive it.
    pub(crate) fn new(config: &art_config, block: *const Block) -> Option<Self> {
        config.wake.is_some().then_some(Self { block, wake: config.wake, user: config.wake_user })
    }
}

impl WakeDrop {
    /// From here on `wake_drop` will be called.
    pub(crate) fn new(config: &art_config) -> Self {
        Self { drop: config.wake_drop, user: config.wake_user }
    }
}

impl WakeTarget for HostWake {
    fn wake(&self, flags: WakeFlags) {
        // SAFETY: the block lives as long as the target, see above; only the prelude is borrowed.
        let prelude = unsafe { &(*self.block).prelude };
        // SAFETY: the function came with this argument, and `wake_drop` runs after the runtime, which holds this, is gone.
        unsafe { call(prelude, self.wake, self.user, flags.bits()) };
    }
}

impl Drop for WakeDrop {
    fn drop(&mut self) {
        if let Some(release) = self.drop {
            // SAFETY: the function came with this argument, and this is its only call.
            unsafe { release(self.user) };
        }
    }
}

/// Calls a host's `wake` with the door shut, if this is the owner thread.
///
/// # Safety
/// `user` must be the argument that `wake` was given with, and `wake_drop` must not have run.
pub(crate) unsafe fn call(prelude: &Prelude, wake: art_wake_fn, user: *mut c_void, flags: u32) {
    let Some(wake) = wake else { return };
    let _shut = prelude.shut_for_wake();
    // SAFETY: the caller's promise.
    unsafe { wake(user, flags) };
}
