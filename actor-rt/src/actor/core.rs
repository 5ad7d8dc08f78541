//! `Core`: time and queueing, for the owner of a runtime and for every handler.

use crate::engine::log::LogID;
use crate::engine::mode::CLOSED;
use crate::engine::observe::Observer;
use crate::engine::post::{self, LaneName};
use crate::engine::shared::{HostCall, Shared};
use crate::engine::stop_cause::StopCause;
use crate::engine::token::{Core, Deferrer, Door, Runtime};
use crate::engine::wakers::WakerHandler;
use crate::wake::Waker;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

impl Core {
    /// The time of this step. All handlers of a step see the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// let later = start + Duration::from_secs(5);
    /// runtime.defer(move |rt| assert_eq!(rt.now(), later));
    /// runtime.run(later, false);
    /// ```
    pub fn now(&self) -> Instant {
        self.shared().epoch.to_instant(self.shared().now.get())
    }

    /// The time of this step in nanoseconds of the runtime's clock.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Config;
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Config::new().now_ns(1_000).build(start);
    /// runtime.run(start + Duration::from_nanos(500), false);
    /// assert_eq!(runtime.now_ns(), 1_500);
    /// ```
    pub fn now_ns(&self) -> u64 {
        self.shared().now.get()
    }

    /// The time that the runtime was made with.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant};
    ///
    /// let start = Instant::now();
    /// let mut runtime = Runtime::new(start);
    /// runtime.run(start + Duration::from_secs(90), false);
    /// assert_eq!((runtime.now() - runtime.start_instant()).as_secs(), 90);
    /// ```
    pub fn start_instant(&self) -> Instant {
        self.shared().epoch.to_instant(self.shared().start)
    }

    /// The time of day: what the host said last ([`Runtime::set_systime`]), else the system's.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::{Duration, Instant, SystemTime};
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(12 * 3600);
    /// runtime.set_systime(Some(noon));
    /// assert_eq!(runtime.systime(), noon);
    /// ```
    pub fn systime(&self) -> SystemTime {
        self.shared().systime.get().unwrap_or_else(SystemTime::now)
    }

    /// Queues work behind everything that waits on the main lane.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.defer(|rt| rt.shutdown(StopCause::Stopped));
    /// assert!(runtime.not_shutdown(), "queued");
    /// runtime.run(Instant::now(), false);
    /// assert!(!runtime.not_shutdown());
    /// ```
    #[inline]
    pub fn defer(&mut self, f: impl FnOnce(&mut Runtime) + 'static) {
        post::job(self.shared(), LaneName::Main, f);
    }

    /// Queues work for when the main lane is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Fwd, Runtime, fwd_do};
    /// use std::{cell::RefCell, rc::Rc, time::Instant};
    ///
    /// let said = Rc::new(RefCell::new(Vec::new()));
    /// let log = said.clone();
    /// let say: Fwd<&str> = fwd_do!(move |word| log.borrow_mut().push(word));
    /// let (one, two) = (say.clone(), say);
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.lazy(move |_| one.fwd("lazy"));
    /// runtime.defer(move |_| two.fwd("main"));
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(*said.borrow(), ["main", "lazy"]);
    /// ```
    pub fn lazy(&mut self, f: impl FnOnce(&mut Runtime) + 'static) {
        post::job(self.shared(), LaneName::Lazy, f);
    }

    /// Queues work for when the host has nothing else to do: one piece per step that allows it.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.idle(|rt| rt.shutdown(StopCause::Stopped));
    /// let idle_work_waits = runtime.run(Instant::now(), false);
    /// assert!(idle_work_waits && runtime.not_shutdown());
    /// runtime.run(Instant::now(), true);
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn idle(&mut self, f: impl FnOnce(&mut Runtime) + 'static) {
        post::job(self.shared(), LaneName::Idle, f);
    }

