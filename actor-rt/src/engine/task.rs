//! `Task`: what coroutine and future libraries build on. It knows how to be resumed, and finds itself while it runs.

use super::shared::Shared;
use super::token::{Core, Deferrer, Runtime};
use std::cell::RefCell;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;

/// Something that runs in pieces: each [`resume`](TaskTrait::resume) does one.
///
/// # Examples
///
/// See [`Task`].
pub trait TaskTrait {
    /// Goes on. Whoever it now waits for holds a [`Task`] by which to resume it.
    fn resume(self: Pin<&mut Self>, core: &mut Core);
}

/// A counted reference to a task. It goes on when somebody calls [`resume`](Task::resume), and ends when the last reference goes.
///
/// Thread: the runtime's own (`!Send`).
///
/// # Examples
///
/// ```
/// use actor_rt::task::{Task, TaskTrait};
/// use actor_rt::{Core, Runtime, StopCause};
/// use std::pin::Pin;
/// use std::time::{Duration, Instant};
///
/// /// Does a piece of its work each second.
/// struct Countdown(u32);
///
/// impl TaskTrait for Countdown {
///     fn resume(mut self: Pin<&mut Self>, core: &mut Core) {
///         if self.0 == 0 {
///             return core.shutdown(StopCause::Stopped);
///         }
///         self.0 -= 1;
///         let mut this = Task::from_context(&core.deferrer()).expect("a task is running");
///         core.after(Duration::from_secs(1), move |rt| this.resume(rt));
///     }
/// }
///
/// let start = Instant::now();
/// let mut runtime = Runtime::new(start);
/// Task::new(&mut runtime, Countdown(3)).resume(&mut runtime);
/// for seconds in 0..4 {
///     assert!(runtime.not_shutdown());
///     runtime.run(start + Duration::from_secs(seconds), false);
/// }
/// assert!(!runtime.not_shutdown());
/// ```
#[derive(Clone)]
pub struct Task {
    home: Deferrer,
    inner: Rc<RefCell<Pin<Box<dyn TaskTrait>>>>,
}

impl Task {
    /// A task that has not begun: the first [`resume`](Task::resume) does that.
    ///
    /// # Examples
    ///
    /// See [`Task`].
    pub fn new(core: &mut Core, inner: impl TaskTrait + 'static) -> Self {
        Task { home: core.deferrer(), inner: Rc::new(RefCell::new(Box::pin(inner))) }
    }

    /// Lets the task go on, at once.
    ///
    /// # Panics
    /// If the task is running already, in a `resume` further up the stack, or belongs to another runtime.
    ///
    /// # Examples
    ///
    /// See [`Task`].
    pub fn resume(&mut self, runtime: &mut Runtime) {
        assert!(
            self.home.address() == runtime.token.address(),
            "the task belongs to another runtime: resume it with the one that it was made in"
        );
        let Ok(mut inner) = self.inner.try_borrow_mut() else {
            panic!("the task is running: defer the call of resume()");
        };
        let home = self.home.clone();
        let _running = Running::begin(home.shared(), self.clone());
        inner.as_mut().resume(runtime);
    }

    /// The task that is running, from inside of it.
    ///
    /// # Examples
    ///
    /// See [`Task`].
    pub fn from_context(deferrer: &Deferrer) -> Option<Task> {
        deferrer.shared().task.with(|task| task.clone())
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}

/// For as long as a task runs, also if it panics.
struct Running<'a> {
    shared: &'a Shared,
    outer: Option<Task>,
}

impl<'a> Running<'a> {
    fn begin(shared: &'a Shared, task: Task) -> Self {
        let outer = shared.task.with(|slot| slot.replace(task));
        Running { shared, outer }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let outer = self.outer.take();
        let task = self.shared.task.with(|slot| std::mem::replace(slot, outer));
        drop(task);
    }
}
