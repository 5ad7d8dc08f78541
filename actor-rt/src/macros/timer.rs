//! `after!` and `at!`: queue a message when a point in time is reached. `timer_max!` and `timer_min!`: the same for a point in time
//! that moves.

/// Queues a method call or a closure after a `Duration`, counted from the core's `now`. Returns the timer's
/// `FixedTimerKey`.
///
/// Accepts the forms of [`lazy!`](crate::lazy!) after the duration: `after!(duration, [cx], method(args…))` and so
/// on. The duration is evaluated first, then the arguments, then the expressions in the brackets. When the time has
/// come the message joins the main lane behind what is queued there; it never runs early, and never in the run that
/// set it. A duration too long to represent is a timer that does not fire.
///
/// # Panics
/// If there is no room for another timer: a runtime has 2³² - 1 places.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::{Duration, Instant};
///
/// struct Lease {
///     expiry: FixedTimerKey,
/// }
///
/// impl Lease {
///     fn init(cx: CX![], length: Duration) -> Option<Self> {
///         Some(Self { expiry: after!(length, [cx], expire("lease")) })
///     }
///
///     fn renew(&mut self, cx: CX![], length: Duration) {
///         cx.timer_del(self.expiry);
///         self.expiry = after!(length, [cx], expire("renewed lease"));
///     }
///
///     fn expire(&mut self, cx: CX![], what: &'static str) {
///         fail!(cx, "{what} ran out",);
///     }
/// }
///
/// let mut now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let lease = actor!(rt, Lease::init(Duration::from_secs(10)), ret_shutdown!(rt));
/// rt.run(now, false);
/// call!([lease], renew(Duration::from_secs(20)));
/// rt.run(now, false);
///
/// now += Duration::from_secs(15);
/// rt.run(now, false);
/// assert!(rt.not_shutdown());
///
/// now += Duration::from_secs(15);
/// rt.run(now, false);
/// assert_eq!(rt.shutdown_reason().unwrap().to_string(), "Actor failed: renewed lease ran out");
/// ```
#[macro_export]
macro_rules! after {
    ($duration:expr, [ $context:expr $(,)? ], $($message:tt)+) => {{
        let duration: $crate::macro_support::Duration = $duration;
        $crate::__message! { (timer after duration) [ $context ] $($message)+ }
    }};
    ($duration:expr, [ $actor:expr, $core:expr $(,)? ], $($message:tt)+) => {{
        let duration: $crate::macro_support::Duration = $duration;
        $crate::__message! { (timer after duration) [ $actor, $core ] $($message)+ }
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("Expected a time, brackets that say whom to call, and what to run: `after!(duration, [cx], …)`, `after!(duration, [actor, core], …)`")
    };
}

/// Queues a method call or a closure at an `Instant`. Returns the timer's `FixedTimerKey`.
///
/// Accepts the forms of [`lazy!`](crate::lazy!) after the instant, and behaves as [`after!`](crate::after!). An
/// instant that has passed is due in the next run whose time has moved on.
///
/// # Panics
/// If there is no room for another timer: a runtime has 2³² - 1 places.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::{Duration, Instant};
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let end = now + Duration::from_secs(1);
/// let key = at!(end, [rt], |rt| rt.shutdown(StopCause::Stopped));
/// rt.run(now, false);
/// assert!(rt.not_shutdown());
/// rt.run(end + Duration::from_millis(1), false);
/// assert!(!rt.not_shutdown());
/// assert!(!rt.timer_del(key), "it has fired");
/// ```
#[macro_export]
macro_rules! at {
    ($instant:expr, [ $context:expr $(,)? ], $($message:tt)+) => {{
        let instant: $crate::macro_support::Instant = $instant;
        $crate::__message! { (timer timer_add instant) [ $context ] $($message)+ }
    }};
    ($instant:expr, [ $actor:expr, $core:expr $(,)? ], $($message:tt)+) => {{
        let instant: $crate::macro_support::Instant = $instant;
        $crate::__message! { (timer timer_add instant) [ $actor, $core ] $($message)+ }
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("Expected a time, brackets that say whom to call, and what to run: `at!(instant, [cx], …)`, `at!(instant, [actor, core], …)`")
    };
}

/// Queues a method call or a closure at the latest of the `Instant`s that it was called with.
///
/// `timer_max!(&mut key, instant, …)`: the rest takes the forms of [`lazy!`](crate::lazy!). If `key` names a timer that
/// is still armed, the timer is moved to `instant` if that is later, and the message is dropped. Otherwise a timer is
/// armed and `key` names it. The instant is evaluated first, then the arguments, the expressions in the brackets, and
/// the key.
///
/// # Panics
/// If there is no room for another timer: a runtime has 2³² - 1 places.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::{Duration, Instant};
///
/// struct Connection {
///     idle: MaxTimerKey,
/// }
///
/// impl Connection {
///     fn init(_cx: CX![]) -> Option<Self> {
///         Some(Self { idle: MaxTimerKey::default() })
///     }
///
///     fn data(&mut self, cx: CX![]) {
///         timer_max!(&mut self.idle, cx.now() + Duration::from_secs(60), [cx], close());
///     }
///
///     fn close(&mut self, cx: CX![]) {
///         fail!(cx, "idle");
///     }
/// }
///
/// let start = Instant::now();
/// let mut runtime = Stakker::new(start);
/// let rt = &mut runtime;
/// let connection = actor!(rt, Connection::init(), ret_shutdown!(rt));
/// for seconds in [0, 30, 45] {
///     call!([connection], data());
///     rt.run(start + Duration::from_secs(seconds), false);
/// }
/// rt.run(start + Duration::from_secs(104), false);
/// assert!(rt.not_shutdown());
/// rt.run(start + Duration::from_secs(105), false);
/// assert_eq!(rt.shutdown_reason().unwrap().to_string(), "Actor failed: idle");
/// ```
#[macro_export]
macro_rules! timer_max {
    ($key:expr, $instant:expr, [ $context:expr $(,)? ], $($message:tt)+) => {{
        let instant: $crate::macro_support::Instant = $instant;
        $crate::__message! {
            (moving call_at_latest call_at_latest_prep run_at_latest $key, instant) [ $context ] $($message)+
        }
    }};
    ($key:expr, $instant:expr, [ $actor:expr, $core:expr $(,)? ], $($message:tt)+) => {{
        let instant: $crate::macro_support::Instant = $instant;
        $crate::__message! {
            (moving call_at_latest call_at_latest_prep run_at_latest $key, instant) [ $actor, $core ] $($message)+
        }
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("Expected a time, brackets that say whom to call, and what to run: `timer_max!(&mut key, instant, [cx], …)`, `timer_max!(&mut key, instant, [actor, core], …)`")
    };
}

/// Queues a method call or a closure at the earliest of the `Instant`s that it was called with.
///
/// As [`timer_max!`](crate::timer_max!), with a [`MinTimerKey`](crate::MinTimerKey) and the other direction. An instant
/// that has passed is due in the next run whose time has moved on.
///
/// # Panics
/// If there is no room for another timer: a runtime has 2³² - 1 places.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::{Duration, Instant};
///
/// struct Cache {
///     sweep: MinTimerKey,
///     sweeps: u32,
/// }
///
/// impl Cache {
///     fn init(_cx: CX![]) -> Option<Self> {
///         Some(Self { sweep: MinTimerKey::default(), sweeps: 0 })
///     }
///
///     fn insert(&mut self, cx: CX![], life: Duration) {
///         timer_min!(&mut self.sweep, cx.now() + life, [cx], sweep());
///     }
///
///     fn sweep(&mut self, _cx: CX![]) {
///         self.sweeps += 1;
///     }
///
///     fn sweeps(&self, _cx: CX![]) -> u32 {
///         self.sweeps
///     }
/// }
///
/// let start = Instant::now();
/// let mut runtime = Stakker::new(start);
/// let rt = &mut runtime;
/// let cache = actor!(rt, Cache::init(), ret_nop!());
/// for seconds in [60, 10, 30] {
///     call!([cache], insert(Duration::from_secs(seconds)));
/// }
/// rt.run(start, false);
/// assert_eq!(rt.next_expiry(), Some(start + Duration::from_secs(10)));
/// rt.run(start + Duration::from_secs(100), false);
/// assert_eq!(query!([cache, rt], sweeps()), Some(1));
/// ```
#[macro_export]
macro_rules! timer_min {
    ($key:expr, $instant:expr, [ $context:expr $(,)? ], $($message:tt)+) => {{
        let instant: $crate::macro_support::Instant = $instant;
        $crate::__message! {
            (moving call_at_earliest call_at_earliest_prep run_at_earliest $key, instant) [ $context ] $($message)+
        }
    }};
    ($key:expr, $instant:expr, [ $actor:expr, $core:expr $(,)? ], $($message:tt)+) => {{
        let instant: $crate::macro_support::Instant = $instant;
        $crate::__message! {
            (moving call_at_earliest call_at_earliest_prep run_at_earliest $key, instant) [ $actor, $core ] $($message)+
        }
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("Expected a time, brackets that say whom to call, and what to run: `timer_min!(&mut key, instant, [cx], …)`, `timer_min!(&mut key, instant, [actor, core], …)`")
    };
}