    /// A handle by which to queue work where neither `Core` nor an actor is at hand.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Deferrer, Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// struct Guard(Deferrer);
    ///
    /// impl Drop for Guard {
    ///     fn drop(&mut self) {
    ///         self.0.defer(|rt| rt.shutdown(StopCause::Dropped));
    ///     }
    /// }
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// drop(Guard(runtime.deferrer()));
    /// runtime.run(Instant::now(), false);
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn deferrer(&self) -> Deferrer {
        self.shared().deferrer().clone()
    }

    /// The runtime by ids.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let runtime = Runtime::new(Instant::now());
    /// assert_eq!(runtime.door().pending().actors, 0);
    /// ```
    pub fn door(&self) -> &Door {
        self.shared().door()
    }

    /// Makes a waker: other threads call `handler` on this one by it. `handler` gets `true` once, when the waker was dropped. What is
    /// heard of the waker while `handler` itself runs the runtime follows when it has returned.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause, Waker};
    /// use std::sync::Arc;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let waker: Arc<Waker> = Arc::new(runtime.waker(|rt, deleted| {
    ///     if !deleted {
    ///         rt.shutdown(StopCause::Stopped);
    ///     }
    /// }));
    /// let same = waker.clone();
    /// std::thread::spawn(move || same.wake()).join().unwrap();
    /// runtime.run(Instant::now(), false);
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn waker(&mut self, handler: impl FnMut(&mut Runtime, bool) + 'static) -> Waker {
        waker(self.shared(), Box::new(handler))
    }

    /// Asks the main loop to end, with a reason. The last call counts. Running work goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.defer(|rt| rt.shutdown(StopCause::Failed("no more disk".into())));
    /// while runtime.not_shutdown() {
    ///     runtime.run(Instant::now(), false);
    /// }
    /// assert_eq!(runtime.shutdown_reason().unwrap().to_string(), "Actor failed: no more disk");
    /// ```
    pub fn shutdown(&mut self, cause: StopCause) {
        let older = self.shared().shutdown.with(|slot| slot.replace(cause));
        drop(older);
    }

    /// Whether nobody has asked the main loop to end.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// assert!(runtime.not_shutdown());
    /// runtime.shutdown(StopCause::Stopped);
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn not_shutdown(&self) -> bool {
        self.shared().shutdown.with(|slot| slot.is_none())
    }

    /// Takes the reason for the end.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.shutdown(StopCause::Stopped);
    /// assert!(matches!(runtime.shutdown_reason(), Some(StopCause::Stopped)));
    /// assert!(runtime.not_shutdown(), "it was taken");
    /// ```
    pub fn shutdown_reason(&mut self) -> Option<StopCause> {
        self.shared().shutdown.with(Option::take)
    }

    /// Ends the running step after the current message, so that the host gets to its other work. Between steps it does
    /// nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Budget, Runtime};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.defer(|rt| rt.yield_step());
    /// runtime.defer(|_| ());
    /// let progress = runtime.step(Instant::now(), &Budget::default());
    /// assert_eq!((progress.handled, progress.more), (1, true));
    /// ```
    pub fn yield_step(&mut self) {
        self.shared().yield_step();
    }

    /// Queues blocking work (a modal dialog) for the host, to be run when no handler is on the stack: see
    /// [`Runtime::run_host_calls`]. `work` may step the runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Budget, Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.defer(|rt| rt.host_call(|rt| rt.shutdown(StopCause::Stopped)));
    /// let progress = runtime.step(Instant::now(), &Budget::default());
    /// assert_eq!((progress.host_calls, runtime.not_shutdown()), (1, true));
    /// runtime.run_host_calls(1);
    /// assert!(!runtime.not_shutdown());
    /// ```
    pub fn host_call(&mut self, work: impl FnOnce(&mut Runtime) + 'static) {
        host_call(self.shared(), Box::new(work));
    }

