//! `__message!`: reads what is to be run (a method, an initialiser or a closure) and queues it through `__post!`.
//!
//! State that travels along: the lane (see `post.rs`) and the bracket with the caller's context expressions.

/// `lane [context] form`: every form a queueing macro accepts.
#[doc(hidden)]
#[macro_export]
macro_rules! __message {
    ($lane:tt $context:tt $method:ident ( $($arg:expr),* $(,)? ) $(,)?) => {
        $crate::__bind_args! { __message_ready { $lane $context $method } [ $($arg),* ] }
    };
    ($lane:tt $context:tt $actor:ident :: $method:ident ( $($arg:expr),* $(,)? ) $(,)?) => {
        $crate::__bind_args! { __message_prep { $lane $context { <$actor>::$method } } [ $($arg),* ] }
    };
    ($lane:tt $context:tt < $actor:ty > :: $method:ident ( $($arg:expr),* $(,)? ) $(,)?) => {
        $crate::__bind_args! { __message_prep { $lane $context { <$actor>::$method } } [ $($arg),* ] }
    };
    ($lane:tt [ $cx:expr ] | $this:pat_param, $context:pat_param $(,)? | $body:expr $(,)?) => {
        $crate::__post! { $lane [ $cx ] own (move |$this, $context| $body) }
    };
    ($lane:tt [ $core:expr ] | $runtime:pat_param $(,)? | $body:expr $(,)?) => {
        $crate::__post! { $lane [ $core ] runtime (move |$runtime| $body) }
    };
    ($lane:tt $context:tt move $($closure:tt)*) => {
        ::core::compile_error!("Do not write `move`: a closure in this macro is always a `move` closure")
    };
    ($lane:tt [ $actor:expr, $core:expr ] | $($closure:tt)*) => {
        ::core::compile_error!("A closure takes one expression in the brackets: `[cx]` for `|this, cx| …`, `[core]` for `|rt| …`")
    };
    ($lane:tt $context:tt $($other:tt)*) => {
        ::core::compile_error!(
            "Expected `method(args…)`, `Type::method(args…)`, `<Type>::method(args…)`, `|this, cx| …` or `|rt| …`"
        )
    };
}

/// A method on the actor's state, once its arguments are bound.
#[doc(hidden)]
#[macro_export]
macro_rules! __message_ready {
    ({ $lane:tt $context:tt $method:ident } [ $($arg:ident)* ]) => {
        $crate::__post! { $lane $context ready (move |this, cx| this.$method(cx $(, $arg)*)) }
    };
}

/// A method that makes the actor's state, once its arguments are bound.
#[doc(hidden)]
#[macro_export]
macro_rules! __message_prep {
    ({ $lane:tt $context:tt { $($method:tt)* } } [ $($arg:ident)* ]) => {
        $crate::__post! { $lane $context prep (move |cx| $($method)*(cx $(, $arg)*)) }
    };
}
