//! `Pool`: what actors see of the threads.

use super::workers::Workers;
use crate::actor::{ActorOwn, Cx, RemoteActor};
use crate::engine::losses::keep_first;
use crate::engine::ret::Ret;
use crate::engine::stop_cause::PanicError;
use crate::engine::token::Core;
use std::any::Any;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A pool of threads for work that would block the loop: compression, a database, reading files. One closure at a time, from whoever has it;
/// jobs with routes, priorities and limits are the affair of [`threads`](super::threads).
///
/// A job is a closure; its result comes back to the runtime's thread, as an answer ([`run`](Pool::run)) or as a call of the actor that
/// asked ([`call`](Pool::call)). A job that panics fails whoever asked for it, and nothing else. The queue has a bound: what does not
/// fit comes back at once, and nothing ever blocks the runtime's thread but the pool's own end.
///
/// Dropping the pool waits for the jobs that are running, whose askers hear of their results in the next step; what is queued is not
/// begun, and its askers are told `None`. At the runtime's end every asker who still waits is told `None`.
///
/// Thread: the runtime's own (`!Send`).
///
/// # Examples
///
/// ```
/// use actor_rt::offload::Pool;
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Hasher {
///     pool: Pool,
/// }
///
/// impl Hasher {
///     fn init(cx: CX![]) -> Option<Self> {
///         let pool = Pool::new(cx, 2, 100).expect("two threads");
///         Some(Self { pool })
///     }
///     fn sum(&mut self, cx: CX![], numbers: Vec<u64>) {
///         let queued = self.pool.call(cx, move || numbers.iter().sum(), |this, cx, sum| this.done(cx, sum));
///         if queued.is_err() {
///             fail!(cx, "too much to do");
///         }
///     }
///     fn done(&mut self, cx: CX![], sum: Option<u64>) {
///         assert_eq!(sum, Some(6));
///         stop!(cx);
///     }
/// }
///
/// let mut runtime = Runtime::new(Instant::now());
/// let rt = &mut runtime;
/// let hasher = actor!(rt, Hasher::init(), ret_shutdown!(rt));
/// call!([hasher], sum(vec![1, 2, 3]));
/// while rt.not_shutdown() {
///     rt.run(Instant::now(), false);
///     std::thread::yield_now();
/// }
/// ```
pub struct Pool {
    desk: ActorOwn<Desk>,
    /// One entrance for all threads: results are rare.
    remote: Arc<RemoteActor<Desk>>,
    /// Set when nobody waits any more: then jobs are not begun.
    closed: Arc<AtomicBool>,
    last: Cell<u64>,
    workers: Workers,
}

/// A pool's queue is full. The job was dropped.
///
/// # Examples
///
/// ```
/// use actor_rt::offload::{Full, Pool};
/// use actor_rt::{Runtime, ret_nop};
/// use std::sync::mpsc;
///
/// let mut runtime = Runtime::new(std::time::Instant::now());
/// let pool = Pool::new(&mut runtime, 1, 1)?;
/// let (begun, begins) = mpsc::channel();
/// let (go_on, told) = mpsc::channel::<()>();
/// pool.run(move || (begun.send(()), told.recv()), ret_nop!())?;
/// begins.recv()?; // the one thread is busy
/// pool.run(|| (), ret_nop!())?; // the one place is taken
/// assert_eq!(pool.run(|| (), ret_nop!()), Err(Full));
/// drop(go_on);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the pool's queue is full")
    }
}

impl std::error::Error for Full {}

/// What a job gave, for the thread it goes back to.
type Outcome = Result<Box<dyn Any + Send>, PanicError>;
/// Who waits for it.
type Asker = Box<dyn FnOnce(Option<Outcome>)>;

/// Keeps the askers on the runtime's thread while their jobs are on others.
#[derive(Default)]
struct Desk {
    askers: BTreeMap<u64, Asker>,
    /// Itself, when the pool has gone: it stays until the results have come.
    itself: Option<ActorOwn<Desk>>,
}

impl Desk {
    fn answer(&mut self, cx: &mut Cx<'_, Self>, number: u64, outcome: Outcome) {
        if let Some(asker) = self.askers.remove(&number) {
            // Not as a part of the desk, which is not to fail if an asker's closure panics.
            cx.defer(move |_| asker(Some(outcome)));
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let mut first = None;
        for asker in std::mem::take(&mut self.askers).into_values() {
            // Should one panic, the others are told nevertheless.
            keep_first(&mut first, panic::catch_unwind(AssertUnwindSafe(|| asker(None))));
        }
        if let Some(panic) = first {
            // The runtime, which drops the desk as an actor's value, catches it.
            panic::resume_unwind(panic);
        }
    }
}

impl Pool {
    /// Starts a pool of so many threads, with room for so many jobs that wait for one (0: a job is taken only if a thread is free).
    ///
    /// # Errors
    /// If the system gives no thread.
    ///
    /// # Panics
    /// If `threads` is 0, or there is no room for another actor.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::offload::Pool;
    ///
    /// let mut runtime = actor_rt::Runtime::new(std::time::Instant::now());
    /// let pool = Pool::new(&mut runtime, 2, 100).expect("two threads");
    /// assert_eq!(pool.waiting(), 0);
    /// ```
    pub fn new(core: &mut Core, threads: usize, queue: usize) -> io::Result<Pool> {
        assert!(threads != 0, "a pool without threads would never do anything");
        let workers = Workers::start(threads, queue)?;
        let desk = ActorOwn::with_value(core, Ret::nop(), Desk::default());
        let remote = Arc::new(desk.remote());
        Ok(Pool { desk, remote, closed: Arc::new(AtomicBool::new(false)), last: Cell::new(0), workers })
    }

