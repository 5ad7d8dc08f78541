//! What only some systems have.

#[cfg(unix)]
mod fd_source;
#[cfg(unix)]
mod signals;

#[cfg(unix)]
pub use fd_source::FdSource;
#[cfg(unix)]
pub use signals::{Signals, signal};
