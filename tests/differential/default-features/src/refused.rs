//! What needs a feature of Stakker: compiled against Stakker here, and against this runtime in `differences/runtimes.rs`.

use super::api::{LogFilter, Stakker};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// Whether these panic: a second runtime beside the first, a logger, and a runtime on another thread when all others are gone.
pub fn refused() -> [bool; 3] {
    fn panics<T>(f: impl FnOnce() -> T) -> bool {
        catch_unwind(AssertUnwindSafe(f)).is_err()
    }
    let now = Instant::now();
    let mut first = Stakker::new(now);
    let second = panics(|| Stakker::new(now));
    let logger = panics(|| first.set_logger(LogFilter::new(), |_, _| ()));
    drop(first);
    let elsewhere = std::thread::spawn(move || panics(|| Stakker::new(now))).join();
    [second, logger, elsewhere.expect("it is caught")]
}
