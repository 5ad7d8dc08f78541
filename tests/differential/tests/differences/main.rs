//! What differs from Stakker on purpose: for each difference what Stakker does, and what this runtime does.
//!
//! `docs/guide/07-from-stakker.md` lists them, by the names of these tests. What differs when a program is compiled is in `src/lib.rs`.

#[macro_use]
#[path = "../both/mod.rs"]
mod both;

mod calls;
mod ends;
mod handles;
mod outlive;
mod panics;
mod runtimes;
mod teardown;
mod threads;
mod time;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

/// What happened, in its order.
type Log = Rc<RefCell<Vec<&'static str>>>;

/// How long a test waits for another thread. Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes down that it is dropped.
struct Tells(&'static str, Log);

impl Drop for Tells {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

fn panics<T>(f: impl FnOnce() -> T) -> bool {
    catch_unwind(AssertUnwindSafe(f)).is_err()
}
