//! A job on its way to its pool, and the answer whether that accepts it.

use std::ffi::c_void;
use std::mem;
use std::ptr;

use actor_rt::services::pool::{DiscardReason, Rejected};
use actor_rt::{ActorId, Body, Cx, Door, DropReason, Envelope, PostError, Ret};

use crate::carried::{Carried, carry};
use crate::parcel::{ForeignJob, Parcel};
use crate::pool_host::{self, ForeignPool, Reason};
use crate::pool_news::{ART_JOB_ACCEPTED, art_job_fn};

/// Who wants to know.
pub(crate) enum Asker {
    Nobody,
    Actor(ActorId, u64, Door),
    Host(art_job_fn, *mut c_void),
}

/// A job on its way. One that never arrives is answered nevertheless.
struct Submission {
    pool: ActorId,
    job: Option<ForeignJob>,
    asker: Asker,
}

/// Sends a job to its pool. On an error its message comes back.
pub(crate) fn submit(
    door: &Door,
    pool: ActorId,
    job: ForeignJob,
    asker: Asker,
) -> Result<(), (PostError, Option<Parcel>)> {
    let send = |submission: Carried<Submission>| {
        let arrive = move |pool: &mut ForeignPool, cx: &mut Cx<'_, ForeignPool>| {
            if let Some(submission) = submission.take() {
                submission.arrive(pool, cx);
            }
        };
        door.call(pool, arrive)
    };
    let refused = carry(Submission { pool, job: Some(job), asker }, send);
    refused.map_err(|(error, submission)| {
        // The caller is told.
        let job = submission.and_then(|mut submission| submission.job.take());
        (error, job.map(|job| job.message))
    })
}

impl Submission {
    fn arrive(mut self, pool: &mut ForeignPool, cx: &mut Cx<'_, ForeignPool>) {
        let Some(job) = self.job.take() else { return };
        let (id, key) = (self.pool, job.key);
        match mem::replace(&mut self.asker, Asker::Nobody) {
            Asker::Nobody => pool.dispatch(cx, job),
            asker => pool.submit(cx, job, Ret::new(move |answer| asker.hear(id, key, answer))),
        }
    }
}

impl Drop for Submission {
    fn drop(&mut self) {
        if let Some(job) = self.job.take() {
            let asker = mem::replace(&mut self.asker, Asker::Nobody);
            asker.tell(self.pool, job.key, Some(job.message), DiscardReason::Shutdown.into());
        }
    }
}

impl Asker {
    fn hear(self, pool: ActorId, key: u64, answer: Option<Result<(), Rejected<u64, Parcel>>>) {
        match answer {
            Some(Ok(())) => self.tell(pool, key, None, Reason(ART_JOB_ACCEPTED, DropReason::Delivered)),
            Some(Err(Rejected { job, reason, .. })) => self.tell(pool, key, Some(job.message), reason.into()),
            // It was lost by a panic of the host's functions, and discarded.
            None => self.tell(pool, key, None, DiscardReason::Shutdown.into()),
        }
    }

    /// Tells whoever wants to know, with the payload if it comes back.
    fn tell(self, pool: ActorId, key: u64, parcel: Option<Parcel>, reason: Reason) {
        match self {
            Asker::Nobody => pool_host::tell((None, ptr::null_mut()), key, parcel, reason),
            Asker::Host(told, user) => pool_host::tell((told, user), key, parcel, reason),
            Asker::Actor(to, tag, door) => {
                let Reason(number, release) = reason;
                let status = number as i32;
                let envelope = Envelope { tag, sender: pool.0, status, ..Envelope::default() };
                let body = parcel.map_or(Body::Copied(b""), |parcel| Body::Owned(parcel.bytes));
                // One that is gone need not know.
                if let Err((_, Body::Owned(bytes))) = door.send_ahead(to, &envelope, body) {
                    bytes.release(release);
                }
            }
        }
    }
}
