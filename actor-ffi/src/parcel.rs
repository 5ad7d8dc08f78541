//! The message of a job: what its worker is told, and what can be tried again.

use actor_rt::services::pool::{DiscardReason, Job};
use actor_rt::{DropReason, Envelope, OwnedBytes};

use crate::buffer::Reference;
use crate::handle::art_actor;

/// The message of a job.
pub(crate) struct Parcel {
    pub(crate) tag: u64,
    pub(crate) sender: art_actor,
    /// It is not discarded for others.
    pub(crate) stays: bool,
    pub(crate) bytes: OwnedBytes,
    pub(crate) source: Source,
}

/// Where the payload of a job came from, which says whether there can be another one like it.
#[derive(Clone)]
pub(crate) enum Source {
    /// The bytes are a copy of ours.
    Copied,
    /// The payload is a reference to this buffer.
    Buffer(Reference),
    /// The payload was handed over, and exists once.
    HandedOver,
}

/// For another try.
impl Clone for Parcel {
    fn clone(&self) -> Self {
        let bytes = match &self.source {
            Source::Copied => OwnedBytes::copy_of(self.bytes.as_slice()),
            Source::Buffer(buffer) => buffer.clone().into_payload(),
            Source::HandedOver => unreachable!("a job whose payload exists once has no retries"),
        };
        Self { bytes, source: self.source.clone(), ..*self }
    }
}

impl Parcel {
    pub(crate) fn envelope(&self) -> Envelope {
        Envelope { tag: self.tag, sender: self.sender, ..Envelope::default() }
    }
}

/// A job as pools of C have them.
pub(crate) type ForeignJob = Job<u64, Parcel>;

/// The reason with which a payload is released that no worker gets.
pub(crate) fn release_reason(reason: DiscardReason) -> DropReason {
    match reason {
        DiscardReason::Expired => DropReason::Expired,
        DiscardReason::LoadShed | DiscardReason::RateLimited => DropReason::Full,
        _ => DropReason::Cancelled,
    }
}
