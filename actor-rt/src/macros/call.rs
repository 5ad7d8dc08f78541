//! `call!`, `lazy!`, `idle!`: queue a message on one of the lanes.

/// Queues a method call or a closure on the main lane.
///
/// Nothing runs before the caller has returned to the runtime; messages on the main lane run in the order in which
/// they were queued.
///
/// # Forms
///
/// | form | runs |
/// |---|---|
/// | `call!([actor], method(args…))` | `method` of the actor behind an `Actor` or `ActorOwn` |
/// | `call!([cx], method(args…))` | `method` of the running actor |
/// | `call!([actor, core], method(args…))` | as `[actor]`; accepted for symmetry with [`lazy!`](crate::lazy!) |
/// | `call!([…], Type::init(args…))`, `call!([…], <Type>::init(args…))` | a method `fn init(cx: CX![], …) -> Option<Self>`, which makes the state of an actor that has none yet |
/// | `call!([cx], \|this, cx\| expr)` | the closure, with the running actor's state |
/// | `call!([core], \|rt\| expr)` | the closure, with the runtime; `core` may also be a `cx` or an actor handle |
///
/// The method's own context argument is supplied. Methods and closures return `()`. Closures are always `move`
/// closures; writing `move` is an error.
///
/// # Order
///
/// The arguments are evaluated here and now, left to right, then the expressions in the brackets, each once; then
/// the message is queued. Up to sixteen arguments; each must be `'static`.
///
/// # When the actor has ended, or has no state yet
///
/// A call to an actor that has ended is dropped, and so are its arguments, when its turn comes. A method call to an
/// actor that has no state yet waits until it has; an initialiser queued for an actor that already has a state, or
/// has ended, is dropped.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Counter {
///     total: u32,
/// }
///
/// impl Counter {
///     fn init(_cx: CX![], total: u32) -> Option<Self> {
///         Some(Self { total })
///     }
///
///     fn add(&mut self, cx: CX![], amount: u32) {
///         self.total += amount;
///         if self.total < 10 {
///             call!([cx], add(amount));
///         }
///     }
///
///     fn total(&self, _cx: CX![]) -> u32 {
///         self.total
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let counter = actor!(rt, Counter::init(1), ret_nop!());
/// call!([counter], add(4));
/// rt.run(now, false);
/// assert_eq!(query!([counter, rt], total()), Some(13));
/// ```
#[macro_export]
macro_rules! call {
    ([ $context:expr $(,)? ], $($message:tt)+) => {
        $crate::__message! { (main) [ $context ] $($message)+ }
    };
    ([ $actor:expr, $core:expr $(,)? ], $($message:tt)+) => {
        $crate::__message! { (main) [ $actor, $core ] $($message)+ }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected brackets that say whom to call, and what to run: `call!([actor], …)`, `call!([cx], …)`, `call!([actor, core], …)`")
    };
}

/// Queues a method call or a closure on the lazy lane, which runs when the main lane is empty.
///
/// For work that is better done once everything already queued has been seen, such as flushing what several
/// messages have written.
///
/// Accepts the forms of [`call!`](crate::call!), except that `[actor]` alone is refused: write `[actor, core]`, or
/// `[cx]` for the running actor. `[core]` with a closure `|rt| expr` needs a `core`, a `cx` or the runtime.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Writer {
///     buffer: Vec<u8>,
///     flushes: u32,
/// }
///
/// impl Writer {
///     fn init(_cx: CX![]) -> Option<Self> {
///         Some(Self { buffer: Vec::new(), flushes: 0 })
///     }
///
///     fn write(&mut self, cx: CX![], byte: u8) {
///         if self.buffer.is_empty() {
///             lazy!([cx], flush());
///         }
///         self.buffer.push(byte);
///     }
///
///     fn flush(&mut self, _cx: CX![]) {
///         self.buffer.clear();
///         self.flushes += 1;
///     }
///
///     fn flushes(&self, _cx: CX![]) -> u32 {
///         self.flushes
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let writer = actor!(rt, Writer::init(), ret_nop!());
/// call!([writer], write(1));
/// call!([writer], write(2));
/// rt.run(now, false);
/// assert_eq!(query!([writer, rt], flushes()), Some(1));
/// ```
#[macro_export]
macro_rules! lazy {
    ([ $context:expr $(,)? ], $($message:tt)+) => {
        $crate::__message! { (rare lazy lazy_prep) [ $context ] $($message)+ }
    };
    ([ $actor:expr, $core:expr $(,)? ], $($message:tt)+) => {
        $crate::__message! { (rare lazy lazy_prep) [ $actor, $core ] $($message)+ }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected brackets that say whom to call, and what to run: `lazy!([cx], …)`, `lazy!([actor, core], …)`")
    };
}

/// Queues a method call or a closure on the idle lane, from which one message is taken when the host has nothing
/// else to do.
///
/// Accepts the forms of [`lazy!`](crate::lazy!).
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// idle!([rt], |rt| rt.shutdown(StopCause::Stopped));
///
/// let idle_work_waits = rt.run(now, false);
/// assert!(idle_work_waits && rt.not_shutdown());
/// let idle_work_waits = rt.run(now, true);
/// assert!(!idle_work_waits && !rt.not_shutdown());
/// ```
#[macro_export]
macro_rules! idle {
    ([ $context:expr $(,)? ], $($message:tt)+) => {
        $crate::__message! { (rare idle idle_prep) [ $context ] $($message)+ }
    };
    ([ $actor:expr, $core:expr $(,)? ], $($message:tt)+) => {
        $crate::__message! { (rare idle idle_prep) [ $actor, $core ] $($message)+ }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected brackets that say whom to call, and what to run: `idle!([cx], …)`, `idle!([actor, core], …)`")
    };
}
