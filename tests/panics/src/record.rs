//! The record through which C sees what became of an actor and of its payloads.

use actor_rt::StopCause;

/// What was seen; see `panics.h`.
#[repr(C)]
pub struct panics_record {
    /// Messages that were handled.
    pub counted: u64,
    /// Payloads that were dropped.
    pub dropped: u64,
    /// How often the actor's end was told.
    pub ended: u64,
    /// How often it was told as a failure.
    pub failed: u64,
    /// The last cause, NUL-terminated.
    pub text: [u8; 120],
}

/// Writes to a record of C's.
#[derive(Clone, Copy)]
pub(crate) struct Witness(*mut panics_record);

impl Witness {
    /// # Safety
    /// `record` must be writable, on this thread, as long as the runtime and what it dropped last.
    pub(crate) unsafe fn new(record: *mut panics_record) -> Self {
        Witness(record)
    }

    pub(crate) fn counted(self) {
        self.write(|record| record.counted += 1);
    }

    pub(crate) fn dropped(self) {
        self.write(|record| record.dropped += 1);
    }

    pub(crate) fn ended(self, cause: Option<StopCause>) {
        self.write(|record| {
            record.ended += 1;
            record.failed += u64::from(matches!(cause, Some(StopCause::Failed(_))));
            let text = cause.map(|cause| cause.to_string()).unwrap_or_default();
            let length = text.len().min(record.text.len() - 1);
            record.text[..length].copy_from_slice(&text.as_bytes()[..length]);
            record.text[length] = 0;
        });
    }

    fn write(self, change: impl FnOnce(&mut panics_record)) {
        // SAFETY: writable by the promise of `new`; the reference ends with this call, in which nothing of C's runs.
        change(unsafe { &mut *self.0 });
    }
}
