//! `Scheduler`: jobs for later that are counted, listed by number, and gone with it.

use crate::supervision::{Interval, Missed};
use crate::{Core, Deferrer, FixedTimerKey, Runtime};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

type Job = Box<dyn FnMut(&mut Runtime, u32)>;

/// Runs jobs at their times, no more than so many at once. What it has not run by the time when it is dropped is dropped with it, and with
/// the runtime.
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

/// What is to be done.
#[derive(Default)]
struct Jobs {
    waiting: BTreeMap<JobId, Place>,
    last: u64,
}

/// A job's place.
struct Place {
    /// It is out while it runs.
    job: Option<Job>,
    /// Its next time, and who knows it.
    timer: Option<(Deferrer, FixedTimerKey)>,
}

impl Place {
    /// Has its timer deleted, which would find nothing.
    fn disarm(&mut self) {
        if let Some((deferrer, key)) = self.timer.take() {
            deferrer.defer(move |runtime| _ = runtime.timer_del(key));
        }
    }
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
        let mut aborted = self.jobs.borrow_mut().waiting.remove(&job);
        aborted.as_mut().map(Place::disarm).is_some()
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
            jobs.waiting.insert(id, Place { job: Some(job), timer: None });
            id
        };
        let due = core.now_ns().saturating_add(nanoseconds(after));
        arm(core, Entry { jobs: Rc::downgrade(&self.jobs), id, interval, due });
        Ok(id)
    }
}

impl Drop for Scheduler {
    /// A job that runs may be what drops it, and is not run again.
    fn drop(&mut self) {
        let mut jobs = std::mem::take(&mut self.jobs.borrow_mut().waiting);
        jobs.values_mut().for_each(Place::disarm);
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").field("jobs", &self.jobs()).field("most", &self.most).finish()
    }
}

/// A job's next time. The job goes with it.
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
    let (jobs, id) = (entry.jobs.clone(), entry.id);
    let wait = Duration::from_nanos(entry.due.saturating_sub(core.now_ns()));
    let key = core.after(wait, move |runtime| fire(runtime, entry));
    let Some(jobs) = jobs.upgrade() else { return };
    if let Some(place) = jobs.borrow_mut().waiting.get_mut(&id) {
        place.timer = Some((core.deferrer(), key));
    }
}

fn fire(runtime: &mut Runtime, mut entry: Entry) {
    let Some(mut job) = entry.take() else { return };
    let Some(interval) = entry.interval else {
        drop(entry);
        return job(runtime, 1);
    };
    let period = nanoseconds(interval.period).max(1);
    let late = runtime.now_ns().saturating_sub(entry.due) / period;
    let ticks = u32::try_from(late.saturating_add(1)).unwrap_or(u32::MAX);
    entry.due = entry.due.saturating_add(period.saturating_mul(late.saturating_add(1)));
    match interval.missed {
        Missed::Coalesce => job(runtime, ticks),
        Missed::Skip => job(runtime, 1),
        Missed::Burst => (0..ticks).take_while(|_| entry.is_wanted()).for_each(|_| job(runtime, 1)),
    }
    if entry.put_back(job) {
        arm(runtime, entry);
    }
}

impl Entry {
    /// Takes the job out of its place. None if it was aborted.
    fn take(&self) -> Option<Job> {
        let jobs = self.jobs.upgrade()?;
        let mut jobs = jobs.borrow_mut();
        let place = jobs.waiting.get_mut(&self.id)?;
        place.timer = None;
        place.job.take()
    }

    /// Whether it was not aborted meanwhile.
    fn is_wanted(&self) -> bool {
        self.jobs.upgrade().is_some_and(|jobs| jobs.borrow().waiting.contains_key(&self.id))
    }

    /// It waits for its next time. False if it was aborted.
    fn put_back(&self, job: Job) -> bool {
        let mut unwanted = Some(job);
        let Some(jobs) = self.jobs.upgrade() else { return false };
        if let Some(place) = jobs.borrow_mut().waiting.get_mut(&self.id) {
            place.job = unwanted.take();
        }
        unwanted.is_none()
    }
}

impl Drop for Entry {
    /// The job is over: it was run once, has panicked, or its runtime has gone.
    fn drop(&mut self) {
        let over = self.jobs.upgrade().and_then(|jobs| jobs.borrow_mut().waiting.remove(&self.id));
        drop(over);
    }
}
