//! The dispatch loop: takes records off a lane and runs them, each under its own catch.
//!
//! The loop is generic over its [`Driver`]: with an observer or without, chosen once per step. The head moves on before a
//! record runs, so a panic or a look at the queue from inside a handler always sees a consistent lane.

use super::cell::{CellHeader, State};
use super::handle::AnyActor;
use super::lane::{Held, Lane};
use super::record::{Operation, Record, flag};
use super::segment::SegmentPool;
use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::ptr::{self, NonNull};

/// What the loop needs from the layers above.
pub(crate) trait Driver: Copy {
    /// Whether `before` and `after` are called.
    const OBSERVED: bool;
    /// Where emptied segments go.
    fn pool(&self) -> &SegmentPool;
    /// Notes whose handler runs now; 0 = none.
    fn set_current(&self, id: u64);
    /// What the loop may still do; see [`Fuel`].
    fn fuel(&self) -> &Fuel;
    /// The host object for level-0 jobs.
    fn host(&self) -> *mut ();
    /// Whether the host object has been exchanged under a job: the loop must not go on.
    fn left(&self) -> bool;
    /// Keeps a record until its actor, which is preparing or paused, is ready. Its place was given back.
    fn stash(&self, actor: &CellHeader, held: Held<'_>);
    /// Consumes a record whose actor is not READY, and that does not wait until it is. Cold.
    fn unready(&self, actor: &AnyActor, held: Held<'_>);
    /// The handler of the current actor panicked, or a job if there is none. Cold.
    fn panicked(&self, payload: Box<dyn Any + Send>);
    /// Before a record runs, for this actor; None for a job.
    fn before(&self, delivery: Delivery, receiver: Option<AnyActor>, flags: u16);
    /// After it ran.
    fn after(&self);
}

/// One message about to be delivered, as observers see it.
///
/// # Examples
///
/// See [`Core::set_observer`](crate::Core::set_observer).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The message's number in this runtime; 0 if it was queued before the observer came.
    pub message: u64,
    /// Number of the message whose handler sent it; 0 for the outside world.
    pub cause: u64,
    /// Id of the receiving actor as a number; 0 for work of the runtime itself.
    pub target: u64,
    /// Slot of the sending actor; 0 for none. A hint: slots are used again.
    pub origin: u32,
    /// Rust type of the payload.
    pub type_name: &'static str,
    /// Tag of a foreign message; 0 for typed ones.
    pub tag: u64,
}

/// Why the loop came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// The lane is empty.
    Empty,
    /// The fuel is used up, or was taken away by an alert.
    Fuel,
    /// The host object was exchanged.
    Left,
}

/// How many records may run. One count for two questions, the budget and whether something urgent has come up: an alert *parks*
/// what is left, so that the loop stops before the next record.
pub(crate) struct Fuel {
    /// Records that may run at once; -1 when a loop has found it empty.
    left: Cell<i32>,
    parked: Cell<i32>,
}

impl Fuel {
    pub(crate) const fn new() -> Self {
        Fuel { left: Cell::new(0), parked: Cell::new(0) }
    }

    /// Allows `records` to run. What was left or parked before is gone.
    #[inline(always)]
    pub(crate) fn fill(&self, records: u32) {
        self.left.set(records as i32);
        self.parked.set(0);
    }

    /// Takes what is left, for a loop inside of a record of another.
    pub(crate) fn take(&self) -> Fuel {
        Fuel { left: self.left.take().into(), parked: self.parked.take().into() }
    }

    /// Puts back what was taken.
    pub(crate) fn put_back(&self, taken: &Fuel) {
        self.left.set(taken.left.get());
        self.parked.set(taken.parked.get());
    }

    /// Takes fuel for one record. False if there is none.
    #[inline(always)]
    fn burn(&self) -> bool {
        let left = self.left.get() - 1;
        self.left.set(left);
        left >= 0
    }

    /// Gives back what was taken for no record.
    fn unburn(&self) {
        self.left.set(self.left.get() + 1);
    }

    /// Makes the loop stop before its next record.
    pub(crate) fn park(&self) {
        self.parked.set(self.rest() as i32);
        self.left.set(0);
    }

    /// Makes what is parked available again.
    pub(crate) fn unpark(&self) {
        self.left.set(self.rest() as i32);
        self.parked.set(0);
    }

    /// Fuel that was not used.
    #[inline(always)]
    pub(crate) fn rest(&self) -> u32 {
        (self.left.get().max(0) + self.parked.get()) as u32
    }
}

