//! `after!` and `at!`: queue a message when a point in time is reached.

/// Queues a method call or a closure after a `Duration`, counted from the core's `now`. Returns the timer's
/// `FixedTimerKey`.
///
/// Accepts the forms of [`lazy!`](crate::lazy!) after the duration: `after!(duration, [cx], method(args…))` and so
/// on. The duration is evaluated first, then the arguments, then the expressions in the brackets. When the time has
/// come the message joins the main lane behind what is queued there; it never runs early, and never in the run that
/// set it. A duration too long to represent is a timer that does not fire.
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
}

/// Queues a method call or a closure at an `Instant`. Returns the timer's `FixedTimerKey`.
///
/// Accepts the forms of [`lazy!`](crate::lazy!) after the instant, and behaves as [`after!`](crate::after!). An
/// instant that has passed is due in the next run whose time has moved on.
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
}