    /// Has a thread do `job` and answers `ret` with what it gives: with `None` if it panics, if there is no room, or if the pool ends
    /// before the job has begun or the runtime before it is done.
    ///
    /// # Errors
    /// [`Full`] if there is no room.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause, offload::Pool, ret_do};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let rt = &mut runtime;
    /// let pool = Pool::new(rt, 1, 10).unwrap();
    /// let deferrer = rt.deferrer();
    /// let ret = ret_do!(move |sum: Option<u32>| {
    ///     assert_eq!(sum, Some(5050));
    ///     deferrer.defer(|rt| rt.shutdown(StopCause::Stopped));
    /// });
    /// pool.run(|| (1..=100).sum(), ret).unwrap();
    /// while rt.not_shutdown() {
    ///     rt.run(Instant::now(), false);
    ///     std::thread::yield_now();
    /// }
    /// assert_eq!(pool.waiting(), 0);
    /// ```
    pub fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
        ret: Ret<T>,
    ) -> Result<(), Full> {
        self.submit(job, move |result| {
            if let Some(Ok(value)) = result {
                ret.ret(value);
            }
        })
    }

    /// Has a thread do `job` and calls the running actor with what it gives: with `None` if the pool ends before the job has begun. If the
    /// job panics, the actor fails with the panic's text. Nothing is called if the actor has ended or was restarted meanwhile.
    ///
    /// # Errors
    /// [`Full`] if there is no room: then nothing is called.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::offload::Pool;
    /// use actor_rt::Runtime;
    /// use actor_rt::supervision::Spec;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let sum = Spec::new(|_| Some(0_u32)).start(&mut runtime).unwrap();
    /// let pool = Pool::new(&mut runtime, 1, 100).unwrap();
    /// sum.query(&mut runtime, |_, cx| pool.call(cx, || (1..=100).sum(), |sum, _, got| *sum = got.unwrap())).unwrap().unwrap();
    /// while sum.query(&mut runtime, |sum, _| *sum) != Some(5050) {
    ///     runtime.run(Instant::now(), false);
    ///     std::thread::yield_now();
    /// }
    /// ```
    pub fn call<A: ?Sized + 'static, T: Send + 'static>(
        &self,
        cx: &mut Cx<'_, A>,
        job: impl FnOnce() -> T + Send + 'static,
        then: impl FnOnce(&mut A, &mut Cx<'_, A>, Option<T>) + 'static,
    ) -> Result<(), Full> {
        let actor = cx.this().clone();
        let incarnation = actor.incarnation();
        self.submit(job, move |result| {
            actor.answer(incarnation, move |this, cx| match result {
                Some(Err(panic)) => cx.fail(panic),
                Some(Ok(value)) => then(this, cx, Some(value)),
                None => then(this, cx, None),
            });
        })
    }

    /// For long jobs to look at, on their threads: whether the pool is being dropped, which waits for them.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::offload::{Ending, Pool};
    /// use actor_rt::{Ret, Runtime};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let pool = Pool::new(&mut runtime, 1, 0).unwrap();
    /// let ending: Ending = pool.ending();
    /// let search = move || {
    ///     while !ending.has_begun() {
    ///         std::thread::yield_now(); // here: look a little further
    ///     }
    /// };
    /// while pool.run(search.clone(), Ret::nop()).is_err() {} // until its thread is there
    /// drop(pool);
    /// ```
    pub fn ending(&self) -> Ending {
        Ending(Arc::clone(&self.closed))
    }

    /// How many jobs wait for a thread.
    ///
    /// # Examples
    ///
    /// See [`run`](Pool::run).
    pub fn waiting(&self) -> usize {
        self.workers.waiting()
    }

    fn submit<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
        asker: impl FnOnce(Option<Result<T, PanicError>>) + 'static,
    ) -> Result<(), Full> {
        let number = self.last.get() + 1;
        self.last.set(number);
        let (remote, closed) = (Arc::clone(&self.remote), Arc::clone(&self.closed));
        let work = move || {
            if closed.load(Ordering::Acquire) || remote.runtime().is_closed() {
                return;
            }
            let outcome = panic::catch_unwind(AssertUnwindSafe(job));
            let outcome: Outcome =
                outcome.map(|value| Box::new(value) as Box<dyn Any + Send>).map_err(PanicError::from_payload);
            let _ = remote.call(move |desk, cx| desk.answer(cx, number, outcome));
        };
        self.workers.queue(Box::new(work)).map_err(|_job| Full)?;
        // The result comes through the inbox, behind this.
        let asker: Asker = Box::new(move |outcome| {
            asker(
                outcome.map(|outcome| outcome.map(|value| *value.downcast().expect("the job's own result"))),
            );
        });
        self.desk.call(move |desk, _| _ = desk.askers.insert(number, asker));
        Ok(())
    }
}

/// Whether a pool is being dropped: [`Pool::ending`].
///
/// # Examples
///
/// See [`Pool::ending`].
#[derive(Clone, Debug)]
pub struct Ending(Arc<AtomicBool>);

impl Ending {
    /// Whether the pool is being dropped, and waits for what is running.
    ///
    /// # Examples
    ///
    /// See [`Pool::ending`].
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // First the queue is made void, then what is running is waited for.
        self.closed.store(true, Ordering::Release);
        self.workers.end();
        if self.desk.is_zombie() {
            return;
        }
        // The results are in the inbox. Until they have come the desk owns itself; behind the last answer it ends, and tells those whose
        // jobs were not begun.
        let itself = self.desk.owned();
        self.desk.call(move |desk, _| desk.itself = Some(itself));
        let _ = self.remote.call(|desk, cx| {
            let itself = desk.itself.take();
            cx.defer(move |_| drop(itself));
        });
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("threads", &self.workers.threads())
            .field("waiting", &self.waiting())
            .finish()
    }
}
