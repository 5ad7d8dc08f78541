//! Jobs: submitted to a pool, handed to a worker as messages, and ended by it.

use std::ffi::c_void;
use std::time::Duration;

use actor_rt::services::pool::{Completion, Job, Priority};
use actor_rt::{ActorId, Body, Cx, OwnedBytes, Packet};

use crate::buffer::{self, Reference};
use crate::callback::art_drop_fn;
use crate::context::Turn;
use crate::exit::listener;
use crate::failure::{Failure, Outcome, invalid};
use crate::foreign::ForeignActor;
use crate::guard;
use crate::handle::{art_actor, art_buffer, art_context, art_job_token, art_runtime};
use crate::parcel::{Parcel, Source};
use crate::payload::{self, Handed};
use crate::pool_news::art_job_fn;
use crate::post::lost;
use crate::runtime::Block;
use crate::status::*;
use crate::submission::{self, Asker};
use crate::tag::ART_TAG_JOB;

/// A job: what it is, and how it is to be treated.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct art_job {
    /// `sizeof(art_job)`.
    pub struct_size: u32,
    /// ART_JOB_KEEP or 0.
    pub flags: u32,
    /// What it belongs to, for the routers that go by that.
    pub key: u64,
    /// The tag of its message.
    pub tag: u64,
    /// ART_JOB_NORMAL or one of its siblings.
    pub priority: u32,
    /// How often it is tried again if its worker ends before it is over, or says that it has failed. For that its payload is needed again: bytes
    /// are copied for each try but the last, and of a buffer each try has a reference. A payload that is handed over cannot be: 0.
    pub retries: u32,
    /// How long it may wait; 0 for as long as it takes.
    pub time_to_live_ns: u64,
    /// The actor that hears once, by a message, whether the job was accepted: see ART_TAG_JOB. 0 for nobody.
    pub asker: art_actor,
    /// The tag of that message; 0 for ART_TAG_JOB.
    pub answer_tag: u64,
    /// Hears the same in the place of an `asker`; NULL for nobody. If nobody wants to know, a job that is not accepted is discarded.
    pub told: art_job_fn,
    /// Argument of `told`; must stay valid until that was called, as it is once, by `art_destroy` at the latest.
    pub user: *mut c_void,
}

/// Flags of a job
/// ==============
///
/// It waits, however many do, and goes for no other one.
pub const ART_JOB_KEEP: u32 = 1;

/// How urgent a job is. A more urgent one leaves its queue first
/// ============================================================
///
/// As a job is if nothing is said.
pub const ART_JOB_NORMAL: u32 = 0;
/// Before all others.
pub const ART_JOB_HIGHEST: u32 = 1;
/// Before what is important.
pub const ART_JOB_HIGH: u32 = 2;
/// Before what is normal.
pub const ART_JOB_IMPORTANT: u32 = 3;
/// When nothing else waits.
pub const ART_JOB_BEST_EFFORT: u32 = 4;

/// Submits a job to a pool. `len` bytes at `data` are copied. The worker gets it as a message with the job's tag, the flag ART_MSG_JOB, and the
/// job's token in `detail`; the sender is the actor whose handler submitted it.
///
/// The job is done when the handler of that message returns ART_OK, or when `art_job_done` says so if the handler called
/// `art_context_job_keep`. It is tried again or lost if the worker says `art_job_failed`, or ends before; a handler that returns an error fails
/// its worker.
///
/// ART_OK means that the pool will hear of the job. Whether it accepts it is told in a later step, if the job has an `asker` or a `told`; with what
/// it refuses the payload comes back. If the pool ends before, that is ART_JOB_SHUTDOWN.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_NULL_POINTER, ART_STRUCT_SIZE, ART_INVALID_ARGUMENT, ART_TOO_LARGE, ART_FULL if the pool's mailbox is bounded and full,
/// ART_NOT_FOUND also for the asker, ART_WRONG_KIND for what is no pool of `art_pool_spawn`'s, ART_WRONG_RUNTIME, ART_UNSUPPORTED for an asker that
/// takes no such messages, ART_CLOSED during destruction, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime; `job` NULL or valid with its `struct_size`; `data` readable for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pool_submit(
    rt: *mut art_runtime,
    pool: art_actor,
    job: *const art_job,
    data: *const c_void,
    len: usize,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let job = Checked::read(block, job)?;
            let bytes = OwnedBytes::copy_of(guard::bytes(data, len)?);
            job.submit(block, ActorId(pool), bytes, Source::Copied)
        })
    }
}