    /// Shows every message and every external input to `observer` from now on; `None` ends that.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Delivery, Ingress, Observer, Runtime};
    /// use std::{cell::Cell, rc::Rc, time::Instant};
    ///
    /// /// Counts messages.
    /// struct Counter(Rc<Cell<u32>>);
    ///
    /// impl Observer for Counter {
    ///     fn ingress(&mut self, _number: u64, _input: Ingress) {}
    ///     fn delivering(&mut self, _delivery: &Delivery) {
    ///         self.0.set(self.0.get() + 1);
    ///     }
    ///     fn delivered(&mut self) {}
    /// }
    ///
    /// let count = Rc::new(Cell::new(0));
    /// let mut runtime = Runtime::new(Instant::now());
    /// runtime.set_observer(Some(Box::new(Counter(count.clone()))));
    /// runtime.defer(|rt| rt.defer(|_| ()));
    /// runtime.run(Instant::now(), false);
    /// runtime.set_observer(None);
    /// assert_eq!(count.get(), 2);
    /// ```
    pub fn set_observer(&mut self, observer: Option<Box<dyn Observer>>) {
        self.door().set_observer(observer);
    }

    /// How many actors live.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, actor_new, ret_nop};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let actor = actor_new!(runtime, u32, ret_nop!());
    /// assert_eq!(runtime.actors(), 1);
    /// drop(actor);
    /// runtime.run(Instant::now(), false);
    /// assert_eq!(runtime.actors(), 0);
    /// ```
    pub fn actors(&self) -> usize {
        self.shared().directory.with(|directory| directory.living())
    }

    /// The last ingress number: how many external inputs the runtime has had.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::Runtime;
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let before = runtime.ingress();
    /// runtime.run(Instant::now(), false); // a step is an input
    /// assert_eq!(runtime.ingress(), before + 1);
    /// ```
    pub fn ingress(&self) -> u64 {
        self.shared().ingress()
    }

    #[doc(hidden)]
    pub fn access_core(&mut self) -> &mut Core {
        self
    }

    #[doc(hidden)]
    pub fn access_deferrer(&self) -> &Deferrer {
        self.shared().deferrer()
    }

    #[doc(hidden)]
    pub fn access_log_id(&self) -> LogID {
        0
    }
}

/// Makes a waker. On a closed runtime its handler is dropped and it does nothing.
pub(super) fn waker(shared: &Shared, handler: WakerHandler) -> Waker {
    if shared.mode.has(CLOSED) {
        post::job(shared, LaneName::Main, move |_: &mut Runtime| drop(handler));
        return Waker::new(Arc::clone(&shared.inbox), 0);
    }
    let key = shared.wakers.with(|wakers| wakers.insert(handler));
    Waker::new(Arc::clone(&shared.inbox), key)
}

/// Queues work for the host. On a closed runtime it is dropped.
pub(super) fn host_call(shared: &Shared, work: HostCall) {
    if shared.mode.has(CLOSED) {
        return post::job(shared, LaneName::Main, move |_: &mut Runtime| drop(work));
    }
    shared.host_calls.with(|calls| calls.push_back(work));
    shared.queued_aside();
}

impl Deferrer {
    /// Queues work behind everything that waits on the main lane. If the runtime is gone, the closure is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use actor_rt::{Runtime, StopCause};
    /// use std::time::Instant;
    ///
    /// let mut runtime = Runtime::new(Instant::now());
    /// let deferrer = runtime.deferrer();
    /// deferrer.defer(|rt| rt.shutdown(StopCause::Stopped));
    /// runtime.run(Instant::now(), false);
    /// assert!(!runtime.not_shutdown());
    /// drop(runtime);
    /// deferrer.defer(|_| unreachable!("dropped: the runtime is gone"));
    /// ```
    #[inline]
    pub fn defer(&self, f: impl FnOnce(&mut Runtime) + 'static) {
        post::job(self.shared(), LaneName::Main, f);
    }
}
