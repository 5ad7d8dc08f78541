//! What differs between processors and operating systems; everything else in this crate is the same everywhere.

#[cfg(unix)]
#[path = "process_unix.rs"]
pub(crate) mod process;
#[cfg(not(unix))]
#[path = "process_other.rs"]
pub(crate) mod process;

#[cfg(unix)]
#[path = "doorbell_unix.rs"]
pub(crate) mod doorbell;
#[cfg(not(unix))]
#[path = "doorbell_other.rs"]
pub(crate) mod doorbell;

#[cfg(unix)]
#[path = "clock_unix.rs"]
pub(crate) mod clock;
#[cfg(not(unix))]
#[path = "clock_other.rs"]
pub(crate) mod clock;

pub(crate) mod thread;