/// As `art_pool_submit`, but hands the payload over by the rule of `art_post_owned`. It comes back with a job that is refused if somebody wants to
/// know. Such a job has no `retries`, since its payload exists once: make it a buffer's (`art_buffer_wrap`).
///
/// Thread: owner. May call: wake outside of a step; drop on failure.
/// Returns as `art_pool_submit`; ART_UNSUPPORTED also with `retries`. Since 0.1.
///
/// # Safety
/// As for `art_pool_submit`; `data` must stay readable for `len` bytes until `drop` runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pool_submit_owned(
    rt: *mut art_runtime,
    pool: art_actor,
    job: *const art_job,
    data: *mut c_void,
    len: usize,
    drop: art_drop_fn,
    drop_user: *mut c_void,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The payload is consumed from here on, also if the call is refused.
    let handed = unsafe { Handed::new(data, len, drop, drop_user) };
    let body = |block: &Block, handed: &mut Handed| {
        // SAFETY: the caller's promise, passed on.
        let job = unsafe { Checked::read(block, job) }?;
        if job.retries != 0 {
            return Err(Failure::new(
                ART_UNSUPPORTED,
                "job.retries: a payload that is handed over exists once; submit bytes or a buffer",
            ));
        }
        job.submit(block, ActorId(pool), handed.take()?, Source::HandedOver)
    };
    // SAFETY: as above.
    unsafe { payload::consuming(rt, handed, body) }
}

/// As `art_pool_submit` with a shared buffer: consumes one reference.
///
/// Thread: owner. May call: wake outside of a step; the buffer's drop on failure.
/// Returns as `art_pool_submit`. Since 0.1.
///
/// # Safety
/// As for `art_pool_submit`; `buffer` must be NULL or a buffer of which the caller holds a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_pool_submit_buffer(
    rt: *mut art_runtime,
    pool: art_actor,
    job: *const art_job,
    buffer: *mut art_buffer,
) -> art_status {
    // SAFETY: the caller's promise, passed on. The reference is consumed from here on, also if the call is refused.
    match unsafe { buffer::reference(buffer) } {
        Ok(bytes) => {
            let body = |block: &Block, handed: &mut Handed| {
                // SAFETY: the caller's promise, passed on.
                let (job, source) =
                    unsafe { (Checked::read(block, job)?, Source::Buffer(Reference::one_more(buffer))) };
                job.submit(block, ActorId(pool), handed.take()?, source)
            };
            // SAFETY: as above.
            unsafe { payload::consuming(rt, Handed::of(bytes), body) }
        }
        // SAFETY: as above.
        Err(failure) => unsafe { guard::owner(rt, |_| Err(failure)) },
    }
}

/// Keeps the job that is being handled open beyond this handler: `art_job_done` or `art_job_failed` ends it later. The worker gets its next one
/// when it is over, unless the pool lets it have several at once (`in_flight`).
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NO_CONTEXT if the message is no job, ART_ALREADY_REPLIED if that is over, and the codes of every owner-thread function.
/// Since 0.1.
///
/// # Safety
/// As for `art_context_self`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_job_keep(context: *mut art_context) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, turn| {
            let token = turn.job()?;
            let mut jobs = block.engine.services.jobs.borrow_mut();
            jobs.get(token).map_err(payload::settled)?.kept = true;
            Ok(())
        })
    }
}

/// Writes the number of the worker whose handler, `create` included, is running, from 0 on, to `*out`: no two workers of a pool have the same
/// at one time, and a worker that is made anew has that of the one before.
///
/// Thread: owner. May call: nothing.
/// Returns ART_OK, ART_NULL_POINTER, ART_NO_CONTEXT if the actor is nobody's worker, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// As for `art_context_self`; `out` NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_context_slot(context: *mut art_context, out: *mut u64) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::handler(context, |block, _, _| {
            let worker = block.engine.door.current().map_or(0, |id| id.0);
            let slot = block.engine.services.seats.borrow().get(&worker).map(|seat| seat.slot);
            let slot = slot.ok_or_else(|| Failure::new(ART_NO_CONTEXT, "the actor is no pool's worker"))?;
            guard::write(out, slot as u64, "out")
        })
    }
}

/// Says that a job is done, inside its handler or later, from any handler or from outside. Whatever becomes of its worker, it stays done.
///
/// Thread: owner. May call: wake outside of a step.
/// Returns ART_OK, ART_ALREADY_REPLIED if the job is over: it is done, was said to have failed, or its worker has ended; ART_NOT_FOUND for 0,
/// ART_WRONG_KIND, ART_WRONG_RUNTIME, and the codes of every owner-thread function. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_job_done(rt: *mut art_runtime, job: art_job_token) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            block.engine.services.end(job).map_err(payload::settled)?.done();
            Ok(())
        })
    }
}

