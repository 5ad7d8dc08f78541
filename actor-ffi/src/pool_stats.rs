//! Statistics of pools: what they have to do, and what became of their jobs.

use actor_rt::services::pool::{DiscardReason, PoolStats};
use actor_rt::{ActorId, Body, Cx, Envelope};

use crate::exit::listener;
use crate::failure::Failure;
use crate::guard;
use crate::handle::{art_actor, art_runtime};
use crate::payload;
use crate::pool_host::ForeignPool;
use crate::status::*;
use crate::tag::ART_TAG_POOL;

/// What a pool has to do, and what became of its jobs. Each that was submitted is done, waits, is being done or was discarded: `accepted` and
/// `refused` together are `done`, `queued`, `running` and all from `expired` on.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_pool_counts {
    /// `sizeof(art_pool_counts)`, set by the caller of `art_pool_stats`, else by the library.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Workers.
    pub size: u64,
    /// Workers that have a job.
    pub active: u64,
    /// Jobs that wait.
    pub queued: u64,
    /// Jobs that workers have.
    pub running: u64,
    /// How many jobs more could begin at once.
    pub available: u64,
    /// Jobs accepted.
    pub accepted: u64,
    /// Jobs not accepted.
    pub refused: u64,
    /// Jobs done.
    pub done: u64,
    /// Tries of lost jobs that were to be tried again.
    pub retried: u64,
    /// Jobs discarded with ART_JOB_EXPIRED, accepted or not, as the next ones.
    pub expired: u64,
    /// With ART_JOB_SHED.
    pub shed: u64,
    /// With ART_JOB_SHUTDOWN.
    pub shutdown: u64,
    /// With ART_JOB_RATE_LIMITED.
    pub rate_limited: u64,
    /// With ART_JOB_LOST.
    pub lost: u64,
}

/// Fills `*out` with what a pool has to do now. Not inside a handler: for that there is `art_pool_report`.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_BUSY inside a step, ART_UNSUPPORTED if another language is the host,
/// ART_WRONG_STATE if the pool has not started, ART_NOT_FOUND, ART_WRONG_KIND for what is no pool of `art_pool_spawn`'s, ART_WRONG_RUNTIME,
/// and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `out` NULL or valid with its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pool_stats(
    rt: *mut art_runtime,
    pool: art_actor,
    out: *mut art_pool_counts,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            guard::output_size(out)?;
            let pool = block.engine.door.actor::<ForeignPool>(ActorId(pool)).map_err(payload::unknown)?;
            let stats = block.with_runtime(|runtime| pool.query(runtime, |pool, _| counts(&pool.stats())))?;
            let stats = stats.ok_or_else(|| {
                Failure::new(ART_WRONG_STATE, "the pool has not started yet, or is being restarted")
            })?;
            guard::write_struct(out, &stats)
        })
    }
}

/// Asks a pool on behalf of the actor `asker` what it has to do: that is told once, by a message with the tag ART_TAG_POOL, an
/// art_pool_counts as its payload and `pool` as its sender, when the pool has come to the jobs that were submitted before. None comes if it
/// ends first.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_FULL if the pool's mailbox is bounded and full, ART_NOT_FOUND, ART_WRONG_KIND for what is no pool of
/// `art_pool_spawn`'s, ART_WRONG_RUNTIME, ART_UNSUPPORTED for a Rust actor as the asker that takes no such messages, and the codes of every
/// owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pool_report(
    rt: *mut art_runtime,
    asker: art_actor,
    pool: art_actor,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let to = listener(block, asker)?;
            let report = move |this: &mut ForeignPool, cx: &mut Cx<'_, ForeignPool>| {
                let envelope = Envelope { tag: ART_TAG_POOL, sender: pool, ..Envelope::default() };
                // One that is gone need not know.
                _ = cx.door().send_ahead(to, &envelope, Body::Copied(counts(&this.stats()).as_bytes()));
            };
            block.engine.door.call(ActorId(pool), report).map_err(payload::refused)
        })
    }
}

/// Statistics as C has them.
pub(crate) fn counts(stats: &PoolStats) -> art_pool_counts {
    art_pool_counts {
        struct_size: size_of::<art_pool_counts>() as u32,
        reserved: 0,
        size: stats.size as u64,
        active: stats.active as u64,
        queued: stats.queued as u64,
        running: stats.running as u64,
        available: stats.available as u64,
        accepted: stats.accepted,
        refused: stats.refused,
        done: stats.done,
        retried: stats.retried,
        expired: stats.discarded(DiscardReason::Expired),
        shed: stats.discarded(DiscardReason::LoadShed),
        shutdown: stats.discarded(DiscardReason::Shutdown),
        rate_limited: stats.discarded(DiscardReason::RateLimited),
        lost: stats.discarded(DiscardReason::WorkerLost),
    }
}

impl art_pool_counts {
    fn as_bytes(&self) -> &[u8] {
        const { assert!(size_of::<Self>() == 120, "there is no padding") };
        // SAFETY: integers without padding.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).cast(), size_of::<Self>()) }
    }
}
