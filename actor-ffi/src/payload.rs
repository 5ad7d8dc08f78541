//! Payloads on their way in: whoever holds one releases it exactly once, with a reason, whatever happens to the call that
//! brought it.

use std::ffi::c_void;

use actor_rt::{DropReason, IdError, OwnedBytes, PostError};

use crate::callback::art_drop_fn;
use crate::failure::{Failure, Outcome};
use crate::guard;
use crate::handle::art_runtime;
use crate::runtime::Block;
use crate::status::*;

/// A payload that was handed over with its drop function. If it is dropped, the call that brought it was refused.
pub(crate) struct Handed(Option<OwnedBytes>);

/// Runs a body that takes a payload, on the runtime. If the call is refused, at the door or by the body, the payload is released
/// with the reason that belongs to the status.
///
/// # Safety
/// As for [`guard::owner`].
pub(crate) unsafe fn consuming(
    rt: *mut art_runtime,
    mut handed: Handed,
    body: impl FnOnce(&Block, &mut Handed) -> Outcome,
) -> art_status {
    // SAFETY: the caller's promise, passed on.
    let status = unsafe {
        guard::owner(rt, |block| {
            // A drop function may post, but neither step nor destroy what this call stands in.
            body(block, &mut handed).map_err(|failure| block.pinned(|| handed.give_up(failure)))
        })
    };
    if handed.0.is_some() {
        guard::anywhere(|| Err(handed.give_up(status.into())));
    }
    status
}

impl Handed {
    /// # Safety
    /// `data` must stay readable for `len` bytes until `drop` runs, on any thread if the payload is posted to one.
    pub(crate) unsafe fn new(
        data: *mut c_void,
        len: usize,
        drop: art_drop_fn,
        drop_user: *mut c_void,
    ) -> Self {
        // SAFETY: the caller's promise, passed on; `take` looks at NULL and the length before anybody reads.
        Self(Some(unsafe { OwnedBytes::from_raw(data, len, drop, drop_user) }))
    }

    /// A payload that needs no check.
    pub(crate) fn of(bytes: OwnedBytes) -> Self {
        Self(Some(bytes))
    }

    /// The payload, if its pointer and length make sense together.
    pub(crate) fn take(&mut self) -> Outcome<OwnedBytes> {
        let Some(bytes) = self.0.take() else { return Err(ART_INVALID_ARGUMENT.into()) };
        let (data, len, drop, user) = bytes.into_raw();
        // SAFETY: the parts as they came.
        let bytes = unsafe { OwnedBytes::from_raw(data, len, drop, user) };
        if len == 0 || (!data.is_null() && isize::try_from(len).is_ok()) {
            return Ok(bytes);
        }
        self.0 = Some(bytes);
        Err(if data.is_null() {
            Failure::new(ART_NULL_POINTER, "data is NULL")
        } else {
            ART_TOO_LARGE.into()
        })
    }
}

impl Handed {
    /// Releases the payload with the reason that belongs to a failure, which is passed on.
    #[cold]
    pub(crate) fn give_up(&mut self, failure: Failure) -> Failure {
        if let Some(bytes) = self.0.take() {
            bytes.release(reason(failure.status));
        }
        failure
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        if let Some(bytes) = self.0.take() {
            bytes.release(DropReason::Refused);
        }
    }
}

/// What a post by id was refused for, as a status.
#[cold]
pub(crate) fn refused(error: PostError) -> Failure {
    match error {
        PostError::Id(error) => unknown(error),
        PostError::Full => ART_FULL.into(),
        PostError::Refused => Failure::new(ART_UNSUPPORTED, "the actor takes no foreign messages"),
        PostError::Closed => ART_CLOSED.into(),
        _ => ART_INVALID_ARGUMENT.into(),
    }
}

/// Why an id names nothing here, as a status.
#[cold]
pub(crate) fn unknown(error: IdError) -> Failure {
    match error {
        IdError::Null => Failure::new(ART_NOT_FOUND, "the id is 0"),
        IdError::WrongKind => ART_WRONG_KIND.into(),
        IdError::WrongRuntime => ART_WRONG_RUNTIME.into(),
        _ => ART_NOT_FOUND.into(),
    }
}

/// Why a reply token is not accepted, as a status: a token that was once given out has had its outcome.
#[cold]
pub(crate) fn settled(error: IdError) -> Failure {
    match error {
        IdError::Stale => ART_ALREADY_REPLIED.into(),
        error => unknown(error),
    }
}

/// As [`give_up`], for a reply.
#[cold]
pub(crate) fn unanswerable(block: &Block, error: IdError, body: actor_rt::Body<'_>) -> Failure {
    give_up(block, settled(error), body)
}

/// The reason with which the payload of a refused call is released.
pub(crate) fn reason(status: art_status) -> DropReason {
    match status {
        ART_NOT_FOUND => DropReason::NotFound,
        ART_FULL => DropReason::Full,
        ART_CLOSED => DropReason::Closed,
        _ => DropReason::Refused,
    }
}

/// Releases the payload of a refused call on the owner thread, and passes the failure on.
#[cold]
pub(crate) fn give_up(block: &Block, failure: Failure, body: actor_rt::Body<'_>) -> Failure {
    if let actor_rt::Body::Owned(bytes) = body {
        let reason = reason(failure.status);
        // A drop function may post, but neither step nor destroy what this call stands in.
        block.pinned(|| bytes.release(reason));
    }
    failure
}

/// Tags of the application have the top bit clear and are not 0.
#[inline(always)]
pub(crate) fn check_tag(tag: u64) -> Outcome {
    if (tag as i64) > 0 { Ok(()) } else { Err(bad_tag()) }
}

#[cold]
fn bad_tag() -> Failure {
    Failure::new(ART_INVALID_ARGUMENT, "the tag is 0 or one of the runtime's")
}

/// The tag of a message of the runtime's own kind: 0 stands for its usual one.
pub(crate) fn tag_or(tag: u64, usual: u64) -> Outcome<u64> {
    if tag == 0 {
        return Ok(usual);
    }
    check_tag(tag).map(|()| tag)
}

/// Bytes to be copied.
///
/// # Safety
/// `data` must be NULL or readable for `len` bytes for the lifetime chosen.
pub(crate) unsafe fn copied<'a>(data: *const c_void, len: usize) -> Outcome<actor_rt::Body<'a>> {
    // SAFETY: the caller's promise, passed on.
    unsafe { guard::bytes(data, len) }.map(actor_rt::Body::Copied)
}
