//! `Scheduler`: jobs for later that are counted, listed by number, and gone with it.

use crate::supervision::{Interval, Missed};
use crate::{Core, Runtime};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

type Job = Box<dyn FnMut(&mut Runtime, u32)>;

/// Runs jobs at their times, no more than so many at once. What it has not run by the time when it is dropped is dropped with it.
///
/// As ODIN's `JobScheduler`.
///
/// # Examples
///
/// ```
/// use actor_rt::Runtime;
/// use actor_rt::services::{JobId, Scheduler, TooManyJobs};
/// use actor_rt::supervision::Interval;
/// use std::time::{Duration, Instant};
/// use std::{cell::RefCell, rc::Rc};
///
/// let start = Instant::now();
/// let mut runtime = Runtime::new(start);
/// let done = Rc::new(RefCell::new(Vec::new()));
/// let does = |what: &'static str| {
///     let done = done.clone();
///     move |_: &mut Runtime| done.borrow_mut().push(what)
/// };
/// let mut backup = does("backup");
///
/// let scheduler = Scheduler::new(3);
/// let hour = Duration::from_secs(3600);
/// scheduler.once(&mut runtime, hour, does("report")).unwrap();
/// scheduler.at(&mut runtime, start + hour / 2, does("reminder")).unwrap();
/// let nightly: JobId = scheduler.repeat(&mut runtime, Interval::new(hour), move |rt, _| backup(rt)).unwrap();
/// assert_eq!(scheduler.once(&mut runtime, hour, |_| ()), Err(TooManyJobs));
///
/// for half_hours in 1..=4 {
///     runtime.run(start + hour / 2 * half_hours, false);
/// }
/// assert_eq!(*done.borrow(), ["reminder", "report", "backup", "backup"]);
/// assert!(scheduler.abort(nightly) && scheduler.jobs() == 0);
/// ```
pub struct Scheduler {
    most: usize,
    jobs: Rc<RefCell<Jobs>>,
}

/// A job's number, by which it is aborted.
///
/// # Examples
///
/// See [`Scheduler`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

/// A scheduler has as many jobs as it may have: abort one, or wait until one is done.
///
/// # Examples
///
/// See [`Scheduler`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyJobs;

impl fmt::Display for TooManyJobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the scheduler has as many jobs as it may have: abort one, or wait until one is done")
    }
}

impl Error for TooManyJobs {}

/// What is to be done. A job is out while it runs.
#[derive(Default)]
struct Jobs {
    waiting: BTreeMap<JobId, Option<Job>>,
    last: u64,
}

impl Scheduler {
    /// For so many jobs at once.
    ///
    /// # Examples
    ///
    /// See [`Scheduler`].
    pub fn new(most: usize) -> Self {
        Scheduler { most, jobs: Rc::default() }
    }

    /// Runs a job once, after this time.
    ///
    /// # Errors
    /// [`TooManyJobs`], and the job is dropped.
    ///
    /// # Examples
    ///
    /// See [`Scheduler`].
    pub fn once(
        &self,
        core: &mut Core,
        after: Duration,
        job: impl FnOnce(&mut Runtime) + 'static,
    ) -> Result<JobId, TooManyJobs> {
        let mut job = Some(job);
        let once = move |runtime: &mut Runtime, _| {
            if let Some(job) = job.take() {
                job(runtime);
            }
        };
        self.add(core, after, None, Box::new(once))
    }

    /// Runs a job once, at this time; in the next instant if that has passed.
    ///
    /// # Errors
    /// [`TooManyJobs`], and the job is dropped.
    ///
    /// # Examples
    ///
    /// See [`Scheduler`].
    pub fn at(
        &self,
        core: &mut Core,
        time: Instant,
        job: impl FnOnce(&mut Runtime) + 'static,
    ) -> Result<JobId, TooManyJobs> {
        let after = time.saturating_duration_since(core.now());
        self.once(core, after, job)
    }

