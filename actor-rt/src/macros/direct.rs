//! `fwd!`, `ret!`: use a `Fwd` or `Ret`. `fwd_do!`, `ret_do!` and their like: make one that runs a closure on the
//! spot, with no actor behind it.

/// Sends through a `Fwd`: `fwd!([fwd], args…)`.
///
/// No argument sends `()`, one sends the value, several send a tuple. The bracket is evaluated first, then the
/// arguments.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
///
/// let none: Fwd<()> = fwd_do!(|()| {});
/// let one: Fwd<u32> = fwd_do!(|number| assert_eq!(number, 1));
/// let two: Fwd<(u32, &str)> = fwd_do!(|(number, text)| assert_eq!((number, text), (1, "two")));
/// fwd!([none]);
/// fwd!([one], 1);
/// fwd!([two], 1, "two");
/// ```
#[macro_export]
macro_rules! fwd {
    ([ $fwd:expr $(,)? ] $(,)?) => { $fwd.fwd(()) };
    ([ $fwd:expr $(,)? ], $message:expr $(,)?) => { $fwd.fwd($message) };
    ([ $fwd:expr $(,)? ], $($part:expr),+ $(,)?) => { $fwd.fwd(($($part),+)) };
    ($($other:tt)*) => { ::core::compile_error!("Expected the `Fwd` in brackets, and what to send: `fwd!([fwd], args…)`") };
}

/// Answers a `Ret`, which is used up: `ret!([ret], args…)`.
///
/// Arguments as in [`fwd!`](crate::fwd!).
///
/// # Examples
///
/// ```
/// use actor_rt::*;
///
/// let ret: Ret<(u32, &str)> = ret_do!(|answer| assert_eq!(answer, Some((1, "two"))));
/// ret!([ret], 1, "two");
///
/// let unanswered: Ret<u32> = ret_do!(|answer| assert_eq!(answer, None));
/// drop(unanswered);
/// ```
#[macro_export]
macro_rules! ret {
    ([ $ret:expr $(,)? ] $(,)?) => { $ret.ret(()) };
    ([ $ret:expr $(,)? ], $message:expr $(,)?) => { $ret.ret($message) };
    ([ $ret:expr $(,)? ], $($part:expr),+ $(,)?) => { $ret.ret(($($part),+)) };
    ($($other:tt)*) => { ::core::compile_error!("Expected the `Ret` in brackets, and the answer: `ret!([ret], args…)`") };
}

/// A `Fwd` that runs a closure `Fn(message)` on the spot, inside the caller's `fwd!`.
///
/// Write `move` where the closure captures. Several message parts arrive as a tuple. [`fwd_to!`](crate::fwd_to!)
/// queues instead.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::{cell::Cell, rc::Rc};
///
/// let sum = Rc::new(Cell::new(0));
/// let total = sum.clone();
/// let add: Fwd<u32> = fwd_do!(move |amount| total.set(total.get() + amount));
/// fwd!([add], 2);
/// fwd!([add], 3);
/// assert_eq!(sum.get(), 5);
/// ```
#[macro_export]
macro_rules! fwd_do {
    ($closure:expr $(,)?) => {
        $crate::Fwd::new($closure)
    };
}

/// A `Ret` that runs a closure `FnOnce(Option<message>)` on the spot: with `Some` when it is answered, with `None`
/// when it is dropped unanswered.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
/// use std::{cell::Cell, rc::Rc};
///
/// let outcome = Rc::new(Cell::new(None));
/// let seen = outcome.clone();
/// let ret: Ret<u32> = ret_do!(move |answer| seen.set(Some(answer)));
/// drop(ret);
/// assert_eq!(outcome.get(), Some(None));
/// ```
#[macro_export]
macro_rules! ret_do {
    ($closure:expr $(,)?) => {
        $crate::Ret::new($closure)
    };
}

/// A `Ret` that runs a closure `FnOnce(message)` on the spot when it is answered, and does nothing when it is
/// dropped unanswered.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
///
/// let ret: Ret<u32> = ret_some_do!(|answer| assert_eq!(answer, 42));
/// ret!([ret], 42);
/// ```
#[macro_export]
macro_rules! ret_some_do {
    ($closure:expr $(,)?) => {
        $crate::macro_support::ret_some($closure)
    };
}

/// A `Fwd` that ignores what it is sent, for any message type.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
///
/// let fwd: Fwd<(u32, String)> = fwd_nop!();
/// fwd!([fwd], 1, String::new());
/// ```
#[macro_export]
macro_rules! fwd_nop {
    () => {
        $crate::Fwd::new(|_message| ())
    };
}

/// A `Fwd` that panics with the given text when it is sent anything.
///
/// # Panics
/// When it is called: in whoever does that. A handler fails by it; else `run` or `step` raises it at its end.
///
/// # Examples
///
/// ```should_panic
/// use actor_rt::*;
///
/// let fwd: Fwd<u32> = fwd_panic!("nothing may be sent here");
/// fwd!([fwd], 1);
/// ```
#[macro_export]
macro_rules! fwd_panic {
    ($text:expr $(,)?) => {
        $crate::Fwd::panic($text)
    };
}

/// A `Ret` that ignores its answer, and being dropped unanswered, for any message type.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
///
/// let ret: Ret<u32> = ret_nop!();
/// ret!([ret], 1);
/// ```
#[macro_export]
macro_rules! ret_nop {
    () => {
        $crate::Ret::nop()
    };
}

/// A `Ret` that panics with the given text when it is answered. Being dropped unanswered is no panic.
///
/// As the `notify` of an actor that must not end it fails a test: no handler answers it, so `run` or `step` raises the panic.
///
/// # Panics
/// When it is answered: in whoever does that. A handler fails by it.
///
/// # Examples
///
/// ```
/// use actor_rt::*;
///
/// let ret: Ret<u32> = ret_panic!("must not be answered");
/// drop(ret);
/// ```
#[macro_export]
macro_rules! ret_panic {
    ($text:expr $(,)?) => {
        $crate::Ret::panic($text)
    };
}