/// Says that a job could not be done: it is tried again if it may be, else it is lost (ART_JOB_LOST). The worker goes on.
///
/// Thread: owner. May call: wake outside of a step. Returns as `art_job_done`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_job_failed(rt: *mut art_runtime, job: art_job_token) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            block.engine.services.end(job).map_err(payload::settled)?.failed();
            Ok(())
        })
    }
}

/// Gives a sign of life of a job that takes long: see `silence_ns` of art_pool_settings.
///
/// Thread: owner. May call: nothing. Returns as `art_job_done`. Since 0.1.
///
/// # Safety
/// `rt` must be NULL or a living runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn art_job_alive(rt: *mut art_runtime, job: art_job_token) -> art_status {
    // SAFETY: the caller's promise, passed on.
    unsafe {
        guard::owner(rt, |block| {
            let mut jobs = block.engine.services.jobs.borrow_mut();
            jobs.get(job).map_err(payload::settled)?.completion.alive_through(&block.engine.door);
            Ok(())
        })
    }
}

/// What an `art_job` says, checked.
struct Checked {
    job: Job<u64, ()>,
    tag: u64,
    retries: u32,
    stays: bool,
    asker: Asker,
}

impl Checked {
    /// # Safety
    /// As for [`guard::read_struct`].
    unsafe fn read(block: &Block, job: *const art_job) -> Outcome<Self> {
        // SAFETY: the caller's promise.
        let given = unsafe { guard::read_struct(job) }?;
        if given.flags & !ART_JOB_KEEP != 0 {
            return Err(invalid("job.flags has unknown bits"));
        }
        payload::check_tag(given.tag)?;
        let priority = match given.priority {
            ART_JOB_NORMAL => Priority::Normal,
            ART_JOB_HIGHEST => Priority::Highest,
            ART_JOB_HIGH => Priority::High,
            ART_JOB_IMPORTANT => Priority::Important,
            ART_JOB_BEST_EFFORT => Priority::BestEffort,
            _ => return Err(invalid("job.priority is none of ART_JOB_NORMAL and its siblings")),
        };
        let answer_tag = payload::tag_or(given.answer_tag, ART_TAG_JOB)?;
        let asker = match (given.asker, given.told) {
            (0, _) if given.answer_tag != 0 => return Err(invalid("job.answer_tag needs an asker")),
            (0, None) => Asker::Nobody,
            (0, told) => Asker::Host(told, given.user),
            (_, Some(_)) => return Err(invalid("job has both an asker and a told")),
            (asker, None) => Asker::Actor(listener(block, asker)?, answer_tag, block.engine.door.clone()),
        };
        let mut job = Job::new(given.key, ()).priority(priority);
        if given.time_to_live_ns != 0 {
            job = job.time_to_live(Duration::from_nanos(given.time_to_live_ns));
        }
        let stays = given.flags & ART_JOB_KEEP != 0;
        Ok(Self { job, tag: given.tag, retries: given.retries, stays, asker })
    }

    fn submit(self, block: &Block, pool: ActorId, bytes: OwnedBytes, source: Source) -> Outcome {
        let sender = block.engine.door.current().map_or(0, |id| id.0);
        let parcel = Parcel { tag: self.tag, sender, stays: self.stays, bytes, source };
        let mut job = Job::new(self.job.key, parcel).priority(self.job.priority);
        if let Some(time) = self.job.time_to_live {
            job = job.time_to_live(time);
        }
        if self.retries != 0 {
            job = job.retries(self.retries);
        }
        submission::submit(&block.engine.door, pool, job, self.asker).map_err(|(error, parcel)| {
            let failure = lost(block, pool.0, self.tag, error);
            let body = parcel.map_or(Body::Copied(b""), |parcel| Body::Owned(parcel.bytes));
            payload::give_up(block, failure, body)
        })
    }
}

/// A worker does a job.
pub(crate) fn work(
    worker: &mut ForeignActor,
    cx: &mut Cx<'_, ForeignActor>,
    parcel: Parcel,
    completion: Completion,
) {
    let services = &worker.life().block().engine.services;
    let Some(seat) = &worker.life().seat else { return completion.failed() };
    let token = services.begin(seat, completion);
    let failed = Packet::lend(&parcel.envelope(), parcel.bytes, |packet| {
        let mut turn = Turn::of(packet);
        turn.be_job(token);
        worker.take_in(cx, &turn)
    });
    match services.end_unless_kept(token) {
        Some(completion) if !failed => completion.done(),
        // One that has failed takes it along; one that keeps it says later what became of it.
        completion => drop(completion),
    }
}