    /// Runs a job again and again, with the number of ticks that it stands for: see [`Interval`].
    ///
    /// # Errors
    /// [`TooManyJobs`], and the job is dropped.
    ///
    /// # Examples
    ///
    /// See [`Scheduler`].
    pub fn repeat(
        &self,
        core: &mut Core,
        interval: Interval,
        job: impl FnMut(&mut Runtime, u32) + 'static,
    ) -> Result<JobId, TooManyJobs> {
        self.add(core, interval.first, Some(interval), Box::new(job))
    }

    /// Drops a job that waits; one that is running is not run again. False if it is done, or was aborted.
    ///
    /// # Examples
    ///
    /// See [`Scheduler`].
    pub fn abort(&self, job: JobId) -> bool {
        // Dropped when the jobs are not borrowed any more: its destructor may look at them.
        let aborted = self.jobs.borrow_mut().waiting.remove(&job);
        aborted.is_some()
    }

    /// How many jobs there are.
    ///
    /// # Examples
    ///
    /// See [`Scheduler`].
    pub fn jobs(&self) -> usize {
        self.jobs.borrow().waiting.len()
    }

    fn add(
        &self,
        core: &mut Core,
        after: Duration,
        interval: Option<Interval>,
        job: Job,
    ) -> Result<JobId, TooManyJobs> {
        let id = {
            let mut jobs = self.jobs.borrow_mut();
            if jobs.waiting.len() >= self.most {
                return Err(TooManyJobs);
            }
            jobs.last += 1;
            let id = JobId(jobs.last);
            jobs.waiting.insert(id, Some(job));
            id
        };
        let due = core.now_ns().saturating_add(nanoseconds(after));
        arm(core, Entry { jobs: Rc::downgrade(&self.jobs), id, interval, due });
        Ok(id)
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").field("jobs", &self.jobs()).field("most", &self.most).finish()
    }
}

/// A job's next time.
struct Entry {
    jobs: Weak<RefCell<Jobs>>,
    id: JobId,
    interval: Option<Interval>,
    due: u64,
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn arm(core: &mut Core, entry: Entry) {
    let wait = Duration::from_nanos(entry.due.saturating_sub(core.now_ns()));
    core.after(wait, move |runtime| fire(runtime, entry));
}

fn fire(runtime: &mut Runtime, mut entry: Entry) {
    let Some(jobs) = entry.jobs.upgrade() else { return };
    let Some(mut job) = jobs.borrow_mut().waiting.get_mut(&entry.id).and_then(Option::take) else { return };
    let Some(interval) = entry.interval else {
        jobs.borrow_mut().waiting.remove(&entry.id);
        return job(runtime, 1);
    };
    let period = nanoseconds(interval.period).max(1);
    let late = runtime.now_ns().saturating_sub(entry.due) / period;
    let ticks = u32::try_from(late + 1).unwrap_or(u32::MAX);
    entry.due = entry.due.saturating_add(period.saturating_mul(late + 1));
    let running = Running { jobs: &jobs, id: entry.id };
    match interval.missed {
        Missed::Coalesce => job(runtime, ticks),
        Missed::Skip => job(runtime, 1),
        Missed::Burst => (0..ticks).take_while(|_| running.is_wanted()).for_each(|_| job(runtime, 1)),
    }
    if running.put_back(job) {
        arm(runtime, entry);
    }
}

/// A job that is running. If it panics it is over.
struct Running<'a> {
    jobs: &'a RefCell<Jobs>,
    id: JobId,
}

impl Running<'_> {
    /// Whether it was not aborted meanwhile.
    fn is_wanted(&self) -> bool {
        self.jobs.borrow().waiting.contains_key(&self.id)
    }

    /// It waits for its next time. False if it was aborted.
    fn put_back(self, job: Job) -> bool {
        let mut unwanted = Some(job);
        if let Some(place) = self.jobs.borrow_mut().waiting.get_mut(&self.id) {
            *place = unwanted.take();
        }
        unwanted.is_none()
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.jobs.borrow_mut().waiting.remove(&self.id);
        }
    }
}
