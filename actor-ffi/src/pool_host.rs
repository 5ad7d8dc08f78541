//! The functions of a pool's host, with their argument.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;

use actor_rt::services::pool::{DiscardReason, Discarded, Pool, PoolEvent};
use actor_rt::{DropReason, OwnedBytes};

use crate::callback::art_release_fn;
use crate::parcel::{self, Parcel};
use crate::ping::nanoseconds;
use crate::pool::{art_choose_fn, art_pool_config};
use crate::pool_news::*;
use crate::runtime::Block;

/// A pool of C's.
pub(crate) type ForeignPool = Pool<u64, Parcel>;

/// A pool's functions. Their argument is released when the last of what calls them is gone.
pub(crate) struct PoolHost {
    /// Null before the spawn is admitted.
    pub(crate) block: Cell<*const Block>,
    choose: art_choose_fn,
    discarded: art_job_fn,
    event: art_pool_event_fn,
    user: *mut c_void,
    user_drop: art_release_fn,
}

impl PoolHost {
    /// From here on the argument is consumed.
    pub(crate) fn new(config: &art_pool_config) -> std::rc::Rc<Self> {
        std::rc::Rc::new(Self {
            block: Cell::new(ptr::null()),
            choose: config.choose,
            discarded: config.discarded,
            event: config.event,
            user: config.user,
            user_drop: config.user_drop,
        })
    }

    pub(crate) fn choose(&self, key: u64, size: usize) -> usize {
        // SAFETY: the function came with this argument.
        let chosen = self.choose.map_or(0, |choose| unsafe { choose(self.user, key, size as u64) });
        // Less than a million.
        (chosen % size as u64) as usize
    }

    pub(crate) fn discarded(&self, job: Discarded<u64, Parcel>) {
        tell((self.discarded, self.user), job.key, job.message, job.reason);
    }

    pub(crate) fn happened(&self, event: &PoolEvent) {
        let Some(tell) = self.event else { return };
        let (kind, worker, slot, silence_ns) = match event {
            PoolEvent::Started => (ART_POOL_STARTED, 0, 0, 0),
            PoolEvent::Draining => (ART_POOL_DRAINING, 0, 0, 0),
            PoolEvent::Stopped => (ART_POOL_STOPPED, 0, 0, 0),
            PoolEvent::Silent { slot, worker, silence } => {
                (ART_POOL_SILENT, worker.map_or(0, |id| id.0), *slot as u64, nanoseconds(*silence))
            }
            // One that came later than this library.
            _ => return,
        };
        let struct_size = size_of::<art_pool_event>() as u32;
        let event = art_pool_event { struct_size, kind, worker, slot, silence_ns };
        // SAFETY: the function came with this argument; the event is borrowed for the call.
        unsafe { tell(self.user, &raw const event) }
    }
}

impl Drop for PoolHost {
    fn drop(&mut self) {
        let Some(release) = self.user_drop else { return };
        // SAFETY: the function came with the argument, and this is its only call.
        let release = || unsafe { release(self.user) };
        // SAFETY: null, or the block of the runtime whose pool this was, which outlives its actors.
        match unsafe { self.block.get().as_ref() } {
            Some(block) => block.pinned(release),
            None => release(),
        }
    }
}

/// Tells a function of the host's what became of a job; 0 for that it was accepted. What that does not take over is released.
pub(crate) fn tell(
    (told, user): (art_job_fn, *mut c_void),
    key: u64,
    parcel: Option<Parcel>,
    reason: impl Into<Reason>,
) {
    let Reason(reason, release) = reason.into();
    let (tag, sender) = parcel.as_ref().map_or((0, 0), |parcel| (parcel.tag, parcel.sender));
    let bytes = parcel.map(|parcel| parcel.bytes);
    let Some(told) = told else {
        return bytes.into_iter().for_each(|bytes| bytes.release(release));
    };
    let is_back = bytes.is_some();
    let (data, len, drop, drop_user) =
        bytes.map_or((ptr::null_mut(), 0, None, ptr::null_mut()), OwnedBytes::into_raw);
    let struct_size = size_of::<art_job_outcome>() as u32;
    let outcome = art_job_outcome { struct_size, reason, key, tag, sender, data, len, drop, drop_user };
    // SAFETY: the function came with this argument; the outcome is borrowed for the call.
    let is_taken = unsafe { told(user, &raw const outcome) } == 1;
    if is_back && !is_taken {
        // SAFETY: the parts as they were taken out above.
        unsafe { OwnedBytes::from_raw(data, len, drop, drop_user) }.release(release);
    }
}

/// Why a job comes back, as C has it, and as the release of its payload has it.
pub(crate) struct Reason(pub(crate) u32, pub(crate) DropReason);

impl From<DiscardReason> for Reason {
    fn from(reason: DiscardReason) -> Self {
        let number = match reason {
            DiscardReason::Expired => ART_JOB_EXPIRED,
            DiscardReason::LoadShed => ART_JOB_SHED,
            DiscardReason::RateLimited => ART_JOB_RATE_LIMITED,
            DiscardReason::WorkerLost => ART_JOB_LOST,
            _ => ART_JOB_SHUTDOWN,
        };
        Self(number, parcel::release_reason(reason))
    }
}
