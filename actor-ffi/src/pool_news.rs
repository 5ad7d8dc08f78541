//! News of pools: what they tell of jobs, and of themselves.

use std::ffi::c_void;

use crate::callback::art_drop_fn;
use crate::handle::art_actor;

/// What became of a job: that it was accepted, or why it is not done.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_job_outcome {
    /// Size of this struct in bytes, set by the library.
    pub struct_size: u32,
    /// ART_JOB_... New ones may appear.
    pub reason: u32,
    /// Its key.
    pub key: u64,
    /// The tag of its message; 0 if a worker has that.
    pub tag: u64,
    /// The actor whose handler submitted it; 0 if none did, or a worker has its message.
    pub sender: art_actor,
    /// Its payload, as an art_payload has it; NULL if the job was accepted, or a worker has it.
    pub data: *mut c_void,
    /// Its length.
    pub len: usize,
    /// What frees it; NULL if nothing needs to be done.
    pub drop: art_drop_fn,
    /// Argument of `drop`.
    pub drop_user: *mut c_void,
}

/// What becomes of a job
/// =====================
///
/// The pool has accepted it.
pub const ART_JOB_ACCEPTED: u32 = 0;
/// It waited longer than it may.
pub const ART_JOB_EXPIRED: u32 = 1;
/// There was no room for it, or another one took its place.
pub const ART_JOB_SHED: u32 = 2;
/// The pool drains, or has ended.
pub const ART_JOB_SHUTDOWN: u32 = 3;
/// More jobs came than the pool's rate lets through.
pub const ART_JOB_RATE_LIMITED: u32 = 4;
/// Its worker was lost, or said that it had failed, and it is not to be tried again. The worker had its payload.
pub const ART_JOB_LOST: u32 = 5;

/// Hears what became of a job, on the owner thread. `outcome` is borrowed. Returns 1 to take over the payload, whose `drop` it then calls once,
/// or hands it on; 0 to have it released when it has returned.
pub type art_job_fn =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, outcome: *const art_job_outcome) -> u32>;

/// What happens to a pool.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_pool_event {
    /// Size of this struct in bytes, set by the library.
    pub struct_size: u32,
    /// ART_POOL_STARTED or one of its siblings. New ones may appear.
    pub kind: u32,
    /// Of ART_POOL_SILENT: the worker.
    pub worker: art_actor,
    /// Of ART_POOL_SILENT: its number, from 0 on.
    pub slot: u64,
    /// Of ART_POOL_SILENT: for how long, in ns.
    pub silence_ns: u64,
}

/// What happens to pools
/// =====================
///
/// Its workers have been started, and it takes jobs.
pub const ART_POOL_STARTED: u32 = 0;
/// It takes no more jobs, and ends when all are over.
pub const ART_POOL_DRAINING: u32 = 1;
/// It has ended, in whatever way; all that it had to say of its jobs is said.
pub const ART_POOL_STOPPED: u32 = 2;
/// A worker has a job and has given no sign of life for too long: see `art_job_alive`. Told once, until it gives one.
pub const ART_POOL_SILENT: u32 = 3;

/// Hears what happens to a pool, on the owner thread. `event` is borrowed.
pub type art_pool_event_fn =
    Option<unsafe extern "C-unwind" fn(user: *mut c_void, event: *const art_pool_event)>;
