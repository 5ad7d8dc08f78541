//! `PipedThread`: a thread for blocking work, with a pipe to it and one back.

use crate::actor::{ActorOwn, RemoteActor};
use crate::engine::losses::forget_panic;
use crate::engine::ret::{Fwd, Ret};
use crate::engine::stop_cause::{StopCause, panic_text};
use crate::engine::token::Core;
use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

/// A thread that an actor has started for blocking work: it takes `O`s and gives `I`s.
///
/// Dropping it cancels the thread: its [`recv`](PipedLink::recv) returns `None` from then on, its [`send`](PipedLink::send) answers
/// `false`. It is not waited for. Neither pipe has a bound, and nothing blocks the runtime's thread.
///
/// # Examples
///
/// ```
/// use actor_rt::sync::{PipedLink, PipedThread};
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Squares {
///     worker: PipedThread<u64, u64>,
///     sum: u64,
/// }
///
/// impl Squares {
///     fn init(cx: CX![]) -> Option<Self> {
///         let worker = PipedThread::spawn(
///             fwd_to!([cx], square() as (u64)),
///             fwd_to!([cx], ended() as (Option<String>)),
///             cx,
///             |link: &mut PipedLink<u64, u64>| {
///                 while let Some(number) = link.recv() {
///                     if number == 0 || !link.send(number * number) {
///                         return;
///                     }
///                 }
///             },
///         );
///         Some(Self { worker, sum: 0 })
///     }
///     fn ask(&mut self, _cx: CX![], number: u64) {
///         self.worker.send(number);
///     }
///     fn square(&mut self, _cx: CX![], square: u64) {
///         self.sum += square;
///     }
///     fn ended(&mut self, cx: CX![], panic: Option<String>) {
///         assert_eq!((self.sum, panic), (14, None));
///         stop!(cx);
///     }
/// }
///
/// let mut runtime = Runtime::new(Instant::now());
/// let rt = &mut runtime;
/// let squares = actor!(rt, Squares::init(), ret_shutdown!(rt));
/// for number in [1, 2, 3, 0] {
///     call!([squares], ask(number));
/// }
/// while rt.not_shutdown() {
///     rt.run(Instant::now(), false);
///     std::thread::yield_now();
/// }
/// ```
pub struct PipedThread<O: Send + 'static, I: Send + 'static> {
    to_thread: Sender<O>,
    cancelled: Arc<AtomicBool>,
    from_thread: std::marker::PhantomData<fn() -> I>,
}

/// The thread's end of the pipes.
///
/// # Examples
///
/// See [`PipedThread`].
pub struct PipedLink<O: Send + 'static, I: Send + 'static> {
    from_runtime: Receiver<O>,
    to_runtime: RemoteActor<Outlet<I>>,
    cancelled: Arc<AtomicBool>,
}

/// Stands for the thread on the runtime's. It owns itself, since it has to outlive the `PipedThread` until the thread has ended.
struct Outlet<I: 'static> {
    received: Fwd<I>,
    ended: Rc<Cell<Option<Fwd<Option<String>>>>>,
    _own: ActorOwn<Outlet<I>>,
}

impl<O: Send + 'static, I: Send + 'static> PipedThread<O, I> {
    /// Starts a thread that executes `run`. What it sends goes to `received`. When it has ended, and after all that it sent,
    /// `ended` is called once: with the text if it panicked, else with `None`.
    ///
    /// # Panics
    /// If the system gives no thread, or there is no room for another actor.
    ///
    /// # Examples
    ///
    /// See [`PipedThread`].
    pub fn spawn(
        received: Fwd<I>,
        ended: Fwd<Option<String>>,
        core: &mut Core,
        run: impl FnOnce(&mut PipedLink<O, I>) + Send + 'static,
    ) -> Self {
        PipedThread::spawn_on(thread::Builder::new(), received, ended, core, run)
    }

    fn spawn_on(
        thread: thread::Builder,
        received: Fwd<I>,
        ended: Fwd<Option<String>>,
        core: &mut Core,
        run: impl FnOnce(&mut PipedLink<O, I>) + Send + 'static,
    ) -> Self {
        let cancelled = Arc::new(AtomicBool::new(false));
        let (to_thread, from_runtime) = mpsc::channel();
        let ended = Rc::new(Cell::new(Some(ended)));
        let own = outlet(core, Rc::clone(&ended), Arc::clone(&cancelled));
        let to_runtime = own.remote();
        let mut link =
            PipedLink { from_runtime, to_runtime: to_runtime.clone(), cancelled: Arc::clone(&cancelled) };
        let started = thread.spawn(move || {
            let outcome = panic::catch_unwind(AssertUnwindSafe(|| run(&mut link)));
            // The same entrance as all before, so that it comes last.
            let PipedLink { to_runtime, .. } = link;
            let text = outcome.err().map(describe);
            let _ = to_runtime.call(move |this, cx| {
                cx.stop();
                if let Some(ended) = this.ended.take() {
                    cx.shared().tell(|| ended.fwd(text));
                }
            });
        });
        if let Err(error) = started {
            // The outlet does not own itself yet: it goes with `own`.
            panic!("the system gave no thread: {error}");
        }
        // Before anything that the thread sends, which the next step is the first to look at.
        let outlet = own.clone();
        outlet.make_ready(Outlet { received, ended, _own: own });
        PipedThread { to_thread, cancelled, from_thread: std::marker::PhantomData }
    }