/// Runs records until the lane is empty, the fuel is used up or the host object was exchanged.
///
/// The catch stands around the loop and not in it, which costs less and means the same: the record that panicked has left the
/// lane, its actor is the current one, and the loop is entered again.
///
/// # Safety
/// The lane's jobs are for the driver's host; no other reference to any value of the lane's actors is alive.
#[inline(always)]
pub(crate) unsafe fn drain<D: Driver>(lane: &Lane, driver: D) -> Pause {
    loop {
        // SAFETY: by the caller.
        match panic::catch_unwind(AssertUnwindSafe(|| unsafe { run_records(lane, driver) })) {
            Ok(pause) => return pause,
            Err(payload) => {
                if !goes_on_after(driver, payload) {
                    return Pause::Left;
                }
            }
        }
    }
}

#[cold]
#[inline(never)]
fn goes_on_after<D: Driver>(driver: D, payload: Box<dyn Any + Send>) -> bool {
    driver.panicked(payload);
    !driver.left()
}

/// # Safety
/// As for `drain`.
#[inline(always)]
unsafe fn run_records<D: Driver>(lane: &Lane, driver: D) -> Pause {
    loop {
        let Some(record) = lane.head() else { return Pause::Empty };
        if !driver.fuel().burn() {
            return Pause::Fuel;
        }
        // SAFETY: a whole record lies at the head. It leaves the lane before it runs.
        unsafe {
            let record = record.as_ptr();
            let Some(cell) = NonNull::new((*record).cell) else {
                if run_job(lane, record, driver) {
                    continue;
                }
                return Pause::Left;
            };
            lane.advance(record);
            if D::OBSERVED {
                driver.before(describe(record), Some(AnyActor::from_cell(cell)), (*record).flags());
            }
            let header = cell.as_ref();
            driver.set_current(header.id());
            header.unclaim();
            if header.state() == State::Ready {
                ((*record).run)(Record::payload(record), cell.as_ptr(), None);
            } else {
                unready(driver, cell, record);
            }
            if D::OBSERVED {
                driver.after();
            }
        }
    }
}

/// # Safety
/// `record` left its lane and is addressed to `cell`.
#[cold]
#[inline(never)]
unsafe fn unready<D: Driver>(driver: D, cell: NonNull<CellHeader>, record: *mut Record) {
    // SAFETY: by the caller. An early record looks at the actor's state itself, and keeps the cell as long as it needs it. A stash keeps
    // the cell by the place that it claims.
    unsafe {
        let early = (*record).flags() & flag::EARLY != 0;
        match cell.as_ref().state() {
            State::Prep if early => ((*record).run)(Record::payload(record), cell.as_ptr(), None),
            State::Held if (*record).flags() & (flag::OWED | flag::OWN) != 0 => {
                ((*record).run)(Record::payload(record), cell.as_ptr(), None);
            }
            State::Prep | State::Paused | State::Held if !early => {
                driver.stash(cell.as_ref(), Held::new(record))
            }
            _ => undelivered(driver, cell, record),
        }
    }
}

/// # Safety
/// As for `unready`.
#[inline(never)] // So that what comes before is a jump.
unsafe fn undelivered<D: Driver>(driver: D, cell: NonNull<CellHeader>, record: *mut Record) {
    // SAFETY: by the caller. The cell is counted, since what is dropped may be the last that refers to it; a stash keeps it by the place
    // that it claims.
    unsafe {
        let header = cell.as_ref();
        if (*record).flags() & flag::EARLY == 0 && !header.is_gone() {
            // It was killed, and is to come back: what it gets waits for that.
            return driver.stash(header, Held::new(record));
        }
        driver.unready(&AnyActor::from_cell(cell), Held::new(record));
    }
}

/// Runs the job at the lane's head, or follows the JUMP there. False if the loop must not go on.
///
/// # Safety
/// As for `drain`; `record` is the lane's head.
#[inline(never)]
unsafe fn run_job<D: Driver>(lane: &Lane, record: *mut Record, driver: D) -> bool {
    // SAFETY: by the caller.
    unsafe {
        if (*record).flags() & flag::JUMP != 0 {
            lane.jump(driver.pool());
            driver.fuel().unburn();
            return true;
        }
        lane.advance(record);
        if D::OBSERVED {
            driver.before(describe(record), None, (*record).flags());
        }
        driver.set_current(0);
        ((*record).run)(Record::payload(record), ptr::null_mut(), Some(&Operation::RunJob(driver.host())));
        if D::OBSERVED {
            // Also if the runtime was taken away meanwhile: its block lives for as long as this loop.
            driver.after();
        }
        if driver.left() {
            return false;
        }
    }
    true
}

/// # Safety
/// `record` is whole and live.
#[cold]
unsafe fn describe(record: *mut Record) -> Delivery {
    // SAFETY: by the caller; a cell with a record is alive.
    unsafe {
        let trailer = Record::trailer(record);
        let description = Record::describe(record);
        Delivery {
            message: trailer.map_or(0, |trailer| trailer.message),
            cause: trailer.map_or(0, |trailer| trailer.cause),
            target: NonNull::new((*record).cell).map_or(0, |cell| cell.as_ref().id()),
            origin: description.origin,
            type_name: description.type_name,
            tag: description.tag,
        }
    }
}
