//! Endings: `stop!`, `fail!`, `kill!` end an actor; `ret_fail!`, `ret_failthru!`, `ret_shutdown!` pass an ending
//! on.
//!
//! The four macros with a reason take it in the same three forms. A literal alone is the text as it stands, without
//! formatting, so that no reason needs an allocation; with anything behind it, if only a comma, it is a format
//! string. Everything is evaluated at the call site. A text where the context belongs goes to the last arm, which shows the form.

/// Ends the running actor with `StopCause::Stopped` when the current method returns: `stop!(cx)`.
///
/// Messages still queued for the actor are dropped when their turn comes. The first of several endings in one
/// method counts.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Once;
///
/// impl Once {
///     fn init(cx: CX![]) -> Option<Self> {
///         stop!(cx);
///         None
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let _once = actor!(rt, Once::init(), ret_shutdown!(rt));
/// rt.run(now, false);
/// assert!(matches!(rt.shutdown_reason(), Some(StopCause::Stopped)));
/// ```
#[macro_export]
macro_rules! stop {
    ($cx:expr $(,)?) => {
        $cx.stop()
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected the context of the actor that ends: `stop!(cx)`")
    };
}

/// Ends the running actor with `StopCause::Failed` when the current method returns.
///
/// | form | reason |
/// |---|---|
/// | `fail!(cx, "text")` | the text as it stands; `{}` in it means nothing |
/// | `fail!(cx, "format {}", args…)` | the formatted text; a trailing comma suffices |
/// | `fail!(cx, error)` | any `impl Error` |
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Parser;
///
/// impl Parser {
///     fn init(cx: CX![], text: &str) -> Option<Self> {
///         match text.parse::<u32>() {
///             Ok(0) => fail!(cx, "zero is not allowed"),
///             Ok(1) => fail!(cx, "{text} is not allowed",),
///             Ok(_) => return Some(Self),
///             Err(error) => fail!(cx, error),
///         }
///         None
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let _parser = actor!(rt, Parser::init("1"), ret_shutdown!(rt));
/// rt.run(now, false);
/// assert_eq!(rt.shutdown_reason().unwrap().to_string(), "Actor failed: 1 is not allowed");
/// ```
#[macro_export]
macro_rules! fail {
    ($text:literal, $($rest:tt)+) => { $crate::fail! { $text } };
    ($cx:expr, $text:literal) => { $cx.fail_str($text) };
    ($cx:expr, $format:literal, $($arg:tt)*) => {{
        let text = $crate::macro_support::format!($format, $($arg)*);
        $cx.fail_string(text)
    }};
    ($cx:expr, $error:expr $(,)?) => {{
        let error = $error;
        $cx.fail(error)
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("Expected the context of the actor that fails, and a reason: `fail!(cx, reason)`")
    };
}

/// Ends an actor from outside with `StopCause::Killed`, when its turn in the main lane comes: `kill!(owner,
/// reason)`.
///
/// `owner` is an `ActorOwn`. It may be dropped directly afterwards: the queued kill keeps the actor until it is
/// done. The methods `ActorOwn::kill` and so on kill at once, but need the runtime.
///
/// The reason takes the forms of [`fail!`](crate::fail!), except that an error value is a `Box<dyn Error>`.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Worker;
///
/// impl Worker {
///     fn init(_cx: CX![]) -> Option<Self> {
///         Some(Self)
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let worker = actor!(rt, Worker::init(), ret_shutdown!(rt));
/// kill!(worker, "no longer needed");
/// drop(worker);
/// rt.run(now, false);
/// assert_eq!(rt.shutdown_reason().unwrap().to_string(), "Actor was killed: no longer needed");
/// ```
#[macro_export]
macro_rules! kill {
    ($text:literal, $($rest:tt)+) => { $crate::kill! { $text } };
    ($owner:expr, $text:literal) => {
        $crate::macro_support::kill_later($owner.owned(), move |owner, rt| owner.kill_str(rt, $text))
    };
    ($owner:expr, $format:literal, $($arg:tt)*) => {{
        let text = $crate::macro_support::format!($format, $($arg)*);
        $crate::macro_support::kill_later($owner.owned(), move |owner, rt| owner.kill_string(rt, text))
    }};
    ($owner:expr, $error:expr $(,)?) => {{
        let error: $crate::macro_support::BoxedError = $error;
        $crate::macro_support::kill_later($owner.owned(), move |owner, rt| owner.kill(rt, error))
    }};
    ($($other:tt)*) => { ::core::compile_error!("Expected the actor's owner, and a reason: `kill!(owner, reason)`") };
}

/// A `Ret` that fails the running actor when it is answered, whatever the answer, and when it is dropped
/// unanswered.
///
/// `ret_fail!(cx, reason)`, the reason in the forms of [`fail!`](crate::fail!). As the `notify` of a child: the
/// actor does not outlive the child, however that ended.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Session;
///
/// impl Session {
///     fn init(cx: CX![], connections: Fwd<Ret<()>>) -> Option<Self> {
///         fwd!([connections], ret_fail!(cx, "the connection is gone"));
///         Some(Self)
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let _session = actor!(rt, Session::init(fwd_do!(drop)), ret_shutdown!(rt));
/// rt.run(now, false);
/// assert_eq!(rt.shutdown_reason().unwrap().to_string(), "Actor failed: the connection is gone");
/// ```
#[macro_export]
macro_rules! ret_fail {
    ($text:literal, $($rest:tt)+) => { $crate::ret_fail! { $text } };
    ($cx:expr, $($reason:tt)+) => {
        $crate::__ret_failing! { ret_fail $cx, $($reason)+ }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected the context of the actor that is to fail, and a reason: `ret_fail!(cx, reason)`")
    };
}

/// A `Ret<StopCause>` that fails the running actor when the actor it notifies about failed or was lost.
///
/// `ret_failthru!(cx, reason)`, the reason in the forms of [`fail!`](crate::fail!). Stopping, killing and dropping
/// are decisions, and do not spread.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::time::Instant;
///
/// struct Session;
///
/// impl Session {
///     fn init(cx: CX![], cause: StopCause) -> Option<Self> {
///         let notify: Ret<StopCause> = ret_failthru!(cx, "the child failed");
///         ret!([notify], cause);
///         Some(Self)
///     }
/// }
///
/// let now = Instant::now();
/// let mut runtime = Stakker::new(now);
/// let rt = &mut runtime;
/// let _stays = actor!(rt, Session::init(StopCause::Stopped), ret_shutdown!(rt));
/// rt.run(now, false);
/// assert!(rt.not_shutdown());
/// let _fails = actor!(rt, Session::init(StopCause::Lost), ret_shutdown!(rt));
/// rt.run(now, false);
/// assert!(!rt.not_shutdown());
/// ```
#[macro_export]
macro_rules! ret_failthru {
    ($text:literal, $($rest:tt)+) => { $crate::ret_failthru! { $text } };
    ($cx:expr, $($reason:tt)+) => {
        $crate::__ret_failing! { ret_failthru $cx, $($reason)+ }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected the context of the actor that is to fail, and a reason: `ret_failthru!(cx, reason)`")
    };
}

/// A `Ret` made by `macro_support::$make`, which ends the running actor with a reason in the forms of `fail!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __ret_failing {
    ($make:ident $cx:expr, $text:literal) => {
        $crate::macro_support::$make($crate::macro_support::running_actor(&$cx), move |cx| cx.fail_str($text))
    };
    ($make:ident $cx:expr, $format:literal, $($arg:tt)*) => {{
        let text = $crate::macro_support::format!($format, $($arg)*);
        $crate::macro_support::$make($crate::macro_support::running_actor(&$cx), move |cx| cx.fail_string(text))
    }};
    ($make:ident $cx:expr, $error:expr $(,)?) => {{
        let error = $error;
        $crate::macro_support::$make($crate::macro_support::running_actor(&$cx), move |cx| cx.fail(error))
    }};
}

/// A `Ret<StopCause>` that shuts the runtime down: `ret_shutdown!(core)`, as the `notify` of the actor that is the
/// program.
///
/// The shutdown is queued on the main lane with the cause the `Ret` is answered with; dropped unanswered it counts
/// as `StopCause::Dropped`. `core` is the runtime, a `core` or a `cx`.
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
/// let ret = ret_shutdown!(rt);
/// drop(ret);
/// rt.run(now, false);
/// assert!(matches!(rt.shutdown_reason(), Some(StopCause::Dropped)));
/// ```
#[macro_export]
macro_rules! ret_shutdown {
    ($core:expr $(,)?) => {
        $crate::macro_support::ret_shutdown($core.access_deferrer().clone())
    };
    ($($other:tt)*) => {
        ::core::compile_error!("Expected the runtime, a core or a `cx`: `ret_shutdown!(core)`")
    };
}