    /// Sends a value to the thread. Dropped if it has ended.
    ///
    /// # Examples
    ///
    /// See [`PipedThread`].
    pub fn send(&mut self, message: O) {
        let _ = self.to_thread.send(message);
    }
}

impl<O: Send + 'static, I: Send + 'static> Drop for PipedThread<O, I> {
    fn drop(&mut self) {
        // Before the sender goes, which wakes the thread.
        self.cancelled.store(true, Ordering::Release);
    }
}

impl<O: Send + 'static, I: Send + 'static> PipedLink<O, I> {
    /// Sends a value to the runtime. False if the thread was cancelled: then it should end soon. The value is delivered nevertheless
    /// if the runtime lives.
    ///
    /// # Examples
    ///
    /// See [`PipedThread`].
    pub fn send(&mut self, message: I) -> bool {
        let sent = self.to_runtime.call(move |this, _| this.received.fwd(message));
        sent.is_ok() && !self.cancel()
    }

    /// Waits for the next value. `None` if the thread was cancelled, also if values wait: then it should end soon.
    ///
    /// # Examples
    ///
    /// See [`PipedThread`].
    pub fn recv(&mut self) -> Option<O> {
        let message = self.from_runtime.recv().ok()?;
        if self.cancel() { None } else { Some(message) }
    }

    /// Whether the thread was cancelled. For work that neither sends nor receives for long.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause, fwd_do, fwd_nop, sync::PipedThread};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let rt = &mut runtime;
    /// let deferrer = rt.deferrer();
    /// let ended = fwd_do!(move |_| deferrer.defer(|rt| rt.shutdown(StopCause::Stopped)));
    /// let thread = PipedThread::<(), ()>::spawn(fwd_nop!(), ended, rt, |link| {
    ///     while !link.cancel() {
    ///         std::thread::yield_now(); // computes for long
    ///     }
    /// });
    /// drop(thread);
    /// while rt.not_shutdown() {
    ///     rt.run(Instant::now(), false);
    ///     std::thread::yield_now();
    /// }
    /// ```
    pub fn cancel(&mut self) -> bool {
        self.cancelled.load(Ordering::Acquire) || self.to_runtime.runtime().is_closed()
    }
}

/// The thread's stand-in on the runtime's thread, without its value yet.
fn outlet<I: Send + 'static>(
    core: &mut Core,
    ended: Rc<Cell<Option<Fwd<Option<String>>>>>,
    cancelled: Arc<AtomicBool>,
) -> ActorOwn<Outlet<I>> {
    let home = core.deferrer();
    let notify = Ret::new(move |cause: Option<StopCause>| {
        if let Some(StopCause::Failed(error)) = cause {
            // `received` or `ended` panicked: nobody is there any more whom the thread could work for.
            cancelled.store(true, Ordering::Release);
            if let Some(ended) = ended.take() {
                home.shared().tell(|| ended.fwd(Some(error.to_string())));
            }
        }
    });
    ActorOwn::part(core, notify)
}

fn describe(payload: Box<dyn Any + Send>) -> String {
    let text = match panic_text(&*payload) {
        Some(text) => text.to_owned(),
        None => format!("Panic with unknown type: {:?}", (*payload).type_id()),
    };
    // Its destructor must not keep the end from being told.
    forget_panic(payload);
    text
}

impl<O: Send + 'static, I: Send + 'static> fmt::Debug for PipedThread<O, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PipedThread").finish_non_exhaustive()
    }
}

impl<O: Send + 'static, I: Send + 'static> fmt::Debug for PipedLink<O, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PipedLink").finish_non_exhaustive()
    }
}

// In Miri a thread's stack may have any size.
#[cfg(all(test, not(loom), not(miri)))]
mod tests {
    use super::*;
    use crate::Runtime;
    use std::time::Instant;

    #[test]
    fn a_thread_that_the_system_does_not_give_panics_and_leaves_nothing() {
        // The outlet owned itself by then, and stayed until the runtime went.
        let now = Instant::now();
        let mut runtime = Runtime::new(now);
        let kept = Rc::new(());
        let (received, ended) = (Rc::clone(&kept), Rc::clone(&kept));
        let spawn = AssertUnwindSafe(|| {
            PipedThread::<u32, u32>::spawn_on(
                // More than there is.
                thread::Builder::new().stack_size(isize::MAX as usize),
                Fwd::new(move |_| _ = &received),
                Fwd::new(move |_| panic!("nothing has begun: {ended:?}")),
                &mut runtime,
                |_| unreachable!("there is no thread"),
            )
        });
        let panic = panic::catch_unwind(spawn).unwrap_err();
        assert!(panic_text(&*panic).unwrap().starts_with("the system gave no thread: "));
        runtime.run(now, false);
        assert_eq!((runtime.actors(), Rc::strong_count(&kept)), (0, 1));
    }
}
